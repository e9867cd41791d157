/* SPDX-License-Identifier: Apache-2.0 */
#include "support.h"

#include "call/machine.h"

#define MIDDLE (UINT32_MAX / 2)

/* A course that begins at 1000 with a deadline at 61000. */
static machine_policy usual_policy(int32_t retry_class)
{
    return (machine_policy){.deadline_ms = 61000,
        .attempt_timeout_ms = 20000,
        .backoff_base_ms = 250,
        .backoff_cap_ms = 8000,
        .max_attempts = 4,
        .retry_class = retry_class};
}

/* Where nothing limits the rate, a place is free at once. */
static void pass_limit(machine *m, int64_t now)
{
    if (m->step == MACHINE_RESERVE)
        machine_reserved(m, now, now);
}

static void got_keys(machine *m, int64_t now, uint64_t version)
{
    machine_got_keys(m, now, version);
    pass_limit(m, now);
}

static void attempted(machine *m, int64_t now, const attempt *a, uint32_t random)
{
    machine_attempted(m, now, a, random);
    pass_limit(m, now);
}

static void waited(machine *m, int64_t now)
{
    machine_waited(m, now);
    pass_limit(m, now);
}

/* A course that is at its first MACHINE_SEND, with credentials of version 1. */
static machine started(const machine_policy *policy)
{
    machine m;
    machine_start(&m, policy, 1000);
    assert_int_equal(m.step, MACHINE_GET_KEYS);
    assert_int_equal(m.newer_than, 0);
    got_keys(&m, 1000, 1);
    assert_int_equal(m.step, MACHINE_SEND);
    return m;
}

static machine usual(int32_t retry_class)
{
    machine_policy policy = usual_policy(retry_class);
    return started(&policy);
}

static const attempt good = {.status = TCSES_OK, .stage = TCSES_STAGE_ANSWERED, .http_status = 200};
static const attempt unsent = {.status = TCSES_ERR_NETWORK, .stage = TCSES_STAGE_UNSENT};
static const attempt broken = {.status = TCSES_ERR_NETWORK, .stage = TCSES_STAGE_SENT};

static attempt refused(const char *code)
{
    return (attempt){.status = TCSES_ERR_API, .stage = TCSES_STAGE_ANSWERED, .http_status = 200, .code = code};
}

/* Reports an attempt at that time and, if it is to be repeated later, waits as long as needed. Returns the time. */
static int64_t attempt_and_wait(machine *m, int64_t now, const attempt *a)
{
    assert_int_equal(m->step, MACHINE_SEND);
    attempted(m, now, a, MIDDLE);
    if (m->step != MACHINE_WAIT)
        return now;
    waited(m, m->wait_until_ms);
    return m->wait_until_ms;
}

static void expect_end(const machine *m, tcses_status status, int32_t outcome, int32_t attempts, int32_t retryable)
{
    assert_int_equal(m->step, MACHINE_DONE);
    assert_int_equal(m->status, status);
    assert_int_equal(m->outcome, outcome);
    assert_int_equal(m->attempts, attempts);
    assert_int_equal(m->retryable, retryable);
}

/* ---- without faults ---- */

static void test_machine__done_at_the_first_try(void **state)
{
    (void)state;
    machine m = usual(TCSES_RETRY_CREATE);
    assert_int_equal(m.attempt_deadline_ms, 21000);
    attempted(&m, 1500, &good, 0);
    expect_end(&m, TCSES_OK, TCSES_OUTCOME_DONE, 1, 0);
    assert_false(m.learned_skew);
}

static void test_machine__no_credentials(void **state)
{
    (void)state;
    machine m;
    machine_policy policy = usual_policy(TCSES_RETRY_READ);
    machine_start(&m, &policy, 1000);
    machine_no_keys(&m, TCSES_ERR_CREDENTIALS, 0);
    expect_end(&m, TCSES_ERR_CREDENTIALS, TCSES_OUTCOME_NOT_DONE, 0, 0);
}

static void test_machine__could_not_be_signed(void **state)
{
    (void)state;
    machine m = usual(TCSES_RETRY_CREATE);
    machine_not_sent(&m, TCSES_ERR_SYSTEM);
    expect_end(&m, TCSES_ERR_SYSTEM, TCSES_OUTCOME_NOT_DONE, 0, 0);
}

/* ---- one kind of fault until the attempts are used up ---- */

