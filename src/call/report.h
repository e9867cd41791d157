/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CALL_REPORT_H
#define CALL_REPORT_H

#include "call/driver.h"

/*
 * Fill in the call's error. report_begin() forgets what was said of the attempt before. The next three describe one
 * attempt, and report_answer() keeps what its answer carried. report_end() adds what the machine decided about the
 * whole call.
 */
void report_begin(call *c);
void report_transport(call *c, tcses_status status);
tcses_status report_http(call *c);
tcses_status report_refusal(call *c);
void report_answer(call *c, const attempt *a);
void report_end(call *c);

#endif
