/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/text.h"
#include "dns/judge_parts.h"
#include "dns/judge_words.h"
#include "grammar/dkim.h"

#define BITS_AT_LEAST 1024
#define PART_LENGTH 12
#define TELLING_LENGTH 16 /* so many characters of a key are no chance */

static bool is_key_of(const char *text, const dkim_key *expected, dkim_key *found)
{
    dkim_read(view_of(text), found);
    return found->has_key && !found->is_revoked && dkim_same_key(expected, found, NULL);
}

bool dkim_fits(const tcses_record *record, const tcses_dns_answer *answer)
{
    dkim_key expected, found;
    dkim_read(view_of(record->value), &expected);
    for (size_t i = 0; i < answer->values_count; i++) {
        if (is_key_of(answer->values[i], &expected, &found))
            return true;
    }
    return false;
}

/* ---- which of the values is meant as a key ---- */

static bool holds_part_of_key(const char *text, const dkim_key *expected)
{
    for (size_t at = 0; at + TELLING_LENGTH <= expected->key.length; at++) {
        char part[TELLING_LENGTH + 1] = "";
        memcpy(part, expected->key.at + at, TELLING_LENGTH);
        if (strstr(text, part) != NULL)
            return true;
    }
    return false;
}

static bool is_meant(judge *j, const char *text, const dkim_key *expected)
{
    slips s = judge_slips(j, text);
    return dkim_is_meant(view_of(text)) || dkim_is_meant(view_of(s.clean)) || holds_part_of_key(text, expected) ||
           text_has_ignoring_case(text, "v=dkim");
}

/* Two values that are the halves of one, in whichever order. */
static bool are_pieces(judge *j, const tcses_dns_answer *answer, const dkim_key *expected)
{
    dkim_key found;
    if (answer->values_count != 2)
        return false;
    const char *const *values = answer->values;
    return is_key_of(judge_join(j, values[0], values[1], ""), expected, &found) ||
           is_key_of(judge_join(j, values[1], values[0], ""), expected, &found);
}

/* ---- one key ---- */

/* Of two keys that the service asks for, where this one belongs; NULL if it is none of them. */
static const char *place_of(judge *j, const char *text)
{
    dkim_key expected, found;
    for (size_t i = 0; j->expected != NULL && i < j->expected->records_count; i++) {
        const tcses_record *other = j->expected->records[i];
        if (other->purpose != TCSES_PURPOSE_DKIM)
            continue;
        dkim_read(view_of(other->value), &expected);
        if (is_key_of(text, &expected, &found))
            return other->name;
    }
    return NULL;
}

static bool is_end_of(const char *text, const tcses_record *record, const dkim_key *expected)
{
    size_t length = strlen(text), whole = strlen(record->value);
    return length >= TELLING_LENGTH && length < expected->key.length &&
           strcmp(record->value + whole - length, text) == 0;
}

/* Some characters of a key, white space left out, from an offset on. */
static const char *part_of_key(judge *j, view key, size_t offset)
{
    char part[PART_LENGTH];
    size_t length = 0, at = 0;
    for (size_t i = 0; i < key.length && length < PART_LENGTH; i++) {
        if (tags_space(key, i) == 0 && at++ >= offset)
            part[length++] = key.at[i];
    }
    return judge_copy(j, (view){part, length});
}

static void judge_other_key(
    judge *j, const char *text, const dkim_key *expected, const dkim_key *found, finding_facts facts, verdict *v)
{
    dkim_difference difference;
    dkim_same_key(expected, found, &difference);
    facts.where = place_of(j, text);
    if (facts.where != NULL) {
        judge_tell(j, &v->findings, FINDING_DKIM_SWAPPED, &facts);
    } else if (difference.is_other_type) {
        judge_tell(j, &v->findings, FINDING_DKIM_OTHER_TYPE, &facts);
    } else {
        facts.number = (int64_t)difference.offset + 1;
        facts.found = part_of_key(j, found->key, difference.offset);
        facts.where = part_of_key(j, expected->key, difference.offset);
        judge_tell(j, &v->findings, FINDING_DKIM_KEY_DIFFERS, &facts);
    }
    facts.number = found->bits;
    if (found->type == DKIM_RSA && found->bits > 0 && found->bits < BITS_AT_LEAST)
        judge_tell(j, &v->findings, FINDING_DKIM_WEAK, &facts);
}

