/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "domains.h"
#include "expected.h"
#include "failure.h"
#include "interrupt.h"
#include "look.h"
#include "output.h"
#include "session.h"
#include "text.h"

/* ---- results ---- */

static check_result *new_result(check_results *results)
{
    if (results->count == results->room) {
        size_t room = results->room > 0 ? results->room * 2 : 16;
        check_result *grown = realloc(results->items, room * sizeof *grown);
        if (grown == NULL)
            return NULL;
        results->items = grown;
        results->room = room;
    }
    check_result *result = &results->items[results->count++];
    memset(result, 0, sizeof *result);
    result->changes = document_new();
    document_list(result->changes, "changes");
    return result;
}

void check_free(check_results *results)
{
    for (size_t i = 0; i < results->count; i++)
        document_free(results->items[i].changes);
    free(results->items);
    memset(results, 0, sizeof *results);
}

const char *check_state_name(check_state state)
{
    static const char *const names[] = {"same", "recorded", "recovered", "drifted", "regressed", "unknown"};
    return names[state];
}

document *check_document(const check_result *result)
{
    document *d = document_new();
    document_text(d, "profile", result->profile[0] != '\0' ? result->profile : NULL);
    document_text(d, "domain", result->domain);
    document_text(d, "state", check_state_name(result->state));
    document_number(d, "exit", result->code_of_exit);
    document_append_all(d, "changes", result->changes);
    return d;
}

/* ---- comparing ---- */

static bool is_good(const char *state)
{
    return strncmp(state, "ok", 2) == 0 || strcmp(state, "yes") == 0;
}

/* FNV-1a, over the text and its end. */
static void digest(uint64_t *sum, const char *text)
{
    do
        *sum = (*sum ^ (unsigned char)*text) * UINT64_C(1099511628211);
    while (*text++ != '\0');
}

static void note_problem(check_result *result, const char *problem)
{
    snprintf(result->problem, sizeof result->problem, "%s", problem);
    digest(&result->digest, result->problem);
}

/* What was not asked for then is held to have been right. */
static void note_change(check_result *result, const char *record, const char *before, const char *now)
{
    bool was_good = is_good(before) || strcmp(before, CHECK_UNASKED) == 0;
    bool is_regression = was_good && !is_good(now) && strcmp(now, CHECK_UNASKED) != 0;
    document *change = document_new();
    document_text(change, "code", is_regression ? "REGRESSED" : "CHANGED");
    document_text(change, "record", record);
    document_text(change, "before", before);
    document_text(change, "now", now);
    document_append(result->changes, "changes", change);
    digest(&result->digest, record);
    digest(&result->digest, now);
    if (is_regression)
        result->state = CHECK_REGRESSED;
    else if (result->state != CHECK_REGRESSED)
        result->state = CHECK_DRIFTED;
}

static bool is_known(const char *state)
{
    return strncmp(state, "unknown", 7) != 0;
}

/* Holds one record of a domain that is known against what was good. What can't be told changes nothing. */
static void compare(const baseline *b, const char *owner, const char *record, const char *now, check_result *result)
{
    const char *before = baseline_get(b, owner, record);
    if (before == NULL && baseline_knows(b, owner))
        before = CHECK_UNASKED;
    if (before != NULL && strcmp(before, now) != 0 && is_known(before) && is_known(now))
        note_change(result, record, before, now);
}

/* What was asked for then, and is not any more. */
static void compare_rest(const baseline *b, const char *owner, const document *now, check_result *result)
{
    const char *record = NULL;
    for (size_t i = 0; (record = baseline_nth(b, owner, i)) != NULL; i++) {
        if (!document_has(now, record))
            note_change(result, record, baseline_get(b, owner, record), CHECK_UNASKED);
    }
}

/* A record's state as a text: its status and what the first server has that answers. One that caches do not have yet is
 * right: what they keep comes and goes without anybody changing the zone. */
static void describe(const tcses_record_report *r, char *room, size_t size)
{
    int32_t status = r->status == TCSES_RECORD_PROPAGATING ? TCSES_RECORD_OK : r->status;
    size_t length = (size_t)snprintf(room, size, "%s", tcses_record_status_name(status));
    for (size_t i = 0; i < r->answers_count; i++) {
        const tcses_dns_answer *answer = r->answers[i];
        if (answer->state == TCSES_ANSWER_FAILED)
            continue;
        for (size_t k = 0; k < answer->values_count && length < size; k++)
            length += (size_t)snprintf(room + length, size - length, " \"%s\"", answer->values[k]);
        break;
    }
}

/* Why a record could not be looked at: what the first server said, or did not say. */
static void note_silence(const tcses_doctor_report *report, check_result *result)
{
    char problem[sizeof result->problem];
    for (size_t i = 0; i < report->records_count; i++) {
        const tcses_record_report *r = report->records[i];
        if (r->status != TCSES_RECORD_UNKNOWN)
            continue;
        const tcses_dns_answer *answer = r->answers_count > 0 ? r->answers[0] : NULL;
        snprintf(problem, sizeof problem, TEXT("DNS could not be asked for %s %s: %s", "无法查询 DNS（%s %s）：%s"),
            r->expected->type, r->expected->name,
            answer != NULL && answer->problem != NULL
                ? answer->problem
                : TEXT("no server of the zone answers", "主域名的服务器均无应答"));
        note_problem(result, problem);
        return;
    }
}

