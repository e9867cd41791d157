/* SPDX-License-Identifier: Apache-2.0 */
#include "base/cancel.h"

#include <errno.h>
#include <stdatomic.h>

#include "base/error.h"
#include "base/process.h"
#include "base/waiting.h"

struct tcses_cancel {
    memory mem;
    atomic_int references;
    atomic_int triggered;
    process_slot slot;
};

typedef struct cancel_state {
    process_object object;
    waiting waiters;
    cancel_wake *wakes;
} cancel_state;

static bool state_set_up(void *object, void *ctx)
{
    (void)ctx;
    cancel_state *state = object;
    return waiting_init(&state->waiters);
}

static void state_tear_down(void *object, void *ctx)
{
    (void)ctx;
    cancel_state *state = object;
    waiting_free(&state->waiters);
}

tcses_status tcses_cancel_new(const tcses_allocator *allocator, tcses_cancel **out, tcses_error **error)
{
    memory mem;
    tcses_error *e = NULL;
    if (out != NULL)
        *out = NULL;
    tcses_status status = error_open_new(error, allocator, out != NULL, &mem, &e);
    if (status != TCSES_OK)
        return status;
    static const process_kind kind = {sizeof(cancel_state), state_set_up, state_tear_down, NULL};
    tcses_cancel *cancel = memory_take(&mem, sizeof *cancel);
    if (cancel == NULL || !process_slot_init(&cancel->slot, &mem, &kind)) {
        memory_give(&mem, cancel);
        return error_close(error, e, error_memory(e));
    }
    cancel->mem = mem;
    atomic_init(&cancel->references, 1);
    atomic_init(&cancel->triggered, 0);
    *out = cancel; /* NOLINT(clang-analyzer-core.NullDereference): error_open_new() has refused a NULL */
    return error_close(error, e, TCSES_OK);
}

tcses_cancel *tcses_cancel_ref(tcses_cancel *cancel)
{
    if (cancel != NULL)
        atomic_fetch_add_explicit(&cancel->references, 1, memory_order_relaxed);
    return cancel;
}

void tcses_cancel_unref(tcses_cancel *cancel)
{
    if (cancel == NULL || atomic_fetch_sub_explicit(&cancel->references, 1, memory_order_acq_rel) != 1)
        return;
    memory mem = cancel->mem;
    process_slot_free(&cancel->slot);
    memory_give(&mem, cancel);
}

int32_t tcses_cancel_triggered(const tcses_cancel *cancel)
{
    return cancel != NULL && atomic_load_explicit(&cancel->triggered, memory_order_acquire) != 0;
}

/* Calls one registered wake without holding the lock. False when none is left. */
static bool call_next_wake(cancel_state *state)
{
    cancel_wake *wake = state->wakes;
    if (wake == NULL)
        return false;
    state->wakes = wake->next;
    wake->registered = 0;
    wake->running = 1;
    pthread_mutex_unlock(&state->waiters.lock);
    wake->call(wake->ctx);
    pthread_mutex_lock(&state->waiters.lock);
    wake->running = 0;
    pthread_cond_broadcast(&state->waiters.changed);
    return true;
}

void tcses_cancel_trigger(tcses_cancel *cancel)
{
    if (cancel == NULL)
        return;
    /* A wake-up may make the owner give its reference back. */
    tcses_cancel_ref(cancel);
    atomic_store_explicit(&cancel->triggered, 1, memory_order_release);
    cancel_state *state = process_slot_get(&cancel->slot);
    if (state != NULL) {
        pthread_mutex_lock(&state->waiters.lock);
        pthread_cond_broadcast(&state->waiters.changed);
        while (call_next_wake(state)) {
        }
        pthread_mutex_unlock(&state->waiters.lock);
    }
    tcses_cancel_unref(cancel);
}

void cancel_register(tcses_cancel *cancel, cancel_wake *wake)
{
    cancel_state *state = cancel != NULL ? process_slot_get(&cancel->slot) : NULL;
    if (state == NULL)
        return;
    pthread_mutex_lock(&state->waiters.lock);
    bool late = tcses_cancel_triggered(cancel) != 0;
    if (!late) {
        wake->next = state->wakes;
        wake->registered = 1;
        state->wakes = wake;
    }
    pthread_mutex_unlock(&state->waiters.lock);
    if (late)
        wake->call(wake->ctx);
}

void cancel_unregister(tcses_cancel *cancel, cancel_wake *wake)
{
    cancel_state *state = cancel != NULL ? process_slot_get(&cancel->slot) : NULL;
    if (state == NULL)
        return;
    pthread_mutex_lock(&state->waiters.lock);
    while (wake->running)
        pthread_cond_wait(&state->waiters.changed, &state->waiters.lock);
    for (cancel_wake **link = &state->wakes; wake->registered && *link != NULL; link = &(*link)->next) {
        if (*link == wake) {
            *link = wake->next;
            break;
        }
    }
    wake->registered = 0;
    pthread_mutex_unlock(&state->waiters.lock);
}

int32_t tcses_cancel_wait(tcses_cancel *cancel, int64_t milliseconds)
{
    struct timespec until = waiting_end(milliseconds);
    cancel_state *state = cancel != NULL ? process_slot_get(&cancel->slot) : NULL;
    if (state == NULL) {
        while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == EINTR) {
        }
        return tcses_cancel_triggered(cancel);
    }
    int waited = 0;
    pthread_mutex_lock(&state->waiters.lock);
    while (!tcses_cancel_triggered(cancel) && waited == 0)
        waited = pthread_cond_timedwait(&state->waiters.changed, &state->waiters.lock, &until);
    pthread_mutex_unlock(&state->waiters.lock);
    return tcses_cancel_triggered(cancel);
}
