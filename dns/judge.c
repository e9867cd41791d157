/* SPDX-License-Identifier: Apache-2.0 */
#include "dns/judge.h"

#include <string.h>

#include "base/text.h"
#include "dns/judge_parts.h"
#include "grammar/dmarc.h"
#include "grammar/spf.h"

/* What all servers together make of a record. */
typedef struct views {
    answers found;
    verdict *verdicts; /* one an answer; status 0: the answer is of no use */
    size_t usable;
    /* What counts as right: the best status there is of OK and OK_INHERITED, and as expected if any is that. */
    int32_t good;
    bool is_expected_somewhere;
    size_t right;
    size_t first; /* the first usable answer */
    size_t worst; /* the answer with the worst verdict */
} views;

static const int32_t order[] = {TCSES_RECORD_CONFLICT, TCSES_RECORD_WRONG, TCSES_RECORD_MISSING, TCSES_RECORD_UNKNOWN,
    TCSES_RECORD_PROPAGATING, TCSES_RECORD_OK_INHERITED, TCSES_RECORD_OK};

static int32_t worse(int32_t a, int32_t b)
{
    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
        if (a == order[i] || b == order[i])
            return order[i];
    }
    return TCSES_RECORD_UNKNOWN;
}

static bool is_right(const views *all, size_t i)
{
    const verdict *v = &all->verdicts[i];
    return v->status == all->good && !(all->is_expected_somewhere && v->equals == TCSES_FALSE);
}

/* The service asks for nothing else. Should it, nothing is said of it: what is not looked at is not missing. */
static bool is_looked_at(const tcses_record *record)
{
    return strcmp(record->type, "MX") == 0 || strcmp(record->type, "TXT") == 0;
}

static int type_of(const tcses_record *record)
{
    return strcmp(record->type, "MX") == 0 ? LOOK_MX : LOOK_TXT;
}

/* ---- one answer ---- */

static void judge_values(judge *j, const tcses_record *record, const tcses_dns_answer *answer, verdict *v)
{
    switch (record->purpose) {
    case TCSES_PURPOSE_MX:
        judge_mx(j, record, answer, v);
        break;
    case TCSES_PURPOSE_SPF:
        judge_spf(j, record, answer, v);
        break;
    case TCSES_PURPOSE_DKIM:
        judge_dkim(j, record, answer, v);
        break;
    case TCSES_PURPOSE_DMARC:
        judge_dmarc(j, record, answer, v);
        break;
    default:
        judge_other(j, record, answer, v);
    }
}

static void tell_not_asked(judge *j, const tcses_record *record, const tcses_dns_answer *answer, finding_list *list)
{
    finding_facts facts = judge_facts(j, record);
    facts.fix_value = NULL;
    facts.servers = answer != NULL ? answer->server : "-";
    facts.problem = answer != NULL && answer->problem != NULL ? answer->problem : "no answer";
    if (!is_looked_at(record))
        facts.problem = "not looked at";
    judge_tell(j, list, FINDING_NOT_ASKED, &facts);
}

/* What to write in the place of an alias: what it leads to counts now, and may say more than the service asks for. */
static const char *value_behind(const tcses_record *record, const tcses_dns_answer *target)
{
    for (size_t i = 0; i < target->values_count; i++) {
        view value = view_of(target->values[i]);
        if ((record->purpose == TCSES_PURPOSE_SPF && spf_is_record(value)) ||
            (record->purpose == TCSES_PURPOSE_DMARC && dmarc_is_record(value)))
            return target->values[i];
    }
    return record->value;
}

/*
 * An alias at the name. Receivers follow it, and find what is behind it; the service may not. What it leads to that is
 * not right can't be put right beside it.
 */
