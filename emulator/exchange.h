/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * One HTTP request as it came in, and what became of it. It is filled while it arrives, answered once, and then kept by
 * the journal.
 */
#ifndef EMULATOR_EXCHANGE_H
#define EMULATOR_EXCHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A3: the documented 10 MB, taken as 10 * 2^20 bytes. */
enum { EXCHANGE_BODY_MOST = 10 * 1024 * 1024 };

enum { EXCHANGE_REQUEST_ID_SIZE = sizeof("00000000-0000-0000-0000-000000000000") };

/* The HTTP statuses in use. An API error is an answer with status 200. */
enum { HTTP_OK = 200, HTTP_BAD_REQUEST = 400, HTTP_NOT_FOUND = 404, HTTP_METHOD_NOT_ALLOWED = 405 };

struct header {
    /* In lower case. */
    char *name;
    /* Of several headers with one name, the values with ", " between them. */
    char *value;
};

struct exchange {
    uint64_t number;
    uint64_t connection;
    int64_t time;
    char *method;
    char *path;
    /* What follows the question mark; "" if there is none. */
    char *query;
    struct header *headers;
    size_t headers_count;
    /* Ends in a NUL byte that is not counted. A body over the limit is counted and not kept. */
    char *body;
    size_t body_length;
    size_t body_capacity;
    bool body_too_large;

    /* The body was JSON. */
    bool parsed;
    /* Something changed. */
    bool effect;
    unsigned status;
    /* The API's error code, a constant; NULL for success and for what is no API call. */
    const char *code;
    char request_id[EXCHANGE_REQUEST_ID_SIZE];
    /* The answer's body, taken away by whoever sends it. */
    char *answer;
    /* The value for the header Allow, a constant; NULL for none. */
    const char *allow;
};

/* A request whose method and headers are not known yet. `target` is the request line's: path and query. */
struct exchange *emu_exchange_new(const char *target);
void emu_exchange_free(struct exchange *exchange);
void emu_exchange_add_header(struct exchange *exchange, const char *name, const char *value);
void emu_exchange_add_body(struct exchange *exchange, const char *bytes, size_t length);
/* The header's value; NULL if it was not sent. `name` in lower case. */
const char *emu_exchange_header(const struct exchange *exchange, const char *name);
/* Answers what is no API call, with {"error": "..."} and an HTTP status. */
void emu_exchange_fail(struct exchange *exchange, unsigned status, const char *text);
/* Gives back the room that the body did not need. */
void emu_exchange_trim(struct exchange *exchange);
/* How much memory it holds, roughly. */
size_t emu_exchange_weight(const struct exchange *exchange);

#endif
