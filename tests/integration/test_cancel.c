/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Cancelling a call at each of its stages. The time is taken from tcses_cancel_trigger() to the return of the call.
 *
 * The program has a getaddrinfo() of its own, which libcurl gets too: it never answers for one name.
 */
#include <curl/curl.h>
#include <dirent.h>
#include <dlfcn.h>
#include <netdb.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "support/full_port.h"
#include "support/server.h"
#include "support/support.h"

#define NAME "mail.example.com"
/* What is promised; code slowed down by a sanitizer promises less. */
#define NOTICED_WITHIN_US (UNDER_SANITIZER ? 250000 : 50000)
#define ROUNDS 5

/* ---- a resolver that hangs ---- */

static const char hanging_host[] = "hanging.test";
static event resolving = EVENT_INIT;
static event resolver_released = EVENT_INIT;

int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **found)
{
    typedef int (*real_fn)(const char *, const char *, const struct addrinfo *, struct addrinfo **);
    if (node != NULL && strcmp(node, hanging_host) == 0) {
        event_raise(&resolving);
        event_await(&resolver_released, 1);
        return EAI_NONAME;
    }
    union {
        void *address;
        real_fn call;
    } real = {dlsym(RTLD_NEXT, "getaddrinfo")};
    return real.call(node, service, hints, found);
}

/* ---- a call on a thread of its own ---- */

typedef struct pending {
    tcses_client *client;
    tcses_cancel *cancel;
    result (*call)(tcses_client *client, const char *name, const tcses_call_options *options);
    pthread_t thread;
    event started;
    pid_t thread_id;
    int64_t returned_us;
    result ended;
} pending;

static void *make_call(void *ctx)
{
    pending *p = ctx;
    tcses_call_options options = TCSES_CALL_OPTIONS_INIT;
    options.cancel = p->cancel;
    p->thread_id = gettid();
    event_raise(&p->started);
    p->ended = p->call(p->client, NAME, &options);
    p->returned_us = now_us();
    return NULL;
}

static void begin_call(pending *p, tcses_client *client, tcses_cancel *cancel,
    result (*call)(tcses_client *, const char *, const tcses_call_options *))
{
    memset(p, 0, sizeof *p);
    p->started = (event)EVENT_INIT;
    p->client = client;
    p->cancel = cancel;
    p->call = call;
    start_thread(&p->thread, make_call, p);
    event_await(&p->started, 1);
}

static tcses_cancel *new_cancel(void)
{
    tcses_cancel *cancel = NULL;
    assert_int_equal(tcses_cancel_new(NULL, &cancel, NULL), TCSES_OK);
    return cancel;
}

/* Cancels a call that waits in the kernel. Returns how long it took. */
static int64_t cancel_call(pending *p)
{
    await_asleep(p->thread_id);
    int64_t triggered_us = now_us();
    tcses_cancel_trigger(p->cancel);
    pthread_join(p->thread, NULL);
    assert_int_equal(p->ended.status, TCSES_ERR_CANCELLED);
    return p->returned_us - triggered_us;
}

static void check_time(const char *stage, int64_t longest_us)
{
    print_message("# cancelled while %s: noticed after %.1f ms at most\n", stage, (double)longest_us / 1000);
    assert_in_range(longest_us, 0, NOTICED_WITHIN_US);
}

