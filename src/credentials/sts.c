/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Roles that STS lends keys of: to other keys (AssumeRole), or to a web identity token (AssumeRoleWithWebIdentity).
 */
#include "credentials/sts.h"

#include <errno.h>
#include <string.h>

#include "base/environment.h"
#include "base/error.h"
#include "base/file.h"
#include "base/plain_locale.h"
#include "base/sized.h"
#include "base/text.h"
#include "call/endpoint.h"
#include "credentials/remote.h"

#define DEFAULT_ENDPOINT "sts.tencentcloudapi.com"
#define DEFAULT_REGION "ap-guangzhou"
#define DEFAULT_SESSION "libtcses"
#define DEFAULT_DURATION 7200
#define DURATION_MAX 43200
#define STS_VERSION "2018-08-13"

typedef struct sts_state {
    memory mem;
    tcses_credentials *source; /* NULL: a web identity token */
    char *name;                /* with the role's, for errors */
    char *role_arn;            /* of what may come from the environment NULL: it does */
    char *session_name;
    char *region;
    char *provider_id;
    char *token_file;
    uint64_t duration_seconds;
    call_place place;
} sts_state;

SIZED_INIT_FUNCTION(assume_role_options)
SIZED_INIT_FUNCTION(oidc_options)

static void state_free(void *state)
{
    sts_state *s = state;
    memory mem = s->mem;
    tcses_credentials_unref(s->source);
    memory_give(&mem, s->name);
    memory_give(&mem, s->role_arn);
    memory_give(&mem, s->session_name);
    memory_give(&mem, s->region);
    memory_give(&mem, s->provider_id);
    memory_give(&mem, s->token_file);
    endpoint_free(&mem, &s->place);
    memory_give(&mem, s);
}

/* ---- the call ---- */

/* The body of both requests; what is NULL is not sent. */
typedef struct role_request {
    size_t size;
    const char *role_arn;
    const char *session_name;
    const char *provider_id;
    const char *token;
    uint64_t duration_seconds;
} role_request;

static const field request_fields[] = {
    TEXT(role_request, role_arn, "RoleArn", RULE_REQUIRED),
    TEXT(role_request, session_name, "RoleSessionName", RULE_REQUIRED),
    TEXT(role_request, provider_id, "ProviderId", RULE_NONE),
    TEXT(role_request, token, "WebIdentityToken", RULE_NONE),
    NUMBER(role_request, duration_seconds, "DurationSeconds", RULE_REQUIRED),
};
static const field_table request_table = TABLE(role_request, request_fields);

/* What stands beside the keys in the answer. */
typedef struct role_response {
    size_t size;
    const uint64_t *expired_time;
} role_response;

static const field response_fields[] = {TIME(role_response, expired_time, "ExpiredTime")};
static const field_table response_table = TABLE(role_response, response_fields);

static tcses_status take_keys(const remote *r, tcses_credentials_answer *answer, tcses_error *error)
{
    temporary_keys found = {0};
    role_response beside = {0};
    arena texts;
    arena_init(&texts, &answer->mem);
    /* The secrets first: they are wiped in the answer with that. */
    tcses_status status = codec_decode_secret_part(
        &r->answered->answer, "Credentials", &remote_keys_table, &texts, &found, error);
    if (status == TCSES_OK)
        status = codec_decode(&r->answered->answer, &response_table, &texts, &beside, error);
    found.expired_time = beside.expired_time;
    if (status == TCSES_ERR_RESPONSE)
        status = remote_refuse(r, "the answer of STS holds no keys", error);
    if (status == TCSES_OK)
        status = remote_take(r, &found, answer, error);
    arena_free(&texts);
    return status;
}

static tcses_status get_source_keys(void *ctx, keys_wish *wish, keys **out, tcses_error *error)
{
    return credentials_get(ctx, wish, out, error);
}

