/* SPDX-License-Identifier: Apache-2.0 */
#include "document.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "screen.h"
#include "text.h"

#define WRITING (JSON_PRESERVE_ORDER | JSON_ENCODE_ANY)

struct document {
    json_t *object;
    bool has_failed;
    document *item; /* that document_nth() showed last */
};

document *document_new(void)
{
    document *d = calloc(1, sizeof *d);
    if (d == NULL)
        return NULL;
    d->object = json_object();
    d->has_failed = d->object == NULL;
    return d;
}

void document_free(document *d)
{
    if (d == NULL)
        return;
    document_free(d->item);
    json_decref(d->object);
    free(d);
}

/* jansson refuses integers of more than 64 bits, which the library lets pass: they become reals. */
static json_t *load(const char *raw, size_t length)
{
    json_t *loaded = json_loadb(raw, length, JSON_DISABLE_EOF_CHECK, NULL);
    if (loaded == NULL)
        loaded = json_loadb(raw, length, JSON_DISABLE_EOF_CHECK | JSON_DECODE_INT_AS_REAL, NULL);
    return loaded;
}

document *document_of_response(const char *raw, size_t length)
{
    document *d = document_new();
    json_t *whole = raw != NULL ? load(raw, length) : NULL;
    json_t *response = json_object_get(whole, "Response");
    if (d != NULL)
        d->has_failed = !json_is_object(response) || json_object_update(d->object, response) != 0;
    json_decref(whole);
    return d;
}

document *document_of_object(const char *text, size_t length)
{
    document *d = NULL;
    json_t *object = json_loadb(text, length, 0, NULL);
    if (json_is_object(object))
        d = document_new();
    if (d != NULL && json_object_update(d->object, object) != 0)
        d->has_failed = true;
    json_decref(object);
    return d;
}

void document_explain(const char *text, size_t length, char *room, size_t size)
{
    json_error_t problem;
    json_t *loaded = json_loadb(text, length, 0, &problem);
    if (loaded == NULL)
        snprintf(room, size, "%d:%d: %s", problem.line, problem.column, problem.text);
    else
        snprintf(room, size, "%s", TEXT("it is no JSON object", "不是 JSON 对象"));
    json_decref(loaded);
}

const char *document_get_deep(const document *d, const char *outer, const char *inner, const char *name)
{
    json_t *object = d != NULL ? json_object_get(json_object_get(d->object, outer), inner) : NULL;
    return json_string_value(json_object_get(object, name));
}

const char *document_nth_name(const document *d, const char *outer, const char *inner, size_t n)
{
    const char *found = NULL;
    json_t *unused = NULL;
    json_t *object = d != NULL ? json_object_get(d->object, outer) : NULL;
    if (inner != NULL)
        object = json_object_get(object, inner);
    json_object_foreach(object, found, unused)
    {
        if (n-- == 0)
            return found;
    }
    return NULL;
}

size_t document_count(const document *d, const char *list)
{
    return d != NULL ? json_array_size(json_object_get(d->object, list)) : 0;
}

document *document_nth(document *d, const char *list, size_t n)
{
    json_t *item = d != NULL ? json_array_get(json_object_get(d->object, list), n) : NULL;
    if (!json_is_object(item))
        return NULL;
    document_free(d->item);
    d->item = document_new();
    if (d->item == NULL)
        return NULL;
    json_decref(d->item->object);
    d->item->object = json_incref(item);
    return d->item;
}

bool document_has(const document *d, const char *name)
{
    return d != NULL && json_object_get(d->object, name) != NULL;
}

bool document_is_no_list(const document *d, const char *name)
{
    return document_has(d, name) && !json_is_array(json_object_get(d->object, name));
}

bool document_is_no_text(const document *d, const char *name)
{
    return document_has(d, name) && !json_is_string(json_object_get(d->object, name));
}

const char *document_stranger(const document *d, const char *const *names)
{
    const char *found = NULL;
    json_t *unused = NULL;
    json_object_foreach(d->object, found, unused)
    {
        size_t i = 0;
        while (names[i] != NULL && strcmp(names[i], found) != 0)
            i++;
        if (names[i] == NULL)
            return found;
    }
    return NULL;
}

const char *document_find_text(const document *d, const char *name)
{
    return d != NULL ? json_string_value(json_object_get(d->object, name)) : NULL;
}

/* Takes the value over. */
static void set(document *d, const char *name, json_t *value)
{
    if (d == NULL)
        json_decref(value);
    else if (json_object_set_new(d->object, name, value) != 0)
        d->has_failed = true;
}

bool document_is_text(const char *value)
{
    json_t *text = json_string(value);
    json_decref(text);
    return text != NULL;
}

