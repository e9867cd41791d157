/* SPDX-License-Identifier: Apache-2.0 */
#include "support.h"

#include <time.h>

#include "base/time.h"

static void test_time__known_dates(void **state)
{
    (void)state;
    static const struct {
        int64_t year;
        int32_t month, day, hour, minute, second;
        int64_t seconds;
        const char *date;
    } known[] = {
        {1970, 1, 1, 0, 0, 0, 0, "1970-01-01"},
        {1970, 1, 1, 23, 59, 59, 86399, "1970-01-01"},
        {1969, 12, 31, 23, 59, 59, -1, "1969-12-31"},
        {1969, 12, 31, 0, 0, 0, -86400, "1969-12-31"},
        {1969, 12, 30, 23, 59, 59, -86401, "1969-12-30"},
        {2000, 2, 29, 12, 0, 0, 951825600, "2000-02-29"},
        {1900, 2, 28, 0, 0, 0, -2203977600, "1900-02-28"},
        {1900, 3, 1, 0, 0, 0, -2203891200, "1900-03-01"},
        {2024, 2, 29, 0, 0, 0, 1709164800, "2024-02-29"},
        {2024, 3, 1, 0, 0, 0, 1709251200, "2024-03-01"},
        {2023, 2, 28, 23, 59, 59, 1677628799, "2023-02-28"},
        {2023, 3, 1, 0, 0, 0, 1677628800, "2023-03-01"},
        {2024, 12, 31, 23, 59, 59, 1735689599, "2024-12-31"},
        {2025, 1, 1, 0, 0, 0, 1735689600, "2025-01-01"},
        {2038, 1, 19, 3, 14, 8, 2147483648, "2038-01-19"},
        {2100, 2, 28, 0, 0, 0, 4107456000, "2100-02-28"},
        {2100, 3, 1, 0, 0, 0, 4107542400, "2100-03-01"},
        {9999, 12, 31, 23, 59, 59, 253402300799, "9999-12-31"},
        {1, 1, 1, 0, 0, 0, -62135596800, "0001-01-01"},
        {0, 3, 1, 0, 0, 0, -62162035200, "0000-03-01"},
    };
    for (size_t i = 0; i < COUNT_OF(known); i++) {
        char date[11];
        assert_true(time_from_civil(known[i].year, known[i].month, known[i].day, known[i].hour, known[i].minute,
                        known[i].second) == known[i].seconds);
        time_to_date(known[i].seconds, date);
        assert_string_equal(date, known[i].date);
    }
}

/* Every day of 800 years against the C library. */
static void test_time__every_day_as_the_c_library_has_it(void **state)
{
    (void)state;
    for (int64_t day = -146097; day <= 146097; day++) {
        time_t seconds = (time_t)(day * 86400 + 4711);
        struct tm parts;
        char date[11], wanted[16];
        assert_non_null(gmtime_r(&seconds, &parts));
        assert_true(strftime(wanted, sizeof wanted, "%Y-%m-%d", &parts) > 0);
        time_to_date(seconds, date);
        assert_string_equal(date, wanted);
        assert_true(time_from_civil(parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min,
                        parts.tm_sec) == seconds);
    }
}

static void test_time__text(void **state)
{
    (void)state;
    int64_t seconds = 0;
    assert_true(time_from_text("2024-12-10 16:44:16", &seconds));
    assert_true(seconds == 1733849056);
    assert_true(time_from_text("1969-12-31 23:59:59", &seconds));
    assert_true(seconds == -1);
    assert_true(time_from_text("2024-02-29 00:00:00", &seconds));
    assert_true(seconds == 1709164800);
    assert_true(time_from_text("2016-12-31 23:59:60", &seconds));
    assert_true(seconds == 1483228800);
    static const char *const bad[] = {"", "2024-12-10", "2024-12-10T16:44:16", "2024-12-10 16:44:16Z",
        "2024-12-10 16:44", "2024-12-10 16:44:1", "24-12-10 16:44:16", "2024-1-10 16:44:16", "2024-00-10 16:44:16",
        "2024-13-10 16:44:16", "2024-12-00 16:44:16", "2024-12-32 16:44:16", "2024-12-10 24:00:00",
        "2024-12-10 16:60:16", "2024-12-10 16:44:61", " 2024-12-10 16:44:16", "2024/12/10 16:44:16",
        "2024-12-10 -1:44:16", "2024-12-1O 16:44:16"};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        seconds = 77;
        if (time_from_text(bad[i], &seconds))
            fail_msg("taken: %s", bad[i]);
        assert_true(seconds == 77);
    }
}