static tcses_status ask(const sts_state *s, remote *r, const role_request *request, const char *region, keys_wish *wish,
    tcses_credentials_answer *answer, tcses_error *error)
{
    buffer body;
    buffer_init(&body, &s->mem);
    tcses_status status = codec_encode(&request_table, request, &body, error);
    if (status == TCSES_ERR_ARGUMENT)
        status = remote_refuse(r, "a text that is no UTF-8 can not be sent", error);
    if (status == TCSES_OK) {
        r->spec.service = "sts";
        r->spec.version = STS_VERSION;
        r->spec.region = region;
        r->spec.places = &s->place;
        r->spec.places_count = 1;
        r->spec.body = buffer_text(&body);
        r->spec.body_length = body.length;
        status = remote_run(r, wish, INT64_MAX, error);
    }
    answer->origin = (keys_origin){
        request->token != NULL ? TCSES_KEY_SOURCE_OIDC : TCSES_KEY_SOURCE_ASSUMED_ROLE, NULL, request->role_arn};
    if (status == TCSES_OK)
        status = take_keys(r, answer, error);
    remote_free(r);
    buffer_free(&body);
    return status;
}

static role_request request_of(const sts_state *s)
{
    role_request request = {.size = sizeof request,
        .role_arn = s->role_arn,
        .session_name = s->session_name,
        .provider_id = s->provider_id,
        .duration_seconds = s->duration_seconds};
    return request;
}

/* ---- keys for keys ---- */

static tcses_status role_find(void *state, keys_wish *wish, tcses_credentials_answer *answer, tcses_error *error)
{
    const sts_state *s = state;
    role_request request = request_of(s);
    remote r;
    remote_init(&r, s->name, wish);
    r.spec.form = CALL_SIGNED;
    r.spec.action = "AssumeRole";
    r.host.get_keys = get_source_keys;
    r.host.keys_ctx = s->source;
    return ask(s, &r, &request, s->region, wish, answer, error);
}

static tcses_status check_duration(int32_t seconds, int32_t reserved, tcses_error *error)
{
    if (seconds < 0 || seconds > DURATION_MAX)
        return error_argument(error, "duration_seconds", "must be at most 43,200");
    return reserved != 0 ? error_argument(error, "reserved", "must be 0") : TCSES_OK;
}

static tcses_status check_role(
    tcses_assume_role_options *local, const tcses_assume_role_options *options, tcses_error *error)
{
    const char *broken = options == NULL ? "must not be NULL"
                                         : sized_copy(local, sizeof *local, sizeof *local, options);
    if (broken != NULL)
        return error_argument(error, "options", broken);
    tcses_status status = error_require_text(error, "role_arn", local->role_arn, text_rule_credential);
    if (status == TCSES_OK)
        status = error_check_text(error, "role_session_name", local->role_session_name, text_rule_role);
    if (status == TCSES_OK)
        status = error_check_text(error, "region", local->region, text_rule_filled_name);
    return status == TCSES_OK ? check_duration(local->duration_seconds, local->reserved, error) : status;
}

/* What both kinds have. */
static tcses_status take_common(sts_state *s, const char *role_arn, const char *session_name, const char *region,
    int32_t duration_seconds, const char *endpoint, tcses_error *error)
{
    s->duration_seconds = duration_seconds > 0 ? (uint64_t)duration_seconds : DEFAULT_DURATION;
    if (!memory_copy_optional(&s->mem, &s->role_arn, role_arn) ||
        !memory_copy_optional(&s->mem, &s->session_name, session_name != NULL ? session_name : DEFAULT_SESSION) ||
        !memory_copy_optional(&s->mem, &s->region, region))
        return error_memory(error);
    return endpoint_parse(&s->mem, endpoint != NULL ? endpoint : DEFAULT_ENDPOINT, "endpoint", &s->place, error);
}

static tcses_status take_source(sts_state *s, const memory *mem, tcses_credentials *given, tcses_error *error)
{
    tcses_allocator allocator = {sizeof allocator, mem->ctx, mem->allocate, mem->release};
    s->source = tcses_credentials_ref(given);
    if (given == NULL && tcses_credentials_new_default(&allocator, &s->source, NULL) != TCSES_OK)
        return error_memory(error);
    return TCSES_OK;
}

