/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * IP addresses with a port, as options name them.
 */
#ifndef EMULATOR_ADDRESS_H
#define EMULATOR_ADDRESS_H

#include <netinet/in.h>
#include <stdbool.h>
#include <sys/socket.h>

union address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

/* Reads 127.0.0.1:53 or [::1]:53; false if it is neither. Names are not looked up. */
bool emu_address_parse(const char *text, union address *address);
/* The port, in the machine's order of bytes. */
unsigned emu_address_port(const union address *address);
socklen_t emu_address_length(const union address *address);

#endif
