/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "commands.h"
#include "confirm.h"
#include "failure.h"
#include "gate.h"
#include "output.h"
#include "plan.h"
#include "screen.h"
#include "session.h"
#include "steps.h"
#include "text.h"

static bool has_waiting_records(const tcses_onboard_report *report)
{
    for (size_t i = 0; i < report->steps_count; i++) {
        const tcses_onboard_step *step = report->steps[i];
        if ((step->kind == TCSES_STEP_RECORDS || step->kind == TCSES_STEP_VERIFICATION) &&
            step->state == TCSES_STEP_WAITING)
            return true;
    }
    return false;
}

/* Where DNS is not ready: the records to add, and what DNS has instead. */
static void show_what_is_missing(const tcses_onboard_report *report, const gate *g)
{
    if (!has_waiting_records(report))
        return;
    gate_show(g, report->attributes, report->attributes_count);
    printf(TEXT("\nPut them into DNS (tcses domain records %s), then run the same command again\n",
               "\n请将记录添加到 DNS（tcses domain records %s），然后再次运行同一命令\n"),
        report->domain);
}

static int onboard_one(cli *c, const plan_domain *d, gate *g, document *whole)
{
    tcses_onboard_request request = TCSES_ONBOARD_REQUEST_INIT;
    const tcses_onboard_report *report = NULL;
    steps told = {.c = c};
    request.domain = d->domain;
    request.addresses = d->pointers;
    request.addresses_count = d->addresses_count;
    request.tag_list = d->tags.pointers;
    request.tag_list_count = d->tags.count;
    request.dkim_option = d->dkim;
    request.is_ready = gate_ask(g);
    request.ready_ctx = g;
    request.is_dry_run = options_has(c->options, OPTION_DRY_RUN) ? TCSES_TRUE : TCSES_UNSET;
    if (options_has(c->options, OPTION_WAIT))
        request.deadline_ms = c->options->deadline_ms;
    c->subject = d->domain;
    c->gate = g;
    gate_forget(g);
    if (tcses_onboard(c->client, &request, &c->call, steps_progress, &told, &report, &c->error) != TCSES_OK)
        return failure_of_call(c);
    int code = steps_exit_code(report);
    if (whole != NULL)
        document_append(whole, "domains", steps_document(report));
    else
        show_what_is_missing(report, g);
    tcses_onboard_report_free(report);
    return code;
}

static int onboard_all(cli *c, const plan *p, gate *g)
{
    document *whole = c->options->is_json ? document_new() : NULL;
    int code = EXIT_OK;
    document_text(whole, "schema", "tcses.onboard-result/1");
    document_list(whole, "domains");
    for (size_t i = 0; i < p->domains_count && code != EXIT_INTERRUPTED; i++)
        code = exits_worst(code, onboard_one(c, &p->domains[i], g, whole));
    int printed = whole != NULL ? output_document(c, whole) : EXIT_OK;
    return exits_worst(code, printed);
}

static int confirm(const cli *c, const plan *p)
{
    char question[NAME_BYTES + 128];
    if (options_has(c->options, OPTION_DRY_RUN))
        return EXIT_OK;
    if (p->domains_count == 1)
        snprintf(question, sizeof question,
            TEXT("Create %s if it is not there? It takes one of ten and may be permanent.",
                "如果 %s 不存在则创建？每个账号最多十个，并且可能无法删除。"),
            p->domains[0].domain);
    else
        snprintf(question, sizeof question,
            TEXT("Create those of %zu domains that are not there? Each takes one of ten and may be permanent.",
                "创建 %zu 个域名中尚不存在的？每个账号最多十个，并且可能无法删除。"),
            p->domains_count);
    return confirm_creation(c, question);
}

int onboard_run(cli *c)
{
    plan p;
    gate g = {.is_off = false};
    int code = steps_check_deadline(c->options);
    if (code != EXIT_OK)
        return code;
    code = plan_read(c->options, &p);
    if (code == EXIT_OK)
        code = gate_open(&g, c->options);
    if (code == EXIT_OK)
        code = session_open(c);
    if (code == EXIT_OK)
        code = session_announce(c);
    if (code == EXIT_OK)
        code = confirm(c, &p);
    if (code == EXIT_OK)
        code = onboard_all(c, &p, &g);
    gate_close(&g);
    plan_free(&p);
    return code;
}
