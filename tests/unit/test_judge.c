/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Every case of the corpus by its value, and what holds for all of them. With a name as its argument the program judges
 * that case alone and prints what it finds, in words.
 */
#include "corpus.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "dns/findings.h"
#include "dns/judge.h"

typedef struct judged {
    tcses_doctor_report *report;
    bool is_whole;
} judged;

static judged judge_case(corpus_case *c, const test_memory *m)
{
    memory mem = m != NULL ? test_memory_inside(m) : memory_default();
    arena *a = NULL;
    judged result = {arena_tree_new(&mem, sizeof *result.report, &a), false};
    if (result.report != NULL)
        result.is_whole = judge_domain(corpus_look(c, a), c->domain, corpus_expected(c), result.report);
    return result;
}

/* ---- one case ---- */

static void append_codes(char *to, size_t room, const tcses_finding *const *findings, size_t count)
{
    static const char signs[] = " -~!";
    to[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        size_t length = strlen(to);
        snprintf(
            to + length, room - length, "%s%c%s", i > 0 ? " " : "", signs[findings[i]->severity], findings[i]->code);
    }
}

static const char *tri_state(int32_t value)
{
    return value == TCSES_TRUE ? "yes" : value == TCSES_FALSE ? "no" : "unset";
}

static const char *status_word(int32_t status)
{
    static const char *const words[] = {
        "none", "ok", "ok_inherited", "propagating", "wrong", "missing", "conflict", "unknown"};
    return words[status];
}

static void describe(char *to, size_t room, const char *status, int32_t equals, int32_t is_valid, const char *codes)
{
    snprintf(to, room, "%s %s %s %s", status, tri_state(equals), tri_state(is_valid), codes);
}

static void expect_record(const corpus_case *c, size_t number, const tcses_record_report *report)
{
    char codes[512], found[640], wanted[640];
    corpus_verdict v = corpus_verdict_of(c, corpus_record_name(c, number));
    append_codes(codes, sizeof codes, report->findings, report->findings_count);
    describe(found, sizeof found, status_word(report->status), report->equals_expectation, report->is_valid, codes);
    describe(wanted, sizeof wanted, v.status, v.equals, v.is_valid, v.codes);
    if (strcmp(found, wanted) != 0)
        fail_msg("%s: %s is \"%s\", not \"%s\"", c->name, corpus_record_name(c, number), found, wanted);
    if (v.fix != NULL) {
        assert_true(report->findings_count > 0);
        const char *value = report->findings[0]->fix_value;
        assert_string_equal(value != NULL ? value : "", v.fix);
    }
    if (v.wait >= 0)
        assert_int_equal(report->wait_seconds, v.wait);
}

static const char *worst_status(const tcses_doctor_report *report)
{
    static const int32_t order[] = {TCSES_RECORD_CONFLICT, TCSES_RECORD_WRONG, TCSES_RECORD_MISSING,
        TCSES_RECORD_UNKNOWN, TCSES_RECORD_PROPAGATING, TCSES_RECORD_OK_INHERITED, TCSES_RECORD_OK};
    for (size_t i = 0; i < COUNT_OF(order); i++) {
        for (size_t k = 0; k < report->records_count; k++) {
            if (report->records[k]->status == order[i])
                return status_word(order[i]);
        }
    }
    return "ok";
}

static void expect_whole(const corpus_case *c, const tcses_doctor_report *report)
{
    char codes[512];
    corpus_verdict v = corpus_verdict_of(c, "domain");
    append_codes(codes, sizeof codes, report->findings, report->findings_count);
    if (strcmp(codes, v.codes) != 0)
        fail_msg("%s: of the domain is said \"%s\", not \"%s\"", c->name, codes, v.codes);
    assert_string_equal(status_word(report->status), c->status[0] != '\0' ? c->status : worst_status(report));
}

static void test_case(void **state)
{
    corpus_case *c = *state;
    judged j = judge_case(c, NULL);
    assert_true(j.is_whole);
    assert_int_equal(j.report->records_count, corpus_expected(c) != NULL ? c->expected.records_count : 0);
    for (size_t i = 0; i < j.report->records_count; i++) {
        assert_ptr_equal(j.report->records[i]->expected, c->record_list[i]);
        expect_record(c, i, j.report->records[i]);
    }
    expect_whole(c, j.report);
    arena_tree_free(j.report);
}

