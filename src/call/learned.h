/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CALL_LEARNED_H
#define CALL_LEARNED_H

#include "base/process.h"
#include "sign/sign.h"

/*
 * What the calls of one client have learned: the clock's skew, the day's key, and the pace that the service bears.
 * Each function takes the lock for itself alone. A child process begins anew.
 */
typedef struct call_learned {
    process_slot slot;
    int32_t rate; /* as in limiter.h */
} call_learned;

/* False when out of memory. */
bool learned_init(call_learned *learned, const memory *mem, int32_t rate);
void learned_free(call_learned *learned);

int64_t learned_skew(call_learned *learned);
void learned_set_skew(call_learned *learned, int64_t seconds);

/* Signs, with the day's key where it is the right one. */
tcses_status learned_sign(
    call_learned *learned, const sign_input *input, sign_artefacts *artefacts, tcses_error *error);

/* See limiter.h. */
bool learned_reserve(call_learned *learned, const char *service, const char *action, int64_t now_ms, int64_t *place_ms);
void learned_give_back(call_learned *learned, const char *service, const char *action);
void learned_set_limit(call_learned *learned, const char *service, const char *action, int64_t now_ms);

#endif
