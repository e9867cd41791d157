/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DNS_ASKING_H
#define DNS_ASKING_H

#include "dns/look.h"
#include "dns/zone.h"

/* A look that asks the network. What was asked once is not asked again. */
typedef struct asking {
    look shown; /* to the judge */
    run *r;
    found_zone *z;
    struct asked *done;
} asking;

/* `z` must outlive it. False: out of memory. */
bool asking_init(asking *a, run *r, found_zone *z);

#endif
