/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CALL_LIMITER_H
#define CALL_LIMITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LIMITER_BUCKETS 32
#define LIMITER_NAME_BYTES 136
#define LIMITER_SERVICE_RATE 20 /* requests a second of one action: the service's own limit */

typedef struct limiter_bucket {
    char name[LIMITER_NAME_BYTES]; /* "service/action" */
    int64_t next_us;               /* from when the next request may be sent */
} limiter_bucket;

/*
 * A token bucket an action, of one token: requests are spaced evenly. It never blocks and holds no lock: it gives out
 * times. Zeroed, with `rate` set, it is ready.
 */
typedef struct limiter {
    int32_t rate; /* a second; 0: none until an action is learned; negative: never */
    size_t count;
    limiter_bucket buckets[LIMITER_BUCKETS];
} limiter;

/* Takes a place: the time, in milliseconds, from which the request may be sent. False where nothing limits it. */
bool limiter_reserve(limiter *l, const char *service, const char *action, int64_t now_ms, int64_t *place_ms);

/* Gives a place back that was not used. */
void limiter_give_back(limiter *l, const char *service, const char *action);

/* The service has refused this action for its rate. */
void limiter_learn(limiter *l, const char *service, const char *action, int64_t now_ms);

#endif
