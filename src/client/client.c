/* SPDX-License-Identifier: Apache-2.0 */
#include "client/client.h"

#include <stdio.h>
#include <string.h>

#include "base/environment.h"
#include "base/error.h"
#include "base/sized.h"
#include "base/text.h"
#include "base/time.h"
#include "call/endpoint.h"
#include "credentials/credentials.h"
#include "credentials/profile.h"
#include "credentials/settings.h"

#define DEFAULT_ENDPOINT "ses.tencentcloudapi.com"
#define DEFAULT_TIMEOUT_MS 60000
#define DEFAULT_ATTEMPT_TIMEOUT_MS 20000
#define DEFAULT_MAX_ATTEMPTS 4
#define DEFAULT_MAX_RESPONSE_BYTES 4194304
#define DEFAULT_BACKOFF_BASE_MS 250
#define DEFAULT_BACKOFF_CAP_MS 8000
#define PLACES_MAX 16
#define RATE_LIMIT_MAX 1000000

SIZED_INIT_FUNCTION(clock)
SIZED_INIT_FUNCTION(client_options)
SIZED_INIT_FUNCTION(call_options)

/* ---- checks ---- */

static tcses_status check_not_negative(const char *name, int32_t number, tcses_error *error)
{
    return number < 0 ? error_argument(error, name, "must not be negative") : TCSES_OK;
}

static tcses_status check_numbers(const tcses_client_options *o, tcses_error *error)
{
    const struct {
        const char *name;
        int32_t number;
    } numbers[] = {{"timeout_ms", o->timeout_ms}, {"attempt_timeout_ms", o->attempt_timeout_ms},
        {"connect_timeout_ms", o->connect_timeout_ms}, {"max_attempts", o->max_attempts},
        {"max_response_bytes", o->max_response_bytes}, {"backoff_base_ms", o->backoff_base_ms},
        {"backoff_cap_ms", o->backoff_cap_ms}};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        tcses_status status = check_not_negative(numbers[i].name, numbers[i].number, error);
        if (status != TCSES_OK)
            return status;
    }
    if (o->log_level < TCSES_LOG_OFF || o->log_level > TCSES_LOG_TRACE)
        return error_argument(error, "log_level", "must be one of the TCSES_LOG_ constants");
    if (o->rate_limit < TCSES_RATE_LIMIT_OFF || o->rate_limit > RATE_LIMIT_MAX)
        return error_argument(error, "rate_limit", "must be TCSES_RATE_LIMIT_OFF, 0, or at most 1,000,000 a second");
    return o->reserved != 0 ? error_argument(error, "reserved", "must be 0") : TCSES_OK;
}

static tcses_status check_options(const tcses_client_options *o, tcses_error *error)
{
    tcses_status status = error_check_text(error, "region", o->region, text_rule_name);
    if (status == TCSES_OK)
        status = error_check_text(error, "language", o->language, text_rule_name);
    if (status == TCSES_OK)
        status = error_check_text(error, "user_agent", o->user_agent, text_rule_user_agent);
    if (status == TCSES_OK)
        status = error_check_text(error, "profile", o->profile, profile_rule_name);
    if (status == TCSES_OK)
        status = check_numbers(o, error);
    if (status != TCSES_OK)
        return status;
    if (o->profile != NULL && o->credentials != NULL)
        return error_argument(error, "profile", "can not be given together with credentials");
    if (o->transport != NULL &&
        (o->proxy != NULL || o->ca_file != NULL || o->ca_path != NULL || o->connect_timeout_ms != 0))
        return error_argument(error, "transport",
            "can not be given together with proxy, ca_file, ca_path or connect_timeout_ms, which are for libcurl");
    return TCSES_OK;
}

static tcses_status take_clock(tcses_client *client, const tcses_clock *given, tcses_error *error)
{
    client->clock = time_system_clock;
    if (given == NULL)
        return TCSES_OK;
    const char *broken = sized_copy(&client->clock, sizeof client->clock, sizeof client->clock, given);
    if (broken == NULL &&
        (client->clock.wall_ms == NULL || client->clock.monotonic_ms == NULL || client->clock.wait == NULL))
        broken = "needs all three functions";
    return broken != NULL ? error_argument(error, "clock", broken) : TCSES_OK;
}

/* ---- what the configuration says where the options do not ---- */

typedef struct configured {
    const char *region;        /* NULL: nobody says one */
    const char *endpoint;      /* NULL: the service's own */
    const char *endpoint_file; /* that it stands in; NULL for that of the options */
} configured;

static void take_endpoint(configured *c, const settings *from)
{
    if (c->endpoint != NULL || from->endpoint == NULL)
        return;
    c->endpoint = from->endpoint;
    c->endpoint_file = from->endpoint_file;
}

