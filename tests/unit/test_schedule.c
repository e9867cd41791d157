/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * When a waiting domain is read and submitted, with plain times: no client, no calls.
 */
#include "support.h"

#include "workflow/schedule.h"

#define SECOND INT64_C(1000)
#define MINUTE (60 * SECOND)
#define LONG_SPAN (120 * MINUTE)

/* A schedule and its clock, which stands at any number when the wait begins. */
typedef struct course {
    schedule s;
    int64_t begun_ms;
    int64_t now_ms;
} course;

static course course_of(int64_t span_ms, bool must_submit)
{
    course c = {.begun_ms = 777777, .now_ms = 777777};
    schedule_init(&c.s, span_ms, must_submit);
    return c;
}

/* Lets time pass until the next step, which must be this one and due then, not earlier; the time is since the start. */
static void expect_step(course *c, schedule_step step, int64_t at_ms)
{
    int64_t pause = schedule_until_next(&c->s, c->now_ms);
    if (pause > 0)
        assert_int_equal(schedule_due(&c->s, c->now_ms + pause - 1), SCHEDULE_NOTHING);
    c->now_ms += pause;
    assert_int_equal(c->now_ms - c->begun_ms, at_ms);
    assert_int_equal(schedule_due(&c->s, c->now_ms), step);
    assert_int_equal(schedule_until_next(&c->s, c->now_ms), 0);
    assert_int_equal(schedule_elapsed(&c->s, c->now_ms), at_ms);
}

static void expect_answered(course *c, schedule_step step, int64_t at_ms, bool is_verified)
{
    expect_step(c, step, at_ms);
    schedule_answered(&c->s, step, c->now_ms, is_verified);
}

static void expect_failed(course *c, schedule_step step, int64_t at_ms, int64_t retry_after_ms)
{
    expect_step(c, step, at_ms);
    schedule_failed(&c->s, step, c->now_ms, retry_after_ms);
}

static void expect_end(course *c)
{
    assert_true(c->s.is_verified);
    assert_int_equal(schedule_due(&c->s, c->now_ms + LONG_SPAN * 2), SCHEDULE_NOTHING);
    assert_int_equal(schedule_until_next(&c->s, c->now_ms), 0);
    assert_int_equal(schedule_until_submission(&c->s, c->now_ms), 0);
}

/* A wait that has read an unverified domain and submitted it once, all at its very beginning. */
static course course_with_one_submission(int64_t span_ms)
{
    course c = course_of(span_ms, false);
    expect_answered(&c, SCHEDULE_READ, 0, false);
    expect_answered(&c, SCHEDULE_SUBMIT, 0, false);
    return c;
}

/* ---- the rhythm ---- */

static void test_schedule__submits_at_once_and_then_after_1_2_5_10_10_minutes(void **state)
{
    (void)state;
    static const int64_t minutes[] = {0, 1, 3, 8, 18, 28, 38, 48, 58, 68, 78, 88, 98, 108, 118};
    course c = course_of(LONG_SPAN, false);
    size_t submissions = 0;
    for (schedule_step step; (step = schedule_due(&c.s, c.now_ms)) != SCHEDULE_EXPIRED;) {
        if (step == SCHEDULE_SUBMIT) {
            assert_true(submissions < COUNT_OF(minutes));
            assert_int_equal(c.now_ms - c.begun_ms, minutes[submissions++] * MINUTE);
        }
        if (step != SCHEDULE_NOTHING)
            schedule_answered(&c.s, step, c.now_ms, false);
        assert_int_equal(c.s.submissions, submissions);
        c.now_ms += schedule_until_next(&c.s, c.now_ms);
    }
    assert_int_equal(submissions, COUNT_OF(minutes));
    assert_int_equal(c.now_ms - c.begun_ms, LONG_SPAN);
}

static void test_schedule__reads_in_between_at_half_the_gap_and_every_minute_at_least(void **state)
{
    (void)state;
    course c = course_with_one_submission(LONG_SPAN);
    expect_answered(&c, SCHEDULE_READ, 30 * SECOND, false);
    expect_answered(&c, SCHEDULE_SUBMIT, 1 * MINUTE, false);
    expect_answered(&c, SCHEDULE_READ, 2 * MINUTE, false);
    expect_answered(&c, SCHEDULE_SUBMIT, 3 * MINUTE, false);
    for (int64_t minute = 4; minute <= 7; minute++)
        expect_answered(&c, SCHEDULE_READ, minute * MINUTE, false);
    expect_answered(&c, SCHEDULE_SUBMIT, 8 * MINUTE, false);
    for (int64_t minute = 9; minute <= 17; minute++)
        expect_answered(&c, SCHEDULE_READ, minute * MINUTE, false);
    expect_answered(&c, SCHEDULE_SUBMIT, 18 * MINUTE, false);
}