static void test_machine__repeats_until_attempts_are_used_up(void **state)
{
    (void)state;
    const struct {
        attempt end;
        int32_t retry_class;
        int32_t attempts;
        int32_t outcome;
        int32_t retryable;
    } cases[] = {
        {refused("RequestLimitExceeded"), TCSES_RETRY_CREATE, 4, TCSES_OUTCOME_NOT_DONE, 1},
        {refused("RequestLimitExceeded.UinLimitExceeded"), TCSES_RETRY_READ, 4, TCSES_OUTCOME_NOT_DONE, 1},
        {refused("InternalError"), TCSES_RETRY_READ, 4, TCSES_OUTCOME_UNKNOWN, 1},
        {refused("InternalError"), TCSES_RETRY_CREATE, 1, TCSES_OUTCOME_UNKNOWN, 0},
        {refused("LimitExceeded"), TCSES_RETRY_READ, 1, TCSES_OUTCOME_NOT_DONE, 0},
        {refused(TCSES_CODE_REPEAT_CREATION), TCSES_RETRY_CREATE, 1, TCSES_OUTCOME_NOT_DONE, 0},
        {refused(TCSES_CODE_NO_SUCH_SENDER), TCSES_RETRY_DELETE, 1, TCSES_OUTCOME_NOT_DONE, 0},
        {refused(TCSES_CODE_REPEAT_PASSWORD), TCSES_RETRY_SET, 1, TCSES_OUTCOME_NOT_DONE, 0},
        {{.status = TCSES_ERR_HTTP, .stage = TCSES_STAGE_ANSWERED, .http_status = 502}, TCSES_RETRY_IDEMPOTENT, 4,
            TCSES_OUTCOME_UNKNOWN, 1},
        {{.status = TCSES_ERR_HTTP, .stage = TCSES_STAGE_ANSWERED, .http_status = 429}, TCSES_RETRY_CREATE, 4,
            TCSES_OUTCOME_NOT_DONE, 1},
        {{.status = TCSES_ERR_HTTP, .stage = TCSES_STAGE_ANSWERED, .http_status = 400}, TCSES_RETRY_READ, 1,
            TCSES_OUTCOME_NOT_DONE, 0},
        {unsent, TCSES_RETRY_CREATE, 4, TCSES_OUTCOME_NOT_DONE, 1},
        {broken, TCSES_RETRY_DELETE, 4, TCSES_OUTCOME_UNKNOWN, 1},
        {broken, TCSES_RETRY_SET, 4, TCSES_OUTCOME_UNKNOWN, 1},
        {broken, TCSES_RETRY_CREATE, 1, TCSES_OUTCOME_UNKNOWN, 0},
        {{.status = TCSES_ERR_TIMEOUT, .stage = TCSES_STAGE_SENT}, TCSES_RETRY_READ, 4, TCSES_OUTCOME_UNKNOWN, 1},
        {{.status = TCSES_ERR_TIMEOUT, .stage = TCSES_STAGE_UNSENT}, TCSES_RETRY_CREATE, 4, TCSES_OUTCOME_NOT_DONE, 1},
        {{.status = TCSES_ERR_CANCELLED, .stage = TCSES_STAGE_SENT}, TCSES_RETRY_READ, 1, TCSES_OUTCOME_UNKNOWN, 0},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        machine m = usual(cases[i].retry_class);
        int64_t now = 1000;
        while (m.step == MACHINE_SEND)
            now = attempt_and_wait(&m, now, &cases[i].end);
        expect_end(&m, cases[i].end.status, cases[i].outcome, cases[i].attempts, cases[i].retryable);
    }
}

static void test_machine__max_attempts_of_one(void **state)
{
    (void)state;
    machine_policy policy = usual_policy(TCSES_RETRY_READ);
    policy.max_attempts = 1;
    const attempt ends[] = {unsent, broken, refused("RequestLimitExceeded"), refused("AuthFailure.TokenFailure"),
        {.status = TCSES_ERR_API, .code = "AuthFailure.SignatureExpire", .server_seconds = 5000}};
    for (size_t i = 0; i < COUNT_OF(ends); i++) {
        machine m = started(&policy);
        attempted(&m, 1001, &ends[i], MIDDLE);
        assert_int_equal(m.step, MACHINE_DONE);
        assert_int_equal(m.attempts, 1);
        assert_int_equal(m.status, ends[i].status);
    }
}

static void test_machine__succeeds_after_faults(void **state)
{
    (void)state;
    machine m = usual(TCSES_RETRY_READ);
    const attempt throttled = refused("RequestLimitExceeded");
    int64_t now = attempt_and_wait(&m, 1000, &throttled);
    now = attempt_and_wait(&m, now, &broken);
    attempt_and_wait(&m, now, &good);
    expect_end(&m, TCSES_OK, TCSES_OUTCOME_DONE, 3, 0);
}

/* ---- pauses ---- */

static int64_t pause_after(int32_t attempts, uint32_t random)
{
    machine_policy policy = usual_policy(TCSES_RETRY_READ);
    policy.max_attempts = 100;
    policy.deadline_ms = 1000000000;
    machine m = started(&policy);
    int64_t now = 1000;
    for (int32_t i = 1; i < attempts; i++)
        now = attempt_and_wait(&m, now, &unsent);
    attempted(&m, now, &unsent, random);
    assert_int_equal(m.step, MACHINE_WAIT);
    return m.wait_until_ms - now;
}

static void test_machine__pauses_lie_between_zero_and_a_doubling_bound(void **state)
{
    (void)state;
    static const int64_t longest[] = {250, 500, 1000, 2000, 4000, 8000, 8000, 8000};
    for (int32_t i = 0; i < (int32_t)COUNT_OF(longest); i++) {
        assert_int_equal(pause_after(i + 1, 0), 0);
        assert_int_equal(pause_after(i + 1, UINT32_MAX), longest[i]);
        int64_t middle = pause_after(i + 1, MIDDLE);
        assert_true(middle >= longest[i] / 2 - 1 && middle <= longest[i] / 2);
    }
    assert_int_equal(pause_after(90, UINT32_MAX), 8000);
}

