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
    MACHINE_SEND,     /* sign with the clock plus `skew_seconds` and send; give up at `attempt_deadline_ms` */
    MACHINE_WAIT,     /* wait until `wait_until_ms` */
    MACHINE_DONE      /* see `status` and `outcome` */
} machine_step;

typedef struct machine_policy {
    int64_t deadline_ms; /* of the whole call */
    int64_t attempt_timeout_ms;
    int64_t backoff_base_ms;
    int64_t backoff_cap_ms;
    int32_t max_attempts;
    int32_t retry_class;
    int64_t skew_seconds; /* as learned by earlier calls */
} machine_policy;

typedef struct machine {
    machine_policy policy;
    machine_step step;
    tcses_status status;
    int32_t outcome;
    int32_t retryable;
    retry_advice last_advice; /* of the last attempt, with its status */
    tcses_status last_status;
    int32_t attempts;
    uint64_t keys_version;
    uint64_t newer_than;
    int64_t skew_seconds;
    int64_t attempt_deadline_ms;
    int64_t wait_until_ms;
    int32_t learned_skew; /* 1: skew_seconds is news to the driver */
    int32_t renewed_keys;
    int32_t corrected_time;
    int32_t may_be_done; /* an earlier attempt ended in the unknown */
} machine;

void machine_start(machine *m, const machine_policy *policy, int64_t now_ms);

/* Answers to MACHINE_GET_KEYS. */
void machine_got_keys(machine *m, int64_t now_ms, uint64_t version);
void machine_no_keys(machine *m, tcses_status status);

/* Answers to MACHINE_SEND. `random` is any number: it spreads the pause before the next attempt. */
void machine_attempted(machine *m, int64_t now_ms, const attempt *a, uint32_t random);
/* The request could not even be made: nothing was sent. */
void machine_not_sent(machine *m, tcses_status status);

/* Answer to MACHINE_WAIT. */
void machine_waited(machine *m, int64_t now_ms);

/* At any step: the caller has cancelled. */
void machine_cancelled(machine *m);

#endif
