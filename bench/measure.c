/* SPDX-License-Identifier: Apache-2.0 */
#include "measure.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Of count_allocations.c, where that is preloaded. */
extern size_t bench_allocations(void) __attribute__((weak));

size_t measure_own_allocations;

typedef struct reading {
    int64_t cpu_ns;
    int64_t wall_ns;
    size_t allocations;
    size_t own;
} reading;

static int64_t nanoseconds(clockid_t id)
{
    struct timespec now = {0, 0};
    clock_gettime(id, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static reading read_now(void)
{
    reading now = {.allocations = bench_allocations != NULL ? bench_allocations() : 0, .own = measure_own_allocations};
    now.cpu_ns = nanoseconds(CLOCK_PROCESS_CPUTIME_ID);
    now.wall_ns = nanoseconds(CLOCK_MONOTONIC);
    return now;
}

/* Not from getrusage(): that begins with the size of the process that started this one. */
static long peak_kb(void)
{
    char line[128];
    long peak = 0;
    FILE *status = fopen("/proc/self/status", "r");
    while (status != NULL && fgets(line, sizeof line, status) != NULL) {
        if (strncmp(line, "VmHWM:", 6) == 0)
            peak = strtol(line + 6, NULL, 10);
    }
    if (status != NULL)
        fclose(status);
    return peak;
}

int measure_loop(measure_work work, void *ctx, size_t times)
{
    reading begin = read_now();
    if (!work(ctx))
        return 1;
    reading first = read_now();
    for (size_t i = 1; i < times; i++) {
        if (!work(ctx))
            return 1;
    }
    reading end = read_now();
    printf("{\"first_cpu_us\": %.3f, \"times\": %zu, \"cpu_us\": %.3f, \"wall_us\": %.3f, \"allocations\": %zu, "
           "\"own_allocations\": %zu, \"peak_kb\": %ld}\n",
        (double)(first.cpu_ns - begin.cpu_ns) / 1e3, times - 1, (double)(end.cpu_ns - first.cpu_ns) / 1e3,
        (double)(end.wall_ns - first.wall_ns) / 1e3, end.allocations - first.allocations, end.own - first.own,
        peak_kb());
    return 0;
}

char *measure_read(const char *path, size_t *length)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0)
        measure_die(path);
    long size = ftell(file);
    rewind(file);
    char *text = size >= 0 ? calloc(1, (size_t)size + 1) : NULL;
    if (text == NULL || fread(text, 1, (size_t)size, file) != (size_t)size)
        measure_die(path);
    fclose(file);
    *length = (size_t)size;
    return text;
}

void measure_die(const char *what)
{
    fprintf(stderr, "bench: %s\n", what);
    exit(1);
}
