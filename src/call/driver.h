/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CALL_DRIVER_H
#define CALL_DRIVER_H

#include "call/keys.h"
#include "call/learned.h"
#include "call/machine.h"
#include "codec/codec.h"
#include "transport/http.h"

typedef struct call call;
typedef struct call_host call_host;

/* Which credentials a call wants, and what it lends to a source that has to make a call of its own for them. */
typedef struct keys_wish {
    const call_host *host;
    tcses_cancel *cancel;
    int64_t deadline_ms;
    uint64_t newer_than;    /* a version; 0: any */
    int32_t may_come_later; /* what comes back with a failure: 1 if the same wish may be granted later */
    int32_t is_absent;      /* likewise: 1 if there is no such source here */
} keys_wish;

/* What calls of one client have in common. */
struct call_host {
    memory mem;
    tcses_transport *transport;
    const tcses_clock *clock;
    tcses_log_fn log; /* NULL: no log */
    void *log_ctx;
    int32_t log_level;
    size_t max_response_bytes;
    int64_t backoff_base_ms;
    int64_t backoff_cap_ms;
    call_learned *learned;
    /* Gives a reference to credentials. */
    tcses_status (*get_keys)(void *ctx, keys_wish *wish, keys **out, tcses_error *error);
    void *keys_ctx;
};

/* Where a request goes. */
typedef struct call_place {
    char *url;
    char *host; /* as it stands in the header Host */
} call_place;

typedef enum call_form {
    CALL_SIGNED, /* POST of API 3.0, signed */
    CALL_SKIP,   /* POST of API 3.0 with "Authorization: SKIP" */
    CALL_PLAIN   /* GET of the place's URL; an answer with status 200 is taken as it comes */
} call_form;

/* One call. All texts are checked: they can stand in a header. */
typedef struct call_spec {
    call_form form;
    const char *service;
    const char *version;
    const char *action;
    const char *region;         /* "": none is sent */
    const char *language;       /* NULL: none is sent */
    const char *request_client; /* for X-TC-RequestClient */
    const call_place *places;   /* the first, and those to turn to when a request could not be sent */
    size_t places_count;
    const char *body;
    size_t body_length;
    const char *secret; /* what of the body no error may show; NULL: nothing */
    bool is_direct;     /* never through a proxy */
    int32_t retry_class;
    int32_t timeout_ms;
    int32_t attempt_timeout_ms;
    int32_t max_attempts;
    tcses_cancel *cancel;
    /* Looks whether what was to be created is there, and puts the answer that shows it in place of the call's. NULL:
     * nothing can be looked at. */
    machine_finding (*read_back)(void *ctx, call *c);
    void *read_back_ctx;
} call_spec;

/* A call in progress, and then what it brought. On the heap, so that a transport never points into a stack frame. */
struct call {
    const call_host *host;
    const call_spec *spec;
    const call_place *place; /* of the attempt at hand */
    tcses_error *error;      /* NULL if the caller wants none */
    machine course;
    keys *current_keys;
    tcses_http_request request;
    tcses_http_response response;
    sign_artefacts artefacts;
    codec_answer answer;
    int64_t sent_ms;
    bool has_place; /* in the rate limit, not used yet */
    bool lacks_place;
    char timestamp[24];
};

/*
 * Makes the call, blocking on the network. On success the answer is open and has no code (but for a refusal that proves
 * an earlier attempt done). Whatever it returns, `error` (if not NULL) then knows outcome, attempts and request id, and
 * *out is to be freed; NULL only when out of memory before anything was sent.
 */
tcses_status call_run(const call_host *host, const call_spec *spec, call **out, tcses_error *error);
void call_free(call *c);

/* Exchanges what two calls of one host brought. */
void call_swap_answers(call *a, call *b);

/* What of the request no error and no line of the log may show; NULL among it. Returns how many. */
#define CALL_SECRETS 4
size_t call_secrets(const call *c, const char *secrets[CALL_SECRETS]);

/* Milliseconds of the host's monotonic clock. */
int64_t call_now_ms(const call_host *host);

#endif