static tcses_status take_name(sts_state *s, const char *role_arn, tcses_error *error)
{
    buffer name;
    buffer_init(&name, &s->mem);
    buffer_append_text(&name, "STS AssumeRole of ");
    buffer_append_text(&name, role_arn);
    s->name = name.failed ? NULL : memory_copy_text(&s->mem, buffer_text(&name));
    buffer_free(&name);
    return s->name != NULL ? TCSES_OK : error_memory(error);
}

static tcses_status role_new(
    const memory *mem, const tcses_assume_role_options *options, tcses_credentials **out, tcses_error *error)
{
    static const source_kind kind = {role_find, NULL, state_free, false, "STS AssumeRole"};
    tcses_assume_role_options local = TCSES_ASSUME_ROLE_OPTIONS_INIT;
    tcses_status status = check_role(&local, options, error);
    if (status != TCSES_OK)
        return status;
    sts_state *state = memory_take(mem, sizeof *state);
    if (state == NULL)
        return error_memory(error);
    state->mem = *mem;
    status = take_name(state, local.role_arn, error);
    if (status == TCSES_OK)
        status = take_common(state, local.role_arn, local.role_session_name,
            local.region != NULL ? local.region : DEFAULT_REGION, local.duration_seconds, local.endpoint, error);
    if (status == TCSES_OK)
        status = take_source(state, mem, local.source, error);
    if (status == TCSES_OK)
        return credentials_new(mem, &kind, state, out, error);
    state_free(state);
    return status;
}

tcses_status tcses_credentials_new_assume_role(const tcses_assume_role_options *options,
    const tcses_allocator *allocator, tcses_credentials **out, tcses_error **error)
{
    memory mem;
    tcses_error *e = NULL;
    if (out != NULL)
        *out = NULL;
    tcses_status status = error_open_new(error, allocator, out != NULL, &mem, &e);
    if (status != TCSES_OK)
        return status;
    return error_close(error, e, role_new(&mem, options, out, e));
}

/* ---- keys for a web identity token ---- */

static const char name_oidc[] = "TKE (STS AssumeRoleWithWebIdentity)";

/* Where the options left something open the environment says it. NULL, or the variable that is missing. */
static const char *complete(const sts_state *s, role_request *request, const char **region, const char **token_file)
{
    const struct {
        const char *variable;
        const char *given;
        const char **value;
    } texts[] = {{"TKE_PROVIDER_ID", s->provider_id, &request->provider_id},
        {"TKE_WEB_IDENTITY_TOKEN_FILE", s->token_file, token_file}, {"TKE_ROLE_ARN", s->role_arn, &request->role_arn},
        {"TKE_REGION", s->region, region}};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        *texts[i].value = texts[i].given != NULL ? texts[i].given : environment_value(texts[i].variable);
        if (*texts[i].value == NULL)
            return texts[i].variable;
    }
    return NULL;
}

static tcses_status read_token(const char *file, buffer *token, tcses_error *error)
{
    int problem = file_read(file, token);
    if (problem == ENOMEM)
        return error_memory(error);
    if (problem != 0)
        return error_set(error, TCSES_ERR_CREDENTIALS, NULL, "%s: the token file %s: %s", name_oidc, file,
            plain_locale_strerror(problem));
    while (token->length > 0 && strchr(" \t\r\n", token->data[token->length - 1]) != NULL)
        token->data[--token->length] = '\0';
    if (strlen(buffer_text(token)) == token->length && text_rule_credential(buffer_text(token)) == NULL)
        return TCSES_OK;
    return error_set(error, TCSES_ERR_CREDENTIALS, NULL, "%s: the token file %s holds no token", name_oidc, file);
}

