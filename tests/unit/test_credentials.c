/* SPDX-License-Identifier: Apache-2.0 */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "credentials/credentials.h"
#include "credentials/profile.h"

/* ---- what the tests stand on ---- */

static const char *const variables[] = {"TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY", "TENCENTCLOUD_TOKEN",
    "TENCENTCLOUD_SESSION_TOKEN", "TENCENTCLOUD_SECURITY_TOKEN", "TENCENTCLOUD_REGION", "TENCENTCLOUD_CREDENTIALS_FILE",
    "TCCLI_PROFILE", "TKE_PROVIDER_ID", "TKE_WEB_IDENTITY_TOKEN_FILE", "TKE_ROLE_ARN", "TKE_REGION"};

/* What a call lends to a source: a network on which nobody answers, and a clock on which waiting takes no time. */
static tcses_transport *no_network;
static test_clock lent_clock;
static call_learned learned;

static tcses_status unreachable(void *ctx, tcses_http_request *request, tcses_http_response *response)
{
    (void)ctx;
    (void)request;
    tcses_http_response_set_stage(response, TCSES_STAGE_UNSENT);
    tcses_http_response_set_failure(response, 7, "no such network");
    return TCSES_ERR_NETWORK;
}

static void lend(void)
{
    memory mem = memory_default();
    tcses_transport_ops ops = TCSES_TRANSPORT_OPS_INIT;
    ops.perform = unreachable;
    assert_int_equal(tcses_transport_new(&ops, NULL, NULL, &no_network, NULL), TCSES_OK);
    test_clock_init(&lent_clock, RIG_WALL_SECONDS);
    assert_true(learned_init(&learned, &mem, 0));
}

static void take_back(void)
{
    tcses_transport_unref(no_network);
    learned_free(&learned);
}

/* A home of its own for each test, and none of the variables. */
static int set_up(void **state)
{
    char *home = test_folder_new();
    for (size_t i = 0; i < COUNT_OF(variables); i++)
        unsetenv(variables[i]);
    setenv("HOME", home, 1);
    lend();
    *state = home;
    return 0;
}

static int tear_down(void **state)
{
    for (size_t i = 0; i < COUNT_OF(variables); i++)
        unsetenv(variables[i]);
    take_back();
    test_folder_free(*state);
    return 0;
}

static tcses_status get(tcses_credentials *credentials, uint64_t newer_than, keys **out, tcses_error **error)
{
    memory mem = memory_default();
    tcses_error *e = NULL;
    call_host host = {.mem = mem, .transport = no_network, .clock = &lent_clock.clock, .learned = &learned};
    keys_wish wish = {.host = &host, .deadline_ms = INT64_MAX, .newer_than = newer_than};
    assert_int_equal(error_open(error, &mem, &e), TCSES_OK);
    return error_close(error, e, credentials_get(credentials, &wish, out, e));
}

static void expect_keys(tcses_credentials *credentials, const char *id, const char *key, const char *token)
{
    keys *found = NULL;
    tcses_error *error = NULL;
    if (get(credentials, 0, &found, &error) != TCSES_OK)
        fail_msg("%s", tcses_error_message(error));
    assert_string_equal(found->secret_id, id);
    assert_string_equal(found->secret_key, key);
    if (token == NULL)
        assert_null(found->token);
    else
        assert_string_equal(found->token, token);
    keys_unref(found);
}

/* Expects TCSES_ERR_CREDENTIALS with all these words, and none of the secrets of these tests. */
static void expect_none(tcses_credentials *credentials, const char *words, const char *more_words)
{
    keys *found = NULL;
    tcses_error *error = NULL;
    assert_int_equal(get(credentials, 0, &found, &error), TCSES_ERR_CREDENTIALS);
    assert_null(found);
    const char *message = tcses_error_message(error);
    if (strstr(message, words) == NULL || strstr(message, more_words) == NULL)
        fail_msg("expected \"%s\" and \"%s\": %s", words, more_words, message);
    assert_null(strstr(message, "Secret-"));
    tcses_error_free(error);
}

static tcses_credentials *environment_source(void)
{
    tcses_credentials *credentials = NULL;
    assert_int_equal(tcses_credentials_new_environment(NULL, &credentials, NULL), TCSES_OK);
    return credentials;
}

static tcses_credentials *default_source(void)
{
    tcses_credentials *credentials = NULL;
    assert_int_equal(tcses_credentials_new_default(NULL, &credentials, NULL), TCSES_OK);
    return credentials;
}

static tcses_credentials *profile_source(const char *name)
{
    tcses_credentials *credentials = NULL;
    tcses_profile_options options = TCSES_PROFILE_OPTIONS_INIT;
    options.profile = name;
    assert_int_equal(tcses_credentials_new_profile(&options, NULL, &credentials, NULL), TCSES_OK);
    return credentials;
}

/* ---- fixed ---- */

