/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * All that one running emulator has. Requests come on several threads; who touches what stands below `lock` holds it.
 * Only a look at DNS lets go of it in the middle of a request.
 */
#ifndef EMULATOR_EMULATOR_H
#define EMULATOR_EMULATOR_H

#include <pthread.h>
#include <stdint.h>

#include "account.h"
#include "journal.h"
#include "options.h"

#include <tcses/signer.h>

struct emulator {
    const struct options *options;
    /* A descriptor that can be read once the program is to stop: who waits for something else waits for it too. */
    int stopping;
    pthread_mutex_t lock;
    struct account account;
    struct journal journal;
    /* Computes the signatures that requests should have had. */
    tcses_signer *signer;
    /* Connections ever opened, and those that carried at least one request to something else than /_emulator. */
    uint64_t connections;
    uint64_t api_connections;
};

#endif