static void test_machine__the_cap_need_not_be_a_doubling(void **state)
{
    (void)state;
    machine_policy policy = usual_policy(TCSES_RETRY_READ);
    policy.backoff_cap_ms = 700;
    machine m = started(&policy);
    int64_t now = attempt_and_wait(&m, 1000, &unsent);
    now = attempt_and_wait(&m, now, &unsent);
    attempted(&m, now, &unsent, UINT32_MAX);
    assert_int_equal(m.wait_until_ms - now, 700);
}

static void test_machine__waits_on_when_woken_early(void **state)
{
    (void)state;
    machine m = usual(TCSES_RETRY_READ);
    attempted(&m, 1000, &unsent, UINT32_MAX);
    assert_int_equal(m.wait_until_ms, 1250);
    waited(&m, 1249);
    assert_int_equal(m.step, MACHINE_WAIT);
    waited(&m, 1250);
    assert_int_equal(m.step, MACHINE_SEND);
    assert_int_equal(m.attempt_deadline_ms, 21250);
}

/* ---- the deadline ---- */

static void test_machine__deadline_before_the_start(void **state)
{
    (void)state;
    machine m;
    machine_policy policy = usual_policy(TCSES_RETRY_READ);
    machine_start(&m, &policy, 61000);
    expect_end(&m, TCSES_ERR_TIMEOUT, TCSES_OUTCOME_NOT_DONE, 0, 1);
}

static void test_machine__deadline_while_credentials_are_fetched(void **state)
{
    (void)state;
    machine m;
    machine_policy policy = usual_policy(TCSES_RETRY_CREATE);
    machine_start(&m, &policy, 1000);
    got_keys(&m, 61000, 1);
    expect_end(&m, TCSES_ERR_TIMEOUT, TCSES_OUTCOME_NOT_DONE, 0, 1);
}

static void test_machine__last_attempt_ends_at_the_deadline(void **state)
{
    (void)state;
    machine m;
    machine_policy policy = usual_policy(TCSES_RETRY_READ);
    machine_start(&m, &policy, 1000);
    got_keys(&m, 50000, 1);
    assert_int_equal(m.attempt_deadline_ms, 61000);
}

/* A pause that would end after the deadline is not begun: the caller learns the real reason at once. */
static void test_machine__no_pause_beyond_the_deadline(void **state)
{
    (void)state;
    machine m = usual(TCSES_RETRY_READ);
    attempted(&m, 60750, &unsent, UINT32_MAX);
    expect_end(&m, TCSES_ERR_NETWORK, TCSES_OUTCOME_NOT_DONE, 1, 1);
    m = usual(TCSES_RETRY_READ);
    attempted(&m, 60749, &unsent, UINT32_MAX);
    assert_int_equal(m.step, MACHINE_WAIT);
    waited(&m, 61000);
    expect_end(&m, TCSES_ERR_NETWORK, TCSES_OUTCOME_NOT_DONE, 1, 1);
}

static void test_machine__deadline_after_an_unknown(void **state)
{
    (void)state;
    machine m = usual(TCSES_RETRY_DELETE);
    const attempt token = refused("AuthFailure.TokenFailure");
    int64_t now = attempt_and_wait(&m, 1000, &broken);
    attempted(&m, now, &token, MIDDLE);
    assert_int_equal(m.step, MACHINE_GET_KEYS);
    got_keys(&m, 61000, 2);
    expect_end(&m, TCSES_ERR_TIMEOUT, TCSES_OUTCOME_UNKNOWN, 2, 1);
}

/* ---- credentials ---- */

static void test_machine__renews_credentials_once(void **state)
{
    (void)state;
    machine m = usual(TCSES_RETRY_CREATE);
    const attempt token = refused("AuthFailure.TokenFailure");
    attempted(&m, 1100, &token, MIDDLE);
    assert_int_equal(m.step, MACHINE_GET_KEYS);
    assert_int_equal(m.newer_than, 1);
    got_keys(&m, 1200, 2);
    assert_int_equal(m.step, MACHINE_SEND);
    attempted(&m, 1300, &token, MIDDLE);
    expect_end(&m, TCSES_ERR_API, TCSES_OUTCOME_NOT_DONE, 2, 0);
}

static void test_machine__the_same_credentials_again_are_not_tried(void **state)
{
    (void)state;
    machine m = usual(TCSES_RETRY_READ);
    const attempt token = refused("AuthFailure.TokenFailure");
    attempted(&m, 1100, &token, MIDDLE);
    got_keys(&m, 1200, 1);
    expect_end(&m, TCSES_ERR_API, TCSES_OUTCOME_NOT_DONE, 1, 0);
}

static void test_machine__no_fresh_credentials(void **state)
{
    (void)state;
    machine m = usual(TCSES_RETRY_READ);
    const attempt token = refused("AuthFailure.TokenFailure");
    attempted(&m, 1100, &token, MIDDLE);
    machine_no_keys(&m, TCSES_ERR_CALLBACK, 0);
    assert_int_equal(m.step, MACHINE_DONE);
    assert_int_equal(m.status, TCSES_ERR_CALLBACK);
    assert_int_equal(m.outcome, TCSES_OUTCOME_NOT_DONE);
    assert_int_equal(m.attempts, 1);
    assert_int_equal(m.retryable, 0);
}

