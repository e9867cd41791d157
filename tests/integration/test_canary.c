/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Secrets that are easy to recognise go through every action and every way a call can end. They must stand in no log line,
 * in no text of an error, and in no block of memory that the library gives back; e-mail addresses in no log line.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/canary.h"
#include "support/server.h"

/* ---- scenes: what the service does ---- */

typedef struct scene {
    const char *name;
    /* Answers one request, the `turn`th of its action (from 1 on). False closes the connection. */
    bool (*answer)(connection *c, const received *r, int turn, void *ctx);
    tcses_status of_creates;
    tcses_status of_others;
    void (*change)(tcses_client_options *options);
} scene;

typedef struct stage {
    const scene *scene;
    server *server;
    tcses_cancel *cancel;
} stage;

static const char good_answer[] =
    "{\"Response\":{\"VerifiedForSendingStatus\":true,\"Attributes\":[{\"Type\":\"MX\",\"Status\":true}],"
    "\"EmailIdentities\":[{\"IdentityName\":\"" DOMAIN "\"}],\"EmailSenders\":[{\"EmailAddress\":\"" ADDRESS "\"}],"
    "\"AddressUnsubscribeConfigList\":[{\"Address\":\"" ADDRESS "\"}],\"Total\":1,\"RequestId\":\"r-1\"}}";

#define REFUSAL(code, message) \
    "{\"Response\":{\"Error\":{\"Code\":\"" code "\",\"Message\":\"" message "\"},\"RequestId\":\"r-2\"}}"

static bool succeed(connection *c, const received *r, int turn, void *ctx)
{
    (void)r, (void)turn, (void)ctx;
    connection_answer(c, "200 OK", NULL, good_answer);
    return true;
}

static bool refuse(connection *c, const received *r, int turn, void *ctx)
{
    (void)r, (void)turn, (void)ctx;
    connection_answer(c, "200 OK", NULL, REFUSAL("InvalidParameterValue.IllegalEmailAddress", ADDRESS " is none"));
    return true;
}

/* As a service does that says which password it does not take, or what it was that was not signed as it should be. */
static bool quote_in_a_refusal(connection *c, const received *r, int turn, void *ctx)
{
    (void)turn, (void)ctx;
    const char *authorization = strcasestr(r->head, "Authorization: ");
    /* Which part of a body of tcses_call() is a password nobody can know. */
    const char *password = strstr(r->head, "UpdateEmailSmtpPassWord") != NULL ? PASSWORD : "that";
    char *answer = format_text(REFUSAL("InvalidParameterValue.InvalidSmtpPassWord", "not %s, %.300s"), password,
        authorization != NULL ? authorization : "");
    for (char *p = strstr(answer, "Authorization"); p != NULL && *p != '"'; p++) {
        if ((unsigned char)*p < 0x20)
            *p = ' ';
    }
    connection_answer(c, "200 OK", NULL, answer);
    free(answer);
    return true;
}

/* Every other request of an action gets the refusal, the others are answered. */
static bool refuse_first(connection *c, int turn, const char *headers, const char *refusal)
{
    connection_answer(c, "200 OK", headers, turn % 2 == 1 ? refusal : good_answer);
    return true;
}

static bool throttle_first(connection *c, const received *r, int turn, void *ctx)
{
    (void)r, (void)ctx;
    return refuse_first(c, turn, NULL, REFUSAL("RequestLimitExceeded", "too many for " ADDRESS));
}

static bool fail_first(connection *c, const received *r, int turn, void *ctx)
{
    (void)r, (void)ctx;
    return refuse_first(c, turn, NULL, REFUSAL("InternalError", "could not store " ADDRESS));
}

static bool refuse_first_token(connection *c, const received *r, int turn, void *ctx)
{
    (void)turn, (void)ctx;
    bool is_first = received_has(r, "X-TC-Token: " TOKEN);
    connection_answer(c, "200 OK", NULL, is_first ? REFUSAL("AuthFailure.TokenFailure", "expired") : good_answer);
    return true;
}

static bool refuse_first_time(connection *c, const received *r, int turn, void *ctx)
{
    (void)r, (void)ctx;
    return refuse_first(
        c, turn, "Date: Wed, 01 Jan 2025 12:00:00 GMT\r\n", REFUSAL("AuthFailure.SignatureExpire", "old"));
}

/* What a gateway in debug mode shows: all that it was sent. */
static bool quote_in_a_page(connection *c, const received *r, int turn, void *ctx)
{
    (void)turn, (void)ctx;
    char *page = format_text("<html>502\n%s\n\n%s</html>", r->head, r->body);
    connection_answer(c, "502 Bad Gateway", NULL, page);
    free(page);
    return true;
}

