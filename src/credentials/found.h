/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CREDENTIALS_FOUND_H
#define CREDENTIALS_FOUND_H

#include "base/process.h"
#include "credentials/credentials.h"

/* What one source found last, shared by all threads of a process. */

typedef struct source {
    memory mem;
    const source_kind *kind;
    void *state;
} source;

/* Makes room for it. False when out of memory. */
bool found_init(process_slot *slot, const memory *mem);

/* Asks the source anew unless its fingerprint is as it was. */
tcses_status found_get_local(process_slot *slot, const source *from, keys_wish *wish, keys **out, tcses_error *error);

/* Serves what is kept while it is fresh; else asks the source, one thread for all. */
tcses_status found_get_remote(process_slot *slot, const source *from, keys_wish *wish, keys **out, tcses_error *error);

#endif
