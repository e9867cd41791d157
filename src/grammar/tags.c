/* SPDX-License-Identifier: Apache-2.0 */
#include "grammar/tags.h"

#include <string.h>

#include "base/text.h"

const char *tags_problem_text(tags_problem problem)
{
    static const char *const texts[TAGS_PROBLEMS] = {
        [TAGS_FINE] = "is fine",
        [TAGS_BAD_NAME] = "has a tag without a proper name",
        [TAGS_NO_EQUALS] = "has a tag without \"=\"",
        [TAGS_BAD_CHARACTER] = "holds a character that is not visible ASCII",
        [TAGS_TWICE] = "has a tag twice",
    };
    return texts[problem];
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

size_t tags_space(view v, size_t at)
{
    size_t i = at;
    for (;;) {
        if (i < v.length && is_blank(v.at[i]))
            i++;
        else if (i + 2 < v.length && v.at[i] == '\r' && v.at[i + 1] == '\n' && is_blank(v.at[i + 2]))
            i += 3;
        else
            return i - at;
    }
}

void tags_begin(tags_reader *r, view list)
{
    memset(r, 0, sizeof *r);
    r->list = list;
}

/* Notes a problem, and where reading may go on. Always false. */
static bool refuse(tags_reader *r, tags_problem problem, size_t at)
{
    view rest = {r->list.at + r->at, r->list.length - r->at};
    r->problem = problem;
    r->problem_at = at;
    r->at += view_find(rest, ';') + 1;
    return false;
}

static void skip_space(tags_reader *r)
{
    r->at += tags_space(r->list, r->at);
}

static bool read_name(tags_reader *r, view *name)
{
    view list = r->list;
    size_t start = r->at, end = start;
    while (end < list.length && (text_is_alphanumeric(list.at[end]) || list.at[end] == '_'))
        end++;
    if (end == start || text_is_digit(list.at[start]) || list.at[start] == '_')
        return refuse(r, TAGS_BAD_NAME, start);
    *name = (view){list.at + start, end - start};
    r->at = end;
    skip_space(r);
    if (r->at == list.length || list.at[r->at] == ';')
        return refuse(r, TAGS_NO_EQUALS, r->at);
    if (list.at[r->at] != '=')
        return refuse(r, TAGS_BAD_NAME, start);
    r->at++;
    skip_space(r);
    return true;
}

static bool read_value(tags_reader *r, view *value)
{
    view list = r->list;
    size_t start = r->at, end = start;
    while (r->at < list.length && list.at[r->at] != ';') {
        size_t space = tags_space(list, r->at);
        r->at += space;
        if (space > 0)
            continue;
        if (list.at[r->at] < 0x21 || list.at[r->at] > 0x7E)
            return refuse(r, TAGS_BAD_CHARACTER, r->at);
        end = ++r->at;
    }
    *value = (view){list.at + start, end - start};
    r->at++;
    return true;
}

static bool read_tag(tags_reader *r, tag *t)
{
    r->problem = TAGS_FINE;
    if (r->at < r->list.length)
        skip_space(r);
    return r->at < r->list.length && read_name(r, &t->name) && read_value(r, &t->value);
}

/* Lists are short: reading what came before again is as good as remembering it. */
static bool was_before(const tags_reader *r, view name)
{
    tags_reader before;
    tag t;
    tags_begin(&before, (view){r->list.at, (size_t)(name.at - r->list.at)});
    while (before.at < before.list.length) {
        if (read_tag(&before, &t) && view_same(t.name, name))
            return true;
    }
    return false;
}

bool tags_next(tags_reader *r, tag *t)
{
    if (!read_tag(r, t))
        return false;
    if (!was_before(r, t->name))
        return true;
    r->problem = TAGS_TWICE;
    r->problem_at = (size_t)(t->name.at - r->list.at);
    return false;
}
