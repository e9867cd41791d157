/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The glue to libmicrohttpd. A request is collected in a struct exchange, answered whole under the emulator's lock, and
 * then owned by the journal.
 */
#include "server.h"

#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "admin.h"
#include "clock.h"
#include "gateway.h"

enum { SERVER_THREADS = 4, SERVER_MEMORY_A_CONNECTION = 64 * 1024 };

struct server {
    struct MHD_Daemon *daemon;
    char *cert;
    char *key;
};

/* A connection of a client, as libmicrohttpd keeps it for us. */
struct connection {
    uint64_t number;
    bool used_for_api;
};

/* Called for each connection that opens or closes. */
static void on_connection(
    void *cls, struct MHD_Connection *handle, void **context, enum MHD_ConnectionNotificationCode what)
{
    struct emulator *emulator = cls;
    (void)handle;
    if (what == MHD_CONNECTION_NOTIFY_CLOSED) {
        free(*context);
        *context = NULL;
        return;
    }
    struct connection *connection = emu_support_allocate_zeroed(sizeof(*connection));
    pthread_mutex_lock(&emulator->lock);
    connection->number = ++emulator->connections;
    pthread_mutex_unlock(&emulator->lock);
    *context = connection;
}

static struct connection *connection_of(struct MHD_Connection *handle)
{
    return MHD_get_connection_info(handle, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
}

/* Called with the request line's target, which is the only place where the query stands unparsed. What it returns
 * becomes the request's context. */
static void *on_target(void *cls, const char *target, struct MHD_Connection *handle)
{
    (void)cls;
    struct exchange *exchange = emu_exchange_new(target);
    exchange->connection = connection_of(handle)->number;
    return exchange;
}

/* Called when a request is over, answered or not. The journal has taken what was answered. */
static void on_completed(void *cls, struct MHD_Connection *handle, void **context, enum MHD_RequestTerminationCode how)
{
    (void)cls;
    (void)handle;
    (void)how;
    emu_exchange_free(*context);
    *context = NULL;
}

static enum MHD_Result on_header(void *cls, enum MHD_ValueKind kind, const char *name, const char *value)
{
    (void)kind;
    emu_exchange_add_header(cls, name, value != NULL ? value : "");
    return MHD_YES;
}

static void answer_api(struct emulator *emulator, struct exchange *exchange)
{
    if (strcmp(exchange->path, "/") != 0) {
        emu_exchange_fail(exchange, HTTP_NOT_FOUND, "the API is at the path / alone");
    } else if (strcmp(exchange->method, "POST") != 0) {
        exchange->allow = "POST";
        emu_exchange_fail(exchange, HTTP_METHOD_NOT_ALLOWED, "the emulator takes POST alone"); /* A2 */
    } else {
        emu_gateway_answer(emulator, exchange);
    }
}

/* A response that owns `text`. */
static struct MHD_Response *make_response(char *text, const char *allow, int64_t now)
{
    char date[CLOCK_HTTP_DATE_SIZE];
    struct MHD_Response *response = MHD_create_response_from_buffer(strlen(text), text, MHD_RESPMEM_MUST_FREE);
    if (response == NULL) {
        free(text);
        return NULL;
    }
    emu_clock_http_date(now, date);
    MHD_add_response_header(response, MHD_HTTP_HEADER_DATE, date);
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, "application/json");
    if (allow != NULL)
        MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, allow);
    return response;
}

/* Decides the answer, and hands the exchange to the journal or releases it. */
static struct MHD_Response *answer(
    struct emulator *emulator, struct connection *connection, struct exchange *exchange, unsigned *status)
{
    bool admin = emu_admin_owns(exchange->path);
    pthread_mutex_lock(&emulator->lock);
    exchange->time = emu_clock_now(emulator->options->clock_offset);
    if (admin) {
        emu_admin_answer(emulator, exchange);
    } else {
        answer_api(emulator, exchange);
        emulator->api_connections += connection->used_for_api ? 0 : 1;
        connection->used_for_api = true;
    }
    *status = exchange->status;
    struct MHD_Response *response = make_response(exchange->answer, exchange->allow, exchange->time);
    exchange->answer = NULL;
    if (admin)
        emu_exchange_free(exchange);
    else
        emu_journal_add(&emulator->journal, exchange);
    pthread_mutex_unlock(&emulator->lock);
    return response;
}

