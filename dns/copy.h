/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DNS_COPY_H
#define DNS_COPY_H

#include <tcses/records.h>

#include "base/arena.h"

/* A copy that the report can keep: the caller's may be gone before it. NULL when out of memory. */
const tcses_record_set *copy_record_set(arena *a, const tcses_record_set *from);

#endif
