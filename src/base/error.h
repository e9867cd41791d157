/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include <stdarg.h>

#include <tcses/error.h>

#include "base/memory.h"

/*
 * An error is one block of fixed size, made before the work begins, so that filling it in can't fail. Inside the
 * library functions take a `tcses_error *error` that may be NULL, fill it in, and return its status.
 */
struct tcses_error {
    memory mem;
    tcses_status status;
    int32_t outcome;
    int32_t retryable;
    int32_t attempts;
    int32_t http_status;
    int32_t transport_code;
    int64_t retry_after_ms;
    const char *hint;
    char action[128];
    char code[128];
    char request_id[128];
    char field[192];
    char transport_text[256];
    char message[3072];
};

/*
 * The frame of an exported function: error_open() clears *out and makes the object (NULL if the caller wants none),
 * error_close() hands it over if `status` is a failure and releases it if not. A failed open has already reported.
 */
tcses_status error_open(tcses_error **out, const memory *mem, tcses_error **error);
tcses_status error_close(tcses_error **out, tcses_error *error, tcses_status status);

/*
 * Both at once, where nothing else is done: an argument is NULL, or (if none is named) memory is out. A NULL `mem` is the
 * default.
 */
tcses_status error_refuse(tcses_error **out, const memory *mem, const char *null_argument);

/*
 * error_open() for an exported constructor: also takes the allocator over and refuses a NULL `out` parameter, of which
 * `has_out` tells. (The constructor itself sets *out to NULL.)
 */
tcses_status error_open_new(
    tcses_error **out, const tcses_allocator *allocator, bool has_out, memory *mem, tcses_error **error);

/* Sets status, message and field (NULL for none) and returns the status. The rest is left as it is. */
tcses_status error_set(tcses_error *error, tcses_status status, const char *field, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* TCSES_ERR_ARGUMENT about a field; TCSES_ERR_MEMORY. */
tcses_status error_argument(tcses_error *error, const char *field, const char *rule);
tcses_status error_memory(tcses_error *error);

/* Holds an argument against a rule of base/text.h. The first lets NULL pass, the second does not. */
tcses_status error_check_text(
    tcses_error *error, const char *field, const char *text, const char *(*rule)(const char *));
tcses_status error_require_text(
    tcses_error *error, const char *field, const char *text, const char *(*rule)(const char *));

/* Names the action that the error will be about. */
void error_about(tcses_error *error, const char *action);

/* Takes over how another call failed; a code or id that it does not have leaves what stands there. */
void error_adopt(tcses_error *error, const tcses_error *from);

/* Makes an error that was opened the same as another in all but its memory. */
void error_become(tcses_error *error, const tcses_error *from);

/* Takes a secret out of all texts of the error, as text_hide() does: what the service says may quote it. */
void error_hide(tcses_error *error, const char *secret);

/* Copies as much of the text as fits, never half a UTF-8 character; control characters become '?'. */
void error_copy(char *room, size_t size, const char *text);

#endif
