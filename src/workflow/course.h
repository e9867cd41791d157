/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WORKFLOW_COURSE_H
#define WORKFLOW_COURSE_H

#include <stdbool.h>

#include <tcses/onboard.h>

#include "base/arena.h"
#include "workflow/verification.h"

/*
 * What workflows of several steps share: their report, of which each step is told when it has ended, and the way
 * through DNS and verification. Functions that return a status return anything but TCSES_OK where the whole course
 * ends; `error` then says why.
 */
typedef struct course {
    tcses_client *client;
    tcses_call_options options;
    const char *domain;
    tcses_verification_ready_fn is_ready;
    void *ready_ctx;
    int64_t deadline_ms;
    bool is_dry_run;
    tcses_onboard_progress_fn progress;
    void *progress_ctx;
    tcses_error *error; /* NULL: nobody wants it */
    arena *memory;      /* of the report and its steps */
    tcses_onboard_report *report;
    tcses_onboard_step *steps;
    size_t steps_count;
    int32_t readiness; /* what is_ready has said last; that it can't be told does not undo a "yes" */
    bool was_held;     /* it has said "not yet" */
    bool is_verified;  /* what is waited for was reached */
    bool is_stopped;   /* by the progress callback */
    bool is_records_told;
} course;

/* The steps that every course has, and the place of the first of those after them. */
enum { COURSE_FIRST = 0, COURSE_RECORDS = 1, COURSE_VERIFICATION = 2, COURSE_LATER = 3 };

/*
 * Checks what all requests have, takes it over, and makes a report with so many steps, all PLANNED. The report belongs
 * to the course until course_close(), which hands it over if the status is TCSES_OK and returns the status.
 */
tcses_status course_check(course *c, const tcses_call_options *options, int32_t is_dry_run);
tcses_status course_open(course *c, size_t steps_count);
tcses_status course_close(course *c, tcses_status status, const tcses_onboard_report **report);

/* Says what a step is about. The subject must live as long as the report. */
void course_set_step(course *c, size_t index, int32_t kind, const char *subject);

/* The step has ended so. */
tcses_status course_end_step(course *c, size_t index, int32_t state);

/* The step has ended with a failure, which is copied; or the whole course does. */
tcses_status course_fail_step(course *c, size_t index, int32_t state, const tcses_error *failure);

/* How a step has ended that a change made for it failed. */
int32_t course_state_after(const tcses_error *failure);

/* Takes an answer over, whose records the report is to show. */
void course_keep_answer(course *c, const tcses_get_email_identity_response *answer);

/* What is left of the way of a domain that is there: ends the two steps and sets is_verified. */
typedef struct course_way {
    const tcses_get_email_identity_response *domain; /* taken over */
    verification_goal_fn goal;                       /* NULL: that it is verified */
    void *goal_ctx;
    int32_t dkim_option; /* for submissions */
    bool was_submitted;  /* just before */
} course_way;
tcses_status course_verify(course *c, const course_way *way);

#endif
