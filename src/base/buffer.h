/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_BUFFER_H
#define BASE_BUFFER_H

#include "base/memory.h"

/*
 * Bytes that grow, with a NUL byte after them. Growing copies, wipes and frees, so that no secret is left behind.
 * A failed append is remembered: check `failed` once at the end.
 */
typedef struct buffer {
    memory mem;
    char *data;
    size_t length;
    size_t room;
    bool failed;
} buffer;

void buffer_init(buffer *b, const memory *mem);
void buffer_append(buffer *b, const void *data, size_t length);
void buffer_append_text(buffer *b, const char *text);
void buffer_append_number(buffer *b, uint64_t number);
/* Forgets the content, keeps the memory. */
void buffer_clear(buffer *b);
/* Wipes and releases. */
void buffer_free(buffer *b);
/* The text, "" while there is none. */
const char *buffer_text(const buffer *b);

#endif
