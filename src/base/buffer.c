/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buffer.h"

#include <string.h>

#include "base/crypto.h"

void buffer_init(buffer *b, const memory *mem)
{
    memset(b, 0, sizeof *b);
    b->mem = *mem;
}

static bool buffer_reserve(buffer *b, size_t more)
{
    if (b->failed || more >= SIZE_MAX / 4 - b->length) {
        b->failed = true;
        return false;
    }
    size_t needed = b->length + more + 1;
    if (needed <= b->room)
        return true;
    size_t room = b->room < 256 ? 256 : b->room * 2;
    if (room < needed)
        room = needed;
    char *data = b->mem.allocate(b->mem.ctx, room);
    if (data == NULL) {
        b->failed = true;
        return false;
    }
    if (b->data != NULL) {
        memcpy(data, b->data, b->length);
        crypto_wipe(b->data, b->length);
        memory_give(&b->mem, b->data);
    }
    b->data = data;
    b->room = room;
    return true;
}

void buffer_append(buffer *b, const void *data, size_t length)
{
    if (!buffer_reserve(b, length))
        return;
    if (length > 0)
        memcpy(b->data + b->length, data, length);
    b->length += length;
    b->data[b->length] = '\0';
}

void buffer_append_text(buffer *b, const char *text)
{
    buffer_append(b, text, strlen(text));
}

void buffer_append_number(buffer *b, uint64_t number)
{
    char digits[20];
    size_t start = sizeof digits;
    do {
        digits[--start] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    buffer_append(b, digits + start, sizeof digits - start);
}

void buffer_clear(buffer *b)
{
    if (b->data != NULL) {
        crypto_wipe(b->data, b->length);
        b->data[0] = '\0';
    }
    b->length = 0;
    b->failed = false;
}

void buffer_free(buffer *b)
{
    if (b->data != NULL) {
        crypto_wipe(b->data, b->length);
        memory_give(&b->mem, b->data);
    }
    b->data = NULL;
    b->length = 0;
    b->room = 0;
}

const char *buffer_text(const buffer *b)
{
    return b->data != NULL ? b->data : "";
}