static void judge_alias(judge *j, const tcses_record *record, const tcses_dns_answer *answer, verdict *v)
{
    verdict behind = {{NULL, 0}, 0, 0, 0};
    finding_facts facts = judge_facts(j, record);
    facts.where = answer->cname;
    const tcses_dns_answer *target = answer;
    if (answer->values_count == 0)
        target = judge_recursive(j, record->name, type_of(record));
    if (target == NULL || !judge_is_usable(target)) {
        judge_say(v, TCSES_RECORD_UNKNOWN, TCSES_UNSET, TCSES_UNSET);
        tell_not_asked(j, record, target, &v->findings);
        judge_tell(j, &v->findings, FINDING_VIA_CNAME, &facts);
        return;
    }
    judge_values(j, record, target, &behind);
    if (behind.status != TCSES_RECORD_OK && judge_is_wildcard(j, record->name, type_of(record), answer)) {
        /* There is no alias at the name itself, and none will be once it has a record. */
        const tcses_dns_answer nothing = {
            .size = sizeof nothing, .server = answer->server, .state = TCSES_ANSWER_NO_DATA};
        judge_values(j, record, &nothing, v);
        return;
    }
    if (behind.status == TCSES_RECORD_OK) {
        *v = behind;
        v->equals = TCSES_UNSET;
        facts.fix_value = value_behind(record, target);
        judge_tell(j, &v->findings, record->purpose == TCSES_PURPOSE_DKIM ? FINDING_DKIM_VIA_CNAME : FINDING_VIA_CNAME,
            &facts);
        return;
    }
    judge_say(v, TCSES_RECORD_CONFLICT, TCSES_FALSE, behind.is_valid);
    judge_tell(j, &v->findings, FINDING_CNAME_BLOCKS, &facts);
}

/* ---- all answers ---- */

static bool same_answer(const tcses_dns_answer *a, const tcses_dns_answer *b)
{
    bool is_same_alias = a->cname == NULL ? b->cname == NULL : b->cname != NULL && names_same(a->cname, b->cname);
    if (!judge_is_usable(a) || !judge_is_usable(b) || a->values_count != b->values_count || !is_same_alias)
        return false;
    for (size_t i = 0; i < a->values_count; i++) {
        if (strcmp(a->values[i], b->values[i]) != 0)
            return false;
    }
    return true;
}

static void judge_answer(judge *j, const tcses_record *record, views *all, size_t number)
{
    const tcses_dns_answer *answer = all->found.items[number];
    verdict *v = &all->verdicts[number];
    for (size_t i = 0; i < number; i++) {
        if (same_answer(all->found.items[i], answer)) {
            *v = all->verdicts[i];
            return;
        }
    }
    if (!judge_is_usable(answer))
        judge_say(v, TCSES_RECORD_UNKNOWN, TCSES_UNSET, TCSES_UNSET);
    else if (answer->cname != NULL)
        judge_alias(j, record, answer, v);
    else
        judge_values(j, record, answer, v);
}

static void count_answers(views *all)
{
    all->good = TCSES_RECORD_OK_INHERITED;
    for (size_t i = 0; i < all->found.count; i++) {
        int32_t status = all->verdicts[i].status;
        if (status == TCSES_RECORD_UNKNOWN)
            continue;
        if (all->usable++ == 0)
            all->first = all->worst = i;
        if (status == TCSES_RECORD_OK)
            all->good = status;
        if (status == TCSES_RECORD_OK && all->verdicts[i].equals == TCSES_TRUE)
            all->is_expected_somewhere = true;
        if (worse(status, all->verdicts[all->worst].status) != all->verdicts[all->worst].status)
            all->worst = i;
    }
    for (size_t i = 0; i < all->found.count; i++)
        all->right += is_right(all, i);
}

static void judge_answers(judge *j, const tcses_record *record, views *all)
{
    if (!is_looked_at(record))
        return;
    all->found = judge_ask(j, record->name, type_of(record));
    all->verdicts = arena_take(j->memory, all->found.count * sizeof *all->verdicts);
    if (all->verdicts == NULL) {
        j->failed = true;
        all->found.count = 0;
    }
    for (size_t i = 0; i < all->found.count; i++)
        judge_answer(j, record, all, i);
    count_answers(all);
}

