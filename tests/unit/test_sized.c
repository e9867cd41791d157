/* SPDX-License-Identifier: Apache-2.0 */
#include "support.h"

#include "base/sized.h"

/* Version 1 ended after `first`; today there is `second`. */
typedef struct today {
    size_t size;
    size_t first;
    size_t second;
} today;
#define V1 offsetof(today, second)

static void test_sized__the_same_size(void **state)
{
    (void)state;
    today given = {sizeof given, 1, 2}, local;
    memset(&local, 0xFF, sizeof local);
    assert_null(sized_copy(&local, sizeof local, V1, &given));
    assert_memory_equal(&local, &given, sizeof local);
}

static void test_sized__an_older_struct_reads_zero_behind_its_end(void **state)
{
    (void)state;
    today given = {V1, 1, 2}, local;
    memset(&local, 0xFF, sizeof local);
    assert_null(sized_copy(&local, sizeof local, V1, &given));
    assert_int_equal(local.first, 1);
    assert_int_equal(local.second, 0);
    assert_int_equal(local.size, sizeof local);
    /* One between two versions is taken as far as it goes. */
    given.size = V1 + 1;
    given.second = 0x0102;
    assert_null(sized_copy(&local, sizeof local, V1, &given));
    assert_memory_equal(&local.second, &given.second, 1);
    assert_memory_equal((char *)&local.second + 1, "\0\0\0\0\0\0\0", sizeof local.second - 1);
}

static void test_sized__a_newer_struct_may_hold_only_zeros_there(void **state)
{
    (void)state;
    struct {
        today known;
        unsigned char later[200];
    } given = {{sizeof given, 1, 2}, {0}};
    today local;
    assert_null(sized_copy(&local, sizeof local, V1, &given));
    assert_int_equal(local.first, 1);
    assert_int_equal(local.second, 2);
    assert_int_equal(local.size, sizeof local);
    for (size_t i = 0; i < sizeof given.later; i += 199) {
        given.later[i] = 1;
        assert_non_null(strstr(sized_copy(&local, sizeof local, V1, &given), "does not know"));
        given.later[i] = 0;
    }
}

static void test_sized__sizes_that_no_version_had(void **state)
{
    (void)state;
    static unsigned char room[SIZED_MAX + 1];
    today local;
    const size_t small[] = {0, 1, sizeof(size_t), V1 - 1};
    for (size_t i = 0; i < COUNT_OF(small); i++) {
        memcpy(room, &small[i], sizeof(size_t));
        assert_non_null(strstr(sized_copy(&local, sizeof local, V1, room), "too small"));
    }
    size_t size = SIZED_MAX;
    memcpy(room, &size, sizeof size);
    assert_null(sized_copy(&local, sizeof local, V1, room));
    const size_t large[] = {SIZED_MAX + 1, SIZE_MAX / 2, SIZE_MAX};
    for (size_t i = 0; i < COUNT_OF(large); i++) {
        memcpy(room, &large[i], sizeof(size_t));
        assert_non_null(strstr(sized_copy(&local, sizeof local, V1, room), "too large"));
    }
}

static void test_sized__a_struct_at_an_odd_address(void **state)
{
    (void)state;
    unsigned char room[sizeof(today) + 1];
    today given = {sizeof given, 3, 4}, local;
    memcpy(room + 1, &given, sizeof given);
    assert_null(sized_copy(&local, sizeof local, V1, room + 1));
    assert_int_equal(local.second, 4);
}

static void test_sized__init_functions(void **state)
{
    (void)state;
    struct {
        tcses_tag tag;
        size_t behind;
    } room;
    static const tcses_tag wanted = TCSES_TAG_INIT;
    memset(&room, 0xFF, sizeof room);
    tcses_tag_init(&room.tag, sizeof room.tag);
    assert_memory_equal(&room.tag, &wanted, sizeof wanted);
    assert_true(room.behind == SIZE_MAX);
    /* A program built with a shorter struct: no byte behind it is touched. */
    memset(&room, 0xFF, sizeof room);
    tcses_tag_init(&room.tag, offsetof(tcses_tag, tag_value));
    assert_int_equal(room.tag.size, offsetof(tcses_tag, tag_value));
    assert_null(room.tag.tag_key);
    assert_true((uintptr_t)room.tag.tag_value == UINTPTR_MAX);
    /* Sizes that can not be. */
    memset(&room, 0xFF, sizeof room);
    tcses_tag_init(&room.tag, sizeof(size_t) - 1);
    tcses_tag_init(&room.tag, SIZED_MAX + 1);
    tcses_tag_init(NULL, sizeof room.tag);
    assert_true(room.tag.size == SIZE_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sized__the_same_size),
        cmocka_unit_test(test_sized__an_older_struct_reads_zero_behind_its_end),
        cmocka_unit_test(test_sized__a_newer_struct_may_hold_only_zeros_there),
        cmocka_unit_test(test_sized__sizes_that_no_version_had),
        cmocka_unit_test(test_sized__a_struct_at_an_odd_address),
        cmocka_unit_test(test_sized__init_functions),
    };
    return cmocka_run_group_tests_name("sized", tests, NULL, NULL);
}
