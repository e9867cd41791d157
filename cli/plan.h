/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_PLAN_H
#define CLI_PLAN_H

#include <tcses/onboard.h>

#include "cli.h"
#include "document.h"
#include "domains.h"

/* Which domains and addresses are to be there: from the command line, or from a file that tcses export writes. */

typedef struct plan_domain {
    char domain[NAME_BYTES];
    int32_t dkim;
    tcses_onboard_address *addresses;
    const tcses_onboard_address **pointers;
    size_t addresses_count;
    domain_tags tags;
} plan_domain;

typedef struct plan {
    plan_domain *domains;
    size_t domains_count;
    document *file; /* that the texts are in; NULL: the command line */
} plan;

/* EXIT_OK, or reported. The plan is to be freed in any case. */
int plan_read(const options *o, plan *p);
void plan_free(plan *p);

#endif
