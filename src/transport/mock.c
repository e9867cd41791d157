/* SPDX-License-Identifier: Apache-2.0 */
#include <tcses/sys/mock.h>

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/sized.h"
#include "base/text.h"
#include "transport/http.h"

typedef struct step {
    struct step *next;
    tcses_mock_exchange exchange;
} step;

typedef struct seen_request {
    struct seen_request *next;
    http_header headers[HTTP_HEADERS_MAX];
    size_t headers_count;
    const char *body;
    size_t body_length;
} seen_request;

/* The script lives as long as the transport; a freed mock only closes it. */
struct tcses_mock {
    memory mem;
    pthread_mutex_t lock;
    tcses_transport *transport;
    arena texts;
    step *steps;
    step **last_step;
    step *next_step;
    size_t steps_used;
    seen_request *requests;
    seen_request **last_request;
    size_t requests_count;
    bool closed;
    char mismatch[512];
};

SIZED_INIT_FUNCTION(mock_exchange)

static void mock_destroy(void *ctx)
{
    tcses_mock *mock = ctx;
    memory mem = mock->mem;
    arena_free(&mock->texts);
    pthread_mutex_destroy(&mock->lock);
    memory_give(&mem, mock);
}

static seen_request *remember(tcses_mock *mock, const tcses_http_request *request)
{
    seen_request *seen = arena_take(&mock->texts, sizeof *seen);
    if (seen == NULL)
        return NULL;
    for (size_t i = 0; i < request->headers_count; i++) {
        const http_header *header = &request->headers[i];
        seen->headers[i].name = arena_copy(&mock->texts, header->name, strlen(header->name));
        seen->headers[i].value = arena_copy(&mock->texts, header->value, strlen(header->value));
        if (seen->headers[i].name == NULL || seen->headers[i].value == NULL)
            return NULL;
    }
    seen->headers_count = request->headers_count;
    seen->body = arena_copy(&mock->texts, request->body_length > 0 ? request->body : "", request->body_length);
    seen->body_length = request->body_length;
    if (seen->body == NULL)
        return NULL;
    *mock->last_request = seen;
    mock->last_request = &seen->next;
    mock->requests_count++;
    return seen;
}

static const char *seen_header(const seen_request *seen, const char *name, size_t name_length)
{
    for (size_t i = 0; i < seen->headers_count; i++) {
        const char *candidate = seen->headers[i].name;
        if (strlen(candidate) == name_length && text_begins_ignoring_case(candidate, name, name_length))
            return seen->headers[i].value;
    }
    return NULL;
}

/* The value part of "Name: value", and the length of its name. */
static const char *header_parts(const char *header, size_t *name_length)
{
    const char *colon = strchr(header, ':');
    *name_length = (size_t)(colon - header);
    for (colon++; *colon == ' '; colon++) {
    }
    return colon;
}

/* Notes the first difference. The body itself is never told: it may hold a password. */
static bool differs(tcses_mock *mock, const seen_request *seen, const tcses_mock_exchange *expected)
{
    const char *action = seen_header(seen, "X-TC-Action", strlen("X-TC-Action"));
    size_t number = mock->requests_count;
    if (expected->action != NULL && (action == NULL || strcmp(action, expected->action) != 0)) {
        snprintf(mock->mismatch, sizeof mock->mismatch, "request %zu: expected action %s, got %s", number,
            expected->action, action != NULL ? action : "none");
        return true;
    }
    if (expected->body != NULL &&
        (seen->body_length != strlen(expected->body) || memcmp(seen->body, expected->body, seen->body_length) != 0)) {
        snprintf(mock->mismatch, sizeof mock->mismatch, "request %zu (%s): the body differs from the one expected",
            number, action != NULL ? action : "no action");
        return true;
    }
    if (expected->header != NULL) {
        size_t name_length = 0;
        const char *wanted = header_parts(expected->header, &name_length);
        const char *value = seen_header(seen, expected->header, name_length);
        if (value == NULL || strcmp(value, wanted) != 0) {
            snprintf(mock->mismatch, sizeof mock->mismatch, "request %zu (%s): header %.*s is not the one expected",
                number, action != NULL ? action : "no action", (int)name_length, expected->header);
            return true;
        }
    }
    return false;
}

static tcses_status refuse(tcses_mock *mock, tcses_http_response *response)
{
    tcses_http_response_set_stage(response, TCSES_STAGE_UNSENT);
    tcses_http_response_set_failure(response, 0, mock->mismatch);
    return TCSES_ERR_EXPECTATION;
}

