/* SPDX-License-Identifier: Apache-2.0 */
#include "credentials/ini.h"

#include <string.h>

#include "base/text.h"

/* A piece of the text. */
typedef struct span {
    const char *start;
    size_t length;
} span;

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static span trimmed(const char *start, const char *end)
{
    while (start < end && is_space(*start))
        start++;
    while (end > start && is_space(end[-1]))
        end--;
    span s = {start, (size_t)(end - start)};
    return s;
}

static bool is_text(span s, const char *text)
{
    return strlen(text) == s.length && memcmp(s.start, text, s.length) == 0;
}

static bool take_value(span line, const ini_wanted *wanted, size_t count, arena *values)
{
    const char *equals = memchr(line.start, '=', line.length);
    if (equals == NULL)
        return true;
    span key = trimmed(line.start, equals);
    span value = trimmed(equals + 1, line.start + line.length);
    for (size_t i = 0; i < count; i++) {
        if (!is_text(key, wanted[i].key))
            continue;
        *wanted[i].value = arena_copy(values, value.start, value.length);
        return *wanted[i].value != NULL;
    }
    return true;
}

/*
 * Whether a line that begins a section names this one. What stands behind the bracket does not count; without a bracket
 * it is no section's name, but the section before ends all the same.
 */
static bool names_section(span line, const char *section)
{
    const char *end = memchr(line.start, ']', line.length);
    return end != NULL && is_text(trimmed(line.start + 1, end), section);
}

ini_result ini_read(const char *text, const char *section, const ini_wanted *wanted, size_t count, arena *values)
{
    static const char byte_order_mark[] = "\xEF\xBB\xBF";
    bool inside = false;
    ini_result result = INI_NO_SECTION;
    if (text_starts_with(text, byte_order_mark))
        text += strlen(byte_order_mark);
    while (*text != '\0') {
        const char *end = text + strcspn(text, "\n");
        span line = trimmed(text, end);
        if (line.length > 0 && *line.start == '[') {
            inside = names_section(line, section);
            if (inside)
                result = INI_FOUND;
        } else if (inside && line.length > 0 && *line.start != '#' && *line.start != ';') {
            if (!take_value(line, wanted, count, values))
                return INI_NO_MEMORY;
        }
        text = *end == '\n' ? end + 1 : end;
    }
    return result;
}
