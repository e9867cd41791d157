/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * HTTP: takes requests in and sends answers out. What they mean is decided elsewhere.
 */
#ifndef EMULATOR_SERVER_H
#define EMULATOR_SERVER_H

#include "emulator.h"

struct server;

/*
 * Serves on a listening socket, which it takes over, in threads of its own. Returns NULL and sets `*problem`, released
 * with free(), if that does not work.
 */
struct server *emu_server_start(struct emulator *emulator, int listener, char **problem);
/* Closes all connections and waits for the threads. */
void emu_server_stop(struct server *server);

#endif