static int64_t longer(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* ---- before anything was sent ---- */

static void answer_all(connection *c, void *ctx)
{
    (void)ctx;
    while (connection_read(c) != NULL)
        connection_answer(c, "200 OK", NULL, domain_answer);
}

static void test_cancel__before_the_call_sends_nothing(void **state)
{
    (void)state;
    server *s = server_start(answer_all, NULL);
    tcses_client_options options = options_for(server_url(s));
    tcses_call_options call_options = TCSES_CALL_OPTIONS_INIT;
    tcses_client *client = client_for(&options);
    call_options.cancel = new_cancel();
    tcses_cancel_trigger(call_options.cancel);
    expect_failure(create_domain(client, NAME, &call_options), TCSES_ERR_CANCELLED, TCSES_OUTCOME_NOT_DONE, 0);
    assert_int_equal(server_connections(s), 0);
    tcses_cancel_unref(call_options.cancel);
    tcses_client_free(client);
    server_stop(s);
}

static int threads_now(void)
{
    int count = 0;
    DIR *tasks = opendir("/proc/self/task");
    assert_non_null(tasks);
    for (const struct dirent *entry = readdir(tasks); entry != NULL; entry = readdir(tasks))
        count += entry->d_name[0] != '.';
    closedir(tasks);
    return count;
}

/* The client is freed while its resolver's thread still hangs, which then ends without touching what is gone. */
static void test_cancel__while_resolving(void **state)
{
    (void)state;
    int64_t longest = 0;
    int threads_before = threads_now();
    if (curl_version_info(CURLVERSION_NOW)->version_num < 0x075700)
        skip();
    for (int i = 0; i < ROUNDS; i++) {
        pending p;
        tcses_client_options options = options_for("http://hanging.test");
        tcses_client *client = client_for(&options);
        tcses_cancel *cancel = new_cancel();
        begin_call(&p, client, cancel, create_domain);
        event_await(&resolving, i + 1);
        longest = longer(longest, cancel_call(&p));
        tcses_client_free(client);
        longest = longer(longest, now_us() - p.returned_us);
        tcses_cancel_unref(cancel);
        expect_failure(p.ended, TCSES_ERR_CANCELLED, TCSES_OUTCOME_NOT_DONE, 1);
    }
    check_time("resolving, the client freed", longest);
    event_raise(&resolver_released);
    await_until(threads_now() <= threads_before);
}

/* ---- while connecting ---- */

static void test_cancel__while_connecting(void **state)
{
    (void)state;
    int64_t longest = 0;
    full_port full;
    full_port_open(&full);
    char *url = format_text("http://127.0.0.1:%d", full.port);
    tcses_client_options options = options_for(url);
    for (int i = 0; i < ROUNDS; i++) {
        pending p;
        tcses_client *client = client_for(&options);
        tcses_cancel *cancel = new_cancel();
        begin_call(&p, client, cancel, create_domain);
        await_until(is_connecting_to(full.port));
        longest = longer(longest, cancel_call(&p));
        tcses_client_free(client);
        tcses_cancel_unref(cancel);
        expect_failure(p.ended, TCSES_ERR_CANCELLED, TCSES_OUTCOME_NOT_DONE, 1);
    }
    check_time("connecting", longest);
    free(url);
    full_port_close(&full);
}

/* ---- while the server keeps silent ---- */

static void stay_silent(connection *c, void *ctx)
{
    connection_await_bytes(c);
    event_raise(ctx);
    connection_await_end(c);
}

static void test_cancel__during_the_tls_handshake(void **state)
{
    (void)state;
    int64_t longest = 0;
    event reached = EVENT_INIT;
    server *s = server_start(stay_silent, &reached);
    tcses_client_options options = options_for(server_tls_url(s));
    tcses_client *client = client_for(&options);
    for (int i = 0; i < ROUNDS; i++) {
        pending p;
        tcses_cancel *cancel = new_cancel();
        begin_call(&p, client, cancel, create_domain);
        event_await(&reached, i + 1);
        longest = longer(longest, cancel_call(&p));
        tcses_cancel_unref(cancel);
        expect_failure(p.ended, TCSES_ERR_CANCELLED, TCSES_OUTCOME_NOT_DONE, 1);
    }
    check_time("in the TLS handshake", longest);
    tcses_client_free(client);
    server_stop(s);
}

static result create_8_mib(tcses_client *client, const char *name, const tcses_call_options *options)
{
    (void)name;
    return create_large(client, 8 << 20, options);
}

static void read_no_further(connection *c, void *ctx)
{
    char room[65536];
    if (recv(connection_fd(c), room, sizeof room, MSG_WAITALL) != (ssize_t)sizeof room)
        die("less came than was sent");
    event_raise(ctx);
    event_await((event *)ctx + 1, 1);
}

static void test_cancel__while_sending(void **state)
{
    (void)state;
    pending p;
    event events[2] = {EVENT_INIT, EVENT_INIT};
    server *s = server_start(read_no_further, events);
    tcses_client_options options = options_for(server_url(s));
    tcses_client *client = client_for(&options);
    tcses_cancel *cancel = new_cancel();
    begin_call(&p, client, cancel, create_8_mib);
    event_await(&events[0], 1);
    check_time("sending", cancel_call(&p));
    event_raise(&events[1]);
    tcses_cancel_unref(cancel);
    expect_failure(p.ended, TCSES_ERR_CANCELLED, TCSES_OUTCOME_UNKNOWN, 1);
    tcses_client_free(client);
    server_stop(s);
}

static void read_and_stay_silent(connection *c, void *ctx)
{
    const char *begin = ctx;
    if (connection_read(c) == NULL)
        return;
    connection_send(c, begin);
    connection_await_end(c);
}

static void cancel_at_the_answer(const char *stage, char *begin_of_answer)
{
    int64_t longest = 0;
    server *s = server_start(read_and_stay_silent, begin_of_answer);
    tcses_client_options options = options_for(server_url(s));
    tcses_client *client = client_for(&options);
    for (int i = 0; i < ROUNDS; i++) {
        pending p;
        tcses_cancel *cancel = new_cancel();
        begin_call(&p, client, cancel, i % 2 == 0 ? create_domain : read_domain);
        server_await_requests(s, i + 1);
        longest = longer(longest, cancel_call(&p));
        tcses_cancel_unref(cancel);
        expect_failure(p.ended, TCSES_ERR_CANCELLED, TCSES_OUTCOME_UNKNOWN, 1);
    }
    check_time(stage, longest);
    tcses_client_free(client);
    server_stop(s);
}

static void test_cancel__while_waiting_for_the_answer(void **state)
{
    (void)state;
    char nothing[] = "";
    char half[] = "HTTP/1.1 200 OK\r\nContent-Length: 300\r\n\r\n{\"Response\":";
    cancel_at_the_answer("waiting for the answer", nothing);
    cancel_at_the_answer("reading the answer", half);
}

static void test_cancel__ends_all_calls_that_have_it(void **state)
{
    (void)state;
    pending calls[8];
    int64_t longest = 0;
    char nothing[] = "";
    server *s = server_start(read_and_stay_silent, nothing);
    tcses_client_options options = options_for(server_url(s));
    tcses_client *client = client_for(&options);
    tcses_cancel *cancel = new_cancel();
    for (size_t i = 0; i < 8; i++)
        begin_call(&calls[i], client, cancel, read_domain);
    server_await_requests(s, 8);
    int64_t triggered_us = now_us();
    tcses_cancel_trigger(cancel);
    for (size_t i = 0; i < 8; i++) {
        pthread_join(calls[i].thread, NULL);
        longest = longer(longest, calls[i].returned_us - triggered_us);
        expect_failure(calls[i].ended, TCSES_ERR_CANCELLED, TCSES_OUTCOME_UNKNOWN, 1);
    }
    tcses_client_free(client);
    tcses_cancel_unref(cancel);
    check_time("eight calls wait", longest);
    server_stop(s);
}

/* ---- between two attempts ---- */

/* Pauses are random: only one long enough to be still there when the cancel comes will do. */
#define LONG_PAUSE_MS 400

typedef struct pause_watch {
    event long_announced;  /* the first */
    atomic_int count_then; /* how many attempts had been made then; 0: not yet */
} pause_watch;

static void watch_pause(void *ctx, int32_t level, const char *line)
{
    pause_watch *watch = ctx;
    long long milliseconds = 0;
    int next_attempt = 0;
    (void)level;
    if (sscanf(line, "GetEmailIdentity waits %lld ms before attempt %d", &milliseconds, &next_attempt) != 2)
        return;
    if (milliseconds < LONG_PAUSE_MS || atomic_load(&watch->count_then) != 0)
        return;
    /* There may be two waits before one attempt: the pause, and the rate limit's. */
    atomic_store(&watch->count_then, next_attempt - 1);
    event_raise(&watch->long_announced);
}

static void throttle_all(connection *c, void *ctx)
{
    (void)ctx;
    while (connection_read(c) != NULL)
        connection_answer(c, "200 OK", NULL, throttled_answer);
}

static void test_cancel__while_backing_off(void **state)
{
    (void)state;
    pending p;
    pause_watch watch = {.long_announced = EVENT_INIT};
    server *s = server_start(throttle_all, NULL);
    tcses_client_options options = options_for(server_url(s));
    options.clock = NULL;
    options.max_attempts = 20;
    options.log = watch_pause;
    options.log_ctx = &watch;
    options.log_level = TCSES_LOG_DEBUG;
    tcses_client *client = client_for(&options);
    tcses_cancel *cancel = new_cancel();
    begin_call(&p, client, cancel, read_domain);
    event_await(&watch.long_announced, 1);
    int attempts = atomic_load(&watch.count_then);
    check_time("backing off", cancel_call(&p));
    assert_int_equal(server_requests(s, "GetEmailIdentity"), attempts);
    tcses_cancel_unref(cancel);
    expect_failure(p.ended, TCSES_ERR_CANCELLED, TCSES_OUTCOME_NOT_DONE, attempts);
    tcses_client_free(client);
    server_stop(s);
}

/* ---- at any moment ---- */

/* Whichever comes first wins, and the next call with the same client is well. */
static void test_cancel__races_with_the_answer(void **state)
{
    (void)state;
    int won = 0;
    server *s = server_start(answer_all, NULL);
    tcses_client_options options = options_for(server_url(s));
    tcses_client *client = client_for(&options);
    for (int i = 0; i < 200; i++) {
        pending p;
        tcses_cancel *cancel = new_cancel();
        begin_call(&p, client, cancel, read_domain);
        for (int turns = 0; turns < i; turns++)
            sched_yield();
        tcses_cancel_trigger(cancel);
        pthread_join(p.thread, NULL);
        tcses_cancel_unref(cancel);
        assert_true(p.ended.status == TCSES_OK || p.ended.status == TCSES_ERR_CANCELLED);
        won += p.ended.status == TCSES_ERR_CANCELLED;
        result_free(&p.ended);
        expect_success(read_domain(client, NAME, NULL));
    }
    print_message("# the cancel came first %d times of 200\n", won);
    tcses_client_free(client);
    server_stop(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cancel__before_the_call_sends_nothing),
        cmocka_unit_test(test_cancel__while_resolving),
        cmocka_unit_test(test_cancel__while_connecting),
        cmocka_unit_test(test_cancel__during_the_tls_handshake),
        cmocka_unit_test(test_cancel__while_sending),
        cmocka_unit_test(test_cancel__while_waiting_for_the_answer),
        cmocka_unit_test(test_cancel__ends_all_calls_that_have_it),
        cmocka_unit_test(test_cancel__while_backing_off),
        cmocka_unit_test(test_cancel__races_with_the_answer),
    };
    return RUN_TESTS(tests);
}
