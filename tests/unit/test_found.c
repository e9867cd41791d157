/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * What is kept of a source's finds, and who asks it. The second thread of a pair runs on the test's own: its clock is
 * looked at just before it begins to wait, which is when the test acts.
 */
#include "support.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <unistd.h>

#include "base/error.h"
#include "base/waiting.h"
#include "credentials/found.h"

#define LIFETIME_MS 7200000

/* ---- a source by script ---- */

typedef struct script {
    atomic_int finds;
    tcses_status fails; /* TCSES_OK: gives keys "id-N", with N = `content`, else the number of the find */
    int content;
    int64_t lifetime_ms;
    uint64_t fingerprint; /* of a local one */
    int64_t *hangs;       /* not NULL: it takes all the time that it is given, once, by this clock */
    int changes;          /* how many more reads it changes in */
    int blocks_at;        /* the find that waits until the test lets it go */
    sem_t inside, go;
} script;

static tcses_status scripted_find(void *state, keys_wish *wish, tcses_credentials_answer *answer, tcses_error *error)
{
    script *s = state;
    char id[32];
    int number = atomic_fetch_add(&s->finds, 1) + 1;
    tcses_status fails = s->fails;
    if (s->hangs != NULL) {
        *s->hangs = wish->deadline_ms;
        s->hangs = NULL;
        fails = fails == TCSES_OK ? TCSES_ERR_TIMEOUT : fails;
    }
    snprintf(id, sizeof id, "id-%d", s->content != 0 ? s->content : number);
    if (s->changes > 0) {
        s->changes--;
        s->fingerprint++;
    }
    if (number == s->blocks_at) {
        sem_post(&s->inside);
        sem_wait(&s->go);
    }
    answer->lifetime_ms = s->lifetime_ms;
    if (fails == TCSES_OK)
        return tcses_credentials_answer_set(answer, id, "key", NULL);
    wish->may_come_later = 1;
    if (error != NULL) {
        snprintf(error->code, sizeof error->code, "Code");
        snprintf(error->request_id, sizeof error->request_id, "request");
        error->http_status = 503;
    }
    return error_set(error, fails, NULL, "no keys today");
}

static uint64_t scripted_fingerprint(void *state)
{
    return ((script *)state)->fingerprint;
}

static void keep_state(void *state)
{
    (void)state;
}

static const source_kind local_kind = {scripted_find, scripted_fingerprint, keep_state, true, NULL};
static const source_kind remote_kind = {scripted_find, NULL, keep_state, false, "the source"};

/* ---- who asks it ---- */

typedef struct stage stage;

/* A call that wants keys. */
typedef struct caller {
    stage *at;
    call_host host;
    tcses_clock clock;
    keys_wish wish;
    bool wants_no_error;
    int looks; /* at the clock */
    keys *out;
    tcses_status status;
    tcses_error *error;
} caller;

struct stage {
    test_memory m;
    script s;
    process_slot slot;
    source from;
    int64_t now_ms;
    char log[256];
    caller first, second;
    pthread_t thread; /* of the first, where it has its own */
    tcses_cancel *cancel;
    void (*act)(stage *at); /* what the second's clock does just before it waits */
};

static int64_t look_at_clock(void *ctx)
{
    caller *c = ctx;
    c->looks++;
    if (c == &c->at->second && c->looks == 2 && c->at->act != NULL)
        c->at->act(c->at);
    return c->at->now_ms;
}

static void keep_line(void *ctx, int32_t level, const char *line)
{
    stage *at = ctx;
    (void)level;
    snprintf(at->log, sizeof at->log, "%s", line);
}

static void caller_init(caller *c, stage *at)
{
    *c = (caller){.at = at, .clock = {.size = sizeof c->clock, .ctx = c, .monotonic_ms = look_at_clock}};
    c->host = (call_host){
        .mem = memory_default(), .clock = &c->clock, .log = keep_line, .log_ctx = at, .log_level = TCSES_LOG_DEBUG};
    c->wish = (keys_wish){.host = &c->host, .deadline_ms = INT64_MAX};
}

