/* SPDX-License-Identifier: Apache-2.0 */
#include "dns/copy.h"

#include <string.h>

static bool copy_text(arena *a, const char **text)
{
    if (*text != NULL)
        *text = arena_copy(a, *text, strlen(*text));
    else
        return true;
    return *text != NULL;
}

static const tcses_record *copy_record(arena *a, const tcses_record *from)
{
    tcses_record *to = arena_take(a, sizeof *to);
    if (to == NULL)
        return NULL;
    *to = *from;
    bool has_memory = copy_text(a, &to->type) && copy_text(a, &to->name) && copy_text(a, &to->relative_name) &&
                      copy_text(a, &to->value) && copy_text(a, &to->selector) && copy_text(a, &to->key_type) &&
                      copy_text(a, &to->current_value);
    return has_memory ? to : NULL;
}

const tcses_record_set *copy_record_set(arena *a, const tcses_record_set *from)
{
    tcses_record_set *to = arena_take(a, sizeof *to);
    const tcses_record **records = arena_take(a, from->records_count * sizeof(tcses_record *));
    if (to == NULL || records == NULL)
        return NULL;
    *to = *from;
    to->records = records;
    if (!copy_text(a, &to->domain) || !copy_text(a, &to->zone))
        return NULL;
    for (size_t i = 0; i < from->records_count; i++) {
        records[i] = copy_record(a, from->records[i]);
        if (records[i] == NULL)
            return NULL;
    }
    return to;
}
