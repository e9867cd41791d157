/* SPDX-License-Identifier: Apache-2.0 */
#include "server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "support.h"

#define CONNECTIONS_MAX 1024
#define REQUESTS_MAX 4096
#define REQUEST_BYTES_MAX (16 * 1024 * 1024)

struct connection {
    server *owner;
    pthread_t thread;
    int fd;
    int number;
    char *data; /* read and not yet taken */
    size_t length;
    size_t capacity;
};

struct server {
    serve_fn serve;
    void *ctx;
    int listener;
    int port;
    char *url;
    char *tls_url;
    pthread_t acceptor;
    event requests_read;
    pthread_mutex_t lock; /* guards what follows */
    bool stopping;
    connection *connections[CONNECTIONS_MAX];
    int connections_count;
    received *requests[REQUESTS_MAX];
    int requests_count;
};

const char domain_answer[] =
    "{\"Response\":{\"IdentityType\":\"DOMAIN\",\"VerifiedForSendingStatus\":true,\"Attributes\":[{\"Type\":\"MX\","
    "\"SendDomain\":\"mail.example.com\",\"ExpectedValue\":\"mxbiz1.qq.com.\",\"CurrentValue\":\"\",\"Status\":true}],"
    "\"RequestId\":\"r-1\"}}";

const char throttled_answer[] =
    "{\"Response\":{\"Error\":{\"Code\":\"RequestLimitExceeded\",\"Message\":\"too many\"},\"RequestId\":\"r-2\"}}";

/* ---- what came in ---- */

/* The value of a header, up to the line's end; NULL if there is none. */
static const char *find_header(const char *head, const char *name)
{
    size_t length = strlen(name);
    for (const char *line = strstr(head, "\r\n"); line != NULL; line = strstr(line, "\r\n")) {
        line += 2;
        if (strncasecmp(line, name, length) == 0 && line[length] == ':')
            return line + length + 1 + strspn(line + length + 1, " ");
    }
    return NULL;
}

bool received_has(const received *r, const char *line)
{
    size_t length = strlen(line);
    for (const char *next = strstr(r->head, "\r\n"); next != NULL; next = strstr(next, "\r\n")) {
        next += 2;
        if (strncasecmp(next, line, length) == 0 && (next[length] == '\r' || next[length] == '\0'))
            return true;
    }
    return false;
}

char *received_header(const received *r, const char *name)
{
    const char *value = find_header(r->head, name);
    return value != NULL ? strndup(value, strcspn(value, "\r")) : NULL;
}

static bool is_action(const received *r, const char *action)
{
    if (action == NULL)
        return true;
    char *line = format_text("X-TC-Action: %s", action);
    bool same = received_has(r, line);
    free(line);
    return same;
}

static const received *remember(connection *c, const char *head, size_t head_length, const char *body, size_t length)
{
    server *s = c->owner;
    received *r = calloc(1, sizeof *r);
    char *body_copy = calloc(1, length + 1);
    if (r == NULL || body_copy == NULL)
        die("out of memory");
    memcpy(body_copy, body, length);
    *r = (received){c->number, strndup(head, head_length), body_copy, length};
    pthread_mutex_lock(&s->lock);
    if (s->requests_count == REQUESTS_MAX)
        die("the server got more than %d requests", REQUESTS_MAX);
    s->requests[s->requests_count++] = r;
    pthread_mutex_unlock(&s->lock);
    event_raise(&s->requests_read);
    return r;
}

int server_requests(server *s, const char *action)
{
    int count = 0;
    pthread_mutex_lock(&s->lock);
    for (int i = 0; i < s->requests_count; i++)
        count += is_action(s->requests[i], action);
    pthread_mutex_unlock(&s->lock);
    return count;
}

void server_await_requests_at(server *s, int count, const char *file, int line)
{
    event_await_at(&s->requests_read, count, file, line);
}

const received *server_request(server *s, int index)
{
    pthread_mutex_lock(&s->lock);
    if (index >= s->requests_count)
        die("there is no request %d", index);
    const received *r = s->requests[index];
    pthread_mutex_unlock(&s->lock);
    return r;
}

/* ---- a connection ---- */

int connection_fd(const connection *c)
{
    return c->fd;
}

int connection_number(const connection *c)
{
    return c->number;
}

static bool read_more(connection *c)
{
    if (c->capacity - c->length < 2) {
        c->capacity = c->capacity > 0 ? c->capacity * 2 : 8192;
        c->data = realloc(c->data, c->capacity);
        if (c->data == NULL || c->capacity > REQUEST_BYTES_MAX)
            die("a request is too large");
    }
    ssize_t count = recv(c->fd, c->data + c->length, c->capacity - c->length - 1, 0);
    if (count <= 0)
        return false;
    c->length += (size_t)count;
    c->data[c->length] = '\0';
    return true;
}

const received *connection_read(connection *c)
{
    const char *end = NULL;
    while (c->length == 0 || (end = strstr(c->data, "\r\n\r\n")) == NULL) {
        if (!read_more(c))
            return NULL;
    }
    size_t head_length = (size_t)(end - c->data);
    char *head = strndup(c->data, head_length);
    const char *length_text = head != NULL ? find_header(head, "Content-Length") : NULL;
    size_t body_length = length_text != NULL ? strtoul(length_text, NULL, 10) : 0;
    free(head);
    size_t whole = head_length + 4 + body_length;
    while (c->length < whole) {
        if (!read_more(c))
            return NULL;
    }
    const received *r = remember(c, c->data, head_length, c->data + head_length + 4, body_length);
    memmove(c->data, c->data + whole, c->length - whole + 1);
    c->length -= whole;
    return r;
}

