/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Credentials that several threads, clients and processes share: keys are fetched once for all, and nobody waits for
 * longer than it wants to.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "scene.h"

static void test_sharing__eight_threads_fetch_once(void **state)
{
    (void)state;
    scene s;
    crew c;
    scene_open(&s, PATIENT_MS);
    gate_hold(&s.metadata.gate, CREW_MAX);
    crew_begin(&c, s.client, CREW_MAX, 3);
    gate_await(&s.metadata.gate, 1);
    crew_await_asleep(&c);
    assert_int_equal(stand_in_requests(&s.ses), 0);
    gate_open(&s.metadata.gate);
    crew_end(&c);
    assert_int_equal(c.failed, 0);
    assert_int_equal(stand_in_requests(&s.ses), CREW_MAX * 3);
    assert_int_equal(metadata_role_questions(&s.metadata), 1);
    assert_int_equal(metadata_keys_questions(&s.metadata), 1);
    expect_signed(s.client, &s.ses, "AKIDcvm1");
    scene_close(&s);
}

/* What fails fails for all that waited for it: nobody tries the same again at once. */
static void test_sharing__eight_threads_fail_once(void **state)
{
    (void)state;
    scene s;
    pending calls[CREW_MAX];
    scene_open(&s, PATIENT_MS);
    stand_in_reply(&s.metadata, broken);
    gate_hold(&s.metadata.gate, CREW_MAX);
    pending_begin(&calls[0], s.client, NULL);
    gate_await(&s.metadata.gate, 1);
    for (int i = 1; i < CREW_MAX; i++) {
        pending_begin(&calls[i], s.client, NULL);
        await_asleep(calls[i].thread_id);
    }
    gate_open(&s.metadata.gate);
    for (int i = 0; i < CREW_MAX; i++)
        expect_no_keys(pending_end(&calls[i]), "CVM role", "500");
    assert_int_equal(metadata_role_questions(&s.metadata), 1);
    scene_close(&s);
}

static void *call_without_error(void *ctx)
{
    const tcses_get_email_identity_response *response = NULL;
    tcses_get_email_identity_request request = TCSES_GET_EMAIL_IDENTITY_REQUEST_INIT;
    pending *p = ctx;
    request.email_identity = "mail.example.com";
    p->thread_id = gettid();
    event_raise(&p->started);
    p->ended.status = tcses_get_email_identity(p->client, &request, NULL, &response, NULL);
    tcses_get_email_identity_response_free(response);
    return NULL;
}

/* Also for those that do not want to know why: else each would wait for the metadata server in its turn. */
static void test_sharing__eight_threads_without_errors_fail_once(void **state)
{
    (void)state;
    scene s;
    pending calls[CREW_MAX];
    scene_open(&s, PATIENT_MS);
    stand_in_reply(&s.metadata, broken);
    gate_hold(&s.metadata.gate, CREW_MAX);
    for (int i = 0; i < CREW_MAX; i++) {
        calls[i] = (pending){.client = s.client, .started = EVENT_INIT};
        start_thread(&calls[i].thread, call_without_error, &calls[i]);
        event_await(&calls[i].started, 1);
        if (i == 0)
            gate_await(&s.metadata.gate, 1);
        await_asleep(calls[i].thread_id);
    }
    gate_open(&s.metadata.gate);
    for (int i = 0; i < CREW_MAX; i++)
        assert_int_equal(pending_end(&calls[i]).status, TCSES_ERR_CREDENTIALS);
    assert_int_equal(metadata_role_questions(&s.metadata), 1);
    scene_close(&s);
}

