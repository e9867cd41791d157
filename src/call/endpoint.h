/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CALL_ENDPOINT_H
#define CALL_ENDPOINT_H

#include "call/driver.h"

/* From host, host:port or a URL without a path; `argument` is the name of what it came in. On failure nothing is left
 * to release. */
tcses_status endpoint_parse(
    const memory *mem, const char *text, const char *argument, call_place *out, tcses_error *error);
void endpoint_free(const memory *mem, call_place *place);

#endif
