/* SPDX-License-Identifier: Apache-2.0 */
#include "failure.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "advice.h"
#include "document.h"
#include "screen.h"
#include "text.h"

typedef struct failure {
    int code_of_exit;
    const char *code;
    const char *message;
    const char *request_id; /* NULL: none */
    int32_t http_status;    /* 0: none */
    int32_t outcome;
    bool is_retryable;
    const char *hint; /* "": none */
} failure;

static bool is_json;
static const char *place;

void failure_set_place(const char *where)
{
    place = where;
}

void failure_set_json(bool is_wanted)
{
    is_json = is_wanted;
}

bool failure_is_code(const tcses_error *error, const char *code)
{
    const char *found = tcses_error_code(error);
    return found != NULL && strcmp(found, code) == 0;
}

/* ---- telling ---- */

static const char *outcome_name(int32_t outcome)
{
    return outcome == TCSES_OUTCOME_DONE ? "done" : outcome == TCSES_OUTCOME_UNKNOWN ? "unknown" : "not_done";
}

static void tell_program(const failure *f)
{
    document *d = document_new();
    document_text(d, "schema", "tcses.error/1");
    document_text(d, "code", f->code);
    document_text(d, "message", f->message);
    document_text(d, "request_id", f->request_id);
    if (f->http_status != 0)
        document_number(d, "http_status", f->http_status);
    else
        document_text(d, "http_status", NULL);
    document_text(d, "outcome", outcome_name(f->outcome));
    document_flag(d, "retryable", f->is_retryable);
    document_number(d, "exit", f->code_of_exit);
    document_text(d, "hint", f->hint[0] != '\0' ? f->hint : NULL);
    document_line(d, stderr);
    document_free(d);
}

static void tell_person(const failure *f)
{
    screen_end_progress();
    fprintf(stderr, "%stcses: %s%s\n", screen_color(stderr, COLOR_RED), f->message, screen_color(stderr, COLOR_NONE));
    if (f->outcome == TCSES_OUTCOME_UNKNOWN)
        fputs(TEXT("  It may have taken effect. Look before you repeat it.\n", "  可能已经生效。请先确认再重试。\n"),
            stderr);
    else if (f->outcome == TCSES_OUTCOME_DONE)
        fputs(TEXT("  It took effect all the same.\n", "  但操作已经生效。\n"), stderr);
    if (f->hint[0] != '\0')
        fprintf(stderr, "  %s\n", f->hint);
    if (f->request_id != NULL)
        fprintf(stderr, TEXT("  Request id: %s\n", "  请求 ID：%s\n"), f->request_id);
}

static int tell(const failure *f)
{
    fflush(stdout);
    if (is_json)
        tell_program(f);
    else
        tell_person(f);
    return f->code_of_exit;
}

/* ---- our own ---- */

__attribute__((format(printf, 4, 0))) static int tell_own(
    int code_of_exit, const char *code, const char *hint, const char *format, va_list arguments)
{
    char message[2048];
    int length = place != NULL ? snprintf(message, sizeof message, "%s: ", place) : 0;
    size_t begin = (size_t)length < sizeof message ? (size_t)length : 0;
    /* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized) */
    vsnprintf(message + begin, sizeof message - begin, format, arguments);
    failure f = {code_of_exit, code, message, NULL, 0, TCSES_OUTCOME_NOT_DONE, false, hint};
    return tell(&f);
}

int failure_usage(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int code = tell_own(EXIT_USAGE, "Usage", "", format, arguments);
    va_end(arguments);
    return code;
}

int failure_system(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int code = tell_own(EXIT_NETWORK, "System", "", format, arguments);
    va_end(arguments);
    return code;
}

int failure_own(int code_of_exit, const char *code, const char *hint, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    tell_own(code_of_exit, code, hint, format, arguments);
    va_end(arguments);
    return code_of_exit;
}

int failure_of_output(int32_t outcome, const char *message)
{
    int code = outcome == TCSES_OUTCOME_NOT_DONE ? EXIT_NETWORK : EXIT_UNKNOWN;
    failure f = {code, "Output", message, NULL, 0, outcome, false, ""};
    return tell(&f);
}

int failure_memory(void)
{
    return failure_system("%s", TEXT("out of memory", "内存不足"));
}

/* ---- of calls ---- */

