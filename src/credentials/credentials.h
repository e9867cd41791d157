/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CREDENTIALS_CREDENTIALS_H
#define CREDENTIALS_CREDENTIALS_H

#include <tcses/credentials.h>

#include "base/buffer.h"
#include "call/keys.h"

/* What a source found: the texts are this answer's own. */
struct tcses_credentials_answer {
    memory mem;
    char *secret_id; /* NULL: nothing found */
    char *secret_key;
    char *token;
    buffer tried; /* the places without credentials, a line each: "  place: reason" */
};

/* Notes a place that has none. */
void answer_note(tcses_credentials_answer *answer, const char *place, const char *reason);

/*
 * A kind of source. find() returns TCSES_OK with or without credentials in the answer, or fills the error in.
 * fingerprint(), which may be NULL, tells states of the world apart: while it stays the same, find() is not asked
 * again.
 */
typedef struct source_kind {
    tcses_status (*find)(void *state, bool renew, tcses_credentials_answer *answer, tcses_error *error);
    uint64_t (*fingerprint)(void *state);
    void (*free_state)(void *state);
} source_kind;

/* Takes the state over; frees it when it fails. */
tcses_status credentials_new(
    const memory *mem, const source_kind *kind, void *state, tcses_credentials **out, tcses_error *error);

/* A reference to current credentials, with a version above `newer_than` if that is not 0 and the source can renew. */
tcses_status credentials_get(tcses_credentials *credentials, uint64_t newer_than, keys **out, tcses_error *error);

#endif
