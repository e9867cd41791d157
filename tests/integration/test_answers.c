/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Answers that are strange, allowed or not, and what the requests look like on the wire.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/server.h"
#include "support/support.h"

#define NAME "mail.example.com"

/* A server with one answer for all; `text` is sent as it stands. */
static void send_text(connection *c, void *ctx)
{
    const char *text = ctx;
    while (connection_read(c) != NULL)
        connection_send(c, text);
}

/* The same, and the connection is closed after the answer. */
static void send_text_and_close(connection *c, void *ctx)
{
    if (connection_read(c) != NULL)
        connection_send(c, ctx);
}

static char *with_length(const char *status, const char *body)
{
    return format_text("HTTP/1.1 %s\r\nContent-Length: %zu\r\n\r\n%s", status, strlen(body), body);
}

/* ---- a gateway speaks ---- */

static const char html[] = "<html><body>Bad Gateway, token=hunter2</body></html>";

static void test_answers__gateway_page_is_an_http_error(void **state)
{
    (void)state;
    char *text = with_length("502 Bad Gateway", html);
    server *s = server_start(send_text, text);
    tcses_client_options options = options_for(server_url(s));
    tcses_client *client = client_for(&options);
    result r = create_domain(client, NAME, NULL);
    assert_int_equal(tcses_error_http_status(r.error), 502);
    assert_null(strstr(tcses_error_message(r.error), "hunter2"));
    expect_failure(r, TCSES_ERR_HTTP, TCSES_OUTCOME_UNKNOWN, 1);
    expect_failure(read_domain(client, NAME, NULL), TCSES_ERR_HTTP, TCSES_OUTCOME_UNKNOWN, 4);
    assert_int_equal(server_connections(s), 1);
    tcses_client_free(client);
    server_stop(s);
    free(text);
}

static void test_answers__gateway_that_refuses_means_not_done(void **state)
{
    (void)state;
    char *text = with_length("403 Forbidden", html);
    server *s = server_start(send_text, text);
    tcses_client_options options = options_for(server_url(s));
    tcses_client *client = client_for(&options);
    expect_failure(create_domain(client, NAME, NULL), TCSES_ERR_HTTP, TCSES_OUTCOME_NOT_DONE, 1);
    expect_failure(read_domain(client, NAME, NULL), TCSES_ERR_HTTP, TCSES_OUTCOME_NOT_DONE, 1);
    tcses_client_free(client);
    server_stop(s);
    free(text);
}

static void test_answers__page_with_status_200_is_no_answer(void **state)
{
    (void)state;
    char *text = with_length("200 OK", html);
    server *s = server_start(send_text, text);
    tcses_client_options options = options_for(server_url(s));
    tcses_client *client = client_for(&options);
    result r = create_domain(client, NAME, NULL);
    assert_null(strstr(tcses_error_message(r.error), "hunter2"));
    expect_failure(r, TCSES_ERR_RESPONSE, TCSES_OUTCOME_UNKNOWN, 1);
    tcses_client_free(client);
    server_stop(s);
    free(text);
}

/* Signed headers and a body would go to whoever the redirect names. */
static void test_answers__redirect_is_not_followed(void **state)
{
    (void)state;
    static const char *const kinds[] = {"301 Moved Permanently", "302 Found", "307 Temporary Redirect"};
    char *answer = with_length("200 OK", domain_answer);
    server *target = server_start(send_text, answer);
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        char *text = format_text(
            "HTTP/1.1 %s\r\nLocation: %s/\r\nContent-Length: 0\r\n\r\n", kinds[i], server_url(target));
        server *s = server_start(send_text, text);
        tcses_client_options options = options_for(server_url(s));
        tcses_client *client = client_for(&options);
        expect_failure(read_domain(client, NAME, NULL), TCSES_ERR_HTTP, TCSES_OUTCOME_NOT_DONE, 1);
        tcses_client_free(client);
        server_stop(s);
        free(text);
    }
    assert_int_equal(server_connections(target), 0);
    server_stop(target);
    free(answer);
}

/* ---- forms of HTTP ---- */