/* The service is given the whole gap, however long a call took. */
static void test_schedule__gaps_begin_when_the_call_has_ended(void **state)
{
    (void)state;
    course c = course_of(LONG_SPAN, false);
    expect_step(&c, SCHEDULE_READ, 0);
    c.now_ms += 20 * SECOND;
    schedule_answered(&c.s, SCHEDULE_READ, c.now_ms, false);
    expect_step(&c, SCHEDULE_SUBMIT, 20 * SECOND);
    c.now_ms += 50 * SECOND;
    schedule_answered(&c.s, SCHEDULE_SUBMIT, c.now_ms, false);
    expect_step(&c, SCHEDULE_READ, 100 * SECOND);
    c.now_ms += 7 * SECOND;
    schedule_answered(&c.s, SCHEDULE_READ, c.now_ms, false);
    expect_answered(&c, SCHEDULE_SUBMIT, 130 * SECOND, false);
}

static void test_schedule__one_who_comes_late_submits_first_and_makes_up_for_nothing(void **state)
{
    (void)state;
    course c = course_with_one_submission(LONG_SPAN);
    c.now_ms += 30 * MINUTE;
    expect_answered(&c, SCHEDULE_SUBMIT, 30 * MINUTE, false);
    expect_answered(&c, SCHEDULE_READ, 31 * MINUTE, false);
    expect_answered(&c, SCHEDULE_SUBMIT, 32 * MINUTE, false);
}

static void test_schedule__tells_when_the_next_submission_is_due(void **state)
{
    (void)state;
    course c = course_of(LONG_SPAN, false);
    assert_int_equal(schedule_until_submission(&c.s, c.now_ms), 0);
    expect_failed(&c, SCHEDULE_READ, 0, 0);
    assert_int_equal(schedule_until_submission(&c.s, c.now_ms), 30 * SECOND);
    expect_answered(&c, SCHEDULE_READ, 30 * SECOND, false);
    assert_int_equal(schedule_until_submission(&c.s, c.now_ms), 0);
    expect_answered(&c, SCHEDULE_SUBMIT, 30 * SECOND, false);
    assert_int_equal(schedule_until_submission(&c.s, c.now_ms), MINUTE);
    expect_answered(&c, SCHEDULE_READ, MINUTE, false);
    assert_int_equal(schedule_until_submission(&c.s, c.now_ms), 30 * SECOND);
    assert_int_equal(schedule_until_submission(&c.s, c.now_ms + MINUTE), 0);
    expect_failed(&c, SCHEDULE_SUBMIT, 90 * SECOND, 4 * MINUTE);
    assert_int_equal(schedule_until_submission(&c.s, c.now_ms), 4 * MINUTE);
}

/* ---- the end ---- */

static void test_schedule__a_verified_domain_is_not_submitted(void **state)
{
    (void)state;
    course c = course_of(LONG_SPAN, false);
    expect_answered(&c, SCHEDULE_READ, 0, true);
    assert_int_equal(c.s.submissions, 0);
    expect_end(&c);
}

static void test_schedule__ends_with_what_a_submission_or_a_later_read_shows(void **state)
{
    (void)state;
    course c = course_of(LONG_SPAN, false);
    expect_answered(&c, SCHEDULE_READ, 0, false);
    expect_answered(&c, SCHEDULE_SUBMIT, 0, true);
    expect_end(&c);
    c = course_with_one_submission(LONG_SPAN);
    expect_answered(&c, SCHEDULE_READ, 30 * SECOND, true);
    assert_int_equal(c.s.submissions, 1);
    expect_end(&c);
}

static void test_schedule__a_forced_submission_is_made_though_it_is_verified(void **state)
{
    (void)state;
    course c = course_of(LONG_SPAN, true);
    expect_answered(&c, SCHEDULE_READ, 0, true);
    assert_false(c.s.is_verified);
    expect_answered(&c, SCHEDULE_SUBMIT, 0, true);
    assert_int_equal(c.s.submissions, 1);
    expect_end(&c);
}

/* One that failed was none. */
static void test_schedule__a_forced_submission_is_made_until_one_is_answered(void **state)
{
    (void)state;
    course c = course_of(LONG_SPAN, true);
    expect_answered(&c, SCHEDULE_READ, 0, true);
    expect_failed(&c, SCHEDULE_SUBMIT, 0, 0);
    expect_answered(&c, SCHEDULE_READ, 30 * SECOND, true);
    expect_answered(&c, SCHEDULE_SUBMIT, MINUTE, false);
    expect_answered(&c, SCHEDULE_READ, 2 * MINUTE, true);
    assert_int_equal(c.s.submissions, 2);
    expect_end(&c);
}

/* ---- failures ---- */

