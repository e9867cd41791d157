/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Temporary keys are kept, renewed early and once for all threads, and go on serving while a renewal fails.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scene.h"

/* ---- when ---- */

static void test_refresh__is_early_and_not_earlier(void **state)
{
    (void)state;
    scene s;
    scene_open(&s, SHORT_MS);
    expect_signed(s.client, &s.ses, "AKIDcvm1");
    clock_pass(LIFE - EARLY - 30);
    expect_signed(s.client, &s.ses, "AKIDcvm1");
    assert_int_equal(metadata_keys_questions(&s.metadata), 1);
    clock_pass(60);
    expect_signed(s.client, &s.ses, "AKIDcvm2");
    expect_signed(s.client, &s.ses, "AKIDcvm2");
    assert_int_equal(metadata_keys_questions(&s.metadata), 2);
    scene_close(&s);
}

/* A quarter of a short life. */
static void test_refresh__of_short_lives_leaves_three_quarters(void **state)
{
    (void)state;
    scene s;
    scene_open(&s, SHORT_MS);
    stand_in_set_life(&s.metadata, 400);
    expect_signed(s.client, &s.ses, "AKIDcvm1");
    clock_pass(290);
    expect_signed(s.client, &s.ses, "AKIDcvm1");
    clock_pass(20);
    expect_signed(s.client, &s.ses, "AKIDcvm2");
    assert_int_equal(metadata_keys_questions(&s.metadata), 2);
    scene_close(&s);
}

/* ---- a renewal that fails ---- */

/* Until they expire; and the metadata server is not asked anew by every call. */
static void check_failing_renewal(reply how, const char *said)
{
    scene s;
    scene_open(&s, SHORT_MS);
    expect_signed(s.client, &s.ses, "AKIDcvm1");
    clock_pass(LIFE - EARLY + 10);
    stand_in_reply(&s.metadata, how);
    for (int i = 0; i < 20; i++)
        expect_signed(s.client, &s.ses, "AKIDcvm1");
    assert_int_equal(metadata_role_questions(&s.metadata), 2);
    clock_pass(120);
    expect_signed(s.client, &s.ses, "AKIDcvm1");
    assert_int_equal(metadata_role_questions(&s.metadata), 3);
    clock_pass(EARLY);
    expect_no_keys(call_once(s.client, NULL), "CVM role: ", said);
    stand_in_reply(&s.metadata, right);
    clock_pass(120);
    expect_signed(s.client, &s.ses, "AKIDcvm2");
    scene_close(&s);
}

static void test_refresh__that_fails_leaves_valid_keys_in_use(void **state)
{
    (void)state;
    check_failing_renewal(broken, "500");
    check_failing_renewal((reply){.status = "200 OK", .body = "<html></html>"}, "");
    check_failing_renewal((reply){.status = "404 Not Found"}, "no such role");
    check_failing_renewal(silence, "");
}

static void test_refresh__server_that_is_gone_leaves_valid_keys_in_use(void **state)
{
    (void)state;
    scene s;
    stand_in other;
    scene_open(&s, SHORT_MS);
    metadata_start(&other);
    tcses_client *client = rig_client(&s.ses, cvm_keys(&other, SHORT_MS));
    expect_signed(client, &s.ses, "AKIDcvm1");
    stand_in_stop(&other);
    clock_pass(LIFE - 10);
    for (int i = 0; i < 10; i++)
        expect_signed(client, &s.ses, "AKIDcvm1");
    clock_pass(60);
    expect_no_keys(call_once(client, NULL), "CVM role");
    tcses_client_free(client);
    scene_close(&s);
}

/* The renewal costs the call that makes it time, but not its end. */
static void test_refresh__hanging_renewal_leaves_time_for_the_call(void **state)
{
    (void)state;
    scene s;
    tcses_call_options options = TCSES_CALL_OPTIONS_INIT;
    scene_open(&s, SHORT_MS);
    expect_signed(s.client, &s.ses, "AKIDcvm1");
    clock_pass(LIFE - EARLY + 10);
    stand_in_reply(&s.metadata, silence);
    options.timeout_ms = 10 * SHORT_MS;
    expect_success(call_once(s.client, &options));
    scene_close(&s);
}

