/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * What a caller may give: texts, endpoints, requests of every action, client options, and tcses_call(). What is
 * accepted must make a request that can be sent as it is. Input: up to six times which of these, which allocation fails
 * (0: none), and its own.
 */
#include "fuzz.h"

#include <curl/curl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "base/buffer.h"
#include "base/error.h"
#include "base/text.h"
#include "call/endpoint.h"
#include "codec/codec.h"
#include "requests.h"
#include "ses/action.h"

#define CASES_MAX 6

static bool is_expected(tcses_status status, const fuzz_memory *m)
{
    return status == TCSES_OK || status == TCSES_ERR_ARGUMENT || (status == TCSES_ERR_MEMORY && fuzz_memory_failed(m));
}

/* ---- texts ---- */

static bool is_utf8(const char *text)
{
    json_t *string = json_string(text);
    json_decref(string);
    return string != NULL;
}

static bool has_controls(const char *text)
{
    return !fuzz_is_header_value(text) || strchr(text, '\t') != NULL;
}

static void fuzz_rules(fuzz_input *in)
{
    const char *text = fuzz_take_text(in).text;
    const char *broken = text_rule_utf8(text);
    CHECK(broken != NULL || (is_utf8(text) && !has_controls(text)));
    CHECK(broken == NULL || strcmp(broken, "must be UTF-8") != 0 || !is_utf8(text));
    CHECK(text_rule_domain(text) != NULL || (strlen(text) <= 253 && strchr(text, '.') != NULL && !has_controls(text)));
    CHECK(text_rule_address(text) != NULL || (is_utf8(text) && strchr(text, '@') != NULL && !has_controls(text)));
    CHECK(text_rule_credential(text) != NULL || (*text != '\0' && !has_controls(text) && strchr(text, ' ') == NULL));
    CHECK(text_rule_name(text) != NULL || (strlen(text) <= 64 && !has_controls(text)));
    CHECK((text_rule_filled_name(text) == NULL) == (text_rule_name(text) == NULL && *text != '\0'));
    CHECK(text_rule_user_agent(text) != NULL || (strlen(text) <= 100 && !has_controls(text)));
    CHECK(
        text_rule_header_name(text) != NULL || (*text != '\0' && strpbrk(text, " :\t") == NULL && !has_controls(text)));
    CHECK((text_rule_header_value(text) == NULL) == fuzz_is_header_value(text));
}

/* ---- endpoints ---- */

/* Whether it is an address: libcurl writes these out in another form than they came in (12, 0x7f.1, [::0]). */
static bool is_address(const char *host)
{
    return host[0] == '[' || strspn(host, "0123456789.") == strlen(host);
}

/* libcurl must go where the Host header says, and the path must be the one that is signed. */
static void check_url(const call_place *place)
{
    CURLU *url = curl_url();
    char *host = NULL, *port = NULL, *path = NULL, *user = NULL;
    CHECK(url != NULL);
    if (curl_url_set(url, CURLUPART_URL, place->url, 0) == CURLUE_OK) {
        const char *colon = strrchr(place->host, ':');
        CHECK(curl_url_get(url, CURLUPART_HOST, &host, 0) == CURLUE_OK);
        CHECK(curl_url_get(url, CURLUPART_PATH, &path, 0) == CURLUE_OK && strcmp(path, "/") == 0);
        CHECK(curl_url_get(url, CURLUPART_USER, &user, 0) == CURLUE_NO_USER);
        if (curl_url_get(url, CURLUPART_PORT, &port, 0) == CURLUE_OK)
            CHECK(colon != NULL && strtol(colon + 1, NULL, 10) == strtol(port, NULL, 10));
        size_t length = port != NULL ? (size_t)(colon - place->host) : strlen(place->host);
        CHECK(is_address(host) || (strlen(host) == length && strncasecmp(place->host, host, length) == 0));
    }
    curl_free(host);
    curl_free(port);
    curl_free(path);
    curl_url_cleanup(url);
}

