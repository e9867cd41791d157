/* SPDX-License-Identifier: Apache-2.0 */
#include "client_wire.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* What the transport does with one request, as the input says. */
typedef struct step {
    tcses_status status;
    int32_t stage; /* -1: it says nothing of it */
    int32_t http_status;
    fuzz_text headers; /* lines "Name: value" */
    fuzz_text body;
    bool in_pieces;
} step;

static bool input_holds(const wire *w, const char *text)
{
    return w->whole.left > 0 && fuzz_holds(w->whole.data, w->whole.left, text);
}

void wire_init(wire *w, fuzz_input *in)
{
    memset(w, 0, sizeof *w);
    w->in = in;
    w->whole = *in;
    w->has_canary = input_holds(w, "SecretKeyEx") || input_holds(w, "CanaryPass") || input_holds(w, "\\u");
    fuzz_clock_init(&w->clock);
}

/* ---- answers that make sense ---- */

static fuzz_text text_of(const char *text)
{
    fuzz_text made = {fuzz_block(strlen(text) + 1), strlen(text)};
    strcpy(made.text, text);
    return made;
}

static fuzz_text refusal_of(fuzz_input *in)
{
    char body[512];
    snprintf(body, sizeof body,
        "{\"Response\":{\"Error\":{\"Code\":\"%s\",\"Message\":\"words of the "
        "service\"},\"RequestId\":\"id-of-error\"}}",
        truth_codes[fuzz_below(in, truth_codes_count)].code);
    return text_of(body);
}

/* As long as they are in life. */
#define TOKEN_PART "TokenExample0000000000000000000000000000000000000000"
#define KEYS                                                                                    \
    "{\"TmpSecretId\":\"" FUZZ_SECRET_ID "\",\"TmpSecretKey\":\"" FUZZ_SECRET_KEY               \
    "\",\"Token\":\"" TOKEN_PART TOKEN_PART TOKEN_PART TOKEN_PART "\",\"ExpiredTime\":%" PRIu64 \
    ",\"Code\":\"Success\"}"

/* Temporary keys, in the form of the metadata server or of STS. */
static fuzz_text keys_of(bool is_metadata, uint64_t expired_time)
{
    char body[1024];
    if (is_metadata)
        snprintf(body, sizeof body, KEYS, expired_time);
    else
        snprintf(body, sizeof body, "{\"Response\":{\"Credentials\":" KEYS ",\"ExpiredTime\":%" PRIu64 "}}",
            expired_time, expired_time);
    return text_of(body);
}

static fuzz_text success_of(const wire *w, const tcses_http_request *request, size_t variant, uint64_t expired_time)
{
    static const char *const bodies[] = {"{\"Response\":{\"RequestId\":\"r\",\"IdentityType\":\"DOMAIN\","
                                         "\"DKIMOption\":0,\"Attributes\":[{\"Type\":\"MX\"}],"
                                         "\"EmailSenders\":[{\"EmailAddress\":\"" WIRE_ADDRESS
                                         "\",\"EmailSenderName\":\"alias\"}],"
                                         "\"AddressUnsubscribeConfigList\":[{\"Address\":\"" WIRE_ADDRESS
                                         "\",\"UnsubscribeConfig\":\"1\",\"Status\":1}],"
                                         "\"EmailIdentities\":[{\"IdentityName\":\"mail.example.com\"}]}}",
        "{\"Response\":{\"RequestId\":\"r\",\"DKIMOption\":1,"
        "\"EmailSenders\":[{\"EmailAddress\":\"" WIRE_ADDRESS "\",\"EmailSenderName\":\"other\"}],"
        "\"AddressUnsubscribeConfigList\":[{\"Address\":\"" WIRE_ADDRESS
        "\",\"UnsubscribeConfig\":\"0\",\"Status\":0}]}}",
        "{\"Response\":{\"RequestId\":\"r\",\"EmailSenders\":[],\"AddressUnsubscribeConfigList\":[],"
        "\"EmailIdentities\":[]}}",
        "{\"Response\":{\"RequestId\":5,\"Attributes\":{},\"EmailSenders\":true,\"AddressUnsubscribeConfigList\":\"\","
        "\"EmailIdentities\":1}}"};
    const char *action = tcses_http_request_header(request, "X-TC-Action");
    const char *url = tcses_http_request_url(request);
    if (action == NULL)
        return url[strlen(url) - 1] == '/' ? text_of("demo\n") : keys_of(true, expired_time);
    if (strncmp(action, "AssumeRole", strlen("AssumeRole")) == 0)
        return keys_of(false, expired_time);
    return text_of(w->is_healthy ? "{\"Response\":{}}" : bodies[variant % COUNT_OF(bodies)]);
}

/* ---- one request ---- */

