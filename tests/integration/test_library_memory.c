/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Every allocation that libcurl and jansson make during a call fails in turn, and then all from that one on: the call may
 * fail with any error, but its outcome is true, nothing is lost, and the client goes on working.
 *
 * Three defects are not ours, the first two jansson's (2.14), the third libcurl's (7.88):
 * - It does not look whether its lexer's buffer could grow, and drops the character that did not fit. A text of the answer
 *   is then short of a character, and the call succeeds. is_lexer_growth() tells by what was asked for.
 * - When it has no memory for a text it says that the syntax is wrong. The call then ends with TCSES_ERR_RESPONSE in place
 *   of _MEMORY; never more often than there are texts and growths.
 * - It reports a line of the answer's head that is too long as lack of memory, so that lack of memory while it reads the
 *   head is taken for such a line: again TCSES_ERR_RESPONSE, never more often than HEAD_GROWTHS.
 */
#include <curl/curl.h>
#include <jansson.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "support/server.h"
#include "support/support.h"

#define FIRST "first.example.com"
#define LATER "later.example.com"
#define HEAD_GROWTHS 10

/* ---- the memory of libcurl and jansson ---- */

static struct {
    atomic_long live; /* blocks not released */
    atomic_long taken;
    atomic_long fail_at; /* the number of the allocation that fails; 0: none */
    atomic_bool keep_going;
    atomic_long failed;        /* how many did */
    atomic_size_t failed_json; /* the size that jansson asked for when it was refused, 0 if it was not */
} tally;

static bool fails(void)
{
    long number = atomic_fetch_add(&tally.taken, 1) + 1;
    long fail_at = atomic_load(&tally.fail_at);
    bool now = fail_at != 0 && (number == fail_at || (number > fail_at && atomic_load(&tally.keep_going)));
    atomic_fetch_add(&tally.failed, now);
    return now;
}

static void *count_block(void *block)
{
    if (block == NULL)
        die("out of memory");
    atomic_fetch_add(&tally.live, 1);
    return block;
}

static void *take(size_t bytes)
{
    return fails() ? NULL : count_block(malloc(bytes > 0 ? bytes : 1));
}

static void *take_zeroed(size_t count, size_t bytes)
{
    return fails() ? NULL : count_block(calloc(count > 0 ? count : 1, bytes > 0 ? bytes : 1));
}

static char *take_text(const char *text)
{
    return fails() ? NULL : count_block(strdup(text));
}

static void give(void *block)
{
    if (block != NULL)
        atomic_fetch_sub(&tally.live, 1);
    free(block);
}

static void *take_more(void *block, size_t bytes)
{
    if (block == NULL)
        return take(bytes);
    return fails() ? NULL : realloc(block, bytes > 0 ? bytes : 1);
}

static void *take_for_json(size_t bytes)
{
    void *block = take(bytes);
    if (block == NULL)
        atomic_store(&tally.failed_json, bytes);
    return block;
}

/* jansson's buffers begin with 16 bytes and double. */
static bool is_lexer_growth(size_t bytes)
{
    return bytes >= 32 && (bytes & (bytes - 1)) == 0;
}

static void start_failing(long n, bool keep_going)
{
    atomic_store(&tally.failed, 0);
    atomic_store(&tally.failed_json, 0);
    atomic_store(&tally.keep_going, keep_going);
    atomic_store(&tally.fail_at, n > 0 ? atomic_load(&tally.taken) + n : 0);
}

/* ---- what the service does with the first call; all others are answered well ---- */

typedef struct scene {
    const char *name;
    result (*call)(tcses_client *client, const char *name, const tcses_call_options *options);
    /* Answers a request of that call, the `turn`th of it. False closes the connection. NULL: does it. */
    bool (*answer)(connection *c, int turn);
    bool is_done;        /* whether the service does it at last */
    tcses_status status; /* when memory suffices */
    bool is_on_a_kept_connection;
    long texts; /* in all answers together, keys too, and how often the lexer's buffer grows for them */
} scene;

typedef struct stage {
    const scene *scene;
    atomic_int turns;
    atomic_int ended; /* connections */
} stage;

