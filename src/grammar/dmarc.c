/* SPDX-License-Identifier: Apache-2.0 */
#include "grammar/dmarc.h"

#include <string.h>

#include "base/text.h"

#define MAILTO_LENGTH 7

const char *dmarc_problem_text(const dmarc_record *record)
{
    static const char *const texts[DMARC_PROBLEMS] = {
        [DMARC_FINE] = "is fine",
        [DMARC_NOT_DMARC] = "does not begin with v=DMARC1",
        [DMARC_NO_POLICY] = "has no p=",
        [DMARC_BAD_POLICY] = "has a policy that is neither none, quarantine nor reject",
        [DMARC_BAD_VALUE] = "has a tag with a value that it cannot have",
    };
    return record->problem == DMARC_BAD_LIST ? tags_problem_text(record->list_problem) : texts[record->problem];
}

const char *dmarc_policy_name(dmarc_policy policy)
{
    static const char *const names[] = {"", "", "none", "quarantine", "reject"};
    return names[policy];
}

static dmarc_policy policy_of(view word)
{
    for (int policy = DMARC_NONE; policy <= DMARC_REJECT; policy++) {
        if (view_is_ignoring_case(word, dmarc_policy_name((dmarc_policy)policy)))
            return (dmarc_policy)policy;
    }
    return DMARC_UNKNOWN;
}

bool dmarc_is_record(view text)
{
    tags_reader r;
    tag t;
    tags_begin(&r, text);
    return tags_next(&r, &t) && t.name.at == text.at && view_is(t.name, "v") && view_is(t.value, "DMARC1");
}

bool dmarc_is_meant(view text)
{
    tags_reader r;
    tag t;
    tags_begin(&r, text);
    while (r.at < text.length) {
        if (tags_next(&r, &t) && view_is_ignoring_case(t.name, "v") && view_is_ignoring_case(t.value, "DMARC1"))
            return true;
    }
    return false;
}

static void refuse(dmarc_record *record, dmarc_problem problem, size_t at)
{
    if (record->problem == DMARC_FINE) {
        record->problem = problem;
        record->problem_at = at;
    }
}

/* ---- values ---- */

static bool is_among(view value, const char *words)
{
    view list = view_of(words), word;
    while (view_split(&list, ' ', &word)) {
        if (word.length == value.length && text_begins_ignoring_case(word.at, value.at, word.length))
            return true;
    }
    return false;
}

static view trim(view v)
{
    size_t start = tags_space(v, 0);
    v = (view){v.at + start, v.length - start};
    while (v.length > 0 && (v.at[v.length - 1] == ' ' || v.at[v.length - 1] == '\t'))
        v.length--;
    return v;
}

/* A list whose parts are all among the words. */
static bool are_among(view list, char separator, const char *words)
{
    view part;
    while (view_split(&list, separator, &part)) {
        if (!is_among(trim(part), words))
            return false;
    }
    return true;
}

static bool read_number(view value, int32_t most, int32_t *number)
{
    int32_t n = 0;
    if (value.length == 0 || value.length > 9)
        return false;
    for (size_t i = 0; i < value.length; i++) {
        if (!text_is_digit(value.at[i]))
            return false;
        n = n * 10 + (value.at[i] - '0');
    }
    *number = n <= most ? n : *number;
    return n <= most;
}

/* "!" and a number, which may end in k, m, g or t: the largest report (RFC 7489, 6.4). */
static size_t without_limit(view v)
{
    size_t mark = view_find(v, '!'), i = mark + 1;
    while (i < v.length && text_is_digit(v.at[i]))
        i++;
    bool has_digits = i > mark + 1;
    if (has_digits && i < v.length && strchr("kmgt", text_lower(v.at[i])) != NULL && v.at[i] != '\0')
        i++;
    return has_digits && i == v.length ? mark : v.length;
}

bool dmarc_next_address(view *list, view *address)
{
    if (!view_split(list, ',', address))
        return false;
    *address = trim(*address);
    address->length = without_limit(*address);
    return true;
}

view dmarc_address_domain(view address)
{
    view none = {address.at, 0};
    view scheme = {address.at, MAILTO_LENGTH};
    if (address.length <= MAILTO_LENGTH || !view_is_ignoring_case(scheme, "mailto:"))
        return none;
    view rest = {address.at + MAILTO_LENGTH, address.length - MAILTO_LENGTH};
    rest.length = view_find(rest, '?');
    size_t at = view_find(rest, '@');
    return at > 0 && at + 1 < rest.length ? (view){rest.at + at + 1, rest.length - at - 1} : none;
}

