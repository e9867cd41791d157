/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/text.h"
#include "dns/judge_parts.h"

static size_t length_of(const char *name)
{
    size_t length = strlen(name);
    return length > 0 && name[length - 1] == '.' ? length - 1 : length;
}

bool names_same(const char *a, const char *b)
{
    return length_of(a) == length_of(b) && text_begins_ignoring_case(a, b, length_of(a));
}

bool names_within(const char *name, const char *zone)
{
    size_t inner = length_of(name), outer = length_of(zone);
    if (outer == 0)
        return true;
    if (inner <= outer)
        return names_same(name, zone);
    return name[inner - outer - 1] == '.' && text_begins_ignoring_case(name + inner - outer, zone, outer);
}

/* Of digits and dots alone, as no host's name is. */
bool names_is_address(const char *name)
{
    size_t length = length_of(name);
    return length > 0 && strspn(name, "0123456789.") >= length;
}

size_t names_labels(const char *name)
{
    size_t labels = length_of(name) > 0;
    for (size_t i = 0; i < length_of(name); i++)
        labels += name[i] == '.';
    return labels;
}

const char *names_parent(const char *name)
{
    const char *dot = strchr(name, '.');
    return dot != NULL ? dot + 1 : "";
}

const char *judge_name(judge *j, view name)
{
    if (name.length > 0 && name.at[name.length - 1] == '.')
        name.length--;
    char *copy = arena_copy(j->memory, name.at, name.length);
    if (copy == NULL) {
        j->failed = true;
        return "";
    }
    for (size_t i = 0; i < name.length; i++)
        copy[i] = text_lower(copy[i]);
    return copy;
}

const char *judge_host(judge *j, const char *name)
{
    if (j->zone == NULL || !names_within(name, j->zone))
        return name;
    if (names_same(name, j->zone))
        return "@";
    return judge_copy(j, (view){name, length_of(name) - length_of(j->zone) - 1});
}
