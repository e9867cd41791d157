/* SPDX-License-Identifier: Apache-2.0 */
#include "dns/exchange.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"

#define TRIES 2
#define PACKET_BYTES 65535
#define CANCEL_LOOK_MS 20 /* a cancel has nothing to poll for */

enum { RCODE_FORMAT = 1, RCODE_NO_NAME = 3, RCODE_NOT_IMPLEMENTED = 4, RCODE_REFUSED = 5 };

static const char timed_out[] = "timed out";

int64_t exchange_now(void)
{
    struct timespec now = {0, 0};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ---- packets ---- */

/* The question ends in type and class; its name is asked without compression, and comes back in any case. */
static bool is_same_question(const uint8_t *query, size_t query_length, const uint8_t *packet, size_t length)
{
    size_t at = EXCHANGE_HEADER_BYTES;
    while (at < query_length && query[at] != 0)
        at += query[at] + 1U;
    size_t end = at + 5;
    if (end > query_length || end > length)
        return false;
    for (size_t i = EXCHANGE_HEADER_BYTES; i < end; i++) {
        bool is_name = i < at;
        if (is_name ? text_lower((char)query[i]) != text_lower((char)packet[i]) : query[i] != packet[i])
            return false;
    }
    return true;
}

int exchange_judge(const uint8_t *query, size_t query_length, const uint8_t *packet, size_t length)
{
    if (length < EXCHANGE_HEADER_BYTES || query[0] != packet[0] || query[1] != packet[1])
        return EXCHANGE_FOREIGN;
    bool is_response = (packet[2] & 0x80) != 0, is_truncated = (packet[2] & 0x02) != 0;
    int opcode = packet[2] >> 3 & 0x0F, code = packet[3] & 0x0F, questions = packet[4] << 8 | packet[5];
    if (!is_response || opcode != 0)
        return EXCHANGE_FOREIGN;
    /* Some servers refuse without repeating the question; but nothing is said of a name that way. */
    bool is_refusal = code != 0 && code != RCODE_NO_NAME && code <= RCODE_REFUSED;
    if (questions == 1 ? !is_same_question(query, query_length, packet, length) : questions != 0 || !is_refusal)
        return EXCHANGE_FOREIGN;
    if (is_truncated)
        return EXCHANGE_TRUNCATED;
    return code == RCODE_FORMAT || code == RCODE_NOT_IMPLEMENTED ? EXCHANGE_KNOWS_NO_EDNS : EXCHANGE_ANSWER;
}

/* ---- one exchange ---- */

static const char *words_for(int code)
{
    switch (code) {
    case ECONNREFUSED:
        return "connection refused";
    case ENETUNREACH:
    case EHOSTUNREACH:
    case EADDRNOTAVAIL:
    case EAFNOSUPPORT:
        return "no route to it";
    case ECONNRESET:
    case EPIPE:
        return "connection closed";
    default:
        return "network failed";
    }
}

static void close_socket(int *socket)
{
    if (*socket >= 0)
        close(*socket);
    *socket = -1;
}

static void forget_tcp(exchange *e, const memory *mem)
{
    close_socket(&e->inside.tcp);
    memory_give(mem, e->inside.tcp_answer);
    e->inside.tcp_answer = NULL;
    e->inside.tcp_sent = e->inside.tcp_received = 0;
}

static void end(exchange *e, const char *problem, const memory *mem)
{
    close_socket(&e->inside.udp);
    forget_tcp(e, mem);
    e->problem = problem;
    e->inside.is_over = true;
}

static const uint8_t *query_of(const exchange *e, size_t *length)
{
    *length = e->inside.is_plain ? e->plain_length : e->query_length;
    return e->inside.is_plain ? e->plain : e->query;
}

/* Connected, so that packets from elsewhere do not get here. -1 with errno set if it fails at once. */
static int open_socket(const exchange *e, int kind)
{
    int made = socket(e->server.storage.ss_family, kind | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (made < 0)
        return -1;
    if (connect(made, (const struct sockaddr *)&e->server.storage, e->server.length) == 0 || errno == EINPROGRESS)
        return made;
    int code = errno;
    close(made);
    errno = code;
    return -1;
}

static void open_tcp(exchange *e)
{
    if (e->inside.tcp >= 0)
        return;
    e->inside.tcp = open_socket(e, SOCK_STREAM);
    if (e->inside.tcp < 0)
        e->problem = words_for(errno);
}

/* From now on without EDNS. What was sent over TCP is counted in bytes of the former query, so that it begins anew. */
static void turn_plain(exchange *e, const memory *mem)
{
    bool had_tcp = e->inside.tcp >= 0;
    forget_tcp(e, mem);
    e->inside.is_plain = true;
    if (had_tcp)
        open_tcp(e);
}

static void send_udp(exchange *e)
{
    size_t length = 0;
    const uint8_t *query = query_of(e, &length);
    if (e->inside.udp < 0)
        e->inside.udp = open_socket(e, SOCK_DGRAM);
    if (e->inside.udp >= 0 && (send(e->inside.udp, query, length, MSG_NOSIGNAL) >= 0 || errno == EAGAIN))
        return;
    e->problem = words_for(errno);
    e->has_no_route = errno == ENETUNREACH || errno == EADDRNOTAVAIL || errno == EAFNOSUPPORT;
    close_socket(&e->inside.udp);
}

static bool is_deaf(const exchange *e)
{
    return e->inside.udp < 0 && e->inside.tcp < 0;
}

/* UDP first; over TCP too when UDP has no use, or said nothing in the first try. */
static void begin_try(exchange *e, const exchange_limits *limits)
{
    int64_t until = exchange_now() + limits->try_ms;
    e->inside.tries++;
    e->inside.ends_ms = until < limits->deadline_ms ? until : limits->deadline_ms;
    if (!e->was_truncated)
        send_udp(e);
    if ((e->inside.udp < 0 || e->inside.tries > 1) && !e->has_no_route)
        open_tcp(e);
}

/* Goes on after one of the sockets was closed. */
static void go_on(exchange *e, const exchange_limits *limits)
{
    while (!e->inside.is_over && is_deaf(e)) {
        if (e->inside.tries == TRIES || e->has_no_route)
            end(e, e->problem, limits->mem);
        else
            begin_try(e, limits);
    }
}

static bool take_answer(exchange *e, const uint8_t *packet, size_t length, const memory *mem)
{
    e->answer = (uint8_t *)memory_copy_bytes(mem, packet, length);
    e->answer_length = length;
    end(e, NULL, mem);
    return e->answer != NULL;
}

static bool read_udp(exchange *e, uint8_t *room, const exchange_limits *limits)
{
    size_t query_length = 0;
    ssize_t length = recv(e->inside.udp, room, PACKET_BYTES, 0);
    if (length < 0 && (errno == EAGAIN || errno == EINTR))
        return true;
    if (length < 0) {
        e->problem = words_for(errno);
        close_socket(&e->inside.udp);
        open_tcp(e);
        return true;
    }
    const uint8_t *query = query_of(e, &query_length);
    int kind = exchange_judge(query, query_length, room, (size_t)length);
    if (kind == EXCHANGE_TRUNCATED) {
        e->was_truncated = true;
        close_socket(&e->inside.udp);
        open_tcp(e);
    } else if (kind == EXCHANGE_KNOWS_NO_EDNS && !e->inside.is_plain) {
        turn_plain(e, limits->mem);
        send_udp(e);
    } else if (kind != EXCHANGE_FOREIGN) {
        return take_answer(e, room, (size_t)length, limits->mem);
    }
    return true;
}

static void lose_tcp(exchange *e, const char *problem, const memory *mem)
{
    e->problem = problem;
    forget_tcp(e, mem);
}

static void write_tcp(exchange *e, const memory *mem)
{
    uint8_t message[2 + EXCHANGE_QUERY_BYTES];
    size_t length = 0;
    int code = 0;
    socklen_t code_length = sizeof code;
    const uint8_t *query = query_of(e, &length);
    message[0] = (uint8_t)(length >> 8);
    message[1] = (uint8_t)length;
    memcpy(message + 2, query, length);
    getsockopt(e->inside.tcp, SOL_SOCKET, SO_ERROR, &code, &code_length);
    if (code != 0) {
        lose_tcp(e, words_for(code), mem);
        return;
    }
    ssize_t sent = send(e->inside.tcp, message + e->inside.tcp_sent, length + 2 - e->inside.tcp_sent, MSG_NOSIGNAL);
    if (sent >= 0)
        e->inside.tcp_sent += (size_t)sent;
    else if (errno != EAGAIN && errno != EINTR)
        lose_tcp(e, words_for(errno), mem);
}

static bool tcp_has_sent(const exchange *e)
{
    size_t length = 0;
    query_of(e, &length);
    return e->inside.tcp_sent == length + 2;
}

static size_t tcp_length(const exchange *e)
{
    return (size_t)e->inside.tcp_head[0] << 8 | e->inside.tcp_head[1];
}

static bool take_tcp_answer(exchange *e, const memory *mem)
{
    size_t query_length = 0;
    const uint8_t *query = query_of(e, &query_length);
    int kind = exchange_judge(query, query_length, e->inside.tcp_answer, tcp_length(e));
    if (kind == EXCHANGE_KNOWS_NO_EDNS && !e->inside.is_plain) {
        turn_plain(e, mem);
    } else if (kind == EXCHANGE_TRUNCATED || kind == EXCHANGE_FOREIGN) {
        lose_tcp(e, kind == EXCHANGE_TRUNCATED ? "cut off" : "answered another question", mem);
    } else {
        e->answer = e->inside.tcp_answer;
        e->answer_length = tcp_length(e);
        e->inside.tcp_answer = NULL;
        end(e, NULL, mem);
    }
    return true;
}

static bool read_tcp(exchange *e, const memory *mem)
{
    size_t received = e->inside.tcp_received;
    uint8_t *room = received < 2 ? e->inside.tcp_head + received : e->inside.tcp_answer + received - 2;
    size_t wanted = received < 2 ? 2 - received : tcp_length(e) + 2 - received;
    ssize_t length = recv(e->inside.tcp, room, wanted, 0);
    if (length < 0 && (errno == EAGAIN || errno == EINTR))
        return true;
    if (length <= 0) {
        lose_tcp(e, length == 0 ? "connection closed" : words_for(errno), mem);
        return true;
    }
    e->inside.tcp_received += (size_t)length;
    if (received < 2 && e->inside.tcp_received == 2) {
        if (tcp_length(e) < EXCHANGE_HEADER_BYTES) {
            lose_tcp(e, "malformed answer", mem);
            return true;
        }
        e->inside.tcp_answer = memory_take(mem, tcp_length(e));
        return e->inside.tcp_answer != NULL;
    }
    return e->inside.tcp_received < 2 || e->inside.tcp_received < tcp_length(e) + 2 || take_tcp_answer(e, mem);
}

/* ---- all of them ---- */

static void begin(exchange *e, const exchange_limits *limits)
{
    uint8_t id[2] = {0, 0};
    memset(&e->inside, 0, sizeof e->inside);
    e->inside.udp = e->inside.tcp = -1;
    if (getrandom(id, sizeof id, 0) != (ssize_t)sizeof id) {
        end(e, "no random numbers", limits->mem);
        return;
    }
    memcpy(e->query, id, sizeof id);
    memcpy(e->plain, id, sizeof id);
    begin_try(e, limits);
    go_on(e, limits);
}

/* Whose time is over tries once more, or ends. Returns when the next one's is; 0 if none goes on. */
static int64_t look_at_time(exchange *all, size_t count, const exchange_limits *limits, int64_t patient_until)
{
    int64_t now = exchange_now(), next = 0;
    bool has_ended = now >= limits->deadline_ms || tcses_cancel_triggered(limits->cancel);
    bool is_impatient = !has_ended && now >= patient_until;
    for (size_t i = 0; i < count; i++) {
        exchange *e = &all[i];
        if (e->inside.is_over)
            continue;
        if (has_ended || is_impatient || (now >= e->inside.ends_ms && e->inside.tries == TRIES)) {
            end(e, is_impatient ? "not waited for" : timed_out, limits->mem);
            continue;
        }
        if (now >= e->inside.ends_ms) {
            begin_try(e, limits);
            go_on(e, limits);
        }
        if (!e->inside.is_over && (next == 0 || e->inside.ends_ms < next))
            next = e->inside.ends_ms;
    }
    return next == 0 || next < patient_until ? next : patient_until;
}

static int milliseconds_until(int64_t when, const tcses_cancel *cancel)
{
    int64_t left = when - exchange_now();
    if (cancel != NULL && left > CANCEL_LOOK_MS)
        left = CANCEL_LOOK_MS;
    return left < 0 ? 0 : left < 60000 ? (int)left : 60000;
}

static bool serve(
    exchange *e, const struct pollfd *udp, const struct pollfd *tcp, uint8_t *room, const exchange_limits *limits)
{
    bool has_memory = true;
    if (udp->fd >= 0 && udp->revents != 0)
        has_memory = read_udp(e, room, limits);
    if (has_memory && tcp->fd >= 0 && tcp->fd == e->inside.tcp && tcp->revents != 0) {
        if (!tcp_has_sent(e))
            write_tcp(e, limits->mem);
        else
            has_memory = read_tcp(e, limits->mem);
    }
    go_on(e, limits);
    return has_memory;
}

static bool run_with(exchange *all, size_t count, const exchange_limits *limits, struct pollfd *polled, uint8_t *room)
{
    int64_t next = 0, patient_until = INT64_MAX;
    while ((next = look_at_time(all, count, limits, patient_until)) != 0) {
        for (size_t i = 0; i < count; i++) {
            bool is_over = all[i].inside.is_over;
            polled[2 * i] = (struct pollfd){is_over ? -1 : all[i].inside.udp, POLLIN, 0};
            polled[2 * i + 1] = (struct pollfd){is_over ? -1 : all[i].inside.tcp, POLLIN, 0};
            if (!is_over && !tcp_has_sent(&all[i]))
                polled[2 * i + 1].events = POLLOUT;
        }
        if (poll(polled, 2 * count, milliseconds_until(next, limits->cancel)) <= 0)
            continue;
        for (size_t i = 0; i < count; i++) {
            if (!all[i].inside.is_over && !serve(&all[i], &polled[2 * i], &polled[2 * i + 1], room, limits))
                return false;
            if (limits->grace_ms > 0 && patient_until == INT64_MAX && all[i].answer != NULL)
                patient_until = exchange_now() + limits->grace_ms;
        }
    }
    return true;
}

bool exchange_run(exchange *all, size_t count, const exchange_limits *limits)
{
    const memory *mem = limits->mem;
    struct pollfd *polled = memory_take(mem, 2 * count * sizeof *polled);
    uint8_t *room = mem->allocate(mem->ctx, PACKET_BYTES);
    for (size_t i = 0; i < count; i++)
        begin(&all[i], limits);
    bool has_memory = polled != NULL && room != NULL && run_with(all, count, limits, polled, room);
    for (size_t i = 0; i < count; i++) {
        if (!all[i].inside.is_over)
            end(&all[i], timed_out, mem);
    }
    memory_give(mem, polled);
    memory_give(mem, room);
    return has_memory;
}

void exchange_free(exchange *all, size_t count, const memory *mem)
{
    for (size_t i = 0; i < count; i++) {
        memory_give(mem, all[i].answer);
        all[i].answer = NULL;
    }
}
