/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The default chain: its order, what ends it and what is passed over, and how it says that there was nothing.
 */
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine.h"
#include "scene.h"
#include "support/full_port.h"

/* The whole of a call that finds nothing. */
#define NOTHING_FOUND_WITHIN_US 3000000

static void set_keys_variables(const char *id)
{
    char *key = key_of(id);
    set_variable("TENCENTCLOUD_SECRET_ID", id);
    set_variable("TENCENTCLOUD_SECRET_KEY", key);
    free(key);
}

static void write_profile(const machine *m, const char *name, const char *id)
{
    char *text = profile_text("default", id);
    sandbox_write(&m->box, name, text);
    free(text);
}

static void write_cli_profile(const machine *m, const char *name, const char *id)
{
    char *key = key_of(id);
    char *text = format_text("{\"secretId\": \"%s\", \"secretKey\": \"%s\"}", id, key);
    sandbox_write(&m->box, name, text);
    free(text);
    free(key);
}

static void remove_from(const machine *m, const char *name)
{
    char *path = sandbox_file(&m->box, name);
    if (remove(path) != 0)
        die("%s cannot be removed", path);
    free(path);
}

static void become_pod(const machine *m)
{
    char *file = sandbox_file(&m->box, "token");
    write_file(file, CANARY "web-identity");
    set_variable("TKE_REGION", "ap-guangzhou");
    set_variable("TKE_PROVIDER_ID", "cls-12345678");
    set_variable("TKE_ROLE_ARN", STS_ROLE_ARN);
    set_variable("TKE_WEB_IDENTITY_TOKEN_FILE", file);
    free(file);
}

/* ---- the order ---- */

/* All are there; each is taken when those before it are gone. */
static void test_chain__first_that_has_keys_is_taken(void **state)
{
    (void)state;
    machine m;
    machine_open(&m);
    set_keys_variables(LASTING "variables");
    write_profile(&m, ".tencentcloud/credentials", LASTING "file");
    write_cli_profile(&m, ".tccli/default.credential", LASTING "cli");
    metadata_reply_role(&m.metadata, right);
    become_pod(&m);
    expect_signed(m.client, &m.ses, LASTING "variables");
    unsetenv("TENCENTCLOUD_SECRET_ID");
    unsetenv("TENCENTCLOUD_SECRET_KEY");
    expect_signed(m.client, &m.ses, LASTING "file");
    remove_from(&m, ".tencentcloud/credentials");
    expect_signed(m.client, &m.ses, LASTING "cli");
    assert_int_equal(stand_in_requests(&m.metadata), 0);
    remove_from(&m, ".tccli/default.credential");
    expect_signed(m.client, &m.ses, "AKIDcvm1");
    assert_int_equal(m.road.questions, 0);
    set_keys_variables(LASTING "again");
    expect_signed(m.client, &m.ses, LASTING "again");
    machine_close(&m);
}

static void test_chain__pod_comes_after_the_machine(void **state)
{
    (void)state;
    machine m;
    machine_open(&m);
    become_pod(&m);
    expect_signed(m.client, &m.ses, "AKIDpod1");
    machine_close(&m);
}

/* Keys that were there may not turn into those of another account. */
static void test_chain__machine_whose_keys_were_taken_is_not_passed_over(void **state)
{
    (void)state;
    machine m;
    machine_open(&m);
    metadata_reply_role(&m.metadata, right);
    become_pod(&m);
    expect_signed(m.client, &m.ses, "AKIDcvm1");
    metadata_reply_role(&m.metadata, (reply){.status = "404 Not Found"});
    clock_pass(LIFE + 60);
    expect_no_keys(call_once(m.client, NULL), "CVM role");
    assert_int_equal(m.road.questions, 0);
    machine_close(&m);
}

