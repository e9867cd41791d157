/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/text.h"
#include "dns/judge_parts.h"
#include "dns/judge_words.h"
#include "grammar/spf.h"

#define LOOKUPS_ALLOWED 10
#define VOIDS_ALLOWED 2
#define TELLING_LENGTH 7 /* so many characters of the service's name are no chance, though the rest be cut off */

/* The include that the service expects; empty if there is none. */
static view expected_include(const tcses_record *record)
{
    spf_reader r;
    spf_term term;
    spf_begin(&r, view_of(record->value));
    while (spf_next(&r, &term)) {
        if (term.kind == SPF_INCLUDE)
            return term.value;
    }
    return (view){"", 0};
}

/* What the record becomes with the service's include in it; NULL if that can't be said. */
static const char *merged(judge *j, const char *const *texts, size_t count, const char *expected)
{
    tcses_allocator allocator = TCSES_ALLOCATOR_INIT;
    allocator.ctx = j->memory->mem.ctx;
    allocator.allocate = j->memory->mem.allocate;
    allocator.release = j->memory->mem.release;
    tcses_spf_merge_request request = TCSES_SPF_MERGE_REQUEST_INIT;
    request.records = texts;
    request.records_count = count;
    request.expected = expected;
    const tcses_spf_merge_result *result = NULL;
    tcses_status status = tcses_spf_merge(&request, &allocator, &result, NULL);
    j->failed = j->failed || status == TCSES_ERR_MEMORY;
    const char *text = status == TCSES_OK && result->record != NULL ? judge_copy(j, view_of(result->record)) : NULL;
    tcses_spf_merge_result_free(result);
    return text;
}

bool spf_fits(const tcses_record *record, const tcses_dns_answer *answer)
{
    view text;
    view include = expected_include(record);
    return spf_records(answer, &text) == 1 && spf_find_include(text, include, NULL) == SPF_REACHED;
}

/* ---- a text that was meant for SPF, and is none ---- */

static bool is_meant(judge *j, const char *value, view include)
{
    const char *words = judge_join(j, "include:", judge_copy(j, include), "");
    slips s = judge_slips(j, value);
    return text_has_ignoring_case(value, "v=spf") || (include.length > 0 && text_has_ignoring_case(value, words)) ||
           (s.clean[0] != '\0' && text_begins_ignoring_case(s.clean, "spf1 ", 5) && strlen(s.clean) > 5);
}

/* Whether a text that can't be read lets others send beside the service. */
static bool names_others(const char *text, view include)
{
    static const char *const words[] = {"include:", "ip4:", "ip6:", "exists:", "redirect="};
    size_t telling = include.length < TELLING_LENGTH ? include.length : TELLING_LENGTH;
    for (; *text != '\0'; text++) {
        for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
            size_t length = strlen(words[i]);
            if (text_begins_ignoring_case(text, words[i], length) && telling > 0 &&
                !text_begins_ignoring_case(text + length + strspn(text + length, " "), include.at, telling))
                return true;
        }
    }
    return false;
}

/* Cleaned it may be a record, into which the include goes; else there is only what the service expects. False if that
 * would leave out others. */
static bool mend(judge *j, const tcses_record *record, const slips *s, const char **text)
{
    spf_summary summary;
    *text = NULL;
    if (!s->has_ellipsis && spf_summarise(view_of(s->clean), &summary))
        *text = merged(j, &s->clean, 1, record->value);
    if (*text != NULL)
        return true;
    *text = record->value;
    return !names_others(s->clean, expected_include(record));
}

static void judge_meant(judge *j, const tcses_record *record, const char *value, verdict *v)
{
    finding_facts facts = judge_facts(j, record);
    slips s = judge_slips(j, value);
    facts.found = value;
    facts.problem = spf_problem_text(SPF_NOT_SPF);
    facts.problem_chinese = words_of_spf_problem(SPF_NOT_SPF);
    if (!mend(j, record, &s, &facts.fix_value))
        judge_tell(j, &v->findings, FINDING_SPF_SYNTAX, &facts);
    else if (!judge_tell_slips(j, &v->findings, &s, &facts))
        judge_tell(j, &v->findings, FINDING_SPF_NOT_SPF, &facts);
    judge_say(v, TCSES_RECORD_WRONG, TCSES_FALSE, TCSES_FALSE);
}

static void judge_none(judge *j, const tcses_record *record, const tcses_dns_answer *answer, verdict *v)
{
    view include = expected_include(record);
    for (size_t i = 0; i < answer->values_count; i++) {
        if (is_meant(j, answer->values[i], include)) {
            judge_meant(j, record, answer->values[i], v);
            return;
        }
    }
    finding_facts facts = judge_facts(j, record);
    judge_tell(j, &v->findings, FINDING_SPF_NONE, &facts);
    judge_say(v, TCSES_RECORD_MISSING, TCSES_FALSE, TCSES_FALSE);
}

/* ---- a record ---- */

static void judge_broken(judge *j, const tcses_record *record, const char *text, spf_problem problem, verdict *v)
{
    finding_facts facts = judge_facts(j, record);
    slips s = judge_slips(j, text);
    facts.found = text;
    facts.problem = spf_problem_text(problem);
    facts.problem_chinese = words_of_spf_problem(problem);
    if (!mend(j, record, &s, &facts.fix_value) || !judge_tell_slips(j, &v->findings, &s, &facts))
        judge_tell(j, &v->findings, FINDING_SPF_SYNTAX, &facts);
    judge_say(v, TCSES_RECORD_WRONG, TCSES_FALSE, TCSES_FALSE);
}

