/* SPDX-License-Identifier: Apache-2.0 */
#include "support.h"

#include "grammar/dmarc.h"

static dmarc_record record_of(const char *text)
{
    dmarc_record record;
    (void)dmarc_read(view_of(text), &record);
    return record;
}

static void test_dmarc__takes_what_is_right(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "v=DMARC1; p=none",
        "v=DMARC1;p=none",
        "v=DMARC1; p=none;",
        "v = DMARC1 ;\tp = reject ; ",
        "v=DMARC1; p=None; sp=QUARANTINE; np=Reject",
        "v=DMARC1; p=reject; rua=mailto:a@b.c",
        "v=DMARC1; rua=mailto:a@b.c, mailto:d@e.f!10m ,https://x.y/z!5; ruf=mailto:a@b.c!1; p=none",
        "v=DMARC1; p=none; adkim=r; aspf=S; fo=0:1:d:s; pct=0; ri=86400; rf=afrf; t=n; psd=y",
        "v=DMARC1; p=none; x_1=anything at all; P=y",
    };
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        dmarc_record record;
        if (!dmarc_read(view_of(texts[i]), &record))
            fail_msg("%s: %s at %zu", texts[i], dmarc_problem_text(&record), record.problem_at);
    }
}

static void test_dmarc__tells_what_is_wrong_and_where(void **state)
{
    (void)state;
    /* '^' marks the place, and is not part of the record. */
    static const struct {
        const char *text;
        dmarc_problem problem;
        tags_problem list_problem;
    } cases[] = {
        {"^", DMARC_NOT_DMARC, TAGS_FINE},
        {"^v=DMARC2; p=none", DMARC_NOT_DMARC, TAGS_FINE},
        {"^v=dmarc1; p=none", DMARC_NOT_DMARC, TAGS_FINE},
        {"^V=DMARC1; p=none", DMARC_NOT_DMARC, TAGS_FINE},
        {"^v=DMARC1 p=none", DMARC_NOT_DMARC, TAGS_FINE},
        {"^v=DMARC1, p=none", DMARC_NOT_DMARC, TAGS_FINE},
        {"^ v=DMARC1; p=none", DMARC_NOT_DMARC, TAGS_FINE},
        {"^p=none; v=DMARC1", DMARC_NOT_DMARC, TAGS_FINE},
        {"^\"v=DMARC1; p=none\"", DMARC_NOT_DMARC, TAGS_FINE},
        {"^v=DMARC1\\; p=none", DMARC_NOT_DMARC, TAGS_FINE},
        {"v=DMARC1^", DMARC_NO_POLICY, TAGS_FINE},
        {"v=DMARC1; sp=none^", DMARC_NO_POLICY, TAGS_FINE},
        {"v=DMARC1; P=none^", DMARC_NO_POLICY, TAGS_FINE},
        {"v=DMARC1; ^p=monitor", DMARC_BAD_POLICY, TAGS_FINE},
        {"v=DMARC1; ^p=", DMARC_BAD_POLICY, TAGS_FINE},
        {"v=DMARC1; ^p=none\\; pct=100", DMARC_BAD_POLICY, TAGS_FINE},
        {"v=DMARC1; p=none; ^sp=rejected", DMARC_BAD_POLICY, TAGS_FINE},
        {"v=DMARC1; p=none; ^np=no", DMARC_BAD_POLICY, TAGS_FINE},
        {"v=DMARC1; ^; p=none", DMARC_BAD_LIST, TAGS_BAD_NAME},
        {"v=DMARC1; p=none; rua^", DMARC_BAD_LIST, TAGS_NO_EQUALS},
        {"v=DMARC1; p=none; ^p=none", DMARC_BAD_LIST, TAGS_TWICE},
        {"v=DMARC1; p=none; ^v=DMARC1", DMARC_BAD_LIST, TAGS_TWICE},
        {"v=DMARC1; p=none; x=^\xC3\xA9", DMARC_BAD_LIST, TAGS_BAD_CHARACTER},
        {"v=DMARC1; p=none; ^adkim=x", DMARC_BAD_VALUE, TAGS_FINE},
        {"v=DMARC1; p=none; ^aspf=rs", DMARC_BAD_VALUE, TAGS_FINE},
        {"v=DMARC1; p=none; ^fo=0:2", DMARC_BAD_VALUE, TAGS_FINE},
        {"v=DMARC1; p=none; ^fo=", DMARC_BAD_VALUE, TAGS_FINE},
        {"v=DMARC1; p=none; ^pct=101", DMARC_BAD_VALUE, TAGS_FINE},
        {"v=DMARC1; p=none; ^pct=-1", DMARC_BAD_VALUE, TAGS_FINE},
        {"v=DMARC1; p=none; ^pct=", DMARC_BAD_VALUE, TAGS_FINE},
        {"v=DMARC1; p=none; ^ri=1d", DMARC_BAD_VALUE, TAGS_FINE},
        {"v=DMARC1; p=none; ^ri=1234567890", DMARC_BAD_VALUE, TAGS_FINE},
        {"v=DMARC1; p=none; ^rf=", DMARC_BAD_VALUE, TAGS_FINE},
        {"v=DMARC1; p=none; ^t=yes", DMARC_BAD_VALUE, TAGS_FINE},
        {"v=DMARC1; p=none; ^psd=maybe", DMARC_BAD_VALUE, TAGS_FINE},
        {"v=DMARC1; p=none; ^psd=", DMARC_BAD_VALUE, TAGS_FINE},
        {"v=DMARC1; p=none; ^rua=a@b.c", DMARC_BAD_VALUE, TAGS_FINE},
        {"v=DMARC1; p=none; ^rua=", DMARC_BAD_VALUE, TAGS_FINE},
        {"v=DMARC1; p=none; ^rua=mailto:", DMARC_BAD_VALUE, TAGS_FINE},
        {"v=DMARC1; p=none; ^rua=mailto:a", DMARC_BAD_VALUE, TAGS_FINE},
        {"v=DMARC1; p=none; ^rua=mailto:a@b.c,", DMARC_BAD_VALUE, TAGS_FINE},
        {"v=DMARC1; p=none; ^rua=mailto:a@b.c mailto:d@e.f", DMARC_BAD_VALUE, TAGS_FINE},
        {"v=DMARC1; p=none; ^ruf=1a:b", DMARC_BAD_VALUE, TAGS_FINE},
        {"v=DMARC1; p=none; ^ruf=:b", DMARC_BAD_VALUE, TAGS_FINE},
        {"v=DMARC1; p=none; ^ruf=a_b:c", DMARC_BAD_VALUE, TAGS_FINE},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char text[200];
        size_t place = strcspn(cases[i].text, "^");
        memcpy(text, cases[i].text, place);
        strcpy(text + place, cases[i].text + place + 1);
        dmarc_record record;
        assert_false(dmarc_read(view_of(text), &record));
        if (record.problem != cases[i].problem || record.list_problem != cases[i].list_problem ||
            record.problem_at != place)
            fail_msg("%s: %s at %zu", cases[i].text, dmarc_problem_text(&record), record.problem_at);
        assert_true(strlen(dmarc_problem_text(&record)) > 6);
    }
}