static void test_credentials__static(void **state)
{
    (void)state;
    char id[] = "id", key[] = "Secret-key", token[] = "Secret-token";
    tcses_credentials *credentials = NULL;
    assert_int_equal(tcses_credentials_new_static(id, key, token, NULL, &credentials, NULL), TCSES_OK);
    memset(id, 'x', 2);
    memset(key, 'x', 5);
    memset(token, 'x', 5);
    expect_keys(credentials, "id", "Secret-key", "Secret-token");
    /* There are no newer ones: the version stays. */
    keys *found = NULL;
    assert_int_equal(get(credentials, 0, &found, NULL), TCSES_OK);
    uint64_t version = found->version;
    keys_unref(found);
    assert_int_equal(get(credentials, version, &found, NULL), TCSES_OK);
    assert_int_equal(found->version, version);
    keys_unref(found);
    tcses_credentials_unref(credentials);
}

static void test_credentials__static_refuses_what_no_credential_can_be(void **state)
{
    (void)state;
    static const struct {
        const char *id, *key, *token, *at;
    } bad[] = {{NULL, "k", NULL, "secret_id"}, {"", "k", NULL, "secret_id"}, {"i\r\nX: y", "k", NULL, "secret_id"},
        {"i", NULL, NULL, "secret_key"}, {"i", "", NULL, "secret_key"}, {"i", "Secret- ", NULL, "secret_key"},
        {"i", "k", "", "token"}, {"i", "k", "Secret-\n", "token"}, {"i", "k", "t\xC3\xA9", "token"}};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        tcses_credentials *credentials = (void *)(uintptr_t)1;
        tcses_error *error = NULL;
        assert_int_equal(tcses_credentials_new_static(bad[i].id, bad[i].key, bad[i].token, NULL, &credentials, &error),
            TCSES_ERR_ARGUMENT);
        assert_null(credentials);
        assert_null(strstr(tcses_error_message(error), "Secret-"));
        expect_error(error, TCSES_ERR_ARGUMENT, bad[i].at);
    }
    tcses_error *error = NULL;
    assert_int_equal(tcses_credentials_new_static("i", "k", NULL, NULL, NULL, &error), TCSES_ERR_ARGUMENT);
    expect_error(error, TCSES_ERR_ARGUMENT, "out");
    tcses_credentials_unref(NULL);
    assert_null(tcses_credentials_ref(NULL));
}

static void test_credentials__secrets_are_wiped_with_the_last_reference(void **state)
{
    (void)state;
    test_memory m;
    tcses_credentials *credentials = NULL;
    test_memory_init(&m);
    m.look = "Secret-key";
    assert_int_equal(
        tcses_credentials_new_static("id", "Secret-key", NULL, &m.allocator, &credentials, NULL), TCSES_OK);
    expect_keys(credentials, "id", "Secret-key", NULL);
    keys *held = NULL;
    assert_int_equal(get(credentials, 0, &held, NULL), TCSES_OK);
    tcses_credentials_ref(credentials);
    tcses_credentials_unref(credentials);
    tcses_credentials_unref(credentials);
    assert_string_equal(held->secret_key, "Secret-key");
    keys_unref(held);
    assert_int_equal(m.live, 0);
    assert_int_equal(m.found, 0);
}

/* ---- environment ---- */

static void test_credentials__environment(void **state)
{
    (void)state;
    tcses_credentials *credentials = environment_source();
    expect_none(credentials, "no credentials found", "TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY are not set");
    setenv("TENCENTCLOUD_SECRET_ID", "env-id", 1);
    expect_none(credentials, "environment", "secret_key");
    setenv("TENCENTCLOUD_SECRET_KEY", "", 1);
    expect_none(credentials, "environment", "secret_key");
    setenv("TENCENTCLOUD_SECRET_KEY", "Secret-env", 1);
    expect_keys(credentials, "env-id", "Secret-env", NULL);
    setenv("TENCENTCLOUD_SECURITY_TOKEN", "t3", 1);
    expect_keys(credentials, "env-id", "Secret-env", "t3");
    setenv("TENCENTCLOUD_SESSION_TOKEN", "t2", 1);
    expect_keys(credentials, "env-id", "Secret-env", "t2");
    setenv("TENCENTCLOUD_TOKEN", "t1", 1);
    expect_keys(credentials, "env-id", "Secret-env", "t1");
    setenv("TENCENTCLOUD_TOKEN", "", 1);
    expect_keys(credentials, "env-id", "Secret-env", "t2");
    setenv("TENCENTCLOUD_TOKEN", "Secret- with blank", 1);
    expect_none(credentials, "environment", "token");
    unsetenv("TENCENTCLOUD_TOKEN");
    unsetenv("TENCENTCLOUD_SECRET_ID");
    expect_none(credentials, "environment", "secret_id");
    tcses_credentials_unref(credentials);
}

