/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "addresses.h"
#include "ask.h"
#include "commands.h"
#include "failure.h"
#include "output.h"
#include "screen.h"
#include "session.h"
#include "text.h"

enum { PASSWORD_ROOM = 256 };

/* ---- where it comes from ---- */

static int not_given(answer got)
{
    if (got == ANSWER_INTERRUPTED)
        return EXIT_INTERRUPTED;
    return failure_usage("%s", TEXT("no password was given", "未输入密码"));
}

/* From the terminal twice, as nobody sees what is typed; else one line of standard input. */
static int read_password(char password[PASSWORD_ROOM])
{
    char again[PASSWORD_ROOM];
    answer got = ask_line(TEXT("New SMTP password: ", "新的 SMTP 密码："), true, password, PASSWORD_ROOM);
    if (got != ANSWER_OK || password[0] == '\0')
        return not_given(got);
    if (!screen_is_terminal(stdin))
        return EXIT_OK;
    got = ask_line(TEXT("Once more: ", "再次输入："), true, again, sizeof again);
    bool is_same = strcmp(password, again) == 0;
    ask_wipe(again, sizeof again);
    if (got != ANSWER_OK)
        return not_given(got);
    return is_same ? EXIT_OK
                   : failure_usage(
                         "%s", TEXT("the two are not the same: nothing is changed", "两次输入不一致：未做任何更改"));
}

static int generate(cli *c, char password[PASSWORD_ROOM])
{
    if (tcses_smtp_password_generate(password, PASSWORD_ROOM, &c->error) == TCSES_OK)
        return EXIT_OK;
    return failure_of_call(c);
}

/* ---- setting it ---- */

/* A generated password is shown once: also when nobody knows whether it was set. */
static int show(cli *c, const char *address, const char *password, const char *request_id)
{
    bool is_generated = options_has(c->options, OPTION_GENERATE);
    if (!c->options->is_json) {
        if (is_generated)
            printf("%s\n", password);
        return EXIT_OK;
    }
    document *d = document_new();
    document_text(d, "EmailAddress", address);
    if (is_generated)
        document_text(d, "Password", password);
    document_text(d, "RequestId", request_id);
    return output_document(c, d);
}

static int report_not_set(cli *c, const char *address, const char *password)
{
    int code = failure_of_call(c);
    if (tcses_error_outcome(c->error) != TCSES_OUTCOME_NOT_DONE && options_has(c->options, OPTION_GENERATE))
        show(c, address, password, tcses_error_request_id(c->error));
    return code;
}

static int set(cli *c, const char *address, const char *password)
{
    tcses_update_email_smtp_password_request request = TCSES_UPDATE_EMAIL_SMTP_PASSWORD_REQUEST_INIT;
    const tcses_update_email_smtp_password_response *response = NULL;
    request.email_address = address;
    request.password = password;
    if (tcses_update_email_smtp_password(c->client, &request, &c->call, &response, &c->error) != TCSES_OK)
        return report_not_set(c, address, password);
    c->has_changed = true;
    if (!c->options->is_json)
        fprintf(stderr,
            TEXT("The SMTP password of %s is set. It may take some minutes to act.\n",
                "已设置 %s 的 SMTP 密码，可能需要几分钟才能生效。\n"),
            address);
    int code = show(c, address, password, response->request_id);
    tcses_update_email_smtp_password_response_free(response);
    return code;
}

int address_password_run(cli *c)
{
    char address[NAME_BYTES];
    char password[PASSWORD_ROOM];
    int code = addresses_open(c, address);
    if (code == EXIT_OK)
        code = session_announce(c);
    if (code != EXIT_OK)
        return code;
    if (options_has(c->options, OPTION_DRY_RUN))
        return addresses_foresee(c, "UpdateEmailSmtpPassWord", address);
    code = options_has(c->options, OPTION_GENERATE) ? generate(c, password) : read_password(password);
    if (code == EXIT_OK)
        code = set(c, address, password);
    ask_wipe(password, sizeof password);
    return code;
}