static void stage_init(stage *at, const source_kind *kind)
{
    memset(at, 0, sizeof *at);
    test_memory_init(&at->m);
    memory mem = test_memory_inside(&at->m);
    at->from = (source){mem, kind, &at->s};
    at->now_ms = 1000;
    at->s.lifetime_ms = LIFETIME_MS;
    assert_int_equal(sem_init(&at->s.inside, 0, 0), 0);
    assert_int_equal(sem_init(&at->s.go, 0, 0), 0);
    assert_true(found_init(&at->slot, &mem));
    assert_int_equal(tcses_cancel_new(NULL, &at->cancel, NULL), TCSES_OK);
    caller_init(&at->first, at);
    caller_init(&at->second, at);
    at->second.wish.cancel = at->cancel;
}

static void forget(caller *c)
{
    keys_unref(c->out);
    tcses_error_free(c->error);
    c->out = NULL;
    c->error = NULL;
    c->looks = 0;
}

static void stage_free(stage *at)
{
    forget(&at->first);
    forget(&at->second);
    process_slot_free(&at->slot);
    tcses_cancel_unref(at->cancel);
    sem_destroy(&at->s.inside);
    sem_destroy(&at->s.go);
    assert_int_equal(at->m.live, 0);
}

static void ask(caller *c)
{
    stage *at = c->at;
    memory mem = memory_default();
    tcses_error *e = NULL;
    forget(c);
    if (!c->wants_no_error)
        assert_int_equal(error_open(&c->error, &mem, &e), TCSES_OK);
    tcses_status status = at->from.kind->remote_name != NULL
                              ? found_get_remote(&at->slot, &at->from, &c->wish, &c->out, e)
                              : found_get_local(&at->slot, &at->from, &c->wish, &c->out, e);
    c->status = c->wants_no_error ? status : error_close(&c->error, e, status);
    assert_int_equal(c->out != NULL, status == TCSES_OK);
}

static void expect_keys(caller *c, const char *id)
{
    ask(c);
    if (c->status != TCSES_OK)
        fail_msg("%s", tcses_error_message(c->error));
    assert_string_equal(c->out->secret_id, id);
}

static void expect_failure(caller *c, tcses_status status, const char *words)
{
    ask(c);
    assert_int_equal(c->status, status);
    assert_string_equal(tcses_error_message(c->error), words);
}

/* ---- local sources ---- */

static void test_found__what_changes_while_it_is_read_is_read_again(void **state)
{
    (void)state;
    for (int changes = 0; changes < 4; changes++) {
        stage at;
        char id[32];
        stage_init(&at, &local_kind);
        at.s.changes = changes;
        snprintf(id, sizeof id, "id-%d", changes + 1);
        expect_keys(&at.first, id);
        expect_keys(&at.first, id);
        assert_int_equal(at.s.finds, changes + 1);
        stage_free(&at);
    }
}

/* It is read five times. What came last may be old already: it serves this call alone. */
static void test_found__what_never_settles_is_asked_again_by_the_next_call(void **state)
{
    (void)state;
    stage at;
    stage_init(&at, &local_kind);
    at.s.changes = 5;
    expect_keys(&at.first, "id-5");
    expect_keys(&at.first, "id-6");
    expect_keys(&at.first, "id-6");
    stage_free(&at);
}

static void test_found__half_written_places_leave_the_last_keys_in_use(void **state)
{
    (void)state;
    stage at;
    stage_init(&at, &local_kind);
    at.s.fails = TCSES_ERR_CREDENTIALS;
    at.s.changes = 100;
    expect_failure(&at.first, TCSES_ERR_CREDENTIALS, "no keys today");
    at.s.fails = TCSES_OK;
    at.s.changes = 0;
    expect_keys(&at.first, "id-6");
    at.s.fails = TCSES_ERR_CREDENTIALS;
    at.s.changes = 100;
    at.s.fingerprint++;
    expect_keys(&at.first, "id-6");
    at.s.changes = 0;
    at.s.fingerprint++;
    expect_failure(&at.first, TCSES_ERR_CREDENTIALS, "no keys today");
    stage_free(&at);
}

