/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * DMARC records. Input: which allocation fails (0: none), then what is expected, then what is inherited.
 */
#include "fuzz.h"

#include "grammar/dmarc.h"

static bool lies_in(view part, view whole)
{
    return part.length == 0 || (part.at >= whole.at && part.at + part.length <= whole.at + whole.length);
}

static void check_addresses(view list)
{
    view address, whole = list;
    if (list.length == 0)
        return;
    while (dmarc_next_address(&list, &address))
        CHECK(lies_in(address, whole) && lies_in(dmarc_address_domain(address), address));
}

static dmarc_record check_record(fuzz_text given)
{
    view text = {given.text, given.length};
    dmarc_record record;
    bool is_fine = dmarc_read(text, &record);
    CHECK(is_fine == (record.problem == DMARC_FINE) && record.problem < DMARC_PROBLEMS);
    CHECK(record.problem_at <= text.length && dmarc_problem_text(&record)[0] != '\0');
    CHECK(dmarc_is_record(text) == (record.problem != DMARC_NOT_DMARC));
    CHECK(!dmarc_is_record(text) || dmarc_is_meant(text));
    CHECK(record.percent >= 0 && record.percent <= 100 && memchr("ynu", record.psd, 3) != NULL);
    CHECK(!is_fine || record.p >= DMARC_NONE);
    CHECK(lies_in(record.rua, text) && lies_in(record.ruf, text));
    check_addresses(record.rua);
    check_addresses(record.ruf);
    for (int place = DMARC_AT_DOMAIN; place <= DMARC_BELOW_MISSING; place++)
        CHECK(dmarc_policy_at(&record, (dmarc_place)place) >= DMARC_NONE);
    return record;
}

/* What is proposed is right, as strict as what is expected and what is inherited, and proposed again if it is expected. */
static void check_proposal(const char *text, const dmarc_record *expected, const char *inherited)
{
    dmarc_record proposed, above;
    const tcses_text *again = NULL;
    CHECK(dmarc_read(view_of(text), &proposed));
    (void)dmarc_read(view_of(inherited), &above);
    dmarc_policy floor = dmarc_policy_at(&above, DMARC_BELOW);
    for (int place = DMARC_AT_DOMAIN; place <= DMARC_BELOW_MISSING; place++) {
        dmarc_policy policy = dmarc_policy_at(&proposed, (dmarc_place)place);
        CHECK(policy >= floor && policy >= dmarc_policy_at(expected, (dmarc_place)place));
    }
    CHECK(tcses_dmarc_propose(text, inherited, NULL, &again, NULL) == TCSES_OK);
    CHECK(strcmp(again->text, text) == 0);
    tcses_text_free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_input in = {data, size};
    fuzz_memory m;
    const tcses_text *text = NULL;
    tcses_error *error = NULL;
    fuzz_memory_init(&m, fuzz_byte(&in));
    fuzz_text expected = fuzz_take_text(&in), inherited = fuzz_take_text(&in);
    (void)check_record(expected);
    (void)check_record(inherited);
    dmarc_record wanted;
    bool is_fine = dmarc_read(view_of(expected.text), &wanted);
    tcses_status status = tcses_dmarc_propose(expected.text, inherited.text, &m.allocator, &text, &error);
    CHECK(
        status == (is_fine ? TCSES_OK : TCSES_ERR_ARGUMENT) || (status == TCSES_ERR_MEMORY && fuzz_memory_failed(&m)));
    fuzz_check_error(status, error);
    if (status == TCSES_OK) {
        CHECK(strlen(text->text) == text->length);
        check_proposal(text->text, &wanted, inherited.text);
    }
    tcses_text_free(text);
    CHECK(m.live == 0);
    fuzz_end();
    return 0;
}
