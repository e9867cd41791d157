/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLIENT_ENDPOINT_H
#define CLIENT_ENDPOINT_H

#include <tcses/error.h>

#include "base/memory.h"

/* Where requests go: the URL, and the Host header that belongs to it. */
typedef struct endpoint {
    char *url;
    char *host;
} endpoint;

/* From host, host:port or a URL. On failure nothing is left to release. */
tcses_status endpoint_parse(const memory *mem, const char *text, endpoint *out, tcses_error *error);
void endpoint_free(const memory *mem, endpoint *e);

#endif
