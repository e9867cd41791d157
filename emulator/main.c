/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * tcses-emulator: starts the server, says where it is, and waits for a signal to stop.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "emulator.h"
#include "listener.h"
#include "server.h"

/* The signals that stop the program. Threads inherit the mask, so that only wait_for_stop() sees them. */
static void block_signals(sigset_t *stopping)
{
    sigemptyset(stopping);
    sigaddset(stopping, SIGTERM);
    sigaddset(stopping, SIGINT);
    pthread_sigmask(SIG_BLOCK, stopping, NULL);
    signal(SIGPIPE, SIG_IGN);
}

static bool announce(const struct options *options, const char *authority)
{
    const char *scheme = options->tls_cert != NULL ? "https" : "http";
    return printf("{\"endpoint\":\"%s://%s\"}\n", scheme, authority) > 0 && fflush(stdout) == 0;
}

static int fail(const char *problem)
{
    fprintf(stderr, "tcses-emulator: %s\n", problem);
    return EXIT_FAILURE;
}

static int serve(struct emulator *emulator, const sigset_t *stopping)
{
    char *authority = NULL;
    char *problem = NULL;
    int status = EXIT_SUCCESS;
    struct server *server = NULL;
    int listener = emu_listener_open(emulator->options->listen, &authority, &problem);
    if (listener >= 0)
        server = emu_server_start(emulator, listener, &problem);
    if (server == NULL) {
        status = fail(problem);
    } else if (!announce(emulator->options, authority)) {
        status = fail("cannot write to standard output");
    } else {
        int received = 0;
        sigwait(stopping, &received);
    }
    eventfd_write(emulator->stopping, 1);
    if (server != NULL)
        emu_server_stop(server);
    free(authority);
    free(problem);
    return status;
}

static int run(const struct options *options)
{
    sigset_t stopping;
    struct emulator emulator = {.options = options, .lock = PTHREAD_MUTEX_INITIALIZER};
    emulator.stopping = eventfd(0, EFD_CLOEXEC);
    if (emulator.stopping < 0)
        return fail("cannot make a descriptor");
    if (tcses_signer_new(NULL, &emulator.signer, NULL) != TCSES_OK) {
        close(emulator.stopping);
        return fail("cannot make a signer");
    }
    block_signals(&stopping);
    json_set_alloc_funcs(emu_support_allocate, free);
    int status = serve(&emulator, &stopping);
    tcses_signer_free(emulator.signer);
    emu_account_clear(&emulator.account);
    emu_journal_clear(&emulator.journal);
    pthread_mutex_destroy(&emulator.lock);
    close(emulator.stopping);
    return status;
}

int main(int argc, char **argv)
{
    struct options options;
    int status = EXIT_SUCCESS;
    switch (emu_options_parse(&options, argc, argv)) {
    case OPTIONS_RUN:
        status = run(&options);
        break;
    case OPTIONS_WRONG:
        status = EXIT_FAILURE;
        break;
    case OPTIONS_DONE:
    default:
        break;
    }
    emu_options_clear(&options);
    return status;
}
