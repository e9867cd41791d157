/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The role of a virtual machine, from its metadata server.
 */
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/sized.h"
#include "base/text.h"
#include "call/endpoint.h"
#include "credentials/remote.h"

#define DEFAULT_ENDPOINT "http://metadata.tencentyun.com"
#define DEFAULT_TIMEOUT_MS 2000
#define ATTEMPT_TIMEOUT_MS 1000
#define ATTEMPTS_MAX 2
#define FOLDER "latest/meta-data/cam/security-credentials/"
#define ROLE_ROOM 256

typedef struct cvm_state {
    memory mem;
    char *role; /* NULL: asked for */
    call_place place;
    int32_t timeout_ms;
} cvm_state;

SIZED_INIT_FUNCTION(cvm_role_options)

static void state_free(void *state)
{
    cvm_state *s = state;
    memory mem = s->mem;
    memory_give(&mem, s->role);
    endpoint_free(&mem, &s->place);
    memory_give(&mem, s);
}

/* Asks for a file of the folder; the answer stays in `r`. */
static tcses_status ask(
    const cvm_state *s, keys_wish *wish, int64_t deadline_ms, const char *file, remote *r, tcses_error *error)
{
    remote_init(r, "CVM role", wish);
    buffer_append_text(&r->url, s->place.url);
    buffer_append_text(&r->url, FOLDER);
    buffer_append_text(&r->url, file);
    if (r->url.failed)
        return error_memory(error);
    r->place.url = r->url.data;
    r->place.host = s->place.host;
    r->spec.form = CALL_PLAIN;
    r->spec.action = "metadata";
    r->spec.is_direct = true;
    r->spec.attempt_timeout_ms = ATTEMPT_TIMEOUT_MS;
    r->spec.max_attempts = ATTEMPTS_MAX;
    r->spec.places = &r->place;
    r->spec.places_count = 1;
    tcses_status status = remote_run(r, wish, deadline_ms, error);
    if (status == TCSES_ERR_CREDENTIALS && r->answered != NULL && r->answered->response.http_status == 404)
        status = remote_refuse(r, "this machine has no such role", error);
    return status;
}

static tcses_status take_role(const remote *r, char *role, tcses_error *error)
{
    const char *body = tcses_http_response_body(&r->answered->response);
    size_t length = strcspn(body, "\r\n");
    size_t whole = length + strspn(body + length, "\r\n");
    bool is_line = length < ROLE_ROOM && whole == tcses_http_response_body_length(&r->answered->response);
    if (is_line) {
        memcpy(role, body, length);
        role[length] = '\0';
    }
    if (!is_line || text_rule_role(role) != NULL)
        return remote_refuse(r, "the metadata server did not answer with the name of a role", error);
    return TCSES_OK;
}

static tcses_status find_role(const cvm_state *s, keys_wish *wish, int64_t deadline_ms, char *role, tcses_error *error)
{
    remote r;
    if (s->role != NULL) {
        snprintf(role, ROLE_ROOM, "%s", s->role);
        return TCSES_OK;
    }
    tcses_status status = ask(s, wish, deadline_ms, "", &r, error);
    if (status == TCSES_OK)
        status = take_role(&r, role, error);
    remote_free(&r);
    return status;
}

static tcses_status take_keys(const remote *r, tcses_credentials_answer *answer, tcses_error *error)
{
    const tcses_http_response *response = &r->answered->response;
    temporary_keys found = {0};
    arena texts;
    arena_init(&texts, &answer->mem);
    tcses_status status = codec_decode_secrets(tcses_http_response_body(response),
        tcses_http_response_body_length(response), &remote_keys_table, &texts, &found, error);
    if (status == TCSES_ERR_RESPONSE)
        status = remote_refuse(r, "the metadata server's answer holds no keys", error);
    if (status == TCSES_OK)
        status = remote_take(r, &found, answer, error);
    arena_free(&texts);
    return status;
}

static tcses_status cvm_find(void *state, keys_wish *wish, tcses_credentials_answer *answer, tcses_error *error)
{
    const cvm_state *s = state;
    char role[ROLE_ROOM];
    remote r;
    int64_t deadline_ms = call_now_ms(wish->host) + s->timeout_ms;
    tcses_status status = find_role(s, wish, deadline_ms, role, error);
    wish->is_absent = status == TCSES_ERR_CREDENTIALS;
    if (status != TCSES_OK)
        return status;
    status = ask(s, wish, deadline_ms, role, &r, error);
    answer->origin = (keys_origin){TCSES_KEY_SOURCE_CVM_ROLE, NULL, role};
    if (status == TCSES_OK)
        status = take_keys(&r, answer, error);
    remote_free(&r);
    return status;
}

static tcses_status check_options(
    tcses_cvm_role_options *local, const tcses_cvm_role_options *options, tcses_error *error)
{
    tcses_cvm_role_options_init(local, sizeof *local);
    const char *broken = options != NULL ? sized_copy(local, sizeof *local, sizeof *local, options) : NULL;
    if (broken != NULL)
        return error_argument(error, "options", broken);
    if (local->timeout_ms < 0)
        return error_argument(error, "timeout_ms", "must not be negative");
    if (local->reserved != 0)
        return error_argument(error, "reserved", "must be 0");
    return error_check_text(error, "role", local->role, text_rule_role);
}

static tcses_status cvm_new(
    const memory *mem, const tcses_cvm_role_options *options, tcses_credentials **out, tcses_error *error)
{
    static const source_kind kind = {cvm_find, NULL, state_free, false, "CVM role"};
    tcses_cvm_role_options local;
    tcses_status status = check_options(&local, options, error);
    if (status != TCSES_OK)
        return status;
    cvm_state *state = memory_take(mem, sizeof *state);
    if (state == NULL)
        return error_memory(error);
    state->mem = *mem;
    state->timeout_ms = local.timeout_ms > 0 ? local.timeout_ms : DEFAULT_TIMEOUT_MS;
    status = endpoint_parse(
        mem, local.endpoint != NULL ? local.endpoint : DEFAULT_ENDPOINT, "endpoint", &state->place, error);
    if (status == TCSES_OK && !memory_copy_optional(mem, &state->role, local.role))
        status = error_memory(error);
    if (status == TCSES_OK)
        return credentials_new(mem, &kind, state, out, error);
    state_free(state);
    return status;
}

tcses_status tcses_credentials_new_cvm_role(const tcses_cvm_role_options *options, const tcses_allocator *allocator,
    tcses_credentials **out, tcses_error **error)
{
    memory mem;
    tcses_error *e = NULL;
    if (out != NULL)
        *out = NULL;
    tcses_status status = error_open_new(error, allocator, out != NULL, &mem, &e);
    if (status != TCSES_OK)
        return status;
    return error_close(error, e, cvm_new(&mem, options, out, e));
}
