/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The decoder. Input: which table, which allocation fails (0: none), then the JSON.
 */
#include "fuzz.h"

#include <jansson.h>
#include <stdlib.h>

#include "base/error.h"
#include "codec/codec.h"
#include "credentials/profile.h"
#include "credentials/remote.h"
#include "ses/action.h"

static const field secret_fields[] = {
    TEXT(profile_keys, secret_id, "secretId", RULE_NONE),
    TEXT(profile_keys, secret_key, "secretKey", RULE_NONE),
    TEXT(profile_keys, token, "token", RULE_NONE),
};
static const field_table secret_table = TABLE(profile_keys, secret_fields);

static const ses_action *const actions[] = {
    &ses_create_email_identity,
    &ses_get_email_identity,
    &ses_list_email_identities,
    &ses_update_email_identity,
    &ses_delete_email_identity,
    &ses_create_email_address,
    &ses_list_email_address,
    &ses_delete_email_address,
    &ses_update_email_smtp_password,
    &ses_create_address_unsubscribe_config,
    &ses_update_address_unsubscribe_config,
    &ses_delete_address_unsubscribe_config,
    &ses_list_address_unsubscribe_config,
};

/* What the decoder made of it is held against the text itself, parsed once more. */
typedef struct parsed {
    json_t *document;
    json_t *object; /* the part that was decoded */
} parsed;

static parsed parse(fuzz_text text, const char *first, const char *second)
{
    json_error_t reason;
    parsed p = {json_loadb(text.text, text.length, 0, &reason), NULL};
    if (p.document == NULL && json_error_code(&reason) == json_error_numeric_overflow)
        p.document = json_loadb(text.text, text.length, JSON_DECODE_INT_AS_REAL, &reason);
    p.object = first != NULL ? json_object_get(p.document, first) : p.document;
    p.object = second != NULL ? json_object_get(p.object, second) : p.object;
    CHECK(json_is_object(p.object));
    return p;
}

static const void *pointer_at(const char *object, size_t offset)
{
    const void *pointer = NULL;
    memcpy(&pointer, object + offset, sizeof pointer);
    return pointer;
}

static bool is_absent(const json_t *value)
{
    return value == NULL || json_is_null(value);
}

/* A whole number as a text is its digits, also where it came as a real (of 5.0, or beside a number beyond 64 bits). */
static void check_text(const char *text, const json_t *value)
{
    CHECK((text == NULL) == is_absent(value));
    if (text == NULL)
        return;
    if (json_is_string(value))
        CHECK(strcmp(text, json_string_value(value)) == 0);
    else if (json_is_integer(value))
        CHECK(strtoll(text, NULL, 10) == json_integer_value(value));
    else
        CHECK(json_is_real(value) && (double)strtoull(text, NULL, 10) == json_real_value(value));
}

static void check_number(const uint64_t *number, const json_t *value, bool may_be_left_out)
{
    CHECK(number != NULL || may_be_left_out || is_absent(value));
    if (number == NULL)
        return;
    if (json_is_integer(value))
        CHECK((json_int_t)*number == json_integer_value(value));
    else
        CHECK(json_is_string(value) || (json_is_real(value) && (double)*number == json_real_value(value)));
}

static void check_int(int32_t number, field_kind kind, const json_t *value)
{
    CHECK(number >= 0 && (number == 0) == is_absent(value));
    CHECK(kind == FIELD_CHOICE || number <= TCSES_TRUE);
    if (json_is_integer(value) && number != 0)
        CHECK(number - 1 == json_integer_value(value));
    if (json_is_boolean(value))
        CHECK(kind == FIELD_SWITCH && (number == TCSES_TRUE) == json_is_true(value));
}

static void check_object(const field_table *table, const char *object, json_t *value);

static void check_list(const field *f, const char *object, json_t *value)
{
    const void *const *items = pointer_at(object, f->offset);
    size_t count = 0, index = 0, kept = 0;
    json_t *item = NULL;
    memcpy(&count, object + f->count_offset, sizeof count);
    json_array_foreach(value, index, item)
    {
        if (json_is_null(item))
            continue;
        CHECK(kept < count && items[kept] != NULL);
        if (f->kind == FIELD_TEXT_LIST)
            check_text(items[kept++], item);
        else
            check_object(f->of, items[kept++], item);
    }
    CHECK(kept == count);
}