static void take_failure(fuzz_input *in, step *s)
{
    static const tcses_status statuses[] = {TCSES_ERR_NETWORK, TCSES_ERR_TIMEOUT, TCSES_ERR_TLS, TCSES_ERR_CANCELLED,
        TCSES_ERR_RESPONSE, TCSES_ERR_MEMORY, TCSES_ERR_SYSTEM, TCSES_ERR_EXPECTATION, TCSES_ERR_API, TCSES_ERR_HTTP,
        7};
    s->status = statuses[fuzz_below(in, COUNT_OF(statuses))];
    s->stage = (int32_t)fuzz_below(in, 4) - 1;
    s->http_status = fuzz_byte(in) & 1 ? 200 : 0;
}

/* Time that an exchange takes is never more than the library allows for it. */
static void pass_time(wire *w, const tcses_http_request *request, int64_t took_ms)
{
    int64_t left = tcses_http_request_time_left_ms(request);
    CHECK(left >= 1);
    fuzz_clock_pass(&w->clock, took_ms < left ? took_ms : left);
}

static uint64_t take_expiry(fuzz_input *in)
{
    size_t kind = fuzz_below(in, 4);
    return kind == 3 ? fuzz_number(in, 8) : 1735689600 + kind * 400;
}

static void take_step(wire *w, const tcses_http_request *request, step *s)
{
    static const int32_t numbers[] = {200, 502, 503, 429, 404, 204, 302, 400, 100, 0, -1, 500};
    fuzz_input *in = w->in;
    size_t kind = fuzz_below(in, 6), flags = fuzz_byte(in);
    s->http_status = 200;
    s->stage = TCSES_STAGE_ANSWERED;
    if (flags & 1)
        pass_time(w, request, (int64_t)fuzz_byte(in) * fuzz_byte(in));
    if (flags & 2)
        s->headers = fuzz_take_text(in);
    if (flags & 4)
        w->clock.wall_ms = (int64_t)fuzz_number(in, 8);
    if (flags & 8) {
        tcses_cancel_trigger(w->cancel);
        w->clock.has_cancelled = true;
    }
    s->in_pieces = (flags & 16) != 0;
    if (flags & 32)
        s->http_status = numbers[fuzz_below(in, COUNT_OF(numbers))];
    if (kind == 0)
        take_failure(in, s);
    else if (kind <= 2)
        s->body = refusal_of(in);
    else if (kind <= 4)
        s->body = success_of(w, request, fuzz_byte(in), take_expiry(in));
    else
        s->body = fuzz_take_text(in);
}

/* With a fixed rate there is an interval between two requests of an action; one millisecond may be cut off. */
static void check_pace(wire *w, const tcses_http_request *request)
{
    const char *action = tcses_http_request_header(request, "X-TC-Action");
    size_t i = 0;
    if (action == NULL || w->rate_limit <= 0)
        return;
    while (w->paces[i].action[0] != '\0' && strcmp(w->paces[i].action, action) != 0)
        CHECK(++i < COUNT_OF(w->paces));
    CHECK(w->paces[i].action[0] == '\0' || w->clock.monotonic_ms - w->paces[i].sent_ms >= 1000 / w->rate_limit - 1);
    snprintf(w->paces[i].action, sizeof w->paces[i].action, "%s", action);
    w->paces[i].sent_ms = w->clock.monotonic_ms;
}

/* The service said when to come again. A gateway's word, as a number of seconds, is enough to hold the client to it. */
static void note_pause(wire *w, const tcses_http_response *response, const step *s)
{
    const char *text = tcses_http_response_header(response, "Retry-After");
    bool is_busy = s->status == TCSES_OK && (s->http_status == 429 || s->http_status >= 500);
    w->not_before_ms = INT64_MIN;
    if (is_busy && text != NULL && text[0] != '\0' && strlen(text) < 6 && strspn(text, "0123456789") == strlen(text)) {
        int64_t seconds = strtoll(text, NULL, 10);
        w->not_before_ms = w->clock.monotonic_ms + (seconds < 86400 ? seconds : 86400) * 1000;
    }
}

static void check_request(wire *w, const tcses_http_request *request)
{
    const char *host = tcses_http_request_header(request, "Host");
    const char *region = tcses_http_request_header(request, "X-TC-Region");
    const char *found = strstr(tcses_http_request_url(request), host);
    const char *authorization = tcses_http_request_header(request, "Authorization");
    CHECK(host != NULL && found != NULL && found[strlen(host)] == '/');
    CHECK(region == NULL || strcmp(region, "ap-guangzhou") == 0);
    for (size_t i = 0; i < tcses_http_request_headers_count(request); i++)
        CHECK(fuzz_is_header_value(tcses_http_request_header_value(request, i)));
    if (authorization != NULL && strlen(authorization) > 64)
        snprintf(w->signature, sizeof w->signature, "%s", authorization + strlen(authorization) - 64);
}

