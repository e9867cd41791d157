/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The scripted transport as its users see it: this program includes public headers alone and links the shared library.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <tcses/sys/mock.h>
#include <tcses/tcses.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

typedef struct fixture {
    tcses_mock *mock;
    tcses_client *client;
} fixture;

static int set_up(void **state)
{
    static fixture f;
    tcses_client_options options = TCSES_CLIENT_OPTIONS_INIT;
    tcses_credentials *credentials = NULL;
    assert_int_equal(tcses_mock_new(NULL, &f.mock, NULL), TCSES_OK);
    assert_int_equal(tcses_credentials_new_static("AKIDtest", "key", NULL, NULL, &credentials, NULL), TCSES_OK);
    options.region = "ap-guangzhou";
    options.credentials = credentials;
    options.transport = tcses_mock_transport(f.mock);
    options.max_attempts = 1;
    assert_int_equal(tcses_client_new(&options, &f.client, NULL), TCSES_OK);
    tcses_credentials_unref(credentials);
    *state = &f;
    return 0;
}

static int tear_down(void **state)
{
    fixture *f = *state;
    tcses_client_free(f->client);
    tcses_mock_free(f->mock);
    f->mock = NULL;
    return 0;
}

/* Adds a step with the body that is expected and the answer to it. */
static void expect(const fixture *f, const char *action, const char *body, const char *response)
{
    tcses_mock_exchange exchange = TCSES_MOCK_EXCHANGE_INIT;
    exchange.action = action;
    exchange.body = body;
    exchange.response_body = response;
    assert_int_equal(tcses_mock_expect(f->mock, &exchange, NULL), TCSES_OK);
}

static void expect_refusal(const fixture *f, const char *action)
{
    expect(f, action, NULL,
        "{\"Response\":{\"Error\":{\"Code\":\"LimitExceeded\",\"Message\":\"no\"},\"RequestId\":\"e\"}}");
}

static void expect_played(const fixture *f)
{
    tcses_error *error = NULL;
    if (tcses_mock_verify(f->mock, &error) != TCSES_OK)
        fail_msg("%s", tcses_error_message(error));
}

/* Fails unless the error is a refusal by the service; releases it. */
static void expect_api_error(tcses_status status, tcses_error *error)
{
    assert_int_equal(status, TCSES_ERR_API);
    assert_string_equal(tcses_error_code(error), "LimitExceeded");
    assert_string_equal(tcses_error_message(error), "LimitExceeded: no");
    assert_string_equal(tcses_error_request_id(error), "e");
    assert_int_equal(tcses_error_outcome(error), TCSES_OUTCOME_NOT_DONE);
    tcses_error_free(error);
}

/* Fails unless the message tells this; releases the error. */
static void expect_message(tcses_error *error, tcses_status status, const char *words)
{
    assert_int_equal(tcses_error_status(error), status);
    if (strstr(tcses_error_message(error), words) == NULL)
        fail_msg("expected \"%s\": %s", words, tcses_error_message(error));
    tcses_error_free(error);
}

/*
 * One test an action: the exact bytes that are sent, the answer read back, and a refusal. `fill` sets the request's
 * fields, `check` looks at the response.
 */
