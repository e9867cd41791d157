/* SPDX-License-Identifier: Apache-2.0 */
#include "transport/http.h"

#include <string.h>

#include "base/error.h"
#include "base/text.h"

#define HEADERS_BYTES_MAX 65536

struct http_response_header {
    struct http_response_header *next;
    const char *name;
    const char *value;
};

void http_request_init(tcses_http_request *request, const memory *mem)
{
    memset(request, 0, sizeof *request);
    arena_init(&request->added, mem);
}

void http_request_put(tcses_http_request *request, const char *name, const char *value)
{
    request->headers[request->headers_count].name = name;
    request->headers[request->headers_count].value = value;
    request->headers_count++;
}

void http_request_free(tcses_http_request *request)
{
    tcses_http_request_on_cancel(request, NULL, NULL);
    arena_free(&request->added);
}

const char *tcses_http_request_method(const tcses_http_request *request)
{
    return request->method;
}

const char *tcses_http_request_url(const tcses_http_request *request)
{
    return request->url;
}

size_t tcses_http_request_headers_count(const tcses_http_request *request)
{
    return request->headers_count;
}

const char *tcses_http_request_header_name(const tcses_http_request *request, size_t index)
{
    return index < request->headers_count ? request->headers[index].name : NULL;
}

const char *tcses_http_request_header_value(const tcses_http_request *request, size_t index)
{
    return index < request->headers_count ? request->headers[index].value : NULL;
}

const char *tcses_http_request_header(const tcses_http_request *request, const char *name)
{
    for (size_t i = 0; name != NULL && i < request->headers_count; i++) {
        if (text_same_ignoring_case(request->headers[i].name, name))
            return request->headers[i].value;
    }
    return NULL;
}

const void *tcses_http_request_body(const tcses_http_request *request)
{
    return request->body_length > 0 ? request->body : NULL;
}

size_t tcses_http_request_body_length(const tcses_http_request *request)
{
    return request->body_length;
}

int32_t tcses_http_request_may_repeat(const tcses_http_request *request)
{
    return request->may_repeat;
}

int32_t tcses_http_request_is_direct(const tcses_http_request *request)
{
    return request->is_direct;
}

size_t tcses_http_request_max_response_bytes(const tcses_http_request *request)
{
    return request->max_response_bytes;
}

int64_t tcses_http_request_time_left_ms(const tcses_http_request *request)
{
    int64_t left = request->deadline_ms - request->clock->monotonic_ms(request->clock->ctx);
    return left > 1 ? left : 1;
}

int32_t tcses_http_request_is_cancelled(const tcses_http_request *request)
{
    return tcses_cancel_triggered(request->cancel);
}

void tcses_http_request_on_cancel(tcses_http_request *request, void (*wake)(void *ctx), void *ctx)
{
    if (request->wake.call != NULL)
        cancel_unregister(request->cancel, &request->wake);
    request->wake.call = wake;
    request->wake.ctx = ctx;
    if (wake != NULL)
        cancel_register(request->cancel, &request->wake);
}

tcses_status tcses_http_request_add_header(tcses_http_request *request, const char *name, const char *value)
{
    if (name == NULL || value == NULL || text_rule_header_name(name) != NULL || text_rule_header_value(value) != NULL)
        return TCSES_ERR_ARGUMENT;
    if (request->headers_count == HTTP_HEADERS_MAX || tcses_http_request_header(request, name) != NULL)
        return TCSES_ERR_ARGUMENT;
    const char *name_copy = arena_copy(&request->added, name, strlen(name));
    const char *value_copy = arena_copy(&request->added, value, strlen(value));
    if (name_copy == NULL || value_copy == NULL)
        return TCSES_ERR_MEMORY;
    http_request_put(request, name_copy, value_copy);
    return TCSES_OK;
}

void http_response_init(tcses_http_response *response, const memory *mem, size_t max_body)
{
    memset(response, 0, sizeof *response);
    arena_init(&response->headers_arena, mem);
    buffer_init(&response->body, mem);
    response->max_body = max_body;
}

void http_response_free(tcses_http_response *response)
{
    arena_free(&response->headers_arena);
    buffer_free(&response->body);
}

void tcses_http_response_set_stage(tcses_http_response *response, int32_t stage)
{
    response->stage = stage;
    response->stage_known = 1;
}

void tcses_http_response_set_status(tcses_http_response *response, int32_t http_status)
{
    response->http_status = http_status;
}

tcses_status http_response_put(
    tcses_http_response *response, const char *name, size_t name_length, const char *value, size_t value_length)
{
    size_t room = HEADERS_BYTES_MAX - response->headers_bytes;
    if (name_length > room || value_length > room - name_length)
        return TCSES_ERR_RESPONSE;
    response->headers_bytes += name_length + value_length;
    struct http_response_header *header = arena_take(&response->headers_arena, sizeof *header);
    char *name_copy = arena_copy(&response->headers_arena, name, name_length);
    char *value_copy = arena_copy(&response->headers_arena, value, value_length);
    if (header == NULL || name_copy == NULL || value_copy == NULL)
        return TCSES_ERR_MEMORY;
    header->name = name_copy;
    header->value = value_copy;
    header->next = response->headers;
    response->headers = header;
    return TCSES_OK;
}

tcses_status tcses_http_response_add_header(tcses_http_response *response, const char *name, const char *value)
{
    return http_response_put(response, name, strlen(name), value, strlen(value));
}

/* Keeps the headers of the last answer: an earlier one was "100 Continue" or a proxy's. */
static void forget_headers(tcses_http_response *response)
{
    arena_free(&response->headers_arena);
    response->headers = NULL;
    response->headers_bytes = 0;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

tcses_status http_response_put_line(tcses_http_response *response, const char *line, size_t length)
{
    static const char status_line[] = "HTTP/";
    while (length > 0 && is_blank(line[length - 1]))
        length--;
    if (length >= strlen(status_line) && memcmp(line, status_line, strlen(status_line)) == 0) {
        forget_headers(response);
        return TCSES_OK;
    }
    const char *colon = length > 0 ? memchr(line, ':', length) : NULL;
    if (colon == NULL)
        return TCSES_OK;
    const char *value = colon + 1;
    while (value < line + length && is_blank(*value))
        value++;
    return http_response_put(response, line, (size_t)(colon - line), value, (size_t)(line + length - value));
}

tcses_status tcses_http_response_append_body(tcses_http_response *response, const void *data, size_t length)
{
    if (length > response->max_body - response->body.length)
        return TCSES_ERR_RESPONSE;
    buffer_append(&response->body, data, length);
    return response->body.failed ? TCSES_ERR_MEMORY : TCSES_OK;
}

void tcses_http_response_set_failure(tcses_http_response *response, int32_t code, const char *text)
{
    response->failure_code = code;
    error_copy(response->failure_text, sizeof response->failure_text, text != NULL ? text : "");
}

int32_t tcses_http_response_stage(const tcses_http_response *response)
{
    return response->stage;
}

int32_t tcses_http_response_status(const tcses_http_response *response)
{
    return response->http_status;
}

const char *tcses_http_response_header(const tcses_http_response *response, const char *name)
{
    for (const struct http_response_header *h = response->headers; name != NULL && h != NULL; h = h->next) {
        if (text_same_ignoring_case(h->name, name))
            return h->value;
    }
    return NULL;
}

const char *tcses_http_response_body(const tcses_http_response *response)
{
    return buffer_text(&response->body);
}

size_t tcses_http_response_body_length(const tcses_http_response *response)
{
    return response->body.length;
}
