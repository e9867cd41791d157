/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * When a domain becomes verified. A mode is a row in a table (verify.c): what `--verify` says, what a submission
 * (UpdateEmailIdentity) does under it, and how the rows of a domain stand.
 */
#ifndef EMULATOR_VERIFY_H
#define EMULATOR_VERIFY_H

#include <jansson.h>
#include <stdbool.h>

#include "account.h"
#include "address.h"
#include "match.h"

struct record;
struct verify_mode;

struct verify_policy {
    const struct verify_mode *mode;
    json_int_t after;
    /* For "dns" alone: whom to ask, once that was named, and what matches. */
    bool has_resolver;
    union address resolver;
    enum match_rule rule;
};

/* Reads "manual", "after=N" or "dns"; false if it is none of them. */
bool emu_verify_parse(const char *text, struct verify_policy *policy);
/* Does a submission look at DNS? */
bool emu_verify_asks_dns(const struct verify_policy *policy);
/* Counts a submission of the domain and says what it did to it: true if the domain is verified now. */
bool emu_verify_submit(const struct verify_policy *policy, struct domain *domain);
/* The CurrentValue of a row, and its Status. */
const char *emu_verify_row(
    const struct verify_policy *policy, const struct domain *domain, const struct record *record, bool *matches);
/* What the person at the admin interface decides. "Not verified" also starts the count of submissions again. */
void emu_verify_decide(struct domain *domain, bool verified);

#endif
