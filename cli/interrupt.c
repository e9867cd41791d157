/* SPDX-License-Identifier: Apache-2.0 */
#include "interrupt.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "ask.h"

static tcses_cancel *cancel;
static int event = -1;
static atomic_int came;
static sigset_t watched;

static void *watch(void *unused)
{
    (void)unused;
    int number = 0;
    for (;;) {
        if (sigwait(&watched, &number) != 0)
            continue;
        if (atomic_exchange(&came, number) != 0)
            break;
        eventfd_write(event, 1);
        tcses_cancel_trigger(cancel);
    }
    ask_restore_terminal();
    _exit(128 + number);
}

bool interrupt_set_up(void)
{
    pthread_t watcher;
    event = eventfd(0, EFD_CLOEXEC);
    sigemptyset(&watched);
    sigaddset(&watched, SIGINT);
    sigaddset(&watched, SIGTERM);
    sigaddset(&watched, SIGHUP);
    if (event < 0 || tcses_cancel_new(NULL, &cancel, NULL) != TCSES_OK ||
        pthread_sigmask(SIG_BLOCK, &watched, NULL) != 0 || pthread_create(&watcher, NULL, watch, NULL) != 0)
        return false;
    pthread_detach(watcher);
    return true;
}

tcses_cancel *interrupt_cancel(void)
{
    return cancel;
}

int interrupt_signal(void)
{
    return atomic_load(&came);
}

int interrupt_descriptor(void)
{
    return event;
}
