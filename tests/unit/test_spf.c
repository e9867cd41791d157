/* SPDX-License-Identifier: Apache-2.0 */
#include "support.h"

#include "grammar/spf.h"

/* A record of which the whole is right, and how many look-ups it needs. */
static const struct {
    const char *record;
    int lookups;
} right[] = {
    {"v=spf1", 0},
    {"v=spf1 ", 0},
    {"V=SPF1 -ALL", 0},
    {"v=SpF1   ~all   ", 0},
    {"v=spf1 ?all", 0},
    {"v=spf1 all -all", 0},
    {"v=spf1 a  -all", 1},
    {"v=spf1 include:qcloudmail.com ~all", 1},
    {"v=spf1 INCLUDE:A.b -all", 1},
    {"v=spf1 a mx ptr include:a.b exists:a.b redirect=a.b", 6},
    {"v=spf1 a mx a mx a mx a mx a ptr ip4:192.0.2.4 -all", 10},
    /* What is never reached does not count. */
    {"v=spf1 a -all mx include:a.b", 1},
    {"v=spf1 redirect=a.b ~all", 0},
    {"v=spf1 exp=a.b -all", 0},
    {"v=spf1 ip4:192.0.2.1 redirect=a.b", 1},
    /* Names. */
    {"v=spf1 a:mail.example...com -all", 1},
    {"v=spf1 a:foo:bar/baz.example.com", 1},
    {"v=spf1 mx:foo:bar/baz.example.com", 1},
    {"v=spf1 a:foo.example.xn--zckzah -all", 1},
    {"v=spf1 a:example.com. -all", 1},
    {"v=spf1 a:a.1a -all", 1},
    {"v=spf1 a:.com -all", 1},
    {"v=spf1 a:_x!$&'()*+,;<>?@[\\]^`{|}~\"#.example.com -all", 1},
    {"v=spf1 a:a123456789012345678901234567890123456789012345678901234567890123.example.com -all", 1},
    /* Prefix lengths. */
    {"v=spf1 a/0 a/32 a//0 a//33 a//128 a/24//64 mx/0 mx//0 mx/24//64 -all", 9},
    {"v=spf1 a:foo.example.com/24 a:a.b//64 mx:a.b/1//2 -all", 3},
    /* Addresses. */
    {"v=spf1 ip4:192.0.2.1 ip4:0.0.0.0/0 ip4:192.0.2.4/32 ip4:255.255.255.255/8 -all", 0},
    {"v=spf1 ip6:::1.1.1.1/0 ip6:Cafe:Babe:8000::/33 ip6:::1 ip6:2001:db8::/128 -ip6:::FFFF:192.0.2.4", 0},
    {"v=spf1 ip6:1111:2222:3333:4444:5555:6666:255.255.255.255", 0},
    /* Modifiers. */
    {"v=spf1 moo.cow-far_out=man:dog/cat ip4:192.0.2.4 -all", 0},
    {"v=spf1 default=pass default=+ x=", 0},
    {"v=spf1 include=a.b all=x v=spf1;", 0},
    {"v=spf1 x=%{c}%{r}%{t}", 0},
    {"v=spf1 exp=msg.example.com. redirect=%{d}.d.spf.example.com.", 1},
    /* Macros. */
    {"v=spf1 a:macro%%percent%_%_space%-url-space.example.com -all", 1},
    {"v=spf1 a:%{H} -all", 1},
    {"v=spf1 exists:%{i}.%{l2r-}.user.%{d2}", 1},
    {"v=spf1 exists:%{l2r+-}.user.%{d2} exists:%{p}.should.example.com", 2},
    {"v=spf1 exists:%{d10R.-+,/_=} exists:%{d00001}", 2},
    {"v=spf1 -include:_spfh.%{d2} ip4:192.0.2.0/24 -all", 1},
    {"v=spf1 a:%{d}/24 mx:%{d}//64 include:%%", 3},
    {"v=spf1 -all exp=msg8.%{D2}", 0},
    {"v=spf1 -exists:a.%{s}%{l}%{o}%{d}%{i}%{p}%{h}%{v}", 1},
};

static void test_spf__takes_what_is_right(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(right); i++) {
        spf_summary s;
        if (!spf_summarise(view_of(right[i].record), &s))
            fail_msg("%s: %s at %zu", right[i].record, spf_problem_text(s.problem), s.problem_at);
        if (s.lookups != right[i].lookups)
            fail_msg("%s: %d look-ups", right[i].record, s.lookups);
    }
}

