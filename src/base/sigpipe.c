/* SPDX-License-Identifier: Apache-2.0 */
#include "base/sigpipe.h"

#include <errno.h>
#include <pthread.h>
#include <time.h>

static sigset_t only_sigpipe(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGPIPE);
    return set;
}

static bool is_pending(void)
{
    sigset_t pending;
    sigemptyset(&pending);
    sigpending(&pending);
    return sigismember(&pending, SIGPIPE) == 1;
}

void sigpipe_guard_begin(sigpipe_guard *guard)
{
    sigset_t set = only_sigpipe();
    guard->is_active = false;
    if (is_pending())
        return;
    guard->is_active = pthread_sigmask(SIG_BLOCK, &set, &guard->before) == 0;
}

void sigpipe_guard_end(const sigpipe_guard *guard)
{
    const struct timespec at_once = {0, 0};
    sigset_t set = only_sigpipe();
    if (!guard->is_active)
        return;
    if (is_pending()) {
        while (sigtimedwait(&set, NULL, &at_once) == -1 && errno == EINTR) {
        }
    }
    pthread_sigmask(SIG_SETMASK, &guard->before, NULL);
}
