/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * A client's options, and the course of its calls as a user sees them: through public functions and the mock.
 */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>

#define CREATE "CreateEmailIdentity"
#define GET "GetEmailIdentity"
#define DELETE "DeleteEmailAddress"
#define PASSWORD "UpdateEmailSmtpPassWord"

static tcses_status create_domain(test_rig *rig, const tcses_call_options *options, tcses_error **error)
{
    tcses_create_email_identity_request request = TCSES_CREATE_EMAIL_IDENTITY_REQUEST_INIT;
    request.email_identity = "mail.example.com";
    return tcses_create_email_identity(rig->client, &request, options, NULL, error);
}

static tcses_status get_domain(test_rig *rig, const tcses_call_options *options, tcses_error **error)
{
    tcses_get_email_identity_request request = TCSES_GET_EMAIL_IDENTITY_REQUEST_INIT;
    request.email_identity = "mail.example.com";
    return tcses_get_email_identity(rig->client, &request, options, NULL, error);
}

static tcses_status delete_address(test_rig *rig, tcses_error **error)
{
    tcses_delete_email_address_request request = TCSES_DELETE_EMAIL_ADDRESS_REQUEST_INIT;
    request.email_address = "service@mail.example.com";
    return tcses_delete_email_address(rig->client, &request, NULL, NULL, error);
}

static tcses_status set_password(test_rig *rig, tcses_error **error)
{
    tcses_update_email_smtp_password_request request = TCSES_UPDATE_EMAIL_SMTP_PASSWORD_REQUEST_INIT;
    request.email_address = "service@mail.example.com";
    request.password = "Geheim12Wort";
    return tcses_update_email_smtp_password(rig->client, &request, NULL, NULL, error);
}

/* ---- what is sent ---- */

static void expect_header(test_rig *rig, size_t index, const char *name, const char *value)
{
    const char *given = tcses_mock_request_header(rig->mock, index, name);
    if (value == NULL) {
        assert_null(given);
    } else {
        assert_non_null(given);
        assert_string_equal(given, value);
    }
}

static void test_client__headers_of_a_call(void **state)
{
    (void)state;
    test_rig rig;
    rig_init(&rig);
    rig.options.user_agent = "my-app 1.0";
    rig.options.language = "zh-CN";
    rig_open(&rig);
    assert_string_equal(tcses_client_region(rig.client), "ap-guangzhou");
    rig_answer(&rig, GET, NULL);
    assert_int_equal(get_domain(&rig, NULL, NULL), TCSES_OK);
    expect_header(&rig, 0, "Content-Type", "application/json");
    expect_header(&rig, 0, "Host", "ses.tencentcloudapi.com");
    expect_header(&rig, 0, "X-TC-Action", GET);
    expect_header(&rig, 0, "X-TC-Version", "2020-10-02");
    expect_header(&rig, 0, "X-TC-Timestamp", "1735689600");
    expect_header(&rig, 0, "X-TC-Region", "ap-guangzhou");
    expect_header(&rig, 0, "X-TC-Language", "zh-CN");
    expect_header(&rig, 0, "X-TC-Token", NULL);
    char client[64];
    snprintf(client, sizeof client, "libtcses_%s, my-app 1.0", tcses_version());
    expect_header(&rig, 0, "X-TC-RequestClient", client);
    /* The signature is that of the bytes that were sent. */
    tcses_signer *signer = NULL;
    tcses_sign_header type = {sizeof type, "content-type", "application/json"};
    tcses_sign_header host = {sizeof host, "host", "ses.tencentcloudapi.com"};
    const tcses_sign_header *const headers[] = {&host, &type};
    tcses_sign_request request = TCSES_SIGN_REQUEST_INIT;
    request.secret_id = RIG_SECRET_ID;
    request.secret_key = RIG_SECRET_KEY;
    request.service = "ses";
    request.headers = headers;
    request.headers_count = 2;
    request.payload = tcses_mock_request_body(rig.mock, 0);
    request.payload_length = tcses_mock_request_body_length(rig.mock, 0);
    request.timestamp = RIG_WALL_SECONDS;
    assert_int_equal(tcses_signer_new(NULL, &signer, NULL), TCSES_OK);
    assert_int_equal(tcses_signer_sign(signer, &request, NULL), TCSES_OK);
    expect_header(&rig, 0, "Authorization", tcses_signer_authorization(signer));
    tcses_signer_free(signer);
    rig_free(&rig);
}

static void test_client__token_is_sent_and_options_override(void **state)
{
    (void)state;
    test_rig rig;
    tcses_credentials *credentials = NULL;
    rig_init(&rig);
    assert_int_equal(tcses_credentials_new_static("id", "key", "Token+/=", NULL, &credentials, NULL), TCSES_OK);
    rig.options.credentials = credentials;
    rig.options.endpoint = "http://127.0.0.1:8080/";
    rig_open(&rig);
    tcses_credentials_unref(credentials);
    tcses_call_options options = TCSES_CALL_OPTIONS_INIT;
    options.region = "ap-hongkong";
    rig_answer(&rig, GET, NULL);
    assert_int_equal(get_domain(&rig, &options, NULL), TCSES_OK);
    expect_header(&rig, 0, "X-TC-Token", "Token+/=");
    expect_header(&rig, 0, "X-TC-Region", "ap-hongkong");
    expect_header(&rig, 0, "Host", "127.0.0.1:8080");
    expect_header(&rig, 0, "X-TC-Language", NULL);
    rig_free(&rig);
}

/* ---- repeating ---- */

static void test_client__repeats_a_throttled_create(void **state)
{
    (void)state;
    test_rig rig;
    rig_init(&rig);
    rig_open(&rig);
    rig_refuse(&rig, CREATE, "RequestLimitExceeded");
    rig_fail(&rig, CREATE, TCSES_ERR_NETWORK, TCSES_STAGE_UNSENT);
    rig_answer(&rig, CREATE, NULL);
    tcses_error *error = NULL;
    assert_int_equal(create_domain(&rig, NULL, &error), TCSES_OK);
    assert_null(error);
    assert_int_equal(tcses_mock_requests_count(rig.mock), 3);
    /* Full jitter may come out as no pause at all; the service has also taught its limit. */
    assert_true(rig.clock.waits <= 4);
    for (size_t i = 0; i < rig.clock.waits; i++)
        assert_true(rig.clock.pauses[i] <= 500);
    assert_string_equal(tcses_mock_request_body(rig.mock, 0), tcses_mock_request_body(rig.mock, 2));
    rig_free(&rig);
}

/* Every attempt is signed by the clock of its own time. */
static void test_client__signs_every_attempt_anew(void **state)
{
    (void)state;
    test_rig rig;
    rig_init(&rig);
    rig.options.timeout_ms = INT32_MAX;
    rig.options.max_attempts = 12;
    rig_open(&rig);
    for (int i = 0; i < 11; i++)
        rig_refuse(&rig, CREATE, "RequestLimitExceeded");
    rig_answer(&rig, CREATE, NULL);
    assert_int_equal(create_domain(&rig, NULL, NULL), TCSES_OK);
    assert_int_equal(tcses_mock_requests_count(rig.mock), 12);
    int64_t waited = (rig.clock.wall_ms - RIG_WALL_SECONDS * 1000LL);
    long long last = atoll(tcses_mock_request_header(rig.mock, 11, "X-TC-Timestamp"));
    assert_int_equal(last, RIG_WALL_SECONDS + waited / 1000);
    assert_true(last > RIG_WALL_SECONDS);
    assert_string_not_equal(tcses_mock_request_header(rig.mock, 0, "Authorization"),
        tcses_mock_request_header(rig.mock, 11, "Authorization"));
    rig_free(&rig);
}

static void test_client__does_not_repeat_a_create_of_unknown_outcome(void **state)
{
    (void)state;
    test_rig rig;
    rig_init(&rig);
    rig_open(&rig);
    rig_fail(&rig, CREATE, TCSES_ERR_NETWORK, TCSES_STAGE_SENT);
    tcses_error *error = NULL;
    assert_int_equal(create_domain(&rig, NULL, &error), TCSES_ERR_NETWORK);
    assert_int_equal(tcses_error_outcome(error), TCSES_OUTCOME_UNKNOWN);
    assert_int_equal(tcses_error_attempts(error), 1);
    assert_int_equal(tcses_error_http_status(error), 0);
    assert_int_equal(tcses_error_retryable(error), TCSES_FALSE);
    assert_string_equal(tcses_error_transport_text(error), "failure of the script");
    assert_non_null(strstr(tcses_error_hint(error), "Read back"));
    assert_null(tcses_error_code(error));
    assert_null(tcses_error_request_id(error));
    expect_error(error, TCSES_ERR_NETWORK, NULL);
    rig_free(&rig);
}

