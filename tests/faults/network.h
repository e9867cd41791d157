/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * A network that fails on this side: names, connections, and requests that break while they are being sent.
 */
#ifndef NETWORK_H
#define NETWORK_H

#include <stdbool.h>

/* How many times each is to fail from now on; -1: always. */
typedef struct network_faults {
    int resolutions; /* of the name ses.test, which is that of 127.0.0.1 otherwise */
    int connections;
    int requests;           /* that break: connections, of which each breaks with its first request */
    bool breaks_in_body;    /* not in the head; requests with a body of a few bytes do not break then */
    bool has_small_buffers; /* a socket takes a few bytes at a time */
} network_faults;

void network_fail(const network_faults *faults);

#endif
