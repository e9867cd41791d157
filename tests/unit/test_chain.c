/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The default chain's remote end: the role of a machine, then that of a pod. Its files and the environment's keys are
 * test_credentials.c's.
 */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define ROLE_ARN "qcs::cam::uin/100000000001:roleName/mailer"
#define KEYS_OF_MACHINE                                                                                         \
    "{\"Code\":\"Success\",\"TmpSecretId\":\"AKIDmachine\",\"TmpSecretKey\":\"KeyTmp\",\"Token\":\"TokenTmp\"," \
    "\"ExpiredTime\":1735696800}"
#define KEYS_OF_POD                                                                                                 \
    "{\"Response\":{\"Credentials\":{\"Token\":\"TokenTmp\",\"TmpSecretId\":\"AKIDpod\",\"TmpSecretKey\":\"Key\"}," \
    "\"ExpiredTime\":1735696800}}"

static const char *const variables[] = {"TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY", "TENCENTCLOUD_TOKEN",
    "TENCENTCLOUD_SESSION_TOKEN", "TENCENTCLOUD_SECURITY_TOKEN", "TENCENTCLOUD_CREDENTIALS_FILE", "TCCLI_PROFILE",
    "TKE_PROVIDER_ID", "TKE_WEB_IDENTITY_TOKEN_FILE", "TKE_ROLE_ARN", "TKE_REGION"};

static void forget_variables(void)
{
    for (size_t i = 0; i < COUNT_OF(variables); i++)
        unsetenv(variables[i]);
}

static int set_up(void **state)
{
    char *home = test_folder_new();
    forget_variables();
    setenv("HOME", home, 1);
    *state = home;
    return 0;
}

static int tear_down(void **state)
{
    forget_variables();
    test_folder_free(*state);
    return 0;
}

/* As TKE sets up a pod; the token is a file in `folder`. */
static void enter_pod(const char *folder)
{
    char file[512];
    snprintf(file, sizeof file, "%s/token", folder);
    test_file_write(folder, "token", "eyJ.token", -1);
    setenv("TKE_PROVIDER_ID", "provider", 1);
    setenv("TKE_WEB_IDENTITY_TOKEN_FILE", file, 1);
    setenv("TKE_ROLE_ARN", ROLE_ARN, 1);
    setenv("TKE_REGION", "ap-hongkong", 1);
}

/* A client with the default chain, whose network is the mock. */
static void open_rig(test_rig *rig)
{
    rig_init(rig);
    assert_int_equal(tcses_credentials_new_default(rig->options.allocator, &rig->options.credentials, NULL), TCSES_OK);
    rig_open(rig);
}

static void close_rig(test_rig *rig)
{
    tcses_credentials_unref(rig->options.credentials);
    rig_free(rig);
}

static tcses_status list(test_rig *rig, tcses_error **error)
{
    return tcses_list_email_address(rig->client, NULL, NULL, NULL, error);
}

/* The metadata server answers that there is no role. */
static void answer_no_role(test_rig *rig)
{
    tcses_mock_exchange exchange = TCSES_MOCK_EXCHANGE_INIT;
    exchange.header = "Host: metadata.tencentyun.com";
    exchange.http_status = 404;
    assert_int_equal(tcses_mock_expect(rig->mock, &exchange, NULL), TCSES_OK);
}

static void fetch_keys_of_machine(test_rig *rig)
{
    rig_answer(rig, NULL, "mailer");
    rig_answer(rig, NULL, KEYS_OF_MACHINE);
    rig_answer(rig, "ListEmailAddress", NULL);
    assert_int_equal(list(rig, NULL), TCSES_OK);
    size_t last = tcses_mock_requests_count(rig->mock) - 1;
    assert_non_null(strstr(tcses_mock_request_header(rig->mock, last, "Authorization"), "=AKIDmachine/"));
}

static void expect_refused(test_rig *rig, tcses_status status, const char *words)
{
    tcses_error *error = NULL;
    assert_int_equal(list(rig, &error), status);
    if (strstr(tcses_error_message(error), words) == NULL)
        fail_msg("expected \"%s\": %s", words, tcses_error_message(error));
    tcses_error_free(error);
}

/* ---- the machine ---- */

