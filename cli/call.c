/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ask.h"
#include "commands.h"
#include "document.h"
#include "failure.h"
#include "interrupt.h"
#include "output.h"
#include "screen.h"
#include "session.h"
#include "text.h"

#define BODY_MAX (10 << 20) /* what the service takes */

/* ---- the body ---- */

static int read_input(char **body, size_t *length)
{
    size_t room = 4096;
    *body = malloc(room);
    *length = 0;
    if (screen_is_terminal(stdin))
        fputs(TEXT("The request as JSON, then Ctrl-D:\n", "请输入 JSON 请求，以 Ctrl-D 结束：\n"), stderr);
    while (*body != NULL) {
        ssize_t count = ask_read(*body + *length, room - *length);
        if (count < 0 && interrupt_signal() != 0)
            return EXIT_INTERRUPTED;
        if (count <= 0)
            return count == 0 ? EXIT_OK
                              : failure_system("%s", TEXT("standard input can't be read", "无法读取标准输入"));
        *length += (size_t)count;
        if (*length < room)
            continue;
        if (room >= BODY_MAX)
            return failure_usage("%s", TEXT("standard input holds more than 10 MB", "标准输入超过 10 MB"));
        char *grown = malloc(room * 2);
        if (grown != NULL)
            memcpy(grown, *body, *length);
        ask_wipe(*body, *length);
        free(*body);
        *body = grown;
        room *= 2;
    }
    return failure_memory();
}

/* Whether it names a password: as text, or in letters that JSON may write otherwise. */
static bool has_password(const char *body)
{
    document *d = document_of_object(body, strlen(body));
    bool has = document_has(d, "Password") || strstr(body, "\"Password\"") != NULL;
    document_free(d);
    return has;
}

static int take_body(const options *o, char **body, size_t *length)
{
    const char *given = o->operands_count > 1 ? o->operands[1] : "{}";
    if (strcmp(given, "-") == 0)
        return read_input(body, length);
    if (has_password(given))
        return failure_usage(
            "%s", TEXT("a password on the command line can be seen by others: give the JSON on standard "
                       "input, with - in its place",
                      "命令行中的密码会被他人看到：请用 - 并从标准输入提供 JSON"));
    *body = strdup(given);
    *length = strlen(given);
    return *body != NULL ? EXIT_OK : failure_memory();
}

/* ---- the call ---- */

static int foresee(cli *c, const char *action, const char *body, size_t length)
{
    document *request = document_of_object(body, length);
    if (request == NULL)
        return failure_usage("%s", TEXT("the body is not a JSON object", "请求体不是 JSON 对象"));
    if (document_has(request, "Password"))
        document_text(request, "Password", "***");
    return output_dry_run(c, action, request);
}

static int make_call(cli *c, const char *action, const char *body, size_t length)
{
    tcses_call_request request = TCSES_CALL_REQUEST_INIT;
    const tcses_call_response *response = NULL;
    tcses_call_options call = c->call;
    request.service = c->options->values[OPTION_SERVICE];
    request.version = c->options->values[OPTION_API_VERSION];
    request.action = action;
    request.body = body;
    request.body_length = length;
    request.endpoint = request.service != NULL ? c->options->values[OPTION_ENDPOINT] : NULL;
    request.retry_class = failure_is_read(action) ? TCSES_RETRY_READ : TCSES_RETRY_UNSET;
    call.keep_raw_json = TCSES_TRUE;
    if (tcses_call(c->client, &request, &call, &response, &c->error) != TCSES_OK)
        return failure_of_call(c);
    c->has_changed = !failure_is_read(action);
    int code = output_document(c, document_of_response(response->raw_json, response->raw_json_length));
    tcses_call_response_free(response);
    return code;
}

static int call_with_body(cli *c, const char *action, const char *body, size_t length)
{
    int code = session_open(c);
    if (code == EXIT_OK && !failure_is_read(action))
        code = session_announce(c);
    if (code != EXIT_OK)
        return code;
    if (options_has(c->options, OPTION_DRY_RUN) && !failure_is_read(action))
        return foresee(c, action, body, length);
    return make_call(c, action, body, length);
}

int call_run(cli *c)
{
    char *body = NULL;
    size_t length = 0;
    int code = take_body(c->options, &body, &length);
    document *request = code == EXIT_OK ? document_of_object(body, length) : NULL;
    c->secret = document_find_text(request, "Password");
    if (code == EXIT_OK)
        code = call_with_body(c, c->options->operands[0], body, length);
    if (c->secret != NULL)
        ask_wipe((char *)(uintptr_t)c->secret, strlen(c->secret));
    document_free(request);
    c->secret = NULL;
    if (body != NULL)
        ask_wipe(body, length);
    free(body);
    return code;
}