static int32_t both(int32_t a, int32_t b)
{
    if (a == TCSES_FALSE || b == TCSES_FALSE)
        return TCSES_FALSE;
    return a == TCSES_UNSET || b == TCSES_UNSET ? TCSES_UNSET : TCSES_TRUE;
}

/* ---- servers that do not agree ---- */

/*
 * The servers that have it wrong, or, where all have, that differ from the worst; and whether they are as new as the
 * others.
 */
typedef struct laggards {
    const char *names;
    size_t count;
    int32_t ttl;
    bool is_same_version;
} laggards;

static uint32_t serial_of(const judge *j, const views *all, size_t i)
{
    return all->found.count == j->l->servers_count ? j->l->servers[i]->serial : 0;
}

static laggards find_laggards(judge *j, const views *all)
{
    laggards l = {"", 0, 0, true};
    uint32_t serial = serial_of(j, all, all->first);
    for (size_t i = 0; i < all->found.count; i++) {
        const verdict *v = &all->verdicts[i];
        if (v->status == TCSES_RECORD_UNKNOWN)
            continue;
        l.is_same_version = l.is_same_version && serial != 0 && serial_of(j, all, i) == serial;
        bool lags = all->right > 0 ? !is_right(all, i)
                                   : !same_answer(all->found.items[i], all->found.items[all->worst]);
        if (!lags)
            continue;
        l.names = judge_join(j, l.names, l.count++ > 0 ? ", " : "", all->found.items[i]->server);
        if (all->found.items[i]->ttl > l.ttl)
            l.ttl = all->found.items[i]->ttl;
    }
    return l;
}

static void tell_laggards(judge *j, const tcses_record *record, const views *all, verdict *v, int32_t *seconds)
{
    laggards l = find_laggards(j, all);
    finding_facts facts = judge_facts(j, record);
    facts.servers = l.names;
    facts.fix_value = NULL;
    if (l.count == 0)
        return;
    judge_tell(j, &v->findings, l.is_same_version ? FINDING_SPLIT_ANSWERS : FINDING_NS_DISAGREE, &facts);
    *seconds = l.ttl > *seconds ? l.ttl : *seconds;
}

/* ---- what caches and the service have ---- */

/* The servers are right: now, and not before, the resolver may be asked without its remembering what is wrong. */
static const tcses_dns_answer *judge_cache(judge *j, const tcses_record *record, verdict *v, int32_t *seconds)
{
    const tcses_dns_answer *answer = judge_recursive(j, record->name, type_of(record));
    verdict seen = {{NULL, 0}, 0, 0, 0};
    finding_facts facts = judge_facts(j, record);
    facts.fix_value = NULL;
    if (answer == NULL)
        return NULL;
    facts.seconds = answer->ttl;
    facts.problem = answer->problem;
    if (!judge_is_usable(answer)) {
        judge_tell(j, &v->findings, FINDING_RESOLVER_FAILED, &facts);
        if (answer->problem != NULL && text_has_ignoring_case(answer->problem, "SERVFAIL"))
            v->status = TCSES_RECORD_PROPAGATING;
        return answer;
    }
    judge_values(j, record, answer, &seen);
    if (seen.status == TCSES_RECORD_OK && !(v->equals == TCSES_TRUE && seen.equals == TCSES_FALSE))
        return answer;
    v->status = TCSES_RECORD_PROPAGATING;
    *seconds = answer->ttl;
    facts.found = answer->values_count > 0 ? answer->values[0] : "";
    judge_tell(j, &v->findings, answer->values_count > 0 ? FINDING_OLD_CACHED : FINDING_NEG_CACHED, &facts);
    return answer;
}

