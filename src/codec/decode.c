/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The one file that knows jansson. It uses no function that json-c exports too (json_object_get, json_object_iter_next
 * and what is built on them): a program that links json-c would get the wrong one, silently.
 */
#include <inttypes.h>
#include <jansson.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "base/crypto.h"
#include "base/error.h"
#include "base/plain_locale.h"
#include "base/text.h"
#include "base/time.h"
#include "codec/codec.h"

#define PATH_MAX_LENGTH 192
#define CHINA_OFFSET_SECONDS 28800
#define REAL_EXACT_MAX 9007199254740992.0 /* 2^53: up to here a double holds every whole number */

/* A step on the way from the document to a value: the name of a member, or NULL and the index of an item. */
typedef struct step {
    const struct step *before;
    const char *name;
    size_t index;
} step;

typedef struct decoder {
    arena *a;
    tcses_error *error;
    const step *way; /* to the value at hand; written down only where an error names it */
} decoder;

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void seed_once(void)
{
    json_object_seed(0);
}

/*
 * jansson reads numbers by the locale, so this thread is in the C locale while it does. When it runs out of memory it
 * mostly leaves the reason as it was.
 */
static json_t *load_with(const char *text, size_t length, size_t flags, json_error_t *reason)
{
    pthread_once(&once, seed_once);
    memset(reason, 0, sizeof *reason);
    locale_t plain = plain_locale();
    locale_t before = plain != (locale_t)0 ? uselocale(plain) : (locale_t)0;
    json_t *document = json_loadb(text, length, JSON_REJECT_DUPLICATES | flags, reason);
    if (before != (locale_t)0)
        uselocale(before);
    return document;
}

/* A number that jansson's integers can't hold must not cost the rest of the text: then all are read as reals. */
static json_t *load(const char *text, size_t length, json_error_t *reason)
{
    json_t *document = load_with(text, length, 0, reason);
    if (document == NULL && json_error_code(reason) == json_error_numeric_overflow)
        document = load_with(text, length, JSON_DECODE_INT_AS_REAL, reason);
    return document;
}

static json_t *member_of(json_t *object, const char *key)
{
    return json_object_iter_value(json_object_iter_at(object, key));
}

static bool is_absent(const json_t *value)
{
    return value == NULL || json_is_null(value);
}

/* jansson's own words, without the piece of the text that it appends: it could be a secret. */
static tcses_status refuse_syntax(
    tcses_status status, const char *subject, const char *what, const json_error_t *reason, tcses_error *error)
{
    enum json_error_code code = json_error_code(reason);
    if (code == json_error_out_of_memory || code == json_error_unknown)
        return error_memory(error);
    const char *words = "is not JSON";
    if (code == json_error_stack_overflow)
        words = "is nested too deep";
    else if (code == json_error_invalid_utf8)
        words = "is not UTF-8";
    else if (code == json_error_duplicate_key)
        words = "has a key twice in one object";
    else if (code == json_error_numeric_overflow)
        words = "has a number that is too large";
    else if (code == json_error_null_character || code == json_error_null_byte_in_key)
        words = "has a NUL character in a text";
    else if (code == json_error_premature_end_of_input)
        words = "ends too early";
    return error_set(error, status, subject, "%s %s (line %d, column %d)", what, words, reason->line, reason->column);
}

tcses_status codec_check_object(const char *text, size_t length, const char *argument, tcses_error *error)
{
    json_error_t reason;
    json_t *document = load(text, length, &reason);
    if (document == NULL)
        return refuse_syntax(TCSES_ERR_ARGUMENT, argument, argument, &reason, error);
    bool is_object = json_is_object(document);
    json_decref(document);
    return is_object ? TCSES_OK : error_argument(error, argument, "must be a JSON object");
}

static tcses_status refuse_shape(tcses_error *error, const char *path, const char *wanted)
{
    return error_set(error, TCSES_ERR_RESPONSE, path, "%s: expected %s", path, wanted);
}

static tcses_status take_text_at(
    json_t *object, const char *key, const char *path, const char **text, tcses_error *error)
{
    const json_t *value = member_of(object, key);
    *text = NULL;
    if (is_absent(value))
        return TCSES_OK;
    if (!json_is_string(value))
        return refuse_shape(error, path, "a string");
    *text = json_string_value(value);
    return TCSES_OK;
}

