/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H

#include <stdbool.h>
#include <tcses/base.h>

/* Where an object's memory comes from. Each object keeps a copy, so that it can outlive what it was made by. */
typedef struct memory {
    void *ctx;
    void *(*allocate)(void *ctx, size_t bytes);
    void (*release)(void *ctx, void *block);
} memory;

/* malloc and free. */
memory memory_default(void);

/* False if the allocator is unusable: its size, or a function missing. NULL is the default. */
bool memory_from(memory *mem, const tcses_allocator *allocator);

/* Zeroed memory, or NULL. */
void *memory_take(const memory *mem, size_t bytes);
void memory_give(const memory *mem, void *block);

/* A copy with a NUL byte after it; NULL when out of memory. */
char *memory_copy_bytes(const memory *mem, const void *data, size_t length);
/* A copy of a text; NULL when out of memory. The text must not be NULL. */
char *memory_copy_text(const memory *mem, const char *text);
/* The same of a text that may be NULL. False when out of memory. */
bool memory_copy_optional(const memory *mem, char **copy, const char *text);
/* Releases a text after overwriting it. NULL is fine. */
void memory_give_secret(const memory *mem, char *text);

#endif