/* A record that is wrong: '^' marks the place, and is not part of it. */
static const struct {
    const char *record;
    spf_problem problem;
} wrong[] = {
    {"^", SPF_NOT_SPF},
    {"^v=spf", SPF_NOT_SPF},
    {"^v=spf10", SPF_NOT_SPF},
    {"^v=spf1mx", SPF_NOT_SPF},
    {"^v=spf1\t-all", SPF_NOT_SPF},
    {"^ v=spf1 -all", SPF_NOT_SPF},
    {"^spf2.0/pra -all", SPF_NOT_SPF},
    {"^\"v=spf1 -all\"", SPF_NOT_SPF},
    /* Names. */
    {"v=spf1 ip4:192.0.2.4 -all ^moo", SPF_UNKNOWN_MECHANISM},
    {"v=spf1 ^moo.cow/far_out=man:dog/cat ip4:192.0.2.4 -all", SPF_UNKNOWN_MECHANISM},
    {"v=spf1 ^moo.cow:far_out=man:dog/cat ip4:192.0.2.4 -all", SPF_UNKNOWN_MECHANISM},
    {"v=spf1 ip4:192.0.2.4 ^redirect:t2.example.com", SPF_UNKNOWN_MECHANISM},
    {"v=spf1 ^-all.", SPF_UNKNOWN_MECHANISM},
    {"v=spf1 ^ipv4:192.0.2.1 -all", SPF_UNKNOWN_MECHANISM},
    {"v=spf1 ^includes:a.b -all", SPF_UNKNOWN_MECHANISM},
    {"v=spf1 ^1up=foo", SPF_NO_NAME},
    {"v=spf1 ^=all", SPF_NO_NAME},
    {"v=spf1 ^- all", SPF_NO_NAME},
    {"v=spf1 ^--all", SPF_NO_NAME},
    {"v=spf1 ^\"-all\"", SPF_NO_NAME},
    {"v=spf1 ^-redirect=a.b", SPF_QUALIFIED_MODIFIER},
    {"v=spf1 ^?x=y", SPF_QUALIFIED_MODIFIER},
    /* Values. */
    {"v=spf1 -all^:foobar", SPF_TAKES_NO_VALUE},
    {"v=spf1 -all^:", SPF_TAKES_NO_VALUE},
    {"v=spf1 -all^/8", SPF_TAKES_NO_VALUE},
    {"v=spf1 -all^;", SPF_TAKES_NO_VALUE},
    {"v=spf1 ptr^/0 -all", SPF_TAKES_NO_VALUE},
    {"v=spf1 ptr:^", SPF_NEEDS_DOMAIN},
    {"v=spf1 a:^", SPF_NEEDS_DOMAIN},
    {"v=spf1 mx:^ -all", SPF_NEEDS_DOMAIN},
    {"v=spf1 a:^/24 -all", SPF_NEEDS_DOMAIN},
    {"v=spf1 include^ +all", SPF_NEEDS_DOMAIN},
    {"v=spf1 include:^ -all", SPF_NEEDS_DOMAIN},
    {"v=spf1 exists:^", SPF_NEEDS_DOMAIN},
    {"v=spf1 exists^", SPF_NEEDS_DOMAIN},
    {"v=spf1 exp=^ -all", SPF_NEEDS_DOMAIN},
    {"v=spf1 ?all redirect=^", SPF_NEEDS_DOMAIN},
    {"v=spf1 a:^foo-bar -all", SPF_BAD_DOMAIN},
    {"v=spf1 include:^ip5.example.com/24 -all", SPF_BAD_DOMAIN},
    {"v=spf1 exists:^mail.example.com/24", SPF_BAD_DOMAIN},
    {"v=spf1 a:^example.com:8080", SPF_BAD_DOMAIN},
    {"v=spf1 mx:^example.com:8080", SPF_BAD_DOMAIN},
    {"v=spf1 a:^111.222.33.44", SPF_BAD_DOMAIN},
    {"v=spf1 a:^abc.123", SPF_BAD_DOMAIN},
    {"v=spf1 a:^museum", SPF_BAD_DOMAIN},
    {"v=spf1 a:^museum.", SPF_BAD_DOMAIN},
    {"v=spf1 a:^.", SPF_BAD_DOMAIN},
    {"v=spf1 a:^a.b..", SPF_BAD_DOMAIN},
    {"v=spf1 mx:^example.-com", SPF_BAD_DOMAIN},
    {"v=spf1 a:^example.com-", SPF_BAD_DOMAIN},
    {"v=spf1 a:^%{d}com", SPF_BAD_DOMAIN},
    {"v=spf1 a:^a.c_m", SPF_BAD_DOMAIN},
    {"v=spf1 exp=^-all", SPF_BAD_DOMAIN},
    {"v=spf1 redirect=^-all ?all", SPF_BAD_DOMAIN},
    {"v=spf1 a:^foo.example.com/ -all", SPF_BAD_DOMAIN},
    /* Prefix lengths. */
    {"v=spf1 a/^33 -all", SPF_BAD_PREFIX_LENGTH},
    {"v=spf1 mx/^33 -all", SPF_BAD_PREFIX_LENGTH},
    {"v=spf1 a//^129 -all", SPF_BAD_PREFIX_LENGTH},
    {"v=spf1 mx//^1280 -all", SPF_BAD_PREFIX_LENGTH},
    {"v=spf1 a/^032 -all", SPF_BAD_PREFIX_LENGTH},
    {"v=spf1 a/24/^64 -all", SPF_BAD_PREFIX_LENGTH},
    {"v=spf1 a^/24/32 -all", SPF_BAD_PREFIX_LENGTH},
    {"v=spf1 a^/ -all", SPF_BAD_PREFIX_LENGTH},
    {"v=spf1 a^/x -all", SPF_BAD_PREFIX_LENGTH},
    {"v=spf1 a:a.b/^99//64 -all", SPF_BAD_PREFIX_LENGTH},
    {"v=spf1 ip4:192.0.2.4/^33 -all", SPF_BAD_PREFIX_LENGTH},
    {"v=spf1 ip4:192.0.2.4/^032 -all", SPF_BAD_PREFIX_LENGTH},
    {"v=spf1 ip4:192.0.2.4/^", SPF_BAD_PREFIX_LENGTH},
    {"v=spf1 ip4:192.0.2.4/^/32", SPF_BAD_PREFIX_LENGTH},
    {"v=spf1 ip6:::1.1.1.1/^129", SPF_BAD_PREFIX_LENGTH},
    {"v=spf1 ip6:::1.1.1.1/^/33", SPF_BAD_PREFIX_LENGTH},
    /* Addresses. */
    {"v=spf1 ip4^", SPF_NEEDS_ADDRESS},
    {"v=spf1 ip4:^ -all", SPF_NEEDS_ADDRESS},
    {"v=spf1 -all ip6^", SPF_NEEDS_ADDRESS},
    {"v=spf1 ip4^/24", SPF_TAKES_NO_VALUE},
    {"v=spf1 ip4:^192.0.2.4:8080", SPF_BAD_ADDRESS},
    {"v=spf1 ip4:^192.0.2", SPF_BAD_ADDRESS},
    {"v=spf1 ip4:^192.0.2.256", SPF_BAD_ADDRESS},
    {"v=spf1 ip4:^192.0.2.04", SPF_BAD_ADDRESS},
    {"v=spf1 ip4:^::1", SPF_BAD_ADDRESS},
    {"v=spf1 ip6:^192.0.2.4", SPF_BAD_ADDRESS},
    {"v=spf1 ip6:^:CAFE::BABE", SPF_BAD_ADDRESS},
    {"v=spf1 ip6:^1111:2222:3333:4444:5555:6666:255.255.255.2550", SPF_BAD_ADDRESS},
    /* Modifiers. */
    {"v=spf1 exp=a.b -all ^exp=c.d", SPF_TWICE},
    {"v=spf1 redirect=a.b -all ^redirect=a.b", SPF_TWICE},
    {"v=spf1 -all foo=^%abc", SPF_BAD_MACRO},
    /* Macros. */
    {"v=spf1 -exists:^%(ir).sbl.example.com ?all", SPF_BAD_MACRO},
    {"v=spf1 exists:foo^%(ir).sbl.example.com ?all", SPF_BAD_MACRO},
    {"v=spf1 exists:foo^%.sbl.example.com ?all", SPF_BAD_MACRO},
    {"v=spf1 a:^%{a}.example.com -all", SPF_BAD_MACRO},
    {"v=spf1 -all exp=^%{r}.example.com", SPF_BAD_MACRO},
    {"v=spf1 a:^%{c}.example.com -all", SPF_BAD_MACRO},
    {"v=spf1 a:^%{t}.example.com -all", SPF_BAD_MACRO},
    {"v=spf1 a:^%{d0}.example.com -all", SPF_BAD_MACRO},
    {"v=spf1 a:^%{d00}.example.com -all", SPF_BAD_MACRO},
    {"v=spf1 a:^%{dr2}.example.com -all", SPF_BAD_MACRO},
    {"v=spf1 a:^%{d", SPF_BAD_MACRO},
    {"v=spf1 a:^%{d2", SPF_BAD_MACRO},
    {"v=spf1 a:^%{}", SPF_BAD_MACRO},
    {"v=spf1 a:^%{", SPF_BAD_MACRO},
    {"v=spf1 a:a.b^%", SPF_BAD_MACRO},
    {"v=spf1 a:^%{d!}.b", SPF_BAD_MACRO},
    /* Characters. */
    {"v=spf1 a:^\xEF\xBB\xBFgarbage.example.net -all", SPF_BAD_CHARACTER},
    {"v=spf1 ^\x80"
     "a:example.net -all",
        SPF_BAD_CHARACTER},
    {"v=spf1 a:example.net ^\x96"
     "all",
        SPF_BAD_CHARACTER},
    {"v=spf1 a:ctrl.example.com^\rptr -all", SPF_BAD_CHARACTER},
    {"v=spf1 a^\t-all", SPF_BAD_CHARACTER},
    {"v=spf1 a:a.b^\x7F", SPF_BAD_CHARACTER},
};

