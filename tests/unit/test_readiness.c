/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The wait for a verification with is_ready: nothing is submitted before the records are in DNS.
 */
#include "service.h"

/* A wait at a service that is opened here. */
static tcses_verification *careful_wait(test_service *s, int64_t deadline_ms, const tcses_call_options *options)
{
    tcses_verification *v = NULL;
    tcses_error *error = NULL;
    tcses_verification_request request = TCSES_VERIFICATION_REQUEST_INIT;
    request.email_identity = DOMAIN;
    request.is_ready = service_is_ready;
    request.ready_ctx = s;
    request.deadline_ms = deadline_ms;
    s->has_domain = true;
    service_open(s);
    if (tcses_verification_new(s->rig.client, &request, options, &v, &error) != TCSES_OK)
        fail_msg("%s", tcses_error_message(error));
    return v;
}

static void end(test_service *s, tcses_verification *v)
{
    tcses_verification_free(v);
    service_free(s);
}

static const tcses_verification_state *expect_step(tcses_verification *v, int32_t step)
{
    tcses_error *error = NULL;
    if (tcses_verification_step(v, &error) != TCSES_OK)
        fail_msg("%s", tcses_error_message(error));
    const tcses_verification_state *state = tcses_verification_get_state(v);
    assert_int_equal(state->last_step, step);
    return state;
}

static void expect_timeout(tcses_verification *v, const char *words)
{
    tcses_error *error = NULL;
    assert_int_equal(tcses_verification_wait(v, NULL, NULL, &error), TCSES_ERR_TIMEOUT);
    assert_non_null(strstr(tcses_error_message(error), words));
    expect_error(error, TCSES_ERR_TIMEOUT, NULL);
}

static void expect_submissions_at(const test_service *s, const int64_t *minutes, size_t count)
{
    assert_int_equal(s->submissions, count);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(s->submitted_at_ms[i], minutes[i] * MINUTE);
}

/* Two hours; the records get into DNS after 61 minutes and a half, and the service sees them eight minutes later. */
static void test_readiness__submits_nothing_before_the_records_are_in_dns(void **state)
{
    (void)state;
    static const int64_t minutes[] = {62, 63, 65, 70};
    test_service s;
    service_init(&s);
    s.ready_at_ms = 61 * MINUTE + 30 * SECOND;
    s.sees_dns_at_ms = 69 * MINUTE;
    tcses_verification *v = careful_wait(&s, 0, NULL);
    assert_int_equal(tcses_verification_wait(v, NULL, NULL, NULL), TCSES_OK);
    expect_submissions_at(&s, minutes, COUNT_OF(minutes));
    assert_int_equal(s.asked, 62 + COUNT_OF(minutes)); /* each minute, and before each submission */
    assert_int_equal(s.rows_asked, 4);
    /* Reads: each half minute, and then as always. */
    assert_int_equal(s.calls_count - s.submissions, 2 * 62 + 1 + 1 + 4);
    assert_int_equal(tcses_verification_get_state(v)->elapsed_ms, 70 * MINUTE);
    end(&s, v);
}

static void test_readiness__submits_nothing_while_the_records_never_come(void **state)
{
    (void)state;
    test_service s;
    service_init(&s);
    s.ready_at_ms = 3 * HOUR;
    tcses_verification *v = careful_wait(&s, 0, NULL);
    expect_timeout(v, "submissions: 0, it was not submitted, since its records are not in DNS");
    assert_int_equal(service_passed_ms(&s), 2 * HOUR);
    assert_int_equal(s.asked, 120);
    assert_int_equal(s.submissions, 0);
    end(&s, v);
}

static void test_readiness__the_state_tells_when_it_asks_again(void **state)
{
    (void)state;
    test_service s;
    service_init(&s);
    s.ready_at_ms = 10 * SECOND;
    s.ask_again_ms = 12 * SECOND;
    tcses_verification *v = careful_wait(&s, 0, NULL);
    assert_int_equal(expect_step(v, TCSES_VERIFICATION_READ)->next_ms, 0);
    const tcses_verification_state *at = expect_step(v, TCSES_VERIFICATION_NOTHING);
    assert_int_equal(at->next_ms, 12 * SECOND);
    assert_int_equal(at->next_submission_ms, 12 * SECOND);
    assert_int_equal(at->attributes_count, 4);
    service_pass(&s, 11 * SECOND);
    at = expect_step(v, TCSES_VERIFICATION_NOTHING);
    assert_int_equal(s.asked, 1); /* ready since a second, but not due */
    service_pass(&s, at->next_ms);
    at = expect_step(v, TCSES_VERIFICATION_SUBMITTED);
    assert_int_equal(at->is_verified, TCSES_TRUE);
    assert_string_equal(s.calls, "GU");
    end(&s, v);
}

/* Where asking and reading are due at once, the step reads. */
static void test_readiness__reads_go_on_while_it_asks(void **state)
{
    (void)state;
    test_service s;
    service_init(&s);
    s.ready_at_ms = HOUR;
    s.ask_again_ms = 30 * SECOND;
    tcses_verification *v = careful_wait(&s, 0, NULL);
    expect_step(v, TCSES_VERIFICATION_READ);
    expect_step(v, TCSES_VERIFICATION_NOTHING);
    service_pass(&s, 30 * SECOND);
    expect_step(v, TCSES_VERIFICATION_READ);
    assert_int_equal(s.asked, 2);
    /* Somebody else has submitted it meanwhile: that ends the wait. */
    s.is_verified = true;
    assert_int_equal(tcses_verification_wait(v, NULL, NULL, NULL), TCSES_OK);
    assert_int_equal(service_passed_ms(&s), MINUTE);
    assert_int_equal(s.submissions, 0);
    end(&s, v);
}

