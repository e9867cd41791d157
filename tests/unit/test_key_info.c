/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Which keys a client has and where they were found, and what a profile says beside its keys: region and endpoint.
 */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>

static const char *const variables[] = {"TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY", "TENCENTCLOUD_TOKEN",
    "TENCENTCLOUD_SESSION_TOKEN", "TENCENTCLOUD_SECURITY_TOKEN", "TENCENTCLOUD_REGION", "TENCENTCLOUD_CREDENTIALS_FILE",
    "TCCLI_PROFILE"};

static int set_up(void **state)
{
    for (size_t i = 0; i < COUNT_OF(variables); i++)
        unsetenv(variables[i]);
    *state = test_folder_new();
    return setenv("HOME", *state, 1);
}

static int tear_down(void **state)
{
    test_folder_free(*state);
    return 0;
}

/* A client without transport to anywhere: nothing here is sent. */
static tcses_client *client_new(const char *profile, tcses_credentials *credentials)
{
    tcses_client_options options = TCSES_CLIENT_OPTIONS_INIT;
    tcses_client *client = NULL;
    tcses_error *error = NULL;
    options.region = "ap-guangzhou";
    options.endpoint = "http://127.0.0.1:9";
    options.profile = profile;
    options.credentials = credentials;
    if (tcses_client_new(&options, &client, &error) != TCSES_OK)
        fail_msg("%s", tcses_error_message(error));
    tcses_credentials_unref(credentials);
    return client;
}

/* Takes the client over. `file` is relative to the folder. */
static void expect_info(tcses_client *client, const char *id, int32_t source, const char *folder, const char *file,
    const char *name, int32_t is_temporary)
{
    const tcses_key_info *info = NULL;
    tcses_error *error = NULL;
    char path[4096];
    if (tcses_client_key_info(client, NULL, &info, &error) != TCSES_OK)
        fail_msg("%s", tcses_error_message(error));
    assert_null(error);
    tcses_client_free(client); /* what was told depends on nothing */
    assert_int_equal(info->size, sizeof *info);
    assert_string_equal(info->secret_id, id);
    assert_int_equal(info->source, source);
    assert_int_equal(info->is_temporary, is_temporary);
    assert_int_equal(info->file != NULL, file != NULL);
    if (file != NULL) {
        snprintf(path, sizeof path, "%s/%s", folder, file);
        assert_string_equal(info->file, path);
    }
    assert_int_equal(info->name != NULL, name != NULL);
    if (name != NULL)
        assert_string_equal(info->name, name);
    tcses_key_info_free(info);
}

static void test_key_info__of_fixed_keys(void **state)
{
    tcses_credentials *fixed = NULL;
    assert_int_equal(tcses_credentials_new_static("id-fixed", "key", NULL, NULL, &fixed, NULL), TCSES_OK);
    expect_info(client_new(NULL, fixed), "id-fixed", TCSES_KEY_SOURCE_FIXED, *state, NULL, NULL, TCSES_FALSE);
    assert_int_equal(tcses_credentials_new_static("id-fixed", "key", "token", NULL, &fixed, NULL), TCSES_OK);
    expect_info(client_new(NULL, fixed), "id-fixed", TCSES_KEY_SOURCE_FIXED, *state, NULL, NULL, TCSES_TRUE);
}

static tcses_status give(void *ctx, int32_t renew, tcses_credentials_answer *answer)
{
    (void)renew;
    return *(const int *)ctx != 0 ? tcses_credentials_answer_set(answer, "id-called", "key", NULL) : -99;
}

