/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Records: classified, and written in each format; what is written is read back. Input: which allocation fails (0: none), a
 * zone, a domain, then up to four records of type, name and value; or JSON.
 */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "zone_reader.h"

#define RECORDS_MAX 4

static const tcses_text *rendered(const tcses_record_set *set, int32_t format, int32_t panel, fuzz_memory *m)
{
    tcses_render_options options = TCSES_RENDER_OPTIONS_INIT;
    const tcses_text *text = NULL;
    tcses_error *error = NULL;
    options.format = format;
    options.panel = panel;
    options.language = panel == 0 ? "zh-CN" : NULL;
    tcses_status status = tcses_record_set_render(set, &options, &m->allocator, &text, &error);
    CHECK(status == TCSES_OK || status == TCSES_ERR_ARGUMENT || (status == TCSES_ERR_MEMORY && fuzz_memory_failed(m)));
    CHECK((status == TCSES_OK) == (text != NULL));
    fuzz_check_error(status, error);
    CHECK(text == NULL || strlen(text->text) == text->length);
    return text;
}

/* ---- a zone file ---- */

static void check_same_record(const tcses_record *record, const zone_record *read)
{
    char host[300];
    snprintf(host, sizeof host, "%s.", record->name);
    CHECK(strcmp(read->name, host) == 0 && strcmp(read->type, record->type) == 0 && read->ttl == record->ttl);
    if (strcmp(record->type, "TXT") == 0) {
        CHECK(read->length == strlen(record->value) && memcmp(read->data, record->value, read->length) == 0);
    } else if (record->purpose == TCSES_PURPOSE_MX) {
        snprintf(host, sizeof host, "%d %s.", (int)record->priority, record->value);
        CHECK(read->length == strlen(host) && memcmp(read->data, host, read->length) == 0);
    }
}

static void check_zone_file(const tcses_record_set *set, fuzz_memory *m)
{
    const tcses_text *text = rendered(set, TCSES_FORMAT_BIND, 0, m);
    const char *rest = text != NULL ? text->text : "";
    zone_record read;
    size_t count = 0;
    while (zone_read(&rest, &read)) {
        CHECK(count < set->records_count);
        check_same_record(set->records[count++], &read);
    }
    CHECK(text == NULL || (*rest == '\0' && count == set->records_count));
    tcses_text_free(text);
}

/* ---- the others ---- */

static void check_json(const tcses_record_set *set, fuzz_memory *m)
{
    for (int32_t format = TCSES_FORMAT_DNSPOD; format <= TCSES_FORMAT_JSON; format += 2) {
        const tcses_text *text = rendered(set, format, 0, m);
        if (text != NULL) {
            char *object = fuzz_block(text->length + 20);
            CHECK(fuzz_is_object(object, (size_t)sprintf(object, "{\"x\":%s}", text->text)));
        }
        tcses_text_free(text);
    }
}

/* Whether a text in quotation marks, as Terraform reads it, is this value. Returns what follows it. */
static const char *read_template(const char *p, const char *value)
{
    CHECK(*p++ == '"');
    for (; *value != '\0'; value++, p++) {
        if (*p == '\\')
            p++;
        else if ((*p == '$' || *p == '%') && p[1] == *p && p[2] == '{' && value[1] == '{')
            p++;
        else
            CHECK(*p != '"' && !((*p == '$' || *p == '%') && p[1] == '{'));
        CHECK(*p == *value);
    }
    CHECK(*p == '"');
    return p + 1;
}

static void check_terraform(const tcses_record_set *set, fuzz_memory *m)
{
    static const char mark[] = "\n  value       = ";
    const tcses_text *text = rendered(set, TCSES_FORMAT_TERRAFORM, 0, m);
    CHECK(text == NULL || set->zone != NULL);
    const char *p = text != NULL ? text->text : "";
    for (size_t i = 0; text != NULL && i < set->records_count; i++) {
        p = strstr(p, mark);
        CHECK(p != NULL);
        if (strcmp(set->records[i]->type, "TXT") == 0)
            p = read_template(p + strlen(mark), set->records[i]->value);
        else
            p++;
    }
    tcses_text_free(text);
}

