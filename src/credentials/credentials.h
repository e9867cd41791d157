/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CREDENTIALS_CREDENTIALS_H
#define CREDENTIALS_CREDENTIALS_H

#include <tcses/credentials.h>

#include "base/buffer.h"
#include "call/driver.h"

/* What a source found. */
struct tcses_credentials_answer {
    memory mem;
    keys *keys;          /* NULL: nothing */
    buffer tried;        /* the places without credentials, a line each: "  place: reason" */
    keys_origin origin;  /* of what is set next; borrowed */
    int64_t lifetime_ms; /* of temporary keys, from now; 0 or less: they have expired */
};

void answer_init(tcses_credentials_answer *answer, const memory *mem);
void answer_free(tcses_credentials_answer *answer);

/* Notes a place that has none. */
void answer_note(tcses_credentials_answer *answer, const char *place, const char *reason);

/*
 * A kind of source. find() returns TCSES_OK with or without credentials in the answer, or fills the error in.
 * fingerprint(), which may be NULL, tells states of the world apart: if it changes while find() reads, find() is asked
 * again. What a remote source finds is temporary: it is kept, and renewed by one thread before it expires.
 */
typedef struct source_kind {
    tcses_status (*find)(void *state, keys_wish *wish, tcses_credentials_answer *answer, tcses_error *error);
    uint64_t (*fingerprint)(void *state);
    void (*free_state)(void *state);
    bool stands;             /* while the fingerprint stays the same, find() is not asked again */
    const char *remote_name; /* NULL: not remote */
} source_kind;

/* Takes the state over; frees it when it fails. */
tcses_status credentials_new(
    const memory *mem, const source_kind *kind, void *state, tcses_credentials **out, tcses_error *error);

/* A reference to current credentials, newer than the wish says if the source can renew. */
tcses_status credentials_get(tcses_credentials *credentials, keys_wish *wish, keys **out, tcses_error *error);

#endif
