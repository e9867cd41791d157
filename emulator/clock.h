/* SPDX-License-Identifier: Apache-2.0 */
#ifndef EMULATOR_CLOCK_H
#define EMULATOR_CLOCK_H

#include <stdint.h>

enum { CLOCK_DATE_SIZE = sizeof("YYYY-MM-DD"), CLOCK_HTTP_DATE_SIZE = sizeof("Thu, 01 Jan 1970 00:00:00 GMT") };

/* The server's clock: this machine's, `offset` seconds ahead (see --clock-offset). */
int64_t emu_clock_now(int64_t offset);
/* The day in UTC as a credential scope writes it. */
void emu_clock_date(int64_t seconds, char date[CLOCK_DATE_SIZE]);
/* The moment as the header Date writes it. */
void emu_clock_http_date(int64_t seconds, char date[CLOCK_HTTP_DATE_SIZE]);

#endif
