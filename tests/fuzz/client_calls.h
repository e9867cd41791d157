/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Every function that makes a call, with arguments that are in order, behind one signature.
 */
#ifndef FUZZ_CLIENT_CALLS_H
#define FUZZ_CLIENT_CALLS_H

#include "fuzz.h"

typedef struct client_call {
    const char *action;
    int32_t retry_class;
    /* Releases the response, of which it checks that there is one if and only if the call succeeded. */
    tcses_status (*run)(tcses_client *client, const tcses_call_options *options, bool is_wanted, tcses_error **error);
    /* Memory of its own may run out when its call is over: the error is then about no call. */
    bool goes_on_after;
} client_call;

extern const client_call client_calls[];
extern const size_t client_calls_count;

#endif
