/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include <tcses/dns.h>

#include "base/text.h"
#include "dns/look.h"
#include "dns/name.h"
#include "dns/session.h"

/* How many questions are under way at once, to both sides together. */
#define AT_ONCE 64
#define TYPE_SRV 33
#define TYPE_CAA 257

typedef struct kind {
    int type;
    const char *name;
} kind;

/* NS and SOA differ with every move. */
static const kind kinds[] = {{LOOK_CNAME, "CNAME"}, {LOOK_A, "A"}, {LOOK_AAAA, "AAAA"}, {LOOK_MX, "MX"},
    {LOOK_TXT, "TXT"}, {TYPE_SRV, "SRV"}, {TYPE_CAA, "CAA"}};
#define KINDS (sizeof kinds / sizeof kinds[0])

/* What zones usually have, below the apex. "*" is what answers for everything else. */
static const char *const usual[] = {"*", "www", "mail", "m", "smtp", "imap", "pop", "webmail", "mx", "autodiscover",
    "autoconfig", "api", "app", "admin", "blog", "shop", "static", "cdn", "img", "test", "dev", "ftp", "vpn", "ns1",
    "ns2", "_dmarc", "_mta-sts", "_smtp._tls", "_domainkey", "default._domainkey", "selector1._domainkey",
    "selector2._domainkey", "google._domainkey", "s1._domainkey", "s2._domainkey", "k1._domainkey", "mail._domainkey",
    "dkim._domainkey", "_autodiscover._tcp", "_imaps._tcp", "_submission._tcp", "_sip._tls"};
#define USUAL (sizeof usual / sizeof usual[0])

typedef struct comparing {
    run *r;
    const char *zone;
    server *old_one;
    server *new_one;
    const char **names;
    size_t names_count;
    const tcses_dns_difference **differences;
    tcses_dns_comparison *out;
} comparing;

/* ---- what is compared ---- */

static bool add_name(comparing *c, const char *name)
{
    if (!name_is_within(name, c->zone))
        return true;
    for (size_t i = 0; i < c->names_count; i++) {
        if (name_same(c->names[i], name))
            return true;
    }
    c->names[c->names_count] = arena_copy(c->r->memory, name, strlen(name));
    return c->names[c->names_count++] != NULL;
}

static bool add_below(comparing *c, const char *head, const char *tail)
{
    char name[NAME_BYTES];
    int length = snprintf(name, sizeof name, "%s.%s", head, tail);
    return length < 0 || (size_t)length >= sizeof name || add_name(c, name);
}

static bool list_names(comparing *c, const session_subject *subject)
{
    size_t records = subject->expected != NULL ? subject->expected->records_count : 0;
    size_t most = 2 * (USUAL + 1) + records;
    c->names = arena_take(c->r->memory, most * sizeof *c->names);
    c->differences = arena_take(c->r->memory, most * KINDS * sizeof(tcses_dns_difference *));
    if (c->names == NULL || c->differences == NULL || !add_name(c, c->zone) || !add_name(c, subject->domain))
        return false;
    for (size_t i = 0; i < records; i++) {
        if (!add_name(c, subject->expected->records[i]->name))
            return false;
    }
    for (size_t i = 0; i < USUAL; i++) {
        if (!add_below(c, usual[i], c->zone) || !add_below(c, usual[i], subject->domain))
            return false;
    }
    return true;
}

/* ---- two answers ---- */

static bool is_same(const packet *a, const packet *b, bool is_text)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++) {
        if (is_text ? strcmp(a->values[i], b->values[i]) != 0 : !text_same_ignoring_case(a->raw[i], b->raw[i]))
            return false;
    }
    return true;
}

static bool note(comparing *c, const char *name, const char *type, const packet *old_one, const packet *new_one)
{
    tcses_dns_difference *made = arena_take(c->r->memory, sizeof *made);
    if (made == NULL)
        return false;
    made->size = sizeof *made;
    made->name = name;
    made->type = type;
    made->old_values = old_one->raw;
    made->old_values_count = old_one->count;
    made->new_values = new_one->raw;
    made->new_values_count = new_one->count;
    c->differences[c->out->differences_count++] = made;
    return true;
}

/* ---- delegations ---- */

/* The servers that a referral names, in the place of records, in order. False: out of memory. */
static bool servers_as_values(comparing *c, const packet *p, packet *made)
{
    size_t count = p->is_referral ? p->servers_count : 0;
    const char **names = arena_take(c->r->memory, count * sizeof *names);
    *made = (packet){.raw = names, .values = names};
    for (size_t i = 0; names != NULL && i < count; i++) {
        size_t length = strlen(p->servers[i]);
        char *name = arena_take(c->r->memory, length + 2);
        if (name == NULL)
            return false;
        snprintf(name, length + 2, "%s.", p->servers[i]);
        size_t at = made->count++;
        for (; at > 0 && strcmp(name, names[at - 1]) < 0; at--)
            names[at] = names[at - 1];
        names[at] = name;
    }
    return names != NULL;
}

static bool is_noted(const comparing *c, const char *name, const char *type)
{
    for (size_t i = 0; i < c->out->differences_count; i++) {
        if (name_same(c->differences[i]->name, name) && strcmp(c->differences[i]->type, type) == 0)
            return true;
    }
    return false;
}

/* A side that sends one on to other servers: all that lies below is theirs. */
static bool compare_delegation(comparing *c, const packet *old_side, const packet *new_side)
{
    packet old_one, new_one;
    const char *cut = old_side->is_referral ? old_side->cut : new_side->cut;
    if (!servers_as_values(c, old_side, &old_one) || !servers_as_values(c, new_side, &new_one))
        return false;
    c->out->compared_count++;
    return is_same(&old_one, &new_one, false) || is_noted(c, cut, "NS") || note(c, cut, "NS", &old_one, &new_one);
}