static void fuzz_endpoint(fuzz_input *in, const memory *mem, const fuzz_memory *m)
{
    call_place place = {NULL, NULL};
    const char *text = fuzz_take_text(in).text;
    tcses_status status = endpoint_parse(mem, text, "endpoint", &place, NULL);
    CHECK(is_expected(status, m));
    CHECK((status == TCSES_OK) == (place.url != NULL) && (place.url != NULL) == (place.host != NULL));
    if (status != TCSES_OK)
        return;
    CHECK(strncmp(place.url, "https://", 8) == 0 || strncmp(place.url, "http://", 7) == 0);
    CHECK(place.host[0] != '\0' && !has_controls(place.url) && strpbrk(place.host, " /@?#") == NULL);
    check_url(&place);
    endpoint_free(mem, &place);
}

/* ---- requests of the actions ---- */

static const ses_action *const actions[] = {
    &ses_create_email_identity,
    &ses_get_email_identity,
    &ses_list_email_identities,
    &ses_update_email_identity,
    &ses_delete_email_identity,
    &ses_create_email_address,
    &ses_list_email_address,
    &ses_delete_email_address,
    &ses_update_email_smtp_password,
    &ses_create_address_unsubscribe_config,
    &ses_update_address_unsubscribe_config,
    &ses_delete_address_unsubscribe_config,
    &ses_list_address_unsubscribe_config,
};

static void fuzz_encode(fuzz_input *in, const memory *mem, const fuzz_memory *m)
{
    const field_table *table = actions[fuzz_below(in, COUNT_OF(actions))]->request;
    const void *request = fuzz_byte(in) != 255 ? request_take(in, table) : NULL;
    buffer out;
    buffer_init(&out, mem);
    tcses_status status = codec_encode(table, request, &out, NULL);
    CHECK(is_expected(status, m));
    if (status == TCSES_OK) {
        CHECK(fuzz_is_object(buffer_text(&out), out.length));
        if (request != NULL)
            request_check_sent(table, request, buffer_text(&out), out.length);
    }
    buffer_free(&out);
}

/* ---- client options and tcses_call() ---- */

/* What was handed to the transport. */
typedef struct wire {
    size_t requests;
    fuzz_clock clock;
} wire;

static tcses_status answer(void *ctx, tcses_http_request *request, tcses_http_response *response)
{
    static const char body[] = "{\"Response\":{\"RequestId\":\"r\"}}";
    wire *w = ctx;
    w->requests++;
    for (size_t i = 0; i < tcses_http_request_headers_count(request); i++) {
        const char *name = tcses_http_request_header_name(request, i);
        CHECK(text_rule_header_name(name) == NULL);
        CHECK(fuzz_is_header_value(tcses_http_request_header_value(request, i)));
        CHECK(strcmp(tcses_http_request_header(request, name), tcses_http_request_header_value(request, i)) == 0);
    }
    CHECK(tcses_http_request_header(request, "Host") != NULL &&
          tcses_http_request_header(request, "Authorization") != NULL);
    CHECK(!has_controls(tcses_http_request_url(request)));
    CHECK(fuzz_is_object(tcses_http_request_body(request), tcses_http_request_body_length(request)));
    tcses_http_response_set_status(response, 200);
    return tcses_http_response_append_body(response, body, sizeof body - 1);
}

static int32_t take_setting(fuzz_input *in)
{
    size_t kind = fuzz_below(in, 8);
    return kind < 5 ? 0 : kind < 7 ? (int32_t)fuzz_byte(in) - 2 : (int32_t)(uint32_t)fuzz_number(in, 4);
}

/* The options' block is as large as their size says. */
static void *sized_block(fuzz_input *in, const void *filled, size_t bytes)
{
    size_t kind = fuzz_below(in, 32);
    size_t size = kind == 1 ? bytes + 8 * fuzz_below(in, 64) : kind == 2 ? (size_t)fuzz_number(in, 2) : bytes;
    char *block = fuzz_block(size >= bytes && size <= 4096 ? size : sizeof size);
    if (size >= bytes && size <= 4096)
        memcpy(block, filled, bytes);
    memcpy(block, &size, sizeof size);
    if (size > bytes && size <= 4096 && fuzz_byte(in) == 255)
        block[size - 1] = 1;
    return block;
}

