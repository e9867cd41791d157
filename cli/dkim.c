/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "domains.h"
#include "failure.h"
#include "gate.h"
#include "output.h"
#include "session.h"
#include "steps.h"
#include "text.h"

static void show_end(const tcses_onboard_report *report, const gate *g)
{
    if (report->state == TCSES_STEP_WAITING) {
        gate_show(g, report->attributes, report->attributes_count);
        puts(TEXT("\nKeep the old key's record, add the new one, then run the same command again",
            "\n请保留旧密钥的记录并添加新记录，然后再次运行同一命令"));
    } else if (report->state == TCSES_STEP_DONE) {
        puts(TEXT("\nKeep the old key's record for a week: mail signed with it may still be on its way",
            "\n旧密钥的记录请再保留一周：使用旧密钥签名的邮件可能仍在投递"));
    }
}

/* The key to change to; TCSES_DKIM_UNSET, and reported, if it is none. */
static int32_t take_key(const options *o)
{
    const char *bits = o->values[OPTION_TO];
    if (bits != NULL && strcmp(bits, "2048") == 0)
        return TCSES_DKIM_2048;
    if (bits != NULL && strcmp(bits, "1024") == 0)
        return TCSES_DKIM_1024;
    if (bits == NULL)
        failure_usage("%s", TEXT("say which key: --to 1024 or --to 2048", "请指定密钥：--to 1024 或 --to 2048"));
    else
        failure_usage(TEXT("--to %s: take 1024 or 2048", "--to %s：应为 1024 或 2048"), bits);
    return TCSES_DKIM_UNSET;
}

static document *as_document(const tcses_onboard_report *report)
{
    document *d = document_new();
    document_text(d, "schema", "tcses.domain-dkim/1");
    document_take(d, steps_document(report));
    return d;
}

static int change(cli *c, const char *domain, int32_t key, gate *g)
{
    tcses_change_dkim_request request = TCSES_CHANGE_DKIM_REQUEST_INIT;
    const tcses_onboard_report *report = NULL;
    steps told = {.c = c};
    request.domain = domain;
    request.dkim_option = key;
    request.is_ready = gate_ask(g);
    request.ready_ctx = g;
    c->gate = g;
    request.is_dry_run = options_has(c->options, OPTION_DRY_RUN) ? TCSES_TRUE : TCSES_UNSET;
    if (options_has(c->options, OPTION_WAIT))
        request.deadline_ms = c->options->deadline_ms;
    if (tcses_change_dkim(c->client, &request, &c->call, steps_progress, &told, &report, &c->error) != TCSES_OK)
        return failure_of_call(c);
    int verdict = steps_exit_code(report);
    int code = EXIT_OK;
    if (c->options->is_json)
        code = output_document(c, as_document(report));
    else
        show_end(report, g);
    tcses_onboard_report_free(report);
    return code == EXIT_OK ? verdict : code;
}

int domain_dkim_run(cli *c)
{
    char domain[NAME_BYTES];
    gate g;
    int32_t key = take_key(c->options);
    if (key == TCSES_DKIM_UNSET)
        return EXIT_USAGE;
    int code = steps_check_deadline(c->options);
    if (code == EXIT_OK)
        code = domains_open(c, domain);
    if (code == EXIT_OK)
        code = session_announce(c);
    if (code != EXIT_OK)
        return code;
    code = gate_open(&g, c->options);
    if (code == EXIT_OK)
        code = change(c, domain, key, &g);
    gate_close(&g);
    return code;
}