static void test_client__repeats_a_read_of_unknown_outcome(void **state)
{
    (void)state;
    test_rig rig;
    rig_init(&rig);
    rig_open(&rig);
    rig_fail(&rig, GET, TCSES_ERR_NETWORK, TCSES_STAGE_SENT);
    rig_fail(&rig, GET, TCSES_ERR_TIMEOUT, TCSES_STAGE_SENT);
    rig_refuse(&rig, GET, "InternalError");
    rig_answer(&rig, GET, NULL);
    assert_int_equal(get_domain(&rig, NULL, NULL), TCSES_OK);
    rig_free(&rig);
}

static void test_client__attempts_of_the_call_beat_those_of_the_client(void **state)
{
    (void)state;
    test_rig rig;
    rig_init(&rig);
    rig.options.max_attempts = 3;
    rig_open(&rig);
    tcses_call_options once = TCSES_CALL_OPTIONS_INIT;
    tcses_error *error = NULL;
    once.max_attempts = 1;
    for (int i = 0; i < 4; i++)
        rig_fail(&rig, GET, TCSES_ERR_NETWORK, TCSES_STAGE_UNSENT);
    assert_int_equal(get_domain(&rig, &once, &error), TCSES_ERR_NETWORK);
    assert_int_equal(tcses_error_attempts(error), 1);
    assert_int_equal(tcses_error_retryable(error), TCSES_TRUE);
    tcses_error_free(error);
    assert_int_equal(get_domain(&rig, NULL, &error), TCSES_ERR_NETWORK);
    assert_int_equal(tcses_error_attempts(error), 3);
    assert_int_equal(tcses_error_outcome(error), TCSES_OUTCOME_NOT_DONE);
    tcses_error_free(error);
    rig_free(&rig);
}

static void test_client__a_delete_that_was_done_after_all(void **state)
{
    (void)state;
    test_rig rig;
    rig_init(&rig);
    rig_open(&rig);
    rig_fail(&rig, DELETE, TCSES_ERR_TIMEOUT, TCSES_STAGE_SENT);
    rig_refuse(&rig, DELETE, TCSES_CODE_NO_SUCH_SENDER);
    tcses_delete_email_address_request request = TCSES_DELETE_EMAIL_ADDRESS_REQUEST_INIT;
    request.email_address = "service@mail.example.com";
    const tcses_delete_email_address_response *response = NULL;
    tcses_error *error = NULL;
    assert_int_equal(tcses_delete_email_address(rig.client, &request, NULL, &response, &error), TCSES_OK);
    assert_null(error);
    assert_non_null(response);
    assert_string_equal(response->request_id, "id-of-error");
    tcses_delete_email_address_response_free(response);
    rig_refuse(&rig, DELETE, TCSES_CODE_NO_SUCH_SENDER);
    assert_int_equal(delete_address(&rig, &error), TCSES_ERR_API);
    assert_int_equal(tcses_error_outcome(error), TCSES_OUTCOME_NOT_DONE);
    expect_error(error, TCSES_ERR_API, NULL);
    rig_free(&rig);
}

static void test_client__a_password_that_was_set_after_all(void **state)
{
    (void)state;
    test_rig rig;
    rig_init(&rig);
    rig_open(&rig);
    rig_refuse(&rig, PASSWORD, "InternalError");
    rig_refuse(&rig, PASSWORD, TCSES_CODE_REPEAT_PASSWORD);
    assert_int_equal(set_password(&rig, NULL), TCSES_OK);
    rig_refuse(&rig, PASSWORD, "RequestLimitExceeded");
    rig_refuse(&rig, PASSWORD, TCSES_CODE_REPEAT_PASSWORD);
    tcses_error *error = NULL;
    assert_int_equal(set_password(&rig, &error), TCSES_ERR_API);
    assert_string_equal(tcses_error_code(error), TCSES_CODE_REPEAT_PASSWORD);
    tcses_error_free(error);
    rig_free(&rig);
}

/* ---- the error ---- */

static void test_client__error_of_a_refusal_is_complete(void **state)
{
    (void)state;
    test_rig rig;
    rig_init(&rig);
    rig_open(&rig);
    rig_fail(&rig, CREATE, TCSES_ERR_NETWORK, TCSES_STAGE_UNSENT);
    rig_refuse(&rig, CREATE, TCSES_CODE_EXCEED_DOMAIN_LIMIT);
    tcses_error *error = NULL;
    assert_int_equal(create_domain(&rig, NULL, &error), TCSES_ERR_API);
    assert_int_equal(tcses_error_status(error), TCSES_ERR_API);
    assert_string_equal(tcses_error_code(error), TCSES_CODE_EXCEED_DOMAIN_LIMIT);
    assert_string_equal(tcses_error_message(error), TCSES_CODE_EXCEED_DOMAIN_LIMIT ": words of the service");
    assert_string_equal(tcses_error_action(error), "CreateEmailIdentity");
    assert_string_equal(tcses_error_request_id(error), "id-of-error");
    assert_int_equal(tcses_error_http_status(error), 200);
    assert_int_equal(tcses_error_attempts(error), 2);
    assert_int_equal(tcses_error_outcome(error), TCSES_OUTCOME_NOT_DONE);
    assert_int_equal(tcses_error_retryable(error), TCSES_FALSE);
    assert_non_null(strstr(tcses_error_hint(error), "ten domains"));
    assert_null(tcses_error_field(error));
    /* Nothing is left of the attempt before. */
    assert_null(tcses_error_transport_text(error));
    assert_int_equal(tcses_error_transport_code(error), 0);
    tcses_error_free(error);
    rig_free(&rig);
}

static void test_client__error_of_a_gateway(void **state)
{
    (void)state;
    test_rig rig;
    rig_init(&rig);
    rig_open(&rig);
    tcses_mock_exchange exchange = TCSES_MOCK_EXCHANGE_INIT;
    exchange.http_status = 403;
    exchange.response_body = "<html>no</html>";
    assert_int_equal(tcses_mock_expect(rig.mock, &exchange, NULL), TCSES_OK);
    exchange.http_status = 502;
    assert_int_equal(tcses_mock_expect(rig.mock, &exchange, NULL), TCSES_OK);
    tcses_error *error = NULL;
    assert_int_equal(create_domain(&rig, NULL, &error), TCSES_ERR_HTTP);
    assert_int_equal(tcses_error_http_status(error), 403);
    assert_int_equal(tcses_error_outcome(error), TCSES_OUTCOME_NOT_DONE);
    tcses_error_free(error);
    assert_int_equal(create_domain(&rig, NULL, &error), TCSES_ERR_HTTP);
    assert_int_equal(tcses_error_http_status(error), 502);
    assert_int_equal(tcses_error_outcome(error), TCSES_OUTCOME_UNKNOWN);
    tcses_error_free(error);
    rig_free(&rig);
}

/* What answers carried stays known when the last attempt brought none. */
static void test_client__error_after_an_answer_and_then_none(void **state)
{
    (void)state;
    test_rig rig;
    rig_init(&rig);
    rig.options.max_attempts = 3;
    rig_open(&rig);
    rig_answer(
        &rig, NULL, "{\"Response\":{\"Error\":{\"Code\":\"InternalError\",\"Message\":\"m\"},\"RequestId\":\"r1\"}}");
    tcses_mock_exchange exchange = TCSES_MOCK_EXCHANGE_INIT;
    exchange.http_status = 503;
    exchange.response_body = "<html>busy</html>";
    assert_int_equal(tcses_mock_expect(rig.mock, &exchange, NULL), TCSES_OK);
    rig_fail(&rig, NULL, TCSES_ERR_NETWORK, TCSES_STAGE_UNSENT);
    tcses_error *error = NULL;
    assert_int_equal(tcses_list_email_address(rig.client, NULL, NULL, NULL, &error), TCSES_ERR_NETWORK);
    assert_int_equal(tcses_error_http_status(error), 503);
    assert_string_equal(tcses_error_request_id(error), "r1");
    assert_null(tcses_error_code(error));
    assert_int_equal(tcses_error_outcome(error), TCSES_OUTCOME_UNKNOWN);
    assert_int_equal(tcses_error_retryable(error), TCSES_TRUE);
    tcses_error_free(error);
    rig_free(&rig);
}

