/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The sources that are made of others: the environment, a named profile, the default chain.
 */
#include <string.h>

#include "base/environment.h"
#include "base/error.h"
#include "base/sized.h"
#include "credentials/profile.h"

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
    tcses_status status = tcses_credentials_answer_set(answer, secret_id, secret_key, token_variable());
    return status == TCSES_OK ? status : error_memory(error);
}

/* ---- the environment ---- */

static tcses_status environment_find(void *state, bool renew, tcses_credentials_answer *answer, tcses_error *error)
{
    (void)state;
    (void)renew;
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
    static const source_kind kind = {environment_find, NULL, state_free};
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

static tcses_status default_find(void *state, bool renew, tcses_credentials_answer *answer, tcses_error *error)
{
    static const profile_place usual = {NULL, NULL};
    (void)state;
    (void)renew;
    tcses_status status = find_in_environment(answer, error);
    if (status == TCSES_OK && answer->secret_id == NULL)
        status = profile_find_in_files(&usual, "default", answer, error);
    if (status == TCSES_OK && answer->secret_id == NULL)
        status = profile_find_in_cli(&usual, profile_cli_default(), answer, error);
    return status;
}

tcses_status tcses_credentials_new_default(
    const tcses_allocator *allocator, tcses_credentials **out, tcses_error **error)
{
    static const source_kind kind = {default_find, NULL, state_free};
    memory mem;
    tcses_error *e = NULL;
    if (out != NULL)
        *out = NULL;
    tcses_status status = error_open_new(error, allocator, out != NULL, &mem, &e);
    if (status != TCSES_OK)
        return status;
    return error_close(error, e, chain_new(&mem, &kind, out, e));
}

/* ---- a named profile ---- */

static profile_place place_of(const chain_state *s)
{
    profile_place place = {s->credentials_file, s->cli_directory};
    return place;
}

/* The same name in both places must mean the same keys: else nobody can tell which account is meant. */
static tcses_status profile_find(void *state, bool renew, tcses_credentials_answer *answer, tcses_error *error)
{
    const chain_state *s = state;
    profile_place place = place_of(s);
    (void)renew;
    tcses_status status = profile_find_in_files(&place, s->profile, answer, error);
    if (status != TCSES_OK || answer->secret_id == NULL)
        return status == TCSES_OK ? profile_find_in_cli(&place, s->profile, answer, error) : status;
    char *first_id = answer->secret_id;
    char *first_key = answer->secret_key;
    char *first_token = answer->token;
    answer->secret_id = answer->secret_key = answer->token = NULL;
    status = profile_find_in_cli(&place, s->profile, answer, error);
    if (status == TCSES_OK && answer->secret_id != NULL && strcmp(answer->secret_id, first_id) != 0)
        status = error_set(error, TCSES_ERR_CREDENTIALS, "profile",
            "profile %s is in the credentials file and in the CLI's directory with different secret ids", s->profile);
    memory_give_secret(&answer->mem, answer->secret_id);
    memory_give_secret(&answer->mem, answer->secret_key);
    memory_give_secret(&answer->mem, answer->token);
    answer->secret_id = first_id;
    answer->secret_key = first_key;
    answer->token = first_token;
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
    static const source_kind kind = {profile_find, profile_change, state_free};
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
