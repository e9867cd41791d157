/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_DOMAINS_H
#define CLI_DOMAINS_H

#include "cli.h"
#include "document.h"
#include "name.h"

/* What the commands on domains share. Functions that return an int return EXIT_OK, or have reported. */

/* Takes the first operand over as the domain, makes it the subject, and opens the session. */
int domains_open(cli *c, char domain[NAME_BYTES]);

int domains_get(cli *c, const char *domain, const tcses_get_email_identity_response **response);

/* The tags of the command line, for a request. */
typedef struct domain_tags {
    tcses_tag *items;
    const tcses_tag **pointers;
    size_t count;
} domain_tags;
bool domains_take_tags(domain_tags *tags, const options *o);
void domains_free_tags(domain_tags *tags);

/* Sees each domain of the account (NULL: whatever tags it has), with the page that it is on; `visit` may be NULL.
 * `merged`, which may be NULL, gets all pages as one answer. */
typedef void (*domains_visit)(
    void *ctx, const tcses_email_identity *item, const tcses_list_email_identities_response *page);
int domains_walk(cli *c, const domain_tags *tags, domains_visit visit, void *ctx, document *merged, size_t *count);

/* Shows name, state and key size; what to do next with records that are not in place. */
void domains_show_head(const char *domain, int32_t verified, int32_t dkim_option);
void domains_show_next(const char *domain);

#endif
