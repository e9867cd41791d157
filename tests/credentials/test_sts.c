/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The keys of a role that STS gives to whoever may assume it: what it is asked, with whose keys, and what becomes of
 * refusals and wrong answers.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scene.h"
#include "stand_ins/sts.h"

#define OWNER LASTING "owner"

typedef struct stage {
    scene scene;
    stand_in sts;
    tcses_client *client;
} stage;

static tcses_assume_role_options options_of(const stand_in *sts)
{
    tcses_assume_role_options options = TCSES_ASSUME_ROLE_OPTIONS_INIT;
    options.role_arn = STS_ROLE_ARN;
    options.endpoint = stand_in_url(sts);
    return options;
}

/* Takes over the reference to the source. */
static tcses_credentials *role_keys(const tcses_assume_role_options *options, tcses_credentials *source)
{
    tcses_assume_role_options local = *options;
    tcses_credentials *made = NULL;
    local.source = source;
    assert_int_equal(tcses_credentials_new_assume_role(&local, NULL, &made, NULL), TCSES_OK);
    tcses_credentials_unref(source);
    return made;
}

static void stage_open(stage *s, tcses_credentials *source)
{
    scene_open(&s->scene, SHORT_MS);
    sts_start(&s->sts, "sts", NULL);
    tcses_assume_role_options options = options_of(&s->sts);
    s->client = rig_client(&s->scene.ses, role_keys(&options, source));
}

static void stage_close(stage *s)
{
    tcses_client_free(s->client);
    stand_in_stop(&s->sts);
    scene_close(&s->scene);
}

static void expect_source(const stand_in *sts, int index, const char *id)
{
    char found[ID_ROOM] = "";
    sts_id(sts, index, found);
    assert_string_equal(found, id);
}

/* ---- what is asked ---- */

static void test_sts__is_asked_once_with_the_sources_keys(void **state)
{
    (void)state;
    stage s;
    stage_open(&s, fixed_keys(OWNER));
    assert_int_equal(stand_in_requests(&s.sts), 0);
    for (int i = 0; i < 5; i++)
        expect_signed(s.client, &s.scene.ses, "AKIDsts1");
    assert_int_equal(stand_in_requests(&s.sts), 1);
    expect_source(&s.sts, 0, OWNER);
    stage_close(&s);
}

static void test_sts__is_told_what_the_options_say(void **state)
{
    (void)state;
    static const sts_expected expected = {.role_arn = "qcs::cam::uin/100000000001:roleName/other \"role\"",
        .session_name = "nightly",
        .duration_seconds = 900,
        .region = "ap-hongkong"};
    stage s;
    stage_open(&s, fixed_keys(OWNER));
    sts_expect(&s.sts, &expected);
    tcses_assume_role_options options = options_of(&s.sts);
    options.role_arn = expected.role_arn;
    options.role_session_name = expected.session_name;
    options.duration_seconds = 900;
    options.region = expected.region;
    tcses_client *client = rig_client(&s.scene.ses, role_keys(&options, fixed_keys("AKIDowner1")));
    expect_signed(client, &s.scene.ses, "AKIDsts1");
    expect_source(&s.sts, 0, "AKIDowner1");
    tcses_client_free(client);
    stage_close(&s);
}

static void refuse_options(const tcses_assume_role_options *options, const char *field)
{
    tcses_credentials *made = NULL;
    tcses_error *error = NULL;
    assert_int_equal(tcses_credentials_new_assume_role(options, NULL, &made, &error), TCSES_ERR_ARGUMENT);
    assert_null(made);
    assert_non_null(tcses_error_field(error));
    assert_non_null(strstr(tcses_error_field(error), field));
    tcses_error_free(error);
}

static void test_sts__options_are_checked(void **state)
{
    (void)state;
    tcses_assume_role_options options = TCSES_ASSUME_ROLE_OPTIONS_INIT;
    refuse_options(NULL, "options");
    refuse_options(&options, "role_arn");
    options.role_arn = "";
    refuse_options(&options, "role_arn");
    options.role_arn = STS_ROLE_ARN;
    options.duration_seconds = -1;
    refuse_options(&options, "duration_seconds");
    options.duration_seconds = 43201;
    refuse_options(&options, "duration_seconds");
    options.duration_seconds = 43200;
    options.endpoint = "http://";
    refuse_options(&options, "endpoint");
}

/* ---- any source ---- */

