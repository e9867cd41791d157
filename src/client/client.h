/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLIENT_CLIENT_H
#define CLIENT_CLIENT_H

#include <tcses/client.h>

#include "base/arena.h"
#include "call/driver.h"

struct tcses_client {
    memory mem;
    call_host host;
    tcses_clock clock;
    tcses_credentials *credentials;
    tcses_transport *transport;
    call_learned learned;
    call_place *places; /* the endpoint, and those to turn to */
    size_t places_count;
    char *region; /* "": none */
    char *language;
    char *request_client;
    int32_t timeout_ms;
    int32_t attempt_timeout_ms;
    int32_t max_attempts;
};

/*
 * Fills in what a call takes from the client and from its options: everything but service, version, action, body and
 * retry class. `local` receives the options.
 */
tcses_status client_prepare(const tcses_client *client, const tcses_call_options *options, tcses_call_options *local,
    call_spec *spec, tcses_error *error);

/*
 * Checks the options of calls that are made later, and keeps them in `kept` with a reference to the cancel; their texts
 * go into the arena. Where it fails, `kept` has no cancel.
 */
tcses_status client_keep_options(const tcses_client *client, const tcses_call_options *options, arena *texts,
    tcses_call_options *kept, tcses_error *error);

#endif