static void test_chain__pod_whose_keys_were_taken_is_not_passed_over(void **state)
{
    (void)state;
    machine m;
    machine_open(&m);
    become_pod(&m);
    expect_signed(m.client, &m.ses, "AKIDpod1");
    metadata_reply_role(&m.metadata, right);
    clock_pass(LIFE + 60);
    expect_signed(m.client, &m.ses, "AKIDpod1");
    unsetenv("TKE_ROLE_ARN");
    clock_pass(LIFE + 60);
    expect_no_keys(call_once(m.client, NULL), "TKE_ROLE_ARN");
    assert_int_equal(metadata_keys_questions(&m.metadata), 0);
    machine_close(&m);
}

static void test_chain__places_may_be_named(void **state)
{
    (void)state;
    machine m;
    machine_open(&m);
    char *file = sandbox_file(&m.box, "elsewhere");
    write_profile(&m, "elsewhere", LASTING "elsewhere");
    write_profile(&m, ".tencentcloud/credentials", LASTING "file");
    set_variable("TENCENTCLOUD_CREDENTIALS_FILE", file);
    expect_signed(m.client, &m.ses, LASTING "elsewhere");
    remove_from(&m, "elsewhere");
    write_cli_profile(&m, ".tccli/night.credential", LASTING "night");
    write_cli_profile(&m, ".tccli/default.credential", LASTING "cli");
    set_variable("TCCLI_PROFILE", "night");
    expect_signed(m.client, &m.ses, LASTING "night");
    free(file);
    machine_close(&m);
}

static void test_chain__keys_of_the_machine_are_kept(void **state)
{
    (void)state;
    machine m;
    crew c;
    machine_open(&m);
    metadata_reply_role(&m.metadata, right);
    crew_begin(&c, m.client, CREW_MAX, 5);
    crew_end(&c);
    assert_int_equal(c.failed, 0);
    assert_int_equal(metadata_keys_questions(&m.metadata), 1);
    clock_pass(LIFE - EARLY + 10);
    stand_in_reply(&m.metadata, broken);
    for (int i = 0; i < 10; i++)
        expect_signed(m.client, &m.ses, "AKIDcvm1");
    assert_int_equal(metadata_role_questions(&m.metadata), 2);
    machine_close(&m);
}

static void test_chain__refused_token_of_the_machine_is_renewed_once(void **state)
{
    (void)state;
    machine m;
    machine_open(&m);
    metadata_reply_role(&m.metadata, right);
    expect_signed(m.client, &m.ses, "AKIDcvm1");
    ses_refuse(&m.ses, "AKIDcvm1");
    expect_signed(m.client, &m.ses, "AKIDcvm2");
    assert_int_equal(metadata_keys_questions(&m.metadata), 2);
    assert_int_equal(stand_in_requests(&m.ses), 3);
    machine_close(&m);
}

/* Refused keys of a lasting kind are not exchanged for those of another place. */
static void test_chain__refused_keys_do_not_lead_to_the_next_place(void **state)
{
    (void)state;
    machine m;
    machine_open(&m);
    metadata_reply_role(&m.metadata, right);
    set_keys_variables(LASTING "variables");
    ses_refuse(&m.ses, LASTING "variables");
    expect_error(call_once(m.client, NULL), TCSES_ERR_API, 1, "AuthFailure.TokenFailure");
    assert_int_equal(stand_in_requests(&m.metadata), 0);
    machine_close(&m);
}

static void test_chain__keys_of_the_pod_are_kept(void **state)
{
    (void)state;
    machine m;
    machine_open(&m);
    become_pod(&m);
    for (int i = 0; i < 10; i++)
        expect_signed(m.client, &m.ses, "AKIDpod1");
    assert_int_equal(m.road.questions, 1);
    machine_close(&m);
}

/* Where it can not be reached, as from many pods, that would cost each call two seconds. */
static void test_chain__pod_does_not_ask_for_the_machine_with_every_call(void **state)
{
    (void)state;
    machine m;
    machine_open(&m);
    become_pod(&m);
    for (int i = 0; i < 10; i++)
        expect_signed(m.client, &m.ses, "AKIDpod1");
    assert_in_range(metadata_role_questions(&m.metadata), 1, 2);
    machine_close(&m);
}

