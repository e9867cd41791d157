/* SPDX-License-Identifier: Apache-2.0 */
#ifndef EMULATOR_LISTENER_H
#define EMULATOR_LISTENER_H

/*
 * Listens on "127.0.0.1:PORT" or "[::1]:PORT" (port 0: any free one) and refuses what is not a loopback address: the
 * emulator has well-known keys, so nobody else on the network may reach it.
 *
 * Returns the socket and sets `*authority` to the address with the real port, released with free(). Returns -1 and
 * sets `*problem` instead, released with free(), if that does not work.
 */
int emu_listener_open(const char *address, char **authority, char **problem);

#endif
