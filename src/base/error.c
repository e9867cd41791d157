/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"

#include <stdio.h>
#include <string.h>

#include <tcses/sys/error.h>

#include "base/text.h"

/*
 * Reports that there was no memory for an error. Made before anything was sent, so the outcome is always "not done". Its
 * status and message are known by its address: filled in, it would be 4 KB of the library's file.
 */
static tcses_error no_memory;

tcses_status error_open(tcses_error **out, const memory *mem, tcses_error **error)
{
    *error = NULL;
    if (out == NULL)
        return TCSES_OK;
    *out = NULL;
    tcses_error *made = mem->allocate(mem->ctx, sizeof *made);
    if (made == NULL) {
        *out = &no_memory;
        return TCSES_ERR_MEMORY;
    }
    memset(made, 0, offsetof(tcses_error, code));
    made->mem = *mem;
    made->code[0] = made->request_id[0] = made->field[0] = made->transport_text[0] = made->message[0] = '\0';
    *error = made;
    return TCSES_OK;
}

tcses_status error_close(tcses_error **out, tcses_error *error, tcses_status status)
{
    if (status == TCSES_OK)
        tcses_error_free(error);
    else if (out != NULL)
        *out = error;
    return status;
}

tcses_status error_refuse(tcses_error **out, const memory *mem, const char *null_argument)
{
    memory default_mem = memory_default();
    tcses_error *e = NULL;
    tcses_status status = error_open(out, mem != NULL ? mem : &default_mem, &e);
    if (status != TCSES_OK)
        return status;
    status = null_argument != NULL ? error_argument(e, null_argument, "must not be NULL") : error_memory(e);
    return error_close(out, e, status);
}

tcses_status error_open_new(
    tcses_error **out, const tcses_allocator *allocator, bool has_out, memory *mem, tcses_error **error)
{
    bool usable = memory_from(mem, allocator);
    tcses_status status = error_open(out, mem, error);
    if (status != TCSES_OK)
        return status;
    if (!usable)
        status = error_argument(*error, "allocator", "needs its size, allocate and release set");
    else if (!has_out)
        status = error_argument(*error, "out", "must not be NULL");
    return status == TCSES_OK ? status : error_close(out, *error, status);
}

/* How many bytes of the text are left when a character that is cut off at its end is left out. */
static size_t whole_characters(const char *text, size_t length)
{
    size_t tail = 0;
    while (tail < length && tail < 4 && ((unsigned char)text[length - 1 - tail] & 0xC0) == 0x80)
        tail++;
    if (tail == length || tail == 4)
        return length;
    unsigned char first = (unsigned char)text[length - 1 - tail];
    size_t needed = first < 0xC0 ? 0 : first < 0xE0 ? 1 : first < 0xF0 ? 2 : 3;
    return tail < needed ? length - 1 - tail : length;
}

void error_copy(char *room, size_t size, const char *text)
{
    size_t length = strlen(text);
    length = whole_characters(text, length < size ? length : size - 1);
    memmove(room, text, length);
    room[length] = '\0';
    for (char *p = room; *p != '\0'; p++) {
        unsigned char c = (unsigned char)*p;
        if ((c < 0x20 && c != '\n' && c != '\t') || c == 0x7F)
            *p = '?';
    }
}

static void copy_unless_empty(char *room, size_t size, const char *text)
{
    if (text[0] != '\0')
        error_copy(room, size, text);
}

void error_about(tcses_error *error, const char *action)
{
    if (error != NULL)
        error_copy(error->action, sizeof error->action, action);
}

void error_adopt(tcses_error *error, const tcses_error *from)
{
    if (error == NULL)
        return;
    error->status = from->status;
    error->http_status = from->http_status;
    error->transport_code = from->transport_code;
    copy_unless_empty(error->code, sizeof error->code, from->code);
    copy_unless_empty(error->request_id, sizeof error->request_id, from->request_id);
    error_copy(error->field, sizeof error->field, from->field);
    error_copy(error->transport_text, sizeof error->transport_text, from->transport_text);
    error_copy(error->message, sizeof error->message, from->message);
}

void error_become(tcses_error *error, const tcses_error *from)
{
    if (error == NULL)
        return;
    if (from == &no_memory) {
        error_memory(error);
        return;
    }
    memory mem = error->mem;
    *error = *from;
    error->mem = mem;
}