static void test_spf__tells_what_is_wrong_and_where(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        char record[200];
        spf_summary s;
        size_t place = strcspn(wrong[i].record, "^");
        memcpy(record, wrong[i].record, place);
        strcpy(record + place, wrong[i].record + place + 1);
        assert_false(spf_summarise(view_of(record), &s));
        if (s.problem != wrong[i].problem || s.problem_at != place)
            fail_msg("%s: %s at %zu", wrong[i].record, spf_problem_text(s.problem), s.problem_at);
    }
}

static void test_spf__a_nul_byte_is_no_letter_of_any_list(void **state)
{
    (void)state;
    static const char *const records[] = {
        "v=spf1 a:foo.example.com$", "v=spf1 $all", "v=spf1 a$", "v=spf1 a:%{$}", "v=spf1 a:%{d$}", "v=spf1 $"};
    for (size_t i = 0; i < COUNT_OF(records); i++) {
        char record[64];
        spf_summary s;
        size_t length = strlen(records[i]);
        memcpy(record, records[i], length);
        *(char *)memchr(record, '$', length) = '\0';
        assert_false(spf_summarise((view){record, length}, &s));
        assert_int_equal(s.problem, SPF_BAD_CHARACTER);
    }
}

static void test_spf__every_problem_has_a_text(void **state)
{
    (void)state;
    for (int problem = SPF_FINE; problem < SPF_PROBLEMS; problem++)
        assert_true(strlen(spf_problem_text((spf_problem)problem)) > 6);
}

