/* SPDX-License-Identifier: Apache-2.0 */
#include "support.h"

#include "base/sigpipe.h"

static sigset_t set_of_sigpipe(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGPIPE);
    return set;
}

static bool is_pending(void)
{
    sigset_t pending;
    assert_int_equal(sigpending(&pending), 0);
    return sigismember(&pending, SIGPIPE) == 1;
}

static bool is_blocked(void)
{
    sigset_t blocked;
    assert_int_equal(pthread_sigmask(SIG_BLOCK, NULL, &blocked), 0);
    return sigismember(&blocked, SIGPIPE) == 1;
}

static void set_blocked(bool wanted)
{
    sigset_t set = set_of_sigpipe();
    assert_int_equal(pthread_sigmask(wanted ? SIG_BLOCK : SIG_UNBLOCK, &set, NULL), 0);
}

/* The default action of the signal ends the program: that the test goes on is what it shows. */
static void test_sigpipe__one_that_arises_is_taken_away(void **state)
{
    (void)state;
    for (int was_blocked = 0; was_blocked < 2; was_blocked++) {
        sigpipe_guard guard;
        set_blocked(was_blocked != 0);
        sigpipe_guard_begin(&guard);
        assert_true(is_blocked());
        assert_int_equal(raise(SIGPIPE), 0);
        assert_true(is_pending());
        sigpipe_guard_end(&guard);
        assert_false(is_pending());
        assert_int_equal(is_blocked(), was_blocked);
    }
    set_blocked(false);
}

static void test_sigpipe__without_one_all_is_as_it_was(void **state)
{
    (void)state;
    for (int was_blocked = 0; was_blocked < 2; was_blocked++) {
        sigpipe_guard guard;
        set_blocked(was_blocked != 0);
        sigpipe_guard_begin(&guard);
        assert_true(is_blocked());
        sigpipe_guard_end(&guard);
        assert_int_equal(is_blocked(), was_blocked);
    }
    set_blocked(false);
}

/* One that the program has pending is the program's. */
static void test_sigpipe__one_that_was_pending_stays(void **state)
{
    (void)state;
    sigpipe_guard guard;
    sigset_t set = set_of_sigpipe();
    set_blocked(true);
    assert_int_equal(raise(SIGPIPE), 0);
    sigpipe_guard_begin(&guard);
    sigpipe_guard_end(&guard);
    assert_true(is_pending());
    assert_true(is_blocked());
    int taken = 0;
    assert_int_equal(sigwait(&set, &taken), 0);
    assert_int_equal(taken, SIGPIPE);
    set_blocked(false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sigpipe__one_that_arises_is_taken_away),
        cmocka_unit_test(test_sigpipe__without_one_all_is_as_it_was),
        cmocka_unit_test(test_sigpipe__one_that_was_pending_stays),
    };
    return cmocka_run_group_tests_name("sigpipe", tests, NULL, NULL);
}
