/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CALL_EXCHANGE_H
#define CALL_EXCHANGE_H

#include "call/driver.h"

/*
 * One attempt: makes the request, signs it, hands it to the transport, and reads what came back into plain values and
 * into the call's error. A failure says that the request could not even be made: nothing was sent.
 */
tcses_status exchange_run(call *c, attempt *a);

#endif