static void test_spf__a_record_is_told_by_its_version(void **state)
{
    (void)state;
    assert_true(spf_is_record(view_of("v=spf1")));
    assert_true(spf_is_record(view_of("V=sPf1 +all")));
    assert_true(spf_is_record(view_of("v=spf1 !nonsense")));
    assert_false(spf_is_record(view_of("v=spf10")));
    assert_false(spf_is_record(view_of("v=spf1;")));
    assert_false(spf_is_record(view_of("v=spfl am no record")));
    assert_false(spf_is_record(view_of(" v=spf1 -all")));
    assert_false(spf_is_record(view_of("")));
    assert_false(spf_is_record(view_of(NULL)));
    /* It ends where it ends, whatever lies behind. */
    assert_true(spf_is_record((view){"v=spf10", 6}));
    assert_false(spf_is_record((view){"v=spf1", 5}));
}

static void expect_view(view v, const char *text)
{
    if (!view_is(v, text))
        fail_msg("\"%.*s\" is not \"%s\"", (int)v.length, v.at, text);
}

static void test_spf__gives_the_terms(void **state)
{
    (void)state;
    spf_reader r;
    spf_term t;
    spf_begin(&r, view_of("v=spf1  ?A:foo:bar/baz.example.com/24//64 -ip6:2001:db8::/32 exp=x.%{d} mx Foo=b/ar"));
    assert_true(spf_next(&r, &t));
    expect_view(t.text, "?A:foo:bar/baz.example.com/24//64");
    expect_view(t.name, "A");
    expect_view(t.value, "foo:bar/baz.example.com");
    assert_int_equal(t.kind, SPF_A);
    assert_int_equal(t.qualifier, '?');
    assert_int_equal(t.prefix4, 24);
    assert_int_equal(t.prefix6, 64);
    assert_false(t.has_macro);
    assert_true(spf_next(&r, &t));
    assert_int_equal(t.kind, SPF_IP6);
    assert_int_equal(t.qualifier, '-');
    expect_view(t.value, "2001:db8::");
    assert_int_equal(t.prefix4, -1);
    assert_int_equal(t.prefix6, 32);
    assert_true(spf_next(&r, &t));
    assert_int_equal(t.kind, SPF_EXP);
    assert_int_equal(t.qualifier, 0);
    expect_view(t.value, "x.%{d}");
    assert_true(t.has_macro);
    assert_true(spf_next(&r, &t));
    assert_int_equal(t.kind, SPF_MX);
    assert_int_equal(t.qualifier, '+');
    assert_int_equal(t.value.length, 0);
    assert_int_equal(t.prefix4, -1);
    assert_true(spf_next(&r, &t));
    assert_int_equal(t.kind, SPF_OTHER_MODIFIER);
    expect_view(t.name, "Foo");
    expect_view(t.value, "b/ar");
    assert_false(spf_next(&r, &t));
    assert_int_equal(r.problem, SPF_FINE);
    assert_false(spf_next(&r, &t));
}