static void test_credentials__environment_versions(void **state)
{
    (void)state;
    tcses_credentials *credentials = environment_source();
    keys *found = NULL;
    setenv("TENCENTCLOUD_SECRET_ID", "a", 1);
    setenv("TENCENTCLOUD_SECRET_KEY", "k", 1);
    assert_int_equal(get(credentials, 0, &found, NULL), TCSES_OK);
    uint64_t first = found->version;
    keys_unref(found);
    assert_int_equal(get(credentials, first, &found, NULL), TCSES_OK);
    assert_int_equal(found->version, first);
    keys_unref(found);
    setenv("TENCENTCLOUD_TOKEN", "new", 1);
    assert_int_equal(get(credentials, first, &found, NULL), TCSES_OK);
    assert_true(found->version > first);
    keys_unref(found);
    tcses_credentials_unref(credentials);
}

/* ---- profile file ---- */

#define FILE_NAME ".tencentcloud/credentials"

static void test_credentials__profile_file(void **state)
{
    tcses_credentials *work = profile_source("work");
    tcses_credentials *usual = profile_source("default");
    test_file_write(*state, FILE_NAME,
        "\xEF\xBB\xBF; comment\r\n[default]\r\nsecret_id = d-id\r\n\tsecret_key=Secret-d \r\n# token = no\r\n"
        "\r\n[ work ]\r\nsecret_id=w-id\r\nother = x\r\nsecret_key = Secret-w=w\r\ntoken = Secret-t\r\n[last]",
        -1);
    expect_keys(usual, "d-id", "Secret-d", NULL);
    expect_keys(work, "w-id", "Secret-w=w", "Secret-t");
    tcses_credentials_unref(work);
    tcses_credentials_unref(usual);
}

static void test_credentials__profile_that_is_not_whole(void **state)
{
    static const struct {
        const char *content;
        const char *words;
    } files[] = {
        {"", "is empty since a moment ago"},
        {"\n", "no such section"},
        {"secret_id = i\nsecret_key = Secret-k\n", "no such section"},
        {"[Work]\nsecret_id = i\nsecret_key = Secret-k\n", "no such section"},
        {"[work]\n", "has no secret_id and secret_key"},
        {"[work]\ntoken = Secret-t\n", "has no secret_id and secret_key"},
        {"[work]\nsecret_id = i\n", "secret_key is required"},
        {"[work]\nsecret_key = Secret-k\n", "secret_id is required"},
        {"[work]\nsecret_id =\nsecret_key = Secret-k\n", "secret_id must not be empty"},
        {"[work]\nsecret_id = i\nsecret_key = Secret- k\n", "secret_key must hold visible ASCII"},
        {"[work]\nsecret_id = i\nsecret_key = Secret-k\ntoken = a\x01\n", "token must hold visible ASCII"},
    };
    tcses_credentials *credentials = profile_source("work");
    for (size_t i = 0; i < COUNT_OF(files); i++) {
        test_file_write(*state, FILE_NAME, files[i].content, -1);
        expect_none(credentials, FILE_NAME, files[i].words);
    }
    tcses_credentials_unref(credentials);
}

static void test_credentials__half_a_profile_is_not_passed_over(void **state)
{
    tcses_credentials *credentials = profile_source("work");
    test_file_write(*state, FILE_NAME, "[work]\nsecret_id = i\n", -1);
    test_file_write(*state, ".tccli/work.credential", "{\"secretId\":\"c\",\"secretKey\":\"Secret-c\"}", -1);
    expect_none(credentials, FILE_NAME, "secret_key is required");
    tcses_credentials_unref(credentials);
}

/* A file that is there and can't be read is never passed over for the keys of another place. */
static void test_credentials__files_that_can_not_be_read(void **state)
{
    const char *home = *state;
    char path[512];
    tcses_credentials *credentials = profile_source("work");
    expect_none(credentials, FILE_NAME ": No such file", ".tccli/work.credential: No such file");
    snprintf(path, sizeof path, "%s/.tencentcloud", home);
    assert_int_equal(mkdir(path, 0700), 0);
    snprintf(path, sizeof path, "%s/" FILE_NAME, home);
    assert_int_equal(mkdir(path, 0700), 0);
    expect_none(credentials, FILE_NAME ": Is a directory", "");
    assert_int_equal(rmdir(path), 0);
    size_t bytes = 2 << 20;
    char *large = malloc(bytes);
    assert_non_null(large);
    memset(large, '\n', bytes);
    memcpy(large, "[work]\nsecret_id=i\nsecret_key=k\n", 32);
    test_file_write(home, FILE_NAME, large, (long)bytes);
    free(large);
    expect_none(credentials, FILE_NAME ": File too large", "");
    assert_int_equal(chmod(path, 0), 0);
    if (geteuid() != 0)
        expect_none(credentials, FILE_NAME ": Permission denied", "");
    assert_int_equal(unlink(path), 0);
    test_file_write(home, ".tccli/work.credential", "{\"secretId\":\"other\",\"secretKey\":\"Secret-o\"}", -1);
    assert_int_equal(mkdir(path, 0700), 0);
    expect_none(credentials, FILE_NAME ": Is a directory", "");
    assert_int_equal(rmdir(path), 0);
    test_file_write(home, ".tccli/work.credential", "{}", -1);
    /* A pipe that no one writes to must not make us wait. */
    assert_int_equal(mkfifo(path, 0600), 0);
    expect_none(credentials, FILE_NAME ": has no such section", "no credentials found");
    tcses_credentials_unref(credentials);
}