/* Each byte of the body is a chunk and a segment of its own. */
static void send_chunks(connection *c, void *ctx)
{
    char chunk[16];
    (void)ctx;
    while (connection_read(c) != NULL) {
        connection_send(c, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        for (const char *next = domain_answer; *next != '\0'; next++) {
            snprintf(chunk, sizeof chunk, "1\r\n%c\r\n", *next);
            connection_send(c, chunk);
        }
        connection_send(c, "0\r\n\r\n");
    }
}

static void expect_whole_answer(result r)
{
    assert_string_equal(r.request_id, "r-1");
    assert_string_equal(r.first_send_domain, NAME);
    assert_int_equal(r.attributes_count, 1);
    assert_int_equal(r.verified, TCSES_TRUE);
    expect_success(r);
}

static void test_answers__chunks_are_joined(void **state)
{
    (void)state;
    server *s = server_start(send_chunks, NULL);
    tcses_client_options options = options_for(server_url(s));
    tcses_client *client = client_for(&options);
    expect_whole_answer(read_domain(client, NAME, NULL));
    expect_whole_answer(create_domain(client, NAME, NULL));
    assert_int_equal(server_connections(s), 1);
    tcses_client_free(client);
    server_stop(s);
}

/* All of these close the connection after the answer: the next call opens another and loses nothing. */
static void test_answers__connection_closed_after_each_answer(void **state)
{
    (void)state;
    static const char *const heads[] = {"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", "HTTP/1.0 200 OK\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"};
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) {
        char *text = format_text("%s%s", heads[i], domain_answer);
        server *s = server_start(send_text_and_close, text);
        tcses_client_options options = options_for(server_url(s));
        options.max_attempts = 1;
        tcses_client *client = client_for(&options);
        for (int n = 0; n < 3; n++) {
            expect_whole_answer(create_domain(client, NAME, NULL));
            expect_whole_answer(read_domain(client, NAME, NULL));
        }
        assert_int_equal(server_connections(s), 6);
        assert_int_equal(server_requests(s, NULL), 6);
        tcses_client_free(client);
        server_stop(s);
        free(text);
    }
}

/* ---- too much ---- */

static void send_without_end(connection *c, void *ctx)
{
    static const char piece[] = "1000\r\n";
    char room[4096 + 2];
    memset(room, ' ', sizeof room);
    memcpy(room + 4096, "\r\n", 2);
    if (connection_read(c) == NULL)
        return;
    connection_send(c, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < *(const int *)ctx; i++) {
        connection_send_bytes(c, piece, sizeof piece - 1);
        connection_send_bytes(c, room, sizeof room);
    }
}

static void test_answers__body_beyond_the_limit_is_refused(void **state)
{
    (void)state;
    int pieces = 100000;
    server *s = server_start(send_without_end, &pieces);
    tcses_client_options options = options_for(server_url(s));
    options.max_response_bytes = 100000;
    tcses_client *client = client_for(&options);
    result r = create_domain(client, NAME, NULL);
    assert_non_null(strstr(tcses_error_message(r.error), "larger than allowed"));
    expect_failure(r, TCSES_ERR_RESPONSE, TCSES_OUTCOME_UNKNOWN, 1);
    tcses_client_free(client);
    server_stop(s);
}

static void test_answers__body_of_just_the_limit_is_taken(void **state)
{
    (void)state;
    char *text = with_length("200 OK", domain_answer);
    server *s = server_start(send_text, text);
    tcses_client_options options = options_for(server_url(s));
    options.max_response_bytes = (int32_t)strlen(domain_answer);
    tcses_client *client = client_for(&options);
    expect_whole_answer(read_domain(client, NAME, NULL));
    tcses_client_free(client);
    options.max_response_bytes--;
    client = client_for(&options);
    expect_failure(create_domain(client, NAME, NULL), TCSES_ERR_RESPONSE, TCSES_OUTCOME_UNKNOWN, 1);
    tcses_client_free(client);
    server_stop(s);
    free(text);
}

/* An answer with so many headers, each with a value of so many bytes. */
static char *with_headers(int count, size_t value_bytes)
{
    char *headers = calloc((size_t)count, value_bytes + 32);
    size_t length = 0;
    if (headers == NULL)
        die("out of memory");
    for (int i = 0; i < count; i++) {
        length += (size_t)sprintf(headers + length, "X-Number-%d: ", i);
        memset(headers + length, 'v', value_bytes);
        length += value_bytes;
        length += (size_t)sprintf(headers + length, "\r\n");
    }
    char *text = format_text(
        "HTTP/1.1 200 OK\r\n%sContent-Length: %zu\r\n\r\n%s", headers, strlen(domain_answer), domain_answer);
    free(headers);
    return text;
}

static void test_answers__headers_within_64_kib_are_taken(void **state)
{
    (void)state;
    char *texts[] = {with_headers(1000, 5), with_headers(1, 60000)};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        server *s = server_start(send_text, texts[i]);
        tcses_client_options options = options_for(server_url(s));
        tcses_client *client = client_for(&options);
        for (int n = 0; n < 3; n++)
            expect_whole_answer(read_domain(client, NAME, NULL));
        tcses_client_free(client);
        server_stop(s);
        free(texts[i]);
    }
}

