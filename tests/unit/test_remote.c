/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Credentials that a source fetches by a call of its own: through public functions and the mock.
 */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>

#define GET "GetEmailIdentity"
#define ROLE_ARN "qcs::cam::uin/100000000001:roleName/mailer"
#define KEYS_OF_CVM                                                                                         \
    "{\"Code\":\"Success\",\"TmpSecretId\":\"AKIDtmp\",\"TmpSecretKey\":\"KeyTmp\",\"Token\":\"TokenTmp\"," \
    "\"ExpiredTime\":1735696800,\"Expiration\":\"2025-01-01T02:00:00Z\"}"
#define KEYS_OF_STS                                                                                                    \
    "{\"Response\":{\"Credentials\":{\"Token\":\"TokenTmp\",\"TmpSecretId\":\"AKIDtmp\",\"TmpSecretKey\":\"KeyTmp\"}," \
    "\"ExpiredTime\":1735696800,\"Expiration\":\"2025-01-01T02:00:00Z\",\"RequestId\":\"sts-1\"}}"

typedef tcses_status (*make_fn)(const tcses_allocator *allocator, const char *folder, tcses_credentials **out);

static tcses_status make_cvm(const tcses_allocator *allocator, const char *folder, tcses_credentials **out)
{
    (void)folder;
    return tcses_credentials_new_cvm_role(NULL, allocator, out, NULL);
}

static tcses_status make_role(const tcses_allocator *allocator, const char *folder, tcses_credentials **out)
{
    tcses_assume_role_options options = TCSES_ASSUME_ROLE_OPTIONS_INIT;
    (void)folder;
    options.role_arn = ROLE_ARN;
    options.duration_seconds = 900;
    if (tcses_credentials_new_static("AKIDsource", "KeySource", NULL, allocator, &options.source, NULL) != TCSES_OK)
        return TCSES_ERR_MEMORY;
    tcses_status status = tcses_credentials_new_assume_role(&options, allocator, out, NULL);
    tcses_credentials_unref(options.source);
    return status;
}

static tcses_status make_oidc(const tcses_allocator *allocator, const char *folder, tcses_credentials **out)
{
    char file[4096];
    tcses_oidc_options options = TCSES_OIDC_OPTIONS_INIT;
    snprintf(file, sizeof file, "%s/token", folder);
    options.token_file = file;
    options.provider_id = "provider";
    options.role_arn = ROLE_ARN;
    options.region = "ap-hongkong";
    return tcses_credentials_new_oidc(&options, allocator, out, NULL);
}

static void open_rig(test_rig *rig, make_fn make, const char *folder)
{
    rig_init(rig);
    rig->options.log_level = TCSES_LOG_TRACE;
    assert_int_equal(make(rig->options.allocator, folder, &rig->options.credentials), TCSES_OK);
    rig_open(rig);
}

static void close_rig(test_rig *rig)
{
    tcses_credentials_unref(rig->options.credentials);
    rig_free(rig);
}

static tcses_status get_domain(test_rig *rig, tcses_error **error)
{
    tcses_get_email_identity_request request = TCSES_GET_EMAIL_IDENTITY_REQUEST_INIT;
    request.email_identity = "mail.example.com";
    return tcses_get_email_identity(rig->client, &request, NULL, NULL, error);
}

static void expect_header(const test_rig *rig, size_t index, const char *name, const char *value)
{
    const char *given = tcses_mock_request_header(rig->mock, index, name);
    if (value == NULL) {
        assert_null(given);
        return;
    }
    assert_non_null(given);
    assert_string_equal(given, value);
}

static void expect_part(const test_rig *rig, size_t index, const char *name, const char *part)
{
    assert_non_null(strstr(tcses_mock_request_header(rig->mock, index, name), part));
}

static int set_up(void **state)
{
    char *folder = test_folder_new();
    test_file_write(folder, "token", "eyJ.web-identity.token\r\n", -1);
    *state = folder;
    return 0;
}

static int tear_down(void **state)
{
    test_folder_free(*state);
    return 0;
}

/* ---- what is asked, and what it is used for ---- */

