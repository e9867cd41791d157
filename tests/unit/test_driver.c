/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The course of a call, where its driver meets an odd world: a clock that no date can hold, time that runs away between
 * two steps, a child process without memory.
 */
#include "support.h"

#include <errno.h>
#include <stdio.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <unistd.h>

static tcses_status list(test_rig *rig, tcses_error **error)
{
    return tcses_list_email_address(rig->client, NULL, NULL, NULL, error);
}

/* ---- random numbers, as this program gets them ---- */

static bool has_no_random;

ssize_t getrandom(void *room, size_t bytes, unsigned flags)
{
    if (!has_no_random)
        return (ssize_t)syscall(SYS_getrandom, room, bytes, flags);
    errno = EAGAIN;
    return -1;
}

/* Early after a machine's start there may be none yet: a call does not wait for them. */
static void test_driver__without_random_numbers_a_pause_is_half_of_what_it_may_be(void **state)
{
    (void)state;
    test_rig rig;
    rig_init(&rig);
    rig.options.backoff_base_ms = 1000;
    rig_open(&rig);
    for (int i = 0; i < 2; i++)
        rig_fail(&rig, NULL, TCSES_ERR_NETWORK, TCSES_STAGE_UNSENT);
    rig_answer(&rig, NULL, NULL);
    has_no_random = true;
    assert_int_equal(list(&rig, NULL), TCSES_OK);
    has_no_random = false;
    assert_int_equal(rig.clock.waits, 2);
    assert_int_equal(rig.clock.pauses[0], 499);
    assert_int_equal(rig.clock.pauses[1], 999);
    rig_free(&rig);
}

/* ---- the wall clock ---- */

/* It is signed as 1970, which the service refuses; its answer's Date then corrects the clock. */
static void test_driver__a_wall_clock_that_no_date_can_hold(void **state)
{
    (void)state;
    static const int64_t clocks_ms[] = {-1000, INT64_MIN, 253402300800000, INT64_MAX};
    for (size_t i = 0; i < COUNT_OF(clocks_ms); i++) {
        test_rig rig;
        tcses_mock_exchange late = TCSES_MOCK_EXCHANGE_INIT;
        late.response_header = "Date: Wed, 01 Jan 2025 00:00:00 GMT";
        late.response_body = "{\"Response\":{\"Error\":{\"Code\":\"AuthFailure.SignatureExpire\",\"Message\":\"\"}}}";
        rig_init(&rig);
        rig_open(&rig);
        rig.clock.wall_ms = clocks_ms[i];
        assert_int_equal(tcses_mock_expect(rig.mock, &late, NULL), TCSES_OK);
        rig_answer(&rig, NULL, NULL);
        rig_answer(&rig, NULL, NULL);
        assert_int_equal(list(&rig, NULL), TCSES_OK);
        assert_int_equal(list(&rig, NULL), TCSES_OK);
        assert_string_equal(tcses_mock_request_header(rig.mock, 0, "X-TC-Timestamp"), "0");
        assert_string_equal(tcses_mock_request_header(rig.mock, 1, "X-TC-Timestamp"), "1735689600");
        assert_string_equal(tcses_mock_request_header(rig.mock, 2, "X-TC-Timestamp"), "1735689600");
        rig_free(&rig);
    }
}

/* ---- time that runs away ---- */

/* Each look at it passes some time. */
typedef struct running_clock {
    tcses_clock clock;
    int64_t now_ms;
    int64_t step_ms;
    size_t waits;
} running_clock;

static int64_t running_wall_ms(void *ctx)
{
    (void)ctx;
    return (int64_t)RIG_WALL_SECONDS * 1000;
}

static int64_t running_monotonic_ms(void *ctx)
{
    running_clock *c = ctx;
    return c->now_ms += c->step_ms;
}

static void running_wait(void *ctx, int64_t milliseconds, tcses_cancel *cancel)
{
    running_clock *c = ctx;
    (void)cancel;
    assert_true(milliseconds > 0);
    c->now_ms += milliseconds;
    c->waits++;
}

static void open_with_running_clock(test_rig *rig, running_clock *c, int64_t step_ms)
{
    *c = (running_clock){{sizeof c->clock, c, running_wall_ms, running_monotonic_ms, running_wait}, 0, step_ms, 0};
    rig_init(rig);
    rig->options.clock = &c->clock;
    rig->options.timeout_ms = 600000;
    rig_open(rig);
}

