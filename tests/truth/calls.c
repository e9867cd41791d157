/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Makes many calls of all kinds with one client from several threads, and prints a line of JSON for each (record.h).
 *
 *     calls THROUGH DIRECT SEED CALLS THREADS
 *
 * THROUGH is the endpoint that breaks exchanges, DIRECT the emulator itself: there the domain of all addresses is created
 * before, and what is there at the end is read, printed as {"page": ACTION, "answer": ...}.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "record.h"

#define DOMAIN "truth.example.com"
#define SLOTS 8
#define THREADS_MAX 16
#define CALLS_A_THREAD_MAX 1000000L

/* ---- time: waiting takes none, and each thread has its own ---- */

static _Thread_local int64_t skipped_ms;

static int64_t read_ms(clockid_t which)
{
    struct timespec now = {0, 0};
    clock_gettime(which, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int64_t wall_ms(void *ctx)
{
    (void)ctx;
    return read_ms(CLOCK_REALTIME);
}

static int64_t monotonic_ms(void *ctx)
{
    (void)ctx;
    return read_ms(CLOCK_MONOTONIC) + skipped_ms;
}

static void skip(void *ctx, int64_t milliseconds, tcses_cancel *cancel)
{
    (void)ctx, (void)cancel;
    skipped_ms += milliseconds;
}

static tcses_client *client_for(const char *endpoint)
{
    static const tcses_clock skipping = {sizeof skipping, NULL, wall_ms, monotonic_ms, skip};
    tcses_client *client = NULL;
    tcses_error *error = NULL;
    tcses_client_options options = TCSES_CLIENT_OPTIONS_INIT;
    options.endpoint = endpoint;
    options.region = "ap-guangzhou";
    options.clock = &skipping;
    options.transport = record_transport();
    /* Of the real time only an attempt's matters: for it the answer may fail to come. */
    options.timeout_ms = 3600000;
    options.attempt_timeout_ms = 400;
    if (tcses_credentials_new_static("AKIDEMULATOR", "emulator-secret-key", NULL, NULL, &options.credentials, NULL) !=
            TCSES_OK ||
        tcses_client_new(&options, &client, &error) != TCSES_OK)
        die("no client: %s", tcses_error_message(error));
    tcses_transport_unref(options.transport);
    tcses_credentials_unref(options.credentials);
    return client;
}

/* ---- threads, and the addresses that each of them has ---- */

/* An address that was asked for; whether it is there is for the judge to say. */
typedef struct slot {
    char address[64]; /* "" if there is none */
    char password[24];
} slot;

typedef struct worker {
    pthread_t thread;
    tcses_client *client;
    uint64_t random;
    long first;
    long calls;
    long number; /* of the call */
    slot slots[SLOTS];
    char domain[64];
} worker;

/* splitmix64 */
static uint32_t draw(worker *w, uint32_t below)
{
    w->random += 0x9E3779B97F4A7C15U;
    uint64_t z = w->random;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return (uint32_t)((z ^ (z >> 31)) % below);
}

/* ---- the calls ---- */

#define BEGIN(name, action_name, about)                    \
    tcses_##name##_request request;                        \
    tcses_call_options options = TCSES_CALL_OPTIONS_INIT;  \
    tcses_error *error = NULL;                             \
    tcses_##name##_request_init(&request, sizeof request); \
    record_begin(w->number, action_name, about);           \
    draw_attempts(w, &options)
#define END(name)                                                                        \
    do {                                                                                 \
        tcses_status status = tcses_##name(w->client, &request, &options, NULL, &error); \
        record_end(status, error);                                                       \
    } while (0)

/* Now and then but one, so that reading back fails more often. */
static void draw_attempts(worker *w, tcses_call_options *options)
{
    options->max_attempts = draw(w, 8) == 0 ? 1 : 4;
    record_max_attempts(options->max_attempts);
}

/* Half of the creates are to be settled by reading back. */
static void draw_reconcile(worker *w, tcses_call_options *options)
{
    options->reconcile = draw(w, 2) > 0 ? TCSES_TRUE : TCSES_FALSE;
    record_reconcile(options->reconcile == TCSES_TRUE);
}

static void create_address(worker *w, slot *s)
{
    snprintf(s->address, sizeof s->address, "a%ld@" DOMAIN, w->number);
    s->password[0] = '\0';
    BEGIN(create_email_address, "CreateEmailAddress", s->address);
    request.email_address = s->address;
    request.email_sender_name = "Truth";
    draw_reconcile(w, &options);
    END(create_email_address);
}

static void delete_address(worker *w, slot *s)
{
    BEGIN(delete_email_address, "DeleteEmailAddress", s->address);
    request.email_address = s->address;
    END(delete_email_address);
    s->address[0] = '\0';
}

/* Now and then the one that the address should have already. */
static void set_password(worker *w, slot *s)
{
    if (s->password[0] == '\0' || draw(w, 8) > 0)
        snprintf(s->password, sizeof s->password, "KpTr49-%ld", w->number);
    BEGIN(update_email_smtp_password, "UpdateEmailSmtpPassWord", s->address);
    request.email_address = s->address;
    request.password = s->password;
    END(update_email_smtp_password);
}

static void create_link(worker *w, slot *s)
{
    BEGIN(create_address_unsubscribe_config, "CreateAddressUnsubscribeConfig", s->address);
    request.address = s->address;
    request.unsubscribe_config = "1";
    request.status = TCSES_UNSUBSCRIBE_ON;
    draw_reconcile(w, &options);
    END(create_address_unsubscribe_config);
}

static void update_link(worker *w, slot *s)
{
    char language[8];
    snprintf(language, sizeof language, "%u", draw(w, 11));
    BEGIN(update_address_unsubscribe_config, "UpdateAddressUnsubscribeConfig", s->address);
    request.address = s->address;
    request.unsubscribe_config = language;
    request.status = draw(w, 2) > 0 ? TCSES_UNSUBSCRIBE_ON : TCSES_UNSUBSCRIBE_OFF;
    END(update_address_unsubscribe_config);
}

static void delete_link(worker *w, slot *s)
{
    BEGIN(delete_address_unsubscribe_config, "DeleteAddressUnsubscribeConfig", s->address);
    request.address = s->address;
    END(delete_address_unsubscribe_config);
}

static void list_addresses(worker *w, slot *s)
{
    (void)s;
    BEGIN(list_email_address, "ListEmailAddress", "");
    END(list_email_address);
}

static void list_links(worker *w, slot *s)
{
    (void)s;
    BEGIN(list_address_unsubscribe_config, "ListAddressUnsubscribeConfig", "");
    request.limit = 5;
    END(list_address_unsubscribe_config);
}

static void create_domain(worker *w, slot *s)
{
    (void)s;
    snprintf(w->domain, sizeof w->domain, "d%ld.example.com", w->number);
    BEGIN(create_email_identity, "CreateEmailIdentity", w->domain);
    request.email_identity = w->domain;
    draw_reconcile(w, &options);
    END(create_email_identity);
}

static void update_domain(worker *w, slot *s)
{
    (void)s;
    BEGIN(update_email_identity, "UpdateEmailIdentity", w->domain);
    request.email_identity = w->domain;
    END(update_email_identity);
}

static void delete_domain(worker *w, slot *s)
{
    (void)s;
    BEGIN(delete_email_identity, "DeleteEmailIdentity", w->domain);
    request.email_identity = w->domain;
    END(delete_email_identity);
}

static void read_domain(worker *w, slot *s)
{
    (void)s;
    BEGIN(get_email_identity, "GetEmailIdentity", DOMAIN);
    request.email_identity = DOMAIN;
    END(get_email_identity);
}

/* How often, of 100. An empty slot is filled first. */
static const struct {
    uint32_t share;
    void (*make)(worker *w, slot *s);
} kinds[] = {{14, delete_address}, {24, set_password}, {14, create_link}, {14, update_link}, {10, delete_link},
    {2, list_addresses}, {4, list_links}, {4, create_domain}, {3, update_domain}, {3, delete_domain}, {8, read_domain}};

static void make_call(worker *w)
{
    slot *s = &w->slots[draw(w, SLOTS)];
    if (s->address[0] == '\0') {
        create_address(w, s);
        return;
    }
    uint32_t number = draw(w, 100);
    size_t kind = 0;
    for (; number >= kinds[kind].share; kind++)
        number -= kinds[kind].share;
    kinds[kind].make(w, s);
}

static void *work(void *ctx)
{
    worker *w = ctx;
    snprintf(w->domain, sizeof w->domain, "none%ld.example.com", w->first);
    for (w->number = w->first; w->number < w->first + w->calls; w->number++)
        make_call(w);
    return NULL;
}

/* ---- before and after ---- */

static void set_up(const char *endpoint)
{
    tcses_client *client = client_for(endpoint);
    tcses_create_email_identity_request create = TCSES_CREATE_EMAIL_IDENTITY_REQUEST_INIT;
    tcses_update_email_identity_request update = TCSES_UPDATE_EMAIL_IDENTITY_REQUEST_INIT;
    create.email_identity = update.email_identity = DOMAIN;
    if (tcses_create_email_identity(client, &create, NULL, NULL, NULL) != TCSES_OK ||
        tcses_update_email_identity(client, &update, NULL, NULL, NULL) != TCSES_OK)
        die("the domain can not be set up");
    tcses_client_free(client);
}

static void print_page(const char *action, tcses_status status, const char *answer)
{
    if (status != TCSES_OK || answer == NULL)
        die("%s: what is there at the end can not be read", action);
    printf("{\"page\":\"%s\",\"answer\":%s}\n", action, answer);
}

#define LIST(name, action, count)                                                        \
    do {                                                                                 \
        const tcses_##name##_response *response = NULL;                                  \
        record_begin(0, action, "");                                                     \
        tcses_status status = tcses_##name(client, &request, &options, &response, NULL); \
        print_page(action, status, response != NULL ? response->raw_json : NULL);        \
        more = response->count > 0;                                                      \
        tcses_##name##_response_free(response);                                          \
    } while (0)

static void print_addresses(tcses_client *client, tcses_call_options options)
{
    int more = 0;
    tcses_list_email_address_request request = TCSES_LIST_EMAIL_ADDRESS_REQUEST_INIT;
    LIST(list_email_address, "ListEmailAddress", email_senders_count);
    (void)more;
}

static void print_links(tcses_client *client, tcses_call_options options)
{
    int more = 1;
    tcses_list_address_unsubscribe_config_request request = TCSES_LIST_ADDRESS_UNSUBSCRIBE_CONFIG_REQUEST_INIT;
    for (request.limit = 100; more; request.offset += 100)
        LIST(list_address_unsubscribe_config, "ListAddressUnsubscribeConfig", address_unsubscribe_config_list_count);
}

static void print_domains(tcses_client *client, tcses_call_options options)
{
    int more = 1;
    tcses_list_email_identities_request request = TCSES_LIST_EMAIL_IDENTITIES_REQUEST_INIT;
    for (request.limit = 100; more; request.offset += 100)
        LIST(list_email_identities, "ListEmailIdentities", email_identities_count);
}

static void print_end(const char *endpoint)
{
    tcses_client *client = client_for(endpoint);
    tcses_call_options options = TCSES_CALL_OPTIONS_INIT;
    options.keep_raw_json = TCSES_TRUE;
    options.attempt_timeout_ms = 60000;
    print_addresses(client, options);
    print_links(client, options);
    print_domains(client, options);
    tcses_client_free(client);
}

int main(int argc, char **argv)
{
    static worker workers[THREADS_MAX];
    if (argc != 6)
        die("usage: %s THROUGH DIRECT SEED CALLS THREADS", argv[0]);
    long calls = strtol(argv[4], NULL, 10);
    long threads = strtol(argv[5], NULL, 10);
    if (threads < 1 || threads > THREADS_MAX || calls / threads > CALLS_A_THREAD_MAX)
        die("too many");
    record_begin(0, "", "");
    set_up(argv[2]);
    tcses_client *client = client_for(argv[1]);
    for (long i = 0; i < threads; i++) {
        workers[i] = (worker){.client = client, .calls = calls / threads, .first = (i + 1) * CALLS_A_THREAD_MAX};
        workers[i].random = strtoull(argv[3], NULL, 10) * 1000 + (uint64_t)i;
        if (pthread_create(&workers[i].thread, NULL, work, &workers[i]) != 0)
            die("no thread");
    }
    for (long i = 0; i < threads; i++)
        pthread_join(workers[i].thread, NULL);
    tcses_client_free(client);
    print_end(argv[2]);
    return 0;
}