static void test_sharing__others_go_on_with_present_keys(void **state)
{
    (void)state;
    scene s;
    pending first;
    crew c;
    scene_open(&s, PATIENT_MS);
    expect_signed(s.client, &s.ses, "AKIDcvm1");
    clock_pass(LIFE - EARLY + 30);
    gate_hold(&s.metadata.gate, CREW_MAX);
    pending_begin(&first, s.client, NULL);
    gate_await(&s.metadata.gate, 1);
    expect_signed(s.client, &s.ses, "AKIDcvm1");
    crew_begin(&c, s.client, 4, 10);
    crew_end(&c);
    assert_int_equal(c.failed, 0);
    expect_signed(s.client, &s.ses, "AKIDcvm1");
    gate_open(&s.metadata.gate);
    expect_success(pending_end(&first));
    expect_signed(s.client, &s.ses, "AKIDcvm2");
    assert_int_equal(metadata_keys_questions(&s.metadata), 2);
    scene_close(&s);
}

static void test_sharing__token_that_eight_threads_see_refused_is_renewed_once(void **state)
{
    (void)state;
    scene s;
    crew c;
    scene_open(&s, PATIENT_MS);
    expect_signed(s.client, &s.ses, "AKIDcvm1");
    ses_refuse(&s.ses, "AKIDcvm1");
    gate_hold(&s.ses.gate, CREW_MAX);
    crew_begin(&c, s.client, CREW_MAX, 1);
    gate_await(&s.ses.gate, CREW_MAX);
    gate_open(&s.ses.gate);
    crew_end(&c);
    assert_int_equal(c.failed, 0);
    assert_int_equal(stand_in_requests(&s.ses), 1 + 2 * CREW_MAX);
    assert_int_equal(metadata_keys_questions(&s.metadata), 2);
    scene_close(&s);
}

static void test_sharing__deadline_of_the_call_bounds_it(void **state)
{
    (void)state;
    scene s;
    tcses_call_options options = TCSES_CALL_OPTIONS_INIT;
    scene_open(&s, PATIENT_MS);
    stand_in_reply(&s.metadata, silence);
    options.timeout_ms = SHORT_MS;
    int64_t began_us = now_us();
    expect_error(call_once(s.client, &options), TCSES_ERR_TIMEOUT, 0, "");
    assert_in_range(now_us() - began_us, SHORT_MS * 900, SHORT_MS * 1000 + SOON_US);
    scene_close(&s);
}

static void test_sharing__cancel_ends_it(void **state)
{
    (void)state;
    scene s;
    pending p;
    tcses_call_options options = TCSES_CALL_OPTIONS_INIT;
    scene_open(&s, PATIENT_MS);
    gate_hold(&s.metadata.gate, 1);
    options.cancel = new_cancel();
    pending_begin(&p, s.client, &options);
    gate_await(&s.metadata.gate, 1);
    await_asleep(p.thread_id);
    int64_t began_us = now_us();
    tcses_cancel_trigger(options.cancel);
    expect_error(pending_end(&p), TCSES_ERR_CANCELLED, 0, "");
    assert_in_range(now_us() - began_us, 0, SOON_US);
    gate_open(&s.metadata.gate);
    expect_success(call_once(s.client, NULL));
    tcses_cancel_unref(options.cancel);
    scene_close(&s);
}

/* Whoever waits for another's renewal keeps its own deadline and cancel, and the other's cancel is not its own. */
static void test_sharing__who_waits_for_another_keeps_deadline_and_cancel(void **state)
{
    (void)state;
    scene s;
    pending first;
    pending cancelled;
    tcses_call_options options = TCSES_CALL_OPTIONS_INIT;
    tcses_call_options brief = TCSES_CALL_OPTIONS_INIT;
    scene_open(&s, PATIENT_MS);
    gate_hold(&s.metadata.gate, CREW_MAX);
    pending_begin(&first, s.client, NULL);
    gate_await(&s.metadata.gate, 1);
    options.cancel = new_cancel();
    pending_begin(&cancelled, s.client, &options);
    await_asleep(cancelled.thread_id);
    int64_t began_us = now_us();
    tcses_cancel_trigger(options.cancel);
    expect_error(pending_end(&cancelled), TCSES_ERR_CANCELLED, 0, "");
    assert_in_range(now_us() - began_us, 0, SOON_US);
    brief.timeout_ms = SHORT_MS;
    began_us = now_us();
    expect_error(call_once(s.client, &brief), TCSES_ERR_TIMEOUT, 0, "");
    assert_in_range(now_us() - began_us, SHORT_MS * 900, SHORT_MS * 1000 + SOON_US);
    gate_open(&s.metadata.gate);
    expect_success(pending_end(&first));
    assert_int_equal(metadata_keys_questions(&s.metadata), 1);
    tcses_cancel_unref(options.cancel);
    scene_close(&s);
}

