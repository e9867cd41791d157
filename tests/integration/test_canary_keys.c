/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The same secrets where they come from, and where they could stay behind: refused arguments, files of keys, the signer,
 * memory that runs out, a child after fork().
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/canary.h"
#include "support/server.h"

static void answer_well(connection *c, void *ctx)
{
    (void)ctx;
    while (connection_read(c) != NULL)
        connection_answer(c, "200 OK", NULL, domain_answer);
}

/* ---- arguments that are refused ---- */

static void refuse_credentials(watch *w)
{
    static const char *const bad[][3] = {{SECRET_ID, SECRET_KEY "\n", TOKEN}, {SECRET_ID, SECRET_KEY, TOKEN " "},
        {SECRET_KEY "\x7f", SECRET_KEY, NULL}, {NULL, SECRET_KEY, TOKEN}, {SECRET_ID, SECRET_KEY, ""}};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        tcses_credentials *credentials = NULL;
        tcses_error *error = NULL;
        assert_int_equal(
            tcses_credentials_new_static(bad[i][0], bad[i][1], bad[i][2], &w->allocator, &credentials, &error),
            TCSES_ERR_ARGUMENT);
        watch_error(w, error);
    }
}

static void refuse_inputs(watch *w, tcses_client *client)
{
    static const expectation bad = {"bad arguments", ANY_STATUS, ANY_STATUS};
    tcses_cancel *cancel = NULL;
    static const inputs wrong[] = {
        {"-" ADDRESS, "two words" ADDRESS, PASSWORD "\n", "{\"Password\":\"" PASSWORD "\""},
        {"..", ADDRESS "@" ADDRESS, PASSWORD "\xff", "\"" PASSWORD "\""},
        {"", "", "", "{\"" PASSWORD "\":\"\xff\"}"},
        {NULL, NULL, NULL, "{\"" PASSWORD "\":1,\"" PASSWORD "\":" PASSWORD "}"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        canary_run(w, client, &wrong[i], &bad, &cancel);
}

static void refuse_options(watch *w)
{
    static const char *const proxies[] = {"http://someone:" PROXY_PASSWORD "@h\n", "\x01" PROXY_PASSWORD};
    for (size_t i = 0; i < sizeof proxies / sizeof proxies[0]; i++) {
        tcses_client *client = NULL;
        tcses_error *error = NULL;
        tcses_client_options options = options_for("http://someone:" PROXY_PASSWORD "@ses.invalid");
        options.allocator = &w->allocator;
        assert_int_equal(tcses_client_new(&options, &client, &error), TCSES_ERR_ARGUMENT);
        watch_error(w, error);
        options.endpoint = "http://ses.invalid";
        options.proxy = proxies[i];
        assert_int_equal(tcses_client_new(&options, &client, &error), TCSES_ERR_ARGUMENT);
        watch_error(w, error);
    }
}

static void test_canary_keys__no_refused_argument_tells_a_secret(void **state)
{
    (void)state;
    watch w;
    watch_init(&w);
    tcses_client_options options = options_for("http://127.0.0.1:1");
    tcses_client *client = canary_client(&w, &options, canary_credentials(&w), NULL);
    refuse_inputs(&w, client);
    tcses_client_free(client);
    refuse_credentials(&w);
    refuse_options(&w);
    assert_true(w.errors.length > 0);
    expect_nothing_told(&w, "bad arguments");
    watch_free(&w);
}

/* ---- sources of keys ---- */

static void write_file(const char *folder, const char *name, const char *content)
{
    char *path = format_text("%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    if (file == NULL || fputs(content, file) < 0 || fclose(file) != 0)
        die("%s cannot be written", path);
    free(path);
}

static void remove_file(const char *folder, const char *name)
{
    char *path = format_text("%s/%s", folder, name);
    unlink(path);
    free(path);
}

/* Reads the domain once with a profile of these files: of the credentials file and of the CLI's. */
static void read_with_profile(watch *w, const char *endpoint, const char *ini, const char *json, tcses_status wanted)
{
    char folder[] = "/tmp/tcses-canary-XXXXXX";
    assert_non_null(mkdtemp(folder));
    write_file(folder, "credentials", ini);
    write_file(folder, "canary.credential", json);
    char *file = format_text("%s/credentials", folder);
    tcses_profile_options profile = TCSES_PROFILE_OPTIONS_INIT;
    profile.profile = "canary";
    profile.credentials_file = file;
    profile.cli_directory = folder;
    tcses_credentials *credentials = NULL;
    assert_int_equal(tcses_credentials_new_profile(&profile, &w->allocator, &credentials, NULL), TCSES_OK);
    tcses_client_options options = options_for(endpoint);
    tcses_client *client = canary_client(w, &options, credentials, NULL);
    result r = read_domain(client, DOMAIN, NULL);
    if (r.status != wanted)
        fail_msg("%s%s: %s", ini, json, tcses_error_message(r.error));
    watch_error(w, r.error);
    tcses_client_free(client);
    remove_file(folder, "credentials");
    remove_file(folder, "canary.credential");
    rmdir(folder);
    free(file);
}

static void test_canary_keys__no_file_of_keys_tells_a_secret(void **state)
{
    (void)state;
    static const struct {
        const char *ini;
        const char *json;
        tcses_status status;
    } files[] = {
        {"[canary]\nsecret_id=" SECRET_ID "\nsecret_key=" SECRET_KEY "\ntoken=" TOKEN "\n", "{}", TCSES_OK},
        {"# none\n", "{\"secretId\":\"" SECRET_ID "\",\"secretKey\":\"" SECRET_KEY "\",\"token\":\"" TOKEN "\"}",
            TCSES_OK},
        {"[canary]\nsecret_id=" SECRET_ID "\nsecret_key=" SECRET_KEY "\n",
            "{\"secretId\":\"AKIDother\",\"secretKey\":\"" SECRET_KEY "\"}", TCSES_ERR_CREDENTIALS},
        {"[canary]\nsecret_key=" SECRET_KEY "\n", "{}", TCSES_ERR_CREDENTIALS},
        {"[canary]\nsecret_id=a b\nsecret_key=" SECRET_KEY "\n", "{}", TCSES_ERR_CREDENTIALS},
        {"# none\n", "{\"secretKey\":\"" SECRET_KEY "\"}", TCSES_ERR_CREDENTIALS},
        {"# none\n", "{\"secretId\":\"a\",\"secretKey\":\"" SECRET_KEY "\"", TCSES_ERR_CREDENTIALS},
        {"# none\n", "{\"secretId\":1.5,\"secretKey\":\"" SECRET_KEY "\",\"token\":[\"" TOKEN "\"]}",
            TCSES_ERR_CREDENTIALS},
        {"", "\"" SECRET_KEY "\"", TCSES_ERR_CREDENTIALS},
    };
    server *s = server_start(answer_well, NULL);
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        watch w;
        watch_init(&w);
        read_with_profile(&w, server_url(s), files[i].ini, files[i].json, files[i].status);
        expect_nothing_told(&w, files[i].ini);
        watch_free(&w);
    }
    server_stop(s);
}

/* ---- keys that are asked for ---- */

#define KEYS(id, key, token) \
    "{\"TmpSecretId\":\"" id "\",\"TmpSecretKey\":\"" key "\",\"Token\":\"" token "\",\"ExpiredTime\":1735696800"

/* What the metadata server tells about the role, and STS about its keys. */
typedef struct giver {
    const char *metadata;
    const char *sts;
} giver;

static void give(connection *c, void *ctx)
{
    const giver *g = ctx;
    const received *r = NULL;
    while ((r = connection_read(c)) != NULL) {
        if (strstr(r->head, "security-credentials/ ") != NULL)
            connection_answer(c, "200 OK", NULL, "canary-role");
        else if (strstr(r->head, "security-credentials/canary-role ") != NULL)
            connection_answer(c, "200 OK", NULL, g->metadata);
        else if (strstr(r->head, "X-TC-Action: AssumeRole") != NULL)
            connection_answer(c, "200 OK", NULL, g->sts);
        else
            connection_answer(c, "200 OK", NULL, domain_answer);
    }
}

static tcses_credentials *cvm_source(watch *w, const char *endpoint, const char *token_file)
{
    tcses_credentials *credentials = NULL;
    tcses_cvm_role_options options = TCSES_CVM_ROLE_OPTIONS_INIT;
    (void)token_file;
    options.endpoint = endpoint;
    assert_int_equal(tcses_credentials_new_cvm_role(&options, &w->allocator, &credentials, NULL), TCSES_OK);
    return credentials;
}

static tcses_credentials *role_source(watch *w, const char *endpoint, const char *token_file)
{
    tcses_credentials *credentials = NULL;
    tcses_assume_role_options options = TCSES_ASSUME_ROLE_OPTIONS_INIT;
    (void)token_file;
    options.source = canary_credentials(w);
    options.role_arn = "qcs::cam::uin/100000000001:roleName/canary";
    options.endpoint = endpoint;
    assert_int_equal(tcses_credentials_new_assume_role(&options, &w->allocator, &credentials, NULL), TCSES_OK);
    tcses_credentials_unref(options.source);
    return credentials;
}

static tcses_credentials *oidc_source(watch *w, const char *endpoint, const char *token_file)
{
    tcses_credentials *credentials = NULL;
    tcses_oidc_options options = TCSES_OIDC_OPTIONS_INIT;
    options.provider_id = "canary";
    options.token_file = token_file;
    options.role_arn = "qcs::cam::uin/100000000001:roleName/canary";
    options.region = "ap-guangzhou";
    options.endpoint = endpoint;
    assert_int_equal(tcses_credentials_new_oidc(&options, &w->allocator, &credentials, NULL), TCSES_OK);
    return credentials;
}

typedef tcses_credentials *(*source_fn)(watch *w, const char *endpoint, const char *token_file);

/* Reads a domain with keys of each source in turn. */
static void read_with_sources(giver *g, const char *token_file, tcses_status wanted)
{
    static const source_fn sources[] = {cvm_source, role_source, oidc_source};
    for (size_t i = 0; i < sizeof sources / sizeof sources[0]; i++) {
        watch w;
        server *s = server_start(give, g);
        watch_init(&w);
        tcses_client_options options = options_for(server_url(s));
        tcses_client *client = canary_client(&w, &options, sources[i](&w, server_url(s), token_file), NULL);
        result r = read_domain(client, DOMAIN, NULL);
        if (r.status != wanted)
            fail_msg("source %zu: %s: %s", i, g->metadata, tcses_error_message(r.error));
        watch_error(&w, r.error);
        tcses_client_free(client);
        server_stop(s);
        expect_nothing_told(&w, g->metadata);
        watch_free(&w);
    }
}

static void test_canary_keys__no_key_that_was_asked_for_is_told(void **state)
{
    (void)state;
    static const struct {
        giver what;
        tcses_status status;
    } givers[] = {
        {{KEYS(SECRET_ID, SECRET_KEY, SECOND_TOKEN) ",\"Code\":\"Success\"}",
             "{\"Response\":{\"Credentials\":" KEYS(
                 SECRET_ID, SECRET_KEY, SECOND_TOKEN) "},\"ExpiredTime\":1735696800}}"},
            TCSES_OK},
        {{KEYS(SECRET_ID, SECRET_KEY " ", SECOND_TOKEN) ",\"Code\":\"Success\"}",
             "{\"Response\":{\"Credentials\":" KEYS(SECRET_ID, SECRET_KEY " ", SECOND_TOKEN) "}}}"},
            TCSES_ERR_CREDENTIALS},
        {{KEYS(SECRET_ID, SECRET_KEY, SECOND_TOKEN) ",\"Code\":\"Failed\"}",
             "{\"Response\":{\"Credentials\":[" KEYS(SECRET_ID, SECRET_KEY, SECOND_TOKEN) "}]}}"},
            TCSES_ERR_CREDENTIALS},
        {{KEYS(SECRET_ID, SECRET_KEY, SECOND_TOKEN), "{\"Response\":" KEYS(SECRET_ID, SECRET_KEY, SECOND_TOKEN)},
            TCSES_ERR_CREDENTIALS},
    };
    char folder[] = "/tmp/tcses-canary-XXXXXX";
    assert_non_null(mkdtemp(folder));
    write_file(folder, "token", TOKEN "\n");
    char *token_file = format_text("%s/token", folder);
    for (size_t i = 0; i < sizeof givers / sizeof givers[0]; i++) {
        giver g = givers[i].what;
        read_with_sources(&g, token_file, givers[i].status);
    }
    remove_file(folder, "token");
    rmdir(folder);
    free(token_file);
}

static void test_canary_keys__the_signer_leaves_nothing_behind(void **state)
{
    (void)state;
    watch w;
    tcses_signer *signer = NULL;
    const tcses_sign_header type = {sizeof type, "content-type", "application/json"};
    const tcses_sign_header host = {sizeof host, "host", "ses.tencentcloudapi.com"};
    const tcses_sign_header *const headers[] = {&type, &host};
    tcses_sign_request request = TCSES_SIGN_REQUEST_INIT;
    watch_init(&w);
    assert_int_equal(tcses_signer_new(&w.allocator, &signer, NULL), TCSES_OK);
    request.secret_id = SECRET_ID;
    request.secret_key = SECRET_KEY;
    request.service = "ses";
    request.headers = headers;
    request.headers_count = 2;
    char seen[3][65] = {""};
    for (int i = 0; i < 3; i++) {
        request.timestamp = WALL_SECONDS + i;
        assert_int_equal(tcses_signer_sign(signer, &request, NULL), TCSES_OK);
        snprintf(seen[i], sizeof seen[i], "%s", tcses_signer_signature(signer));
    }
    tcses_signer_free(signer);
    expect_nothing_told(&w, "the signer");
    for (int i = 0; i < 3; i++)
        assert_false(heap_holds(&w.released, seen[i], 64, 2 * PIECE));
    watch_free(&w);
}

/* ---- memory that runs out, and a child that inherits ---- */

/* Sets a password while the n-th allocation fails. False when there is no n-th. */
static bool set_password_without_memory(const char *endpoint, size_t n)
{
    watch w;
    tcses_error *error = NULL;
    tcses_update_email_smtp_password_request request = TCSES_UPDATE_EMAIL_SMTP_PASSWORD_REQUEST_INIT;
    request.email_address = ADDRESS;
    request.password = PASSWORD;
    watch_init(&w);
    tcses_client_options options = options_for(endpoint);
    tcses_client *client = canary_client(&w, &options, canary_credentials(&w), NULL);
    w.fail_at = w.taken + n;
    tcses_status status = tcses_update_email_smtp_password(client, &request, NULL, NULL, &error);
    bool reached = w.taken >= w.fail_at;
    assert_int_equal(status == TCSES_OK, !reached);
    watch_error(&w, error);
    tcses_client_free(client);
    expect_nothing_told(&w, "out of memory");
    watch_free(&w);
    return reached;
}

static void test_canary_keys__out_of_memory_tells_no_secret(void **state)
{
    (void)state;
    size_t n = 0;
    server *s = server_start(answer_well, NULL);
    while (set_password_without_memory(server_url(s), n + 1))
        n++;
    assert_true(n > 10);
    server_stop(s);
}

/* What the parent had learned is the child's to release, too. */
static void test_canary_keys__a_child_releases_no_secret(void **state)
{
    (void)state;
    watch w;
    int status = 0;
    tcses_cancel *cancel = NULL;
    const expectation well = {"a parent", ANY_STATUS, TCSES_OK};
    watch_init(&w);
    server *s = server_start(answer_well, NULL);
    tcses_client_options options = options_for(server_url(s));
    tcses_client *client = canary_client(&w, &options, canary_credentials(&w), NULL);
    canary_run(&w, client, &canary_inputs, &well, &cancel);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        result r = read_domain(client, DOMAIN, NULL);
        tcses_client_free(client);
        bool told = r.status != TCSES_OK || heap_holds(&w.released, SECRET_KEY, strlen(SECRET_KEY), PIECE);
        for (size_t i = 0; i < DERIVED_KEYS; i++)
            told = told || heap_holds(&w.released, derived_keys[i], sizeof derived_keys[i], PIECE);
        _exit(told ? 1 : 0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    tcses_client_free(client);
    server_stop(s);
    expect_nothing_told(&w, "a parent");
    watch_free(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_canary_keys__no_refused_argument_tells_a_secret),
        cmocka_unit_test(test_canary_keys__no_file_of_keys_tells_a_secret),
        cmocka_unit_test(test_canary_keys__no_key_that_was_asked_for_is_told),
        cmocka_unit_test(test_canary_keys__the_signer_leaves_nothing_behind),
        cmocka_unit_test(test_canary_keys__out_of_memory_tells_no_secret),
        cmocka_unit_test(test_canary_keys__a_child_releases_no_secret),
    };
    return RUN_TESTS(tests);
}
