/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "dns/judge_parts.h"

/* Where a record was put in place of where it belongs. */

/* Labels that hardly any zone has. */
#define PROBE "tcses-probe-4f1c."

static int type_of(const tcses_record *record)
{
    return strcmp(record->type, "MX") == 0 ? LOOK_MX : LOOK_TXT;
}

static bool other_fits(const tcses_record *record, const tcses_dns_answer *answer)
{
    for (size_t i = 0; i < answer->values_count; i++) {
        if (strcmp(answer->values[i], record->value) == 0)
            return true;
    }
    return false;
}

bool judge_fits(judge *j, const tcses_record *record, const tcses_dns_answer *answer)
{
    (void)j;
    switch (record->purpose) {
    case TCSES_PURPOSE_MX:
        return mx_fits(record, answer);
    case TCSES_PURPOSE_SPF:
        return spf_fits(record, answer);
    case TCSES_PURPOSE_DKIM:
        return dkim_fits(record, answer);
    case TCSES_PURPOSE_DMARC:
        return dmarc_fits(answer);
    default:
        return other_fits(record, answer);
    }
}

/* ---- wildcards ---- */

static bool same_values(const tcses_dns_answer *a, const tcses_dns_answer *b)
{
    bool is_same_alias = a->cname == NULL ? b->cname == NULL : b->cname != NULL && names_same(a->cname, b->cname);
    if (a->values_count != b->values_count || !is_same_alias)
        return false;
    for (size_t i = 0; i < a->values_count; i++) {
        bool is_there = false;
        for (size_t k = 0; k < b->values_count && !is_there; k++)
            is_there = strcmp(a->values[i], b->values[k]) == 0;
        if (!is_there)
            return false;
    }
    return true;
}

/*
 * A wildcard answers for a name that is not there, and then for what would lie below it too. Where the name has records
 * of its own, the name below it has none, whatever a wildcard says of its siblings (RFC 4592).
 */
bool judge_is_wildcard(judge *j, const char *name, int type, const tcses_dns_answer *answer)
{
    if (j->zone == NULL || names_same(name, j->zone) || (answer->values_count == 0 && answer->cname == NULL))
        return false;
    const tcses_dns_answer *below = judge_find(j, judge_join(j, PROBE, name, ""), type);
    if (below == NULL || !same_values(answer, below))
        return false;
    const tcses_dns_answer *beside = judge_find(j, judge_join(j, PROBE, names_parent(name), ""), type);
    return beside != NULL && same_values(answer, beside);
}

/* ---- other places ---- */

static bool is_at(judge *j, const tcses_record *record, const char *name)
{
    const tcses_dns_answer *answer = names_same(name, record->name) ? NULL : judge_find(j, name, type_of(record));
    return answer != NULL && answer->cname == NULL && judge_fits(j, record, answer) &&
           !judge_is_wildcard(j, name, type_of(record), answer);
}

static bool tell_place(judge *j, const tcses_record *record, const char *place, finding_id id, finding_list *list)
{
    finding_facts facts = judge_facts(j, record);
    facts.where = place;
    judge_tell(j, list, id, &facts);
    return true;
}

/* At the ancestors within the zone, with labels before them. */
static const char *at_ancestor(judge *j, const tcses_record *record, const char *labels)
{
    const char *name = j->domain;
    while (j->zone != NULL && !names_same(name, j->zone) && name[0] != '\0') {
        name = names_parent(name);
        const char *place = judge_join(j, labels, name, "");
        if (names_within(name, j->zone) && is_at(j, record, place))
            return place;
    }
    return NULL;
}

/* A value of MX or SPF may be wanted at the parent too. */
static bool place_of_domain(judge *j, const tcses_record *record, finding_list *list)
{
    const char *dmarc = judge_join(j, "_dmarc.", j->domain, "");
    if (record->purpose == TCSES_PURPOSE_SPF && is_at(j, record, dmarc))
        return tell_place(j, record, dmarc, FINDING_AT_WRONG_NAME, list);
    const char *parent = at_ancestor(j, record, "");
    if (parent != NULL)
        tell_place(j, record, parent, FINDING_AT_WRONG_NAME_PERHAPS, list);
    return false;
}