/* Why this is not the key; FINDING_IDS if it is one, and another. */
static finding_id fault_of(const dkim_key *found, const dkim_difference *difference)
{
    if (found->has_key && found->is_revoked)
        return FINDING_DKIM_REVOKED;
    if (found->has_key && difference->offset == difference->found_length &&
        difference->found_length < difference->expected_length)
        return FINDING_TRUNCATED;
    switch (found->problem) {
    case DKIM_BAD_LIST:
    case DKIM_BAD_VERSION:
    case DKIM_NO_KEY:
        return FINDING_DKIM_SYNTAX;
    case DKIM_BAD_BASE64:
        return FINDING_DKIM_BAD_B64;
    default:
        return FINDING_IDS;
    }
}

/* A key that is right: what its other tags say of it. */
static void judge_tags(judge *j, const dkim_key *found, const finding_facts *facts, verdict *v)
{
    if (!found->allows_sha256)
        judge_tell(j, &v->findings, FINDING_DKIM_HASH, facts);
    if (!found->allows_email)
        judge_tell(j, &v->findings, FINDING_DKIM_SERVICE, facts);
    if (!found->allows_sha256 || !found->allows_email)
        v->status = TCSES_RECORD_WRONG;
    if (found->is_testing)
        judge_tell(j, &v->findings, FINDING_DKIM_TESTING, facts);
}

static void judge_key(judge *j, const tcses_record *record, const char *text, verdict *v)
{
    dkim_key expected, found;
    dkim_difference difference;
    slips s = judge_slips(j, text);
    finding_facts facts = judge_facts(j, record);
    facts.found = text;
    dkim_read(view_of(record->value), &expected);
    bool is_valid = dkim_read(view_of(text), &found);
    bool is_same = dkim_same_key(&expected, &found, &difference) && found.has_key;
    is_valid = is_valid && (found.is_revoked || found.type != DKIM_RSA || found.bits >= BITS_AT_LEAST || is_same);
    judge_say(v, TCSES_RECORD_WRONG, is_same ? TCSES_TRUE : TCSES_FALSE, is_valid ? TCSES_TRUE : TCSES_FALSE);
    if (is_same && is_valid) {
        v->status = TCSES_RECORD_OK;
        judge_tags(j, &found, &facts, v);
        return;
    }
    if (judge_tell_slips(j, &v->findings, &s, &facts)) {
        judge_say(v, TCSES_RECORD_WRONG, TCSES_FALSE, TCSES_FALSE);
        return;
    }
    finding_id fault = is_end_of(text, record, &expected) ? FINDING_BEGINNING_CUT : fault_of(&found, &difference);
    facts.number = (int64_t)difference.found_length;
    facts.problem = dkim_problem_text(&found);
    facts.problem_chinese = words_of_dkim_problem(&found);
    if (fault != FINDING_IDS)
        judge_tell(j, &v->findings, fault, &facts);
    else
        judge_other_key(j, text, &expected, &found, facts, v);
}

/* ---- all values at the selector ---- */

/* The value that is meant as a key, and the first that is not. How many are. */
static size_t sort_values(
    judge *j, const tcses_record *record, const tcses_dns_answer *answer, const char **key, const char **other)
{
    dkim_key expected;
    size_t count = 0;
    dkim_read(view_of(record->value), &expected);
    for (size_t i = 0; i < answer->values_count; i++) {
        if (is_meant(j, answer->values[i], &expected)) {
            *key = answer->values[i];
            count++;
        } else if (*other == NULL) {
            *other = answer->values[i];
        }
    }
    return count;
}

void judge_dkim(judge *j, const tcses_record *record, const tcses_dns_answer *answer, verdict *v)
{
    dkim_key expected;
    const char *key = NULL, *other = NULL;
    finding_facts facts = judge_facts(j, record);
    size_t keys = sort_values(j, record, answer, &key, &other);
    facts.number = (int64_t)keys;
    facts.found = other;
    dkim_read(view_of(record->value), &expected);
    judge_say(v, TCSES_RECORD_WRONG, TCSES_FALSE, TCSES_FALSE);
    if (keys == 0) {
        judge_tell(j, &v->findings, FINDING_DKIM_NONE, &facts);
        v->status = TCSES_RECORD_MISSING;
    } else if (are_pieces(j, answer, &expected)) {
        judge_tell(j, &v->findings, FINDING_IN_PIECES, &facts);
    } else if (keys > 1) {
        judge_tell(j, &v->findings, FINDING_DKIM_MULTI, &facts);
        v->status = TCSES_RECORD_CONFLICT;
    } else {
        judge_key(j, record, key, v);
        if (other != NULL && v->status == TCSES_RECORD_OK) {
            /* There may be one text (RFC 6376, 3.6.2.2); some verifiers refuse two of any kind. */
            judge_tell(j, &v->findings, FINDING_DKIM_TEXT_BESIDE, &facts);
            judge_say(v, TCSES_RECORD_CONFLICT, v->equals, TCSES_FALSE);
        }
    }
}
