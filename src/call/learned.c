/* SPDX-License-Identifier: Apache-2.0 */
#include "call/learned.h"

#include <pthread.h>
#include <string.h>

#include "base/error.h"
#include "call/limiter.h"

typedef struct state {
    process_object object;
    pthread_mutex_t lock;
    int64_t skew_seconds;
    sign_day_key day;
    limiter pace;
} state;

static bool state_set_up(void *object, void *ctx)
{
    const call_learned *learned = ctx;
    state *s = object;
    s->pace.rate = learned->rate;
    return pthread_mutex_init(&s->lock, NULL) == 0;
}

static void state_tear_down(void *object, void *ctx)
{
    (void)ctx;
    state *s = object;
    crypto_wipe(&s->day, sizeof s->day);
    pthread_mutex_destroy(&s->lock);
}

bool learned_init(call_learned *learned, const memory *mem, int32_t rate)
{
    process_kind kind = {sizeof(state), state_set_up, state_tear_down, learned};
    learned->rate = rate;
    return process_slot_init(&learned->slot, mem, &kind);
}

void learned_free(call_learned *learned)
{
    process_slot_free(&learned->slot);
}

/* NULL only in a child that is out of memory: it then has learned nothing. */
static state *lock(call_learned *learned)
{
    state *s = process_slot_get(&learned->slot);
    if (s != NULL)
        pthread_mutex_lock(&s->lock);
    return s;
}

static void unlock(state *s)
{
    pthread_mutex_unlock(&s->lock);
}

int64_t learned_skew(call_learned *learned)
{
    state *s = lock(learned);
    if (s == NULL)
        return 0;
    int64_t skew = s->skew_seconds;
    unlock(s);
    return skew;
}

void learned_set_skew(call_learned *learned, int64_t seconds)
{
    state *s = lock(learned);
    if (s == NULL)
        return;
    s->skew_seconds = seconds;
    unlock(s);
}

/* Works on a copy of the day's key, so that no lock is held meanwhile. */
tcses_status learned_sign(call_learned *learned, const sign_input *input, sign_artefacts *artefacts, tcses_error *error)
{
    state *s = lock(learned);
    if (s == NULL)
        return error_memory(error);
    sign_day_key day = s->day;
    unlock(s);
    sign_day_key before = day;
    tcses_status status = sign_run(input, &day, artefacts, error);
    if (status == TCSES_OK && memcmp(&before, &day, sizeof day) != 0) {
        pthread_mutex_lock(&s->lock);
        s->day = day;
        unlock(s);
    }
    crypto_wipe(&day, sizeof day);
    crypto_wipe(&before, sizeof before);
    return status;
}

bool learned_reserve(call_learned *learned, const char *service, const char *action, int64_t now_ms, int64_t *place_ms)
{
    state *s = lock(learned);
    if (s == NULL)
        return false;
    bool is_limited = limiter_reserve(&s->pace, service, action, now_ms, place_ms);
    unlock(s);
    return is_limited;
}

void learned_give_back(call_learned *learned, const char *service, const char *action)
{
    state *s = lock(learned);
    if (s == NULL)
        return;
    limiter_give_back(&s->pace, service, action);
    unlock(s);
}

void learned_set_limit(call_learned *learned, const char *service, const char *action, int64_t now_ms)
{
    state *s = lock(learned);
    if (s == NULL)
        return;
    limiter_learn(&s->pace, service, action, now_ms);
    unlock(s);
}
