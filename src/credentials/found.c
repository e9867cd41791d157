/* SPDX-License-Identifier: Apache-2.0 */
#include "credentials/found.h"

#include <string.h>

#include "base/cancel.h"
#include "base/error.h"
#include "base/waiting.h"
#include "call/log.h"

#define RENEW_EARLY_MS 300000
#define RENEW_AGAIN_MS 10000
#define EARLY_TIME_MS 5000 /* that a call spends at most on keys that it does not need yet */
#define READS_MAX 5

/* How a renewal failed, for the threads that waited for it. */
typedef struct failure {
    tcses_status status; /* TCSES_OK: it did not */
    int32_t may_come_later;
    int32_t is_absent;
    int32_t http_status;
    char code[128];
    char request_id[128];
    char message[1024];
} failure;

typedef struct found {
    process_object object;
    waiting waiters;
    keys *last;
    uint64_t fingerprint; /* of a local source, when `last` was found */
    /* Of a remote source, on the monotonic clock: a wall clock may jump. */
    int64_t renew_at_ms;
    int64_t expires_at_ms;
    int64_t not_before_ms; /* after a renewal that failed: when to try the next */
    bool is_renewing;
    bool has_renewed; /* the last renewal that ended; else see last_failure */
    failure last_failure;
} found;

static bool found_set_up(void *object, void *ctx)
{
    (void)ctx;
    found *f = object;
    return waiting_init(&f->waiters);
}

static void found_tear_down(void *object, void *ctx)
{
    (void)ctx;
    found *f = object;
    keys_unref(f->last);
    waiting_free(&f->waiters);
}

bool found_init(process_slot *slot, const memory *mem)
{
    static const process_kind kind = {sizeof(found), found_set_up, found_tear_down, NULL};
    return process_slot_init(slot, mem, &kind);
}

static void lock(found *f)
{
    pthread_mutex_lock(&f->waiters.lock);
}

static void unlock(found *f)
{
    pthread_mutex_unlock(&f->waiters.lock);
}

/*
 * Makes the answer's keys the last find, unless they are the same as before: then those keep their version. Memory is
 * given back outside the lock: the allocator is the user's. To be called with the lock; `spare` is to be unreferenced
 * without it.
 */
static keys *accept(found *f, tcses_credentials_answer *answer, keys **spare)
{
    *spare = answer->keys;
    answer->keys = NULL;
    if (f->last == NULL || !keys_are_same(f->last, *spare)) {
        keys *before = f->last;
        f->last = *spare;
        *spare = before;
    }
    return keys_ref(f->last);
}

static tcses_status ask(const source *from, keys_wish *wish, tcses_credentials_answer *answer, tcses_error *error)
{
    answer_init(answer, &from->mem);
    tcses_status status = from->kind->find(from->state, wish, answer, error);
    if (status != TCSES_OK || answer->keys != NULL)
        return status;
    if (answer->tried.failed)
        return error_memory(error);
    return error_set(
        error, TCSES_ERR_CREDENTIALS, NULL, "no credentials found; looked at%s", buffer_text(&answer->tried));
}

/* ---- local sources ---- */

static uint64_t fingerprint_of(const source *from)
{
    return from->kind->fingerprint != NULL ? from->kind->fingerprint(from->state) : 0;
}

/* A reference to what was found last, if it still holds. */
static keys *still_good(const source *from, found *f, uint64_t fingerprint, const keys_wish *wish)
{
    keys *good = NULL;
    if (wish->newer_than != 0 || !from->kind->stands)
        return NULL;
    lock(f);
    if (f->last != NULL && f->fingerprint == fingerprint)
        good = keys_ref(f->last);
    unlock(f);
    return good;
}

/*
 * What changes while it is read may be read in part: it is read again until it stays. False if it never does; the
 * fingerprint is then the one before the last read, so that the next call reads anew.
 */
static bool ask_settled(const source *from, keys_wish *wish, uint64_t *fingerprint, tcses_credentials_answer *answer,
    tcses_status *status, tcses_error *error)
{
    for (int reads = 1;; reads++) {
        *status = ask(from, wish, answer, error);
        uint64_t after = fingerprint_of(from);
        if (after == *fingerprint || reads == READS_MAX)
            return after == *fingerprint;
        *fingerprint = after;
        answer_free(answer);
    }
}