static void test_remote__cvm_role(void **state)
{
    test_rig rig;
    open_rig(&rig, make_cvm, *state);
    rig_answer(&rig, NULL, "mailer\n");
    rig_answer(&rig, NULL, KEYS_OF_CVM);
    rig_answer(&rig, GET, NULL);
    rig_answer(&rig, GET, NULL);
    assert_int_equal(get_domain(&rig, NULL), TCSES_OK);
    for (size_t i = 0; i < 2; i++) {
        expect_header(&rig, i, "Host", "metadata.tencentyun.com");
        expect_header(&rig, i, "Authorization", NULL);
        expect_header(&rig, i, "X-TC-Action", NULL);
    }
    expect_part(&rig, 2, "Authorization", "Credential=AKIDtmp/");
    expect_header(&rig, 2, "X-TC-Token", "TokenTmp");
    assert_int_equal(get_domain(&rig, NULL), TCSES_OK);
    assert_non_null(
        strstr(rig.log, "GET http://metadata.tencentyun.com/latest/meta-data/cam/security-credentials/mailer"));
    assert_null(strstr(rig.log, "KeyTmp"));
    assert_null(strstr(rig.log, "TokenTmp"));
    close_rig(&rig);
}

static void test_remote__assume_role(void **state)
{
    test_rig rig;
    open_rig(&rig, make_role, *state);
    rig_answer(&rig, "AssumeRole", KEYS_OF_STS);
    rig_answer(&rig, GET, NULL);
    assert_int_equal(get_domain(&rig, NULL), TCSES_OK);
    expect_header(&rig, 0, "Host", "sts.tencentcloudapi.com");
    expect_header(&rig, 0, "X-TC-Version", "2018-08-13");
    expect_header(&rig, 0, "X-TC-Region", "ap-guangzhou");
    expect_part(&rig, 0, "Authorization", "Credential=AKIDsource/2025-01-01/sts/tc3_request");
    assert_string_equal(tcses_mock_request_body(rig.mock, 0),
        "{\"RoleArn\":\"" ROLE_ARN "\",\"RoleSessionName\":\"libtcses\",\"DurationSeconds\":900}");
    expect_part(&rig, 1, "Authorization", "Credential=AKIDtmp/2025-01-01/ses/tc3_request");
    expect_header(&rig, 1, "X-TC-Token", "TokenTmp");
    close_rig(&rig);
}

static void test_remote__web_identity(void **state)
{
    test_rig rig;
    open_rig(&rig, make_oidc, *state);
    rig_answer(&rig, "AssumeRoleWithWebIdentity", KEYS_OF_STS);
    rig_answer(&rig, GET, NULL);
    assert_int_equal(get_domain(&rig, NULL), TCSES_OK);
    expect_header(&rig, 0, "Authorization", "SKIP");
    expect_header(&rig, 0, "X-TC-Region", "ap-hongkong");
    expect_header(&rig, 0, "X-TC-Token", NULL);
    assert_string_equal(tcses_mock_request_body(rig.mock, 0),
        "{\"RoleArn\":\"" ROLE_ARN "\",\"RoleSessionName\":\"libtcses\",\"ProviderId\":\"provider\","
        "\"WebIdentityToken\":\"eyJ.web-identity.token\",\"DurationSeconds\":7200}");
    expect_part(&rig, 1, "Authorization", "Credential=AKIDtmp/");
    close_rig(&rig);
}

/* ---- early, once, and again ---- */

static void test_remote__renews_early(void **state)
{
    test_rig rig;
    open_rig(&rig, make_role, *state);
    rig_answer(&rig, "AssumeRole", KEYS_OF_STS);
    rig_answer(&rig, GET, NULL);
    assert_int_equal(get_domain(&rig, NULL), TCSES_OK);
    /* 7,200 s, of which the last 300 are for renewing. */
    rig.clock.monotonic_ms += 6899 * 1000;
    rig_answer(&rig, GET, NULL);
    assert_int_equal(get_domain(&rig, NULL), TCSES_OK);
    rig.clock.monotonic_ms += 2000;
    rig.clock.wall_ms += 6901 * 1000;
    rig_answer(&rig, "AssumeRole", KEYS_OF_STS);
    rig_answer(&rig, GET, NULL);
    assert_int_equal(get_domain(&rig, NULL), TCSES_OK);
    close_rig(&rig);
}