static void test_key_info__of_a_callback(void **state)
{
    tcses_credentials_ops ops = TCSES_CREDENTIALS_OPS_INIT;
    tcses_credentials *made = NULL;
    tcses_error *error = NULL;
    const tcses_key_info *info = (const tcses_key_info *)(uintptr_t)1;
    int works = 1;
    ops.get = give;
    assert_int_equal(tcses_credentials_new_callback(&ops, &works, NULL, &made, NULL), TCSES_OK);
    tcses_client *client = client_new(NULL, made);
    tcses_credentials_ref(made);
    expect_info(client, "id-called", TCSES_KEY_SOURCE_CALLBACK, *state, NULL, NULL, TCSES_FALSE);
    works = 0;
    client = client_new(NULL, made);
    assert_int_equal(tcses_client_key_info(client, NULL, &info, &error), TCSES_ERR_CALLBACK);
    assert_null(info);
    expect_error(error, TCSES_ERR_CALLBACK, NULL);
    tcses_client_free(client);
}

static void test_key_info__of_the_environment(void **state)
{
    setenv("TENCENTCLOUD_SECRET_ID", "id-variable", 1);
    setenv("TENCENTCLOUD_SECRET_KEY", "key", 1);
    test_file_write(*state, ".tencentcloud/credentials", "[default]\nsecret_id = id-file\nsecret_key = k\n", -1);
    expect_info(client_new(NULL, NULL), "id-variable", TCSES_KEY_SOURCE_ENVIRONMENT, *state, NULL, NULL, TCSES_FALSE);
    setenv("TENCENTCLOUD_TOKEN", "token", 1);
    expect_info(client_new(NULL, NULL), "id-variable", TCSES_KEY_SOURCE_ENVIRONMENT, *state, NULL, NULL, TCSES_TRUE);
}

static void test_key_info__of_profiles(void **state)
{
    test_file_write(*state, ".tencentcloud/credentials",
        "[default]\nsecret_id = id-default\nsecret_key = k\n[work]\nsecret_id = id-work\nsecret_key = k\ntoken = t\n",
        -1);
    test_file_write(*state, ".tccli/home.credential", "{\"secretId\":\"id-home\",\"secretKey\":\"k\"}", -1);
    expect_info(client_new(NULL, NULL), "id-default", TCSES_KEY_SOURCE_CREDENTIALS_FILE, *state,
        ".tencentcloud/credentials", "default", TCSES_FALSE);
    expect_info(client_new("work", NULL), "id-work", TCSES_KEY_SOURCE_CREDENTIALS_FILE, *state,
        ".tencentcloud/credentials", "work", TCSES_TRUE);
    expect_info(client_new("home", NULL), "id-home", TCSES_KEY_SOURCE_CLI_PROFILE, *state, ".tccli/home.credential",
        "home", TCSES_FALSE);
}

static void test_key_info__of_a_client_without_keys(void **state)
{
    (void)state;
    tcses_client *client = client_new("nowhere", NULL);
    tcses_error *error = NULL;
    const tcses_key_info *info = NULL;
    assert_int_equal(tcses_client_key_info(client, NULL, &info, &error), TCSES_ERR_CREDENTIALS);
    assert_null(info);
    assert_non_null(strstr(tcses_error_message(error), "nowhere"));
    assert_null(tcses_error_action(error));
    tcses_error_free(error);
    tcses_client_free(client);
}

static void test_key_info__arguments_are_checked(void **state)
{
    (void)state;
    tcses_call_options options = TCSES_CALL_OPTIONS_INIT;
    tcses_client *client = client_new("any", NULL);
    tcses_error *error = NULL;
    const tcses_key_info *info = NULL;
    assert_int_equal(tcses_client_key_info(NULL, NULL, &info, &error), TCSES_ERR_ARGUMENT);
    expect_error(error, TCSES_ERR_ARGUMENT, "client");
    assert_int_equal(tcses_client_key_info(client, NULL, NULL, &error), TCSES_ERR_ARGUMENT);
    expect_error(error, TCSES_ERR_ARGUMENT, "out");
    options.timeout_ms = -1;
    assert_int_equal(tcses_client_key_info(client, &options, &info, &error), TCSES_ERR_ARGUMENT);
    expect_error(error, TCSES_ERR_ARGUMENT, "options.timeout_ms");
    tcses_client_free(client);
    tcses_key_info_free(NULL);
}

