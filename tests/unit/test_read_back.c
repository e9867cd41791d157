/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Creates whose answer was lost, settled by reading back: through public functions and the mock.
 */
#include "support.h"

#include <stdio.h>

#define DOMAIN_CREATE "CreateEmailIdentity"
#define DOMAIN_READ "GetEmailIdentity"
#define ADDRESS_CREATE "CreateEmailAddress"
#define ADDRESS_READ "ListEmailAddress"
#define CONFIG_CREATE "CreateAddressUnsubscribeConfig"
#define CONFIG_READ "ListAddressUnsubscribeConfig"

#define DOMAIN_FOUND                                                                        \
    "{\"Response\":{\"RequestId\":\"read-1\",\"IdentityType\":\"DOMAIN\",\"DKIMOption\":1," \
    "\"VerifiedForSendingStatus\":false,\"Attributes\":[{\"Type\":\"MX\",\"ExpectedValue\":\"mx.example.\"}]}}"
#define NO_ADDRESSES "{\"Response\":{\"RequestId\":\"read-2\",\"EmailSenders\":[]}}"
#define ADDRESS_FOUND                                                                                          \
    "{\"Response\":{\"RequestId\":\"read-3\",\"EmailSenders\":[{\"EmailAddress\":\"other@mail.example.com\"}," \
    "{\"EmailAddress\":\"Service@mail.example.com\",\"EmailSenderName\":\"Service\"}]}}"

static const tcses_call_options settling = {.size = sizeof settling, .reconcile = TCSES_TRUE};

static void open_rig(test_rig *rig)
{
    rig_init(rig);
    rig_open(rig);
}

static tcses_status create_domain(test_rig *rig, int32_t dkim_option, const tcses_call_options *options,
    const tcses_create_email_identity_response **response, tcses_error **error)
{
    tcses_create_email_identity_request request = TCSES_CREATE_EMAIL_IDENTITY_REQUEST_INIT;
    request.email_identity = "mail.example.com";
    request.dkim_option = dkim_option;
    return tcses_create_email_identity(rig->client, &request, options, response, error);
}

static tcses_status create_address(test_rig *rig, const char *alias, tcses_error **error)
{
    tcses_create_email_address_request request = TCSES_CREATE_EMAIL_ADDRESS_REQUEST_INIT;
    request.email_address = "service@mail.example.com";
    request.email_sender_name = alias;
    return tcses_create_email_address(rig->client, &request, &settling, NULL, error);
}

static void lose_answer(test_rig *rig, const char *action)
{
    rig_fail(rig, action, TCSES_ERR_NETWORK, TCSES_STAGE_SENT);
}

static void expect_unsettled(tcses_error *error, tcses_status status, int32_t outcome, int32_t attempts)
{
    assert_int_equal(tcses_error_status(error), status);
    assert_int_equal(tcses_error_outcome(error), outcome);
    assert_int_equal(tcses_error_attempts(error), attempts);
    tcses_error_free(error);
}

static void test_read_back__what_is_there_counts_as_created(void **state)
{
    (void)state;
    test_rig rig;
    open_rig(&rig);
    lose_answer(&rig, DOMAIN_CREATE);
    rig_answer(&rig, DOMAIN_READ, DOMAIN_FOUND);
    const tcses_create_email_identity_response *response = NULL;
    assert_int_equal(create_domain(&rig, TCSES_UNSET, &settling, &response, NULL), TCSES_OK);
    /* The answer of the read stands for the one that was lost. */
    assert_string_equal(response->request_id, "read-1");
    assert_string_equal(response->identity_type, "DOMAIN");
    assert_int_equal(response->attributes_count, 1);
    assert_string_equal(response->attributes[0]->expected_value, "mx.example.");
    tcses_create_email_identity_response_free(response);
    assert_string_equal(tcses_mock_request_body(rig.mock, 1), "{\"EmailIdentity\":\"mail.example.com\"}");
    rig_free(&rig);
}