/* Keys that come from elsewhere may be those of another site: then the default profile's endpoint is not theirs. */
static bool may_be_elsewhere(const tcses_client_options *o)
{
    return o->credentials != NULL || o->profile != NULL || environment_value("TENCENTCLOUD_SECRET_ID") != NULL;
}

/* A profile that was named has the first word on its region too. */
static void resolve(configured *c, const tcses_client_options *o, const settings *named, const settings *usual)
{
    const char *regions[] = {o->region, named->region, environment_value("TENCENTCLOUD_REGION"), usual->region};
    for (size_t i = 0; c->region == NULL && i < sizeof regions / sizeof regions[0]; i++)
        c->region = regions[i];
    c->endpoint = o->endpoint;
    take_endpoint(c, named);
    if (!may_be_elsewhere(o))
        take_endpoint(c, usual);
}

static tcses_status read_settings(
    const memory *mem, const tcses_client_options *o, settings *named, settings *usual, tcses_error *error)
{
    tcses_status status = TCSES_OK;
    if (o->region != NULL && o->endpoint != NULL)
        return TCSES_OK;
    if (o->profile != NULL)
        status = settings_read(mem, o->profile, named);
    if (status == TCSES_OK)
        status = settings_read(mem, NULL, usual);
    return status == TCSES_OK ? status : error_memory(error);
}

/* ---- parts ---- */

static tcses_status check_fallbacks(const tcses_client_options *o, tcses_error *error)
{
    if (o->fallback_endpoints == NULL && o->fallback_endpoints_count > 0)
        return error_argument(error, "fallback_endpoints", "must not be NULL when its count is not 0");
    if (o->fallback_endpoints_count >= PLACES_MAX)
        return error_argument(error, "fallback_endpoints", "must be at most 15");
    return TCSES_OK;
}

static tcses_status take_place(tcses_client *client, const char *text, const char *argument, tcses_error *error)
{
    if (text == NULL)
        return error_argument(error, argument, "must not be NULL");
    tcses_status status = endpoint_parse(&client->mem, text, argument, &client->places[client->places_count], error);
    client->places_count += status == TCSES_OK;
    return status;
}

static tcses_status take_first_place(tcses_client *client, const configured *c, tcses_error *error)
{
    tcses_status status = take_place(client, c->endpoint != NULL ? c->endpoint : DEFAULT_ENDPOINT, "endpoint", error);
    if (status != TCSES_ERR_ARGUMENT || c->endpoint_file == NULL || error == NULL)
        return status;
    char rule[512];
    snprintf(rule, sizeof rule, "of %.300s: %.160s", c->endpoint_file, error->message);
    return error_argument(error, "endpoint", rule);
}

static tcses_status take_places(
    tcses_client *client, const tcses_client_options *o, const configured *c, tcses_error *error)
{
    tcses_status status = check_fallbacks(o, error);
    if (status != TCSES_OK)
        return status;
    client->places = memory_take(&client->mem, (1 + o->fallback_endpoints_count) * sizeof *client->places);
    if (client->places == NULL)
        return error_memory(error);
    status = take_first_place(client, c, error);
    for (size_t i = 0; status == TCSES_OK && i < o->fallback_endpoints_count; i++) {
        char argument[48];
        snprintf(argument, sizeof argument, "fallback_endpoints[%zu]", i);
        status = take_place(client, o->fallback_endpoints[i], argument, error);
    }
    return status;
}

static tcses_status take_region(tcses_client *client, const configured *c, tcses_error *error)
{
    if (c->region == NULL)
        return error_argument(error, "region",
            "is required: set it, or TENCENTCLOUD_REGION, to ap-guangzhou or ap-hongkong (\"\" for none)");
    tcses_status status = error_check_text(error, "region", c->region, text_rule_name);
    if (status != TCSES_OK)
        return status;
    client->region = memory_copy_text(&client->mem, c->region);
    return client->region != NULL ? TCSES_OK : error_memory(error);
}

static tcses_status take_texts(tcses_client *client, const tcses_client_options *o, tcses_error *error)
{
    buffer name;
    buffer_init(&name, &client->mem);
    buffer_append_text(&name, "libtcses_");
    buffer_append_text(&name, tcses_version());
    if (o->user_agent != NULL && o->user_agent[0] != '\0') {
        buffer_append_text(&name, ", ");
        buffer_append_text(&name, o->user_agent);
    }
    if (!name.failed)
        client->request_client = memory_copy_text(&client->mem, buffer_text(&name));
    buffer_free(&name);
    if (o->language != NULL)
        client->language = memory_copy_text(&client->mem, o->language);
    if (client->request_client == NULL || (o->language != NULL && client->language == NULL))
        return error_memory(error);
    return TCSES_OK;
}

