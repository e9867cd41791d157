/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The DNS records of a domain: MX, SPF, one or two DKIM keys, DMARC.
 */
#include "records.h"

#include <stdlib.h>

#include "keys.h"
#include "support.h"

/* Verification is all or nothing here, so every row of a domain has the status of the domain. Takes over `name` and
 * `value`. */
static void add_row(json_t *rows, const struct domain *domain, const char *type, char *name, char *value)
{
    json_array_append_new(
        rows, json_pack("{s:s, s:s, s:s, s:s, s:b}", "Type", type, "SendDomain", name, "ExpectedValue", value,
                  "CurrentValue", domain->verified ? value : "", "Status", domain->verified));
    free(name);
    free(value);
}

/* A12: the selector names the region in which the domain was created and the size of the key. */
static void add_key_row(json_t *rows, const struct domain *domain, unsigned bits)
{
    char *name = emu_support_format("qcloud%s%u._domainkey.%s", domain->region->code, bits, domain->name);
    add_row(rows, domain, "TXT", name, emu_support_format("v=DKIM1; k=rsa; p=%s", emu_keys_for(domain->name, bits)));
}

/* A11: four rows (five with both keys), in this order, with full names. */
json_t *emu_records_render(const struct domain *domain)
{
    json_t *rows = json_array();
    add_row(rows, domain, "MX", emu_support_copy(domain->name), emu_support_copy("mxbiz1.qq.com."));
    add_row(
        rows, domain, "TXT", emu_support_copy(domain->name), emu_support_copy("v=spf1 include:qcloudmail.com ~all"));
    if (domain->dkim_option != DKIM_2048)
        add_key_row(rows, domain, 1024);
    if (domain->dkim_option != DKIM_1024)
        add_key_row(rows, domain, 2048);
    add_row(rows, domain, "TXT", emu_support_format("_dmarc.%s", domain->name), emu_support_copy("v=DMARC1; p=none"));
    return rows;
}