static void test_time__days_that_a_month_does_not_have(void **state)
{
    (void)state;
    static const char *const bad[] = {"2023-02-29 00:00:00", "2024-02-30 00:00:00", "1900-02-29 00:00:00",
        "2024-04-31 00:00:00", "2024-06-31 00:00:00", "2024-09-31 00:00:00", "2024-11-31 00:00:00"};
    int64_t seconds = 0;
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        if (time_from_text(bad[i], &seconds))
            fail_msg("taken: %s", bad[i]);
    }
    assert_false(time_from_http("Thu, 29 Feb 2023 00:00:00 GMT", &seconds));
    assert_true(time_from_http("Thu, 29 Feb 2024 00:00:00 GMT", &seconds));
}

static void test_time__http(void **state)
{
    (void)state;
    int64_t seconds = 0;
    assert_true(time_from_http("Mon, 23 Nov 2026 20:40:00 GMT", &seconds));
    assert_true(seconds == 1795466400);
    assert_true(time_from_http("Thu, 01 Jan 1970 00:00:00 GMT", &seconds));
    assert_true(seconds == 0);
    static const char *const months[] = {
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    for (int32_t i = 0; i < 12; i++) {
        char text[] = "Mon, 28 xxx 2025 01:02:03 GMT";
        memcpy(text + 8, months[i], 3);
        assert_true(time_from_http(text, &seconds));
        assert_true(seconds == time_from_civil(2025, i + 1, 28, 1, 2, 3));
    }
    static const char *const bad[] = {"", "Mon", "23 Nov 2026 20:40:00 GMT", "Mon, 23 Nov 2026 20:40:00",
        "Mon, 23 Nov 2026 20:40:00 UTC", "Mon, 23 Nov 2026 20:40:00 GMT+1", "Mon, 3 Nov 2026 20:40:00 GMT",
        "Mon, 23 nov 2026 20:40:00 GMT", "Mon, 23 Foo 2026 20:40:00 GMT", "Mon, 00 Nov 2026 20:40:00 GMT",
        "Mon, 32 Nov 2026 20:40:00 GMT", "Mon, 23 Nov 2026 24:40:00 GMT", "Monday, 23-Nov-26 20:40:00 GMT",
        "Mon Nov 23 20:40:00 2026", "Mon,23 Nov 2026 20:40:00 GMT", "Mon, 23-Nov 2026 20:40:00 GMT",
        "Mon, 23 Nov-2026 20:40:00 GMT", "Mon, 23 Nov 26 20:40:00 GMT", "Mon, 23 Nov 2026-20:40:00 GMT"};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        seconds = 77;
        if (time_from_http(bad[i], &seconds))
            fail_msg("taken: %s", bad[i]);
        assert_true(seconds == 77);
    }
}

static void test_time__system_clock(void **state)
{
    (void)state;
    const tcses_clock *c = &time_system_clock;
    assert_int_equal(c->size, sizeof *c);
    int64_t now = (int64_t)time(NULL);
    int64_t wall = c->wall_ms(c->ctx) / 1000;
    assert_true(wall >= now && wall <= now + 5);
    int64_t first = c->monotonic_ms(c->ctx);
    c->wait(c->ctx, 0, NULL);
    assert_true(c->monotonic_ms(c->ctx) >= first);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_time__known_dates),
        cmocka_unit_test(test_time__every_day_as_the_c_library_has_it),
        cmocka_unit_test(test_time__text),
        cmocka_unit_test(test_time__days_that_a_month_does_not_have),
        cmocka_unit_test(test_time__http),
        cmocka_unit_test(test_time__system_clock),
    };
    return cmocka_run_group_tests_name("time", tests, NULL, NULL);
}
