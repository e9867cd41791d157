/* SPDX-License-Identifier: Apache-2.0 */
#include "support.h"

#include <stdio.h>

#include "grammar/spf.h"

#define EXPECTED "v=spf1 include:qcloudmail.com ~all"
#define MAX_RECORDS 4

typedef struct merge_case {
    const char *records[MAX_RECORDS];
    const char *merged; /* NULL: none */
    int32_t action, before, after;
} merge_case;

static const tcses_spf_merge_result *merge(const char *const *records, const char *expected)
{
    tcses_spf_merge_request request = TCSES_SPF_MERGE_REQUEST_INIT;
    const tcses_spf_merge_result *result = NULL;
    tcses_error *error = NULL;
    request.records = records;
    while (request.records_count < MAX_RECORDS && records[request.records_count] != NULL)
        request.records_count++;
    request.expected = expected;
    if (tcses_spf_merge(&request, NULL, &result, &error) != TCSES_OK)
        fail_msg("%s", tcses_error_message(error));
    assert_int_equal(result->size, sizeof *result);
    return result;
}

static void expect_merged(const merge_case *c)
{
    const tcses_spf_merge_result *result = merge(c->records, EXPECTED);
    if (result->action != c->action || (result->record == NULL) != (c->merged == NULL) ||
        (c->merged != NULL && strcmp(result->record, c->merged) != 0))
        fail_msg("%s: %d, %s (%s)", c->records[0], result->action, result->record, result->problem);
    if (result->lookups_before != c->before || result->lookups_after != c->after)
        fail_msg("%s: %d and %d look-ups", c->records[0], result->lookups_before, result->lookups_after);
    bool has_problem = c->action == TCSES_MERGE_CONFLICT || c->action == TCSES_MERGE_BROKEN;
    assert_true((result->problem != NULL) == has_problem);
    if (c->merged != NULL) {
        spf_summary s;
        assert_true(spf_summarise(view_of(result->record), &s));
        assert_int_equal(spf_find_include(view_of(result->record), view_of("qcloudmail.com"), NULL), SPF_REACHED);
    }
    tcses_spf_merge_result_free(result);
}

