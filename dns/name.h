/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DNS_NAME_H
#define DNS_NAME_H

#include <stdbool.h>

/* Domain names as texts: ASCII, without a final dot; the root is ".". */

#define NAME_BYTES 256

/* A name as a person gives it: in any script, any case, with or without a final dot. Returns NULL, or in words what is
 * wrong. */
const char *name_take(const char *given, char room[NAME_BYTES]);

bool name_same(const char *a, const char *b);
/* Whether `name` is `zone` or lies below it. */
bool name_is_within(const char *name, const char *zone);
/* The name without its first label. */
const char *name_parent(const char *name);

#endif