static void test_remote__serves_valid_keys_while_it_can_not_renew(void **state)
{
    test_rig rig;
    tcses_error *error = NULL;
    open_rig(&rig, make_role, *state);
    rig_answer(&rig, "AssumeRole", KEYS_OF_STS);
    rig_answer(&rig, GET, NULL);
    assert_int_equal(get_domain(&rig, NULL), TCSES_OK);
    rig.clock.monotonic_ms += 7000 * 1000;
    rig_refuse(&rig, "AssumeRole", "UnauthorizedOperation");
    rig_answer(&rig, GET, NULL);
    assert_int_equal(get_domain(&rig, NULL), TCSES_OK);
    assert_non_null(strstr(rig.log, "STS AssumeRole: not renewed, the present keys serve on: CREDENTIALS"));
    /* The next try comes ten seconds later. */
    rig.clock.monotonic_ms += 9999;
    rig_answer(&rig, GET, NULL);
    assert_int_equal(get_domain(&rig, NULL), TCSES_OK);
    rig.clock.monotonic_ms += 1;
    rig_refuse(&rig, "AssumeRole", "UnauthorizedOperation");
    rig_answer(&rig, GET, NULL);
    assert_int_equal(get_domain(&rig, NULL), TCSES_OK);
    /* Once they have expired the failure is the call's. */
    rig.clock.monotonic_ms += 200 * 1000;
    rig_refuse(&rig, "AssumeRole", "UnauthorizedOperation");
    assert_int_equal(get_domain(&rig, &error), TCSES_ERR_CREDENTIALS);
    assert_string_equal(tcses_error_code(error), "UnauthorizedOperation");
    assert_non_null(strstr(tcses_error_message(error), "STS AssumeRole of " ROLE_ARN ": UnauthorizedOperation"));
    assert_int_equal(tcses_error_outcome(error), TCSES_OUTCOME_NOT_DONE);
    tcses_error_free(error);
    close_rig(&rig);
}

static void test_remote__renews_when_the_service_refuses_the_token(void **state)
{
    test_rig rig;
    tcses_error *error = NULL;
    open_rig(&rig, make_role, *state);
    rig_answer(&rig, "AssumeRole", KEYS_OF_STS);
    rig_refuse(&rig, GET, "AuthFailure.TokenFailure");
    rig_answer(&rig, "AssumeRole",
        "{\"Response\":{\"Credentials\":{\"Token\":\"T2\",\"TmpSecretId\":\"AKIDnew\",\"TmpSecretKey\":\"K2\"},"
        "\"ExpiredTime\":1735696800}}");
    rig_answer(&rig, GET, NULL);
    assert_int_equal(get_domain(&rig, NULL), TCSES_OK);
    expect_part(&rig, 3, "Authorization", "Credential=AKIDnew/");
    /* The same keys again are not tried. */
    rig_refuse(&rig, GET, "AuthFailure.TokenFailure");
    rig_answer(&rig, "AssumeRole",
        "{\"Response\":{\"Credentials\":{\"Token\":\"T2\",\"TmpSecretId\":\"AKIDnew\",\"TmpSecretKey\":\"K2\"},"
        "\"ExpiredTime\":1735696800}}");
    assert_int_equal(get_domain(&rig, &error), TCSES_ERR_API);
    assert_string_equal(tcses_error_code(error), "AuthFailure.TokenFailure");
    tcses_error_free(error);
    close_rig(&rig);
}

/* A clock that is wrong tells nothing about how long keys live; the answer's Date does. */
static void test_remote__lives_by_the_clock_of_the_answer(void **state)
{
    test_rig rig;
    tcses_mock_exchange exchange = TCSES_MOCK_EXCHANGE_INIT;
    open_rig(&rig, make_role, *state);
    rig.clock.wall_ms = 4000000000000; /* 2096 */
    exchange.response_body = KEYS_OF_STS;
    exchange.response_header = "Date: Wed, 01 Jan 2025 00:00:00 GMT";
    assert_int_equal(tcses_mock_expect(rig.mock, &exchange, NULL), TCSES_OK);
    rig_answer(&rig, GET, NULL);
    rig_answer(&rig, GET, NULL);
    assert_int_equal(get_domain(&rig, NULL), TCSES_OK);
    assert_int_equal(get_domain(&rig, NULL), TCSES_OK);
    close_rig(&rig);
}

/* By the clock of who sent them: there is no use in trying these. */
static void test_remote__keys_that_come_expired_are_refused(void **state)
{
    static const char *const dates[] = {"Date: Wed, 01 Jan 2025 02:00:00 GMT", "Date: Thu, 02 Jan 2025 00:00:00 GMT"};
    for (size_t i = 0; i < COUNT_OF(dates); i++) {
        test_rig rig;
        tcses_error *error = NULL;
        tcses_mock_exchange exchange = TCSES_MOCK_EXCHANGE_INIT;
        open_rig(&rig, make_role, *state);
        exchange.response_body = KEYS_OF_STS;
        exchange.response_header = dates[i];
        assert_int_equal(tcses_mock_expect(rig.mock, &exchange, NULL), TCSES_OK);
        assert_int_equal(get_domain(&rig, &error), TCSES_ERR_CREDENTIALS);
        assert_string_equal(
            tcses_error_message(error), "STS AssumeRole of " ROLE_ARN ": the keys that came have expired");
        tcses_error_free(error);
        close_rig(&rig);
    }
}