tcses_status found_get_local(process_slot *slot, const source *from, keys_wish *wish, keys **out, tcses_error *error)
{
    tcses_credentials_answer answer;
    tcses_status status = TCSES_OK;
    keys *spare = NULL;
    found *f = process_slot_get(slot);
    if (f == NULL)
        return error_memory(error);
    uint64_t fingerprint = fingerprint_of(from);
    *out = still_good(from, f, fingerprint, wish);
    if (*out != NULL)
        return TCSES_OK;
    bool is_settled = ask_settled(from, wish, &fingerprint, &answer, &status, error);
    lock(f);
    if (status == TCSES_OK) {
        f->fingerprint = fingerprint;
        *out = accept(f, &answer, &spare);
    } else if (!is_settled && f->last != NULL) {
        *out = keys_ref(f->last);
    }
    unlock(f);
    keys_unref(spare);
    answer_free(&answer);
    return *out != NULL ? TCSES_OK : status;
}

/* ---- remote sources ---- */

static bool is_wanted(const found *f, const keys_wish *wish)
{
    return f->last != NULL && (wish->newer_than == 0 || f->last->version > wish->newer_than);
}

static bool is_valid(const found *f, const keys_wish *wish, int64_t now_ms)
{
    return is_wanted(f, wish) && now_ms < f->expires_at_ms;
}

/* Whether what is kept is to be served as it is. */
static bool is_good_enough(const found *f, const keys_wish *wish, int64_t now_ms)
{
    if (!is_valid(f, wish, now_ms))
        return false;
    return now_ms < f->renew_at_ms || f->is_renewing || now_ms < f->not_before_ms;
}

static void note_times(found *f, int64_t now_ms, int64_t lifetime_ms)
{
    int64_t life = lifetime_ms > 0 ? lifetime_ms : 0;
    int64_t early = life / 4 < RENEW_EARLY_MS ? life / 4 : RENEW_EARLY_MS;
    f->expires_at_ms = now_ms + life;
    f->renew_at_ms = f->expires_at_ms - early;
    f->not_before_ms = now_ms;
}

/* A failure that is the renewing call's own (its time, its cancel), is not shared. */
static void note_failure(found *f, tcses_status status, const keys_wish *wish, const tcses_error *error)
{
    bool is_own = error == NULL || status == TCSES_ERR_TIMEOUT || status == TCSES_ERR_CANCELLED;
    f->last_failure.status = is_own ? TCSES_OK : status;
    if (is_own)
        return;
    f->last_failure.may_come_later = wish->may_come_later;
    f->last_failure.is_absent = wish->is_absent;
    f->last_failure.http_status = error->http_status;
    error_copy(f->last_failure.code, sizeof f->last_failure.code, error->code);
    error_copy(f->last_failure.request_id, sizeof f->last_failure.request_id, error->request_id);
    error_copy(f->last_failure.message, sizeof f->last_failure.message, error->message);
}

static tcses_status share_failure(const found *f, keys_wish *wish, tcses_error *error)
{
    const failure *from = &f->last_failure;
    wish->may_come_later = from->may_come_later;
    wish->is_absent = from->is_absent;
    if (error != NULL) {
        error->http_status = from->http_status;
        error_copy(error->code, sizeof error->code, from->code);
        error_copy(error->request_id, sizeof error->request_id, from->request_id);
    }
    return error_set(error, from->status, NULL, "%s", from->message);
}

/* Keeps what a renewal brought, or how it failed; then valid keys serve on. To be called with the lock. */
static void end_renewal(found *f, int64_t now, tcses_status status, tcses_credentials_answer *answer,
    const keys_wish *wish, const tcses_error *error, keys **out, keys **spare)
{
    f->is_renewing = false;
    f->has_renewed = status == TCSES_OK;
    f->last_failure.status = TCSES_OK;
    if (f->has_renewed) {
        note_times(f, now, answer->lifetime_ms);
        *out = accept(f, answer, spare);
        return;
    }
    note_failure(f, status, wish, error);
    f->not_before_ms = now + RENEW_AGAIN_MS;
    if (is_valid(f, wish, now))
        *out = keys_ref(f->last);
}

/* A renewal before its time must leave enough of the call's. False if it is not before its time. */
static bool limit_early(found *f, const keys_wish *wish, keys_wish *renewing)
{
    int64_t now = call_now_ms(wish->host);
    int64_t left = (wish->deadline_ms - now) / 4;
    *renewing = *wish;
    lock(f);
    bool is_early = is_valid(f, wish, now);
    unlock(f);
    if (is_early)
        renewing->deadline_ms = now + (left < EARLY_TIME_MS ? left : EARLY_TIME_MS);
    return is_early;
}

