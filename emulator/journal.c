/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * A list with a bound; requests leave it at the old end.
 */
#include "journal.h"

#include <stdlib.h>

#include "support.h"

enum { JOURNAL_COUNT_MOST = 100000, JOURNAL_WEIGHT_MOST = 64 * 1024 * 1024 };

struct journal_entry {
    struct journal_entry *next;
    struct exchange *exchange;
    size_t weight;
};

static void drop_first(struct journal *journal)
{
    struct journal_entry *entry = journal->first;
    journal->first = entry->next;
    journal->last = journal->first != NULL ? journal->last : NULL;
    journal->count--;
    journal->weight -= entry->weight;
    emu_exchange_free(entry->exchange);
    free(entry);
}

void emu_journal_add(struct journal *journal, struct exchange *exchange)
{
    struct journal_entry *entry = emu_support_allocate_zeroed(sizeof(*entry));
    emu_exchange_trim(exchange);
    exchange->number = ++journal->requests;
    entry->exchange = exchange;
    entry->weight = emu_exchange_weight(exchange) + sizeof(*entry);
    if (journal->last != NULL)
        journal->last->next = entry;
    else
        journal->first = entry;
    journal->last = entry;
    journal->count++;
    journal->weight += entry->weight;
    while (journal->count > JOURNAL_COUNT_MOST || journal->weight > JOURNAL_WEIGHT_MOST) {
        drop_first(journal);
        journal->dropped++;
    }
}

void emu_journal_clear(struct journal *journal)
{
    while (journal->first != NULL)
        drop_first(journal);
}

static json_t *optional_text(const char *text)
{
    return text != NULL ? emu_text_to_json(text) : json_null();
}

static json_t *render_headers(const struct exchange *exchange)
{
    json_t *headers = json_object();
    for (size_t i = 0; i < exchange->headers_count; i++)
        json_object_set_new(headers, exchange->headers[i].name, emu_text_to_json(exchange->headers[i].value));
    return headers;
}

/* A test wants the text exactly as it came. Bytes that are no text can't stand in JSON and come as base64 instead. */
static void render_body(const struct exchange *exchange, json_t *entry)
{
    json_t *text = NULL;
    if (!exchange->body_too_large)
        text = json_stringn(exchange->body, exchange->body_length);
    if (text == NULL && !exchange->body_too_large) {
        char *base64 = emu_text_base64(exchange->body, exchange->body_length);
        json_object_set_new(entry, "body_base64", json_string(base64));
        free(base64);
    }
    json_object_set_new(entry, "body", text != NULL ? text : json_null());
    json_object_set_new(entry, "body_length", json_integer((json_int_t)exchange->body_length));
    json_object_set_new(entry, "parsed", json_boolean(exchange->parsed));
}

static json_t *render_exchange(const struct exchange *exchange)
{
    json_t *entry = json_pack("{s:I, s:I, s:I, s:s, s:o, s:o}", "number", (json_int_t)exchange->number, "connection",
        (json_int_t)exchange->connection, "time", (json_int_t)exchange->time, "method", exchange->method, "path",
        emu_text_to_json(exchange->path), "query", emu_text_to_json(exchange->query));
    json_object_set_new(entry, "action", optional_text(emu_exchange_header(exchange, "x-tc-action")));
    json_object_set_new(entry, "region", optional_text(emu_exchange_header(exchange, "x-tc-region")));
    json_object_set_new(entry, "headers", render_headers(exchange));
    render_body(exchange, entry);
    json_object_set_new(entry, "status", json_integer(exchange->status));
    json_object_set_new(entry, "code", optional_text(exchange->code));
    json_object_set_new(entry, "request_id", json_string(exchange->request_id));
    json_object_set_new(entry, "effect", json_boolean(exchange->effect));
    return entry;
}

json_t *emu_journal_render(const struct journal *journal, uint64_t after)
{
    json_t *requests = json_array();
    for (const struct journal_entry *entry = journal->first; entry != NULL; entry = entry->next) {
        if (entry->exchange->number > after)
            json_array_append_new(requests, render_exchange(entry->exchange));
    }
    return json_pack("{s:o, s:I}", "requests", requests, "dropped", (json_int_t)journal->dropped);
}