static tcses_status answer(const tcses_mock_exchange *exchange, size_t number, tcses_http_response *response)
{
    char canned[64];
    if (exchange->failure != TCSES_OK) {
        tcses_http_response_set_stage(response, exchange->failure_stage);
        tcses_http_response_set_failure(response, 0, "failure of the script");
        return exchange->failure;
    }
    tcses_http_response_set_status(response, exchange->http_status != 0 ? exchange->http_status : 200);
    if (exchange->response_header != NULL) {
        size_t name_length = 0;
        const char *value = header_parts(exchange->response_header, &name_length);
        tcses_status status = http_response_put(response, exchange->response_header, name_length, value, strlen(value));
        if (status != TCSES_OK)
            return status;
    }
    if (exchange->response_body != NULL)
        return tcses_http_response_append_body(response, exchange->response_body, exchange->response_length);
    int length = snprintf(canned, sizeof canned, "{\"Response\":{\"RequestId\":\"mock-%zu\"}}", number);
    return tcses_http_response_append_body(response, canned, (size_t)length);
}

static tcses_status play(tcses_mock *mock, const tcses_http_request *request, tcses_http_response *response)
{
    if (mock->closed) {
        snprintf(mock->mismatch, sizeof mock->mismatch, "the mock was freed");
        return refuse(mock, response);
    }
    const seen_request *seen = remember(mock, request);
    if (seen == NULL) {
        tcses_http_response_set_stage(response, TCSES_STAGE_UNSENT);
        return TCSES_ERR_MEMORY;
    }
    if (mock->mismatch[0] != '\0')
        return refuse(mock, response);
    const step *current = mock->next_step;
    if (current == NULL) {
        const char *action = tcses_http_request_header(request, "X-TC-Action");
        snprintf(mock->mismatch, sizeof mock->mismatch, "request %zu (%s) came after the end of the script",
            mock->requests_count, action != NULL ? action : "no action");
        return refuse(mock, response);
    }
    if (differs(mock, seen, &current->exchange))
        return refuse(mock, response);
    mock->next_step = current->next;
    mock->steps_used++;
    return answer(&current->exchange, mock->steps_used, response);
}

static tcses_status mock_perform(void *ctx, tcses_http_request *request, tcses_http_response *response)
{
    tcses_mock *mock = ctx;
    pthread_mutex_lock(&mock->lock);
    tcses_status status = play(mock, request, response);
    pthread_mutex_unlock(&mock->lock);
    return status;
}

static tcses_status mock_set_up(tcses_mock *mock, const memory *mem, tcses_error *error)
{
    mock->mem = *mem;
    arena_init(&mock->texts, mem);
    mock->last_step = &mock->steps;
    mock->last_request = &mock->requests;
    if (pthread_mutex_init(&mock->lock, NULL) != 0)
        return error_set(error, TCSES_ERR_SYSTEM, NULL, "the system refused a lock");
    tcses_transport_ops ops = TCSES_TRANSPORT_OPS_INIT;
    tcses_allocator allocator = {sizeof allocator, mem->ctx, mem->allocate, mem->release};
    ops.perform = mock_perform;
    ops.destroy = mock_destroy;
    tcses_status status = tcses_transport_new(&ops, mock, &allocator, &mock->transport, NULL);
    if (status == TCSES_OK)
        return status;
    pthread_mutex_destroy(&mock->lock);
    return error_memory(error);
}

tcses_status tcses_mock_new(const tcses_allocator *allocator, tcses_mock **out, tcses_error **error)
{
    memory mem;
    tcses_error *e = NULL;
    if (out != NULL)
        *out = NULL;
    tcses_status status = error_open_new(error, allocator, out != NULL, &mem, &e);
    if (status != TCSES_OK)
        return status;
    tcses_mock *mock = memory_take(&mem, sizeof *mock);
    if (mock == NULL)
        return error_close(error, e, error_memory(e));
    status = mock_set_up(mock, &mem, e);
    if (status == TCSES_OK)
        *out = mock; /* NOLINT(clang-analyzer-core.NullDereference): error_open_new() has refused a NULL */
    else
        memory_give(&mem, mock);
    return error_close(error, e, status);
}

void tcses_mock_free(tcses_mock *mock)
{
    if (mock == NULL)
        return;
    pthread_mutex_lock(&mock->lock);
    mock->closed = true;
    pthread_mutex_unlock(&mock->lock);
    tcses_transport_unref(mock->transport);
}

tcses_transport *tcses_mock_transport(tcses_mock *mock)
{
    return mock != NULL ? mock->transport : NULL;
}

static tcses_status check_exchange(tcses_mock_exchange *exchange, tcses_error *error)
{
    if (exchange->header != NULL && strchr(exchange->header, ':') == NULL)
        return error_argument(error, "header", "must have the form \"Name: value\"");
    if (exchange->response_header != NULL && strchr(exchange->response_header, ':') == NULL)
        return error_argument(error, "response_header", "must have the form \"Name: value\"");
    if (exchange->failure > 0)
        return error_argument(error, "failure", "must be TCSES_OK or one of the TCSES_ERR_ constants");
    if (exchange->failure_stage < TCSES_STAGE_UNSENT || exchange->failure_stage > TCSES_STAGE_ANSWERED)
        return error_argument(error, "failure_stage", "must be one of the TCSES_STAGE_ constants");
    if (exchange->reserved != 0)
        return error_argument(error, "reserved", "must be 0");
    if (exchange->response_body != NULL && exchange->response_length == 0)
        exchange->response_length = strlen(exchange->response_body);
    return TCSES_OK;
}

