/* SPDX-License-Identifier: Apache-2.0 */
#include "support.h"

#include <ctype.h>
#include <stdio.h>

#include "base/text.h"

typedef const char *(*rule_fn)(const char *text);

static void expect_obeys(rule_fn rule, const char *const *texts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *broken = rule(texts[i]);
        if (broken != NULL)
            fail_msg("%zu, \"%s\": %s", i, texts[i], broken);
    }
}

static void expect_breaks(rule_fn rule, const char *const *texts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *broken = rule(texts[i]);
        if (broken == NULL)
            fail_msg("%zu was taken: \"%s\"", i, texts[i]);
        assert_true(strncmp(broken, "must ", 5) == 0);
    }
}

#define OBEYS(rule, ...)                            \
    do {                                            \
        const char *const texts[] = {__VA_ARGS__};  \
        expect_obeys(rule, texts, COUNT_OF(texts)); \
    } while (0)
#define BREAKS(rule, ...)                            \
    do {                                             \
        const char *const texts[] = {__VA_ARGS__};   \
        expect_breaks(rule, texts, COUNT_OF(texts)); \
    } while (0)

static const char *filled(char *room, size_t length, char c)
{
    memset(room, c, length);
    room[length] = '\0';
    return room;
}

static void test_text__utf8(void **state)
{
    (void)state;
    OBEYS(text_rule_utf8, "", "plain ~", "\xC2\xA0", "\xC3\xA9", "\xDF\xBF", "\xE0\xA0\x80", "\xE4\xB8\x8D",
        "\xED\x9F\xBF", "\xEE\x80\x80", "\xEF\xBF\xBF", "\xF0\x90\x80\x80", "\xF0\x9F\x98\x80", "\xF4\x8F\xBF\xBF");
    /* Lone and missing continuations. */
    BREAKS(text_rule_utf8, "\x80", "a\xBF", "\xC3", "\xC3z", "\xE4\xB8", "\xE4\xB8z", "\xF0\x9F\x98", "\xC3\xA9\xA9");
    /* Overlong forms. */
    BREAKS(text_rule_utf8, "\xC0\x80", "\xC0\xAF", "\xC1\xBF", "\xE0\x80\x80", "\xE0\x80\xAF", "\xE0\x9F\xBF",
        "\xF0\x80\x80\x80", "\xF0\x8F\xBF\xBF");
    /* Surrogates, numbers past the end, forms of five bytes and more. */
    BREAKS(text_rule_utf8, "\xED\xA0\x80", "\xED\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80",
        "\xF8\x88\x80\x80\x80", "\xFC\x84\x80\x80\x80\x80", "\xFE", "\xFF");
    /* Control characters. */
    BREAKS(text_rule_utf8, "\n", "a\rb", "\t", "\x01", "\x1F", "\x7F", "\xC2\x80", "\xC2\x9F", "\x1B[0m");
}

static void test_text__domain(void **state)
{
    (void)state;
    char label[80], name[300];
    OBEYS(text_rule_domain, "a.b", "mail.example.com", "MAIL.Example.COM", "xn--fiqs8s.xn--55qx5d", "1.2", "a-b.c-d",
        "_dmarc.example.com", "a--b.c");
    BREAKS(text_rule_domain, "", "example", ".", ".a.b", "a.b.", "a..b", "-a.b", "a-.b", "a.-b", "a.b-", "a b.c",
        "a.b ", "a/b.c", "a@b.c", "a.b:80", "*.a.b", "\xE4\xBE\x8B.com", "a.b\n", "a,b.c");
    snprintf(name, sizeof name, "%s.example", filled(label, 63, 'a'));
    OBEYS(text_rule_domain, name);
    snprintf(name, sizeof name, "%s.example", filled(label, 64, 'a'));
    BREAKS(text_rule_domain, name);
    for (size_t i = 0; i < 253; i++)
        name[i] = i % 63 == 62 ? '.' : 'a';
    name[253] = '\0';
    assert_int_equal(strlen(name), 253);
    OBEYS(text_rule_domain, name);
    strcat(name, "b");
    BREAKS(text_rule_domain, name);
}

static void test_text__address(void **state)
{
    (void)state;
    char name[200], address[300];
    OBEYS(
        text_rule_address, "a@b.c", "first.last+tag@mail.example.com", "o'brien@b.c", "\xE9\x80\x9A@b.c", "\"q\"@b.c");
    BREAKS(text_rule_address, "", "a", "@", "@b.c", "a@", "a@b", "a@b.", "a@@b.c", "a@b@c.d", "a b@c.d", " a@b.c",
        "a@b.c ", "a@b.c\n", "a\r\n@b.c", "a@-b.c", "\xC0\xAF@b.c", "a\x7F@b.c");
    snprintf(address, sizeof address, "%s@example.co", filled(name, 128 - 11, 'a'));
    assert_int_equal(strlen(address), 128);
    BREAKS(text_rule_address, "x");
    snprintf(address, sizeof address, "%s@example.c", filled(name, 128 - 10, 'a'));
    assert_int_equal(strlen(address), 128);
    OBEYS(text_rule_address, address);
    snprintf(address, sizeof address, "%s@example.c", filled(name, 129 - 10, 'a'));
    BREAKS(text_rule_address, address);
    /* Characters count, not bytes. */
    snprintf(address, sizeof address, "\xE9\x80\x9A%s@example.c", filled(name, 127 - 10, 'a'));
    assert_int_equal(strlen(address), 130);
    OBEYS(text_rule_address, address);
}

