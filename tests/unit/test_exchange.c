/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * One attempt: what is read from an answer's headers, and what the log shows of it.
 */
#include "support.h"

#include <stdio.h>

#define LIST "ListEmailAddress"

/* ---- an answer with several headers ---- */

typedef struct answer {
    const char *names[4];
    const char *values[4];
    int32_t http_status;
} answer;

static tcses_status give_answer(void *ctx, tcses_http_request *request, tcses_http_response *response)
{
    const answer *a = ctx;
    (void)request;
    tcses_http_response_set_status(response, a->http_status);
    for (size_t i = 0; i < COUNT_OF(a->names) && a->names[i] != NULL; i++)
        assert_int_equal(tcses_http_response_add_header(response, a->names[i], a->values[i]), TCSES_OK);
    return TCSES_OK;
}

/* What a call's error tells, whose answer this is. */
static int64_t retry_after_ms(const answer *a)
{
    test_rig rig;
    tcses_error *error = NULL;
    tcses_transport_ops ops = TCSES_TRANSPORT_OPS_INIT;
    answer copy = *a;
    ops.perform = give_answer;
    rig_init(&rig);
    rig.options.max_attempts = 1;
    assert_int_equal(tcses_transport_new(&ops, &copy, NULL, &rig.options.transport, NULL), TCSES_OK);
    rig_open(&rig);
    assert_int_equal(tcses_list_email_address(rig.client, NULL, NULL, NULL, &error), TCSES_ERR_HTTP);
    int64_t wait = tcses_error_retry_after_ms(error);
    tcses_error_free(error);
    tcses_transport_unref(rig.options.transport);
    rig_free(&rig);
    return wait;
}

/* A date means a time of the server's clock, which the answer's own Date tells; else of ours, 2025-01-01 00:00:00. */
static void test_exchange__retry_after_by_the_clock_of_the_answer(void **state)
{
    (void)state;
    static const struct {
        answer a;
        int64_t wait_ms;
    } cases[] = {
        {{{"Date", "Retry-After"}, {"Wed, 01 Jan 2025 01:00:00 GMT", "Wed, 01 Jan 2025 01:00:05 GMT"}, 503}, 5000},
        {{{"Date", "Retry-After"}, {"yesterday", "Wed, 01 Jan 2025 00:00:07 GMT"}, 503}, 7000},
        {{{"Retry-After"}, {"Wed, 01 Jan 2025 00:00:07 GMT"}, 503}, 7000},
        {{{"Date", "Retry-After"}, {"Wed, 01 Jan 2025 01:00:00 GMT", "Wed, 01 Jan 2025 00:59:59 GMT"}, 503}, 0},
        {{{"Date", "Retry-After"}, {"Wed, 01 Jan 2025 01:00:00 GMT", ""}, 503}, 0},
        {{{"Date", "Retry-After"}, {"Wed, 01 Jan 2025 01:00:00 GMT", "5 "}, 503}, 0},
        {{{NULL}, {NULL}, 503}, 0},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_int_equal(retry_after_ms(&cases[i].a), cases[i].wait_ms);
}

/* ---- the log ---- */

static void test_exchange__log_shows_no_control_characters(void **state)
{
    (void)state;
    test_rig rig;
    rig_init(&rig);
    rig_open(&rig);
    rig_refuse(&rig, LIST, "Code\\tof\\nthe\\rservice\\u0007");
    assert_int_equal(tcses_list_email_address(rig.client, NULL, NULL, NULL, NULL), TCSES_ERR_API);
    assert_non_null(strstr(rig.log, "attempt 1: API Code?of?the?service?, HTTP 200"));
    rig_free(&rig);
}

/* A header that does not fit ends the line: it is not shown in part, nor is what comes after it. */
static void test_exchange__log_leaves_out_what_does_not_fit(void **state)
{
    (void)state;
    static const size_t lengths[] = {100, 900, 1100};
    for (size_t i = 0; i < COUNT_OF(lengths); i++) {
        test_rig rig;
        char header[1200] = "Server: ";
        tcses_mock_exchange exchange = TCSES_MOCK_EXCHANGE_INIT;
        memset(header + 8, 's', lengths[i]);
        exchange.response_header = header;
        rig_init(&rig);
        rig.options.log_level = TCSES_LOG_TRACE;
        rig_open(&rig);
        assert_int_equal(tcses_mock_expect(rig.mock, &exchange, NULL), TCSES_OK);
        assert_int_equal(tcses_list_email_address(rig.client, NULL, NULL, NULL, NULL), TCSES_OK);
        assert_non_null(strstr(rig.log, "\n3 < 200, "));
        assert_int_equal(strstr(rig.log, "Server: ssss") != NULL, lengths[i] < 1000);
        rig_free(&rig);
    }
}

static void test_exchange__log_tells_findings_at_debug(void **state)
{
    (void)state;
    for (int32_t level = TCSES_LOG_INFO; level <= TCSES_LOG_DEBUG; level++) {
        test_rig rig;
        tcses_create_email_identity_request request = TCSES_CREATE_EMAIL_IDENTITY_REQUEST_INIT;
        tcses_call_options options = TCSES_CALL_OPTIONS_INIT;
        request.email_identity = "mail.example.com";
        options.reconcile = TCSES_TRUE;
        rig_init(&rig);
        rig.options.log_level = level;
        rig_open(&rig);
        rig_fail(&rig, "CreateEmailIdentity", TCSES_ERR_NETWORK, TCSES_STAGE_SENT);
        rig_answer(&rig, "GetEmailIdentity", NULL);
        assert_int_equal(tcses_create_email_identity(rig.client, &request, &options, NULL, NULL), TCSES_OK);
        bool is_told = strstr(rig.log, "2 CreateEmailIdentity read back: there as asked\n") != NULL;
        assert_int_equal(is_told, level == TCSES_LOG_DEBUG);
        rig_free(&rig);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_exchange__retry_after_by_the_clock_of_the_answer),
        cmocka_unit_test(test_exchange__log_shows_no_control_characters),
        cmocka_unit_test(test_exchange__log_leaves_out_what_does_not_fit),
        cmocka_unit_test(test_exchange__log_tells_findings_at_debug),
    };
    return cmocka_run_group_tests_name("exchange", tests, NULL, NULL);
}