/* ---- remote sources: time ---- */

static void test_found__keys_are_renewed_before_they_expire(void **state)
{
    (void)state;
    /* Five minutes before, or after three quarters of a short life. */
    static const int64_t lives[][2] = {{LIFETIME_MS, LIFETIME_MS - 300000}, {1200000, 900000}, {400000, 300000}};
    for (size_t i = 0; i < COUNT_OF(lives); i++) {
        stage at;
        stage_init(&at, &remote_kind);
        at.s.lifetime_ms = lives[i][0];
        expect_keys(&at.first, "id-1");
        at.now_ms = 1000 + lives[i][1] - 1;
        expect_keys(&at.first, "id-1");
        assert_int_equal(at.s.finds, 1);
        at.now_ms++;
        expect_keys(&at.first, "id-2");
        expect_keys(&at.first, "id-2");
        assert_int_equal(at.s.finds, 2);
        stage_free(&at);
    }
}

static void test_found__keys_that_have_expired_are_asked_for_each_time(void **state)
{
    (void)state;
    static const int64_t lives[] = {0, -5000};
    for (size_t i = 0; i < COUNT_OF(lives); i++) {
        stage at;
        stage_init(&at, &remote_kind);
        at.s.lifetime_ms = lives[i];
        expect_keys(&at.first, "id-1");
        expect_keys(&at.first, "id-2");
        stage_free(&at);
    }
}

static void test_found__while_a_renewal_fails_valid_keys_serve(void **state)
{
    (void)state;
    stage at;
    stage_init(&at, &remote_kind);
    expect_keys(&at.first, "id-1");
    at.s.fails = TCSES_ERR_CREDENTIALS;
    at.now_ms += LIFETIME_MS - 300000;
    expect_keys(&at.first, "id-1");
    assert_string_equal(at.log, "the source: not renewed, the present keys serve on: CREDENTIALS");
    assert_int_equal(at.s.finds, 2);
    /* Not asked again for ten seconds. */
    at.now_ms += 9999;
    expect_keys(&at.first, "id-1");
    assert_int_equal(at.s.finds, 2);
    at.now_ms += 1;
    at.log[0] = '\0';
    at.first.host.log_level = TCSES_LOG_INFO;
    expect_keys(&at.first, "id-1");
    assert_string_equal(at.log, "");
    assert_int_equal(at.s.finds, 3);
    /* Once they have expired the failure counts, and then each call asks. */
    at.now_ms = 1000 + LIFETIME_MS;
    expect_failure(&at.first, TCSES_ERR_CREDENTIALS, "no keys today");
    expect_failure(&at.first, TCSES_ERR_CREDENTIALS, "no keys today");
    assert_int_equal(at.s.finds, 5);
    at.s.fails = TCSES_OK;
    expect_keys(&at.first, "id-6");
    stage_free(&at);
}

/* It gets a quarter of the call's time, at most five seconds; if the keys expire meanwhile, the rest is for the next. */
static void test_found__a_renewal_before_its_time_leaves_time_for_the_call(void **state)
{
    (void)state;
    static const struct {
        int64_t before_end_ms, time_ms, taken_ms;
        const char *id;
    } cases[] = {{200000, 60000, 5000, "id-1"}, {200000, 8000, 2000, "id-1"}, {3000, 60000, 5000, "id-3"}};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        stage at;
        stage_init(&at, &remote_kind);
        expect_keys(&at.first, "id-1");
        at.now_ms = 1000 + LIFETIME_MS - cases[i].before_end_ms;
        int64_t begin = at.now_ms;
        at.s.hangs = &at.now_ms;
        at.first.wish.deadline_ms = begin + cases[i].time_ms;
        expect_keys(&at.first, cases[i].id);
        assert_int_equal(at.now_ms - begin, cases[i].taken_ms);
        stage_free(&at);
    }
    /* What fails for good is not asked again. */
    stage at;
    stage_init(&at, &remote_kind);
    expect_keys(&at.first, "id-1");
    at.now_ms = 1000 + LIFETIME_MS - 3000;
    at.s.hangs = &at.now_ms;
    at.s.fails = TCSES_ERR_CREDENTIALS;
    at.first.wish.deadline_ms = at.now_ms + 60000;
    expect_failure(&at.first, TCSES_ERR_CREDENTIALS, "no keys today");
    assert_int_equal(at.s.finds, 2);
    stage_free(&at);
}