static bool quote_in_no_json(connection *c, const received *r, int turn, void *ctx)
{
    (void)turn, (void)ctx;
    char *text = format_text("{\"Response\": %s\n%s", r->head, r->body);
    connection_answer(c, "200 OK", NULL, text);
    free(text);
    return true;
}

/* The header lines of the request come back as those of the answer, and more than one piece of memory holds. */
static bool quote_in_headers(connection *c, const received *r, int turn, void *ctx)
{
    (void)turn, (void)ctx;
    const char *lines = strstr(r->head, "\r\nAuthorization:");
    char *headers = format_text("X-Quoted: yes%s\r\nX-Long: %03000d\r\n", lines != NULL ? lines : "", 0);
    char *length = strcasestr(headers, "\r\nContent-Length:");
    if (length != NULL)
        memcpy(length + 2, "X", 1);
    connection_answer(c, "200 OK", headers, good_answer);
    free(headers);
    return true;
}

/* As STS does. The caller gets the answer as it came. */
static bool give_keys(connection *c, const received *r, int turn, void *ctx)
{
    (void)r, (void)turn, (void)ctx;
    char *answer = format_text("{\"Response\":{\"Credentials\":{\"TmpSecretId\":\"" SECRET_ID
                               "\",\"TmpSecretKey\":\"" SECRET_KEY "\",\"Token\":\"" TOKEN
                               "\"},\"More\":\"%03000d\",\"RequestId\":\"r-3\"}}",
        0);
    connection_answer(c, "200 OK", NULL, answer);
    free(answer);
    return true;
}

static bool quote_in_location(connection *c, const received *r, int turn, void *ctx)
{
    (void)r, (void)turn, (void)ctx;
    connection_answer(
        c, "302 Found", "Location: http://127.0.0.1:1/?a=" ADDRESS "&t=" TOKEN "&k=" SECRET_KEY "\r\n", "");
    return true;
}

static bool cut_off(connection *c, const received *r, int turn, void *ctx)
{
    (void)turn, (void)ctx;
    connection_send(c, "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n{\"Response\":{\"RequestId\":\"");
    connection_send(c, r->body);
    return false;
}

static bool close_first(connection *c, const received *r, int turn, void *ctx)
{
    (void)r, (void)ctx;
    if (turn % 2 == 1)
        return false;
    connection_answer(c, "200 OK", NULL, good_answer);
    return true;
}

static bool never_answer(connection *c, const received *r, int turn, void *ctx)
{
    (void)r, (void)turn, (void)ctx;
    connection_await_end(c);
    return false;
}

static bool cancel_instead(connection *c, const received *r, int turn, void *ctx)
{
    const stage *s = ctx;
    (void)r, (void)turn;
    tcses_cancel_trigger(s->cancel);
    connection_await_end(c);
    return false;
}

static void be_impatient(tcses_client_options *options)
{
    options->attempt_timeout_ms = 20;
    options->max_attempts = 2;
}

static void accept_little(tcses_client_options *options)
{
    options->max_response_bytes = 100;
}

static const scene scenes[] = {
    {"success", succeed, TCSES_OK, TCSES_OK, NULL},
    {"a refusal that quotes the address", refuse, TCSES_ERR_API, TCSES_ERR_API, NULL},
    {"a refusal that quotes the request", quote_in_a_refusal, TCSES_ERR_API, TCSES_ERR_API, NULL},
    {"throttled once", throttle_first, TCSES_OK, TCSES_OK, NULL},
    {"failed once", fail_first, TCSES_ERR_API, TCSES_OK, NULL},
    {"an expired token", refuse_first_token, TCSES_OK, TCSES_OK, NULL},
    {"a wrong clock", refuse_first_time, TCSES_OK, TCSES_OK, NULL},
    {"a gateway's page that quotes the request", quote_in_a_page, TCSES_ERR_HTTP, TCSES_ERR_HTTP, NULL},
    {"no JSON, and it quotes the request", quote_in_no_json, TCSES_ERR_RESPONSE, TCSES_ERR_RESPONSE, NULL},
    {"headers that quote the request", quote_in_headers, TCSES_OK, TCSES_OK, NULL},
    {"an answer with keys", give_keys, TCSES_OK, TCSES_OK, NULL},
    {"a redirect that quotes secrets", quote_in_location, TCSES_ERR_HTTP, TCSES_ERR_HTTP, NULL},
    {"an answer cut off", cut_off, TCSES_ERR_NETWORK, TCSES_ERR_NETWORK, NULL},
    {"closed once", close_first, TCSES_ERR_NETWORK, TCSES_OK, NULL},
    {"no answer in time", never_answer, TCSES_ERR_TIMEOUT, TCSES_ERR_TIMEOUT, be_impatient},
    {"too large an answer", succeed, TCSES_ERR_RESPONSE, TCSES_ERR_RESPONSE, accept_little},
    {"cancelled", cancel_instead, TCSES_ERR_CANCELLED, TCSES_ERR_CANCELLED, NULL},
};

