/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Exchanges that break: a create reaches the server once at most and its outcome is told as unknown; what may be repeated is.
 */
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "support/server.h"
#include "support/support.h"

#define CREATE "CreateEmailIdentity"
#define READ "GetEmailIdentity"
#define NAME "mail.example.com"

static void answer_all(connection *c)
{
    while (connection_read(c) != NULL)
        connection_answer(c, "200 OK", NULL, domain_answer);
}

static void answer_next(connection *c)
{
    if (connection_read(c) != NULL)
        connection_answer(c, "200 OK", NULL, domain_answer);
}

/* ---- a kept connection that dies ---- */

static void read_second_and_close(connection *c, void *ctx)
{
    (void)ctx;
    if (connection_number(c) > 1) {
        answer_all(c);
        return;
    }
    answer_next(c);
    connection_read(c);
}

static void test_resend__create_read_whole_and_unanswered_is_sent_once(void **state)
{
    (void)state;
    server *s = server_start(read_second_and_close, NULL);
    tcses_client_options options = options_for(server_url(s));
    tcses_client *client = client_for(&options);
    expect_success(read_domain(client, NAME, NULL));
    expect_failure(create_domain(client, NAME, NULL), TCSES_ERR_NETWORK, TCSES_OUTCOME_UNKNOWN, 1);
    assert_int_equal(server_requests(s, CREATE), 1);
    expect_success(create_domain(client, NAME, NULL));
    assert_int_equal(server_requests(s, CREATE), 2);
    tcses_client_free(client);
    server_stop(s);
}

/* The library's log has a line an attempt, so one line and three requests mean that libcurl sent it again by itself. */
static void test_resend__read_unanswered_on_a_kept_connection_is_repeated_by_libcurl(void **state)
{
    (void)state;
    atomic_int attempts = 0;
    server *s = server_start(read_second_and_close, NULL);
    tcses_client_options options = options_for(server_url(s));
    options.log = count_attempts;
    options.log_ctx = &attempts;
    options.log_level = TCSES_LOG_INFO;
    options.max_attempts = 1;
    tcses_client *client = client_for(&options);
    expect_success(read_domain(client, NAME, NULL));
    expect_success(read_domain(client, NAME, NULL));
    assert_int_equal(atomic_load(&attempts), 2);
    assert_int_equal(server_requests(s, READ), 3);
    assert_int_equal(server_connections(s), 2);
    tcses_client_free(client);
    server_stop(s);
}

static void close_unread(connection *c, void *ctx)
{
    (void)ctx;
    if (connection_number(c) > 1) {
        answer_all(c);
        return;
    }
    answer_next(c);
    connection_await_bytes(c);
}

/*
 * The server closes when the first byte is there. If that comes before the body was sent, the create was not made and is
 * sent on a new connection; else nobody on this side can know.
 */
static void test_resend__create_unread_on_a_kept_connection_is_made_once_or_unknown(void **state)
{
    (void)state;
    for (int i = 0; i < 20; i++) {
        server *s = server_start(close_unread, NULL);
        tcses_client_options options = options_for(server_url(s));
        tcses_client *client = client_for(&options);
        expect_success(read_domain(client, NAME, NULL));
        result r = create_domain(client, NAME, NULL);
        assert_int_equal(server_requests(s, CREATE), r.status == TCSES_OK ? 1 : 0);
        if (r.status != TCSES_OK)
            expect_failure(r, TCSES_ERR_NETWORK, TCSES_OUTCOME_UNKNOWN, 1);
        tcses_client_free(client);
        server_stop(s);
    }
}

static void test_resend__read_unread_on_a_kept_connection_is_repeated(void **state)
{
    (void)state;
    server *s = server_start(close_unread, NULL);
    tcses_client_options options = options_for(server_url(s));
    tcses_client *client = client_for(&options);
    expect_success(read_domain(client, NAME, NULL));
    expect_success(read_domain(client, NAME, NULL));
    assert_int_equal(server_requests(s, READ), 2);
    assert_int_equal(server_connections(s), 2);
    tcses_client_free(client);
    server_stop(s);
}

static void end_idle(connection *c, void *ctx)
{
    if (connection_number(c) > 1) {
        answer_all(c);
        return;
    }
    answer_next(c);
    shutdown(connection_fd(c), SHUT_RDWR);
    event_raise(ctx);
}

