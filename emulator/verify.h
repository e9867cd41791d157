/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * When a domain becomes verified. A mode is a row in a table (verify.c): what `--verify` says, and what a submission
 * (UpdateEmailIdentity) does under it.
 */
#ifndef EMULATOR_VERIFY_H
#define EMULATOR_VERIFY_H

#include <jansson.h>
#include <stdbool.h>

#include "account.h"

struct verify_mode;

struct verify_policy {
    const struct verify_mode *mode;
    json_int_t after;
};

/* Reads "manual" or "after=N"; false if it is neither. */
bool emu_verify_parse(const char *text, struct verify_policy *policy);
/* Counts a submission of the domain and says what it did to it: true if the domain is verified now. */
bool emu_verify_submit(const struct verify_policy *policy, struct domain *domain);
/* What the person at the admin interface decides. "Not verified" also starts the count of submissions again. */
void emu_verify_decide(struct domain *domain, bool verified);

#endif
