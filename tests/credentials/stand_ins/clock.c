/* SPDX-License-Identifier: Apache-2.0 */
#include "clock.h"

#include <stdatomic.h>
#include <time.h>

static atomic_llong passed_ms;
static atomic_llong wall_further_ms;

static int64_t system_ms(clockid_t id)
{
    struct timespec now = {0, 0};
    clock_gettime(id, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int64_t clock_wall_ms(void *ctx)
{
    (void)ctx;
    return system_ms(CLOCK_REALTIME) + atomic_load(&passed_ms) + atomic_load(&wall_further_ms);
}

static int64_t clock_monotonic_ms(void *ctx)
{
    (void)ctx;
    return system_ms(CLOCK_MONOTONIC) + atomic_load(&passed_ms);
}

static void clock_wait(void *ctx, int64_t milliseconds, tcses_cancel *cancel)
{
    (void)ctx;
    tcses_cancel_wait(cancel, milliseconds);
}

const tcses_clock *moving_clock(void)
{
    static const tcses_clock moving = {sizeof(tcses_clock), NULL, clock_wall_ms, clock_monotonic_ms, clock_wait};
    return &moving;
}

void clock_reset(void)
{
    atomic_store(&passed_ms, 0);
    atomic_store(&wall_further_ms, 0);
}

void clock_pass(int64_t seconds)
{
    clock_pass_ms(seconds * 1000);
}

void clock_pass_ms(int64_t milliseconds)
{
    atomic_fetch_add(&passed_ms, milliseconds);
}

void clock_set_wall(int64_t seconds_further)
{
    atomic_store(&wall_further_ms, seconds_further * 1000);
}

int64_t true_wall_seconds(void)
{
    return (system_ms(CLOCK_REALTIME) + atomic_load(&passed_ms)) / 1000;
}
