/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/buffer.h"
#include "base/text.h"
#include "dns/judge_parts.h"
#include "dns/judge_words.h"
#include "grammar/dmarc.h"

bool dmarc_fits(const tcses_dns_answer *answer)
{
    for (size_t i = 0; i < answer->values_count; i++) {
        if (dmarc_is_record(view_of(answer->values[i])))
            return true;
    }
    return false;
}

/* ---- what to write instead ---- */

/* The record, but no weaker than what the domain has from its parents; NULL if it is none. */
static const char *raised(judge *j, const char *text, const inherited *covering)
{
    const tcses_text *made = NULL;
    tcses_allocator allocator = TCSES_ALLOCATOR_INIT;
    allocator.ctx = j->memory->mem.ctx;
    allocator.allocate = j->memory->mem.allocate;
    allocator.release = j->memory->mem.release;
    tcses_status status = tcses_dmarc_propose(text, covering->record, &allocator, &made, NULL);
    j->failed = j->failed || status == TCSES_ERR_MEMORY;
    const char *copy = status == TCSES_OK ? judge_copy(j, view_of(made->text)) : NULL;
    tcses_text_free(made);
    return copy;
}

/* The service's record, no weaker than that. */
static const char *proposed(judge *j, const tcses_record *record, const inherited *covering)
{
    const char *text = raised(j, record->value, covering);
    return text != NULL ? text : record->value;
}

/* The policy that a text names, or else the service's. */
static const char *policy_of(const char *text, const tcses_record *record)
{
    dmarc_record wanted;
    tags_reader r;
    tag t;
    tags_begin(&r, view_of(text));
    while (r.at < r.list.length) {
        if (!tags_next(&r, &t) || !view_is_ignoring_case(t.name, "p"))
            continue;
        for (int policy = DMARC_NONE; policy <= DMARC_REJECT; policy++) {
            if (view_is_ignoring_case(t.value, dmarc_policy_name((dmarc_policy)policy)))
                return dmarc_policy_name((dmarc_policy)policy);
        }
    }
    dmarc_read(view_of(record->value), &wanted);
    return wanted.p >= DMARC_NONE ? dmarc_policy_name(wanted.p) : "none";
}

static bool is_policy(view word)
{
    return view_is_ignoring_case(word, "none") || view_is_ignoring_case(word, "quarantine") ||
           view_is_ignoring_case(word, "reject");
}

/* Version and policy are written anew; a policy for others that is none is left out. */
static bool is_kept(const tag *t)
{
    if (view_is_ignoring_case(t->name, "sp") || view_is_ignoring_case(t->name, "np"))
        return is_policy(t->value);
    return !view_is_ignoring_case(t->name, "v") && !view_is_ignoring_case(t->name, "p");
}

/* The same tags, with version and policy at the front where every reader finds them. */
static const char *in_order(judge *j, const char *text, const tcses_record *record)
{
    buffer b;
    tags_reader r;
    tag t;
    buffer_init(&b, &j->memory->mem);
    buffer_append_text(&b, "v=DMARC1; p=");
    buffer_append_text(&b, policy_of(text, record));
    tags_begin(&r, view_of(text));
    while (r.at < r.list.length) {
        if (!tags_next(&r, &t) || !is_kept(&t))
            continue;
        buffer_append_text(&b, "; ");
        buffer_append(&b, t.name.at, t.name.length);
        buffer_append_text(&b, "=");
        buffer_append(&b, t.value.at, t.value.length);
    }
    j->failed = j->failed || b.failed;
    const char *copy = judge_copy(j, (view){buffer_text(&b), b.length});
    buffer_free(&b);
    return copy;
}

/* One's own record, put right, and no weaker than what would come from the parents. */
static const char *mended(judge *j, const char *text, const tcses_record *record, const inherited *covering)
{
    const char *ordered = in_order(j, text, record);
    if (covering->record == NULL)
        return ordered;
    const char *strong = raised(j, ordered, covering);
    return strong != NULL ? strong : proposed(j, record, covering);
}

/* ---- no record ---- */

static bool is_meant(const slips *s, const char *value)
{
    return text_has_ignoring_case(value, "dmarc1") || dmarc_is_meant(view_of(s->clean)) ||
           text_begins_ignoring_case(s->clean, "p=none", 6) || text_begins_ignoring_case(s->clean, "p=quar", 6) ||
           text_begins_ignoring_case(s->clean, "p=reje", 6);
}