static void test_text__credential(void **state)
{
    (void)state;
    OBEYS(text_rule_credential, "a", "AKID~!@#$%^&*()_+{}|:\"<>?`-=[]\\;',./", "Token+/==");
    BREAKS(text_rule_credential, "", " ", "a b", "a\t", "a\r\nX-Evil: 1", "\x7F", "\xC3\xA9", "a\x01");
}

static void test_text__name_and_user_agent(void **state)
{
    (void)state;
    char room[128];
    OBEYS(text_rule_name, "", "ap-guangzhou", "2020-10-02", "CreateEmailIdentity", "a_b.c", filled(room, 64, 'a'));
    BREAKS(text_rule_name, " ", "a b", "a/b", "a\r\nX-Evil: 1", "a:b", "\xC3\xA9", "a\n", filled(room, 65, 'a'));
    OBEYS(text_rule_user_agent, "", "my_app 1.0, x;y-z", filled(room, 100, 'a'));
    BREAKS(text_rule_user_agent, "a/b", "a(b)", "a\nb", "a\tb", "\xC3\xA9", filled(room, 101, 'a'));
}

static void test_text__header(void **state)
{
    (void)state;
    OBEYS(text_rule_header_name, "X-TC-Action", "a", "!#$%&'*+-.^_`|~09");
    BREAKS(text_rule_header_name, "", "a b", "a:", "a\n", "a(b", "a\"", "\xC3\xA9", "a\x7F", "a/b");
    OBEYS(text_rule_header_value, "", "any \t value: \xC3\xA9");
    BREAKS(text_rule_header_value, "\n", "a\r\nX-Evil: 1", "a\x01", "a\x7F", "\x1F");
}

static void test_text__numbers(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint64_t number;
    } good[] = {{"0", 0}, {"7", 7}, {"0000000000000000000000000000042", 42}, {"9223372036854775808", 1ULL << 63},
        {"18446744073709551615", UINT64_MAX}, {"18446744073709551609", UINT64_MAX - 6}};
    for (size_t i = 0; i < COUNT_OF(good); i++) {
        uint64_t number = 1;
        assert_true(text_to_number(good[i].text, &number));
        assert_true(number == good[i].number);
    }
    static const char *const bad[] = {"", " ", "-1", "+1", " 1", "1 ", "1.0", "1e3", "0x10", "a", "1a",
        "18446744073709551616", "18446744073709551620", "99999999999999999999", "184467440737095516150",
        "\xEF\xBC\x91"};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        uint64_t number = 77;
        if (text_to_number(bad[i], &number))
            fail_msg("taken: %s", bad[i]);
        assert_true(number == 77);
    }
}

static void test_text__characters(void **state)
{
    (void)state;
    for (int c = -128; c < 256; c++) {
        bool ascii = c >= 0 && c < 128;
        assert_int_equal(text_lower((char)c), ascii ? tolower(c) : (char)c);
        assert_int_equal(text_is_digit((char)c), ascii && isdigit(c) != 0);
        assert_int_equal(text_is_alphanumeric((char)c), ascii && isalnum(c) != 0);
    }
}

static void test_text__comparing(void **state)
{
    (void)state;
    assert_true(text_same_ignoring_case("", ""));
    assert_true(text_same_ignoring_case("X-tc-ACTION", "x-TC-action"));
    assert_false(text_same_ignoring_case("abc", "ab"));
    assert_false(text_same_ignoring_case("ab", "abc"));
    assert_false(text_same_ignoring_case("@", "`"));
    assert_false(text_same_ignoring_case("[", "{"));
    assert_true(text_starts_with("http://x", "http://"));
    assert_true(text_starts_with("x", ""));
    assert_false(text_starts_with("http:/", "http://"));
    assert_false(text_starts_with("HTTP://", "http://"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text__utf8),
        cmocka_unit_test(test_text__domain),
        cmocka_unit_test(test_text__address),
        cmocka_unit_test(test_text__credential),
        cmocka_unit_test(test_text__name_and_user_agent),
        cmocka_unit_test(test_text__header),
        cmocka_unit_test(test_text__numbers),
        cmocka_unit_test(test_text__characters),
        cmocka_unit_test(test_text__comparing),
    };
    return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