/* It might be verified. */
static void test_schedule__nothing_is_submitted_before_it_could_be_read(void **state)
{
    (void)state;
    course c = course_of(LONG_SPAN, false);
    for (int64_t i = 0; i < 5; i++)
        expect_failed(&c, SCHEDULE_READ, i * 30 * SECOND, 0);
    expect_answered(&c, SCHEDULE_READ, 150 * SECOND, false);
    expect_answered(&c, SCHEDULE_SUBMIT, 150 * SECOND, false);
}

static void test_schedule__a_submission_that_failed_counts(void **state)
{
    (void)state;
    course c = course_of(LONG_SPAN, false);
    expect_answered(&c, SCHEDULE_READ, 0, false);
    expect_failed(&c, SCHEDULE_SUBMIT, 0, 0);
    assert_int_equal(c.s.submissions, 1);
    expect_failed(&c, SCHEDULE_READ, 30 * SECOND, 0);
    expect_failed(&c, SCHEDULE_SUBMIT, MINUTE, 0);
    assert_int_equal(c.s.submissions, 2);
    expect_failed(&c, SCHEDULE_READ, 2 * MINUTE, 0);
    expect_answered(&c, SCHEDULE_SUBMIT, 3 * MINUTE, true);
    expect_end(&c);
}

static void test_schedule__waits_as_long_as_the_service_asks(void **state)
{
    (void)state;
    course c = course_of(LONG_SPAN, false);
    expect_failed(&c, SCHEDULE_READ, 0, 45 * SECOND);
    expect_answered(&c, SCHEDULE_READ, 45 * SECOND, false);
    expect_failed(&c, SCHEDULE_SUBMIT, 45 * SECOND, 50 * SECOND); /* the read would be due after 30 */
    expect_failed(&c, SCHEDULE_READ, 95 * SECOND, 10 * MINUTE);   /* the submission would be due after 10 */
    expect_answered(&c, SCHEDULE_SUBMIT, 695 * SECOND, false);
    expect_failed(&c, SCHEDULE_READ, 755 * SECOND, 1 * SECOND); /* less than it waits anyway */
    expect_answered(&c, SCHEDULE_SUBMIT, 815 * SECOND, false);
}

/* ---- DNS that is not ready ---- */

/* The submission is due now, and DNS is not ready for it. */
static void expect_put_off(course *c, int64_t at_ms, int64_t ask_again_ms)
{
    expect_step(c, SCHEDULE_SUBMIT, at_ms);
    schedule_not_ready(&c->s, c->now_ms, ask_again_ms);
    assert_true(c->s.is_held);
}

static void test_schedule__what_is_put_off_is_due_again_and_reads_go_on(void **state)
{
    (void)state;
    course c = course_of(LONG_SPAN, false);
    expect_answered(&c, SCHEDULE_READ, 0, false);
    expect_put_off(&c, 0, 70 * SECOND);
    assert_int_equal(schedule_until_submission(&c.s, c.now_ms), 70 * SECOND);
    assert_int_equal(schedule_until_next(&c.s, c.now_ms), 30 * SECOND);
    expect_answered(&c, SCHEDULE_READ, 30 * SECOND, false);
    expect_answered(&c, SCHEDULE_READ, 60 * SECOND, false);
    expect_put_off(&c, 70 * SECOND, 20 * SECOND);
    /* Both are due: first it is asked again, then it is read all the same. */
    expect_put_off(&c, 90 * SECOND, MINUTE);
    expect_answered(&c, SCHEDULE_READ, 90 * SECOND, false);
    expect_answered(&c, SCHEDULE_READ, 120 * SECOND, false);
    assert_int_equal(c.s.submissions, 0);
    expect_put_off(&c, 150 * SECOND, MINUTE);
    expect_answered(&c, SCHEDULE_READ, 150 * SECOND, true);
    expect_end(&c);
}

/* The rhythm of submissions begins with the first that is made. */
static void test_schedule__what_was_put_off_counts_for_nothing(void **state)
{
    (void)state;
    course c = course_of(LONG_SPAN, true);
    expect_answered(&c, SCHEDULE_READ, 0, false);
    expect_put_off(&c, 0, 10 * SECOND);
    expect_answered(&c, SCHEDULE_SUBMIT, 10 * SECOND, false);
    assert_false(c.s.is_held);
    expect_answered(&c, SCHEDULE_READ, 40 * SECOND, false);
    expect_put_off(&c, 70 * SECOND, 5 * SECOND);
    expect_answered(&c, SCHEDULE_READ, 70 * SECOND, false);
    expect_failed(&c, SCHEDULE_SUBMIT, 75 * SECOND, 0);
    assert_false(c.s.is_held);
    expect_answered(&c, SCHEDULE_READ, 135 * SECOND, false);
    expect_step(&c, SCHEDULE_SUBMIT, 195 * SECOND);
    assert_int_equal(c.s.submissions, 2);
}

