/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Request bodies are written here and not by a JSON library: a password must not stay in memory that can not be wiped.
 */
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/sized.h"
#include "base/text.h"
#include "codec/codec.h"

#define LIST_MAX 10000
#define PATH_MAX_LENGTH 192

typedef struct encoder {
    buffer *out;
    tcses_error *error;
    char path[PATH_MAX_LENGTH];
} encoder;

static tcses_status encode_object(encoder *e, const field_table *table, const void *object);

static tcses_status refuse(encoder *e, const char *rule)
{
    return error_argument(e->error, e->path, rule);
}

static void append_string(buffer *out, const char *text)
{
    buffer_append_text(out, "\"");
    const char *plain = text;
    for (; *text != '\0'; text++) {
        if (*text != '"' && *text != '\\')
            continue;
        buffer_append(out, plain, (size_t)(text - plain));
        buffer_append_text(out, "\\");
        plain = text;
    }
    buffer_append(out, plain, (size_t)(text - plain));
    buffer_append_text(out, "\"");
}

static const char *broken_rule(const field *f, const char *text)
{
    if (*text == '\0' && (f->rules & RULE_REQUIRED) == RULE_REQUIRED)
        return "must not be empty";
    if (*text != '\0' && (f->rules & RULE_DOMAIN) != 0)
        return text_rule_domain(text);
    if (*text != '\0' && (f->rules & RULE_ADDRESS) != 0)
        return text_rule_address(text);
    return text_rule_utf8(text);
}

static tcses_status encode_text(encoder *e, const field *f, const char *text)
{
    const char *broken = broken_rule(f, text);
    if (broken != NULL)
        return refuse(e, broken);
    append_string(e->out, text);
    return TCSES_OK;
}

static tcses_status encode_number(encoder *e, const field *f, uint64_t number)
{
    if ((f->rules & RULE_AT_MOST_100) != 0 && number > 100)
        return refuse(e, "must be at most 100");
    const char *quote = f->kind == FIELD_DIGITS ? "\"" : "";
    buffer_append_text(e->out, quote);
    buffer_append_number(e->out, number);
    buffer_append_text(e->out, quote);
    return TCSES_OK;
}

static tcses_status encode_choice(encoder *e, int32_t value)
{
    if (value < 0)
        return refuse(e, "must be one of the constants for it");
    buffer_append_number(e->out, (uint64_t)value - 1);
    return TCSES_OK;
}

static tcses_status encode_switch(encoder *e, int32_t value)
{
    if (value != TCSES_FALSE && value != TCSES_TRUE)
        return refuse(e, "must be TCSES_UNSET, TCSES_FALSE or TCSES_TRUE");
    buffer_append_text(e->out, value == TCSES_TRUE ? "true" : "false");
    return TCSES_OK;
}

static tcses_status encode_list(encoder *e, const field *f, const void *const *items, size_t count)
{
    size_t path_length = strlen(e->path);
    if (count > LIST_MAX)
        return refuse(e, "has too many items");
    buffer_append_text(e->out, "[");
    for (size_t i = 0; i < count; i++) {
        snprintf(e->path + path_length, sizeof e->path - path_length, "[%zu]", i);
        if (items[i] == NULL)
            return refuse(e, "must not be NULL");
        if (i > 0)
            buffer_append_text(e->out, ",");
        tcses_status status = encode_object(e, f->of, items[i]);
        if (status != TCSES_OK)
            return status;
        e->path[path_length] = '\0';
    }
    buffer_append_text(e->out, "]");
    return TCSES_OK;
}

/* Whether the caller set the field. */
static bool is_present(const field *f, const char *member)
{
    static const unsigned char zeros[sizeof(uint64_t)];
    size_t bytes = 0;
    switch (f->kind) {
    case FIELD_NUMBER:
    case FIELD_DIGITS:
        bytes = sizeof(uint64_t);
        break;
    case FIELD_CHOICE:
    case FIELD_SWITCH:
        bytes = sizeof(int32_t);
        break;
    case FIELD_RESERVED:
        bytes = f->bytes;
        break;
    default:
        bytes = sizeof(void *);
        break;
    }
    return memcmp(member, zeros, bytes) != 0;
}

static tcses_status encode_value(encoder *e, const field *f, const char *object)
{
    const char *member = object + f->offset;
    switch (f->kind) {
    case FIELD_TEXT:
        return encode_text(e, f, *(const char *const *)(const void *)member);
    case FIELD_NUMBER:
    case FIELD_DIGITS:
        return encode_number(e, f, *(const uint64_t *)(const void *)member);
    case FIELD_CHOICE:
        return encode_choice(e, *(const int32_t *)(const void *)member);
    case FIELD_SWITCH:
        return encode_switch(e, *(const int32_t *)(const void *)member);
    default:
        return encode_list(e, f, *(const void *const *const *)(const void *)member,
            *(const size_t *)(const void *)(object + f->count_offset));
    }
}

static tcses_status encode_field(encoder *e, const field *f, const char *object, bool *first)
{
    if (!is_present(f, object + f->offset)) {
        if (f->kind == FIELD_LIST && *(const size_t *)(const void *)(object + f->count_offset) != 0)
            return refuse(e, "must not be NULL when its count is not 0");
        return (f->rules & RULE_PRESENT) != 0 ? refuse(e, "is required") : TCSES_OK;
    }
    if (f->kind == FIELD_RESERVED)
        return refuse(e, "must be 0");
    buffer_append_text(e->out, *first ? "\"" : ",\"");
    buffer_append_text(e->out, f->json);
    buffer_append_text(e->out, "\":");
    *first = false;
    return encode_value(e, f, object);
}

/* Takes a struct of any accepted size over into one of today's, so that no member beyond its end is read. */
static tcses_status take_over(encoder *e, const field_table *table, const void *object, void *local)
{
    const char *broken = sized_copy(local, table->bytes, table->v1, object);
    if (broken == NULL)
        return TCSES_OK;
    return error_argument(e->error, e->path[0] != '\0' ? e->path : "request", broken);
}

static tcses_status encode_object(encoder *e, const field_table *table, const void *object)
{
    _Alignas(max_align_t) char local[FIELD_STRUCT_MAX];
    bool first = true;
    size_t path_length = strlen(e->path);
    tcses_status status = take_over(e, table, object, local);
    if (status != TCSES_OK)
        return status;
    buffer_append_text(e->out, "{");
    for (size_t i = 0; i < table->fields_count; i++) {
        const char *dot = path_length > 0 ? "." : "";
        snprintf(e->path + path_length, sizeof e->path - path_length, "%s%s", dot, table->fields[i].member);
        status = encode_field(e, &table->fields[i], local, &first);
        if (status != TCSES_OK)
            return status;
    }
    e->path[path_length] = '\0';
    buffer_append_text(e->out, "}");
    return TCSES_OK;
}

static bool requires_something(const field_table *table)
{
    for (size_t i = 0; i < table->fields_count; i++) {
        if ((table->fields[i].rules & RULE_PRESENT) != 0)
            return true;
    }
    return false;
}

tcses_status codec_encode(const field_table *table, const void *request, buffer *out, tcses_error *error)
{
    encoder e = {.out = out, .error = error};
    tcses_status status = TCSES_OK;
    if (request != NULL)
        status = encode_object(&e, table, request);
    else if (requires_something(table))
        return error_argument(error, "request", "must not be NULL");
    else
        buffer_append_text(out, "{}");
    if (status == TCSES_OK && out->failed)
        status = error_memory(error);
    return status;
}
