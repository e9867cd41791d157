/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The two rules. A38: what matches stands here, at each function.
 */
#include "match.h"

#include <string.h>
#include <strings.h>

/* A piece of a text. */
struct span {
    const char *start;
    size_t length;
};

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static struct span trim(struct span span)
{
    while (span.length > 0 && is_space(span.start[0])) {
        span.start++;
        span.length--;
    }
    while (span.length > 0 && is_space(span.start[span.length - 1]))
        span.length--;
    return span;
}

static bool is_word(struct span span, const char *word)
{
    return span.length == strlen(word) && memcmp(span.start, word, span.length) == 0;
}

static bool is_word_of_any_case(struct span span, const char *word)
{
    return span.length == strlen(word) && strncasecmp(span.start, word, span.length) == 0;
}

/* ---- hosts ---- */

static size_t host_length(const char *host)
{
    size_t length = strlen(host);
    return length > 0 && host[length - 1] == '.' ? length - 1 : length;
}

/* The case of letters and a final dot do not matter. */
static bool is_host(const char *value, const char *expected)
{
    size_t length = host_length(expected);
    return host_length(value) == length && strncasecmp(value, expected, length) == 0;
}

/* ---- SPF ---- */

/* Cuts a term off. Only spaces separate terms. */
static bool next_term(const char **rest, struct span *term)
{
    *rest += strspn(*rest, " ");
    *term = (struct span){*rest, strcspn(*rest, " ")};
    *rest += term->length;
    return term->length > 0;
}

static bool is_spf(const char *value)
{
    struct span version = {value, strcspn(value, " ")};
    return is_word_of_any_case(version, "v=spf1");
}

static bool is_include(struct span term, struct span *host)
{
    static const char name[] = "include:";
    size_t length = sizeof(name) - 1;
    if (term.length > 0 && term.start[0] == '+')
        term = (struct span){term.start + 1, term.length - 1};
    if (term.length <= length || strncasecmp(term.start, name, length) != 0)
        return false;
    *host = (struct span){term.start + length, term.length - length};
    if (host->start[host->length - 1] == '.')
        host->length--;
    return true;
}

static bool is_all(struct span term)
{
    if (strchr("+-~?", term.start[0]) != NULL)
        term = (struct span){term.start + 1, term.length - 1};
    return is_word_of_any_case(term, "all");
}

/* Is the host included before "all"? What follows "all" is never looked at. */
static bool includes(const char *value, struct span wanted)
{
    struct span term = {NULL, 0};
    struct span host = {NULL, 0};
    while (next_term(&value, &term) && !is_all(term)) {
        if (is_include(term, &host) && host.length == wanted.length &&
            strncasecmp(host.start, wanted.start, host.length) == 0)
            return true;
    }
    return false;
}

/* Whatever else the record allows, it includes what the expected one includes. */
static bool spf_fits(const char *value, const char *expected)
{
    struct span term = {NULL, 0};
    struct span host = {NULL, 0};
    while (next_term(&expected, &term)) {
        if (is_include(term, &host) && !includes(value, host))
            return false;
    }
    return true;
}

/* ---- lists of tags: DKIM and DMARC ---- */

struct tag {
    struct span name;
    struct span value;
};

/* Cuts a tag off; one without "=" has an empty value. */
static bool next_tag(const char **rest, struct tag *tag)
{
    if (**rest == '\0')
        return false;
    size_t length = strcspn(*rest, ";");
    size_t name = strcspn(*rest, "=;");
    size_t skip = name < length ? name + 1 : length;
    tag->name = trim((struct span){*rest, name});
    tag->value = trim((struct span){*rest + skip, length - skip});
    *rest += length;
    *rest += **rest == ';' ? 1 : 0;
    return true;
}

/* How often the tag is there, and its value. */
static int find_tag(const char *value, const char *name, struct span *found)
{
    struct tag tag;
    int count = 0;
    while (next_tag(&value, &tag)) {
        if (!is_word(tag.name, name))
            continue;
        *found = tag.value;
        count++;
    }
    return count;
}

static bool begins_with_version(const char *value, const char *version)
{
    struct tag tag;
    return next_tag(&value, &tag) && is_word(tag.name, "v") && is_word(tag.value, version);
}

/* Equal but for white space. */
static bool same_text(struct span left, struct span right)
{
    for (;;) {
        left = trim(left);
        right = trim(right);
        if (left.length == 0 || right.length == 0)
            return left.length == right.length;
        if (left.start[0] != right.start[0])
            return false;
        left = (struct span){left.start + 1, left.length - 1};
        right = (struct span){right.start + 1, right.length - 1};
    }
}

