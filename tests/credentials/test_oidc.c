/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The keys of a pod's role, which STS gives for a web identity token: where the four facts come from, the token's file,
 * and what is sent.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "scene.h"
#include "stand_ins/sts.h"

#define TOKEN CANARY "header.payload.signature-1"
#define SECOND_TOKEN CANARY "header.payload.signature-2"
#define PROVIDER "cls-12345678"

static const sts_expected usual = {.region = "ap-hongkong", .provider_id = PROVIDER, .web_identity_token = TOKEN};
static const sts_expected renewed = {
    .region = "ap-hongkong", .provider_id = PROVIDER, .web_identity_token = SECOND_TOKEN};

typedef struct pod {
    sandbox box;
    stand_in sts;
    stand_in ses;
    tcses_client *client;
    char *token_file;
} pod;

static tcses_credentials *pod_keys(const tcses_oidc_options *options)
{
    tcses_credentials *made = NULL;
    assert_int_equal(tcses_credentials_new_oidc(options, NULL, &made, NULL), TCSES_OK);
    return made;
}

/* As the cluster sets it up. */
static void pod_open(pod *p)
{
    tcses_oidc_options options = TCSES_OIDC_OPTIONS_INIT;
    sandbox_enter(&p->box);
    sts_start(&p->sts, "pod", &usual);
    ses_start(&p->ses);
    p->token_file = sandbox_file(&p->box, "secrets/token");
    write_file(p->token_file, TOKEN);
    set_variable("TKE_REGION", "ap-hongkong");
    set_variable("TKE_PROVIDER_ID", PROVIDER);
    set_variable("TKE_ROLE_ARN", STS_ROLE_ARN);
    set_variable("TKE_WEB_IDENTITY_TOKEN_FILE", p->token_file);
    options.endpoint = stand_in_url(&p->sts);
    p->client = rig_client(&p->ses, pod_keys(&options));
}

static void pod_close(pod *p)
{
    tcses_client_free(p->client);
    stand_in_stop(&p->ses);
    stand_in_stop(&p->sts);
    free(p->token_file);
    sandbox_leave(&p->box);
}

/* ---- what is asked ---- */

static void test_oidc__token_is_exchanged_once(void **state)
{
    (void)state;
    pod p;
    pod_open(&p);
    assert_int_equal(stand_in_requests(&p.sts), 0);
    for (int i = 0; i < 5; i++)
        expect_signed(p.client, &p.ses, "AKIDpod1");
    expect_origin(p.client, "AKIDpod1", TCSES_KEY_SOURCE_OIDC, STS_ROLE_ARN);
    assert_int_equal(stand_in_requests(&p.sts), 1);
    pod_close(&p);
}

static void test_oidc__options_come_before_variables(void **state)
{
    (void)state;
    static const sts_expected expected = {.role_arn = "qcs::cam::uin/100000000002:roleName/option",
        .session_name = "pod-7",
        .duration_seconds = 1800,
        .region = "ap-guangzhou",
        .provider_id = "cls-option",
        .web_identity_token = CANARY "of-the-option"};
    pod p;
    tcses_oidc_options options = TCSES_OIDC_OPTIONS_INIT;
    pod_open(&p);
    char *file = sandbox_file(&p.box, "other");
    write_file(file, expected.web_identity_token);
    sts_expect(&p.sts, &expected);
    options.provider_id = expected.provider_id;
    options.token_file = file;
    options.role_arn = expected.role_arn;
    options.region = expected.region;
    options.role_session_name = expected.session_name;
    options.duration_seconds = 1800;
    options.endpoint = stand_in_url(&p.sts);
    tcses_client *client = rig_client(&p.ses, pod_keys(&options));
    expect_signed(client, &p.ses, "AKIDpod1");
    tcses_client_free(client);
    free(file);
    pod_close(&p);
}

static void test_oidc__options_are_checked(void **state)
{
    (void)state;
    tcses_oidc_options options = TCSES_OIDC_OPTIONS_INIT;
    tcses_credentials *made = NULL;
    options.duration_seconds = 43201;
    assert_int_equal(tcses_credentials_new_oidc(&options, NULL, &made, NULL), TCSES_ERR_ARGUMENT);
    options.duration_seconds = -1;
    assert_int_equal(tcses_credentials_new_oidc(&options, NULL, &made, NULL), TCSES_ERR_ARGUMENT);
    options.duration_seconds = 0;
    options.endpoint = "a b";
    assert_int_equal(tcses_credentials_new_oidc(&options, NULL, &made, NULL), TCSES_ERR_ARGUMENT);
    assert_null(made);
    tcses_credentials_unref(pod_keys(NULL));
}