/* Called first with the headers, then for each part of the body, then at the end. */
static enum MHD_Result on_request(void *cls, struct MHD_Connection *handle, const char *url, const char *method,
    const char *version, const char *data, size_t *data_size, void **context)
{
    struct exchange *exchange = *context;
    (void)url;
    (void)version;
    if (exchange->method == NULL) {
        exchange->method = emu_support_copy(method);
        MHD_get_connection_values(handle, MHD_HEADER_KIND, on_header, exchange);
        return MHD_YES;
    }
    if (*data_size > 0) {
        emu_exchange_add_body(exchange, data, *data_size);
        *data_size = 0;
        return MHD_YES;
    }
    unsigned status = 0;
    *context = NULL;
    struct MHD_Response *response = answer(cls, connection_of(handle), exchange, &status);
    enum MHD_Result result = response != NULL ? MHD_queue_response(handle, status, response) : MHD_NO;
    MHD_destroy_response(response);
    return result;
}

static char *read_file(const char *path, char **problem)
{
    char *text = NULL;
    size_t size = 0;
    FILE *file = fopen(path, "re");
    if (file == NULL || getdelim(&text, &size, '\0', file) < 0) {
        *problem = emu_support_format("cannot read %s", path);
        free(text);
        text = NULL;
    }
    if (file != NULL)
        fclose(file);
    return text;
}

static bool read_keys(struct server *server, const struct options *options, char **problem)
{
    if (options->tls_cert == NULL)
        return true;
    if (MHD_is_feature_supported(MHD_FEATURE_TLS) != MHD_YES) {
        *problem = emu_support_copy("this libmicrohttpd was built without TLS");
        return false;
    }
    server->cert = read_file(options->tls_cert, problem);
    if (server->cert != NULL)
        server->key = read_file(options->tls_key, problem);
    return server->key != NULL;
}

/*
 * The header Date is ours, because of --clock-offset. A look at DNS may take seconds: each connection has a thread of its
 * own then, so that no other one waits for it.
 */
static struct MHD_Daemon *start_daemon(struct emulator *emulator, const struct server *server, int listener)
{
    unsigned flags = MHD_USE_AUTO_INTERNAL_THREAD | MHD_USE_SUPPRESS_DATE_NO_CLOCK;
    struct MHD_OptionItem options[] = {
        {MHD_OPTION_LISTEN_SOCKET, listener, NULL},
        {MHD_OPTION_CONNECTION_MEMORY_LIMIT, SERVER_MEMORY_A_CONNECTION, NULL},
        {MHD_OPTION_THREAD_POOL_SIZE, SERVER_THREADS, NULL},
        {MHD_OPTION_END, 0, NULL},
    };
    struct MHD_OptionItem tls[] = {
        {MHD_OPTION_HTTPS_MEM_CERT, 0, server->cert},
        {MHD_OPTION_HTTPS_MEM_KEY, 0, server->key},
        {MHD_OPTION_END, 0, NULL},
    };
    if (emu_verify_asks_dns(&emulator->options->verify)) {
        flags |= MHD_USE_THREAD_PER_CONNECTION;
        options[2] = options[3];
    }
    if (server->cert != NULL)
        flags |= MHD_USE_TLS;
    else
        tls[0] = tls[2];
    return MHD_start_daemon(flags, 0, NULL, NULL, on_request, emulator, MHD_OPTION_NOTIFY_CONNECTION, on_connection,
        emulator, MHD_OPTION_URI_LOG_CALLBACK, on_target, emulator, MHD_OPTION_NOTIFY_COMPLETED, on_completed, emulator,
        MHD_OPTION_ARRAY, options, MHD_OPTION_ARRAY, tls, MHD_OPTION_END);
}

struct server *emu_server_start(struct emulator *emulator, int listener, char **problem)
{
    struct server *server = emu_support_allocate_zeroed(sizeof(*server));
    if (read_keys(server, emulator->options, problem)) {
        server->daemon = start_daemon(emulator, server, listener);
        if (server->daemon != NULL)
            return server;
        *problem = emu_support_copy(server->cert != NULL
                                        ? "the TLS certificate or key can't be used, or no thread starts"
                                        : "the HTTP server does not start");
    }
    close(listener);
    emu_server_stop(server);
    return NULL;
}

void emu_server_stop(struct server *server)
{
    if (server->daemon != NULL)
        MHD_stop_daemon(server->daemon);
    free(server->cert);
    free(server->key);
    free(server);
}
