/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "commands.h"
#include "domains.h"
#include "failure.h"
#include "gate.h"
#include "output.h"
#include "progress.h"
#include "records.h"
#include "screen.h"
#include "session.h"
#include "steps.h"
#include "text.h"

#define TICK_MS 1000

/* ---- what it comes to ---- */

/* Shows the domain as the service has it now. */
static int show_result(cli *c, const char *domain)
{
    const tcses_get_email_identity_response *response = NULL;
    int code = domains_get(c, domain, &response);
    if (code != EXIT_OK)
        return code;
    if (c->options->is_json) {
        code = output_response(c, "EmailIdentity", domain, response->raw_json, response->raw_json_length);
    } else {
        domains_show_head(domain, response->verified_for_sending_status, response->dkim_option);
        records_show(response->attributes, response->attributes_count, false);
    }
    if (code == EXIT_OK && response->verified_for_sending_status != TCSES_TRUE)
        code = EXIT_NOT_READY;
    tcses_get_email_identity_response_free(response);
    return code;
}

/* ---- once ---- */

static int submit(cli *c, const char *domain)
{
    tcses_update_email_identity_request request = TCSES_UPDATE_EMAIL_IDENTITY_REQUEST_INIT;
    request.email_identity = domain;
    if (tcses_update_email_identity(c->client, &request, &c->call, NULL, &c->error) != TCSES_OK)
        return failure_of_call(c);
    c->has_changed = true;
    int code = show_result(c, domain);
    if (code == EXIT_NOT_READY && !c->options->is_json)
        printf(TEXT("\nNot verified yet. DNS takes 5 minutes to 2 hours: tcses domain verify %s --wait\n",
                   "\n尚未通过验证。DNS 生效需要 5 分钟到 2 小时：tcses domain verify %s --wait\n"),
            domain);
    return code;
}

/* Whether the domain needs no submission: verified, and nobody insists. EXIT_OK, or reported. */
static int look_first(cli *c, const char *domain, bool *is_done)
{
    const tcses_get_email_identity_response *response = NULL;
    int code = domains_get(c, domain, &response);
    *is_done = code == EXIT_OK && response->verified_for_sending_status == TCSES_TRUE &&
               !options_has(c->options, OPTION_FORCE);
    tcses_get_email_identity_response_free(response);
    return code;
}

static int verify_once(cli *c, const char *domain)
{
    bool is_done = false;
    int code = look_first(c, domain, &is_done);
    if (code != EXIT_OK)
        return code;
    if (is_done) {
        session_note(c, "%s",
            TEXT("It is verified already: not submitted again (--force does)", "已通过验证，不再提交（可用 --force）"));
        return show_result(c, domain);
    }
    if (!options_has(c->options, OPTION_DRY_RUN))
        return submit(c, domain);
    document *request = document_new();
    document_text(request, "EmailIdentity", domain);
    return output_dry_run(c, "UpdateEmailIdentity", request);
}

/* ---- waiting ---- */

/* Waits until the next step is due, counting on the terminal. */
static void wait_for_step(cli *c, tcses_verification *verification)
{
    const tcses_clock *clock = cli_clock();
    const tcses_verification_state *state = tcses_verification_get_state(verification);
    bool is_live = !c->options->is_json && screen_is_live(stderr);
    while (state->next_ms > 0 && tcses_cancel_triggered(c->call.cancel) == 0) {
        char line[512];
        if (is_live) {
            progress_line(c, state, line, sizeof line);
            screen_progress(line);
        }
        clock->wait(clock->ctx, is_live && state->next_ms > TICK_MS ? TICK_MS : state->next_ms, c->call.cancel);
        state = tcses_verification_get_state(verification);
    }
}

/* Nobody can mend what is shown when the wait is over. */
static void show_wanted_records(const cli *c, const tcses_verification_state *state)
{
    if (c->options->is_json)
        return;
    gate_show(c->gate, state->attributes, state->attributes_count);
    puts(TEXT("\nIt is submitted once these are right in DNS. Ctrl-C ends the wait, the same command goes on.\n",
        "\n这些记录在 DNS 中正确后才会提交。按 Ctrl-C 结束等待，之后可用同一命令继续。\n"));
    fflush(stdout);
}

static tcses_status follow(cli *c, tcses_verification *verification)
{
    tcses_status status = TCSES_OK;
    bool was_shut = false;
    while (status == TCSES_OK) {
        status = tcses_verification_step(verification, &c->error);
        const tcses_verification_state *state = tcses_verification_get_state(verification);
        if (state->submissions > 0)
            c->has_changed = true;
        if (status != TCSES_OK)
            break;
        if (!was_shut && gate_is_shut(c->gate)) {
            was_shut = true;
            show_wanted_records(c, state);
        }
        progress_tell(c, state);
        if (state->is_verified == TCSES_TRUE)
            break;
        wait_for_step(c, verification);
    }
    screen_end_progress();
    return status;
}

static int wait_is_over(cli *c, const char *domain)
{
    char hint[NAME_BYTES + 96];
    tcses_status status = tcses_error_status(c->error);
    if (status == TCSES_ERR_CANCELLED)
        return failure_own(EXIT_INTERRUPTED, "Interrupted", TEXT("The same command goes on.", "可用同一命令继续。"),
            "%s", TEXT("the wait was interrupted", "等待被中断"));
    if (status != TCSES_ERR_TIMEOUT)
        return failure_of_call(c);
    snprintf(hint, sizeof hint,
        gate_is_shut(c->gate)
            ? TEXT("What is wrong in DNS: tcses domain doctor %s", "查看 DNS 中的问题：tcses domain doctor %s")
            : TEXT("See what is missing: tcses domain show %s", "查看缺失的记录：tcses domain show %s"),
        domain);
    return failure_own(
        EXIT_WAIT_OVER, "WaitTimedOut", hint, "%s%s", TEXT("", "等待超时："), tcses_error_message(c->error));
}

static int verify_and_wait(cli *c, const char *domain, gate *g)
{
    tcses_verification_request request = TCSES_VERIFICATION_REQUEST_INIT;
    tcses_verification *verification = NULL;
    request.email_identity = domain;
    request.deadline_ms = c->options->deadline_ms;
    request.force = options_has(c->options, OPTION_FORCE) ? TCSES_TRUE : TCSES_UNSET;
    request.is_ready = gate_ask(g);
    request.ready_ctx = g;
    c->gate = g;
    tcses_status status = tcses_verification_new(c->client, &request, &c->call, &verification, &c->error);
    if (status == TCSES_OK)
        status = follow(c, verification);
    tcses_verification_free(verification);
    return status == TCSES_OK ? show_result(c, domain) : wait_is_over(c, domain);
}

int domain_verify_run(cli *c)
{
    char domain[NAME_BYTES];
    bool is_dry = options_has(c->options, OPTION_DRY_RUN);
    if (options_has(c->options, OPTION_RESOLVER) && !options_has(c->options, OPTION_WAIT))
        return failure_usage("%s", TEXT("--resolver goes with --wait", "--resolver 须与 --wait 一起使用"));
    int code = steps_check_deadline(c->options);
    if (code == EXIT_OK)
        code = domains_open(c, domain);
    if (code == EXIT_OK)
        code = session_announce(c);
    if (code != EXIT_OK)
        return code;
    if (!options_has(c->options, OPTION_WAIT) || is_dry)
        return verify_once(c, domain);
    gate g;
    code = gate_open(&g, c->options);
    if (code == EXIT_OK)
        code = verify_and_wait(c, domain, &g);
    gate_close(&g);
    return code;
}