/* ---- what is missing ---- */

static void test_oidc__variable_that_is_missing_is_named(void **state)
{
    (void)state;
    static const char *const names[] = {"TKE_REGION", "TKE_PROVIDER_ID", "TKE_ROLE_ARN", "TKE_WEB_IDENTITY_TOKEN_FILE"};
    pod p;
    pod_open(&p);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char *value = strdup(getenv(names[i]));
        unsetenv(names[i]);
        expect_no_keys(call_once(p.client, NULL), names[i]);
        set_variable(names[i], "");
        clock_pass(120);
        expect_no_keys(call_once(p.client, NULL), names[i]);
        set_variable(names[i], value);
        clock_pass(120);
        free(value);
    }
    assert_int_equal(stand_in_requests(&p.sts), 0);
    assert_int_equal(stand_in_requests(&p.ses), 0);
    expect_signed(p.client, &p.ses, "AKIDpod1");
    pod_close(&p);
}

/* ---- the token's file ---- */

static void test_oidc__file_is_read_anew_for_each_exchange(void **state)
{
    (void)state;
    pod p;
    pod_open(&p);
    expect_signed(p.client, &p.ses, "AKIDpod1");
    write_file(p.token_file, SECOND_TOKEN);
    sts_expect(&p.sts, &renewed);
    expect_signed(p.client, &p.ses, "AKIDpod1");
    clock_pass(LIFE - EARLY + 30);
    expect_signed(p.client, &p.ses, "AKIDpod2");
    assert_int_equal(stand_in_requests(&p.sts), 2);
    pod_close(&p);
}

static void test_oidc__line_end_is_no_part_of_the_token(void **state)
{
    (void)state;
    static const char *const endings[] = {"\n", "\r\n", "\n\n"};
    pod p;
    pod_open(&p);
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        char *text = format_text("%s%s", TOKEN, endings[i]);
        write_file(p.token_file, text);
        expect_success(call_once(p.client, NULL));
        clock_pass(LIFE + 60);
        free(text);
    }
    assert_int_equal(stand_in_requests(&p.sts), 3);
    pod_close(&p);
}

/* A token as long as clusters with many claims make it. */
static void test_oidc__token_may_be_long(void **state)
{
    (void)state;
    pod p;
    char *rest = malloc(12001);
    assert_non_null(rest);
    memset(rest, 'x', 12000);
    rest[12000] = '\0';
    char *token = format_text("%s%s", TOKEN, rest);
    const sts_expected expected = {.region = "ap-hongkong", .provider_id = PROVIDER, .web_identity_token = token};
    pod_open(&p);
    write_file(p.token_file, token);
    sts_expect(&p.sts, &expected);
    expect_signed(p.client, &p.ses, "AKIDpod1");
    pod_close(&p);
    free(token);
    free(rest);
}

static void check_file(pod *p, const char *said)
{
    clock_pass(120);
    expect_no_keys(call_once(p->client, NULL), p->token_file, said);
    assert_int_equal(stand_in_requests(&p->sts), 0);
}

static void test_oidc__file_without_a_token_is_an_error_that_names_it(void **state)
{
    (void)state;
    pod p;
    pod_open(&p);
    write_file(p.token_file, "");
    check_file(&p, "");
    write_file(p.token_file, " \n");
    check_file(&p, "");
    write_file(p.token_file, TOKEN "\n" SECOND_TOKEN "\n");
    check_file(&p, "");
    write_file(p.token_file, TOKEN "\x01");
    check_file(&p, "");
    assert_int_equal(remove(p.token_file), 0);
    check_file(&p, "No such file");
    assert_int_equal(mkdir(p.token_file, 0700), 0);
    check_file(&p, "directory");
    assert_int_equal(remove(p.token_file), 0);
    clock_pass(120);
    write_file(p.token_file, TOKEN);
    expect_signed(p.client, &p.ses, "AKIDpod1");
    pod_close(&p);
}