static bool has_value(const tcses_record *record, const tcses_dns_answer *answer, const char *value)
{
    for (size_t i = 0; i < answer->values_count; i++) {
        const char *found = answer->values[i];
        if (record->purpose == TCSES_PURPOSE_MX ? names_same(mx_host(found), mx_host(value))
                                                : strcmp(found, value) == 0)
            return true;
    }
    return false;
}

static void judge_service(judge *j, const tcses_record *record, const tcses_dns_answer *answer, verdict *v)
{
    const char *seen = record->current_value;
    finding_facts facts = judge_facts(j, record);
    bool is_current = seen != NULL && has_value(record, answer, seen);
    facts.found = seen;
    /* A DMARC policy may be stronger than what is expected: nobody is told to weaken it. */
    if (!is_current || record->purpose == TCSES_PURPOSE_DMARC)
        facts.fix_value = NULL;
    if (seen == NULL || seen[0] == '\0' || record->status == TCSES_TRUE)
        return;
    if (!is_current)
        judge_tell(j, &v->findings, FINDING_SERVICE_SAW_OLD, &facts);
    else if (!has_value(record, answer, record->value))
        judge_tell(j, &v->findings, FINDING_SERVICE_REFUSES, &facts);
}

/* ---- a record ---- */

/* Whether what is missing or wrong is explained by where it is: then that takes the place of "there is none". */
static void judge_elsewhere(judge *j, const tcses_record *record, const views *all, verdict *v)
{
    finding_list places = {NULL, 0};
    const tcses_dns_answer *answer = all->found.items[all->worst];
    if (v->status != TCSES_RECORD_MISSING && v->status != TCSES_RECORD_WRONG)
        return;
    bool explains = v->status == TCSES_RECORD_MISSING && judge_places(j, record, &places);
    if (explains)
        v->findings = places;
    else
        judge_append(&v->findings, &places);
    if (judge_is_wildcard(j, record->name, type_of(record), answer)) {
        finding_facts facts = judge_facts(j, record);
        judge_tell(j, &v->findings, FINDING_WILDCARD, &facts);
    }
}

static void judge_right(judge *j, const tcses_record *record, const views *all, verdict *v, tcses_record_report *report)
{
    const tcses_dns_answer *answer = all->found.items[all->first];
    finding_facts facts = judge_facts(j, record);
    if (v->status == TCSES_RECORD_OK_INHERITED)
        judge_doubled_beside(j, record, &v->findings);
    if (v->status != TCSES_RECORD_OK)
        return;
    if (judge_is_wildcard(j, record->name, type_of(record), answer))
        judge_tell(j, &v->findings, FINDING_WILDCARD, &facts);
    if (j->l->is_named)
        return;
    if (judge_is_from_resolver(all->found))
        report->recursive = answer;
    else
        report->recursive = judge_cache(j, record, v, &report->wait_seconds);
    judge_service(j, record, answer, v);
}

static void judge_unknown(judge *j, const tcses_record *record, const views *all, verdict *v)
{
    if (all->found.count > 0 && all->verdicts[0].findings.count > 0)
        v->findings = all->verdicts[0].findings;
    else
        tell_not_asked(j, record, all->found.count > 0 ? all->found.items[0] : NULL, &v->findings);
    judge_say(v, TCSES_RECORD_UNKNOWN, TCSES_UNSET, TCSES_UNSET);
}

/* All servers' verdicts as one. */
static verdict judge_together(judge *j, const tcses_record *record, const views *all, tcses_record_report *report)
{
    verdict v = {{NULL, 0}, 0, 0, 0};
    if (all->usable == 0) {
        judge_unknown(j, record, all, &v);
        return v;
    }
    size_t shown = all->right > 0 ? all->first : all->worst;
    while (all->right > 0 && !is_right(all, shown))
        shown++;
    v = all->verdicts[shown];
    for (size_t i = 0; i < all->found.count; i++) {
        if (all->verdicts[i].status == TCSES_RECORD_UNKNOWN)
            continue;
        v.equals = both(v.equals, all->verdicts[i].equals);
        v.is_valid = both(v.is_valid, all->verdicts[i].is_valid);
    }
    if (all->right == all->usable) {
        judge_right(j, record, all, &v, report);
        return v;
    }
    if (all->right > 0)
        v.status = TCSES_RECORD_PROPAGATING;
    else
        judge_elsewhere(j, record, all, &v);
    report->wait_seconds = all->right > 0 ? 0 : all->found.items[all->worst]->ttl;
    tell_laggards(j, record, all, &v, &report->wait_seconds);
    return v;
}

