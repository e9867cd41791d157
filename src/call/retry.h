/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CALL_RETRY_H
#define CALL_RETRY_H

#include <stdbool.h>

#include <tcses/client.h>

/* What is known of one attempt, in plain values. */
typedef struct attempt {
    tcses_status status; /* TCSES_OK: the service did it; TCSES_ERR_API: it refused; else why there is no such answer */
    int32_t stage;       /* one of the TCSES_STAGE_ constants */
    int32_t http_status;
    const char *code;       /* of a refusal, else NULL */
    int64_t server_seconds; /* the answer's Date; 0 if it had none */
    int64_t signed_seconds; /* the clock by which the request was signed, before any correction */
    int64_t retry_after_ms; /* the pause that the answer asks for; 0 if none */
} attempt;

typedef enum retry_advice {
    RETRY_NEVER,
    RETRY_LATER,       /* after a pause */
    RETRY_RENEW_KEYS,  /* at once, with newer credentials */
    RETRY_CORRECT_TIME /* at once, with the server's clock */
} retry_advice;

typedef struct retry_verdict {
    int32_t outcome; /* one of the TCSES_OUTCOME_ constants */
    retry_advice advice;
    /* After an attempt whose outcome was unknown: this refusal says that it did take effect. */
    int32_t proves_done;
    /* The service bears no more requests of this action for now. */
    int32_t is_over_rate;
} retry_verdict;

/* Whether doing it twice ends as doing it once. */
bool retry_is_repeatable(int32_t retry_class);

/* Judges one attempt of a request of this class (one of the TCSES_RETRY_ constants). */
retry_verdict retry_judge(int32_t retry_class, const attempt *a);

/* Whether a code is this one or a kind of it: KIND or KIND.something. */
bool retry_is_kind_of(const char *code, const char *kind);

#endif
