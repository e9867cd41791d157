/* SPDX-License-Identifier: Apache-2.0 */
#include "name.h"

#include <idn2.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "failure.h"
#include "text.h"

/* ---- what was meant ---- */

/* One character of UTF-8; bytes that are none are taken one by one. */
static size_t character_at(const char *text, uint32_t *character)
{
    const unsigned char *bytes = (const unsigned char *)text;
    size_t length = bytes[0] >= 0xF0 ? 4 : bytes[0] >= 0xE0 ? 3 : bytes[0] >= 0xC0 ? 2 : 1;
    *character = length == 1 ? bytes[0] : bytes[0] & (0x7FU >> length);
    for (size_t i = 1; i < length; i++) {
        if ((bytes[i] & 0xC0) != 0x80) {
            *character = bytes[0];
            return 1;
        }
        *character = *character << 6 | (bytes[i] & 0x3FU);
    }
    return length;
}

static bool is_space(uint32_t c)
{
    return c <= ' ' || c == 0x7F || c == 0xA0 || c == 0x3000 || c == 0xFEFF || (c >= 0x2000 && c <= 0x200F) ||
           c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x2060;
}

/* Whether it turns the direction of what follows. */
static bool is_turn(uint32_t c)
{
    return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

/* The ASCII character that a full-width one stands for; 0 if it stands for none. */
static char narrow(uint32_t c)
{
    if (c >= 0xFF01 && c <= 0xFF5E)
        return (char)(c - 0xFF01 + '!');
    return c == 0x3002 || c == 0xFF61 ? '.' : '\0';
}

static void narrow_all(const char *typed, char room[NAME_BYTES])
{
    size_t length = 0;
    uint32_t character = 0;
    for (size_t taken = 0; *typed != '\0'; typed += taken) {
        taken = character_at(typed, &character);
        if (is_space(character) || is_turn(character) || length + taken >= NAME_BYTES)
            continue;
        if (narrow(character) != '\0') {
            room[length++] = narrow(character);
        } else {
            memcpy(room + length, typed, taken);
            length += taken;
        }
    }
    room[length] = '\0';
}

static const char *behind(const char *text, const char *mark)
{
    const char *found = strstr(text, mark);
    return found != NULL ? found + strlen(mark) : text;
}

/* Without scheme, path, port and the marks that end a sentence; of "Shop <news@example.com>" what is inside. */
static void strip(char *name)
{
    const char *begin = behind(behind(name, "://"), "<");
    if (strncasecmp(begin, "mailto:", 7) == 0)
        begin += 7;
    memmove(name, begin, strlen(begin) + 1);
    name[strcspn(name, "/?#:>")] = '\0';
    size_t length = strlen(name);
    while (length > 0 && strchr(".,;!", name[length - 1]) != NULL)
        name[--length] = '\0';
}

static void lower(char *name)
{
    for (; *name != '\0'; name++) {
        if (*name >= 'A' && *name <= 'Z')
            *name = (char)(*name - 'A' + 'a');
    }
}

/* What can't be seen is written out: two names that look alike would be no help. */
static const char *visible(const char *typed, char *room, size_t size)
{
    size_t length = 0;
    uint32_t character = 0;
    for (size_t taken = 0; *typed != '\0' && length + 12 < size; typed += taken) {
        taken = character_at(typed, &character);
        bool is_seen = character == ' ' || character == 0x3000 || (!is_space(character) && !is_turn(character));
        if (is_seen)
            memcpy(room + length, typed, taken);
        length += is_seen ? taken : (size_t)snprintf(room + length, size - length, "<U+%04X>", character);
    }
    room[length] = '\0';
    return room;
}

/* Takes a name that is nothing but a name. */
static bool take_plain(const char *typed, char meant[NAME_BYTES])
{
    char shown[NAME_BYTES + 64];
    if (strlen(typed) >= NAME_BYTES) {
        failure_usage(TEXT("\"%.60s...\" is too long for a name", "“%.60s...”过长"), typed);
        return false;
    }
    narrow_all(typed, meant);
    strip(meant);
    if (strcmp(meant, typed) == 0)
        return true;
    lower(meant);
    if (meant[0] == '\0')
        failure_usage(TEXT("\"%s\" is no name", "“%s”不是名称"), visible(typed, shown, sizeof shown));
    else
        failure_usage(TEXT("\"%s\" is not the plain name. Did you mean %s", "“%s”不是规范的名称。是否应为 %s"),
            visible(typed, shown, sizeof shown), meant);
    return false;
}

/* ---- both forms ---- */

/* Letters, digits and hyphens, with a dot between. */
static bool is_host_name(const char *ascii)
{
    return strchr(ascii, '.') != NULL && strstr(ascii, "..") == NULL && ascii[0] != '.' &&
           strspn(ascii, "abcdefghijklmnopqrstuvwxyz0123456789-.") == strlen(ascii);
}

static bool refuse_domain(const char *typed, const char *why)
{
    failure_usage(TEXT("\"%s\" is not a domain: %s", "“%s”不是域名：%s"), typed, why);
    return false;
}

/* Whether the ASCII form means what was typed: libidn2 leaves out or replaces characters that no domain can have. */
static bool means_the_same(const char *ascii, const char *domain, const char *typed)
{
    char *unicode = NULL;
    bool is_same = idn2_to_unicode_8z8z(ascii, &unicode, 0) == IDN2_OK &&
                   (strcmp(unicode, domain) == 0 || strcmp(ascii, domain) == 0);
    if (!is_same)
        failure_usage(TEXT("\"%s\" is not the plain name. Did you mean %s", "“%s”不是规范的名称。是否应为 %s"), typed,
            unicode != NULL ? unicode : ascii);
    idn2_free(unicode);
    return is_same;
}

static bool to_ascii(const char *domain, const char *typed, char *room, size_t size)
{
    char *ascii = NULL;
    int result = idn2_to_ascii_8z(domain, &ascii, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
    bool is_good = false;
    if (result != IDN2_OK)
        refuse_domain(typed, idn2_strerror(result));
    else if (!is_host_name(ascii) || strlen(ascii) >= size)
        refuse_domain(typed, TEXT("it takes letters, digits and hyphens, with a dot between",
                                 "只能包含字母、数字和连字符，并以点号分隔"));
    else
        is_good = means_the_same(ascii, domain, typed);
    if (is_good)
        memcpy(room, ascii, strlen(ascii) + 1);
    idn2_free(ascii);
    return is_good;
}

bool name_take_domain(const char *typed, char ascii[NAME_BYTES])
{
    char meant[NAME_BYTES];
    if (!take_plain(typed, meant))
        return false;
    if (strchr(meant, '@') != NULL) {
        failure_usage(TEXT("\"%s\" is an address, not a domain", "“%s”是地址，不是域名"), typed);
        return false;
    }
    lower(meant);
    return to_ascii(meant, typed, ascii, NAME_BYTES);
}

bool name_take_address(const char *typed, char ascii[NAME_BYTES])
{
    char meant[NAME_BYTES];
    if (!take_plain(typed, meant))
        return false;
    char *at = strrchr(meant, '@');
    if (at == NULL || at == meant) {
        failure_usage(TEXT("\"%s\" is not an address: write prefix@domain", "“%s”不是地址：应写成 前缀@域名"), typed);
        return false;
    }
    size_t prefix = (size_t)(at - meant) + 1;
    memcpy(ascii, meant, prefix);
    lower(at + 1);
    return to_ascii(at + 1, typed, ascii + prefix, NAME_BYTES - prefix);
}

const char *name_for_people(const char *ascii, char *room, size_t size)
{
    const char *at = strrchr(ascii, '@');
    const char *domain = at != NULL ? at + 1 : ascii;
    char *unicode = NULL;
    if (idn2_to_unicode_8z8z(domain, &unicode, 0) == IDN2_OK && strcmp(unicode, domain) != 0)
        snprintf(room, size, "%s (%.*s%s)", ascii, (int)(domain - ascii), ascii, unicode);
    else
        snprintf(room, size, "%s", ascii);
    idn2_free(unicode);
    return room;
}
