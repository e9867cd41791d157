/* SPDX-License-Identifier: Apache-2.0 */
#include "records/escape.h"

#include <string.h>

#define STRING_OCTETS 255

static void append_character(buffer *out, char c)
{
    buffer_append(out, &c, 1);
}

void escape_json(buffer *out, const char *text)
{
    append_character(out, '"');
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\')
            append_character(out, '\\');
        append_character(out, *text);
    }
    append_character(out, '"');
}

/* "${" and "%{" begin a template, unless their first character is doubled. */
void escape_terraform(buffer *out, const char *text)
{
    append_character(out, '"');
    for (; *text != '\0'; text++) {
        if ((*text == '$' || *text == '%') && text[1] == '{')
            append_character(out, *text);
        if (*text == '"' || *text == '\\')
            append_character(out, '\\');
        append_character(out, *text);
    }
    append_character(out, '"');
}

/* Outside of printable ASCII a zone file has "\DDD". */
static void append_octet(buffer *out, unsigned char c)
{
    if (c < 0x20 || c > 0x7E) {
        const char digits[] = {'\\', (char)('0' + c / 100), (char)('0' + c / 10 % 10), (char)('0' + c % 10)};
        buffer_append(out, digits, sizeof digits);
        return;
    }
    if (c == '"' || c == '\\')
        append_character(out, '\\');
    append_character(out, (char)c);
}

void escape_zone_strings(buffer *out, const char *text, const char *between)
{
    size_t length = strlen(text);
    size_t at = 0;
    do {
        if (at > 0)
            buffer_append_text(out, between);
        append_character(out, '"');
        for (size_t end = at + STRING_OCTETS; at < length && at < end; at++)
            append_octet(out, (unsigned char)text[at]);
        append_character(out, '"');
    } while (at < length);
}