static void test_client__an_answer_that_can_not_be_read_was_done_all_the_same(void **state)
{
    (void)state;
    test_rig rig;
    rig_init(&rig);
    rig_open(&rig);
    tcses_create_email_identity_request request = TCSES_CREATE_EMAIL_IDENTITY_REQUEST_INIT;
    request.email_identity = "mail.example.com";
    const tcses_create_email_identity_response *response = NULL;
    tcses_error *error = NULL;
    rig_answer(&rig, CREATE, "{\"Response\":{\"RequestId\":\"id\",\"Attributes\":[{},{},{\"Type\":[]}]}}");
    assert_int_equal(tcses_create_email_identity(rig.client, &request, NULL, &response, &error), TCSES_ERR_RESPONSE);
    assert_null(response);
    assert_int_equal(tcses_error_outcome(error), TCSES_OUTCOME_DONE);
    assert_int_equal(tcses_error_attempts(error), 1);
    assert_int_equal(tcses_error_http_status(error), 200);
    assert_string_equal(tcses_error_request_id(error), "id");
    expect_error(error, TCSES_ERR_RESPONSE, "Response.Attributes[2].Type");
    /* What is no JSON may have been cut off: nobody knows. */
    rig_answer(&rig, CREATE, "{\"Response\":{\"RequestId\":\"id\"");
    assert_int_equal(tcses_create_email_identity(rig.client, &request, NULL, &response, &error), TCSES_ERR_RESPONSE);
    assert_int_equal(tcses_error_outcome(error), TCSES_OUTCOME_UNKNOWN);
    expect_error(error, TCSES_ERR_RESPONSE, NULL);
    rig_free(&rig);
}

static void test_client__an_answer_larger_than_allowed(void **state)
{
    (void)state;
    test_rig rig;
    rig_init(&rig);
    rig.options.max_response_bytes = 40;
    rig_open(&rig);
    rig_answer(&rig, CREATE, "{\"Response\":{\"RequestId\":\"12345678901\"}}");
    rig_answer(&rig, CREATE, "{\"Response\":{\"RequestId\":\"123456789012\"}}");
    assert_int_equal(create_domain(&rig, NULL, NULL), TCSES_OK);
    tcses_error *error = NULL;
    assert_int_equal(create_domain(&rig, NULL, &error), TCSES_ERR_RESPONSE);
    assert_int_equal(tcses_error_outcome(error), TCSES_OUTCOME_UNKNOWN);
    expect_error(error, TCSES_ERR_RESPONSE, NULL);
    rig_free(&rig);
}

static void test_client__long_codes_and_ids_are_cut_whole(void **state)
{
    (void)state;
    test_rig rig;
    rig_init(&rig);
    rig_open(&rig);
    char code[201], body[512];
    for (size_t i = 0; i < 200; i += 2)
        memcpy(code + i, "\xC3\xA9", 2);
    code[200] = '\0';
    snprintf(body, sizeof body, "{\"Response\":{\"Error\":{\"Code\":\"a%s\"},\"RequestId\":\"b%s\"}}", code, code);
    rig_answer(&rig, CREATE, body);
    tcses_error *error = NULL;
    assert_int_equal(create_domain(&rig, NULL, &error), TCSES_ERR_API);
    assert_int_equal(strlen(tcses_error_code(error)), 127);
    assert_int_equal(strlen(tcses_error_request_id(error)), 127);
    assert_int_equal(tcses_error_code(error)[125], '\xC3');
    tcses_error_free(error);
    rig_free(&rig);
}

/* ---- time ---- */

static void add_expired(test_rig *rig, const char *date)
{
    tcses_mock_exchange exchange = TCSES_MOCK_EXCHANGE_INIT;
    char header[64];
    snprintf(header, sizeof header, "date: %s", date);
    exchange.response_header = date != NULL ? header : NULL;
    exchange.response_body =
        "{\"Response\":{\"Error\":{\"Code\":\"AuthFailure.SignatureExpire\",\"Message\":\"m\"},\"RequestId\":\"i\"}}";
    assert_int_equal(tcses_mock_expect(rig->mock, &exchange, NULL), TCSES_OK);
}

static void test_client__learns_the_clock_difference_for_later_calls(void **state)
{
    (void)state;
    test_rig rig;
    rig_init(&rig);
    rig_open(&rig);
    add_expired(&rig, "Wed, 01 Jan 2025 01:00:00 GMT");
    rig_answer(&rig, CREATE, NULL);
    rig_answer(&rig, GET, NULL);
    assert_int_equal(create_domain(&rig, NULL, NULL), TCSES_OK);
    assert_int_equal(rig.clock.waits, 0);
    expect_header(&rig, 0, "X-TC-Timestamp", "1735689600");
    expect_header(&rig, 1, "X-TC-Timestamp", "1735693200");
    rig.clock.wall_ms += 10000;
    assert_int_equal(get_domain(&rig, NULL, NULL), TCSES_OK);
    expect_header(&rig, 2, "X-TC-Timestamp", "1735693210");
    /* The machine's clock is set: the difference is replaced, not added to. */
    rig.clock.wall_ms = 1735693300 * 1000LL;
    add_expired(&rig, "Wed, 01 Jan 2025 01:01:35 GMT");
    rig_answer(&rig, GET, NULL);
    assert_int_equal(get_domain(&rig, NULL, NULL), TCSES_OK);
    expect_header(&rig, 4, "X-TC-Timestamp", "1735693295");
    rig_free(&rig);
}

static void test_client__no_date_no_correction(void **state)
{
    (void)state;
    test_rig rig;
    rig_init(&rig);
    rig_open(&rig);
    static const char *const dates[] = {NULL, "yesterday", "Wed, 01 Jan 2025 25:00:00 GMT"};
    for (size_t i = 0; i < COUNT_OF(dates); i++) {
        add_expired(&rig, dates[i]);
        tcses_error *error = NULL;
        assert_int_equal(get_domain(&rig, NULL, &error), TCSES_ERR_API);
        assert_int_equal(tcses_error_attempts(error), 1);
        assert_non_null(strstr(tcses_error_hint(error), "clock"));
        tcses_error_free(error);
    }
    rig_free(&rig);
}

static void test_client__corrects_the_clock_once_a_call(void **state)
{
    (void)state;
    test_rig rig;
    rig_init(&rig);
    rig_open(&rig);
    add_expired(&rig, "Wed, 01 Jan 2025 01:00:00 GMT");
    add_expired(&rig, "Wed, 01 Jan 2025 02:00:00 GMT");
    tcses_error *error = NULL;
    assert_int_equal(get_domain(&rig, NULL, &error), TCSES_ERR_API);
    assert_int_equal(tcses_error_attempts(error), 2);
    tcses_error_free(error);
    rig_free(&rig);
}

static void test_client__keeps_to_the_deadline(void **state)
{
    (void)state;
    test_rig rig;
    rig_init(&rig);
    rig.options.max_attempts = 1000;
    rig.options.timeout_ms = 3000;
    rig_open(&rig);
    for (int i = 0; i < 30; i++)
        rig_refuse(&rig, GET, "RequestLimitExceeded");
    int64_t begin = rig.clock.monotonic_ms;
    tcses_error *error = NULL;
    assert_int_equal(get_domain(&rig, NULL, &error), TCSES_ERR_API);
    assert_true(rig.clock.monotonic_ms - begin < 3000);
    assert_int_equal(tcses_error_retryable(error), TCSES_TRUE);
    assert_int_equal(tcses_error_attempts(error), tcses_mock_requests_count(rig.mock));
    assert_true(tcses_error_attempts(error) >= 2);
    tcses_error_free(error);
    tcses_client_free(rig.client);
    tcses_mock_free(rig.mock);
}

/* A transport that reads how much time it was given, and lets time pass. */
typedef struct slow_transport {
    test_clock *clock;
    int64_t takes_ms;
    int64_t left_ms[8];
    size_t calls;
} slow_transport;

static tcses_status slow_perform(void *ctx, tcses_http_request *request, tcses_http_response *response)
{
    slow_transport *slow = ctx;
    assert_true(slow->calls < COUNT_OF(slow->left_ms));
    slow->left_ms[slow->calls++] = tcses_http_request_time_left_ms(request);
    slow->clock->monotonic_ms += slow->takes_ms;
    tcses_http_response_set_stage(response, TCSES_STAGE_SENT);
    return TCSES_ERR_TIMEOUT;
}

static tcses_transport *slow_transport_new(slow_transport *slow)
{
    tcses_transport *transport = NULL;
    tcses_transport_ops ops = TCSES_TRANSPORT_OPS_INIT;
    ops.perform = slow_perform;
    assert_int_equal(tcses_transport_new(&ops, slow, NULL, &transport, NULL), TCSES_OK);
    return transport;
}