/* Hands an error that another constructor made over to ours. */
static tcses_status adopt(tcses_error *error, tcses_error *inner, tcses_status status)
{
    if (inner != NULL)
        error_set(error, status, tcses_error_field(inner), "%s", tcses_error_message(inner));
    tcses_error_free(inner);
    return status;
}

static tcses_status take_credentials(tcses_client *client, const tcses_client_options *o, tcses_error *error)
{
    tcses_error *inner = NULL;
    tcses_status status = TCSES_OK;
    if (o->credentials != NULL) {
        client->credentials = tcses_credentials_ref(o->credentials);
    } else if (o->profile != NULL) {
        tcses_profile_options profile = TCSES_PROFILE_OPTIONS_INIT;
        profile.profile = o->profile;
        status = tcses_credentials_new_profile(&profile, o->allocator, &client->credentials, &inner);
    } else {
        status = tcses_credentials_new_default(o->allocator, &client->credentials, &inner);
    }
    return adopt(error, inner, status);
}

static tcses_status take_transport(tcses_client *client, const tcses_client_options *o, tcses_error *error)
{
    if (o->transport != NULL) {
        client->transport = tcses_transport_ref(o->transport);
        return TCSES_OK;
    }
    tcses_error *inner = NULL;
    tcses_curl_options curl = TCSES_CURL_OPTIONS_INIT;
    curl.proxy = o->proxy;
    curl.ca_file = o->ca_file;
    curl.ca_path = o->ca_path;
    curl.connect_timeout_ms = o->connect_timeout_ms;
    tcses_status status = tcses_transport_new_curl(&curl, o->allocator, &client->transport, &inner);
    return adopt(error, inner, status);
}

static tcses_status get_keys(void *ctx, keys_wish *wish, keys **out, tcses_error *error)
{
    return credentials_get(ctx, wish, out, error);
}

static int32_t or_default(int32_t number, int32_t otherwise)
{
    return number > 0 ? number : otherwise;
}

static tcses_status take_host(tcses_client *client, const tcses_client_options *o, tcses_error *error)
{
    client->timeout_ms = or_default(o->timeout_ms, DEFAULT_TIMEOUT_MS);
    client->attempt_timeout_ms = or_default(o->attempt_timeout_ms, DEFAULT_ATTEMPT_TIMEOUT_MS);
    client->max_attempts = or_default(o->max_attempts, DEFAULT_MAX_ATTEMPTS);
    client->host.mem = client->mem;
    client->host.transport = client->transport;
    client->host.clock = &client->clock;
    client->host.log = o->log;
    client->host.log_ctx = o->log_ctx;
    client->host.log_level = o->log_level;
    client->host.max_response_bytes = (size_t)or_default(o->max_response_bytes, DEFAULT_MAX_RESPONSE_BYTES);
    client->host.backoff_base_ms = or_default(o->backoff_base_ms, DEFAULT_BACKOFF_BASE_MS);
    client->host.backoff_cap_ms = or_default(o->backoff_cap_ms, DEFAULT_BACKOFF_CAP_MS);
    client->host.get_keys = get_keys;
    client->host.keys_ctx = client->credentials;
    client->host.learned = &client->learned;
    return learned_init(&client->learned, &client->mem, o->rate_limit) ? TCSES_OK : error_memory(error);
}

/* Where requests go, from the options or the configuration. */
static tcses_status take_destination(tcses_client *client, const tcses_client_options *o, tcses_error *error)
{
    settings named = {0};
    settings usual = {0};
    configured c = {0};
    tcses_status status = read_settings(&client->mem, o, &named, &usual, error);
    if (status == TCSES_OK) {
        resolve(&c, o, &named, &usual);
        status = take_places(client, o, &c, error);
    }
    if (status == TCSES_OK)
        status = take_region(client, &c, error);
    settings_free(&client->mem, &named);
    settings_free(&client->mem, &usual);
    return status;
}

static tcses_status set_up(tcses_client *client, const tcses_client_options *o, tcses_error *error)
{
    tcses_status status = check_options(o, error);
    if (status == TCSES_OK)
        status = take_clock(client, o->clock, error);
    if (status == TCSES_OK)
        status = take_destination(client, o, error);
    if (status == TCSES_OK)
        status = take_texts(client, o, error);
    if (status == TCSES_OK)
        status = take_credentials(client, o, error);
    if (status == TCSES_OK)
        status = take_transport(client, o, error);
    return status == TCSES_OK ? take_host(client, o, error) : status;
}

