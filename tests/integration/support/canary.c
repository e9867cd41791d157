/* SPDX-License-Identifier: Apache-2.0 */
#include "canary.h"

#include <string.h>

const unsigned char derived_keys[DERIVED_KEYS][32] = {
    {0xf6, 0x3e, 0xdc, 0xf6, 0xc5, 0xbf, 0xac, 0x51, 0x4b, 0xb6, 0xca, 0xff, 0x75, 0x4b, 0x8d, 0x7b, 0x7a, 0x3f, 0xd9,
        0x58, 0x4f, 0xe1, 0x81, 0xe6, 0xdf, 0xb8, 0x43, 0x9a, 0xeb, 0x93, 0x34, 0x17}, /* of the day */
    {0xf0, 0x41, 0x59, 0x07, 0x25, 0x4b, 0xd1, 0x4a, 0x78, 0x13, 0x4a, 0x70, 0x0a, 0x1d, 0x98, 0xa2, 0xff, 0x75, 0x39,
        0x9c, 0x43, 0xa4, 0x7e, 0x1f, 0xa3, 0xd9, 0x81, 0x7c, 0x81, 0x38, 0xde, 0x12}, /* of the service ses */
    {0xa1, 0x4d, 0xe2, 0x92, 0xd7, 0x80, 0x09, 0x41, 0x03, 0x24, 0x7f, 0x5b, 0x36, 0x58, 0x2b, 0x2e, 0x2f, 0x75, 0x7b,
        0x10, 0x77, 0x71, 0x3e, 0x2b, 0xbd, 0x41, 0x1c, 0x9c, 0x9b, 0x9d, 0x4c, 0x47}, /* the one that signs for it */
    {0x90, 0xaf, 0x3e, 0x9e, 0x79, 0xa5, 0x36, 0x53, 0x79, 0x33, 0xdf, 0xd5, 0x72, 0xdc, 0xdd, 0x13, 0x6d, 0x3d, 0xb4,
        0x4e, 0x60, 0xae, 0xfe, 0xc8, 0x03, 0xe6, 0xcc, 0xbf, 0x47, 0xa4, 0x8d, 0xf4}, /* of the service sts */
    {0x53, 0x7f, 0x76, 0x95, 0x4e, 0xb4, 0x6e, 0x84, 0xe0, 0x78, 0xb1, 0x62, 0xe2, 0x83, 0x2e, 0x20, 0x7b, 0xa9, 0x88,
        0x73, 0x05, 0xf8, 0x00, 0xb2, 0x3d, 0xe6, 0xa4, 0xee, 0x0b, 0x8f, 0xd0, 0xd3}, /* the one that signs for it */
};

static const char *const secrets[] = {SECRET_KEY, TOKEN, SECOND_TOKEN, PASSWORD, PROXY_PASSWORD};
const inputs canary_inputs = {
    DOMAIN, ADDRESS, PASSWORD, "{\"Password\":\"" PASSWORD "\",\"EmailAddress\":\"" ADDRESS "\"}"};

/* ---- what must not be found ---- */

static void expect_clean(const heap *h, const watch *w, const char *name, const char *place)
{
    for (size_t i = 0; i < sizeof secrets / sizeof secrets[0]; i++) {
        if (heap_holds(h, secrets[i], strlen(secrets[i]), PIECE))
            fail_msg("%s: %s in %s", name, secrets[i], place);
    }
    for (size_t i = 0; i < DERIVED_KEYS; i++) {
        if (heap_holds(h, derived_keys[i], sizeof derived_keys[i], PIECE))
            fail_msg("%s: derived key %zu in %s", name, i, place);
    }
    /* A signature is longer, and its digits are letters of many other words. */
    for (size_t i = 0; i < watch_signatures(w); i++) {
        if (heap_holds(h, watch_signature(w, i), 64, 2 * PIECE))
            fail_msg("%s: signature %zu in %s", name, i, place);
    }
}

void expect_nothing_told(const watch *w, const char *name)
{
    assert_int_equal(w->live, 0);
    expect_clean(&w->log, w, name, "the log");
    expect_clean(&w->errors, w, name, "the text of an error");
    expect_clean(&w->released, w, name, "released memory");
    if (heap_holds(&w->log, LOCAL_PART, strlen(LOCAL_PART), strlen(LOCAL_PART)))
        fail_msg("%s: an address in the log: %.*s", name, (int)w->log.length, w->log.data);
}

/* ---- a client that is watched ---- */

static int64_t fixed_wall_ms(void *ctx)
{
    (void)ctx;
    return (int64_t)WALL_SECONDS * 1000;
}

static tcses_clock fixed_clock(void)
{
    tcses_clock clock = *skipping_clock();
    clock.wall_ms = fixed_wall_ms;
    return clock;
}

/* The first time one token, then the other. */
static tcses_status give_keys(void *ctx, int32_t renew, tcses_credentials_answer *answer)
{
    (void)ctx;
    return tcses_credentials_answer_set(answer, SECRET_ID, SECRET_KEY, renew == TCSES_TRUE ? SECOND_TOKEN : TOKEN);
}

tcses_credentials *canary_credentials(watch *w)
{
    tcses_credentials *credentials = NULL;
    tcses_credentials_ops ops = TCSES_CREDENTIALS_OPS_INIT;
    ops.get = give_keys;
    assert_int_equal(tcses_credentials_new_callback(&ops, NULL, &w->allocator, &credentials, NULL), TCSES_OK);
    return credentials;
}

tcses_client *canary_client(
    watch *w, const tcses_client_options *options, tcses_credentials *credentials, const char *proxy)
{
    tcses_client *client = NULL;
    tcses_clock clock = fixed_clock();
    tcses_transport *curl = NULL;
    tcses_curl_options curl_options = TCSES_CURL_OPTIONS_INIT;
    tcses_client_options local = *options;
    curl_options.proxy = proxy;
    assert_int_equal(tcses_transport_new_curl(&curl_options, &w->allocator, &curl, NULL), TCSES_OK);
    local.transport = watch_transport(w, curl);
    local.credentials = credentials;
    local.allocator = &w->allocator;
    local.clock = &clock;
    local.log = watch_log;
    local.log_ctx = w;
    /* Levels that are not known yet are refused. */
    for (local.log_level = 9; client == NULL && local.log_level >= TCSES_LOG_DEBUG; local.log_level--)
        (void)tcses_client_new(&local, &client, NULL);
    assert_non_null(client);
    tcses_transport_unref(local.transport);
    tcses_credentials_unref(credentials);
    return client;
}

void canary_run(watch *w, tcses_client *client, const inputs *in, const expectation *e, tcses_cancel **cancel)
{
    for (size_t i = 0; i < ACTIONS_COUNT; i++) {
        tcses_error *error = NULL;
        tcses_call_options options = TCSES_CALL_OPTIONS_INIT;
        tcses_status wanted = actions[i].is_create ? e->of_creates : e->of_others;
        if (actions[i].is_read_back && e->of_creates != e->of_others)
            wanted = ANY_STATUS;
        options.keep_raw_json = TCSES_TRUE;
        assert_int_equal(tcses_cancel_new(&w->allocator, cancel, NULL), TCSES_OK);
        options.cancel = *cancel;
        tcses_status status = actions[i].run(client, in, &options, &error);
        if (status != wanted && wanted != ANY_STATUS)
            fail_msg("%s, %s: %s: %s", e->name, actions[i].name, tcses_status_name(status), tcses_error_message(error));
        watch_error(w, error);
        tcses_cancel_unref(*cancel);
    }
}
