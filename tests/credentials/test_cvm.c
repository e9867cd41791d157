/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The keys of a virtual machine's role: what the metadata server is asked, and what becomes of each wrong answer.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scene.h"

/* ---- what is asked ---- */

static void test_cvm__asks_for_the_role_and_then_for_its_keys(void **state)
{
    (void)state;
    scene s;
    scene_open(&s, 0);
    assert_int_equal(stand_in_requests(&s.metadata), 0);
    expect_signed(s.client, &s.ses, "AKIDcvm1");
    assert_int_equal(metadata_role_questions(&s.metadata), 1);
    assert_int_equal(metadata_keys_questions(&s.metadata), 1);
    for (int i = 0; i < 10; i++)
        expect_signed(s.client, &s.ses, "AKIDcvm1");
    assert_int_equal(stand_in_requests(&s.metadata), 2);
    expect_origin(s.client, "AKIDcvm1", TCSES_KEY_SOURCE_CVM_ROLE, METADATA_ROLE);
    assert_int_equal(stand_in_requests(&s.metadata), 2);
    scene_close(&s);
}

static tcses_credentials *keys_of_role(const stand_in *metadata, const char *role)
{
    tcses_cvm_role_options options = TCSES_CVM_ROLE_OPTIONS_INIT;
    tcses_credentials *made = NULL;
    options.endpoint = stand_in_url(metadata);
    options.role = role;
    assert_int_equal(tcses_credentials_new_cvm_role(&options, NULL, &made, NULL), TCSES_OK);
    return made;
}

static void test_cvm__role_that_is_named_is_not_asked_for(void **state)
{
    (void)state;
    scene s;
    scene_open(&s, 0);
    tcses_client *client = rig_client(&s.ses, keys_of_role(&s.metadata, METADATA_ROLE));
    expect_signed(client, &s.ses, "AKIDcvm1");
    assert_int_equal(metadata_role_questions(&s.metadata), 0);
    assert_int_equal(metadata_keys_questions(&s.metadata), 1);
    tcses_client_free(client);
    scene_close(&s);
}

static void refuse_role(const char *role)
{
    tcses_cvm_role_options options = TCSES_CVM_ROLE_OPTIONS_INIT;
    tcses_credentials *made = NULL;
    tcses_error *error = NULL;
    options.role = role;
    assert_int_equal(tcses_credentials_new_cvm_role(&options, NULL, &made, &error), TCSES_ERR_ARGUMENT);
    assert_null(made);
    assert_non_null(tcses_error_field(error));
    assert_non_null(strstr(tcses_error_field(error), "role"));
    tcses_error_free(error);
}

static void test_cvm__role_that_would_lead_elsewhere_is_refused(void **state)
{
    (void)state;
    refuse_role("");
    refuse_role("a/b");
    refuse_role(".");
    refuse_role("..");
    refuse_role("a\nb");
    refuse_role("a b");
    refuse_role("a?b");
    refuse_role("a#b");
    refuse_role("a%2Fb");
}

static void test_cvm__options_are_checked(void **state)
{
    (void)state;
    tcses_cvm_role_options options = TCSES_CVM_ROLE_OPTIONS_INIT;
    tcses_credentials *made = NULL;
    options.timeout_ms = -1;
    assert_int_equal(tcses_credentials_new_cvm_role(&options, NULL, &made, NULL), TCSES_ERR_ARGUMENT);
    options.timeout_ms = 0;
    options.reserved = 1;
    assert_int_equal(tcses_credentials_new_cvm_role(&options, NULL, &made, NULL), TCSES_ERR_ARGUMENT);
    options.reserved = 0;
    options.endpoint = "ftp://127.0.0.1";
    assert_int_equal(tcses_credentials_new_cvm_role(&options, NULL, &made, NULL), TCSES_ERR_ARGUMENT);
    assert_int_equal(tcses_credentials_new_cvm_role(NULL, NULL, &made, NULL), TCSES_OK);
    tcses_credentials_unref(made);
}