/* A part of the answer that was not taken is as if the rest had not come. */
static tcses_status put_body(tcses_http_response *response, const step *s)
{
    size_t half = s->in_pieces ? s->body.length / 2 : 0;
    tcses_status status = tcses_http_response_append_body(response, s->body.text, half);
    if (status == TCSES_OK)
        status = tcses_http_response_append_body(response, s->body.text + half, s->body.length - half);
    return status;
}

static tcses_status put_headers(tcses_http_response *response, const step *s)
{
    tcses_status status = TCSES_OK;
    char *rest = s->headers.text;
    while (status == TCSES_OK && rest != NULL && *rest != '\0') {
        char *line = strsep(&rest, "\n");
        char *value = strstr(line, ": ");
        if (value == NULL)
            continue;
        *value = '\0';
        status = tcses_http_response_add_header(response, line, value + 2);
    }
    return status;
}

static tcses_status give_answer(tcses_http_response *response, step *s)
{
    tcses_http_response_set_status(response, s->http_status);
    if (s->status != TCSES_OK)
        tcses_http_response_set_failure(response, 7, "words of the transport");
    tcses_status status = put_headers(response, s);
    if (status == TCSES_OK)
        status = put_body(response, s);
    if (status != TCSES_OK) {
        s->status = status;
        s->stage = TCSES_STAGE_SENT;
    }
    if (s->stage >= 0)
        tcses_http_response_set_stage(response, s->stage);
    return s->status;
}

static tcses_status perform(void *ctx, tcses_http_request *request, tcses_http_response *response)
{
    wire *w = ctx;
    step s = {TCSES_OK, TCSES_STAGE_ANSWERED, 200, {NULL, 0}, {NULL, 0}, false};
    w->not_before_ms = w->exchanges++ == 0 ? INT64_MIN : w->not_before_ms;
    CHECK(w->clock.monotonic_ms >= w->not_before_ms);
    CHECK(!w->clock.has_cancelled);
    check_pace(w, request);
    check_request(w, request);
    truth_request(&w->truth, request);
    if (w->is_healthy)
        s.body = success_of(w, request, 0, 1735689600 + 7200);
    else
        take_step(w, request, &s);
    s.body = s.body.text != NULL ? s.body : text_of("");
    s.headers = s.headers.text != NULL ? s.headers : text_of("");
    tcses_status status = give_answer(response, &s);
    note_pause(w, response, &s);
    w->gave_no_memory = w->gave_no_memory || status == TCSES_ERR_MEMORY;
    w->gave_cancelled = w->gave_cancelled || status == TCSES_ERR_CANCELLED;
    const exchange e = {status, s.stage, s.http_status, s.body.text, s.body.length};
    truth_answer(&w->truth, request, &e);
    return status;
}

tcses_transport *wire_transport(wire *w, const tcses_allocator *allocator)
{
    tcses_transport_ops ops = TCSES_TRANSPORT_OPS_INIT;
    tcses_transport *transport = NULL;
    ops.perform = perform;
    CHECK(tcses_transport_new(&ops, w, allocator, &transport, NULL) == TCSES_OK);
    return transport;
}

/* ---- keys and log ---- */

tcses_status wire_give_keys(void *ctx, int32_t renew, tcses_credentials_answer *answer)
{
    wire *w = ctx;
    size_t kind = w->is_healthy ? 0 : fuzz_below(w->in, 6);
    CHECK(renew == TCSES_TRUE || renew == TCSES_FALSE);
    if (kind == 4)
        tcses_credentials_answer_explain(answer, "words of the callback");
    if (kind == 5)
        return TCSES_OK;
    if (kind == 4)
        return 7;
    return tcses_credentials_answer_set(answer, FUZZ_SECRET_ID, FUZZ_SECRET_KEY,
        kind < 2    ? NULL
        : kind == 2 ? "a"
                    : "b");
}

void wire_check_text(const wire *w, const char *text)
{
    const char *const secrets[] = {FUZZ_SECRET_KEY, WIRE_PASSWORD, w->signature};
    for (size_t i = 0; text != NULL && !w->has_canary && i < COUNT_OF(secrets); i++) {
        bool is_held = secrets[i][0] != '\0' && fuzz_holds(text, strlen(text), secrets[i]);
        CHECK(!is_held || input_holds(w, secrets[i]));
    }
}

void wire_log(void *ctx, int32_t level, const char *line)
{
    const wire *w = ctx;
    CHECK(level >= TCSES_LOG_INFO && level <= w->log_level);
    CHECK(strpbrk(line, "\r\n@") == NULL && line[0] != '\0');
    wire_check_text(w, line);
}