/* Servers that serve the zone, and failed on this name alone: nothing is known of what they will say. */
static void tell_failures(judge *j, const tcses_record *record, const views *all, verdict *v)
{
    finding_facts facts = judge_facts(j, record);
    facts.fix_value = NULL;
    facts.servers = "";
    for (size_t i = 0; i < all->found.count && all->found.count == j->l->servers_count; i++) {
        const tcses_dns_answer *answer = all->found.items[i];
        if (judge_is_usable(answer) || j->l->servers[i]->problem != NULL)
            continue;
        facts.servers = judge_join(j, facts.servers, facts.problem != NULL ? ", " : "", answer->server);
        if (facts.problem == NULL)
            facts.problem = answer->problem;
    }
    if (facts.problem != NULL && all->usable > 0)
        judge_tell(j, &v->findings, FINDING_SOME_FAILED, &facts);
}

static const tcses_record_report *judge_record(judge *j, const tcses_record *record)
{
    views all = {.found = {NULL, 0}};
    tcses_record_report *report = arena_take(j->memory, sizeof *report);
    if (report == NULL) {
        j->failed = true;
        return NULL;
    }
    judge_answers(j, record, &all);
    verdict v = judge_together(j, record, &all, report);
    tell_failures(j, record, &all, &v);
    report->size = sizeof *report;
    report->expected = record;
    report->answers = all.found.items;
    report->answers_count = all.found.count;
    report->findings = judge_list(j, &v.findings);
    report->findings_count = v.findings.count;
    report->status = v.status;
    report->equals_expectation = v.equals;
    report->is_valid = v.is_valid;
    return report;
}

/* ---- the whole ---- */

static void judge_records(judge *j, tcses_doctor_report *report)
{
    size_t count = j->expected->records_count;
    const tcses_record_report **records = arena_take(j->memory, count * sizeof(tcses_record_report *));
    j->failed = j->failed || records == NULL;
    /* All of them first: looking for what went wrong with one may take the time that is left. */
    for (size_t i = 0; i < count && !j->failed; i++) {
        if (is_looked_at(j->expected->records[i]))
            (void)judge_ask(j, j->expected->records[i]->name, type_of(j->expected->records[i]));
    }
    for (size_t i = 0; i < count && !j->failed; i++) {
        records[i] = judge_record(j, j->expected->records[i]);
        if (j->failed)
            return;
        report->status = i == 0 ? records[i]->status : worse(report->status, records[i]->status);
        if (records[i]->wait_seconds > report->wait_seconds)
            report->wait_seconds = records[i]->wait_seconds;
    }
    report->records = records;
    report->records_count = j->failed ? 0 : count;
}

bool judge_domain(look *l, const char *domain, const tcses_record_set *expected, tcses_doctor_report *report)
{
    judge j = {
        .l = l, .memory = l->memory, .domain = domain, .zone = l->zone, .is_registered = true, .expected = expected};
    report->status = TCSES_RECORD_UNKNOWN;
    judge_zone(&j);
    judge_signs(&j);
    if (expected != NULL)
        judge_records(&j, report);
    /* After all questions: a server may fall silent in between. */
    judge_servers(&j);
    if (expected == NULL)
        report->status = judge_before(&j);
    report->zone = j.zone;
    report->findings = judge_list(&j, &j.domain_findings);
    report->findings_count = j.domain_findings.count;
    return !j.failed;
}
