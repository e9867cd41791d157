/* SPDX-License-Identifier: Apache-2.0 */
#include "support.h"

#include "base/memory.h"

static void test_memory__which_allocators_are_usable(void **state)
{
    (void)state;
    test_memory m;
    memory mem;
    test_memory_init(&m);
    assert_true(memory_from(&mem, NULL));
    assert_true(memory_from(&mem, &m.allocator));
    assert_ptr_equal(mem.ctx, &m);
    struct {
        tcses_allocator allocator;
        size_t later;
    } longer = {m.allocator, 0};
    longer.allocator.size = sizeof longer;
    assert_true(memory_from(&mem, &longer.allocator));
    longer.later = 1;
    assert_false(memory_from(&mem, &longer.allocator));
    tcses_allocator bad[] = {m.allocator, m.allocator, m.allocator, TCSES_ALLOCATOR_INIT};
    bad[0].size = sizeof(size_t);
    bad[1].allocate = NULL;
    bad[2].release = NULL;
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        assert_false(memory_from(&mem, &bad[i]));
        /* So that the failure itself can be reported. */
        void *block = memory_take(&mem, 1);
        assert_non_null(block);
        memory_give(&mem, block);
    }
    assert_int_equal(m.taken, 0);
}

static void test_memory__takes_zeroed_and_gives_back(void **state)
{
    (void)state;
    test_memory m;
    test_memory_init(&m);
    memory mem = test_memory_inside(&m);
    unsigned char *block = memory_take(&mem, 64);
    assert_non_null(block);
    for (size_t i = 0; i < 64; i++)
        assert_int_equal(block[i], 0);
    memory_give(&mem, block);
    /* An allocator is never asked for nothing, nor given NULL. */
    block = memory_take(&mem, 0);
    assert_non_null(block);
    memory_give(&mem, block);
    memory_give(&mem, NULL);
    memory_give_secret(&mem, NULL);
    m.fail_at = m.taken + 1;
    assert_null(memory_take(&mem, 1));
    assert_int_equal(m.live, 0);
}

static void test_memory__copies(void **state)
{
    (void)state;
    test_memory m;
    test_memory_init(&m);
    memory mem = test_memory_inside(&m);
    char *copy = memory_copy_text(&mem, "text");
    assert_string_equal(copy, "text");
    memory_give(&mem, copy);
    copy = memory_copy_bytes(&mem, "a\0b", 3);
    assert_memory_equal(copy, "a\0b", 4);
    memory_give(&mem, copy);
    copy = memory_copy_bytes(&mem, NULL, 0);
    assert_string_equal(copy, "");
    memory_give(&mem, copy);
    assert_null(memory_copy_bytes(&mem, "", SIZE_MAX));
    m.fail_at = m.taken + 1;
    assert_null(memory_copy_text(&mem, "text"));
    assert_int_equal(m.live, 0);
}

static void test_memory__secrets_are_overwritten(void **state)
{
    (void)state;
    test_memory m;
    test_memory_init(&m);
    memory mem = test_memory_inside(&m);
    m.look = "Geheim12Wort";
    memory_give_secret(&mem, memory_copy_text(&mem, "Geheim12Wort"));
    assert_int_equal(m.found, 0);
    /* The allocator of these tests would have seen it. */
    memory_give(&mem, memory_copy_text(&mem, "Geheim12Wort"));
    assert_int_equal(m.found, 1);
    assert_int_equal(m.live, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_memory__which_allocators_are_usable),
        cmocka_unit_test(test_memory__takes_zeroed_and_gives_back),
        cmocka_unit_test(test_memory__copies),
        cmocka_unit_test(test_memory__secrets_are_overwritten),
    };
    return cmocka_run_group_tests_name("memory", tests, NULL, NULL);
}
