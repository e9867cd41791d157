/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * A proxy's tunnel.
 */
#ifndef TUNNEL_H
#define TUNNEL_H

#include "server.h"

/*
 * Reads CONNECT HOST:PORT, whose host is taken for this machine, and passes bytes on until one side closes, or there is
 * something to read at `stop` (-1: never).
 */
void tunnel_serve(connection *c, int stop);

#endif