/* ---- the clock ---- */

static attempt expired(int64_t server_seconds, int64_t signed_seconds)
{
    attempt a = refused("AuthFailure.SignatureExpire");
    a.server_seconds = server_seconds;
    a.signed_seconds = signed_seconds;
    return a;
}

static void test_machine__corrects_the_clock_once(void **state)
{
    (void)state;
    machine m = usual(TCSES_RETRY_CREATE);
    attempt late = expired(1700003600, 1700000000);
    attempted(&m, 1100, &late, MIDDLE);
    assert_int_equal(m.step, MACHINE_SEND);
    assert_int_equal(m.skew_seconds, 3600);
    assert_int_equal(m.attempt_deadline_ms, 21100);
    assert_true(m.learned_skew);
    attempted(&m, 1200, &late, MIDDLE);
    expect_end(&m, TCSES_ERR_API, TCSES_OUTCOME_NOT_DONE, 2, 0);
}

/* A machine may boot in 1970 and be set later: what was learned is replaced, not added to. */
static void test_machine__replaces_the_difference_learned_before(void **state)
{
    (void)state;
    machine_policy policy = usual_policy(TCSES_RETRY_READ);
    policy.skew_seconds = 1700000000;
    machine m = started(&policy);
    assert_int_equal(m.skew_seconds, 1700000000);
    attempt late = expired(1700000100, 1700000105);
    attempted(&m, 1100, &late, MIDDLE);
    assert_int_equal(m.skew_seconds, -5);
}

static void test_machine__expired_without_a_date_or_after_the_deadline(void **state)
{
    (void)state;
    machine m = usual(TCSES_RETRY_READ);
    attempt dateless = expired(0, 1700000000);
    attempted(&m, 1100, &dateless, MIDDLE);
    expect_end(&m, TCSES_ERR_API, TCSES_OUTCOME_NOT_DONE, 1, 0);
    assert_false(m.learned_skew);
    m = usual(TCSES_RETRY_READ);
    attempt late = expired(1700003600, 1700000000);
    attempted(&m, 61000, &late, MIDDLE);
    expect_end(&m, TCSES_ERR_API, TCSES_OUTCOME_NOT_DONE, 1, 0);
    assert_true(m.learned_skew);
}

/* One that may not try again leaves what it learned to the next. */
static void test_machine__learns_the_time_with_its_last_attempt(void **state)
{
    (void)state;
    machine_policy policy = usual_policy(TCSES_RETRY_READ);
    policy.max_attempts = 1;
    machine m = started(&policy);
    attempt late = expired(1700003600, 1700000000);
    attempted(&m, 1100, &late, MIDDLE);
    expect_end(&m, TCSES_ERR_API, TCSES_OUTCOME_NOT_DONE, 1, 0);
    assert_true(m.learned_skew);
    assert_int_equal(m.skew_seconds, 3600);
}

static void test_machine__clock_and_credentials_in_one_call(void **state)
{
    (void)state;
    machine m = usual(TCSES_RETRY_CREATE);
    attempt late = expired(1700003600, 1700000000);
    attempt token = refused("AuthFailure.TokenFailure");
    attempted(&m, 1100, &late, MIDDLE);
    attempted(&m, 1200, &token, MIDDLE);
    got_keys(&m, 1300, 9);
    attempted(&m, 1400, &good, MIDDLE);
    expect_end(&m, TCSES_OK, TCSES_OUTCOME_DONE, 3, 0);
    assert_int_equal(m.skew_seconds, 3600);
}

/* ---- proof that an unknown attempt was done ---- */

static void test_machine__refusals_that_prove_it_done(void **state)
{
    (void)state;
    static const struct {
        int32_t retry_class;
        const char *code;
    } proofs[] = {{TCSES_RETRY_DELETE, TCSES_CODE_NO_SUCH_SENDER}, {TCSES_RETRY_DELETE, TCSES_CODE_NOT_EXIST_DOMAIN},
        {TCSES_RETRY_SET, TCSES_CODE_REPEAT_PASSWORD}};
    for (size_t i = 0; i < COUNT_OF(proofs); i++) {
        const attempt proof = refused(proofs[i].code);
        const attempt throttled = refused("RequestLimitExceeded");
        /* After an unknown. */
        machine m = usual(proofs[i].retry_class);
        int64_t now = attempt_and_wait(&m, 1000, &broken);
        attempt_and_wait(&m, now, &proof);
        expect_end(&m, TCSES_OK, TCSES_OUTCOME_DONE, 2, 0);
        /* After an unknown and a throttled one. */
        m = usual(proofs[i].retry_class);
        now = attempt_and_wait(&m, 1000, &broken);
        now = attempt_and_wait(&m, now, &throttled);
        attempt_and_wait(&m, now, &proof);
        expect_end(&m, TCSES_OK, TCSES_OUTCOME_DONE, 3, 0);
        /* Not after one that was throttled or never sent. */
        m = usual(proofs[i].retry_class);
        now = attempt_and_wait(&m, 1000, &throttled);
        now = attempt_and_wait(&m, now, &unsent);
        attempt_and_wait(&m, now, &proof);
        expect_end(&m, TCSES_ERR_API, TCSES_OUTCOME_NOT_DONE, 3, 0);
    }
}

