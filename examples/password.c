/* SPDX-License-Identifier: Apache-2.0 */
#include "password.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

static const char alphabet[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

enum { CHARACTERS = sizeof alphabet - 1, FAIR_BYTES = 256 / CHARACTERS * CHARACTERS };

/* Bytes past the last whole multiple of the alphabet are drawn again, so that every character is equally likely. */
static bool draw(char *character)
{
    unsigned char byte = 0;
    do {
        if (getentropy(&byte, 1) != 0)
            return false;
    } while (byte >= FAIR_BYTES);
    *character = alphabet[byte % CHARACTERS];
    return true;
}

/* Whether at least two different characters of the password lie between first and last. */
static bool has_two(const char *password, char first, char last)
{
    char found = '\0';
    for (; *password != '\0'; password++) {
        if (*password < first || *password > last || *password == found)
            continue;
        if (found != '\0')
            return true;
        found = *password;
    }
    return false;
}

static bool obeys_rule(const char *password)
{
    return has_two(password, '0', '9') && has_two(password, 'a', 'z') && has_two(password, 'A', 'Z');
}

bool password_generate(char password[PASSWORD_BYTES])
{
    memset(password, 0, PASSWORD_BYTES);
    do {
        for (size_t i = 0; i < PASSWORD_BYTES - 1; i++)
            if (!draw(&password[i]))
                return false;
    } while (!obeys_rule(password));
    return true;
}

bool password_save(const char *password, const char *file)
{
    int descriptor = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (descriptor < 0)
        return false;
    char line[PASSWORD_BYTES + 1];
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

void password_wipe(char password[PASSWORD_BYTES])
{
    for (volatile char *byte = password; byte < password + PASSWORD_BYTES; byte++)
        *byte = '\0';
}
