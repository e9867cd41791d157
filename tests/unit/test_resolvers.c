/* SPDX-License-Identifier: Apache-2.0 */
#include "support.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/arena.h"
#include "dns/exchange.h"
#include "dns/look.h"
#include "dns/query.h"

/* Several resolvers, of which one is chosen. Each is a socket that a thread serves, or nobody. */

#define TRY_MS 2000

/* What it answers, over and over; a packet without a header ends it. */
typedef struct resolver {
    address where;
    pthread_t thread;
    size_t asked;
    int socket;
    uint8_t code;
    bool is_served;
} resolver;

/* The question comes back as an answer that has nothing. */
static void *serve(void *ctx)
{
    resolver *r = ctx;
    uint8_t bytes[1024];
    struct sockaddr_storage from;
    socklen_t length = sizeof from;
    for (;;) {
        ssize_t size = recvfrom(r->socket, bytes, sizeof bytes, 0, (struct sockaddr *)&from, &length);
        if (size < EXCHANGE_HEADER_BYTES)
            return NULL;
        r->asked++;
        bytes[2] |= 0x80;
        bytes[3] = (uint8_t)(0x80 | r->code);
        sendto(r->socket, bytes, (size_t)size, 0, (const struct sockaddr *)&from, length);
    }
}

static void open_resolver(resolver *r, bool is_served, uint8_t code)
{
    memset(r, 0, sizeof *r);
    r->code = code;
    r->is_served = is_served;
    assert_true(address_from_number("127.0.0.1", 0, &r->where));
    r->where.length = sizeof r->where.storage;
    r->socket = socket(AF_INET, SOCK_DGRAM, 0);
    assert_true(r->socket >= 0);
    assert_int_equal(bind(r->socket, (struct sockaddr *)&r->where.storage, sizeof(struct sockaddr_in)), 0);
    assert_int_equal(getsockname(r->socket, (struct sockaddr *)&r->where.storage, &r->where.length), 0);
    if (is_served)
        assert_int_equal(pthread_create(&r->thread, NULL, serve, r), 0);
}

static void close_resolver(resolver *r)
{
    if (r->is_served) {
        assert_int_equal(sendto(r->socket, "", 0, 0, (const struct sockaddr *)&r->where.storage, r->where.length), 0);
        assert_int_equal(pthread_join(r->thread, NULL), 0);
    }
    close(r->socket);
}

/* Two questions; which of them was asked the second. */
static void expect_choice(resolver *all, size_t count, int32_t try_ms, const resolver *wanted, const char *problem)
{
    memory mem = memory_default();
    arena a;
    packet got;
    char text[ADDRESS_TEXT_BYTES];
    run r = {.memory = &a, .deadline_ms = exchange_now() + 60000, .try_ms = try_ms, .port = 53};
    arena_init(&a, &mem);
    r.resolver = *query_server(&r, "resolver", &all[0].where);
    r.resolver.is_resolver = true;
    for (size_t i = 0; i < count; i++)
        r.resolvers[r.resolvers_count++] = all[i].where;
    for (int i = 0; i < 2; i++) {
        assert_true(query_one(&r, &r.resolver, "example.com", LOOK_TXT, &got));
        if (problem == NULL)
            assert_null(got.problem);
        else
            assert_string_equal(got.problem, problem);
    }
    address_write(&wanted->where, text);
    assert_string_equal(r.resolver.shown.address, text);
    assert_string_equal(r.resolver.shown.name, "resolver");
    arena_free(&a);
}

static void test_resolvers__the_first_that_answers_is_asked(void **state)
{
    (void)state;
    resolver all[3];
    open_resolver(&all[0], true, 0);
    open_resolver(&all[1], true, 0);
    expect_choice(all, 2, TRY_MS, &all[0], NULL);
    close_resolver(&all[0]);
    close_resolver(&all[1]);
    assert_int_equal(all[0].asked, 3);
    assert_int_equal(all[1].asked, 1);
    /* One keeps silent, one refuses. */
    open_resolver(&all[0], false, 0);
    open_resolver(&all[1], true, 5);
    open_resolver(&all[2], true, 0);
    int64_t began_ms = exchange_now();
    expect_choice(all, 3, 30000, &all[2], NULL);
    assert_true(exchange_now() - began_ms < 30000);
    for (size_t i = 0; i < COUNT_OF(all); i++)
        close_resolver(&all[i]);
    assert_int_equal(all[2].asked, 3);
}

/* That costs the time of one question, and no more. */
static void test_resolvers__if_none_answers_none_is_asked_again(void **state)
{
    (void)state;
    resolver all[2];
    open_resolver(&all[0], false, 0);
    open_resolver(&all[1], false, 0);
    expect_choice(all, 2, 20, &all[0], "timed out");
    uint8_t bytes[1024];
    size_t asked = 0;
    while (recv(all[0].socket, bytes, sizeof bytes, MSG_DONTWAIT) > 0)
        asked++;
    assert_int_equal(asked, 2);
    close_resolver(&all[0]);
    close_resolver(&all[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_resolvers__the_first_that_answers_is_asked),
        cmocka_unit_test(test_resolvers__if_none_answers_none_is_asked_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
