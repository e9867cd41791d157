/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The syntax of what users name. ASCII classes are written out, because ctype.h depends on the locale.
 */
#include "names.h"

#include <limits.h>
#include <stddef.h>
#include <string.h>

enum {
    DOMAIN_MOST = 253,
    LABEL_MOST = 63,
    LOCAL_PART_MOST = 64,
    ADDRESS_MOST = 128,
    ALIAS_MOST = 64,
    PASSWORD_LEAST = 10,
    PASSWORD_MOST = 20
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

static bool is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}

static bool is_letter_or_digit(char c)
{
    return is_digit(c) || is_upper(c) || is_lower(c);
}

static bool is_label(const char *label, size_t length)
{
    if (length == 0 || length > LABEL_MOST || label[0] == '-' || label[length - 1] == '-')
        return false;
    for (size_t i = 0; i < length; i++) {
        if (!is_letter_or_digit(label[i]) && label[i] != '-')
            return false;
    }
    return true;
}

/* A14: at least two labels of letters, digits and hyphens, the last one no number, and no dot at the end. */
bool emu_name_is_domain(const char *text)
{
    size_t labels = 0;
    size_t length = 0;
    if (strlen(text) > DOMAIN_MOST)
        return false;
    for (const char *label = text;; label += length + 1) {
        length = strcspn(label, ".");
        if (!is_label(label, length))
            return false;
        labels++;
        if (label[length] == '\0')
            return labels > 1 && strspn(label, "0123456789") < length;
    }
}

/* Letters, digits and the other characters of an RFC 5322 atom, with single dots between them. */
static bool is_local_part(const char *text, size_t length)
{
    if (length == 0 || length > LOCAL_PART_MOST || text[0] == '.' || text[length - 1] == '.')
        return false;
    for (size_t i = 0; i < length; i++) {
        bool dot = text[i] == '.' && text[i + 1] != '.';
        if (!dot && !is_letter_or_digit(text[i]) && strchr("!#$%&'*+-/=?^_`{|}~", text[i]) == NULL)
            return false;
    }
    return true;
}

bool emu_name_is_address(const char *text)
{
    const char *at = strrchr(text, '@');
    return at != NULL && strlen(text) <= ADDRESS_MOST && is_local_part(text, (size_t)(at - text)) &&
           emu_name_is_domain(at + 1);
}

/* Every byte of a UTF-8 character but its first looks like 10xxxxxx. */
static size_t count_characters(const char *text)
{
    size_t count = 0;
    for (; *text != '\0'; text++)
        count += ((unsigned char)*text & 0xC0) != 0x80 ? 1 : 0;
    return count;
}

/* A23: any script, but nothing that would break the header From, and not longer than 64 characters. */
bool emu_name_is_alias(const char *text)
{
    if (count_characters(text) > ALIAS_MOST)
        return false;
    for (; *text != '\0'; text++) {
        if ((unsigned char)*text < 0x20 || *text == 0x7F || strchr("<>\"@", *text) != NULL)
            return false;
    }
    return true;
}

/* How many different characters of one class the text has. */
static size_t count_different(const char *text, bool (*belongs)(char c))
{
    bool seen[UCHAR_MAX + 1] = {false};
    size_t count = 0;
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;
        count += belongs(*text) && !seen[c] ? 1 : 0;
        seen[c] = true;
    }
    return count;
}

/* A26: the rule of the error's text, which is narrower than that of the field's description. */
bool emu_name_is_smtp_password(const char *text)
{
    size_t length = count_characters(text);
    return length >= PASSWORD_LEAST && length <= PASSWORD_MOST && count_different(text, is_digit) >= 2 &&
           count_different(text, is_upper) >= 2 && count_different(text, is_lower) >= 2;
}