static bool keep_text(arena *a, const char **text)
{
    if (*text != NULL)
        *text = arena_copy(a, *text, strlen(*text));
    return *text != NULL;
}

static bool keep_exchange(arena *a, tcses_mock_exchange *exchange)
{
    const char **texts[] = {&exchange->action, &exchange->body, &exchange->header, &exchange->response_header};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (*texts[i] != NULL && !keep_text(a, texts[i]))
            return false;
    }
    if (exchange->response_body == NULL)
        return true;
    exchange->response_body = arena_copy(a, exchange->response_body, exchange->response_length);
    return exchange->response_body != NULL;
}

static tcses_status add_step(tcses_mock *mock, const tcses_mock_exchange *exchange)
{
    step *added = arena_take(&mock->texts, sizeof *added);
    if (added == NULL)
        return TCSES_ERR_MEMORY;
    added->exchange = *exchange;
    if (!keep_exchange(&mock->texts, &added->exchange))
        return TCSES_ERR_MEMORY;
    *mock->last_step = added;
    mock->last_step = &added->next;
    if (mock->next_step == NULL)
        mock->next_step = added;
    return TCSES_OK;
}

tcses_status tcses_mock_expect(tcses_mock *mock, const tcses_mock_exchange *exchange, tcses_error **error)
{
    tcses_error *e = NULL;
    tcses_mock_exchange local;
    if (mock == NULL)
        return error_refuse(error, NULL, "mock");
    tcses_status status = error_open(error, &mock->mem, &e);
    if (status != TCSES_OK)
        return status;
    const char *broken = exchange == NULL ? "must not be NULL"
                                          : sized_copy(&local, sizeof local, sizeof local, exchange);
    if (broken != NULL)
        return error_close(error, e, error_argument(e, "exchange", broken));
    status = check_exchange(&local, e);
    if (status == TCSES_OK) {
        pthread_mutex_lock(&mock->lock);
        status = add_step(mock, &local);
        pthread_mutex_unlock(&mock->lock);
        if (status != TCSES_OK)
            error_memory(e);
    }
    return error_close(error, e, status);
}

static tcses_status verify_locked(tcses_mock *mock, tcses_error *error)
{
    if (mock->mismatch[0] != '\0')
        return error_set(error, TCSES_ERR_EXPECTATION, NULL, "%s", mock->mismatch);
    if (mock->next_step == NULL)
        return TCSES_OK;
    const char *action = mock->next_step->exchange.action;
    return error_set(error, TCSES_ERR_EXPECTATION, NULL, "step %zu of the script (%s) was not used",
        mock->steps_used + 1, action != NULL ? action : "any action");
}

tcses_status tcses_mock_verify(tcses_mock *mock, tcses_error **error)
{
    tcses_error *e = NULL;
    if (mock == NULL)
        return error_refuse(error, NULL, "mock");
    tcses_status status = error_open(error, &mock->mem, &e);
    if (status != TCSES_OK)
        return status;
    pthread_mutex_lock(&mock->lock);
    status = verify_locked(mock, e);
    pthread_mutex_unlock(&mock->lock);
    return error_close(error, e, status);
}

/* Requests are only ever added, and what was added never changes. */
static const seen_request *request_at(tcses_mock *mock, size_t index)
{
    const seen_request *seen = NULL;
    if (mock == NULL)
        return NULL;
    pthread_mutex_lock(&mock->lock);
    for (seen = mock->requests; seen != NULL && index > 0; index--)
        seen = seen->next;
    pthread_mutex_unlock(&mock->lock);
    return seen;
}

size_t tcses_mock_requests_count(tcses_mock *mock)
{
    if (mock == NULL)
        return 0;
    pthread_mutex_lock(&mock->lock);
    size_t count = mock->requests_count;
    pthread_mutex_unlock(&mock->lock);
    return count;
}

const char *tcses_mock_request_body(tcses_mock *mock, size_t index)
{
    const seen_request *seen = request_at(mock, index);
    return seen != NULL ? seen->body : NULL;
}

size_t tcses_mock_request_body_length(tcses_mock *mock, size_t index)
{
    const seen_request *seen = request_at(mock, index);
    return seen != NULL ? seen->body_length : 0;
}

const char *tcses_mock_request_header(tcses_mock *mock, size_t index, const char *name)
{
    const seen_request *seen = request_at(mock, index);
    return seen != NULL && name != NULL ? seen_header(seen, name, strlen(name)) : NULL;
}