/* Without the answer's Date our own clock is all there is, and it may be wrong: the service will judge. */
static void test_remote__our_own_clock_does_not_call_keys_expired(void **state)
{
    test_rig rig;
    open_rig(&rig, make_role, *state);
    rig.clock.wall_ms = 1735696800000;
    rig_answer(&rig, "AssumeRole", KEYS_OF_STS);
    rig_answer(&rig, GET, NULL);
    rig_answer(&rig, GET, NULL);
    assert_int_equal(get_domain(&rig, NULL), TCSES_OK);
    rig.clock.monotonic_ms += 674 * 1000; /* of 15 minutes that are taken for granted */
    assert_int_equal(get_domain(&rig, NULL), TCSES_OK);
    rig.clock.monotonic_ms += 2 * 1000;
    rig_answer(&rig, "AssumeRole", KEYS_OF_STS);
    rig_answer(&rig, GET, NULL);
    assert_int_equal(get_domain(&rig, NULL), TCSES_OK);
    close_rig(&rig);
}

/* The keys are served and kept, by whichever end of time such a clock is taken for. */
static void test_remote__a_clock_that_no_date_can_hold(void **state)
{
    static const int64_t clocks_ms[] = {INT64_MIN, -1000, 253402300800000, INT64_MAX};
    for (size_t i = 0; i < COUNT_OF(clocks_ms); i++) {
        test_rig rig;
        open_rig(&rig, make_role, *state);
        rig.clock.wall_ms = clocks_ms[i];
        rig_answer(&rig, "AssumeRole", KEYS_OF_STS);
        for (int calls = 0; calls < 2; calls++) {
            rig_answer(&rig, GET, NULL);
            assert_int_equal(get_domain(&rig, NULL), TCSES_OK);
        }
        close_rig(&rig);
    }
}

/* ---- answers that hold no keys ---- */

static void expect_no_keys(test_rig *rig, const char *words, int32_t retryable)
{
    tcses_error *error = NULL;
    assert_int_equal(get_domain(rig, &error), TCSES_ERR_CREDENTIALS);
    if (strstr(tcses_error_message(error), words) == NULL)
        fail_msg("%s", tcses_error_message(error));
    assert_int_equal(tcses_error_attempts(error), 0);
    assert_int_equal(tcses_error_retryable(error), retryable);
    assert_int_equal(tcses_error_outcome(error), TCSES_OUTCOME_NOT_DONE);
    tcses_error_free(error);
    close_rig(rig);
}

static void test_remote__no_name_of_a_role(void **state)
{
    static const char *const bodies[] = {
        "", "\n", "<html>", "a/b", "../x", "..", ".", "two\nlines", " a", "a\r\nb", "a?b"};
    for (size_t i = 0; i < COUNT_OF(bodies); i++) {
        test_rig rig;
        open_rig(&rig, make_cvm, *state);
        rig_answer(&rig, NULL, bodies[i]);
        expect_no_keys(&rig, "CVM role: the metadata server did not answer with the name of a role", TCSES_FALSE);
    }
    test_rig rig;
    tcses_mock_exchange exchange = TCSES_MOCK_EXCHANGE_INIT;
    open_rig(&rig, make_cvm, *state);
    exchange.http_status = 404;
    assert_int_equal(tcses_mock_expect(rig.mock, &exchange, NULL), TCSES_OK);
    expect_no_keys(&rig, "CVM role: this machine has no such role", TCSES_FALSE);
}

static void test_remote__names_of_roles_at_the_limit(void **state)
{
    static const size_t lengths[] = {128, 129, 255, 256, 300};
    for (size_t i = 0; i < COUNT_OF(lengths); i++) {
        test_rig rig;
        char name[301];
        memset(name, 'r', sizeof name);
        name[lengths[i]] = '\0';
        open_rig(&rig, make_cvm, *state);
        rig_answer(&rig, NULL, name);
        if (i == 0) {
            rig_answer(&rig, NULL, "{}");
            expect_no_keys(&rig, "the answer's secret_id is required", TCSES_FALSE);
        } else {
            expect_no_keys(&rig, "did not answer with the name of a role", TCSES_FALSE);
        }
    }
}

