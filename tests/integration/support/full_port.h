/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * A port that takes no more connections, as its queue is full: whoever connects gets no answer.
 */
#ifndef FULL_PORT_H
#define FULL_PORT_H

#include <stdbool.h>

#define FILLERS_MAX 64

typedef struct full_port {
    int listener;
    int fillers[FILLERS_MAX];
    int fillers_count;
    int port;
} full_port;

void full_port_open(full_port *f);
void full_port_close(full_port *f);
/* Whether a connection to that port of 127.0.0.1 has sent its SYN and got no answer. */
bool is_connecting_to(int port);

#endif
