/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Every function that makes a call, under one type.
 */
#ifndef ACTIONS_H
#define ACTIONS_H

#include "support.h"

/* What the requests are filled with. */
typedef struct inputs {
    const char *domain;
    const char *address;
    const char *password;
    const char *body; /* of tcses_call() */
} inputs;

typedef struct action {
    const char *name;
    bool is_create;
    bool is_read_back; /* with tcses_call_options.reconcile */
    tcses_status (*run)(tcses_client *client, const inputs *in, const tcses_call_options *options, tcses_error **error);
} action;

#define ACTIONS_COUNT 18
extern const action actions[ACTIONS_COUNT];

#endif
