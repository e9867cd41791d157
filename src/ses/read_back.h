/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SES_READ_BACK_H
#define SES_READ_BACK_H

#include "ses/action.h"

/* How it is found out whether what a create was to make is there: by another action, which may answer in pages. */
struct ses_proof {
    const ses_action *reader;
    /* Makes the reader's request, zeroed but for its size, for the page from this offset on. */
    void (*ask)(const void *created, size_t offset, void *request);
    /* Looks for it in a page, and returns how many items that had. */
    size_t (*judge)(const void *created, const void *page, machine_finding *finding);
    size_t page_items;       /* of a full page, after which another is asked for; 0: there is one page */
    const char *absent_code; /* the refusal that says that it is not there; NULL: none does */
};

extern const ses_proof ses_identity_proof;
extern const ses_proof ses_address_proof;
extern const ses_proof ses_unsubscribe_config_proof;

/* What call_spec.read_back needs as its context. */
typedef struct ses_read_back {
    const ses_proof *proof;
    const void *created; /* the create's request, of today's size */
} ses_read_back;

/* For call_spec.read_back. */
machine_finding ses_read_back_run(void *ctx, call *c);

#endif