static void test_schedule__is_put_off_by_a_second_at_least_and_a_day_at_most(void **state)
{
    (void)state;
    static const struct {
        int64_t asked, taken;
    } times[] = {{INT64_MIN, SECOND}, {0, SECOND}, {999, SECOND}, {1001, 1001}, {24 * 60 * MINUTE, 24 * 60 * MINUTE},
        {24 * 60 * MINUTE + 1, 24 * 60 * MINUTE}, {INT64_MAX, 24 * 60 * MINUTE}};
    for (size_t i = 0; i < COUNT_OF(times); i++) {
        course c = course_of(INT64_MAX, false);
        expect_answered(&c, SCHEDULE_READ, 0, false);
        expect_put_off(&c, 0, times[i].asked);
        assert_int_equal(schedule_until_submission(&c.s, c.now_ms), times[i].taken);
    }
}

/* ---- the deadline ---- */

static void test_schedule__nothing_is_due_once_the_deadline_has_come(void **state)
{
    (void)state;
    course c = course_with_one_submission(70 * SECOND);
    assert_int_equal(schedule_left(&c.s, c.now_ms), 70 * SECOND);
    expect_answered(&c, SCHEDULE_READ, 30 * SECOND, false);
    assert_int_equal(schedule_left(&c.s, c.now_ms), 40 * SECOND);
    expect_answered(&c, SCHEDULE_SUBMIT, 60 * SECOND, false);
    assert_int_equal(schedule_until_submission(&c.s, c.now_ms), 2 * MINUTE);
    expect_step(&c, SCHEDULE_EXPIRED, 70 * SECOND);
    assert_int_equal(schedule_left(&c.s, c.now_ms + MINUTE), 0);
    assert_int_equal(schedule_due(&c.s, c.now_ms + MINUTE), SCHEDULE_EXPIRED);
    assert_int_equal(c.s.submissions, 2);
}

static void test_schedule__the_deadline_counts_from_the_first_step(void **state)
{
    (void)state;
    course c = course_of(MINUTE, false);
    assert_int_equal(schedule_left(&c.s, c.now_ms + 5 * MINUTE), MINUTE);
    assert_int_equal(schedule_elapsed(&c.s, c.now_ms + 5 * MINUTE), 0);
    c.begun_ms = c.now_ms += 10 * MINUTE;
    expect_failed(&c, SCHEDULE_READ, 0, 2 * MINUTE);
    expect_step(&c, SCHEDULE_EXPIRED, MINUTE);
}

static void test_schedule__a_deadline_beyond_all_times(void **state)
{
    (void)state;
    course c = course_of(INT64_MAX, false);
    expect_answered(&c, SCHEDULE_READ, 0, false);
    expect_answered(&c, SCHEDULE_SUBMIT, 0, false);
    assert_int_equal(schedule_left(&c.s, c.now_ms + MINUTE), INT64_MAX - MINUTE);
    expect_answered(&c, SCHEDULE_READ, 30 * SECOND, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_schedule__submits_at_once_and_then_after_1_2_5_10_10_minutes),
        cmocka_unit_test(test_schedule__reads_in_between_at_half_the_gap_and_every_minute_at_least),
        cmocka_unit_test(test_schedule__gaps_begin_when_the_call_has_ended),
        cmocka_unit_test(test_schedule__one_who_comes_late_submits_first_and_makes_up_for_nothing),
        cmocka_unit_test(test_schedule__tells_when_the_next_submission_is_due),
        cmocka_unit_test(test_schedule__a_verified_domain_is_not_submitted),
        cmocka_unit_test(test_schedule__ends_with_what_a_submission_or_a_later_read_shows),
        cmocka_unit_test(test_schedule__a_forced_submission_is_made_though_it_is_verified),
        cmocka_unit_test(test_schedule__a_forced_submission_is_made_until_one_is_answered),
        cmocka_unit_test(test_schedule__nothing_is_submitted_before_it_could_be_read),
        cmocka_unit_test(test_schedule__a_submission_that_failed_counts),
        cmocka_unit_test(test_schedule__waits_as_long_as_the_service_asks),
        cmocka_unit_test(test_schedule__what_is_put_off_is_due_again_and_reads_go_on),
        cmocka_unit_test(test_schedule__what_was_put_off_counts_for_nothing),
        cmocka_unit_test(test_schedule__is_put_off_by_a_second_at_least_and_a_day_at_most),
        cmocka_unit_test(test_schedule__nothing_is_due_once_the_deadline_has_come),
        cmocka_unit_test(test_schedule__the_deadline_counts_from_the_first_step),
        cmocka_unit_test(test_schedule__a_deadline_beyond_all_times),
    };
    return cmocka_run_group_tests_name("schedule", tests, NULL, NULL);
}
