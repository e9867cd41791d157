/* SPDX-License-Identifier: Apache-2.0 */
#include "support.h"

#include <stdio.h>

#include "call/limiter.h"

static void expect_place(limiter *l, const char *action, int64_t now_ms, int64_t expected_ms)
{
    int64_t place_ms = -1;
    assert_true(limiter_reserve(l, "ses", action, now_ms, &place_ms));
    assert_int_equal(place_ms, expected_ms);
}

static void expect_free(limiter *l, const char *action, int64_t now_ms)
{
    int64_t place_ms = -1;
    assert_false(limiter_reserve(l, "ses", action, now_ms, &place_ms));
    assert_int_equal(place_ms, -1);
}

static void test_limiter__nothing_is_limited_until_the_service_complains(void **state)
{
    (void)state;
    limiter l = {0};
    for (int i = 0; i < 1000; i++)
        expect_free(&l, "Get", 5000);
    limiter_learn(&l, "ses", "Get", 5000);
    expect_place(&l, "Get", 5000, 5050);
    expect_place(&l, "Get", 5000, 5100);
    expect_free(&l, "List", 5000);
    int64_t place_ms = -1;
    assert_false(limiter_reserve(&l, "sts", "Get", 5000, &place_ms));
    /* A second complaint changes nothing. */
    limiter_learn(&l, "ses", "Get", 5000);
    expect_place(&l, "Get", 5000, 5150);
}

static void test_limiter__twenty_a_second(void **state)
{
    (void)state;
    limiter l = {0};
    int64_t last = 0;
    limiter_learn(&l, "ses", "Get", 0);
    for (int i = 0; i < 20; i++)
        assert_true(limiter_reserve(&l, "ses", "Get", 0, &last));
    assert_int_equal(last, 1000);
    /* Time that passed unused does not add up. */
    expect_place(&l, "Get", 60000, 60000);
    expect_place(&l, "Get", 60000, 60050);
}

static void test_limiter__a_fixed_rate(void **state)
{
    (void)state;
    limiter l = {.rate = 3};
    expect_place(&l, "Get", 100, 100);
    expect_place(&l, "Get", 100, 434); /* 433.333 ms, rounded up: never too early */
    expect_place(&l, "Get", 100, 767);
    expect_place(&l, "Get", 100, 1100);
    expect_place(&l, "List", 100, 100);
    limiter_learn(&l, "ses", "Get", 100);
    expect_place(&l, "Get", 100, 1434);
    limiter fast = {.rate = 4000};
    expect_place(&fast, "Get", 7, 7);
    expect_place(&fast, "Get", 7, 8);
    for (int i = 0; i < 3; i++)
        expect_place(&fast, "Get", 7, 8);
    expect_place(&fast, "Get", 7, 9);
}

static void test_limiter__off_stays_off(void **state)
{
    (void)state;
    limiter l = {.rate = -1};
    limiter_learn(&l, "ses", "Get", 0);
    expect_free(&l, "Get", 0);
}

static void test_limiter__a_place_given_back_is_given_out_again(void **state)
{
    (void)state;
    limiter l = {.rate = 10};
    expect_place(&l, "Get", 0, 0);
    expect_place(&l, "Get", 0, 100);
    limiter_give_back(&l, "ses", "Get");
    expect_place(&l, "Get", 0, 100);
    expect_place(&l, "Get", 0, 200);
    limiter_give_back(&l, "ses", "Unknown");
    expect_place(&l, "Get", 0, 300);
}

/* The oldest gives way: it is the one that is least likely to be at its limit. */
static void test_limiter__more_actions_than_there_is_room_for(void **state)
{
    (void)state;
    limiter l = {.rate = 10};
    char name[16];
    for (int i = 0; i < LIMITER_BUCKETS; i++) {
        snprintf(name, sizeof name, "A%d", i);
        expect_place(&l, name, 1000 + (i == 7 ? 0 : 10), 1000 + (i == 7 ? 0 : 10));
    }
    expect_place(&l, "New", 1020, 1020);
    assert_int_equal(l.count, LIMITER_BUCKETS);
    expect_place(&l, "A6", 1020, 1110);
    expect_place(&l, "A7", 1020, 1020);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_limiter__nothing_is_limited_until_the_service_complains),
        cmocka_unit_test(test_limiter__twenty_a_second),
        cmocka_unit_test(test_limiter__a_fixed_rate),
        cmocka_unit_test(test_limiter__off_stays_off),
        cmocka_unit_test(test_limiter__a_place_given_back_is_given_out_again),
        cmocka_unit_test(test_limiter__more_actions_than_there_is_room_for),
    };
    return cmocka_run_group_tests_name("limiter", tests, NULL, NULL);
}
