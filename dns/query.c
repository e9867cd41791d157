/* SPDX-License-Identifier: Apache-2.0 */
#include "dns/query.h"

#include <stdio.h>
#include <string.h>

#include "dns/exchange.h"
#include "dns/look.h"
#include "dns/name.h"

/* One lost question may be lost; a resolver that was never heard and keeps silent twice is not there. */
#define SILENCES_MAX 2
/* Of several resolvers one is enough; those before it in the file have this long. */
#define CHOICE_GRACE_MS 300

static const char timed_out[] = "timed out";

static bool is_worth_asking(const run *r, const query *q)
{
    return !q->to->is_resolver || r->resolver_has_spoken || r->resolver_silences < SILENCES_MAX;
}

/* Writes the question. False if it need not be sent: why is in its packet. */
static bool write_question(const run *r, query *q, exchange *e)
{
    bool wants_recursion = q->to->is_resolver;
    memset(&q->got, 0, sizeof q->got);
    memset(e, 0, sizeof *e);
    if (!is_worth_asking(r, q)) {
        q->got.problem = timed_out;
        return false;
    }
    e->server = q->to->where;
    e->query_length = packet_write(q->name, q->type, wants_recursion, true, e->query, sizeof e->query);
    e->plain_length = packet_write(q->name, q->type, wants_recursion, false, e->plain, sizeof e->plain);
    if (e->query_length == 0 || e->plain_length == 0)
        q->got.problem = "a name that can't be asked for";
    return q->got.problem == NULL;
}

static const char *join(run *r, const char *a, const char *b)
{
    size_t length = strlen(a);
    char *room = arena_take(r->memory, length + strlen(b) + 1);
    if (room != NULL)
        snprintf(room, length + strlen(b) + 1, "%s%s", a, b);
    return room;
}

static bool read_answer(run *r, query *q, const exchange *e)
{
    q->has_no_route = e->has_no_route;
    q->is_silent = e->problem != NULL && strcmp(e->problem, timed_out) == 0;
    if (q->to->is_resolver) {
        r->resolver_has_spoken = r->resolver_has_spoken || e->answer != NULL;
        r->resolver_silences += q->is_silent;
    }
    if (e->answer != NULL)
        return packet_read(e->answer, e->answer_length, q->name, q->type, r->memory, &q->got);
    const char *problem = e->problem != NULL ? e->problem : "no answer";
    q->got.problem = e->was_truncated ? join(r, "truncated, and over TCP: ", problem) : problem;
    return q->got.problem != NULL;
}

/* All are asked for the root's servers at once. If none answers, the first stays, and is not asked again. */
static bool choose_resolver(run *r)
{
    server *servers[RESOLVERS_MAX];
    query asked[RESOLVERS_MAX];
    size_t count = r->resolvers_count, chosen = 0;
    int32_t grace_ms = r->grace_ms;
    memset(asked, 0, sizeof asked);
    r->resolvers_count = 0;
    for (size_t i = 0; i < count; i++) {
        servers[i] = query_server(r, r->resolver.shown.name, &r->resolvers[i]);
        if (servers[i] == NULL)
            return false;
        servers[i]->is_resolver = true;
        asked[i] = (query){.to = servers[i], .name = ".", .type = LOOK_NS};
    }
    r->grace_ms = CHOICE_GRACE_MS;
    bool has_memory = query_all(r, asked, count);
    r->grace_ms = grace_ms;
    while (chosen < count && asked[chosen].got.problem != NULL)
        chosen++;
    if (chosen < count)
        r->resolver = *servers[chosen];
    return has_memory;
}

static bool asks_resolver(const query *all, size_t count)
{
    size_t i = 0;
    while (i < count && !all[i].to->is_resolver)
        i++;
    return i < count;
}

bool query_all(run *r, query *all, size_t count)
{
    if (r->resolvers_count > 0 && asks_resolver(all, count) && !choose_resolver(r))
        return false;
    const memory *mem = &r->memory->mem;
    exchange_limits limits = {mem, r->deadline_ms, r->try_ms, r->grace_ms, r->cancel};
    exchange *exchanges = memory_take(mem, count * sizeof *exchanges);
    query **sent = memory_take(mem, count * sizeof(query *));
    size_t sent_count = 0;
    bool has_memory = exchanges != NULL && sent != NULL;
    for (size_t i = 0; has_memory && i < count; i++) {
        if (write_question(r, &all[i], &exchanges[sent_count]))
            sent[sent_count++] = &all[i];
    }
    has_memory = has_memory && exchange_run(exchanges, sent_count, &limits);
    for (size_t i = 0; has_memory && i < sent_count; i++)
        has_memory = read_answer(r, sent[i], &exchanges[i]);
    if (exchanges != NULL)
        exchange_free(exchanges, sent_count, mem);
    memory_give(mem, exchanges);
    memory_give(mem, sent);
    return has_memory;
}

bool query_one(run *r, server *to, const char *name, int type, packet *got)
{
    query q = {.to = to, .name = name, .type = type};
    bool has_memory = query_all(r, &q, 1);
    *got = q.got;
    return has_memory;
}

server *query_server(run *r, const char *name, const address *where)
{
    char text[ADDRESS_TEXT_BYTES];
    server *s = arena_take(r->memory, sizeof *s);
    if (s == NULL)
        return NULL;
    s->shown.size = sizeof s->shown;
    s->shown.name = arena_copy(r->memory, name, strlen(name));
    if (where == NULL) {
        s->shown.problem = "its name has no address";
        return s->shown.name != NULL ? s : NULL;
    }
    s->where = *where;
    address_write(where, text);
    s->shown.address = arena_copy(r->memory, text, strlen(text));
    return s->shown.name != NULL && s->shown.address != NULL ? s : NULL;
}

const char *query_fault(const packet *p, const char *zone)
{
    if (p->problem != NULL)
        return p->problem;
    if (p->is_referral && name_is_within(p->cut, zone) && !name_same(p->cut, zone))
        return NULL;
    return p->is_referral || !p->is_authoritative ? "not authoritative" : NULL;
}

tcses_dns_answer *query_no_answer(run *r, const server *from, const char *problem)
{
    tcses_dns_answer *answer = arena_take(r->memory, sizeof *answer);
    if (answer == NULL)
        return NULL;
    answer->size = sizeof *answer;
    answer->server = from->shown.name;
    answer->address = from->shown.address;
    answer->problem = problem;
    answer->state = TCSES_ANSWER_FAILED;
    return answer;
}

tcses_dns_answer *query_answer(run *r, const server *from, const packet *p)
{
    const char *problem = p->problem == NULL && p->is_referral ? "refers to other servers" : p->problem;
    tcses_dns_answer *answer = query_no_answer(r, from, problem);
    if (answer == NULL || problem != NULL)
        return answer;
    answer->values = p->values;
    answer->raw = p->raw;
    answer->values_count = answer->raw_count = p->count;
    answer->cname = p->cname;
    answer->state = p->state != 0 ? p->state : TCSES_ANSWER_RECORDS; /* a CNAME that leads out of what it knows */
    answer->is_authoritative = p->is_authoritative ? TCSES_TRUE : TCSES_FALSE;
    answer->ttl = p->ttl;
    return answer;
}
