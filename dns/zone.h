/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DNS_ZONE_H
#define DNS_ZONE_H

#include "dns/servers.h"

/* The zone that a name lies in. */
typedef struct found_zone {
    const char *name; /* NULL: nobody could say */
    server_list servers;
} found_zone;

/*
 * Finds the zone, and the servers that it is delegated to, which are checked. Nobody is asked for the name who would
 * remember that it is not there: the way leads from the top-level domain's servers down. Only where that way is closed
 * (a network of its own) is the resolver asked. False: out of memory.
 */
bool zone_find(run *r, const char *name, found_zone *z);

/* The same among these servers, whoever the zone is delegated to. */
bool zone_find_at(run *r, const char *name, const char *const *servers, size_t count, found_zone *z);

#endif