static void test_read_back__only_where_it_was_asked_for(void **state)
{
    (void)state;
    test_rig rig;
    tcses_error *error = NULL;
    open_rig(&rig);
    lose_answer(&rig, DOMAIN_CREATE);
    assert_int_equal(create_domain(&rig, TCSES_UNSET, NULL, NULL, &error), TCSES_ERR_NETWORK);
    expect_unsettled(error, TCSES_ERR_NETWORK, TCSES_OUTCOME_UNKNOWN, 1);
    rig_free(&rig);
}

static void test_read_back__a_certain_end_needs_none(void **state)
{
    (void)state;
    test_rig rig;
    tcses_error *error = NULL;
    open_rig(&rig);
    rig_answer(&rig, DOMAIN_CREATE, NULL);
    assert_int_equal(create_domain(&rig, TCSES_UNSET, &settling, NULL, NULL), TCSES_OK);
    rig_refuse(&rig, DOMAIN_CREATE, TCSES_CODE_REPEAT_CREATION);
    assert_int_equal(create_domain(&rig, TCSES_UNSET, &settling, NULL, &error), TCSES_ERR_API);
    expect_unsettled(error, TCSES_ERR_API, TCSES_OUTCOME_NOT_DONE, 1);
    rig_free(&rig);
}

static void test_read_back__what_is_not_there_is_asked_for_again(void **state)
{
    (void)state;
    test_rig rig;
    open_rig(&rig);
    lose_answer(&rig, DOMAIN_CREATE);
    rig_refuse(&rig, DOMAIN_READ, TCSES_CODE_NOT_EXIST_DOMAIN);
    rig_answer(&rig, DOMAIN_CREATE, NULL);
    assert_int_equal(create_domain(&rig, TCSES_UNSET, &settling, NULL, NULL), TCSES_OK);
    lose_answer(&rig, ADDRESS_CREATE);
    rig_answer(&rig, ADDRESS_READ, NO_ADDRESSES);
    rig_answer(&rig, ADDRESS_CREATE, NULL);
    assert_int_equal(create_address(&rig, "Service", NULL), TCSES_OK);
    rig_free(&rig);
}

/* The first request may land after all, between the read and the second one. */
static void test_read_back__a_first_request_that_lands_late(void **state)
{
    (void)state;
    test_rig rig;
    open_rig(&rig);
    lose_answer(&rig, ADDRESS_CREATE);
    rig_answer(&rig, ADDRESS_READ, NO_ADDRESSES);
    rig_refuse(&rig, ADDRESS_CREATE, TCSES_CODE_REPEAT_EMAIL_ADDRESS);
    rig_answer(&rig, ADDRESS_READ, ADDRESS_FOUND);
    assert_int_equal(create_address(&rig, "Service", NULL), TCSES_OK);
    rig_free(&rig);
}

static void test_read_back__not_there_until_the_attempts_are_used_up(void **state)
{
    (void)state;
    test_rig rig;
    tcses_error *error = NULL;
    rig_init(&rig);
    rig.options.max_attempts = 2;
    rig_open(&rig);
    for (int i = 0; i < 2; i++) {
        lose_answer(&rig, ADDRESS_CREATE);
        rig_answer(&rig, ADDRESS_READ, NO_ADDRESSES);
    }
    /* It is no proof: the request may still be on its way. */
    assert_int_equal(create_address(&rig, "Service", &error), TCSES_ERR_NETWORK);
    expect_unsettled(error, TCSES_ERR_NETWORK, TCSES_OUTCOME_UNKNOWN, 2);
    rig_free(&rig);
}

