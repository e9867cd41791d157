/* SPDX-License-Identifier: Apache-2.0 */
#include "base/time.h"

#include <string.h>
#include <time.h>

#include "base/text.h"

#define SECONDS_A_DAY 86400
#define DAYS_TO_1970 719468 /* from 0000-03-01 */
#define DAYS_400_YEARS 146097

/*
 * Years are counted from 1 March, so that the leap day comes last: then the days before a month are a straight line,
 * (153 * month + 2) / 5.
 */
int64_t time_from_civil(int64_t year, int32_t month, int32_t day, int32_t hour, int32_t minute, int32_t second)
{
    int64_t shifted_year = month <= 2 ? year - 1 : year;
    int64_t era = (shifted_year >= 0 ? shifted_year : shifted_year - 399) / 400;
    int64_t year_of_era = shifted_year - era * 400;
    int64_t shifted_month = month > 2 ? month - 3 : month + 9;
    int64_t day_of_year = (153 * shifted_month + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    int64_t days = era * DAYS_400_YEARS + day_of_era - DAYS_TO_1970;
    return days * SECONDS_A_DAY + (int64_t)hour * 3600 + (int64_t)minute * 60 + second;
}

static void put_digits(char *room, int64_t number, int digits)
{
    for (int i = digits - 1; i >= 0; i--) {
        room[i] = (char)('0' + number % 10);
        number /= 10;
    }
}

void time_to_date(int64_t seconds, char date[11])
{
    int64_t days = seconds / SECONDS_A_DAY - (seconds % SECONDS_A_DAY < 0) + DAYS_TO_1970;
    int64_t era = days / DAYS_400_YEARS;
    int64_t day_of_era = days - era * DAYS_400_YEARS;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t shifted_month = (5 * day_of_year + 2) / 153;
    int64_t month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
    put_digits(date, era * 400 + year_of_era + (month <= 2), 4);
    date[4] = '-';
    put_digits(date + 5, month, 2);
    date[7] = '-';
    put_digits(date + 8, day_of_year - (153 * shifted_month + 2) / 5 + 1, 2);
    date[10] = '\0';
}

/* Reads exactly so many digits. */
static bool take_number(const char **text, int digits, int32_t *number)
{
    int32_t value = 0;
    for (int i = 0; i < digits; i++, (*text)++) {
        if (!text_is_digit(**text))
            return false;
        value = value * 10 + (**text - '0');
    }
    *number = value;
    return true;
}

static bool take_text(const char **text, const char *expected)
{
    if (!text_starts_with(*text, expected))
        return false;
    *text += strlen(expected);
    return true;
}

static bool take_clock(const char **text, int32_t *hour, int32_t *minute, int32_t *second)
{
    return take_number(text, 2, hour) && take_text(text, ":") && take_number(text, 2, minute) && take_text(text, ":") &&
           take_number(text, 2, second) && *hour < 24 && *minute < 60 && *second <= 60;
}

static bool is_date(int32_t year, int32_t month, int32_t day)
{
    if (month < 1 || month > 12 || day < 1)
        return false;
    int64_t begin = time_from_civil(year, month, 1, 0, 0, 0);
    int64_t end = month < 12 ? time_from_civil(year, month + 1, 1, 0, 0, 0) : time_from_civil(year + 1, 1, 1, 0, 0, 0);
    return begin + (int64_t)(day - 1) * SECONDS_A_DAY < end;
}

bool time_from_text(const char *text, int64_t *seconds)
{
    int32_t year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
    if (!take_number(&text, 4, &year) || !take_text(&text, "-") || !take_number(&text, 2, &month) ||
        !take_text(&text, "-") || !take_number(&text, 2, &day) || !take_text(&text, " ") ||
        !take_clock(&text, &hour, &minute, &second) || *text != '\0')
        return false;
    if (!is_date(year, month, day))
        return false;
    *seconds = time_from_civil(year, month, day, hour, minute, second);
    return true;
}

static bool take_month(const char **text, int32_t *month)
{
    static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    for (int32_t i = 0; i < 12; i++) {
        if (strncmp(*text, names + (size_t)i * 3, 3) == 0) {
            *text += 3;
            *month = i + 1;
            return true;
        }
    }
    return false;
}

bool time_from_http(const char *text, int64_t *seconds)
{
    int32_t year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
    const char *comma = strchr(text, ',');
    if (comma == NULL)
        return false;
    text = comma + 1;
    if (!take_text(&text, " ") || !take_number(&text, 2, &day) || !take_text(&text, " ") ||
        !take_month(&text, &month) || !take_text(&text, " ") || !take_number(&text, 4, &year) ||
        !take_text(&text, " ") || !take_clock(&text, &hour, &minute, &second) || !take_text(&text, " GMT") ||
        *text != '\0')
        return false;
    if (!is_date(year, month, day))
        return false;
    *seconds = time_from_civil(year, month, day, hour, minute, second);
    return true;
}

static int64_t read_clock(clockid_t id)
{
    struct timespec now = {0, 0};
    clock_gettime(id, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int64_t system_wall_ms(void *ctx)
{
    (void)ctx;
    return read_clock(CLOCK_REALTIME);
}

static int64_t system_monotonic_ms(void *ctx)
{
    (void)ctx;
    return read_clock(CLOCK_MONOTONIC);
}

static void system_wait(void *ctx, int64_t milliseconds, tcses_cancel *cancel)
{
    (void)ctx;
    tcses_cancel_wait(cancel, milliseconds);
}

const tcses_clock time_system_clock = {sizeof(tcses_clock), NULL, system_wall_ms, system_monotonic_ms, system_wait};
