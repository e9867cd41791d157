/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DNS_LOOK_H
#define DNS_LOOK_H

#include <stdbool.h>

#include <tcses/dns.h>

#include "base/arena.h"

/* What judgement asks of the network; in tests a table. Answers live in the arena of the report. */
enum { LOOK_A = 1, LOOK_NS = 2, LOOK_CNAME = 5, LOOK_SOA = 6, LOOK_MX = 15, LOOK_TXT = 16, LOOK_AAAA = 28 };

typedef struct look {
    void *ctx;
    arena *memory;
    const char *zone;                       /* NULL: not found */
    const tcses_dns_server *const *servers; /* that are asked by everywhere() */
    size_t servers_count;
    /* Every authoritative server, one answer each, in the order of `servers`; those that are no use answer FAILED.
     * Names outside the zone, or below a cut, are asked through the resolver (one answer, server "resolver"). False:
     * out of memory. */
    bool (*everywhere)(void *ctx, const char *name, int type, const tcses_dns_answer *const **answers, size_t *count);
    /* The recursive resolver. */
    bool (*recursive)(void *ctx, const char *name, int type, const tcses_dns_answer **answer);
    /* The servers are those that somebody named, delegated or not: what caches and the service have seen is not from
     * them. */
    bool is_named;
} look;

#endif