static tcses_status open_refusal(json_t *body, codec_answer *answer, tcses_error *error)
{
    json_t *refusal = member_of(body, "Error");
    if (is_absent(refusal))
        return TCSES_OK;
    if (!json_is_object(refusal))
        return refuse_shape(error, "Response.Error", "an object");
    tcses_status status = take_text_at(refusal, "Code", "Response.Error.Code", &answer->code, error);
    if (status == TCSES_OK)
        status = take_text_at(refusal, "Message", "Response.Error.Message", &answer->message, error);
    if (status != TCSES_OK)
        return status;
    if (answer->code == NULL || answer->code[0] == '\0')
        return refuse_shape(error, "Response.Error.Code", "an error code");
    if (answer->message == NULL)
        answer->message = "";
    return TCSES_OK;
}

tcses_status codec_open(const char *text, size_t length, codec_answer *answer, tcses_error *error)
{
    json_error_t reason;
    memset(answer, 0, sizeof *answer);
    json_t *document = load(text, length, &reason);
    if (document == NULL)
        return refuse_syntax(TCSES_ERR_RESPONSE, NULL, "the answer", &reason, error);
    answer->document = document;
    json_t *body = json_is_object(document) ? member_of(document, "Response") : NULL;
    if (!json_is_object(body))
        return refuse_shape(error, "Response", "an object");
    answer->body = body;
    /* Of another type it is as good as absent: whether the request took effect does not hang on it. */
    answer->request_id = json_string_value(member_of(body, "RequestId"));
    return open_refusal(body, answer, error);
}

void codec_close(codec_answer *answer)
{
    json_decref(answer->document);
    memset(answer, 0, sizeof *answer);
}

static tcses_status decode_object(decoder *d, const field_table *table, json_t *value, char *object);

static void write_way(const step *last, char path[PATH_MAX_LENGTH])
{
    if (last == NULL) {
        path[0] = '\0';
        return;
    }
    write_way(last->before, path);
    size_t length = strlen(path);
    if (last->name != NULL)
        snprintf(path + length, PATH_MAX_LENGTH - length, "%s%s", length > 0 ? "." : "", last->name);
    else
        snprintf(path + length, PATH_MAX_LENGTH - length, "[%zu]", last->index);
}

static tcses_status refuse(const decoder *d, const char *wanted)
{
    char path[PATH_MAX_LENGTH];
    write_way(d->way, path);
    return refuse_shape(d->error, path, wanted);
}

/* A number that came as a number or as digits in a string. */
static bool number_of(const json_t *value, uint64_t *number)
{
    if (json_is_string(value))
        return strlen(json_string_value(value)) == json_string_length(value) &&
               text_to_number(json_string_value(value), number);
    if (json_is_real(value)) {
        double real = json_real_value(value);
        *number = real >= 0 && real <= REAL_EXACT_MAX ? (uint64_t)real : 0;
        return real >= 0 && real <= REAL_EXACT_MAX && (double)*number == real;
    }
    if (!json_is_integer(value) || json_integer_value(value) < 0)
        return false;
    *number = (uint64_t)json_integer_value(value);
    return true;
}

static tcses_status keep_number(decoder *d, uint64_t number, const uint64_t **member)
{
    uint64_t *kept = arena_take(d->a, sizeof *kept);
    if (kept == NULL)
        return error_memory(d->error);
    *kept = number;
    *member = kept;
    return TCSES_OK;
}

static tcses_status keep_text(decoder *d, const char *text, size_t length, const char **member)
{
    *member = arena_copy(d->a, text, length);
    return *member != NULL ? TCSES_OK : error_memory(d->error);
}