/* ---- all cases ---- */

typedef void (*look_fn)(corpus_case *c, const tcses_doctor_report *report);

static void for_all(look_fn examine)
{
    size_t count = 0;
    corpus_case *cases = corpus_read(&count);
    for (size_t i = 0; i < count; i++) {
        judged j = judge_case(&cases[i], NULL);
        assert_true(j.is_whole);
        examine(&cases[i], j.report);
        arena_tree_free(j.report);
    }
}

static bool is_bad(int32_t status)
{
    return status == TCSES_RECORD_WRONG || status == TCSES_RECORD_MISSING || status == TCSES_RECORD_CONFLICT;
}

/* What is bad has an error first that says what to do; what is not has none. */
static void look_at_severity(corpus_case *c, const tcses_doctor_report *report)
{
    for (size_t i = 0; i < report->records_count; i++) {
        const tcses_record_report *r = report->records[i];
        bool has_error = r->findings_count > 0 && r->findings[0]->severity == TCSES_FINDING_ERROR;
        if (is_bad(r->status) != has_error)
            fail_msg("%s: %s is %s", c->name, corpus_record_name(c, i), status_word(r->status));
        if (has_error)
            assert_non_null(r->findings[0]->fix_english);
        for (size_t k = 1; k < r->findings_count; k++)
            assert_true(r->findings[k]->severity <= r->findings[k - 1]->severity);
    }
}

static void test_judge__what_is_bad_has_an_error_and_nothing_else_has(void **state)
{
    (void)state;
    for_all(look_at_severity);
}

/* Ok, and the opposite verdict, never go together. */
static void look_at_verdicts(corpus_case *c, const tcses_doctor_report *report)
{
    for (size_t i = 0; i < report->records_count; i++) {
        const tcses_record_report *r = report->records[i];
        bool is_own_server = r->expected->purpose == TCSES_PURPOSE_MX && r->is_valid == TCSES_TRUE;
        bool is_indirect = r->findings_count > 0 && strcmp(r->findings[0]->code, "SPF_NO_INCLUDE") == 0;
        if (r->status == TCSES_RECORD_OK && r->equals_expectation == TCSES_FALSE && !is_own_server && !is_indirect)
            fail_msg("%s: %s is ok and not as expected", c->name, corpus_record_name(c, i));
        if (r->status == TCSES_RECORD_MISSING)
            assert_int_equal(r->equals_expectation, TCSES_FALSE);
        if (r->status == TCSES_RECORD_UNKNOWN)
            assert_true(r->equals_expectation == TCSES_UNSET && r->is_valid == TCSES_UNSET);
    }
}

static void test_judge__status_and_verdicts_go_together(void **state)
{
    (void)state;
    for_all(look_at_verdicts);
}

static void expect_words(const char *text, bool may_be_absent)
{
    if (text == NULL) {
        assert_true(may_be_absent);
        return;
    }
    assert_true(strlen(text) > 5);
    assert_null(strpbrk(text, "{}"));
    assert_null(strstr(text, "(null)"));
    assert_null(text_rule_utf8(text));
}

static void expect_finding(const tcses_finding *f)
{
    expect_words(f->english, false);
    expect_words(f->chinese, false);
    expect_words(f->fix_english, true);
    expect_words(f->fix_chinese, true);
    assert_int_equal(f->size, sizeof *f);
    assert_int_equal(f->fix_english == NULL, f->fix_chinese == NULL);
    bool english_names_value = f->fix_english != NULL && strstr(f->fix_english, "below") != NULL;
    bool chinese_names_value = f->fix_chinese != NULL && strstr(f->fix_chinese, "下面") != NULL;
    if (english_names_value != chinese_names_value || (english_names_value && f->fix_value == NULL))
        fail_msg("%s: its fix and its value do not go together: %s", f->code, f->fix_english);
}

