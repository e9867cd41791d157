/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"

#include <stdalign.h>
#include <string.h>

#include "base/crypto.h"

#define ALIGNMENT alignof(max_align_t)
#define ROUND_UP(n) (((n) + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT)
#define CHUNK_BYTES 2048
#define CHUNK_BYTES_MAX 65536

struct arena_chunk {
    arena_chunk *next;
    size_t used; /* how much of it, once it is no longer the one that fills */
};

void arena_init(arena *a, const memory *mem)
{
    a->mem = *mem;
    a->chunks = NULL;
    a->used = 0;
    a->room = 0;
}

/* Each chunk is twice as large as the one before, so that there are few of them. */
static bool arena_grow(arena *a, size_t bytes)
{
    size_t head = ROUND_UP(sizeof(arena_chunk));
    size_t usual = a->room + head < CHUNK_BYTES_MAX / 2 ? 2 * (a->room + head) : CHUNK_BYTES_MAX;
    size_t room = (a->chunks != NULL ? usual : CHUNK_BYTES) - head;
    if (room < bytes)
        room = bytes;
    arena_chunk *chunk = memory_take(&a->mem, head + room);
    if (chunk == NULL)
        return false;
    if (a->chunks != NULL)
        a->chunks->used = a->used;
    chunk->next = a->chunks;
    a->chunks = chunk;
    a->used = 0;
    a->room = room;
    return true;
}

void *arena_take(arena *a, size_t bytes)
{
    if (bytes > SIZE_MAX / 2)
        return NULL;
    bytes = ROUND_UP(bytes > 0 ? bytes : 1);
    if (bytes > a->room - a->used && !arena_grow(a, bytes))
        return NULL;
    char *data = (char *)a->chunks + ROUND_UP(sizeof(arena_chunk));
    void *block = data + a->used;
    a->used += bytes;
    return block;
}

char *arena_copy(arena *a, const char *data, size_t length)
{
    char *copy = length < SIZE_MAX ? arena_take(a, length + 1) : NULL;
    if (copy != NULL)
        memcpy(copy, data, length);
    return copy;
}

/* An answer may hold secrets: keys from STS, or what a peer quotes of the request. */
void arena_free(arena *a)
{
    arena_chunk *chunk = a->chunks;
    if (chunk != NULL)
        chunk->used = a->used;
    while (chunk != NULL) {
        arena_chunk *next = chunk->next;
        crypto_wipe((char *)chunk + ROUND_UP(sizeof(arena_chunk)), chunk->used);
        memory_give(&a->mem, chunk);
        chunk = next;
    }
    a->chunks = NULL;
    a->used = 0;
    a->room = 0;
}

void *arena_tree_new(const memory *mem, size_t root_bytes, arena **a)
{
    arena *head = memory_take(mem, ROUND_UP(sizeof(arena)) + root_bytes);
    if (head == NULL)
        return NULL;
    arena_init(head, mem);
    *a = head;
    return (char *)head + ROUND_UP(sizeof(arena));
}

void arena_tree_free(const void *root)
{
    if (root == NULL)
        return;
    arena *head = (arena *)((uintptr_t)root - ROUND_UP(sizeof(arena)));
    memory mem = head->mem;
    arena_free(head);
    memory_give(&mem, head);
}
