/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Messages of DNS: writes queries and reads their answers. libldns stays inside; nothing here sends anything.
 */
#ifndef EMULATOR_DNS_H
#define EMULATOR_DNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "support.h"

enum dns_type { DNS_MX, DNS_TXT };

struct dns_query {
    const char *name;
    enum dns_type type;
    /* The message as it is sent; NULL where the name is too long for one. Released with free(). */
    uint8_t *wire;
    size_t length;
};

struct dns_answer {
    /*
     * What was found, as text that is released with free(), sorted so that the order of the packet does not matter:
     * of MX the hosts with their final dot, the preferred one first; of TXT the strings of each record as one.
     */
    struct list values;
    /* The name is an alias, and the values are those of the name behind it. */
    bool alias;
};

enum dns_reading {
    /* No answer to this query; the right one may still come. */
    DNS_STRANGE,
    /* The whole answer did not fit. */
    DNS_TRUNCATED,
    /* The answer, which may be that there is nothing, or that the server can't or won't tell. */
    DNS_ANSWERED
};

/* Fills in the message for name and type. */
void emu_dns_write(struct dns_query *query);
/* Fills in `answer`, which has to be all zero, where it returns DNS_ANSWERED. */
enum dns_reading emu_dns_read(
    const struct dns_query *query, const uint8_t *wire, size_t length, struct dns_answer *answer);
void emu_dns_answer_clear(struct dns_answer *answer);

#endif