static void look_at_words(corpus_case *c, const tcses_doctor_report *report)
{
    (void)c;
    for (size_t i = 0; i < report->findings_count; i++)
        expect_finding(report->findings[i]);
    for (size_t i = 0; i < report->records_count; i++) {
        for (size_t k = 0; k < report->records[i]->findings_count; k++)
            expect_finding(report->records[i]->findings[k]);
    }
}

static void test_judge__every_finding_has_its_words_in_both_languages(void **state)
{
    (void)state;
    for_all(look_at_words);
}

/* What is not there, or wrong, is not asked of the resolver, which would remember it. */
static void look_at_questions(corpus_case *c, const tcses_doctor_report *report)
{
    for (size_t i = 0; i < report->records_count; i++) {
        const tcses_record_report *r = report->records[i];
        char question[300];
        /* An alias is followed; and a record of unknown purpose has SPF's name and type. */
        bool was_alias = r->answers_count > 0 && r->answers[0]->cname != NULL;
        bool is_shared = r->expected->purpose == TCSES_PURPOSE_OTHER;
        bool is_mx = r->expected->purpose == TCSES_PURPOSE_MX;
        snprintf(question, sizeof question, " %s/%d", r->expected->name, is_mx ? LOOK_MX : LOOK_TXT);
        if ((is_bad(r->status) || r->status == TCSES_RECORD_OK_INHERITED) && !was_alias && !is_shared &&
            strstr(c->asked, question) != NULL)
            fail_msg("%s: the resolver was asked for %s", c->name, question);
        if (r->status == TCSES_RECORD_OK)
            assert_non_null(r->recursive);
    }
}

static void test_judge__the_resolver_is_asked_only_for_what_is_right(void **state)
{
    (void)state;
    for_all(look_at_questions);
}

static char told[16384]; /* " !CODE" of what was found in any case */

static void note_codes(const tcses_finding *const *findings, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char codes[64];
        append_codes(codes, sizeof codes, &findings[i], 1);
        size_t length = strlen(told);
        snprintf(told + length, sizeof told - length, " %s", codes);
    }
}

static void look_at_codes(corpus_case *c, const tcses_doctor_report *report)
{
    (void)c;
    note_codes(report->findings, report->findings_count);
    for (size_t i = 0; i < report->records_count; i++)
        note_codes(report->records[i]->findings, report->records[i]->findings_count);
}

static void test_judge__every_finding_is_told_of_some_case(void **state)
{
    (void)state;
    told[0] = '\0';
    for_all(look_at_codes);
    strcat(told, " ");
    for (int id = 0; id < FINDING_IDS; id++) {
        const tcses_finding finding = finding_words((finding_id)id);
        const tcses_finding *one = &finding;
        char code[64], word[80];
        append_codes(code, sizeof code, &one, 1);
        snprintf(word, sizeof word, " %s ", code);
        if (strstr(told, word) == NULL)
            fail_msg("no case has %s", code);
    }
}

static void test_judge__nothing_above_a_note_on_what_is_good(void **state)
{
    size_t count = 0, good = 0;
    corpus_case *cases = corpus_read(&count);
    (void)state;
    for (size_t i = 0; i < count; i++) {
        if (strncmp(cases[i].name, "good", 4) != 0)
            continue;
        judged j = judge_case(&cases[i], NULL);
        assert_int_equal(j.report->status, TCSES_RECORD_OK);
        assert_int_equal(j.report->findings_count, 0);
        for (size_t k = 0; k < j.report->records_count; k++) {
            const tcses_record_report *r = j.report->records[k];
            assert_true(r->findings_count == 0 || r->findings[0]->severity == TCSES_FINDING_NOTE);
        }
        good++;
        arena_tree_free(j.report);
    }
    assert_true(good >= 30);
}

/* Whatever a zone holds, who can't ask knows nothing of it. */
static void test_judge__silence_is_never_missing_nor_ok(void **state)
{
    size_t count = 0;
    corpus_case *cases = corpus_read(&count);
    (void)state;
    for (size_t i = 0; i < count; i++) {
        corpus_case c = cases[i];
        for (size_t view = 0; view < CORPUS_VIEWS; view++)
            c.fails[view] = "timed out";
        judged j = judge_case(&c, NULL);
        assert_true(j.is_whole);
        for (size_t k = 0; k < j.report->records_count; k++)
            assert_int_equal(j.report->records[k]->status, TCSES_RECORD_UNKNOWN);
        arena_tree_free(j.report);
    }
}

