/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CALL_MACHINE_H
#define CALL_MACHINE_H

#include "call/retry.h"

/*
 * The course of one call, without I/O, sleep, clock, locks or shared state. It is told the time and what happened, and
 * answers with what to do next. Times are milliseconds of one monotonic clock.
 */
typedef enum machine_step {
    MACHINE_GET_KEYS, /* get credentials, newer than version `newer_than` if that is not 0 */
    MACHINE_RESERVE,  /* take a place in the rate limit */
    MACHINE_SEND, /* sign with the clock plus `skew_seconds`, send to host `host_index`; until `attempt_deadline_ms` */
    MACHINE_WAIT, /* wait until `wait_until_ms` */
    MACHINE_READ_BACK, /* look whether what was to be created is there */
    MACHINE_DONE       /* see `status` and `outcome` */
} machine_step;

typedef struct machine_policy {
    int64_t deadline_ms; /* of the whole call */
    int64_t attempt_timeout_ms;
    int64_t backoff_base_ms;
    int64_t backoff_cap_ms;
    int32_t max_attempts;
    int32_t retry_class;
    int64_t skew_seconds;  /* as learned by earlier calls */
    int32_t hosts_count;   /* that the request may be sent to */
    int32_t is_unsigned;   /* 1: no credentials are needed */
    int32_t can_read_back; /* 1: an outcome that is not known is settled by reading back */
} machine_policy;

/* What reading back showed. */
typedef enum machine_finding {
    FOUND_AS_ASKED,
    FOUND_DIFFERENT, /* it is there, but not as asked: made by another call, or changed meanwhile */
    FOUND_NOTHING,   /* no proof: the request may still be on its way */
    FOUND_NO_ANSWER
} machine_finding;

typedef struct machine {
    machine_policy policy;
    machine_step step;
    machine_step after_wait;
    tcses_status status;
    int32_t outcome;
    int32_t retryable;
    retry_advice last_advice; /* of the last attempt, with its status */
    tcses_status last_status;
    int32_t last_outcome;
    int32_t attempts;
    int32_t host_index;
    uint64_t keys_version;
    uint64_t newer_than;
    int64_t skew_seconds;
    int64_t attempt_deadline_ms;
    int64_t wait_until_ms;
    int32_t learned_skew;  /* 1: skew_seconds is news to the driver */
    int32_t learned_limit; /* 1: the service has complained of the rate */
    int32_t renewed_keys;
    int32_t corrected_time;
    int32_t may_be_done;  /* an earlier attempt ended in the unknown */
    int32_t has_differed; /* reading back showed something else than was asked for */
} machine;

void machine_start(machine *m, const machine_policy *policy, int64_t now_ms);

/* Answers to MACHINE_GET_KEYS. `may_come_later`: 1 if the same call may find credentials later. */
void machine_got_keys(machine *m, int64_t now_ms, uint64_t version);
void machine_no_keys(machine *m, tcses_status status, int32_t may_come_later);

/* Answer to MACHINE_RESERVE: the time from which the request may be sent. Unused at the end, it is to be given back. */
void machine_reserved(machine *m, int64_t now_ms, int64_t place_ms);

/* Answers to MACHINE_SEND. `random` is any number: it spreads the pause before the next attempt. */
void machine_attempted(machine *m, int64_t now_ms, const attempt *a, uint32_t random);
/* The request could not even be made: nothing was sent. */
void machine_not_sent(machine *m, tcses_status status);

/* Answer to MACHINE_WAIT. */
void machine_waited(machine *m, int64_t now_ms);

/* Answer to MACHINE_READ_BACK. */
void machine_read_back(machine *m, int64_t now_ms, machine_finding finding);

/* At any step: the caller has cancelled. */
void machine_cancelled(machine *m);

#endif
