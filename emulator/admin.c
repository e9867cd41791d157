/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * /_emulator/...: what tests look at and set, outside the API and without a signature.
 */
#include "admin.h"

#include <stdlib.h>
#include <string.h>

#include "verify.h"

static const char prefix[] = "/_emulator/";

/* Takes over `content`. */
static void answer(struct exchange *exchange, json_t *content)
{
    exchange->status = HTTP_OK;
    exchange->answer = json_dumps(content, JSON_COMPACT);
    json_decref(content);
}

/* GET /_emulator/requests, and ?after=NUMBER for what came later than one already seen. */
static void show_requests(struct emulator *emulator, struct exchange *exchange, const char *rest)
{
    static const json_int_t most = 99999999999999999;
    static const char option[] = "after=";
    json_int_t after = 0;
    (void)rest;
    if (exchange->query[0] != '\0' && (strncmp(exchange->query, option, sizeof(option) - 1) != 0 ||
                                          !emu_text_to_number(exchange->query + sizeof(option) - 1, most, &after))) {
        emu_exchange_fail(exchange, HTTP_BAD_REQUEST, "the only option is after=NUMBER");
        return;
    }
    answer(exchange, emu_journal_render(&emulator->journal, (uint64_t)after));
}

/* DELETE /_emulator/requests */
static void clear_requests(struct emulator *emulator, struct exchange *exchange, const char *rest)
{
    (void)rest;
    emu_journal_clear(&emulator->journal);
    answer(exchange, json_object());
}

/* GET /_emulator/stats */
static void show_stats(struct emulator *emulator, struct exchange *exchange, const char *rest)
{
    (void)rest;
    answer(exchange, json_pack("{s:I, s:I, s:I}", "connections", (json_int_t)emulator->connections, "api_connections",
                         (json_int_t)emulator->api_connections, "requests", (json_int_t)emulator->journal.requests));
}

/* POST /_emulator/domains/NAME {"verified": true} */
static void decide_domain(struct emulator *emulator, struct exchange *exchange, const char *name)
{
    struct domain *domain = emu_account_find_domain(&emulator->account, name);
    json_t *body = json_loadb(exchange->body, exchange->body_length, JSON_REJECT_DUPLICATES, NULL);
    const json_t *verified = json_object_get(body, "verified");
    if (!json_is_boolean(verified) || json_object_size(body) != 1) {
        emu_exchange_fail(
            exchange, HTTP_BAD_REQUEST, "the body has to be {\"verified\": true} or {\"verified\": false}");
    } else if (domain == NULL) {
        emu_exchange_fail(exchange, HTTP_NOT_FOUND, "there is no such domain in the account");
    } else {
        emu_verify_decide(domain, json_is_true(verified));
        answer(exchange, json_pack("{s:s, s:b}", "name", domain->name, "verified", domain->verified));
    }
    json_decref(body);
}

/* A path that ends in a slash is followed by a name, the handler's `rest`. */
static const struct route {
    const char *path;
    const char *method;
    /* For the header Allow: all methods of this path. */
    const char *allow;
    void (*handle)(struct emulator *emulator, struct exchange *exchange, const char *rest);
} routes[] = {
    {"requests", "GET", "GET, DELETE", show_requests},
    {"requests", "DELETE", "GET, DELETE", clear_requests},
    {"stats", "GET", "GET", show_stats},
    {"domains/", "POST", "POST", decide_domain},
};

bool emu_admin_owns(const char *path)
{
    return strncmp(path, prefix, sizeof(prefix) - 1) == 0;
}

/* What follows the route's path; NULL if the path is another one. */
static const char *match(const struct route *route, const char *path)
{
    size_t length = strlen(route->path);
    if (strncmp(path, route->path, length) != 0)
        return NULL;
    bool named = route->path[length - 1] == '/';
    return named == (path[length] != '\0') ? path + length : NULL;
}

void emu_admin_answer(struct emulator *emulator, struct exchange *exchange)
{
    const char *path = exchange->path + sizeof(prefix) - 1;
    for (size_t i = 0; i < sizeof(routes) / sizeof(routes[0]); i++) {
        const char *rest = match(&routes[i], path);
        if (rest == NULL)
            continue;
        exchange->allow = routes[i].allow;
        if (strcmp(routes[i].method, exchange->method) == 0) {
            routes[i].handle(emulator, exchange, rest);
            return;
        }
    }
    if (exchange->allow != NULL)
        emu_exchange_fail(exchange, HTTP_METHOD_NOT_ALLOWED, "this path does not take this method");
    else
        emu_exchange_fail(exchange, HTTP_NOT_FOUND, "the admin interface has no such path");
}
