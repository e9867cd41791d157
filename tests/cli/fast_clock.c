/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Takes the place of cli/clock.c in a second build of the tool, so that its hours of waiting can be tested. A wait
 * takes 1/N of its time, and then the clock is ahead by the rest: N is TCSES_TEST_SPEED, or 600. Between waits the time
 * goes as it does, else a slow machine would run calls into their timeouts. The wall clock is left alone: the service
 * holds signatures against its own.
 */
#include "clock.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <tcses/cancel.h>

enum { DEFAULT_SPEED = 600 };

static _Atomic int64_t ahead_ms;

static int64_t read_clock(clockid_t id)
{
    struct timespec now = {0, 0};
    clock_gettime(id, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* A speed that can't be used must not look like a test that passed. */
static int64_t speed(void)
{
    const char *text = getenv("TCSES_TEST_SPEED");
    char *end = NULL;
    if (text == NULL)
        return DEFAULT_SPEED;
    errno = 0;
    long long number = strtoll(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || number < 1) {
        fprintf(stderr, "TCSES_TEST_SPEED has to be a number from 1: %s\n", text);
        abort();
    }
    return number;
}

static int64_t wall_ms(void *ctx)
{
    (void)ctx;
    return read_clock(CLOCK_REALTIME);
}

static int64_t monotonic_ms(void *ctx)
{
    (void)ctx;
    return read_clock(CLOCK_MONOTONIC) + atomic_load(&ahead_ms);
}

/* How much of `milliseconds` is over when the wait took so long in truth: all of it, unless it was cut short. */
static int64_t passed(int64_t milliseconds, int64_t taken, int32_t was_cut)
{
    if (was_cut == 0 || taken > milliseconds / speed())
        return milliseconds;
    return taken * speed();
}

static void wait_briefly(void *ctx, int64_t milliseconds, tcses_cancel *cancel)
{
    (void)ctx;
    int64_t began = read_clock(CLOCK_MONOTONIC);
    int32_t was_cut = tcses_cancel_wait(cancel, milliseconds / speed());
    int64_t taken = read_clock(CLOCK_MONOTONIC) - began;
    int64_t over = passed(milliseconds, taken, was_cut);
    if (over > taken)
        atomic_fetch_add(&ahead_ms, over - taken);
}

const tcses_clock *cli_clock(void)
{
    static const tcses_clock clock = {sizeof clock, NULL, wall_ms, monotonic_ms, wait_briefly};
    return &clock;
}
