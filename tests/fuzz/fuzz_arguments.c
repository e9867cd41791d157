/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * What a caller may give: texts, endpoints, requests of every action, client options, and tcses_call(). What is accepted
 * must make a request that can be sent as it is. Input: which of these, which allocation fails (0: none), then its own.
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
#include "client/endpoint.h"
#include "codec/codec.h"
#include "ses/action.h"

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
    const char *text = fuzz_take_rest(in).text;
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
static void check_url(const endpoint *place)
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
    endpoint place = {NULL, NULL};
    const char *text = fuzz_take_rest(in).text;
    tcses_status status = endpoint_parse(mem, text, &place, NULL);
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

static void *take_struct(fuzz_input *in, const field_table *table, int depth);

static void put_pointer(char *member, const void *pointer)
{
    memcpy(member, &pointer, sizeof pointer);
}

static void fill_list(fuzz_input *in, const field *f, char *object, int depth)
{
    size_t count = fuzz_below(in, 6);
    const void **items = fuzz_block((count + 1) * sizeof *items);
    for (size_t i = 0; i < count; i++)
        items[i] = fuzz_byte(in) != 255 ? take_struct(in, f->of, depth + 1) : NULL;
    bool is_absent = fuzz_byte(in) == 255;
    put_pointer(object + f->offset, is_absent ? NULL : items);
    memcpy(object + f->count_offset, &count, sizeof count);
}

static void fill_field(fuzz_input *in, const field *f, char *object, int depth)
{
    uint64_t number = 0;
    int32_t choice = 0;
    size_t kind = 0;
    switch (f->kind) {
    case FIELD_TEXT:
        put_pointer(object + f->offset, fuzz_argument(in));
        break;
    case FIELD_NUMBER:
    case FIELD_DIGITS:
        number = fuzz_number(in, fuzz_below(in, 9));
        memcpy(object + f->offset, &number, sizeof number);
        break;
    case FIELD_CHOICE:
    case FIELD_SWITCH:
        kind = fuzz_below(in, 8);
        choice = kind < 7 ? (int32_t)kind - 1 : (int32_t)(uint32_t)fuzz_number(in, 4);
        memcpy(object + f->offset, &choice, sizeof choice);
        break;
    case FIELD_RESERVED:
        number = fuzz_byte(in) == 255;
        memcpy(object + f->offset, &number, f->bytes);
        break;
    default:
        fill_list(in, f, object, depth);
        break;
    }
}

/* A struct whose block is as large as its size says, but never smaller than that number itself. */
static void *take_struct(fuzz_input *in, const field_table *table, int depth)
{
    size_t kind = fuzz_below(in, 16);
    size_t size = table->bytes;
    if (kind == 1)
        size = table->bytes + 8 * fuzz_below(in, 16);
    else if (kind == 2)
        size = (size_t)fuzz_number(in, 2);
    bool is_filled = size >= table->bytes && size <= 4096;
    char *object = fuzz_block(is_filled ? size : sizeof(size_t));
    memcpy(object, &size, sizeof size);
    if (!is_filled || depth > 3)
        return object;
    for (size_t i = 0; i < table->fields_count; i++)
        fill_field(in, &table->fields[i], object, depth);
    if (size > table->bytes && fuzz_byte(in) == 255)
        object[size - 1] = 1;
    return object;
}

static void check_sent(const field_table *table, const char *object, json_t *sent);

static void check_sent_list(const field *f, const char *object, json_t *sent)
{
    const void *const *items = NULL;
    size_t count = 0;
    memcpy(&items, object + f->offset, sizeof items);
    memcpy(&count, object + f->count_offset, sizeof count);
    if (items == NULL) {
        CHECK(count == 0 && sent == NULL);
        return;
    }
    CHECK(json_is_array(sent) && json_array_size(sent) == count);
    for (size_t i = 0; i < count; i++)
        check_sent(f->of, items[i], json_array_get(sent, i));
}

