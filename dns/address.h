/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DNS_ADDRESS_H
#define DNS_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#define ADDRESS_DNS_PORT 53
#define ADDRESS_HOST_BYTES 256
#define ADDRESS_TEXT_BYTES 80

/* Where a server listens. */
typedef struct address {
    struct sockaddr_storage storage;
    socklen_t length;
} address;

/*
 * Takes HOST, HOST:PORT or [HOST]:PORT apart; an IPv6 address may stand without brackets if it has no port. `port`
 * stays as it is if the text names none. False if it is nothing of that.
 */
bool address_split(const char *text, char host[ADDRESS_HOST_BYTES], int32_t *port);

/* An address in numbers. False if it is a name, or nothing. */
bool address_from_number(const char *host, int32_t port, address *out);

/* The address in numbers, with the port if it is not 53. */
void address_write(const address *a, char room[ADDRESS_TEXT_BYTES]);

/* The first name servers of a file like /etc/resolv.conf: how many there are, at most as many as there is room for. */
size_t address_of_resolvers(const char *path, address *out, size_t room);

#endif
