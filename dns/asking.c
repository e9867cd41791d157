/* SPDX-License-Identifier: Apache-2.0 */
#include "dns/asking.h"

#include <string.h>

#include "dns/name.h"

/* What was asked, and the answers. */
typedef struct asked {
    struct asked *next;
    const char *name;
    int type;
    bool of_resolver;
    const tcses_dns_answer *const *answers;
    size_t count;
} asked;

static const asked *find(const asking *a, const char *name, int type, bool of_resolver)
{
    for (const asked *at = a->done; at != NULL; at = at->next) {
        if (at->type == type && at->of_resolver == of_resolver && name_same(at->name, name))
            return at;
    }
    return NULL;
}

static const asked *remember(
    asking *a, const char *name, int type, bool of_resolver, const tcses_dns_answer **answers, size_t count)
{
    asked *made = arena_take(a->r->memory, sizeof *made);
    if (made == NULL)
        return NULL;
    made->name = arena_copy(a->r->memory, name, strlen(name));
    if (made->name == NULL)
        return NULL;
    made->type = type;
    made->of_resolver = of_resolver;
    made->answers = answers;
    made->count = count;
    made->next = a->done;
    a->done = made;
    return made;
}

static const asked *ask_resolver(asking *a, const char *name, int type)
{
    packet got;
    const asked *known = find(a, name, type, true);
    if (known != NULL)
        return known;
    const tcses_dns_answer **answers = arena_take(a->r->memory, sizeof(tcses_dns_answer *));
    if (answers == NULL || !query_one(a->r, &a->r->resolver, name, type, &got))
        return NULL;
    answers[0] = query_answer(a->r, &a->r->resolver, &got);
    return answers[0] != NULL ? remember(a, name, type, true, answers, 1) : NULL;
}

/* Whether those that answer send one on to other servers. */
static bool is_delegated(const packet *got, size_t count, const char *zone)
{
    size_t referrals = 0, others = 0;
    for (size_t i = 0; i < count; i++) {
        if (query_fault(&got[i], zone) == NULL)
            (*(got[i].is_referral ? &referrals : &others))++;
    }
    return referrals > 0 && others == 0;
}

static const asked *ask_servers(asking *a, const char *name, int type)
{
    packet got[SERVERS_MAX];
    run *r = a->r;
    server_list *list = &a->z->servers;
    if (!servers_ask(r, list, name, type, got))
        return NULL;
    if (is_delegated(got, list->count, a->z->name))
        return ask_resolver(a, name, type);
    const tcses_dns_answer **answers = arena_take(r->memory, list->count * sizeof(tcses_dns_answer *));
    if (answers == NULL)
        return NULL;
    for (size_t i = 0; i < list->count; i++) {
        const char *fault = query_fault(&got[i], a->z->name);
        answers[i] = fault != NULL ? query_no_answer(r, list->items[i], fault)
                                   : query_answer(r, list->items[i], &got[i]);
        if (answers[i] == NULL)
            return NULL;
    }
    return remember(a, name, type, false, answers, list->count);
}

static bool everywhere(void *ctx, const char *name, int type, const tcses_dns_answer *const **answers, size_t *count)
{
    asking *a = ctx;
    bool is_in_zone = a->z->name != NULL && name_is_within(name, a->z->name);
    const asked *known = is_in_zone ? find(a, name, type, false) : NULL;
    if (known == NULL)
        known = is_in_zone ? ask_servers(a, name, type) : ask_resolver(a, name, type);
    if (known == NULL)
        return false;
    *answers = known->answers;
    *count = known->count;
    return true;
}

static bool recursive(void *ctx, const char *name, int type, const tcses_dns_answer **answer)
{
    const asked *known = ask_resolver(ctx, name, type);
    *answer = known != NULL ? known->answers[0] : NULL;
    return known != NULL;
}

bool asking_init(asking *a, run *r, found_zone *z)
{
    const tcses_dns_server **servers = arena_take(r->memory, z->servers.count * sizeof(tcses_dns_server *));
    memset(a, 0, sizeof *a);
    if (servers == NULL)
        return false;
    for (size_t i = 0; i < z->servers.count; i++)
        servers[i] = &z->servers.items[i]->shown;
    z->servers.is_fixed = true;
    a->r = r;
    a->z = z;
    a->shown = (look){.ctx = a,
        .memory = r->memory,
        .zone = z->name,
        .servers = servers,
        .servers_count = z->servers.count,
        .everywhere = everywhere,
        .recursive = recursive};
    return true;
}
