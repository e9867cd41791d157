/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Walks over ListEmailIdentities. The end is a page shorter than its limit or one without a new name; Total is not
 * asked.
 */
#include <stdio.h>
#include <string.h>

#include <tcses/identity.h>

#include "base/error.h"
#include "ses/action.h"

#define PAGE_LIMIT 100

/* A page, kept for as long as its items are promised to live. */
typedef struct page {
    struct page *next;
    const tcses_list_email_identities_response *response;
} page;

struct tcses_email_identity_iterator {
    memory mem;
    tcses_client *client;
    tcses_list_email_identities_request request;
    tcses_call_options options;
    arena copies; /* of the tags, of the region, and the pages */
    page *last;   /* the page being given out; older ones follow it */
    size_t position;
    const char **given; /* the names given out, which their pages keep */
    size_t given_count;
    size_t given_room;
    size_t new_names; /* in the last page */
    bool at_end;
};

/* ---- making one ---- */

static bool copy_text(arena *a, const char **text)
{
    if (*text == NULL)
        return true;
    *text = arena_copy(a, *text, strlen(*text));
    return *text != NULL;
}

static tcses_status copy_tag(arena *a, const tcses_tag *given, size_t index, const tcses_tag **out, tcses_error *error)
{
    char name[32];
    snprintf(name, sizeof name, "tag_list[%zu]", index);
    if (given == NULL)
        return error_argument(error, name, "must not be NULL");
    tcses_tag *tag = arena_take(a, sizeof *tag);
    if (tag == NULL)
        return error_memory(error);
    const char *broken = sized_copy(tag, sizeof *tag, sizeof *tag, given);
    if (broken != NULL)
        return error_argument(error, name, broken);
    if (!copy_text(a, &tag->tag_key) || !copy_text(a, &tag->tag_value))
        return error_memory(error);
    *out = tag;
    return TCSES_OK;
}

static tcses_status copy_tags(arena *a, tcses_list_email_identities_request *request, tcses_error *error)
{
    const tcses_tag **tags = arena_take(a, request->tag_list_count * sizeof(tcses_tag *));
    if (tags == NULL)
        return error_memory(error);
    for (size_t i = 0; i < request->tag_list_count; i++) {
        tcses_status status = copy_tag(a, request->tag_list[i], i, &tags[i], error);
        if (status != TCSES_OK)
            return status;
    }
    request->tag_list = tags;
    return TCSES_OK;
}

static tcses_status copy_request(
    tcses_email_identity_iterator *iterator, const tcses_list_email_identities_request *given, tcses_error *error)
{
    tcses_list_email_identities_request *request = &iterator->request;
    tcses_list_email_identities_request_init(request, sizeof *request);
    const char *broken = given != NULL ? sized_copy(request, sizeof *request, sizeof *request, given) : NULL;
    if (broken != NULL)
        return error_argument(error, "request", broken);
    /* Encoding it checks it: what is wrong is said here and not at the first page. */
    buffer trial;
    buffer_init(&trial, &iterator->mem);
    tcses_status status = codec_encode(ses_list_email_identities.request, request, &trial, error);
    buffer_free(&trial);
    if (status != TCSES_OK)
        return status;
    if (request->limit == 0)
        request->limit = PAGE_LIMIT;
    return request->tag_list_count > 0 ? copy_tags(&iterator->copies, request, error) : TCSES_OK;
}

tcses_status tcses_email_identity_iterator_new(tcses_client *client, const tcses_list_email_identities_request *request,
    const tcses_call_options *options, tcses_email_identity_iterator **out, tcses_error **error)
{
    memory mem = client != NULL ? client->mem : memory_default();
    tcses_error *e = NULL;
    if (out != NULL)
        *out = NULL;
    tcses_status status = error_open(error, &mem, &e);
    if (status != TCSES_OK)
        return status;
    if (client == NULL || out == NULL)
        return error_close(error, e, error_argument(e, client == NULL ? "client" : "out", "must not be NULL"));
    tcses_email_identity_iterator *iterator = memory_take(&mem, sizeof *iterator);
    if (iterator == NULL)
        return error_close(error, e, error_memory(e));
    iterator->mem = mem;
    iterator->client = client;
    arena_init(&iterator->copies, &mem);
    status = copy_request(iterator, request, e);
    if (status == TCSES_OK)
        status = client_keep_options(client, options, &iterator->copies, &iterator->options, e);
    if (status == TCSES_OK)
        *out = iterator;
    else
        tcses_email_identity_iterator_free(iterator);
    return error_close(error, e, status);
}