static void test_found__keys_that_the_service_refused_are_renewed_at_once(void **state)
{
    (void)state;
    stage at;
    stage_init(&at, &remote_kind);
    expect_keys(&at.first, "id-1");
    uint64_t version = at.first.out->version;
    at.first.wish.newer_than = version;
    expect_keys(&at.first, "id-2");
    assert_true(at.first.out->version > version);
    /* Another call whose keys were refused too is served with these. */
    at.second.wish.newer_than = version;
    expect_keys(&at.second, "id-2");
    assert_int_equal(at.s.finds, 2);
    /* The same keys once more are no newer ones. */
    version = at.first.out->version;
    at.first.wish.newer_than = version;
    at.s.content = 2;
    expect_keys(&at.first, "id-2");
    assert_int_equal(at.first.out->version, version);
    at.s.fails = TCSES_ERR_CREDENTIALS;
    expect_failure(&at.first, TCSES_ERR_CREDENTIALS, "no keys today");
    stage_free(&at);
}

/* ---- remote sources: two at once ---- */

static void *ask_on_thread(void *ctx)
{
    ask(ctx);
    return NULL;
}

/* Lets the first call begin a renewal, its find number `number`, and stay in it. */
static void begin_renewal(stage *at, int number)
{
    at->s.blocks_at = number;
    assert_int_equal(pthread_create(&at->thread, NULL, ask_on_thread, &at->first), 0);
    sem_wait(&at->s.inside);
}

static void let_go(stage *at)
{
    sem_post(&at->s.go);
}

static void end_renewal(stage *at)
{
    sem_post(&at->s.go);
    pthread_join(at->thread, NULL);
}

static void cancel_second(stage *at)
{
    tcses_cancel_trigger(at->cancel);
}

static void end_renewal_and_cancel(stage *at)
{
    end_renewal(at);
    tcses_cancel_trigger(at->cancel);
}

static void test_found__one_asks_for_all(void **state)
{
    (void)state;
    stage at;
    stage_init(&at, &remote_kind);
    begin_renewal(&at, 1);
    at.act = let_go;
    expect_keys(&at.second, "id-1");
    pthread_join(at.thread, NULL);
    assert_ptr_equal(at.first.out, at.second.out);
    assert_int_equal(at.s.finds, 1);
    stage_free(&at);
}

static void test_found__one_renews_while_others_use_valid_keys(void **state)
{
    (void)state;
    stage at;
    stage_init(&at, &remote_kind);
    expect_keys(&at.first, "id-1");
    at.now_ms += LIFETIME_MS - 300000;
    begin_renewal(&at, 2);
    expect_keys(&at.second, "id-1");
    end_renewal(&at);
    assert_string_equal(at.first.out->secret_id, "id-2");
    stage_free(&at);
}

static void test_found__a_failure_is_shared(void **state)
{
    (void)state;
    for (int wants_no_error = 0; wants_no_error < 2; wants_no_error++) {
        stage at;
        stage_init(&at, &remote_kind);
        at.s.fails = TCSES_ERR_CREDENTIALS;
        begin_renewal(&at, 1);
        at.act = end_renewal;
        at.second.wants_no_error = wants_no_error != 0;
        ask(&at.second);
        assert_int_equal(at.second.status, TCSES_ERR_CREDENTIALS);
        assert_int_equal(at.second.wish.may_come_later, 1);
        assert_int_equal(at.s.finds, 1);
        if (wants_no_error == 0) {
            assert_string_equal(tcses_error_message(at.second.error), "no keys today");
            assert_string_equal(tcses_error_code(at.second.error), "Code");
            assert_string_equal(tcses_error_request_id(at.second.error), "request");
            assert_int_equal(tcses_error_http_status(at.second.error), 503);
        }
        stage_free(&at);
    }
}

