/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Asks a resolver: over UDP, over TCP where an answer does not fit or none comes, and within a bounded time.
 */
#ifndef EMULATOR_LOOKUP_H
#define EMULATOR_LOOKUP_H

#include "address.h"
#include "dns.h"

struct lookup {
    struct dns_query query;
    /* Nothing, where the resolver did not answer too. */
    struct dns_answer answer;
};

/*
 * Asks all at once and returns when each has its answer or none will come, after about four seconds at the latest, or
 * as soon as `stop`, a descriptor, can be read. The names and types are set; the rest is zero. Clear them afterwards.
 */
void emu_lookup_run(const union address *resolver, int stop, struct lookup *lookups, size_t count);
void emu_lookup_clear(struct lookup *lookups, size_t count);

#endif
