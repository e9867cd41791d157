/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Which servers are trusted. The second argument is the directory that support/make_certificates.sh filled.
 */
#include <curl/curl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "support/server.h"
#include "support/service.h"
#include "support/support.h"
#include "support/tunnel.h"

#define NAME "mail.example.com"

static const char *certificates;

static char *path_of(const char *file)
{
    return format_text("%s/%s", certificates, file);
}

/* ---- trusted ---- */

typedef struct trust {
    const char *ca_file;
    const char *ca_path;
} trust;

static tcses_client *client_with(const char *endpoint, const trust *t)
{
    tcses_client_options options = options_for(endpoint);
    char *ca_file = t->ca_file != NULL ? path_of(t->ca_file) : NULL;
    char *ca_path = t->ca_path != NULL ? path_of(t->ca_path) : NULL;
    options.ca_file = ca_file;
    options.ca_path = ca_path;
    tcses_client *client = client_for(&options);
    free(ca_file);
    free(ca_path);
    return client;
}

static void test_tls__server_of_a_given_ca_is_trusted(void **state)
{
    (void)state;
    static const trust trusts[] = {{"ca.pem", NULL}, {NULL, "trusted"}, {"other-ca.pem", "trusted"}};
    for (size_t i = 0; i < sizeof trusts / sizeof trusts[0]; i++) {
        service s;
        service_start_tls(&s, certificates, "good");
        tcses_client *client = client_with(s.endpoint, &trusts[i]);
        expect_success(create_domain(client, NAME, NULL));
        for (int n = 0; n < 20; n++)
            expect_success(read_domain(client, NAME, NULL));
        assert_int_equal(service_api_requests(&s), 21);
        assert_int_equal(service_api_connections(&s), 1);
        tcses_client_free(client);
        service_stop(&s);
    }
}

static void test_tls__server_is_trusted_by_its_name(void **state)
{
    (void)state;
    service s;
    trust t = {"ca.pem", NULL};
    service_start_tls(&s, certificates, "good");
    char *endpoint = format_text("https://localhost%s", strrchr(s.endpoint, ':'));
    tcses_client *client = client_with(endpoint, &t);
    expect_success(create_domain(client, NAME, NULL));
    tcses_client_free(client);
    service_stop(&s);
    free(endpoint);
}

/* ---- not trusted ---- */

static bool is_openssl(void)
{
    return strstr(curl_version_info(CURLVERSION_NOW)->ssl_version, "OpenSSL") != NULL;
}

typedef struct refusal {
    const char *certificate;
    trust trusted;
    const char *words; /* OpenSSL's and libcurl's, in the error's message */
} refusal;

static void check_refused(tcses_client *client, const refusal *expected)
{
    for (int n = 0; n < 2; n++) {
        result r = n == 0 ? create_domain(client, NAME, NULL) : read_domain(client, NAME, NULL);
        const char *message = tcses_error_message(r.error);
        if (n == 0)
            print_message("# %s: %s\n", expected->certificate, message);
        assert_non_null(strstr(message, "127.0.0.1"));
        assert_true(!is_openssl() || strstr(message, expected->words) != NULL);
        assert_non_null(tcses_error_hint(r.error));
        assert_int_not_equal(tcses_error_transport_code(r.error), 0);
        assert_int_equal(tcses_error_retryable(r.error), TCSES_FALSE);
        expect_failure(r, TCSES_ERR_TLS, TCSES_OUTCOME_NOT_DONE, 1);
    }
}

static void test_tls__server_that_proves_nothing_is_refused(void **state)
{
    (void)state;
    static const refusal refusals[] = {
        {"wrong-name", {"ca.pem", NULL}, "127.0.0.1'"},
        {"wrong-name", {NULL, "trusted"}, "127.0.0.1'"},
        {"expired", {"ca.pem", NULL}, "expired"},
        {"not-yet", {"ca.pem", NULL}, "not yet valid"},
        {"unknown", {"ca.pem", NULL}, "local issuer"},
        {"good", {"other-ca.pem", NULL}, "local issuer"},
        {"good", {NULL, NULL}, "local issuer"},
        {"self-signed", {"ca.pem", NULL}, "self-signed"},
        {"self-signed", {NULL, NULL}, "self-signed"},
    };
    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
        service s;
        service_start_tls(&s, certificates, refusals[i].certificate);
        tcses_client *client = client_with(s.endpoint, &refusals[i].trusted);
        check_refused(client, &refusals[i]);
        assert_int_equal(service_api_requests(&s), 0);
        tcses_client_free(client);
        service_stop(&s);
    }
}

/* ---- no TLS at the other end ---- */

static void answer_in_the_clear(connection *c, void *ctx)
{
    (void)ctx;
    connection_await_bytes(c);
    connection_send(c, "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
    connection_await_end(c);
}

static void close_at_once(connection *c, void *ctx)
{
    (void)ctx;
    connection_await_bytes(c);
}

/* That is no proof of a wrong server: a handshake may break off for a moment. */
static void test_tls__server_without_tls_gets_nothing(void **state)
{
    (void)state;
    static const serve_fn kinds[] = {answer_in_the_clear, close_at_once};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        server *s = server_start(kinds[i], NULL);
        tcses_client_options options = options_for(server_tls_url(s));
        options.max_attempts = 1;
        tcses_client *client = client_for(&options);
        result r = create_domain(client, NAME, NULL);
        print_message("# no TLS: %s\n", tcses_error_message(r.error));
        expect_failure(r, TCSES_ERR_NETWORK, TCSES_OUTCOME_NOT_DONE, 1);
        tcses_client_free(client);
        server_stop(s);
    }
}