static bool refuse(connection *c, int turn)
{
    (void)turn;
    connection_answer(c, "200 OK", NULL,
        "{\"Response\":{\"Error\":{\"Code\":\"InvalidParameterValue.RepeatCreation\",\"Message\":\"there is one "
        "already\"},"
        "\"RequestId\":\"00000000-0000-0000-0000-000000000001\"}}");
    return true;
}

static bool throttle_first(connection *c, int turn)
{
    connection_answer(c, "200 OK", NULL, turn == 1 ? throttled_answer : domain_answer);
    return true;
}

static bool close_first(connection *c, int turn)
{
    if (turn > 1)
        connection_answer(c, "200 OK", NULL, domain_answer);
    return turn > 1;
}

static bool close_always(connection *c, int turn)
{
    (void)c, (void)turn;
    return false;
}

static bool send_a_gateways_page(connection *c, int turn)
{
    (void)turn;
    connection_answer(c, "502 Bad Gateway", "Content-Language: en\r\n", "<html>502</html>");
    return true;
}

static void serve(connection *c, void *ctx)
{
    stage *s = ctx;
    const received *r = NULL;
    bool goes_on = true;
    while (goes_on && (r = connection_read(c)) != NULL) {
        if (strstr(r->body, FIRST) != NULL && s->scene->answer != NULL)
            goes_on = s->scene->answer(c, atomic_fetch_add(&s->turns, 1) + 1);
        else
            connection_answer(c, "200 OK", NULL, domain_answer);
        if (strstr(r->body, FIRST) != NULL && s->scene->answer == NULL)
            atomic_fetch_add(&s->turns, 1);
    }
    atomic_fetch_add(&s->ended, 1);
}

static result create_and_read_back(tcses_client *client, const char *name, const tcses_call_options *options)
{
    tcses_call_options local = TCSES_CALL_OPTIONS_INIT;
    (void)options;
    local.reconcile = TCSES_TRUE;
    return create_domain(client, name, &local);
}

static const scene scenes[] = {
    {"a read", read_domain, NULL, true, TCSES_OK, false, 17},
    {"a create", create_domain, NULL, true, TCSES_OK, false, 17},
    {"a create on a kept connection", create_domain, NULL, true, TCSES_OK, true, 17},
    {"a create that is refused", create_domain, refuse, false, TCSES_ERR_API, false, 10},
    {"a create that is throttled once", create_domain, throttle_first, true, TCSES_OK, false, 26},
    {"a read that breaks off once", read_domain, close_first, true, TCSES_OK, false, 17},
    {"a create that breaks off", create_domain, close_always, true, TCSES_ERR_NETWORK, false, 0},
    {"a create that breaks off and is read back", create_and_read_back, close_first, true, TCSES_OK, false, 17},
    {"a create that a gateway answers", create_domain, send_a_gateways_page, true, TCSES_ERR_HTTP, true, 0},
};

/* ---- one call ---- */

typedef struct figures {
    long runs;
    long by_status[16];
    long by_outcome[3];
    long spoiled; /* answers short of a character */
} figures;

static bool is_as_sent(const result *r)
{
    return strcmp(r->request_id, "r-1") == 0 && strcmp(r->first_send_domain, "mail.example.com") == 0 &&
           r->attributes_count == 1 && r->verified == TCSES_TRUE;
}

static void check_truth(const scene *what, const stage *s, const result *r, long n)
{
    int32_t outcome = tcses_error_outcome(r->error);
    /* What was answered with a refusal, throttled or not, was not done. */
    bool is_done = what->is_done && atomic_load(&s->turns) > (what->answer == throttle_first ? 1 : 0);
    bool claims_done = r->status == TCSES_OK || outcome == TCSES_OUTCOME_DONE;
    bool denies = r->status != TCSES_OK && outcome == TCSES_OUTCOME_NOT_DONE;
    if ((claims_done && !is_done) || (denies && is_done))
        fail_msg("%s, allocation %ld: %s, outcome %d, but it was %s: %s", what->name, n, tcses_status_name(r->status),
            (int)outcome, is_done ? "done" : "not done", tcses_error_message(r->error));
    /* The requests are small: either a whole one left or nothing of it. */
    if (outcome == TCSES_OUTCOME_UNKNOWN && atomic_load(&s->turns) == 0)
        fail_msg("%s, allocation %ld: an unknown outcome, but nothing was sent", what->name, n);
    if (r->status != TCSES_OK && (r->error == NULL || tcses_error_message(r->error)[0] == '\0'))
        fail_msg("%s, allocation %ld: a failure without words", what->name, n);
}

