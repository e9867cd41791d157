/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SES_ITERATOR_H
#define SES_ITERATOR_H

#include "base/arena.h"
#include "ses/action.h"

/* What tells one list of the service, that is read page by page, from another. Offsets are those of members. */
typedef struct ses_list {
    const ses_action *action;
    size_t limit; /* of the request: uint64_t */
    size_t offset;
    size_t items; /* of the response: an array of pointers */
    size_t items_count;
    size_t name; /* of an item: the text that no two of them share */
    /* Copies what a checked request points to into the arena. NULL: it points to nothing. */
    tcses_status (*keep)(arena *a, void *request, tcses_error *error);
} ses_list;

typedef struct ses_iterator ses_iterator;

/* What the exported functions do, but for the types. */
tcses_status ses_iterator_new(const ses_list *list, tcses_client *client, const void *request,
    const tcses_call_options *options, ses_iterator **out, tcses_error **error);
tcses_status ses_iterator_next(ses_iterator *iterator, const void **item, tcses_error **error);
const void *ses_iterator_page(const ses_iterator *iterator);
void ses_iterator_free(ses_iterator *iterator);

/* A table of the list of responses `list`_response, whose field `items` holds structs `item` told apart by `name`. */
#define SES_LIST(list, items_field, item, name_field, keep_function)                           \
    {                                                                                          \
        .action = &ses_##list, .limit = FIELD_OFFSET(tcses_##list##_request, limit, uint64_t), \
        .offset = FIELD_OFFSET(tcses_##list##_request, offset, uint64_t),                      \
        .items = FIELD_OFFSET(tcses_##list##_response, items_field, const item *const *),      \
        .items_count = FIELD_OFFSET(tcses_##list##_response, items_field##_count, size_t),     \
        .name = FIELD_OFFSET(item, name_field, const char *), .keep = (keep_function)          \
    }

/* Defines the exported functions of an iterator, whose object is a ses_iterator. */
#define SES_ITERATOR_FUNCTIONS(kind, item_type, list, table)                                                           \
    tcses_status tcses_##kind##_new(tcses_client *client, const tcses_##list##_request *request,                       \
        const tcses_call_options *options, tcses_##kind **out, tcses_error **error)                                    \
    {                                                                                                                  \
        ses_iterator *made = NULL;                                                                                     \
        tcses_status status = ses_iterator_new(&(table), client, request, options, out != NULL ? &made : NULL, error); \
        if (out != NULL)                                                                                               \
            *out = (tcses_##kind *)made;                                                                               \
        return status;                                                                                                 \
    }                                                                                                                  \
    tcses_status tcses_##kind##_next(tcses_##kind *iterator, const item_type **item, tcses_error **error)              \
    {                                                                                                                  \
        const void *found = NULL;                                                                                      \
        tcses_status status = ses_iterator_next((ses_iterator *)iterator, item != NULL ? &found : NULL, error);        \
        if (item != NULL)                                                                                              \
            *item = found;                                                                                             \
        return status;                                                                                                 \
    }                                                                                                                  \
    const tcses_##list##_response *tcses_##kind##_page(const tcses_##kind *iterator)                                   \
    {                                                                                                                  \
        return ses_iterator_page((const ses_iterator *)iterator);                                                      \
    }                                                                                                                  \
    void tcses_##kind##_free(tcses_##kind *iterator)                                                                   \
    {                                                                                                                  \
        ses_iterator_free((ses_iterator *)iterator);                                                                   \
    }

#endif