static void test_readiness__submits_where_it_cannot_be_told(void **state)
{
    (void)state;
    test_service s;
    service_init(&s);
    s.cannot_tell = TCSES_TRUE;
    tcses_verification *v = careful_wait(&s, 0, NULL);
    assert_int_equal(tcses_verification_wait(v, NULL, NULL, NULL), TCSES_OK);
    assert_int_equal(s.asked, 1);
    assert_string_equal(s.calls, "GU");
    assert_int_equal(service_passed_ms(&s), 0);
    end(&s, v);
}

/* What was in DNS may go again. */
static void test_readiness__is_asked_before_each_submission(void **state)
{
    (void)state;
    static const int64_t minutes[] = {0, 1};
    test_service s;
    service_init(&s);
    s.unready_at_ms = 2 * MINUTE;
    s.sees_dns_at_ms = HOUR;
    tcses_verification *v = careful_wait(&s, 10 * MINUTE, NULL);
    expect_timeout(v, "submissions: 2, the last submission was answered");
    expect_submissions_at(&s, minutes, COUNT_OF(minutes));
    assert_int_equal(s.asked, 2 + 7); /* at 3 minutes and each later one */
    end(&s, v);
}

static void test_readiness__is_not_asked_for_a_verified_domain(void **state)
{
    (void)state;
    test_service s;
    service_init(&s);
    s.is_verified = true;
    tcses_verification *v = careful_wait(&s, 0, NULL);
    assert_int_equal(tcses_verification_wait(v, NULL, NULL, NULL), TCSES_OK);
    assert_int_equal(s.asked, 0);
    assert_string_equal(s.calls, "G");
    end(&s, v);
}

static void test_readiness__a_forced_submission_waits_for_it_too(void **state)
{
    (void)state;
    test_service s;
    tcses_verification *v = NULL;
    tcses_verification_request request = TCSES_VERIFICATION_REQUEST_INIT;
    request.email_identity = DOMAIN;
    request.force = TCSES_TRUE;
    request.is_ready = service_is_ready;
    request.ready_ctx = &s;
    service_init(&s);
    s.has_domain = s.is_verified = true;
    s.ready_at_ms = MINUTE;
    service_open(&s);
    assert_int_equal(tcses_verification_new(s.rig.client, &request, NULL, &v, NULL), TCSES_OK);
    assert_int_equal(tcses_verification_wait(v, NULL, NULL, NULL), TCSES_OK);
    assert_int_equal(s.asked, 2);
    assert_string_equal(s.calls, "GGU");
    assert_int_equal(s.submitted_at_ms[0], MINUTE);
    end(&s, v);
}

static void test_readiness__nothing_is_submitted_when_asking_takes_the_whole_time(void **state)
{
    (void)state;
    test_service s;
    service_init(&s);
    s.asking_takes_ms = MINUTE;
    tcses_verification *v = careful_wait(&s, MINUTE, NULL);
    expect_timeout(v, "submissions: 0, it was never submitted");
    assert_int_equal(s.asked, 1);
    assert_string_equal(s.calls, "G");
    end(&s, v);
}

static void test_readiness__a_cancel_ends_the_asking(void **state)
{
    (void)state;
    test_service s;
    tcses_call_options options = TCSES_CALL_OPTIONS_INIT;
    assert_int_equal(tcses_cancel_new(NULL, &options.cancel, NULL), TCSES_OK);
    service_init(&s);
    tcses_verification *v = careful_wait(&s, 0, &options);
    s.cancel_in_asking = options.cancel;
    tcses_error *error = NULL;
    assert_int_equal(tcses_verification_wait(v, NULL, NULL, &error), TCSES_ERR_CANCELLED);
    expect_error(error, TCSES_ERR_CANCELLED, NULL);
    assert_int_equal(s.asked, 1);
    assert_string_equal(s.calls, "G");
    assert_int_equal(tcses_verification_get_state(v)->submissions, 0);
    /* Who has cancelled is not asked any more. */
    assert_int_equal(tcses_verification_step(v, NULL), TCSES_ERR_CANCELLED);
    assert_int_equal(s.asked, 1);
    end(&s, v);
    tcses_cancel_unref(options.cancel);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_readiness__submits_nothing_before_the_records_are_in_dns),
        cmocka_unit_test(test_readiness__submits_nothing_while_the_records_never_come),
        cmocka_unit_test(test_readiness__the_state_tells_when_it_asks_again),
        cmocka_unit_test(test_readiness__reads_go_on_while_it_asks),
        cmocka_unit_test(test_readiness__submits_where_it_cannot_be_told),
        cmocka_unit_test(test_readiness__is_asked_before_each_submission),
        cmocka_unit_test(test_readiness__is_not_asked_for_a_verified_domain),
        cmocka_unit_test(test_readiness__a_forced_submission_waits_for_it_too),
        cmocka_unit_test(test_readiness__nothing_is_submitted_when_asking_takes_the_whole_time),
        cmocka_unit_test(test_readiness__a_cancel_ends_the_asking),
    };
    return cmocka_run_group_tests_name("readiness", tests, NULL, NULL);
}