/* A record with the include may cost more than receivers pay: then it would be void, and the mail of others lost too. */
static bool has_room(judge *j, const spf_tree *tree, view include, finding_facts *facts)
{
    if (facts->fix_value == NULL || tree->lookups > LOOKUPS_ALLOWED)
        return true;
    facts->number = judge_spf_tree(j, view_of(facts->fix_value), facts->name, include).lookups;
    return facts->number <= LOOKUPS_ALLOWED;
}

/* Whether the include is in its place; tells what is wrong if not. */
static void judge_include(judge *j, const spf_tree *tree, const spf_summary *summary, view text, view include,
    finding_facts facts, verdict *v)
{
    spf_term term = {.qualifier = '+'};
    spf_found found = spf_find_include(text, include, &term);
    finding_id id = FINDING_SPF_NO_INCLUDE;
    facts.where = judge_join(j, "include:", judge_copy(j, include), "");
    if (found == SPF_REACHED && term.qualifier == '+')
        return;
    if (found == SPF_REACHED) {
        id = FINDING_SPF_INCLUDE_NOT_PLUS;
        facts.fix_value = NULL;
    } else if (found == SPF_BEHIND_ALL) {
        id = FINDING_SPF_AFTER_ALL;
    } else if (summary->has_redirect && !summary->has_all) {
        id = FINDING_SPF_REDIRECT;
        facts.problem = facts.where;
        facts.where = judge_copy(j, summary->redirect.value);
    } else if (tree->has_service) {
        id = FINDING_SPF_INCLUDE_INDIRECT;
    }
    bool is_indirect = id == FINDING_SPF_INCLUDE_INDIRECT;
    if (!has_room(j, tree, include, &facts)) {
        id = is_indirect ? FINDING_SPF_NO_ROOM_INDIRECT : FINDING_SPF_NO_ROOM;
        facts.where = judge_join(j, "include:", judge_copy(j, include), "");
        facts.fix_value = NULL;
    }
    judge_tell(j, &v->findings, id, &facts);
    v->equals = TCSES_FALSE;
    if (!is_indirect)
        v->status = TCSES_RECORD_WRONG;
}

/* What evaluating it comes to. Receivers that meet a fault regard the record as broken. */
static void judge_tree(judge *j, const spf_tree *tree, finding_facts facts, verdict *v)
{
    finding_id id = FINDING_IDS;
    facts.fix_value = NULL;
    if (tree->lookups > LOOKUPS_ALLOWED) {
        id = FINDING_SPF_LOOKUPS;
        facts.number = tree->lookups;
    } else if (tree->broken != NULL) {
        id = FINDING_SPF_INCLUDE_BROKEN;
        facts.where = tree->broken;
    } else if (tree->voids > VOIDS_ALLOWED) {
        id = FINDING_SPF_VOID;
        facts.number = tree->voids;
        facts.where = tree->void_name;
    } else if (tree->not_asked != NULL) {
        facts.where = tree->not_asked;
        judge_tell(j, &v->findings, FINDING_SPF_INCLUDE_NOT_ASKED, &facts);
        v->is_valid = TCSES_UNSET;
    }
    if (id == FINDING_IDS)
        return;
    judge_tell(j, &v->findings, id, &facts);
    v->is_valid = TCSES_FALSE;
    v->status = TCSES_RECORD_WRONG;
}

static void judge_end(judge *j, const spf_summary *summary, finding_facts facts, verdict *v)
{
    facts.fix_value = NULL;
    if (summary->has_all && summary->all.qualifier == '+')
        judge_tell(j, &v->findings, FINDING_SPF_PLUS_ALL, &facts);
    if (!summary->has_all && !summary->has_redirect)
        judge_tell(j, &v->findings, FINDING_SPF_NO_ALL, &facts);
    if (summary->has_all && summary->has_redirect) {
        facts.where = judge_copy(j, summary->redirect.value);
        judge_tell(j, &v->findings, FINDING_SPF_REDIRECT_UNUSED, &facts);
    }
}

static void judge_one(judge *j, const tcses_record *record, const char *text, verdict *v)
{
    spf_summary summary;
    view include = expected_include(record);
    if (!spf_summarise(view_of(text), &summary)) {
        judge_broken(j, record, text, summary.problem, v);
        return;
    }
    finding_facts facts = judge_facts(j, record);
    facts.fix_value = merged(j, &text, 1, record->value);
    /* What the service's own include leads to is the service's business: with it alone there is nothing to count. */
    bool is_alone = summary.lookups == 1 && spf_find_include(view_of(text), include, NULL) == SPF_REACHED;
    spf_tree tree = {.lookups = 1};
    if (!is_alone)
        tree = judge_spf_tree(j, view_of(text), record->name, include);
    judge_say(v, TCSES_RECORD_OK, TCSES_TRUE, TCSES_TRUE);
    judge_include(j, &tree, &summary, view_of(text), include, facts, v);
    judge_tree(j, &tree, facts, v);
    judge_end(j, &summary, facts, v);
}

void judge_spf(judge *j, const tcses_record *record, const tcses_dns_answer *answer, verdict *v)
{
    view first = {NULL, 0};
    size_t count = spf_records(answer, &first);
    if (count == 0) {
        judge_none(j, record, answer, v);
    } else if (count == 1) {
        judge_one(j, record, first.at, v);
    } else {
        finding_facts facts = judge_facts(j, record);
        facts.number = (int64_t)count;
        facts.fix_value = merged(j, answer->values, answer->values_count, record->value);
        /* With a broken one among them there is no telling what to put together. */
        judge_tell(j, &v->findings, facts.fix_value != NULL ? FINDING_SPF_MULTI : FINDING_SPF_MULTI_BEFORE, &facts);
        judge_say(v, TCSES_RECORD_CONFLICT, TCSES_FALSE, TCSES_FALSE);
    }
}