/* ---- what ends it ---- */

/* The right keys come after it, and are not taken. */
static void expect_end(machine *m, const char *place, const char *said)
{
    metadata_reply_role(&m->metadata, right);
    expect_no_keys(call_once(m->client, NULL), place, said);
    assert_int_equal(stand_in_requests(&m->metadata), 0);
    assert_int_equal(stand_in_requests(&m->ses), 0);
    machine_close(m);
}

static void test_chain__half_of_the_variables_ends_it(void **state)
{
    (void)state;
    machine m;
    machine_open(&m);
    set_variable("TENCENTCLOUD_SECRET_ID", LASTING "variables");
    write_profile(&m, ".tencentcloud/credentials", LASTING "file");
    expect_end(&m, "environment", "secret_key");
}

static void test_chain__half_a_profile_ends_it(void **state)
{
    (void)state;
    machine m;
    machine_open(&m);
    sandbox_write(&m.box, ".tencentcloud/credentials", "[default]\nsecret_id = AKIDlastingfile\n");
    expect_end(&m, "/.tencentcloud/credentials", "secret_key");
}

static void test_chain__profile_that_cannot_be_read_ends_it(void **state)
{
    (void)state;
    machine m;
    machine_open(&m);
    sandbox_write(&m.box, ".tencentcloud/credentials/inside", "");
    expect_end(&m, "/.tencentcloud/credentials", "directory");
}

static void test_chain__broken_cli_profile_ends_it(void **state)
{
    (void)state;
    machine m;
    machine_open(&m);
    sandbox_write(&m.box, ".tccli/default.credential", "{\"secretId\": \"AKIDlastingcli\"");
    expect_end(&m, "/.tccli/default.credential", "JSON");
}

static void test_chain__half_a_pod_ends_it(void **state)
{
    (void)state;
    machine m;
    machine_open(&m);
    become_pod(&m);
    unsetenv("TKE_ROLE_ARN");
    expect_no_keys(call_once(m.client, NULL), "TKE_ROLE_ARN");
    assert_int_equal(m.road.questions, 0);
    machine_close(&m);
}

/* A place that is there and has nothing for us. */
static void test_chain__places_without_keys_are_passed_over(void **state)
{
    (void)state;
    machine m;
    machine_open(&m);
    set_variable("TENCENTCLOUD_SECRET_ID", "");
    set_variable("TENCENTCLOUD_TOKEN", CANARY "left-over");
    sandbox_write(&m.box, ".tencentcloud/credentials", "[other]\nsecret_id = AKIDlastingfile\n");
    sandbox_write(&m.box, ".tccli/default.credential", "{\"type\": \"oauth\"}");
    become_pod(&m);
    expect_signed(m.client, &m.ses, "AKIDpod1");
    machine_close(&m);
}

/* ---- nothing ---- */

/* One line a place, in the order in which they were tried. */
static void check_list(const machine *m, result r)
{
    static const char *const places[] = {"\n  environment: ", ".tencentcloud/credentials: ",
        "\n  /etc/tencentcloud/credentials: ", ".tccli/default.credential: ", "\n  CVM ", "\n  TKE"};
    const char *next = tcses_error_message(r.error);
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        const char *found = strstr(next, places[i]);
        if (found == NULL)
            print_error("after \"%s\" there is no \"%s\"\n", next, places[i]);
        assert_non_null(found);
        next = found + 1;
    }
    assert_null(strchr(next, '\n'));
    expect_no_keys(r, "no credentials found", m->box.path);
}

static void expect_nothing(machine *m, const char *of_metadata)
{
    int64_t began_us = now_us();
    result r = call_once(m->client, NULL);
    int64_t took_us = now_us() - began_us;
    print_message("# nothing found after %.2f s\n", (double)took_us / 1e6);
    assert_non_null(strstr(tcses_error_message(r.error), of_metadata));
    check_list(m, r);
    assert_in_range(took_us, 0, NOTHING_FOUND_WITHIN_US);
    assert_int_equal(stand_in_requests(&m->ses), 0);
}