static void test_remote__no_keys_of_a_role(void **state)
{
    static const struct {
        const char *body, *words;
    } answers[] = {{"", "CVM role: the metadata server's answer holds no keys"}, {"[]", "holds no keys"},
        {"{\"Code\":\"Failed\"}", "the answer's Code is Failed, not Success"},
        {"{\"Code\":\"Success\"}", "the answer's secret_id is required"},
        {"{\"Code\":\"Success\",\"TmpSecretId\":\"a\",\"TmpSecretKey\":\"b c\"}", "secret_key must hold visible"},
        {"{\"Code\":\"Success\",\"TmpSecretId\":\"a\",\"TmpSecretKey\":\"b\"}", "token is required"},
        {"{\"TmpSecretId\":[]}", "holds no keys"}};
    for (size_t i = 0; i < COUNT_OF(answers); i++) {
        test_rig rig;
        open_rig(&rig, make_cvm, *state);
        rig_answer(&rig, NULL, "mailer");
        rig_answer(&rig, NULL, answers[i].body);
        expect_no_keys(&rig, answers[i].words, TCSES_FALSE);
    }
}

static void test_remote__no_keys_of_sts(void **state)
{
    static const char *const answers[] = {"{\"Response\":{}}", "{\"Response\":{\"Credentials\":null}}",
        "{\"Response\":{\"Credentials\":[]}}", "{\"Response\":{\"Credentials\":{\"TmpSecretId\":{}}}}"};
    for (size_t i = 0; i < COUNT_OF(answers); i++) {
        test_rig rig;
        open_rig(&rig, make_role, *state);
        rig_answer(&rig, "AssumeRole", answers[i]);
        expect_no_keys(&rig, "STS AssumeRole of " ROLE_ARN ": the answer of STS holds no keys", TCSES_FALSE);
    }
    test_rig rig;
    open_rig(&rig, make_oidc, *state);
    for (int i = 0; i < 3; i++)
        rig_fail(&rig, "AssumeRoleWithWebIdentity", TCSES_ERR_NETWORK, TCSES_STAGE_UNSENT);
    expect_no_keys(&rig, "TKE (STS AssumeRoleWithWebIdentity): could not reach sts.tencentcloudapi.com", TCSES_TRUE);
}

static void test_remote__no_web_identity_token(void **state)
{
    static const char *const tokens[] = {"", " \n", "two words", "a\nb"};
    for (size_t i = 0; i < COUNT_OF(tokens); i++) {
        test_rig rig;
        test_file_write(*state, "token", tokens[i], -1);
        open_rig(&rig, make_oidc, *state);
        expect_no_keys(&rig, "holds no token", TCSES_FALSE);
    }
    test_rig rig;
    open_rig(&rig, make_oidc, "/nowhere");
    expect_no_keys(&rig, "the token file /nowhere/token: No such file or directory", TCSES_FALSE);
}

/* ---- time ---- */

/* A network of the mock on which each request takes some time, and so long that one can no longer be answered. */
typedef struct slow_network {
    test_rig *rig;
    int64_t takes_ms;
    bool times_out;
} slow_network;

static tcses_status perform_slowly(void *ctx, tcses_http_request *request, tcses_http_response *response)
{
    slow_network *slow = ctx;
    slow->rig->clock.monotonic_ms += slow->takes_ms;
    if (slow->times_out)
        return TCSES_ERR_TIMEOUT;
    return tcses_transport_perform(tcses_mock_transport(slow->rig->mock), request, response);
}

static void open_slow_rig(test_rig *rig, slow_network *slow, const char *folder, int32_t timeout_ms)
{
    tcses_transport_ops ops = TCSES_TRANSPORT_OPS_INIT;
    ops.perform = perform_slowly;
    slow->rig = rig;
    rig_init(rig);
    rig->options.timeout_ms = timeout_ms;
    assert_int_equal(make_cvm(NULL, folder, &rig->options.credentials), TCSES_OK);
    assert_int_equal(tcses_transport_new(&ops, slow, NULL, &rig->options.transport, NULL), TCSES_OK);
    rig_open(rig);
    tcses_transport_unref(rig->options.transport);
}

