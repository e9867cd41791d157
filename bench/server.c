/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * server ANSWER-FILE [--delay MS] [--close] [--tls CERTIFICATE KEY]: answers every POST on 127.0.0.1 with the bytes of the
 * file, from one thread, so that its own work is the same for every client. It prints its port,
 * ends with its standard input, and then prints how many connections were opened.
 */
#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "measure.h"

typedef struct server {
    struct MHD_Response *answer;
    struct timespec delay;
    unsigned connections;
} server;

/* Called when a connection opens and when it closes. */
static void on_connection(
    void *ctx, struct MHD_Connection *connection, void **mark, enum MHD_ConnectionNotificationCode what)
{
    server *s = ctx;
    (void)connection;
    (void)mark;
    if (what == MHD_CONNECTION_NOTIFY_STARTED)
        s->connections++;
}

/* Called when the header is there, for each piece of the body, and at the end. */
static enum MHD_Result on_request(void *ctx, struct MHD_Connection *connection, const char *url, const char *method,
    const char *version, const char *body, size_t *body_length, void **request)
{
    static char begun[] = "begun";
    server *s = ctx;
    (void)url;
    (void)version;
    (void)body;
    (void)method;
    if (*request == NULL) {
        *request = begun;
        return MHD_YES;
    }
    if (*body_length > 0) {
        *body_length = 0;
        return MHD_YES;
    }
    nanosleep(&s->delay, NULL);
    return MHD_queue_response(connection, MHD_HTTP_OK, s->answer);
}

static struct MHD_Daemon *start(server *s, const char *certificate, const char *key)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | (certificate != NULL ? MHD_USE_TLS : 0);
    struct MHD_OptionItem tls[] = {{MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)(uintptr_t)certificate},
        {MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)(uintptr_t)key}, {MHD_OPTION_END, 0, NULL}};
    struct MHD_OptionItem *more = certificate != NULL ? tls : tls + 2;
    struct MHD_Daemon *daemon = MHD_start_daemon(flags, 0, NULL, NULL, on_request, s, MHD_OPTION_SOCK_ADDR, &address,
        MHD_OPTION_NOTIFY_CONNECTION, on_connection, s, MHD_OPTION_ARRAY, more, MHD_OPTION_END);
    if (daemon == NULL)
        measure_die("could not be started");
    return daemon;
}

int main(int argc, char **argv)
{
    server s = {0};
    size_t length = 0;
    size_t unused = 0;
    char *certificate = NULL;
    char *key = NULL;
    bool close_each = false;

    if (argc < 2)
        measure_die("needs the file of the answer");
    for (int i = 2; i < argc; i++) {
        if (strcmp(argv[i], "--close") == 0) {
            close_each = true;
        } else if (strcmp(argv[i], "--delay") == 0 && i + 1 < argc) {
            s.delay.tv_nsec = atol(argv[++i]) * 1000000;
        } else if (strcmp(argv[i], "--tls") == 0 && i + 2 < argc) {
            certificate = measure_read(argv[++i], &unused);
            key = measure_read(argv[++i], &unused);
        } else {
            measure_die("unknown argument");
        }
    }
    char *answer = measure_read(argv[1], &length);
    s.answer = MHD_create_response_from_buffer(length, answer, MHD_RESPMEM_PERSISTENT);
    if (s.answer == NULL)
        measure_die("out of memory");
    MHD_add_response_header(s.answer, "Content-Type", "application/json");
    if (close_each)
        MHD_add_response_header(s.answer, "Connection", "close");
    struct MHD_Daemon *daemon = start(&s, certificate, key);
    printf("%u\n", (unsigned)MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT)->port);
    fflush(stdout);
    while (getchar() != EOF) {
    }
    MHD_stop_daemon(daemon);
    printf("%u\n", s.connections);
    MHD_destroy_response(s.answer);
    free(answer);
    free(certificate);
    free(key);
    return 0;
}
