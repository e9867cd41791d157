/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GRAMMAR_SPF_H
#define GRAMMAR_SPF_H

#include "grammar/view.h"

/*
 * The grammar of SPF records (RFC 7208, section 12). Nothing is looked up, no macro is expanded, nothing is allocated: all
 * views are into the caller's text.
 */
typedef enum spf_kind {
    SPF_ALL,
    SPF_INCLUDE,
    SPF_A,
    SPF_MX,
    SPF_PTR,
    SPF_IP4,
    SPF_IP6,
    SPF_EXISTS,
    SPF_REDIRECT,
    SPF_EXP,
    SPF_OTHER_MODIFIER
} spf_kind;

typedef enum spf_problem {
    SPF_FINE,
    SPF_NOT_SPF,           /* does not begin with "v=spf1" and a space */
    SPF_BAD_CHARACTER,     /* not visible ASCII */
    SPF_UNKNOWN_MECHANISM, /* a name that is none */
    SPF_NO_NAME,           /* a term without one */
    SPF_QUALIFIED_MODIFIER,
    SPF_NEEDS_DOMAIN, /* include, exists, redirect and exp need one; and none is empty */
    SPF_NEEDS_ADDRESS,
    SPF_TAKES_NO_VALUE, /* all:..., ptr/24 */
    SPF_BAD_DOMAIN,     /* its end is no domain's: one label, a number, a port */
    SPF_BAD_MACRO,
    SPF_BAD_ADDRESS,
    SPF_BAD_PREFIX_LENGTH,
    SPF_TWICE, /* redirect or exp */
    SPF_PROBLEMS
} spf_problem;

typedef struct spf_term {
    view text; /* the whole term */
    view name; /* "include", as written */
    /* The domain, address or value; empty if there is none. Without prefix lengths. */
    view value;
    spf_kind kind;
    char qualifier; /* '+' if none is written; 0 of a modifier */
    bool has_macro;
    int prefix4; /* -1: none */
    int prefix6;
} spf_term;

typedef struct spf_reader {
    view record;
    size_t at;
    size_t problem_at;
    spf_problem problem;
    bool has_redirect;
    bool has_exp;
} spf_reader;

/* Whether a TXT value is an SPF record, right or not: "v=spf1", then a space or the end (RFC 7208, 4.5). */
bool spf_is_record(view text);

/* Gives the terms one by one. False at the end, or at the first error, of which the reader tells. */
void spf_begin(spf_reader *r, view record);
bool spf_next(spf_reader *r, spf_term *term);

/* What is wrong, in English, to follow "the SPF record ...". */
const char *spf_problem_text(spf_problem problem);

/* Whether it is one of those of which an evaluation may meet ten (RFC 7208, 4.6.4). */
bool spf_needs_lookup(spf_kind kind);

/* A record as a whole. */
typedef struct spf_summary {
    spf_term all; /* the first */
    spf_term redirect;
    size_t problem_at;
    size_t terms;
    spf_problem problem; /* what is below stands for the terms before it */
    /* Terms that need a look-up, without those that are never reached: behind `all`, and a redirect beside it. */
    int lookups;
    bool has_all;
    bool has_redirect;
    bool has_terms_after_all;
    bool has_ptr;
    bool has_macro;
} spf_summary;

/* False if there is a problem. */
bool spf_summarise(view record, spf_summary *summary);

typedef enum spf_found { SPF_ABSENT, SPF_REACHED, SPF_BEHIND_ALL } spf_found;

/* Looks for an include of the domain: one that is reached rather than one behind `all`. `found` may be NULL. */
spf_found spf_find_include(view record, view domain, spf_term *found);

#endif
