/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Is the request signed by one of the keys given at the start?
 */
#ifndef EMULATOR_AUTH_H
#define EMULATOR_AUTH_H

#include <stdbool.h>

#include "call.h"

/* A pair of keys from the command line. */
struct secret {
    char *id;
    char *key;
};

/* Refuses the call unless its Authorization is well-formed, known, in time and right. Needs call->timestamp. */
bool emu_auth_check(struct call *call);

#endif
