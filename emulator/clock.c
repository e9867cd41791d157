/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The server's clock, and the two forms in which a moment is written.
 */
#include "clock.h"

#include <string.h>
#include <time.h>

int64_t emu_clock_now(int64_t offset)
{
    return (int64_t)time(NULL) + offset;
}

__attribute__((format(strftime, 2, 0))) static void format_moment(
    int64_t seconds, const char *format, char *text, size_t size)
{
    time_t moment = (time_t)seconds;
    struct tm utc;
    if (gmtime_r(&moment, &utc) == NULL || strftime(text, size, format, &utc) == 0)
        text[0] = '\0';
}

void emu_clock_date(int64_t seconds, char date[CLOCK_DATE_SIZE])
{
    format_moment(seconds, "%Y-%m-%d", date, CLOCK_DATE_SIZE);
}

/* The program never leaves the "C" locale, so the names of days and months are the English ones that HTTP wants. */
void emu_clock_http_date(int64_t seconds, char date[CLOCK_HTTP_DATE_SIZE])
{
    format_moment(seconds, "%a, %d %b %Y %H:%M:%S GMT", date, CLOCK_HTTP_DATE_SIZE);
}