static void test_machine__other_refusals_after_an_unknown_prove_nothing(void **state)
{
    (void)state;
    machine m = usual(TCSES_RETRY_DELETE);
    const attempt denied = refused(TCSES_CODE_NOT_ALLOW_DELETE);
    int64_t now = attempt_and_wait(&m, 1000, &broken);
    attempt_and_wait(&m, now, &denied);
    expect_end(&m, TCSES_ERR_API, TCSES_OUTCOME_UNKNOWN, 2, 0);
}

/* ---- cancelling ---- */

static void test_machine__cancel_at_each_step(void **state)
{
    (void)state;
    machine m;
    machine_policy policy = usual_policy(TCSES_RETRY_READ);
    machine_start(&m, &policy, 1000);
    machine_cancelled(&m);
    expect_end(&m, TCSES_ERR_CANCELLED, TCSES_OUTCOME_NOT_DONE, 0, 0);
    m = usual(TCSES_RETRY_READ);
    machine_cancelled(&m);
    expect_end(&m, TCSES_ERR_CANCELLED, TCSES_OUTCOME_NOT_DONE, 0, 0);
    m = usual(TCSES_RETRY_READ);
    attempted(&m, 1000, &unsent, MIDDLE);
    assert_int_equal(m.step, MACHINE_WAIT);
    machine_cancelled(&m);
    assert_int_equal(m.step, MACHINE_DONE);
    assert_int_equal(m.status, TCSES_ERR_CANCELLED);
    assert_int_equal(m.outcome, TCSES_OUTCOME_NOT_DONE);
    m = usual(TCSES_RETRY_READ);
    attempted(&m, 1000, &broken, MIDDLE);
    machine_cancelled(&m);
    assert_int_equal(m.outcome, TCSES_OUTCOME_UNKNOWN);
    m = usual(TCSES_RETRY_READ);
    const attempt token = refused("AuthFailure.TokenFailure");
    attempted(&m, 1000, &token, MIDDLE);
    assert_int_equal(m.step, MACHINE_GET_KEYS);
    machine_cancelled(&m);
    assert_int_equal(m.status, TCSES_ERR_CANCELLED);
    assert_int_equal(m.outcome, TCSES_OUTCOME_NOT_DONE);
}

/* ---- once unknown ---- */

/* After an unknown attempt every end is tried at the second: none may say "not done". */
static void test_machine__unknown_never_turns_to_not_done(void **state)
{
    (void)state;
    const attempt ends[] = {unsent, broken, refused("RequestLimitExceeded"), refused("LimitExceeded"),
        refused("InternalError"), refused("AuthFailure.TokenFailure"), refused("AuthFailure.SignatureExpire"),
        refused(TCSES_CODE_REPEAT_CREATION), refused(TCSES_CODE_NO_SUCH_SENDER),
        refused("AuthFailure.SecretIdNotFound"), expired(1700003600, 1700000000),
        {.status = TCSES_ERR_HTTP, .http_status = 400}, {.status = TCSES_ERR_HTTP, .http_status = 429},
        {.status = TCSES_ERR_TLS, .stage = TCSES_STAGE_UNSENT},
        {.status = TCSES_ERR_CANCELLED, .stage = TCSES_STAGE_UNSENT},
        {.status = TCSES_ERR_MEMORY, .stage = TCSES_STAGE_UNSENT},
        {.status = TCSES_ERR_TIMEOUT, .stage = TCSES_STAGE_UNSENT}};
    static const int32_t classes[] = {TCSES_RETRY_READ, TCSES_RETRY_IDEMPOTENT, TCSES_RETRY_DELETE, TCSES_RETRY_SET};
    for (size_t i = 0; i < COUNT_OF(ends) * COUNT_OF(classes); i++) {
        machine_policy policy = usual_policy(classes[i % COUNT_OF(classes)]);
        const attempt *end = &ends[i / COUNT_OF(classes)];
        policy.max_attempts = 5;
        machine m = started(&policy);
        int64_t now = attempt_and_wait(&m, 1000, &broken);
        while (m.step == MACHINE_SEND || m.step == MACHINE_GET_KEYS) {
            if (m.step == MACHINE_GET_KEYS)
                got_keys(&m, now, m.keys_version + 1);
            else
                now = attempt_and_wait(&m, now, end);
        }
        assert_int_equal(m.step, MACHINE_DONE);
        assert_int_not_equal(m.outcome, TCSES_OUTCOME_NOT_DONE);
        if (m.outcome == TCSES_OUTCOME_DONE)
            assert_int_equal(m.status, TCSES_OK);
    }
    machine m = usual(TCSES_RETRY_READ);
    attempt_and_wait(&m, 1000, &broken);
    machine_not_sent(&m, TCSES_ERR_MEMORY);
    assert_int_equal(m.outcome, TCSES_OUTCOME_UNKNOWN);
}

/* ---- the rate limit ---- */

