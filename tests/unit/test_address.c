/* SPDX-License-Identifier: Apache-2.0 */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>

#include "dns/address.h"
#include "dns/name.h"

static void expect_split(const char *text, const char *host, int32_t port)
{
    char room[ADDRESS_HOST_BYTES];
    int32_t found = 53;
    assert_true(address_split(text, room, &found));
    assert_string_equal(room, host);
    assert_int_equal(found, port);
}

static void test_address__host_and_port(void **state)
{
    (void)state;
    expect_split("192.0.2.1", "192.0.2.1", 53);
    expect_split("192.0.2.1:5353", "192.0.2.1", 5353);
    expect_split("ns.example.com:65535", "ns.example.com", 65535);
    expect_split("2001:db8::1", "2001:db8::1", 53);
    expect_split("::1", "::1", 53);
    expect_split("[2001:db8::1]", "2001:db8::1", 53);
    expect_split("[2001:db8::1]:1", "2001:db8::1", 1);
}

static void test_address__what_is_neither_is_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {"", ":53", "[]", "[::1", "[::1]53", "[::1]:", "a:", "a:0", "a:65536", "a:x",
        "a:-1", "a: 1", "a:+1", "a:99999999999999999999999"};
    char room[ADDRESS_HOST_BYTES], text[400];
    int32_t port = 53;
    for (size_t i = 0; i < COUNT_OF(wrong); i++)
        assert_false(address_split(wrong[i], room, &port));
    memset(text, 'a', sizeof text);
    text[255] = '\0';
    assert_true(address_split(text, room, &port));
    text[255] = 'a';
    text[256] = '\0';
    assert_false(address_split(text, room, &port));
    assert_int_equal(port, 53);
}

static void expect_written(const char *host, int32_t port, const char *wanted)
{
    address a;
    char text[ADDRESS_TEXT_BYTES];
    assert_true(address_from_number(host, port, &a));
    address_write(&a, text);
    assert_string_equal(text, wanted);
}

static void test_address__is_written_with_a_port_that_is_not_usual(void **state)
{
    (void)state;
    expect_written("192.0.2.1", 53, "192.0.2.1");
    expect_written("192.0.2.1", 5353, "192.0.2.1:5353");
    expect_written("2001:DB8:0::1", 53, "2001:db8::1");
    expect_written("2001:db8::1", 5353, "[2001:db8::1]:5353");
    address a;
    assert_false(address_from_number("ns.example.com", 53, &a));
    assert_false(address_from_number("192.0.2.256", 53, &a));
    assert_false(address_from_number("", 53, &a));
}

static void expect_resolver(const char *content, const char *wanted)
{
    char *folder = test_folder_new(), path[512], text[3 * ADDRESS_TEXT_BYTES] = "";
    address a[2];
    snprintf(path, sizeof path, "%s/resolv.conf", folder);
    test_file_write(folder, "resolv.conf", content, -1);
    size_t found = address_of_resolvers(path, a, COUNT_OF(a));
    for (size_t i = 0; i < found; i++) {
        if (i > 0)
            strcat(text, " ");
        address_write(&a[i], text + strlen(text));
    }
    assert_string_equal(text, wanted);
    test_folder_free(folder);
}

static void test_address__the_first_resolvers(void **state)
{
    (void)state;
    expect_resolver("nameserver 192.0.2.1\n", "192.0.2.1");
    expect_resolver(
        "# nameserver 192.0.2.9\nsearch a b\nnameserver \t 192.0.2.1 # x\nnameserver 192.0.2.2\nnameserver ::1",
        "192.0.2.1 192.0.2.2");
    expect_resolver("nameservers 192.0.2.1\nnameserver nonsense\nnameserver ::1\r\n", "::1");
    expect_resolver("nameserver", "");
    expect_resolver("nameserver \n", "");
    expect_resolver("", "");
    address a;
    assert_int_equal(address_of_resolvers("/nonexistent/resolv.conf", &a, 1), 0);
}

static void expect_name(const char *given, const char *wanted)
{
    char room[NAME_BYTES];
    assert_null(name_take(given, room));
    assert_string_equal(room, wanted);
}

static void test_name__any_script_and_case(void **state)
{
    (void)state;
    expect_name("Mail.Example.COM", "mail.example.com");
    expect_name("mail.example.com.", "mail.example.com");
    expect_name("_dmarc.a-b.c1", "_dmarc.a-b.c1");
    expect_name("com", "com");
    expect_name("\xE9\x82\xAE\xE4\xBB\xB6.B\xC3\x9C"
                "cher.test",
        "xn--5nq051n.xn--bcher-kva.test");
    expect_name("\xE4\xBE\x8B\xE3\x80\x82test", "xn--fsq.test");
}

static void test_name__what_is_none_is_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "", ".", "..", "a..b", ".a", "a..", "a b", "a/b", "a\tb", "*.a", "a\\.b", "\xff", "a.\xE2\x80\x8B.b"};
    char room[NAME_BYTES], text[300];
    for (size_t i = 0; i < COUNT_OF(wrong); i++)
        assert_non_null(name_take(wrong[i], room));
    memset(text, 'a', sizeof text);
    text[64] = '.';
    text[66] = '\0';
    assert_non_null(name_take(text, room));
    text[64] = '\0';
    assert_non_null(name_take(text, room));
    text[63] = '\0';
    assert_null(name_take(text, room));
    memset(text, 'a', sizeof text);
    text[63] = text[127] = text[191] = '.';
    text[253] = '\0';
    assert_null(name_take(text, room));
    text[253] = 'a';
    text[254] = '\0';
    assert_non_null(name_take(text, room));
}

static void test_name__within_a_zone(void **state)
{
    (void)state;
    assert_true(name_is_within("mail.example.com", "example.com"));
    assert_true(name_is_within("Example.com", "example.COM"));
    assert_true(name_is_within("com", "."));
    assert_true(name_is_within(".", "."));
    assert_false(name_is_within("badexample.com", "example.com"));
    assert_false(name_is_within("com", "example.com"));
    assert_false(name_is_within(".", "com"));
    assert_string_equal(name_parent("a.b.c"), "b.c");
    assert_string_equal(name_parent("c"), ".");
    assert_string_equal(name_parent("."), ".");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_address__host_and_port),
        cmocka_unit_test(test_address__what_is_neither_is_refused),
        cmocka_unit_test(test_address__is_written_with_a_port_that_is_not_usual),
        cmocka_unit_test(test_address__the_first_resolvers),
        cmocka_unit_test(test_name__any_script_and_case),
        cmocka_unit_test(test_name__what_is_none_is_refused),
        cmocka_unit_test(test_name__within_a_zone),
    };
    return cmocka_run_group_tests_name("address", tests, NULL, NULL);
}
