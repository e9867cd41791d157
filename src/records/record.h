/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RECORDS_RECORD_H
#define RECORDS_RECORD_H

#include <tcses/records.h>

#include "base/arena.h"

/* What became of reading a part of a record. */
typedef enum record_result { RECORD_FINE, RECORD_BROKEN, RECORD_NO_MEMORY } record_result;

typedef enum record_member { RECORD_TYPE, RECORD_NAME, RECORD_VALUE } record_member;

/* Which member of an attribute is at fault, and the rule that it breaks. */
typedef struct record_fault {
    record_member member;
    const char *rule;
} record_fault;

/*
 * Fills in a zeroed record, all but what belongs to the zone, from an attribute of the service; `mx_priority` is for an MX
 * that has none.
 */
record_result record_read(
    arena *a, const tcses_dns_attribute *attribute, int32_t mx_priority, tcses_record *record, record_fault *fault);

/* A domain name in lower case and without a final dot. */
record_result record_name(arena *a, const char *text, const char **name, const char **rule);

#endif