static int exit_code_of_code(const char *code)
{
    static const struct {
        const char *code; /* and all that begin with it and a dot */
        int exit;
    } known[] = {
        {"AuthFailure.UnauthorizedOperation", EXIT_PERMISSION},
        {"UnauthorizedOperation", EXIT_PERMISSION},
        {"AuthFailure", EXIT_CREDENTIALS},
        {"RequestLimitExceeded", EXIT_NOT_READY},
        {TCSES_CODE_DOMAIN_NOT_VERIFIED, EXIT_NOT_READY},
        {TCSES_CODE_DKIM_NOT_APPLIED, EXIT_NOT_READY},
        {TCSES_CODE_SERVICE_NOT_AVAILABLE, EXIT_NOT_READY},
        {TCSES_CODE_CREATED_BY_OTHER, EXIT_CONFLICT},
        {TCSES_CODE_REPEAT_CREATION, EXIT_CONFLICT},
        {TCSES_CODE_REPEAT_EMAIL_ADDRESS, EXIT_CONFLICT},
        {TCSES_CODE_SENDER_WITH_DOMAIN_IS_NOT_EMPTY, EXIT_CONFLICT},
        {TCSES_CODE_EXCEED_DOMAIN_LIMIT, EXIT_QUOTA},
        {TCSES_CODE_EXCEED_SENDER_LIMIT, EXIT_QUOTA},
        {"LimitExceeded", EXIT_QUOTA},
    };
    for (size_t i = 0; i < COUNT_OF(known); i++) {
        size_t length = strlen(known[i].code);
        if (strncmp(code, known[i].code, length) == 0 && (code[length] == '\0' || code[length] == '.'))
            return known[i].exit;
    }
    return EXIT_REFUSED;
}

/* A read has no effect that could be unknown. */
bool failure_is_read(const char *action)
{
    return action != NULL &&
           (strncmp(action, "Get", 3) == 0 || strncmp(action, "List", 4) == 0 || strncmp(action, "Describe", 8) == 0);
}

static int32_t outcome_of(const tcses_error *error)
{
    return failure_is_read(tcses_error_action(error)) ? TCSES_OUTCOME_NOT_DONE : tcses_error_outcome(error);
}

int failure_exit_code(const tcses_error *error)
{
    tcses_status status = tcses_error_status(error);
    if (status == TCSES_ERR_CANCELLED)
        return EXIT_INTERRUPTED;
    if (outcome_of(error) != TCSES_OUTCOME_NOT_DONE)
        return EXIT_UNKNOWN;
    if (status == TCSES_ERR_ARGUMENT)
        return EXIT_USAGE;
    if (status == TCSES_ERR_CREDENTIALS)
        return EXIT_CREDENTIALS;
    if (status == TCSES_ERR_API && tcses_error_code(error) != NULL)
        return exit_code_of_code(tcses_error_code(error));
    return EXIT_NETWORK;
}

/* The library knows the secrets of its own actions; what is in the body of another call only its caller does. */
static void hide(char *text, const char *secret)
{
    size_t length = secret != NULL ? strlen(secret) : 0;
    if (length == 0)
        return;
    for (char *found = strstr(text, secret); found != NULL; found = strstr(found, secret)) {
        size_t stars = length < 3 ? length : 3;
        memset(found, '*', stars);
        memmove(found + stars, found + length, strlen(found + length) + 1);
        found += stars;
    }
}

int failure_of_call(cli *c)
{
    char hint[1024];
    char message[4096];
    const tcses_error *error = c->error;
    const char *chinese = text_is_chinese() ? advice_chinese_status(tcses_error_status(error)) : NULL;
    const char *code = tcses_error_code(error);
    advice_for(error, outcome_of(error) == TCSES_OUTCOME_UNKNOWN, c->subject, hint, sizeof hint);
    snprintf(message, sizeof message, "%s%s%s", chinese != NULL ? chinese : "", chinese != NULL ? "：" : "",
        tcses_error_message(error));
    hide(message, c->secret);
    failure f = {.code_of_exit = failure_exit_code(error),
        .code = code != NULL ? code : tcses_status_name(tcses_error_status(error)),
        .message = message,
        .request_id = tcses_error_request_id(error),
        .http_status = tcses_error_http_status(error),
        .outcome = outcome_of(error),
        .is_retryable = tcses_error_retryable(error) == TCSES_TRUE,
        .hint = hint};
    return tell(&f);
}
