/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_TIME_H
#define BASE_TIME_H

#include <stdbool.h>

#include <tcses/client.h>

/* The last second of the year 9999. */
#define TIME_MAX_SECONDS 253402300799

/* Seconds since 1970 UTC of a date of the Gregorian calendar. */
int64_t time_from_civil(int64_t year, int32_t month, int32_t day, int32_t hour, int32_t minute, int32_t second);

/* "YYYY-MM-DD" of a time in seconds since 1970 UTC, which must lie in the years 0 to 9999. */
void time_to_date(int64_t seconds, char date[11]);

/* "YYYY-MM-DD hh:mm:ss", taken as UTC. False if it is not that. */
bool time_from_text(const char *text, int64_t *seconds);

/* An HTTP date such as "Mon, 23 Nov 2026 20:40:00 GMT". False if it is not that. */
bool time_from_http(const char *text, int64_t *seconds);

/* The system's clocks. */
extern const tcses_clock time_system_clock;

#endif