static void test_credentials__default_chain_stops_at_what_can_not_be_read(void **state)
{
    const char *home = *state;
    char path[512];
    test_file_write(home, ".tccli/default.credential", "{\"secretId\":\"other\",\"secretKey\":\"Secret-o\"}", -1);
    tcses_credentials *credentials = default_source();
    expect_keys(credentials, "other", "Secret-o", NULL);
    snprintf(path, sizeof path, "%s/.tencentcloud", home);
    assert_int_equal(mkdir(path, 0700), 0);
    snprintf(path, sizeof path, "%s/" FILE_NAME, home);
    assert_int_equal(mkdir(path, 0700), 0);
    expect_none(credentials, FILE_NAME ": Is a directory", "");
    tcses_credentials_unref(credentials);
}

static void test_credentials__places_that_are_named(void **state)
{
    const char *home = *state;
    char file[512], directory[512];
    snprintf(file, sizeof file, "%s/my-file", home);
    snprintf(directory, sizeof directory, "%s/my-cli", home);
    test_file_write(home, FILE_NAME, "[work]\nsecret_id = wrong\nsecret_key = Secret-k\n", -1);
    test_file_write(home, "my-cli/work.credential", "{\"secretId\":\"cli\",\"secretKey\":\"Secret-c\"}", -1);
    tcses_credentials *credentials = NULL;
    tcses_profile_options options = TCSES_PROFILE_OPTIONS_INIT;
    options.profile = "work";
    options.credentials_file = file;
    options.cli_directory = directory;
    assert_int_equal(tcses_credentials_new_profile(&options, NULL, &credentials, NULL), TCSES_OK);
    expect_keys(credentials, "cli", "Secret-c", NULL);
    char *cli = NULL;
    assert_true(asprintf(&cli, "%s/work.credential", directory) > 0);
    assert_int_equal(unlink(cli), 0);
    free(cli);
    expect_none(credentials, "my-file", "my-cli/work.credential");
    tcses_credentials_unref(credentials);
    test_file_write(home, "by-variable", "[work]\nsecret_id = variable\nsecret_key = Secret-k\n", -1);
    snprintf(file, sizeof file, "%s/by-variable", home);
    setenv("TENCENTCLOUD_CREDENTIALS_FILE", file, 1);
    credentials = profile_source("work");
    expect_keys(credentials, "variable", "Secret-k", NULL);
    tcses_credentials_unref(credentials);
}

static void test_credentials__profile_options_are_refused_by_name(void **state)
{
    (void)state;
    static const char *const names[] = {NULL, "", ".", "..", ".hidden", "a/b", "../x", "a]b", "a[b", "a\nb", "\x7F",
        "123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890"
        "123456789012345678901234567890123456789"};
    tcses_profile_options options = TCSES_PROFILE_OPTIONS_INIT;
    tcses_credentials *credentials = NULL;
    tcses_error *error = NULL;
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        options.profile = names[i];
        assert_int_equal(tcses_credentials_new_profile(&options, NULL, &credentials, &error), TCSES_ERR_ARGUMENT);
        expect_error(error, TCSES_ERR_ARGUMENT, "profile");
    }
    options.profile = "work";
    options.size = 8;
    assert_int_equal(tcses_credentials_new_profile(&options, NULL, &credentials, &error), TCSES_ERR_ARGUMENT);
    expect_error(error, TCSES_ERR_ARGUMENT, "options");
    assert_int_equal(tcses_credentials_new_profile(NULL, NULL, &credentials, &error), TCSES_ERR_ARGUMENT);
    expect_error(error, TCSES_ERR_ARGUMENT, "options");
}

/* ---- CLI profile ---- */

#define CLI_NAME ".tccli/work.credential"

static void test_credentials__cli_profile(void **state)
{
    tcses_credentials *credentials = profile_source("work");
    test_file_write(
        *state, CLI_NAME, "{\"secretId\": \"c-id\", \"secretKey\": \"Secret-c\", \"token\": \"\", \"type\": 1}", -1);
    expect_keys(credentials, "c-id", "Secret-c", NULL);
    test_file_write(*state, CLI_NAME, "{\"secretId\":\"c-id\",\"secretKey\":\"Secret-cc\",\"token\":\"Secret-t\"}", -1);
    expect_keys(credentials, "c-id", "Secret-cc", "Secret-t");
    static const struct {
        const char *content;
        const char *words;
    } bad[] = {
        {"", "is not a JSON object of texts"},
        {"[1]", "is not a JSON object of texts"},
        {"{\"secretId\":\"c\",\"secretKey\":\"Secret-c\" Secret-c", "is not a JSON object of texts"},
        {"{\"secretId\":true,\"secretKey\":\"Secret-c\"}", "is not a JSON object of texts"},
        {"{\"secretId\":\"c\",\"secretKey\":[\"Secret-c\"]}", "is not a JSON object of texts"},
        {"{\"secretId\":\"c\",\"secretKey\":\"Secret-c\",\"token\":{}}", "is not a JSON object of texts"},
        {"{}", "has no secretId and secretKey"},
        {"{\"secretId\":null,\"secretKey\":null,\"token\":\"t\"}", "has no secretId and secretKey"},
        {"{\"secretId\":\"c\"}", "secret_key is required"},
        {"{\"secretKey\":\"Secret-c\"}", "secret_id is required"},
        {"{\"secretId\":\"c d\",\"secretKey\":\"Secret-c\"}", "secret_id must hold visible ASCII"},
    };
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        test_file_write(*state, CLI_NAME, bad[i].content, -1);
        expect_none(credentials, CLI_NAME, bad[i].words);
    }
    tcses_credentials_unref(credentials);
}

