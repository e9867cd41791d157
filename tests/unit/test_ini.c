/* SPDX-License-Identifier: Apache-2.0 */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>

#include "credentials/ini.h"

/* Reads section "s" and compares its keys a and b; "-" stands for one that is not there. */
static void expect_values(const char *text, ini_result wanted, const char *wanted_a, const char *wanted_b)
{
    memory mem = memory_default();
    arena values;
    const char *a = NULL, *b = NULL;
    const ini_wanted keys[] = {{"a", &a}, {"b", &b}};
    arena_init(&values, &mem);
    if (ini_read(text, "s", keys, 2, &values) != wanted)
        fail_msg("result is not %d: %s", (int)wanted, text);
    if (strcmp(a != NULL ? a : "-", wanted_a) != 0 || strcmp(b != NULL ? b : "-", wanted_b) != 0)
        fail_msg("a is %s, b is %s: %s", a != NULL ? a : "-", b != NULL ? b : "-", text);
    arena_free(&values);
}

static void test_ini__forms_of_lines(void **state)
{
    (void)state;
    expect_values("[s]\na=1\nb=2\n", INI_FOUND, "1", "2");
    expect_values("[s]\na=1\nb=2", INI_FOUND, "1", "2");
    expect_values("[s]\r\n a \t= 1 \t\r\n\r\nb =\r\n", INI_FOUND, "1", "");
    expect_values("\xEF\xBB\xBF[s]\na=1", INI_FOUND, "1", "-");
    expect_values("  [s]  \na=1=2==\nb= x y ", INI_FOUND, "1=2==", "x y");
    expect_values("[ s ]\na=1", INI_FOUND, "1", "-");
    expect_values("[s]\n#a=1\n;b=2\n # a=3", INI_FOUND, "-", "-");
    expect_values("[s]\na=1 # no comment\nb=2;3", INI_FOUND, "1 # no comment", "2;3");
    expect_values("[s]\na\nb 2\n=3\n", INI_FOUND, "-", "-");
    expect_values("[s]\nA=1\nab=2\naa=3\n", INI_FOUND, "-", "-");
    expect_values("[s]\na=1\na=2\nb=3\nb=", INI_FOUND, "2", "");
    expect_values("[s]\na='1'\nb=\"2\"", INI_FOUND, "'1'", "\"2\"");
}

static void test_ini__sections(void **state)
{
    (void)state;
    expect_values("", INI_NO_SECTION, "-", "-");
    expect_values("a=1\nb=2\n", INI_NO_SECTION, "-", "-");
    expect_values("[]\na=1", INI_NO_SECTION, "-", "-");
    expect_values("[S]\na=1", INI_NO_SECTION, "-", "-");
    expect_values("[ss]\na=1\n[x s]\nb=2", INI_NO_SECTION, "-", "-");
    expect_values("a=0\n[s]\n", INI_FOUND, "-", "-");
    expect_values("[r]\na=0\n[s]\na=1\n[t]\na=2\nb=3", INI_FOUND, "1", "-");
    expect_values("[s]\na=1\n[t]\na=9\n[s]\nb=2", INI_FOUND, "1", "2");
}

/* Whatever stands behind the name: keys must never be taken for those of the section before. */
static void test_ini__a_section_with_a_comment_behind_it(void **state)
{
    (void)state;
    expect_values("[s] # mine\na=1", INI_FOUND, "1", "-");
    expect_values("[s];mine\na=1", INI_FOUND, "1", "-");
    expect_values("[s]\na=1\n[t] # not mine\na=2\nb=3", INI_FOUND, "1", "-");
    expect_values("[s]\na=1\n[t\na=2\nb=3", INI_FOUND, "1", "-");
    expect_values("[s\na=2\nb=3", INI_NO_SECTION, "-", "-");
}

static void test_ini__out_of_memory_and_wiping(void **state)
{
    (void)state;
    test_memory m;
    arena values;
    const char *a = NULL, *b = NULL;
    const ini_wanted keys[] = {{"a", &a}, {"b", &b}};
    char *text = NULL;
    char value[3001];
    memset(value, 'v', sizeof value - 1);
    value[sizeof value - 1] = '\0';
    assert_true(asprintf(&text, "[s]\na=Secret\na=other\nb=%s\n", value) > 0);
    for (size_t n = 1; n <= 2; n++) {
        a = b = NULL;
        test_memory_init(&m);
        m.fail_at = n;
        memory mem = test_memory_inside(&m);
        arena_init(&values, &mem);
        assert_int_equal(ini_read(text, "s", keys, 2, &values), INI_NO_MEMORY);
        arena_free(&values);
        assert_int_equal(m.live, 0);
    }
    test_memory_init(&m);
    m.look = "Secret";
    memory mem = test_memory_inside(&m);
    arena_init(&values, &mem);
    a = b = NULL;
    assert_int_equal(ini_read(text, "s", keys, 2, &values), INI_FOUND);
    assert_string_equal(a, "other");
    arena_free(&values);
    assert_int_equal(m.live, 0);
    assert_int_equal(m.found, 0);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ini__forms_of_lines),
        cmocka_unit_test(test_ini__sections),
        cmocka_unit_test(test_ini__a_section_with_a_comment_behind_it),
        cmocka_unit_test(test_ini__out_of_memory_and_wiping),
    };
    return cmocka_run_group_tests_name("ini", tests, NULL, NULL);
}
