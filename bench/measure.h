/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * What the measured programs share: a loop whose first run is told apart, and its figures as one line of JSON.
 */
#ifndef MEASURE_H
#define MEASURE_H

#include <stdbool.h>
#include <stddef.h>

/* Does it once; false ends the program with 1. */
typedef bool (*measure_work)(void *ctx);

/*
 * Runs the work `times` times, the first one apart, and prints {"first_cpu_us", "times", "cpu_us", "wall_us",
 * "allocations", "own_allocations", "peak_kb"}: microseconds and allocations of all but the first, in sum. The
 * allocations of the whole process are 0 unless count_allocations is preloaded.
 */
int measure_loop(measure_work work, void *ctx, size_t times);

/* What the library asks of the allocator that the program gives it. */
extern size_t measure_own_allocations;

/* Reads a file, with a NUL byte after it; ends the program on failure. */
char *measure_read(const char *path, size_t *length);

/* Ends the program with these words. */
_Noreturn void measure_die(const char *what);

#endif