static void take_fallbacks(fuzz_input *in, tcses_client_options *options)
{
    size_t count = fuzz_below(in, 18);
    const char **texts = fuzz_block((count + 1) * sizeof *texts);
    for (size_t i = 0; i < count; i++)
        texts[i] = fuzz_argument(in);
    options->fallback_endpoints = fuzz_byte(in) != 255 ? texts : NULL;
    options->fallback_endpoints_count = count;
}

static void take_options(fuzz_input *in, tcses_client_options *options)
{
    options->region = fuzz_argument(in);
    options->endpoint = fuzz_argument(in);
    options->language = fuzz_argument(in);
    options->user_agent = fuzz_argument(in);
    options->profile = fuzz_argument(in);
    options->log_level = take_setting(in);
    options->timeout_ms = take_setting(in);
    options->attempt_timeout_ms = take_setting(in);
    options->max_attempts = take_setting(in);
    options->max_response_bytes = take_setting(in);
    options->backoff_base_ms = take_setting(in);
    options->backoff_cap_ms = take_setting(in);
    options->rate_limit = take_setting(in);
    options->reserved = fuzz_byte(in) == 255;
    take_fallbacks(in, options);
    if (fuzz_byte(in) < 128)
        return;
    options->proxy = fuzz_argument(in);
    options->ca_file = fuzz_argument(in);
    options->ca_path = fuzz_argument(in);
    options->connect_timeout_ms = take_setting(in);
}

static void take_call(fuzz_input *in, tcses_call_request *request)
{
    tcses_call_request_init(request, sizeof *request);
    request->service = fuzz_argument(in);
    request->version = fuzz_argument(in);
    request->action = fuzz_argument(in);
    request->region = fuzz_argument(in);
    request->endpoint = fuzz_argument(in);
    request->retry_class = take_setting(in);
    request->reserved = fuzz_byte(in) == 255;
    fuzz_text body = fuzz_take_text(in);
    request->body = fuzz_byte(in) != 255 ? body.text : NULL;
    request->body_length = body.length;
}

static void make_call(fuzz_input *in, tcses_client *client, const fuzz_memory *m, wire *w)
{
    tcses_call_request request;
    tcses_call_options options = TCSES_CALL_OPTIONS_INIT;
    const tcses_call_response *response = NULL;
    tcses_error *error = NULL;
    take_call(in, &request);
    options.region = fuzz_argument(in);
    options.timeout_ms = take_setting(in);
    options.attempt_timeout_ms = take_setting(in);
    options.max_attempts = take_setting(in);
    options.keep_raw_json = take_setting(in);
    options.reconcile = take_setting(in);
    options.reserved = fuzz_byte(in) == 255;
    const void *given = fuzz_byte(in) != 255 ? sized_block(in, &request, sizeof request) : NULL;
    tcses_status status = tcses_call(client, given, sized_block(in, &options, sizeof options), &response, &error);
    CHECK(
        is_expected(status, m) || (status == TCSES_ERR_RESPONSE && w->requests > 0) || status == TCSES_ERR_CREDENTIALS);
    CHECK((status == TCSES_OK) == (response != NULL));
    CHECK(status != TCSES_ERR_ARGUMENT || (w->requests == 0 && tcses_error_field(error) != NULL));
    fuzz_check_error(status, error);
    tcses_call_response_free(response);
}

