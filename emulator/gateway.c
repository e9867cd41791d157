/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * What every API call goes through, as a list of steps in the order in which the service is thought to take them (A1).
 */
#include "gateway.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>

#include "actions.h"
#include "auth.h"
#include "call.h"
#include "clock.h"

static const char api_version[] = "2020-10-02";

static bool check_size(struct call *call)
{
    if (call->exchange->body_too_large)
        return emu_call_refuse(call, "RequestSizeLimitExceeded", "The body has %zu bytes; it may have %d.",
            call->exchange->body_length, EXCHANGE_BODY_MOST);
    return true;
}

static bool check_headers(struct call *call)
{
    static const char *const required[] = {
        "x-tc-action", "x-tc-version", "x-tc-timestamp", "x-tc-region", "authorization"};
    static const char *const names[] = {
        "X-TC-Action", "X-TC-Version", "X-TC-Timestamp", "X-TC-Region", "Authorization"};
    for (size_t i = 0; i < sizeof(required) / sizeof(required[0]); i++) {
        const char *value = emu_exchange_header(call->exchange, required[i]);
        if (value == NULL || *value == '\0')
            return emu_call_refuse(call, "MissingParameter", "The header %s is required and was not sent.", names[i]);
    }
    return true;
}

/* A2: JSON is the only content type. */
static bool check_content_type(struct call *call)
{
    static const char wanted[] = "application/json";
    const char *type = emu_exchange_header(call->exchange, "content-type");
    size_t length = sizeof(wanted) - 1;
    if (type == NULL || strncasecmp(type, wanted, length) != 0 || strchr("; \t", type[length]) == NULL)
        return emu_call_refuse(call, "UnsupportedProtocol", "The Content-Type is `%s`; it has to be %s.",
            type != NULL ? type : "", wanted);
    return true;
}

static bool find_action(struct call *call)
{
    const char *name = emu_exchange_header(call->exchange, "x-tc-action");
    call->action = emu_action_find(name);
    if (call->action == NULL)
        return emu_call_refuse(call, "InvalidAction", "There is no action `%s` here.", name);
    return true;
}

static bool check_version(struct call *call)
{
    const char *version = emu_exchange_header(call->exchange, "x-tc-version");
    if (strcmp(version, api_version) != 0)
        return emu_call_refuse(call, "NoSuchVersion", "There is no version `%s` here, only %s.", version, api_version);
    return true;
}

/* A33: every action wants one of the two regions, also those whose objects belong to the whole account. */
static bool find_region(struct call *call)
{
    const char *name = emu_exchange_header(call->exchange, "x-tc-region");
    call->region = emu_region_find(name);
    if (call->region == NULL)
        return emu_call_refuse(call, "UnsupportedRegion", "There is no region `%s` here.", name);
    return true;
}

/* A4: a timestamp that is no number is a wrong parameter, not a wrong signature. */
static bool read_timestamp(struct call *call)
{
    static const json_int_t end_of_year_9999 = 253402300799;
    const char *text = emu_exchange_header(call->exchange, "x-tc-timestamp");
    json_int_t timestamp = 0;
    if (!emu_text_to_number(text, end_of_year_9999, &timestamp))
        return emu_call_refuse(
            call, "InvalidParameter", "X-TC-Timestamp is `%s`, which is no number of seconds.", text);
    call->timestamp = timestamp;
    return true;
}

/* A5: what is no JSON object, an empty body too, and a name given twice are refused alike. */
static bool parse_body(struct call *call)
{
    struct exchange *exchange = call->exchange;
    json_error_t error;
    call->params = json_loadb(exchange->body, exchange->body_length, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
    exchange->parsed = call->params != NULL;
    if (call->params == NULL)
        return emu_call_refuse(call, "InvalidParameter", "The body is no JSON: %s (line %d, column %d).", error.text,
            error.line, error.column);
    if (!json_is_object(call->params))
        return emu_call_refuse(call, "InvalidParameter", "The body is JSON but no object.");
    return true;
}

static bool check_params(struct call *call)
{
    return emu_params_check(call, &call->action->shape);
}

static bool run_action(struct call *call)
{
    return call->action->run(call);
}

static bool (*const steps[])(struct call *call) = {
    check_size,
    check_headers,
    check_content_type,
    find_action,
    check_version,
    find_region,
    read_timestamp,
    emu_auth_check,
    parse_body,
    check_params,
    run_action,
};

/* A32: a random UUID, version 4. */
static void make_request_id(char id[EXCHANGE_REQUEST_ID_SIZE])
{
    static const char form[] = "xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx";
    static const char digits[] = "0123456789abcdef";
    unsigned char random[sizeof(form)] = {0};
    if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
        abort();
    for (size_t i = 0; i < sizeof(form); i++) {
        id[i] = form[i];
        if (form[i] == 'x')
            id[i] = digits[random[i] & 15];
        if (form[i] == 'y')
            id[i] = digits[8 | (random[i] & 3)];
    }
}

static void render(struct call *call)
{
    struct exchange *exchange = call->exchange;
    json_t *response = call->response != NULL ? call->response : json_object();
    if (call->code != NULL)
        json_object_set_new(
            response, "Error", json_pack("{s:s, s:o}", "Code", call->code, "Message", emu_text_to_json(call->message)));
    make_request_id(exchange->request_id);
    json_object_set_new(response, "RequestId", json_string(exchange->request_id));
    json_t *envelope = json_pack("{s:o}", "Response", response);
    exchange->status = HTTP_OK;
    exchange->answer = json_dumps(envelope, JSON_COMPACT);
    exchange->code = call->code;
    exchange->effect = call->effect;
    json_decref(envelope);
}

void emu_gateway_answer(struct emulator *emulator, struct exchange *exchange)
{
    struct call call = {.emulator = emulator, .exchange = exchange, .now = exchange->time};
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        if (!steps[i](&call))
            break;
    }
    render(&call);
    json_decref(call.params);
    free(call.message);
}