/*
 * Asks the source, without the lock. Its failure is described in an error of its own: also for the others that wait, and
 * so that nothing of it stays with a call that goes on. TCSES_OK without keys: to be asked again.
 */
static tcses_status renew(found *f, const source *from, keys_wish *wish, keys **out, tcses_error *error)
{
    tcses_credentials_answer answer;
    tcses_error *why = NULL;
    tcses_error *e = NULL;
    keys *spare = NULL;
    keys_wish renewing;
    bool is_early = limit_early(f, wish, &renewing);
    tcses_status opened = error_open(&why, &from->mem, &e);
    answer_init(&answer, &from->mem);
    tcses_status status = opened == TCSES_OK ? ask(from, &renewing, &answer, e) : TCSES_ERR_MEMORY;
    int64_t now = call_now_ms(wish->host);
    lock(f);
    end_renewal(f, now, status, &answer, &renewing, e, out, &spare);
    pthread_cond_broadcast(&f->waiters.changed);
    unlock(f);
    wish->may_come_later = renewing.may_come_later;
    wish->is_absent = renewing.is_absent;
    /* If the keys expired meanwhile, there is more time for the next try. */
    bool is_to_go_on = *out != NULL || (is_early && status == TCSES_ERR_TIMEOUT);
    if (status != TCSES_OK && *out != NULL)
        log_kept_keys(wish->host, from->kind->remote_name, tcses_status_name(status));
    if (!is_to_go_on && e != NULL)
        error_adopt(error, e);
    else if (!is_to_go_on)
        error_memory(error);
    keys_unref(spare);
    answer_free(&answer);
    tcses_error_free(e);
    return is_to_go_on ? TCSES_OK : status;
}

static void wake_waiters(void *ctx)
{
    found *f = ctx;
    lock(f);
    pthread_cond_broadcast(&f->waiters.changed);
    unlock(f);
}

/* Waits, without the lock before and after, until a renewal has ended. False: the time is over, or the call cancelled. */
static bool await_renewal(found *f, const keys_wish *wish)
{
    cancel_wake wake = {.call = wake_waiters, .ctx = f};
    struct timespec end = waiting_end(wish->deadline_ms - call_now_ms(wish->host));
    int waited = 0;
    cancel_register(wish->cancel, &wake);
    lock(f);
    while (f->is_renewing && !tcses_cancel_triggered(wish->cancel) && waited == 0)
        waited = pthread_cond_timedwait(&f->waiters.changed, &f->waiters.lock, &end);
    bool has_ended = !f->is_renewing;
    unlock(f);
    cancel_unregister(wish->cancel, &wake);
    return has_ended && !tcses_cancel_triggered(wish->cancel);
}

static tcses_status not_awaited(const keys_wish *wish, tcses_error *error)
{
    if (tcses_cancel_triggered(wish->cancel))
        return error_set(error, TCSES_ERR_CANCELLED, NULL, "cancelled while another thread fetched credentials");
    return error_set(
        error, TCSES_ERR_TIMEOUT, NULL, "the time for the call ran out while another thread fetched credentials");
}

/* What a thread that waited gets from the renewal that ended meanwhile; nothing if it is to ask for itself. */
static tcses_status take_result(found *f, keys_wish *wish, keys **out, tcses_error *error)
{
    tcses_status status = TCSES_OK;
    lock(f);
    if (f->last_failure.status != TCSES_OK)
        status = share_failure(f, wish, error);
    else if (f->has_renewed && is_wanted(f, wish))
        *out = keys_ref(f->last);
    unlock(f);
    return status;
}

tcses_status found_get_remote(process_slot *slot, const source *from, keys_wish *wish, keys **out, tcses_error *error)
{
    tcses_status status = TCSES_OK;
    found *f = process_slot_get(slot);
    if (f == NULL)
        return error_memory(error);
    while (status == TCSES_OK && *out == NULL) {
        int64_t now = call_now_ms(wish->host);
        lock(f);
        bool is_served = is_good_enough(f, wish, now);
        bool is_ours = !is_served && !f->is_renewing;
        if (is_served)
            *out = keys_ref(f->last);
        else if (is_ours)
            f->is_renewing = true;
        unlock(f);
        if (is_ours)
            status = renew(f, from, wish, out, error);
        else if (!is_served)
            status = await_renewal(f, wish) ? take_result(f, wish, out, error) : not_awaited(wish, error);
    }
    return status;
}