static void test_judge__one_silent_server_changes_no_verdict_of_the_other(void **state)
{
    size_t count = 0;
    corpus_case *cases = corpus_read(&count);
    (void)state;
    for (size_t i = 0; i < count; i++) {
        corpus_case c = cases[i];
        if (c.overlays[0].count > 0 || c.overlays[1].count > 0 || c.fails[0] != NULL || c.fails[1] != NULL)
            continue;
        c.fails[1] = "timed out";
        judged j = judge_case(&c, NULL);
        assert_true(j.is_whole);
        for (size_t k = 0; k < j.report->records_count; k++)
            expect_record(&c, k, j.report->records[k]);
        arena_tree_free(j.report);
    }
}

/* ---- values that are almost right ---- */

static corpus_case *find_case(const char *name)
{
    size_t count = 0;
    corpus_case *cases = corpus_read(&count);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(cases[i].name, name) == 0)
            return &cases[i];
    }
    fail_msg("no case %s", name);
    return NULL;
}

/* Whatever else the service might ask for: there is no look-up for it. */
static void test_judge__a_type_that_is_not_looked_at_is_not_missing(void **state)
{
    corpus_case *c = find_case("dkim-via-cname");
    (void)state;
    c->records[2].type = "CNAME";
    judged j = judge_case(c, NULL);
    c->records[2].type = "TXT";
    assert_true(j.is_whole);
    const tcses_record_report *r = j.report->records[2];
    assert_int_equal(r->status, TCSES_RECORD_UNKNOWN);
    assert_int_equal(r->equals_expectation, TCSES_UNSET);
    assert_int_equal(r->findings_count, 1);
    assert_string_equal(r->findings[0]->code, "RESOLVER_ERROR");
    assert_int_equal(j.report->records[1]->status, TCSES_RECORD_OK);
    arena_tree_free(j.report);
}

/* The row of a record's value in each view. */
static void find_rows(corpus_case *c, const tcses_record *record, corpus_row *rows[CORPUS_VIEWS])
{
    for (int view = 0; view < CORPUS_VIEWS; view++) {
        for (size_t i = 0; i < c->views[view].count; i++) {
            corpus_row *row = &c->views[view].rows[i];
            if (row->type == LOOK_TXT && strcmp(row->name, record->name) == 0)
                rows[view] = row;
        }
        assert_non_null(rows[view]);
    }
}

/* Judges the case with another value of the n-th record, and gives its status and whether it is as expected. */
static int32_t status_with(corpus_case *c, size_t number, const char *value, int32_t *equals)
{
    corpus_row *rows[CORPUS_VIEWS] = {NULL};
    char kept[sizeof rows[0]->value];
    find_rows(c, c->record_list[number], rows);
    snprintf(kept, sizeof kept, "%s", rows[0]->value);
    for (int view = 0; view < CORPUS_VIEWS; view++)
        snprintf(rows[view]->value, sizeof rows[view]->value, "%s", value);
    judged j = judge_case(c, NULL);
    assert_true(j.is_whole);
    int32_t status = j.report->records[number]->status;
    *equals = j.report->records[number]->equals_expectation;
    arena_tree_free(j.report);
    for (int view = 0; view < CORPUS_VIEWS; view++)
        snprintf(rows[view]->value, sizeof rows[view]->value, "%s", kept);
    return status;
}

static const char *const keys[] = {"good", "good-2048"};
#define KEY_NUMBER 2

static void test_judge__any_other_character_of_a_key_is_noticed(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(keys); i++) {
        corpus_case *c = find_case(keys[i]);
        const char *right = c->records[KEY_NUMBER].value;
        char value[900];
        int32_t equals = TCSES_TRUE;
        assert_int_equal(status_with(c, KEY_NUMBER, right, &equals), TCSES_RECORD_OK);
        for (size_t at = (size_t)(strstr(right, "p=") - right) + 2; right[at] != '\0'; at++) {
            snprintf(value, sizeof value, "%s", right);
            value[at] = right[at] == 'B' ? 'C' : 'B';
            assert_int_equal(status_with(c, KEY_NUMBER, value, &equals), TCSES_RECORD_WRONG);
            assert_int_equal(equals, TCSES_FALSE);
        }
    }
}

