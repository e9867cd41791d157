/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Calls through a proxy: in the clear, and through a tunnel. The second argument is the directory of certificates.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "support/server.h"
#include "support/service.h"
#include "support/support.h"
#include "support/tunnel.h"

#define NAME "mail.example.com"

static const char *certificates;

/* ---- proxies ---- */

/* Answers in the server's place. */
static void answer_all(connection *c, void *ctx)
{
    (void)ctx;
    while (connection_read(c) != NULL)
        connection_answer(c, "200 OK", NULL, domain_answer);
}

static void tunnel_all(connection *c, void *ctx)
{
    (void)ctx;
    tunnel_serve(c, -1);
}

static void refuse_all(connection *c, void *ctx)
{
    const char *status = ctx;
    while (connection_read(c) != NULL)
        connection_answer(c, status, NULL, "<html>hunter2</html>");
}

/* ---- in the clear ---- */

static void check_through_proxy(tcses_client *client, server *proxy)
{
    expect_success(create_domain(client, NAME, NULL));
    expect_success(read_domain(client, NAME, NULL));
    assert_int_equal(server_requests(proxy, NULL), 2);
    assert_int_equal(server_connections(proxy), 1);
    const char *wanted = "POST http://ses.test:8080/ HTTP/1.1\r\n";
    assert_int_equal(strncmp(server_request(proxy, 0)->head, wanted, strlen(wanted)), 0);
    assert_true(received_has(server_request(proxy, 0), "Host: ses.test:8080"));
}

static void test_proxy__of_the_options_is_used(void **state)
{
    (void)state;
    server *proxy = server_start(answer_all, NULL);
    tcses_client_options options = options_for("http://ses.test:8080");
    options.proxy = server_url(proxy);
    tcses_client *client = client_for(&options);
    check_through_proxy(client, proxy);
    tcses_client_free(client);
    server_stop(proxy);
}

static void test_proxy__of_the_environment_is_used(void **state)
{
    (void)state;
    server *proxy = server_start(answer_all, NULL);
    tcses_client_options options = options_for("http://ses.test:8080");
    assert_int_equal(setenv("http_proxy", server_url(proxy), 1), 0);
    tcses_client *client = client_for(&options);
    check_through_proxy(client, proxy);
    tcses_client_free(client);
    unsetenv("http_proxy");
    server_stop(proxy);
}

static void test_proxy__of_the_environment_gives_way(void **state)
{
    (void)state;
    server *proxy = server_start(answer_all, NULL);
    server *other = server_start(answer_all, NULL);
    server *s = server_start(answer_all, NULL);
    tcses_client_options options = options_for(server_url(s));
    assert_int_equal(setenv("http_proxy", server_url(proxy), 1), 0);
    options.proxy = "";
    tcses_client *client = client_for(&options);
    expect_success(create_domain(client, NAME, NULL));
    tcses_client_free(client);
    options.proxy = server_url(other);
    client = client_for(&options);
    expect_success(create_domain(client, NAME, NULL));
    tcses_client_free(client);
    assert_int_equal(setenv("no_proxy", "127.0.0.1", 1), 0);
    client = client_for(&options);
    expect_success(create_domain(client, NAME, NULL));
    tcses_client_free(client);
    options.proxy = NULL;
    client = client_for(&options);
    expect_success(create_domain(client, NAME, NULL));
    tcses_client_free(client);
    assert_int_equal(server_connections(proxy), 0);
    assert_int_equal(server_connections(other), 2);
    assert_int_equal(server_connections(s), 2);
    unsetenv("http_proxy");
    unsetenv("no_proxy");
    server_stop(proxy);
    server_stop(other);
    server_stop(s);
}

static void test_proxy__gets_its_password_and_nobody_else_does(void **state)
{
    (void)state;
    server *proxy = server_start(answer_all, NULL);
    char *url = format_text("http://user:hunter2@127.0.0.1:%d", server_port(proxy));
    tcses_client_options options = options_for("http://ses.test:8080");
    options.proxy = url;
    tcses_client *client = client_for(&options);
    expect_success(create_domain(client, NAME, NULL));
    assert_true(received_has(server_request(proxy, 0), "Proxy-Authorization: Basic dXNlcjpodW50ZXIy"));
    server_stop(proxy);
    result r = create_domain(client, NAME, NULL);
    assert_null(strstr(tcses_error_message(r.error), "hunter2"));
    assert_null(strstr(tcses_error_transport_text(r.error), "hunter2"));
    expect_failure(r, TCSES_ERR_NETWORK, TCSES_OUTCOME_NOT_DONE, 4);
    tcses_client_free(client);
    free(url);
}

/* ---- through a tunnel ---- */

static tcses_client *client_through(const char *endpoint, const char *proxy)
{
    tcses_client_options options = options_for(endpoint);
    char *ca_file = format_text("%s/ca.pem", certificates);
    options.proxy = proxy;
    options.ca_file = ca_file;
    options.max_attempts = 2;
    tcses_client *client = client_for(&options);
    free(ca_file);
    return client;
}

static void test_proxy__tunnels_tls(void **state)
{
    (void)state;
    service s;
    service_start_tls(&s, certificates, "good");
    server *proxy = server_start(tunnel_all, NULL);
    tcses_client *client = client_through(s.endpoint, server_url(proxy));
    expect_success(create_domain(client, NAME, NULL));
    for (int i = 0; i < 10; i++)
        expect_success(read_domain(client, NAME, NULL));
    assert_int_equal(server_connections(proxy), 1);
    assert_int_equal(service_api_connections(&s), 1);
    const received *r = server_request(proxy, 0);
    assert_null(strstr(r->head, "X-TC-"));
    assert_null(strstr(r->head, "Authorization"));
    tcses_client_free(client);
    server_stop(proxy);
    service_stop(&s);
}

