/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "commands.h"
#include "domains.h"
#include "expected.h"
#include "failure.h"
#include "gate.h"
#include "output.h"
#include "session.h"
#include "steps.h"
#include "text.h"

static bool is_asked_for(const tcses_onboard_report *report, const char *name)
{
    for (size_t i = 0; i < report->attributes_count; i++) {
        const char *asked = report->attributes[i]->send_domain;
        if (asked != NULL && strcasecmp(asked, name) == 0)
            return true;
    }
    return false;
}

/* The keys' records that were asked for before the change and are not any more: one after the other, NULL at the end. *at
 * begins with 0. */
static const char *next_old_record(const expected *before, const tcses_onboard_report *report, size_t *at)
{
    while (report->state == TCSES_STEP_DONE && *at < before->set->records_count) {
        const tcses_record *record = before->set->records[(*at)++];
        if (record->purpose == TCSES_PURPOSE_DKIM && !is_asked_for(report, record->name))
            return record->name;
    }
    return NULL;
}

static void show_end(const tcses_onboard_report *report, const expected *before, const gate *g)
{
    size_t at = 0;
    if (report->state == TCSES_STEP_WAITING) {
        gate_show(g, report->attributes, report->attributes_count);
        puts(TEXT("\nKeep the old key's record, add the new one, then run the same command again",
            "\n请保留旧密钥的记录并添加新记录，然后再次运行同一命令"));
    } else if (report->state == TCSES_STEP_DONE) {
        puts(TEXT("\nKeep the old key's record for a week: mail signed with it may still be on its way",
            "\n旧密钥的记录请再保留一周：使用旧密钥签名的邮件可能仍在投递"));
        for (const char *old = NULL; (old = next_old_record(before, report, &at)) != NULL;)
            printf(TEXT("  then delete TXT %s\n", "  之后可删除 TXT %s\n"), old);
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

static document *as_document(const tcses_onboard_report *report, const expected *before)
{
    size_t at = 0;
    document *d = document_new();
    document_text(d, "schema", "tcses.domain-dkim/1");
    document_take(d, steps_document(report));
    document_list(d, "old_records");
    for (const char *old = NULL; (old = next_old_record(before, report, &at)) != NULL;)
        document_append_text(d, "old_records", old);
    return d;
}

static int change(cli *c, const char *domain, int32_t key, const expected *before, gate *g)
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
        code = output_document(c, as_document(report, before));
    else
        show_end(report, before, g);
    tcses_onboard_report_free(report);
    return code == EXIT_OK ? verdict : code;
}

int domain_dkim_run(cli *c)
{
    char domain[NAME_BYTES];
    gate g;
    expected before = {.set = NULL};
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
        code = expected_ask(c, domain, false, &before);
    if (code == EXIT_OK)
        code = change(c, domain, key, &before, &g);
    expected_free(&before);
    gate_close(&g);
    return code;
}
