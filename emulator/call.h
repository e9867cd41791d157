/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * One API call on its way through the checks and its action.
 */
#ifndef EMULATOR_CALL_H
#define EMULATOR_CALL_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "emulator.h"
#include "exchange.h"

struct action;

struct call {
    struct emulator *emulator;
    struct exchange *exchange;
    /* The server's clock, and what the request says. */
    int64_t now;
    int64_t timestamp;
    const struct action *action;
    const struct region *region;
    /* The body; an object. */
    json_t *params;
    /* The members of Response but RequestId; NULL means none. */
    json_t *response;
    /* The refusal: a constant code, and the text that goes with it. NULL for success. */
    const char *code;
    char *message;
    /* Something changed. */
    bool effect;
};

/* Refuses the call. Always false, so that a check can return it. */
bool emu_call_refuse(struct call *call, const char *code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* A parameter's value; NULL (or `absent`) where it was not sent. Kinds were checked before. */
const char *emu_call_text(const struct call *call, const char *name);
json_int_t emu_call_number(const struct call *call, const char *name, json_int_t absent);
json_t *emu_call_list(const struct call *call, const char *name);

#endif