/* Another call may have made it, or changed it since: the service's refusal is the error, the outcome not known. */
static void test_read_back__what_differs_settles_nothing(void **state)
{
    (void)state;
    test_rig rig;
    tcses_error *error = NULL;
    open_rig(&rig);
    lose_answer(&rig, ADDRESS_CREATE);
    rig_answer(&rig, ADDRESS_READ, ADDRESS_FOUND);
    rig_refuse(&rig, ADDRESS_CREATE, TCSES_CODE_REPEAT_EMAIL_ADDRESS);
    assert_int_equal(create_address(&rig, "Another alias", &error), TCSES_ERR_API);
    assert_string_equal(tcses_error_code(error), TCSES_CODE_REPEAT_EMAIL_ADDRESS);
    expect_unsettled(error, TCSES_ERR_API, TCSES_OUTCOME_UNKNOWN, 2);
    /* With no attempt left the read alone tells. */
    tcses_call_options once = settling;
    once.max_attempts = 1;
    lose_answer(&rig, DOMAIN_CREATE);
    rig_answer(&rig, DOMAIN_READ, DOMAIN_FOUND);
    assert_int_equal(create_domain(&rig, TCSES_DKIM_1024, &once, NULL, &error), TCSES_ERR_NETWORK);
    expect_unsettled(error, TCSES_ERR_NETWORK, TCSES_OUTCOME_UNKNOWN, 1);
    rig_free(&rig);
}

static void test_read_back__what_was_not_asked_for_can_not_differ(void **state)
{
    (void)state;
    test_rig rig;
    open_rig(&rig);
    lose_answer(&rig, ADDRESS_CREATE);
    rig_answer(&rig, ADDRESS_READ, ADDRESS_FOUND);
    assert_int_equal(create_address(&rig, NULL, NULL), TCSES_OK);
    lose_answer(&rig, DOMAIN_CREATE);
    rig_answer(&rig, DOMAIN_READ, "{\"Response\":{\"RequestId\":\"1\",\"IdentityType\":\"DOMAIN\"}}");
    assert_int_equal(create_domain(&rig, TCSES_DKIM_2048, &settling, NULL, NULL), TCSES_OK);
    rig_free(&rig);
}

static void test_read_back__a_read_that_fails_settles_nothing(void **state)
{
    (void)state;
    static const char *const unreadable[] = {"{", "{\"Response\":{\"EmailSenders\":7}}"};
    for (size_t i = 0; i <= COUNT_OF(unreadable); i++) {
        test_rig rig;
        tcses_error *error = NULL;
        open_rig(&rig);
        lose_answer(&rig, ADDRESS_CREATE);
        if (i == COUNT_OF(unreadable))
            rig_refuse(&rig, ADDRESS_READ, "UnauthorizedOperation");
        for (int reads = 0; i < COUNT_OF(unreadable) && reads < (i == 0 ? 4 : 1); reads++)
            rig_answer(&rig, ADDRESS_READ, unreadable[i]);
        assert_int_equal(create_address(&rig, "Service", &error), TCSES_ERR_NETWORK);
        expect_unsettled(error, TCSES_ERR_NETWORK, TCSES_OUTCOME_UNKNOWN, 1);
        rig_free(&rig);
    }
}

/* A refusal after an attempt of unknown outcome does not say what became of that. */
static void test_read_back__a_refusal_after_an_unknown(void **state)
{
    (void)state;
    test_rig rig;
    tcses_error *error = NULL;
    open_rig(&rig);
    lose_answer(&rig, DOMAIN_CREATE);
    rig_refuse(&rig, DOMAIN_READ, TCSES_CODE_NOT_EXIST_DOMAIN);
    rig_refuse(&rig, DOMAIN_CREATE, TCSES_CODE_EXCEED_DOMAIN_LIMIT);
    rig_refuse(&rig, DOMAIN_READ, TCSES_CODE_NOT_EXIST_DOMAIN);
    assert_int_equal(create_domain(&rig, TCSES_UNSET, &settling, NULL, &error), TCSES_ERR_API);
    assert_string_equal(tcses_error_code(error), TCSES_CODE_EXCEED_DOMAIN_LIMIT);
    expect_unsettled(error, TCSES_ERR_API, TCSES_OUTCOME_UNKNOWN, 2);
    rig_free(&rig);
}