static void serve(connection *c, void *ctx)
{
    stage *s = ctx;
    const received *r = NULL;
    while ((r = connection_read(c)) != NULL) {
        char action_name[64] = "";
        const char *named = strcasestr(r->head, "\r\nX-TC-Action: ");
        if (named != NULL)
            sscanf(named + strlen("\r\nX-TC-Action: "), "%63[^\r]", action_name);
        if (!s->scene->answer(c, r, server_requests(s->server, action_name), s))
            return;
    }
}

static void play(const scene *what)
{
    watch w;
    stage s = {what, NULL, NULL};
    watch_init(&w);
    s.server = server_start(serve, &s);
    tcses_client_options options = options_for(server_url(s.server));
    if (what->change != NULL)
        what->change(&options);
    tcses_client *client = canary_client(&w, &options, canary_credentials(&w), NULL);
    const expectation e = {what->name, what->of_creates, what->of_others};
    canary_run(&w, client, &canary_inputs, &e, &s.cancel);
    tcses_client_free(client);
    server_stop(s.server);
    assert_true(w.log.length > 0 && watch_signatures(&w) >= ACTIONS_COUNT);
    expect_nothing_told(&w, what->name);
    watch_free(&w);
}

static void test_canary__no_end_of_a_call_tells_a_secret(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof scenes / sizeof scenes[0]; i++)
        play(&scenes[i]);
}

/* ---- without an answer at all ---- */

/* Not a word of TLS. */
static void speak_plainly(connection *c, void *ctx)
{
    (void)ctx;
    connection_await_bytes(c);
    connection_send(c, "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
}

static void run_against(const char *name, const char *endpoint, const char *proxy, tcses_status wanted)
{
    const expectation e = {name, wanted, wanted};
    watch w;
    tcses_cancel *cancel = NULL;
    watch_init(&w);
    tcses_client_options options = options_for(endpoint);
    tcses_client *client = canary_client(&w, &options, canary_credentials(&w), proxy);
    canary_run(&w, client, &canary_inputs, &e, &cancel);
    tcses_client_free(client);
    assert_true(w.log.length > 0 && watch_signatures(&w) >= ACTIONS_COUNT);
    expect_nothing_told(&w, name);
    watch_free(&w);
}

static void test_canary__no_failure_to_connect_tells_a_secret(void **state)
{
    (void)state;
    server *s = server_start(speak_plainly, NULL);
    char *url = format_text("%s", server_url(s));
    run_against("plain text on the TLS port", server_tls_url(s), NULL, TCSES_ERR_NETWORK);
    server_stop(s);
    run_against("nobody listens", url, NULL, TCSES_ERR_NETWORK);
    free(url);
}

static bool ask_for_other_proxy_keys(connection *c, const received *r, int turn, void *ctx)
{
    (void)turn, (void)ctx;
    connection_answer(c, "407 Proxy Authentication Required", "Proxy-Authenticate: Basic realm=\"r\"\r\n", r->head);
    return true;
}

static void test_canary__a_proxy_with_a_password_tells_no_secret(void **state)
{
    (void)state;
    static const scene pass_on = {"a proxy", succeed, TCSES_OK, TCSES_OK, NULL};
    static const scene deny = {"a proxy that denies", ask_for_other_proxy_keys, TCSES_ERR_HTTP, TCSES_ERR_HTTP, NULL};
    const scene *const both[] = {&pass_on, &deny};
    for (int i = 0; i < 2; i++) {
        stage s = {both[i], NULL, NULL};
        s.server = server_start(serve, &s);
        char *proxy = format_text("http://someone:" PROXY_PASSWORD "@127.0.0.1:%d", server_port(s.server));
        run_against(both[i]->name, "http://ses.invalid", proxy, both[i]->of_others);
        server_stop(s.server);
        run_against("no proxy there", "http://ses.invalid", proxy, TCSES_ERR_NETWORK);
        free(proxy);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_canary__no_end_of_a_call_tells_a_secret),
        cmocka_unit_test(test_canary__no_failure_to_connect_tells_a_secret),
        cmocka_unit_test(test_canary__a_proxy_with_a_password_tells_no_secret),
    };
    return RUN_TESTS(tests);
}