/* The metadata server's own time is over before the second request: that is the source's failure, not the call's. */
static void test_remote__a_source_has_less_time_than_the_call(void **state)
{
    test_rig rig;
    slow_network slow = {.takes_ms = 2500};
    open_slow_rig(&rig, &slow, *state, 60000);
    rig_answer(&rig, NULL, "mailer");
    expect_no_keys(&rig, "CVM role: the time for the call ran out; attempts made: 0", TCSES_TRUE);
    slow_network silent = {.takes_ms = 1000, .times_out = true};
    open_slow_rig(&rig, &silent, *state, 60000);
    expect_no_keys(&rig, "CVM role: no answer in time from metadata.tencentyun.com", TCSES_TRUE);
}

static void test_remote__time_of_the_call_that_runs_out(void **state)
{
    test_rig rig;
    tcses_error *error = NULL;
    slow_network silent = {.takes_ms = 1000, .times_out = true};
    open_slow_rig(&rig, &silent, *state, 800);
    assert_int_equal(get_domain(&rig, &error), TCSES_ERR_TIMEOUT);
    assert_string_equal(
        tcses_error_message(error), "the time for the call ran out while credentials were fetched (CVM role)");
    expect_error(error, TCSES_ERR_TIMEOUT, NULL);
    close_rig(&rig);
}

static void test_remote__the_longest_time(void **state)
{
    test_rig rig;
    rig_init(&rig);
    rig.options.timeout_ms = INT32_MAX;
    assert_int_equal(make_role(NULL, *state, &rig.options.credentials), TCSES_OK);
    rig_open(&rig);
    rig_answer(&rig, "AssumeRole", KEYS_OF_STS);
    rig_answer(&rig, GET, NULL);
    assert_int_equal(get_domain(&rig, NULL), TCSES_OK);
    close_rig(&rig);
}

/* A Date that is none leaves our own clock; keys for ever are kept for as long as time can be told. */
static void test_remote__odd_times_in_an_answer(void **state)
{
    test_rig rig;
    tcses_mock_exchange exchange = TCSES_MOCK_EXCHANGE_INIT;
    open_rig(&rig, make_role, *state);
    exchange.response_header = "Date: today";
    exchange.response_body = KEYS_OF_STS;
    assert_int_equal(tcses_mock_expect(rig.mock, &exchange, NULL), TCSES_OK);
    rig_answer(&rig, GET, NULL);
    assert_int_equal(get_domain(&rig, NULL), TCSES_OK);
    rig.clock.monotonic_ms += 6899 * 1000;
    rig_answer(&rig, GET, NULL);
    assert_int_equal(get_domain(&rig, NULL), TCSES_OK);
    rig.clock.monotonic_ms += 2000;
    rig_answer(&rig, "AssumeRole",
        "{\"Response\":{\"Credentials\":{\"TmpSecretId\":\"AKIDtmp\",\"TmpSecretKey\":\"KeyTmp\","
        "\"Token\":\"TokenTmp\"},\"ExpiredTime\":9223372036854775807}}");
    rig_answer(&rig, GET, NULL);
    assert_int_equal(get_domain(&rig, NULL), TCSES_OK);
    rig.clock.monotonic_ms += INT64_C(1000) * 365 * 86400 * 1000;
    rig_answer(&rig, GET, NULL);
    assert_int_equal(get_domain(&rig, NULL), TCSES_OK);
    close_rig(&rig);
}

/* ---- what the options name ---- */

static tcses_status make_named_cvm(const tcses_allocator *allocator, const char *folder, tcses_credentials **out)
{
    tcses_cvm_role_options options = TCSES_CVM_ROLE_OPTIONS_INIT;
    (void)folder;
    options.role = "mailer";
    options.endpoint = "http://metadata.test:8080";
    options.timeout_ms = 300;
    return tcses_credentials_new_cvm_role(&options, allocator, out, NULL);
}

static void test_remote__a_role_that_is_named_is_not_asked_for(void **state)
{
    test_rig rig;
    open_rig(&rig, make_named_cvm, *state);
    rig_answer(&rig, NULL, KEYS_OF_CVM);
    rig_answer(&rig, GET, NULL);
    assert_int_equal(get_domain(&rig, NULL), TCSES_OK);
    expect_header(&rig, 0, "Host", "metadata.test:8080");
    assert_non_null(strstr(rig.log, "/latest/meta-data/cam/security-credentials/mailer"));
    close_rig(&rig);
}

