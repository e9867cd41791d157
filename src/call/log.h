/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CALL_LOG_H
#define CALL_LOG_H

#include "call/driver.h"

/* One line an attempt, at INFO. */
void log_attempt(const call *c, const attempt *a);
/* Why and how long a call waits, and what reading back showed, at DEBUG. */
void log_wait(const call *c, int64_t pause_ms);
void log_finding(const call *c, machine_finding finding);
/* That keys could not be renewed and the present ones go on serving, at DEBUG. `reason` is a text of ours. */
void log_kept_keys(const call_host *host, const char *source, const char *reason);
/* What goes and what comes over the wire, at TRACE: of the headers those that are known to be harmless. */
void log_request(const call *c);
void log_response(const call *c);

#endif
