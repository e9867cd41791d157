/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Memory, lists and text; support.h says what each is for.
 */
#include "support.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *must_have(void *block)
{
    if (block == NULL) {
        fputs("tcses-emulator: out of memory\n", stderr);
        exit(EXIT_FAILURE);
    }
    return block;
}

void *emu_support_allocate(size_t bytes)
{
    return must_have(malloc(bytes > 0 ? bytes : 1));
}

void *emu_support_allocate_zeroed(size_t bytes)
{
    return must_have(calloc(1, bytes > 0 ? bytes : 1));
}

void *emu_support_resize(void *block, size_t bytes)
{
    return must_have(realloc(block, bytes > 0 ? bytes : 1));
}

char *emu_support_copy_bytes(const char *bytes, size_t length)
{
    char *copy = emu_support_allocate(length + 1);
    memcpy(copy, bytes, length);
    copy[length] = '\0';
    return copy;
}

char *emu_support_copy(const char *text)
{
    return emu_support_copy_bytes(text, strlen(text));
}

char *emu_support_format(const char *format, ...)
{
    va_list arguments;
    char *text = NULL;
    va_start(arguments, format);
    int length = vasprintf(&text, format, arguments);
    va_end(arguments);
    return must_have(length < 0 ? NULL : text);
}

void emu_list_append(struct list *list, void *item)
{
    if (list->count == list->capacity) {
        list->capacity = list->capacity > 0 ? 2 * list->capacity : 8;
        list->items = emu_support_resize(list->items, list->capacity * sizeof(*list->items));
    }
    list->items[list->count++] = item;
}

void emu_list_remove(struct list *list, const void *item)
{
    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i] == item) {
            memmove(&list->items[i], &list->items[i + 1], (list->count - i - 1) * sizeof(*list->items));
            list->count--;
            return;
        }
    }
}

void emu_list_clear(struct list *list, void (*release)(void *item))
{
    for (size_t i = 0; release != NULL && i < list->count; i++)
        release(list->items[i]);
    free(list->items);
    *list = (struct list){NULL, 0, 0};
}

char *emu_text_lower(char *text)
{
    for (char *p = text; *p != '\0'; p++) {
        if (*p >= 'A' && *p <= 'Z')
            *p = (char)(*p - 'A' + 'a');
    }
    return text;
}

bool emu_text_to_number(const char *text, json_int_t most, json_int_t *number)
{
    if (*text == '\0')
        return false;
    json_int_t value = 0;
    for (; *text != '\0'; text++) {
        if (*text < '0' || *text > '9')
            return false;
        value = 10 * value + (*text - '0');
        if (value > most)
            return false;
    }
    *number = value;
    return true;
}

json_t *emu_text_to_json(const char *text)
{
    json_t *string = json_string(text);
    if (string != NULL)
        return string;
    char *ascii = emu_support_copy(text);
    for (char *p = ascii; *p != '\0'; p++) {
        if ((unsigned char)*p >= 0x80)
            *p = '?';
    }
    string = json_string(ascii);
    free(ascii);
    return string;
}

char *emu_text_base64(const void *bytes, size_t length)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";
    enum { PADDING = 64 };
    const unsigned char *from = bytes;
    char *text = emu_support_allocate((length + 2) / 3 * 4 + 1);
    char *to = text;
    for (size_t i = 0; i < length; i += 3) {
        size_t left = length - i;
        unsigned group = (unsigned)from[i] << 16;
        group |= left > 1 ? (unsigned)from[i + 1] << 8 : 0;
        group |= left > 2 ? (unsigned)from[i + 2] : 0;
        *to++ = digits[group >> 18];
        *to++ = digits[group >> 12 & 63];
        *to++ = left > 1 ? digits[group >> 6 & 63] : digits[PADDING];
        *to++ = left > 2 ? digits[group & 63] : digits[PADDING];
    }
    *to = '\0';
    return text;
}