static void test_answers__headers_beyond_64_kib_are_refused(void **state)
{
    (void)state;
    char *texts[] = {with_headers(1000, 70), with_headers(1, 70000)};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        server *s = server_start(send_text, texts[i]);
        tcses_client_options options = options_for(server_url(s));
        tcses_client *client = client_for(&options);
        expect_failure(create_domain(client, NAME, NULL), TCSES_ERR_RESPONSE, TCSES_OUTCOME_UNKNOWN, 1);
        tcses_client_free(client);
        server_stop(s);
        free(texts[i]);
    }
}

/* ---- an answer too many ---- */

/* Two answers to the first request, the second one of a stranger; then the right one to each. */
static void answer_twice(connection *c, void *ctx)
{
    const char *stray = ctx;
    for (int i = 0; connection_read(c) != NULL; i++) {
        char *right = with_length("200 OK", domain_answer);
        char *both = format_text("%s%s", right, connection_number(c) == 1 && i == 0 ? stray : "");
        connection_send(c, both);
        free(right);
        free(both);
    }
}

static void test_answers__unasked_answer_is_not_taken_for_the_next(void **state)
{
    (void)state;
    char *stray = with_length("200 OK", "{\"Response\":{\"RequestId\":\"stray\"}}");
    server *s = server_start(answer_twice, stray);
    tcses_client_options options = options_for(server_url(s));
    tcses_client *client = client_for(&options);
    expect_whole_answer(read_domain(client, NAME, NULL));
    expect_whole_answer(read_domain(client, NAME, NULL));
    expect_whole_answer(create_domain(client, NAME, NULL));
    tcses_client_free(client);
    server_stop(s);
    free(stray);
}

/* ---- the requests ---- */

static void check_request(const received *r, int port)
{
    char *host = format_text("Host: 127.0.0.1:%d", port);
    char *length = format_text("Content-Length: %zu", r->body_length);
    assert_int_equal(strncmp(r->head, "POST / HTTP/1.1\r\n", 17), 0);
    assert_true(received_has(r, host));
    assert_true(received_has(r, length));
    assert_true(received_has(r, "Content-Type: application/json"));
    assert_null(strcasestr(r->head, "\r\nExpect:"));
    assert_null(strcasestr(r->head, "\r\nTransfer-Encoding:"));
    assert_null(strcasestr(r->head, "\r\nAccept-Encoding:"));
    assert_null(strcasestr(r->head, "\r\nCookie:"));
    free(host);
    free(length);
}

static void test_answers__requests_have_a_length_and_await_no_permission(void **state)
{
    (void)state;
    char *text = format_text("HTTP/1.1 200 OK\r\nSet-Cookie: id=1; Path=/\r\nContent-Length: %zu\r\n\r\n%s",
        strlen(domain_answer), domain_answer);
    server *s = server_start(send_text, text);
    tcses_client_options options = options_for(server_url(s));
    tcses_client *client = client_for(&options);
    expect_success(read_domain(client, NAME, NULL));
    expect_success(create_domain(client, NAME, NULL));
    expect_success(create_large(client, 4 << 20, NULL));
    expect_success(read_domain(client, NAME, NULL));
    assert_int_equal(server_requests(s, NULL), 4);
    for (int i = 0; i < 4; i++)
        check_request(server_request(s, i), server_port(s));
    assert_int_equal(server_request(s, 2)->body_length, 4 << 20);
    assert_string_equal(server_request(s, 1)->body, "{\"EmailIdentity\":\"mail.example.com\"}");
    tcses_client_free(client);
    server_stop(s);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_answers__gateway_page_is_an_http_error),
        cmocka_unit_test(test_answers__gateway_that_refuses_means_not_done),
        cmocka_unit_test(test_answers__page_with_status_200_is_no_answer),
        cmocka_unit_test(test_answers__redirect_is_not_followed),
        cmocka_unit_test(test_answers__chunks_are_joined),
        cmocka_unit_test(test_answers__connection_closed_after_each_answer),
        cmocka_unit_test(test_answers__body_beyond_the_limit_is_refused),
        cmocka_unit_test(test_answers__body_of_just_the_limit_is_taken),
        cmocka_unit_test(test_answers__headers_within_64_kib_are_taken),
        cmocka_unit_test(test_answers__headers_beyond_64_kib_are_refused),
        cmocka_unit_test(test_answers__unasked_answer_is_not_taken_for_the_next),
        cmocka_unit_test(test_answers__requests_have_a_length_and_await_no_permission),
    };
    return RUN_TESTS(tests);
}