tcses_status tcses_client_new(const tcses_client_options *options, tcses_client **out, tcses_error **error)
{
    static const tcses_client_options defaults = TCSES_CLIENT_OPTIONS_INIT;
    tcses_client_options local = defaults;
    memory mem;
    tcses_error *e = NULL;
    if (out != NULL)
        *out = NULL;
    const char *broken = options != NULL ? sized_copy(&local, sizeof local, sizeof local, options) : NULL;
    tcses_status status = error_open_new(error, broken == NULL ? local.allocator : NULL, out != NULL, &mem, &e);
    if (status != TCSES_OK)
        return status;
    if (broken != NULL)
        return error_close(error, e, error_argument(e, "options", broken));
    tcses_client *client = memory_take(&mem, sizeof *client);
    if (client == NULL)
        return error_close(error, e, error_memory(e));
    client->mem = mem;
    status = set_up(client, &local, e);
    if (status == TCSES_OK)
        *out = client; /* NOLINT(clang-analyzer-core.NullDereference): error_open_new() has refused a NULL */
    else
        tcses_client_free(client);
    return error_close(error, e, status);
}

void tcses_client_free(tcses_client *client)
{
    if (client == NULL)
        return;
    memory mem = client->mem;
    tcses_transport_unref(client->transport);
    tcses_credentials_unref(client->credentials);
    learned_free(&client->learned);
    for (size_t i = 0; i < client->places_count; i++)
        endpoint_free(&mem, &client->places[i]);
    memory_give(&mem, client->places);
    memory_give(&mem, client->region);
    memory_give(&mem, client->language);
    memory_give(&mem, client->request_client);
    memory_give(&mem, client);
}

const char *tcses_client_region(const tcses_client *client)
{
    return client != NULL ? client->region : "";
}

const char *tcses_client_endpoint(const tcses_client *client)
{
    return client != NULL ? client->places[0].url : "";
}

tcses_status client_prepare(const tcses_client *client, const tcses_call_options *options, tcses_call_options *local,
    call_spec *spec, tcses_error *error)
{
    tcses_call_options_init(local, sizeof *local);
    const char *broken = options != NULL ? sized_copy(local, sizeof *local, sizeof *local, options) : NULL;
    if (broken != NULL)
        return error_argument(error, "options", broken);
    tcses_status status = error_check_text(error, "options.region", local->region, text_rule_name);
    if (status == TCSES_OK)
        status = check_not_negative("options.timeout_ms", local->timeout_ms, error);
    if (status == TCSES_OK)
        status = check_not_negative("options.attempt_timeout_ms", local->attempt_timeout_ms, error);
    if (status == TCSES_OK)
        status = check_not_negative("options.max_attempts", local->max_attempts, error);
    if (status != TCSES_OK)
        return status;
    if (local->keep_raw_json < TCSES_UNSET || local->keep_raw_json > TCSES_TRUE)
        return error_argument(error, "options.keep_raw_json", "must be TCSES_UNSET, TCSES_FALSE or TCSES_TRUE");
    if (local->reconcile < TCSES_UNSET || local->reconcile > TCSES_TRUE)
        return error_argument(error, "options.reconcile", "must be TCSES_UNSET, TCSES_FALSE or TCSES_TRUE");
    if (local->reserved != 0)
        return error_argument(error, "options.reserved", "must be 0");
    memset(spec, 0, sizeof *spec);
    spec->region = local->region != NULL ? local->region : client->region;
    spec->language = client->language;
    spec->request_client = client->request_client;
    spec->places = client->places;
    spec->places_count = client->places_count;
    spec->timeout_ms = or_default(local->timeout_ms, client->timeout_ms);
    spec->attempt_timeout_ms = or_default(local->attempt_timeout_ms, client->attempt_timeout_ms);
    spec->max_attempts = or_default(local->max_attempts, client->max_attempts);
    spec->cancel = local->cancel;
    return TCSES_OK;
}

tcses_status client_keep_options(const tcses_client *client, const tcses_call_options *options, arena *texts,
    tcses_call_options *kept, tcses_error *error)
{
    call_spec unused;
    tcses_status status = client_prepare(client, options, kept, &unused, error);
    tcses_cancel *cancel = kept->cancel;
    kept->cancel = NULL;
    if (status != TCSES_OK)
        return status;
    if (kept->region != NULL) {
        kept->region = arena_copy(texts, kept->region, strlen(kept->region));
        if (kept->region == NULL)
            return error_memory(error);
    }
    kept->cancel = tcses_cancel_ref(cancel);
    return TCSES_OK;
}
