/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_SIGPIPE_H
#define BASE_SIGPIPE_H

#include <signal.h>
#include <stdbool.h>

/*
 * Keeps the SIGPIPE of a write to a closed connection from the host program: blocked in this thread between begin and
 * end, and taken off the thread at the end if it arose meanwhile. One that was pending or blocked before is left as it
 * was.
 */
typedef struct sigpipe_guard {
    sigset_t before;
    bool is_active;
} sigpipe_guard;

void sigpipe_guard_begin(sigpipe_guard *guard);
void sigpipe_guard_end(const sigpipe_guard *guard);

#endif