static tcses_status oidc_ask(const sts_state *s, role_request *request, const char *region, const char *token_file,
    keys_wish *wish, tcses_credentials_answer *answer, tcses_error *error)
{
    buffer token;
    remote r;
    remote_init(&r, name_oidc, wish);
    if (text_rule_filled_name(region) != NULL)
        return remote_refuse(&r, "TKE_REGION is not the name of a region", error);
    buffer_init(&token, &s->mem);
    tcses_status status = read_token(token_file, &token, error);
    if (status == TCSES_OK) {
        request->token = buffer_text(&token);
        r.spec.secret = request->token;
        r.spec.form = CALL_SKIP;
        r.spec.action = "AssumeRoleWithWebIdentity";
        status = ask(s, &r, request, region, wish, answer, error);
    }
    buffer_free(&token);
    return status;
}

static tcses_status oidc_find(void *state, keys_wish *wish, tcses_credentials_answer *answer, tcses_error *error)
{
    const sts_state *s = state;
    role_request request = request_of(s);
    const char *region = NULL;
    const char *token_file = NULL;
    const char *missing = complete(s, &request, &region, &token_file);
    if (missing != NULL)
        return error_set(error, TCSES_ERR_CREDENTIALS, NULL, "%s: %s is not set", name_oidc, missing);
    return oidc_ask(s, &request, region, token_file, wish, answer, error);
}

bool sts_oidc_is_configured(void)
{
    static const char *const variables[] = {
        "TKE_PROVIDER_ID", "TKE_WEB_IDENTITY_TOKEN_FILE", "TKE_ROLE_ARN", "TKE_REGION"};
    for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++) {
        if (environment_value(variables[i]) != NULL)
            return true;
    }
    return false;
}

static tcses_status check_oidc(tcses_oidc_options *local, const tcses_oidc_options *options, tcses_error *error)
{
    tcses_oidc_options_init(local, sizeof *local);
    const char *broken = options != NULL ? sized_copy(local, sizeof *local, sizeof *local, options) : NULL;
    if (broken != NULL)
        return error_argument(error, "options", broken);
    tcses_status status = error_check_text(error, "provider_id", local->provider_id, text_rule_credential);
    if (status == TCSES_OK)
        status = error_check_text(error, "role_arn", local->role_arn, text_rule_credential);
    if (status == TCSES_OK)
        status = error_check_text(error, "region", local->region, text_rule_filled_name);
    if (status == TCSES_OK)
        status = error_check_text(error, "role_session_name", local->role_session_name, text_rule_role);
    return status == TCSES_OK ? check_duration(local->duration_seconds, local->reserved, error) : status;
}

static tcses_status oidc_new(
    const memory *mem, const tcses_oidc_options *options, tcses_credentials **out, tcses_error *error)
{
    static const source_kind kind = {oidc_find, NULL, state_free, false, name_oidc};
    tcses_oidc_options local;
    tcses_status status = check_oidc(&local, options, error);
    if (status != TCSES_OK)
        return status;
    sts_state *state = memory_take(mem, sizeof *state);
    if (state == NULL)
        return error_memory(error);
    state->mem = *mem;
    status = take_common(
        state, local.role_arn, local.role_session_name, local.region, local.duration_seconds, local.endpoint, error);
    if (status == TCSES_OK && (!memory_copy_optional(mem, &state->provider_id, local.provider_id) ||
                                  !memory_copy_optional(mem, &state->token_file, local.token_file)))
        status = error_memory(error);
    if (status == TCSES_OK)
        return credentials_new(mem, &kind, state, out, error);
    state_free(state);
    return status;
}

tcses_status tcses_credentials_new_oidc(
    const tcses_oidc_options *options, const tcses_allocator *allocator, tcses_credentials **out, tcses_error **error)
{
    memory mem;
    tcses_error *e = NULL;
    if (out != NULL)
        *out = NULL;
    tcses_status status = error_open_new(error, allocator, out != NULL, &mem, &e);
    if (status != TCSES_OK)
        return status;
    return error_close(error, e, oidc_new(&mem, options, out, e));
}
