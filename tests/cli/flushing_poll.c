/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tool's poll(), behind which Ctrl-C comes at the worst moment: a terminal that has input throws it away, and SIGINT is
 * raised, before the caller reads.
 */
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <termios.h>
#include <unistd.h>

int __real_poll(struct pollfd *descriptors, nfds_t count, int timeout);
int __wrap_poll(struct pollfd *descriptors, nfds_t count, int timeout);

int __wrap_poll(struct pollfd *descriptors, nfds_t count, int timeout)
{
    static int is_over;
    int result = __real_poll(descriptors, count, timeout);
    if (!is_over && isatty(STDIN_FILENO) && result > 0 && (descriptors[0].revents & POLLIN) != 0) {
        is_over = 1;
        tcflush(STDIN_FILENO, TCIFLUSH);
        kill(getpid(), SIGINT);
    }
    return result;
}