/* The proxy is a stand-in of the service, which so gets the calls, and complains of anything else. */
static void test_cvm__metadata_is_never_asked_for_through_a_proxy(void **state)
{
    (void)state;
    scene s;
    stand_in proxy;
    scene_open(&s, 0);
    ses_start(&proxy);
    tcses_client_options options = rig_options(&s.ses);
    options.proxy = stand_in_url(&proxy);
    tcses_client *client = client_of(&options, cvm_keys(&s.metadata, 0));
    expect_success(call_once(client, NULL));
    tcses_client_free(client);
    set_variable("http_proxy", stand_in_url(&proxy));
    set_variable("all_proxy", stand_in_url(&proxy));
    client = rig_client(&s.ses, cvm_keys(&s.metadata, 0));
    expect_success(call_once(client, NULL));
    tcses_client_free(client);
    assert_int_equal(stand_in_requests(&proxy), 2);
    assert_int_equal(stand_in_requests(&s.ses), 0);
    assert_int_equal(stand_in_requests(&s.metadata), 4);
    stand_in_stop(&proxy);
    scene_close(&s);
}

/* ---- wrong answers ---- */

#define OK_WITH(text) .status = "200 OK", .body = (text)
#define KEYS_HEAD "{\"Code\":\"Success\",\"TmpSecretId\":\"AKIDcvm1\","
#define HTML "<html><head><title>Login</title></head><body>Please log in</body></html>"

typedef struct wrong_answer {
    const char *what;
    reply answer;
    const char *said; /* a part of the error's message */
} wrong_answer;

static const wrong_answer wrong_roles[] = {
    {"no role", {.status = "404 Not Found", .body = HTML}, "no such role"},
    {"an error", {.status = "500 Internal Server Error"}, "500"},
    {"a gateway", {.status = "502 Bad Gateway", .body = HTML}, "502"},
    {"a redirect", {.status = "302 Found", .headers = "Location: /latest/meta-data/cam/security-credentials/other\r\n"},
        "302"},
    {"HTML", {OK_WITH(HTML)}, "role"},
    {"nothing", {OK_WITH("")}, "role"},
    {"a slash", {OK_WITH("mail/role")}, "role"},
    {"a way out", {OK_WITH("..")}, "role"},
    {"two lines", {OK_WITH("mail-role\nother-role")}, "role"},
    {"a header", {OK_WITH("mail-role HTTP/1.1\r\nX-Forged: 1")}, "role"},
    {"a question mark", {OK_WITH("mail-role?x")}, "role"},
    {"half", {OK_WITH("mail"), .cut = 5}, ""},
    {"10 MB", {OK_WITH("mail"), .padding = 10 << 20}, ""},
};

#define DATE_OF_2024 "Date: Mon, 01 Jan 2024 00:00:00 GMT\r\n"
#define UNTIL_2100 "\"ExpiredTime\":4102444800"
#define KEY "\"TmpSecretKey\":\"" CANARY "key-AKIDcvm1\","
#define TOKEN "\"Token\":\"" CANARY "token-AKIDcvm1\","