void error_hide(tcses_error *error, const char *secret)
{
    text_hide(error->message, secret);
    text_hide(error->code, secret);
    text_hide(error->request_id, secret);
    text_hide(error->transport_text, secret);
}

tcses_status error_set(tcses_error *error, tcses_status status, const char *field, const char *format, ...)
{
    if (error == NULL)
        return status;
    error->status = status;
    error_copy(error->field, sizeof error->field, field != NULL ? field : "");
    va_list arguments;
    va_start(arguments, format);
    int written = vsnprintf(error->message, sizeof error->message, format, arguments);
    va_end(arguments);
    if (written < 0)
        error->message[0] = '\0';
    error_copy(error->message, sizeof error->message, error->message);
    return status;
}

tcses_status error_argument(tcses_error *error, const char *field, const char *rule)
{
    return error_set(error, TCSES_ERR_ARGUMENT, field, "%s: %s", field, rule);
}

tcses_status error_check_text(
    tcses_error *error, const char *field, const char *text, const char *(*rule)(const char *))
{
    const char *broken = text != NULL ? rule(text) : NULL;
    return broken != NULL ? error_argument(error, field, broken) : TCSES_OK;
}

tcses_status error_require_text(
    tcses_error *error, const char *field, const char *text, const char *(*rule)(const char *))
{
    if (text == NULL)
        return error_argument(error, field, "is required");
    return error_check_text(error, field, text, rule);
}

tcses_status error_memory(tcses_error *error)
{
    return error_set(error, TCSES_ERR_MEMORY, NULL, "out of memory");
}

tcses_status tcses_error_new(
    tcses_status status, const char *field, const char *message, const tcses_allocator *allocator, tcses_error **out)
{
    memory mem;
    tcses_error *e = NULL;
    memory_from(&mem, allocator);
    if (out != NULL)
        *out = NULL;
    if (status == TCSES_OK)
        return status;
    tcses_status opened = error_open(out, &mem, &e);
    if (opened != TCSES_OK)
        return opened;
    error_set(e, status, field, "%s", message != NULL ? message : "");
    return error_close(out, e, status);
}

void tcses_error_free(tcses_error *error)
{
    if (error == NULL || error == &no_memory)
        return;
    memory mem = error->mem;
    memory_give(&mem, error);
}

static const char *text_or_null(const char *text)
{
    return text[0] != '\0' ? text : NULL;
}

tcses_status tcses_error_status(const tcses_error *error)
{
    if (error == &no_memory)
        return TCSES_ERR_MEMORY;
    return error != NULL ? error->status : TCSES_OK;
}

const char *tcses_error_message(const tcses_error *error)
{
    if (error == &no_memory)
        return "out of memory";
    return error != NULL ? error->message : "no error";
}

const char *tcses_error_code(const tcses_error *error)
{
    return error != NULL ? text_or_null(error->code) : NULL;
}

const char *tcses_error_action(const tcses_error *error)
{
    return error != NULL ? text_or_null(error->action) : NULL;
}

const char *tcses_error_request_id(const tcses_error *error)
{
    return error != NULL ? text_or_null(error->request_id) : NULL;
}

const char *tcses_error_field(const tcses_error *error)
{
    return error != NULL ? text_or_null(error->field) : NULL;
}

int32_t tcses_error_outcome(const tcses_error *error)
{
    return error != NULL ? error->outcome : TCSES_OUTCOME_NOT_DONE;
}

int32_t tcses_error_retryable(const tcses_error *error)
{
    return error != NULL && error->retryable == TCSES_TRUE ? TCSES_TRUE : TCSES_FALSE;
}

int64_t tcses_error_retry_after_ms(const tcses_error *error)
{
    return error != NULL ? error->retry_after_ms : 0;
}

int32_t tcses_error_attempts(const tcses_error *error)
{
    return error != NULL ? error->attempts : 0;
}

int32_t tcses_error_http_status(const tcses_error *error)
{
    return error != NULL ? error->http_status : 0;
}

int32_t tcses_error_transport_code(const tcses_error *error)
{
    return error != NULL ? error->transport_code : 0;
}

const char *tcses_error_transport_text(const tcses_error *error)
{
    return error != NULL ? text_or_null(error->transport_text) : NULL;
}

const char *tcses_error_hint(const tcses_error *error)
{
    return error != NULL ? error->hint : NULL;
}