static void test_resend__idle_connection_seen_closed_is_replaced(void **state)
{
    (void)state;
    event closed = EVENT_INIT;
    server *s = server_start(end_idle, &closed);
    tcses_client_options options = options_for(server_url(s));
    options.max_attempts = 1;
    tcses_client *client = client_for(&options);
    expect_success(read_domain(client, NAME, NULL));
    event_await(&closed, 1);
    expect_success(create_domain(client, NAME, NULL));
    assert_int_equal(server_requests(s, CREATE), 1);
    assert_int_equal(server_connections(s), 2);
    tcses_client_free(client);
    server_stop(s);
}

/* ---- a fresh connection that dies on the first request; later ones are served ---- */

typedef void (*spoil_fn)(connection *c);

static void spoil_first(connection *c, void *ctx)
{
    const spoil_fn *spoil = ctx;
    if (connection_number(c) == 1)
        (*spoil)(c);
    else
        answer_all(c);
}

static void close_without_answer(connection *c)
{
    connection_read(c);
}

static void reset_without_answer(connection *c)
{
    connection_read(c);
    connection_reset_at_close(c);
}

static void send_half_a_head(connection *c)
{
    connection_read(c);
    connection_send(c, "HTTP/1.1 200 OK\r\nContent-Type: appl");
}

static void send_half_a_body(connection *c)
{
    connection_read(c);
    connection_send(c, "HTTP/1.1 200 OK\r\nContent-Length: 300\r\n\r\n{\"Response\":{\"RequestId\":");
}

static void send_half_the_chunks(connection *c)
{
    connection_read(c);
    connection_send(c, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"Res\r\n");
}

static void reset_in_the_body(connection *c)
{
    send_half_a_body(c);
    connection_reset_at_close(c);
}

static const struct {
    spoil_fn spoil;
    tcses_status status;
} spoilers[] = {
    {close_without_answer, TCSES_ERR_NETWORK},
    {reset_without_answer, TCSES_ERR_NETWORK},
    {send_half_a_head, TCSES_ERR_NETWORK},
    {send_half_a_body, TCSES_ERR_NETWORK},
    {send_half_the_chunks, TCSES_ERR_NETWORK},
    {reset_in_the_body, TCSES_ERR_NETWORK},
};

static void test_resend__create_on_a_broken_exchange_is_unknown(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof spoilers / sizeof spoilers[0]; i++) {
        spoil_fn spoil = spoilers[i].spoil;
        server *s = server_start(spoil_first, &spoil);
        tcses_client_options options = options_for(server_url(s));
        tcses_client *client = client_for(&options);
        expect_failure(create_domain(client, NAME, NULL), spoilers[i].status, TCSES_OUTCOME_UNKNOWN, 1);
        assert_int_equal(server_requests(s, CREATE), 1);
        assert_int_equal(server_connections(s), 1);
        tcses_client_free(client);
        server_stop(s);
    }
}

static void test_resend__read_on_a_broken_exchange_is_repeated_by_the_library(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof spoilers / sizeof spoilers[0]; i++) {
        spoil_fn spoil = spoilers[i].spoil;
        atomic_int attempts = 0;
        server *s = server_start(spoil_first, &spoil);
        tcses_client_options options = options_for(server_url(s));
        options.log = count_attempts;
        options.log_ctx = &attempts;
        options.log_level = TCSES_LOG_INFO;
        tcses_client *client = client_for(&options);
        expect_success(read_domain(client, NAME, NULL));
        assert_int_equal(atomic_load(&attempts), 2);
        assert_int_equal(server_requests(s, READ), 2);
        tcses_client_free(client);
        server_stop(s);
    }
}

/* More than the headers, so that a part of the body is among it. */
static void read_some_and_reset(connection *c, void *ctx)
{
    char room[65536];
    (void)ctx;
    if (recv(connection_fd(c), room, sizeof room, MSG_WAITALL) != (ssize_t)sizeof room)
        die("less came than was sent");
    connection_reset_at_close(c);
}