/* Of a metadata server that came back, the first answer after the pause is taken. */
static void test_refresh__is_made_up_for_when_the_server_is_back(void **state)
{
    (void)state;
    scene s;
    scene_open(&s, SHORT_MS);
    expect_signed(s.client, &s.ses, "AKIDcvm1");
    clock_pass(LIFE - EARLY + 10);
    stand_in_reply(&s.metadata, broken);
    expect_signed(s.client, &s.ses, "AKIDcvm1");
    stand_in_reply(&s.metadata, right);
    clock_pass(120);
    expect_signed(s.client, &s.ses, "AKIDcvm2");
    scene_close(&s);
}

/* ---- keys that the service does not take ---- */

static void test_refresh__refused_token_is_renewed_once(void **state)
{
    (void)state;
    scene s;
    scene_open(&s, SHORT_MS);
    expect_signed(s.client, &s.ses, "AKIDcvm1");
    ses_refuse(&s.ses, "AKIDcvm1");
    expect_signed(s.client, &s.ses, "AKIDcvm2");
    assert_int_equal(stand_in_requests(&s.ses), 3);
    assert_int_equal(metadata_keys_questions(&s.metadata), 2);
    ses_refuse(&s.ses, "*");
    expect_error(call_once(s.client, NULL), TCSES_ERR_API, 2, "AuthFailure.TokenFailure");
    assert_int_equal(stand_in_requests(&s.ses), 5);
    assert_int_equal(metadata_keys_questions(&s.metadata), 3);
    scene_close(&s);
}

/* The same keys again would be refused again. */
static void test_refresh__same_keys_are_not_tried_again(void **state)
{
    (void)state;
    scene s;
    scene_open(&s, SHORT_MS);
    expect_signed(s.client, &s.ses, "AKIDcvm1");
    ses_refuse(&s.ses, "AKIDcvm1");
    stand_in_repeat(&s.metadata);
    expect_error(call_once(s.client, NULL), TCSES_ERR_API, 1, "AuthFailure.TokenFailure");
    assert_int_equal(metadata_keys_questions(&s.metadata), 2);
    scene_close(&s);
}

static void test_refresh__refused_token_and_no_other_is_an_error(void **state)
{
    (void)state;
    scene s;
    scene_open(&s, SHORT_MS);
    expect_signed(s.client, &s.ses, "AKIDcvm1");
    ses_refuse(&s.ses, "AKIDcvm1");
    stand_in_reply(&s.metadata, broken);
    expect_error(call_once(s.client, NULL), TCSES_ERR_CREDENTIALS, 1, "CVM role: ", "500");
    assert_int_equal(stand_in_requests(&s.ses), 2);
    scene_close(&s);
}

/* ---- clocks ---- */

static void test_refresh__expiry_in_the_past_is_an_error(void **state)
{
    (void)state;
    scene s;
    scene_open(&s, SHORT_MS);
    stand_in_set_life(&s.metadata, -60);
    expect_no_keys(call_once(s.client, NULL), "CVM role", "expired");
    assert_int_equal(stand_in_requests(&s.ses), 0);
    stand_in_set_life(&s.metadata, LIFE);
    clock_pass(120);
    expect_success(call_once(s.client, NULL));
    scene_close(&s);
}

/* An early renewal that brings expired keys does not put them in the place of valid ones. */
static void test_refresh__expired_keys_do_not_replace_valid_ones(void **state)
{
    (void)state;
    scene s;
    scene_open(&s, SHORT_MS);
    expect_signed(s.client, &s.ses, "AKIDcvm1");
    clock_pass(LIFE - EARLY + 10);
    stand_in_set_life(&s.metadata, -60);
    expect_signed(s.client, &s.ses, "AKIDcvm1");
    stand_in_set_life(&s.metadata, LIFE);
    clock_pass(120);
    expect_signed(s.client, &s.ses, "AKIDcvm3");
    scene_close(&s);
}

/* Lives are counted on the clock that nobody sets. */
static void test_refresh__wall_clock_that_jumps_changes_nothing(void **state)
{
    (void)state;
    scene s;
    scene_open(&s, SHORT_MS);
    expect_signed(s.client, &s.ses, "AKIDcvm1");
    clock_set_wall(5 * 3600);
    expect_signed(s.client, &s.ses, "AKIDcvm1");
    clock_set_wall(-5 * 3600);
    expect_signed(s.client, &s.ses, "AKIDcvm1");
    assert_int_equal(metadata_keys_questions(&s.metadata), 1);
    clock_pass(LIFE - EARLY + 30);
    clock_set_wall(0);
    expect_signed(s.client, &s.ses, "AKIDcvm2");
    clock_set_wall(-5 * 3600);
    clock_pass(LIFE - EARLY + 30);
    clock_set_wall(0);
    expect_signed(s.client, &s.ses, "AKIDcvm3");
    scene_close(&s);
}

