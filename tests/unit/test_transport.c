/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Transports of users: the table of functions, what perform() reads and fills in, and wrapping another.
 */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>

/* A transport whose perform() is a function of the test. */
typedef struct probe {
    tcses_status (*run)(struct probe *p, tcses_http_request *request, tcses_http_response *response);
    tcses_transport *inner;
    tcses_cancel *cancel;
    int calls;
    int wakes;
    int destroyed;
    int32_t may_repeat;
    tcses_status result;
} probe;

static tcses_status probe_perform(void *ctx, tcses_http_request *request, tcses_http_response *response)
{
    probe *p = ctx;
    p->calls++;
    return p->run(p, request, response);
}

static void probe_destroy(void *ctx)
{
    probe *p = ctx;
    p->destroyed++;
    tcses_transport_unref(p->inner);
}

static tcses_transport *probe_transport(probe *p)
{
    tcses_transport *transport = NULL;
    tcses_transport_ops ops = TCSES_TRANSPORT_OPS_INIT;
    ops.perform = probe_perform;
    ops.destroy = probe_destroy;
    assert_int_equal(tcses_transport_new(&ops, p, NULL, &transport, NULL), TCSES_OK);
    memset(&ops, 0xFF, sizeof ops);
    return transport;
}

/* Makes one call through the probe. */
static tcses_status call_through(probe *p, const tcses_call_options *options, tcses_error **error)
{
    test_rig rig;
    tcses_call_request request = TCSES_CALL_REQUEST_INIT;
    request.action = "Any";
    request.body = "{\"a\":1}";
    request.body_length = 7;
    rig_init(&rig);
    rig.options.transport = probe_transport(p);
    rig.options.max_attempts = 1;
    rig_open(&rig);
    tcses_transport_unref(rig.options.transport);
    tcses_status status = tcses_call(rig.client, &request, options, NULL, error);
    assert_int_equal(p->destroyed, 0);
    rig_free(&rig);
    assert_int_equal(p->destroyed, 1);
    return status;
}

/* ---- reading the request ---- */

static tcses_status read_request(probe *p, tcses_http_request *request, tcses_http_response *response)
{
    (void)p;
    assert_string_equal(tcses_http_request_method(request), "POST");
    assert_string_equal(tcses_http_request_url(request), "https://ses.tencentcloudapi.com/");
    assert_int_equal(tcses_http_request_body_length(request), 7);
    assert_memory_equal(tcses_http_request_body(request), "{\"a\":1}", 7);
    assert_int_equal(tcses_http_request_may_repeat(request), 0);
    assert_int_equal(tcses_http_request_is_direct(request), 0);
    assert_int_equal(tcses_http_request_max_response_bytes(request), 4194304);
    assert_int_equal(tcses_http_request_time_left_ms(request), 20000);
    assert_int_equal(tcses_http_request_is_cancelled(request), 0);
    size_t count = tcses_http_request_headers_count(request);
    for (size_t i = 0; i < count; i++) {
        const char *name = tcses_http_request_header_name(request, i);
        assert_string_equal(tcses_http_request_header(request, name), tcses_http_request_header_value(request, i));
    }
    assert_string_equal(tcses_http_request_header(request, "content-TYPE"), "application/json");
    assert_non_null(tcses_http_request_header(request, "Authorization"));
    assert_null(tcses_http_request_header(request, "X-TC-Token"));
    assert_null(tcses_http_request_header(request, NULL));
    assert_null(tcses_http_request_header_name(request, count));
    assert_null(tcses_http_request_header_value(request, count));
    tcses_http_response_set_status(response, 200);
    assert_int_equal(tcses_http_response_append_body(response, "{\"Response\"", 11), TCSES_OK);
    assert_int_equal(tcses_http_response_append_body(response, ":{}}", 4), TCSES_OK);
    assert_string_equal(tcses_http_response_body(response), "{\"Response\":{}}");
    assert_int_equal(tcses_http_response_body_length(response), 15);
    return TCSES_OK;
}

static void test_transport__what_perform_reads(void **state)
{
    (void)state;
    probe p = {.run = read_request};
    assert_int_equal(call_through(&p, NULL, NULL), TCSES_OK);
    assert_int_equal(p.calls, 1);
}

/* ---- adding headers ---- */

