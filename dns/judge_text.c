/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/text.h"
#include "dns/judge_parts.h"

bool text_has_ignoring_case(const char *text, const char *part)
{
    size_t length = strlen(part);
    for (; strlen(text) >= length; text++) {
        if (text_begins_ignoring_case(text, part, length))
            return true;
        if (*text == '\0')
            break;
    }
    return false;
}

/* A quotation mark, plain, English or Chinese: how many bytes it has. 0 if there is none. */
static size_t quotation_mark(const char *text)
{
    static const char *const marks[] = {
        "\"", "\xE2\x80\x9C", "\xE2\x80\x9D", "\xE2\x80\x9E", "\xEF\xBC\x82", "\xE2\x80\x98", "\xE2\x80\x99"};
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        if (text_starts_with(text, marks[i]))
            return strlen(marks[i]);
    }
    return 0;
}

/* Where two strings of a zone file meet, `" "`, nothing stands between them: the space goes too. */
static size_t closing_and_opening(const char *text)
{
    size_t first = quotation_mark(text);
    size_t space = strspn(text + first, " \t");
    size_t second = quotation_mark(text + first + space);
    return first > 0 && second > 0 ? first + space + second : first;
}

/* A backslash as zone files have it. One before a digit may be how a byte is shown that is no UTF-8. */
static bool is_escape(const char *text)
{
    return text[0] == '\\' && !text_is_digit(text[1]);
}

static char *trim(char *text)
{
    text += strspn(text, " \t\r\n");
    size_t length = strlen(text);
    while (length > 0 && strchr(" \t\r\n", text[length - 1]) != NULL)
        length--;
    text[length] = '\0';
    return text;
}

slips judge_slips(judge *j, const char *value)
{
    slips s = {.clean = ""};
    char *clean = arena_take(j->memory, strlen(value) + 1);
    size_t length = 0;
    if (clean == NULL) {
        j->failed = true;
        return s;
    }
    s.has_ellipsis = strstr(value, "...") != NULL || strstr(value, "\xE2\x80\xA6") != NULL;
    while (*value != '\0') {
        size_t mark = closing_and_opening(value);
        s.has_quotes = s.has_quotes || mark > 0;
        s.has_escapes = s.has_escapes || is_escape(value);
        if (mark > 0)
            value += mark;
        else if (is_escape(value))
            value++;
        else
            clean[length++] = *value++;
    }
    s.clean = trim(clean);
    return s;
}

bool judge_tell_slips(judge *j, finding_list *list, const slips *s, const finding_facts *facts)
{
    if (s->has_quotes)
        judge_tell(j, list, FINDING_QUOTES, facts);
    if (s->has_escapes)
        judge_tell(j, list, FINDING_ESCAPES, facts);
    if (s->has_ellipsis)
        judge_tell(j, list, FINDING_ELLIPSIS, facts);
    return s->has_quotes || s->has_escapes || s->has_ellipsis;
}