static void check_object(const field_table *table, const char *object, json_t *value)
{
    size_t size = 0;
    memcpy(&size, object, sizeof size);
    CHECK(size == table->bytes);
    for (size_t i = 0; i < table->fields_count; i++) {
        const field *f = &table->fields[i];
        json_t *member = json_object_get(value, f->json);
        int32_t number = 0;
        switch (f->kind) {
        case FIELD_TEXT:
            check_text(pointer_at(object, f->offset), member);
            break;
        case FIELD_COUNT:
        case FIELD_TIME:
            check_number(pointer_at(object, f->offset), member, f->kind == FIELD_TIME);
            break;
        case FIELD_CHOICE:
        case FIELD_SWITCH:
            memcpy(&number, object + f->offset, sizeof number);
            check_int(number, f->kind, member);
            break;
        default:
            check_list(f, object, member);
            break;
        }
    }
}

static void check_decoded(
    const field_table *table, const void *object, fuzz_text text, const char *first, const char *second)
{
    parsed p = parse(text, first, second);
    check_object(table, object, p.object);
    json_decref(p.document);
}

/* The tree must stand by itself: it is read after the answer was closed. */
static tcses_status decode(const ses_action *action, fuzz_text text, memory *mem, tcses_error *error)
{
    codec_answer answer;
    arena *a = NULL;
    tcses_status status = codec_open(text.text, text.length, &answer, error);
    CHECK(status != TCSES_OK || answer.code == NULL || (answer.code[0] != '\0' && answer.message != NULL));
    CHECK(answer.document == NULL || answer.body == NULL || fuzz_is_object(text.text, text.length));
    if (status == TCSES_OK) {
        void *tree = arena_tree_new(mem, action->response->bytes, &a);
        status = tree != NULL ? codec_decode(&answer, action->response, a, tree, error) : error_memory(error);
        codec_close(&answer);
        if (status == TCSES_OK)
            check_decoded(action->response, tree, text, "Response", NULL);
        arena_tree_free(tree);
    }
    codec_close(&answer);
    return status;
}

/* The keys in an answer of STS. */
static tcses_status decode_keys(fuzz_text text, memory *mem, tcses_error *error)
{
    codec_answer answer;
    temporary_keys found = {0};
    arena texts;
    arena_init(&texts, mem);
    tcses_status status = codec_open(text.text, text.length, &answer, error);
    if (status == TCSES_OK)
        status = codec_decode_secret_part(&answer, "Credentials", &remote_keys_table, &texts, &found, error);
    codec_close(&answer);
    if (status == TCSES_OK)
        check_decoded(&remote_keys_table, &found, text, "Response", "Credentials");
    arena_free(&texts);
    return status;
}

static tcses_status decode_profile(size_t which, fuzz_text text, memory *mem, tcses_error *error)
{
    static const char *const members[] = {NULL, "_sys_param", "", "Credentials"};
    profile_keys found = {0};
    arena texts;
    arena_init(&texts, mem);
    tcses_status status = TCSES_OK;
    if (which == 0)
        status = codec_decode_secrets(text.text, text.length, &secret_table, &texts, &found, error);
    else
        status = codec_decode_member(text.text, text.length, members[which - 1], &secret_table, &texts, &found);
    if (status == TCSES_OK)
        check_decoded(&secret_table, &found, text, which > 0 ? members[which - 1] : NULL, NULL);
    else if (which != 0)
        error_set(error, status, NULL, "the member has no words of its own");
    arena_free(&texts);
    return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_input in = {data, size};
    fuzz_memory m;
    tcses_error *error = NULL, *out = NULL;
    size_t which = fuzz_below(&in, COUNT_OF(actions) + 7);
    size_t fail_at = fuzz_byte(&in);
    fuzz_memory_init(&m, fail_at > 0 ? fail_at + 1 : 0); /* the first is the error's own */
    memory mem = fuzz_memory_inside(&m);
    fuzz_text text = fuzz_take_rest(&in);
    CHECK(error_open(&out, &mem, &error) == TCSES_OK);
    tcses_status status = TCSES_OK;
    if (which < COUNT_OF(actions))
        status = decode(actions[which], text, &mem, error);
    else if (which < COUNT_OF(actions) + 5)
        status = decode_profile(which - COUNT_OF(actions), text, &mem, error);
    else if (which == COUNT_OF(actions) + 5)
        status = decode_keys(text, &mem, error);
    else
        status = codec_check_object(text.text, text.length, "body", error);
    CHECK(status != TCSES_ERR_MEMORY || fuzz_memory_failed(&m));
    CHECK(status == TCSES_OK || status == TCSES_ERR_RESPONSE || status == TCSES_ERR_MEMORY ||
          status == TCSES_ERR_ARGUMENT);
    error_close(&out, error, status);
    fuzz_check_error(status, out);
    CHECK(m.live == 0);
    fuzz_end();
    return 0;
}