static void test_machine__waits_for_its_place_in_the_rate_limit(void **state)
{
    (void)state;
    machine m;
    machine_policy policy = usual_policy(TCSES_RETRY_CREATE);
    machine_start(&m, &policy, 1000);
    machine_got_keys(&m, 1000, 1);
    assert_int_equal(m.step, MACHINE_RESERVE);
    machine_reserved(&m, 1000, 1050);
    assert_int_equal(m.step, MACHINE_WAIT);
    assert_int_equal(m.wait_until_ms, 1050);
    machine_waited(&m, 1050);
    assert_int_equal(m.step, MACHINE_SEND);
    assert_int_equal(m.attempt_deadline_ms, 21050);
}

static void test_machine__no_place_in_the_time_for_the_call(void **state)
{
    (void)state;
    machine m;
    machine_policy policy = usual_policy(TCSES_RETRY_CREATE);
    machine_start(&m, &policy, 1000);
    machine_got_keys(&m, 1000, 1);
    machine_reserved(&m, 1000, policy.deadline_ms);
    expect_end(&m, TCSES_ERR_TIMEOUT, TCSES_OUTCOME_NOT_DONE, 0, 1);
    /* After an attempt it ends as that did. */
    attempt throttled = refused("RequestLimitExceeded");
    m = usual(TCSES_RETRY_CREATE);
    machine_attempted(&m, 1000, &throttled, 0);
    assert_true(m.learned_limit);
    machine_waited(&m, m.wait_until_ms);
    machine_reserved(&m, 1000, policy.deadline_ms + 1);
    expect_end(&m, TCSES_ERR_API, TCSES_OUTCOME_NOT_DONE, 1, 1);
    /* And a place that was waited for too long. */
    machine_start(&m, &policy, 1000);
    machine_got_keys(&m, 1000, 1);
    machine_reserved(&m, 1000, 60999);
    machine_waited(&m, 61000);
    expect_end(&m, TCSES_ERR_TIMEOUT, TCSES_OUTCOME_NOT_DONE, 0, 1);
}

static void test_machine__learns_the_limit_from_a_complaint_alone(void **state)
{
    (void)state;
    static const char *const others[] = {"LimitExceeded", "InternalError", TCSES_CODE_SERVICE_NOT_AVAILABLE};
    for (size_t i = 0; i < COUNT_OF(others); i++) {
        attempt other = refused(others[i]);
        machine m = usual(TCSES_RETRY_READ);
        attempted(&m, 1000, &other, 0);
        assert_false(m.learned_limit);
    }
}

/* ---- what the service asks for ---- */

static void test_machine__waits_as_long_as_the_answer_asks(void **state)
{
    (void)state;
    attempt busy = {
        .status = TCSES_ERR_HTTP, .stage = TCSES_STAGE_ANSWERED, .http_status = 503, .retry_after_ms = 9000};
    machine m = usual(TCSES_RETRY_READ);
    attempted(&m, 1000, &busy, UINT32_MAX);
    assert_int_equal(m.step, MACHINE_WAIT);
    assert_int_equal(m.wait_until_ms, 10000);
    /* The pause of our own may be the longer one. */
    busy.retry_after_ms = 100;
    m = usual(TCSES_RETRY_READ);
    attempted(&m, 1000, &busy, UINT32_MAX);
    assert_int_equal(m.wait_until_ms, 1250);
    /* What does not fit into the time of the call is not waited for. */
    busy.retry_after_ms = 60000;
    m = usual(TCSES_RETRY_READ);
    attempted(&m, 1000, &busy, 0);
    expect_end(&m, TCSES_ERR_HTTP, TCSES_OUTCOME_UNKNOWN, 1, 1);
}

/* ---- further hosts ---- */

static machine with_hosts(int32_t hosts_count)
{
    machine_policy policy = usual_policy(TCSES_RETRY_CREATE);
    policy.hosts_count = hosts_count;
    return started(&policy);
}

static void test_machine__turns_to_the_next_host_at_once(void **state)
{
    (void)state;
    machine m = with_hosts(3);
    assert_int_equal(m.host_index, 0);
    attempted(&m, 1000, &unsent, UINT32_MAX);
    assert_int_equal(m.step, MACHINE_SEND);
    assert_int_equal(m.host_index, 1);
    attempted(&m, 1000, &unsent, UINT32_MAX);
    assert_int_equal(m.host_index, 2);
    /* Each had its turn: the first one again, after a pause. */
    attempted(&m, 1000, &unsent, UINT32_MAX);
    assert_int_equal(m.step, MACHINE_WAIT);
    assert_int_equal(m.host_index, 0);
    waited(&m, m.wait_until_ms);
    attempted(&m, 3000, &unsent, UINT32_MAX);
    expect_end(&m, TCSES_ERR_NETWORK, TCSES_OUTCOME_NOT_DONE, 4, 1);
}

static void test_machine__stays_with_a_host_that_got_the_request(void **state)
{
    (void)state;
    machine_policy policy = usual_policy(TCSES_RETRY_READ);
    policy.hosts_count = 2;
    machine m = started(&policy);
    attempt throttled = refused("RequestLimitExceeded");
    attempt_and_wait(&m, 1000, &broken);
    assert_int_equal(m.host_index, 0);
    attempt_and_wait(&m, 2000, &throttled);
    assert_int_equal(m.host_index, 0);
    attempted(&m, 3000, &unsent, 0);
    assert_int_equal(m.host_index, 1);
    attempt distrusted = {.status = TCSES_ERR_TLS, .stage = TCSES_STAGE_UNSENT};
    m = with_hosts(2);
    attempted(&m, 1000, &distrusted, 0);
    expect_end(&m, TCSES_ERR_TLS, TCSES_OUTCOME_NOT_DONE, 1, 0);
}