/* The one that fetches is cancelled: another of those who wait takes its place. */
static void cancel_the_one_that_fetches(scene *s, const char *next)
{
    pending first;
    pending others[3];
    tcses_call_options options = TCSES_CALL_OPTIONS_INIT;
    char id[ID_ROOM] = "";
    int before = stand_in_requests(&s->ses);
    gate_hold(&s->metadata.gate, 1);
    options.cancel = new_cancel();
    pending_begin(&first, s->client, &options);
    gate_await(&s->metadata.gate, 1);
    for (int i = 0; i < 3; i++) {
        pending_begin(&others[i], s->client, NULL);
        await_asleep(others[i].thread_id);
    }
    tcses_cancel_trigger(options.cancel);
    expect_error(pending_end(&first), TCSES_ERR_CANCELLED, 0, "");
    for (int i = 0; i < 3; i++)
        expect_success(pending_end(&others[i]));
    assert_int_equal(stand_in_requests(&s->ses), before + 3);
    for (int i = 0; i < 3; i++) {
        ses_id(&s->ses, before + i, id);
        assert_string_equal(id, next);
    }
    tcses_cancel_unref(options.cancel);
}

/* The request that was given up is not numbered: it is still held. */
static void test_sharing__cancelled_fetch_is_taken_over(void **state)
{
    (void)state;
    scene s;
    scene_open(&s, PATIENT_MS);
    cancel_the_one_that_fetches(&s, "AKIDcvm1");
    assert_int_equal(metadata_keys_questions(&s.metadata), 2);
    scene_close(&s);
}

/* What is left of the keys before is of no use to those who wait. */
static void test_sharing__cancelled_renewal_of_expired_keys_is_taken_over(void **state)
{
    (void)state;
    scene s;
    scene_open(&s, PATIENT_MS);
    expect_signed(s.client, &s.ses, "AKIDcvm1");
    clock_pass(LIFE + 60);
    cancel_the_one_that_fetches(&s, "AKIDcvm2");
    assert_int_equal(metadata_keys_questions(&s.metadata), 3);
    scene_close(&s);
}

/* ---- several clients ---- */

static void test_sharing__two_clients_fetch_once(void **state)
{
    (void)state;
    scene s;
    scene_open(&s, SHORT_MS);
    tcses_client *other = rig_client(&s.ses, tcses_credentials_ref(s.credentials));
    expect_signed(s.client, &s.ses, "AKIDcvm1");
    expect_signed(other, &s.ses, "AKIDcvm1");
    clock_pass(LIFE - EARLY + 30);
    expect_signed(other, &s.ses, "AKIDcvm2");
    expect_signed(s.client, &s.ses, "AKIDcvm2");
    assert_int_equal(metadata_keys_questions(&s.metadata), 2);
    tcses_client_free(other);
    scene_close(&s);
}

/* The keys of a client that is gone serve the others, and so does a fetch that goes on while others give up theirs. */
static void test_sharing__references_are_given_back_during_a_fetch(void **state)
{
    (void)state;
    scene s;
    pending p;
    scene_open(&s, PATIENT_MS);
    tcses_client *other = rig_client(&s.ses, tcses_credentials_ref(s.credentials));
    expect_signed(other, &s.ses, "AKIDcvm1");
    clock_pass(LIFE + 60);
    gate_hold(&s.metadata.gate, 1);
    pending_begin(&p, s.client, NULL);
    gate_await(&s.metadata.gate, 1);
    tcses_client_free(other);
    tcses_credentials_unref(s.credentials);
    s.credentials = NULL;
    gate_open(&s.metadata.gate);
    expect_success(pending_end(&p));
    expect_signed(s.client, &s.ses, "AKIDcvm2");
    scene_close(&s);
}