static void test_credentials__one_name_in_both_places(void **state)
{
    tcses_credentials *credentials = profile_source("work");
    test_file_write(*state, FILE_NAME, "[work]\nsecret_id = same\nsecret_key = Secret-f\ntoken = ft\n", -1);
    test_file_write(*state, CLI_NAME, "{\"secretId\":\"same\",\"secretKey\":\"Secret-c\"}", -1);
    expect_keys(credentials, "same", "Secret-f", "ft");
    test_file_write(*state, CLI_NAME, "{\"secretId\":\"other\",\"secretKey\":\"Secret-c\"}", -1);
    expect_none(credentials, "profile work", "different secret ids");
    keys *found = NULL;
    tcses_error *error = NULL;
    assert_int_equal(get(credentials, 0, &found, &error), TCSES_ERR_CREDENTIALS);
    expect_error(error, TCSES_ERR_CREDENTIALS, "profile");
    test_file_write(*state, CLI_NAME, "{}", -1);
    expect_keys(credentials, "same", "Secret-f", "ft");
    tcses_credentials_unref(credentials);
}

/* ---- no place for what is made ---- */

static void test_credentials__no_place_for_the_source(void **state)
{
    (void)state;
    tcses_error *error = NULL;
    tcses_profile_options profile = TCSES_PROFILE_OPTIONS_INIT;
    tcses_assume_role_options role = TCSES_ASSUME_ROLE_OPTIONS_INIT;
    tcses_credentials_ops ops = TCSES_CREDENTIALS_OPS_INIT;
    profile.profile = "work";
    role.role_arn = "arn";
#define REFUSED(call)                                   \
    do {                                                \
        assert_int_equal(call, TCSES_ERR_ARGUMENT);     \
        expect_error(error, TCSES_ERR_ARGUMENT, "out"); \
        error = NULL;                                   \
    } while (0)
    REFUSED(tcses_credentials_new_static("id", "key", NULL, NULL, NULL, &error));
    REFUSED(tcses_credentials_new_environment(NULL, NULL, &error));
    REFUSED(tcses_credentials_new_default(NULL, NULL, &error));
    REFUSED(tcses_credentials_new_profile(&profile, NULL, NULL, &error));
    REFUSED(tcses_credentials_new_callback(&ops, NULL, NULL, NULL, &error));
    REFUSED(tcses_credentials_new_cvm_role(NULL, NULL, NULL, &error));
    REFUSED(tcses_credentials_new_assume_role(&role, NULL, NULL, &error));
    REFUSED(tcses_credentials_new_oidc(NULL, NULL, NULL, &error));
#undef REFUSED
}

/* ---- precedence ---- */

static void test_credentials__default_chain(void **state)
{
    tcses_credentials *credentials = default_source();
    if (access("/etc/tencentcloud/credentials", F_OK) != 0)
        expect_none(credentials, "TENCENTCLOUD_SECRET_ID", "/etc/tencentcloud/credentials");
    test_file_write(*state, ".tccli/default.credential", "{\"secretId\":\"c1\",\"secretKey\":\"k\"}", -1);
    test_file_write(*state, ".tccli/other.credential", "{\"secretId\":\"c2\",\"secretKey\":\"k\"}", -1);
    expect_keys(credentials, "c1", "k", NULL);
    setenv("TCCLI_PROFILE", "other", 1);
    expect_keys(credentials, "c2", "k", NULL);
    test_file_write(*state, FILE_NAME, "[other]\nsecret_id = no\nsecret_key = no\n", -1);
    expect_keys(credentials, "c2", "k", NULL);
    test_file_write(*state, FILE_NAME, "[default]\nsecret_id = f\nsecret_key = k\n", -1);
    expect_keys(credentials, "f", "k", NULL);
    setenv("TENCENTCLOUD_SECRET_ID", "e", 1);
    setenv("TENCENTCLOUD_SECRET_KEY", "k", 1);
    expect_keys(credentials, "e", "k", NULL);
    /* Half of a source is an error and not passed over. */
    unsetenv("TENCENTCLOUD_SECRET_KEY");
    expect_none(credentials, "environment", "secret_key");
    unsetenv("TENCENTCLOUD_SECRET_ID");
    test_file_write(*state, FILE_NAME, "[default]\nsecret_id = f\n", -1);
    expect_none(credentials, FILE_NAME, "secret_key is required");
    tcses_credentials_unref(credentials);
}

