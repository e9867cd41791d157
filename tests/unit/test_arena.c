/* SPDX-License-Identifier: Apache-2.0 */
#include "support.h"

#include <stdalign.h>

#include "base/arena.h"

static void test_arena__blocks_are_zeroed_aligned_and_apart(void **state)
{
    (void)state;
    test_memory m;
    arena a;
    unsigned char *blocks[200];
    test_memory_init(&m);
    memory mem = test_memory_inside(&m);
    arena_init(&a, &mem);
    for (size_t i = 0; i < COUNT_OF(blocks); i++) {
        blocks[i] = arena_take(&a, i + 1);
        assert_non_null(blocks[i]);
        assert_int_equal((uintptr_t)blocks[i] % alignof(max_align_t), 0);
        for (size_t j = 0; j <= i; j++)
            assert_int_equal(blocks[i][j], 0);
        memset(blocks[i], (int)i + 1, i + 1);
    }
    for (size_t i = 0; i < COUNT_OF(blocks); i++) {
        for (size_t j = 0; j <= i; j++)
            assert_int_equal(blocks[i][j], i + 1);
    }
    assert_true(m.taken > 2 && m.taken < 10);
    arena_free(&a);
    assert_int_equal(m.live, 0);
    /* It can be used again, and freed again. */
    assert_non_null(arena_take(&a, 1));
    arena_free(&a);
    arena_free(&a);
    assert_int_equal(m.live, 0);
}

static void test_arena__sizes_at_the_edges(void **state)
{
    (void)state;
    test_memory m;
    arena a;
    test_memory_init(&m);
    memory mem = test_memory_inside(&m);
    arena_init(&a, &mem);
    assert_non_null(arena_take(&a, 0));
    char *large = arena_take(&a, 1000000);
    assert_non_null(large);
    large[999999] = 'x';
    assert_null(arena_take(&a, SIZE_MAX));
    assert_null(arena_take(&a, SIZE_MAX / 2 + 1));
    assert_null(arena_copy(&a, "", SIZE_MAX));
    assert_int_equal(m.taken, 2);
    arena_free(&a);
    assert_int_equal(m.live, 0);
}

static void test_arena__copies(void **state)
{
    (void)state;
    memory mem = memory_default();
    arena a;
    arena_init(&a, &mem);
    assert_string_equal(arena_copy(&a, "hello", 5), "hello");
    assert_string_equal(arena_copy(&a, "hello", 2), "he");
    assert_string_equal(arena_copy(&a, "", 0), "");
    const char *bytes = arena_copy(&a, "a\0b", 3);
    assert_memory_equal(bytes, "a\0b", 4);
    arena_free(&a);
}

static void test_arena__out_of_memory_leaves_it_usable(void **state)
{
    (void)state;
    test_memory m;
    arena a;
    test_memory_init(&m);
    memory mem = test_memory_inside(&m);
    arena_init(&a, &mem);
    char *before = arena_copy(&a, "before", 6);
    assert_non_null(before);
    m.fail_at = m.taken + 1;
    assert_null(arena_take(&a, 5000));
    m.fail_at = 0;
    assert_non_null(arena_take(&a, 5000));
    assert_string_equal(before, "before");
    arena_free(&a);
    assert_int_equal(m.live, 0);
}

static void test_arena__a_tree_is_its_root(void **state)
{
    (void)state;
    test_memory m;
    arena *a = NULL;
    test_memory_init(&m);
    memory mem = test_memory_inside(&m);
    unsigned char *root = arena_tree_new(&mem, 100, &a);
    assert_non_null(root);
    assert_int_equal((uintptr_t)root % alignof(max_align_t), 0);
    for (size_t i = 0; i < 100; i++)
        assert_int_equal(root[i], 0);
    memset(root, 0xFF, 100);
    assert_string_equal(arena_copy(a, "leaf", 4), "leaf");
    assert_int_equal(m.live, 2);
    arena_tree_free(root);
    assert_int_equal(m.live, 0);
    arena_tree_free(NULL);
    m.fail_at = m.taken + 1;
    assert_null(arena_tree_new(&mem, 100, &a));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_arena__blocks_are_zeroed_aligned_and_apart),
        cmocka_unit_test(test_arena__sizes_at_the_edges),
        cmocka_unit_test(test_arena__copies),
        cmocka_unit_test(test_arena__out_of_memory_leaves_it_usable),
        cmocka_unit_test(test_arena__a_tree_is_its_root),
    };
    return cmocka_run_group_tests_name("arena", tests, NULL, NULL);
}
