/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Many threads with one client, and how many connections they use.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/service.h"
#include "support/support.h"

#define THREADS 8
#define CALLS_A_THREAD 2000
#define SEQUENTIAL_CALLS 1000

typedef struct worker {
    pthread_t thread;
    tcses_client *client;
    char domain[64];
    int right;
} worker;

/* Every worker reads a domain of its own, so that an answer given to the wrong thread shows. */
static void *read_own_domain(void *ctx)
{
    worker *w = ctx;
    for (int i = 0; i < CALLS_A_THREAD; i++) {
        result r = read_domain(w->client, w->domain, NULL);
        const char *end = strstr(r.first_send_domain, w->domain);
        w->right += r.status == TCSES_OK && r.attributes_count == 4 && end != NULL && strcmp(end, w->domain) == 0;
        result_free(&r);
    }
    return NULL;
}

static void test_threads__eight_share_a_client(void **state)
{
    (void)state;
    service s;
    worker workers[THREADS] = {0};
    service_start(&s, NULL);
    tcses_client_options options = options_for(s.endpoint);
    tcses_client *client = client_for(&options);
    for (int i = 0; i < THREADS; i++) {
        snprintf(workers[i].domain, sizeof workers[i].domain, "number-%d.example.com", i);
        workers[i].client = client;
        expect_success(create_domain(client, workers[i].domain, NULL));
    }
    for (int i = 0; i < THREADS; i++)
        start_thread(&workers[i].thread, read_own_domain, &workers[i]);
    for (int i = 0; i < THREADS; i++)
        pthread_join(workers[i].thread, NULL);
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(workers[i].right, CALLS_A_THREAD);
    assert_int_equal(service_api_requests(&s), THREADS * (CALLS_A_THREAD + 1));
    assert_in_range(service_api_connections(&s), 1, THREADS);
    print_message("# %d calls on %d threads used %ld connections\n", THREADS * CALLS_A_THREAD, THREADS,
        service_api_connections(&s));
    tcses_client_free(client);
    service_stop(&s);
}

static void test_threads__calls_in_a_row_share_a_connection(void **state)
{
    (void)state;
    service s;
    service_start(&s, NULL);
    tcses_client_options options = options_for(s.endpoint);
    tcses_client *client = client_for(&options);
    expect_success(create_domain(client, "mail.example.com", NULL));
    for (int i = 1; i < SEQUENTIAL_CALLS; i++)
        expect_success(read_domain(client, "mail.example.com", NULL));
    assert_int_equal(service_api_requests(&s), SEQUENTIAL_CALLS);
    assert_int_equal(service_api_connections(&s), 1);
    tcses_client_free(client);
    service_stop(&s);
}

/* ---- one object of each kind, used and released by all threads at once ---- */

typedef struct shared {
    const char *endpoint;
    tcses_transport *transport;
    tcses_credentials *credentials;
    tcses_cancel *cancel;
} shared;

typedef struct sharer {
    pthread_t thread;
    const shared *objects;
    int right;
} sharer;

static void *use_shared_objects(void *ctx)
{
    sharer *me = ctx;
    tcses_client_options options = options_for(me->objects->endpoint);
    tcses_call_options call_options = TCSES_CALL_OPTIONS_INIT;
    options.transport = me->objects->transport;
    options.credentials = me->objects->credentials;
    call_options.cancel = me->objects->cancel;
    for (int i = 0; i < 50; i++) {
        tcses_client *client = NULL;
        if (tcses_client_new(&options, &client, NULL) != TCSES_OK)
            die("no client");
        result r = read_domain(client, "mail.example.com", &call_options);
        me->right += r.status == TCSES_OK;
        result_free(&r);
        tcses_client_free(client);
    }
    return NULL;
}

static void test_threads__clients_share_transport_credentials_and_cancel(void **state)
{
    (void)state;
    service s;
    shared objects = {0};
    sharer sharers[THREADS] = {0};
    service_start(&s, NULL);
    objects.endpoint = s.endpoint;
    assert_int_equal(tcses_transport_new_curl(NULL, NULL, &objects.transport, NULL), TCSES_OK);
    assert_int_equal(
        tcses_credentials_new_static("AKIDEMULATOR", "emulator-secret-key", NULL, NULL, &objects.credentials, NULL),
        TCSES_OK);
    assert_int_equal(tcses_cancel_new(NULL, &objects.cancel, NULL), TCSES_OK);
    tcses_client_options options = options_for(s.endpoint);
    tcses_client *client = client_for(&options);
    expect_success(create_domain(client, "mail.example.com", NULL));
    tcses_client_free(client);
    for (int i = 0; i < THREADS; i++) {
        sharers[i].objects = &objects;
        start_thread(&sharers[i].thread, use_shared_objects, &sharers[i]);
    }
    for (int i = 0; i < THREADS; i++)
        pthread_join(sharers[i].thread, NULL);
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(sharers[i].right, 50);
    assert_in_range(service_api_connections(&s), 2, THREADS + 1);
    tcses_cancel_unref(objects.cancel);
    tcses_credentials_unref(objects.credentials);
    tcses_transport_unref(objects.transport);
    service_stop(&s);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_threads__eight_share_a_client),
        cmocka_unit_test(test_threads__calls_in_a_row_share_a_connection),
        cmocka_unit_test(test_threads__clients_share_transport_credentials_and_cancel),
    };
    service_set_program(argc, argv);
    return RUN_TESTS(tests);
}