static void test_chain__keys_of_the_machine(void **state)
{
    test_rig rig;
    enter_pod(*state);
    open_rig(&rig);
    fetch_keys_of_machine(&rig);
    close_rig(&rig);
}

/* What comes after it may be the keys of another account. */
static void test_chain__a_machine_that_has_served_is_not_passed_over(void **state)
{
    test_rig rig;
    enter_pod(*state);
    open_rig(&rig);
    fetch_keys_of_machine(&rig);
    rig.clock.monotonic_ms += 7200000;
    answer_no_role(&rig);
    expect_refused(&rig, TCSES_ERR_CREDENTIALS, "CVM role: this machine has no such role");
    close_rig(&rig);
}

/* ---- the pod ---- */

static void test_chain__then_keys_of_the_pod(void **state)
{
    test_rig rig;
    enter_pod(*state);
    open_rig(&rig);
    answer_no_role(&rig);
    rig_answer(&rig, "AssumeRoleWithWebIdentity", KEYS_OF_POD);
    rig_answer(&rig, "ListEmailAddress", NULL);
    assert_int_equal(list(&rig, NULL), TCSES_OK);
    assert_string_equal(tcses_mock_request_header(rig.mock, 1, "X-TC-Region"), "ap-hongkong");
    assert_non_null(strstr(tcses_mock_request_body(rig.mock, 1), "\"ProviderId\":\"provider\""));
    assert_non_null(strstr(tcses_mock_request_body(rig.mock, 1), "\"RoleArn\":\"" ROLE_ARN "\""));
    assert_non_null(strstr(tcses_mock_request_header(rig.mock, 2, "Authorization"), "=AKIDpod/"));
    close_rig(&rig);
}

/* One variable is enough to mean a pod; then none may be missing. */
static void test_chain__half_of_a_pod_is_not_passed_over(void **state)
{
    static const char *const names[] = {"TKE_PROVIDER_ID", "TKE_WEB_IDENTITY_TOKEN_FILE", "TKE_ROLE_ARN", "TKE_REGION"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        test_rig rig;
        char words[64];
        enter_pod(*state);
        unsetenv(names[i]);
        snprintf(words, sizeof words, "%s is not set", names[i]);
        open_rig(&rig);
        answer_no_role(&rig);
        expect_refused(&rig, TCSES_ERR_CREDENTIALS, words);
        close_rig(&rig);
    }
}

static void test_chain__what_the_environment_of_a_pod_can_not_mean(void **state)
{
    static const struct {
        const char *name, *value, *words;
    } wrong[] = {{"TKE_REGION", "a b", "TKE_REGION is not the name of a region"},
        {"TKE_PROVIDER_ID", "\xFF", "a text that is no UTF-8 can not be sent"},
        {"TKE_WEB_IDENTITY_TOKEN_FILE", "/nowhere", "the token file /nowhere: No such file or directory"}};
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        test_rig rig;
        enter_pod(*state);
        setenv(wrong[i].name, wrong[i].value, 1);
        open_rig(&rig);
        answer_no_role(&rig);
        expect_refused(&rig, TCSES_ERR_CREDENTIALS, wrong[i].words);
        close_rig(&rig);
    }
}

static void test_chain__a_token_file_with_a_nul_holds_no_token(void **state)
{
    test_rig rig;
    enter_pod(*state);
    test_file_write(*state, "token", "eyJ\0.token", 10);
    open_rig(&rig);
    answer_no_role(&rig);
    expect_refused(&rig, TCSES_ERR_CREDENTIALS, "holds no token");
    close_rig(&rig);
}

/* ---- nowhere ---- */

static void test_chain__names_each_place(void **state)
{
    static const char *const places[] = {"\n  environment: ", "/.tencentcloud/credentials: ",
        "/.tccli/default.credential: ", "\n  CVM metadata server: CVM role: this machine has no such role",
        "\n  TKE: "};
    (void)state;
    test_rig rig;
    tcses_error *error = NULL;
    open_rig(&rig);
    answer_no_role(&rig);
    assert_int_equal(list(&rig, &error), TCSES_ERR_CREDENTIALS);
    for (size_t i = 0; i < COUNT_OF(places); i++)
        assert_non_null(strstr(tcses_error_message(error), places[i]));
    tcses_error_free(error);
    /* Also where nobody wants to know. */
    answer_no_role(&rig);
    assert_int_equal(list(&rig, NULL), TCSES_ERR_CREDENTIALS);
    close_rig(&rig);
}

