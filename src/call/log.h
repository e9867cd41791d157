/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CALL_LOG_H
#define CALL_LOG_H

#include "call/driver.h"

/* One line an attempt, at INFO. */
void log_attempt(const call *c, const attempt *a);
/* Why and how long a call waits, at DEBUG. */
void log_wait(const call *c, int64_t pause_ms);

#endif
