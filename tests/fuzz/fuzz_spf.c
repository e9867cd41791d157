/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * SPF records: the grammar, and merging. Input: which allocation fails (0: none), then up to four records; the first is
 * also read alone.
 */
#include "fuzz.h"

#include <stdio.h>

#include "grammar/spf.h"

#define RECORDS_MAX 4
#define EXPECTED "v=spf1 include:qcloudmail.com ~all"

static bool lies_in(view part, view whole)
{
    return part.at >= whole.at && part.at + part.length <= whole.at + whole.length;
}

/* The same record once more, with one space between its terms. */
static view rebuilt(view record)
{
    spf_reader r;
    spf_term term;
    char *text = fuzz_block(record.length + 8);
    size_t length = (size_t)sprintf(text, "v=spf1");
    spf_begin(&r, record);
    while (spf_next(&r, &term)) {
        CHECK(lies_in(term.text, record) && lies_in(term.name, term.text) && lies_in(term.value, term.text));
        CHECK(term.text.length > 0 && view_find(term.text, ' ') == term.text.length);
        CHECK(term.prefix4 >= -1 && term.prefix4 <= 32 && term.prefix6 >= -1 && term.prefix6 <= 128);
        text[length++] = ' ';
        memcpy(text + length, term.text.at, term.text.length);
        length += term.text.length;
    }
    return (view){text, length};
}

static void check_record(fuzz_text given)
{
    view record = {given.text, given.length};
    spf_summary s, again;
    bool is_fine = spf_summarise(record, &s);
    CHECK(is_fine == (s.problem == SPF_FINE) && s.problem < SPF_PROBLEMS);
    CHECK(s.problem_at <= record.length && spf_problem_text(s.problem)[0] != '\0');
    CHECK(is_fine || s.problem == SPF_NOT_SPF || spf_is_record(record));
    CHECK(s.lookups >= 0 && (size_t)s.lookups <= s.terms);
    CHECK(spf_summarise(rebuilt(record), &again));
    CHECK(again.terms == s.terms && again.lookups == s.lookups && again.has_all == s.has_all);
}

/* A merged record holds the include, is right, and needs no merging. */
static void check_merged(const tcses_spf_merge_result *result)
{
    spf_summary s;
    view record = view_of(result->record);
    const tcses_spf_merge_result *again = NULL;
    tcses_spf_merge_request request = TCSES_SPF_MERGE_REQUEST_INIT;
    CHECK(spf_summarise(record, &s) && s.lookups == result->lookups_after);
    CHECK(spf_find_include(record, view_of("qcloudmail.com"), NULL) == SPF_REACHED);
    request.records = &result->record;
    request.records_count = 1;
    request.expected = EXPECTED;
    CHECK(tcses_spf_merge(&request, NULL, &again, NULL) == TCSES_OK);
    CHECK(again->action == TCSES_MERGE_UNCHANGED && strcmp(again->record, result->record) == 0);
    tcses_spf_merge_result_free(again);
}

static bool is_alike(const spf_term *a, const spf_term *b)
{
    return a->kind == b->kind && a->qualifier == b->qualifier && view_same_name(a->value, b->value) &&
           a->prefix4 == b->prefix4 && a->prefix6 == b->prefix6;
}

/* All terms that the owner had are still there, but for another qcloudmail.com. */
static void check_kept(const char *const *records, const char *after)
{
    const char *before = *records;
    spf_reader r, s;
    spf_term term, other;
    bool is_there = true;
    while (!spf_is_record(view_of(before)))
        before = *++records;
    spf_begin(&r, view_of(before));
    while (is_there && spf_next(&r, &term)) {
        if (view_same_name(term.value, view_of("qcloudmail.com")))
            continue;
        is_there = false;
        spf_begin(&s, view_of(after));
        while (!is_there && spf_next(&s, &other))
            is_there = is_alike(&term, &other);
    }
    CHECK(is_there);
}

static void merge(const char *const *records, size_t count, const char *expected, fuzz_memory *m)
{
    tcses_spf_merge_request request = TCSES_SPF_MERGE_REQUEST_INIT;
    const tcses_spf_merge_result *result = NULL;
    tcses_error *error = NULL;
    request.records = records;
    request.records_count = count;
    request.expected = expected;
    tcses_status status = tcses_spf_merge(&request, &m->allocator, &result, &error);
    CHECK(status == TCSES_OK || (status == TCSES_ERR_MEMORY && fuzz_memory_failed(m)) ||
          (status == TCSES_ERR_ARGUMENT && strcmp(tcses_error_field(error), "expected") == 0));
    fuzz_check_error(status, error);
    if (status == TCSES_OK) {
        CHECK((result->record == NULL) == (result->action == TCSES_MERGE_BROKEN));
        CHECK((result->problem != NULL) == (result->action >= TCSES_MERGE_CONFLICT));
        if (result->record != NULL && strcmp(expected, EXPECTED) == 0)
            check_merged(result);
        if (result->action == TCSES_MERGE_CHANGED && strcmp(expected, EXPECTED) == 0)
            check_kept(records, result->record);
    }
    tcses_spf_merge_result_free(result);
    CHECK(m->live == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_input in = {data, size};
    fuzz_memory m;
    const char *records[RECORDS_MAX];
    size_t count = 0;
    fuzz_memory_init(&m, fuzz_byte(&in));
    while (count < RECORDS_MAX && in.left > 0) {
        fuzz_text record = fuzz_take_text(&in);
        check_record(record);
        records[count++] = record.text;
    }
    merge(records, count, EXPECTED, &m);
    if (count > 0) {
        merge(records, 1, EXPECTED, &m);
        merge(records, count - 1, records[count - 1], &m);
    }
    fuzz_end();
    return 0;
}