static int exit_code_of(check_state state)
{
    return state == CHECK_REGRESSED ? EXIT_WRONG_RECORD
           : state == CHECK_DRIFTED ? EXIT_PENDING
           : state == CHECK_UNKNOWN ? EXIT_NETWORK
                                    : EXIT_OK;
}

/* Holds what DNS has, and whether the service is content. */
static void compare_record(
    const baseline *b, const char *owner, const tcses_record_report *r, document *now, check_result *result)
{
    char record[NAME_BYTES + 32];
    char state[2048];
    snprintf(record, sizeof record, "%s %s", r->expected->type, r->expected->name);
    describe(r, state, sizeof state);
    document_text(now, record, state);
    compare(b, owner, record, state, result);
    int32_t status = r->expected->status;
    const char *verdict = status == TCSES_TRUE ? "ok" : status == TCSES_FALSE ? "not ok" : "unknown";
    snprintf(record, sizeof record, "%s %s" CHECK_AT_SERVICE, r->expected->type, r->expected->name);
    document_text(now, record, verdict);
    /* Of a record that was not asked for then, what DNS has is told. */
    if (baseline_get(b, owner, record) != NULL)
        compare(b, owner, record, verdict, result);
}

/* All records of a domain, each with its state; NULL if some could not be looked at. */
static document *compare_all(
    const baseline *b, const char *owner, const expected *e, const tcses_doctor_report *report, check_result *result)
{
    document *now = document_new();
    bool is_whole = true;
    const char *verified = e->is_verified ? "yes" : "no";
    document_text(now, CHECK_VERIFIED, verified);
    compare(b, owner, CHECK_VERIFIED, verified, result);
    for (size_t i = 0; i < report->records_count; i++) {
        is_whole = is_whole && report->records[i]->status != TCSES_RECORD_UNKNOWN;
        compare_record(b, owner, report->records[i], now, result);
    }
    compare_rest(b, owner, now, result);
    if (is_whole)
        return now;
    document_free(now);
    return NULL;
}

/* ---- looking ---- */

static void judge(
    const options *o, baseline *b, const expected *e, const tcses_doctor_report *report, check_result *result)
{
    char owner[2 * NAME_BYTES];
    snprintf(owner, sizeof owner, "%s/%s", result->profile, result->domain);
    bool was_known = baseline_knows(b, owner);
    document *now = compare_all(b, owner, e, report, result);
    bool is_taken = now != NULL && (!was_known || options_has(o, OPTION_ACCEPT));
    if (is_taken)
        result->state = CHECK_RECORDED;
    else if (now == NULL && result->state == CHECK_SAME)
        result->state = CHECK_UNKNOWN;
    if (result->state == CHECK_UNKNOWN)
        note_silence(report, result);
    if (is_taken && !options_has(o, OPTION_DRY_RUN))
        baseline_put(b, owner, now);
    else
        document_free(now);
    result->code_of_exit = exit_code_of(result->state);
}

static void check_domain(cli *c, baseline *b, look *l, const char *domain, check_result *result)
{
    expected e;
    const tcses_doctor_report *report = NULL;
    memset(&e, 0, sizeof e);
    snprintf(result->domain, sizeof result->domain, "%s", domain);
    c->subject = result->domain;
    result->state = CHECK_SAME;
    int code = expected_ask(c, domain, false, &e);
    if (code == EXIT_OK)
        code = look_run(c, l, &e, &report);
    if (code == EXIT_OK) {
        judge(c->options, b, &e, report, result);
    } else {
        result->state = CHECK_UNKNOWN;
        result->code_of_exit = code;
        note_problem(result, tcses_error_message(c->error));
    }
    tcses_error_free(c->error);
    c->error = NULL;
    tcses_doctor_report_free(report);
    expected_free(&e);
}

typedef struct names {
    char (*items)[NAME_BYTES];
    size_t count;
    size_t room;
} names;

static void collect(void *ctx, const tcses_email_identity *item, const tcses_list_email_identities_response *page)
{
    names *n = ctx;
    (void)page;
    if (item->identity_name == NULL)
        return;
    if (n->count == n->room) {
        size_t room = n->room > 0 ? n->room * 2 : 16;
        char(*grown)[NAME_BYTES] = realloc(n->items, room * sizeof *grown);
        if (grown == NULL)
            return;
        n->items = grown;
        n->room = room;
    }
    snprintf(n->items[n->count++], NAME_BYTES, "%s", item->identity_name);
}

static int collect_given(const options *o, names *n)
{
    n->items = calloc(o->operands_count, sizeof *n->items);
    if (n->items == NULL)
        return failure_memory();
    for (size_t i = 0; i < o->operands_count; i++) {
        if (!name_take_domain(o->operands[i], n->items[n->count++]))
            return EXIT_USAGE;
    }
    return EXIT_OK;
}