static void test_resend__create_cut_off_in_its_body_is_unknown(void **state)
{
    (void)state;
    server *s = server_start(read_some_and_reset, NULL);
    tcses_client_options options = options_for(server_url(s));
    tcses_client *client = client_for(&options);
    expect_failure(create_large(client, 8 << 20, NULL), TCSES_ERR_NETWORK, TCSES_OUTCOME_UNKNOWN, 1);
    assert_int_equal(server_connections(s), 1);
    tcses_client_free(client);
    server_stop(s);
}

/* ---- deletes ---- */

static const char gone_answer[] = "{\"Response\":{\"Error\":{\"Code\":\"InvalidParameterValue.NotExistDomain\","
                                  "\"Message\":\"no such domain\"},\"RequestId\":\"r-3\"}}";

/* The first delete is read and not answered, be it on a fresh connection or on a kept one. Then there is nothing left. */
static void lose_answer_of_delete(connection *c, void *ctx)
{
    (void)ctx;
    const received *r = NULL;
    while ((r = connection_read(c)) != NULL) {
        bool is_delete = received_has(r, "X-TC-Action: DeleteEmailIdentity");
        if (is_delete && connection_number(c) == 1)
            return;
        connection_answer(c, "200 OK", NULL, is_delete ? gone_answer : domain_answer);
    }
}

static result delete_domain(tcses_client *client)
{
    result r = {0};
    tcses_delete_email_identity_request request = TCSES_DELETE_EMAIL_IDENTITY_REQUEST_INIT;
    request.email_identity = NAME;
    r.status = tcses_delete_email_identity(client, &request, NULL, NULL, &r.error);
    return r;
}

/* If libcurl sent it again by itself, the library could not tell the second answer from a first one. */
static void test_resend__delete_whose_answer_was_lost_is_done_when_nothing_is_left(void **state)
{
    (void)state;
    for (int kept = 0; kept < 2; kept++) {
        server *s = server_start(lose_answer_of_delete, NULL);
        tcses_client_options options = options_for(server_url(s));
        tcses_client *client = client_for(&options);
        if (kept)
            expect_success(read_domain(client, NAME, NULL));
        expect_success(delete_domain(client));
        assert_int_equal(server_requests(s, "DeleteEmailIdentity"), 2);
        expect_failure(delete_domain(client), TCSES_ERR_API, TCSES_OUTCOME_NOT_DONE, 1);
        tcses_client_free(client);
        server_stop(s);
    }
}

/* ---- updates ---- */

/* The first update is read on a kept connection and not answered. Then all are told to come later. */
static void lose_answer_of_update(connection *c, void *ctx)
{
    (void)ctx;
    const received *r = NULL;
    while ((r = connection_read(c)) != NULL) {
        bool is_update = received_has(r, "X-TC-Action: UpdateEmailIdentity");
        if (is_update && connection_number(c) == 1)
            return;
        connection_answer(c, "200 OK", NULL, is_update ? throttled_answer : domain_answer);
    }
}

/* If libcurl sent it again by itself, the refusal of the second would be taken for that of the first. */
static void test_resend__update_whose_answer_was_lost_is_unknown_when_refused_later(void **state)
{
    (void)state;
    result r = {0};
    server *s = server_start(lose_answer_of_update, NULL);
    tcses_client_options options = options_for(server_url(s));
    options.max_attempts = 2;
    tcses_client *client = client_for(&options);
    tcses_update_email_identity_request request = TCSES_UPDATE_EMAIL_IDENTITY_REQUEST_INIT;
    request.email_identity = NAME;
    expect_success(read_domain(client, NAME, NULL));
    r.status = tcses_update_email_identity(client, &request, NULL, NULL, &r.error);
    expect_failure(r, TCSES_ERR_API, TCSES_OUTCOME_UNKNOWN, 2);
    assert_int_equal(server_requests(s, "UpdateEmailIdentity"), 2);
    tcses_client_free(client);
    server_stop(s);
}

/* ---- no answer, nobody there ---- */

static void never_answer(connection *c, void *ctx)
{
    (void)ctx;
    connection_read(c);
    connection_await_end(c);
}

