/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * tcses_call(): any action of any service.
 */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>

static tcses_status call_action(test_rig *rig, const tcses_call_request *request, tcses_error **error)
{
    return tcses_call(rig->client, request, NULL, NULL, error);
}

static void expect_header(test_rig *rig, size_t index, const char *name, const char *value)
{
    const char *given = tcses_mock_request_header(rig->mock, index, name);
    if (value == NULL)
        assert_null(given);
    else if (given == NULL)
        fail_msg("no header %s", name);
    else
        assert_string_equal(given, value);
}

static void test_call__defaults(void **state)
{
    (void)state;
    test_rig rig;
    rig_init(&rig);
    rig_open(&rig);
    rig_answer(&rig, NULL, "{\"Response\":{\"RequestId\":\"r\",\"Volumes\":[]}}");
    tcses_call_request request = TCSES_CALL_REQUEST_INIT;
    request.action = "GetStatisticsReport";
    const tcses_call_response *response = NULL;
    tcses_error *error = NULL;
    assert_int_equal(tcses_call(rig.client, &request, NULL, &response, &error), TCSES_OK);
    assert_null(error);
    assert_int_equal(response->size, sizeof *response);
    assert_string_equal(response->request_id, "r");
    assert_string_equal(response->raw_json, "{\"Response\":{\"RequestId\":\"r\",\"Volumes\":[]}}");
    assert_int_equal(response->raw_json_length, strlen(response->raw_json));
    tcses_call_response_free(response);
    tcses_call_response_free(NULL);
    expect_header(&rig, 0, "X-TC-Action", "GetStatisticsReport");
    expect_header(&rig, 0, "X-TC-Version", "2020-10-02");
    expect_header(&rig, 0, "X-TC-Region", "ap-guangzhou");
    expect_header(&rig, 0, "Host", "ses.tencentcloudapi.com");
    assert_string_equal(tcses_mock_request_body(rig.mock, 0), "{}");
    assert_non_null(strstr(tcses_mock_request_header(rig.mock, 0, "Authorization"), "/2025-01-01/ses/tc3_request"));
    rig_free(&rig);
}

static void test_call__another_service(void **state)
{
    (void)state;
    test_rig rig;
    rig_init(&rig);
    rig.options.endpoint = "http://ses.localhost:8080";
    rig_open(&rig);
    rig_answer(&rig, "GetCallerIdentity", NULL);
    rig_answer(&rig, "GetCallerIdentity", NULL);
    rig_answer(&rig, "ListEmailAddress", NULL);
    tcses_call_request request = TCSES_CALL_REQUEST_INIT;
    request.service = "sts";
    request.version = "2018-08-13";
    request.action = "GetCallerIdentity";
    request.region = "";
    assert_int_equal(call_action(&rig, &request, NULL), TCSES_OK);
    expect_header(&rig, 0, "Host", "sts.tencentcloudapi.com");
    expect_header(&rig, 0, "X-TC-Version", "2018-08-13");
    expect_header(&rig, 0, "X-TC-Region", NULL);
    assert_non_null(strstr(tcses_mock_request_header(rig.mock, 0, "Authorization"), "/2025-01-01/sts/tc3_request"));
    request.endpoint = "https://sts.internal.example:8443";
    request.region = "ap-shanghai";
    assert_int_equal(call_action(&rig, &request, NULL), TCSES_OK);
    expect_header(&rig, 1, "Host", "sts.internal.example:8443");
    expect_header(&rig, 1, "X-TC-Region", "ap-shanghai");
    tcses_call_request ses = TCSES_CALL_REQUEST_INIT;
    ses.action = "ListEmailAddress";
    assert_int_equal(call_action(&rig, &ses, NULL), TCSES_OK);
    expect_header(&rig, 2, "Host", "ses.localhost:8080");
    rig_free(&rig);
}

/* The region of the request beats that of the options, which beats the client's. */
static void test_call__regions(void **state)
{
    (void)state;
    test_rig rig;
    rig_init(&rig);
    rig_open(&rig);
    tcses_call_options options = TCSES_CALL_OPTIONS_INIT;
    tcses_call_request request = TCSES_CALL_REQUEST_INIT;
    request.action = "Any";
    for (int i = 0; i < 4; i++)
        rig_answer(&rig, "Any", NULL);
    options.region = "ap-hongkong";
    assert_int_equal(tcses_call(rig.client, &request, &options, NULL, NULL), TCSES_OK);
    request.region = "ap-shanghai";
    assert_int_equal(tcses_call(rig.client, &request, &options, NULL, NULL), TCSES_OK);
    request.region = "";
    assert_int_equal(tcses_call(rig.client, &request, &options, NULL, NULL), TCSES_OK);
    request.region = NULL;
    options.region = "";
    assert_int_equal(tcses_call(rig.client, &request, &options, NULL, NULL), TCSES_OK);
    expect_header(&rig, 0, "X-TC-Region", "ap-hongkong");
    expect_header(&rig, 1, "X-TC-Region", "ap-shanghai");
    expect_header(&rig, 2, "X-TC-Region", NULL);
    expect_header(&rig, 3, "X-TC-Region", NULL);
    rig_free(&rig);
}

