/* SPDX-License-Identifier: Apache-2.0 */
#include "support.h"

#include "base/buffer.h"

static void test_buffer__appends(void **state)
{
    (void)state;
    memory mem = memory_default();
    buffer b;
    buffer_init(&b, &mem);
    assert_string_equal(buffer_text(&b), "");
    buffer_append_text(&b, "");
    assert_string_equal(buffer_text(&b), "");
    buffer_append_text(&b, "ab");
    buffer_append(&b, "c\0d", 3);
    buffer_append(&b, NULL, 0);
    assert_int_equal(b.length, 5);
    assert_memory_equal(b.data, "abc\0d", 6);
    assert_false(b.failed);
    buffer_free(&b);
    assert_string_equal(buffer_text(&b), "");
    buffer_free(&b);
}

static void test_buffer__numbers(void **state)
{
    (void)state;
    memory mem = memory_default();
    buffer b;
    buffer_init(&b, &mem);
    static const uint64_t numbers[] = {0, 9, 10, 1735689600, UINT64_MAX};
    for (size_t i = 0; i < COUNT_OF(numbers); i++) {
        buffer_append_number(&b, numbers[i]);
        buffer_append_text(&b, ",");
    }
    assert_string_equal(buffer_text(&b), "0,9,10,1735689600,18446744073709551615,");
    buffer_free(&b);
}

static void test_buffer__grows_and_keeps_all(void **state)
{
    (void)state;
    test_memory m;
    buffer b;
    test_memory_init(&m);
    memory mem = test_memory_inside(&m);
    buffer_init(&b, &mem);
    for (size_t i = 0; i < 100000; i++) {
        char c = (char)('a' + i % 26);
        buffer_append(&b, &c, 1);
        assert_int_equal(b.data[b.length], 0);
    }
    assert_int_equal(b.length, 100000);
    for (size_t i = 0; i < b.length; i++)
        assert_int_equal(b.data[i], 'a' + i % 26);
    /* By doubling, not byte by byte. */
    assert_true(m.taken < 12);
    assert_int_equal(m.live, 1);
    buffer_free(&b);
    assert_int_equal(m.live, 0);
}

static void test_buffer__leaves_no_secret_behind(void **state)
{
    (void)state;
    test_memory m;
    buffer b;
    char rest[1000];
    memset(rest, 'r', sizeof rest);
    test_memory_init(&m);
    m.look = "Geheim12Wort";
    memory mem = test_memory_inside(&m);
    /* By growing. */
    buffer_init(&b, &mem);
    buffer_append_text(&b, "Geheim12Wort");
    buffer_append(&b, rest, sizeof rest);
    assert_non_null(strstr(buffer_text(&b), "Geheim12Wort"));
    assert_int_equal(m.live, 1);
    assert_int_equal(m.taken, 2);
    /* By clearing, after which less is written. */
    buffer_clear(&b);
    assert_string_equal(buffer_text(&b), "");
    buffer_append_text(&b, "x");
    buffer_free(&b);
    /* By freeing. */
    buffer_append_text(&b, "Geheim12Wort");
    buffer_free(&b);
    assert_int_equal(m.live, 0);
    assert_int_equal(m.found, 0);
}

static void test_buffer__remembers_a_failed_append(void **state)
{
    (void)state;
    test_memory m;
    buffer b;
    char rest[1000];
    memset(rest, 'r', sizeof rest);
    test_memory_init(&m);
    memory mem = test_memory_inside(&m);
    buffer_init(&b, &mem);
    m.fail_at = 2;
    buffer_append_text(&b, "one");
    buffer_append(&b, rest, sizeof rest);
    assert_true(b.failed);
    /* What would fit is not appended either: a text with a hole is worse than none. */
    buffer_append_text(&b, "two");
    buffer_append_number(&b, 3);
    assert_true(b.failed);
    assert_string_equal(buffer_text(&b), "one");
    buffer_clear(&b);
    assert_false(b.failed);
    buffer_append_text(&b, "new");
    assert_string_equal(buffer_text(&b), "new");
    buffer_free(&b);
    assert_int_equal(m.live, 0);
}

static void test_buffer__sizes_that_overflow(void **state)
{
    (void)state;
    test_memory m;
    buffer b;
    test_memory_init(&m);
    memory mem = test_memory_inside(&m);
    static const size_t sizes[] = {SIZE_MAX, SIZE_MAX - 1, SIZE_MAX / 2, SIZE_MAX / 4};
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        buffer_init(&b, &mem);
        buffer_append_text(&b, "a");
        buffer_append(&b, "x", sizes[i]);
        assert_true(b.failed);
        assert_string_equal(buffer_text(&b), "a");
        buffer_free(&b);
    }
    assert_int_equal(m.taken, COUNT_OF(sizes));
    assert_int_equal(m.live, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_buffer__appends),
        cmocka_unit_test(test_buffer__numbers),
        cmocka_unit_test(test_buffer__grows_and_keeps_all),
        cmocka_unit_test(test_buffer__leaves_no_secret_behind),
        cmocka_unit_test(test_buffer__remembers_a_failed_append),
        cmocka_unit_test(test_buffer__sizes_that_overflow),
    };
    return cmocka_run_group_tests_name("buffer", tests, NULL, NULL);
}
