/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The listening socket, on loopback addresses alone.
 */
#include "listener.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "address.h"
#include "support.h"

static bool is_loopback(const union address *address)
{
    if (address->any.sa_family == AF_INET)
        return ntohl(address->v4.sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
    return IN6_IS_ADDR_LOOPBACK(&address->v6.sin6_addr);
}

/* SO_REUSEADDR lets a test start again on a port whose old connections linger; a port in use stays refused. */
static int listen_on(const union address *address)
{
    int on = 1;
    int fd = socket(address->any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == 0 &&
        bind(fd, &address->any, emu_address_length(address)) == 0 && listen(fd, SOMAXCONN) == 0)
        return fd;
    int reason = errno;
    close(fd);
    errno = reason;
    return -1;
}

static char *format_authority(int fd)
{
    union address address = {0};
    socklen_t length = sizeof(address);
    char host[INET6_ADDRSTRLEN] = "";
    if (getsockname(fd, &address.any, &length) != 0)
        return NULL;
    unsigned port = emu_address_port(&address);
    if (address.any.sa_family == AF_INET) {
        inet_ntop(AF_INET, &address.v4.sin_addr, host, sizeof(host));
        return emu_support_format("%s:%u", host, port);
    }
    inet_ntop(AF_INET6, &address.v6.sin6_addr, host, sizeof(host));
    return emu_support_format("[%s]:%u", host, port);
}

int emu_listener_open(const char *address, char **authority, char **problem)
{
    union address parsed;
    if (!emu_address_parse(address, &parsed)) {
        *problem = emu_support_format("%s is no address with a port, such as 127.0.0.1:0 or [::1]:0", address);
        return -1;
    }
    if (!is_loopback(&parsed)) {
        *problem = emu_support_format("%s is no loopback address; only 127.0.0.0/8 and [::1] are allowed", address);
        return -1;
    }
    int fd = listen_on(&parsed);
    if (fd >= 0 && (*authority = format_authority(fd)) != NULL)
        return fd;
    *problem = emu_support_format("cannot listen on %s: %s", address, strerror(errno));
    if (fd >= 0)
        close(fd);
    return -1;
}