static void test_call__body_goes_out_byte_for_byte(void **state)
{
    (void)state;
    static const char body[] = " {\r\n\t\"B\" : 1.50e+1 , \"A\":[ ], \"\\u4e0d\":\"\xE4\xB8\x8D\\/\"}\n";
    test_rig rig;
    rig_init(&rig);
    rig_open(&rig);
    rig_answer(&rig, "Any", NULL);
    rig_answer(&rig, "Any", NULL);
    tcses_call_request request = TCSES_CALL_REQUEST_INIT;
    request.action = "Any";
    request.body = body;
    request.body_length = strlen(body);
    assert_int_equal(call_action(&rig, &request, NULL), TCSES_OK);
    assert_int_equal(tcses_mock_request_body_length(rig.mock, 0), strlen(body));
    assert_memory_equal(tcses_mock_request_body(rig.mock, 0), body, strlen(body));
    /* Only the bytes that were given count. */
    request.body = "{}{}";
    request.body_length = 2;
    assert_int_equal(call_action(&rig, &request, NULL), TCSES_OK);
    assert_string_equal(tcses_mock_request_body(rig.mock, 1), "{}");
    rig_free(&rig);
}

static void test_call__arguments_are_refused_by_name(void **state)
{
    (void)state;
    test_rig rig;
    rig_init(&rig);
    rig_open(&rig);
    static const tcses_call_request good = {sizeof good, NULL, NULL, "Any", NULL, NULL, NULL, 0, 0, 0};
    tcses_call_request request;
    tcses_error *error = NULL;
#define REFUSED(change, at)                                                        \
    do {                                                                           \
        request = good;                                                            \
        change;                                                                    \
        assert_int_equal(call_action(&rig, &request, &error), TCSES_ERR_ARGUMENT); \
        expect_error(error, TCSES_ERR_ARGUMENT, at);                               \
    } while (0)
    REFUSED(request.size = 8, "request");
    REFUSED(request.action = NULL, "action");
    REFUSED(request.action = "", "action");
    REFUSED(request.action = "A\r\nX: y", "action");
    REFUSED(request.service = "", "service");
    REFUSED((request.service = "s/x", request.version = "1"), "service");
    REFUSED(request.service = "sts", "version");
    REFUSED(request.version = "", "version");
    REFUSED(request.version = "2020 10 02", "version");
    REFUSED(request.region = "a\nb", "region");
    REFUSED(request.endpoint = "http://x/y", "endpoint");
    REFUSED(request.endpoint = "", "endpoint");
    REFUSED(request.retry_class = -1, "retry_class");
    REFUSED(request.retry_class = 6, "retry_class");
    REFUSED(request.reserved = 1, "reserved");
    REFUSED(request.body_length = 1, "body_length");
    REFUSED((request.body = "", request.body_length = 0), "body");
    REFUSED((request.body = "[]", request.body_length = 2), "body");
    REFUSED((request.body = "{\"a\":}", request.body_length = 6), "body");
    REFUSED((request.body = "{\"a\":1,\"a\":2}", request.body_length = 13), "body");
    REFUSED((request.body = "{} x", request.body_length = 4), "body");
    REFUSED((request.body = "{}", request.body_length = 10485761), "body");
#undef REFUSED
    assert_int_equal(tcses_call(NULL, &good, NULL, NULL, &error), TCSES_ERR_ARGUMENT);
    expect_error(error, TCSES_ERR_ARGUMENT, "client");
    const tcses_call_response *response = (const void *)(uintptr_t)1;
    assert_int_equal(tcses_call(rig.client, NULL, NULL, &response, &error), TCSES_ERR_ARGUMENT);
    assert_null(response);
    expect_error(error, TCSES_ERR_ARGUMENT, "request");
    assert_int_equal(tcses_mock_requests_count(rig.mock), 0);
    rig_free(&rig);
}

/* How often an unknown outcome is tried: 4 where it may be repeated. */
static int32_t attempts_after_unknown(const char *service, const char *action, int32_t retry_class)
{
    test_rig rig;
    tcses_call_request request = TCSES_CALL_REQUEST_INIT;
    tcses_error *error = NULL;
    rig_init(&rig);
    rig_open(&rig);
    for (int i = 0; i < 4; i++)
        rig_fail(&rig, action, TCSES_ERR_NETWORK, TCSES_STAGE_SENT);
    request.service = service;
    request.version = "2020-10-02";
    request.action = action;
    request.retry_class = retry_class;
    assert_int_equal(call_action(&rig, &request, &error), TCSES_ERR_NETWORK);
    int32_t attempts = tcses_error_attempts(error);
    tcses_error_free(error);
    tcses_client_free(rig.client);
    tcses_mock_free(rig.mock);
    return attempts;
}

