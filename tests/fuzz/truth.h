/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * What really became of the requests of one call, told by the transport that answered them: what the call reports is
 * held against it. It shares no code with the library's own judgement.
 */
#ifndef FUZZ_TRUTH_H
#define FUZZ_TRUTH_H

#include "fuzz.h"

/* Whether a request took effect. */
typedef enum fate {
    FATE_REFUSED, /* it did not */
    FATE_DONE,
    FATE_UNSURE, /* nobody knows */
    FATE_OPEN    /* it was refused with a code that is not documented: it may be taken either way */
} fate;

/* A code of the service, and what it means. */
typedef struct fated_code {
    const char *code;
    fate fate;
    bool says_done; /* after an attempt that is unsure: that one was done */
} fated_code;

extern const fated_code truth_codes[];
extern const size_t truth_codes_count;

/* What one exchange brought. */
typedef struct exchange {
    tcses_status status; /* of the transport */
    int32_t stage;
    int32_t http_status;
    const void *body;
    size_t body_length;
} exchange;

typedef struct truth {
    const char *action;
    int32_t retry_class;
    bool may_reconcile;
    int32_t attempts;
    fate last;
    bool last_unsent;
    bool last_says_done; /* its refusal does */
    bool is_done;        /* an attempt was */
    bool is_unsure;      /* an attempt is, and no read has been answered since */
    bool was_open;
    bool has_read; /* a read was answered after an attempt that is unsure */
    char host[64];
    const void *body; /* of the first attempt */
    size_t body_length;
} truth;

void truth_begin(truth *t, const char *action, int32_t retry_class, bool may_reconcile);

/* A request comes: may it be sent at all? */
void truth_request(truth *t, const tcses_http_request *request);
/* It was answered so. */
void truth_answer(truth *t, const tcses_http_request *request, const exchange *e);

/* The call's end. `error` is NULL if the caller wanted none, or if there was none. */
void truth_check(const truth *t, tcses_status status, const tcses_error *error, int32_t max_attempts);

#endif