static void test_client__an_attempt_gets_its_share_of_the_time(void **state)
{
    (void)state;
    test_rig rig;
    rig_init(&rig);
    slow_transport slow = {.clock = &rig.clock, .takes_ms = 20000};
    rig.options.transport = slow_transport_new(&slow);
    rig.options.timeout_ms = 50000;
    rig_open(&rig);
    tcses_transport_unref(rig.options.transport);
    tcses_error *error = NULL;
    assert_int_equal(get_domain(&rig, NULL, &error), TCSES_ERR_TIMEOUT);
    assert_int_equal(tcses_error_outcome(error), TCSES_OUTCOME_UNKNOWN);
    assert_int_equal(tcses_error_attempts(error), 3);
    tcses_error_free(error);
    assert_int_equal(slow.left_ms[0], 20000);
    assert_int_equal(slow.left_ms[1], 20000);
    assert_true(slow.left_ms[2] <= 10000 && slow.left_ms[2] > 8000);
    tcses_call_options options = TCSES_CALL_OPTIONS_INIT;
    options.attempt_timeout_ms = 700;
    options.max_attempts = 1;
    assert_int_equal(get_domain(&rig, &options, NULL), TCSES_ERR_TIMEOUT);
    assert_int_equal(slow.left_ms[3], 700);
    options.timeout_ms = 300;
    assert_int_equal(get_domain(&rig, &options, NULL), TCSES_ERR_TIMEOUT);
    assert_int_equal(slow.left_ms[4], 300);
    rig_free(&rig);
}

/* ---- cancel ---- */

static void test_client__cancelled_before_and_while_waiting(void **state)
{
    (void)state;
    test_rig rig;
    tcses_cancel *before = NULL, *meanwhile = NULL;
    rig_init(&rig);
    rig_open(&rig);
    assert_int_equal(tcses_cancel_new(NULL, &before, NULL), TCSES_OK);
    assert_int_equal(tcses_cancel_new(NULL, &meanwhile, NULL), TCSES_OK);
    tcses_call_options options = TCSES_CALL_OPTIONS_INIT;
    tcses_error *error = NULL;
    tcses_cancel_trigger(before);
    options.cancel = before;
    assert_int_equal(get_domain(&rig, &options, &error), TCSES_ERR_CANCELLED);
    assert_int_equal(tcses_error_attempts(error), 0);
    assert_int_equal(tcses_error_outcome(error), TCSES_OUTCOME_NOT_DONE);
    expect_error(error, TCSES_ERR_CANCELLED, NULL);
    options.cancel = meanwhile;
    options.max_attempts = 1000;
    rig.clock.cancel_in_wait = meanwhile;
    for (int i = 0; i < 30; i++)
        rig_fail(&rig, GET, TCSES_ERR_NETWORK, TCSES_STAGE_SENT);
    assert_int_equal(get_domain(&rig, &options, &error), TCSES_ERR_CANCELLED);
    assert_int_equal(tcses_error_attempts(error), tcses_mock_requests_count(rig.mock));
    assert_int_equal(tcses_error_outcome(error), TCSES_OUTCOME_UNKNOWN);
    expect_error(error, TCSES_ERR_CANCELLED, NULL);
    assert_int_equal(rig.clock.waits, 1);
    tcses_cancel_unref(before);
    tcses_cancel_unref(meanwhile);
    tcses_client_free(rig.client);
    tcses_mock_free(rig.mock);
}

/* ---- fresh credentials ---- */

typedef struct token_source {
    int calls;
    int renewals;
    bool stuck; /* gives the same token for ever */
} token_source;

static tcses_status give_token(void *ctx, int32_t renew, tcses_credentials_answer *answer)
{
    token_source *source = ctx;
    char token[32];
    source->calls++;
    source->renewals += renew == TCSES_TRUE;
    snprintf(token, sizeof token, "token-%d", source->stuck ? 0 : source->renewals);
    return tcses_credentials_answer_set(answer, "id", "key", token);
}

static tcses_credentials *token_credentials(token_source *source)
{
    tcses_credentials *credentials = NULL;
    tcses_credentials_ops ops = TCSES_CREDENTIALS_OPS_INIT;
    ops.get = give_token;
    assert_int_equal(tcses_credentials_new_callback(&ops, source, NULL, &credentials, NULL), TCSES_OK);
    return credentials;
}

static void test_client__asks_for_a_new_token_once(void **state)
{
    (void)state;
    test_rig rig;
    token_source source = {0};
    rig_init(&rig);
    rig.options.credentials = token_credentials(&source);
    rig_open(&rig);
    tcses_credentials_unref(rig.options.credentials);
    rig_refuse(&rig, CREATE, "AuthFailure.TokenFailure");
    rig_answer(&rig, CREATE, NULL);
    assert_int_equal(create_domain(&rig, NULL, NULL), TCSES_OK);
    assert_int_equal(source.calls, 2);
    assert_int_equal(source.renewals, 1);
    expect_header(&rig, 0, "X-TC-Token", "token-0");
    expect_header(&rig, 1, "X-TC-Token", "token-1");
    rig_refuse(&rig, CREATE, "AuthFailure.TokenFailure");
    rig_refuse(&rig, CREATE, "AuthFailure.TokenFailure");
    tcses_error *error = NULL;
    assert_int_equal(create_domain(&rig, NULL, &error), TCSES_ERR_API);
    assert_string_equal(tcses_error_code(error), "AuthFailure.TokenFailure");
    assert_int_equal(tcses_error_attempts(error), 2);
    tcses_error_free(error);
    assert_int_equal(source.renewals, 2);
    rig_free(&rig);
}

static void test_client__the_same_token_is_not_tried_again(void **state)
{
    (void)state;
    test_rig rig;
    token_source source = {.stuck = true};
    rig_init(&rig);
    rig.options.credentials = token_credentials(&source);
    rig_open(&rig);
    tcses_credentials_unref(rig.options.credentials);
    rig_refuse(&rig, CREATE, "AuthFailure.TokenFailure");
    tcses_error *error = NULL;
    assert_int_equal(create_domain(&rig, NULL, &error), TCSES_ERR_API);
    assert_int_equal(tcses_error_attempts(error), 1);
    assert_int_equal(source.renewals, 1);
    tcses_error_free(error);
    rig_free(&rig);
}

static tcses_status give_nothing(void *ctx, int32_t renew, tcses_credentials_answer *answer)
{
    (void)renew;
    *(int *)ctx += 1;
    tcses_credentials_answer_explain(answer, "the vault is locked");
    return -77;
}

static void test_client__credentials_that_fail_send_nothing(void **state)
{
    (void)state;
    test_rig rig;
    int calls = 0;
    tcses_credentials *credentials = NULL;
    tcses_credentials_ops ops = TCSES_CREDENTIALS_OPS_INIT;
    ops.get = give_nothing;
    rig_init(&rig);
    assert_int_equal(tcses_credentials_new_callback(&ops, &calls, NULL, &credentials, NULL), TCSES_OK);
    rig.options.credentials = credentials;
    rig_open(&rig);
    tcses_credentials_unref(credentials);
    tcses_error *error = NULL;
    assert_int_equal(create_domain(&rig, NULL, &error), TCSES_ERR_CALLBACK);
    assert_non_null(strstr(tcses_error_message(error), "the vault is locked"));
    assert_non_null(strstr(tcses_error_message(error), "-77"));
    assert_int_equal(tcses_error_attempts(error), 0);
    assert_int_equal(tcses_error_outcome(error), TCSES_OUTCOME_NOT_DONE);
    expect_error(error, TCSES_ERR_CALLBACK, NULL);
    assert_int_equal(calls, 1);
    assert_int_equal(tcses_mock_requests_count(rig.mock), 0);
    rig_free(&rig);
}

/* ---- the log ---- */

