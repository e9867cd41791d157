/* SPDX-License-Identifier: Apache-2.0 */
#include "workflow/schedule.h"

#define MINUTE_MS 60000
#define LONGEST_READ_PAUSE_MS MINUTE_MS
#define SHORTEST_HOLD_MS 1000 /* who asks for none must not make us ask without a pause */
#define LONGEST_HOLD_MS (24 * 60 * MINUTE_MS)

static int64_t later_of(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static int64_t earlier_of(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* From the last submission to the next. */
static int64_t gap_ms(const schedule *s)
{
    switch (s->submissions) {
    case 0:
    case 1:
        return 1 * MINUTE_MS;
    case 2:
        return 2 * MINUTE_MS;
    case 3:
        return 5 * MINUTE_MS;
    default:
        return 10 * MINUTE_MS;
    }
}

static int64_t read_pause_ms(const schedule *s)
{
    return earlier_of(gap_ms(s) / 2, LONGEST_READ_PAUSE_MS);
}

void schedule_init(schedule *s, int64_t span_ms, bool must_submit)
{
    *s = (schedule){.span_ms = span_ms, .must_submit = must_submit};
}

static int64_t due_ms(const schedule *s)
{
    int64_t due = s->is_known ? earlier_of(s->read_ms, s->submission_ms) : s->read_ms;
    return later_of(due, s->not_before_ms);
}

schedule_step schedule_due(schedule *s, int64_t now_ms)
{
    if (s->is_verified)
        return SCHEDULE_NOTHING;
    if (!s->has_begun) {
        s->has_begun = true;
        s->begun_ms = s->read_ms = s->submission_ms = s->not_before_ms = now_ms;
    }
    if (schedule_left(s, now_ms) == 0)
        return SCHEDULE_EXPIRED;
    if (now_ms < due_ms(s))
        return SCHEDULE_NOTHING;
    return s->is_known && s->submission_ms <= now_ms ? SCHEDULE_SUBMIT : SCHEDULE_READ;
}

static void plan_next(schedule *s, schedule_step step, int64_t now_ms)
{
    if (step == SCHEDULE_SUBMIT) {
        s->submissions++;
        s->is_held = false;
        s->submission_ms = now_ms + gap_ms(s);
    }
    s->read_ms = now_ms + read_pause_ms(s);
}

void schedule_answered(schedule *s, schedule_step step, int64_t now_ms, bool is_verified)
{
    plan_next(s, step, now_ms);
    s->is_known = true;
    if (step == SCHEDULE_SUBMIT)
        s->must_submit = false;
    s->is_verified = is_verified && !s->must_submit;
}

void schedule_failed(schedule *s, schedule_step step, int64_t now_ms, int64_t retry_after_ms)
{
    plan_next(s, step, now_ms);
    s->not_before_ms = now_ms + retry_after_ms;
}

void schedule_not_ready(schedule *s, int64_t now_ms, int64_t ask_again_ms)
{
    s->is_held = true;
    s->submission_ms = now_ms + earlier_of(later_of(ask_again_ms, SHORTEST_HOLD_MS), LONGEST_HOLD_MS);
}

int64_t schedule_until_next(const schedule *s, int64_t now_ms)
{
    if (s->is_verified || !s->has_begun)
        return 0;
    return earlier_of(later_of(due_ms(s) - now_ms, 0), schedule_left(s, now_ms));
}

int64_t schedule_until_submission(const schedule *s, int64_t now_ms)
{
    if (s->is_verified || !s->has_begun)
        return 0;
    int64_t due = later_of(s->is_known ? s->submission_ms : s->read_ms, s->not_before_ms);
    return later_of(due - now_ms, 0);
}

int64_t schedule_elapsed(const schedule *s, int64_t now_ms)
{
    return s->has_begun ? now_ms - s->begun_ms : 0;
}

int64_t schedule_left(const schedule *s, int64_t now_ms)
{
    return later_of(s->span_ms - schedule_elapsed(s, now_ms), 0);
}