static const wrong_answer wrong_keys[] = {
    {"no such role", {.status = "404 Not Found", .body = HTML}, "no such role"},
    {"an error", {.status = "500 Internal Server Error"}, "500"},
    {"a redirect", {.status = "301 Moved", .headers = "Location: http://127.0.0.1:1/\r\n"}, "301"},
    {"HTML", {OK_WITH(HTML)}, "holds no keys"},
    {"nothing", {OK_WITH("")}, "holds no keys"},
    {"an array", {OK_WITH("[]")}, "holds no keys"},
    {"a failure", {OK_WITH("{\"Code\":\"NoPermission\"," KEY TOKEN UNTIL_2100 "}")}, "Code"},
    {"no id", {OK_WITH("{\"Code\":\"Success\"," KEY TOKEN UNTIL_2100 "}")}, "id"},
    {"no key", {OK_WITH(KEYS_HEAD TOKEN UNTIL_2100 "}")}, "key"},
    {"no token", {OK_WITH(KEYS_HEAD KEY UNTIL_2100 "}")}, "token"},
    {"null for the token", {OK_WITH(KEYS_HEAD KEY "\"Token\":null," UNTIL_2100 "}")}, "token"},
    {"an empty key", {OK_WITH(KEYS_HEAD TOKEN UNTIL_2100 ",\"TmpSecretKey\":\"\"}")}, "key"},
    {"an object as key", {OK_WITH(KEYS_HEAD TOKEN UNTIL_2100 ",\"TmpSecretKey\":{}}")}, ""},
    {"a time in the past", {OK_WITH(KEYS_HEAD KEY TOKEN "\"ExpiredTime\":1600000000}"), .headers = DATE_OF_2024},
        "expired"},
    {"a header in the token", {OK_WITH(KEYS_HEAD KEY UNTIL_2100 ",\"Token\":\"" CANARY "\\r\\nForged: 1\"}")}, "token"},
    {"half", {OK_WITH(KEYS_HEAD "\"TmpSecretKey\":\"" CANARY), .cut = 200}, ""},
    {"half of the JSON", {OK_WITH(KEYS_HEAD "\"TmpSecretKey\":\"" CANARY)}, ""},
    {"10 MB", {OK_WITH(KEYS_HEAD), .padding = 10 << 20}, ""},
};

/* That it ends in an error which names the source and says why, and that the next right answer is taken. */
static bool is_refused(const wrong_answer *wrong, bool of_role)
{
    scene s;
    scene_open(&s, 0);
    if (of_role)
        metadata_reply_role(&s.metadata, wrong->answer);
    else
        stand_in_reply(&s.metadata, wrong->answer);
    int64_t began_us = now_us();
    result r = call_once(s.client, NULL);
    const char *message = tcses_error_message(r.error);
    bool refused = r.status == TCSES_ERR_CREDENTIALS && tcses_error_attempts(r.error) == 0 &&
                   strstr(message, "CVM role: ") != NULL && strstr(message, wrong->said) != NULL &&
                   now_us() - began_us < SOON_US && stand_in_requests(&s.ses) == 0;
    print_message("# %s: %s%s\n", wrong->what, message, refused ? "" : "   <-- WRONG");
    result_free(&r);
    metadata_reply_role(&s.metadata, right);
    stand_in_reply(&s.metadata, right);
    clock_pass(3600);
    if (refused)
        expect_success(call_once(s.client, NULL));
    else
        scene_forgive(&s);
    scene_close(&s);
    return refused;
}

static void check_wrong_answers(const wrong_answer *answers, size_t count, bool of_role)
{
    size_t refused = 0;
    for (size_t i = 0; i < count; i++)
        refused += is_refused(&answers[i], of_role);
    assert_int_equal(refused, count);
}

static void test_cvm__wrong_answer_for_the_role_is_an_error(void **state)
{
    (void)state;
    check_wrong_answers(wrong_roles, sizeof wrong_roles / sizeof wrong_roles[0], true);
}

static void test_cvm__wrong_answer_for_the_keys_is_an_error(void **state)
{
    (void)state;
    check_wrong_answers(wrong_keys, sizeof wrong_keys / sizeof wrong_keys[0], false);
}

/* As an editor leaves it behind. */
static void test_cvm__line_end_after_the_role_is_no_part_of_it(void **state)
{
    (void)state;
    scene s;
    scene_open(&s, 0);
    metadata_reply_role(&s.metadata, (reply){OK_WITH(METADATA_ROLE "\n")});
    expect_signed(s.client, &s.ses, "AKIDcvm1");
    scene_close(&s);
}

