/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GRAMMAR_DMARC_H
#define GRAMMAR_DMARC_H

#include <stdint.h>

#include "grammar/tags.h"

/* DMARC records (RFC 7489, 6.3 and 6.4; RFC 9989, 4.7). All views are into the caller's text; nothing is allocated. */

/* In the order of strictness. */
typedef enum dmarc_policy {
    DMARC_ABSENT,
    DMARC_UNKNOWN, /* a word that is no policy */
    DMARC_NONE,
    DMARC_QUARANTINE,
    DMARC_REJECT
} dmarc_policy;

typedef enum dmarc_problem {
    DMARC_FINE,
    DMARC_NOT_DMARC,  /* does not begin with v=DMARC1 */
    DMARC_BAD_LIST,   /* a part that is no tag, or a tag twice: `list_problem` says which */
    DMARC_NO_POLICY,  /* no p */
    DMARC_BAD_POLICY, /* p, sp or np is none */
    DMARC_BAD_VALUE,  /* another tag has a value that it cannot have */
    DMARC_PROBLEMS
} dmarc_problem;

typedef struct dmarc_record {
    dmarc_problem problem; /* the first */
    tags_problem list_problem;
    size_t problem_at;
    dmarc_policy p;
    dmarc_policy sp;
    dmarc_policy np;
    view rua; /* addresses with commas between them */
    view ruf;
    int32_t percent;   /* pct; 100 if it is not there */
    char psd;          /* 'y', 'n' or 'u', which it is if it is not there */
    bool is_testing;   /* t=y */
    bool is_p_second;  /* right behind v, where readers by RFC 7489 want it */
    bool has_old_tags; /* pct, rf or ri, which RFC 9989 no longer knows */
    bool has_unknown_tags;
} dmarc_record;

/* Whether a TXT value is a DMARC record, right or not: v=DMARC1 is its first tag. */
bool dmarc_is_record(view text);

/* Whether someone meant it as one, but for capitals or a tag before it. */
bool dmarc_is_meant(view text);

/* False if there is a problem. Of a record with one, receivers still use what they understand; so is it filled in. */
bool dmarc_read(view text, dmarc_record *record);

/* What is wrong, in English, to follow "the DMARC record ...". */
const char *dmarc_problem_text(const dmarc_record *record);

/*
 * Which policy holds at the domain that has the record, or below it: sp, else p; of a name that does not exist np before
 * them. NONE for a record without one.
 */
typedef enum dmarc_place { DMARC_AT_DOMAIN, DMARC_BELOW, DMARC_BELOW_MISSING } dmarc_place;
dmarc_policy dmarc_policy_at(const dmarc_record *record, dmarc_place place);

/* "none", "quarantine", "reject"; else "". */
const char *dmarc_policy_name(dmarc_policy policy);

/* Takes the next address off rua or ruf, without white space and without a size limit. False when none is left. */
bool dmarc_next_address(view *list, view *address);
/* The domain of a "mailto:" address; empty if it has none. */
view dmarc_address_domain(view address);

#endif