static void test_sts__takes_keys_of_the_environment(void **state)
{
    (void)state;
    stage s;
    tcses_credentials *source = NULL;
    assert_int_equal(tcses_credentials_new_environment(NULL, &source, NULL), TCSES_OK);
    stage_open(&s, source);
    expect_no_keys(call_once(s.client, NULL), "TENCENTCLOUD_SECRET_ID");
    char *key = key_of("AKIDvariable1");
    char *token = token_of("AKIDvariable1");
    set_variable("TENCENTCLOUD_SECRET_ID", "AKIDvariable1");
    set_variable("TENCENTCLOUD_SECRET_KEY", key);
    set_variable("TENCENTCLOUD_TOKEN", token);
    clock_pass(120);
    expect_signed(s.client, &s.scene.ses, "AKIDsts1");
    expect_source(&s.sts, 0, "AKIDvariable1");
    free(token);
    free(key);
    stage_close(&s);
}

static void test_sts__takes_keys_of_a_profile(void **state)
{
    (void)state;
    stage s;
    stage_open(&s, fixed_keys(OWNER));
    char *text = profile_text("work", LASTING "profile");
    sandbox_write(&s.scene.box, ".tencentcloud/credentials", text);
    tcses_profile_options profile = TCSES_PROFILE_OPTIONS_INIT;
    tcses_credentials *source = NULL;
    profile.profile = "work";
    assert_int_equal(tcses_credentials_new_profile(&profile, NULL, &source, NULL), TCSES_OK);
    tcses_assume_role_options options = options_of(&s.sts);
    tcses_client *client = rig_client(&s.scene.ses, role_keys(&options, source));
    expect_signed(client, &s.scene.ses, "AKIDsts1");
    expect_source(&s.sts, 0, LASTING "profile");
    tcses_client_free(client);
    free(text);
    stage_close(&s);
}

/* NULL is the default chain. */
static void test_sts__takes_keys_of_the_default_chain(void **state)
{
    (void)state;
    stage s;
    stage_open(&s, NULL);
    char *text = profile_text("default", LASTING "default");
    sandbox_write(&s.scene.box, ".tencentcloud/credentials", text);
    expect_signed(s.client, &s.scene.ses, "AKIDsts1");
    expect_source(&s.sts, 0, LASTING "default");
    free(text);
    stage_close(&s);
}

/* Both are renewed when their time comes, with the client of the call. */
static void test_sts__takes_keys_of_the_machines_role(void **state)
{
    (void)state;
    stage s;
    stage_open(&s, fixed_keys(OWNER));
    tcses_assume_role_options options = options_of(&s.sts);
    tcses_client *client = rig_client(&s.scene.ses, role_keys(&options, cvm_keys(&s.scene.metadata, SHORT_MS)));
    expect_signed(client, &s.scene.ses, "AKIDsts1");
    expect_source(&s.sts, 0, "AKIDcvm1");
    stand_in_set_life(&s.sts, 1200);
    clock_pass(LIFE - EARLY + 30);
    expect_signed(client, &s.scene.ses, "AKIDsts2");
    expect_source(&s.sts, 1, "AKIDcvm2");
    clock_pass(1000);
    expect_signed(client, &s.scene.ses, "AKIDsts3");
    expect_source(&s.sts, 2, "AKIDcvm2");
    tcses_client_free(client);
    stage_close(&s);
}

static void test_sts__roles_chain(void **state)
{
    (void)state;
    static const sts_expected second_role = {.role_arn = "qcs::cam::uin/100000000002:roleName/second"};
    stage s;
    stand_in second;
    stage_open(&s, fixed_keys(OWNER));
    sts_start(&second, "second", &second_role);
    tcses_assume_role_options options = options_of(&s.sts);
    tcses_credentials *first_keys = role_keys(&options, fixed_keys(OWNER));
    options = options_of(&second);
    options.role_arn = second_role.role_arn;
    tcses_client *client = rig_client(&s.scene.ses, role_keys(&options, first_keys));
    expect_signed(client, &s.scene.ses, "AKIDsecond1");
    expect_source(&s.sts, 0, OWNER);
    expect_source(&second, 0, "AKIDsts1");
    char *text = sts_refusal("UnauthorizedOperation");
    stand_in_reply(&s.sts, (reply){.status = "200 OK", .body = text});
    clock_pass(LIFE + 60);
    expect_no_keys(call_once(client, NULL), stand_in_url(&s.sts) + strlen("http://"), "UnauthorizedOperation");
    free(text);
    tcses_client_free(client);
    stand_in_stop(&second);
    stage_close(&s);
}

/* ---- refusals ---- */