/* That its time was over, that it was cancelled, or that it wanted no error is the first call's own affair. */
static void test_found__a_failure_of_the_calls_own_is_not_shared(void **state)
{
    (void)state;
    static const tcses_status own[] = {TCSES_ERR_TIMEOUT, TCSES_ERR_CANCELLED};
    for (size_t i = 0; i < COUNT_OF(own); i++) {
        stage at;
        stage_init(&at, &remote_kind);
        at.s.fails = own[i];
        begin_renewal(&at, 1);
        at.s.fails = TCSES_OK;
        at.act = end_renewal;
        expect_keys(&at.second, "id-2");
        assert_int_equal(at.first.status, own[i]);
        stage_free(&at);
    }
}

/* Else each of those that wait would ask in its turn. */
static void test_found__a_failure_is_shared_by_a_call_that_wants_no_error(void **state)
{
    (void)state;
    stage at;
    stage_init(&at, &remote_kind);
    at.s.fails = TCSES_ERR_CREDENTIALS;
    at.first.wants_no_error = true;
    begin_renewal(&at, 1);
    at.act = end_renewal;
    expect_failure(&at.second, TCSES_ERR_CREDENTIALS, "no keys today");
    assert_int_equal(at.first.status, TCSES_ERR_CREDENTIALS);
    assert_int_equal(at.s.finds, 1);
    stage_free(&at);
}

static void test_found__who_needs_newer_keys_asks_after_the_others_renewal(void **state)
{
    (void)state;
    stage at;
    stage_init(&at, &remote_kind);
    at.s.content = 7;
    expect_keys(&at.first, "id-7");
    at.first.wish.newer_than = at.second.wish.newer_than = at.first.out->version;
    begin_renewal(&at, 2);
    at.act = end_renewal;
    expect_keys(&at.second, "id-7");
    assert_int_equal(at.s.finds, 3);
    stage_free(&at);
}

static void test_found__waiting_ends_with_the_calls_time_or_cancel(void **state)
{
    (void)state;
    static const struct {
        void (*act)(stage *at);
        int64_t deadline_ms;
        bool has_ended;
        tcses_status status;
        const char *words;
    } ends[] = {
        {NULL, 1000, false, TCSES_ERR_TIMEOUT,
            "the time for the call ran out while another thread fetched credentials"},
        {NULL, 1001, false, TCSES_ERR_TIMEOUT,
            "the time for the call ran out while another thread fetched credentials"},
        {cancel_second, INT64_MAX, false, TCSES_ERR_CANCELLED, "cancelled while another thread fetched credentials"},
        {end_renewal_and_cancel, INT64_MAX, true, TCSES_ERR_CANCELLED,
            "cancelled while another thread fetched credentials"},
    };
    for (size_t i = 0; i < COUNT_OF(ends); i++) {
        stage at;
        stage_init(&at, &remote_kind);
        begin_renewal(&at, 1);
        at.act = ends[i].act;
        at.second.wish.deadline_ms = ends[i].deadline_ms;
        expect_failure(&at.second, ends[i].status, ends[i].words);
        if (!ends[i].has_ended)
            end_renewal(&at);
        assert_int_equal(at.first.status, TCSES_OK);
        stage_free(&at);
    }
}

/* ---- a child without memory ---- */

static void test_found__a_child_without_memory(void **state)
{
    (void)state;
    const source_kind *const kinds[] = {&local_kind, &remote_kind};
    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        stage at;
        stage_init(&at, kinds[i]);
        int32_t child = fork();
        if (child == 0) {
            at.m.fail_at = at.m.taken + 1;
            ask(&at.first);
            int wrong = at.first.status != TCSES_ERR_MEMORY;
            at.m.fail_at = 0;
            ask(&at.first);
            wrong |= at.first.status != TCSES_OK || at.s.finds != 1 ? 2 : 0;
            stage_free(&at);
            test_child_end(wrong);
        }
        expect_child(child);
        expect_keys(&at.first, "id-1");
        stage_free(&at);
    }
}