/* ---- fork() ---- */

static bool ended_well(pid_t child)
{
    int status = 0;
    return waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static bool call_succeeds(tcses_client *client)
{
    result r = call_once(client, NULL);
    bool succeeded = r.status == TCSES_OK;
    if (!succeeded)
        fprintf(stderr, "process %d: %s\n", (int)getpid(), tcses_error_message(r.error));
    result_free(&r);
    return succeeded;
}

static pid_t fork_or_die(void)
{
    pid_t child = fork();
    if (child < 0)
        die("fork failed");
    return child;
}

static void test_sharing__child_goes_on_with_filled_cache(void **state)
{
    (void)state;
    scene s;
    scene_open(&s, PATIENT_MS);
    expect_signed(s.client, &s.ses, "AKIDcvm1");
    pid_t child = fork_or_die();
    if (child == 0) {
        bool right_now = call_succeeds(s.client);
        clock_pass(LIFE - EARLY + 30);
        bool right_later = call_succeeds(s.client);
        clock_pass(LIFE);
        bool right_then = call_succeeds(s.client);
        tcses_client_free(s.client);
        tcses_credentials_unref(s.credentials);
        _exit(right_now && right_later && right_then ? 0 : 1);
    }
    assert_true(ended_well(child));
    expect_signed(s.client, &s.ses, "AKIDcvm1");
    assert_int_equal(stand_in_requests(&s.ses), 5);
    scene_close(&s);
}

/* The thread that fetches is not in the child, which must not wait for it. */
static void test_sharing__child_of_a_fetch_fetches_for_itself(void **state)
{
    (void)state;
    scene s;
    pending p;
    scene_open(&s, PATIENT_MS);
    gate_hold(&s.metadata.gate, 1);
    pending_begin(&p, s.client, NULL);
    gate_await(&s.metadata.gate, 1);
    await_asleep(p.thread_id);
    pid_t child = fork_or_die();
    if (child == 0)
        _exit(call_succeeds(s.client) ? 0 : 1);
    assert_true(ended_well(child));
    gate_open(&s.metadata.gate);
    expect_success(pending_end(&p));
    expect_success(call_once(s.client, NULL));
    assert_int_equal(metadata_keys_questions(&s.metadata), 2);
    scene_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sharing__eight_threads_fetch_once),
        cmocka_unit_test(test_sharing__eight_threads_fail_once),
        cmocka_unit_test(test_sharing__eight_threads_without_errors_fail_once),
        cmocka_unit_test(test_sharing__others_go_on_with_present_keys),
        cmocka_unit_test(test_sharing__token_that_eight_threads_see_refused_is_renewed_once),
        cmocka_unit_test(test_sharing__deadline_of_the_call_bounds_it),
        cmocka_unit_test(test_sharing__cancel_ends_it),
        cmocka_unit_test(test_sharing__who_waits_for_another_keeps_deadline_and_cancel),
        cmocka_unit_test(test_sharing__cancelled_fetch_is_taken_over),
        cmocka_unit_test(test_sharing__cancelled_renewal_of_expired_keys_is_taken_over),
        cmocka_unit_test(test_sharing__two_clients_fetch_once),
        cmocka_unit_test(test_sharing__references_are_given_back_during_a_fetch),
        cmocka_unit_test(test_sharing__child_goes_on_with_filled_cache),
        cmocka_unit_test(test_sharing__child_of_a_fetch_fetches_for_itself),
    };
    return RUN_TESTS(tests);
}