static void test_driver__a_pause_that_is_over_before_it_begins(void **state)
{
    (void)state;
    test_rig rig;
    running_clock c;
    open_with_running_clock(&rig, &c, 5000);
    rig_fail(&rig, NULL, TCSES_ERR_NETWORK, TCSES_STAGE_UNSENT);
    rig_answer(&rig, NULL, NULL);
    assert_int_equal(list(&rig, NULL), TCSES_OK);
    assert_int_equal(c.waits, 0);
    rig_free(&rig);
}

static tcses_status give_late(void *ctx, int32_t renew, tcses_credentials_answer *answer)
{
    test_clock *c = ctx;
    (void)renew;
    c->monotonic_ms += 60000;
    return tcses_credentials_answer_set(answer, "id", "key", NULL);
}

static void test_driver__credentials_that_come_after_the_deadline(void **state)
{
    (void)state;
    test_rig rig;
    tcses_error *error = NULL;
    tcses_credentials_ops ops = TCSES_CREDENTIALS_OPS_INIT;
    ops.get = give_late;
    rig_init(&rig);
    assert_int_equal(tcses_credentials_new_callback(&ops, &rig.clock, NULL, &rig.options.credentials, NULL), TCSES_OK);
    rig_open(&rig);
    tcses_credentials_unref(rig.options.credentials);
    assert_int_equal(list(&rig, &error), TCSES_ERR_TIMEOUT);
    assert_string_equal(tcses_error_message(error), "the time for the call ran out; attempts made: 0");
    assert_int_equal(tcses_error_outcome(error), TCSES_OUTCOME_NOT_DONE);
    assert_int_equal(tcses_error_attempts(error), 0);
    assert_int_equal(tcses_error_retryable(error), TCSES_TRUE);
    tcses_error_free(error);
    assert_int_equal(tcses_mock_requests_count(rig.mock), 0);
    rig_free(&rig);
}

/* ---- a child without memory ---- */

/*
 * In a child the locks are made anew. Each allocation of its first call fails in turn, then all from it on: the call
 * succeeds or says so, and the next one works.
 */
static void call_in_child(bool keep_going, size_t n, bool *reached)
{
    test_rig rig;
    test_memory m;
    test_memory_init(&m);
    rig_init(&rig);
    rig.options.allocator = &m.allocator;
    rig_open(&rig);
    rig_answer(&rig, NULL, NULL);
    rig_answer(&rig, NULL, NULL);
    int pipes[2];
    assert_int_equal(pipe(pipes), 0);
    int32_t child = fork();
    if (child == 0) {
        m.keep_going = keep_going;
        m.fail_at = m.taken + n;
        tcses_status status = list(&rig, NULL);
        char failed = m.taken >= m.fail_at;
        m.fail_at = 0;
        int wrong = status != TCSES_OK && (status != TCSES_ERR_MEMORY || !failed);
        wrong |= list(&rig, NULL) != TCSES_OK ? 2 : 0;
        wrong |= write(pipes[1], &failed, 1) != 1 ? 4 : 0;
        tcses_client_free(rig.client);
        tcses_mock_free(rig.mock);
        wrong |= m.live != 0 ? 8 : 0;
        test_child_end(wrong);
    }
    char failed = 0;
    expect_child(child);
    assert_int_equal(read(pipes[0], &failed, 1), 1);
    close(pipes[0]);
    close(pipes[1]);
    *reached = failed != 0;
    tcses_client_free(rig.client);
    tcses_mock_free(rig.mock);
    assert_int_equal(m.live, 0);
}

static void test_driver__a_child_without_memory(void **state)
{
    (void)state;
    for (int keep_going = 0; keep_going < 2; keep_going++) {
        bool reached = true;
        size_t n = 1;
        for (; reached; n++)
            call_in_child(keep_going != 0, n, &reached);
        assert_true(n > 10);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_driver__without_random_numbers_a_pause_is_half_of_what_it_may_be),
        cmocka_unit_test(test_driver__a_wall_clock_that_no_date_can_hold),
        cmocka_unit_test(test_driver__a_pause_that_is_over_before_it_begins),
        cmocka_unit_test(test_driver__credentials_that_come_after_the_deadline),
        cmocka_unit_test(test_driver__a_child_without_memory),
    };
    return cmocka_run_group_tests_name("driver", tests, NULL, NULL);
}
