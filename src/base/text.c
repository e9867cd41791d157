/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"

#include <string.h>

#define DOMAIN_MAX 253
#define LABEL_MAX 63
#define ADDRESS_MAX 128
#define NAME_MAX_LENGTH 64
#define ROLE_MAX 128
#define SECRET_MIN 8
#define USER_AGENT_MAX 100

char text_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool text_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool text_is_alphanumeric(char c)
{
    return text_is_digit(c) || (text_lower(c) >= 'a' && text_lower(c) <= 'z');
}

bool text_same_ignoring_case(const char *a, const char *b)
{
    while (*a != '\0' && text_lower(*a) == text_lower(*b)) {
        a++;
        b++;
    }
    return text_lower(*a) == text_lower(*b);
}

bool text_begins_ignoring_case(const char *a, const char *b, size_t length)
{
    size_t i = 0;
    while (i < length && a[i] != '\0' && text_lower(a[i]) == text_lower(b[i]))
        i++;
    return i == length;
}

bool text_starts_with(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

bool text_to_number(const char *text, uint64_t *number)
{
    if (*text == '\0')
        return false;
    uint64_t value = 0;
    for (; *text != '\0'; text++) {
        if (!text_is_digit(*text))
            return false;
        uint64_t digit = (uint64_t)(*text - '0');
        if (value > (UINT64_MAX - digit) / 10)
            return false;
        value = value * 10 + digit;
    }
    *number = value;
    return true;
}

static const char hidden[] = "***";

/* Where the text ends in a beginning of the secret; NULL if it does not. */
static char *cut_off_secret(char *text, const char *secret, size_t length)
{
    size_t text_length = strlen(text);
    size_t longest = length - 1 < text_length ? length - 1 : text_length;
    for (size_t part = longest; part >= SECRET_MIN; part--) {
        if (strncmp(text + text_length - part, secret, part) == 0)
            return text + text_length - part;
    }
    return NULL;
}

void text_hide(char *text, const char *secret)
{
    size_t length = secret != NULL ? strlen(secret) : 0;
    if (length < SECRET_MIN)
        return;
    for (char *found = strstr(text, secret); found != NULL; found = strstr(found, secret)) {
        memcpy(found, hidden, strlen(hidden));
        memmove(found + strlen(hidden), found + length, strlen(found + length) + 1);
        found += strlen(hidden);
    }
    char *cut = cut_off_secret(text, secret, length);
    if (cut != NULL)
        memcpy(cut, hidden, sizeof hidden);
}

/* How many bytes follow this first byte of a UTF-8 character, and the lowest code point that needs so many; or -1. */
static int utf8_more(unsigned char first, uint32_t *bits, uint32_t *lowest)
{
    static const struct {
        unsigned char mask, mark;
        uint32_t lowest;
    } forms[] = {{0x80, 0x00, 0}, {0xE0, 0xC0, 0x80}, {0xF0, 0xE0, 0x800}, {0xF8, 0xF0, 0x10000}};
    for (int more = 0; more < 4; more++) {
        if ((first & forms[more].mask) == forms[more].mark) {
            *bits = first & (unsigned char)~forms[more].mask;
            *lowest = forms[more].lowest;
            return more;
        }
    }
    return -1;
}

/* Reads one character. False if it is not UTF-8 (overlong forms, surrogates and numbers past U+10FFFF are not). */
static bool utf8_next(const char **text, uint32_t *character)
{
    uint32_t lowest = 0;
    int more = utf8_more((unsigned char)**text, character, &lowest);
    if (more < 0)
        return false;
    (*text)++;
    for (; more > 0; more--, (*text)++) {
        unsigned char c = (unsigned char)**text;
        if ((c & 0xC0) != 0x80)
            return false;
        *character = *character << 6 | (c & 0x3FU);
    }
    return *character >= lowest && *character <= 0x10FFFF && (*character < 0xD800 || *character > 0xDFFF);
}

const char *text_rule_utf8(const char *text)
{
    while (*text != '\0') {
        uint32_t character = 0;
        if (!utf8_next(&text, &character))
            return "must be UTF-8";
        if (character < 0x20 || (character >= 0x7F && character < 0xA0))
            return "must not hold control characters";
    }
    return NULL;
}

/* One label of a domain name: returns what follows it, or NULL if it is none. */
static const char *label_end(const char *label)
{
    const char *p = label;
    while (text_is_alphanumeric(*p) || *p == '-' || *p == '_')
        p++;
    if (p == label || p - label > LABEL_MAX || *label == '-' || p[-1] == '-')
        return NULL;
    return p;
}

const char *text_rule_domain(const char *text)
{
    static const char rule[] =
        "must be a domain name such as mail.example.com: labels of 1 to 63 ASCII letters, digits and "
        "hyphens, joined by dots, without a dot at the end; write other letters in their xn-- form";
    int labels = 0;
    if (strlen(text) > DOMAIN_MAX)
        return "must be a domain name of at most 253 characters";
    for (const char *p = text;; p++) {
        p = label_end(p);
        if (p == NULL)
            return rule;
        labels++;
        if (*p == '\0')
            return labels >= 2 ? NULL : rule;
        if (*p != '.')
            return rule;
    }
}

const char *text_rule_address(const char *text)
{
    const char *rule = text_rule_utf8(text);
    if (rule != NULL)
        return rule;
    const char *at = strrchr(text, '@');
    if (at == NULL || at == text || memchr(text, '@', (size_t)(at - text)) != NULL)
        return "must be prefix@domain";
    if (memchr(text, ' ', (size_t)(at - text)) != NULL)
        return "must not hold spaces";
    if (text_rule_domain(at + 1) != NULL)
        return "must end in @ and a domain name such as mail.example.com";
    size_t characters = 0;
    for (const char *p = text; *p != '\0'; p++)
        characters += ((unsigned char)*p & 0xC0) != 0x80;
    return characters <= ADDRESS_MAX ? NULL : "must be at most 128 characters long";
}

/* Whether all characters are letters, digits or among `others`. */
static bool made_of(const char *text, const char *others)
{
    for (; *text != '\0'; text++) {
        if (!text_is_alphanumeric(*text) && strchr(others, *text) == NULL)
            return false;
    }
    return true;
}

static bool is_visible(char c)
{
    return c > 0x20 && c < 0x7F;
}

const char *text_rule_credential(const char *text)
{
    if (*text == '\0')
        return "must not be empty";
    for (; *text != '\0'; text++) {
        if (!is_visible(*text))
            return "must hold visible ASCII characters only";
    }
    return NULL;
}

const char *text_rule_name(const char *text)
{
    if (strlen(text) > NAME_MAX_LENGTH)
        return "must be at most 64 characters long";
    return made_of(text, ".-_") ? NULL : "must hold letters, digits, '.', '-' and '_' only";
}

const char *text_rule_filled_name(const char *text)
{
    return *text == '\0' ? "must not be empty" : text_rule_name(text);
}

const char *text_rule_role(const char *text)
{
    if (*text == '\0' || strlen(text) > ROLE_MAX)
        return "must be 1 to 128 characters long";
    if (*text == '.')
        return "must not begin with a dot";
    return made_of(text, "+=,.@_-") ? NULL : "must hold letters, digits and \"+=,.@_-\" only";
}

const char *text_rule_user_agent(const char *text)
{
    if (strlen(text) > USER_AGENT_MAX)
        return "must be at most 100 characters long";
    return made_of(text, "-_ ,;.") ? NULL : "must hold ASCII letters, digits and \"-_ ,;.\" only";
}

const char *text_rule_header_name(const char *text)
{
    return *text != '\0' && made_of(text, "!#$%&'*+-.^_`|~") ? NULL : "must be the name of an HTTP header";
}

const char *text_rule_header_value(const char *text)
{
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;
        if ((c < 0x20 && c != '\t') || c == 0x7F)
            return "must not hold control characters";
    }
    return NULL;
}
