/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Records as a part of a zone file (RFC 1035, section 5), which can be included into any: all names are absolute.
 */
#include <string.h>

#include "base/text.h"
#include "records/escape.h"
#include "records/render.h"

#define STRING_OCTETS 255

bool render_fits_zone_file(const tcses_record *record)
{
    if (strcmp(record->type, "TXT") == 0 || render_is_host(record))
        return true;
    for (const char *p = record->value; *p != '\0'; p++) {
        if (!text_is_alphanumeric(*p) && strchr(" .:-_+/=", *p) == NULL)
            return false;
    }
    return record->value[0] != '\0';
}

static void append_comment(buffer *out, const tcses_record *record)
{
    buffer_append_text(out, "; ");
    buffer_append_text(out, tcses_purpose_name(record->purpose));
    if (record->selector != NULL) {
        buffer_append_text(out, ", selector ");
        buffer_append_text(out, record->selector);
    }
    if (record->key_type != NULL) {
        buffer_append_text(out, ", ");
        buffer_append_text(out, record->key_type);
        buffer_append_text(out, ", ");
        buffer_append_number(out, (uint64_t)record->key_bits);
        buffer_append_text(out, " bits");
    }
    buffer_append_text(out, "\n");
}

static void append_value(buffer *out, const tcses_record *record)
{
    bool is_long = strlen(record->value) > STRING_OCTETS;
    if (strcmp(record->type, "TXT") == 0) {
        buffer_append_text(out, is_long ? "(\n    " : "");
        escape_zone_strings(out, record->value, "\n    ");
        buffer_append_text(out, is_long ? " )" : "");
        return;
    }
    if (record->purpose == TCSES_PURPOSE_MX) {
        buffer_append_number(out, (uint64_t)record->priority);
        buffer_append_text(out, " ");
    }
    buffer_append_text(out, record->value);
    buffer_append_text(out, render_is_host(record) ? "." : "");
}

void render_zone_file(const tcses_record_set *set, buffer *out)
{
    for (size_t i = 0; i < set->records_count; i++) {
        const tcses_record *record = set->records[i];
        append_comment(out, record);
        buffer_append_text(out, record->name);
        buffer_append_text(out, ". ");
        buffer_append_number(out, (uint64_t)record->ttl);
        buffer_append_text(out, " IN ");
        buffer_append_text(out, record->type);
        buffer_append_text(out, " ");
        append_value(out, record);
        buffer_append_text(out, "\n");
    }
}
