/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Whether what DNS holds is what a row expects. This knows nothing of libtcses' own reading of records, so that a
 * mistake there is not made here too.
 */
#ifndef EMULATOR_MATCH_H
#define EMULATOR_MATCH_H

#include <stdbool.h>

#include "account.h"
#include "dns.h"

enum match_rule {
    /* No rule was named. */
    MATCH_UNSET,
    /* The record reads as expected. */
    MATCH_LITERAL,
    /* The record does what the expected one does. */
    MATCH_SEMANTIC
};

/* Reads "literal" or "semantic"; false if it is neither. */
bool emu_match_parse(const char *text, enum match_rule *rule);

/* Takes the value that stands for the row out of the answer, and says whether it matches. */
struct sighting emu_match_judge(
    enum match_rule rule, enum record_kind kind, const char *expected, struct dns_answer *answer);

#endif
