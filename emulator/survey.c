/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Records of a domain as DNS has them.
 */
#include "survey.h"

#include <stdlib.h>
#include <string.h>

#include "lookup.h"
#include "match.h"

/* A41: a record that the resolver gives no answer for is not there. */
void emu_survey_run(struct emulator *emulator, const struct domain *domain, struct survey *survey)
{
    const struct verify_policy *policy = &emulator->options->verify;
    const struct records *records = &survey->records;
    struct lookup lookups[RECORD_KINDS] = {0};
    emu_records_list(domain, &survey->records);
    for (size_t i = 0; i < records->count; i++) {
        lookups[i].query.name = records->items[i].name;
        lookups[i].query.type = records->items[i].kind == RECORD_MX ? DNS_MX : DNS_TXT;
    }
    pthread_mutex_unlock(&emulator->lock);
    emu_lookup_run(&policy->resolver, emulator->stopping, lookups, records->count);
    pthread_mutex_lock(&emulator->lock);
    for (size_t i = 0; i < records->count; i++) {
        const struct record *record = &records->items[i];
        survey->seen[i] = emu_match_judge(policy->rule, record->kind, record->expected, &lookups[i].answer);
    }
    emu_lookup_clear(lookups, records->count);
}

static bool is_same_record(const struct record *left, const struct record *right)
{
    return left->kind == right->kind && strcmp(left->name, right->name) == 0 &&
           strcmp(left->expected, right->expected) == 0;
}

static void note(struct survey *survey, size_t number, struct domain *domain)
{
    struct sighting *seen = &domain->seen[survey->records.items[number].kind];
    free(seen->value);
    *seen = survey->seen[number];
    survey->seen[number] = (struct sighting){NULL, false};
}

void emu_survey_note(struct survey *survey, struct domain *domain)
{
    struct records needed;
    emu_records_list(domain, &needed);
    for (size_t i = 0; i < survey->records.count; i++) {
        for (size_t k = 0; k < needed.count; k++) {
            if (is_same_record(&survey->records.items[i], &needed.items[k]))
                note(survey, i, domain);
        }
    }
    emu_records_clear(&needed);
}

void emu_survey_clear(struct survey *survey)
{
    for (size_t i = 0; i < RECORD_KINDS; i++)
        free(survey->seen[i].value);
    emu_records_clear(&survey->records);
}
