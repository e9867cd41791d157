/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Every line of the log is made here, from values that hold no secret: no header, no body, no message of the service.
 */
#include "call/log.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/error.h"

#define LINE_MAX_LENGTH 512

static void log_line(const call_host *host, int32_t level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void log_line(const call_host *host, int32_t level, const char *format, ...)
{
    char line[LINE_MAX_LENGTH];
    va_list arguments;
    va_start(arguments, format);
    int written = vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    if (written < 0)
        return;
    error_copy(line, sizeof line, line);
    /* What came from the service must not begin a line of its own. */
    for (char *p = line; *p != '\0'; p++) {
        if (*p == '\n' || *p == '\t')
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
    log_line(host, TCSES_LOG_INFO, "%s attempt %d: %s%s%s, HTTP %d, %lld ms, request id %s", c->spec->action,
        (int)c->course.attempts, tcses_status_name(a->status), code[0] != '\0' ? " " : "", code, (int)a->http_status,
        (long long)duration, request_id);
}

void log_wait(const call *c, int64_t pause_ms)
{
    if (is_logged(c->host, TCSES_LOG_DEBUG))
        log_line(c->host, TCSES_LOG_DEBUG, "%s waits %lld ms before attempt %d", c->spec->action, (long long)pause_ms,
            (int)c->course.attempts + 1);
}