static void test_cvm__time_may_be_text_and_more_fields_may_come(void **state)
{
    (void)state;
    scene s;
    char *key = key_of("AKIDcvm7");
    char *token = token_of("AKIDcvm7");
    char *text = format_text("{\"New\":[{}],\"Token\":\"%s\",\"TmpSecretKey\":\"%s\",\"ExpiredTime\":\"%lld\","
                             "\"TmpSecretId\":\"AKIDcvm7\",\"Code\":\"Success\"}",
        token, key, (long long)true_wall_seconds() + 7200);
    scene_open(&s, 0);
    stand_in_reply(&s.metadata, (reply){OK_WITH(text)});
    expect_signed(s.client, &s.ses, "AKIDcvm7");
    scene_close(&s);
    free(text);
    free(token);
    free(key);
}

/* ---- no answer ---- */

static void check_silence(bool of_role, int32_t timeout_ms, int64_t least_us, int64_t most_us)
{
    scene s;
    scene_open(&s, timeout_ms);
    if (of_role)
        metadata_reply_role(&s.metadata, silence);
    else
        stand_in_reply(&s.metadata, silence);
    int64_t began_us = now_us();
    expect_no_keys(call_once(s.client, NULL), "CVM role: ", stand_in_url(&s.metadata) + strlen("http://"));
    assert_in_range(now_us() - began_us, least_us, most_us);
    scene_close(&s);
}

static void test_cvm__server_that_is_silent_is_given_up_in_time(void **state)
{
    (void)state;
    check_silence(true, SHORT_MS, SHORT_MS * 900, SOON_US);
    check_silence(false, SHORT_MS, SHORT_MS * 900, SOON_US);
}

static void test_cvm__two_seconds_are_waited_by_default(void **state)
{
    (void)state;
    check_silence(true, 0, 1900000, 3000000);
}

/* The role took 1.95 of the two seconds: 0.05 are left for the keys. */
static void test_cvm__time_is_for_both_questions_together(void **state)
{
    (void)state;
    scene s;
    pending p;
    scene_open(&s, 0);
    stand_in_reply(&s.metadata, silence);
    gate_hold(&s.metadata.role_gate, 1);
    pending_begin(&p, s.client, NULL);
    gate_await(&s.metadata.role_gate, 1);
    clock_pass_ms(1950);
    int64_t began_us = now_us();
    gate_open(&s.metadata.role_gate);
    expect_no_keys(pending_end(&p), "CVM role");
    assert_in_range(now_us() - began_us, 0, SOON_US);
    scene_close(&s);
}

static void test_cvm__port_that_nobody_listens_on_is_an_error(void **state)
{
    (void)state;
    scene s;
    stand_in gone;
    scene_open(&s, 0);
    metadata_start(&gone);
    char *host = strdup(stand_in_url(&gone) + strlen("http://"));
    tcses_client *client = rig_client(&s.ses, cvm_keys(&gone, 0));
    stand_in_stop(&gone);
    expect_no_keys(call_once(client, NULL), "CVM role: ", host);
    tcses_client_free(client);
    free(host);
    scene_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cvm__asks_for_the_role_and_then_for_its_keys),
        cmocka_unit_test(test_cvm__role_that_is_named_is_not_asked_for),
        cmocka_unit_test(test_cvm__role_that_would_lead_elsewhere_is_refused),
        cmocka_unit_test(test_cvm__options_are_checked),
        cmocka_unit_test(test_cvm__metadata_is_never_asked_for_through_a_proxy),
        cmocka_unit_test(test_cvm__wrong_answer_for_the_role_is_an_error),
        cmocka_unit_test(test_cvm__wrong_answer_for_the_keys_is_an_error),
        cmocka_unit_test(test_cvm__line_end_after_the_role_is_no_part_of_it),
        cmocka_unit_test(test_cvm__time_may_be_text_and_more_fields_may_come),
        cmocka_unit_test(test_cvm__server_that_is_silent_is_given_up_in_time),
        cmocka_unit_test(test_cvm__two_seconds_are_waited_by_default),
        cmocka_unit_test(test_cvm__time_is_for_both_questions_together),
        cmocka_unit_test(test_cvm__port_that_nobody_listens_on_is_an_error),
    };
    return RUN_TESTS(tests);
}