static void test_credentials__a_named_profile_is_the_only_source(void **state)
{
    setenv("TENCENTCLOUD_SECRET_ID", "e", 1);
    setenv("TENCENTCLOUD_SECRET_KEY", "k", 1);
    test_file_write(*state, FILE_NAME, "[default]\nsecret_id = d\nsecret_key = k\n", -1);
    tcses_credentials *credentials = profile_source("work");
    expect_none(credentials, FILE_NAME, CLI_NAME);
    test_file_write(*state, FILE_NAME, "[work]\nsecret_id = w-id\nsecret_key = k\n", -1);
    expect_keys(credentials, "w-id", "k", NULL);
    tcses_credentials_unref(credentials);
}

/* The same through a client: its option, and the region that goes with it. */
static void test_credentials__profile_of_a_client(void **state)
{
    test_rig rig;
    setenv("TENCENTCLOUD_SECRET_ID", "e", 1);
    setenv("TENCENTCLOUD_SECRET_KEY", "k", 1);
    setenv("TENCENTCLOUD_REGION", "ap-guangzhou", 1);
    test_file_write(*state, CLI_NAME, "{\"secretId\":\"w-id\",\"secretKey\":\"k\"}", -1);
    test_file_write(*state, ".tccli/work.configure", "{\"region\":\"ap-hongkong\"}", -1);
    rig_init(&rig);
    rig.options.region = NULL;
    rig.options.profile = "work";
    rig_open(&rig);
    rig_answer(&rig, NULL, NULL);
    assert_int_equal(tcses_list_email_address(rig.client, NULL, NULL, NULL, NULL), TCSES_OK);
    assert_non_null(strstr(tcses_mock_request_header(rig.mock, 0, "Authorization"), "Credential=w-id/"));
    assert_string_equal(tcses_mock_request_header(rig.mock, 0, "X-TC-Region"), "ap-hongkong");
    rig_free(&rig);
}

/* ---- reading again ---- */

static void test_credentials__a_file_that_changed_is_read_again(void **state)
{
    tcses_credentials *credentials = profile_source("work");
    test_file_write(*state, FILE_NAME, "[work]\nsecret_id = one\nsecret_key = k\n", -1);
    keys *first = NULL, *second = NULL;
    assert_int_equal(get(credentials, 0, &first, NULL), TCSES_OK);
    assert_int_equal(get(credentials, 0, &second, NULL), TCSES_OK);
    assert_ptr_equal(first, second);
    keys_unref(second);
    test_file_write(*state, FILE_NAME, "[work]\nsecret_id = another\nsecret_key = k\n", -1);
    assert_int_equal(get(credentials, 0, &second, NULL), TCSES_OK);
    assert_string_equal(second->secret_id, "another");
    assert_true(second->version > first->version);
    /* What others still use stays as it was. */
    assert_string_equal(first->secret_id, "one");
    keys_unref(first);
    keys_unref(second);
    /* A file that went away is a change too. */
    char *path = NULL;
    assert_true(asprintf(&path, "%s/" FILE_NAME, (const char *)*state) > 0);
    assert_int_equal(unlink(path), 0);
    free(path);
    expect_none(credentials, FILE_NAME, "No such file");
    tcses_credentials_unref(credentials);
}

static void test_credentials__fingerprint_of_a_profile(void **state)
{
    const profile_place usual = {NULL, NULL};
    uint64_t none = profile_fingerprint(&usual, "work");
    assert_true(profile_fingerprint(&usual, "work") == none);
    test_file_write(*state, FILE_NAME, "[work]\n", -1);
    uint64_t file = profile_fingerprint(&usual, "work");
    assert_true(file != none);
    assert_true(profile_fingerprint(&usual, "work") == file);
    test_file_write(*state, CLI_NAME, "{}", -1);
    uint64_t both = profile_fingerprint(&usual, "work");
    assert_true(both != file);
    test_file_write(*state, CLI_NAME, "{ }", -1);
    assert_true(profile_fingerprint(&usual, "work") != both);
    test_file_write(*state, ".tccli/other.credential", "{}", -1);
    uint64_t same = profile_fingerprint(&usual, "work");
    test_file_write(*state, ".tccli/other.credential", "{ }", -1);
    assert_true(profile_fingerprint(&usual, "work") == same);
}

/* A source that counts how often it is looked into. */
typedef struct counted_source {
    int finds;
    int renewals;
    uint64_t fingerprint;
    bool freed;
} counted_source;

static tcses_status counted_find(void *state, keys_wish *wish, tcses_credentials_answer *answer, tcses_error *error)
{
    counted_source *source = state;
    char id[32];
    (void)error;
    source->finds++;
    source->renewals += wish->newer_than != 0;
    snprintf(id, sizeof id, "id-%d", source->finds);
    return tcses_credentials_answer_set(answer, id, "k", NULL);
}

static uint64_t counted_fingerprint(void *state)
{
    return ((const counted_source *)state)->fingerprint;
}

static void counted_free(void *state)
{
    ((counted_source *)state)->freed = true;
}

