/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Records for programs: requests to DNSPod, Terraform, JSON of our own.
 */
#include <string.h>

#include "base/text.h"
#include "records/escape.h"
#include "records/render.h"

/* DNSPod's name of the line that answers everyone. */
#define DEFAULT_LINE "默认"
#define DEFAULT_LINE_ID "0"

/* ---- JSON ---- */

/* The name of a member, after a comma if it is not the first. */
static void append_key(buffer *out, const char *indent, const char *key, bool is_first)
{
    buffer_append_text(out, is_first ? "\n" : ",\n");
    buffer_append_text(out, indent);
    escape_json(out, key);
    buffer_append_text(out, ": ");
}

static void append_text(buffer *out, const char *indent, const char *key, const char *text)
{
    append_key(out, indent, key, false);
    if (text != NULL)
        escape_json(out, text);
    else
        buffer_append_text(out, "null");
}

static void append_number(buffer *out, const char *indent, const char *key, int32_t number, bool is_there)
{
    append_key(out, indent, key, false);
    if (is_there)
        buffer_append_number(out, (uint64_t)number);
    else
        buffer_append_text(out, "null");
}

/* As DNSPod shows it: a host ends in a dot. */
static void append_value(buffer *value, const tcses_record *record)
{
    buffer_clear(value);
    buffer_append_text(value, record->value);
    buffer_append_text(value, render_is_host(record) ? "." : "");
}

static void append_request(buffer *out, const tcses_record_set *set, const tcses_record *record, buffer *value)
{
    static const char indent[] = "    ";
    append_value(value, record);
    append_key(out, indent, "Domain", true);
    escape_json(out, set->zone);
    append_text(out, indent, "SubDomain", record->relative_name);
    append_text(out, indent, "RecordType", record->type);
    append_text(out, indent, "RecordLine", DEFAULT_LINE);
    append_text(out, indent, "RecordLineId", DEFAULT_LINE_ID);
    append_text(out, indent, "Value", buffer_text(value));
    if (record->purpose == TCSES_PURPOSE_MX)
        append_number(out, indent, "MX", record->priority, true);
    append_number(out, indent, "TTL", record->ttl, true);
}

void render_dnspod(const tcses_record_set *set, buffer *out)
{
    buffer value;
    buffer_init(&value, &out->mem);
    buffer_append_text(out, "[");
    for (size_t i = 0; i < set->records_count; i++) {
        buffer_append_text(out, i > 0 ? ",\n  {" : "\n  {");
        append_request(out, set, set->records[i], &value);
        buffer_append_text(out, "\n  }");
        out->failed = out->failed || value.failed;
    }
    buffer_append_text(out, "\n]\n");
    buffer_free(&value);
}

static void append_record(buffer *out, const tcses_record *record)
{
    static const char indent[] = "      ";
    append_key(out, indent, "Purpose", true);
    escape_json(out, tcses_purpose_name(record->purpose));
    append_text(out, indent, "Type", record->type);
    append_text(out, indent, "Name", record->name);
    append_text(out, indent, "RelativeName", record->relative_name);
    append_text(out, indent, "Value", record->value);
    append_number(out, indent, "Priority", record->priority, record->purpose == TCSES_PURPOSE_MX);
    append_number(out, indent, "TTL", record->ttl, true);
    append_text(out, indent, "Selector", record->selector);
    append_text(out, indent, "KeyType", record->key_type);
    append_number(out, indent, "KeyBits", record->key_bits, record->key_bits > 0);
    append_text(out, indent, "CurrentValue", record->current_value);
    append_key(out, indent, "Status", false);
    buffer_append_text(out, record->status == TCSES_TRUE ? "true" : record->status == TCSES_FALSE ? "false" : "null");
}

void render_json(const tcses_record_set *set, buffer *out)
{
    buffer_append_text(out, "{");
    append_key(out, "  ", "Domain", true);
    escape_json(out, set->domain);
    append_text(out, "  ", "Zone", set->zone);
    append_key(out, "  ", "Records", false);
    buffer_append_text(out, "[");
    for (size_t i = 0; i < set->records_count; i++) {
        buffer_append_text(out, i > 0 ? ",\n    {" : "\n    {");
        append_record(out, set->records[i]);
        buffer_append_text(out, "\n    }");
    }
    buffer_append_text(out, "\n  ]\n}\n");
}

/* ---- Terraform ---- */

static void append_argument(buffer *out, const char *name, const char *text)
{
    buffer_append_text(out, name);
    escape_terraform(out, text);
    buffer_append_text(out, "\n");
}

static void append_number_argument(buffer *out, const char *name, int32_t number)
{
    buffer_append_text(out, name);
    buffer_append_number(out, (uint64_t)number);
    buffer_append_text(out, "\n");
}

/* "ses_mail_example_com_dkim", and "_2" for the second of a purpose: unique among all domains of a module. */
static void append_label(buffer *out, const tcses_record_set *set, size_t at)
{
    const tcses_record *record = set->records[at];
    size_t number = 1;
    for (size_t i = 0; i < at; i++)
        number += set->records[i]->purpose == record->purpose;
    buffer_append_text(out, "ses_");
    for (const char *p = set->domain; *p != '\0'; p++)
        buffer_append(out, *p == '.' ? "_" : p, 1);
    buffer_append_text(out, "_");
    for (const char *p = tcses_purpose_name(record->purpose); *p != '\0'; p++)
        buffer_append(out, &(char){text_lower(*p)}, 1);
    if (number > 1) {
        buffer_append_text(out, "_");
        buffer_append_number(out, number);
    }
}

void render_terraform(const tcses_record_set *set, buffer *out)
{
    buffer value;
    buffer_init(&value, &out->mem);
    for (size_t i = 0; i < set->records_count; i++) {
        const tcses_record *record = set->records[i];
        append_value(&value, record);
        buffer_append_text(
            out, i > 0 ? "\nresource \"tencentcloud_dnspod_record\" \"" : "resource \"tencentcloud_dnspod_record\" \"");
        append_label(out, set, i);
        buffer_append_text(out, "\" {\n");
        append_argument(out, "  domain      = ", set->zone);
        append_argument(out, "  sub_domain  = ", record->relative_name);
        append_argument(out, "  record_type = ", record->type);
        append_argument(out, "  record_line = ", DEFAULT_LINE);
        append_argument(out, "  value       = ", buffer_text(&value));
        if (record->purpose == TCSES_PURPOSE_MX)
            append_number_argument(out, "  mx          = ", record->priority);
        append_number_argument(out, "  ttl         = ", record->ttl);
        buffer_append_text(out, "}\n");
        out->failed = out->failed || value.failed;
    }
    buffer_free(&value);
}
