/* SPDX-License-Identifier: Apache-2.0 */
#include "look.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "failure.h"
#include "interrupt.h"
#include "records.h"
#include "screen.h"
#include "session.h"
#include "text.h"

/* ---- asking ---- */

/* NULL: the system's. */
static const char *resolver_of(const options *o)
{
    const char *resolver = o->values[OPTION_RESOLVER];
    if (resolver == NULL)
        resolver = getenv("TCSES_RESOLVER");
    return resolver != NULL && resolver[0] != '\0' ? resolver : NULL;
}

bool look_is_off(const options *o)
{
    const char *resolver = resolver_of(o);
    return resolver != NULL && strcmp(resolver, "none") == 0;
}

int look_take(look *l, const options *o)
{
    size_t count = options_count(o, OPTION_AT);
    const char *port = getenv("TCSES_DNS_PORT"); /* of authoritative servers, for tests */
    memset(l, 0, sizeof *l);
    if (look_is_off(o))
        return failure_usage("%s", TEXT("the resolver is \"none\" (--resolver, TCSES_RESOLVER): DNS can't be looked at",
                                       "解析器设为“none”（--resolver、TCSES_RESOLVER），无法查询 DNS"));
    tcses_doctor_options_init(&l->options, sizeof l->options);
    l->options.resolver = resolver_of(o);
    l->options.port = port != NULL ? (int32_t)strtol(port, NULL, 10) : 0;
    if (count == 0)
        return EXIT_OK;
    l->servers = calloc(count, sizeof(char *));
    if (l->servers == NULL)
        return failure_memory();
    for (size_t i = 0; i < count; i++)
        l->servers[i] = options_nth(o, OPTION_AT, i);
    l->options.servers = l->servers;
    l->options.servers_count = count;
    return EXIT_OK;
}

void look_free(look *l)
{
    free(l->servers);
}

/* No resolver is configured: nothing is known of DNS, and nothing is wrong. */
static bool look_is_impossible(cli *c)
{
    if (tcses_error_status(c->error) != TCSES_ERR_SYSTEM)
        return false;
    session_warn(c, "%s", tcses_error_message(c->error));
    tcses_error_free(c->error);
    c->error = NULL;
    return true;
}

int look_find_zone(cli *c, look *l, expected *e)
{
    const tcses_text *zone = NULL;
    if (e->zone[0] != '\0')
        return EXIT_OK;
    if (tcses_dns_find_zone(&l->options, e->domain, &zone, &c->error) != TCSES_OK)
        return look_is_impossible(c) ? EXIT_OK : failure_of_call(c);
    if (zone != NULL)
        snprintf(e->zone, sizeof e->zone, "%s", zone->text);
    tcses_text_free(zone);
    return EXIT_OK;
}

static bool run(cli *c, look *l, const expected *e, const tcses_doctor_report **report)
{
    tcses_doctor_request request = TCSES_DOCTOR_REQUEST_INIT;
    request.domain = e->domain;
    request.expected = e->set;
    request.cancel = interrupt_cancel();
    return tcses_doctor_run(&l->options, &request, report, &c->error) == TCSES_OK;
}

int look_run(cli *c, look *l, const expected *e, const tcses_doctor_report **report)
{
    return run(c, l, e, report) ? EXIT_OK : failure_of_call(c);
}

int look_try(cli *c, look *l, const expected *e, const tcses_doctor_report **report)
{
    return run(c, l, e, report) || look_is_impossible(c) ? EXIT_OK : failure_of_call(c);
}

int look_exit_code(const tcses_doctor_report *report)
{
    switch (report->status) {
    case TCSES_RECORD_OK:
    case TCSES_RECORD_OK_INHERITED:
        return EXIT_OK;
    case TCSES_RECORD_PROPAGATING:
        return EXIT_NOT_READY;
    case TCSES_RECORD_UNKNOWN:
        return EXIT_NETWORK;
    default:
        return EXIT_WRONG_RECORD;
    }
}

/* ---- for people ---- */

