/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DNS_EXCHANGE_H
#define DNS_EXCHANGE_H

#include <stdint.h>

#include <tcses/cancel.h>

#include "base/memory.h"
#include "dns/address.h"

/*
 * Questions to servers and their answers, as bytes: many at once. Each is asked over UDP; again, and over TCP too, when
 * half of its time has passed; over TCP alone when the answer was cut. What does not fit the question (another id,
 * another question, another sender) is passed over.
 */

#define EXCHANGE_HEADER_BYTES 12
#define EXCHANGE_QUERY_BYTES 320

typedef struct exchange {
    /* What is asked: a query with EDNS, and the same without for servers that do not know it. Their ids are set. */
    address server;
    uint8_t query[EXCHANGE_QUERY_BYTES];
    size_t query_length;
    uint8_t plain[EXCHANGE_QUERY_BYTES];
    size_t plain_length;

    /* What came of it: an answer, released by exchange_free(), or why there is none (a constant text). */
    uint8_t *answer;
    size_t answer_length;
    const char *problem;
    bool was_truncated; /* over UDP, at least once */
    bool has_no_route;  /* this machine can't reach the address at all */

    struct exchange_inside {
        int64_t ends_ms;
        int udp;
        int tcp;
        int tries;
        size_t tcp_sent;
        size_t tcp_received;
        uint8_t tcp_head[2];
        uint8_t *tcp_answer;
        bool is_plain;
        bool is_over;
    } inside;
} exchange;

typedef struct exchange_limits {
    const memory *mem;
    int64_t deadline_ms; /* of all, on exchange_now() */
    int32_t try_ms;      /* of each of two tries */
    int32_t grace_ms;    /* how long the others have once one has an answer; 0: all their time */
    tcses_cancel *cancel;
} exchange_limits;

/* The monotonic clock in milliseconds. */
int64_t exchange_now(void);

/* Ends when each has an answer or a problem. False: out of memory. */
bool exchange_run(exchange *all, size_t count, const exchange_limits *limits);
void exchange_free(exchange *all, size_t count, const memory *mem);

/* What a packet is to a query. */
enum { EXCHANGE_FOREIGN, EXCHANGE_ANSWER, EXCHANGE_TRUNCATED, EXCHANGE_KNOWS_NO_EDNS };
int exchange_judge(const uint8_t *query, size_t query_length, const uint8_t *packet, size_t length);

#endif
