/* SPDX-License-Identifier: Apache-2.0 */
#include "session.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "clock.h"
#include "document.h"
#include "failure.h"
#include "interrupt.h"
#include "screen.h"
#include "text.h"

void session_warn(const cli *c, const char *format, ...)
{
    char message[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments); /* NOLINT(clang-analyzer-valist.Uninitialized) */
    va_end(arguments);
    if (!c->options->is_json) {
        fprintf(stderr, "%s%s%s%s\n", screen_color(stderr, COLOR_YELLOW), TEXT("Warning: ", "警告："), message,
            screen_color(stderr, COLOR_NONE));
        return;
    }
    document *d = document_new();
    document_text(d, "schema", "tcses.warning/1");
    document_text(d, "message", message);
    document_line(d, stderr);
    document_free(d);
}

void session_note(const cli *c, const char *format, ...)
{
    va_list arguments;
    if (c->options->is_json)
        return;
    va_start(arguments, format);
    vfprintf(stderr, format, arguments); /* NOLINT(clang-analyzer-valist.Uninitialized) */
    va_end(arguments);
    fputc('\n', stderr);
}

void session_log(void *ctx, int32_t level, const char *line)
{
    const cli *c = ctx;
    if (!c->options->is_json) {
        fprintf(stderr, "%s\n", line);
        return;
    }
    document *d = document_new();
    document_text(d, "schema", "tcses.log/1");
    document_number(d, "level", level);
    document_text(d, "line", line);
    document_line(d, stderr);
    document_free(d);
}

/* ---- keys ---- */

const char *session_short_id(const char *secret_id, char *room, size_t size)
{
    size_t length = strlen(secret_id);
    if (length > 12)
        snprintf(room, size, "%.4s...%s", secret_id, secret_id + length - 4);
    else
        snprintf(room, size, "%.4s...", secret_id);
    return room;
}

const char *session_source(const tcses_key_info *info, char *room, size_t size)
{
    const char *name = info->name != NULL ? info->name : "";
    const char *file = info->file != NULL ? info->file : "";
    switch (info->source) {
    case TCSES_KEY_SOURCE_ENVIRONMENT:
        snprintf(room, size, "%s", TEXT("environment", "环境变量"));
        break;
    case TCSES_KEY_SOURCE_CREDENTIALS_FILE:
    case TCSES_KEY_SOURCE_CLI_PROFILE:
        snprintf(room, size, TEXT("profile %s of %s", "配置 %s（%s）"), name, file);
        break;
    case TCSES_KEY_SOURCE_CVM_ROLE:
        snprintf(room, size, TEXT("role %s of this machine", "本机角色 %s"), name);
        break;
    default:
        snprintf(room, size, TEXT("role %s", "角色 %s"), name);
        break;
    }
    return room;
}

/* Who may read the file may use the account. */
static void check_file(const cli *c, const char *file)
{
    struct stat s;
    if (file != NULL && stat(file, &s) == 0 && (s.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        session_warn(c,
            TEXT("others can read %s, which holds keys: chmod 600 %s", "其他用户可读取密钥文件 %s：chmod 600 %s"), file,
            file);
}

static int find_keys(cli *c, const tcses_key_info **info)
{
    if (tcses_client_key_info(c->client, &c->call, info, &c->error) == TCSES_OK)
        return EXIT_OK;
    return failure_of_call(c);
}

int session_announce(cli *c)
{
    char id[32];
    char source[1024];
    const tcses_key_info *info = NULL;
    int code = find_keys(c, &info);
    if (code != EXIT_OK)
        return code;
    session_short_id(info->secret_id, id, sizeof id);
    session_source(info, source, sizeof source);
    if (c->options->is_json) {
        document *d = document_new();
        document_text(d, "schema", "tcses.account/1");
        document_text(d, "key_id", id);
        document_text(d, "key_source", source);
        document_text(d, "region", tcses_client_region(c->client));
        document_line(d, stderr);
        document_free(d);
    } else {
        fprintf(stderr, TEXT("Account of key %s (%s), region %s\n", "密钥 %s 的账号（%s），地域 %s\n"), id, source,
            tcses_client_region(c->client));
    }
    tcses_key_info_free(info);
    return EXIT_OK;
}

/* ---- the client ---- */

static void fill_options(cli *c, tcses_client_options *o)
{
    const options *given = c->options;
    const char *endpoint = getenv("TCSES_ENDPOINT");
    tcses_client_options_init(o, sizeof *o);
    o->region = given->values[OPTION_REGION];
    o->endpoint = given->values[OPTION_ENDPOINT];
    if (o->endpoint == NULL && endpoint != NULL && endpoint[0] != '\0')
        o->endpoint = endpoint;
    o->profile = given->values[OPTION_PROFILE];
    o->language = text_language();
    o->user_agent = "tcses";
    o->clock = cli_clock();
    o->timeout_ms = given->timeout_ms;
    if (given->verbosity > 0) {
        o->log = session_log;
        o->log_ctx = c;
        o->log_level = given->verbosity < TCSES_LOG_TRACE ? given->verbosity : TCSES_LOG_TRACE;
    }
}

static int refuse_client(cli *c)
{
    const char *field = tcses_error_field(c->error);
    if (field != NULL && strcmp(field, "region") == 0 && c->options->values[OPTION_REGION] == NULL)
        return failure_own(EXIT_USAGE, "NoRegion",
            TEXT("Take --region ap-guangzhou or --region ap-hongkong, set TENCENTCLOUD_REGION, or run tcses configure.",
                "请使用 --region ap-guangzhou 或 --region ap-hongkong，或设置 TENCENTCLOUD_REGION，或运行 tcses "
                "configure。"),
            "%s", TEXT("no region is set", "未设置地域"));
    return failure_of_call(c);
}

int session_open(cli *c)
{
    tcses_client_options o;
    const tcses_key_info *info = NULL;
    fill_options(c, &o);
    if (tcses_client_new(&o, &c->client, &c->error) != TCSES_OK)
        return refuse_client(c);
    tcses_call_options_init(&c->call, sizeof c->call);
    c->call.cancel = interrupt_cancel();
    c->call.keep_raw_json = c->options->is_json ? TCSES_TRUE : TCSES_UNSET;
    int code = find_keys(c, &info);
    if (code != EXIT_OK)
        return code;
    check_file(c, info->file);
    tcses_key_info_free(info);
    return EXIT_OK;
}

void session_close(cli *c)
{
    tcses_error_free(c->error);
    tcses_client_free(c->client);
}
