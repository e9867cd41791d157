/* SPDX-License-Identifier: Apache-2.0 */
#include "full_port.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "support.h"

bool is_connecting_to(int port)
{
    char line[512];
    char *wanted = format_text("0100007F:%04X 02", (unsigned)port);
    FILE *table = fopen("/proc/net/tcp", "re");
    bool found = false;
    assert_non_null(table);
    while (!found && fgets(line, sizeof line, table) != NULL)
        found = strstr(line, wanted) != NULL;
    fclose(table);
    free(wanted);
    return found;
}

void full_port_open(full_port *f)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    memset(f, 0, sizeof *f);
    f->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(f->listener, (struct sockaddr *)&address, length), 0);
    assert_int_equal(listen(f->listener, 0), 0);
    assert_int_equal(getsockname(f->listener, (struct sockaddr *)&address, &length), 0);
    f->port = ntohs(address.sin_port);
    /* Over loopback a connection that is taken is made before connect() returns. */
    while (!is_connecting_to(f->port)) {
        assert_true(f->fillers_count < FILLERS_MAX);
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        f->fillers[f->fillers_count++] = fd;
        assert_true(connect(fd, (struct sockaddr *)&address, length) == 0 || errno == EINPROGRESS);
    }
    /* The one that is not taken would hide the client's. */
    close(f->fillers[--f->fillers_count]);
}

void full_port_close(full_port *f)
{
    for (int i = 0; i < f->fillers_count; i++)
        close(f->fillers[i]);
    close(f->listener);
}
