/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Reading addresses; address.h says what they look like.
 */
#include "address.h"

#include <arpa/inet.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "support.h"

static bool parse_host(const char *host, uint16_t port, union address *address)
{
    size_t length = strlen(host);
    memset(address, 0, sizeof(*address));
    if (length > 2 && host[0] == '[' && host[length - 1] == ']') {
        char *inner = emu_support_copy_bytes(host + 1, length - 2);
        address->v6.sin6_family = AF_INET6;
        address->v6.sin6_port = htons(port);
        bool valid = inet_pton(AF_INET6, inner, &address->v6.sin6_addr) == 1;
        free(inner);
        return valid;
    }
    address->v4.sin_family = AF_INET;
    address->v4.sin_port = htons(port);
    return inet_pton(AF_INET, host, &address->v4.sin_addr) == 1;
}

bool emu_address_parse(const char *text, union address *address)
{
    const char *colon = strrchr(text, ':');
    json_int_t port = 0;
    if (colon == NULL || !emu_text_to_number(colon + 1, UINT16_MAX, &port))
        return false;
    char *host = emu_support_copy_bytes(text, (size_t)(colon - text));
    bool valid = parse_host(host, (uint16_t)port, address);
    free(host);
    return valid;
}

unsigned emu_address_port(const union address *address)
{
    return ntohs(address->any.sa_family == AF_INET ? address->v4.sin_port : address->v6.sin6_port);
}

socklen_t emu_address_length(const union address *address)
{
    return address->any.sa_family == AF_INET ? sizeof(address->v4) : sizeof(address->v6);
}
