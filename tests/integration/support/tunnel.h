/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * What passes bytes on: a proxy's tunnel, and a relay that is not asked where to.
 */
#ifndef TUNNEL_H
#define TUNNEL_H

#include "server.h"

/*
 * Reads CONNECT HOST:PORT, whose host is taken for this machine, and passes bytes on until one side closes, or there is
 * something to read at `stop` (-1: never).
 */
void tunnel_serve(connection *c, int stop);

/* Passes bytes on to that port of this machine and back until one side closes. */
void relay_serve(connection *c, int port);

#endif