static void test_sts__refusal_is_in_the_error(void **state)
{
    (void)state;
    stage s;
    char *text = sts_refusal("UnauthorizedOperation");
    stage_open(&s, fixed_keys(OWNER));
    stand_in_reply(&s.sts, (reply){.status = "200 OK", .body = text});
    result r = call_once(s.client, NULL);
    assert_string_equal(tcses_error_code(r.error), "UnauthorizedOperation");
    assert_string_equal(tcses_error_request_id(r.error), "sts-refused");
    expect_no_keys(r, "AssumeRole", "UnauthorizedOperation", "refused by the stand-in");
    assert_int_equal(stand_in_requests(&s.sts), 1);
    assert_int_equal(stand_in_requests(&s.scene.ses), 0);
    free(text);
    stage_close(&s);
}

static void test_sts__wrong_key_is_in_the_error(void **state)
{
    (void)state;
    stage s;
    tcses_credentials *wrong = NULL;
    assert_int_equal(tcses_credentials_new_static(OWNER, CANARY "of-another", NULL, NULL, &wrong, NULL), TCSES_OK);
    stage_open(&s, wrong);
    result r = call_once(s.client, NULL);
    assert_string_equal(tcses_error_code(r.error), "AuthFailure.SignatureFailure");
    expect_no_keys(r, "AssumeRole", "AuthFailure.SignatureFailure");
    assert_int_equal(stand_in_requests(&s.scene.ses), 0);
    stage_close(&s);
}

/* The source's keys are renewed once, as with every other call. */
static void test_sts__refused_token_of_the_source_is_renewed_once(void **state)
{
    (void)state;
    stage s;
    char *text = sts_refusal("AuthFailure.TokenFailure");
    stage_open(&s, fixed_keys(OWNER));
    tcses_assume_role_options options = options_of(&s.sts);
    tcses_client *client = rig_client(&s.scene.ses, role_keys(&options, cvm_keys(&s.scene.metadata, SHORT_MS)));
    stand_in_reply(&s.sts, (reply){.status = "200 OK", .body = text});
    expect_no_keys(call_once(client, NULL), "AuthFailure.TokenFailure");
    assert_int_equal(stand_in_requests(&s.sts), 2);
    expect_source(&s.sts, 0, "AKIDcvm1");
    expect_source(&s.sts, 1, "AKIDcvm2");
    free(text);
    tcses_client_free(client);
    stage_close(&s);
}

/* The token that the service refuses is STS's: the source's keys are good. */
static void test_sts__refused_token_of_the_role_is_renewed_once(void **state)
{
    (void)state;
    stage s;
    stage_open(&s, fixed_keys(OWNER));
    expect_signed(s.client, &s.scene.ses, "AKIDsts1");
    ses_refuse(&s.scene.ses, "AKIDsts1");
    expect_signed(s.client, &s.scene.ses, "AKIDsts2");
    assert_int_equal(stand_in_requests(&s.sts), 2);
    stage_close(&s);
}

static void test_sts__throttling_is_waited_for(void **state)
{
    (void)state;
    stage s;
    char *text = sts_refusal("RequestLimitExceeded");
    stage_open(&s, fixed_keys(OWNER));
    stand_in_reply(&s.sts, (reply){.status = "200 OK", .body = text});
    result r = call_once(s.client, NULL);
    assert_int_equal(tcses_error_retryable(r.error), TCSES_TRUE);
    expect_no_keys(r, "RequestLimitExceeded");
    assert_in_range(stand_in_requests(&s.sts), 2, 4);
    free(text);
    stage_close(&s);
}

/* ---- wrong answers ---- */

#define GRANT(members) .status = "200 OK", .body = "{\"Response\":{\"RequestId\":\"sts-1\"," members "}}"
#define TRIPLE "\"TmpSecretId\":\"AKIDsts1\",\"TmpSecretKey\":\"" CANARY "k\",\"Token\":\"" CANARY "t\""

typedef struct wrong_answer {
    const char *what;
    reply answer;
    const char *said;
} wrong_answer;

static const wrong_answer wrong_answers[] = {
    {"an error", {.status = "500 Internal Server Error"}, "500"},
    {"HTML", {.status = "200 OK", .body = "<html></html>"}, ""},
    {"nothing", {.status = "200 OK", .body = ""}, ""},
    {"no keys", {GRANT("\"ExpiredTime\":4102444800")}, "Credentials"},
    {"null keys", {GRANT("\"Credentials\":null,\"ExpiredTime\":4102444800")}, "Credentials"},
    {"a list of keys", {GRANT("\"Credentials\":[],\"ExpiredTime\":4102444800")}, "Credentials"},
    {"no key",
        {GRANT("\"Credentials\":{\"TmpSecretId\":\"AKIDsts1\",\"Token\":\"" CANARY "t\"},\"ExpiredTime\":4102444800")},
        "TmpSecretKey"},
    {"no token",
        {GRANT("\"Credentials\":{\"TmpSecretId\":\"AKIDsts1\",\"TmpSecretKey\":\"" CANARY
               "k\"},\"ExpiredTime\":4102444800")},
        "Token"},
    {"no time", {GRANT("\"Credentials\":{" TRIPLE "}")}, "ExpiredTime"},
    {"a time in the past", {GRANT("\"Credentials\":{" TRIPLE "},\"ExpiredTime\":1000000000")}, "expired"},
    {"a time that is an object", {GRANT("\"Credentials\":{" TRIPLE "},\"ExpiredTime\":{}")}, "ExpiredTime"},
    {"half", {GRANT("\"Credentials\":{" TRIPLE "}"), .cut = 100}, ""},
    {"10 MB", {GRANT("\"Credentials\":{}"), .padding = 10 << 20}, ""},
};

