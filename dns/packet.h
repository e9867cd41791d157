/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DNS_PACKET_H
#define DNS_PACKET_H

#include <stdint.h>

#include "base/arena.h"

/*
 * DNS packets: questions written, answers read. Names are texts as in dns/name.h. ldns, which does the work, stays
 * inside packet.c.
 */

/* How many CNAMEs are followed. */
#define PACKET_CHAIN_MAX 8

/* A name server and an address that came along with it. */
typedef struct packet_glue {
    const char *name;
    const char *address;
} packet_glue;

typedef struct packet {
    /* Why it is no use: a code of the server's, or what is wrong with it; NULL if it is. All below is then unset. */
    const char *problem;
    /* One of the TCSES_ANSWER_ constants, of the name or of the end of its chain of CNAMEs; 0 where that end, `target`,
     * is not in here, and 0 for a referral. */
    int32_t state;
    int32_t ttl;
    bool is_authoritative;
    bool is_referral; /* to the servers of `cut`, which are in `servers` */
    const char *const *values;
    const char *const *raw;
    size_t count;
    const char *cname;  /* where the name itself leads; NULL: it has no CNAME */
    const char *target; /* where the chain ends; the name if there is none */
    const char *soa;    /* the owner of the SOA record, answer or not; NULL: there is none */
    uint32_t serial;
    const char *cut;
    const char *const *servers;
    size_t servers_count;
    const packet_glue *glue;
    size_t glue_count;
} packet;

/* Writes a query into `room`. Returns its length; 0 if the name is none, or there is no memory. */
size_t packet_write(const char *name, int type, bool wants_recursion, bool has_edns, uint8_t *room, size_t size);

/* Reads what was answered to a question. What it fills in lies in the arena. False: out of memory. */
bool packet_read(const uint8_t *data, size_t length, const char *name, int type, arena *a, packet *out);

#endif