static void test_read_back__throttled_first_then_lost(void **state)
{
    (void)state;
    test_rig rig;
    open_rig(&rig);
    rig_refuse(&rig, DOMAIN_CREATE, "RequestLimitExceeded");
    lose_answer(&rig, DOMAIN_CREATE);
    rig_fail(&rig, DOMAIN_READ, TCSES_ERR_NETWORK, TCSES_STAGE_UNSENT);
    rig_answer(&rig, DOMAIN_READ, DOMAIN_FOUND);
    assert_int_equal(create_domain(&rig, TCSES_UNSET, &settling, NULL, NULL), TCSES_OK);
    rig_free(&rig);
}

/* ---- answers in pages ---- */

static tcses_status create_config(test_rig *rig, int32_t status, tcses_error **error)
{
    tcses_create_address_unsubscribe_config_request request = TCSES_CREATE_ADDRESS_UNSUBSCRIBE_CONFIG_REQUEST_INIT;
    request.address = "service@mail.example.com";
    request.unsubscribe_config = "2";
    request.status = status;
    return tcses_create_address_unsubscribe_config(rig->client, &request, &settling, NULL, error);
}

/* A page of so many other addresses, then perhaps the one that is looked for. */
static void answer_page(test_rig *rig, int others, const char *last)
{
    static char page[16384];
    int length = snprintf(page, sizeof page, "{\"Response\":{\"AddressUnsubscribeConfigList\":[");
    for (int i = 0; i < others; i++)
        length += snprintf(page + length, sizeof page - (size_t)length, "{\"Address\":\"a%d@mail.example.com\"}%s", i,
            i + 1 < others || last != NULL ? "," : "");
    snprintf(page + length, sizeof page - (size_t)length, "%s]}}", last != NULL ? last : "");
    rig_answer(rig, CONFIG_READ, page);
}

static void test_read_back__walks_the_pages(void **state)
{
    (void)state;
    static const char found[] = "{\"Address\":\"service@mail.example.com\",\"UnsubscribeConfig\":\"2\",\"Status\":1}";
    test_rig rig;
    open_rig(&rig);
    lose_answer(&rig, CONFIG_CREATE);
    answer_page(&rig, 100, NULL);
    answer_page(&rig, 3, found);
    assert_int_equal(create_config(&rig, TCSES_UNSUBSCRIBE_ON, NULL), TCSES_OK);
    assert_string_equal(tcses_mock_request_body(rig.mock, 1), "{\"Limit\":\"100\"}");
    assert_string_equal(tcses_mock_request_body(rig.mock, 2), "{\"Offset\":100,\"Limit\":\"100\"}");
    rig_free(&rig);
}

static void test_read_back__a_config_that_differs(void **state)
{
    (void)state;
    static const char found[] = "{\"Address\":\"service@mail.example.com\",\"UnsubscribeConfig\":\"2\",\"Status\":1}";
    test_rig rig;
    tcses_error *error = NULL;
    open_rig(&rig);
    lose_answer(&rig, CONFIG_CREATE);
    answer_page(&rig, 0, found);
    rig_refuse(&rig, CONFIG_CREATE, "InvalidParameterValue");
    assert_int_equal(create_config(&rig, TCSES_UNSUBSCRIBE_OFF, &error), TCSES_ERR_API);
    expect_unsettled(error, TCSES_ERR_API, TCSES_OUTCOME_UNKNOWN, 2);
    rig_free(&rig);
}