static void test_dmarc__uses_what_can_be_understood_of_a_wrong_record(void **state)
{
    (void)state;
    dmarc_record record = record_of("v=DMARC1; ;; sp=x; rubbish; p=reject; p=none; pct=500; rua=mailto:a@b.c");
    assert_int_equal(record.problem, DMARC_BAD_LIST);
    assert_int_equal(record.problem_at, 10);
    assert_int_equal(record.p, DMARC_REJECT);
    assert_int_equal(record.sp, DMARC_UNKNOWN);
    assert_int_equal(record.percent, 100);
    assert_true(view_is(record.rua, "mailto:a@b.c"));
}

static void test_dmarc__reads_the_tags(void **state)
{
    (void)state;
    dmarc_record record = record_of("v=DMARC1; p=quarantine; sp=none; np=reject; pct=20; t=y; psd=N; ruf=mailto:f@g.h");
    assert_int_equal(record.p, DMARC_QUARANTINE);
    assert_int_equal(record.sp, DMARC_NONE);
    assert_int_equal(record.np, DMARC_REJECT);
    assert_int_equal(record.percent, 20);
    assert_int_equal(record.psd, 'n');
    assert_true(record.is_testing && record.is_p_second && record.has_old_tags);
    assert_false(record.has_unknown_tags);
    assert_true(view_is(record.ruf, "mailto:f@g.h"));
    assert_int_equal(record.rua.length, 0);
    record = record_of("v=DMARC1; x=y; p=none");
    assert_int_equal(record.percent, 100);
    assert_int_equal(record.psd, 'u');
    assert_true(record.has_unknown_tags);
    assert_false(record.is_p_second || record.is_testing || record.has_old_tags);
    assert_true(record_of("v=DMARC1; p=none; ri=1").has_old_tags);
    assert_true(record_of("v=DMARC1; p=none; rf=afrf").has_old_tags);
    /* A part that is no tag counts: readers by RFC 7489 see it too. */
    assert_false(record_of("v=DMARC1;; p=none").is_p_second);
}

static void test_dmarc__a_record_is_told_by_its_version(void **state)
{
    (void)state;
    assert_true(dmarc_is_record(view_of("v=DMARC1")));
    assert_true(dmarc_is_record(view_of("v = DMARC1; nonsense")));
    assert_true(dmarc_is_record((view){"v=DMARC1x", 8}));
    assert_false(dmarc_is_record(view_of("v=DMARC10; p=none")));
    assert_false(dmarc_is_record(view_of("v=dmarc1; p=none")));
    assert_false(dmarc_is_record(view_of("")));
    assert_true(dmarc_is_meant(view_of("V=dmarc1; p=none")));
    assert_true(dmarc_is_meant(view_of(" ; p=none; v=DMARC1")));
    assert_false(dmarc_is_meant(view_of("v=spf1 -all")));
    assert_false(dmarc_is_meant(view_of("v=DKIM1; p=")));
}

