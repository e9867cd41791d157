/* SPDX-License-Identifier: Apache-2.0 */
#include "record.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tcses/sys/transport.h>

#define REQUESTS_MAX 64
#define BODY_BYTES 256

typedef struct sent {
    char action[40];
    int32_t stage;
    int32_t http_status;
    tcses_status status;
} sent;

typedef struct record {
    long number;
    const char *action;
    const char *key;
    int32_t max_attempts;
    bool reconciles;
    char body[BODY_BYTES]; /* of the first request */
    sent requests[REQUESTS_MAX];
    int requests_count;
} record;

static _Thread_local record current;

void die(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    exit(2);
}

/* ---- the transport ---- */

static void copy_text(char *room, size_t size, const char *text)
{
    snprintf(room, size, "%s", text != NULL ? text : "");
}

static tcses_status perform(void *ctx, tcses_http_request *request, tcses_http_response *response)
{
    record *r = &current;
    if (r->requests_count == REQUESTS_MAX)
        die("call %ld: more than %d requests", r->number, REQUESTS_MAX);
    sent *s = &r->requests[r->requests_count++];
    char trace[48];
    snprintf(trace, sizeof trace, "%ld.%d", r->number, r->requests_count);
    if (tcses_http_request_add_header(request, "X-Trace", trace) != TCSES_OK)
        die("the header can not be added");
    if (r->requests_count == 1)
        copy_text(r->body, sizeof r->body, tcses_http_request_body(request));
    copy_text(s->action, sizeof s->action, tcses_http_request_header(request, "X-TC-Action"));
    s->status = tcses_transport_perform(ctx, request, response);
    s->stage = tcses_http_response_stage(response);
    s->http_status = tcses_http_response_status(response);
    return s->status;
}

static void destroy(void *ctx)
{
    tcses_transport_unref(ctx);
}

tcses_transport *record_transport(void)
{
    tcses_transport *curl = NULL;
    tcses_transport *made = NULL;
    tcses_transport_ops ops = TCSES_TRANSPORT_OPS_INIT;
    ops.perform = perform;
    ops.destroy = destroy;
    if (tcses_transport_new_curl(NULL, NULL, &curl, NULL) != TCSES_OK ||
        tcses_transport_new(&ops, curl, NULL, &made, NULL) != TCSES_OK)
        die("no transport");
    return made;
}

/* ---- the line ---- */

void record_begin(long number, const char *action, const char *key)
{
    current.number = number;
    current.action = action;
    current.key = key;
    current.reconciles = false;
    current.requests_count = 0;
}

void record_max_attempts(int32_t count)
{
    current.max_attempts = count;
}

void record_reconcile(bool is_set)
{
    current.reconciles = is_set;
}

static const char *told(tcses_status status, const tcses_error *error)
{
    static const char *const words[] = {"not done", "done", "unknown"};
    return status == TCSES_OK ? "done" : words[tcses_error_outcome(error)];
}

static const char *stage_name(int32_t stage)
{
    static const char *const words[] = {"unsent", "sent", "answered"};
    return words[stage];
}

static void print_requests(const record *r)
{
    for (int i = 0; i < r->requests_count; i++) {
        const sent *s = &r->requests[i];
        printf("%s{\"action\":\"%s\",\"stage\":\"%s\",\"http_status\":%d,\"status\":\"%s\"}", i > 0 ? "," : "",
            s->action, stage_name(s->stage), (int)s->http_status, tcses_status_name(s->status));
    }
}

/* No text in it needs escaping: they are the names of this program, and the codes of the emulator. */
void record_end(tcses_status status, tcses_error *error)
{
    const record *r = &current;
    const char *code = tcses_error_code(error);
    flockfile(stdout);
    printf("{\"call\":%ld,\"action\":\"%s\",\"key\":\"%s\",\"status\":\"%s\",\"told\":\"%s\",\"attempts\":%d,\"max_"
           "attempts\":%d,"
           "\"reconcile\":%s,\"body\":%s,"
           "\"code\":%s%s%s,\"requests\":[",
        r->number, r->action, r->key, tcses_status_name(status), told(status, error), (int)tcses_error_attempts(error),
        (int)r->max_attempts, r->reconciles ? "true" : "false", r->body, code != NULL ? "\"" : "",
        code != NULL ? code : "null", code != NULL ? "\"" : "");
    print_requests(r);
    printf("]}\n");
    funlockfile(stdout);
    tcses_error_free(error);
}