static void test_sts__wrong_answer_is_an_error(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof wrong_answers / sizeof wrong_answers[0]; i++) {
        stage s;
        stage_open(&s, fixed_keys(OWNER));
        print_message("# %s\n", wrong_answers[i].what);
        stand_in_reply(&s.sts, wrong_answers[i].answer);
        expect_no_keys(call_once(s.client, NULL), "AssumeRole", wrong_answers[i].said);
        assert_int_equal(stand_in_requests(&s.scene.ses), 0);
        stand_in_reply(&s.sts, right);
        clock_pass(3600);
        expect_success(call_once(s.client, NULL));
        stage_close(&s);
    }
}

static void test_sts__failing_renewal_leaves_valid_keys_in_use(void **state)
{
    (void)state;
    stage s;
    char *text = sts_refusal("UnauthorizedOperation");
    stage_open(&s, fixed_keys(OWNER));
    expect_signed(s.client, &s.scene.ses, "AKIDsts1");
    stand_in_reply(&s.sts, (reply){.status = "200 OK", .body = text});
    clock_pass(LIFE - EARLY + 10);
    for (int i = 0; i < 10; i++)
        expect_signed(s.client, &s.scene.ses, "AKIDsts1");
    assert_int_equal(stand_in_requests(&s.sts), 2);
    clock_pass(EARLY);
    expect_no_keys(call_once(s.client, NULL), "UnauthorizedOperation");
    free(text);
    stage_close(&s);
}

static void test_sts__silence_lasts_no_longer_than_the_call(void **state)
{
    (void)state;
    stage s;
    pending p;
    tcses_call_options options = TCSES_CALL_OPTIONS_INIT;
    stage_open(&s, fixed_keys(OWNER));
    stand_in_reply(&s.sts, silence);
    options.timeout_ms = SHORT_MS;
    int64_t began_us = now_us();
    expect_error(call_once(s.client, &options), TCSES_ERR_TIMEOUT, 0, "");
    assert_in_range(now_us() - began_us, SHORT_MS * 900, SHORT_MS * 1000 + SOON_US);
    clock_pass(120);
    stand_in_reply(&s.sts, right);
    gate_hold(&s.sts.gate, 1);
    options = (tcses_call_options)TCSES_CALL_OPTIONS_INIT;
    options.cancel = new_cancel();
    pending_begin(&p, s.client, &options);
    gate_await(&s.sts.gate, 1);
    began_us = now_us();
    tcses_cancel_trigger(options.cancel);
    expect_error(pending_end(&p), TCSES_ERR_CANCELLED, 0, "");
    assert_in_range(now_us() - began_us, 0, SOON_US);
    tcses_cancel_unref(options.cancel);
    stage_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sts__is_asked_once_with_the_sources_keys),
        cmocka_unit_test(test_sts__is_told_what_the_options_say),
        cmocka_unit_test(test_sts__options_are_checked),
        cmocka_unit_test(test_sts__takes_keys_of_the_environment),
        cmocka_unit_test(test_sts__takes_keys_of_a_profile),
        cmocka_unit_test(test_sts__takes_keys_of_the_default_chain),
        cmocka_unit_test(test_sts__takes_keys_of_the_machines_role),
        cmocka_unit_test(test_sts__roles_chain),
        cmocka_unit_test(test_sts__refusal_is_in_the_error),
        cmocka_unit_test(test_sts__wrong_key_is_in_the_error),
        cmocka_unit_test(test_sts__refused_token_of_the_source_is_renewed_once),
        cmocka_unit_test(test_sts__refused_token_of_the_role_is_renewed_once),
        cmocka_unit_test(test_sts__throttling_is_waited_for),
        cmocka_unit_test(test_sts__wrong_answer_is_an_error),
        cmocka_unit_test(test_sts__failing_renewal_leaves_valid_keys_in_use),
        cmocka_unit_test(test_sts__silence_lasts_no_longer_than_the_call),
    };
    return RUN_TESTS(tests);
}