static void test_judge__a_key_cut_off_anywhere_is_noticed(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(keys); i++) {
        corpus_case *c = find_case(keys[i]);
        const char *right = c->records[KEY_NUMBER].value;
        char value[900];
        int32_t equals = TCSES_TRUE;
        for (size_t length = 0; length < strlen(right); length++) {
            snprintf(value, sizeof value, "%.*s", (int)length, right);
            int32_t status = status_with(c, KEY_NUMBER, value, &equals);
            assert_true(status == TCSES_RECORD_WRONG || status == TCSES_RECORD_MISSING);
            assert_int_equal(equals, TCSES_FALSE);
            /* What has begun to be a key is not called missing. */
            assert_true(length < strlen("v=DKIM1") || status == TCSES_RECORD_WRONG);
        }
    }
}

/* White space may stand anywhere in a key, and means nothing. */
static void test_judge__white_space_in_a_key_changes_nothing(void **state)
{
    corpus_case *c = find_case("good");
    const char *right = c->records[KEY_NUMBER].value;
    char value[900];
    int32_t equals = TCSES_FALSE;
    (void)state;
    for (size_t at = (size_t)(strstr(right, "p=") - right) + 2; right[at] != '\0'; at++) {
        snprintf(value, sizeof value, "%.*s%s%s", (int)at, right, at % 2 == 0 ? " " : "\t ", right + at);
        assert_int_equal(status_with(c, KEY_NUMBER, value, &equals), TCSES_RECORD_OK);
        assert_int_equal(equals, TCSES_TRUE);
    }
}

/* One character changed, taken out or put in: whatever comes of it, a record without the include is not as expected. */
static void expect_spf(corpus_case *c, const char *value)
{
    int32_t equals = TCSES_UNSET;
    int32_t status = status_with(c, 1, value, &equals);
    const char *include = strstr(value, "include:qcloudmail.com");
    const char *behind = include != NULL ? include + strlen("include:qcloudmail.com") : "";
    bool has_include = include > value && strchr(" +", include[-1]) != NULL &&
                       (behind[0] == ' ' || strncmp(behind, ". ", 2) == 0);
    if (strncmp(value, "v=spf1 ", 7) != 0 || !has_include) {
        if (status == TCSES_RECORD_OK || equals == TCSES_TRUE)
            fail_msg("\"%s\" is taken for right", value);
    }
    if (strstr(value, "spf1") != NULL)
        assert_int_not_equal(status, TCSES_RECORD_UNKNOWN);
}

static void test_judge__any_slip_in_an_spf_record_is_noticed(void **state)
{
    static const char right[] = "v=spf1 include:qcloudmail.com ~all";
    static const char others[] = "x \"\\;:.-1";
    char value[128];
    corpus_case *c = find_case("good");
    (void)state;
    for (size_t at = 0; at < strlen(right); at++) {
        snprintf(value, sizeof value, "%.*s%s", (int)at, right, right + at + 1);
        expect_spf(c, value);
        for (size_t k = 0; k < strlen(others); k++) {
            snprintf(value, sizeof value, "%.*s%c%s", (int)at, right, others[k], right + at + 1);
            expect_spf(c, value);
            snprintf(value, sizeof value, "%.*s%c%s", (int)at, right, others[k], right + at);
            expect_spf(c, value);
        }
    }
}

static void test_judge__out_of_memory_is_told_and_loses_nothing(void **state)
{
    size_t count = 0, failures = 0;
    corpus_case *cases = corpus_read(&count);
    (void)state;
    for (size_t i = 0; i < count; i += 3) {
        for (size_t n = 1;; n++) {
            test_memory m;
            test_memory_init(&m);
            m.fail_at = n;
            m.keep_going = n % 2 == 0;
            judged j = judge_case(&cases[i], &m);
            bool was_whole = j.is_whole;
            arena_tree_free(j.report);
            assert_int_equal(m.live, 0);
            if (m.taken < n)
                break;
            assert_false(was_whole);
            failures++;
        }
    }
    assert_true(failures > 1000);
}