static tcses_status add_headers(probe *p, tcses_http_request *request, tcses_http_response *response)
{
    static const struct {
        const char *name, *value;
    } bad[] = {{NULL, "v"}, {"X", NULL}, {"", "v"}, {"X Y", "v"}, {"X:", "v"}, {"X", "a\r\nY: z"}, {"host", "evil"},
        {"AUTHORIZATION", "evil"}};
    (void)p;
    char name[] = "X-Trace", value[] = "42";
    assert_int_equal(tcses_http_request_add_header(request, name, value), TCSES_OK);
    memset(name, 'x', 7);
    memset(value, 'x', 2);
    assert_string_equal(tcses_http_request_header(request, "x-trace"), "42");
    assert_int_equal(tcses_http_request_add_header(request, "X-TRACE", "43"), TCSES_ERR_ARGUMENT);
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        assert_int_equal(tcses_http_request_add_header(request, bad[i].name, bad[i].value), TCSES_ERR_ARGUMENT);
    /* There is an end, and it is no overflow. */
    size_t added = 0;
    for (; added < 100; added++) {
        char next[16];
        snprintf(next, sizeof next, "X-%zu", added);
        if (tcses_http_request_add_header(request, next, "v") != TCSES_OK)
            break;
    }
    assert_true(added >= 10 && added < 100);
    tcses_http_response_set_stage(response, TCSES_STAGE_UNSENT);
    return TCSES_ERR_NETWORK;
}

static void test_transport__added_headers(void **state)
{
    (void)state;
    probe p = {.run = add_headers};
    assert_int_equal(call_through(&p, NULL, NULL), TCSES_ERR_NETWORK);
}

/* ---- filling the response ---- */

static tcses_status fill_response(probe *p, tcses_http_request *request, tcses_http_response *response)
{
    (void)p;
    (void)request;
    char name[] = "Date", value[] = "one";
    assert_null(tcses_http_response_header(response, "Date"));
    assert_string_equal(tcses_http_response_body(response), "");
    assert_int_equal(tcses_http_response_add_header(response, name, value), TCSES_OK);
    memset(name, 'x', 4);
    memset(value, 'x', 3);
    assert_string_equal(tcses_http_response_header(response, "dATE"), "one");
    assert_null(tcses_http_response_header(response, NULL));
    /* 64 KiB of headers and no more. */
    char *large = malloc(70000);
    assert_non_null(large);
    memset(large, 'v', 69999);
    large[69999] = '\0';
    assert_int_equal(tcses_http_response_add_header(response, "Large", large), TCSES_ERR_RESPONSE);
    large[40000] = '\0';
    assert_int_equal(tcses_http_response_add_header(response, "Half", large), TCSES_OK);
    assert_int_equal(tcses_http_response_add_header(response, "Half", large), TCSES_ERR_RESPONSE);
    free(large);
    tcses_http_response_set_status(response, 418);
    assert_int_equal(tcses_http_response_status(response), 418);
    tcses_http_response_set_stage(response, TCSES_STAGE_SENT);
    assert_int_equal(tcses_http_response_stage(response), TCSES_STAGE_SENT);
    tcses_http_response_set_failure(response, 56, "the line\r\nwas cut");
    return TCSES_ERR_NETWORK;
}

static void test_transport__what_perform_fills_in(void **state)
{
    (void)state;
    probe p = {.run = fill_response};
    tcses_error *error = NULL;
    assert_int_equal(call_through(&p, NULL, &error), TCSES_ERR_NETWORK);
    assert_int_equal(tcses_error_transport_code(error), 56);
    assert_string_equal(tcses_error_transport_text(error), "the line?\nwas cut");
    assert_int_equal(tcses_error_http_status(error), 418);
    tcses_error_free(error);
}

/* ---- what perform() returns ---- */

static tcses_status return_result(probe *p, tcses_http_request *request, tcses_http_response *response)
{
    (void)response;
    p->may_repeat = tcses_http_request_may_repeat(request);
    return p->result;
}

