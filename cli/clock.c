/* SPDX-License-Identifier: Apache-2.0 */
#include "clock.h"

#include <time.h>

static int64_t read_clock(clockid_t id)
{
    struct timespec now = {0, 0};
    clock_gettime(id, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int64_t wall_ms(void *ctx)
{
    (void)ctx;
    return read_clock(CLOCK_REALTIME);
}

static int64_t monotonic_ms(void *ctx)
{
    (void)ctx;
    return read_clock(CLOCK_MONOTONIC);
}

static void wait_for(void *ctx, int64_t milliseconds, tcses_cancel *cancel)
{
    (void)ctx;
    tcses_cancel_wait(cancel, milliseconds);
}

const tcses_clock *cli_clock(void)
{
    static const tcses_clock clock = {sizeof clock, NULL, wall_ms, monotonic_ms, wait_for};
    return &clock;
}