static bool is_key(const char *value)
{
    struct span found;
    return find_tag(value, "p", &found) > 0;
}

/* The version and the type of key may be left out. */
static bool key_is_valid(const char *value, struct span *type, struct span *key)
{
    struct span version;
    int versions = find_tag(value, "v", &version);
    *type = (struct span){"rsa", sizeof("rsa") - 1};
    return versions <= 1 && (versions == 0 || begins_with_version(value, "DKIM1")) && find_tag(value, "k", type) <= 1 &&
           find_tag(value, "p", key) == 1;
}

static bool key_fits(const char *value, const char *expected)
{
    struct span type;
    struct span key;
    struct span expected_type;
    struct span expected_key;
    return key_is_valid(value, &type, &key) && key_is_valid(expected, &expected_type, &expected_key) &&
           same_text(type, expected_type) && same_text(key, expected_key);
}

static bool is_dmarc(const char *value)
{
    return begins_with_version(value, "DMARC1");
}

/* Any policy will do. */
static bool dmarc_fits(const char *value, const char *expected)
{
    struct span version;
    struct span policy;
    (void)expected;
    return find_tag(value, "v", &version) == 1 && find_tag(value, "p", &policy) == 1 &&
           (is_word_of_any_case(policy, "none") || is_word_of_any_case(policy, "quarantine") ||
               is_word_of_any_case(policy, "reject"));
}

/* ---- the choice among several records ---- */

static bool is_any(const char *value)
{
    (void)value;
    return true;
}

static bool is_same(const char *value, const char *expected)
{
    return strcmp(value, expected) == 0;
}

struct test {
    /* Is it such a record at all? Others are passed over. */
    bool (*belongs)(const char *value);
    bool (*fits)(const char *value, const char *expected);
    /* With a second such record none is right. */
    bool alone;
};

static const struct test *test_of(enum match_rule rule, enum record_kind kind)
{
    static const struct test text = {is_any, is_same, false};
    static const struct test semantic[RECORD_KINDS] = {
        [RECORD_MX] = {is_any, is_host, false},
        [RECORD_SPF] = {is_spf, spf_fits, true},
        [RECORD_DKIM_1024] = {is_key, key_fits, true},
        [RECORD_DKIM_2048] = {is_key, key_fits, true},
        [RECORD_DMARC] = {is_dmarc, dmarc_fits, true},
    };
    return rule == MATCH_LITERAL && kind != RECORD_MX ? &text : &semantic[kind];
}

/* The number of the value that fits; `count` if none does. */
static size_t find_fitting(const struct test *test, const char *expected, const struct list *values)
{
    size_t fitting = values->count;
    size_t belonging = 0;
    for (size_t i = 0; i < values->count; i++) {
        if (!test->belongs(values->items[i]))
            continue;
        belonging++;
        if (fitting == values->count && test->fits(values->items[i], expected))
            fitting = i;
    }
    return test->alone && belonging > 1 ? values->count : fitting;
}

static size_t count_alike(const char *left, const char *right)
{
    size_t length = 0;
    while (left[length] != '\0' && strncasecmp(left + length, right + length, 1) == 0)
        length++;
    return length;
}

/* The first of those that begin most like the expected value. */
static size_t find_nearest(const char *expected, const struct list *values)
{
    size_t nearest = 0;
    for (size_t i = 1; i < values->count; i++) {
        if (count_alike(values->items[i], expected) > count_alike(values->items[nearest], expected))
            nearest = i;
    }
    return nearest;
}

/* A39: of several records the row shows the one that matches, else the preferred MX or the text that is nearest. */
static size_t choose(enum record_kind kind, size_t fitting, const char *expected, const struct list *values)
{
    if (fitting < values->count)
        return fitting;
    return kind == RECORD_MX ? 0 : find_nearest(expected, values);
}

/* A40: behind an alias nothing is found by the letter; by the sense it is followed. */
struct sighting emu_match_judge(
    enum match_rule rule, enum record_kind kind, const char *expected, struct dns_answer *answer)
{
    const struct list *values = &answer->values;
    if (values->count == 0 || (rule == MATCH_LITERAL && answer->alias))
        return (struct sighting){NULL, false};
    size_t fitting = find_fitting(test_of(rule, kind), expected, values);
    size_t shown = choose(kind, fitting, expected, values);
    return (struct sighting){emu_support_copy(values->items[shown]), fitting < values->count};
}

bool emu_match_parse(const char *text, enum match_rule *rule)
{
    if (strcmp(text, "literal") == 0)
        *rule = MATCH_LITERAL;
    else if (strcmp(text, "semantic") == 0)
        *rule = MATCH_SEMANTIC;
    else
        return false;
    return true;
}
