/* SPDX-License-Identifier: Apache-2.0 */
#include "zone_reader.h"

#include <stdlib.h>

#include "fuzz.h"

#define STRING_OCTETS 255

typedef struct reader {
    const char *p;
    size_t parentheses;
} reader;

/* Over blanks and comments, and over ends of lines in parentheses. False at the end of the line. */
static bool skip(reader *r)
{
    for (;; r->p++) {
        if (*r->p == ';') {
            while (*r->p != '\n' && *r->p != '\0')
                r->p++;
        }
        if (*r->p == '(')
            r->parentheses++;
        else if (*r->p == ')')
            CHECK(r->parentheses-- > 0);
        else if (*r->p == '\0' || (*r->p == '\n' && r->parentheses == 0))
            return false;
        else if (*r->p != ' ' && *r->p != '\t' && *r->p != '\n')
            return true;
    }
}

/* One character of a string or a word, of which an escape is one. */
static char take_character(reader *r)
{
    char c = *r->p++;
    CHECK(c != '\0' && c != '\n');
    if (c != '\\')
        return c;
    if (*r->p < '0' || *r->p > '9')
        return *r->p++;
    int number = 0;
    for (int i = 0; i < 3; i++) {
        CHECK(*r->p >= '0' && *r->p <= '9');
        number = number * 10 + (*r->p++ - '0');
    }
    CHECK(number <= 255);
    return (char)number;
}

static size_t take_string(reader *r, char *room)
{
    size_t length = 0;
    CHECK(*r->p++ == '"');
    while (*r->p != '"') {
        CHECK(length < STRING_OCTETS);
        room[length++] = take_character(r);
    }
    r->p++;
    return length;
}

static size_t take_word(reader *r, char *room, size_t size)
{
    size_t length = 0;
    while (strchr(" \t\n();\"", *r->p) == NULL) {
        CHECK(length + 1 < size);
        room[length++] = take_character(r);
    }
    CHECK(length > 0);
    room[length] = '\0';
    return length;
}

static void take_data(reader *r, zone_record *record)
{
    bool is_text = strcmp(record->type, "TXT") == 0;
    size_t room = strlen(r->p) + STRING_OCTETS + 2;
    record->data = fuzz_block(room);
    record->length = 0;
    for (size_t words = 0; skip(r); words++) {
        if (is_text) {
            record->length += take_string(r, record->data + record->length);
            continue;
        }
        if (words > 0)
            record->data[record->length++] = ' ';
        record->length += take_word(r, record->data + record->length, room - record->length);
    }
    CHECK(r->parentheses == 0);
}

bool zone_read(const char **text, zone_record *record)
{
    reader r = {*text, 0};
    char word[32];
    while (!skip(&r)) {
        *text = r.p;
        if (*r.p == '\0')
            return false;
        r.p++;
    }
    take_word(&r, record->name, sizeof record->name);
    CHECK(skip(&r) && take_word(&r, word, sizeof word) > 0);
    record->ttl = strtoll(word, NULL, 10);
    CHECK(skip(&r) && take_word(&r, word, sizeof word) > 0 && strcmp(word, "IN") == 0);
    CHECK(skip(&r) && take_word(&r, record->type, sizeof record->type) > 0);
    take_data(&r, record);
    *text = r.p;
    return true;
}
