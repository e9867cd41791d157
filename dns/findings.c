/* SPDX-License-Identifier: Apache-2.0 */
#include "dns/findings.h"

#include <string.h>

#include "base/buffer.h"

#define FOUND_SHOWN 60

/* ---- filling in ---- */

static void append_wait(buffer *b, int32_t seconds, bool is_chinese)
{
    static const struct {
        int32_t seconds;
        const char *one, *many, *chinese;
    } units[] = {
        {3600, " hour", " hours", " 小时"}, {60, " minute", " minutes", " 分钟"}, {0, " second", " seconds", " 秒"}};
    size_t i = 0;
    while (units[i].seconds > 0 && seconds < 2 * units[i].seconds)
        i++;
    int32_t unit = units[i].seconds > 0 ? units[i].seconds : 1;
    uint64_t number = seconds > 0 ? (uint64_t)(seconds + unit - 1) / (uint64_t)unit : 0;
    buffer_append_number(b, number);
    buffer_append_text(b, is_chinese ? units[i].chinese : number == 1 ? units[i].one : units[i].many);
}

/* The beginning, cut between characters of UTF-8. */
static void append_beginning(buffer *b, const char *text)
{
    size_t length = strlen(text);
    if (length > FOUND_SHOWN) {
        length = FOUND_SHOWN;
        while (length > 0 && ((unsigned char)text[length] & 0xC0) == 0x80)
            length--;
    }
    buffer_append(b, text, length);
    if (text[length] != '\0')
        buffer_append_text(b, " ...");
}

static bool is_place(const char *place, size_t length, const char *name)
{
    return strlen(name) == length && memcmp(place, name, length) == 0;
}

static const char *text_of(const finding_facts *facts, const char *place, size_t length, bool is_chinese)
{
    const struct {
        const char *name, *text;
    } places[] = {{"name", facts->name}, {"host", facts->host}, {"zone", facts->zone}, {"type", facts->type},
        {"where", facts->where}, {"servers", facts->servers},
        {"problem", is_chinese && facts->problem_chinese != NULL ? facts->problem_chinese : facts->problem}};
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        if (is_place(place, length, places[i].name))
            return places[i].text;
    }
    return NULL;
}

static void append_place(buffer *b, const finding_facts *facts, const char *place, size_t length, bool is_chinese)
{
    const char *text = text_of(facts, place, length, is_chinese);
    if (text != NULL)
        buffer_append_text(b, text);
    else if (is_place(place, length, "found") && facts->found != NULL)
        append_beginning(b, facts->found);
    else if (is_place(place, length, "number"))
        buffer_append_number(b, (uint64_t)facts->number);
    else if (is_place(place, length, "wait"))
        append_wait(b, facts->seconds, is_chinese);
}

/* NULL for NULL, and when out of memory, which the flag tells. */
static const char *fill_in(arena *a, const char *pattern, const finding_facts *facts, bool is_chinese, bool *failed)
{
    buffer b;
    if (pattern == NULL)
        return NULL;
    buffer_init(&b, &a->mem);
    while (*pattern != '\0') {
        size_t plain = strcspn(pattern, "{");
        buffer_append(&b, pattern, plain);
        pattern += plain;
        if (*pattern == '{') {
            size_t length = strcspn(pattern, "}");
            append_place(&b, facts, pattern + 1, length - 1, is_chinese);
            pattern += length + 1;
        }
    }
    const char *text = b.failed ? NULL : arena_copy(a, buffer_text(&b), b.length);
    buffer_free(&b);
    *failed = *failed || text == NULL;
    return text;
}

const tcses_finding *finding_make(arena *a, finding_id id, const finding_facts *facts)
{
    tcses_finding words = finding_words(id);
    tcses_finding *finding = arena_take(a, sizeof *finding);
    bool failed = finding == NULL;
    if (failed)
        return NULL;
    *finding = words;
    finding->english = fill_in(a, words.english, facts, false, &failed);
    finding->chinese = fill_in(a, words.chinese, facts, true, &failed);
    finding->fix_english = fill_in(a, words.fix_english, facts, false, &failed);
    finding->fix_chinese = fill_in(a, words.fix_chinese, facts, true, &failed);
    if (facts->fix_value != NULL) {
        finding->fix_value = arena_copy(a, facts->fix_value, strlen(facts->fix_value));
        failed = failed || finding->fix_value == NULL;
    }
    return failed ? NULL : finding;
}
