/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_BASELINE_H
#define CLI_BASELINE_H

#include <stdbool.h>

#include "document.h"

/*
 * What domain check found last and took as good, kept in $XDG_STATE_HOME/tcses/check.json: for each domain of a profile
 * its records, each with its state as a text. Written whole or not at all.
 */
typedef struct baseline {
    char path[4096];
    document *whole; /* schema check-state.json */
    document *taken; /* what baseline_put() was given, as `whole` is; NULL: nothing */
} baseline;

/* EXIT_OK, or reported. A file that is not there is an empty baseline. */
int baseline_open(baseline *b);
/* Writes what has changed into what the file holds by then: several checks may run at once. EXIT_OK, or reported. */
int baseline_close(baseline *b);

/* What is known of a record, or of "verified"; NULL: nothing. `owner` is PROFILE/DOMAIN. */
const char *baseline_get(const baseline *b, const char *owner, const char *record);
/* The n-th domain known, as PROFILE/DOMAIN; NULL: no more. */
const char *baseline_owner(const baseline *b, size_t n);
/* The n-th record known of a domain; NULL: no more. */
const char *baseline_nth(const baseline *b, const char *owner, size_t n);
bool baseline_knows(const baseline *b, const char *owner);

/* Takes a domain's records over, an object of texts. Frees it. */
void baseline_put(baseline *b, const char *owner, document *records);

#endif
