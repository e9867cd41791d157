/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CALL_DRIVER_H
#define CALL_DRIVER_H

#include "base/process.h"
#include "call/keys.h"
#include "call/machine.h"
#include "codec/codec.h"
#include "sign/sign.h"
#include "transport/http.h"

/* What calls of one client have in common. */
typedef struct call_host {
    memory mem;
    tcses_transport *transport;
    const tcses_clock *clock;
    tcses_log_fn log; /* NULL: no log */
    void *log_ctx;
    int32_t log_level;
    size_t max_response_bytes;
    process_slot learned; /* what earlier calls learned: the clock's skew, and the day's key */
    /* Gives a reference to credentials, newer than that version where it is not 0 and the source can. */
    tcses_status (*get_keys)(void *ctx, uint64_t newer_than, keys **out, tcses_error *error);
    void *keys_ctx;
} call_host;

bool call_host_init_learned(call_host *host);
void call_host_free_learned(call_host *host);

/* One call. All texts are checked: they can stand in a header. */
typedef struct call_spec {
    const char *service;
    const char *version;
    const char *action;
    const char *region;         /* "": none is sent */
    const char *language;       /* NULL: none is sent */
    const char *request_client; /* for X-TC-RequestClient */
    const char *url;
    const char *host; /* as it stands in the header Host */
    const char *body;
    size_t body_length;
    int32_t retry_class;
    int32_t timeout_ms;
    int32_t attempt_timeout_ms;
    int32_t max_attempts;
    tcses_cancel *cancel;
} call_spec;

/* A call in progress, and then what it brought. On the heap, so that a transport never points into a stack frame. */
typedef struct call {
    call_host *host;
    const call_spec *spec;
    tcses_error *error; /* NULL if the caller wants none */
    machine course;
    keys *current_keys;
    tcses_http_request request;
    tcses_http_response response;
    sign_artefacts artefacts;
    codec_answer answer;
    int64_t sent_ms;
    char timestamp[24];
} call;

/*
 * Makes the call, blocking on the network. On success the answer is open and has no code (but for a refusal that proves
 * an earlier attempt done). Whatever it returns, `error` (if not NULL) then knows outcome, attempts and request id, and
 * *out is to be freed; NULL only when out of memory before anything was sent.
 */
tcses_status call_run(call_host *host, const call_spec *spec, call **out, tcses_error *error);
void call_free(call *c);

#endif
