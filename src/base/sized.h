/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_SIZED_H
#define BASE_SIZED_H

#include <stddef.h>

/* The largest struct a caller may hand in: beyond it, `size` was never set. */
#define SIZED_MAX 4096

/*
 * Copies a caller's sized struct into `local`, which is `known` bytes long: a shorter struct (from `v1` bytes on)
 * leaves the rest zero, a longer one may hold nothing but zeros beyond what is known. Returns NULL, or in words what is
 * wrong.
 */
const char *sized_copy(void *local, size_t known, size_t v1, const void *given);

/* What every exported _init function does. */
void sized_init(void *object, size_t size);

/* Defines the exported function tcses_NAME_init(). */
#define SIZED_INIT_FUNCTION(name)                               \
    void tcses_##name##_init(tcses_##name *object, size_t size) \
    {                                                           \
        sized_init(object, size);                               \
    }

#endif