/* Of the profile "work", whichever files it is in. */
static void let_every_allocation_fail(void)
{
    test_memory m;
    size_t n = 0;
    tcses_status status = TCSES_ERR_MEMORY;
    test_memory_init(&m);
    while (status == TCSES_ERR_MEMORY) {
        tcses_client_options options = TCSES_CLIENT_OPTIONS_INIT;
        tcses_client *client = NULL;
        const tcses_key_info *info = NULL;
        options.profile = "work";
        options.allocator = &m.allocator;
        m.fail_at = m.taken + ++n;
        status = tcses_client_new(&options, &client, NULL);
        if (status == TCSES_OK)
            status = tcses_client_key_info(client, NULL, &info, NULL);
        assert_int_equal(info != NULL, status == TCSES_OK);
        tcses_key_info_free(info);
        tcses_client_free(client);
        assert_int_equal(m.live, 0);
    }
    assert_int_equal(status, TCSES_OK);
    assert_true(n > 10);
}

static void test_key_info__every_allocation_fails_in_turn(void **state)
{
    test_file_write(
        *state, ".tencentcloud/credentials", "[work]\nsecret_id = id\nsecret_key = k\nregion = r\nendpoint = e\n", -1);
    let_every_allocation_fail();
}

static void test_key_info__every_allocation_of_a_cli_profile_fails_in_turn(void **state)
{
    test_file_write(*state, ".tccli/work.credential", "{\"secretId\":\"id\",\"secretKey\":\"k\"}", -1);
    test_file_write(
        *state, ".tccli/work.configure", "{\"_sys_param\":{\"region\":\"r\"},\"ses\":{\"endpoint\":\"e\"}}", -1);
    let_every_allocation_fail();
}

/* ---- region and endpoint of a profile ---- */

static void expect_destination(const tcses_client_options *options, const char *region, const char *endpoint)
{
    tcses_client *client = NULL;
    tcses_error *error = NULL;
    if (tcses_client_new(options, &client, &error) != TCSES_OK)
        fail_msg("%s", tcses_error_message(error));
    assert_string_equal(tcses_client_region(client), region);
    assert_string_equal(tcses_client_endpoint(client), endpoint);
    tcses_client_free(client);
}

static void write_settings(const char *folder)
{
    test_file_write(folder, ".tencentcloud/credentials",
        "[default]\nsecret_id = a\nsecret_key = k\nregion = ap-ini\nendpoint = ini.example\n"
        "[work]\nsecret_id = b\nsecret_key = k\nregion = ap-work\nendpoint = http://work.example:81\n"
        "[bare]\nsecret_id = c\nsecret_key = k\n",
        -1);
    test_file_write(folder, ".tccli/default.configure",
        "{\"_sys_param\":{\"region\":\"ap-cli\"},\"ses\":{\"endpoint\":\"cli.example\",\"version\":\"2020-10-02\"}}",
        -1);
    test_file_write(folder, ".tccli/bare.configure", "{\"ses\":{\"endpoint\":\"bare.example\"}}", -1);
}

static void test_settings__of_the_default_profile(void **state)
{
    tcses_client_options options = TCSES_CLIENT_OPTIONS_INIT;
    write_settings(*state);
    expect_destination(&options, "ap-ini", "https://ini.example/");
    setenv("TENCENTCLOUD_REGION", "ap-variable", 1);
    expect_destination(&options, "ap-variable", "https://ini.example/");
    options.region = "ap-option";
    expect_destination(&options, "ap-option", "https://ini.example/");
    options.endpoint = "option.example";
    expect_destination(&options, "ap-option", "https://option.example/");
}

static void test_settings__of_the_clis_default_profile(void **state)
{
    tcses_client_options options = TCSES_CLIENT_OPTIONS_INIT;
    write_settings(*state);
    test_file_write(*state, ".tencentcloud/credentials", "[default]\nsecret_id = a\nsecret_key = k\n", -1);
    expect_destination(&options, "ap-cli", "https://cli.example/");
    setenv("TCCLI_PROFILE", "bare", 1);
    options.region = "ap-option";
    expect_destination(&options, "ap-option", "https://bare.example/");
}

