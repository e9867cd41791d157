/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TRANSPORT_HTTP_H
#define TRANSPORT_HTTP_H

#include <tcses/client.h>
#include <tcses/sys/transport.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/cancel.h"

#define HTTP_HEADERS_MAX 24

typedef struct http_header {
    const char *name;
    const char *value;
} http_header;

/* One request on its way. Texts and body are borrowed from whoever made it. */
struct tcses_http_request {
    arena added; /* what wrapping transports add */
    const char *method;
    const char *url;
    http_header headers[HTTP_HEADERS_MAX];
    size_t headers_count;
    const char *body;
    size_t body_length;
    size_t max_response_bytes;
    int32_t may_repeat;
    int32_t is_direct;
    int64_t deadline_ms;
    const tcses_clock *clock;
    tcses_cancel *cancel;
    cancel_wake wake;
};

/* What came back. */
struct tcses_http_response {
    arena headers_arena;
    struct http_response_header *headers;
    size_t headers_bytes;
    buffer body;
    size_t max_body;
    int32_t http_status;
    int32_t stage;
    int32_t stage_known;
    int32_t failure_code;
    char failure_text[256];
};

void http_request_init(tcses_http_request *request, const memory *mem);
/* The caller made sure that there is room. */
void http_request_put(tcses_http_request *request, const char *name, const char *value);
void http_request_free(tcses_http_request *request);

void http_response_init(tcses_http_response *response, const memory *mem, size_t max_body);
/* Adds a header by lengths, as tcses_http_response_add_header() does. */
tcses_status http_response_put(
    tcses_http_response *response, const char *name, size_t name_length, const char *value, size_t value_length);
/* Takes a line as it came over the wire: a header is added, a status line begins anew, anything else does not count. */
tcses_status http_response_put_line(tcses_http_response *response, const char *line, size_t length);
void http_response_free(tcses_http_response *response);

#endif
