/* SPDX-License-Identifier: Apache-2.0 */
#include "credentials/credentials.h"

#include <string.h>

#include "base/error.h"
#include "base/sized.h"
#include "credentials/found.h"

struct tcses_credentials {
    atomic_int references;
    source from;
    process_slot slot;
};

tcses_status credentials_new(
    const memory *mem, const source_kind *kind, void *state, tcses_credentials **out, tcses_error *error)
{
    tcses_credentials *made = memory_take(mem, sizeof *made);
    if (made == NULL || !found_init(&made->slot, mem)) {
        memory_give(mem, made);
        kind->free_state(state);
        return error_memory(error);
    }
    atomic_init(&made->references, 1);
    made->from.mem = *mem;
    made->from.kind = kind;
    made->from.state = state;
    *out = made; /* NOLINT(clang-analyzer-core.NullDereference): the callers have refused a NULL */
    return TCSES_OK;
}

tcses_credentials *tcses_credentials_ref(tcses_credentials *credentials)
{
    if (credentials != NULL)
        atomic_fetch_add_explicit(&credentials->references, 1, memory_order_relaxed);
    return credentials;
}

void tcses_credentials_unref(tcses_credentials *credentials)
{
    if (credentials == NULL || atomic_fetch_sub_explicit(&credentials->references, 1, memory_order_acq_rel) != 1)
        return;
    memory mem = credentials->from.mem;
    process_slot_free(&credentials->slot);
    credentials->from.kind->free_state(credentials->from.state);
    memory_give(&mem, credentials);
}

void answer_init(tcses_credentials_answer *answer, const memory *mem)
{
    memset(answer, 0, sizeof *answer);
    answer->mem = *mem;
    buffer_init(&answer->tried, mem);
}

void answer_free(tcses_credentials_answer *answer)
{
    keys_unref(answer->keys);
    answer->keys = NULL;
    buffer_free(&answer->tried);
}

tcses_status tcses_credentials_answer_set(
    tcses_credentials_answer *answer, const char *secret_id, const char *secret_key, const char *token)
{
    const char *part = NULL;
    if (keys_rule(secret_id, secret_key, token, &part) != NULL)
        return TCSES_ERR_ARGUMENT;
    keys_unref(answer->keys);
    answer->keys = keys_new(&answer->mem, secret_id, secret_key, token, &answer->origin);
    return answer->keys != NULL ? TCSES_OK : TCSES_ERR_MEMORY;
}

void answer_note(tcses_credentials_answer *answer, const char *place, const char *reason)
{
    buffer_append_text(&answer->tried, "\n  ");
    buffer_append_text(&answer->tried, place);
    buffer_append_text(&answer->tried, ": ");
    buffer_append_text(&answer->tried, reason);
}

void tcses_credentials_answer_explain(tcses_credentials_answer *answer, const char *reason)
{
    if (reason != NULL)
        answer_note(answer, "callback", reason);
}

tcses_status credentials_get(tcses_credentials *credentials, keys_wish *wish, keys **out, tcses_error *error)
{
    const source *from = &credentials->from;
    *out = NULL;
    if (from->kind->remote_name != NULL)
        return found_get_remote(&credentials->slot, from, wish, out, error);
    return found_get_local(&credentials->slot, from, wish, out, error);
}

/* ---- a callback ---- */

typedef struct callback_state {
    memory mem;
    tcses_credentials_ops ops;
    void *ctx;
} callback_state;

SIZED_INIT_FUNCTION(credentials_ops)

static tcses_status callback_find(void *state, keys_wish *wish, tcses_credentials_answer *answer, tcses_error *error)
{
    const callback_state *s = state;
    answer->origin.source = TCSES_KEY_SOURCE_CALLBACK;
    tcses_status status = s->ops.get(s->ctx, wish->newer_than != 0 ? TCSES_TRUE : TCSES_FALSE, answer);
    if (status == TCSES_OK && answer->keys != NULL)
        return TCSES_OK;
    const char *tried = buffer_text(&answer->tried);
    if (status == TCSES_OK)
        return error_set(error, TCSES_ERR_CALLBACK, NULL, "the credentials callback gave none%s", tried);
    return error_set(error, TCSES_ERR_CALLBACK, NULL, "the credentials callback failed with %d%s", (int)status, tried);
}

static void callback_free(void *state)
{
    callback_state *s = state;
    memory mem = s->mem;
    if (s->ops.destroy != NULL)
        s->ops.destroy(s->ctx);
    memory_give(&mem, s);
}

static tcses_status callback_new(
    const memory *mem, const tcses_credentials_ops *ops, void *ctx, tcses_credentials **out, tcses_error *error)
{
    static const source_kind kind = {callback_find, NULL, callback_free, false, NULL};
    tcses_credentials_ops local;
    const char *broken = ops == NULL ? "must not be NULL" : sized_copy(&local, sizeof local, sizeof local, ops);
    if (broken != NULL)
        return error_argument(error, "ops", broken);
    if (local.get == NULL)
        return error_argument(error, "ops.get", "is required");
    callback_state *state = memory_take(mem, sizeof *state);
    if (state == NULL)
        return error_memory(error);
    state->mem = *mem;
    state->ops = local;
    state->ops.destroy = NULL; /* not ours to call until all is made */
    state->ctx = ctx;
    tcses_status status = credentials_new(mem, &kind, state, out, error);
    if (status == TCSES_OK)
        state->ops.destroy = local.destroy;
    return status;
}

tcses_status tcses_credentials_new_callback(const tcses_credentials_ops *ops, void *ctx,
    const tcses_allocator *allocator, tcses_credentials **out, tcses_error **error)
{
    memory mem;
    tcses_error *e = NULL;
    if (out != NULL)
        *out = NULL;
    tcses_status status = error_open_new(error, allocator, out != NULL, &mem, &e);
    if (status != TCSES_OK)
        return status;
    return error_close(error, e, callback_new(&mem, ops, ctx, out, e));
}

/* ---- fixed ---- */

static tcses_status fixed_find(void *state, keys_wish *wish, tcses_credentials_answer *answer, tcses_error *error)
{
    (void)wish;
    (void)error;
    answer->keys = keys_ref(state);
    return TCSES_OK;
}

static uint64_t fixed_fingerprint(void *state)
{
    (void)state;
    return 1;
}

static void fixed_free(void *state)
{
    keys_unref(state);
}

static tcses_status fixed_new(const memory *mem, const char *secret_id, const char *secret_key, const char *token,
    tcses_credentials **out, tcses_error *error)
{
    static const source_kind kind = {fixed_find, fixed_fingerprint, fixed_free, true, NULL};
    static const keys_origin origin = {TCSES_KEY_SOURCE_FIXED, NULL, NULL};
    const char *part = NULL;
    const char *broken = keys_rule(secret_id, secret_key, token, &part);
    if (broken != NULL)
        return error_argument(error, part, broken);
    keys *state = keys_new(mem, secret_id, secret_key, token, &origin);
    if (state == NULL)
        return error_memory(error);
    return credentials_new(mem, &kind, state, out, error);
}

tcses_status tcses_credentials_new_static(const char *secret_id, const char *secret_key, const char *token,
    const tcses_allocator *allocator, tcses_credentials **out, tcses_error **error)
{
    memory mem;
    tcses_error *e = NULL;
    if (out != NULL)
        *out = NULL;
    tcses_status status = error_open_new(error, allocator, out != NULL, &mem, &e);
    if (status != TCSES_OK)
        return status;
    return error_close(error, e, fixed_new(&mem, secret_id, secret_key, token, out, e));
}