static void test_transport__results(void **state)
{
    (void)state;
    static const struct {
        tcses_status given, told;
    } results[] = {{TCSES_ERR_NETWORK, TCSES_ERR_NETWORK}, {TCSES_ERR_TLS, TCSES_ERR_TLS},
        {TCSES_ERR_TIMEOUT, TCSES_ERR_TIMEOUT}, {TCSES_ERR_CANCELLED, TCSES_ERR_CANCELLED},
        {TCSES_ERR_RESPONSE, TCSES_ERR_RESPONSE}, {TCSES_ERR_MEMORY, TCSES_ERR_MEMORY},
        {TCSES_ERR_SYSTEM, TCSES_ERR_SYSTEM}, {TCSES_ERR_API, TCSES_ERR_CALLBACK},
        {TCSES_ERR_CREDENTIALS, TCSES_ERR_CALLBACK}, {TCSES_ERR_HTTP, TCSES_ERR_CALLBACK}, {1, TCSES_ERR_CALLBACK},
        {-1000, TCSES_ERR_CALLBACK}};
    for (size_t i = 0; i < COUNT_OF(results); i++) {
        probe p = {.run = return_result, .result = results[i].given};
        tcses_error *error = NULL;
        assert_int_equal(call_through(&p, NULL, &error), results[i].told);
        /* Who says nothing about the stage may have sent it. */
        assert_int_equal(tcses_error_outcome(error), TCSES_OUTCOME_UNKNOWN);
        expect_error(error, results[i].told, NULL);
    }
    /* An answer without a status is none of the service. */
    probe p = {.run = return_result, .result = TCSES_OK};
    tcses_error *error = NULL;
    assert_int_equal(call_through(&p, NULL, &error), TCSES_ERR_HTTP);
    assert_int_equal(tcses_error_outcome(error), TCSES_OUTCOME_UNKNOWN);
    tcses_error_free(error);
}

/* ---- cancel ---- */

static void count_wake(void *ctx)
{
    ((probe *)ctx)->wakes++;
}

static tcses_status cancel_meanwhile(probe *p, tcses_http_request *request, tcses_http_response *response)
{
    (void)response;
    tcses_http_request_on_cancel(request, count_wake, p);
    /* The second takes the first one's place. */
    tcses_http_request_on_cancel(request, count_wake, p);
    assert_int_equal(tcses_http_request_is_cancelled(request), 0);
    tcses_cancel_trigger(p->cancel);
    assert_int_equal(tcses_http_request_is_cancelled(request), 1);
    assert_int_equal(p->wakes, 1);
    tcses_http_request_on_cancel(request, NULL, NULL);
    /* Who asks late is told at once. */
    tcses_http_request_on_cancel(request, count_wake, p);
    assert_int_equal(p->wakes, 2);
    tcses_http_response_set_stage(response, TCSES_STAGE_UNSENT);
    return TCSES_ERR_CANCELLED;
}

static tcses_status leave_wake(probe *p, tcses_http_request *request, tcses_http_response *response)
{
    (void)response;
    tcses_http_request_on_cancel(request, count_wake, p);
    return TCSES_ERR_NETWORK;
}

static tcses_status cancel_afterwards(probe *p, tcses_http_request *request, tcses_http_response *response)
{
    tcses_status status = tcses_transport_perform(p->inner, request, response);
    tcses_cancel_trigger(p->cancel);
    return status;
}

static void test_transport__wake_on_cancel(void **state)
{
    (void)state;
    probe p = {.run = cancel_meanwhile};
    tcses_call_options options = TCSES_CALL_OPTIONS_INIT;
    tcses_error *error = NULL;
    assert_int_equal(tcses_cancel_new(NULL, &p.cancel, NULL), TCSES_OK);
    options.cancel = p.cancel;
    assert_int_equal(call_through(&p, &options, &error), TCSES_ERR_CANCELLED);
    assert_int_equal(tcses_error_outcome(error), TCSES_OUTCOME_NOT_DONE);
    tcses_error_free(error);
    tcses_cancel_unref(p.cancel);
    /* A wake that was left behind is taken back when perform() returns. */
    probe inner = {.run = leave_wake};
    probe outer = {.run = cancel_afterwards, .inner = probe_transport(&inner)};
    assert_int_equal(tcses_cancel_new(NULL, &outer.cancel, NULL), TCSES_OK);
    options.cancel = outer.cancel;
    assert_int_equal(call_through(&outer, &options, NULL), TCSES_ERR_NETWORK);
    assert_int_equal(inner.calls, 1);
    assert_int_equal(inner.wakes, 0);
    assert_int_equal(inner.destroyed, 1);
    tcses_cancel_unref(outer.cancel);
}

/* ---- wrapping ---- */

static tcses_status pass_on(probe *p, tcses_http_request *request, tcses_http_response *response)
{
    tcses_status status = tcses_http_request_add_header(request, "X-Trace", "42");
    return status == TCSES_OK ? tcses_transport_perform(p->inner, request, response) : status;
}

