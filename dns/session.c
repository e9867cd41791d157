/* SPDX-License-Identifier: Apache-2.0 */
#include "dns/session.h"

#include <stdio.h>
#include <string.h>

#include <tcses/sys/error.h>

#include "base/sized.h"
#include "dns/exchange.h"
#include "dns/name.h"

#define DEFAULT_TIMEOUT_MS 20000
#define DEFAULT_QUERY_TIMEOUT_MS 2000
#define RESOLVER_FILE "/etc/resolv.conf"

tcses_status session_refuse(const session *s, const char *field, const char *rule)
{
    char message[512];
    snprintf(message, sizeof message, "%s: %s", field, rule);
    return tcses_error_new(TCSES_ERR_ARGUMENT, field, message, s->options.allocator, s->error);
}

static tcses_status report_no_memory(const session *s)
{
    return tcses_error_new(TCSES_ERR_MEMORY, NULL, "out of memory", s->options.allocator, s->error);
}

/* ---- options ---- */

static tcses_status check_numbers(const session *s)
{
    const tcses_doctor_options *o = &s->options;
    if (o->timeout_ms < 0)
        return session_refuse(s, "timeout_ms", "must not be negative");
    if (o->query_timeout_ms < 0)
        return session_refuse(s, "query_timeout_ms", "must not be negative");
    if (o->port < 0 || o->port > 65535)
        return session_refuse(s, "port", "must be 0 to 65535");
    return o->reserved != 0 || o->reserved2 != 0 ? session_refuse(s, "reserved", "must be 0") : TCSES_OK;
}

static tcses_status check_servers(const session *s)
{
    const tcses_doctor_options *o = &s->options;
    char host[ADDRESS_HOST_BYTES], name[NAME_BYTES], field[32];
    int32_t port = 0;
    address where;
    if (o->servers == NULL)
        return o->servers_count > 0 ? session_refuse(s, "servers", "must not be NULL") : TCSES_OK;
    if (o->servers_count > SERVERS_MAX)
        return session_refuse(s, "servers_count", "must be at most 32");
    for (size_t i = 0; i < o->servers_count; i++) {
        snprintf(field, sizeof field, "servers[%zu]", i);
        if (o->servers[i] == NULL)
            return session_refuse(s, field, "must not be NULL");
        if (!address_split(o->servers[i], host, &port) ||
            (!address_from_number(host, ADDRESS_DNS_PORT, &where) && name_take(host, name) != NULL))
            return session_refuse(s, field, "must be HOST or HOST:PORT");
    }
    return TCSES_OK;
}

static tcses_status take_resolver(session *s)
{
    char host[ADDRESS_HOST_BYTES];
    int32_t port = ADDRESS_DNS_PORT;
    address where[RESOLVERS_MAX];
    size_t count = 1;
    if (s->options.resolver == NULL)
        count = address_of_resolvers(RESOLVER_FILE, where, RESOLVERS_MAX);
    if (count == 0)
        return tcses_error_new(TCSES_ERR_SYSTEM, "resolver", "no resolver is configured in " RESOLVER_FILE,
            s->options.allocator, s->error);
    if (s->options.resolver != NULL &&
        (!address_split(s->options.resolver, host, &port) || !address_from_number(host, port, &where[0])))
        return session_refuse(s, "resolver", "must be ADDRESS, ADDRESS:PORT or [ADDRESS]:PORT");
    server *made = query_server(&s->r, "resolver", &where[0]);
    if (made == NULL)
        return report_no_memory(s);
    s->r.resolver = *made;
    s->r.resolver.is_resolver = true;
    if (count > 1) {
        memcpy(s->r.resolvers, where, count * sizeof where[0]);
        s->r.resolvers_count = count;
    }
    return TCSES_OK;
}

static tcses_status take_options(session *s, const tcses_doctor_options *given, memory *mem)
{
    const char *broken = given != NULL ? sized_copy(&s->options, sizeof s->options, sizeof s->options, given) : NULL;
    if (broken != NULL) {
        s->options.allocator = NULL;
        return session_refuse(s, "options", broken);
    }
    if (!memory_from(mem, s->options.allocator)) {
        s->options.allocator = NULL;
        return session_refuse(s, "allocator", "needs its size, allocate and release set");
    }
    tcses_status status = check_numbers(s);
    return status == TCSES_OK ? check_servers(s) : status;
}

/* ---- beginning and end ---- */

static void start_clock(session *s)
{
    const tcses_doctor_options *o = &s->options;
    s->began_ms = exchange_now();
    s->r.deadline_ms = s->began_ms + (o->timeout_ms > 0 ? o->timeout_ms : DEFAULT_TIMEOUT_MS);
    s->r.try_ms = o->query_timeout_ms > 0 ? o->query_timeout_ms : DEFAULT_QUERY_TIMEOUT_MS;
    s->r.port = o->port > 0 ? o->port : ADDRESS_DNS_PORT;
}

tcses_status session_begin(session *s, const tcses_doctor_options *options, size_t root_bytes, tcses_error **error)
{
    memory mem;
    memset(s, 0, sizeof *s);
    s->error = error;
    if (error != NULL)
        *error = NULL;
    tcses_status status = take_options(s, options, &mem);
    if (status != TCSES_OK)
        return status;
    start_clock(s);
    s->root = arena_tree_new(&mem, root_bytes, &s->r.memory);
    if (s->root == NULL)
        return report_no_memory(s);
    status = take_resolver(s);
    if (status != TCSES_OK)
        arena_tree_free(s->root);
    return status;
}

tcses_status session_end(session *s, tcses_status status, bool has_memory, const void **out)
{
    if (status == TCSES_OK && tcses_cancel_triggered(s->r.cancel))
        status = tcses_error_new(TCSES_ERR_CANCELLED, NULL, "cancelled", s->options.allocator, s->error);
    else if (status == TCSES_OK && !has_memory)
        status = report_no_memory(s);
    if (status == TCSES_OK)
        *out = s->root;
    else
        arena_tree_free(s->root);
    return status;
}

/* ---- what is asked about ---- */

tcses_status session_take_name(session *s, const char *field, const char *given, const char **name)
{
    char room[NAME_BYTES];
    if (given == NULL)
        return session_refuse(s, field, "is required");
    const char *wrong = name_take(given, room);
    if (wrong != NULL)
        return session_refuse(s, field, wrong);
    *name = arena_copy(s->r.memory, room, strlen(room));
    return *name != NULL ? TCSES_OK : report_no_memory(s);
}

tcses_status session_take_request(session *s, const tcses_doctor_request *request, session_subject *subject)
{
    tcses_doctor_request local;
    const char *broken = sized_copy(&local, sizeof local, sizeof local, request);
    if (broken != NULL)
        return session_refuse(s, "request", broken);
    s->r.cancel = local.cancel;
    subject->expected = local.expected;
    if (local.expected == NULL || local.domain == NULL)
        return session_take_name(
            s, "domain", local.expected != NULL ? local.expected->domain : local.domain, &subject->domain);
    const char *of_set = NULL;
    tcses_status status = session_take_name(s, "domain", local.domain, &subject->domain);
    if (status == TCSES_OK)
        status = session_take_name(s, "expected", local.expected->domain, &of_set);
    if (status == TCSES_OK && !name_same(of_set, subject->domain))
        status = session_refuse(s, "domain", "is not the domain of the expected records");
    return status;
}

bool session_find_zone(session *s, const char *name, found_zone *z)
{
    if (s->options.servers_count == 0)
        return zone_find(&s->r, name, z);
    return zone_find_at(&s->r, name, s->options.servers, s->options.servers_count, z);
}