static void test_credentials__a_source_that_did_not_change_is_not_asked_again(void **state)
{
    (void)state;
    static const source_kind kind = {counted_find, counted_fingerprint, counted_free, true, NULL};
    counted_source source = {.fingerprint = 5};
    memory mem = memory_default();
    tcses_credentials *credentials = NULL;
    keys *found = NULL;
    assert_int_equal(credentials_new(&mem, &kind, &source, &credentials, NULL), TCSES_OK);
    expect_keys(credentials, "id-1", "k", NULL);
    expect_keys(credentials, "id-1", "k", NULL);
    assert_int_equal(source.finds, 1);
    source.fingerprint = 6;
    expect_keys(credentials, "id-2", "k", NULL);
    assert_int_equal(source.finds, 2);
    assert_int_equal(source.renewals, 0);
    /* Unless the service refused what it gave last. */
    assert_int_equal(get(credentials, 0, &found, NULL), TCSES_OK);
    uint64_t version = found->version;
    keys_unref(found);
    assert_int_equal(get(credentials, version, &found, NULL), TCSES_OK);
    assert_true(found->version > version);
    assert_int_equal(source.renewals, 1);
    keys_unref(found);
    assert_false(source.freed);
    tcses_credentials_unref(credentials);
    assert_true(source.freed);
}

/* ---- callback ---- */

typedef struct script {
    const char *id, *key, *token, *explain;
    tcses_status result;
    tcses_status set_result;
    int32_t renew;
    int calls;
    int destroyed;
} script;

static tcses_status script_get(void *ctx, int32_t renew, tcses_credentials_answer *answer)
{
    script *s = ctx;
    s->calls++;
    s->renew = renew;
    s->set_result = tcses_credentials_answer_set(answer, s->id, s->key, s->token);
    tcses_credentials_answer_explain(answer, s->explain);
    return s->result;
}

static void script_destroy(void *ctx)
{
    ((script *)ctx)->destroyed++;
}

static tcses_credentials *script_source(script *s)
{
    tcses_credentials *credentials = NULL;
    tcses_credentials_ops ops = TCSES_CREDENTIALS_OPS_INIT;
    ops.get = script_get;
    ops.destroy = script_destroy;
    assert_int_equal(tcses_credentials_new_callback(&ops, s, NULL, &credentials, NULL), TCSES_OK);
    memset(&ops, 0xFF, sizeof ops);
    return credentials;
}

static void test_credentials__callback(void **state)
{
    (void)state;
    script s = {.id = "id", .key = "Secret-k", .token = "t"};
    tcses_credentials *credentials = script_source(&s);
    expect_keys(credentials, "id", "Secret-k", "t");
    expect_keys(credentials, "id", "Secret-k", "t");
    assert_int_equal(s.calls, 2);
    assert_int_equal(s.renew, TCSES_FALSE);
    keys *found = NULL;
    assert_int_equal(get(credentials, 0, &found, NULL), TCSES_OK);
    uint64_t version = found->version;
    keys_unref(found);
    s.token = NULL;
    assert_int_equal(get(credentials, version, &found, NULL), TCSES_OK);
    assert_int_equal(s.renew, TCSES_TRUE);
    assert_true(found->version > version);
    assert_null(found->token);
    keys_unref(found);
    tcses_credentials_ref(credentials);
    tcses_credentials_unref(credentials);
    assert_int_equal(s.destroyed, 0);
    tcses_credentials_unref(credentials);
    assert_int_equal(s.destroyed, 1);
}

