/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Walks over a list of the service, page by page. The end is a page shorter than its limit or one without a new name;
 * Total is not asked.
 */
#include "ses/iterator.h"

#include <string.h>

#include "base/error.h"

#define PAGE_LIMIT 100

/* A page, kept for as long as its items are promised to live. */
typedef struct page {
    struct page *next;
    const void *response;
} page;

struct ses_iterator {
    memory mem;
    const ses_list *list;
    tcses_client *client;
    void *request; /* of the page to come */
    tcses_call_options options;
    arena copies; /* of the request, of the region, and the pages */
    page *last;   /* the page being given out; older ones follow it */
    size_t position;
    size_t new_items; /* in the last page */
    bool at_end;
};

/* ---- the members that the table names ---- */

static uint64_t *number_of(void *request, size_t offset)
{
    return (uint64_t *)(void *)((char *)request + offset);
}

static size_t items_count(const ses_list *list, const page *p)
{
    return *(const size_t *)(const void *)((const char *)p->response + list->items_count);
}

static const void *item_of(const ses_list *list, const page *p, size_t index)
{
    return (*(const void *const *const *)(const void *)((const char *)p->response + list->items))[index];
}

/* An item without a name has the name "". */
static const char *name_of(const ses_list *list, const void *item)
{
    const char *name = *(const char *const *)(const void *)((const char *)item + list->name);
    return name != NULL ? name : "";
}

/* ---- making one ---- */

static tcses_status copy_request(ses_iterator *iterator, const void *given, tcses_error *error)
{
    const ses_list *list = iterator->list;
    const field_table *table = list->action->request;
    void *request = arena_take(&iterator->copies, table->bytes);
    if (request == NULL)
        return error_memory(error);
    sized_init(request, table->bytes);
    const char *broken = given != NULL ? sized_copy(request, table->bytes, table->v1, given) : NULL;
    if (broken != NULL)
        return error_argument(error, "request", broken);
    /* Encoding it checks it: what is wrong is said here and not at the first page. */
    buffer trial;
    buffer_init(&trial, &iterator->mem);
    tcses_status status = codec_encode(table, request, &trial, error);
    buffer_free(&trial);
    if (status != TCSES_OK)
        return status;
    if (*number_of(request, list->limit) == 0)
        *number_of(request, list->limit) = PAGE_LIMIT;
    iterator->request = request;
    return list->keep != NULL ? list->keep(&iterator->copies, request, error) : TCSES_OK;
}

tcses_status ses_iterator_new(const ses_list *list, tcses_client *client, const void *request,
    const tcses_call_options *options, ses_iterator **out, tcses_error **error)
{
    tcses_error *e = NULL;
    if (client == NULL || out == NULL)
        return error_refuse(error, NULL, client == NULL ? "client" : "out");
    tcses_status status = error_open(error, &client->mem, &e);
    if (status != TCSES_OK)
        return status;
    ses_iterator *iterator = memory_take(&client->mem, sizeof *iterator);
    if (iterator == NULL)
        return error_close(error, e, error_memory(e));
    iterator->mem = client->mem;
    iterator->list = list;
    iterator->client = client;
    arena_init(&iterator->copies, &client->mem);
    status = copy_request(iterator, request, e);
    if (status == TCSES_OK)
        status = client_keep_options(client, options, &iterator->copies, &iterator->options, e);
    if (status == TCSES_OK)
        *out = iterator;
    else
        ses_iterator_free(iterator);
    return error_close(error, e, status);
}

void ses_iterator_free(ses_iterator *iterator)
{
    if (iterator == NULL)
        return;
    memory mem = iterator->mem;
    for (page *p = iterator->last; p != NULL; p = p->next)
        arena_tree_free(p->response);
    arena_free(&iterator->copies);
    tcses_cancel_unref(iterator->options.cancel);
    memory_give(&mem, iterator);
}

/* ---- walking ---- */

static bool holds(const ses_list *list, const page *p, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(name_of(list, item_of(list, p, i)), name) == 0)
            return true;
    }
    return false;
}

/* Whether an item of that name stands before the present position: it was given, or dropped for one that was. */
static bool was_given(const ses_iterator *iterator, const char *name)
{
    if (holds(iterator->list, iterator->last, iterator->position, name))
        return true;
    for (const page *p = iterator->last->next; p != NULL; p = p->next) {
        if (holds(iterator->list, p, items_count(iterator->list, p), name))
            return true;
    }
    return false;
}

/* The next item of the page at hand that is new; NULL if none is left. */
static const void *next_of_page(ses_iterator *iterator)
{
    size_t count = items_count(iterator->list, iterator->last);
    const void *found = NULL;
    for (; found == NULL && iterator->position < count; iterator->position++) {
        const void *candidate = item_of(iterator->list, iterator->last, iterator->position);
        if (!was_given(iterator, name_of(iterator->list, candidate)))
            found = candidate;
    }
    iterator->new_items += found != NULL;
    return found;
}

static tcses_status next_page(ses_iterator *iterator, tcses_error **error)
{
    page *p = arena_take(&iterator->copies, sizeof *p);
    if (p == NULL)
        return error_refuse(error, &iterator->mem, NULL);
    tcses_status status = ses_action_run(
        iterator->list->action, iterator->client, iterator->request, &iterator->options, &p->response, error);
    if (status != TCSES_OK)
        return status;
    p->next = iterator->last;
    iterator->last = p;
    iterator->position = 0;
    iterator->new_items = 0;
    *number_of(iterator->request, iterator->list->offset) += items_count(iterator->list, p);
    return TCSES_OK;
}

static bool is_last_page(const ses_iterator *iterator)
{
    uint64_t limit = *number_of(iterator->request, iterator->list->limit);
    return iterator->new_items == 0 || items_count(iterator->list, iterator->last) < limit;
}

tcses_status ses_iterator_next(ses_iterator *iterator, const void **item, tcses_error **error)
{
    if (error != NULL)
        *error = NULL;
    if (iterator == NULL || item == NULL)
        return error_refuse(error, NULL, iterator == NULL ? "iterator" : "item");
    *item = NULL;
    while (!iterator->at_end) {
        if (iterator->last != NULL) {
            *item = next_of_page(iterator);
            if (*item != NULL)
                break;
            iterator->at_end = is_last_page(iterator);
        }
        tcses_status status = iterator->at_end ? TCSES_OK : next_page(iterator, error);
        if (status != TCSES_OK)
            return status;
    }
    return TCSES_OK;
}

const void *ses_iterator_page(const ses_iterator *iterator)
{
    return iterator != NULL && iterator->last != NULL ? iterator->last->response : NULL;
}