static void test_chain__without_a_role_lists_each_place(void **state)
{
    (void)state;
    machine m;
    machine_open(&m);
    expect_nothing(&m, "no such role");
    expect_nothing(&m, "no such role");
    machine_close(&m);
}

static void test_chain__outside_the_cloud_lists_each_place(void **state)
{
    (void)state;
    machine m;
    machine_open(&m);
    machine_lead_name(NAME_UNKNOWN, 0);
    expect_nothing(&m, METADATA_HOST);
    machine_close(&m);
}

static void test_chain__network_that_swallows_packets_costs_two_seconds(void **state)
{
    (void)state;
    machine m;
    full_port full;
    machine_open(&m);
    full_port_open(&full);
    machine_lead_name(NAME_LEADS_TO_PORT, full.port);
    expect_nothing(&m, METADATA_HOST);
    full_port_close(&full);
    machine_close(&m);
}

static void test_chain__resolver_that_hangs_costs_two_seconds(void **state)
{
    (void)state;
    machine m;
    if (curl_version_info(CURLVERSION_NOW)->version_num < 0x075700)
        skip();
    machine_open(&m);
    machine_lead_name(NAME_HANGS, 0);
    expect_nothing(&m, METADATA_HOST);
    machine_release_resolver();
    machine_close(&m);
}

/* Of less time than the metadata server is given, it gets half: the other half is for what comes next. */
static void test_chain__deadline_of_the_call_bounds_it(void **state)
{
    (void)state;
    machine m;
    tcses_call_options options = TCSES_CALL_OPTIONS_INIT;
    machine_open(&m);
    metadata_reply_role(&m.metadata, silence);
    options.timeout_ms = SHORT_MS;
    int64_t began_us = now_us();
    expect_error(call_once(m.client, &options), TCSES_ERR_CREDENTIALS, 0, "");
    assert_in_range(now_us() - began_us, SHORT_MS * 450, SHORT_MS * 1000 + SOON_US);
    machine_close(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_chain__first_that_has_keys_is_taken),
        cmocka_unit_test(test_chain__pod_comes_after_the_machine),
        cmocka_unit_test(test_chain__machine_whose_keys_were_taken_is_not_passed_over),
        cmocka_unit_test(test_chain__pod_whose_keys_were_taken_is_not_passed_over),
        cmocka_unit_test(test_chain__places_may_be_named),
        cmocka_unit_test(test_chain__keys_of_the_machine_are_kept),
        cmocka_unit_test(test_chain__refused_token_of_the_machine_is_renewed_once),
        cmocka_unit_test(test_chain__refused_keys_do_not_lead_to_the_next_place),
        cmocka_unit_test(test_chain__keys_of_the_pod_are_kept),
        cmocka_unit_test(test_chain__pod_does_not_ask_for_the_machine_with_every_call),
        cmocka_unit_test(test_chain__half_of_the_variables_ends_it),
        cmocka_unit_test(test_chain__half_a_profile_ends_it),
        cmocka_unit_test(test_chain__profile_that_cannot_be_read_ends_it),
        cmocka_unit_test(test_chain__broken_cli_profile_ends_it),
        cmocka_unit_test(test_chain__half_a_pod_ends_it),
        cmocka_unit_test(test_chain__places_without_keys_are_passed_over),
        cmocka_unit_test(test_chain__without_a_role_lists_each_place),
        cmocka_unit_test(test_chain__outside_the_cloud_lists_each_place),
        cmocka_unit_test(test_chain__network_that_swallows_packets_costs_two_seconds),
        cmocka_unit_test(test_chain__resolver_that_hangs_costs_two_seconds),
        cmocka_unit_test(test_chain__deadline_of_the_call_bounds_it),
    };
    return RUN_TESTS(tests);
}
