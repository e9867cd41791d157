/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * A request while it arrives, and after.
 */
#include "exchange.h"

#include <stdlib.h>
#include <string.h>

#include "support.h"

struct exchange *emu_exchange_new(const char *target)
{
    struct exchange *exchange = emu_support_allocate_zeroed(sizeof(*exchange));
    size_t path_length = strcspn(target, "?");
    exchange->path = emu_support_copy_bytes(target, path_length);
    exchange->query = emu_support_copy(target[path_length] == '?' ? target + path_length + 1 : "");
    exchange->body = emu_support_copy("");
    return exchange;
}

void emu_exchange_free(struct exchange *exchange)
{
    if (exchange == NULL)
        return;
    for (size_t i = 0; i < exchange->headers_count; i++) {
        free(exchange->headers[i].name);
        free(exchange->headers[i].value);
    }
    free(exchange->headers);
    free(exchange->method);
    free(exchange->path);
    free(exchange->query);
    free(exchange->body);
    free(exchange->answer);
    free(exchange);
}

static struct header *find_header(const struct exchange *exchange, const char *name)
{
    for (size_t i = 0; i < exchange->headers_count; i++) {
        if (strcmp(exchange->headers[i].name, name) == 0)
            return &exchange->headers[i];
    }
    return NULL;
}

void emu_exchange_add_header(struct exchange *exchange, const char *name, const char *value)
{
    char *lower = emu_text_lower(emu_support_copy(name));
    struct header *known = find_header(exchange, lower);
    if (known != NULL) {
        char *joined = emu_support_format("%s, %s", known->value, value);
        free(known->value);
        known->value = joined;
        free(lower);
        return;
    }
    size_t bytes = (exchange->headers_count + 1) * sizeof(*exchange->headers);
    exchange->headers = emu_support_resize(exchange->headers, bytes);
    exchange->headers[exchange->headers_count++] = (struct header){lower, emu_support_copy(value)};
}

const char *emu_exchange_header(const struct exchange *exchange, const char *name)
{
    const struct header *header = find_header(exchange, name);
    return header != NULL ? header->value : NULL;
}

static void drop_body(struct exchange *exchange)
{
    free(exchange->body);
    exchange->body = emu_support_copy("");
    exchange->body_capacity = 0;
    exchange->body_too_large = true;
}

/* A body over the limit is still read to its end, so that the client gets an answer and not a closed connection. */
void emu_exchange_add_body(struct exchange *exchange, const char *bytes, size_t length)
{
    size_t start = exchange->body_length;
    exchange->body_length += length;
    if (!exchange->body_too_large && exchange->body_length > EXCHANGE_BODY_MOST)
        drop_body(exchange);
    if (exchange->body_too_large)
        return;
    if (exchange->body_length + 1 > exchange->body_capacity) {
        exchange->body_capacity = 2 * exchange->body_length + 1;
        exchange->body = emu_support_resize(exchange->body, exchange->body_capacity);
    }
    memcpy(exchange->body + start, bytes, length);
    exchange->body[exchange->body_length] = '\0';
}

void emu_exchange_trim(struct exchange *exchange)
{
    if (exchange->body_too_large || exchange->body_capacity == 0)
        return;
    exchange->body_capacity = exchange->body_length + 1;
    exchange->body = emu_support_resize(exchange->body, exchange->body_capacity);
}

void emu_exchange_fail(struct exchange *exchange, unsigned status, const char *text)
{
    json_t *answer = json_pack("{s:o}", "error", emu_text_to_json(text));
    exchange->status = status;
    exchange->answer = json_dumps(answer, JSON_COMPACT);
    json_decref(answer);
}

size_t emu_exchange_weight(const struct exchange *exchange)
{
    size_t weight = sizeof(*exchange) + strlen(exchange->path) + strlen(exchange->query) + exchange->body_capacity;
    for (size_t i = 0; i < exchange->headers_count; i++)
        weight += strlen(exchange->headers[i].name) + strlen(exchange->headers[i].value) + sizeof(struct header);
    return weight;
}