/* Each value stands alone on a line. */
static void check_panels(const tcses_record_set *set, fuzz_memory *m)
{
    for (int32_t panel = TCSES_PANEL_DNSPOD; panel <= TCSES_PANEL_CLOUDFLARE; panel++) {
        const tcses_text *text = rendered(set, TCSES_FORMAT_PANEL, panel, m);
        const char *p = text != NULL ? text->text : "";
        for (size_t i = 0; text != NULL && i < set->records_count; i++) {
            size_t length = strlen(set->records[i]->value);
            do
                p = strchr(p, '\n') + 1;
            while (strncmp(p, set->records[i]->value, length) != 0 || (p[length] != '\n' && p[length] != '.'));
        }
        tcses_text_free(text);
    }
}

static void check_set(const tcses_record_set *set, fuzz_memory *m)
{
    int32_t last = TCSES_PURPOSE_MX;
    CHECK(text_rule_domain(set->domain) == NULL);
    for (size_t i = 0; i < set->records_count; i++) {
        const tcses_record *r = set->records[i];
        CHECK(text_rule_domain(r->name) == NULL && (r->relative_name != NULL) == (set->zone != NULL));
        CHECK(r->purpose == TCSES_PURPOSE_OTHER || r->purpose >= last);
        CHECK(last != TCSES_PURPOSE_OTHER || r->purpose == TCSES_PURPOSE_OTHER);
        CHECK((r->selector != NULL) == (r->purpose == TCSES_PURPOSE_DKIM));
        CHECK((r->key_type != NULL) == (r->key_bits > 0));
        last = r->purpose;
    }
    check_zone_file(set, m);
    check_json(set, m);
    check_terraform(set, m);
    check_panels(set, m);
}

/* ---- making sets ---- */

static tcses_dns_attribute *take_attribute(fuzz_input *in)
{
    static const char *const types[] = {"TXT", "MX", "CNAME", "SRV", "txt"};
    tcses_dns_attribute *attribute = fuzz_block(sizeof *attribute);
    size_t kind = fuzz_below(in, 8);
    attribute->size = sizeof *attribute;
    attribute->type = kind < COUNT_OF(types) ? types[kind] : fuzz_argument(in);
    attribute->send_domain = fuzz_argument(in);
    /* So that any byte can stand in a value, its length comes first. */
    size_t length = (size_t)fuzz_number(in, 2);
    fuzz_input value = {in->data, length < in->left ? length : in->left};
    attribute->expected_value = fuzz_take_rest(&value).text;
    in->data = value.data;
    in->left -= length < in->left ? length : in->left;
    attribute->current_value = fuzz_argument(in);
    attribute->status = (int32_t)fuzz_below(in, 3);
    return attribute;
}

static void check_made(tcses_status status, tcses_error *error, const tcses_record_set *set, fuzz_memory *m)
{
    CHECK(status == TCSES_OK || status == TCSES_ERR_ARGUMENT || status == TCSES_ERR_RESPONSE ||
          (status == TCSES_ERR_MEMORY && fuzz_memory_failed(m)));
    CHECK((status == TCSES_OK) == (set != NULL));
    CHECK(status != TCSES_ERR_ARGUMENT || tcses_error_field(error) != NULL);
    fuzz_check_error(status, error);
    if (set != NULL)
        check_set(set, m);
    tcses_record_set_free(set);
    CHECK(m->live == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_input in = {data, size};
    fuzz_memory m;
    const tcses_dns_attribute *attributes[RECORDS_MAX];
    tcses_record_set_request request = TCSES_RECORD_SET_REQUEST_INIT;
    const tcses_record_set *set = NULL;
    tcses_error *error = NULL;
    fuzz_memory_init(&m, fuzz_byte(&in));
    bool is_json = fuzz_byte(&in) == 1;
    request.zone = fuzz_argument(&in);
    request.domain = fuzz_argument(&in);
    request.attributes = attributes;
    if (is_json) {
        fuzz_text json = fuzz_take_rest(&in);
        tcses_status status = tcses_record_set_from_json(json.text, json.length, &request, &m.allocator, &set, &error);
        check_made(status, error, set, &m);
    } else {
        while (request.attributes_count < RECORDS_MAX && in.left > 0)
            attributes[request.attributes_count++] = take_attribute(&in);
        tcses_status status = tcses_record_set_new(&request, &m.allocator, &set, &error);
        CHECK(status != TCSES_ERR_RESPONSE);
        check_made(status, error, set, &m);
    }
    fuzz_end();
    return 0;
}
