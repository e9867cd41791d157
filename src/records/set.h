/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RECORDS_SET_H
#define RECORDS_SET_H

#include <tcses/records.h>

#include "base/arena.h"

/* Where records come from, and what an error about them is called. */
typedef struct record_source {
    const tcses_dns_attribute *const *attributes;
    size_t attributes_count;
    const char *domain; /* not checked yet */
    const char *zone;   /* neither; or NULL */
    int32_t ttl;
    int32_t mx_priority;
    /* "Response." or "": they are from JSON, and errors name its members. NULL: they are the caller's structs. */
    const char *saved_at;
} record_source;

/* Checks a request, which may be NULL, and takes its defaults. */
tcses_status record_source_open(const tcses_record_set_request *request, record_source *source, tcses_error *error);

/* Makes the set. */
tcses_status record_set_build(
    const record_source *source, const memory *mem, const tcses_record_set **out, tcses_error *error);

#endif