static void test_transport__wraps_another(void **state)
{
    (void)state;
    tcses_mock *mock = NULL;
    tcses_mock_exchange exchange = TCSES_MOCK_EXCHANGE_INIT;
    assert_int_equal(tcses_mock_new(NULL, &mock, NULL), TCSES_OK);
    exchange.header = "X-Trace: 42";
    assert_int_equal(tcses_mock_expect(mock, &exchange, NULL), TCSES_OK);
    probe p = {.run = pass_on, .inner = tcses_transport_ref(tcses_mock_transport(mock))};
    assert_int_equal(call_through(&p, NULL, NULL), TCSES_OK);
    assert_int_equal(tcses_mock_verify(mock, NULL), TCSES_OK);
    /* What the inner one says about the stage holds. */
    exchange.failure = TCSES_ERR_NETWORK;
    exchange.failure_stage = TCSES_STAGE_UNSENT;
    assert_int_equal(tcses_mock_expect(mock, &exchange, NULL), TCSES_OK);
    probe q = {.run = pass_on, .inner = tcses_transport_ref(tcses_mock_transport(mock))};
    tcses_error *error = NULL;
    assert_int_equal(call_through(&q, NULL, &error), TCSES_ERR_NETWORK);
    assert_int_equal(tcses_error_outcome(error), TCSES_OUTCOME_NOT_DONE);
    tcses_error_free(error);
    tcses_mock_free(mock);
}

/* ---- the table ---- */

static void test_transport__tables_are_refused_by_field(void **state)
{
    (void)state;
    probe p = {.run = return_result};
    tcses_transport *transport = (tcses_transport *)(uintptr_t)1;
    tcses_error *error = NULL;
    tcses_transport_ops ops = TCSES_TRANSPORT_OPS_INIT;
    ops.destroy = probe_destroy;
    assert_int_equal(tcses_transport_new(&ops, &p, NULL, &transport, &error), TCSES_ERR_ARGUMENT);
    assert_null(transport);
    expect_error(error, TCSES_ERR_ARGUMENT, "ops.perform");
    ops.perform = probe_perform;
    ops.flags = 1;
    assert_int_equal(tcses_transport_new(&ops, &p, NULL, &transport, &error), TCSES_ERR_ARGUMENT);
    expect_error(error, TCSES_ERR_ARGUMENT, "ops.flags");
    ops.flags = 0;
    ops.size = 8;
    assert_int_equal(tcses_transport_new(&ops, &p, NULL, &transport, &error), TCSES_ERR_ARGUMENT);
    expect_error(error, TCSES_ERR_ARGUMENT, "ops");
    assert_int_equal(tcses_transport_new(NULL, &p, NULL, &transport, &error), TCSES_ERR_ARGUMENT);
    expect_error(error, TCSES_ERR_ARGUMENT, "ops");
    assert_int_equal(p.destroyed, 0);
    assert_null(tcses_transport_ref(NULL));
    tcses_transport_unref(NULL);
}

static void test_transport__may_repeat_by_retry_class(void **state)
{
    (void)state;
    static const struct {
        int32_t retry_class, may_repeat, calls;
    } classes[] = {{TCSES_RETRY_UNSET, 0, 1}, {TCSES_RETRY_CREATE, 0, 1}, {TCSES_RETRY_READ, 1, 2},
        {TCSES_RETRY_IDEMPOTENT, 0, 2}, {TCSES_RETRY_DELETE, 0, 2}, {TCSES_RETRY_SET, 0, 2}};
    for (size_t i = 0; i < COUNT_OF(classes); i++) {
        test_rig rig;
        tcses_call_request request = TCSES_CALL_REQUEST_INIT;
        request.action = "Any";
        request.retry_class = classes[i].retry_class;
        rig_init(&rig);
        probe p = {.run = return_result, .result = TCSES_ERR_NETWORK};
        rig.options.transport = probe_transport(&p);
        rig.options.max_attempts = 2;
        rig_open(&rig);
        tcses_transport_unref(rig.options.transport);
        assert_int_equal(tcses_call(rig.client, &request, NULL, NULL, NULL), TCSES_ERR_NETWORK);
        assert_int_equal(p.may_repeat, classes[i].may_repeat);
        assert_int_equal(p.calls, classes[i].calls);
        rig_free(&rig);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_transport__what_perform_reads),
        cmocka_unit_test(test_transport__added_headers),
        cmocka_unit_test(test_transport__what_perform_fills_in),
        cmocka_unit_test(test_transport__results),
        cmocka_unit_test(test_transport__wake_on_cancel),
        cmocka_unit_test(test_transport__wraps_another),
        cmocka_unit_test(test_transport__tables_are_refused_by_field),
        cmocka_unit_test(test_transport__may_repeat_by_retry_class),
    };
    return cmocka_run_group_tests_name("transport", tests, NULL, NULL);
}