static void test_resend__no_answer_ends_each_attempt_in_time(void **state)
{
    (void)state;
    server *s = server_start(never_answer, NULL);
    tcses_client_options options = options_for(server_url(s));
    options.attempt_timeout_ms = 100;
    options.max_attempts = 3;
    tcses_client *client = client_for(&options);
    int64_t start = now_us();
    expect_failure(read_domain(client, NAME, NULL), TCSES_ERR_TIMEOUT, TCSES_OUTCOME_UNKNOWN, 3);
    assert_in_range(now_us() - start, 300000, 3000000);
    server_await_requests(s, 3);
    assert_int_equal(server_requests(s, READ), 3);
    expect_failure(create_domain(client, NAME, NULL), TCSES_ERR_TIMEOUT, TCSES_OUTCOME_UNKNOWN, 1);
    server_await_requests(s, 4);
    assert_int_equal(server_requests(s, CREATE), 1);
    tcses_client_free(client);
    server_stop(s);
}

static void test_resend__time_for_the_call_ends_all_attempts(void **state)
{
    (void)state;
    server *s = server_start(never_answer, NULL);
    tcses_client_options options = options_for(server_url(s));
    tcses_call_options call_options = TCSES_CALL_OPTIONS_INIT;
    options.clock = NULL;
    call_options.timeout_ms = 150;
    tcses_client *client = client_for(&options);
    int64_t start = now_us();
    result r = read_domain(client, NAME, &call_options);
    assert_in_range(now_us() - start, 149000, 2000000);
    assert_int_equal(r.status, TCSES_ERR_TIMEOUT);
    assert_int_equal(tcses_error_outcome(r.error), TCSES_OUTCOME_UNKNOWN);
    result_free(&r);
    tcses_client_free(client);
    server_stop(s);
}

static void test_resend__nobody_listening_is_not_done_and_tried_again(void **state)
{
    (void)state;
    server *s = server_start(never_answer, NULL);
    tcses_client_options options = options_for(server_url(s));
    tcses_client *client = client_for(&options);
    server_stop(s);
    expect_failure(create_domain(client, NAME, NULL), TCSES_ERR_NETWORK, TCSES_OUTCOME_NOT_DONE, 4);
    expect_failure(read_domain(client, NAME, NULL), TCSES_ERR_NETWORK, TCSES_OUTCOME_NOT_DONE, 4);
    tcses_client_free(client);
}

/* A throttled create was not done, so it is repeated; the outcome is that of the service's last word. */
static void throttle_first(connection *c, void *ctx)
{
    (void)ctx;
    for (int i = 0; connection_read(c) != NULL; i++)
        connection_answer(c, "200 OK", NULL, i == 0 ? throttled_answer : domain_answer);
}

static void test_resend__throttled_create_is_repeated(void **state)
{
    (void)state;
    server *s = server_start(throttle_first, NULL);
    tcses_client_options options = options_for(server_url(s));
    tcses_client *client = client_for(&options);
    expect_success(create_domain(client, NAME, NULL));
    assert_int_equal(server_requests(s, CREATE), 2);
    assert_int_equal(server_connections(s), 1);
    tcses_client_free(client);
    server_stop(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_resend__create_read_whole_and_unanswered_is_sent_once),
        cmocka_unit_test(test_resend__read_unanswered_on_a_kept_connection_is_repeated_by_libcurl),
        cmocka_unit_test(test_resend__create_unread_on_a_kept_connection_is_made_once_or_unknown),
        cmocka_unit_test(test_resend__read_unread_on_a_kept_connection_is_repeated),
        cmocka_unit_test(test_resend__idle_connection_seen_closed_is_replaced),
        cmocka_unit_test(test_resend__create_on_a_broken_exchange_is_unknown),
        cmocka_unit_test(test_resend__read_on_a_broken_exchange_is_repeated_by_the_library),
        cmocka_unit_test(test_resend__create_cut_off_in_its_body_is_unknown),
        cmocka_unit_test(test_resend__delete_whose_answer_was_lost_is_done_when_nothing_is_left),
        cmocka_unit_test(test_resend__update_whose_answer_was_lost_is_unknown_when_refused_later),
        cmocka_unit_test(test_resend__no_answer_ends_each_attempt_in_time),
        cmocka_unit_test(test_resend__time_for_the_call_ends_all_attempts),
        cmocka_unit_test(test_resend__nobody_listening_is_not_done_and_tried_again),
        cmocka_unit_test(test_resend__throttled_create_is_repeated),
    };
    return RUN_TESTS(tests);
}
