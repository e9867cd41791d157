/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "ask.h"
#include "clock.h"
#include "commands.h"
#include "confirm.h"
#include "failure.h"
#include "interrupt.h"
#include "output.h"
#include "profile_file.h"
#include "session.h"
#include "text.h"

#define INTERNATIONAL "ses.intl.tencentcloudapi.com"

enum { FIELD_BYTES = 512 };

/* What is asked for. */
typedef struct settings {
    const char *profile;
    char secret_id[FIELD_BYTES];
    char secret_key[FIELD_BYTES];
    char region[FIELD_BYTES];
    const char *endpoint; /* NULL: the service's own */
    char endpoint_room[FIELD_BYTES];
    char file[PROFILE_PATH_BYTES];
} settings;

/* ---- asking ---- */

static int ask_field(const char *prompt, bool is_secret, char room[FIELD_BYTES])
{
    answer got = ask_line(prompt, is_secret, room, FIELD_BYTES);
    if (got == ANSWER_INTERRUPTED)
        return EXIT_INTERRUPTED;
    if (got == ANSWER_NONE)
        return failure_usage("%s", TEXT("the input ended: nothing is changed", "输入已结束：未做任何更改"));
    char *begin = room + strspn(room, " \t");
    memmove(room, begin, strlen(begin) + 1);
    room[strcspn(room, " \t")] = '\0';
    return EXIT_OK;
}

static int ask_region(const cli *c, settings *s)
{
    const char *given = c->options->values[OPTION_REGION];
    if (given != NULL) {
        snprintf(s->region, sizeof s->region, "%s", given);
        return EXIT_OK;
    }
    int code = ask_field(
        TEXT("Region, 1 ap-guangzhou or 2 ap-hongkong [1]: ", "地域，1 ap-guangzhou 或 2 ap-hongkong [1]："), false,
        s->region);
    if (code == EXIT_OK && (s->region[0] == '\0' || strcmp(s->region, "1") == 0))
        snprintf(s->region, sizeof s->region, "ap-guangzhou");
    else if (code == EXIT_OK && strcmp(s->region, "2") == 0)
        snprintf(s->region, sizeof s->region, "ap-hongkong");
    return code;
}

static int ask_site(const cli *c, settings *s)
{
    const char *variable = getenv("TCSES_ENDPOINT");
    char site[FIELD_BYTES];
    s->endpoint = c->options->values[OPTION_ENDPOINT];
    if (s->endpoint == NULL && variable != NULL && variable[0] != '\0')
        s->endpoint = variable;
    if (s->endpoint != NULL)
        return EXIT_OK;
    int code = ask_field(
        TEXT("Site of the account, 1 China or 2 international [1]: ", "账号所属站点，1 中国站 或 2 国际站 [1]："),
        false, site);
    if (code != EXIT_OK)
        return code;
    if (strcmp(site, "2") == 0 || strcasecmp(site, "international") == 0)
        s->endpoint = INTERNATIONAL;
    else if (site[0] != '\0' && strcmp(site, "1") != 0 && strcasecmp(site, "china") != 0)
        return failure_usage(
            TEXT("%s: take 1 (China) or 2 (international)", "%s：应为 1（中国站）或 2（国际站）"), site);
    return EXIT_OK;
}

static int ask_all(const cli *c, settings *s)
{
    int code = ask_field("SecretId: ", false, s->secret_id);
    if (code == EXIT_OK)
        code = ask_field("SecretKey: ", true, s->secret_key);
    if (code == EXIT_OK)
        code = ask_region(c, s);
    return code == EXIT_OK ? ask_site(c, s) : code;
}

/* ---- proving ---- */

/* A client on the draft, just as a later one will be on the file. */
static int open_on(cli *c, const settings *s, const char *draft)
{
    tcses_client_options o = TCSES_CLIENT_OPTIONS_INIT;
    tcses_profile_options place = TCSES_PROFILE_OPTIONS_INIT;
    place.profile = s->profile;
    place.credentials_file = draft;
    if (tcses_credentials_new_profile(&place, NULL, &o.credentials, &c->error) != TCSES_OK)
        return failure_of_call(c);
    o.region = s->region;
    o.endpoint = s->endpoint;
    o.clock = cli_clock();
    o.language = text_language();
    o.user_agent = "tcses";
    o.timeout_ms = c->options->timeout_ms;
    tcses_status status = tcses_client_new(&o, &c->client, &c->error);
    tcses_credentials_unref(o.credentials);
    c->call.cancel = interrupt_cancel();
    return status == TCSES_OK ? EXIT_OK : failure_of_call(c);
}

