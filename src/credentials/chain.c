/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The sources that are made of others: the environment, a named profile, the default chain.
 */
#include <stdatomic.h>
#include <string.h>

#include "base/environment.h"
#include "base/error.h"
#include "base/sized.h"
#include "credentials/profile.h"
#include "credentials/sts.h"

typedef struct chain_state {
    memory mem;
    char *profile; /* NULL for the environment and the default chain */
    char *credentials_file;
    char *cli_directory;
} chain_state;

SIZED_INIT_FUNCTION(profile_options)

static chain_state *state_new(const memory *mem)
{
    chain_state *state = memory_take(mem, sizeof *state);
    if (state != NULL)
        state->mem = *mem;
    return state;
}

static void state_free(void *state)
{
    chain_state *s = state;
    memory mem = s->mem;
    memory_give(&mem, s->profile);
    memory_give(&mem, s->credentials_file);
    memory_give(&mem, s->cli_directory);
    memory_give(&mem, s);
}

static const char *token_variable(void)
{
    const char *token = environment_value("TENCENTCLOUD_TOKEN");
    if (token == NULL)
        token = environment_value("TENCENTCLOUD_SESSION_TOKEN");
    return token != NULL ? token : environment_value("TENCENTCLOUD_SECURITY_TOKEN");
}

static tcses_status find_in_environment(tcses_credentials_answer *answer, tcses_error *error)
{
    const char *secret_id = environment_value("TENCENTCLOUD_SECRET_ID");
    const char *secret_key = environment_value("TENCENTCLOUD_SECRET_KEY");
    const char *part = NULL;
    if (secret_id == NULL && secret_key == NULL) {
        answer_note(answer, "environment", "TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY are not set");
        return TCSES_OK;
    }
    const char *broken = keys_rule(secret_id, secret_key, token_variable(), &part);
    if (broken != NULL)
        return error_set(error, TCSES_ERR_CREDENTIALS, NULL,
            "environment: the %s of TENCENTCLOUD_SECRET_ID, _KEY, _TOKEN %s", part, broken);
    answer->origin = (keys_origin){TCSES_KEY_SOURCE_ENVIRONMENT, NULL, NULL};
    tcses_status status = tcses_credentials_answer_set(answer, secret_id, secret_key, token_variable());
    return status == TCSES_OK ? status : error_memory(error);
}

/* ---- the environment ---- */

static tcses_status environment_find(void *state, keys_wish *wish, tcses_credentials_answer *answer, tcses_error *error)
{
    (void)state;
    (void)wish;
    return find_in_environment(answer, error);
}

static tcses_status chain_new(const memory *mem, const source_kind *kind, tcses_credentials **out, tcses_error *error)
{
    chain_state *state = state_new(mem);
    return state != NULL ? credentials_new(mem, kind, state, out, error) : error_memory(error);
}

tcses_status tcses_credentials_new_environment(
    const tcses_allocator *allocator, tcses_credentials **out, tcses_error **error)
{
    static const source_kind kind = {environment_find, NULL, state_free, false, NULL};
    memory mem;
    tcses_error *e = NULL;
    if (out != NULL)
        *out = NULL;
    tcses_status status = error_open_new(error, allocator, out != NULL, &mem, &e);
    if (status != TCSES_OK)
        return status;
    return error_close(error, e, chain_new(&mem, &kind, out, e));
}

/* ---- the default chain ---- */

typedef struct default_state {
    memory mem;
    tcses_credentials *cvm;
    tcses_credentials *oidc;
    _Atomic(tcses_credentials *) chosen; /* which of the two has served; NULL: none yet */
} default_state;

static void default_free(void *state)
{
    default_state *s = state;
    memory mem = s->mem;
    tcses_credentials_unref(s->cvm);
    tcses_credentials_unref(s->oidc);
    memory_give(&mem, s);
}

/* Who serves first is chosen; if two threads found different ones, both take the one that was first. */
static tcses_status ask_remote(
    default_state *s, tcses_credentials *remote, keys_wish *wish, tcses_credentials_answer *answer, tcses_error *error)
{
    tcses_credentials *chosen = NULL;
    tcses_status status = credentials_get(remote, wish, &answer->keys, error);
    if (status != TCSES_OK || atomic_compare_exchange_strong(&s->chosen, &chosen, remote) || chosen == remote)
        return status;
    keys_unref(answer->keys);
    return credentials_get(chosen, wish, &answer->keys, error);
}

/*
 * Asks the metadata server. Most machines are no CVM: one that has no role, or does not answer in half of the time, is
 * passed over; one that named a role and then fails is not.
 */
static tcses_status try_cvm(default_state *s, keys_wish *wish, tcses_credentials_answer *answer, tcses_error *error)
{
    keys_wish limited = *wish;
    tcses_error *why = NULL;
    tcses_error *e = NULL;
    int64_t now = call_now_ms(wish->host);
    limited.deadline_ms = now + (wish->deadline_ms - now) / 2;
    if (error_open(&why, &s->mem, &e) != TCSES_OK)
        return error_memory(error);
    tcses_status status = ask_remote(s, s->cvm, &limited, answer, e);
    bool is_late = status == TCSES_ERR_TIMEOUT && call_now_ms(wish->host) < wish->deadline_ms;
    wish->may_come_later = limited.may_come_later || is_late;
    if (is_late || (status == TCSES_ERR_CREDENTIALS && limited.is_absent)) {
        answer_note(answer, "CVM metadata server", tcses_error_message(e));
        status = TCSES_OK;
    } else if (status != TCSES_OK) {
        error_adopt(error, e);
    }
    tcses_error_free(e);
    return status;
}