static void test_machine__no_next_host_after_the_deadline(void **state)
{
    (void)state;
    machine m = with_hosts(2);
    attempted(&m, 61000, &unsent, 0);
    expect_end(&m, TCSES_ERR_NETWORK, TCSES_OUTCOME_NOT_DONE, 1, 1);
}

/* ---- reading back ---- */

static machine that_reads_back(int32_t max_attempts)
{
    machine_policy policy = usual_policy(TCSES_RETRY_CREATE);
    policy.can_read_back = 1;
    policy.max_attempts = max_attempts;
    return started(&policy);
}

static void test_machine__reads_back_after_a_pause(void **state)
{
    (void)state;
    machine m = that_reads_back(4);
    attempted(&m, 1000, &broken, UINT32_MAX);
    assert_int_equal(m.step, MACHINE_WAIT);
    assert_int_equal(m.wait_until_ms, 1250);
    waited(&m, 1250);
    assert_int_equal(m.step, MACHINE_READ_BACK);
    machine_read_back(&m, 1300, FOUND_AS_ASKED);
    expect_end(&m, TCSES_OK, TCSES_OUTCOME_DONE, 1, 0);
}

static void test_machine__what_reading_back_shows(void **state)
{
    (void)state;
    const struct {
        machine_finding finding;
        int32_t max_attempts;
        machine_step step;
        int32_t outcome;
    } cases[] = {
        {FOUND_DIFFERENT, 4, MACHINE_RESERVE, -1},
        {FOUND_DIFFERENT, 1, MACHINE_DONE, TCSES_OUTCOME_UNKNOWN},
        {FOUND_NOTHING, 4, MACHINE_RESERVE, -1},
        {FOUND_NOTHING, 1, MACHINE_DONE, TCSES_OUTCOME_UNKNOWN},
        {FOUND_NO_ANSWER, 4, MACHINE_DONE, TCSES_OUTCOME_UNKNOWN},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        machine m = that_reads_back(cases[i].max_attempts);
        attempt_and_wait(&m, 1000, &broken);
        machine_read_back(&m, 2000, cases[i].finding);
        assert_int_equal(m.step, cases[i].step);
        if (cases[i].step == MACHINE_DONE)
            expect_end(&m, TCSES_ERR_NETWORK, cases[i].outcome, 1, 0);
    }
    machine late = that_reads_back(4);
    attempt_and_wait(&late, 1000, &broken);
    machine_read_back(&late, 61000, FOUND_NOTHING);
    expect_end(&late, TCSES_ERR_NETWORK, TCSES_OUTCOME_UNKNOWN, 1, 0);
}

static void test_machine__a_refusal_after_an_unknown_is_read_back_at_once(void **state)
{
    (void)state;
    const struct {
        machine_finding finding;
        tcses_status status;
        int32_t outcome;
    } cases[] = {{FOUND_AS_ASKED, TCSES_OK, TCSES_OUTCOME_DONE},
        {FOUND_DIFFERENT, TCSES_ERR_API, TCSES_OUTCOME_UNKNOWN}, {FOUND_NOTHING, TCSES_ERR_API, TCSES_OUTCOME_UNKNOWN},
        {FOUND_NO_ANSWER, TCSES_ERR_API, TCSES_OUTCOME_UNKNOWN}};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        machine m = that_reads_back(4);
        attempt repeated = refused(TCSES_CODE_REPEAT_CREATION);
        attempt_and_wait(&m, 1000, &broken);
        machine_read_back(&m, 2000, FOUND_NOTHING);
        machine_reserved(&m, 2000, 2000);
        attempted(&m, 2100, &repeated, UINT32_MAX);
        assert_int_equal(m.step, MACHINE_READ_BACK);
        machine_read_back(&m, 2200, cases[i].finding);
        expect_end(&m, cases[i].status, cases[i].outcome, 2, 0);
    }
}

static void test_machine__nothing_to_read_back_or_no_time(void **state)
{
    (void)state;
    attempt repeated = refused(TCSES_CODE_REPEAT_CREATION);
    machine m = that_reads_back(4);
    attempted(&m, 1000, &repeated, 0);
    expect_end(&m, TCSES_ERR_API, TCSES_OUTCOME_NOT_DONE, 1, 0);
    m = that_reads_back(4);
    attempted(&m, 61000, &broken, 0);
    expect_end(&m, TCSES_ERR_NETWORK, TCSES_OUTCOME_UNKNOWN, 1, 0);
    m = that_reads_back(4);
    attempt_and_wait(&m, 1000, &broken);
    machine_read_back(&m, 2000, FOUND_NOTHING);
    machine_reserved(&m, 2000, 2000);
    attempted(&m, 61000, &repeated, 0);
    expect_end(&m, TCSES_ERR_API, TCSES_OUTCOME_UNKNOWN, 2, 0);
}

/* ---- without a signature ---- */

