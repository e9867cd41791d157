/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The DNS records of a domain: MX, SPF, one or two DKIM keys, DMARC.
 */
#include "records.h"

#include <stdlib.h>

#include "keys.h"
#include "support.h"

/* Takes over `name` and `expected`. */
static void add(struct records *records, enum record_kind kind, char *name, char *expected)
{
    records->items[records->count++] = (struct record){kind, name, expected};
}

/* A12: the selector names the region in which the domain was created and the size of the key. */
static void add_key(struct records *records, const struct domain *domain, enum record_kind kind, unsigned bits)
{
    char *name = emu_support_format("qcloud%s%u._domainkey.%s", domain->region->code, bits, domain->name);
    add(records, kind, name, emu_support_format("v=DKIM1; k=rsa; p=%s", emu_keys_for(domain->name, bits)));
}

/* A11: four rows (five with both keys), in this order, with full names. */
void emu_records_list(const struct domain *domain, struct records *records)
{
    records->count = 0;
    add(records, RECORD_MX, emu_support_copy(domain->name), emu_support_copy("mxbiz1.qq.com."));
    add(records, RECORD_SPF, emu_support_copy(domain->name), emu_support_copy("v=spf1 include:qcloudmail.com ~all"));
    if (domain->dkim_option != DKIM_2048)
        add_key(records, domain, RECORD_DKIM_1024, 1024);
    if (domain->dkim_option != DKIM_1024)
        add_key(records, domain, RECORD_DKIM_2048, 2048);
    add(records, RECORD_DMARC, emu_support_format("_dmarc.%s", domain->name), emu_support_copy("v=DMARC1; p=none"));
}

void emu_records_clear(struct records *records)
{
    for (size_t i = 0; i < records->count; i++) {
        free(records->items[i].name);
        free(records->items[i].expected);
    }
    records->count = 0;
}

json_t *emu_records_render(const struct verify_policy *policy, const struct domain *domain)
{
    struct records records;
    json_t *rows = json_array();
    emu_records_list(domain, &records);
    for (size_t i = 0; i < records.count; i++) {
        const struct record *record = &records.items[i];
        bool matches = false;
        const char *current = emu_verify_row(policy, domain, record, &matches);
        json_array_append_new(
            rows, json_pack("{s:s, s:s, s:s, s:o, s:b}", "Type", record->kind == RECORD_MX ? "MX" : "TXT", "SendDomain",
                      record->name, "ExpectedValue", record->expected, "CurrentValue", emu_text_to_json(current),
                      "Status", matches));
    }
    emu_records_clear(&records);
    return rows;
}