static void test_merge__what_is_there_stays(void **state)
{
    (void)state;
    static const merge_case cases[] = {
        {{"v=spf1 include:qcloudmail.com ~all"}, "v=spf1 include:qcloudmail.com ~all", TCSES_MERGE_UNCHANGED, 1, 1},
        {{"V=spf1  a INCLUDE:QcloudMail.com. -all "}, "V=spf1  a INCLUDE:QcloudMail.com. -all ", TCSES_MERGE_UNCHANGED,
            2, 2},
        {{"v=spf1 include:qcloudmail.com"}, "v=spf1 include:qcloudmail.com", TCSES_MERGE_UNCHANGED, 1, 1},
        {{"google-site-verification=x", "v=spf1 +include:qcloudmail.com redirect=a.b", "v=spf10 -all"},
            "v=spf1 +include:qcloudmail.com redirect=a.b", TCSES_MERGE_UNCHANGED, 2, 2},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        expect_merged(&cases[i]);
}

static void test_merge__without_a_record_the_expected_one_is_new(void **state)
{
    (void)state;
    static const merge_case cases[] = {
        {{NULL}, EXPECTED, TCSES_MERGE_NEW, 0, 1},
        {{"v=spf10 -all", " v=spf1 -all", ""}, EXPECTED, TCSES_MERGE_NEW, 0, 1},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        expect_merged(&cases[i]);
}

static void test_merge__the_include_goes_before_all_or_redirect(void **state)
{
    (void)state;
    static const merge_case cases[] = {
        {{"v=spf1 -all"}, "v=spf1 include:qcloudmail.com -all", TCSES_MERGE_CHANGED, 0, 1},
        {{"v=spf1 a  mx ?all"}, "v=spf1 a  mx include:qcloudmail.com ?all", TCSES_MERGE_CHANGED, 2, 3},
        {{"v=spf1 a +ALL"}, "v=spf1 a include:qcloudmail.com +ALL", TCSES_MERGE_CHANGED, 1, 2},
        {{"v=spf1"}, "v=spf1 include:qcloudmail.com", TCSES_MERGE_CHANGED, 0, 1},
        {{"v=spf1 a   "}, "v=spf1 a include:qcloudmail.com", TCSES_MERGE_CHANGED, 1, 2},
        {{"v=spf1 a redirect=x.y"}, "v=spf1 a include:qcloudmail.com redirect=x.y", TCSES_MERGE_CHANGED, 2, 3},
        {{"v=spf1 redirect=x.y a"}, "v=spf1 include:qcloudmail.com redirect=x.y a", TCSES_MERGE_CHANGED, 2, 3},
        {{"v=spf1 a -all exp=x.y"}, "v=spf1 a include:qcloudmail.com -all exp=x.y", TCSES_MERGE_CHANGED, 1, 2},
        {{"v=spf1 exp=x.y foo=bar ip4:192.0.2.1 ~all"},
            "v=spf1 exp=x.y foo=bar ip4:192.0.2.1 include:qcloudmail.com ~all", TCSES_MERGE_CHANGED, 0, 1},
        /* Another domain that begins or ends like it is another. */
        {{"v=spf1 include:qcloudmail.com.cn include:x.qcloudmail.com -all"},
            "v=spf1 include:qcloudmail.com.cn include:x.qcloudmail.com include:qcloudmail.com -all",
            TCSES_MERGE_CHANGED, 2, 3},
        {{"v=spf1 a:qcloudmail.com redirect=qcloudmail.com"},
            "v=spf1 a:qcloudmail.com include:qcloudmail.com redirect=qcloudmail.com", TCSES_MERGE_CHANGED, 2, 3},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        expect_merged(&cases[i]);
}

static void test_merge__an_include_that_does_not_count_is_replaced(void **state)
{
    (void)state;
    static const merge_case cases[] = {
        {{"v=spf1 -all include:qcloudmail.com"}, "v=spf1 include:qcloudmail.com -all", TCSES_MERGE_CHANGED, 0, 1},
        {{"v=spf1 a ~all  include:qcloudmail.com exp=x.y"}, "v=spf1 a include:qcloudmail.com ~all exp=x.y",
            TCSES_MERGE_CHANGED, 1, 2},
        {{"v=spf1 ?include:qcloudmail.com a -all"}, "v=spf1 a include:qcloudmail.com -all", TCSES_MERGE_CHANGED, 2, 2},
        {{"v=spf1 a ~include:qcloudmail.com"}, "v=spf1 a include:qcloudmail.com", TCSES_MERGE_CHANGED, 2, 2},
        {{"v=spf1 -include:qcloudmail.com"}, "v=spf1 include:qcloudmail.com", TCSES_MERGE_CHANGED, 1, 1},
        {{"v=spf1 -include:qcloudmail.com all"}, "v=spf1 include:qcloudmail.com all", TCSES_MERGE_CHANGED, 1, 1},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        expect_merged(&cases[i]);
}

static void test_merge__two_records_are_a_conflict_with_a_proposal(void **state)
{
    (void)state;
    static const merge_case cases[] = {
        {{"v=spf1 a -all", "v=spf1 include:qcloudmail.com ~all"}, "v=spf1 a include:qcloudmail.com -all",
            TCSES_MERGE_CONFLICT, 2, 2},
        {{"v=spf1 include:qcloudmail.com ~all", "v=spf1 include:qcloudmail.com ~all"},
            "v=spf1 include:qcloudmail.com ~all", TCSES_MERGE_CONFLICT, 2, 1},
        {{"v=spf1 mx a ?all", "x", "V=SPF1 A ip4:192.0.2.1 +all", "v=spf1 ip4:192.0.2.1 MX"},
            "v=spf1 mx a ip4:192.0.2.1 include:qcloudmail.com ?all", TCSES_MERGE_CONFLICT, 4, 3},
        {{"v=spf1 a +all", "v=spf1 mx all"}, "v=spf1 a mx include:qcloudmail.com all", TCSES_MERGE_CONFLICT, 2, 3},
        {{"v=spf1 a", "v=spf1 mx"}, "v=spf1 a mx include:qcloudmail.com", TCSES_MERGE_CONFLICT, 2, 3},
        /* The same with another qualifier, another prefix length or another domain is another term. */
        {{"v=spf1 a ?a a/24 a:x.y -all", "v=spf1 a:X.Y. a/24 ~mx -all"},
            "v=spf1 a ?a a/24 a:x.y ~mx include:qcloudmail.com -all", TCSES_MERGE_CONFLICT, 7, 6},
        {{"v=spf1 ?include:qcloudmail.com a -all", "v=spf1 mx -all"}, "v=spf1 a mx include:qcloudmail.com -all",
            TCSES_MERGE_CONFLICT, 3, 3},
        /* What is behind `all` was never reached. */
        {{"v=spf1 a -all mx", "v=spf1 ptr ~all"}, "v=spf1 a ptr include:qcloudmail.com -all", TCSES_MERGE_CONFLICT, 2,
            3},
        /* One redirect can stay if there is no `all`; others become includes. */
        {{"v=spf1 a redirect=x.y", "v=spf1 mx"}, "v=spf1 a mx include:qcloudmail.com redirect=x.y",
            TCSES_MERGE_CONFLICT, 3, 4},
        {{"v=spf1 redirect=x.y", "v=spf1 redirect=v.w", "v=spf1 redirect=X.y"},
            "v=spf1 include:v.w include:qcloudmail.com redirect=x.y", TCSES_MERGE_CONFLICT, 3, 3},
        {{"v=spf1 redirect=x.y", "v=spf1 a -all"}, "v=spf1 include:x.y a include:qcloudmail.com -all",
            TCSES_MERGE_CONFLICT, 2, 3},
        {{"v=spf1 redirect=x.y", "v=spf1 include:x.y -all"}, "v=spf1 include:x.y include:qcloudmail.com -all",
            TCSES_MERGE_CONFLICT, 2, 2},
        {{"v=spf1 redirect=x.y", "v=spf1 redirect=x.y"}, "v=spf1 include:qcloudmail.com redirect=x.y",
            TCSES_MERGE_CONFLICT, 2, 2},
        {{"v=spf1 redirect=qcloudmail.com", "v=spf1 -all"}, "v=spf1 include:qcloudmail.com -all", TCSES_MERGE_CONFLICT,
            1, 1},
        /* One explanation; other modifiers once each. */
        {{"v=spf1 exp=a.b x=1 -all", "v=spf1 exp=c.d x=2 X=1 -all"},
            "v=spf1 x=1 x=2 include:qcloudmail.com -all exp=a.b", TCSES_MERGE_CONFLICT, 0, 1},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        expect_merged(&cases[i]);
    static const char *const two[] = {"v=spf1 a -all", "v=spf1 mx -all", NULL};
    const tcses_spf_merge_result *result = merge(two, EXPECTED);
    assert_string_equal(result->problem,
        "there are 2 SPF records, which makes all of them void (RFC 7208, 4.5): publish one in their place");
    tcses_spf_merge_result_free(result);
}

static void test_merge__a_broken_record_is_told(void **state)
{
    (void)state;
    static const merge_case cases[] = {
        {{"v=spf1 a moo -all"}, NULL, TCSES_MERGE_BROKEN, 1, 0},
        {{"v=spf1 include:qcloudmail.com ~all", "v=spf1 a:"}, NULL, TCSES_MERGE_BROKEN, 1, 0},
    };
    static const char *const problems[] = {
        "the record has a mechanism that does not exist, at character 10: moo",
        "record 2 of 2 has a term whose domain is missing, at character 10",
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        expect_merged(&cases[i]);
        const tcses_spf_merge_result *result = merge(cases[i].records, EXPECTED);
        assert_string_equal(result->problem, problems[i]);
        tcses_spf_merge_result_free(result);
    }
    static const char *const hostile[] = {
        "v=spf1 \x1B[31mevil\xFF-and-so-on-and-so-on-and-so-on-and-so-on-and-so-on -all", NULL};
    const tcses_spf_merge_result *result = merge(hostile, EXPECTED);
    assert_string_equal(result->problem, "the record holds a character that is not visible ASCII, at character 8: "
                                         "?[31mevil?-and-so-on-and-so-on-and-so-on");
    tcses_spf_merge_result_free(result);
}

static void test_merge__all_that_is_expected_goes_in(void **state)
{
    (void)state;
    static const char *const one[] = {"v=spf1 a:one.two/24 mx -all", NULL};
    const tcses_spf_merge_result *result = merge(one, "v=spf1 include:x.y a:One.Two/24 ip4:192.0.2.1 ~all exp=e.f");
    assert_string_equal(result->record, "v=spf1 a:one.two/24 mx include:x.y ip4:192.0.2.1 -all");
    tcses_spf_merge_result_free(result);
}

static void test_merge__arguments_are_checked(void **state)
{
    (void)state;
    static const char *const holes[] = {"v=spf1 -all", NULL};
    static const struct {
        const char *const *records;
        size_t count, size;
        const char *expected, *field;
    } cases[] = {
        {NULL, 0, 1, EXPECTED, "request"},
        {NULL, 1, 0, EXPECTED, "records"},
        {holes, 2, 0, EXPECTED, "records"},
        {NULL, 0, 0, NULL, "expected"},
        {NULL, 0, 0, "include:qcloudmail.com", "expected"},
        {NULL, 0, 0, "v=spf1 moo", "expected"},
        {NULL, 0, 0, "v=spf1 -all", "expected"},
        {NULL, 0, 0, "v=spf1 redirect=a.b", "expected"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        tcses_spf_merge_request request;
        const tcses_spf_merge_result *result = (const tcses_spf_merge_result *)(uintptr_t)1;
        tcses_error *error = NULL;
        tcses_spf_merge_request_init(&request, sizeof request);
        request.records = cases[i].records;
        request.records_count = cases[i].count;
        request.expected = cases[i].expected;
        if (cases[i].size != 0)
            request.size = cases[i].size;
        assert_int_equal(tcses_spf_merge(&request, NULL, &result, &error), TCSES_ERR_ARGUMENT);
        assert_string_equal(tcses_error_field(error), cases[i].field);
        assert_null(result);
        tcses_error_free(error);
    }
    tcses_error *error = NULL;
    assert_int_equal(tcses_spf_merge(NULL, NULL, &(const tcses_spf_merge_result *){NULL}, &error), TCSES_ERR_ARGUMENT);
    assert_string_equal(tcses_error_field(error), "request");
    tcses_error_free(error);
    assert_int_equal(tcses_spf_merge(NULL, NULL, NULL, NULL), TCSES_ERR_ARGUMENT);
    tcses_spf_merge_result_free(NULL);
}

/* ---- DMARC ---- */

static void test_merge__a_proposal_is_never_weaker_than_what_is_inherited(void **state)
{
    (void)state;
    static const struct {
        const char *expected, *inherited, *proposed;
    } cases[] = {
        {"v=DMARC1; p=none", NULL, "v=DMARC1; p=none"},
        {"v=DMARC1; p=none", "v=DMARC1; p=none", "v=DMARC1; p=none"},
        {"v=DMARC1; p=none", "v=DMARC1; p=reject", "v=DMARC1; p=reject"},
        {"v=DMARC1;p=NONE;rua=mailto:a@b.c", "v=DMARC1; p=quarantine", "v=DMARC1;p=quarantine;rua=mailto:a@b.c"},
        {"v=DMARC1; p=quarantine", "v=DMARC1; p=reject", "v=DMARC1; p=reject"},
        {"v=DMARC1; p=reject", "v=DMARC1; p=quarantine", "v=DMARC1; p=reject"},
        /* sp is for what is below. */
        {"v=DMARC1; p=none", "v=DMARC1; p=reject; sp=none", "v=DMARC1; p=none"},
        {"v=DMARC1; p=none", "v=DMARC1; p=none; sp=quarantine", "v=DMARC1; p=quarantine"},
        /* np is for names that do not exist: not for this one, which will, but for what is below it. */
        {"v=DMARC1; p=none", "v=DMARC1; p=none; np=reject", "v=DMARC1; p=none; np=reject"},
        {"v=DMARC1; p=none;", "v=DMARC1; p=reject; sp=quarantine; np=reject", "v=DMARC1; p=quarantine; np=reject;"},
        {"v=DMARC1; p=none; np=none", "v=DMARC1; p=none; np=quarantine", "v=DMARC1; p=none; np=quarantine"},
        {"v=DMARC1; p=reject; sp=none", "v=DMARC1; p=none; np=reject", "v=DMARC1; p=reject; np=reject; sp=none"},
        {"v=DMARC1; p=reject", "v=DMARC1; p=none; np=reject", "v=DMARC1; p=reject"},
        {"v=DMARC1; p=none", "v=DMARC1; p=quarantine; np=none", "v=DMARC1; p=quarantine"},
        /* The expected record's own sp and np too. */
        {"v=DMARC1; p=reject; sp=none; np=quarantine", "v=DMARC1; p=reject",
            "v=DMARC1; p=reject; sp=reject; np=reject"},
        /* What softens it comes along, unless the expected record says how. */
        {"v=DMARC1; p=none;", "v=DMARC1; p=reject; pct=20; t=y", "v=DMARC1; p=reject; pct=20; t=y;"},
        {"v=DMARC1; p=none; pct=50", "v=DMARC1; p=reject; pct=20", "v=DMARC1; p=reject; pct=50"},
        {"v=DMARC1; p=reject", "v=DMARC1; p=reject; pct=20", "v=DMARC1; p=reject"},
        /* What is no record is not inherited; of a record with a slip the policy is. */
        {"v=DMARC1; p=none", "v=dmarc1; p=reject", "v=DMARC1; p=none"},
        {"v=DMARC1; p=none", "", "v=DMARC1; p=none"},
        {"v=DMARC1; p=none", "v=DMARC1; p=reject; rua=x", "v=DMARC1; p=reject"},
        {"v=DMARC1; p=none", "v=DMARC1; p=nonsense", "v=DMARC1; p=none"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const tcses_text *text = NULL;
        assert_int_equal(tcses_dmarc_propose(cases[i].expected, cases[i].inherited, NULL, &text, NULL), TCSES_OK);
        assert_string_equal(text->text, cases[i].proposed);
        assert_int_equal(text->length, strlen(text->text));
        tcses_text_free(text);
    }
}

static void test_merge__what_is_expected_must_be_dmarc(void **state)
{
    (void)state;
    static const char *const wrong[] = {NULL, "", "p=none", "v=DMARC1", "v=DMARC1; p=x", "v=DMARC1; p=none; x"};
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        const tcses_text *text = (const tcses_text *)(uintptr_t)1;
        tcses_error *error = NULL;
        assert_int_equal(tcses_dmarc_propose(wrong[i], NULL, NULL, &text, &error), TCSES_ERR_ARGUMENT);
        assert_string_equal(tcses_error_field(error), "expected");
        assert_null(text);
        tcses_error_free(error);
    }
    assert_int_equal(tcses_dmarc_propose("v=DMARC1; p=none", NULL, NULL, NULL, NULL), TCSES_ERR_ARGUMENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_merge__what_is_there_stays),
        cmocka_unit_test(test_merge__without_a_record_the_expected_one_is_new),
        cmocka_unit_test(test_merge__the_include_goes_before_all_or_redirect),
        cmocka_unit_test(test_merge__an_include_that_does_not_count_is_replaced),
        cmocka_unit_test(test_merge__two_records_are_a_conflict_with_a_proposal),
        cmocka_unit_test(test_merge__a_broken_record_is_told),
        cmocka_unit_test(test_merge__all_that_is_expected_goes_in),
        cmocka_unit_test(test_merge__arguments_are_checked),
        cmocka_unit_test(test_merge__a_proposal_is_never_weaker_than_what_is_inherited),
        cmocka_unit_test(test_merge__what_is_expected_must_be_dmarc),
    };
    return cmocka_run_group_tests_name("merge", tests, NULL, NULL);
}
