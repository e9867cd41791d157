/* SPDX-License-Identifier: Apache-2.0 */

/* The clock of fast_clock.c: hours pass in waits, calls get the time they need. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include <tcses/cancel.h>

#include "clock.h"

enum { MINUTE = 60000, HOUR = 60 * MINUTE };

static int64_t real_ms(clockid_t id)
{
    struct timespec now = {0, 0};
    clock_gettime(id, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int64_t clock_ms(void)
{
    return cli_clock()->monotonic_ms(cli_clock()->ctx);
}

static void wait_ms(int64_t milliseconds, tcses_cancel *cancel)
{
    cli_clock()->wait(cli_clock()->ctx, milliseconds, cancel);
}

static void test_fast_clock__hours_pass_in_a_wait(void **state)
{
    (void)state;
    setenv("TCSES_TEST_SPEED", "100000", 1);
    int64_t began = clock_ms();
    int64_t truly = real_ms(CLOCK_MONOTONIC);
    for (int i = 0; i < 10; i++)
        wait_ms(HOUR, NULL);
    assert_true(clock_ms() - began >= 10 * HOUR);
    assert_true(real_ms(CLOCK_MONOTONIC) - truly >= 10 * HOUR / 100000);
    assert_true(real_ms(CLOCK_MONOTONIC) - truly < 10 * MINUTE);
}

/* The machine's clock is read around the other, as either may be read late. */
static void test_fast_clock__time_goes_as_it_does_between_waits(void **state)
{
    (void)state;
    int64_t before = real_ms(CLOCK_MONOTONIC);
    int64_t first = clock_ms();
    int64_t inside = real_ms(CLOCK_MONOTONIC);
    tcses_cancel_wait(NULL, 20);
    int64_t still_inside = real_ms(CLOCK_MONOTONIC);
    int64_t second = clock_ms();
    int64_t after = real_ms(CLOCK_MONOTONIC);
    assert_true(second - first >= still_inside - inside);
    assert_true(second - first <= after - before);
}

static void test_fast_clock__wall_clock_is_the_machines(void **state)
{
    (void)state;
    setenv("TCSES_TEST_SPEED", "100000", 1);
    wait_ms(HOUR, NULL);
    int64_t difference = cli_clock()->wall_ms(cli_clock()->ctx) - real_ms(CLOCK_REALTIME);
    assert_true(difference > -MINUTE && difference < MINUTE);
}

static void test_fast_clock__wait_that_is_cut_short_passes_no_more_than_its_share(void **state)
{
    (void)state;
    tcses_cancel *cancel = NULL;
    assert_int_equal(tcses_cancel_new(NULL, &cancel, NULL), TCSES_OK);
    tcses_cancel_trigger(cancel);
    setenv("TCSES_TEST_SPEED", "1", 1);
    int64_t began = clock_ms();
    wait_ms(HOUR, cancel);
    assert_true(clock_ms() - began < HOUR);
    tcses_cancel_unref(cancel);
}

static void test_fast_clock__waits_of_less_than_a_millisecond_pass_too(void **state)
{
    (void)state;
    setenv("TCSES_TEST_SPEED", "100000", 1);
    int64_t began = clock_ms();
    for (int i = 0; i < 1000; i++)
        wait_ms(1000, NULL);
    assert_true(clock_ms() - began >= 1000 * 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fast_clock__hours_pass_in_a_wait),
        cmocka_unit_test(test_fast_clock__time_goes_as_it_does_between_waits),
        cmocka_unit_test(test_fast_clock__wall_clock_is_the_machines),
        cmocka_unit_test(test_fast_clock__wait_that_is_cut_short_passes_no_more_than_its_share),
        cmocka_unit_test(test_fast_clock__waits_of_less_than_a_millisecond_pass_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