static bool judge_meant(judge *j, const tcses_record *record, const char *value, verdict *v)
{
    finding_facts facts = judge_facts(j, record);
    slips s = judge_slips(j, value);
    if (!is_meant(&s, value))
        return false;
    inherited covering = judge_inherit(j);
    facts.found = value;
    facts.fix_value = mended(j, s.clean, record, &covering);
    if (!judge_tell_slips(j, &v->findings, &s, &facts))
        judge_tell(j, &v->findings, FINDING_DMARC_SYNTAX, &facts);
    judge_say(v, TCSES_RECORD_WRONG, TCSES_FALSE, TCSES_FALSE);
    return true;
}

/* A new row takes the place of what comes from the parents, which may be stricter than what is known of them. */
static void tell_parent_not_asked(judge *j, finding_facts facts, const inherited *covering, verdict *v)
{
    facts.where = covering->not_asked;
    facts.fix_value = NULL;
    if (covering->not_asked != NULL)
        judge_tell(j, &v->findings, FINDING_DMARC_PARENT_NOT_ASKED, &facts);
}

static void judge_none(judge *j, const tcses_record *record, const tcses_dns_answer *answer, verdict *v)
{
    for (size_t i = 0; i < answer->values_count; i++) {
        if (judge_meant(j, record, answer->values[i], v))
            return;
    }
    finding_facts facts = judge_facts(j, record);
    inherited covering = judge_inherit(j);
    facts.fix_value = proposed(j, record, &covering);
    facts.where = covering.name;
    facts.problem = covering.policy;
    if (covering.record != NULL) {
        judge_tell(j, &v->findings, FINDING_DMARC_INHERITED, &facts);
        judge_say(v, TCSES_RECORD_OK_INHERITED, TCSES_FALSE, TCSES_TRUE);
    } else {
        judge_tell(j, &v->findings, FINDING_DMARC_NONE, &facts);
        judge_say(v, TCSES_RECORD_MISSING, TCSES_FALSE, TCSES_FALSE);
    }
    tell_parent_not_asked(j, facts, &covering, v);
}

/* ---- one record ---- */

static void judge_strength(
    judge *j, const dmarc_record *record, const inherited *covering, finding_facts facts, verdict *v)
{
    if (covering->record == NULL || (int)record->p >= covering->strictness)
        return;
    facts.where = covering->name;
    facts.problem = covering->policy;
    judge_tell(j, &v->findings, FINDING_DMARC_WEAKENS, &facts);
}

static void judge_one(judge *j, const tcses_record *expected, const char *text, verdict *v)
{
    dmarc_record record;
    finding_facts facts = judge_facts(j, expected);
    slips s = judge_slips(j, text);
    inherited covering = judge_inherit(j);
    bool is_valid = dmarc_read(view_of(text), &record);
    bool is_void = record.p < DMARC_NONE || record.sp == DMARC_UNKNOWN || record.np == DMARC_UNKNOWN;
    facts.found = text;
    facts.problem = dmarc_problem_text(&record);
    facts.problem_chinese = words_of_dmarc_problem(&record);
    facts.fix_value = mended(j, s.clean, expected, &covering);
    judge_say(v, is_void ? TCSES_RECORD_WRONG : TCSES_RECORD_OK, record.p >= DMARC_NONE ? TCSES_TRUE : TCSES_FALSE,
        is_valid ? TCSES_TRUE : TCSES_FALSE);
    if (is_void) {
        if (!judge_tell_slips(j, &v->findings, &s, &facts))
            judge_tell(j, &v->findings, FINDING_DMARC_BAD_P, &facts);
        return;
    }
    if (!is_valid)
        judge_tell(j, &v->findings, FINDING_DMARC_BAD_VALUE, &facts);
    if (!record.is_p_second)
        judge_tell(j, &v->findings, FINDING_DMARC_P_NOT_SECOND, &facts);
    judge_strength(j, &record, &covering, facts, v);
    facts.fix_value = NULL;
    if (record.has_old_tags)
        judge_tell(j, &v->findings, FINDING_DMARC_OLD_TAGS, &facts);
}

void judge_dmarc(judge *j, const tcses_record *record, const tcses_dns_answer *answer, verdict *v)
{
    size_t count = 0;
    const char *text = NULL;
    for (size_t i = 0; i < answer->values_count; i++) {
        if (!dmarc_is_record(view_of(answer->values[i])))
            continue;
        count++;
        text = answer->values[i];
    }
    if (count == 0) {
        judge_none(j, record, answer, v);
    } else if (count == 1) {
        judge_one(j, record, text, v);
    } else {
        finding_facts facts = judge_facts(j, record);
        facts.number = (int64_t)count;
        facts.fix_value = NULL;
        judge_tell(j, &v->findings, FINDING_DMARC_MULTI, &facts);
        judge_say(v, TCSES_RECORD_CONFLICT, TCSES_FALSE, TCSES_FALSE);
    }
}