/* A URI: a scheme, a colon, something, and no white space; "mailto:" needs an address. */
static bool is_uri(view v)
{
    size_t colon = view_find(v, ':');
    view scheme = {v.at, colon};
    if (colon == 0 || colon + 1 >= v.length || text_is_digit(v.at[0]))
        return false;
    for (size_t i = 0; i < v.length; i++) {
        if (i < colon ? !text_is_alphanumeric(v.at[i]) && strchr("+-.", v.at[i]) == NULL : v.at[i] <= ' ')
            return false;
    }
    return !view_is_ignoring_case(scheme, "mailto") || dmarc_address_domain(v).length > 0;
}

static bool are_uris(view list)
{
    view address;
    while (dmarc_next_address(&list, &address)) {
        if (!is_uri(address))
            return false;
    }
    return true;
}

/* ---- tags ---- */

static bool note_policy(dmarc_record *record, const tag *t)
{
    dmarc_policy *policy = view_is(t->name, "p") ? &record->p : view_is(t->name, "sp") ? &record->sp : &record->np;
    *policy = policy_of(t->value);
    return *policy != DMARC_UNKNOWN;
}

static bool note_flag(dmarc_record *record, const tag *t)
{
    if (view_is(t->name, "t")) {
        record->is_testing = is_among(t->value, "y");
        return is_among(t->value, "y n");
    }
    if (!is_among(t->value, "y n u"))
        return false;
    record->psd = text_lower(t->value.at[0]);
    return true;
}

static bool note_old_tag(dmarc_record *record, const tag *t)
{
    int32_t seconds = 0;
    record->has_old_tags = true;
    if (view_is(t->name, "pct"))
        return read_number(t->value, 100, &record->percent);
    if (view_is(t->name, "ri"))
        return read_number(t->value, 999999999, &seconds);
    return t->value.length > 0;
}

/* False if the tag has a value that it cannot have. */
static bool note_other(dmarc_record *record, const tag *t)
{
    if (view_is(t->name, "t") || view_is(t->name, "psd"))
        return note_flag(record, t);
    if (view_is(t->name, "pct") || view_is(t->name, "ri") || view_is(t->name, "rf"))
        return note_old_tag(record, t);
    if (view_is(t->name, "adkim") || view_is(t->name, "aspf"))
        return is_among(t->value, "r s");
    if (view_is(t->name, "fo"))
        return are_among(t->value, ':', "0 1 d s");
    if (view_is(t->name, "rua") || view_is(t->name, "ruf")) {
        *(view_is(t->name, "rua") ? &record->rua : &record->ruf) = t->value;
        return are_uris(t->value);
    }
    record->has_unknown_tags = true;
    return true;
}

static void note_tag(dmarc_record *record, const tag *t, size_t at)
{
    if (view_is(t->name, "p") || view_is(t->name, "sp") || view_is(t->name, "np")) {
        if (!note_policy(record, t))
            refuse(record, DMARC_BAD_POLICY, at);
    } else if (!note_other(record, t)) {
        refuse(record, DMARC_BAD_VALUE, at);
    }
}

bool dmarc_read(view text, dmarc_record *record)
{
    tags_reader r;
    tag t;
    memset(record, 0, sizeof *record);
    record->percent = 100;
    record->psd = 'u';
    if (!dmarc_is_record(text)) {
        refuse(record, DMARC_NOT_DMARC, 0);
        return false;
    }
    tags_begin(&r, text);
    for (size_t number = 0; r.at < text.length; number++) {
        if (!tags_next(&r, &t)) {
            if (r.problem != TAGS_FINE && record->problem == DMARC_FINE) {
                record->list_problem = r.problem;
                refuse(record, DMARC_BAD_LIST, r.problem_at);
            }
            continue;
        }
        record->is_p_second = record->is_p_second || (number == 1 && view_is(t.name, "p"));
        if (number > 0)
            note_tag(record, &t, (size_t)(t.name.at - text.at));
    }
    if (record->p == DMARC_ABSENT)
        refuse(record, DMARC_NO_POLICY, text.length);
    return record->problem == DMARC_FINE;
}

dmarc_policy dmarc_policy_at(const dmarc_record *record, dmarc_place place)
{
    dmarc_policy policy = DMARC_ABSENT;
    if (place == DMARC_BELOW_MISSING)
        policy = record->np;
    if (place != DMARC_AT_DOMAIN && policy < DMARC_NONE)
        policy = record->sp;
    if (policy < DMARC_NONE)
        policy = record->p;
    return policy < DMARC_NONE ? DMARC_NONE : policy;
}
