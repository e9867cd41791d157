/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * A server for one test: it takes connections on a free port of 127.0.0.1 and runs a function of the test's for each, on a
 * thread of its own. It remembers every request that it read whole.
 */
#ifndef SERVER_H
#define SERVER_H

#include <stdbool.h>
#include <stddef.h>

typedef struct server server;
typedef struct connection connection;

/* Serves one connection, which is closed when it returns. */
typedef void (*serve_fn)(connection *c, void *ctx);

/* A request that was read whole. */
typedef struct received {
    int connection; /* counted from 1 */
    char *head;     /* the request line and the headers, up to the empty line */
    char *body;
    size_t body_length;
} received;

server *server_start(serve_fn serve, void *ctx);
/* Ends all connections, waits for their threads and releases the server. */
void server_stop(server *s);

int server_port(const server *s);
/* http://127.0.0.1:PORT */
const char *server_url(const server *s);
/* https://127.0.0.1:PORT */
const char *server_tls_url(const server *s);

/* How many connections were taken. */
int server_connections(server *s);
/* How many requests with that X-TC-Action were read whole; NULL: any request. */
int server_requests(server *s, const char *action);
/* Waits until so many requests were read whole. A client that got no answer may be ahead of the server's thread. */
#define server_await_requests(s, count) server_await_requests_at((s), (count), __FILE__, __LINE__)
void server_await_requests_at(server *s, int count, const char *file, int line);
/* The request of that index; lives until server_stop(). */
const received *server_request(server *s, int index);
/* Whether the request has the header line, in any case and without the line's end. */
bool received_has(const received *r, const char *line);
/* The value of the header of that name, in any case, as new text; NULL if there is none. */
char *received_header(const received *r, const char *name);

int connection_fd(const connection *c);
/* From 1 on. */
int connection_number(const connection *c);
/* Reads and remembers one whole request. NULL when the peer has closed. */
const received *connection_read(connection *c);
/* Returns when a byte is there to be read, without reading it. */
void connection_await_bytes(connection *c);
/* Returns when the peer has closed, or the server is stopped. */
void connection_await_end(connection *c);
/* Sends; a peer that has gone is no failure. */
void connection_send(connection *c, const char *text);
void connection_send_bytes(connection *c, const void *bytes, size_t length);
/* An answer with a Content-Length. `extra` are more header lines, each with its line end; NULL for none. */
void connection_answer(connection *c, const char *status, const char *extra, const char *body);
/* The close that follows sends a reset. */
void connection_reset_at_close(connection *c);
/* Closes already before the function of the test's returns. */
void connection_close(connection *c);

/* What a domain's reading and creation are answered with: verified, one record, request id "r-1". */
extern const char domain_answer[];
/* The answer to a call that comes too often. */
extern const char throttled_answer[];

#endif
