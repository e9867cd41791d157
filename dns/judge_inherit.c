/* SPDX-License-Identifier: Apache-2.0 */
#include "dns/judge_parts.h"
#include "grammar/dmarc.h"

/* Which parent's DMARC record covers a domain without one of its own: the walk up the tree of RFC 9989, 4.10. */

#define LABELS_AT_MOST 8

static bool has_one_record(const tcses_dns_answer *answer, const char **text)
{
    size_t count = 0;
    for (size_t i = 0; i < answer->values_count; i++) {
        if (dmarc_is_record(view_of(answer->values[i]))) {
            *text = answer->values[i];
            count++;
        }
    }
    return count == 1;
}

/* Long names are not walked in full: what comes next has seven labels. */
static const char *next_parent(const char *name)
{
    size_t labels = names_labels(name);
    name = names_parent(name);
    while (labels > LABELS_AT_MOST && names_labels(name) >= LABELS_AT_MOST)
        name = names_parent(name);
    return name;
}

static void take(inherited *covering, const char *name, const char *text, const dmarc_record *record)
{
    dmarc_policy policy = dmarc_policy_at(record, DMARC_BELOW);
    covering->record = text;
    covering->name = name;
    covering->policy = dmarc_policy_name(policy);
    covering->strictness = (int)policy;
}

/*
 * The record nearest to the root counts, but nothing above one with psd=n; and one with psd=y, a registry's, only for
 * what has none in between.
 */
inherited judge_inherit(judge *j)
{
    inherited covering = {.policy = ""};
    dmarc_record record;
    const char *text = NULL;
    for (const char *name = next_parent(j->domain); name[0] != '\0'; name = next_parent(name)) {
        const char *place = judge_join(j, "_dmarc.", name, "");
        const tcses_dns_answer *answer = judge_find(j, place, LOOK_TXT);
        if (answer == NULL && covering.not_asked == NULL && names_labels(name) > 1)
            covering.not_asked = place;
        if (answer == NULL || !has_one_record(answer, &text))
            continue;
        dmarc_read(view_of(text), &record);
        bool is_registry = record.psd == 'y' || names_labels(name) < 2;
        if (record.p < DMARC_NONE || (is_registry && (record.psd != 'y' || covering.record != NULL)))
            continue;
        take(&covering, place, text, &record);
        if (record.psd != 'u')
            break;
    }
    return covering;
}
