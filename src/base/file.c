/* SPDX-License-Identifier: Apache-2.0 */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/crypto.h"

#define FILE_BYTES_MAX 1048576

int file_read(const char *name, buffer *content)
{
    char room[4096];
    int file = open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0)
        return errno;
    int problem = 0;
    for (;;) {
        ssize_t length = read(file, room, sizeof room);
        if (length == 0)
            break;
        if (length < 0 && errno == EINTR)
            continue;
        problem = length < 0 ? errno : content->length > FILE_BYTES_MAX ? EFBIG : 0;
        if (problem != 0)
            break;
        buffer_append(content, room, (size_t)length);
    }
    crypto_wipe(room, sizeof room);
    close(file);
    return problem != 0 ? problem : content->failed ? ENOMEM : 0;
}
