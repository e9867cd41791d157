/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * fork() while four threads call: parent and child both go on with the same client. The second argument is the directory of
 * certificates, if there is one.
 */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/server.h"
#include "support/service.h"
#include "support/support.h"

#define THREADS 4
#define CALLS_BEFORE 100
#define CALLS_AFTER 1000
#define CONNECTIONS_MAX 32

static const char before_name[] = "before.example.com";
static const char parent_name[] = "parent.example.com";
static const char child_name[] = "child.example.com";
static const char grandchild_name[] = "second.example.com";

static const char *certificates;

/* ---- what processes do ---- */

static bool is_right(tcses_client *client, const char *name)
{
    result r = read_domain(client, name, NULL);
    const char *end = strstr(r.first_send_domain, name);
    bool right = r.status == TCSES_OK && r.attributes_count == 4 && end != NULL && strcmp(end, name) == 0;
    if (!right)
        fprintf(stderr, "process %d: %s: %s\n", (int)getpid(), name, tcses_error_message(r.error));
    result_free(&r);
    return right;
}

/*
 * Older address and thread sanitizers do not make their own allocator ready for fork(): a child of several threads hangs in
 * malloc(). With them the threads stand between two calls while the process forks.
 */
#define FORK_BETWEEN_CALLS UNDER_SANITIZER

typedef struct crew {
    tcses_client *client;
    pthread_mutex_t turns[THREADS]; /* held by a thread during each call, if FORK_BETWEEN_CALLS */
    atomic_int next_turn;
    pthread_t threads[THREADS];
    event warm;         /* raised by each thread when it has made CALLS_BEFORE calls */
    atomic_bool forked; /* from then on a thread makes its share of CALLS_AFTER, under another name */
    const char *name_after;
    atomic_int right_after;
    atomic_int wrong;
} crew;

static void *work(void *ctx)
{
    crew *c = ctx;
    pthread_mutex_t *turn = &c->turns[atomic_fetch_add(&c->next_turn, 1)];
    for (int calls = 1; !atomic_load(&c->forked); calls++) {
        if (FORK_BETWEEN_CALLS)
            pthread_mutex_lock(turn);
        if (!is_right(c->client, before_name))
            atomic_fetch_add(&c->wrong, 1);
        if (FORK_BETWEEN_CALLS)
            pthread_mutex_unlock(turn);
        if (calls == CALLS_BEFORE)
            event_raise(&c->warm);
    }
    for (int i = 0; i < CALLS_AFTER / THREADS; i++)
        atomic_fetch_add(is_right(c->client, c->name_after) ? &c->right_after : &c->wrong, 1);
    return NULL;
}

static void crew_start(crew *c, tcses_client *client, const char *name_after, bool forked)
{
    memset(c, 0, sizeof *c);
    c->client = client;
    c->warm = (event)EVENT_INIT;
    c->name_after = name_after;
    atomic_init(&c->forked, forked);
    for (int i = 0; i < THREADS; i++)
        pthread_mutex_init(&c->turns[i], NULL);
    for (int i = 0; i < THREADS; i++)
        start_thread(&c->threads[i], work, c);
}

/* Whether all answers were right. */
static bool crew_join(crew *c)
{
    for (int i = 0; i < THREADS; i++)
        pthread_join(c->threads[i], NULL);
    return atomic_load(&c->wrong) == 0 && atomic_load(&c->right_after) == CALLS_AFTER;
}

static pid_t fork_or_die(void)
{
    pid_t pid = fork();
    if (pid < 0)
        die("fork failed");
    return pid;
}

static pid_t fork_among(crew *c)
{
    for (int i = 0; FORK_BETWEEN_CALLS && i < THREADS; i++)
        pthread_mutex_lock(&c->turns[i]);
    pid_t pid = fork_or_die();
    for (int i = 0; FORK_BETWEEN_CALLS && i < THREADS; i++)
        pthread_mutex_unlock(&c->turns[i]);
    return pid;
}