static void test_client__log_tells_attempts_and_no_secrets(void **state)
{
    (void)state;
    test_rig rig;
    tcses_credentials *credentials = NULL;
    rig_init(&rig);
    assert_int_equal(
        tcses_credentials_new_static("AKIDlog", "KeyOfLog", "TokenOfLog", NULL, &credentials, NULL), TCSES_OK);
    rig.options.credentials = credentials;
    rig.options.max_attempts = 9;
    rig_open(&rig);
    tcses_credentials_unref(credentials);
    for (int i = 0; i < 7; i++)
        rig_refuse(&rig, PASSWORD, "RequestLimitExceeded");
    rig_fail(&rig, PASSWORD, TCSES_ERR_NETWORK, TCSES_STAGE_UNSENT);
    rig_answer(&rig, PASSWORD, NULL);
    assert_int_equal(set_password(&rig, NULL), TCSES_OK);
    assert_non_null(strstr(rig.log,
        "1 UpdateEmailSmtpPassWord attempt 1: API RequestLimitExceeded, HTTP 200, 0 ms, request id id-of-error\n"));
    assert_non_null(strstr(rig.log, "1 UpdateEmailSmtpPassWord attempt 8: NETWORK, HTTP 0, 0 ms, request id -\n"));
    assert_non_null(strstr(rig.log, "1 UpdateEmailSmtpPassWord attempt 9: OK, HTTP 200, 0 ms, request id mock-9\n"));
    assert_non_null(strstr(rig.log, "2 UpdateEmailSmtpPassWord waits "));
    static const char *const never[] = {
        "KeyOfLog", "AKIDlog", "TokenOfLog", "Geheim", "@", "service", "Signature", "Authorization", "words of"};
    for (size_t i = 0; i < COUNT_OF(never); i++)
        assert_null(strstr(rig.log, never[i]));
    rig_free(&rig);
}

static void test_client__log_levels(void **state)
{
    (void)state;
    for (int32_t level = TCSES_LOG_OFF; level <= TCSES_LOG_INFO; level++) {
        test_rig rig;
        rig_init(&rig);
        rig.options.log_level = level;
        rig_open(&rig);
        for (int i = 0; i < 3; i++)
            rig_refuse(&rig, GET, "RequestLimitExceeded");
        rig_answer(&rig, GET, NULL);
        assert_int_equal(get_domain(&rig, NULL, NULL), TCSES_OK);
        assert_null(strstr(rig.log, "waits"));
        assert_int_equal(strstr(rig.log, "attempt 4: OK") != NULL, level == TCSES_LOG_INFO);
        rig_free(&rig);
    }
    test_rig silent;
    rig_init(&silent);
    silent.options.log = NULL;
    rig_open(&silent);
    rig_answer(&silent, GET, NULL);
    assert_int_equal(get_domain(&silent, NULL, NULL), TCSES_OK);
    rig_free(&silent);
}

/* What the service sends must not make lines of the log: keep_line() refuses a newline. */
static void test_client__log_lines_can_not_be_forged(void **state)
{
    (void)state;
    test_rig rig;
    rig_init(&rig);
    rig_open(&rig);
    rig_answer(&rig, CREATE,
        "{\"Response\":{\"Error\":{\"Code\":\"A\\nforged\",\"Message\":\"m\"},\"RequestId\":\"i\\r\\nforged\"}}");
    tcses_error *error = NULL;
    assert_int_equal(create_domain(&rig, NULL, &error), TCSES_ERR_API);
    assert_non_null(strstr(rig.log, "attempt 1"));
    assert_null(strstr(rig.log, "\nforged"));
    tcses_error_free(error);
    rig_free(&rig);
}

/* ---- options ---- */

static void expect_options_refused(const tcses_client_options *options, const char *at)
{
    tcses_client *client = (tcses_client *)(uintptr_t)1;
    tcses_error *error = NULL;
    if (tcses_client_new(options, &client, &error) != TCSES_ERR_ARGUMENT)
        fail_msg("%s was not refused", at);
    assert_null(client);
    expect_error(error, TCSES_ERR_ARGUMENT, at);
}

static tcses_clock clock_without(size_t index)
{
    test_clock whole;
    test_clock_init(&whole, 0);
    tcses_clock c = whole.clock;
    if (index == 0)
        c.wall_ms = NULL;
    else if (index == 1)
        c.monotonic_ms = NULL;
    else
        c.wait = NULL;
    return c;
}

static const char *const bad_hosts[] = {"good.example", "http://bad/path"};
static const char *const no_hosts[] = {NULL};

static void test_client__options_are_refused_by_name(void **state)
{
    (void)state;
    test_rig rig;
    rig_init(&rig);
    tcses_credentials *credentials = NULL;
    assert_int_equal(tcses_credentials_new_static("id", "key", NULL, NULL, &credentials, NULL), TCSES_OK);
    tcses_client_options options;
#define REFUSED(change, at)                   \
    do {                                      \
        options = rig.options;                \
        options.credentials = credentials;    \
        change;                               \
        expect_options_refused(&options, at); \
    } while (0)
    char long_name[102];
    memset(long_name, 'a', sizeof long_name - 1);
    long_name[sizeof long_name - 1] = '\0';
    REFUSED(options.size = 8, "options");
    REFUSED(options.size = 4097, "options");
    REFUSED(options.region = "ap-guangzhou\r\nX-Evil: 1", "region");
    REFUSED(options.region = "ap guangzhou", "region");
    REFUSED(options.region = long_name, "region");
    REFUSED(options.language = "zh-CN\nX: y", "language");
    REFUSED(options.language = "\xC3\xA9", "language");
    REFUSED(options.user_agent = "app\r\nX-Evil: 1", "user_agent");
    REFUSED(options.user_agent = "app/1.0", "user_agent");
    REFUSED(options.user_agent = long_name, "user_agent");
    REFUSED(options.endpoint = "", "endpoint");
    REFUSED(options.endpoint = "ses.tencentcloudapi.com\r\nX: y", "endpoint");
    REFUSED(options.endpoint = "https://ses.tencentcloudapi.com/path", "endpoint");
    REFUSED(options.endpoint = "ftp://ses.tencentcloudapi.com", "endpoint");
    REFUSED((options.credentials = NULL, options.profile = "../x"), "profile");
    REFUSED((options.credentials = NULL, options.profile = ""), "profile");
    REFUSED(options.profile = "work", "profile");
    REFUSED(options.proxy = "http://p:1", "transport");
    REFUSED(options.ca_file = "/f", "transport");
    REFUSED(options.ca_path = "/d", "transport");
    REFUSED(options.connect_timeout_ms = 5, "transport");
    REFUSED(options.timeout_ms = -1, "timeout_ms");
    REFUSED(options.attempt_timeout_ms = -1, "attempt_timeout_ms");
    REFUSED(options.connect_timeout_ms = -1, "connect_timeout_ms");
    REFUSED(options.max_attempts = -1, "max_attempts");
    REFUSED(options.max_response_bytes = -1, "max_response_bytes");
    REFUSED(options.log_level = 4, "log_level");
    REFUSED(options.log_level = -1, "log_level");
    REFUSED(options.backoff_base_ms = -1, "backoff_base_ms");
    REFUSED(options.backoff_cap_ms = -1, "backoff_cap_ms");
    REFUSED(options.rate_limit = -2, "rate_limit");
    REFUSED(options.rate_limit = 1000001, "rate_limit");
    REFUSED(options.reserved = 1, "reserved");
    REFUSED(options.fallback_endpoints_count = 1, "fallback_endpoints");
    REFUSED((options.fallback_endpoints = bad_hosts, options.fallback_endpoints_count = 2), "fallback_endpoints[1]");
    REFUSED((options.fallback_endpoints = no_hosts, options.fallback_endpoints_count = 1), "fallback_endpoints[0]");
    REFUSED((options.fallback_endpoints = bad_hosts, options.fallback_endpoints_count = 16), "fallback_endpoints");
    for (size_t i = 0; i < 3; i++) {
        tcses_clock c = clock_without(i);
        REFUSED(options.clock = &c, "clock");
    }
    tcses_clock sizeless = rig.clock.clock;
    sizeless.size = 0;
    REFUSED(options.clock = &sizeless, "clock");
    tcses_allocator empty = TCSES_ALLOCATOR_INIT;
    REFUSED(options.allocator = &empty, "allocator");
#undef REFUSED
    tcses_credentials_unref(credentials);
    rig_free(&rig);
}

static void test_client__null_arguments(void **state)
{
    (void)state;
    test_rig rig;
    tcses_error *error = NULL;
    rig_init(&rig);
    rig_open(&rig);
    assert_int_equal(tcses_client_new(&rig.options, NULL, &error), TCSES_ERR_ARGUMENT);
    expect_error(error, TCSES_ERR_ARGUMENT, "out");
    tcses_get_email_identity_request request = TCSES_GET_EMAIL_IDENTITY_REQUEST_INIT;
    const tcses_get_email_identity_response *response = (const void *)(uintptr_t)1;
    assert_int_equal(tcses_get_email_identity(NULL, &request, NULL, &response, &error), TCSES_ERR_ARGUMENT);
    assert_null(response);
    expect_error(error, TCSES_ERR_ARGUMENT, "client");
    assert_int_equal(tcses_get_email_identity(rig.client, NULL, NULL, NULL, &error), TCSES_ERR_ARGUMENT);
    expect_error(error, TCSES_ERR_ARGUMENT, "request");
    assert_int_equal(tcses_get_email_identity(rig.client, &request, NULL, NULL, NULL), TCSES_ERR_ARGUMENT);
    assert_string_equal(tcses_client_region(NULL), "");
    tcses_client_free(NULL);
    tcses_get_email_identity_response_free(NULL);
    assert_int_equal(tcses_mock_requests_count(rig.mock), 0);
    rig_free(&rig);
}