/* How many bytes a character of UTF-8 that begins so would have. */
static size_t character_bytes(unsigned char first)
{
    return first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 1;
}

static void replace_foreign_bytes(char *text)
{
    size_t length = strlen(text);
    size_t taken = 0;
    for (size_t i = 0; i < length; i += taken) {
        taken = character_bytes((unsigned char)text[i]);
        json_t *character = i + taken <= length ? json_stringn(text + i, taken) : NULL;
        if (character == NULL) {
            text[i] = '?';
            taken = 1;
        }
        json_decref(character);
    }
}

/* A message may be cut within a character, or repeat bytes that are no text: it has to be told all the same. */
static json_t *text_of(const char *value)
{
    if (document_is_text(value))
        return json_string(value);
    char *copy = strdup(value);
    if (copy == NULL)
        return NULL;
    replace_foreign_bytes(copy);
    json_t *text = json_string(copy);
    free(copy);
    return text;
}

void document_text(document *d, const char *name, const char *value)
{
    set(d, name, value != NULL ? text_of(value) : json_null());
}

void document_number(document *d, const char *name, int64_t value)
{
    set(d, name, json_integer(value));
}

void document_flag(document *d, const char *name, bool value)
{
    set(d, name, json_boolean(value));
}

void document_take(document *d, document *from)
{
    if (d != NULL && (from == NULL || from->has_failed || json_object_update(d->object, from->object) != 0))
        d->has_failed = true;
    document_free(from);
}

void document_remove(document *d, const char *name)
{
    if (d != NULL)
        json_object_del(d->object, name);
}

void document_put(document *d, const char *name, document *member)
{
    if (d != NULL && (member == NULL || member->has_failed))
        d->has_failed = true;
    set(d, name, member != NULL ? json_incref(member->object) : json_null());
    document_free(member);
}

void document_put_deep(document *d, const char *outer, const char *name, document *member)
{
    json_t *object = d != NULL ? json_object_get(d->object, outer) : NULL;
    if (d != NULL && (member == NULL || member->has_failed || json_object_set(object, name, member->object) != 0))
        d->has_failed = true;
    document_free(member);
}

void document_take_deep(document *d, const char *name, const document *from)
{
    json_t *members = from != NULL ? json_object_get(from->object, name) : NULL;
    if (d != NULL &&
        (from == NULL || from->has_failed || json_object_update(json_object_get(d->object, name), members) != 0))
        d->has_failed = true;
}

static json_t *list_of(document *d, const char *name)
{
    if (d == NULL)
        return NULL;
    if (!json_is_array(json_object_get(d->object, name)))
        set(d, name, json_array());
    return json_object_get(d->object, name);
}

void document_list(document *d, const char *name)
{
    list_of(d, name);
}

void document_append(document *d, const char *name, document *item)
{
    json_t *list = list_of(d, name);
    if (d != NULL && (item == NULL || item->has_failed || json_array_append(list, item->object) != 0))
        d->has_failed = true;
    document_free(item);
}

void document_append_all(document *d, const char *name, const document *from)
{
    json_t *list = list_of(d, name);
    json_t *more = from != NULL ? json_object_get(from->object, name) : NULL;
    bool is_list = json_is_array(more);
    if (d != NULL && (from == NULL || from->has_failed || (is_list && json_array_extend(list, more) != 0)))
        d->has_failed = true;
}

void document_append_text(document *d, const char *name, const char *item)
{
    json_t *list = list_of(d, name);
    if (d != NULL && json_array_append_new(list, json_string(item)) != 0)
        d->has_failed = true;
}

void document_keep(document *d, const char *list, const char *member, document_wanted is_wanted, const void *ctx)
{
    json_t *items = d != NULL ? json_object_get(d->object, list) : NULL;
    for (size_t i = json_array_size(items); i > 0; i--) {
        if (!is_wanted(json_string_value(json_object_get(json_array_get(items, i - 1), member)), ctx))
            json_array_remove(items, i - 1);
    }
}

bool document_print(const document *d)
{
    size_t flags = WRITING | (screen_is_terminal(stdout) ? (size_t)JSON_INDENT(2) : (size_t)JSON_COMPACT);
    if (d == NULL || d->has_failed || json_dumpf(d->object, stdout, flags) != 0)
        return false;
    putchar('\n');
    return true;
}

void document_line(const document *d, FILE *stream)
{
    char *text = d != NULL && !d->has_failed ? json_dumps(d->object, WRITING | JSON_COMPACT) : NULL;
    fprintf(stream, "%s\n", text != NULL ? text : "{}");
    free(text);
}