void connection_await_bytes(connection *c)
{
    struct pollfd wanted = {.fd = c->fd, .events = POLLIN};
    while (poll(&wanted, 1, -1) < 0 && errno == EINTR) {
    }
}

void connection_await_end(connection *c)
{
    do {
        c->length = 0;
    } while (read_more(c));
}

void connection_send_bytes(connection *c, const void *bytes, size_t length)
{
    const char *next = bytes;
    while (length > 0) {
        ssize_t count = send(c->fd, next, length, MSG_NOSIGNAL);
        if (count <= 0)
            return;
        next += count;
        length -= (size_t)count;
    }
}

void connection_send(connection *c, const char *text)
{
    connection_send_bytes(c, text, strlen(text));
}

void connection_answer(connection *c, const char *status, const char *extra, const char *body)
{
    char *text = format_text("HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n%s\r\n%s", status,
        strlen(body), extra != NULL ? extra : "", body);
    connection_send(c, text);
    free(text);
}

void connection_reset_at_close(connection *c)
{
    struct linger at_once = {.l_onoff = 1, .l_linger = 0};
    if (setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once) != 0)
        die("SO_LINGER cannot be set");
}

/* The descriptor's number must not be used again while server_stop() may still shut it down. */
void connection_close(connection *c)
{
    pthread_mutex_lock(&c->owner->lock);
    if (c->fd >= 0)
        close(c->fd);
    c->fd = -1;
    pthread_mutex_unlock(&c->owner->lock);
}

/* ---- the server ---- */

static void *serve_connection(void *ctx)
{
    connection *c = ctx;
    c->owner->serve(c, c->owner->ctx);
    connection_close(c);
    return NULL;
}

static void take_connection(server *s, int fd)
{
    connection *c = calloc(1, sizeof *c);
    if (c == NULL)
        die("out of memory");
    c->owner = s;
    c->fd = fd;
    pthread_mutex_lock(&s->lock);
    if (s->connections_count == CONNECTIONS_MAX)
        die("the server got more than %d connections", CONNECTIONS_MAX);
    s->connections[s->connections_count++] = c;
    c->number = s->connections_count;
    start_thread(&c->thread, serve_connection, c);
    pthread_mutex_unlock(&s->lock);
}

static bool is_stopping(server *s)
{
    pthread_mutex_lock(&s->lock);
    bool stopping = s->stopping;
    pthread_mutex_unlock(&s->lock);
    return stopping;
}

static void *accept_connections(void *ctx)
{
    server *s = ctx;
    for (;;) {
        int fd = accept4(s->listener, NULL, NULL, SOCK_CLOEXEC);
        if (fd >= 0)
            take_connection(s, fd);
        else if (is_stopping(s))
            return NULL;
        else if (errno != EINTR && errno != ECONNABORTED)
            die("accept: %s", strerror(errno));
    }
}

server *server_start(serve_fn serve, void *ctx)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    server *s = calloc(1, sizeof *s);
    if (s == NULL)
        die("out of memory");
    s->serve = serve;
    s->ctx = ctx;
    s->requests_read = (event)EVENT_INIT;
    pthread_mutex_init(&s->lock, NULL);
    s->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (s->listener < 0 || bind(s->listener, (struct sockaddr *)&address, length) != 0 ||
        listen(s->listener, SOMAXCONN) != 0 || getsockname(s->listener, (struct sockaddr *)&address, &length) != 0)
        die("no listening socket: %s", strerror(errno));
    s->port = ntohs(address.sin_port);
    s->url = format_text("http://127.0.0.1:%d", s->port);
    s->tls_url = format_text("https://127.0.0.1:%d", s->port);
    start_thread(&s->acceptor, accept_connections, s);
    return s;
}

static void end_connections(server *s)
{
    for (int i = 0; i < s->connections_count; i++) {
        connection *c = s->connections[i];
        pthread_mutex_lock(&s->lock);
        if (c->fd >= 0)
            shutdown(c->fd, SHUT_RDWR);
        pthread_mutex_unlock(&s->lock);
        pthread_join(c->thread, NULL);
        free(c->data);
        free(c);
    }
}

void server_stop(server *s)
{
    pthread_mutex_lock(&s->lock);
    s->stopping = true;
    pthread_mutex_unlock(&s->lock);
    shutdown(s->listener, SHUT_RDWR);
    pthread_join(s->acceptor, NULL);
    end_connections(s);
    for (int i = 0; i < s->requests_count; i++) {
        free(s->requests[i]->head);
        free(s->requests[i]->body);
        free(s->requests[i]);
    }
    close(s->listener);
    pthread_mutex_destroy(&s->lock);
    free(s->url);
    free(s->tls_url);
    free(s);
}

int server_port(const server *s)
{
    return s->port;
}

const char *server_url(const server *s)
{
    return s->url;
}

const char *server_tls_url(const server *s)
{
    return s->tls_url;
}

int server_connections(server *s)
{
    pthread_mutex_lock(&s->lock);
    int count = s->connections_count;
    pthread_mutex_unlock(&s->lock);
    return count;
}
