/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CREDENTIALS_REMOTE_H
#define CREDENTIALS_REMOTE_H

#include "codec/fields.h"
#include "credentials/credentials.h"

/* What the sources have in common that make a call of their own, with what the wish lends them. */

typedef struct remote {
    const char *name; /* of the source, for errors */
    call_host host;   /* the wish's, but for what is set here */
    call_spec spec;
    call_place place; /* for a place that is this call's alone, with its URL */
    buffer url;
    call *answered; /* the call, while its answer is looked at */
} remote;

/*
 * A call that asks for credentials: of what the specification needs, all but places, action, body and form are set. Not to
 * be copied: the specification may point into it.
 */
void remote_init(remote *r, const char *name, const keys_wish *wish);

/* Makes the call, until `deadline_ms` or the wish's own, whichever comes first. A failure is TCSES_ERR_CREDENTIALS, with
 * what the answer carried; or TIMEOUT or CANCELLED where the wish's own time is over or its call is cancelled. */
tcses_status remote_run(remote *r, keys_wish *wish, int64_t deadline_ms, tcses_error *error);
void remote_free(remote *r);

/* TCSES_ERR_CREDENTIALS about this source. */
tcses_status remote_refuse(const remote *r, const char *reason, tcses_error *error);

/* Temporary keys as both the metadata server and STS write them. */
typedef struct temporary_keys {
    size_t size;
    const char *code; /* of the metadata server alone */
    const char *secret_id;
    const char *secret_key;
    const char *token;
    const uint64_t *expired_time; /* seconds since 1970 */
} temporary_keys;
extern const field_table remote_keys_table;

/* Puts the keys, which are in the answer at hand, into the credentials' answer. */
tcses_status remote_take(
    const remote *r, const temporary_keys *found, tcses_credentials_answer *answer, tcses_error *error);

#endif
