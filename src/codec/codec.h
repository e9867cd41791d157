/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CODEC_CODEC_H
#define CODEC_CODEC_H

#include <tcses/error.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "codec/fields.h"

/*
 * Checks a caller's request struct by its table and appends it to `out` as a JSON object. TCSES_ERR_ARGUMENT names the
 * member at fault. `request` may be NULL where nothing is required.
 */
tcses_status codec_encode(const field_table *table, const void *request, buffer *out, tcses_error *error);

/* Whether the bytes are one JSON object. */
tcses_status codec_check_object(const char *text, size_t length, const char *argument, tcses_error *error);

/* A parsed answer of the service. The texts live as long as the answer is open. */
typedef struct codec_answer {
    void *document;
    void *body;             /* the object "Response" */
    const char *request_id; /* NULL if absent or no text */
    const char *code;       /* NULL if the service did not refuse */
    const char *message;    /* never NULL with a code */
} codec_answer;

/* Opens {"Response": {...}}. Close it in either case. TCSES_ERR_RESPONSE if it is no such thing. */
tcses_status codec_open(const char *text, size_t length, codec_answer *answer, tcses_error *error);
void codec_close(codec_answer *answer);

/* Fills a zeroed struct, whose table this is, from an open answer. */
tcses_status codec_decode(
    const codec_answer *answer, const field_table *table, arena *a, void *response, tcses_error *error);

/*
 * The same from the object at `key` of an open answer, which must be there. It holds secrets: its strings are wiped in
 * the answer.
 */
tcses_status codec_decode_secret_part(
    const codec_answer *answer, const char *key, const field_table *table, arena *a, void *object, tcses_error *error);

/*
 * Fills a zeroed struct of texts from a JSON object, for example of a credentials file. The strings are wiped in the
 * parsed document before it is released.
 */
tcses_status codec_decode_secrets(
    const char *text, size_t length, const field_table *table, arena *a, void *object, tcses_error *error);

/* The same from the object at `key` of a JSON object (NULL: the object itself), without secrets and without words. */
tcses_status codec_decode_member(
    const char *text, size_t length, const char *key, const field_table *table, arena *a, void *object);

/*
 * The same from an answer that was saved: the object at "Response" if the text has one (then *way is "Response."), else the
 * text itself (then it is ""). TCSES_ERR_RESPONSE if it is neither, or a refusal.
 */
tcses_status codec_decode_saved(const char *text, size_t length, const field_table *table, arena *a, void *object,
    const char **way, tcses_error *error);

#endif