static bool ended_well(pid_t child)
{
    int status = 0;
    return waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* ---- what the emulator saw ---- */

typedef struct seen {
    long connections[CONNECTIONS_MAX];
    int connections_count;
    int requests;
} seen;

static seen seen_of(const service *s, const char *name)
{
    seen what = {0};
    what.connections_count = service_connections_of(s, name, what.connections, CONNECTIONS_MAX, &what.requests);
    return what;
}

static int shared_connections(const seen *a, const seen *b)
{
    int count = 0;
    for (int i = 0; i < a->connections_count; i++) {
        for (int k = 0; k < b->connections_count; k++)
            count += a->connections[i] == b->connections[k];
    }
    return count;
}

static tcses_client *client_of(const service *s)
{
    tcses_client_options options = options_for(s->endpoint);
    char *ca_file = format_text("%s/ca.pem", certificates);
    options.ca_file = strncmp(s->endpoint, "https", 5) == 0 ? ca_file : NULL;
    tcses_client *client = client_for(&options);
    free(ca_file);
    return client;
}

/* With another client, so that the one to be tested has no connection yet. */
static void create_domains(const service *s)
{
    tcses_client *client = client_of(s);
    expect_success(create_domain(client, before_name, NULL));
    expect_success(create_domain(client, parent_name, NULL));
    expect_success(create_domain(client, child_name, NULL));
    expect_success(create_domain(client, grandchild_name, NULL));
    tcses_client_free(client);
    service_forget_requests(s);
}

/* ---- the tests ---- */

static void check_connections(const service *s)
{
    seen before = seen_of(s, before_name);
    seen parent = seen_of(s, parent_name);
    seen child = seen_of(s, child_name);
    print_message("# connections: %d before, %d in the parent, %d in the child\n", before.connections_count,
        parent.connections_count, child.connections_count);
    assert_in_range(before.requests, THREADS * CALLS_BEFORE, 1000000);
    assert_int_equal(parent.requests, CALLS_AFTER);
    assert_int_equal(child.requests, CALLS_AFTER);
    assert_in_range(before.connections_count, 1, THREADS);
    assert_in_range(child.connections_count, 1, THREADS);
    assert_int_equal(shared_connections(&child, &before), 0);
    assert_int_equal(shared_connections(&child, &parent), 0);
    /* What the child did has broken none of the parent's. */
    assert_int_equal(shared_connections(&parent, &before), parent.connections_count);
}

static void fork_among_threads(const service *s)
{
    crew parent;
    create_domains(s);
    tcses_client *client = client_of(s);
    crew_start(&parent, client, parent_name, false);
    event_await(&parent.warm, THREADS);
    pid_t child = fork_among(&parent);
    if (child == 0) {
        crew own;
        crew_start(&own, client, child_name, true);
        bool right = crew_join(&own);
        tcses_client_free(client);
        _exit(right ? 0 : 1);
    }
    atomic_store(&parent.forked, true);
    assert_true(crew_join(&parent));
    assert_true(ended_well(child));
    check_connections(s);
    tcses_client_free(client);
}

static void test_fork__both_processes_go_on(void **state)
{
    (void)state;
    service s;
    service_start(&s, NULL);
    fork_among_threads(&s);
    service_stop(&s);
}

static void test_fork__both_processes_go_on_with_tls(void **state)
{
    (void)state;
    service s;
    if (certificates == NULL)
        skip();
    service_start_tls(&s, certificates, "good");
    fork_among_threads(&s);
    service_stop(&s);
}

/* A TLS connection that is closed tells the peer so, which would end the parent's. */
static void test_fork__child_that_frees_the_client_leaves_the_connection_alone(void **state)
{
    (void)state;
    service s;
    if (certificates == NULL)
        skip();
    service_start_tls(&s, certificates, "good");
    create_domains(&s);
    tcses_client *client = client_of(&s);
    assert_true(is_right(client, before_name));
    pid_t child = fork_or_die();
    if (child == 0) {
        tcses_client_free(client);
        _exit(0);
    }
    assert_true(ended_well(child));
    assert_true(is_right(client, parent_name));
    seen before = seen_of(&s, before_name);
    seen after = seen_of(&s, parent_name);
    assert_int_equal(shared_connections(&before, &after), 1);
    tcses_client_free(client);
    service_stop(&s);
}

static void test_fork__each_generation_has_its_own_connection(void **state)
{
    (void)state;
    service s;
    service_start(&s, NULL);
    create_domains(&s);
    tcses_client *client = client_of(&s);
    assert_true(is_right(client, parent_name));
    pid_t child = fork_or_die();
    if (child == 0) {
        bool right = is_right(client, child_name);
        pid_t grandchild = fork_or_die();
        if (grandchild == 0) {
            right = is_right(client, grandchild_name);
            tcses_client_free(client);
            _exit(right ? 0 : 1);
        }
        right = ended_well(grandchild) && right && is_right(client, child_name);
        tcses_client_free(client);
        _exit(right ? 0 : 1);
    }
    assert_true(ended_well(child));
    assert_true(is_right(client, parent_name));
    seen parent = seen_of(&s, parent_name);
    seen own = seen_of(&s, child_name);
    seen grandchild = seen_of(&s, grandchild_name);
    assert_int_equal(parent.connections_count, 1);
    assert_int_equal(own.connections_count, 1);
    assert_int_equal(grandchild.connections_count, 1);
    assert_int_equal(parent.requests + own.requests + grandchild.requests, 5);
    assert_int_equal(shared_connections(&parent, &own), 0);
    assert_int_equal(shared_connections(&parent, &grandchild), 0);
    assert_int_equal(shared_connections(&own, &grandchild), 0);
    tcses_client_free(client);
    service_stop(&s);
}

/* ---- a cancel from before the fork ---- */

typedef struct waiting {
    tcses_client *client;
    tcses_cancel *cancel;
    event started;
    pid_t thread_id;
    result ended;
} waiting;

static void *wait_for_answer(void *ctx)
{
    waiting *w = ctx;
    tcses_call_options options = TCSES_CALL_OPTIONS_INIT;
    options.cancel = w->cancel;
    w->thread_id = gettid();
    event_raise(&w->started);
    w->ended = read_domain(w->client, child_name, &options);
    return NULL;
}

static bool cancel_in_child(tcses_client *client, tcses_cancel *cancel)
{
    pthread_t thread;
    waiting w = {.client = client, .cancel = cancel, .started = EVENT_INIT};
    start_thread(&thread, wait_for_answer, &w);
    event_await(&w.started, 1);
    await_asleep(w.thread_id);
    tcses_cancel_trigger(cancel);
    pthread_join(thread, NULL);
    bool cancelled = w.ended.status == TCSES_ERR_CANCELLED;
    result_free(&w.ended);
    return cancelled;
}

/* It answers about the parent's domain and keeps silent about the child's. */
static void answer_parent(connection *c, void *ctx)
{
    (void)ctx;
    const received *r = NULL;
    while ((r = connection_read(c)) != NULL) {
        if (strstr(r->body, child_name) == NULL)
            connection_answer(c, "200 OK", NULL, domain_answer);
    }
}

static void test_fork__cancel_of_the_child_is_not_the_parents(void **state)
{
    (void)state;
    tcses_call_options options = TCSES_CALL_OPTIONS_INIT;
    server *s = server_start(answer_parent, NULL);
    tcses_client_options client_options = options_for(server_url(s));
    tcses_client *client = client_for(&client_options);
    assert_int_equal(tcses_cancel_new(NULL, &options.cancel, NULL), TCSES_OK);
    expect_success(read_domain(client, parent_name, &options));
    pid_t child = fork_or_die();
    if (child == 0)
        _exit(cancel_in_child(client, options.cancel) ? 0 : 1);
    assert_true(ended_well(child));
    assert_int_equal(tcses_cancel_triggered(options.cancel), 0);
    expect_success(read_domain(client, parent_name, &options));
    tcses_cancel_unref(options.cancel);
    tcses_client_free(client);
    server_stop(s);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fork__both_processes_go_on),
        cmocka_unit_test(test_fork__both_processes_go_on_with_tls),
        cmocka_unit_test(test_fork__child_that_frees_the_client_leaves_the_connection_alone),
        cmocka_unit_test(test_fork__each_generation_has_its_own_connection),
        cmocka_unit_test(test_fork__cancel_of_the_child_is_not_the_parents),
    };
    service_set_program(argc, argv);
    certificates = argc > 2 && access(argv[2], R_OK) == 0 ? argv[2] : NULL;
    return RUN_TESTS(tests);
}