static void test_credentials__callback_that_fails(void **state)
{
    (void)state;
    static const struct {
        script s;
        tcses_status set_result;
        const char *words;
    } cases[] = {
        {{.id = "id", .key = "k", .result = TCSES_ERR_NETWORK}, TCSES_OK, "failed with -4"},
        {{.id = "id", .key = "k", .result = 12345, .explain = "the vault\nis shut"}, TCSES_OK, "is shut"},
        {{.id = NULL, .key = "k"}, TCSES_ERR_ARGUMENT, "gave none"},
        {{.id = "id", .key = NULL}, TCSES_ERR_ARGUMENT, "gave none"},
        {{.id = "id", .key = "Secret- k"}, TCSES_ERR_ARGUMENT, "gave none"},
        {{.id = "id", .key = "k", .token = ""}, TCSES_ERR_ARGUMENT, "gave none"},
        {{.id = "id", .key = "", .explain = "out of keys"}, TCSES_ERR_ARGUMENT, "out of keys"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        script s = cases[i].s;
        tcses_credentials *credentials = script_source(&s);
        keys *found = NULL;
        tcses_error *error = NULL;
        assert_int_equal(get(credentials, 0, &found, &error), TCSES_ERR_CALLBACK);
        assert_null(found);
        assert_int_equal(s.set_result, cases[i].set_result);
        if (strstr(tcses_error_message(error), cases[i].words) == NULL)
            fail_msg("expected \"%s\": %s", cases[i].words, tcses_error_message(error));
        assert_null(strstr(tcses_error_message(error), "Secret-"));
        tcses_error_free(error);
        tcses_credentials_unref(credentials);
    }
}

static void test_credentials__callback_is_refused(void **state)
{
    (void)state;
    tcses_credentials *credentials = NULL;
    tcses_error *error = NULL;
    script s = {.id = "id"};
    tcses_credentials_ops ops = TCSES_CREDENTIALS_OPS_INIT;
    ops.destroy = script_destroy;
    assert_int_equal(tcses_credentials_new_callback(&ops, &s, NULL, &credentials, &error), TCSES_ERR_ARGUMENT);
    expect_error(error, TCSES_ERR_ARGUMENT, "ops.get");
    ops.get = script_get;
    ops.size = 9;
    assert_int_equal(tcses_credentials_new_callback(&ops, &s, NULL, &credentials, &error), TCSES_ERR_ARGUMENT);
    expect_error(error, TCSES_ERR_ARGUMENT, "ops");
    assert_int_equal(tcses_credentials_new_callback(NULL, &s, NULL, &credentials, &error), TCSES_ERR_ARGUMENT);
    expect_error(error, TCSES_ERR_ARGUMENT, "ops");
    assert_null(credentials);
    assert_int_equal(s.destroyed, 0);
}

/* ---- the region ---- */

/* Makes a client without a region of its own; NULL in `wanted`: it must be refused. */
static void expect_region(const char *profile, const char *wanted)
{
    test_rig rig;
    tcses_error *error = NULL;
    rig_init(&rig);
    rig.options.region = NULL;
    rig.options.profile = profile;
    if (wanted != NULL) {
        rig_open(&rig);
        assert_string_equal(tcses_client_region(rig.client), wanted);
    } else {
        assert_int_equal(tcses_client_new(&rig.options, &rig.client, &error), TCSES_ERR_ARGUMENT);
        expect_error(error, TCSES_ERR_ARGUMENT, "region");
    }
    rig_free(&rig);
}

static void test_credentials__region(void **state)
{
    expect_region(NULL, NULL);
    test_file_write(*state, ".tccli/default.configure", "{\"_sys_param\":{\"region\":\"ap-guangzhou\"}}", -1);
    expect_region(NULL, "ap-guangzhou");
    test_file_write(*state, ".tccli/default.configure", "{\"region\":\"ap-flat\"}", -1);
    expect_region(NULL, "ap-flat");
    test_file_write(
        *state, ".tccli/default.configure", "{\"_sys_param\":{\"output\":\"json\"},\"region\":\"ap-flat\"}", -1);
    expect_region(NULL, "ap-flat");
    test_file_write(*state, ".tccli/other.configure", "{\"_sys_param\":{\"region\":\"ap-other\"}}", -1);
    setenv("TCCLI_PROFILE", "other", 1);
    expect_region(NULL, "ap-other");
    setenv("TENCENTCLOUD_REGION", "ap-variable", 1);
    expect_region(NULL, "ap-variable");
    /* A named profile has the first word. */
    test_file_write(*state, ".tccli/work.configure", "{\"_sys_param\":{\"region\":\"ap-work\"}}", -1);
    expect_region("work", "ap-work");
    expect_region("without", "ap-variable");
    setenv("TENCENTCLOUD_REGION", "", 1);
    expect_region(NULL, "ap-other");
}

static void test_credentials__region_that_can_not_be_used(void **state)
{
    static const char *const contents[] = {"", "[]", "{", "{}", "{\"region\":7.5}", "{\"region\":\"\"}",
        "{\"_sys_param\":[],\"region\":null}", "{\"region\":\"a\\r\\nX: y\"}", "{\"region\":\"a b\"}"};
    for (size_t i = 0; i < COUNT_OF(contents); i++) {
        test_file_write(*state, ".tccli/default.configure", contents[i], -1);
        expect_region(NULL, NULL);
    }
    setenv("TENCENTCLOUD_REGION", "a\nb", 1);
    expect_region(NULL, NULL);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(test_credentials__##name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(static),
        TEST(static_refuses_what_no_credential_can_be),
        TEST(secrets_are_wiped_with_the_last_reference),
        TEST(environment),
        TEST(environment_versions),
        TEST(profile_file),
        TEST(profile_that_is_not_whole),
        TEST(half_a_profile_is_not_passed_over),
        TEST(files_that_can_not_be_read),
        TEST(default_chain_stops_at_what_can_not_be_read),
        TEST(places_that_are_named),
        TEST(profile_options_are_refused_by_name),
        TEST(cli_profile),
        TEST(one_name_in_both_places),
        TEST(no_place_for_the_source),
        TEST(default_chain),
        TEST(a_named_profile_is_the_only_source),
        TEST(profile_of_a_client),
        TEST(a_file_that_changed_is_read_again),
        TEST(fingerprint_of_a_profile),
        TEST(a_source_that_did_not_change_is_not_asked_again),
        TEST(callback),
        TEST(callback_that_fails),
        TEST(callback_is_refused),
        TEST(region),
        TEST(region_that_can_not_be_used),
    };
    return cmocka_run_group_tests_name("credentials", tests, NULL, NULL);
}
