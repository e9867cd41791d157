/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CALL_KEYS_H
#define CALL_KEYS_H

#include <stdatomic.h>

#include "base/memory.h"

/* Where credentials were found, for people. */
typedef struct keys_origin {
    int32_t source;   /* one of the TCSES_KEY_SOURCE_ constants */
    const char *file; /* NULL: none */
    const char *name; /* of the profile or role; NULL: none */
} keys_origin;

/*
 * One set of credentials: id, key and token that belong together. Counted, never changed, wiped with the last
 * reference. Of two sets the one made later has the higher version, whatever they come from.
 */
typedef struct keys {
    memory mem;
    atomic_int references;
    uint64_t version;
    char *secret_id;
    char *secret_key;
    char *token; /* NULL if there is none */
    int32_t source;
    char *file;
    char *name;
} keys;

/* Copies the texts, those of the origin too. NULL when out of memory. */
keys *keys_new(
    const memory *mem, const char *secret_id, const char *secret_key, const char *token, const keys_origin *origin);
keys *keys_ref(keys *k);
void keys_unref(keys *k);

/* Whether both hold the same texts. */
bool keys_are_same(const keys *a, const keys *b);

/* In words, what makes these unusable in a header, with the name of the part; NULL if they are usable. */
const char *keys_rule(const char *secret_id, const char *secret_key, const char *token, const char **part);

#endif
