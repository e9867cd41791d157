/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The parameters of an action as a table, and the checks that follow from it.
 */
#ifndef EMULATOR_PARAMS_H
#define EMULATOR_PARAMS_H

#include <stdbool.h>
#include <stddef.h>

#include "call.h"

enum param_kind { PARAM_TEXT, PARAM_NUMBER, PARAM_BOOLEAN, PARAM_LIST };

enum { PARAM_OPTIONAL = 0, PARAM_REQUIRED = 1 };

struct shape;

struct param {
    const char *name;
    enum param_kind kind;
    int required;
    /* What the objects of a list look like. */
    const struct shape *items;
};

struct shape {
    const struct param *params;
    size_t count;
};

/* Refuses the call unless its parameters have the shape. */
bool emu_params_check(struct call *call, const struct shape *shape);

#endif