/* A text that came as a string or as a whole number. */
static tcses_status decode_text(decoder *d, const json_t *value, const char **member)
{
    char digits[32];
    if (json_is_string(value))
        return keep_text(d, json_string_value(value), json_string_length(value), member);
    int length = 0;
    uint64_t number = 0;
    if (json_is_integer(value))
        length = snprintf(digits, sizeof digits, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    else if (number_of(value, &number))
        length = snprintf(digits, sizeof digits, "%" PRIu64, number);
    else
        return refuse(d, "a string");
    return keep_text(d, digits, (size_t)length, member);
}

static tcses_status decode_count(decoder *d, const json_t *value, const uint64_t **member)
{
    uint64_t number = 0;
    return number_of(value, &number) ? keep_number(d, number, member) : refuse(d, "a whole number");
}

/* Seconds, or a date of China's time zone. A form that is not known does not spoil the whole answer. */
static tcses_status decode_time(decoder *d, const json_t *value, const uint64_t **member)
{
    uint64_t number = 0;
    int64_t seconds = 0;
    if (number_of(value, &number))
        return keep_number(d, number, member);
    if (json_is_string(value) && time_from_text(json_string_value(value), &seconds) && seconds >= CHINA_OFFSET_SECONDS)
        return keep_number(d, (uint64_t)(seconds - CHINA_OFFSET_SECONDS), member);
    return TCSES_OK;
}

static tcses_status decode_choice(decoder *d, const json_t *value, int32_t *member)
{
    uint64_t number = 0;
    if (!number_of(value, &number) || number >= INT32_MAX)
        return refuse(d, "a whole number");
    *member = (int32_t)number + 1;
    return TCSES_OK;
}

static tcses_status decode_switch(decoder *d, const json_t *value, int32_t *member)
{
    uint64_t number = 0;
    const char *text = json_is_string(value) ? json_string_value(value) : "";
    if (json_is_true(value) || text_same_ignoring_case(text, "true"))
        *member = TCSES_TRUE;
    else if (json_is_false(value) || text_same_ignoring_case(text, "false"))
        *member = TCSES_FALSE;
    else if (number_of(value, &number) && number <= 1)
        *member = number == 1 ? TCSES_TRUE : TCSES_FALSE;
    else
        return refuse(d, "true or false");
    return TCSES_OK;
}

static void set_pointer(char *member, const void *pointer)
{
    memcpy(member, &pointer, sizeof pointer);
}

static tcses_status decode_item(decoder *d, const field *f, json_t *value, const void **item)
{
    if (f->kind == FIELD_TEXT_LIST) {
        const char *text = NULL;
        tcses_status status = decode_text(d, value, &text);
        *item = text;
        return status;
    }
    if (!json_is_object(value))
        return refuse(d, "an object");
    char *object = arena_take(d->a, f->of->bytes);
    if (object == NULL)
        return error_memory(d->error);
    *item = object;
    return decode_object(d, f->of, value, object);
}

/* A null among the items is left out. */
static tcses_status decode_list(decoder *d, const field *f, const json_t *value, char *object)
{
    step item_step = {d->way, NULL, 0};
    size_t kept = 0;
    if (!json_is_array(value))
        return refuse(d, "an array");
    size_t count = json_array_size(value);
    if (count == 0)
        return TCSES_OK;
    const void **items = arena_take(d->a, count * sizeof *items);
    if (items == NULL)
        return error_memory(d->error);
    for (size_t i = 0; i < count; i++) {
        json_t *item = json_array_get(value, i);
        if (is_absent(item))
            continue;
        item_step.index = i;
        d->way = &item_step;
        tcses_status status = decode_item(d, f, item, &items[kept++]);
        d->way = item_step.before;
        if (status != TCSES_OK)
            return status;
    }
    set_pointer(object + f->offset, items);
    memcpy(object + f->count_offset, &kept, sizeof kept);
    return TCSES_OK;
}

static tcses_status decode_field(decoder *d, const field *f, json_t *value, char *object)
{
    void *member = object + f->offset;
    switch (f->kind) {
    case FIELD_TEXT:
        return decode_text(d, value, member);
    case FIELD_COUNT:
        return decode_count(d, value, member);
    case FIELD_TIME:
        return decode_time(d, value, member);
    case FIELD_CHOICE:
        return decode_choice(d, value, member);
    case FIELD_SWITCH:
        return decode_switch(d, value, member);
    default:
        return decode_list(d, f, value, object);
    }
}

static tcses_status decode_object(decoder *d, const field_table *table, json_t *value, char *object)
{
    step member_step = {d->way, NULL, 0};
    memcpy(object, &table->bytes, sizeof table->bytes);
    for (size_t i = 0; i < table->fields_count; i++) {
        json_t *member = member_of(value, table->fields[i].json);
        if (is_absent(member))
            continue;
        member_step.name = table->fields[i].json;
        d->way = &member_step;
        tcses_status status = decode_field(d, &table->fields[i], member, object);
        d->way = member_step.before;
        if (status != TCSES_OK)
            return status;
    }
    return TCSES_OK;
}

tcses_status codec_decode(
    const codec_answer *answer, const field_table *table, arena *a, void *response, tcses_error *error)
{
    static const step response_step = {NULL, "Response", 0};
    decoder d = {.a = a, .error = error, .way = &response_step};
    return decode_object(&d, table, answer->body, response);
}

static void wipe_strings(json_t *object, const field_table *table)
{
    for (size_t i = 0; i < table->fields_count; i++) {
        const json_t *value = member_of(object, table->fields[i].json);
        if (json_is_string(value))
            crypto_wipe((void *)(uintptr_t)json_string_value(value), json_string_length(value));
    }
}

tcses_status codec_decode_secret_part(
    const codec_answer *answer, const char *key, const field_table *table, arena *a, void *object, tcses_error *error)
{
    const step response = {.name = "Response"};
    const step way = {.before = &response, .name = key};
    decoder d = {.a = a, .error = error, .way = &way};
    json_t *part = member_of(answer->body, key);
    if (!json_is_object(part))
        return refuse(&d, "an object");
    tcses_status status = decode_object(&d, table, part, object);
    wipe_strings(part, table);
    return status;
}

tcses_status codec_decode_secrets(
    const char *text, size_t length, const field_table *table, arena *a, void *object, tcses_error *error)
{
    json_error_t reason;
    decoder d = {.a = a, .error = error};
    json_t *document = load(text, length, &reason);
    if (document == NULL)
        return refuse_syntax(TCSES_ERR_RESPONSE, NULL, "the text", &reason, error);
    tcses_status status = TCSES_OK;
    if (json_is_object(document)) {
        status = decode_object(&d, table, document, object);
        wipe_strings(document, table);
    } else {
        status = error_set(error, TCSES_ERR_RESPONSE, NULL, "the text is not a JSON object");
    }
    json_decref(document);
    return status;
}

tcses_status codec_decode_member(
    const char *text, size_t length, const char *key, const field_table *table, arena *a, void *object)
{
    json_error_t reason;
    decoder d = {.a = a};
    json_t *document = load(text, length, &reason);
    if (document == NULL)
        return refuse_syntax(TCSES_ERR_RESPONSE, NULL, "the text", &reason, NULL);
    json_t *member = json_is_object(document) && key != NULL ? member_of(document, key) : document;
    tcses_status status = json_is_object(member) ? decode_object(&d, table, member, object) : TCSES_ERR_RESPONSE;
    json_decref(document);
    return status;
}

static tcses_status decode_saved(
    json_t *document, const field_table *table, const decoder *from, void *object, const char **way)
{
    static const step response_step = {NULL, "Response", 0};
    decoder d = *from;
    *way = "";
    if (!json_is_object(document))
        return error_set(d.error, TCSES_ERR_RESPONSE, NULL, "the answer is not a JSON object");
    json_t *body = member_of(document, "Response");
    if (is_absent(body))
        return decode_object(&d, table, document, object);
    *way = "Response.";
    d.way = &response_step;
    if (!json_is_object(body))
        return refuse(&d, "an object");
    if (!is_absent(member_of(body, "Error")))
        return error_set(d.error, TCSES_ERR_RESPONSE, "Response.Error", "the answer is a refusal of the service");
    return decode_object(&d, table, body, object);
}

tcses_status codec_decode_saved(const char *text, size_t length, const field_table *table, arena *a, void *object,
    const char **way, tcses_error *error)
{
    json_error_t reason;
    decoder d = {.a = a, .error = error};
    json_t *document = load(text, length, &reason);
    if (document == NULL)
        return refuse_syntax(TCSES_ERR_RESPONSE, NULL, "the answer", &reason, error);
    tcses_status status = decode_saved(document, table, &d, object, way);
    json_decref(document);
    return status;
}
