/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WORKFLOW_SCHEDULE_H
#define WORKFLOW_SCHEDULE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * When a domain that waits for its verification is read and submitted: values in, values out, no I/O. All times are
 * milliseconds of one clock that never goes back.
 */
typedef enum schedule_step {
    SCHEDULE_NOTHING, /* not yet, or no more */
    SCHEDULE_READ,
    SCHEDULE_SUBMIT,
    SCHEDULE_EXPIRED /* the deadline has come */
} schedule_step;

typedef struct schedule {
    int64_t span_ms; /* from the first step to the deadline */
    int64_t begun_ms;
    int64_t read_ms;       /* when the next of each is due */
    int64_t submission_ms; /* once the domain has been read */
    int64_t not_before_ms; /* the service has asked for that */
    int32_t submissions;   /* made, failed ones too */
    bool has_begun;
    bool is_known;    /* it has been read: only then it is sure not to be verified already */
    bool must_submit; /* what a read shows does not count until a submission was answered */
    bool is_held;     /* the submission that was due last was put off: DNS was not ready */
    bool is_verified; /* the end */
} schedule;

void schedule_init(schedule *s, int64_t span_ms, bool must_submit);

/* What is due now. The first time begins. */
schedule_step schedule_due(schedule *s, int64_t now_ms);

/* What became of a read or a submission. */
void schedule_answered(schedule *s, schedule_step step, int64_t now_ms, bool is_verified);
void schedule_failed(schedule *s, schedule_step step, int64_t now_ms, int64_t retry_after_ms);

/* A submission that was due is put off: it is due again in that time, but at least a second and at most a day. */
void schedule_not_ready(schedule *s, int64_t now_ms, int64_t ask_again_ms);

/* Milliseconds from now until the next step, at the latest until the deadline; until the next submission. */
int64_t schedule_until_next(const schedule *s, int64_t now_ms);
int64_t schedule_until_submission(const schedule *s, int64_t now_ms);

/* Milliseconds since the first step; until the deadline. */
int64_t schedule_elapsed(const schedule *s, int64_t now_ms);
int64_t schedule_left(const schedule *s, int64_t now_ms);

#endif
