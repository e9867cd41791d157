/* SPDX-License-Identifier: Apache-2.0 */
#ifndef EMULATOR_RECORDS_H
#define EMULATOR_RECORDS_H

#include <jansson.h>

#include "account.h"
#include "verify.h"

/* A DNS record that a domain needs. */
struct record {
    enum record_kind kind;
    char *name;
    char *expected;
};

/* At most one of each kind. */
struct records {
    struct record items[RECORD_KINDS];
    size_t count;
};

/* Fills in what the domain needs. Clear it afterwards. */
void emu_records_list(const struct domain *domain, struct records *records);
void emu_records_clear(struct records *records);

/* The DNS records that the domain needs and how they are seen now: a new array of DNSAttributes. */
json_t *emu_records_render(const struct verify_policy *policy, const struct domain *domain);

#endif