/* Of a profile that could not be looked into at all, nobody knows about any of its domains. */
static void note_unknown(check_results *results, const char *profile, const char *domain, const cli *c, int code)
{
    check_result *result = new_result(results);
    if (result == NULL)
        return;
    snprintf(result->profile, sizeof result->profile, "%s", profile);
    snprintf(result->domain, sizeof result->domain, "%s", domain);
    result->state = CHECK_UNKNOWN;
    result->code_of_exit = code;
    note_problem(result,
        c->error != NULL ? tcses_error_message(c->error) : TEXT("the account could not be asked", "无法查询账号"));
}

static void note_all_unknown(const cli *c, const baseline *b, const char *profile, int code, check_results *results)
{
    const char *owner = NULL;
    size_t length = strlen(profile);
    for (size_t i = 0; i < c->options->operands_count; i++)
        note_unknown(results, profile, c->options->operands[i], c, code);
    for (size_t i = 0; c->options->operands_count == 0 && (owner = baseline_owner(b, i)) != NULL; i++) {
        if (strncmp(owner, profile, length) == 0 && owner[length] == '/' && strchr(owner + length + 1, '/') == NULL)
            note_unknown(results, profile, owner + length + 1, c, code);
    }
}

static int check_profile(cli *c, baseline *b, const char *profile, check_results *results)
{
    names n = {NULL, 0, 0};
    look l = {.servers = NULL};
    size_t count = 0;
    int code = session_open(c);
    if (code == EXIT_OK)
        code = c->options->operands_count > 0 ? collect_given(c->options, &n)
                                              : domains_walk(c, NULL, collect, &n, NULL, &count);
    if (code == EXIT_OK && n.count < count)
        code = failure_memory();
    if (code != EXIT_OK && code != EXIT_USAGE && code != EXIT_INTERRUPTED)
        note_all_unknown(c, b, profile, code, results);
    if (code == EXIT_OK)
        code = look_take(&l, c->options);
    for (size_t i = 0; code == EXIT_OK && i < n.count && interrupt_signal() == 0; i++) {
        check_result *result = new_result(results);
        if (result == NULL) {
            code = failure_memory();
            break;
        }
        snprintf(result->profile, sizeof result->profile, "%s", profile);
        check_domain(c, b, &l, n.items[i], result);
    }
    look_free(&l);
    free(n.items);
    return code;
}

int check_run(const options *o, baseline *b, check_results *results)
{
    size_t count = options_count(o, OPTION_PROFILE);
    int worst = EXIT_OK;
    memset(results, 0, sizeof *results);
    for (size_t i = 0; i < (count > 0 ? count : 1) && interrupt_signal() == 0; i++) {
        options of_profile = *o;
        cli c = {.options = &of_profile, .call = TCSES_CALL_OPTIONS_INIT};
        of_profile.values[OPTION_PROFILE] = options_nth(o, OPTION_PROFILE, i);
        const char *profile = of_profile.values[OPTION_PROFILE];
        worst = exits_worst(worst, check_profile(&c, b, profile != NULL ? profile : "", results));
        session_close(&c);
    }
    return interrupt_signal() != 0 ? EXIT_INTERRUPTED : worst;
}

/* ---- the command ---- */

static int show_results(cli *c, const check_results *results)
{
    document *whole = c->options->is_json ? document_new() : NULL;
    document_text(whole, "schema", "tcses.check/1");
    document_list(whole, "domains");
    for (size_t i = 0; i < results->count; i++) {
        const check_result *result = &results->items[i];
        if (whole != NULL)
            document_append(whole, "domains", check_document(result));
        else if (!options_has(c->options, OPTION_QUIET) || result->code_of_exit != EXIT_OK)
            check_show(result);
    }
    return whole != NULL ? output_document(c, whole) : EXIT_OK;
}

/* Nothing to look at is nothing wrong; but it may be another account than was meant. */
void check_note_none(const cli *c)
{
    session_note(c, "%s", TEXT("The account has no domains: nothing was looked at", "账号中没有域名，未做检查"));
}

int check_operands(const options *o)
{
    if (!options_has(o, OPTION_ALL) || o->operands_count == 0)
        return EXIT_OK;
    return failure_usage("%s", TEXT("name domains, or --all", "请指定域名，或使用 --all"));
}

int domain_check_run(cli *c)
{
    baseline b;
    check_results results;
    int code = check_operands(c->options);
    if (code == EXIT_OK)
        code = baseline_open(&b);
    if (code != EXIT_OK)
        return code;
    code = check_run(c->options, &b, &results);
    for (size_t i = 0; i < results.count; i++)
        code = exits_worst(code, results.items[i].code_of_exit);
    if (code == EXIT_OK && results.count == 0 && !options_has(c->options, OPTION_QUIET))
        check_note_none(c);
    code = exits_worst(code, show_results(c, &results));
    check_free(&results);
    return exits_worst(code, baseline_close(&b));
}