/* Set wrongly from the start: what counts is the clock of whoever gave the keys, as far as its answer tells it. */
static void check_wrong_wall_clock(int64_t seconds_further)
{
    scene s;
    scene_open(&s, SHORT_MS);
    clock_set_wall(seconds_further);
    expect_signed(s.client, &s.ses, "AKIDcvm1");
    clock_pass(LIFE - EARLY - 30);
    expect_signed(s.client, &s.ses, "AKIDcvm1");
    clock_pass(60);
    expect_signed(s.client, &s.ses, "AKIDcvm2");
    assert_int_equal(metadata_keys_questions(&s.metadata), 2);
    scene_close(&s);
}

static void test_refresh__wall_clock_that_is_wrong_changes_nothing(void **state)
{
    (void)state;
    check_wrong_wall_clock(5 * 3600);
    check_wrong_wall_clock(-5 * 3600);
    check_wrong_wall_clock(-true_wall_seconds());
}

/* How long keys are kept of which nobody knows when they expire, and how early they are renewed. */
#define UNKNOWN_LIFE 900
#define UNKNOWN_EARLY (UNKNOWN_LIFE / 4)

/* They are used, renewed early, and not for ever. */
static void check_unknown_life(const char *text)
{
    scene s;
    scene_open(&s, SHORT_MS);
    stand_in_reply(&s.metadata, (reply){.status = "200 OK", .body = text});
    expect_signed(s.client, &s.ses, "AKIDcvm77");
    stand_in_reply(&s.metadata, right);
    clock_pass(UNKNOWN_LIFE - UNKNOWN_EARLY - 30);
    expect_signed(s.client, &s.ses, "AKIDcvm77");
    clock_pass(60);
    expect_signed(s.client, &s.ses, "AKIDcvm1");
    scene_close(&s);
}

static void test_refresh__keys_without_an_end_are_renewed_soon(void **state)
{
    (void)state;
    char *key = key_of("AKIDcvm77");
    char *token = token_of("AKIDcvm77");
    char *text = format_text(
        "{\"Code\":\"Success\",\"TmpSecretId\":\"AKIDcvm77\",\"TmpSecretKey\":\"%s\",\"Token\":\"%s\"}", key, token);
    check_unknown_life(text);
    free(text);
    free(token);
    free(key);
}

/* By this machine's clock alone, which may be wrong, as the answer has no Date. */
static void test_refresh__keys_that_seem_expired_are_renewed_soon(void **state)
{
    (void)state;
    char *text = metadata_keys_text("AKIDcvm77", -5 * 3600);
    check_unknown_life(text);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_refresh__is_early_and_not_earlier),
        cmocka_unit_test(test_refresh__of_short_lives_leaves_three_quarters),
        cmocka_unit_test(test_refresh__that_fails_leaves_valid_keys_in_use),
        cmocka_unit_test(test_refresh__server_that_is_gone_leaves_valid_keys_in_use),
        cmocka_unit_test(test_refresh__hanging_renewal_leaves_time_for_the_call),
        cmocka_unit_test(test_refresh__is_made_up_for_when_the_server_is_back),
        cmocka_unit_test(test_refresh__refused_token_is_renewed_once),
        cmocka_unit_test(test_refresh__same_keys_are_not_tried_again),
        cmocka_unit_test(test_refresh__refused_token_and_no_other_is_an_error),
        cmocka_unit_test(test_refresh__expiry_in_the_past_is_an_error),
        cmocka_unit_test(test_refresh__expired_keys_do_not_replace_valid_ones),
        cmocka_unit_test(test_refresh__wall_clock_that_jumps_changes_nothing),
        cmocka_unit_test(test_refresh__wall_clock_that_is_wrong_changes_nothing),
        cmocka_unit_test(test_refresh__keys_without_an_end_are_renewed_soon),
        cmocka_unit_test(test_refresh__keys_that_seem_expired_are_renewed_soon),
    };
    return RUN_TESTS(tests);
}