/* What has served once is asked alone: what comes after it may be the keys of another account. */
static tcses_status find_remotely(
    default_state *s, keys_wish *wish, tcses_credentials_answer *answer, tcses_error *error)
{
    tcses_credentials *chosen = atomic_load(&s->chosen);
    if (chosen != NULL)
        return ask_remote(s, chosen, wish, answer, error);
    tcses_status status = try_cvm(s, wish, answer, error);
    if (status != TCSES_OK || answer->keys != NULL)
        return status;
    if (sts_oidc_is_configured())
        return ask_remote(s, s->oidc, wish, answer, error);
    answer_note(answer, "TKE", "TKE_PROVIDER_ID, TKE_WEB_IDENTITY_TOKEN_FILE, TKE_ROLE_ARN and TKE_REGION are not set");
    return TCSES_OK;
}

static tcses_status default_find(void *state, keys_wish *wish, tcses_credentials_answer *answer, tcses_error *error)
{
    static const profile_place usual = {NULL, NULL};
    tcses_status status = find_in_environment(answer, error);
    if (status == TCSES_OK && answer->keys == NULL)
        status = profile_find_in_files(&usual, "default", answer, error);
    if (status == TCSES_OK && answer->keys == NULL)
        status = profile_find_in_cli(&usual, profile_cli_default(), answer, error);
    if (status == TCSES_OK && answer->keys == NULL)
        status = find_remotely(state, wish, answer, error);
    return status;
}

/* Of the files; where the environment comes first they are not read. */
static uint64_t default_change(void *state)
{
    static const profile_place usual = {NULL, NULL};
    (void)state;
    if (environment_value("TENCENTCLOUD_SECRET_ID") != NULL)
        return 0;
    return profile_fingerprint(&usual, profile_cli_default());
}

static tcses_status default_new(const memory *mem, tcses_credentials **out, tcses_error *error)
{
    static const source_kind kind = {default_find, default_change, default_free, false, NULL};
    tcses_allocator allocator = {sizeof allocator, mem->ctx, mem->allocate, mem->release};
    default_state *state = memory_take(mem, sizeof *state);
    if (state == NULL)
        return error_memory(error);
    state->mem = *mem;
    atomic_init(&state->chosen, NULL);
    if (tcses_credentials_new_cvm_role(NULL, &allocator, &state->cvm, NULL) == TCSES_OK &&
        tcses_credentials_new_oidc(NULL, &allocator, &state->oidc, NULL) == TCSES_OK)
        return credentials_new(mem, &kind, state, out, error);
    default_free(state);
    return error_memory(error);
}

tcses_status tcses_credentials_new_default(
    const tcses_allocator *allocator, tcses_credentials **out, tcses_error **error)
{
    memory mem;
    tcses_error *e = NULL;
    if (out != NULL)
        *out = NULL;
    tcses_status status = error_open_new(error, allocator, out != NULL, &mem, &e);
    if (status != TCSES_OK)
        return status;
    return error_close(error, e, default_new(&mem, out, e));
}

/* ---- a named profile ---- */

static profile_place place_of(const chain_state *s)
{
    profile_place place = {s->credentials_file, s->cli_directory};
    return place;
}

/* The same name in both places must mean the same keys: else nobody can tell which account is meant. */
static tcses_status profile_find(void *state, keys_wish *wish, tcses_credentials_answer *answer, tcses_error *error)
{
    const chain_state *s = state;
    profile_place place = place_of(s);
    (void)wish;
    tcses_status status = profile_find_in_files(&place, s->profile, answer, error);
    if (status != TCSES_OK || answer->keys == NULL)
        return status == TCSES_OK ? profile_find_in_cli(&place, s->profile, answer, error) : status;
    keys *first = answer->keys;
    answer->keys = NULL;
    status = profile_find_in_cli(&place, s->profile, answer, error);
    if (status == TCSES_OK && answer->keys != NULL && strcmp(answer->keys->secret_id, first->secret_id) != 0)
        status = error_set(error, TCSES_ERR_CREDENTIALS, "profile",
            "profile %s is in the credentials file and in the CLI's directory with different secret ids", s->profile);
    keys_unref(answer->keys);
    answer->keys = first;
    return status;
}

static uint64_t profile_change(void *state)
{
    const chain_state *s = state;
    profile_place place = place_of(s);
    return profile_fingerprint(&place, s->profile);
}

static tcses_status profile_new(
    const memory *mem, const tcses_profile_options *options, tcses_credentials **out, tcses_error *error)
{
    static const source_kind kind = {profile_find, profile_change, state_free, true, NULL};
    tcses_profile_options local;
    const char *broken = options == NULL ? "must not be NULL" : sized_copy(&local, sizeof local, sizeof local, options);
    if (broken != NULL)
        return error_argument(error, "options", broken);
    broken = local.profile == NULL ? "is required" : profile_rule_name(local.profile);
    if (broken != NULL)
        return error_argument(error, "profile", broken);
    chain_state *state = state_new(mem);
    if (state == NULL)
        return error_memory(error);
    if (!memory_copy_optional(mem, &state->profile, local.profile) ||
        !memory_copy_optional(mem, &state->credentials_file, local.credentials_file) ||
        !memory_copy_optional(mem, &state->cli_directory, local.cli_directory)) {
        state_free(state);
        return error_memory(error);
    }
    return credentials_new(mem, &kind, state, out, error);
}

tcses_status tcses_credentials_new_profile(const tcses_profile_options *options, const tcses_allocator *allocator,
    tcses_credentials **out, tcses_error **error)
{
    memory mem;
    tcses_error *e = NULL;
    if (out != NULL)
        *out = NULL;
    tcses_status status = error_open_new(error, allocator, out != NULL, &mem, &e);
    if (status != TCSES_OK)
        return status;
    return error_close(error, e, profile_new(&mem, options, out, e));
}