static void test_client__call_options_are_refused_before_anything_is_sent(void **state)
{
    (void)state;
    test_rig rig;
    rig_init(&rig);
    rig_open(&rig);
    static const tcses_call_options good = TCSES_CALL_OPTIONS_INIT;
    tcses_call_options options;
    tcses_error *error = NULL;
#define REFUSED(change, at)                                                       \
    do {                                                                          \
        options = good;                                                           \
        change;                                                                   \
        assert_int_equal(get_domain(&rig, &options, &error), TCSES_ERR_ARGUMENT); \
        expect_error(error, TCSES_ERR_ARGUMENT, at);                              \
    } while (0)
    REFUSED(options.size = 0, "options");
    REFUSED(options.region = "a\r\nX: y", "options.region");
    REFUSED(options.region = "", "region");
    REFUSED(options.timeout_ms = -1, "options.timeout_ms");
    REFUSED(options.attempt_timeout_ms = -1, "options.attempt_timeout_ms");
    REFUSED(options.max_attempts = -1, "options.max_attempts");
    REFUSED(options.keep_raw_json = 3, "options.keep_raw_json");
    REFUSED(options.keep_raw_json = -1, "options.keep_raw_json");
    REFUSED(options.reconcile = 3, "options.reconcile");
    REFUSED(options.reconcile = -1, "options.reconcile");
    REFUSED(options.reserved = 1, "options.reserved");
#undef REFUSED
    assert_int_equal(tcses_mock_requests_count(rig.mock), 0);
    assert_string_equal(rig.log, "");
    rig_free(&rig);
}

static void test_client__a_longer_options_struct(void **state)
{
    (void)state;
    test_rig rig;
    rig_init(&rig);
    rig_open(&rig);
    struct {
        tcses_call_options options;
        size_t later;
    } longer = {TCSES_CALL_OPTIONS_INIT, 0};
    longer.options.size = sizeof longer;
    rig_answer(&rig, GET, NULL);
    assert_int_equal(get_domain(&rig, &longer.options, NULL), TCSES_OK);
    longer.later = 1;
    tcses_error *error = NULL;
    assert_int_equal(get_domain(&rig, &longer.options, &error), TCSES_ERR_ARGUMENT);
    expect_error(error, TCSES_ERR_ARGUMENT, "options");
    rig_free(&rig);
}

static void test_client__copies_its_options(void **state)
{
    (void)state;
    test_rig rig;
    char region[] = "ap-hongkong", endpoint[] = "localhost:1", language[] = "en-US", agent[] = "agent";
    tcses_clock clock;
    rig_init(&rig);
    clock = rig.clock.clock;
    rig.options.region = region;
    rig.options.endpoint = endpoint;
    rig.options.language = language;
    rig.options.user_agent = agent;
    rig.options.clock = &clock;
    rig_open(&rig);
    memset(region, 'x', sizeof region - 1);
    memset(endpoint, 'x', sizeof endpoint - 1);
    memset(language, 'x', sizeof language - 1);
    memset(agent, 'x', sizeof agent - 1);
    memset(&clock, 0, sizeof clock);
    rig_answer(&rig, GET, NULL);
    assert_int_equal(get_domain(&rig, NULL, NULL), TCSES_OK);
    expect_header(&rig, 0, "X-TC-Region", "ap-hongkong");
    expect_header(&rig, 0, "Host", "localhost:1");
    expect_header(&rig, 0, "X-TC-Language", "en-US");
    rig_free(&rig);
}

static void test_client__holds_its_own_references(void **state)
{
    (void)state;
    test_rig rig;
    token_source source = {0};
    rig_init(&rig);
    tcses_credentials *credentials = token_credentials(&source);
    rig.options.credentials = credentials;
    rig_open(&rig);
    tcses_credentials_unref(credentials);
    rig_answer(&rig, GET, NULL);
    assert_int_equal(get_domain(&rig, NULL, NULL), TCSES_OK);
    /* The error and the response outlive the client. */
    tcses_get_email_identity_request request = TCSES_GET_EMAIL_IDENTITY_REQUEST_INIT;
    request.email_identity = "a.b";
    const tcses_get_email_identity_response *response = NULL;
    tcses_error *error = NULL;
    rig_answer(&rig, GET, "{\"Response\":{\"RequestId\":\"late\",\"IdentityType\":\"DOMAIN\"}}");
    rig_refuse(&rig, CREATE, "A.B");
    assert_int_equal(tcses_get_email_identity(rig.client, &request, NULL, &response, NULL), TCSES_OK);
    assert_int_equal(create_domain(&rig, NULL, &error), TCSES_ERR_API);
    rig_free(&rig);
    assert_string_equal(response->request_id, "late");
    assert_string_equal(response->identity_type, "DOMAIN");
    assert_string_equal(tcses_error_code(error), "A.B");
    tcses_get_email_identity_response_free(response);
    tcses_error_free(error);
}

/* ---- the response ---- */

static void test_client__raw_json_on_request(void **state)
{
    (void)state;
    static const char body[] = " {\"Response\": {\"RequestId\": \"r\", \"Later\": 1.50}}\n";
    test_rig rig;
    rig_init(&rig);
    rig_open(&rig);
    tcses_get_email_identity_request request = TCSES_GET_EMAIL_IDENTITY_REQUEST_INIT;
    request.email_identity = "a.b";
    const tcses_get_email_identity_response *response = NULL;
    tcses_call_options options = TCSES_CALL_OPTIONS_INIT;
    static const int32_t values[] = {TCSES_UNSET, TCSES_FALSE, TCSES_TRUE};
    for (size_t i = 0; i < COUNT_OF(values); i++) {
        rig_answer(&rig, GET, body);
        options.keep_raw_json = values[i];
        assert_int_equal(tcses_get_email_identity(rig.client, &request, &options, &response, NULL), TCSES_OK);
        assert_int_equal(response->size, sizeof *response);
        assert_string_equal(response->request_id, "r");
        if (values[i] == TCSES_TRUE) {
            assert_string_equal(response->raw_json, body);
            assert_int_equal(response->raw_json_length, strlen(body));
        } else {
            assert_null(response->raw_json);
            assert_int_equal(response->raw_json_length, 0);
        }
        tcses_get_email_identity_response_free(response);
    }
    rig_free(&rig);
}

static void test_client__response_and_error_may_be_null(void **state)
{
    (void)state;
    test_rig rig;
    rig_init(&rig);
    rig_open(&rig);
    rig_answer(&rig, GET, NULL);
    assert_int_equal(get_domain(&rig, NULL, NULL), TCSES_OK);
    rig_refuse(&rig, GET, "A.B");
    assert_int_equal(get_domain(&rig, NULL, NULL), TCSES_ERR_API);
    rig_fail(&rig, CREATE, TCSES_ERR_NETWORK, TCSES_STAGE_SENT);
    assert_int_equal(create_domain(&rig, NULL, NULL), TCSES_ERR_NETWORK);
    /* A caller that wants no response learns no reading errors either: it was done. */
    rig_answer(&rig, GET, "{\"Response\":{\"Attributes\":7}}");
    assert_int_equal(get_domain(&rig, NULL, NULL), TCSES_OK);
    rig_free(&rig);
}

static void test_client__region_none_is_for_generic_calls_only(void **state)
{
    (void)state;
    test_rig rig;
    rig_init(&rig);
    rig.options.region = "";
    rig_open(&rig);
    assert_string_equal(tcses_client_region(rig.client), "");
    tcses_error *error = NULL;
    assert_int_equal(get_domain(&rig, NULL, &error), TCSES_ERR_ARGUMENT);
    expect_error(error, TCSES_ERR_ARGUMENT, "region");
    tcses_call_options options = TCSES_CALL_OPTIONS_INIT;
    options.region = "ap-hongkong";
    rig_answer(&rig, GET, NULL);
    assert_int_equal(get_domain(&rig, &options, NULL), TCSES_OK);
    rig_free(&rig);
}

/* ---- what the service asks for, and how fast ---- */