static void test_oidc__file_that_never_ends_is_not_read_to_its_end(void **state)
{
    (void)state;
    pod p;
    pod_open(&p);
    set_variable("TKE_WEB_IDENTITY_TOKEN_FILE", "/dev/zero");
    expect_no_keys(call_once(p.client, NULL), "/dev/zero");
    assert_int_equal(stand_in_requests(&p.sts), 0);
    pod_close(&p);
}

/* It could not be exchanged just now: the present keys serve. */
static void test_oidc__file_that_is_gone_leaves_valid_keys_in_use(void **state)
{
    (void)state;
    pod p;
    pod_open(&p);
    expect_signed(p.client, &p.ses, "AKIDpod1");
    assert_int_equal(remove(p.token_file), 0);
    clock_pass(LIFE - EARLY + 30);
    expect_signed(p.client, &p.ses, "AKIDpod1");
    clock_pass(EARLY);
    expect_no_keys(call_once(p.client, NULL), p.token_file);
    write_file(p.token_file, TOKEN);
    clock_pass(120);
    expect_signed(p.client, &p.ses, "AKIDpod2");
    pod_close(&p);
}

/* ---- refusals ---- */

static void test_oidc__refusal_is_in_the_error(void **state)
{
    (void)state;
    pod p;
    pod_open(&p);
    sts_refuse(&p.sts, "InvalidParameter.WebIdentityTokenError");
    result r = call_once(p.client, NULL);
    assert_string_equal(tcses_error_code(r.error), "InvalidParameter.WebIdentityTokenError");
    assert_string_equal(tcses_error_request_id(r.error), "sts-refused");
    expect_no_keys(r, "AssumeRoleWithWebIdentity", "InvalidParameter.WebIdentityTokenError");
    assert_int_equal(stand_in_requests(&p.sts), 1);
    pod_close(&p);
}

/* A refusal that repeats the token does not bring it into the error. */
static void test_oidc__refusal_that_quotes_the_token_does_not_reveal_it(void **state)
{
    (void)state;
    pod p;
    static const char text[] =
        "{\"Response\":{\"Error\":{\"Code\":\"InvalidParameter.WebIdentityTokenError\",\"Message\":\"The token " TOKEN
        " has expired.\"},\"RequestId\":\"sts-refused\"}}";
    pod_open(&p);
    stand_in_reply(&p.sts, (reply){.status = "200 OK", .body = text});
    expect_no_keys(call_once(p.client, NULL), "InvalidParameter.WebIdentityTokenError");
    pod_close(&p);
}

static void test_oidc__refused_keys_are_exchanged_anew_once(void **state)
{
    (void)state;
    pod p;
    pod_open(&p);
    expect_signed(p.client, &p.ses, "AKIDpod1");
    ses_refuse(&p.ses, "AKIDpod1");
    expect_signed(p.client, &p.ses, "AKIDpod2");
    ses_refuse(&p.ses, "*");
    expect_error(call_once(p.client, NULL), TCSES_ERR_API, 2, "AuthFailure.TokenFailure");
    assert_int_equal(stand_in_requests(&p.sts), 3);
    pod_close(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_oidc__token_is_exchanged_once),
        cmocka_unit_test(test_oidc__options_come_before_variables),
        cmocka_unit_test(test_oidc__options_are_checked),
        cmocka_unit_test(test_oidc__variable_that_is_missing_is_named),
        cmocka_unit_test(test_oidc__file_is_read_anew_for_each_exchange),
        cmocka_unit_test(test_oidc__line_end_is_no_part_of_the_token),
        cmocka_unit_test(test_oidc__token_may_be_long),
        cmocka_unit_test(test_oidc__file_without_a_token_is_an_error_that_names_it),
        cmocka_unit_test(test_oidc__file_that_never_ends_is_not_read_to_its_end),
        cmocka_unit_test(test_oidc__file_that_is_gone_leaves_valid_keys_in_use),
        cmocka_unit_test(test_oidc__refusal_is_in_the_error),
        cmocka_unit_test(test_oidc__refusal_that_quotes_the_token_does_not_reveal_it),
        cmocka_unit_test(test_oidc__refused_keys_are_exchanged_anew_once),
    };
    return RUN_TESTS(tests);
}