static void test_settings__of_a_named_profile_come_first(void **state)
{
    tcses_client_options options = TCSES_CLIENT_OPTIONS_INIT;
    write_settings(*state);
    setenv("TENCENTCLOUD_REGION", "ap-variable", 1);
    options.profile = "work";
    expect_destination(&options, "ap-work", "http://work.example:81/");
    options.profile = "bare";
    expect_destination(&options, "ap-variable", "https://bare.example/");
    unsetenv("TENCENTCLOUD_REGION");
    expect_destination(&options, "ap-ini", "https://bare.example/");
    /* The endpoint of the default profile is not for the keys of another. */
    options.profile = "unknown";
    expect_destination(&options, "ap-ini", "https://ses.tencentcloudapi.com/");
}

static void test_settings__keys_from_elsewhere_go_to_the_services_own_endpoint(void **state)
{
    tcses_client_options options = TCSES_CLIENT_OPTIONS_INIT;
    write_settings(*state);
    assert_int_equal(tcses_credentials_new_static("id", "key", NULL, NULL, &options.credentials, NULL), TCSES_OK);
    expect_destination(&options, "ap-ini", "https://ses.tencentcloudapi.com/");
    tcses_credentials_unref(options.credentials);
    options.credentials = NULL;
    setenv("TENCENTCLOUD_SECRET_ID", "id", 1);
    expect_destination(&options, "ap-ini", "https://ses.tencentcloudapi.com/");
}

static void test_settings__that_can_not_be_used_name_the_file(void **state)
{
    tcses_client_options options = TCSES_CLIENT_OPTIONS_INIT;
    tcses_client *client = NULL;
    tcses_error *error = NULL;
    test_file_write(*state, ".tencentcloud/credentials", "[default]\nregion = ap-a\nendpoint = ftp://a\n", -1);
    assert_int_equal(tcses_client_new(&options, &client, &error), TCSES_ERR_ARGUMENT);
    assert_null(client);
    assert_non_null(strstr(tcses_error_message(error), "/.tencentcloud/credentials"));
    expect_error(error, TCSES_ERR_ARGUMENT, "endpoint");
    /* What is given is told without a file. */
    options.endpoint = "ftp://b";
    assert_int_equal(tcses_client_new(&options, &client, &error), TCSES_ERR_ARGUMENT);
    assert_null(strstr(tcses_error_message(error), "credentials"));
    expect_error(error, TCSES_ERR_ARGUMENT, "endpoint");
}

static void test_settings__files_that_are_odd_say_nothing(void **state)
{
    tcses_client_options options = TCSES_CLIENT_OPTIONS_INIT;
    options.region = "ap-option";
    test_file_write(*state, ".tencentcloud/credentials", "[default]\nendpoint =\n", -1);
    test_file_write(*state, ".tccli/default.configure", "{\"_sys_param\":[],\"ses\":{\"endpoint\":[]}}", -1);
    expect_destination(&options, "ap-option", "https://ses.tencentcloudapi.com/");
    test_file_write(*state, ".tccli/default.configure", "not JSON", -1);
    expect_destination(&options, "ap-option", "https://ses.tencentcloudapi.com/");
    assert_string_equal(tcses_client_endpoint(NULL), "");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_key_info__of_fixed_keys),
        TEST(test_key_info__of_a_callback),
        TEST(test_key_info__of_the_environment),
        TEST(test_key_info__of_profiles),
        TEST(test_key_info__of_a_client_without_keys),
        TEST(test_key_info__arguments_are_checked),
        TEST(test_key_info__every_allocation_fails_in_turn),
        TEST(test_key_info__every_allocation_of_a_cli_profile_fails_in_turn),
        TEST(test_settings__of_the_default_profile),
        TEST(test_settings__of_the_clis_default_profile),
        TEST(test_settings__of_a_named_profile_come_first),
        TEST(test_settings__keys_from_elsewhere_go_to_the_services_own_endpoint),
        TEST(test_settings__that_can_not_be_used_name_the_file),
        TEST(test_settings__files_that_are_odd_say_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