static const char *status_word(int32_t status, color *c)
{
    *c = status == TCSES_RECORD_OK || status == TCSES_RECORD_OK_INHERITED       ? COLOR_GREEN
         : status == TCSES_RECORD_PROPAGATING || status == TCSES_RECORD_UNKNOWN ? COLOR_YELLOW
                                                                                : COLOR_RED;
    switch (status) {
    case TCSES_RECORD_OK:
        return TEXT("ok", "正常");
    case TCSES_RECORD_OK_INHERITED:
        return TEXT("inherited", "继承");
    case TCSES_RECORD_PROPAGATING:
        return TEXT("spreading", "生效中");
    case TCSES_RECORD_WRONG:
        return TEXT("wrong", "错误");
    case TCSES_RECORD_MISSING:
        return TEXT("missing", "缺失");
    case TCSES_RECORD_CONFLICT:
        return TEXT("conflict", "冲突");
    default:
        return TEXT("unknown", "未知");
    }
}

static void show_finding(const tcses_finding *f)
{
    const char *fix = TEXT(f->fix_english, f->fix_chinese);
    color c = f->severity == TCSES_FINDING_ERROR     ? COLOR_RED
              : f->severity == TCSES_FINDING_WARNING ? COLOR_YELLOW
                                                     : COLOR_NONE;
    printf("           %s%s%s  [%s]\n", c != COLOR_NONE ? screen_color(stdout, c) : "", TEXT(f->english, f->chinese),
        c != COLOR_NONE ? screen_color(stdout, COLOR_NONE) : "", f->code);
    if (fix != NULL)
        printf("           -> %s\n", fix);
    if (f->fix_value != NULL)
        printf("%s\n", f->fix_value);
}

static void show_status(int32_t status)
{
    color c = COLOR_NONE;
    const char *word = status_word(status, &c);
    fputs(screen_color(stdout, c), stdout);
    screen_pad(stdout, word, 11);
    fputs(screen_color(stdout, COLOR_NONE), stdout);
}

static void show_found(const tcses_dns_answer *answer)
{
    if (answer->problem != NULL)
        printf("           %s (%s): %s\n", answer->server, answer->address != NULL ? answer->address : "-",
            answer->problem);
    for (size_t i = 0; i < answer->raw_count; i++)
        printf("           %s: %s\n", answer->server, answer->raw[i]);
}

static void show_wait(int32_t seconds)
{
    if (seconds > 0)
        printf(TEXT("           caches have it in %d s at the latest\n", "           缓存最迟 %d 秒后更新\n"),
            (int)seconds);
}

/* Whether there is no more to say than that it is right. */
static bool is_plain(const tcses_record_report *r)
{
    return r->status == TCSES_RECORD_OK && r->findings_count == 0 && r->wait_seconds == 0;
}

static void show_record(const tcses_record_report *r)
{
    show_status(r->status);
    printf("%-4s %s%s%s  (%s)\n", r->expected->type, screen_color(stdout, COLOR_BOLD), r->expected->name,
        screen_color(stdout, COLOR_NONE), tcses_purpose_name(r->expected->purpose));
    for (size_t i = 0; i < r->findings_count; i++)
        show_finding(r->findings[i]);
    if (r->status != TCSES_RECORD_OK) {
        for (size_t i = 0; i < r->answers_count; i++)
            show_found(r->answers[i]);
    }
    show_wait(r->wait_seconds);
}

static void show_servers(const tcses_doctor_report *report)
{
    for (size_t i = 0; i < report->servers_count; i++) {
        const tcses_dns_server *s = report->servers[i];
        printf("  %s  %s  ", s->name, s->address != NULL ? s->address : "-");
        if (s->problem != NULL)
            printf("%s%s%s\n", screen_color(stdout, COLOR_RED), s->problem, screen_color(stdout, COLOR_NONE));
        else
            printf(TEXT("serial %" PRIu32 "\n", "序列号 %" PRIu32 "\n"), s->serial);
    }
}

void look_show(const tcses_doctor_report *report, bool is_brief)
{
    char name[NAME_BYTES];
    color c = COLOR_NONE;
    const char *word = status_word(report->status, &c);
    printf("%s%s%s  %s%s%s", screen_color(stdout, COLOR_BOLD), name_for_people(report->domain, name, sizeof name),
        screen_color(stdout, COLOR_NONE), screen_color(stdout, c), word, screen_color(stdout, COLOR_NONE));
    if (report->zone != NULL)
        printf(TEXT("  zone %s\n", "  主域名 %s\n"), report->zone);
    else
        fputs(TEXT("  its zone was not found\n", "  未找到所属主域名\n"), stdout);
    show_servers(report);
    for (size_t i = 0; i < report->findings_count; i++)
        show_finding(report->findings[i]);
    bool was_plain = false;
    for (size_t i = 0; i < report->records_count; i++) {
        const tcses_record_report *r = report->records[i];
        if (is_brief && r->status == TCSES_RECORD_OK)
            continue;
        if (!was_plain || !is_plain(r))
            putchar('\n');
        show_record(r);
        was_plain = is_plain(r);
    }
}