static void check_answer(const scene *what, const result *r, long n, figures *f)
{
    if (r->status != TCSES_OK || is_as_sent(r))
        return;
    f->spoiled++;
    if (!is_lexer_growth(atomic_load(&tally.failed_json)))
        fail_msg("%s, allocation %ld: another answer than was sent: \"%s\" \"%s\"", what->name, n, r->request_id,
            r->first_send_domain);
}

/* Lets the n-th allocation of the call fail. False when it has no n-th. */
static bool run_once(const scene *what, long n, bool keep_going, figures *f)
{
    stage s = {.scene = what};
    server *service = server_start(serve, &s);
    tcses_client_options options = options_for(server_url(service));
    tcses_client *client = client_for(&options);
    if (what->is_on_a_kept_connection)
        expect_success(read_domain(client, LATER, NULL));
    start_failing(n, keep_going);
    result r = what->call(client, FIRST, NULL);
    bool reached = atomic_load(&tally.failed) > 0;
    atomic_store(&tally.fail_at, 0);
    expect_success(read_domain(client, LATER, NULL));
    tcses_client_free(client);
    /* The connection of the later call was taken after those of the first, so all have been taken. */
    await_until(atomic_load(&s.ended) == server_connections(service));
    server_stop(service);
    if (!reached)
        assert_int_equal(r.status, what->status);
    check_truth(what, &s, &r, n);
    check_answer(what, &r, n, f);
    f->runs++;
    f->by_status[-r.status]++;
    if (r.status != TCSES_OK)
        f->by_outcome[tcses_error_outcome(r.error)]++;
    result_free(&r);
    return reached;
}

static void print_figures(const scene *what, bool keep_going, const figures *f)
{
    print_message(
        "# %s, %s: %ld runs;", what->name, keep_going ? "all allocations from the n-th" : "one allocation", f->runs);
    for (int i = 0; i < 16; i++) {
        if (f->by_status[i] > 0)
            print_message(" %s %ld,", tcses_status_name(-i), f->by_status[i]);
    }
    print_message(" not done %ld, done %ld, unknown %ld; answers short of a character %ld\n", f->by_outcome[0],
        f->by_outcome[1], f->by_outcome[2], f->spoiled);
}

static void run_scene(const scene *what, bool keep_going)
{
    figures f = {0};
    run_once(what, 0, false, &f);
    long live = atomic_load(&tally.live);
    long n = 1;
    for (; run_once(what, n, keep_going, &f); n++) {
        if (atomic_load(&tally.live) != live)
            fail_msg("%s, allocation %ld: %ld blocks lost", what->name, n, atomic_load(&tally.live) - live);
    }
    assert_true(n > 20);
    assert_in_range(f.by_status[-TCSES_ERR_RESPONSE], 0, what->texts + HEAD_GROWTHS);
    print_figures(what, keep_going, &f);
}

static void test_library_memory__one_allocation_fails(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof scenes / sizeof scenes[0]; i++)
        run_scene(&scenes[i], false);
}

static void test_library_memory__all_allocations_from_one_on_fail(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof scenes / sizeof scenes[0]; i++)
        run_scene(&scenes[i], true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_library_memory__one_allocation_fails),
        cmocka_unit_test(test_library_memory__all_allocations_from_one_on_fail),
    };
    json_set_alloc_funcs(take_for_json, give);
    if (curl_global_init_mem(CURL_GLOBAL_DEFAULT, take, give, take_more, take_text, take_zeroed) != CURLE_OK)
        die("libcurl does not take functions");
    return RUN_TESTS(tests);
}
