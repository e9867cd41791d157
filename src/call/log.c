/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Every line of the log is made here, from values that hold no secret: no header, no body, no message of the service.
 */
#include "call/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"

#define LINE_MAX_LENGTH 1024

/* `c` is NULL for a line that is about no call. */
static void log_line(const call_host *host, const call *c, int32_t level, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

static void hide_secrets(const call *c, char *line)
{
    const char *secrets[CALL_SECRETS];
    size_t count = call_secrets(c, secrets);
    for (size_t i = 0; i < count; i++)
        text_hide(line, secrets[i]);
}

static void log_line(const call_host *host, const call *c, int32_t level, const char *format, ...)
{
    char line[LINE_MAX_LENGTH];
    va_list arguments;
    va_start(arguments, format);
    int written = vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    if (written < 0)
        return;
    error_copy(line, sizeof line, line);
    if (c != NULL)
        hide_secrets(c, line);
    /* What came from the service must not begin a line of its own, nor bring an e-mail address. */
    for (char *p = line; *p != '\0'; p++) {
        if (*p == '\n' || *p == '\t' || *p == '@')
            *p = '?';
    }
    host->log(host->log_ctx, level, line);
}

static bool is_logged(const call_host *host, int32_t level)
{
    return host->log != NULL && host->log_level >= level;
}

void log_attempt(const call *c, const attempt *a)
{
    const call_host *host = c->host;
    if (!is_logged(host, TCSES_LOG_INFO))
        return;
    char code[128], request_id[128];
    error_copy(code, sizeof code, a->code != NULL ? a->code : "");
    error_copy(request_id, sizeof request_id, c->answer.request_id != NULL ? c->answer.request_id : "-");
    int64_t duration = host->clock->monotonic_ms(host->clock->ctx) - c->sent_ms;
    log_line(host, c, TCSES_LOG_INFO, "%s attempt %d: %s%s%s, HTTP %d, %lld ms, request id %s", c->spec->action,
        (int)c->course.attempts, tcses_status_name(a->status), code[0] != '\0' ? " " : "", code, (int)a->http_status,
        (long long)duration, request_id);
}

void log_wait(const call *c, int64_t pause_ms)
{
    if (!is_logged(c->host, TCSES_LOG_DEBUG))
        return;
    if (c->course.after_wait == MACHINE_READ_BACK)
        log_line(c->host, c, TCSES_LOG_DEBUG, "%s waits %lld ms before it is read back", c->spec->action,
            (long long)pause_ms);
    else
        log_line(c->host, c, TCSES_LOG_DEBUG, "%s waits %lld ms before attempt %d", c->spec->action,
            (long long)pause_ms, (int)c->course.attempts + 1);
}

void log_finding(const call *c, machine_finding finding)
{
    static const char *const words[] = {"there as asked", "there, but different", "not there", "no answer"};
    if (is_logged(c->host, TCSES_LOG_DEBUG))
        log_line(c->host, c, TCSES_LOG_DEBUG, "%s read back: %s", c->spec->action, words[finding]);
}

void log_kept_keys(const call_host *host, const char *source, const char *reason)
{
    if (is_logged(host, TCSES_LOG_DEBUG))
        log_line(host, NULL, TCSES_LOG_DEBUG, "%s: not renewed, the present keys serve on: %s", source, reason);
}

/* Adds ", Name: value" for each header of the list that is there; what does not fit is left out. */
static void append_headers(char *line, size_t room, const char *const *names, size_t count,
    const char *(*value_of)(const void *message, const char *name), const void *message)
{
    size_t length = strlen(line);
    for (size_t i = 0; i < count; i++) {
        const char *value = value_of(message, names[i]);
        int written = value != NULL ? snprintf(line + length, room - length, ", %s: %s", names[i], value) : 0;
        if (written < 0 || (size_t)written >= room - length)
            break;
        length += (size_t)written;
    }
    line[length] = '\0';
}

static const char *request_value(const void *message, const char *name)
{
    return tcses_http_request_header(message, name);
}

static const char *response_value(const void *message, const char *name)
{
    return tcses_http_response_header(message, name);
}

void log_request(const call *c)
{
    static const char *const harmless[] = {"Host", "Content-Type", "X-TC-Action", "X-TC-Version", "X-TC-Timestamp",
        "X-TC-Region", "X-TC-Language", "X-TC-RequestClient"};
    char headers[LINE_MAX_LENGTH] = "";
    if (!is_logged(c->host, TCSES_LOG_TRACE))
        return;
    append_headers(headers, sizeof headers, harmless, sizeof harmless / sizeof harmless[0], request_value, &c->request);
    log_line(c->host, c, TCSES_LOG_TRACE, "> %s %s, %zu bytes%s", c->request.method, c->request.url,
        c->request.body_length, headers);
}

void log_response(const call *c)
{
    static const char *const harmless[] = {"Content-Type", "Content-Length", "Content-Encoding", "Transfer-Encoding",
        "Connection", "Date", "Retry-After", "Server", "Via"};
    char headers[LINE_MAX_LENGTH] = "";
    if (!is_logged(c->host, TCSES_LOG_TRACE))
        return;
    append_headers(
        headers, sizeof headers, harmless, sizeof harmless / sizeof harmless[0], response_value, &c->response);
    log_line(c->host, c, TCSES_LOG_TRACE, "< %d, %zu bytes%s", (int)c->response.http_status, c->response.body.length,
        headers);
}
