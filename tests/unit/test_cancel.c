/* SPDX-License-Identifier: Apache-2.0 */
#include "support.h"

#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cancel.h"

#define LONG_MS 600000

static tcses_cancel *new_cancel(void)
{
    tcses_cancel *cancel = NULL;
    assert_int_equal(tcses_cancel_new(NULL, &cancel, NULL), TCSES_OK);
    return cancel;
}

static void count(void *ctx)
{
    *(int *)ctx += 1;
}

static void test_cancel__triggers_once(void **state)
{
    (void)state;
    tcses_cancel *cancel = new_cancel();
    int calls = 0;
    cancel_wake wake = {.call = count, .ctx = &calls};
    assert_int_equal(tcses_cancel_triggered(cancel), 0);
    cancel_register(cancel, &wake);
    assert_int_equal(calls, 0);
    tcses_cancel_trigger(cancel);
    assert_int_equal(calls, 1);
    assert_int_equal(tcses_cancel_triggered(cancel), 1);
    tcses_cancel_trigger(cancel);
    assert_int_equal(calls, 1);
    cancel_unregister(cancel, &wake);
    tcses_cancel_unref(cancel);
}

static void test_cancel__who_registers_late_is_called_at_once(void **state)
{
    (void)state;
    tcses_cancel *cancel = new_cancel();
    int calls = 0;
    cancel_wake wake = {.call = count, .ctx = &calls};
    tcses_cancel_trigger(cancel);
    cancel_register(cancel, &wake);
    assert_int_equal(calls, 1);
    cancel_unregister(cancel, &wake);
    tcses_cancel_unref(cancel);
}

static void test_cancel__who_unregistered_is_not_called(void **state)
{
    (void)state;
    tcses_cancel *cancel = new_cancel();
    int calls[4] = {0};
    cancel_wake wakes[4];
    memset(wakes, 0, sizeof wakes);
    for (size_t i = 0; i < 4; i++) {
        wakes[i].call = count;
        wakes[i].ctx = &calls[i];
        cancel_register(cancel, &wakes[i]);
    }
    cancel_unregister(cancel, &wakes[1]);
    cancel_unregister(cancel, &wakes[3]);
    cancel_unregister(cancel, &wakes[3]);
    tcses_cancel_trigger(cancel);
    assert_int_equal(calls[0], 1);
    assert_int_equal(calls[1], 0);
    assert_int_equal(calls[2], 1);
    assert_int_equal(calls[3], 0);
    tcses_cancel_unref(cancel);
}

static void test_cancel__null_does_nothing(void **state)
{
    (void)state;
    int calls = 0;
    cancel_wake wake = {.call = count, .ctx = &calls};
    cancel_register(NULL, &wake);
    cancel_unregister(NULL, &wake);
    tcses_cancel_trigger(NULL);
    tcses_cancel_unref(NULL);
    assert_null(tcses_cancel_ref(NULL));
    assert_int_equal(tcses_cancel_triggered(NULL), 0);
    assert_int_equal(tcses_cancel_wait(NULL, 0), 0);
    assert_int_equal(tcses_cancel_wait(NULL, -5), 0);
    assert_int_equal(calls, 0);
}

static void test_cancel__references(void **state)
{
    (void)state;
    test_memory m;
    tcses_cancel *cancel = NULL;
    test_memory_init(&m);
    assert_int_equal(tcses_cancel_new(&m.allocator, &cancel, NULL), TCSES_OK);
    assert_ptr_equal(tcses_cancel_ref(cancel), cancel);
    tcses_cancel_unref(cancel);
    assert_true(m.live > 0);
    tcses_cancel_trigger(cancel);
    tcses_cancel_unref(cancel);
    assert_int_equal(m.live, 0);
}

static void give_reference_back(void *ctx)
{
    tcses_cancel_unref(ctx);
}

/* A wake may be the last to hold the cancel but for the one who triggers it. */
static void test_cancel__a_wake_may_give_the_last_reference_back(void **state)
{
    (void)state;
    test_memory m;
    tcses_cancel *cancel = NULL;
    test_memory_init(&m);
    assert_int_equal(tcses_cancel_new(&m.allocator, &cancel, NULL), TCSES_OK);
    cancel_wake wake = {.call = give_reference_back, .ctx = cancel};
    cancel_register(cancel, &wake);
    tcses_cancel_trigger(cancel);
    assert_int_equal(m.live, 0);
}

/* ---- threads ---- */

static void *trigger(void *ctx)
{
    tcses_cancel_trigger(ctx);
    return NULL;
}

