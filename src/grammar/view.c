/* SPDX-License-Identifier: Apache-2.0 */
#include "grammar/view.h"

#include <string.h>

#include "base/text.h"

view view_of(const char *text)
{
    view v = {text != NULL ? text : "", text != NULL ? strlen(text) : 0};
    return v;
}

bool view_same(view a, view b)
{
    return a.length == b.length && (a.length == 0 || memcmp(a.at, b.at, a.length) == 0);
}

bool view_is(view v, const char *text)
{
    return view_same(v, view_of(text));
}

static bool same_ignoring_case(const char *a, const char *b, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (text_lower(a[i]) != text_lower(b[i]))
            return false;
    }
    return true;
}

bool view_is_ignoring_case(view v, const char *text)
{
    return v.length == strlen(text) && same_ignoring_case(v.at, text, v.length);
}

static size_t without_dot(view v)
{
    return v.length > 1 && v.at[v.length - 1] == '.' ? v.length - 1 : v.length;
}

bool view_same_name(view a, view b)
{
    size_t length = without_dot(a);
    return length == without_dot(b) && same_ignoring_case(a.at, b.at, length);
}

size_t view_find(view v, char c)
{
    const char *found = v.length > 0 ? memchr(v.at, c, v.length) : NULL;
    return found != NULL ? (size_t)(found - v.at) : v.length;
}

bool view_split(view *rest, char separator, view *part)
{
    if (rest->at == NULL)
        return false;
    size_t end = view_find(*rest, separator);
    *part = (view){rest->at, end};
    if (end == rest->length)
        *rest = (view){NULL, 0};
    else
        *rest = (view){rest->at + end + 1, rest->length - end - 1};
    return true;
}
