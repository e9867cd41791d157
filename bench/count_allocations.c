/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Preloaded, it counts what the whole process asks of the heap, the libraries included. A realloc counts as one.
 */
#include <stdatomic.h>
#include <stddef.h>

/* glibc's own names of what is replaced below. */
extern void *__libc_malloc(size_t bytes);
extern void *__libc_calloc(size_t count, size_t bytes);
extern void *__libc_realloc(void *block, size_t bytes);

void *malloc(size_t bytes);
void *calloc(size_t count, size_t bytes);
void *realloc(void *block, size_t bytes);
size_t bench_allocations(void);

static atomic_size_t allocations;

static void count_one(void)
{
    atomic_fetch_add_explicit(&allocations, 1, memory_order_relaxed);
}

void *malloc(size_t bytes)
{
    count_one();
    return __libc_malloc(bytes);
}

void *calloc(size_t count, size_t bytes)
{
    count_one();
    return __libc_calloc(count, bytes);
}

void *realloc(void *block, size_t bytes)
{
    count_one();
    return __libc_realloc(block, bytes);
}

size_t bench_allocations(void)
{
    return atomic_load(&allocations);
}