static void test_spf__sums_a_record_up(void **state)
{
    (void)state;
    spf_summary s;
    assert_true(spf_summarise(view_of("v=spf1 redirect=a.b ptr ~all -all exists:%{i}.c.d"), &s));
    assert_int_equal(s.terms, 5);
    assert_true(s.has_all && s.has_redirect && s.has_terms_after_all && s.has_ptr && s.has_macro);
    assert_int_equal(s.all.qualifier, '~');
    expect_view(s.redirect.value, "a.b");
    assert_int_equal(s.lookups, 1);
    assert_true(spf_summarise(view_of("v=spf1 a -all exp=x.y"), &s));
    assert_false(s.has_terms_after_all || s.has_redirect || s.has_ptr || s.has_macro);
    /* What was read before an error stands. */
    assert_false(spf_summarise(view_of("v=spf1 a mx x -all"), &s));
    assert_int_equal(s.lookups, 2);
    assert_false(s.has_all);
}

static void test_spf__finds_an_include(void **state)
{
    (void)state;
    static const struct {
        const char *record;
        spf_found found;
        char qualifier;
    } cases[] = {
        {"v=spf1 include:qcloudmail.com ~all", SPF_REACHED, '+'},
        {"v=spf1 a INCLUDE:QCloudMail.com. -all", SPF_REACHED, '+'},
        {"v=spf1 ?include:qcloudmail.com -all", SPF_REACHED, '?'},
        {"v=spf1 include:qcloudmail.com", SPF_REACHED, '+'},
        {"v=spf1 -all include:qcloudmail.com", SPF_BEHIND_ALL, '+'},
        {"v=spf1 -include:qcloudmail.com all ~include:qcloudmail.com", SPF_REACHED, '-'},
        {"v=spf1 include:xqcloudmail.com include:qcloudmail.com.cn ~all", SPF_ABSENT, 0},
        {"v=spf1 redirect=qcloudmail.com", SPF_ABSENT, 0},
        {"v=spf1 a:qcloudmail.com include=qcloudmail.com ~all", SPF_ABSENT, 0},
        {"v=spf10 include:qcloudmail.com ~all", SPF_ABSENT, 0},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        spf_term t = {.qualifier = 0};
        view domain = view_of("qcloudmail.com");
        if (spf_find_include(view_of(cases[i].record), domain, &t) != cases[i].found)
            fail_msg("%s", cases[i].record);
        assert_int_equal(t.qualifier, cases[i].qualifier);
        assert_int_equal(spf_find_include(view_of(cases[i].record), domain, NULL), cases[i].found);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_spf__takes_what_is_right),
        cmocka_unit_test(test_spf__tells_what_is_wrong_and_where),
        cmocka_unit_test(test_spf__a_nul_byte_is_no_letter_of_any_list),
        cmocka_unit_test(test_spf__every_problem_has_a_text),
        cmocka_unit_test(test_spf__a_record_is_told_by_its_version),
        cmocka_unit_test(test_spf__gives_the_terms),
        cmocka_unit_test(test_spf__sums_a_record_up),
        cmocka_unit_test(test_spf__finds_an_include),
    };
    return cmocka_run_group_tests_name("spf", tests, NULL, NULL);
}