static void test_call__retry_classes(void **state)
{
    (void)state;
    static const char *const once[] = {
        "CreateEmailIdentity", "CreateEmailAddress", "CreateAddressUnsubscribeConfig", "SendEmail", "getemailidentity"};
    static const char *const again[] = {"GetEmailIdentity", "ListEmailIdentities", "UpdateEmailIdentity",
        "DeleteEmailIdentity", "ListEmailAddress", "DeleteEmailAddress", "UpdateEmailSmtpPassWord",
        "UpdateAddressUnsubscribeConfig", "DeleteAddressUnsubscribeConfig", "ListAddressUnsubscribeConfig"};
    for (size_t i = 0; i < COUNT_OF(once); i++)
        assert_int_equal(attempts_after_unknown(NULL, once[i], TCSES_RETRY_UNSET), 1);
    for (size_t i = 0; i < COUNT_OF(again); i++)
        assert_int_equal(attempts_after_unknown(NULL, again[i], TCSES_RETRY_UNSET), 4);
    /* The caller knows better; and another service's action is not ours. */
    assert_int_equal(attempts_after_unknown(NULL, "SendEmail", TCSES_RETRY_IDEMPOTENT), 4);
    assert_int_equal(attempts_after_unknown(NULL, "GetEmailIdentity", TCSES_RETRY_CREATE), 1);
    assert_int_equal(attempts_after_unknown("sts", "GetEmailIdentity", TCSES_RETRY_UNSET), 1);
}

static void test_call__refusal_and_unreadable_answer(void **state)
{
    (void)state;
    test_rig rig;
    rig_init(&rig);
    rig_open(&rig);
    tcses_call_request request = TCSES_CALL_REQUEST_INIT;
    request.action = "SendEmail";
    const tcses_call_response *response = NULL;
    tcses_error *error = NULL;
    rig_refuse(&rig, "SendEmail", "FailedOperation.FrequencyLimit");
    assert_int_equal(tcses_call(rig.client, &request, NULL, &response, &error), TCSES_ERR_API);
    assert_null(response);
    assert_string_equal(tcses_error_code(error), "FailedOperation.FrequencyLimit");
    assert_string_equal(tcses_error_action(error), "SendEmail");
    tcses_error_free(error);
    rig_answer(&rig, "SendEmail", "[]");
    assert_int_equal(tcses_call(rig.client, &request, NULL, &response, &error), TCSES_ERR_RESPONSE);
    assert_int_equal(tcses_error_outcome(error), TCSES_OUTCOME_UNKNOWN);
    expect_error(error, TCSES_ERR_RESPONSE, "Response");
    rig_free(&rig);
}

static void test_call__large_body_and_answer(void **state)
{
    (void)state;
    size_t length = 1 << 20;
    char *body = malloc(length + 1);
    char *answer = malloc(length + 64);
    assert_non_null(body);
    assert_non_null(answer);
    memset(body, 'b', length);
    memcpy(body, "{\"a\":\"", 6);
    memcpy(body + length - 2, "\"}", 3);
    int answer_length = snprintf(answer, length + 64, "{\"Response\":%s}", body);
    test_rig rig;
    rig_init(&rig);
    rig_open(&rig);
    rig_answer(&rig, "Any", answer);
    tcses_call_request request = TCSES_CALL_REQUEST_INIT;
    request.action = "Any";
    request.body = body;
    request.body_length = length;
    const tcses_call_response *response = NULL;
    assert_int_equal(tcses_call(rig.client, &request, NULL, &response, NULL), TCSES_OK);
    assert_int_equal(tcses_mock_request_body_length(rig.mock, 0), length);
    assert_int_equal(response->raw_json_length, answer_length);
    assert_string_equal(response->raw_json, answer);
    assert_null(response->request_id);
    tcses_call_response_free(response);
    rig_free(&rig);
    free(body);
    free(answer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_call__defaults),
        cmocka_unit_test(test_call__another_service),
        cmocka_unit_test(test_call__regions),
        cmocka_unit_test(test_call__body_goes_out_byte_for_byte),
        cmocka_unit_test(test_call__arguments_are_refused_by_name),
        cmocka_unit_test(test_call__retry_classes),
        cmocka_unit_test(test_call__refusal_and_unreadable_answer),
        cmocka_unit_test(test_call__large_body_and_answer),
    };
    return cmocka_run_group_tests_name("call", tests, NULL, NULL);
}