static void test_cancel__wait_ends_when_another_thread_triggers(void **state)
{
    (void)state;
    tcses_cancel *cancel = new_cancel();
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, trigger, cancel), 0);
    /* Whichever comes first: a wait that misses the trigger lasts until the test's time is over. */
    assert_int_equal(tcses_cancel_wait(cancel, LONG_MS), 1);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(tcses_cancel_wait(cancel, LONG_MS), 1);
    tcses_cancel_unref(cancel);
}

static void test_cancel__wait_ends_by_itself(void **state)
{
    (void)state;
    tcses_cancel *cancel = new_cancel();
    assert_int_equal(tcses_cancel_wait(cancel, 0), 0);
    assert_int_equal(tcses_cancel_wait(cancel, 1), 0);
    assert_int_equal(tcses_cancel_wait(cancel, -1), 0);
    tcses_cancel_unref(cancel);
}

typedef struct slow_wake {
    tcses_cancel *cancel;
    cancel_wake wake;
    sem_t running;
    sem_t may_end;
    sem_t unregistering;
    atomic_int ended;
    int ended_when_unregistered;
} slow_wake;

static void run_slowly(void *ctx)
{
    slow_wake *s = ctx;
    sem_post(&s->running);
    while (sem_wait(&s->may_end) != 0) {
    }
    atomic_store(&s->ended, 1);
}

static void *unregister(void *ctx)
{
    slow_wake *s = ctx;
    sem_post(&s->unregistering);
    cancel_unregister(s->cancel, &s->wake);
    s->ended_when_unregistered = atomic_load(&s->ended);
    return NULL;
}

/* After unregistering, what the wake points to may be released: so it waits for one that runs. */
static void test_cancel__unregister_waits_for_a_running_wake(void **state)
{
    (void)state;
    slow_wake s;
    pthread_t triggering, unregistering;
    memset(&s, 0, sizeof s);
    s.cancel = new_cancel();
    s.wake.call = run_slowly;
    s.wake.ctx = &s;
    sem_init(&s.running, 0, 0);
    sem_init(&s.may_end, 0, 0);
    sem_init(&s.unregistering, 0, 0);
    cancel_register(s.cancel, &s.wake);
    assert_int_equal(pthread_create(&triggering, NULL, trigger, s.cancel), 0);
    sem_wait(&s.running);
    assert_int_equal(pthread_create(&unregistering, NULL, unregister, &s), 0);
    sem_wait(&s.unregistering);
    /* Turns for a wrong one to return in; a right one waits however many these are. */
    for (int i = 0; i < 20000; i++)
        sched_yield();
    sem_post(&s.may_end);
    assert_int_equal(pthread_join(triggering, NULL), 0);
    assert_int_equal(pthread_join(unregistering, NULL), 0);
    assert_int_equal(s.ended_when_unregistered, 1);
    tcses_cancel_unref(s.cancel);
    sem_destroy(&s.running);
    sem_destroy(&s.may_end);
    sem_destroy(&s.unregistering);
}

static void test_cancel__works_in_a_child(void **state)
{
    (void)state;
    tcses_cancel *cancel = new_cancel();
    int calls = 0;
    cancel_wake wake = {.call = count, .ctx = &calls};
    cancel_register(cancel, &wake);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        int own_calls = 0;
        cancel_wake own = {.call = count, .ctx = &own_calls};
        cancel_register(cancel, &own);
        tcses_cancel_trigger(cancel);
        /* The parent's wakes are not the child's to call. */
        bool is_right = own_calls == 1 && calls == 0 && tcses_cancel_triggered(cancel) == 1;
        cancel_unregister(cancel, &own);
        tcses_cancel_unref(cancel);
        _exit(is_right ? 0 : 1);
    }
    int how = -1;
    assert_int_equal(waitpid(child, &how, 0), child);
    assert_true(WIFEXITED(how));
    assert_int_equal(WEXITSTATUS(how), 0);
    assert_int_equal(tcses_cancel_triggered(cancel), 0);
    tcses_cancel_trigger(cancel);
    assert_int_equal(calls, 1);
    tcses_cancel_unref(cancel);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cancel__triggers_once),
        cmocka_unit_test(test_cancel__who_registers_late_is_called_at_once),
        cmocka_unit_test(test_cancel__who_unregistered_is_not_called),
        cmocka_unit_test(test_cancel__null_does_nothing),
        cmocka_unit_test(test_cancel__references),
        cmocka_unit_test(test_cancel__a_wake_may_give_the_last_reference_back),
        cmocka_unit_test(test_cancel__wait_ends_when_another_thread_triggers),
        cmocka_unit_test(test_cancel__wait_ends_by_itself),
        cmocka_unit_test(test_cancel__unregister_waits_for_a_running_wake),
        cmocka_unit_test(test_cancel__works_in_a_child),
    };
    return cmocka_run_group_tests_name("cancel", tests, NULL, NULL);
}
