/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DNS_JUDGE_PARTS_H
#define DNS_JUDGE_PARTS_H

#include "dns/findings.h"
#include "dns/look.h"
#include "grammar/view.h"

/* What the parts of the judge share. */

typedef struct finding_node finding_node;
typedef struct finding_list {
    finding_node *first;
    size_t count;
} finding_list;

/* One look at a domain. Memory that fails, and a look that fails by it, are remembered: see `failed` at the end. */
typedef struct judge {
    look *l;
    arena *memory;
    const char *domain;
    const char *zone;   /* NULL: not known, or none that is the domain's own */
    bool is_registered; /* false: the zone is that of a registry, and the domain is not in it */
    finding_list domain_findings;
    const tcses_record_set *expected; /* NULL: not created yet */
    bool failed;
} judge;

/* What one server's answer makes of a record, or all of them together. */
typedef struct verdict {
    finding_list findings;
    int32_t status;
    int32_t equals;
    int32_t is_valid;
} verdict;

/* ---- asking (judge_ask.c) ---- */

typedef struct answers {
    const tcses_dns_answer *const *items;
    size_t count;
} answers;

answers judge_ask(judge *j, const char *name, int type);
/* Whether it came from the resolver, for want of servers to ask. */
bool judge_is_from_resolver(answers found);
/* One usable answer, behind a CNAME too; NULL if there is none. */
const tcses_dns_answer *judge_find(judge *j, const char *name, int type);
/* The same of the recursive resolver, whatever it answers; NULL when out of memory. */
const tcses_dns_answer *judge_recursive(judge *j, const char *name, int type);
bool judge_is_usable(const tcses_dns_answer *answer);

/* ---- telling (judge_ask.c) ---- */

void judge_tell(judge *j, finding_list *list, finding_id id, const finding_facts *facts);
/* What the words of a finding on this record may name. */
finding_facts judge_facts(judge *j, const tcses_record *record);
finding_facts judge_facts_of_domain(judge *j);
/* Takes over what another list has. */
void judge_append(finding_list *list, finding_list *more);
/* Sorted, the most serious first. */
const tcses_finding *const *judge_list(judge *j, const finding_list *list);
/* Sets all but the findings. */
void judge_say(verdict *v, int32_t status, int32_t equals, int32_t is_valid);

/* ---- texts (judge_ask.c) ---- */

/* Both, or what there is of them, in the arena; "" when out of memory. */
const char *judge_join(judge *j, const char *a, const char *b, const char *c);
const char *judge_copy(judge *j, view v);

/* ---- names (judge_name.c): neither case nor a final dot counts ---- */

bool names_same(const char *a, const char *b);
/* Whether it is the other or lies below it. */
bool names_within(const char *name, const char *zone);
bool names_is_address(const char *name);
size_t names_labels(const char *name);
/* Without the first label; "" behind the last. */
const char *names_parent(const char *name);
/* In lower case and without a final dot. */
const char *judge_name(judge *j, view name);
/* The name as one types it into the zone's console: "@" for the zone itself, in full if it is not in the zone. */
const char *judge_host(judge *j, const char *name);

/* ---- slips in TXT values (judge_text.c) ---- */

typedef struct slips {
    bool has_quotes;
    bool has_escapes;
    bool has_ellipsis;
    const char *clean; /* without quotation marks, backslashes and space around it */
} slips;

slips judge_slips(judge *j, const char *value);
/* Tells of each, and whether there were any. */
bool judge_tell_slips(judge *j, finding_list *list, const slips *s, const finding_facts *facts);
bool text_has_ignoring_case(const char *text, const char *part);

/* ---- the kinds of record ---- */

/* Judges one usable answer. */
void judge_mx(judge *j, const tcses_record *record, const tcses_dns_answer *answer, verdict *v);
void judge_spf(judge *j, const tcses_record *record, const tcses_dns_answer *answer, verdict *v);
void judge_dkim(judge *j, const tcses_record *record, const tcses_dns_answer *answer, verdict *v);
void judge_dmarc(judge *j, const tcses_record *record, const tcses_dns_answer *answer, verdict *v);
void judge_other(judge *j, const tcses_record *record, const tcses_dns_answer *answer, verdict *v);

/* Whether an answer, wherever it was found, has what is expected. */
bool judge_fits(judge *j, const tcses_record *record, const tcses_dns_answer *answer);
bool mx_fits(const tcses_record *record, const tcses_dns_answer *answer);
bool spf_fits(const tcses_record *record, const tcses_dns_answer *answer);
bool dkim_fits(const tcses_record *record, const tcses_dns_answer *answer);
bool dmarc_fits(const tcses_dns_answer *answer);

/* The host of an MX value "10 host"; "" or "." for a null MX. */
const char *mx_host(const char *value);

/* The look-ups of an SPF record and of what it includes (judge_spf_tree.c). */
typedef struct spf_tree {
    int lookups;
    int voids;
    const char *void_name; /* the first */
    const char *broken;    /* an included name without a valid record; NULL if there is none */
    const char *not_asked; /* one that could not be looked up */
    bool has_service;      /* the service is included by way of another record */
} spf_tree;

spf_tree judge_spf_tree(judge *j, view record, const char *domain, view service);
/* How many SPF records there are among the values, and the first. */
size_t spf_records(const tcses_dns_answer *answer, view *first);

/* What the record that covers a domain for want of its own says of it (judge_inherit.c). */
typedef struct inherited {
    const char *record; /* NULL: none covers it */
    const char *name;   /* where it stands */
    const char *policy;
    int strictness;
    const char *not_asked; /* where there may be one, if nobody could be asked; else NULL */
} inherited;

inherited judge_inherit(judge *j);

/* ---- where else a record may be (judge_place.c) ---- */

/* Tells where it was put instead. True if that explains all. */
bool judge_places(judge *j, const tcses_record *record, finding_list *list);
/* Tells that it was doubled, where a parent's record covers the name meanwhile. */
void judge_doubled_beside(judge *j, const tcses_record *record, finding_list *list);
/* Whether the answer at the name is that of a wildcard. */
bool judge_is_wildcard(judge *j, const char *name, int type, const tcses_dns_answer *answer);

/* ---- the domain as a whole (judge_zone.c) ---- */

void judge_zone(judge *j);
/* The servers that are of no use. */
void judge_servers(judge *j);
void judge_signs(judge *j);
/* Before the domain is created; the status of the whole. */
int32_t judge_before(judge *j);

#endif
