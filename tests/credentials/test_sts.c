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
    expect_origin(s.client, "AKIDsts1", TCSES_KEY_SOURCE_ASSUMED_ROLE, STS_ROLE_ARN);
    assert_int_equal(stand_in_requests(&s.sts), 1);
    expect_source(&s.sts, 0, OWNER);
    stage_close(&s);
}

static void test_sts__is_told_what_the_options_say(void **state)
{
    (void)state;
    static const sts_expected expected = {.role_arn = "qcs::cam::uin/100000000001:roleName/other\"role",
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

/* Gives AKIDcallback<n>, counted by the renewals asked for. */
static tcses_status give_keys(void *ctx, int32_t renew, tcses_credentials_answer *answer)
{
    int *renewals = ctx;
    *renewals += renew == TCSES_TRUE;
    char *id = format_text("AKIDcallback%d", *renewals);
    char *key = key_of(id);
    char *token = token_of(id);
    tcses_status status = tcses_credentials_answer_set(answer, id, key, token);
    free(token);
    free(key);
    free(id);
    return status;
}

static void test_sts__takes_keys_of_a_callback_and_renews_them(void **state)
{
    (void)state;
    stage s;
    int renewals = 0;
    tcses_credentials_ops ops = TCSES_CREDENTIALS_OPS_INIT;
    tcses_credentials *source = NULL;
    ops.get = give_keys;
    assert_int_equal(tcses_credentials_new_callback(&ops, &renewals, NULL, &source, NULL), TCSES_OK);
    stage_open(&s, source);
    expect_signed(s.client, &s.scene.ses, "AKIDsts1");
    expect_source(&s.sts, 0, "AKIDcallback0");
    sts_refuse(&s.sts, "AuthFailure.TokenFailure");
    clock_pass(LIFE + 60);
    expect_no_keys(call_once(s.client, NULL), "AuthFailure.TokenFailure");
    expect_source(&s.sts, 1, "AKIDcallback0");
    expect_source(&s.sts, 2, "AKIDcallback1");
    assert_int_equal(stand_in_requests(&s.sts), 3);
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
    sts_refuse(&s.sts, "UnauthorizedOperation");
    clock_pass(LIFE + 60);
    expect_no_keys(call_once(client, NULL), "AssumeRole", "UnauthorizedOperation");
    tcses_client_free(client);
    stand_in_stop(&second);
    stage_close(&s);
}

/* ---- refusals ---- */

static void test_sts__refusal_is_in_the_error(void **state)
{
    (void)state;
    stage s;
    stage_open(&s, fixed_keys(OWNER));
    sts_refuse(&s.sts, "UnauthorizedOperation");
    result r = call_once(s.client, NULL);
    assert_string_equal(tcses_error_code(r.error), "UnauthorizedOperation");
    assert_string_equal(tcses_error_request_id(r.error), "sts-refused");
    expect_no_keys(r, "AssumeRole", "UnauthorizedOperation", "refused by the stand-in");
    assert_int_equal(stand_in_requests(&s.sts), 1);
    assert_int_equal(stand_in_requests(&s.scene.ses), 0);
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
    stage_open(&s, fixed_keys(OWNER));
    tcses_assume_role_options options = options_of(&s.sts);
    tcses_client *client = rig_client(&s.scene.ses, role_keys(&options, cvm_keys(&s.scene.metadata, SHORT_MS)));
    sts_refuse(&s.sts, "AuthFailure.TokenFailure");
    expect_no_keys(call_once(client, NULL), "AuthFailure.TokenFailure");
    assert_int_equal(stand_in_requests(&s.sts), 2);
    expect_source(&s.sts, 0, "AKIDcvm1");
    expect_source(&s.sts, 1, "AKIDcvm2");
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
    stage_open(&s, fixed_keys(OWNER));
    sts_refuse(&s.sts, "RequestLimitExceeded");
    result r = call_once(s.client, NULL);
    assert_int_equal(tcses_error_retryable(r.error), TCSES_TRUE);
    expect_no_keys(r, "RequestLimitExceeded");
    assert_in_range(stand_in_requests(&s.sts), 2, 4);
    stage_close(&s);
}

/* ---- wrong answers ---- */

#define GRANT(members) .status = "200 OK", .body = "{\"Response\":{\"RequestId\":\"sts-1\"," members "}}"
#define DATE_OF_2024 "Date: Mon, 01 Jan 2024 00:00:00 GMT\r\n"
#define UNTIL_2100 "\"ExpiredTime\":4102444800"
#define ID "\"TmpSecretId\":\"AKIDsts1\""
#define KEY "\"TmpSecretKey\":\"" CANARY "key-AKIDsts1\""
#define TOKEN "\"Token\":\"" CANARY "token-AKIDsts1\""
#define KEYS "\"Credentials\":{" ID "," KEY "," TOKEN "}"

typedef struct wrong_answer {
    const char *what;
    reply answer;
    const char *said;
} wrong_answer;

static const wrong_answer wrong_answers[] = {
    {"an error", {.status = "500 Internal Server Error"}, "500"},
    {"HTML", {.status = "200 OK", .body = "<html></html>"}, "JSON"},
    {"nothing", {.status = "200 OK", .body = ""}, ""},
    {"no keys", {GRANT(UNTIL_2100)}, "no keys"},
    {"null for the keys", {GRANT("\"Credentials\":null," UNTIL_2100)}, "no keys"},
    {"a list of keys", {GRANT("\"Credentials\":[]," UNTIL_2100)}, "no keys"},
    {"no id", {GRANT("\"Credentials\":{" KEY "," TOKEN "}," UNTIL_2100)}, "id"},
    {"no key", {GRANT("\"Credentials\":{" ID "," TOKEN "}," UNTIL_2100)}, "key"},
    {"no token", {GRANT("\"Credentials\":{" ID "," KEY "}," UNTIL_2100)}, "token"},
    {"a time in the past", {GRANT(KEYS ",\"ExpiredTime\":1600000000"), .headers = DATE_OF_2024}, "expired"},
    {"half", {GRANT(KEYS), .cut = 100}, ""},
    {"10 MB", {GRANT(KEYS), .padding = 10 << 20}, ""},
};

static bool is_refused(const wrong_answer *wrong)
{
    stage s;
    stage_open(&s, fixed_keys(OWNER));
    stand_in_reply(&s.sts, wrong->answer);
    result r = call_once(s.client, NULL);
    const char *message = tcses_error_message(r.error);
    bool refused = r.status == TCSES_ERR_CREDENTIALS && tcses_error_attempts(r.error) == 0 &&
                   strstr(message, "STS AssumeRole of qcs::") != NULL && strstr(message, wrong->said) != NULL &&
                   stand_in_requests(&s.scene.ses) == 0;
    print_message("# %s: %s%s\n", wrong->what, message, refused ? "" : "   <-- WRONG");
    result_free(&r);
    stand_in_reply(&s.sts, right);
    clock_pass(3600);
    if (refused)
        expect_success(call_once(s.client, NULL));
    else
        scene_forgive(&s.scene);
    stage_close(&s);
    return refused;
}

static void test_sts__wrong_answer_is_an_error(void **state)
{
    (void)state;
    size_t count = sizeof wrong_answers / sizeof wrong_answers[0];
    size_t refused = 0;
    for (size_t i = 0; i < count; i++)
        refused += is_refused(&wrong_answers[i]);
    assert_int_equal(refused, count);
}

static void test_sts__failing_renewal_leaves_valid_keys_in_use(void **state)
{
    (void)state;
    stage s;
    stage_open(&s, fixed_keys(OWNER));
    expect_signed(s.client, &s.scene.ses, "AKIDsts1");
    sts_refuse(&s.sts, "UnauthorizedOperation");
    clock_pass(LIFE - EARLY + 10);
    for (int i = 0; i < 10; i++)
        expect_signed(s.client, &s.scene.ses, "AKIDsts1");
    assert_int_equal(stand_in_requests(&s.sts), 2);
    clock_pass(EARLY);
    expect_no_keys(call_once(s.client, NULL), "UnauthorizedOperation");
    stage_close(&s);
}

/* Nor does a call fail for lack of time that it spent on keys it did not need yet. */
static void test_sts__silence_at_a_renewal_leaves_time_for_the_call(void **state)
{
    (void)state;
    stage s;
    tcses_call_options options = TCSES_CALL_OPTIONS_INIT;
    stage_open(&s, fixed_keys(OWNER));
    expect_signed(s.client, &s.scene.ses, "AKIDsts1");
    stand_in_reply(&s.sts, silence);
    clock_pass(LIFE - EARLY + 10);
    options.timeout_ms = 8 * SHORT_MS;
    expect_success(call_once(s.client, &options));
    assert_int_equal(stand_in_requests(&s.sts), 2);
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
        cmocka_unit_test(test_sts__takes_keys_of_a_callback_and_renews_them),
        cmocka_unit_test(test_sts__roles_chain),
        cmocka_unit_test(test_sts__refusal_is_in_the_error),
        cmocka_unit_test(test_sts__wrong_key_is_in_the_error),
        cmocka_unit_test(test_sts__refused_token_of_the_source_is_renewed_once),
        cmocka_unit_test(test_sts__refused_token_of_the_role_is_renewed_once),
        cmocka_unit_test(test_sts__throttling_is_waited_for),
        cmocka_unit_test(test_sts__wrong_answer_is_an_error),
        cmocka_unit_test(test_sts__failing_renewal_leaves_valid_keys_in_use),
        cmocka_unit_test(test_sts__silence_at_a_renewal_leaves_time_for_the_call),
        cmocka_unit_test(test_sts__silence_lasts_no_longer_than_the_call),
    };
    return RUN_TESTS(tests);
}