static void fuzz_client(fuzz_input *in, fuzz_memory *m)
{
    wire w = {.requests = 0};
    tcses_transport_ops ops = TCSES_TRANSPORT_OPS_INIT;
    tcses_client_options options = TCSES_CLIENT_OPTIONS_INIT;
    tcses_credentials *fixed = NULL;
    tcses_client *client = NULL;
    tcses_error *error = NULL;
    fuzz_clock_init(&w.clock);
    ops.perform = answer;
    CHECK(tcses_transport_new(&ops, &w, NULL, &options.transport, NULL) == TCSES_OK);
    CHECK(tcses_credentials_new_static(FUZZ_SECRET_ID, FUZZ_SECRET_KEY, NULL, NULL, &fixed, NULL) == TCSES_OK);
    options.allocator = &m->allocator;
    options.clock = &w.clock.clock;
    take_options(in, &options);
    options.credentials = options.profile == NULL ? fixed : NULL;
    tcses_status status = tcses_client_new(sized_block(in, &options, sizeof options), &client, &error);
    CHECK(is_expected(status, m));
    CHECK((status == TCSES_OK) == (client != NULL));
    CHECK(status != TCSES_ERR_ARGUMENT || tcses_error_field(error) != NULL);
    fuzz_check_error(status, error);
    if (client != NULL)
        make_call(in, client, m, &w);
    tcses_client_free(client);
    tcses_credentials_unref(fixed);
    tcses_transport_unref(options.transport);
}

/* ---- sources of credentials ---- */

static void fuzz_sources(fuzz_input *in, const fuzz_memory *m)
{
    tcses_credentials *made[5] = {NULL};
    tcses_cvm_role_options cvm = TCSES_CVM_ROLE_OPTIONS_INIT;
    tcses_assume_role_options role = TCSES_ASSUME_ROLE_OPTIONS_INIT;
    tcses_oidc_options oidc = TCSES_OIDC_OPTIONS_INIT;
    tcses_profile_options profile = TCSES_PROFILE_OPTIONS_INIT;
    const char *texts[7];
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        texts[i] = fuzz_argument(in);
    cvm.role = oidc.role_session_name = role.role_session_name = profile.profile = texts[0];
    cvm.endpoint = role.endpoint = oidc.endpoint = texts[1];
    role.role_arn = oidc.role_arn = texts[2];
    role.region = oidc.region = texts[3];
    oidc.provider_id = profile.credentials_file = texts[4];
    oidc.token_file = profile.cli_directory = texts[5];
    cvm.timeout_ms = role.duration_seconds = oidc.duration_seconds = take_setting(in);
    cvm.reserved = role.reserved = oidc.reserved = fuzz_byte(in) == 255;
    const tcses_status statuses[] = {
        tcses_credentials_new_static(texts[4], texts[5], texts[6], &m->allocator, &made[0], NULL),
        tcses_credentials_new_cvm_role(sized_block(in, &cvm, sizeof cvm), &m->allocator, &made[1], NULL),
        tcses_credentials_new_oidc(sized_block(in, &oidc, sizeof oidc), &m->allocator, &made[2], NULL),
        tcses_credentials_new_profile(sized_block(in, &profile, sizeof profile), &m->allocator, &made[3], NULL),
        tcses_credentials_new_assume_role(sized_block(in, &role, sizeof role), &m->allocator, &made[4], NULL)};
    for (size_t i = 0; i < COUNT_OF(made); i++) {
        CHECK(is_expected(statuses[i], m) && (statuses[i] == TCSES_OK) == (made[i] != NULL));
        tcses_credentials_unref(made[i]);
    }
}

static void fuzz_one(fuzz_input *in)
{
    fuzz_memory m;
    size_t which = fuzz_below(in, 8);
    fuzz_memory_init(&m, fuzz_byte(in));
    memory mem = fuzz_memory_inside(&m);
    if (which == 0)
        fuzz_rules(in);
    else if (which == 1)
        fuzz_endpoint(in, &mem, &m);
    else if (which < 5)
        fuzz_encode(in, &mem, &m);
    else if (which < 7)
        fuzz_client(in, &m);
    else
        fuzz_sources(in, &m);
    CHECK(m.live == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_input in = {data, size};
    fuzz_clean_environment("/nonexistent");
    for (int i = 0; in.left > 0 && i < CASES_MAX; i++)
        fuzz_one(&in);
    fuzz_end();
    return 0;
}
