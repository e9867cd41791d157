/* SPDX-License-Identifier: Apache-2.0 */
#include "tunnel.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "support.h"

static int connect_to(int port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    address.sin_port = htons((uint16_t)port);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address) != 0)
        die("the port cannot be reached: %s", strerror(errno));
    return fd;
}

static bool pass_on(int from, int to)
{
    char room[16384];
    ssize_t count = recv(from, room, sizeof room, 0);
    for (ssize_t sent = 0; sent < count;) {
        ssize_t more = send(to, room + sent, (size_t)(count - sent), MSG_NOSIGNAL);
        if (more <= 0)
            return false;
        sent += more;
    }
    return count > 0;
}

/* Until one side closes, or there is something to read at `stop` (-1: never). */
static void pump(int client, int upstream, int stop)
{
    struct pollfd ends[3] = {
        {.fd = client, .events = POLLIN}, {.fd = upstream, .events = POLLIN}, {.fd = stop, .events = POLLIN}};
    bool open = true;
    while (open && poll(ends, 3, -1) > 0) {
        if (ends[0].revents != 0)
            open = pass_on(client, upstream);
        if (open && ends[1].revents != 0)
            open = pass_on(upstream, client);
        open = open && ends[2].revents == 0;
    }
}

void tunnel_serve(connection *c, int stop)
{
    int port = 0;
    const received *r = connection_read(c);
    if (r == NULL)
        return;
    if (sscanf(r->head, "CONNECT %*[^:]:%d HTTP/1.1", &port) != 1)
        die("no CONNECT: %s", r->head);
    int upstream = connect_to(port);
    connection_send(c, "HTTP/1.1 200 Connection established\r\n\r\n");
    pump(connection_fd(c), upstream, stop);
    close(upstream);
}

void relay_serve(connection *c, int port)
{
    int upstream = connect_to(port);
    pump(connection_fd(c), upstream, -1);
    close(upstream);
}
