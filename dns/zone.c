/* SPDX-License-Identifier: Apache-2.0 */
#include "dns/zone.h"

#include <string.h>

#include "dns/look.h"
#include "dns/name.h"

/* How many cuts lie between a top-level domain and a name at most. */
#define STEPS_MAX 16
/* How many servers of a top-level domain are asked. */
#define FIRST_SERVERS 4
/* On the way down one answer is enough; the slower ones have this long. */
#define GRACE_MS 300

static const char *top_of(const char *name)
{
    const char *top = name;
    for (; strcmp(name, ".") != 0; name = name_parent(name))
        top = name;
    return top;
}

static bool is_below(const char *name, const char *zone)
{
    return name_is_within(name, zone) && !name_same(name, zone);
}

/* ---- from the top down ---- */

/* One step of the descent: a zone, and who serves it. */
typedef struct descent {
    const char *name;  /* that the zone is looked for of */
    const char *asked; /* the name itself, or what is above an alias */
    const char *zone;
    server_list servers;
    bool is_over;
} descent;

/* The deepest referral; else an answer with authority; NULL if there is neither. */
static const packet *best(const packet *got, size_t count, const char *zone)
{
    const packet *found = NULL;
    for (size_t i = 0; i < count; i++) {
        if (query_fault(&got[i], zone) != NULL)
            continue;
        bool is_deeper = got[i].is_referral && found != NULL &&
                         (!found->is_referral || is_below(got[i].cut, found->cut));
        if (found == NULL || is_deeper)
            found = &got[i];
    }
    return found;
}

static bool go_to(run *r, descent *d, const char *zone, const packet *named)
{
    d->zone = zone;
    memset(&d->servers, 0, sizeof d->servers);
    return servers_add(r, &d->servers, named);
}

/* A server of a zone may serve one below it as well, and then answers for that without a referral. */
static bool go_to_answered(run *r, descent *d, const char *zone)
{
    packet got[SERVERS_MAX];
    if (!servers_ask(r, &d->servers, zone, LOOK_NS, got))
        return false;
    for (size_t i = 0; i < d->servers.count; i++) {
        if (query_fault(&got[i], zone) == NULL && got[i].servers_count > 0)
            return go_to(r, d, zone, &got[i]);
    }
    return true;
}

/* What is known of the name here; NULL if nobody says anything that is of use. The first to answer may be one that
 * serves nothing: then all have their time. False: out of memory. */
static bool ask_for_way(run *r, descent *d, packet *got, const packet **found)
{
    r->grace_ms = GRACE_MS;
    bool has_memory = servers_ask(r, &d->servers, d->asked, LOOK_SOA, got);
    r->grace_ms = 0;
    *found = has_memory ? best(got, d->servers.count, d->zone) : NULL;
    if (!has_memory || *found != NULL)
        return has_memory;
    if (!servers_ask(r, &d->servers, d->asked, LOOK_SOA, got))
        return false;
    *found = best(got, d->servers.count, d->zone);
    return true;
}

static bool step(run *r, descent *d)
{
    packet got[SERVERS_MAX];
    const packet *p = NULL;
    if (!ask_for_way(r, d, got, &p))
        return false;
    if (p != NULL && p->is_referral && name_is_within(d->name, p->cut))
        return go_to(r, d, p->cut, p);
    if (p != NULL && p->cname != NULL && is_below(name_parent(d->asked), d->zone)) {
        d->asked = name_parent(d->asked);
        return true;
    }
    d->is_over = true;
    if (p != NULL && p->cname == NULL && p->soa != NULL && is_below(p->soa, d->zone))
        return go_to_answered(r, d, p->soa);
    return true;
}

/* A few of the servers that the resolver knows of a top-level domain. False: out of memory. */
static bool begin(run *r, descent *d, bool *has_begun)
{
    packet got;
    d->zone = top_of(d->name);
    if (!query_one(r, &r->resolver, d->zone, LOOK_NS, &got))
        return false;
    if (got.problem != NULL || got.servers_count == 0)
        return true;
    if (got.servers_count > FIRST_SERVERS)
        got.servers_count = FIRST_SERVERS;
    *has_begun = true;
    return servers_add(r, &d->servers, &got);
}

static bool has_useful(const server_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i]->shown.problem == NULL)
            return true;
    }
    return false;
}

static bool descend(run *r, const char *name, found_zone *z)
{
    descent d = {.name = name, .asked = name};
    bool has_begun = false;
    const char *top = top_of(name);
    if (!begin(r, &d, &has_begun))
        return false;
    for (int steps = 0; has_begun && !d.is_over && steps < STEPS_MAX; steps++) {
        if (!step(r, &d))
            return false;
    }
    /* Of a top-level domain whose servers said nothing nothing is known. */
    if (!has_begun || !servers_check(r, &d.servers, d.zone))
        return !has_begun;
    if (name_same(d.zone, top) && !has_useful(&d.servers))
        return true;
    z->name = d.zone;
    z->servers = d.servers;
    return true;
}

/* ---- through the resolver ---- */

static const char *deepest_owner(const query *asked, size_t count)
{
    const char *found = NULL;
    for (size_t i = 0; i < count; i++) {
        const packet *p = &asked[i].got;
        bool is_usable = p->problem == NULL && p->cname == NULL && p->soa != NULL && strcmp(p->soa, ".") != 0;
        if (is_usable && name_is_within(asked[i].name, p->soa) && (found == NULL || is_below(p->soa, found)))
            found = p->soa;
    }
    return found;
}

static bool ask_resolver(run *r, const char *name, found_zone *z)
{
    query asked[STEPS_MAX];
    packet named;
    size_t count = 0;
    memset(asked, 0, sizeof asked);
    for (; strcmp(name, ".") != 0 && count < STEPS_MAX; name = name_parent(name))
        asked[count++] = (query){.to = &r->resolver, .name = name, .type = LOOK_SOA};
    if (!query_all(r, asked, count))
        return false;
    const char *found = deepest_owner(asked, count);
    if (found == NULL)
        return true;
    z->name = found;
    return query_one(r, &r->resolver, found, LOOK_NS, &named) && servers_add(r, &z->servers, &named) &&
           servers_check(r, &z->servers, found);
}

bool zone_find(run *r, const char *name, found_zone *z)
{
    memset(z, 0, sizeof *z);
    return descend(r, name, z) && (z->name != NULL || ask_resolver(r, name, z));
}

/* ---- at named servers ---- */

bool zone_find_at(run *r, const char *name, const char *const *servers, size_t count, found_zone *z)
{
    packet got[SERVERS_MAX];
    memset(z, 0, sizeof *z);
    for (size_t i = 0; i < count; i++) {
        if (!servers_add_one(r, &z->servers, servers[i]))
            return false;
    }
    for (const char *asked = name; strcmp(asked, ".") != 0 && z->name == NULL; asked = name_parent(asked)) {
        if (!servers_ask(r, &z->servers, asked, LOOK_SOA, got))
            return false;
        for (size_t i = 0; i < z->servers.count; i++) {
            const char *owner = got[i].problem == NULL && got[i].is_authoritative ? got[i].soa : NULL;
            bool is_usable = owner != NULL && got[i].cname == NULL && name_is_within(name, owner);
            if (is_usable && (z->name == NULL || is_below(owner, z->name)))
                z->name = owner;
        }
    }
    if (z->name != NULL)
        return servers_check(r, &z->servers, z->name);
    found_zone delegated;
    if (!zone_find(r, name, &delegated))
        return false;
    z->name = delegated.name;
    return z->name == NULL || servers_check(r, &z->servers, z->name);
}
