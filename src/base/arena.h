/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/memory.h"

/* Memory that is released all at once. */
typedef struct arena_chunk arena_chunk;
typedef struct arena {
    memory mem;
    arena_chunk *chunks;
    size_t used;
    size_t room;
} arena;

void arena_init(arena *a, const memory *mem);
/* Zeroed and aligned for any type; NULL when out of memory. */
void *arena_take(arena *a, size_t bytes);
/* A copy with a NUL byte after it; NULL when out of memory. */
char *arena_copy(arena *a, const char *data, size_t length);
void arena_free(arena *a);

/*
 * A tree whose root and arena are one block: what every response is. arena_tree_new() returns the zeroed root and gives
 * its arena; arena_tree_free() takes the root. NULL when out of memory.
 */
void *arena_tree_new(const memory *mem, size_t root_bytes, arena **a);
void arena_tree_free(const void *root);

#endif
