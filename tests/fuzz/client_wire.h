/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The other side of a client: a transport, a clock, a source of keys and a log, all played by the input.
 */
#ifndef FUZZ_CLIENT_WIRE_H
#define FUZZ_CLIENT_WIRE_H

#include <tcses/sys/transport.h>

#include "fuzz.h"
#include "truth.h"

#define WIRE_ADDRESS "canary@mail.example.com"
#define WIRE_PASSWORD "CanaryPassw0rd11"

/* When a request of an action was last sent. */
typedef struct wire_pace {
    char action[40];
    int64_t sent_ms;
} wire_pace;

typedef struct wire {
    fuzz_input *in;
    fuzz_input whole; /* as it was at the beginning */
    fuzz_clock clock;
    tcses_cancel *cancel; /* of the call in progress */
    truth truth;
    int32_t exchanges; /* of the call in progress, of any kind */
    int32_t log_level;
    int32_t rate_limit;    /* of the client */
    wire_pace paces[24];   /* of each action so far */
    int64_t not_before_ms; /* of the call's next request, if the service asked for a pause */
    bool has_canary;       /* a secret may come from the input itself: then it is not looked for */
    bool is_healthy;       /* the input is over: everything works */
    bool gave_no_memory;   /* the transport said so, and not the library */
    bool gave_cancelled;
    char signature[65]; /* the last one that was sent */
} wire;

void wire_init(wire *w, fuzz_input *in);
tcses_transport *wire_transport(wire *w, const tcses_allocator *allocator);

/* For tcses_credentials_ops.get and tcses_client_options.log; ctx is the wire. */
tcses_status wire_give_keys(void *ctx, int32_t renew, tcses_credentials_answer *answer);
void wire_log(void *ctx, int32_t level, const char *line);

/* No secret may stand in a text that leaves the library. It may be NULL. */
void wire_check_text(const wire *w, const char *text);

#endif
