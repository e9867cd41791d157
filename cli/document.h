/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_DOCUMENT_H
#define CLI_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/*
 * A JSON object being put together (jansson stays inside). Running out of memory is remembered and told by
 * document_print(), so that nothing in between has to be looked at. Every function takes NULL for a document.
 */
typedef struct document document;

document *document_new(void);
void document_free(document *d);

/* What the service answered: the object below "Response" of its JSON. */
document *document_of_response(const char *raw, size_t length);

/* JSON that a user gave; NULL if it is no object. */
document *document_of_object(const char *text, size_t length);

/* Why a text is no JSON object, and in which line. */
void document_explain(const char *text, size_t length, char *room, size_t size);

/* How many members a list has, and the n-th if it is an object: it belongs to `d`, and is valid until the next call. */
size_t document_count(const document *d, const char *list);
document *document_nth(document *d, const char *list, size_t n);

/* A text two objects deep, for example of "domains" and "mail.example.com"; NULL if it is not there. */
const char *document_get_deep(const document *d, const char *outer, const char *inner, const char *name);

/* The n-th name of an object two objects deep, or where `inner` is NULL one; NULL if it has no more. */
const char *document_nth_name(const document *d, const char *outer, const char *inner, size_t n);

bool document_has(const document *d, const char *name);

/* Whether what is below a name is no list, or no text; nothing may be there. */
bool document_is_no_list(const document *d, const char *name);
bool document_is_no_text(const document *d, const char *name);

/* The first name in the object that is none of `names`, which end with NULL; NULL if all are. */
const char *document_stranger(const document *d, const char *const *names);

/* The text below a name, which lives as long as the document; NULL if there is none. */
const char *document_find_text(const document *d, const char *name);

/* Whether a text is UTF-8, as JSON has to be. */
bool document_is_text(const char *value);

/* NULL is written as null; what is not UTF-8 with ? in place of it. */
void document_text(document *d, const char *name, const char *value);
void document_number(document *d, const char *name, int64_t value);
void document_flag(document *d, const char *name, bool value);

/* Moves all members of `from` behind those of `d`; a name that is there already is replaced. Frees `from`. */
void document_take(document *d, document *from);

void document_remove(document *d, const char *name);

/* Puts `member` below a name. Frees it. */
void document_put(document *d, const char *name, document *member);

/* Puts `member` below a name of an object below another name. Frees it. */
void document_put_deep(document *d, const char *outer, const char *name, document *member);

/* Takes over all members of the object below a name of `from` into that of `d`. */
void document_take_deep(document *d, const char *name, const document *from);

/* A list below a name, made if there is none: an object, which is freed; or all members of another document's list. */
void document_list(document *d, const char *name);
void document_append(document *d, const char *name, document *item);
void document_append_all(document *d, const char *name, const document *from);
void document_append_text(document *d, const char *name, const char *item);

/* Leaves only those objects in a list whose text member is wanted. */
typedef bool (*document_wanted)(const char *value, const void *ctx);
void document_keep(document *d, const char *list, const char *member, document_wanted is_wanted, const void *ctx);

/* On standard output: a line, or with indentation on a terminal. False when out of memory. */
bool document_print(const document *d);

/* On one line of a stream. What does not fit into memory is told as an empty object. */
void document_line(const document *d, FILE *stream);

#endif
