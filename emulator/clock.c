/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The server's clock, and the two forms in which a moment is written.
 */
#include "clock.h"

#include <time.h>

int64_t emu_clock_now(int64_t offset)
{
    return (int64_t)time(NULL) + offset;
}

/* No year that a request can name is out of gmtime_r()'s reach. */
static struct tm to_utc(int64_t seconds)
{
    time_t moment = (time_t)seconds;
    struct tm utc = {0};
    gmtime_r(&moment, &utc);
    return utc;
}

void emu_clock_date(int64_t seconds, char date[CLOCK_DATE_SIZE])
{
    struct tm utc = to_utc(seconds);
    if (strftime(date, CLOCK_DATE_SIZE, "%Y-%m-%d", &utc) == 0)
        date[0] = '\0';
}

/* The program never leaves the "C" locale, so the names of days and months are the English ones that HTTP wants. */
void emu_clock_http_date(int64_t seconds, char date[CLOCK_HTTP_DATE_SIZE])
{
    struct tm utc = to_utc(seconds);
    if (strftime(date, CLOCK_HTTP_DATE_SIZE, "%a, %d %b %Y %H:%M:%S GMT", &utc) == 0)
        date[0] = '\0';
}
