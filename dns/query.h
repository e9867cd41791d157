/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DNS_QUERY_H
#define DNS_QUERY_H

#include <tcses/dns.h>

#include "base/arena.h"
#include "dns/address.h"
#include "dns/packet.h"

/* Who is asked. */
typedef struct server {
    tcses_dns_server shown; /* as the report has it; `problem` may come later */
    address where;
    bool is_resolver;
    bool is_unheard; /* nothing has ever come from there */
} server;

/* As many as the C library takes from /etc/resolv.conf. */
#define RESOLVERS_MAX 3

/* One look at DNS: what all its questions share. */
typedef struct run {
    arena *memory;
    tcses_cancel *cancel;
    int64_t deadline_ms; /* of all, on exchange_now() */
    int32_t try_ms;      /* for one question, asked twice at most */
    int32_t grace_ms;    /* what the slower ones have once somebody has answered; 0: all their time */
    int32_t port;        /* of authoritative servers */
    server resolver;
    address resolvers[RESOLVERS_MAX]; /* of which the first that answers becomes it, before the first question */
    size_t resolvers_count;           /* 0: there is no choice (any more) */
    int resolver_silences;            /* questions that it left alone, without ever an answer */
    bool resolver_has_spoken;
} run;

/* A question to one server, and what came of it. */
typedef struct query {
    server *to;
    const char *name;
    int type;
    packet got;
    bool has_no_route; /* this machine can't reach the server's address at all */
    bool is_silent;    /* it let the time pass */
} query;

/* Asks all of them at once. What went wrong is in each packet's `problem`. False: out of memory. */
bool query_all(run *r, query *all, size_t count);

/* The same for one. */
bool query_one(run *r, server *to, const char *name, int type, packet *got);

/* A server in the arena; NULL when out of memory. Its address is written for people too. */
server *query_server(run *r, const char *name, const address *where);

/* Why the answer of an authoritative server is no use to one who asks about this zone; NULL if it is. */
const char *query_fault(const packet *p, const char *zone);

/* A packet as an answer of that server. NULL when out of memory. */
tcses_dns_answer *query_answer(run *r, const server *from, const packet *p);
/* One that did not come about. NULL when out of memory. */
tcses_dns_answer *query_no_answer(run *r, const server *from, const char *problem);

#endif
