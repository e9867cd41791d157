/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Stands between libcurl and the C library: these functions are found before those of the same names there.
 */
#include "network.h"

#include <dlfcn.h>
#include <errno.h>
#include <netdb.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/socket.h>

#define SMALL_BUFFER 4096
#define BYTES_THAT_LEAVE 20

/* The name of 127.0.0.1 here alone. */
static const char test_host[] = "ses.test";

static atomic_int resolutions_to_fail;
static atomic_int connections_to_fail;
static atomic_int requests_to_break;
static atomic_bool breaks_in_body;
static atomic_bool has_small_buffers;
/* The connection whose request breaks, -1 if none does, and whether it has broken. */
static atomic_int breaking_fd = -1;
static atomic_bool is_broken;

void network_fail(const network_faults *faults)
{
    atomic_store(&resolutions_to_fail, faults->resolutions);
    atomic_store(&connections_to_fail, faults->connections);
    atomic_store(&requests_to_break, faults->requests);
    atomic_store(&breaks_in_body, faults->breaks_in_body);
    atomic_store(&has_small_buffers, faults->has_small_buffers);
}

static bool fails(atomic_int *left)
{
    int now = atomic_load(left);
    if (now > 0)
        atomic_fetch_sub(left, 1);
    return now != 0;
}

int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **found)
{
    union {
        void *address;
        int (*call)(const char *, const char *, const struct addrinfo *, struct addrinfo **);
    } real = {dlsym(RTLD_NEXT, "getaddrinfo")};
    if (node == NULL || strcmp(node, test_host) != 0)
        return real.call(node, service, hints, found);
    return fails(&resolutions_to_fail) ? EAI_NONAME : real.call("127.0.0.1", service, hints, found);
}

/* As <sys/socket.h> has it: an address of any kind. */
int connect(int fd, __CONST_SOCKADDR_ARG address, socklen_t length)
{
    union {
        void *address;
        int (*call)(int, __CONST_SOCKADDR_ARG, socklen_t);
    } real = {dlsym(RTLD_NEXT, "connect")};
    int small = SMALL_BUFFER;
    if (address.__sockaddr__->sa_family != AF_INET)
        return real.call(fd, address, length);
    if (fails(&connections_to_fail)) {
        errno = ECONNREFUSED;
        return -1;
    }
    atomic_store(&breaking_fd, fails(&requests_to_break) ? fd : -1);
    atomic_store(&is_broken, false);
    if (atomic_load(&has_small_buffers))
        (void)setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
    return real.call(fd, address, length);
}

/* How much of these bytes leaves before the connection breaks: a part of the head, or of the body. */
static size_t length_that_leaves(const char *data, size_t length)
{
    const char *end = memmem(data, length, "\r\n\r\n", 4);
    size_t head = end != NULL ? (size_t)(end + 4 - data) : 0;
    if (!atomic_load(&breaks_in_body))
        return length < BYTES_THAT_LEAVE ? length : BYTES_THAT_LEAVE;
    return head + (length - head < BYTES_THAT_LEAVE ? length - head : BYTES_THAT_LEAVE);
}

ssize_t send(int fd, const void *data, size_t length, int flags)
{
    union {
        void *address;
        ssize_t (*call)(int, const void *, size_t, int);
    } real = {dlsym(RTLD_NEXT, "send")};
    if (fd != atomic_load(&breaking_fd))
        return real.call(fd, data, length, flags);
    if (atomic_load(&is_broken)) {
        errno = ECONNRESET;
        return -1;
    }
    size_t leaving = length_that_leaves(data, length);
    atomic_store(
        &is_broken, !atomic_load(&breaks_in_body) || leaving < length || memmem(data, length, "\r\n\r\n", 4) == NULL);
    return real.call(fd, data, leaving, flags);
}