/* ---- memory ---- */

static void test_chain__memory_that_runs_out_in_the_environment(void **state)
{
    (void)state;
    setenv("TENCENTCLOUD_SECRET_ID", "id", 1);
    setenv("TENCENTCLOUD_SECRET_KEY", "KeyOfEnvironment", 1);
    setenv("TENCENTCLOUD_TOKEN", "token", 1);
    size_t failures = 0;
    for (bool reached = true; reached;) {
        test_rig rig;
        test_memory m;
        test_memory_init(&m);
        m.look = "KeyOfEnvironment";
        rig_init(&rig);
        assert_int_equal(tcses_credentials_new_environment(&m.allocator, &rig.options.credentials, NULL), TCSES_OK);
        rig_open(&rig);
        rig_answer(&rig, NULL, NULL);
        m.fail_at = m.taken + failures + 1;
        tcses_status status = list(&rig, NULL);
        reached = m.taken >= m.fail_at;
        assert_int_equal(status, reached ? TCSES_ERR_MEMORY : TCSES_OK);
        assert_int_equal(tcses_mock_requests_count(rig.mock), reached ? 0 : 1);
        tcses_credentials_unref(rig.options.credentials);
        tcses_client_free(rig.client);
        tcses_mock_free(rig.mock);
        assert_int_equal(m.live, 0);
        assert_int_equal(m.found, 0);
        failures += reached;
    }
    assert_int_equal(failures, 4);
}

#define TEST(name) cmocka_unit_test_setup_teardown(test_chain__##name, set_up, tear_down)

/* What the search for keys met is not what the call met. */
static void test_chain__an_answer_about_keys_is_no_answer_to_the_call(void **state)
{
    test_rig rig;
    tcses_error *error = NULL;
    enter_pod(*state);
    open_rig(&rig);
    answer_no_role(&rig);
    rig_answer(&rig, "AssumeRoleWithWebIdentity", KEYS_OF_POD);
    for (int i = 0; i < 4; i++)
        rig_fail(&rig, "ListEmailAddress", TCSES_ERR_NETWORK, TCSES_STAGE_UNSENT);
    assert_int_equal(list(&rig, &error), TCSES_ERR_NETWORK);
    assert_int_equal(tcses_error_http_status(error), 0);
    tcses_error_free(error);
    close_rig(&rig);
}

/* It has named a role: the keys are there, and those of the pod may be another account's. */
static void test_chain__a_machine_with_a_role_is_not_passed_over(void **state)
{
    test_rig rig;
    tcses_error *error = NULL;
    tcses_mock_exchange broken = TCSES_MOCK_EXCHANGE_INIT;
    broken.header = "Host: metadata.tencentyun.com";
    broken.http_status = 500;
    enter_pod(*state);
    open_rig(&rig);
    rig_answer(&rig, NULL, "mailer");
    for (int i = 0; i < 2; i++)
        assert_int_equal(tcses_mock_expect(rig.mock, &broken, NULL), TCSES_OK);
    assert_int_equal(list(&rig, &error), TCSES_ERR_CREDENTIALS);
    assert_int_equal(tcses_mock_requests_count(rig.mock), 3);
    tcses_error_free(error);
    close_rig(&rig);
}

/* ---- two that find different ones ---- */

/* The mock's network, on which something happens while a request of this action is under way. */
typedef struct busy_network {
    test_rig *rig;
    const char *action;
    void (*meanwhile)(test_rig *rig);
} busy_network;

static tcses_status perform_meanwhile(void *ctx, tcses_http_request *request, tcses_http_response *response)
{
    busy_network *network = ctx;
    const char *action = tcses_http_request_header(request, "X-TC-Action");
    void (*meanwhile)(test_rig *) = network->meanwhile;
    if (meanwhile != NULL && strcmp(action != NULL ? action : "metadata", network->action) == 0) {
        network->meanwhile = NULL;
        meanwhile(network->rig);
    }
    return tcses_transport_perform(tcses_mock_transport(network->rig->mock), request, response);
}