static void test_dmarc__the_policy_depends_on_the_place(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        dmarc_policy at, below, below_missing;
    } cases[] = {
        {"v=DMARC1; p=reject", DMARC_REJECT, DMARC_REJECT, DMARC_REJECT},
        {"v=DMARC1; p=reject; sp=none", DMARC_REJECT, DMARC_NONE, DMARC_NONE},
        {"v=DMARC1; p=none; sp=quarantine; np=reject", DMARC_NONE, DMARC_QUARANTINE, DMARC_REJECT},
        {"v=DMARC1; p=none; np=reject", DMARC_NONE, DMARC_NONE, DMARC_REJECT},
        {"v=DMARC1; p=reject; sp=x; np=x", DMARC_REJECT, DMARC_REJECT, DMARC_REJECT},
        {"v=DMARC1; sp=reject", DMARC_NONE, DMARC_REJECT, DMARC_REJECT},
        {"v=DMARC1; p=x", DMARC_NONE, DMARC_NONE, DMARC_NONE},
        {"v=DMARC1", DMARC_NONE, DMARC_NONE, DMARC_NONE},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        dmarc_record record = record_of(cases[i].text);
        if (dmarc_policy_at(&record, DMARC_AT_DOMAIN) != cases[i].at ||
            dmarc_policy_at(&record, DMARC_BELOW) != cases[i].below ||
            dmarc_policy_at(&record, DMARC_BELOW_MISSING) != cases[i].below_missing)
            fail_msg("%s", cases[i].text);
    }
    assert_string_equal(dmarc_policy_name(DMARC_ABSENT), "");
    assert_string_equal(dmarc_policy_name(DMARC_UNKNOWN), "");
    assert_string_equal(dmarc_policy_name(DMARC_NONE), "none");
    assert_string_equal(dmarc_policy_name(DMARC_QUARANTINE), "quarantine");
    assert_string_equal(dmarc_policy_name(DMARC_REJECT), "reject");
}

static void test_dmarc__gives_the_addresses_of_reports(void **state)
{
    (void)state;
    static const struct {
        const char *address, *domain;
    } expected[] = {
        {"mailto:a@b.c", "b.c"},
        {"MAILTO:d@e.f", "e.f"},
        {"mailto:g@h.i?subject=x", "h.i"},
        {"https://x.y/!z", ""},
        {"mailto:a!10x", ""},
        {"mailto:@b.c", ""},
        {"mailto:a@", ""},
        {"mailt", ""},
    };
    view list = view_of("mailto:a@b.c!10m, MAILTO:d@e.f!5 ,mailto:g@h.i?subject=x,https://x.y/!z,mailto:a!10x,"
                        "mailto:@b.c,mailto:a@,mailt!1");
    view address;
    for (size_t i = 0; i < COUNT_OF(expected); i++) {
        assert_true(dmarc_next_address(&list, &address));
        if (!view_is(address, expected[i].address) || !view_is(dmarc_address_domain(address), expected[i].domain))
            fail_msg("%s: %.*s", expected[i].address, (int)address.length, address.at);
    }
    assert_false(dmarc_next_address(&list, &address));
}

static void test_dmarc__views_compare_as_names_do(void **state)
{
    (void)state;
    assert_true(view_same_name(view_of("A.b."), view_of("a.B")));
    assert_true(view_same_name(view_of("."), view_of(".")));
    assert_false(view_same_name(view_of("a.b.."), view_of("a.b")));
    assert_false(view_same_name(view_of("a.b"), view_of("a.bc")));
    assert_false(view_same_name(view_of(""), view_of(".")));
    assert_true(view_is_ignoring_case(view_of("aBc"), "AbC"));
    assert_false(view_is_ignoring_case(view_of("aBc"), "AbCd"));
    view rest = view_of("a,,b"), part;
    assert_true(view_split(&rest, ',', &part) && view_is(part, "a"));
    assert_true(view_split(&rest, ',', &part) && view_is(part, ""));
    assert_true(view_split(&rest, ',', &part) && view_is(part, "b"));
    assert_false(view_split(&rest, ',', &part));
    rest = view_of("");
    assert_true(view_split(&rest, ',', &part) && view_is(part, ""));
    assert_false(view_split(&rest, ',', &part));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dmarc__takes_what_is_right),
        cmocka_unit_test(test_dmarc__tells_what_is_wrong_and_where),
        cmocka_unit_test(test_dmarc__uses_what_can_be_understood_of_a_wrong_record),
        cmocka_unit_test(test_dmarc__reads_the_tags),
        cmocka_unit_test(test_dmarc__a_record_is_told_by_its_version),
        cmocka_unit_test(test_dmarc__the_policy_depends_on_the_place),
        cmocka_unit_test(test_dmarc__gives_the_addresses_of_reports),
        cmocka_unit_test(test_dmarc__views_compare_as_names_do),
    };
    return cmocka_run_group_tests_name("dmarc", tests, NULL, NULL);
}