/* ---- by hand ---- */

static void print_findings(const tcses_finding *const *findings, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const tcses_finding *f = findings[i];
        printf("    %s\n      %s\n      %s\n", f->code, f->english, f->chinese);
        if (f->fix_english != NULL)
            printf("      > %s\n      > %s\n", f->fix_english, f->fix_chinese);
        if (f->fix_value != NULL)
            printf("      %s\n", f->fix_value);
    }
}

static void print_report(const tcses_doctor_report *report)
{
    print_findings(report->findings, report->findings_count);
    for (size_t i = 0; i < report->records_count; i++) {
        const tcses_record_report *r = report->records[i];
        printf("%s %s: %s, as expected %s, valid %s\n", r->expected->type, r->expected->name, status_word(r->status),
            tri_state(r->equals_expectation), tri_state(r->is_valid));
        print_findings(r->findings, r->findings_count);
    }
}

/* Prints the case, or, of "--verdicts", a line of what every case's records come to; for other judges to compare. */
static int print_case(const char *name)
{
    size_t count = 0;
    corpus_case *cases = corpus_read(&count);
    for (size_t i = 0; i < count; i++) {
        bool is_list = strcmp(name, "--verdicts") == 0;
        if (!is_list && strcmp(cases[i].name, name) != 0)
            continue;
        judged j = judge_case(&cases[i], NULL);
        if (!is_list)
            print_report(j.report);
        for (size_t k = 0; is_list && k < j.report->records_count; k++)
            printf("%s %s %s %s %s\n", cases[i].name, corpus_record_name(&cases[i], k),
                status_word(j.report->records[k]->status), tri_state(j.report->records[k]->equals_expectation),
                tri_state(j.report->records[k]->is_valid));
        arena_tree_free(j.report);
    }
    return 0;
}

/* Each case of the corpus is a test, and then comes what holds for all of them. */
static int run_all(const struct CMUnitTest *of_all, size_t of_all_count)
{
    static char names[CORPUS_CASES][96];
    static struct CMUnitTest tests[CORPUS_CASES + 16];
    size_t count = 0;
    corpus_case *cases = corpus_read(&count);
    for (size_t i = 0; i < count; i++) {
        snprintf(names[i], sizeof names[i], "test_judge__%s", cases[i].name);
        tests[i] = (struct CMUnitTest){names[i], test_case, NULL, NULL, &cases[i]};
    }
    for (size_t i = 0; i < of_all_count; i++)
        tests[count + i] = of_all[i];
    return _cmocka_run_group_tests("judge", tests, count + of_all_count, NULL, NULL);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_judge__what_is_bad_has_an_error_and_nothing_else_has),
        cmocka_unit_test(test_judge__status_and_verdicts_go_together),
        cmocka_unit_test(test_judge__every_finding_has_its_words_in_both_languages),
        cmocka_unit_test(test_judge__the_resolver_is_asked_only_for_what_is_right),
        cmocka_unit_test(test_judge__every_finding_is_told_of_some_case),
        cmocka_unit_test(test_judge__nothing_above_a_note_on_what_is_good),
        cmocka_unit_test(test_judge__silence_is_never_missing_nor_ok),
        cmocka_unit_test(test_judge__a_type_that_is_not_looked_at_is_not_missing),
        cmocka_unit_test(test_judge__one_silent_server_changes_no_verdict_of_the_other),
        cmocka_unit_test(test_judge__any_other_character_of_a_key_is_noticed),
        cmocka_unit_test(test_judge__a_key_cut_off_anywhere_is_noticed),
        cmocka_unit_test(test_judge__white_space_in_a_key_changes_nothing),
        cmocka_unit_test(test_judge__any_slip_in_an_spf_record_is_noticed),
        cmocka_unit_test(test_judge__out_of_memory_is_told_and_loses_nothing),
    };
    if (argc > 1)
        return print_case(argv[1]);
    return run_all(tests, COUNT_OF(tests));
}
