/* SPDX-License-Identifier: Apache-2.0 */
#include "dns/servers.h"

#include <string.h>

#include "dns/look.h"
#include "dns/name.h"

static bool add(run *r, server_list *list, const char *name, const address *where)
{
    if (list->count == SERVERS_MAX)
        return true;
    server *made = query_server(r, name, where);
    if (made != NULL)
        list->items[list->count++] = made;
    return made != NULL;
}

/* Adds the addresses of an answer; `added` counts them. */
static bool add_addresses(run *r, server_list *list, const char *name, int32_t port, const packet *p, size_t *added)
{
    address where;
    bool has_memory = true;
    for (size_t i = 0; p->problem == NULL && i < p->count && has_memory; i++) {
        if (!address_from_number(p->values[i], port, &where))
            continue;
        has_memory = add(r, list, name, &where);
        (*added)++;
    }
    return has_memory;
}

static bool add_glue(run *r, server_list *list, const char *name, const packet *named, size_t *added)
{
    address where;
    bool has_memory = true;
    for (size_t i = 0; i < named->glue_count && has_memory; i++) {
        if (!name_same(named->glue[i].name, name) || !address_from_number(named->glue[i].address, r->port, &where))
            continue;
        has_memory = add(r, list, name, &where);
        (*added)++;
    }
    return has_memory;
}

bool servers_add(run *r, server_list *list, const packet *named)
{
    query lookups[2 * SERVERS_MAX];
    size_t count = named->servers_count < SERVERS_MAX ? named->servers_count : SERVERS_MAX;
    memset(lookups, 0, sizeof lookups);
    for (size_t i = 0; i < count; i++) {
        lookups[2 * i] = (query){.to = &r->resolver, .name = named->servers[i], .type = LOOK_A};
        lookups[2 * i + 1] = (query){.to = &r->resolver, .name = named->servers[i], .type = LOOK_AAAA};
    }
    bool has_memory = query_all(r, lookups, 2 * count);
    for (size_t i = 0; i < count && has_memory; i++) {
        const char *name = named->servers[i];
        size_t added = 0;
        has_memory = add_addresses(r, list, name, r->port, &lookups[2 * i].got, &added) &&
                     add_addresses(r, list, name, r->port, &lookups[2 * i + 1].got, &added);
        if (has_memory && added == 0)
            has_memory = add_glue(r, list, name, named, &added);
        if (has_memory && added == 0)
            has_memory = add(r, list, name, NULL);
    }
    return has_memory;
}

bool servers_add_one(run *r, server_list *list, const char *text)
{
    char host[ADDRESS_HOST_BYTES], name[NAME_BYTES];
    int32_t port = r->port;
    address where;
    size_t added = 0;
    if (!address_split(text, host, &port))
        return true;
    if (address_from_number(host, port, &where))
        return add(r, list, host, &where);
    if (name_take(host, name) != NULL)
        return true;
    query lookups[] = {
        {.to = &r->resolver, .name = name, .type = LOOK_A}, {.to = &r->resolver, .name = name, .type = LOOK_AAAA}};
    return query_all(r, lookups, 2) && add_addresses(r, list, name, port, &lookups[0].got, &added) &&
           add_addresses(r, list, name, port, &lookups[1].got, &added) && (added > 0 || add(r, list, name, NULL));
}

/* ---- asking ---- */

static bool has_another(const server_list *list, const server *one)
{
    for (size_t i = 0; i < list->count; i++) {
        const server *other = list->items[i];
        bool is_other = other != one && other->shown.address != NULL && !other->is_unheard;
        if (is_other && name_same(other->shown.name, one->shown.name))
            return true;
    }
    return false;
}

static bool is_six(const server *s)
{
    return s->shown.address != NULL && s->where.storage.ss_family == AF_INET6;
}

static void drop(server_list *list, packet *got, size_t at)
{
    size_t behind = list->count - at - 1;
    memmove(list->items + at, list->items + at + 1, behind * sizeof(server *));
    memmove(got + at, got + at + 1, behind * sizeof *got);
    list->count--;
}

bool servers_ask(run *r, server_list *list, const char *name, int type, packet *got)
{
    query asked[SERVERS_MAX];
    bool has_no_route[SERVERS_MAX] = {false};
    size_t count = 0, taken = 0;
    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i]->shown.problem == NULL)
            asked[count++] = (query){.to = list->items[i], .name = name, .type = type};
    }
    if (!query_all(r, asked, count))
        return false;
    for (size_t i = 0; i < list->count; i++) {
        server *s = list->items[i];
        memset(&got[i], 0, sizeof got[i]);
        got[i].problem = s->shown.problem;
        if (s->shown.problem != NULL)
            continue;
        const query *q = &asked[taken++];
        got[i] = q->got;
        has_no_route[i] = q->has_no_route;
        s->is_unheard = q->is_silent || q->has_no_route;
        if (s->is_unheard)
            s->shown.problem = q->got.problem;
    }
    for (size_t i = list->count; i-- > 0;) {
        if (has_no_route[i] && !list->is_fixed && has_another(list, list->items[i]))
            drop(list, got, i);
    }
    return true;
}

/* Where no address of IPv6 was ever heard of, it is this machine's network that has none, though it may say it has. */
static void drop_unheard(server_list *list, packet *got)
{
    for (size_t i = 0; i < list->count; i++) {
        const server *s = list->items[i];
        if (is_six(s) && !s->is_unheard)
            return;
    }
    for (size_t i = list->count; i-- > 0;) {
        if (is_six(list->items[i]) && has_another(list, list->items[i]))
            drop(list, got, i);
    }
}

bool servers_check(run *r, server_list *list, const char *zone)
{
    packet got[SERVERS_MAX];
    if (!servers_ask(r, list, zone, LOOK_SOA, got))
        return false;
    drop_unheard(list, got);
    for (size_t i = 0; i < list->count; i++) {
        tcses_dns_server *s = &list->items[i]->shown;
        if (s->problem == NULL)
            s->problem = query_fault(&got[i], zone);
        /* Some hosts allow an alias at the zone's own name, and then answer with it in place of the SOA record. */
        bool has_soa = got[i].soa != NULL && name_same(got[i].soa, zone);
        if (s->problem == NULL && !has_soa && got[i].cname == NULL)
            s->problem = "not authoritative";
        if (s->problem == NULL)
            s->serial = got[i].serial;
    }
    return true;
}