/* ---- for programs ---- */

static void put_switch(document *d, const char *name, int32_t value)
{
    if (value == TCSES_UNSET)
        document_text(d, name, NULL);
    else
        document_flag(d, name, value == TCSES_TRUE);
}

static const char *severity_name(int32_t severity)
{
    return severity == TCSES_FINDING_ERROR ? "error" : severity == TCSES_FINDING_WARNING ? "warning" : "note";
}

static void put_findings(document *d, const tcses_finding *const *findings, size_t count)
{
    document_list(d, "findings");
    for (size_t i = 0; i < count; i++) {
        document *f = document_new();
        document_text(f, "code", findings[i]->code);
        document_text(f, "severity", severity_name(findings[i]->severity));
        document_text(f, "message", TEXT(findings[i]->english, findings[i]->chinese));
        document_text(f, "fix", TEXT(findings[i]->fix_english, findings[i]->fix_chinese));
        document_text(f, "fix_value", findings[i]->fix_value);
        document_append(d, "findings", f);
    }
}

static const char *state_name(int32_t state)
{
    return state == TCSES_ANSWER_RECORDS   ? "records"
           : state == TCSES_ANSWER_NO_DATA ? "no_data"
           : state == TCSES_ANSWER_NO_NAME ? "no_name"
                                           : "failed";
}

static document *answer_document(const tcses_dns_answer *a)
{
    document *d = document_new();
    document_text(d, "server", a->server);
    document_text(d, "address", a->address);
    document_text(d, "state", state_name(a->state));
    document_flag(d, "authoritative", a->is_authoritative == TCSES_TRUE);
    document_number(d, "ttl", a->ttl);
    document_text(d, "cname", a->cname);
    document_text(d, "problem", a->problem);
    document_list(d, "values");
    for (size_t i = 0; i < a->values_count; i++)
        document_append_text(d, "values", a->values[i]);
    document_list(d, "raw");
    for (size_t i = 0; i < a->raw_count; i++)
        document_append_text(d, "raw", a->raw[i]);
    return d;
}

static document *record_document(const tcses_record_report *r)
{
    document *d = document_new();
    document_text(d, "type", r->expected->type);
    document_text(d, "name", r->expected->name);
    document_text(d, "purpose", tcses_purpose_name(r->expected->purpose));
    document_text(d, "expected", r->expected->value);
    document_text(d, "seen_by_service", r->expected->current_value);
    document_text(d, "status", tcses_record_status_name(r->status));
    put_switch(d, "equals_expectation", r->equals_expectation);
    put_switch(d, "valid", r->is_valid);
    document_number(d, "wait_seconds", r->wait_seconds);
    put_findings(d, r->findings, r->findings_count);
    document_list(d, "authoritative");
    for (size_t i = 0; i < r->answers_count; i++)
        document_append(d, "authoritative", answer_document(r->answers[i]));
    if (r->recursive != NULL)
        document_put(d, "recursive", answer_document(r->recursive));
    else
        document_text(d, "recursive", NULL);
    return d;
}

static document *server_document(const tcses_dns_server *s)
{
    document *d = document_new();
    document_text(d, "name", s->name);
    document_text(d, "address", s->address);
    document_text(d, "problem", s->problem);
    document_number(d, "serial", s->serial);
    return d;
}

document *look_document(const tcses_doctor_report *report)
{
    document *d = document_new();
    document_text(d, "schema", "tcses.doctor/1");
    document_text(d, "domain", report->domain);
    document_text(d, "zone", report->zone);
    document_text(d, "status", tcses_record_status_name(report->status));
    document_number(d, "wait_seconds", report->wait_seconds);
    document_list(d, "servers");
    for (size_t i = 0; i < report->servers_count; i++)
        document_append(d, "servers", server_document(report->servers[i]));
    put_findings(d, report->findings, report->findings_count);
    document_list(d, "records");
    for (size_t i = 0; i < report->records_count; i++)
        document_append(d, "records", record_document(report->records[i]));
    return d;
}
