/* SPDX-License-Identifier: Apache-2.0 */
#include "dns/name.h"

#include <idn2.h>
#include <string.h>

#include "base/text.h"

static bool is_ascii(const char *text)
{
    for (; *text != '\0'; text++) {
        if ((unsigned char)*text >= 0x80)
            return false;
    }
    return true;
}

/* Letters, digits, hyphens and underscores in labels of 1 to 63. */
static bool is_name(const char *text)
{
    size_t label = 0;
    for (; *text != '\0'; text++) {
        if (*text == '.') {
            if (label == 0 || label > 63)
                return false;
            label = 0;
        } else if (text_is_alphanumeric(*text) || *text == '-' || *text == '_') {
            label++;
        } else {
            return false;
        }
    }
    return label >= 1 && label <= 63;
}

static const char *take_ascii(const char *text, char room[NAME_BYTES])
{
    size_t length = strlen(text);
    if (length > 1 && text[length - 1] == '.')
        length--;
    if (length > 253)
        return "must be a domain name of at most 253 characters";
    for (size_t i = 0; i < length; i++)
        room[i] = text_lower(text[i]);
    room[length] = '\0';
    return is_name(room) ? NULL : "must be a domain name such as mail.example.com";
}

const char *name_take(const char *given, char room[NAME_BYTES])
{
    char *ascii = NULL;
    if (is_ascii(given))
        return take_ascii(given, room);
    int code = idn2_to_ascii_8z(given, &ascii, IDN2_NONTRANSITIONAL | IDN2_NFC_INPUT);
    if (code != IDN2_OK)
        return idn2_strerror(code);
    const char *wrong = take_ascii(ascii, room);
    idn2_free(ascii);
    return wrong;
}

bool name_same(const char *a, const char *b)
{
    return text_same_ignoring_case(a, b);
}

bool name_is_within(const char *name, const char *zone)
{
    size_t length = strlen(name), tail = strlen(zone);
    if (strcmp(zone, ".") == 0)
        return true;
    if (length < tail || !name_same(name + length - tail, zone))
        return false;
    return length == tail || name[length - tail - 1] == '.';
}

const char *name_parent(const char *name)
{
    const char *dot = strchr(name, '.');
    return dot != NULL && dot[1] != '\0' ? dot + 1 : ".";
}
