/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_EXITS_H
#define CLI_EXITS_H

/* How the program ends: part of its contract, see tcses(1). */
enum {
    EXIT_OK = 0,
    EXIT_USAGE = 1,        /* usage, or no region: nothing was sent */
    EXIT_CREDENTIALS = 2,  /* credentials or signature */
    EXIT_NETWORK = 3,      /* the network; not done, or a read */
    EXIT_REFUSED = 4,      /* the service refused */
    EXIT_NOT_READY = 5,    /* not ready yet, or throttled: later */
    EXIT_WRONG_RECORD = 6, /* a DNS record is wrong or missing */
    EXIT_CONFLICT = 7,     /* exists, or belongs to another account */
    EXIT_QUOTA = 8,
    EXIT_WAIT_OVER = 9, /* the wait timed out */
    EXIT_PENDING = 10,  /* changes pending: dry run, drift */
    EXIT_UNKNOWN = 11,  /* sent and unanswered: may have taken effect */
    EXIT_PERMISSION = 12,
    EXIT_INTERRUPTED = 130
};

/* How several parts end together: the first that occurred of interrupted, 1, 2, 12, 3, 11, 4, 7, 8, 6, 10, 9, 5. */
int exits_worst(int a, int b);

#endif
