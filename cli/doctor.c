/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "commands.h"
#include "failure.h"
#include "interrupt.h"
#include "look.h"
#include "output.h"
#include "screen.h"
#include "text.h"

/* ---- the look ---- */

/* Whether each of the servers named has answered: one that has not is no place to move a zone to. */
static bool is_everyone_there(const tcses_doctor_report *report)
{
    for (size_t i = 0; i < report->servers_count; i++) {
        if (report->servers[i]->problem != NULL)
            return false;
    }
    return report->servers_count > 0;
}

static void show_end_at_servers(const tcses_doctor_report *report, const expected *e)
{
    if (!is_everyone_there(report))
        fputs(TEXT("Not all servers named have answered: it is too early to switch to them\n",
                  "指定的服务器没有全部应答：请勿切换\n"),
            stdout);
    else if (e->set == NULL)
        printf(TEXT("Whether its records are right can be said once it is there: tcses domain create %s\n",
                   "创建域名后才能检查其记录：tcses domain create %s\n"),
            e->domain);
    else
        printf(TEXT("All %zu are right at the servers named: it is safe to switch to them\n",
                   "指定服务器上的 %zu 条记录全部正确：可以切换\n"),
            report->records_count);
}

/* What is to be done where all is right, as far as one can see. */
static void show_end_of_good(const cli *c, const tcses_doctor_report *report, const expected *e)
{
    if (options_has(c->options, OPTION_AT))
        show_end_at_servers(report, e);
    else if (e->set == NULL)
        printf(TEXT("Nothing is in the way: tcses domain create %s\n", "没有发现问题：tcses domain create %s\n"),
            e->domain);
    else if (!e->is_verified && !options_has(c->options, OPTION_EXPECTED))
        printf(
            TEXT("All is in place: tcses domain verify %s --wait\n", "记录均已就绪：tcses domain verify %s --wait\n"),
            e->domain);
    else
        fputs(TEXT("All is in place\n", "一切正常\n"), stdout);
}

static void show_end(const cli *c, const tcses_doctor_report *report, const expected *e)
{
    putchar('\n');
    switch (look_exit_code(report)) {
    case EXIT_OK:
        show_end_of_good(c, report, e);
        break;
    case EXIT_NOT_READY:
        fputs(options_has(c->options, OPTION_AT)
                  ? TEXT("Not every server named has all of them: do not switch yet\n",
                        "并非每台指定的服务器都有全部记录：请勿切换\n")
                  : TEXT("The records are right, and not seen everywhere yet: look again later\n",
                        "记录正确，但尚未完全生效：请稍后再检查\n"),
            stdout);
        break;
    case EXIT_NETWORK:
        fputs(TEXT("Not all could be asked, which says nothing against the records: look again later\n",
                  "部分内容无法查询，并不表示记录有误：请稍后再检查\n"),
            stdout);
        break;
    default:
        if (e->set != NULL)
            printf(TEXT("What to type where: tcses domain records %s\n", "应添加的记录：tcses domain records %s\n"),
                e->domain);
        else
            fputs(TEXT("Mend this before you create the domain\n", "请先解决上述问题，再创建域名\n"), stdout);
    }
}

static int examine(cli *c, look *l, const expected *e)
{
    const tcses_doctor_report *report = NULL;
    int code = look_run(c, l, e, &report);
    if (code != EXIT_OK)
        return code;
    int verdict = look_exit_code(report);
    if (verdict == EXIT_OK && options_has(c->options, OPTION_AT) && !is_everyone_there(report))
        verdict = EXIT_NETWORK;
    if (c->options->is_json) {
        code = output_document(c, look_document(report));
    } else {
        look_show(report, false);
        show_end(c, report, e);
    }
    tcses_doctor_report_free(report);
    return code == EXIT_OK ? verdict : code;
}

/* ---- the comparison ---- */

static void put_values(document *d, const char *name, const char *const *values, size_t count)
{
    document_list(d, name);
    for (size_t i = 0; i < count; i++)
        document_append_text(d, name, values[i]);
}

static document *comparison_document(const tcses_dns_comparison *comparison)
{
    document *d = document_new();
    document_text(d, "schema", "tcses.comparison/1");
    document_text(d, "zone", comparison->zone);
    document_number(d, "compared", (int64_t)comparison->compared_count);
    document_text(d, "problem", comparison->problem);
    document_list(d, "differences");
    for (size_t i = 0; i < comparison->differences_count; i++) {
        const tcses_dns_difference *found = comparison->differences[i];
        document *difference = document_new();
        document_text(difference, "name", found->name);
        document_text(difference, "type", found->type);
        put_values(difference, "old", found->old_values, found->old_values_count);
        put_values(difference, "new", found->new_values, found->new_values_count);
        document_append(d, "differences", difference);
    }
    return d;
}

static void show_values(char sign, color shade, const char *const *values, size_t count)
{
    for (size_t i = 0; i < count; i++)
        printf("  %s%c %s%s\n", screen_color(stdout, shade), sign, values[i], screen_color(stdout, COLOR_NONE));
}

static void show_comparison(const tcses_dns_comparison *comparison)
{
    for (size_t i = 0; i < comparison->differences_count; i++) {
        const tcses_dns_difference *d = comparison->differences[i];
        printf("%s %s\n", d->name, d->type);
        show_values('-', COLOR_RED, d->old_values, d->old_values_count);
        show_values('+', COLOR_GREEN, d->new_values, d->new_values_count);
    }
    if (comparison->problem != NULL)
        printf(TEXT("Not all could be asked: %s\n", "部分服务器无法查询：%s\n"), comparison->problem);
    printf(TEXT("Differences: %zu, of %zu names and types that were asked for (- old servers, + new ones)\n",
               "不同之处：%zu，共查询 %zu 项（- 旧服务器，+ 新服务器）\n"),
        comparison->differences_count, comparison->compared_count);
}

static int compare(cli *c, look *l, const expected *e)
{
    tcses_doctor_request request = TCSES_DOCTOR_REQUEST_INIT;
    const tcses_dns_comparison *comparison = NULL;
    request.domain = e->domain;
    request.expected = e->set;
    request.cancel = interrupt_cancel();
    if (tcses_doctor_compare(&l->options, &request, &comparison, &c->error) != TCSES_OK)
        return failure_of_call(c);
    int code = EXIT_OK;
    int verdict = comparison->problem != NULL         ? EXIT_NETWORK
                  : comparison->differences_count > 0 ? EXIT_WRONG_RECORD
                                                      : EXIT_OK;
    if (c->options->is_json)
        code = output_document(c, comparison_document(comparison));
    else
        show_comparison(comparison);
    tcses_dns_comparison_free(comparison);
    return code == EXIT_OK ? verdict : code;
}

int domain_doctor_run(cli *c)
{
    expected e;
    look l;
    if (options_has(c->options, OPTION_COMPARE) && !options_has(c->options, OPTION_AT))
        return failure_usage("%s", TEXT("--compare goes with --at", "--compare 须与 --at 一起使用"));
    int code = look_take(&l, c->options);
    if (code != EXIT_OK)
        return code;
    code = expected_read(c, true, &e);
    if (code == EXIT_OK)
        code = options_has(c->options, OPTION_COMPARE) ? compare(c, &l, &e) : examine(c, &l, &e);
    expected_free(&e);
    look_free(&l);
    return code;
}