void tcses_email_identity_iterator_free(tcses_email_identity_iterator *iterator)
{
    if (iterator == NULL)
        return;
    memory mem = iterator->mem;
    for (page *p = iterator->last; p != NULL; p = p->next)
        tcses_list_email_identities_response_free(p->response);
    arena_free(&iterator->copies);
    memory_give(&mem, iterator->given);
    tcses_cancel_unref(iterator->options.cancel);
    memory_give(&mem, iterator);
}

/* ---- walking ---- */

static bool was_given(const tcses_email_identity_iterator *iterator, const char *name)
{
    for (size_t i = 0; i < iterator->given_count; i++) {
        if (strcmp(iterator->given[i], name) == 0)
            return true;
    }
    return false;
}

static bool remember(tcses_email_identity_iterator *iterator, const char *name)
{
    if (iterator->given_count == iterator->given_room) {
        size_t room = iterator->given_room > 0 ? iterator->given_room * 2 : 64;
        const char **grown = memory_take(&iterator->mem, room * sizeof *grown);
        if (grown == NULL)
            return false;
        if (iterator->given != NULL)
            memcpy(grown, iterator->given, iterator->given_count * sizeof *grown);
        memory_give(&iterator->mem, iterator->given);
        iterator->given = grown;
        iterator->given_room = room;
    }
    iterator->given[iterator->given_count++] = name;
    return true;
}

static tcses_status next_page(tcses_email_identity_iterator *iterator, tcses_error **error)
{
    page *p = arena_take(&iterator->copies, sizeof *p);
    tcses_error *e = NULL;
    if (p == NULL) {
        tcses_status status = error_open(error, &iterator->mem, &e);
        return status != TCSES_OK ? status : error_close(error, e, error_memory(e));
    }
    tcses_status status = tcses_list_email_identities(
        iterator->client, &iterator->request, &iterator->options, &p->response, error);
    if (status != TCSES_OK)
        return status;
    p->next = iterator->last;
    iterator->last = p;
    iterator->position = 0;
    iterator->new_names = 0;
    iterator->request.offset += p->response->email_identities_count;
    return TCSES_OK;
}

/* The next item of the page at hand that is new; NULL if none is left. False when out of memory. */
static bool next_of_page(tcses_email_identity_iterator *iterator, const tcses_email_identity **item)
{
    const tcses_list_email_identities_response *response = iterator->last->response;
    for (; iterator->position < response->email_identities_count; iterator->position++) {
        const tcses_email_identity *candidate = response->email_identities[iterator->position];
        const char *name = candidate->identity_name != NULL ? candidate->identity_name : "";
        if (was_given(iterator, name))
            continue;
        if (!remember(iterator, name))
            return false;
        iterator->position++;
        iterator->new_names++;
        *item = candidate;
        break;
    }
    return true;
}

static bool is_last_page(const tcses_email_identity_iterator *iterator)
{
    return iterator->new_names == 0 || iterator->last->response->email_identities_count < iterator->request.limit;
}

tcses_status tcses_email_identity_iterator_next(
    tcses_email_identity_iterator *iterator, const tcses_email_identity **item, tcses_error **error)
{
    memory mem = iterator != NULL ? iterator->mem : memory_default();
    const tcses_email_identity *found = NULL;
    tcses_error *e = NULL;
    if (item != NULL)
        *item = NULL;
    if (error != NULL)
        *error = NULL;
    if (iterator == NULL || item == NULL) {
        tcses_status status = error_open(error, &mem, &e);
        const char *name = iterator == NULL ? "iterator" : "item";
        return status != TCSES_OK ? status : error_close(error, e, error_argument(e, name, "must not be NULL"));
    }
    while (found == NULL && !iterator->at_end) {
        if (iterator->last != NULL && !next_of_page(iterator, &found)) {
            tcses_status status = error_open(error, &mem, &e);
            return status != TCSES_OK ? status : error_close(error, e, error_memory(e));
        }
        if (found != NULL)
            break;
        if (iterator->last != NULL && is_last_page(iterator)) {
            iterator->at_end = true;
            break;
        }
        tcses_status status = next_page(iterator, error);
        if (status != TCSES_OK)
            return status;
    }
    *item = found;
    return TCSES_OK;
}