/* One read shows that id, key, region and site belong together. */
static int prove(cli *c, const settings *s, const char *draft)
{
    tcses_list_email_identities_request request = TCSES_LIST_EMAIL_IDENTITIES_REQUEST_INIT;
    request.limit = 1;
    int code = open_on(c, s, draft);
    if (code != EXIT_OK)
        return code;
    if (tcses_list_email_identities(c->client, &request, &c->call, NULL, &c->error) == TCSES_OK)
        return EXIT_OK;
    return failure_of_call(c);
}

/* ---- writing ---- */

static int refuse_file(const char *file, int problem)
{
    return failure_system(TEXT("%s can't be written: %s", "无法写入 %s：%s"), file, strerror(problem));
}

static int report(cli *c, const settings *s)
{
    char id[32];
    bool is_dry = options_has(c->options, OPTION_DRY_RUN);
    session_short_id(s->secret_id, id, sizeof id);
    if (!c->options->is_json) {
        printf(is_dry ? TEXT("The keys work. Dry run: profile %s with key %s, region %s is not written to %s\n",
                            "密钥有效。试运行：配置 %s（密钥 %s，地域 %s）未写入 %s\n")
                      : TEXT("The keys work. Profile %s with key %s, region %s is written to %s\n",
                            "密钥有效。配置 %s（密钥 %s，地域 %s）已写入 %s\n"),
            s->profile, id, s->region, s->file);
        return is_dry ? EXIT_PENDING : EXIT_OK;
    }
    document *d = document_new();
    document_text(d, "Profile", s->profile);
    document_text(d, "KeyId", id);
    document_text(d, "Region", s->region);
    document_text(d, "Endpoint", tcses_client_endpoint(c->client));
    document_text(d, "File", s->file);
    return is_dry ? output_dry_run(c, "configure", d) : output_document(c, d);
}

static int install(cli *c, const settings *s)
{
    const profile_line lines[] = {{"secret_id", s->secret_id}, {"secret_key", s->secret_key}, {"token", NULL},
        {"region", s->region}, {"endpoint", s->endpoint}};
    char draft[PROFILE_PATH_BYTES];
    int problem = profile_file_draft(s->file, s->profile, lines, COUNT_OF(lines), draft);
    if (problem != 0)
        return refuse_file(s->file, problem);
    int code = prove(c, s, draft);
    if (code != EXIT_OK || options_has(c->options, OPTION_DRY_RUN)) {
        profile_file_discard(draft);
        return code == EXIT_OK ? report(c, s) : code;
    }
    problem = profile_file_install(draft, s->file);
    if (problem == 0)
        return report(c, s);
    profile_file_discard(draft);
    return refuse_file(s->file, problem);
}

static int confirm_overwriting(const cli *c, const settings *s)
{
    char question[PROFILE_PATH_BYTES + 256];
    if (!profile_file_has(s->file, s->profile))
        return EXIT_OK;
    snprintf(question, sizeof question,
        TEXT("%s has a profile %s already. Replace its keys?", "%s 中已有配置 %s，替换其中的密钥？"), s->file,
        s->profile);
    return confirm_deletion(c, question);
}

static int ask_and_install(cli *c, settings *s)
{
    int code = confirm_overwriting(c, s);
    if (code == EXIT_OK)
        code = ask_all(c, s);
    return code == EXIT_OK ? install(c, s) : code;
}

int configure_run(cli *c)
{
    const char *profile = c->options->values[OPTION_PROFILE];
    settings s = {.profile = profile != NULL ? profile : "default"};
    if (!profile_file_path(s.file))
        return failure_system("%s", TEXT("there is no home directory", "没有主目录"));
    int code = ask_and_install(c, &s);
    ask_wipe(s.secret_key, sizeof s.secret_key);
    if (code == EXIT_OK && profile == NULL && getenv("TENCENTCLOUD_SECRET_ID") != NULL)
        session_warn(c, "%s",
            TEXT("TENCENTCLOUD_SECRET_ID is set and comes before the profile",
                "已设置环境变量 TENCENTCLOUD_SECRET_ID，其优先于配置文件"));
    return code;
}
