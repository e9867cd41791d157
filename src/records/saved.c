/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The records of an answer that was saved.
 */
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "codec/codec.h"
#include "grammar/spf.h"
#include "records/set.h"
#include "ses/identity.h"

typedef struct saved_answer {
    size_t size;
    const char *email_identity;
    const tcses_dns_attribute *const *attributes;
    size_t attributes_count;
} saved_answer;

static const field saved_fields[] = {
    TEXT(saved_answer, email_identity, "EmailIdentity", RULE_NONE),
    LIST(saved_answer, attributes, "Attributes", tcses_dns_attribute, &ses_dns_attribute_table),
};
static const field_table saved_table = TABLE(saved_answer, saved_fields);

/* The name of a record that stands at the domain itself; NULL if there is none. */
static const char *domain_of_records(const saved_answer *answer)
{
    for (size_t i = 0; i < answer->attributes_count; i++) {
        const tcses_dns_attribute *attribute = answer->attributes[i];
        const char *type = attribute->type != NULL ? attribute->type : "";
        if (text_same_ignoring_case(type, "MX") || spf_is_record(view_of(attribute->expected_value)))
            return attribute->send_domain;
    }
    return NULL;
}

static bool is_other_domain(const char *a, const char *b)
{
    return a != NULL && b != NULL && !view_same_name(view_of(a), view_of(b));
}

static tcses_status take_answer(const saved_answer *answer, record_source *source, tcses_error *error)
{
    if (answer->attributes_count == 0)
        return error_set(error, TCSES_ERR_RESPONSE, "Attributes", "the answer has no DNS records (Attributes)");
    if (is_other_domain(source->domain, answer->email_identity))
        return error_set(error, TCSES_ERR_ARGUMENT, "domain", "domain: the answer is about %s", answer->email_identity);
    source->attributes = answer->attributes;
    source->attributes_count = answer->attributes_count;
    if (source->domain == NULL)
        source->domain = answer->email_identity != NULL ? answer->email_identity : domain_of_records(answer);
    return source->domain != NULL ? TCSES_OK
                                  : error_argument(error, "domain", "must be named: the answer does not tell it");
}

static tcses_status read_saved(const char *json, size_t length, const tcses_record_set_request *request,
    const memory *mem, const tcses_record_set **out, tcses_error *error)
{
    arena a;
    record_source source = {.attributes = NULL};
    saved_answer answer = {.size = 0};
    if (json == NULL)
        return error_argument(error, "json", "must not be NULL");
    tcses_status status = record_source_open(request, &source, error);
    if (status != TCSES_OK)
        return status;
    arena_init(&a, mem);
    status = codec_decode_saved(json, length, &saved_table, &a, &answer, &source.saved_at, error);
    if (status == TCSES_OK)
        status = take_answer(&answer, &source, error);
    if (status == TCSES_OK)
        status = record_set_build(&source, mem, out, error);
    arena_free(&a);
    return status;
}

tcses_status tcses_record_set_from_json(const char *json, size_t length, const tcses_record_set_request *request,
    const tcses_allocator *allocator, const tcses_record_set **out, tcses_error **error)
{
    memory mem;
    tcses_error *e = NULL;
    if (out != NULL)
        *out = NULL;
    tcses_status status = error_open_new(error, allocator, out != NULL, &mem, &e);
    if (status != TCSES_OK)
        return status;
    return error_close(error, e, read_saved(json, length, request, &mem, out, e));
}