/* ---- a name ---- */

static const char *fault_of(const comparing *c, const query *old_side, const query *new_side)
{
    const char *fault = query_fault(&old_side->got, c->zone);
    return fault != NULL ? fault : query_fault(&new_side->got, c->zone);
}

/* An alias stands for all other types: those behind it are the target's affair. */
static bool compare_name(comparing *c, const char *name, const query *old_side, const query *new_side)
{
    bool is_alias = old_side[0].got.count > 0 || new_side[0].got.count > 0;
    bool is_delegated = old_side[0].got.is_referral || new_side[0].got.is_referral;
    if (is_delegated && fault_of(c, &old_side[0], &new_side[0]) == NULL)
        return compare_delegation(c, &old_side[0].got, &new_side[0].got);
    for (size_t i = 0; i < (is_alias ? 1 : KINDS); i++) {
        const packet *old_one = &old_side[i].got, *new_one = &new_side[i].got;
        const char *fault = fault_of(c, &old_side[i], &new_side[i]);
        if (fault != NULL) {
            c->out->problem = fault;
            continue;
        }
        c->out->compared_count++;
        if (!is_same(old_one, new_one, kinds[i].type == LOOK_TXT) && !note(c, name, kinds[i].name, old_one, new_one))
            return false;
    }
    return true;
}

/* Some names, of both sides at once. */
static bool compare_some(comparing *c, const char *const *names, size_t count)
{
    query asked[AT_ONCE];
    memset(asked, 0, sizeof asked);
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < KINDS; k++) {
            query *q = &asked[2 * KINDS * i + k];
            *q = (query){.to = c->old_one, .name = names[i], .type = kinds[k].type};
            q[KINDS] = (query){.to = c->new_one, .name = names[i], .type = kinds[k].type};
        }
    }
    if (!query_all(c->r, asked, 2 * KINDS * count))
        return false;
    for (size_t i = 0; i < count; i++) {
        const query *old_side = &asked[2 * KINDS * i];
        if (!compare_name(c, names[i], old_side, old_side + KINDS))
            return false;
    }
    return true;
}

static bool compare_all(comparing *c)
{
    const size_t step = AT_ONCE / (2 * KINDS);
    for (size_t i = 0; i < c->names_count; i += step) {
        size_t left = c->names_count - i;
        if (!compare_some(c, c->names + i, left < step ? left : step))
            return false;
    }
    c->out->differences = c->differences;
    return true;
}

/* ---- the two sides ---- */

static server *first_useful(const found_zone *z)
{
    for (size_t i = 0; i < z->servers.count; i++) {
        if (z->servers.items[i]->shown.problem == NULL)
            return z->servers.items[i];
    }
    return NULL;
}

/* Of the servers named, each has to be ready for the change. */
static const char *first_problem(const found_zone *z)
{
    for (size_t i = 0; i < z->servers.count; i++) {
        if (z->servers.items[i]->shown.problem != NULL)
            return z->servers.items[i]->shown.problem;
    }
    return NULL;
}

static const char *problem_of(const found_zone *z)
{
    return z->servers.count > 0 && z->servers.items[0]->shown.problem != NULL ? z->servers.items[0]->shown.problem
                                                                              : "no zone was found";
}

static bool compare(session *s, const session_subject *subject, tcses_dns_comparison *out)
{
    found_zone old_zone, new_zone;
    comparing c = {.r = &s->r, .out = out};
    out->size = sizeof *out;
    if (!zone_find(&s->r, subject->domain, &old_zone) || !session_find_zone(s, subject->domain, &new_zone))
        return false;
    out->zone = new_zone.name != NULL ? new_zone.name : old_zone.name;
    c.zone = out->zone;
    c.old_one = first_useful(&old_zone);
    c.new_one = first_useful(&new_zone);
    if (c.zone == NULL || c.old_one == NULL || c.new_one == NULL) {
        out->problem = problem_of(c.old_one == NULL ? &old_zone : &new_zone);
        return true;
    }
    if (old_zone.name == NULL || !name_same(old_zone.name, c.zone)) {
        out->problem = "the zone is not delegated";
        return true;
    }
    if (!list_names(&c, subject) || !compare_all(&c))
        return false;
    if (out->problem == NULL)
        out->problem = first_problem(&new_zone);
    return true;
}

tcses_status tcses_doctor_compare(const tcses_doctor_options *options, const tcses_doctor_request *request,
    const tcses_dns_comparison **out, tcses_error **error)
{
    session s = {.error = error};
    session_subject subject;
    const void *root = NULL;
    bool has_memory = true;
    if (out != NULL)
        *out = NULL;
    if (request == NULL || out == NULL)
        return session_refuse(&s, request == NULL ? "request" : "out", "must not be NULL");
    tcses_status status = session_begin(&s, options, sizeof(tcses_dns_comparison), error);
    if (status != TCSES_OK)
        return status;
    if (s.options.servers_count == 0)
        status = session_refuse(&s, "servers", "are required: the new ones");
    if (status == TCSES_OK)
        status = session_take_request(&s, request, &subject);
    if (status == TCSES_OK)
        has_memory = compare(&s, &subject, s.root);
    status = session_end(&s, status, has_memory, &root);
    *out = root;
    return status;
}

void tcses_dns_comparison_free(const tcses_dns_comparison *comparison)
{
    arena_tree_free(comparison);
}