static void check_sent_field(const field *f, const char *object, json_t *sent)
{
    const char *text = NULL;
    uint64_t number = 0;
    int32_t choice = 0;
    switch (f->kind) {
    case FIELD_TEXT:
        memcpy(&text, object + f->offset, sizeof text);
        CHECK((text == NULL) == (sent == NULL));
        CHECK(text == NULL || strcmp(json_string_value(sent), text) == 0);
        break;
    case FIELD_NUMBER:
        memcpy(&number, object + f->offset, sizeof number);
        CHECK(sent == NULL ? number == 0 : json_is_real(sent) || (uint64_t)json_integer_value(sent) == number);
        break;
    case FIELD_DIGITS:
        memcpy(&number, object + f->offset, sizeof number);
        CHECK(sent == NULL ? number == 0 : strtoull(json_string_value(sent), NULL, 10) == number);
        break;
    case FIELD_CHOICE:
        memcpy(&choice, object + f->offset, sizeof choice);
        CHECK(sent == NULL ? choice == 0 : json_integer_value(sent) == choice - 1);
        break;
    case FIELD_SWITCH:
        memcpy(&choice, object + f->offset, sizeof choice);
        CHECK(sent == NULL ? choice == TCSES_UNSET : json_is_true(sent) == (choice == TCSES_TRUE));
        break;
    case FIELD_RESERVED:
        break;
    default:
        check_sent_list(f, object, sent);
        break;
    }
}

/* What was sent is what was given, by value. */
static void check_sent(const field_table *table, const char *object, json_t *sent)
{
    size_t wanted = 0;
    CHECK(json_is_object(sent));
    for (size_t i = 0; i < table->fields_count; i++) {
        const field *f = &table->fields[i];
        json_t *value = f->kind != FIELD_RESERVED ? json_object_get(sent, f->json) : NULL;
        wanted += value != NULL;
        check_sent_field(f, object, value);
    }
    CHECK(json_object_size(sent) == wanted);
}

static json_t *parse(const char *text, size_t length)
{
    json_error_t reason;
    json_t *document = json_loadb(text, length, JSON_REJECT_DUPLICATES, &reason);
    if (document == NULL && json_error_code(&reason) == json_error_numeric_overflow)
        document = json_loadb(text, length, JSON_REJECT_DUPLICATES | JSON_DECODE_INT_AS_REAL, &reason);
    return document;
}

static void fuzz_encode(fuzz_input *in, const memory *mem, const fuzz_memory *m)
{
    const field_table *table = actions[fuzz_below(in, COUNT_OF(actions))]->request;
    const void *request = fuzz_byte(in) != 255 ? take_struct(in, table, 0) : NULL;
    buffer out;
    buffer_init(&out, mem);
    tcses_status status = codec_encode(table, request, &out, NULL);
    CHECK(is_expected(status, m));
    if (status == TCSES_OK) {
        json_t *sent = parse(buffer_text(&out), out.length);
        CHECK(json_is_object(sent));
        if (request != NULL)
            check_sent(table, request, sent);
        json_decref(sent);
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
    wire w = {0, {{0, NULL, NULL, NULL, NULL}, 0, 0}};
    tcses_transport_ops ops = TCSES_TRANSPORT_OPS_INIT;
    tcses_client_options options = TCSES_CLIENT_OPTIONS_INIT;
    tcses_credentials *keys = NULL;
    tcses_client *client = NULL;
    tcses_error *error = NULL;
    fuzz_clock_init(&w.clock);
    ops.perform = answer;
    CHECK(tcses_transport_new(&ops, &w, NULL, &options.transport, NULL) == TCSES_OK);
    CHECK(tcses_credentials_new_static(FUZZ_SECRET_ID, FUZZ_SECRET_KEY, NULL, NULL, &keys, NULL) == TCSES_OK);
    options.allocator = &m->allocator;
    options.clock = &w.clock.clock;
    take_options(in, &options);
    options.credentials = options.profile == NULL ? keys : NULL;
    tcses_status status = tcses_client_new(sized_block(in, &options, sizeof options), &client, &error);
    CHECK(is_expected(status, m));
    CHECK((status == TCSES_OK) == (client != NULL));
    CHECK(status != TCSES_ERR_ARGUMENT || tcses_error_field(error) != NULL);
    fuzz_check_error(status, error);
    if (client != NULL)
        make_call(in, client, m, &w);
    tcses_client_free(client);
    tcses_credentials_unref(keys);
    tcses_transport_unref(options.transport);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_input in = {data, size};
    fuzz_memory m;
    size_t which = fuzz_below(&in, 8);
    fuzz_clean_environment("/nonexistent");
    fuzz_memory_init(&m, fuzz_byte(&in));
    memory mem = fuzz_memory_inside(&m);
    if (which == 0)
        fuzz_rules(&in);
    else if (which == 1)
        fuzz_endpoint(&in, &mem, &m);
    else if (which < 5)
        fuzz_encode(&in, &mem, &m);
    else
        fuzz_client(&in, &m);
    CHECK(m.live == 0);
    fuzz_end();
    return 0;
}
