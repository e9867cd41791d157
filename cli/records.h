/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_RECORDS_H
#define CLI_RECORDS_H

#include <stdbool.h>

#include <tcses/identity.h>

/* What a record is for, as people say it: "MX", "SPF", "DKIM", "DMARC", else its type. */
const char *records_purpose(const tcses_dns_attribute *record);

/*
 * Shows a domain's records on standard output: one block each, its value on a line of its own, to be copied. Of records
 * that are in place the values can be left out.
 */
void records_show(const tcses_dns_attribute *const *records, size_t count, bool with_all_values);

/* The purposes of those that the service has not seen as they should be, with commas. */
const char *records_missing(const tcses_dns_attribute *const *records, size_t count, char *room, size_t size);

/* The bits of the DKIM keys, as text; NULL where nothing is known. */
const char *records_dkim(int32_t dkim_option);

#endif
