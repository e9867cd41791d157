/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * A look at the DNS records of a domain, for --verify dns.
 */
#ifndef EMULATOR_SURVEY_H
#define EMULATOR_SURVEY_H

#include "emulator.h"
#include "records.h"

struct survey {
    /* What was looked at, and how each of it stood. */
    struct records records;
    struct sighting seen[RECORD_KINDS];
};

/*
 * Looks at all that the domain needs now. The caller holds the emulator's lock, which is let go of meanwhile, because
 * this takes up to four seconds: afterwards the domain may be another one, or gone.
 */
void emu_survey_run(struct emulator *emulator, const struct domain *domain, struct survey *survey);
/* Notes in the domain what was seen of records that it still needs. */
void emu_survey_note(struct survey *survey, struct domain *domain);
void emu_survey_clear(struct survey *survey);

#endif