static void answer_with(test_rig *rig, const char *action, int32_t http_status, const char *header, const char *body)
{
    tcses_mock_exchange exchange = TCSES_MOCK_EXCHANGE_INIT;
    exchange.action = action;
    exchange.http_status = http_status;
    exchange.response_header = header;
    exchange.response_body = body;
    assert_int_equal(tcses_mock_expect(rig->mock, &exchange, NULL), TCSES_OK);
}

static void test_client__waits_as_retry_after_says(void **state)
{
    (void)state;
    const struct {
        const char *header;
        int64_t pause_ms; /* 0: that of the backoff */
    } cases[] = {{"Retry-After: 7", 7000}, {"retry-after: 0", 0}, {"Retry-After: Wed, 01 Jan 2025 00:00:09 GMT", 9000},
        {"Retry-After: Wed, 01 Jan 2020 00:00:09 GMT", 0}, {"Retry-After: soon", 0}, {"Retry-After: -5", 0}};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        test_rig rig;
        rig_init(&rig);
        rig_open(&rig);
        answer_with(&rig, GET, 503, cases[i].header, "");
        rig_answer(&rig, GET, NULL);
        assert_int_equal(get_domain(&rig, NULL, NULL), TCSES_OK);
        if (cases[i].pause_ms > 0)
            assert_int_equal(rig.clock.pauses[0], cases[i].pause_ms);
        else
            assert_true(rig.clock.waits == 0 || rig.clock.pauses[0] <= 250);
        rig_free(&rig);
    }
}

static void test_client__tells_a_retry_after_that_is_too_long(void **state)
{
    (void)state;
    test_rig rig;
    tcses_error *error = NULL;
    rig_init(&rig);
    rig_open(&rig);
    answer_with(&rig, CREATE, 429, "Retry-After: 99999999999999999999", "");
    assert_int_equal(create_domain(&rig, NULL, &error), TCSES_ERR_HTTP);
    assert_int_equal(tcses_error_retry_after_ms(error), 86400000);
    tcses_error_free(error);
    answer_with(&rig, CREATE, 429, "Retry-After: 3600", "");
    assert_int_equal(create_domain(&rig, NULL, &error), TCSES_ERR_HTTP);
    assert_int_equal(tcses_error_retry_after_ms(error), 3600000);
    assert_int_equal(tcses_error_retryable(error), TCSES_TRUE);
    tcses_error_free(error);
    answer_with(&rig, CREATE, 429, "Retry-After: 999999999", "");
    assert_int_equal(create_domain(&rig, NULL, &error), TCSES_ERR_HTTP);
    assert_int_equal(tcses_error_retry_after_ms(error), 86400000);
    tcses_error_free(error);
    assert_int_equal(tcses_error_retry_after_ms(NULL), 0);
    rig_free(&rig);
}

static void test_client__keeps_to_the_rate_that_the_service_bears(void **state)
{
    (void)state;
    test_rig rig;
    rig_init(&rig);
    rig_open(&rig);
    for (int i = 0; i < 3; i++) {
        rig_answer(&rig, GET, NULL);
        assert_int_equal(get_domain(&rig, NULL, NULL), TCSES_OK);
    }
    assert_int_equal(rig.clock.waits, 0);
    rig_refuse(&rig, GET, "RequestLimitExceeded.UinLimitExceeded");
    for (int i = 0; i < 4; i++)
        rig_answer(&rig, GET, NULL);
    assert_int_equal(get_domain(&rig, NULL, NULL), TCSES_OK);
    int64_t begin = rig.clock.monotonic_ms;
    for (int i = 0; i < 3; i++)
        assert_int_equal(get_domain(&rig, NULL, NULL), TCSES_OK);
    assert_int_equal(rig.clock.monotonic_ms - begin, 150);
    /* Another action has a limit of its own. */
    rig_answer(&rig, CREATE, NULL);
    assert_int_equal(create_domain(&rig, NULL, NULL), TCSES_OK);
    assert_int_equal(rig.clock.monotonic_ms - begin, 150);
    rig_free(&rig);
}

static void test_client__a_rate_of_its_own(void **state)
{
    (void)state;
    test_rig rig;
    rig_init(&rig);
    rig.options.rate_limit = 2;
    rig_open(&rig);
    int64_t begin = rig.clock.monotonic_ms;
    for (int i = 0; i < 3; i++) {
        rig_answer(&rig, GET, NULL);
        assert_int_equal(get_domain(&rig, NULL, NULL), TCSES_OK);
    }
    assert_int_equal(rig.clock.monotonic_ms - begin, 1000);
    rig_free(&rig);
    rig_init(&rig);
    rig.options.rate_limit = TCSES_RATE_LIMIT_OFF;
    rig.options.backoff_base_ms = 1;
    rig.options.backoff_cap_ms = 1;
    rig_open(&rig);
    begin = rig.clock.monotonic_ms;
    rig_refuse(&rig, GET, "RequestLimitExceeded");
    for (int i = 0; i < 3; i++) {
        rig_answer(&rig, GET, NULL);
        assert_int_equal(get_domain(&rig, NULL, NULL), TCSES_OK);
    }
    assert_true(rig.clock.monotonic_ms - begin <= 1);
    rig_free(&rig);
}

static void test_client__a_place_in_the_rate_limit_is_given_back(void **state)
{
    (void)state;
    test_rig rig;
    tcses_error *error = NULL;
    tcses_call_options options = TCSES_CALL_OPTIONS_INIT;
    rig_init(&rig);
    rig.options.rate_limit = 1;
    rig_open(&rig);
    int64_t begin = rig.clock.monotonic_ms;
    rig_answer(&rig, GET, NULL);
    assert_int_equal(get_domain(&rig, NULL, NULL), TCSES_OK);
    /* By a call that is cancelled while it waits, and by one whose time does not reach its place. */
    assert_int_equal(tcses_cancel_new(NULL, &options.cancel, NULL), TCSES_OK);
    rig.clock.cancel_in_wait = options.cancel;
    assert_int_equal(get_domain(&rig, &options, &error), TCSES_ERR_CANCELLED);
    assert_int_equal(tcses_error_outcome(error), TCSES_OUTCOME_NOT_DONE);
    tcses_error_free(error);
    rig.clock.cancel_in_wait = NULL;
    tcses_cancel_unref(options.cancel);
    options.cancel = NULL;
    options.timeout_ms = 999;
    assert_int_equal(get_domain(&rig, &options, &error), TCSES_ERR_TIMEOUT);
    assert_non_null(strstr(tcses_error_message(error), "rate limit"));
    assert_int_equal(tcses_error_attempts(error), 0);
    assert_int_equal(tcses_error_retryable(error), TCSES_TRUE);
    tcses_error_free(error);
    rig_answer(&rig, GET, NULL);
    assert_int_equal(get_domain(&rig, NULL, NULL), TCSES_OK);
    assert_int_equal(rig.clock.monotonic_ms - begin, 1000);
    rig_free(&rig);
}

/* ---- further hosts ---- */

static void test_client__turns_to_further_hosts(void **state)
{
    (void)state;
    static const char *const further[] = {"ses.ap-guangzhou.example:8443", "http://third.example"};
    test_rig rig;
    rig_init(&rig);
    rig.options.endpoint = "first.example";
    rig.options.fallback_endpoints = further;
    rig.options.fallback_endpoints_count = 2;
    rig_open(&rig);
    rig_fail(&rig, CREATE, TCSES_ERR_NETWORK, TCSES_STAGE_UNSENT);
    rig_fail(&rig, CREATE, TCSES_ERR_TIMEOUT, TCSES_STAGE_UNSENT);
    rig_answer(&rig, CREATE, NULL);
    assert_int_equal(create_domain(&rig, NULL, NULL), TCSES_OK);
    assert_int_equal(rig.clock.waits, 0);
    expect_header(&rig, 0, "Host", "first.example");
    expect_header(&rig, 1, "Host", "ses.ap-guangzhou.example:8443");
    expect_header(&rig, 2, "Host", "third.example");
    for (size_t i = 0; i < 3; i++)
        expect_header(&rig, i, "X-TC-Region", "ap-guangzhou");
    assert_string_not_equal(tcses_mock_request_header(rig.mock, 0, "Authorization"),
        tcses_mock_request_header(rig.mock, 1, "Authorization"));
    /* The next call begins with the first host again. */
    rig_fail(&rig, CREATE, TCSES_ERR_NETWORK, TCSES_STAGE_SENT);
    tcses_error *error = NULL;
    assert_int_equal(create_domain(&rig, NULL, &error), TCSES_ERR_NETWORK);
    assert_non_null(strstr(tcses_error_message(error), "first.example"));
    assert_int_equal(tcses_error_outcome(error), TCSES_OUTCOME_UNKNOWN);
    tcses_error_free(error);
    expect_header(&rig, 3, "Host", "first.example");
    rig_free(&rig);
}