static void test_proxy__tunnel_refused_is_not_done(void **state)
{
    (void)state;
    static const char *const statuses[] = {"403 Forbidden", "407 Proxy Authentication Required", "502 Bad Gateway"};
    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
        char *status = format_text("%s", statuses[i]);
        server *proxy = server_start(refuse_all, status);
        tcses_client *client = client_through("https://ses.test", server_url(proxy));
        result r = create_domain(client, NAME, NULL);
        print_message("# %s: %s\n", status, tcses_error_message(r.error));
        assert_null(strstr(tcses_error_message(r.error), "hunter2"));
        expect_failure(r, TCSES_ERR_NETWORK, TCSES_OUTCOME_NOT_DONE, 2);
        expect_failure(read_domain(client, NAME, NULL), TCSES_ERR_NETWORK, TCSES_OUTCOME_NOT_DONE, 2);
        assert_int_equal(server_requests(proxy, "CreateEmailIdentity"), 0);
        tcses_client_free(client);
        server_stop(proxy);
        free(status);
    }
}

typedef struct one_tunnel {
    int stop; /* an eventfd */
    event closed;
} one_tunnel;

static void tunnel_once(connection *c, void *ctx)
{
    char status[] = "403 Forbidden";
    one_tunnel *t = ctx;
    if (connection_number(c) > 1) {
        refuse_all(c, status);
        return;
    }
    tunnel_serve(c, t->stop);
    shutdown(connection_fd(c), SHUT_RDWR);
    event_raise(&t->closed);
}

/* The first use leaves marks in libcurl's handle that must not make the second request look as if it was sent. */
static void test_proxy__tunnel_refused_after_one_that_worked_is_not_done(void **state)
{
    (void)state;
    service s;
    one_tunnel t = {eventfd(0, EFD_CLOEXEC), EVENT_INIT};
    service_start_tls(&s, certificates, "good");
    server *proxy = server_start(tunnel_once, &t);
    tcses_client *client = client_through(s.endpoint, server_url(proxy));
    expect_success(create_domain(client, NAME, NULL));
    assert_int_equal(eventfd_write(t.stop, 1), 0);
    event_await(&t.closed, 1);
    expect_failure(create_domain(client, "two.example.com", NULL), TCSES_ERR_NETWORK, TCSES_OUTCOME_NOT_DONE, 2);
    assert_int_equal(service_api_requests(&s), 1);
    tcses_client_free(client);
    server_stop(proxy);
    close(t.stop);
    service_stop(&s);
}

/* ---- a proxy that breaks off ---- */

static void read_and_close(connection *c, void *ctx)
{
    (void)ctx;
    connection_read(c);
}

/* In the clear the request itself was sent to the proxy; for a tunnel only CONNECT was. */
static void test_proxy__that_breaks_off(void **state)
{
    (void)state;
    server *proxy = server_start(read_and_close, NULL);
    tcses_client *client = client_through("http://ses.test", server_url(proxy));
    expect_failure(create_domain(client, NAME, NULL), TCSES_ERR_NETWORK, TCSES_OUTCOME_UNKNOWN, 1);
    tcses_client_free(client);
    client = client_through("https://ses.test", server_url(proxy));
    expect_failure(create_domain(client, NAME, NULL), TCSES_ERR_NETWORK, TCSES_OUTCOME_NOT_DONE, 2);
    tcses_client_free(client);
    assert_int_equal(server_requests(proxy, "CreateEmailIdentity"), 1);
    server_stop(proxy);
}

/* The first tunnel ends in the TLS handshake. */
static void close_first_tunnel(connection *c, void *ctx)
{
    (void)ctx;
    if (connection_number(c) > 1) {
        tunnel_serve(c, -1);
    } else if (connection_read(c) != NULL) {
        connection_send(c, "HTTP/1.1 200 Connection established\r\n\r\n");
        connection_await_bytes(c);
    }
}

static void test_proxy__tunnel_that_ends_in_the_tls_handshake_is_tried_again(void **state)
{
    (void)state;
    service s;
    service_start_tls(&s, certificates, "good");
    server *proxy = server_start(close_first_tunnel, NULL);
    tcses_client *client = client_through(s.endpoint, server_url(proxy));
    expect_success(create_domain(client, NAME, NULL));
    assert_int_equal(server_connections(proxy), 2);
    assert_int_equal(service_api_requests(&s), 1);
    tcses_client_free(client);
    server_stop(proxy);
    service_stop(&s);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_proxy__of_the_options_is_used),
        cmocka_unit_test(test_proxy__of_the_environment_is_used),
        cmocka_unit_test(test_proxy__of_the_environment_gives_way),
        cmocka_unit_test(test_proxy__gets_its_password_and_nobody_else_does),
        cmocka_unit_test(test_proxy__tunnels_tls),
        cmocka_unit_test(test_proxy__tunnel_refused_is_not_done),
        cmocka_unit_test(test_proxy__tunnel_refused_after_one_that_worked_is_not_done),
        cmocka_unit_test(test_proxy__that_breaks_off),
        cmocka_unit_test(test_proxy__tunnel_that_ends_in_the_tls_handshake_is_tried_again),
    };
    static const char *const variables[] = {
        "http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"};
    for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++)
        unsetenv(variables[i]);
    service_set_program(argc, argv);
    if (argc < 3)
        die("usage: %s PATH-OF-TCSES-EMULATOR DIRECTORY-OF-CERTIFICATES", argv[0]);
    certificates = argv[2];
    return RUN_TESTS(tests);
}
