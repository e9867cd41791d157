/* SPDX-License-Identifier: Apache-2.0 */
#include "dns/judge_parts.h"
#include "grammar/spf.h"

/*
 * What evaluating an SPF record costs, and whether what it includes is there (RFC 7208, 4.6.4 and 5.2). Of what the
 * service's own include leads to, look-ups count, and nothing else is said: its faults are not the domain's.
 */

#define LOOKUPS_AT_MOST 40 /* then it is far beyond what is allowed, or a loop */
#define DEPTH_AT_MOST 10

typedef struct walk {
    judge *j;
    spf_tree tree;
    view service;
} walk;

static void walk_record(walk *w, view record, const char *domain, int depth, bool is_own);

size_t spf_records(const tcses_dns_answer *answer, view *first)
{
    size_t count = 0;
    for (size_t i = 0; i < answer->values_count; i++) {
        view value = view_of(answer->values[i]);
        if (!spf_is_record(value))
            continue;
        if (count == 0)
            *first = value;
        count++;
    }
    return count;
}

static void walk_into(walk *w, view target, int depth, bool is_own)
{
    const char *name = judge_name(w->j, target);
    const tcses_dns_answer *answer = judge_find(w->j, name, LOOK_TXT);
    view record = {NULL, 0};
    if (answer == NULL) {
        if (is_own && w->tree.not_asked == NULL)
            w->tree.not_asked = name;
        return;
    }
    spf_summary summary;
    bool is_fine = spf_records(answer, &record) == 1 && spf_summarise(record, &summary);
    if (is_fine)
        walk_record(w, record, name, depth + 1, is_own);
    else if (is_own && w->tree.broken == NULL)
        w->tree.broken = name;
}

static void count_void(walk *w, const spf_term *term, const char *domain)
{
    const char *name = term->value.length > 0 ? judge_name(w->j, term->value) : domain;
    const tcses_dns_answer *answer = judge_find(w->j, name, term->kind == SPF_MX ? LOOK_MX : LOOK_A);
    if (answer == NULL || answer->state == TCSES_ANSWER_RECORDS)
        return;
    w->tree.voids++;
    if (w->tree.void_name == NULL)
        w->tree.void_name = name;
}

static void walk_term(walk *w, const spf_term *term, const char *domain, int depth, bool is_own)
{
    if (!spf_needs_lookup(term->kind))
        return;
    bool is_service = term->kind == SPF_INCLUDE && view_same_name(term->value, w->service);
    w->tree.lookups++;
    w->tree.has_service = w->tree.has_service || (is_service && depth > 0 && term->qualifier == '+');
    if (term->has_macro || w->tree.lookups > LOOKUPS_AT_MOST)
        return;
    if (term->kind == SPF_INCLUDE || term->kind == SPF_REDIRECT)
        walk_into(w, term->value, depth, is_own && !is_service);
    else if (is_own && term->kind != SPF_PTR)
        count_void(w, term, domain);
}

static void walk_record(walk *w, view record, const char *domain, int depth, bool is_own)
{
    spf_reader r;
    spf_term term, redirect = {.kind = SPF_ALL};
    if (depth > DEPTH_AT_MOST)
        return;
    spf_begin(&r, record);
    while (spf_next(&r, &term) && term.kind != SPF_ALL) {
        if (term.kind == SPF_REDIRECT)
            redirect = term;
        else
            walk_term(w, &term, domain, depth, is_own);
    }
    /* A redirect is followed when all else has been tried, and not at all beside `all`. */
    spf_summary summary;
    if (redirect.kind == SPF_REDIRECT && spf_summarise(record, &summary) && !summary.has_all)
        walk_term(w, &redirect, domain, depth, is_own);
}

spf_tree judge_spf_tree(judge *j, view record, const char *domain, view service)
{
    walk w = {.j = j, .service = service};
    walk_record(&w, record, domain, 0, true);
    return w.tree;
}