static void test_client__no_further_host_for_an_endpoint_of_its_own(void **state)
{
    (void)state;
    static const char *const further[] = {"second.example"};
    test_rig rig;
    tcses_call_request request = TCSES_CALL_REQUEST_INIT;
    rig_init(&rig);
    rig.options.fallback_endpoints = further;
    rig.options.fallback_endpoints_count = 1;
    rig_open(&rig);
    request.action = GET;
    request.endpoint = "own.example";
    rig_fail(&rig, GET, TCSES_ERR_NETWORK, TCSES_STAGE_UNSENT);
    rig_answer(&rig, GET, NULL);
    assert_int_equal(tcses_call(rig.client, &request, NULL, NULL, NULL), TCSES_OK);
    expect_header(&rig, 0, "Host", "own.example");
    expect_header(&rig, 1, "Host", "own.example");
    rig_free(&rig);
}

/* ---- the log of what goes over the wire ---- */

static void test_client__trace_shows_harmless_headers_alone(void **state)
{
    (void)state;
    test_rig rig;
    tcses_credentials *credentials = NULL;
    rig_init(&rig);
    assert_int_equal(
        tcses_credentials_new_static("AKIDtrace", "KeyTrace", "TokenTrace", NULL, &credentials, NULL), TCSES_OK);
    rig.options.credentials = credentials;
    rig.options.log_level = TCSES_LOG_TRACE;
    rig_open(&rig);
    answer_with(&rig, PASSWORD, 200, "Server: mail@example.com", "{\"Response\":{\"RequestId\":\"r-1\"}}");
    assert_int_equal(set_password(&rig, NULL), TCSES_OK);
    char line[128];
    snprintf(line, sizeof line, "3 > POST https://ses.tencentcloudapi.com/, %zu bytes, Host: ses.",
        tcses_mock_request_body_length(rig.mock, 0));
    assert_non_null(strstr(rig.log, line));
    assert_non_null(strstr(rig.log, "X-TC-Action: " PASSWORD));
    assert_non_null(strstr(rig.log, "3 < 200, 32 bytes, Server: mail?example.com"));
    static const char *const never[] = {"AKIDtrace", "KeyTrace", "TokenTrace", "Geheim", "@", "Signature", "service@"};
    for (size_t i = 0; i < COUNT_OF(never); i++)
        assert_null(strstr(rig.log, never[i]));
    rig_free(&rig);
    tcses_credentials_unref(credentials);
}

static void test_client__no_secret_in_the_log_where_the_service_quotes_it(void **state)
{
    (void)state;
    test_rig rig;
    tcses_update_email_smtp_password_request request = TCSES_UPDATE_EMAIL_SMTP_PASSWORD_REQUEST_INIT;
    request.email_address = "service@mail.example.com";
    request.password = "Passw0rdXY12";
    rig_init(&rig);
    rig.options.log_level = TCSES_LOG_TRACE;
    rig_open(&rig);
    rig_answer(&rig, "UpdateEmailSmtpPassWord",
        "{\"Response\":{\"Error\":{\"Code\":\"InvalidParameterValue.Passw0rdXY12\",\"Message\":\"\"},"
        "\"RequestId\":\"Passw0rdXY12\"}}");
    assert_int_equal(tcses_update_email_smtp_password(rig.client, &request, NULL, NULL, NULL), TCSES_ERR_API);
    assert_null(strstr(rig.log, "Passw0rdXY12"));
    rig_free(&rig);
}

static tcses_status give_one_token_and_then_another(void *ctx, int32_t renew, tcses_credentials_answer *answer)
{
    (void)ctx;
    return tcses_credentials_answer_set(
        answer, "AKIDtmp", "KeyTmp", renew == TCSES_TRUE ? "TokenNumberTwo" : "TokenNumberOne");
}

/* The refused token is quoted; newer keys come; there is no time for the second attempt. */
static void test_client__no_token_in_the_error_that_was_renewed_meanwhile(void **state)
{
    (void)state;
    test_rig rig;
    tcses_error *error = NULL;
    tcses_credentials_ops ops = TCSES_CREDENTIALS_OPS_INIT;
    ops.get = give_one_token_and_then_another;
    rig_init(&rig);
    rig.options.rate_limit = 1;
    rig.options.timeout_ms = 500;
    assert_int_equal(tcses_credentials_new_callback(&ops, NULL, NULL, &rig.options.credentials, NULL), TCSES_OK);
    rig_open(&rig);
    rig_answer(&rig, "ListEmailAddress",
        "{\"Response\":{\"Error\":{\"Code\":\"AuthFailure.TokenFailure\",\"Message\":\"bad TokenNumberOne\"}}}");
    assert_int_equal(tcses_list_email_address(rig.client, NULL, NULL, NULL, &error), TCSES_ERR_API);
    assert_null(strstr(tcses_error_message(error), "TokenNumberOne"));
    tcses_error_free(error);
    tcses_credentials_unref(rig.options.credentials);
    rig_free(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_client__headers_of_a_call),
        cmocka_unit_test(test_client__token_is_sent_and_options_override),
        cmocka_unit_test(test_client__repeats_a_throttled_create),
        cmocka_unit_test(test_client__signs_every_attempt_anew),
        cmocka_unit_test(test_client__does_not_repeat_a_create_of_unknown_outcome),
        cmocka_unit_test(test_client__repeats_a_read_of_unknown_outcome),
        cmocka_unit_test(test_client__attempts_of_the_call_beat_those_of_the_client),
        cmocka_unit_test(test_client__a_delete_that_was_done_after_all),
        cmocka_unit_test(test_client__a_password_that_was_set_after_all),
        cmocka_unit_test(test_client__error_of_a_refusal_is_complete),
        cmocka_unit_test(test_client__error_of_a_gateway),
        cmocka_unit_test(test_client__error_after_an_answer_and_then_none),
        cmocka_unit_test(test_client__an_answer_that_can_not_be_read_was_done_all_the_same),
        cmocka_unit_test(test_client__an_answer_larger_than_allowed),
        cmocka_unit_test(test_client__long_codes_and_ids_are_cut_whole),
        cmocka_unit_test(test_client__learns_the_clock_difference_for_later_calls),
        cmocka_unit_test(test_client__no_date_no_correction),
        cmocka_unit_test(test_client__corrects_the_clock_once_a_call),
        cmocka_unit_test(test_client__keeps_to_the_deadline),
        cmocka_unit_test(test_client__an_attempt_gets_its_share_of_the_time),
        cmocka_unit_test(test_client__cancelled_before_and_while_waiting),
        cmocka_unit_test(test_client__asks_for_a_new_token_once),
        cmocka_unit_test(test_client__the_same_token_is_not_tried_again),
        cmocka_unit_test(test_client__credentials_that_fail_send_nothing),
        cmocka_unit_test(test_client__log_tells_attempts_and_no_secrets),
        cmocka_unit_test(test_client__log_levels),
        cmocka_unit_test(test_client__log_lines_can_not_be_forged),
        cmocka_unit_test(test_client__options_are_refused_by_name),
        cmocka_unit_test(test_client__null_arguments),
        cmocka_unit_test(test_client__call_options_are_refused_before_anything_is_sent),
        cmocka_unit_test(test_client__a_longer_options_struct),
        cmocka_unit_test(test_client__copies_its_options),
        cmocka_unit_test(test_client__holds_its_own_references),
        cmocka_unit_test(test_client__raw_json_on_request),
        cmocka_unit_test(test_client__response_and_error_may_be_null),
        cmocka_unit_test(test_client__region_none_is_for_generic_calls_only),
        cmocka_unit_test(test_client__waits_as_retry_after_says),
        cmocka_unit_test(test_client__tells_a_retry_after_that_is_too_long),
        cmocka_unit_test(test_client__keeps_to_the_rate_that_the_service_bears),
        cmocka_unit_test(test_client__a_rate_of_its_own),
        cmocka_unit_test(test_client__a_place_in_the_rate_limit_is_given_back),
        cmocka_unit_test(test_client__turns_to_further_hosts),
        cmocka_unit_test(test_client__no_further_host_for_an_endpoint_of_its_own),
        cmocka_unit_test(test_client__trace_shows_harmless_headers_alone),
        cmocka_unit_test(test_client__no_secret_in_the_log_where_the_service_quotes_it),
        cmocka_unit_test(test_client__no_token_in_the_error_that_was_renewed_meanwhile),
    };
    return cmocka_run_group_tests_name("client", tests, NULL, NULL);
}
