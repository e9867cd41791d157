/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * What came in, in order. It holds the latest 100,000 requests and 64 MB of them; older ones are dropped and counted.
 */
#ifndef EMULATOR_JOURNAL_H
#define EMULATOR_JOURNAL_H

#include <jansson.h>
#include <stdint.h>

#include "exchange.h"

struct journal_entry;

/* All zero is an empty journal. Behind the lock of struct emulator. */
struct journal {
    struct journal_entry *first;
    struct journal_entry *last;
    size_t count;
    size_t weight;
    /* How many requests ever came; the number of the latest one. */
    uint64_t requests;
    /* How many were dropped for want of room. */
    uint64_t dropped;
};

/* Numbers the exchange and takes it over. */
void emu_journal_add(struct journal *journal, struct exchange *exchange);
/* Forgets what came in; numbers go on counting. */
void emu_journal_clear(struct journal *journal);
/* {"requests": [...], "dropped": N}: those with a number over `after`, oldest first. */
json_t *emu_journal_render(const struct journal *journal, uint64_t after);

#endif
