/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_WAITING_H
#define BASE_WAITING_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

/* A lock, and a condition that is waited for on the monotonic clock. */
typedef struct waiting {
    pthread_mutex_t lock;
    pthread_cond_t changed;
} waiting;

/* False if the system refuses. */
bool waiting_init(waiting *w);
void waiting_free(waiting *w);

/* The monotonic time in so many milliseconds, for pthread_cond_timedwait(). */
struct timespec waiting_end(int64_t milliseconds);

#endif