static void test_read_back__memory_that_runs_out_settles_nothing(void **state)
{
    (void)state;
    size_t unknown = 0;
    for (size_t nth = 1, reached = 1; reached; nth++) {
        test_memory m;
        test_rig rig;
        tcses_error *error = NULL;
        test_memory_init(&m);
        rig_init(&rig);
        rig.options.allocator = &m.allocator;
        rig_open(&rig);
        lose_answer(&rig, DOMAIN_CREATE);
        rig_answer(&rig, DOMAIN_READ, DOMAIN_FOUND);
        m.fail_at = m.taken + nth;
        tcses_status status = create_domain(&rig, TCSES_UNSET, &settling, NULL, &error);
        reached = m.taken >= m.fail_at;
        assert_int_equal(status == TCSES_OK, !reached);
        /* What was lost is never called not done once the request has left. */
        if (reached && tcses_mock_requests_count(rig.mock) > 0)
            assert_int_not_equal(tcses_error_outcome(error), TCSES_OUTCOME_NOT_DONE);
        unknown += reached && tcses_error_outcome(error) == TCSES_OUTCOME_UNKNOWN;
        tcses_error_free(error);
        tcses_client_free(rig.client);
        rig.client = NULL;
        assert_int_equal(m.live, 0);
        tcses_mock_free(rig.mock);
    }
    assert_true(unknown > 5);
}

/* The guide: what the answer does not tell can not differ. */
static void test_read_back__what_the_answer_does_not_tell_can_not_differ(void **state)
{
    (void)state;
    static const char found[] = "{\"Address\":\"service@mail.example.com\",\"UnsubscribeConfig\":\"2\"}";
    test_rig rig;
    open_rig(&rig);
    lose_answer(&rig, CONFIG_CREATE);
    answer_page(&rig, 0, found);
    assert_int_equal(create_config(&rig, TCSES_UNSUBSCRIBE_ON, NULL), TCSES_OK);
    lose_answer(&rig, ADDRESS_CREATE);
    rig_answer(
        &rig, ADDRESS_READ, "{\"Response\":{\"EmailSenders\":[{\"EmailAddress\":\"service@mail.example.com\"}]}}");
    assert_int_equal(create_address(&rig, "Service", NULL), TCSES_OK);
    rig_free(&rig);
}

/* The service may have stored the alias in another form. That the first request was not done is no fact then. */
static void test_read_back__an_alias_in_another_form_is_no_proof(void **state)
{
    (void)state;
    test_rig rig;
    tcses_error *error = NULL;
    tcses_call_options once = settling;
    tcses_create_email_address_request request = TCSES_CREATE_EMAIL_ADDRESS_REQUEST_INIT;
    once.max_attempts = 1;
    request.email_address = "service@mail.example.com";
    request.email_sender_name = "Service ";
    open_rig(&rig);
    lose_answer(&rig, ADDRESS_CREATE);
    rig_answer(&rig, ADDRESS_READ, ADDRESS_FOUND);
    assert_int_equal(tcses_create_email_address(rig.client, &request, &once, NULL, &error), TCSES_ERR_NETWORK);
    expect_unsettled(error, TCSES_ERR_NETWORK, TCSES_OUTCOME_UNKNOWN, 1);
    rig_free(&rig);
}

static void test_read_back__of_two_that_match_the_one_as_asked_counts(void **state)
{
    (void)state;
    test_rig rig;
    open_rig(&rig);
    lose_answer(&rig, ADDRESS_CREATE);
    rig_answer(&rig, ADDRESS_READ,
        "{\"Response\":{\"EmailSenders\":[{\"EmailAddress\":\"service@mail.example.com\",\"EmailSenderName\":\"S\"},"
        "{\"EmailAddress\":\"SERVICE@mail.example.com\",\"EmailSenderName\":\"Other\"}]}}");
    assert_int_equal(create_address(&rig, "S", NULL), TCSES_OK);
    rig_free(&rig);
}

static tcses_cancel *cancel_of_second_wait;
static int waits_left;

static void wait_and_cancel(void *ctx, int64_t milliseconds, tcses_cancel *cancel)
{
    test_clock *c = ctx;
    (void)cancel;
    c->monotonic_ms += milliseconds;
    if (--waits_left == 0)
        tcses_cancel_trigger(cancel_of_second_wait);
}

