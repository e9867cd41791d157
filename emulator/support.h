/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * What every part of the emulator uses: memory that is always there, a list, and a few things done with text.
 *
 * Functions that other files see are called emu_..., because the program may be linked with the static library, whose
 * inner names are plain ones.
 *
 * A tool that serves tests has nothing better to do without memory than to stop, so no function here returns NULL.
 */
#ifndef EMULATOR_SUPPORT_H
#define EMULATOR_SUPPORT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* Memory, not cleared. Released with free(). */
void *emu_support_allocate(size_t bytes);
/* Memory, all zero. Released with free(). */
void *emu_support_allocate_zeroed(size_t bytes);
void *emu_support_resize(void *block, size_t bytes);

/* Copies of text, released with free(). */
char *emu_support_copy(const char *text);
char *emu_support_copy_bytes(const char *bytes, size_t length);
char *emu_support_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A list of pointers. All zero is an empty list. It owns its array and not what the pointers point to. */
struct list {
    void **items;
    size_t count;
    size_t capacity;
};

void emu_list_append(struct list *list, void *item);
/* Takes the item out and keeps the order of the others. An item that is not in the list is no error. */
void emu_list_remove(struct list *list, const void *item);
/* Gives every item to `release` (NULL: nothing to do), then the array back. */
void emu_list_clear(struct list *list, void (*release)(void *item));

/* Lower case for ASCII letters, in place; the rest stays. Returns `text`. */
char *emu_text_lower(char *text);
/* A number from decimal digits alone; false for anything else or for more than `most` (itself at most 17 digits). */
bool emu_text_to_number(const char *text, json_int_t most, json_int_t *number);
/* A JSON string; bytes that are no UTF-8 become question marks, because an answer has to be UTF-8. */
json_t *emu_text_to_json(const char *text);
/* Released with free(). */
char *emu_text_base64(const void *bytes, size_t length);

#endif