static tcses_status make_named_session(const tcses_allocator *allocator, const char *folder, tcses_credentials **out)
{
    tcses_assume_role_options options = TCSES_ASSUME_ROLE_OPTIONS_INIT;
    (void)folder;
    options.role_arn = ROLE_ARN;
    options.role_session_name = "nightly";
    options.region = "ap-shanghai";
    assert_int_equal(
        tcses_credentials_new_static("AKIDsource", "KeySource", NULL, allocator, &options.source, NULL), TCSES_OK);
    tcses_status status = tcses_credentials_new_assume_role(&options, allocator, out, NULL);
    tcses_credentials_unref(options.source);
    return status;
}

static void test_remote__a_session_and_a_region_that_are_named(void **state)
{
    test_rig rig;
    open_rig(&rig, make_named_session, *state);
    rig_answer(&rig, "AssumeRole", KEYS_OF_STS);
    rig_answer(&rig, GET, NULL);
    assert_int_equal(get_domain(&rig, NULL), TCSES_OK);
    expect_header(&rig, 0, "X-TC-Region", "ap-shanghai");
    assert_non_null(strstr(tcses_mock_request_body(rig.mock, 0), "\"RoleSessionName\":\"nightly\""));
    close_rig(&rig);
}

/* ---- arguments ---- */

static void test_remote__arguments_are_refused_by_name(void **state)
{
    (void)state;
    tcses_error *error = NULL;
    tcses_credentials *out = NULL;
    tcses_cvm_role_options cvm = TCSES_CVM_ROLE_OPTIONS_INIT;
    tcses_assume_role_options role = TCSES_ASSUME_ROLE_OPTIONS_INIT;
    tcses_oidc_options oidc = TCSES_OIDC_OPTIONS_INIT;
#define REFUSED(make, options, change, back, at)                                    \
    do {                                                                            \
        change;                                                                     \
        assert_int_equal(make(&(options), NULL, &out, &error), TCSES_ERR_ARGUMENT); \
        assert_null(out);                                                           \
        expect_error(error, TCSES_ERR_ARGUMENT, at);                                \
        back;                                                                       \
    } while (0)
#define CVM(change, back, at) REFUSED(tcses_credentials_new_cvm_role, cvm, change, back, at)
#define ROLE(change, back, at) REFUSED(tcses_credentials_new_assume_role, role, change, back, at)
#define OIDC(change, back, at) REFUSED(tcses_credentials_new_oidc, oidc, change, back, at)
    CVM(cvm.size = 8, cvm.size = sizeof cvm, "options");
    CVM(cvm.role = "a/b", cvm.role = NULL, "role");
    CVM(cvm.endpoint = "http://h/path", cvm.endpoint = NULL, "endpoint");
    CVM(cvm.timeout_ms = -1, cvm.timeout_ms = 0, "timeout_ms");
    CVM(cvm.reserved = 1, cvm.reserved = 0, "reserved");
    ROLE((void)role, role.role_arn = ROLE_ARN, "role_arn");
    ROLE(role.role_arn = "a b", role.role_arn = ROLE_ARN, "role_arn");
    ROLE(role.size = 8, role.size = sizeof role, "options");
    ROLE(role.role_session_name = "a b", role.role_session_name = NULL, "role_session_name");
    ROLE(role.region = "", role.region = NULL, "region");
    ROLE(role.endpoint = "", role.endpoint = NULL, "endpoint");
    ROLE(role.duration_seconds = 43201, role.duration_seconds = 0, "duration_seconds");
    ROLE(role.duration_seconds = -1, role.duration_seconds = 0, "duration_seconds");
    ROLE(role.reserved = 1, role.reserved = 0, "reserved");
    OIDC(oidc.size = 8, oidc.size = sizeof oidc, "options");
    OIDC(oidc.provider_id = "", oidc.provider_id = NULL, "provider_id");
    OIDC(oidc.role_arn = "a\n", oidc.role_arn = NULL, "role_arn");
    OIDC(oidc.region = "", oidc.region = NULL, "region");
    OIDC(oidc.role_session_name = "", oidc.role_session_name = NULL, "role_session_name");
    OIDC(oidc.endpoint = "ftp://h", oidc.endpoint = NULL, "endpoint");
    OIDC(oidc.duration_seconds = 43201, oidc.duration_seconds = 0, "duration_seconds");
    assert_int_equal(tcses_credentials_new_assume_role(NULL, NULL, &out, &error), TCSES_ERR_ARGUMENT);
    expect_error(error, TCSES_ERR_ARGUMENT, "options");
}

/* ---- memory ---- */

static void script_fetch(test_rig *rig, make_fn make)
{
    if (make == make_cvm)
        rig_answer(rig, NULL, "mailer");
    rig_answer(rig, NULL, make == make_cvm ? KEYS_OF_CVM : KEYS_OF_STS);
    rig_answer(rig, GET, NULL);
}

