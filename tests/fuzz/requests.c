/* SPDX-License-Identifier: Apache-2.0 */
#include "requests.h"

#include <jansson.h>
#include <stdlib.h>

/* ---- filling in ---- */

static void *take_struct(fuzz_input *in, const field_table *table, int depth);

static void put_pointer(char *member, const void *pointer)
{
    memcpy(member, &pointer, sizeof pointer);
}

static void fill_list(fuzz_input *in, const field *f, char *object, int depth)
{
    size_t count = fuzz_below(in, 6);
    const void **items = fuzz_block((count + 1) * sizeof *items);
    for (size_t i = 0; i < count; i++)
        items[i] = fuzz_byte(in) != 255 ? take_struct(in, f->of, depth + 1) : NULL;
    bool is_absent = fuzz_byte(in) == 255;
    put_pointer(object + f->offset, is_absent ? NULL : items);
    memcpy(object + f->count_offset, &count, sizeof count);
}

static void fill_field(fuzz_input *in, const field *f, char *object, int depth)
{
    uint64_t number = 0;
    int32_t choice = 0;
    size_t kind = 0;
    switch (f->kind) {
    case FIELD_TEXT:
        put_pointer(object + f->offset, fuzz_argument(in));
        break;
    case FIELD_NUMBER:
    case FIELD_DIGITS:
        number = fuzz_number(in, fuzz_below(in, 9));
        memcpy(object + f->offset, &number, sizeof number);
        break;
    case FIELD_CHOICE:
    case FIELD_SWITCH:
        kind = fuzz_below(in, 8);
        choice = kind < 7 ? (int32_t)kind - 1 : (int32_t)(uint32_t)fuzz_number(in, 4);
        memcpy(object + f->offset, &choice, sizeof choice);
        break;
    case FIELD_RESERVED:
        number = fuzz_byte(in) == 255;
        memcpy(object + f->offset, &number, f->bytes);
        break;
    default:
        fill_list(in, f, object, depth);
        break;
    }
}

/* A struct whose block is as large as its size says, but never smaller than that number itself. */
static void *take_struct(fuzz_input *in, const field_table *table, int depth)
{
    size_t kind = fuzz_below(in, 16);
    size_t size = table->bytes;
    if (kind == 1)
        size = table->bytes + 8 * fuzz_below(in, 16);
    else if (kind == 2)
        size = (size_t)fuzz_number(in, 2);
    bool is_filled = size >= table->bytes && size <= 4096;
    char *object = fuzz_block(is_filled ? size : sizeof(size_t));
    memcpy(object, &size, sizeof size);
    if (!is_filled || depth > 3)
        return object;
    for (size_t i = 0; i < table->fields_count; i++)
        fill_field(in, &table->fields[i], object, depth);
    if (size > table->bytes && fuzz_byte(in) == 255)
        object[size - 1] = 1;
    return object;
}

void *request_take(fuzz_input *in, const field_table *table)
{
    return take_struct(in, table, 0);
}

/* ---- what became of it ---- */

static void check_sent(const field_table *table, const char *object, json_t *sent);

static void check_sent_list(const field *f, const char *object, json_t *sent)
{
    const void *const *items = NULL;
    size_t count = 0;
    memcpy(&items, object + f->offset, sizeof items);
    memcpy(&count, object + f->count_offset, sizeof count);
    if (items == NULL) {
        CHECK(count == 0 && sent == NULL);
        return;
    }
    CHECK(json_is_array(sent) && json_array_size(sent) == count);
    for (size_t i = 0; i < count; i++)
        check_sent(f->of, items[i], json_array_get(sent, i));
}

static void check_sent_field(const field *f, const char *object, json_t *sent)
{
    const char *text = NULL;
    uint64_t number = 0;
    int32_t choice = 0;
    switch (f->kind) {
    case FIELD_TEXT:
        memcpy(&text, object + f->offset, sizeof text);
        CHECK((text == NULL) == (sent == NULL));
        CHECK(text == NULL || strcmp(json_string_value(sent), text) == 0);
        break;
    case FIELD_NUMBER:
        memcpy(&number, object + f->offset, sizeof number);
        CHECK(sent == NULL ? number == 0 : json_is_real(sent) || (uint64_t)json_integer_value(sent) == number);
        break;
    case FIELD_DIGITS:
        memcpy(&number, object + f->offset, sizeof number);
        CHECK(sent == NULL ? number == 0 : strtoull(json_string_value(sent), NULL, 10) == number);
        break;
    case FIELD_CHOICE:
        memcpy(&choice, object + f->offset, sizeof choice);
        CHECK(sent == NULL ? choice == 0 : json_integer_value(sent) == choice - 1);
        break;
    case FIELD_SWITCH:
        memcpy(&choice, object + f->offset, sizeof choice);
        CHECK(sent == NULL ? choice == TCSES_UNSET : json_is_true(sent) == (choice == TCSES_TRUE));
        break;
    case FIELD_RESERVED:
        break;
    default:
        check_sent_list(f, object, sent);
        break;
    }
}

/* What was sent is what was given, by value. */
static void check_sent(const field_table *table, const char *object, json_t *sent)
{
    size_t wanted = 0;
    CHECK(json_is_object(sent));
    for (size_t i = 0; i < table->fields_count; i++) {
        const field *f = &table->fields[i];
        json_t *value = f->kind != FIELD_RESERVED ? json_object_get(sent, f->json) : NULL;
        wanted += value != NULL;
        check_sent_field(f, object, value);
    }
    CHECK(json_object_size(sent) == wanted);
}

void request_check_sent(const field_table *table, const void *request, const char *body, size_t length)
{
    json_error_t reason;
    json_t *sent = json_loadb(body, length, 0, &reason);
    if (sent == NULL && json_error_code(&reason) == json_error_numeric_overflow)
        sent = json_loadb(body, length, JSON_DECODE_INT_AS_REAL, &reason);
    check_sent(table, request, sent);
    json_decref(sent);
}
