/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CALL_REPORT_H
#define CALL_REPORT_H

#include "call/driver.h"

/*
 * Fill in the call's error. report_begin() forgets the attempt before; the next three describe one attempt and return its
 * status; report_end() adds what the machine decided about the whole call.
 */
void report_begin(call *c);
tcses_status report_transport(call *c, tcses_status status);
tcses_status report_http(call *c);
tcses_status report_refusal(call *c);
void report_end(call *c);

#endif
