/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * One record: what it is for, and its value as DNS holds it.
 */
#include "records/record.h"

#include <string.h>

#include "base/text.h"
#include "grammar/dkim.h"
#include "grammar/dmarc.h"
#include "grammar/spf.h"

#define TYPE_MAX 15
#define PRIORITY_MAX 65535
#define DKIM_MARK "._domainkey."

/* 254 full strings of 255 octets: with the lengths of these and a long name no more fits into a DNS message. */
#define TXT_MAX 64770

static record_result broken(record_fault *fault, record_member member, const char *rule)
{
    fault->member = member;
    fault->rule = rule;
    return RECORD_BROKEN;
}

record_result record_name(arena *a, const char *text, const char **name, const char **rule)
{
    size_t length = strlen(text);
    if (length > 0 && text[length - 1] == '.')
        length--;
    char *copy = arena_copy(a, text, length);
    if (copy == NULL)
        return RECORD_NO_MEMORY;
    *rule = text_rule_domain(copy);
    if (*rule != NULL)
        return RECORD_BROKEN;
    for (char *p = copy; *p != '\0'; p++)
        *p = text_lower(*p);
    *name = copy;
    return RECORD_FINE;
}

/* ---- the parts ---- */

static record_result read_type(arena *a, const char *text, tcses_record *record, record_fault *fault)
{
    size_t length = text != NULL ? strlen(text) : 0;
    if (length == 0 || length > TYPE_MAX)
        return broken(fault, RECORD_TYPE, "must be the type of a DNS record");
    char *type = arena_copy(a, text, length);
    if (type == NULL)
        return RECORD_NO_MEMORY;
    for (char *p = type; *p != '\0'; p++) {
        if (!text_is_alphanumeric(*p))
            return broken(fault, RECORD_TYPE, "must be the type of a DNS record");
        if (text_lower(*p) == *p && !text_is_digit(*p))
            *p = (char)(*p - 'a' + 'A');
    }
    record->type = type;
    return RECORD_FINE;
}

static record_result read_name(arena *a, const char *text, tcses_record *record, record_fault *fault)
{
    if (text == NULL)
        return broken(fault, RECORD_NAME, "must not be NULL");
    fault->member = RECORD_NAME;
    return record_name(a, text, &record->name, &fault->rule);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* "10 " before a host. False if there is a number that is no priority. */
static bool take_priority(view *v, int32_t *priority)
{
    size_t i = 0;
    int32_t number = 0;
    while (i < v->length && text_is_digit(v->at[i]) && number <= PRIORITY_MAX)
        number = number * 10 + (v->at[i++] - '0');
    if (i == 0 || i == v->length || (!is_blank(v->at[i]) && number <= PRIORITY_MAX))
        return true;
    *priority = number;
    *v = (view){v->at + i, v->length - i};
    return number <= PRIORITY_MAX;
}

static view trim(view v)
{
    while (v.length > 0 && is_blank(v.at[0]))
        v = (view){v.at + 1, v.length - 1};
    while (v.length > 0 && is_blank(v.at[v.length - 1]))
        v.length--;
    return v;
}

/* "[priority ]host[.]" of an MX; other types that point to a host have no priority. */
static record_result read_host(arena *a, const char *text, bool is_mx, tcses_record *record, record_fault *fault)
{
    view v = trim(view_of(text));
    if (is_mx && !take_priority(&v, &record->priority))
        return broken(fault, RECORD_VALUE, "must have a priority of 0 to 65535");
    v = trim(v);
    char *host = arena_copy(a, v.at, v.length);
    if (host == NULL)
        return RECORD_NO_MEMORY;
    const char *rule = NULL;
    record_result result = record_name(a, host, &record->value, &rule);
    return result == RECORD_BROKEN ? broken(fault, RECORD_VALUE, rule) : result;
}

static record_result read_value(arena *a, const char *text, tcses_record *record, record_fault *fault)
{
    bool is_mx = strcmp(record->type, "MX") == 0;
    if (text == NULL)
        return broken(fault, RECORD_VALUE, "must not be NULL");
    if (is_mx || strcmp(record->type, "CNAME") == 0)
        return read_host(a, text, is_mx, record, fault);
    if (strlen(text) > TXT_MAX)
        return broken(fault, RECORD_VALUE, "must be at most 64770 bytes long");
    record->value = arena_copy(a, text, strlen(text));
    return record->value != NULL ? RECORD_FINE : RECORD_NO_MEMORY;
}

/* ---- what it is for ---- */

static int32_t purpose_of(const tcses_record *record)
{
    const char *mark = strstr(record->name, DKIM_MARK);
    if (strcmp(record->type, "MX") == 0)
        return TCSES_PURPOSE_MX;
    if (strcmp(record->type, "TXT") != 0 && strcmp(record->type, "CNAME") != 0)
        return TCSES_PURPOSE_OTHER;
    if (text_starts_with(record->name, "_dmarc."))
        return TCSES_PURPOSE_DMARC;
    if (mark != NULL && mark != record->name)
        return TCSES_PURPOSE_DKIM;
    if (strcmp(record->type, "TXT") == 0 && spf_is_record(view_of(record->value)))
        return TCSES_PURPOSE_SPF;
    return TCSES_PURPOSE_OTHER;
}

static record_result read_key(arena *a, tcses_record *record)
{
    dkim_key key;
    size_t length = (size_t)(strstr(record->name, DKIM_MARK) - record->name);
    record->selector = arena_copy(a, record->name, length);
    if (record->selector == NULL)
        return RECORD_NO_MEMORY;
    if (strcmp(record->type, "TXT") != 0)
        return RECORD_FINE;
    (void)dkim_read(view_of(record->value), &key);
    record->key_bits = key.bits;
    if (key.bits > 0)
        record->key_type = key.type == DKIM_RSA ? "rsa" : "ed25519";
    return RECORD_FINE;
}

record_result record_read(
    arena *a, const tcses_dns_attribute *attribute, int32_t mx_priority, tcses_record *record, record_fault *fault)
{
    record->size = sizeof *record;
    record->status = attribute->status;
    record->priority = mx_priority;
    record_result result = read_type(a, attribute->type, record, fault);
    if (result == RECORD_FINE)
        result = read_name(a, attribute->send_domain, record, fault);
    if (result == RECORD_FINE)
        result = read_value(a, attribute->expected_value, record, fault);
    if (result != RECORD_FINE)
        return result;
    if (attribute->current_value != NULL) {
        record->current_value = arena_copy(a, attribute->current_value, strlen(attribute->current_value));
        if (record->current_value == NULL)
            return RECORD_NO_MEMORY;
    }
    record->purpose = purpose_of(record);
    if (record->purpose != TCSES_PURPOSE_MX)
        record->priority = 0;
    return record->purpose == TCSES_PURPOSE_DKIM ? read_key(a, record) : RECORD_FINE;
}