/* How a find begins, as far as the test has to know it. */
typedef struct locked_object {
    process_object object;
    waiting waiters;
} locked_object;

static int looks_with_lock;

static int64_t look_for_lock(void *ctx)
{
    caller *c = ctx;
    locked_object *f = process_slot_get(&c->at->slot);
    if (pthread_mutex_trylock(&f->waiters.lock) != 0)
        looks_with_lock++;
    else
        pthread_mutex_unlock(&f->waiters.lock);
    return c->at->now_ms;
}

/* The clock is the user's. One that throws a cancel, for which another thread waits, would wait for itself. */
static void test_found__no_lock_is_held_while_the_clock_is_asked(void **state)
{
    (void)state;
    stage at;
    stage_init(&at, &remote_kind);
    looks_with_lock = 0;
    at.first.clock.monotonic_ms = look_for_lock;
    expect_keys(&at.first, "id-1");
    assert_int_equal(looks_with_lock, 0);
    stage_free(&at);
}

/* A source that needs ten seconds, if the wish leaves them. */
static tcses_status slow_find(void *state, keys_wish *wish, tcses_credentials_answer *answer, tcses_error *error)
{
    script *s = state;
    stage *at = (stage *)(void *)((char *)s - offsetof(stage, s));
    bool has_time = wish->deadline_ms - at->now_ms > 10000;
    at->now_ms = has_time ? at->now_ms + 10000 : wish->deadline_ms;
    return has_time ? scripted_find(state, wish, answer, error)
                    : error_set(error, TCSES_ERR_TIMEOUT, NULL, "the time for the call ran out");
}

/* The early renewal gets five seconds, in which the keys expire. The call has 55 more. */
static void test_found__keys_that_expire_during_an_early_renewal(void **state)
{
    (void)state;
    static const source_kind slow_kind = {slow_find, NULL, keep_state, false, "the source"};
    stage at;
    stage_init(&at, &slow_kind);
    at.s.lifetime_ms = 60000;
    expect_keys(&at.first, "id-1");
    at.now_ms += 58000;
    at.first.wish.deadline_ms = at.now_ms + 60000;
    expect_keys(&at.first, "id-2");
    stage_free(&at);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_found__what_changes_while_it_is_read_is_read_again),
        cmocka_unit_test(test_found__what_never_settles_is_asked_again_by_the_next_call),
        cmocka_unit_test(test_found__half_written_places_leave_the_last_keys_in_use),
        cmocka_unit_test(test_found__keys_are_renewed_before_they_expire),
        cmocka_unit_test(test_found__keys_that_have_expired_are_asked_for_each_time),
        cmocka_unit_test(test_found__while_a_renewal_fails_valid_keys_serve),
        cmocka_unit_test(test_found__a_renewal_before_its_time_leaves_time_for_the_call),
        cmocka_unit_test(test_found__keys_that_the_service_refused_are_renewed_at_once),
        cmocka_unit_test(test_found__one_asks_for_all),
        cmocka_unit_test(test_found__one_renews_while_others_use_valid_keys),
        cmocka_unit_test(test_found__a_failure_is_shared),
        cmocka_unit_test(test_found__a_failure_of_the_calls_own_is_not_shared),
        cmocka_unit_test(test_found__a_failure_is_shared_by_a_call_that_wants_no_error),
        cmocka_unit_test(test_found__who_needs_newer_keys_asks_after_the_others_renewal),
        cmocka_unit_test(test_found__waiting_ends_with_the_calls_time_or_cancel),
        cmocka_unit_test(test_found__a_child_without_memory),
        cmocka_unit_test(test_found__no_lock_is_held_while_the_clock_is_asked),
        cmocka_unit_test(test_found__keys_that_expire_during_an_early_renewal),
    };
    return cmocka_run_group_tests_name("found", tests, NULL, NULL);
}