static bool fail_fetch(make_fn make, const char *folder, size_t n)
{
    test_rig rig;
    test_memory m;
    tcses_error *error = NULL;
    test_memory_init(&m);
    m.look = "KeyTmp";
    rig_init(&rig);
    rig.options.allocator = &m.allocator;
    assert_int_equal(make(&m.allocator, folder, &rig.options.credentials), TCSES_OK);
    rig_open(&rig);
    script_fetch(&rig, make);
    m.fail_at = m.taken + n;
    tcses_status status = get_domain(&rig, &error);
    bool reached = m.taken >= m.fail_at;
    m.fail_at = 0;
    assert_int_equal(status, reached ? TCSES_ERR_MEMORY : TCSES_OK);
    size_t service_requests = 0;
    for (size_t i = 0; i < tcses_mock_requests_count(rig.mock); i++) {
        const char *action = tcses_mock_request_header(rig.mock, i, "X-TC-Action");
        service_requests += action != NULL && strcmp(action, GET) == 0;
    }
    if (reached && service_requests == 0)
        assert_int_equal(tcses_error_outcome(error), TCSES_OUTCOME_NOT_DONE);
    tcses_error_free(error);
    tcses_client_free(rig.client);
    tcses_credentials_unref(rig.options.credentials);
    tcses_mock_free(rig.mock);
    assert_int_equal(m.live, 0);
    assert_int_equal(m.found, 0);
    return reached;
}

static void test_remote__every_allocation_may_fail(void **state)
{
    static const make_fn makes[] = {make_cvm, make_role, make_oidc};
    for (size_t i = 0; i < COUNT_OF(makes); i++) {
        size_t n = 1;
        while (fail_fetch(makes[i], *state, n))
            n++;
        assert_true(n > 15);
    }
}

/* Where the caller wants no error there is none to fill in when the memory for one of our own is missing too. */
static void test_remote__memory_that_runs_out_where_no_error_is_wanted(void **state)
{
    size_t failures = 0;
    for (bool reached = true; reached; failures += reached) {
        test_rig rig;
        test_memory m;
        tcses_mock_exchange exchange = TCSES_MOCK_EXCHANGE_INIT;
        test_memory_init(&m);
        rig_init(&rig);
        rig.options.allocator = &m.allocator;
        assert_int_equal(make_cvm(&m.allocator, *state, &rig.options.credentials), TCSES_OK);
        rig_open(&rig);
        exchange.http_status = 404;
        assert_int_equal(tcses_mock_expect(rig.mock, &exchange, NULL), TCSES_OK);
        m.fail_at = m.taken + failures + 1;
        tcses_status status = get_domain(&rig, NULL);
        reached = m.taken >= m.fail_at;
        assert_true(status == TCSES_ERR_CREDENTIALS || (reached && status == TCSES_ERR_MEMORY));
        tcses_client_free(rig.client);
        tcses_credentials_unref(rig.options.credentials);
        tcses_mock_free(rig.mock);
        assert_int_equal(m.live, 0);
    }
    assert_true(failures > 5);
}

#define TEST(name) cmocka_unit_test_setup_teardown(test_remote__##name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(cvm_role),
        TEST(assume_role),
        TEST(web_identity),
        TEST(renews_early),
        TEST(serves_valid_keys_while_it_can_not_renew),
        TEST(renews_when_the_service_refuses_the_token),
        TEST(lives_by_the_clock_of_the_answer),
        TEST(keys_that_come_expired_are_refused),
        TEST(our_own_clock_does_not_call_keys_expired),
        TEST(a_clock_that_no_date_can_hold),
        TEST(no_name_of_a_role),
        TEST(names_of_roles_at_the_limit),
        TEST(no_keys_of_a_role),
        TEST(no_keys_of_sts),
        TEST(no_web_identity_token),
        TEST(a_source_has_less_time_than_the_call),
        TEST(time_of_the_call_that_runs_out),
        TEST(the_longest_time),
        TEST(odd_times_in_an_answer),
        TEST(a_role_that_is_named_is_not_asked_for),
        TEST(a_session_and_a_region_that_are_named),
        TEST(arguments_are_refused_by_name),
        TEST(every_allocation_may_fail),
        TEST(memory_that_runs_out_where_no_error_is_wanted),
    };
    return cmocka_run_group_tests_name("remote", tests, NULL, NULL);
}