/* The first wait is the create's; the second one is between two attempts of the read. */
static void test_read_back__a_cancel_while_it_reads(void **state)
{
    (void)state;
    test_rig rig;
    tcses_error *error = NULL;
    tcses_call_options options = settling;
    rig_init(&rig);
    rig.clock.clock.wait = wait_and_cancel;
    /* So long that no pause comes out as none. */
    rig.options.backoff_base_ms = rig.options.backoff_cap_ms = 100000000;
    rig.options.timeout_ms = INT32_MAX;
    waits_left = 2;
    assert_int_equal(tcses_cancel_new(NULL, &cancel_of_second_wait, NULL), TCSES_OK);
    options.cancel = cancel_of_second_wait;
    rig_open(&rig);
    lose_answer(&rig, DOMAIN_CREATE);
    rig_fail(&rig, DOMAIN_READ, TCSES_ERR_NETWORK, TCSES_STAGE_UNSENT);
    assert_int_equal(create_domain(&rig, TCSES_UNSET, &options, NULL, &error), TCSES_ERR_CANCELLED);
    expect_unsettled(error, TCSES_ERR_CANCELLED, TCSES_OUTCOME_UNKNOWN, 1);
    tcses_cancel_unref(cancel_of_second_wait);
    rig_free(&rig);
}

/* The guide: it is never set for a create whose outcome is unknown. */
static void test_read_back__an_unknown_create_is_not_retryable(void **state)
{
    (void)state;
    test_rig rig;
    tcses_error *error = NULL;
    open_rig(&rig);
    lose_answer(&rig, ADDRESS_CREATE);
    rig_answer(&rig, ADDRESS_READ, NO_ADDRESSES);
    for (int i = 0; i < 3; i++)
        rig_refuse(&rig, ADDRESS_CREATE, "RequestLimitExceeded");
    rig_answer(&rig, ADDRESS_READ, NO_ADDRESSES); /* the last look, when no attempt is left */
    assert_int_equal(create_address(&rig, "Service", &error), TCSES_ERR_API);
    assert_int_equal(tcses_error_outcome(error), TCSES_OUTCOME_UNKNOWN);
    assert_int_equal(tcses_error_retryable(error), TCSES_FALSE);
    tcses_error_free(error);
    rig_free(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_read_back__what_is_there_counts_as_created),
        cmocka_unit_test(test_read_back__only_where_it_was_asked_for),
        cmocka_unit_test(test_read_back__a_certain_end_needs_none),
        cmocka_unit_test(test_read_back__what_is_not_there_is_asked_for_again),
        cmocka_unit_test(test_read_back__a_first_request_that_lands_late),
        cmocka_unit_test(test_read_back__not_there_until_the_attempts_are_used_up),
        cmocka_unit_test(test_read_back__what_differs_settles_nothing),
        cmocka_unit_test(test_read_back__what_was_not_asked_for_can_not_differ),
        cmocka_unit_test(test_read_back__a_read_that_fails_settles_nothing),
        cmocka_unit_test(test_read_back__a_refusal_after_an_unknown),
        cmocka_unit_test(test_read_back__throttled_first_then_lost),
        cmocka_unit_test(test_read_back__walks_the_pages),
        cmocka_unit_test(test_read_back__a_config_that_differs),
        cmocka_unit_test(test_read_back__memory_that_runs_out_settles_nothing),
        cmocka_unit_test(test_read_back__what_the_answer_does_not_tell_can_not_differ),
        cmocka_unit_test(test_read_back__an_alias_in_another_form_is_no_proof),
        cmocka_unit_test(test_read_back__of_two_that_match_the_one_as_asked_counts),
        cmocka_unit_test(test_read_back__a_cancel_while_it_reads),
        cmocka_unit_test(test_read_back__an_unknown_create_is_not_retryable),
    };
    return cmocka_run_group_tests_name("read_back", tests, NULL, NULL);
}