static void test_machine__unsigned_calls_need_no_credentials(void **state)
{
    (void)state;
    machine m;
    machine_policy policy = usual_policy(TCSES_RETRY_READ);
    attempt stale = refused("AuthFailure.TokenFailure");
    policy.is_unsigned = 1;
    machine_start(&m, &policy, 1000);
    assert_int_equal(m.step, MACHINE_RESERVE);
    machine_reserved(&m, 1000, 1000);
    attempted(&m, 1000, &stale, 0);
    expect_end(&m, TCSES_ERR_API, TCSES_OUTCOME_NOT_DONE, 1, 0);
}

static void test_machine__credentials_that_may_come_later(void **state)
{
    (void)state;
    machine m;
    machine_policy policy = usual_policy(TCSES_RETRY_CREATE);
    machine_start(&m, &policy, 1000);
    machine_no_keys(&m, TCSES_ERR_CREDENTIALS, 1);
    expect_end(&m, TCSES_ERR_CREDENTIALS, TCSES_OUTCOME_NOT_DONE, 0, 1);
    /* A create that may be done is not to be made once more, whatever comes later. */
    attempt stale = refused("AuthFailure.TokenFailure");
    m = that_reads_back(4);
    attempt_and_wait(&m, 1000, &broken);
    machine_read_back(&m, 2000, FOUND_NOTHING);
    machine_reserved(&m, 2000, 2000);
    attempted(&m, 2100, &stale, 0);
    assert_int_equal(m.step, MACHINE_GET_KEYS);
    machine_no_keys(&m, TCSES_ERR_CREDENTIALS, 1);
    expect_end(&m, TCSES_ERR_CREDENTIALS, TCSES_OUTCOME_UNKNOWN, 2, 0);
}

/* Time is always worth another try, whatever the source says. */
static void test_machine__credentials_that_did_not_come_in_time(void **state)
{
    (void)state;
    machine m;
    machine_policy policy = usual_policy(TCSES_RETRY_CREATE);
    machine_start(&m, &policy, 1000);
    machine_no_keys(&m, TCSES_ERR_TIMEOUT, 0);
    expect_end(&m, TCSES_ERR_TIMEOUT, TCSES_OUTCOME_NOT_DONE, 0, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_machine__done_at_the_first_try),
        cmocka_unit_test(test_machine__no_credentials),
        cmocka_unit_test(test_machine__could_not_be_signed),
        cmocka_unit_test(test_machine__repeats_until_attempts_are_used_up),
        cmocka_unit_test(test_machine__max_attempts_of_one),
        cmocka_unit_test(test_machine__succeeds_after_faults),
        cmocka_unit_test(test_machine__pauses_lie_between_zero_and_a_doubling_bound),
        cmocka_unit_test(test_machine__the_cap_need_not_be_a_doubling),
        cmocka_unit_test(test_machine__waits_on_when_woken_early),
        cmocka_unit_test(test_machine__deadline_before_the_start),
        cmocka_unit_test(test_machine__deadline_while_credentials_are_fetched),
        cmocka_unit_test(test_machine__last_attempt_ends_at_the_deadline),
        cmocka_unit_test(test_machine__no_pause_beyond_the_deadline),
        cmocka_unit_test(test_machine__deadline_after_an_unknown),
        cmocka_unit_test(test_machine__renews_credentials_once),
        cmocka_unit_test(test_machine__the_same_credentials_again_are_not_tried),
        cmocka_unit_test(test_machine__no_fresh_credentials),
        cmocka_unit_test(test_machine__corrects_the_clock_once),
        cmocka_unit_test(test_machine__replaces_the_difference_learned_before),
        cmocka_unit_test(test_machine__expired_without_a_date_or_after_the_deadline),
        cmocka_unit_test(test_machine__learns_the_time_with_its_last_attempt),
        cmocka_unit_test(test_machine__clock_and_credentials_in_one_call),
        cmocka_unit_test(test_machine__refusals_that_prove_it_done),
        cmocka_unit_test(test_machine__other_refusals_after_an_unknown_prove_nothing),
        cmocka_unit_test(test_machine__cancel_at_each_step),
        cmocka_unit_test(test_machine__unknown_never_turns_to_not_done),
        cmocka_unit_test(test_machine__waits_for_its_place_in_the_rate_limit),
        cmocka_unit_test(test_machine__no_place_in_the_time_for_the_call),
        cmocka_unit_test(test_machine__learns_the_limit_from_a_complaint_alone),
        cmocka_unit_test(test_machine__waits_as_long_as_the_answer_asks),
        cmocka_unit_test(test_machine__turns_to_the_next_host_at_once),
        cmocka_unit_test(test_machine__stays_with_a_host_that_got_the_request),
        cmocka_unit_test(test_machine__no_next_host_after_the_deadline),
        cmocka_unit_test(test_machine__reads_back_after_a_pause),
        cmocka_unit_test(test_machine__what_reading_back_shows),
        cmocka_unit_test(test_machine__a_refusal_after_an_unknown_is_read_back_at_once),
        cmocka_unit_test(test_machine__nothing_to_read_back_or_no_time),
        cmocka_unit_test(test_machine__unsigned_calls_need_no_credentials),
        cmocka_unit_test(test_machine__credentials_that_may_come_later),
        cmocka_unit_test(test_machine__credentials_that_did_not_come_in_time),
    };
    return cmocka_run_group_tests_name("machine", tests, NULL, NULL);
}
