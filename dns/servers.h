/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DNS_SERVERS_H
#define DNS_SERVERS_H

#include "dns/query.h"

#define SERVERS_MAX 32

/* Servers of one zone, an entry an address. */
typedef struct server_list {
    server *items[SERVERS_MAX];
    size_t count;
    bool is_fixed; /* no entry goes any more */
} server_list;

/*
 * Adds the servers of these names, with the addresses that the resolver knows, else with those that came along. A name
 * without an address is an entry of its own. False: out of memory.
 */
bool servers_add(run *r, server_list *list, const packet *named);

/* The same of a text HOST or HOST:PORT. */
bool servers_add_one(run *r, server_list *list, const char *text);

/*
 * Asks all that are of use, marks those that are none, and gives what each answered; `got` has room for SERVERS_MAX. An
 * address that this machine can't reach goes if the same server has another. False: out of memory.
 */
bool servers_ask(run *r, server_list *list, const char *name, int type, packet *got);

/* Asks for the zone itself: who does not serve it is marked, the others' serials are noted. False: out of memory. */
bool servers_check(run *r, server_list *list, const char *zone);

#endif