#define ACTION_TEST(name, action, fill, sent, answer, check)                              \
    static void test_mock__##name(void **state)                                           \
    {                                                                                     \
        const fixture *f = *state;                                                        \
        tcses_##name##_request request;                                                   \
        const tcses_##name##_response *response = NULL;                                   \
        tcses_error *error = NULL;                                                        \
        tcses_##name##_request_init(&request, sizeof request);                            \
        fill;                                                                             \
        expect(f, action, sent, answer);                                                  \
        expect_refusal(f, action);                                                        \
        if (tcses_##name(f->client, &request, NULL, &response, &error) != TCSES_OK)       \
            fail_msg("%s", tcses_error_message(error));                                   \
        assert_int_equal(response->size, sizeof *response);                               \
        assert_string_equal(response->request_id, "r");                                   \
        check;                                                                            \
        tcses_##name##_response_free(response);                                           \
        tcses_status status = tcses_##name(f->client, &request, NULL, &response, &error); \
        assert_null(response);                                                            \
        expect_api_error(status, error);                                                  \
        expect_played(f);                                                                 \
    }

static const tcses_tag tag = {sizeof tag, "k", "v"};
static const tcses_tag *const tags[] = {&tag};

#define RECORDS                                                                                              \
    "{\"Response\":{\"IdentityType\":\"DOMAIN\",\"VerifiedForSendingStatus\":false,\"DKIMOption\":0,"        \
    "\"Attributes\":[{\"Type\":\"TXT\",\"SendDomain\":\"s\",\"ExpectedValue\":\"e\",\"CurrentValue\":\"c\"," \
    "\"Status\":true}],\"TagList\":[{\"TagKey\":\"k\",\"TagValue\":\"v\"}],\"RequestId\":\"r\"}}"
#define BARE "{\"Response\":{\"RequestId\":\"r\"}}"

#define CHECK_RECORDS                                                         \
    do {                                                                      \
        assert_string_equal(response->identity_type, "DOMAIN");               \
        assert_int_equal(response->verified_for_sending_status, TCSES_FALSE); \
        assert_int_equal(response->dkim_option, TCSES_DKIM_1024);             \
        assert_int_equal(response->attributes_count, 1);                      \
        assert_string_equal(response->attributes[0]->type, "TXT");            \
        assert_string_equal(response->attributes[0]->send_domain, "s");       \
        assert_string_equal(response->attributes[0]->expected_value, "e");    \
        assert_string_equal(response->attributes[0]->current_value, "c");     \
        assert_int_equal(response->attributes[0]->status, TCSES_TRUE);        \
    } while (0)

ACTION_TEST(create_email_identity, "CreateEmailIdentity",
    (request.email_identity = "mail.example.com", request.dkim_option = TCSES_DKIM_BOTH, request.tag_list = tags,
        request.tag_list_count = 1),
    "{\"EmailIdentity\":\"mail.example.com\",\"DKIMOption\":2,\"TagList\":[{\"TagKey\":\"k\",\"TagValue\":\"v\"}]}",
    RECORDS, CHECK_RECORDS)
ACTION_TEST(get_email_identity, "GetEmailIdentity", request.email_identity = "mail.example.com",
    "{\"EmailIdentity\":\"mail.example.com\"}", RECORDS,
    (assert_int_equal(response->tag_list_count, 1), assert_string_equal(response->tag_list[0]->tag_key, "k"),
        assert_string_equal(response->tag_list[0]->tag_value, "v")))
ACTION_TEST(update_email_identity, "UpdateEmailIdentity",
    (request.email_identity = "mail.example.com", request.new_api = TCSES_FALSE, request.dkim_option = TCSES_DKIM_2048),
    "{\"EmailIdentity\":\"mail.example.com\",\"NewAPI\":false,\"DKIMOption\":1}", RECORDS, CHECK_RECORDS)
ACTION_TEST(list_email_identities, "ListEmailIdentities",
    (request.tag_list = tags, request.tag_list_count = 1, request.limit = 10, request.offset = 20),
    "{\"TagList\":[{\"TagKey\":\"k\",\"TagValue\":\"v\"}],\"Limit\":10,\"Offset\":20}",
    "{\"Response\":{\"EmailIdentities\":[{\"IdentityName\":\"n\",\"IdentityType\":\"DOMAIN\",\"SendingEnabled\":true,"
    "\"CurrentReputationLevel\":1,\"DailyQuota\":2,\"SendIp\":[\"i\"],\"TagList\":[{\"TagKey\":\"k\",\"TagValue\":"
    "\"v\"}],"
    "\"DKIMOption\":2}],\"MaxReputationLevel\":3,\"MaxDailyQuota\":4,\"Total\":5,\"RequestId\":\"r\"}}",
    (assert_int_equal(response->email_identities_count, 1),
        assert_string_equal(response->email_identities[0]->identity_name, "n"),
        assert_string_equal(response->email_identities[0]->identity_type, "DOMAIN"),
        assert_int_equal(response->email_identities[0]->sending_enabled, TCSES_TRUE),
        assert_int_equal(*response->email_identities[0]->current_reputation_level, 1),
        assert_int_equal(*response->email_identities[0]->daily_quota, 2),
        assert_int_equal(response->email_identities[0]->send_ip_count, 1),
        assert_string_equal(response->email_identities[0]->send_ip[0], "i"),
        assert_string_equal(response->email_identities[0]->tag_list[0]->tag_key, "k"),
        assert_int_equal(response->email_identities[0]->dkim_option, TCSES_DKIM_BOTH),
        assert_int_equal(*response->max_reputation_level, 3), assert_int_equal(*response->max_daily_quota, 4),
        assert_int_equal(*response->total, 5)))
ACTION_TEST(delete_email_identity, "DeleteEmailIdentity", request.email_identity = "mail.example.com",
    "{\"EmailIdentity\":\"mail.example.com\"}", BARE, (void)0)
ACTION_TEST(create_email_address, "CreateEmailAddress",
    (request.email_address = "a@b.c", request.email_sender_name = "n"),
    "{\"EmailAddress\":\"a@b.c\",\"EmailSenderName\":\"n\"}", BARE, (void)0)
ACTION_TEST(list_email_address, "ListEmailAddress", (void)request, "{}",
    "{\"Response\":{\"EmailSenders\":[{\"EmailAddress\":\"a@b.c\",\"EmailSenderName\":\"n\",\"CreatedTimestamp\":6,"
    "\"SmtpPwdType\":1}],\"RequestId\":\"r\"}}",
    (assert_int_equal(response->email_senders_count, 1),
        assert_string_equal(response->email_senders[0]->email_address, "a@b.c"),
        assert_string_equal(response->email_senders[0]->email_sender_name, "n"),
        assert_int_equal(*response->email_senders[0]->created_timestamp, 6),
        assert_int_equal(*response->email_senders[0]->smtp_pwd_type, 1)))
ACTION_TEST(delete_email_address, "DeleteEmailAddress", request.email_address = "a@b.c", "{\"EmailAddress\":\"a@b.c\"}",
    BARE, (void)0)
ACTION_TEST(update_email_smtp_password, "UpdateEmailSmtpPassWord",
    (request.password = "Geheim12Wort", request.email_address = "a@b.c"),
    "{\"Password\":\"Geheim12Wort\",\"EmailAddress\":\"a@b.c\"}", BARE, (void)0)
ACTION_TEST(create_address_unsubscribe_config, "CreateAddressUnsubscribeConfig",
    (request.address = "a@b.c", request.unsubscribe_config = "1", request.status = TCSES_UNSUBSCRIBE_ON),
    "{\"Address\":\"a@b.c\",\"UnsubscribeConfig\":\"1\",\"Status\":1}", BARE, (void)0)
ACTION_TEST(update_address_unsubscribe_config, "UpdateAddressUnsubscribeConfig",
    (request.address = "a@b.c", request.unsubscribe_config = "2", request.status = TCSES_UNSUBSCRIBE_OFF),
    "{\"Address\":\"a@b.c\",\"UnsubscribeConfig\":\"2\",\"Status\":0}", BARE, (void)0)
ACTION_TEST(delete_address_unsubscribe_config, "DeleteAddressUnsubscribeConfig", request.address = "a@b.c",
    "{\"Address\":\"a@b.c\"}", BARE, (void)0)
ACTION_TEST(list_address_unsubscribe_config, "ListAddressUnsubscribeConfig", (request.offset = 7, request.limit = 8),
    "{\"Offset\":7,\"Limit\":\"8\"}",
    "{\"Response\":{\"AddressUnsubscribeConfigList\":[{\"Address\":\"a@b.c\",\"UnsubscribeConfig\":\"3\",\"Status\":1}]"
    ","
    "\"Total\":9,\"RequestId\":\"r\"}}",
    (assert_int_equal(response->address_unsubscribe_config_list_count, 1),
        assert_string_equal(response->address_unsubscribe_config_list[0]->address, "a@b.c"),
        assert_string_equal(response->address_unsubscribe_config_list[0]->unsubscribe_config, "3"),
        assert_int_equal(response->address_unsubscribe_config_list[0]->status, TCSES_UNSUBSCRIBE_ON),
        assert_int_equal(*response->total, 9)))

/* ---- failures of the script ---- */

static tcses_status list_addresses(const fixture *f, tcses_error **error)
{
    return tcses_list_email_address(f->client, NULL, NULL, NULL, error);
}

static void test_mock__failures_at_every_stage(void **state)
{
    const fixture *f = *state;
    static const int32_t failures[] = {TCSES_ERR_NETWORK, TCSES_ERR_TLS, TCSES_ERR_TIMEOUT, TCSES_ERR_CANCELLED,
        TCSES_ERR_RESPONSE, TCSES_ERR_MEMORY, TCSES_ERR_SYSTEM};
    static const int32_t stages[] = {TCSES_STAGE_UNSENT, TCSES_STAGE_SENT, TCSES_STAGE_ANSWERED};
    for (size_t i = 0; i < COUNT_OF(failures) * COUNT_OF(stages); i++) {
        tcses_mock_exchange exchange = TCSES_MOCK_EXCHANGE_INIT;
        tcses_error *error = NULL;
        exchange.failure = failures[i / COUNT_OF(stages)];
        exchange.failure_stage = stages[i % COUNT_OF(stages)];
        assert_int_equal(tcses_mock_expect(f->mock, &exchange, NULL), TCSES_OK);
        assert_int_equal(list_addresses(f, &error), exchange.failure);
        assert_int_equal(tcses_error_outcome(error),
            exchange.failure_stage == TCSES_STAGE_UNSENT ? TCSES_OUTCOME_NOT_DONE : TCSES_OUTCOME_UNKNOWN);
        assert_int_equal(tcses_error_attempts(error), 1);
        tcses_error_free(error);
    }
    expect_played(f);
}

static void test_mock__answers_of_its_own_are_numbered(void **state)
{
    const fixture *f = *state;
    for (int i = 1; i <= 3; i++) {
        const tcses_list_email_address_response *response = NULL;
        char id[16];
        expect(f, NULL, NULL, NULL);
        assert_int_equal(tcses_list_email_address(f->client, NULL, NULL, &response, NULL), TCSES_OK);
        snprintf(id, sizeof id, "mock-%d", i);
        assert_string_equal(response->request_id, id);
        tcses_list_email_address_response_free(response);
    }
    expect_played(f);
}

static void test_mock__http_status_header_and_length(void **state)
{
    const fixture *f = *state;
    tcses_mock_exchange exchange = TCSES_MOCK_EXCHANGE_INIT;
    tcses_error *error = NULL;
    exchange.http_status = 503;
    assert_int_equal(tcses_mock_expect(f->mock, &exchange, NULL), TCSES_OK);
    assert_int_equal(list_addresses(f, &error), TCSES_ERR_HTTP);
    assert_int_equal(tcses_error_http_status(error), 503);
    tcses_error_free(error);
    /* Only so many bytes of the answer, and a body that holds a NUL. */
    exchange.http_status = 0;
    exchange.response_body = BARE "trailing";
    exchange.response_length = strlen(BARE);
    assert_int_equal(tcses_mock_expect(f->mock, &exchange, NULL), TCSES_OK);
    assert_int_equal(list_addresses(f, NULL), TCSES_OK);
    exchange.response_body = "{\"Response\":{\"a\":\"\0\"}}";
    exchange.response_length = 22;
    assert_int_equal(tcses_mock_expect(f->mock, &exchange, NULL), TCSES_OK);
    assert_int_equal(list_addresses(f, &error), TCSES_ERR_RESPONSE);
    tcses_error_free(error);
    expect_played(f);
}

/* ---- what was not as expected ---- */

static void test_mock__a_step_that_was_not_used(void **state)
{
    const fixture *f = *state;
    tcses_error *error = NULL;
    expect(f, "ListEmailAddress", NULL, NULL);
    expect(f, "DeleteEmailAddress", NULL, NULL);
    expect(f, NULL, NULL, NULL);
    assert_int_equal(list_addresses(f, NULL), TCSES_OK);
    assert_int_equal(tcses_mock_verify(f->mock, &error), TCSES_ERR_EXPECTATION);
    expect_message(error, TCSES_ERR_EXPECTATION, "step 2 of the script (DeleteEmailAddress) was not used");
    assert_int_equal(tcses_mock_verify(f->mock, NULL), TCSES_ERR_EXPECTATION);
}

/* A call that differs fails at once, sends nothing, and verify tells it again. */
static void expect_mismatch(const fixture *f, const tcses_mock_exchange *exchange, const char *words)
{
    tcses_error *error = NULL;
    tcses_update_email_smtp_password_request request = TCSES_UPDATE_EMAIL_SMTP_PASSWORD_REQUEST_INIT;
    request.password = "Geheim12Wort";
    request.email_address = "a@b.c";
    if (exchange != NULL)
        assert_int_equal(tcses_mock_expect(f->mock, exchange, NULL), TCSES_OK);
    assert_int_equal(tcses_update_email_smtp_password(f->client, &request, NULL, NULL, &error), TCSES_ERR_EXPECTATION);
    assert_null(strstr(tcses_error_message(error), "Geheim"));
    assert_int_equal(tcses_error_outcome(error), TCSES_OUTCOME_NOT_DONE);
    expect_message(error, TCSES_ERR_EXPECTATION, words);
    assert_int_equal(tcses_mock_verify(f->mock, &error), TCSES_ERR_EXPECTATION);
    assert_null(strstr(tcses_error_message(error), "Geheim"));
    expect_message(error, TCSES_ERR_EXPECTATION, words);
    /* Nothing that comes later makes it good. */
    assert_int_equal(list_addresses(f, NULL), TCSES_ERR_EXPECTATION);
    assert_int_equal(tcses_mock_verify(f->mock, NULL), TCSES_ERR_EXPECTATION);
}

static void test_mock__another_action(void **state)
{
    tcses_mock_exchange exchange = TCSES_MOCK_EXCHANGE_INIT;
    exchange.action = "ListEmailAddress";
    expect_mismatch(*state, &exchange, "request 1: expected action ListEmailAddress, got UpdateEmailSmtpPassWord");
}

static void test_mock__another_body(void **state)
{
    tcses_mock_exchange exchange = TCSES_MOCK_EXCHANGE_INIT;
    exchange.body = "{\"Password\":\"Geheim12Wort\",\"EmailAddress\":\"a@b.d\"}";
    expect_mismatch(*state, &exchange, "request 1 (UpdateEmailSmtpPassWord): the body differs");
}

static void test_mock__a_longer_body(void **state)
{
    tcses_mock_exchange exchange = TCSES_MOCK_EXCHANGE_INIT;
    exchange.body = "{\"Password\":\"Geheim12Wort\",\"EmailAddress\":\"a@b.c\"} ";
    expect_mismatch(*state, &exchange, "the body differs");
}

static void test_mock__another_header(void **state)
{
    tcses_mock_exchange exchange = TCSES_MOCK_EXCHANGE_INIT;
    exchange.header = "x-tc-region: ap-hongkong";
    expect_mismatch(*state, &exchange, "header x-tc-region is not the one expected");
}

static void test_mock__a_header_that_is_not_there(void **state)
{
    tcses_mock_exchange exchange = TCSES_MOCK_EXCHANGE_INIT;
    exchange.header = "X-TC-Token:";
    expect_mismatch(*state, &exchange, "header X-TC-Token is not the one expected");
}

static void test_mock__a_request_after_the_end(void **state)
{
    expect_mismatch(*state, NULL, "request 1 (UpdateEmailSmtpPassWord) came after the end of the script");
}

static void test_mock__the_header_that_is_expected(void **state)
{
    const fixture *f = *state;
    tcses_mock_exchange exchange = TCSES_MOCK_EXCHANGE_INIT;
    exchange.header = "x-tc-REGION:ap-guangzhou";
    assert_int_equal(tcses_mock_expect(f->mock, &exchange, NULL), TCSES_OK);
    assert_int_equal(list_addresses(f, NULL), TCSES_OK);
    expect_played(f);
}

/* ---- what came ---- */

static void test_mock__requests_can_be_read(void **state)
{
    const fixture *f = *state;
    assert_int_equal(tcses_mock_requests_count(f->mock), 0);
    expect(f, NULL, NULL, NULL);
    assert_int_equal(list_addresses(f, NULL), TCSES_OK);
    assert_int_equal(tcses_mock_requests_count(f->mock), 1);
    assert_string_equal(tcses_mock_request_body(f->mock, 0), "{}");
    assert_int_equal(tcses_mock_request_body_length(f->mock, 0), 2);
    assert_string_equal(tcses_mock_request_header(f->mock, 0, "x-tc-action"), "ListEmailAddress");
    assert_null(tcses_mock_request_header(f->mock, 0, "X-TC-Token"));
    assert_null(tcses_mock_request_header(f->mock, 0, "X-TC-Act"));
    assert_null(tcses_mock_request_header(f->mock, 0, ""));
    assert_null(tcses_mock_request_header(f->mock, 0, NULL));
    assert_null(tcses_mock_request_header(f->mock, 1, "X-TC-Action"));
    assert_null(tcses_mock_request_body(f->mock, 1));
    assert_int_equal(tcses_mock_request_body_length(f->mock, 1), 0);
}

static void test_mock__copies_its_steps(void **state)
{
    const fixture *f = *state;
    char action[] = "ListEmailAddress", body[] = "{}", header[] = "X-TC-Region: ap-guangzhou";
    char answer[] = "{\"Response\":{\"RequestId\":\"kept\"}}";
    tcses_mock_exchange exchange = TCSES_MOCK_EXCHANGE_INIT;
    exchange.action = action;
    exchange.body = body;
    exchange.header = header;
    exchange.response_body = answer;
    assert_int_equal(tcses_mock_expect(f->mock, &exchange, NULL), TCSES_OK);
    memset(action, 'x', strlen(action));
    memset(body, 'x', strlen(body));
    memset(header, 'x', strlen(header));
    memset(answer, 'x', strlen(answer));
    const tcses_list_email_address_response *response = NULL;
    assert_int_equal(tcses_list_email_address(f->client, NULL, NULL, &response, NULL), TCSES_OK);
    assert_string_equal(response->request_id, "kept");
    tcses_list_email_address_response_free(response);
    expect_played(f);
}

/* ---- arguments ---- */

static void test_mock__steps_are_refused_by_name(void **state)
{
    const fixture *f = *state;
    static const tcses_mock_exchange good = TCSES_MOCK_EXCHANGE_INIT;
    tcses_mock_exchange exchange;
    tcses_error *error = NULL;
#define REFUSED(change, at)                                                                  \
    do {                                                                                     \
        exchange = good;                                                                     \
        change;                                                                              \
        assert_int_equal(tcses_mock_expect(f->mock, &exchange, &error), TCSES_ERR_ARGUMENT); \
        assert_string_equal(tcses_error_field(error), at);                                   \
        tcses_error_free(error);                                                             \
    } while (0)
    REFUSED(exchange.size = 3, "exchange");
    REFUSED(exchange.header = "no colon", "header");
    REFUSED(exchange.response_header = "no colon", "response_header");
    REFUSED(exchange.failure = 1, "failure");
    REFUSED(exchange.failure_stage = 3, "failure_stage");
    REFUSED(exchange.failure_stage = -1, "failure_stage");
    REFUSED(exchange.reserved = 1, "reserved");
#undef REFUSED
    assert_int_equal(tcses_mock_expect(f->mock, NULL, &error), TCSES_ERR_ARGUMENT);
    assert_string_equal(tcses_error_field(error), "exchange");
    tcses_error_free(error);
    assert_int_equal(tcses_mock_expect(NULL, &good, &error), TCSES_ERR_ARGUMENT);
    assert_string_equal(tcses_error_field(error), "mock");
    tcses_error_free(error);
    assert_int_equal(tcses_mock_verify(NULL, &error), TCSES_ERR_ARGUMENT);
    assert_string_equal(tcses_error_field(error), "mock");
    tcses_error_free(error);
    assert_int_equal(tcses_mock_new(NULL, NULL, &error), TCSES_ERR_ARGUMENT);
    assert_string_equal(tcses_error_field(error), "out");
    tcses_error_free(error);
    expect_played(f);
    assert_null(tcses_mock_transport(NULL));
    assert_int_equal(tcses_mock_requests_count(NULL), 0);
    assert_null(tcses_mock_request_body(NULL, 0));
    tcses_mock_free(NULL);
}

/* Others may hold the transport longer than the test holds the mock. */
static void test_mock__use_after_it_was_freed(void **state)
{
    fixture *f = *state;
    tcses_error *error = NULL;
    expect(f, NULL, NULL, NULL);
    tcses_mock_free(f->mock);
    f->mock = NULL;
    assert_int_equal(list_addresses(f, &error), TCSES_ERR_EXPECTATION);
    expect_message(error, TCSES_ERR_EXPECTATION, "the mock was freed");
    assert_int_equal(list_addresses(f, NULL), TCSES_ERR_EXPECTATION);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(test_mock__##name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(create_email_identity),
        TEST(get_email_identity),
        TEST(list_email_identities),
        TEST(update_email_identity),
        TEST(delete_email_identity),
        TEST(create_email_address),
        TEST(list_email_address),
        TEST(delete_email_address),
        TEST(update_email_smtp_password),
        TEST(create_address_unsubscribe_config),
        TEST(update_address_unsubscribe_config),
        TEST(delete_address_unsubscribe_config),
        TEST(list_address_unsubscribe_config),
        TEST(failures_at_every_stage),
        TEST(answers_of_its_own_are_numbered),
        TEST(http_status_header_and_length),
        TEST(a_step_that_was_not_used),
        TEST(another_action),
        TEST(another_body),
        TEST(a_longer_body),
        TEST(another_header),
        TEST(a_header_that_is_not_there),
        TEST(a_request_after_the_end),
        TEST(the_header_that_is_expected),
        TEST(requests_can_be_read),
        TEST(copies_its_steps),
        TEST(steps_are_refused_by_name),
        TEST(use_after_it_was_freed),
    };
    return cmocka_run_group_tests_name("mock", tests, NULL, NULL);
}
