/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * What the programs of this folder share: clients, calls and their ends, events between threads. cmocka's asserts work on
 * the main thread alone; any other thread ends the program with die().
 */
#ifndef SUPPORT_H
#define SUPPORT_H

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <cmocka.h>
#include <tcses/tcses.h>

/* 1 in a build for the address or the thread sanitizer, else 0. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define UNDER_SANITIZER 1
#endif
#endif
#if !defined(UNDER_SANITIZER) && (defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__))
#define UNDER_SANITIZER 1
#endif
#ifndef UNDER_SANITIZER
#define UNDER_SANITIZER 0
#endif

/* Ends the program as failed. */
void die(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

/* printf() into new memory. */
char *format_text(const char *format, ...) __attribute__((format(printf, 1, 2)));

int64_t now_us(void);

/* ---- events ---- */

/* Counts how often something happened and lets another thread wait for it. */
typedef struct event {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int count;
} event;

#define EVENT_INIT                                             \
    {                                                          \
        PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0 \
    }

/* What does not come in this time never will: whoever waits for it ends the program, telling where it waited. */
#define LOST_AFTER_SECONDS 30

void event_raise(event *e);
/* Waits until it was raised `count` times. */
#define event_await(e, count) event_await_at((e), (count), __FILE__, __LINE__)
void event_await_at(event *e, int count, const char *file, int line);

/* For a condition whose change nobody tells: looks at it again and again. */
#define await_until(condition) await_until_at((condition), #condition, __FILE__, __LINE__)
#define await_until_at(condition, text, file, line)      \
    do {                                                 \
        for (int64_t since_us = now_us(); !(condition);) \
            give_way(since_us, (text), (file), (line));  \
    } while (0)
/* Lets other threads run, or ends the program if `since_us` is too long ago. */
void give_way(int64_t since_us, const char *awaited, const char *file, int line);

/* Starts a thread, or ends the program. */
void start_thread(pthread_t *thread, void *(*run)(void *), void *ctx);

/* Returns when that thread of this process waits in the kernel. */
#define await_asleep(thread_id) await_asleep_at((thread_id), __FILE__, __LINE__)
void await_asleep_at(pid_t thread_id, const char *file, int line);

/* ---- clients and calls ---- */

/* Options with the endpoint, a region, and a clock on which waiting between attempts takes no time. */
tcses_client_options options_for(const char *endpoint);
/* A client with credentials that the emulator takes. */
tcses_client *client_for(const tcses_client_options *options);
/* The system's own clock cannot be named in the options, so this goes on from it: a wait moves it forward. */
const tcses_clock *skipping_clock(void);

/* Counts the attempts that a client made, by its log: set it as options.log with an atomic_int as options.log_ctx. */
void count_attempts(void *ctx, int32_t level, const char *line);

/* How a call ended. result_free() releases it. */
typedef struct result {
    tcses_status status;
    tcses_error *error;
    /* Of the answer, "" and 0 if there was none: */
    char request_id[64];
    char first_send_domain[128];
    int32_t verified;
    size_t attributes_count;
} result;

result create_domain(tcses_client *client, const char *name, const tcses_call_options *options);
result read_domain(tcses_client *client, const char *name, const tcses_call_options *options);
/* CreateEmailIdentity with a body of so many bytes, by tcses_call(). */
result create_large(tcses_client *client, size_t body_bytes, const tcses_call_options *options);
void result_free(result *r);

/* Asserts that the call succeeded, releasing the result. */
#define expect_success(r) check_success((r), __FILE__, __LINE__)
void check_success(result r, const char *file, int line);

/* Asserts how the call failed, releasing the result. */
#define expect_failure(r, status, outcome, attempts) \
    check_failure((r), (status), (outcome), (attempts), __FILE__, __LINE__)
void check_failure(result r, tcses_status status, int32_t outcome, int32_t attempts, const char *file, int line);

/* Takes the locale of the environment, as any program may, and runs the tests. */
#define RUN_TESTS(tests) (take_locale(), cmocka_run_group_tests((tests), NULL, NULL))
void take_locale(void);

#endif