static bool place_of_dmarc(judge *j, const tcses_record *record, finding_list *list)
{
    const char *places[] = {j->domain, judge_join(j, "dmarc.", j->domain, ""), j->zone != NULL ? j->zone : j->domain};
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        if (is_at(j, record, places[i]))
            return tell_place(j, record, places[i], FINDING_AT_WRONG_NAME, list);
    }
    return false;
}

/* The selectors that the service has been seen with, and what people type for want of another. */
static const char *const selectors[] = {
    "qcloud", "mail", "qcloudgz1024", "qcloudgz2048", "qcloudhk1024", "qcloudhk2048", "default", "dkim"};

static bool place_of_selector(judge *j, const tcses_record *record, finding_list *list)
{
    const char *old = NULL;
    for (size_t i = 0; i < sizeof selectors / sizeof selectors[0]; i++) {
        const char *name = judge_join(j, selectors[i], "._domainkey.", j->domain);
        if (names_same(name, record->name))
            continue;
        if (is_at(j, record, name))
            return tell_place(j, record, name, FINDING_AT_WRONG_NAME, list);
        const tcses_dns_answer *answer = judge_find(j, name, LOOK_TXT);
        bool has_key = answer != NULL && answer->values_count > 0 && text_has_ignoring_case(answer->values[0], "p=MI");
        if (old == NULL && has_key && strncmp(selectors[i], "qcloud", 6) == 0)
            old = name;
    }
    if (old == NULL)
        return false;
    /* What to add is said of the record that is missing. */
    finding_facts facts = judge_facts(j, record);
    facts.where = old;
    facts.fix_value = NULL;
    judge_tell(j, list, FINDING_DKIM_OLD_SELECTOR, &facts);
    return false;
}

static bool place_of_key(judge *j, const tcses_record *record, finding_list *list)
{
    const char *selector = record->selector != NULL ? record->selector : "";
    const char *places[] = {j->domain, j->zone != NULL ? j->zone : j->domain, judge_join(j, selector, ".", j->domain),
        judge_join(j, "_domainkey.", j->domain, ""), judge_join(j, selector, ".domainkey.", j->domain)};
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        if (is_at(j, record, places[i]))
            return tell_place(j, record, places[i], FINDING_AT_WRONG_NAME, list);
    }
    const char *parent = at_ancestor(j, record, judge_join(j, selector, "._domainkey.", ""));
    if (parent != NULL)
        return tell_place(j, record, parent, FINDING_AT_WRONG_NAME, list);
    return place_of_selector(j, record, list);
}

/* Where it stands if the console put the zone's name behind a full name; NULL if it does not. */
static const char *doubled_place(judge *j, const tcses_record *record)
{
    const char *place = judge_join(j, record->name, ".", j->zone != NULL ? j->zone : j->domain);
    return j->is_registered && is_at(j, record, place) ? place : NULL;
}

void judge_doubled_beside(judge *j, const tcses_record *record, finding_list *list)
{
    const char *doubled = doubled_place(j, record);
    if (doubled != NULL)
        tell_place(j, record, doubled, FINDING_NAME_DOUBLED_BESIDE, list);
}

bool judge_places(judge *j, const tcses_record *record, finding_list *list)
{
    if (!j->is_registered)
        return false;
    const char *doubled = doubled_place(j, record);
    if (doubled != NULL)
        return tell_place(j, record, doubled, FINDING_NAME_DOUBLED, list);
    switch (record->purpose) {
    case TCSES_PURPOSE_MX:
    case TCSES_PURPOSE_SPF:
        return place_of_domain(j, record, list);
    case TCSES_PURPOSE_DKIM:
        return place_of_key(j, record, list);
    case TCSES_PURPOSE_DMARC:
        return place_of_dmarc(j, record, list);
    default:
        return false;
    }
}

void judge_other(judge *j, const tcses_record *record, const tcses_dns_answer *answer, verdict *v)
{
    bool is_there = other_fits(record, answer);
    finding_facts facts = judge_facts(j, record);
    judge_say(v, is_there ? TCSES_RECORD_OK : TCSES_RECORD_MISSING, is_there ? TCSES_TRUE : TCSES_FALSE,
        is_there ? TCSES_TRUE : TCSES_FALSE);
    if (!is_there)
        judge_tell(j, &v->findings, FINDING_TXT_NONE, &facts);
}
