/* SPDX-License-Identifier: Apache-2.0 */
#include "credentials/credentials.h"

#include <pthread.h>
#include <string.h>

#include "base/error.h"
#include "base/process.h"
#include "base/sized.h"
#include "base/text.h"

struct tcses_credentials {
    memory mem;
    atomic_int references;
    const source_kind *kind;
    void *state;
    process_slot slot;
};

/* What was found last. */
typedef struct found {
    process_object object;
    pthread_mutex_t lock;
    keys *last;
    uint64_t fingerprint;
} found;

static bool found_set_up(void *object, void *ctx)
{
    (void)ctx;
    found *f = object;
    return pthread_mutex_init(&f->lock, NULL) == 0;
}

static void found_tear_down(void *object, void *ctx)
{
    (void)ctx;
    found *f = object;
    keys_unref(f->last);
    pthread_mutex_destroy(&f->lock);
}

tcses_status credentials_new(
    const memory *mem, const source_kind *kind, void *state, tcses_credentials **out, tcses_error *error)
{
    static const process_kind found_kind = {sizeof(found), found_set_up, found_tear_down, NULL};
    tcses_credentials *made = memory_take(mem, sizeof *made);
    if (made == NULL || !process_slot_init(&made->slot, mem, &found_kind)) {
        memory_give(mem, made);
        kind->free_state(state);
        return error_memory(error);
    }
    made->mem = *mem;
    atomic_init(&made->references, 1);
    made->kind = kind;
    made->state = state;
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
    memory mem = credentials->mem;
    process_slot_free(&credentials->slot);
    credentials->kind->free_state(credentials->state);
    memory_give(&mem, credentials);
}

static void answer_init(tcses_credentials_answer *answer, const memory *mem)
{
    memset(answer, 0, sizeof *answer);
    answer->mem = *mem;
    buffer_init(&answer->tried, mem);
}

static void answer_clear(tcses_credentials_answer *answer)
{
    memory_give_secret(&answer->mem, answer->secret_id);
    memory_give_secret(&answer->mem, answer->secret_key);
    memory_give_secret(&answer->mem, answer->token);
    answer->secret_id = answer->secret_key = answer->token = NULL;
}

static void answer_free(tcses_credentials_answer *answer)
{
    answer_clear(answer);
    buffer_free(&answer->tried);
}

tcses_status tcses_credentials_answer_set(
    tcses_credentials_answer *answer, const char *secret_id, const char *secret_key, const char *token)
{
    const char *part = NULL;
    if (keys_rule(secret_id, secret_key, token, &part) != NULL)
        return TCSES_ERR_ARGUMENT;
    answer_clear(answer);
    answer->secret_id = memory_copy_text(&answer->mem, secret_id);
    answer->secret_key = memory_copy_text(&answer->mem, secret_key);
    answer->token = token != NULL ? memory_copy_text(&answer->mem, token) : NULL;
    if (answer->secret_id != NULL && answer->secret_key != NULL && (token == NULL || answer->token != NULL))
        return TCSES_OK;
    answer_clear(answer);
    return TCSES_ERR_MEMORY;
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

static bool same_text(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

/* A reference to what was found last, if it still holds. */
static keys *still_good(tcses_credentials *credentials, found *f, uint64_t fingerprint, uint64_t newer_than)
{
    keys *good = NULL;
    if (newer_than != 0 || credentials->kind->fingerprint == NULL)
        return NULL;
    pthread_mutex_lock(&f->lock);
    if (f->last != NULL && f->fingerprint == fingerprint)
        good = keys_ref(f->last);
    pthread_mutex_unlock(&f->lock);
    return good;
}

static bool is_same(const keys *k, const tcses_credentials_answer *answer)
{
    return k != NULL && same_text(k->secret_id, answer->secret_id) && same_text(k->secret_key, answer->secret_key) &&
           same_text(k->token, answer->token);
}

/*
 * Makes the answer the last find, with a new version if it differs from the one before. Memory is taken and given
 * outside the lock: the allocator is the user's.
 */
static keys *accept(found *f, const tcses_credentials_answer *answer, uint64_t fingerprint)
{
    keys *made = keys_new(&answer->mem, answer->secret_id, answer->secret_key, answer->token, 1);
    if (made == NULL)
        return NULL;
    keys *spare = made;
    pthread_mutex_lock(&f->lock);
    if (!is_same(f->last, answer)) {
        made->version = f->last != NULL ? f->last->version + 1 : 1;
        spare = f->last;
        f->last = made;
    }
    f->fingerprint = fingerprint;
    keys *current = keys_ref(f->last);
    pthread_mutex_unlock(&f->lock);
    keys_unref(spare);
    return current;
}

static tcses_status find_anew(
    tcses_credentials *credentials, found *f, uint64_t fingerprint, bool renew, keys **out, tcses_error *error)
{
    tcses_credentials_answer answer;
    answer_init(&answer, &credentials->mem);
    tcses_status status = credentials->kind->find(credentials->state, renew, &answer, error);
    if (status == TCSES_OK && answer.secret_id == NULL && answer.tried.failed)
        status = error_memory(error);
    else if (status == TCSES_OK && answer.secret_id == NULL)
        status = error_set(
            error, TCSES_ERR_CREDENTIALS, NULL, "no credentials found; looked at%s", buffer_text(&answer.tried));
    if (status == TCSES_OK) {
        *out = accept(f, &answer, fingerprint);
        if (*out == NULL)
            status = error_memory(error);
    }
    answer_free(&answer);
    return status;
}

tcses_status credentials_get(tcses_credentials *credentials, uint64_t newer_than, keys **out, tcses_error *error)
{
    const source_kind *kind = credentials->kind;
    found *f = process_slot_get(&credentials->slot);
    *out = NULL;
    if (f == NULL)
        return error_memory(error);
    uint64_t fingerprint = kind->fingerprint != NULL ? kind->fingerprint(credentials->state) : 0;
    *out = still_good(credentials, f, fingerprint, newer_than);
    if (*out != NULL)
        return TCSES_OK;
    return find_anew(credentials, f, fingerprint, newer_than != 0, out, error);
}

/* ---- a callback ---- */

typedef struct callback_state {
    memory mem;
    tcses_credentials_ops ops;
    void *ctx;
} callback_state;

SIZED_INIT_FUNCTION(credentials_ops)

static tcses_status callback_find(void *state, bool renew, tcses_credentials_answer *answer, tcses_error *error)
{
    const callback_state *s = state;
    tcses_status status = s->ops.get(s->ctx, renew ? TCSES_TRUE : TCSES_FALSE, answer);
    if (status == TCSES_OK && answer->secret_id != NULL)
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
    static const source_kind kind = {callback_find, NULL, callback_free};
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

static tcses_status fixed_find(void *state, bool renew, tcses_credentials_answer *answer, tcses_error *error)
{
    const keys *k = state;
    (void)renew;
    tcses_status status = tcses_credentials_answer_set(answer, k->secret_id, k->secret_key, k->token);
    return status == TCSES_OK ? status : error_memory(error);
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
    static const source_kind kind = {fixed_find, fixed_fingerprint, fixed_free};
    const char *part = NULL;
    const char *broken = keys_rule(secret_id, secret_key, token, &part);
    if (broken != NULL)
        return error_argument(error, part, broken);
    keys *state = keys_new(mem, secret_id, secret_key, token, 1);
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