/* ---- a handshake that breaks off ---- */

static void check_attempts(server *s, result (*call)(tcses_client *, const char *, const tcses_call_options *))
{
    int connections_before = server_connections(s);
    tcses_client_options options = options_for(server_tls_url(s));
    tcses_client *client = client_for(&options);
    result r = call(client, NAME, NULL);
    assert_int_equal(tcses_error_retryable(r.error), TCSES_TRUE);
    expect_failure(r, TCSES_ERR_NETWORK, TCSES_OUTCOME_NOT_DONE, 4);
    assert_int_equal(server_connections(s) - connections_before, 4);
    tcses_client_free(client);
}

static void test_tls__handshake_that_always_breaks_off_is_tried_four_times(void **state)
{
    (void)state;
    server *s = server_start(close_at_once, NULL);
    check_attempts(s, create_domain);
    check_attempts(s, read_domain);
    server_stop(s);
}

static void close_first_handshake(connection *c, void *ctx)
{
    const int *port = ctx;
    if (connection_number(c) == 1)
        connection_await_bytes(c);
    else
        relay_serve(c, *port);
}

static void test_tls__handshake_that_broke_off_once_is_made_again(void **state)
{
    (void)state;
    service service_behind;
    atomic_int attempts = 0;
    service_start_tls(&service_behind, certificates, "good");
    int port = atoi(strrchr(service_behind.endpoint, ':') + 1);
    server *s = server_start(close_first_handshake, &port);
    tcses_client_options options = options_for(server_tls_url(s));
    char *ca_file = path_of("ca.pem");
    options.ca_file = ca_file;
    options.log = count_attempts;
    options.log_ctx = &attempts;
    options.log_level = TCSES_LOG_INFO;
    tcses_client *client = client_for(&options);
    expect_success(create_domain(client, NAME, NULL));
    assert_int_equal(atomic_load(&attempts), 2);
    assert_int_equal(server_connections(s), 2);
    assert_int_equal(service_api_requests(&service_behind), 1);
    tcses_client_free(client);
    server_stop(s);
    service_stop(&service_behind);
    free(ca_file);
}

/* ---- the other way round ---- */

static void test_tls__plain_request_to_a_tls_server_is_no_call(void **state)
{
    (void)state;
    service s;
    service_start_tls(&s, certificates, "good");
    char *endpoint = format_text("http%s", s.endpoint + strlen("https"));
    tcses_client_options options = options_for(endpoint);
    tcses_client *client = client_for(&options);
    expect_failure(create_domain(client, NAME, NULL), TCSES_ERR_NETWORK, TCSES_OUTCOME_UNKNOWN, 1);
    assert_int_equal(service_api_requests(&s), 0);
    tcses_client_free(client);
    service_stop(&s);
    free(endpoint);
}

/* ---- options ---- */

static void check_option(const tcses_client_options *options, const char *field)
{
    tcses_client *client = NULL;
    tcses_error *error = NULL;
    assert_int_equal(tcses_client_new(options, &client, &error), TCSES_ERR_ARGUMENT);
    assert_null(client);
    assert_string_equal(tcses_error_field(error), field);
    assert_non_null(strstr(tcses_error_message(error), field));
    tcses_error_free(error);
}

static void test_tls__missing_ca_is_an_argument_error(void **state)
{
    (void)state;
    char *missing = path_of("missing");
    tcses_client_options options = options_for("https://127.0.0.1");
    options.ca_file = missing;
    check_option(&options, "ca_file");
    options.ca_file = NULL;
    options.ca_path = missing;
    check_option(&options, "ca_path");
    free(missing);
}

static void test_tls__file_without_a_ca_trusts_nobody(void **state)
{
    (void)state;
    service s;
    trust t = {"garbage.pem", NULL};
    service_start_tls(&s, certificates, "good");
    tcses_client *client = client_with(s.endpoint, &t);
    result r = create_domain(client, NAME, NULL);
    assert_non_null(strstr(tcses_error_message(r.error), is_openssl() ? "garbage.pem" : ""));
    expect_failure(r, TCSES_ERR_TLS, TCSES_OUTCOME_NOT_DONE, 1);
    assert_int_equal(service_api_requests(&s), 0);
    tcses_client_free(client);
    service_stop(&s);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tls__server_of_a_given_ca_is_trusted),
        cmocka_unit_test(test_tls__server_is_trusted_by_its_name),
        cmocka_unit_test(test_tls__server_that_proves_nothing_is_refused),
        cmocka_unit_test(test_tls__server_without_tls_gets_nothing),
        cmocka_unit_test(test_tls__handshake_that_always_breaks_off_is_tried_four_times),
        cmocka_unit_test(test_tls__handshake_that_broke_off_once_is_made_again),
        cmocka_unit_test(test_tls__plain_request_to_a_tls_server_is_no_call),
        cmocka_unit_test(test_tls__missing_ca_is_an_argument_error),
        cmocka_unit_test(test_tls__file_without_a_ca_trusts_nobody),
    };
    service_set_program(argc, argv);
    if (argc < 3)
        die("usage: %s PATH-OF-TCSES-EMULATOR DIRECTORY-OF-CERTIFICATES", argv[0]);
    certificates = argv[2];
    return RUN_TESTS(tests);
}
