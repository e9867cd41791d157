/* SPDX-License-Identifier: Apache-2.0 */
#include "password.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool password_save(const char *password, const char *file)
{
    int descriptor = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (descriptor < 0)
        return false;
    char line[TCSES_SMTP_PASSWORD_BYTES + 1];
    size_t length = strlen(password);
    memcpy(line, password, length);
    line[length] = '\n';
    bool written = write(descriptor, line, length + 1) == (ssize_t)length + 1 && fsync(descriptor) == 0;
    written = close(descriptor) == 0 && written;
    password_wipe(line);
    if (!written) {
        unlink(file);
        errno = EIO;
    }
    return written;
}

void password_wipe(char password[TCSES_SMTP_PASSWORD_BYTES])
{
    for (volatile char *byte = password; byte < password + TCSES_SMTP_PASSWORD_BYTES; byte++)
        *byte = '\0';
}