static void open_busy_rig(test_rig *rig, busy_network *network)
{
    tcses_transport_ops ops = TCSES_TRANSPORT_OPS_INIT;
    ops.perform = perform_meanwhile;
    rig_init(rig);
    network->rig = rig;
    assert_int_equal(tcses_transport_new(&ops, network, NULL, &rig->options.transport, NULL), TCSES_OK);
    assert_int_equal(tcses_credentials_new_default(NULL, &rig->options.credentials, NULL), TCSES_OK);
    rig_open(rig);
    tcses_transport_unref(rig->options.transport);
}

static void list_too(test_rig *rig)
{
    assert_int_equal(list(rig, NULL), TCSES_OK);
}

/* The pod's keys are on their way when another call finds the machine's: both calls are the machine's then. */
static void test_chain__who_is_first_is_taken_by_all(void **state)
{
    test_rig rig;
    busy_network network = {.action = "AssumeRoleWithWebIdentity", .meanwhile = list_too};
    enter_pod(*state);
    open_busy_rig(&rig, &network);
    answer_no_role(&rig);
    rig_answer(&rig, NULL, "mailer");
    rig_answer(&rig, NULL, KEYS_OF_MACHINE);
    rig_answer(&rig, "ListEmailAddress", NULL);
    rig_answer(&rig, "AssumeRoleWithWebIdentity", KEYS_OF_POD);
    rig_answer(&rig, "ListEmailAddress", NULL);
    assert_int_equal(list(&rig, NULL), TCSES_OK);
    size_t last = tcses_mock_requests_count(rig.mock) - 1;
    assert_non_null(strstr(tcses_mock_request_header(rig.mock, last, "Authorization"), "=AKIDmachine/"));
    close_rig(&rig);
}

static void pass_the_calls_time(test_rig *rig)
{
    rig->clock.monotonic_ms += 60000;
}

static void test_chain__time_that_runs_out_at_the_machine(void **state)
{
    test_rig rig;
    busy_network network = {.action = "metadata", .meanwhile = pass_the_calls_time};
    enter_pod(*state);
    open_busy_rig(&rig, &network);
    rig_fail(&rig, NULL, TCSES_ERR_TIMEOUT, TCSES_STAGE_SENT);
    expect_refused(&rig, TCSES_ERR_TIMEOUT, "the time for the call ran out");
    close_rig(&rig);
}

static void cancel_the_call(test_rig *rig)
{
    tcses_cancel_trigger(rig->clock.cancel_in_wait);
}

static void test_chain__a_cancelled_look_at_the_machine_ends_the_call(void **state)
{
    test_rig rig;
    tcses_error *error = NULL;
    tcses_call_options options = TCSES_CALL_OPTIONS_INIT;
    busy_network network = {.action = "metadata", .meanwhile = cancel_the_call};
    enter_pod(*state);
    open_busy_rig(&rig, &network);
    assert_int_equal(tcses_cancel_new(NULL, &options.cancel, NULL), TCSES_OK);
    rig.clock.cancel_in_wait = options.cancel;
    rig_fail(&rig, NULL, TCSES_ERR_NETWORK, TCSES_STAGE_UNSENT);
    assert_int_equal(tcses_list_email_address(rig.client, NULL, &options, NULL, &error), TCSES_ERR_CANCELLED);
    assert_string_equal(tcses_error_message(error), "cancelled while credentials were fetched (CVM role)");
    expect_error(error, TCSES_ERR_CANCELLED, NULL);
    tcses_cancel_unref(options.cancel);
    close_rig(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(keys_of_the_machine),
        TEST(a_machine_that_has_served_is_not_passed_over),
        TEST(a_cancelled_look_at_the_machine_ends_the_call),
        TEST(then_keys_of_the_pod),
        TEST(half_of_a_pod_is_not_passed_over),
        TEST(what_the_environment_of_a_pod_can_not_mean),
        TEST(a_token_file_with_a_nul_holds_no_token),
        TEST(names_each_place),
        TEST(memory_that_runs_out_in_the_environment),
        TEST(an_answer_about_keys_is_no_answer_to_the_call),
        TEST(a_machine_with_a_role_is_not_passed_over),
        TEST(who_is_first_is_taken_by_all),
        TEST(time_that_runs_out_at_the_machine),
    };
    return cmocka_run_group_tests_name("chain", tests, NULL, NULL);
}
