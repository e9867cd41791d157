/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How to test code of yours that uses libtcses: without a network, an account or a server, with the scripted transport
 * of tcses/sys/mock.h. The code under test is domain_state(); the tests give it the answers that a live service can't
 * be made to give. Use the test framework you like; here each test returns whether it held.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <tcses/sys/mock.h>
#include <tcses/tcses.h>

/* ---- the code under test: it takes the client, so that a test can hand it one with another transport ---- */

typedef enum domain_state { DOMAIN_READY, DOMAIN_WAITING, DOMAIN_MISSING, DOMAIN_UNCLEAR } domain_state;

static domain_state find_domain_state(tcses_client *client, const char *domain)
{
    tcses_get_email_identity_request request = TCSES_GET_EMAIL_IDENTITY_REQUEST_INIT;
    request.email_identity = domain;
    const tcses_get_email_identity_response *response = NULL;
    tcses_error *error = NULL;
    domain_state state = DOMAIN_UNCLEAR;
    if (tcses_get_email_identity(client, &request, NULL, &response, &error) == TCSES_OK) {
        state = response->verified_for_sending_status == TCSES_TRUE ? DOMAIN_READY : DOMAIN_WAITING;
    } else {
        const char *code = tcses_error_code(error); /* NULL if it was not the service that refused */
        if (code != NULL && strcmp(code, TCSES_CODE_NOT_EXIST_DOMAIN) == 0)
            state = DOMAIN_MISSING;
    }
    tcses_get_email_identity_response_free(response);
    tcses_error_free(error);
    return state;
}

/* ---- what the tests share ---- */

static bool is_ok(tcses_status status, tcses_error *error)
{
    if (status != TCSES_OK)
        printf("# %s\n", tcses_error_message(error));
    tcses_error_free(error);
    return status == TCSES_OK;
}

static bool expect(tcses_mock *mock, const tcses_mock_exchange *exchange)
{
    tcses_error *error = NULL;
    tcses_status status = tcses_mock_expect(mock, exchange, &error);
    return is_ok(status, error);
}

/* The mock checks credentials no more than a network would: any will do. */
static bool make_client(tcses_mock *mock, tcses_client **client)
{
    tcses_client_options options = TCSES_CLIENT_OPTIONS_INIT;
    tcses_error *error = NULL;
    tcses_status status = tcses_credentials_new_static("id", "key", NULL, NULL, &options.credentials, &error);
    if (status == TCSES_OK) {
        options.region = "ap-guangzhou";
        options.transport = tcses_mock_transport(mock);
        options.max_attempts = 1; /* else a failed read is tried again, and the script needs a step for each try */
        status = tcses_client_new(&options, client, &error);
    }
    tcses_credentials_unref(options.credentials); /* the client has its own reference */
    return is_ok(status, error);
}

/* Whether the code under test finds this state when the exchange is as given, and asks neither more nor less. */
static bool finds_state(const tcses_mock_exchange *exchange, domain_state expected)
{
    tcses_mock *mock = NULL;
    tcses_client *client = NULL;
    tcses_error *error = NULL;
    bool held = is_ok(tcses_mock_new(NULL, &mock, NULL), NULL) && expect(mock, exchange) && make_client(mock, &client);
    if (held) {
        held = find_domain_state(client, "mail.example.com") == expected;
        tcses_status played = tcses_mock_verify(mock, &error); /* a step not used, or a request not expected */
        held = is_ok(played, error) && held;
    }
    tcses_client_free(client);
    tcses_mock_free(mock);
    return held;
}

/* ---- the tests ---- */

static bool test_verified_domain_is_ready(void)
{
    tcses_mock_exchange exchange = TCSES_MOCK_EXCHANGE_INIT;
    exchange.action = "GetEmailIdentity";
    exchange.body = "{\"EmailIdentity\":\"mail.example.com\"}";
    exchange.response_body = "{\"Response\":{\"VerifiedForSendingStatus\":true,\"RequestId\":\"1\"}}";
    return finds_state(&exchange, DOMAIN_READY);
}

static bool test_other_domain_is_waiting(void)
{
    tcses_mock_exchange exchange = TCSES_MOCK_EXCHANGE_INIT;
    exchange.response_body = "{\"Response\":{\"VerifiedForSendingStatus\":false,\"RequestId\":\"1\"}}";
    return finds_state(&exchange, DOMAIN_WAITING);
}

static bool test_refusal_of_the_service_is_understood(void)
{
    tcses_mock_exchange exchange = TCSES_MOCK_EXCHANGE_INIT;
    exchange.response_body = "{\"Response\":{\"Error\":{\"Code\":\"InvalidParameterValue.NotExistDomain\","
                             "\"Message\":\"no such domain\"},\"RequestId\":\"1\"}}";
    return finds_state(&exchange, DOMAIN_MISSING);
}

static bool test_broken_network_says_nothing_about_the_domain(void)
{
    tcses_mock_exchange exchange = TCSES_MOCK_EXCHANGE_INIT;
    exchange.failure = TCSES_ERR_NETWORK;
    exchange.failure_stage = TCSES_STAGE_SENT;
    return finds_state(&exchange, DOMAIN_UNCLEAR);
}

int main(void)
{
    static const struct {
        const char *name;
        bool (*run)(void);
    } tests[] = {{"verified domain is ready", test_verified_domain_is_ready},
        {"other domain is waiting", test_other_domain_is_waiting},
        {"refusal of the service is understood", test_refusal_of_the_service_is_understood},
        {"broken network says nothing about the domain", test_broken_network_says_nothing_about_the_domain}};
    const size_t count = sizeof tests / sizeof tests[0];
    int failed = 0;
    printf("1..%zu\n", count);
    for (size_t i = 0; i < count; i++) {
        bool held = tests[i].run();
        failed += !held;
        printf("%s %zu - %s\n", held ? "ok" : "not ok", i + 1, tests[i].name);
    }
    return failed == 0 ? 0 : 1;
}
