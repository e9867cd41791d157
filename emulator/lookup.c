/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Several questions to one resolver, each on a socket of its own, in one loop. UDP sockets are connected: what another
 * address sends does not reach them, and a port that is closed is an error at once.
 */
#include "lookup.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
    /* Milliseconds after the start: when a question is sent once more, when TCP is tried, and when all is over. */
    RESEND_AT = 700,
    TCP_AT = 1500,
    END_AT = 4000,
    /* A TCP message has its length in two bytes before it. */
    PREFIX = 2,
    MOST_BYTES = PREFIX + 65535
};

enum stage { STAGE_UDP, STAGE_TCP_WRITE, STAGE_TCP_READ, STAGE_OVER };

struct asking {
    struct lookup *lookup;
    const union address *resolver;
    enum stage stage;
    int fd;
    /* When something has to be done even if nothing is heard. */
    int64_t due;
    bool sent_again;
    /* What TCP has taken of the query and its prefix, or given of the answer and its own. */
    size_t done;
    uint8_t *buffer;
};

static int64_t now(void)
{
    struct timespec time = {0};
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static void finish(struct asking *asking)
{
    if (asking->fd >= 0)
        close(asking->fd);
    asking->fd = -1;
    asking->stage = STAGE_OVER;
}

/* A connection of TCP may still be on its way afterwards. */
static bool open_socket(struct asking *asking, int type)
{
    if (asking->fd >= 0)
        close(asking->fd);
    asking->fd = socket(asking->resolver->any.sa_family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    return asking->fd >= 0 && (connect(asking->fd, &asking->resolver->any, emu_address_length(asking->resolver)) == 0 ||
                                  errno == EINPROGRESS);
}

static void begin_tcp(struct asking *asking, int64_t start)
{
    asking->stage = STAGE_TCP_WRITE;
    asking->due = start + END_AT;
    asking->done = 0;
    if (!open_socket(asking, SOCK_STREAM))
        finish(asking);
}

static void send_udp(struct asking *asking, int64_t start)
{
    const struct dns_query *query = &asking->lookup->query;
    if (send(asking->fd, query->wire, query->length, MSG_NOSIGNAL) != (ssize_t)query->length)
        begin_tcp(asking, start);
}

static void begin(struct asking *asking, int64_t start)
{
    emu_dns_write(&asking->lookup->query);
    asking->due = start + RESEND_AT;
    if (asking->lookup->query.wire == NULL)
        finish(asking);
    else if (!open_socket(asking, SOCK_DGRAM))
        begin_tcp(asking, start);
    else
        send_udp(asking, start);
}

/* A strange packet is passed over: the answer may come after it. */
static void read_udp(struct asking *asking, int64_t start)
{
    struct lookup *lookup = asking->lookup;
    ssize_t length = recv(asking->fd, asking->buffer, MOST_BYTES, 0);
    if (length < 0) {
        if (errno != EAGAIN && errno != EINTR)
            begin_tcp(asking, start);
        return;
    }
    switch (emu_dns_read(&lookup->query, asking->buffer, (size_t)length, &lookup->answer)) {
    case DNS_STRANGE:
        break;
    case DNS_TRUNCATED:
        begin_tcp(asking, start);
        break;
    case DNS_ANSWERED:
    default:
        finish(asking);
        break;
    }
}

/* Counts what a call on the socket did; false if it can't go on. */
static bool moved(struct asking *asking, ssize_t bytes)
{
    if (bytes > 0)
        asking->done += (size_t)bytes;
    return bytes > 0 || (bytes < 0 && (errno == EAGAIN || errno == EINTR));
}

static void write_tcp(struct asking *asking)
{
    const struct dns_query *query = &asking->lookup->query;
    size_t length = PREFIX + query->length;
    asking->buffer[0] = (uint8_t)(query->length >> 8);
    asking->buffer[1] = (uint8_t)query->length;
    memcpy(asking->buffer + PREFIX, query->wire, query->length);
    if (!moved(asking, send(asking->fd, asking->buffer + asking->done, length - asking->done, MSG_NOSIGNAL))) {
        finish(asking);
    } else if (asking->done == length) {
        asking->stage = STAGE_TCP_READ;
        asking->done = 0;
    }
}

/* The length of the answer with its prefix, or of the prefix alone while that is not whole. */
static size_t wanted(const struct asking *asking)
{
    if (asking->done < PREFIX)
        return PREFIX;
    return PREFIX + (size_t)(asking->buffer[0] << 8 | asking->buffer[1]);
}

static void read_tcp(struct asking *asking)
{
    struct lookup *lookup = asking->lookup;
    size_t left = wanted(asking) - asking->done;
    if (left > 0 && !moved(asking, recv(asking->fd, asking->buffer + asking->done, left, 0))) {
        finish(asking);
    } else if (asking->done >= PREFIX && asking->done == wanted(asking)) {
        emu_dns_read(&lookup->query, asking->buffer + PREFIX, asking->done - PREFIX, &lookup->answer);
        finish(asking);
    }
}

static void heard(struct asking *asking, int64_t start)
{
    if (asking->stage == STAGE_UDP)
        read_udp(asking, start);
    else if (asking->stage == STAGE_TCP_WRITE)
        write_tcp(asking);
    else if (asking->stage == STAGE_TCP_READ)
        read_tcp(asking);
}

static void heard_nothing(struct asking *asking, int64_t start)
{
    if (asking->stage != STAGE_UDP) {
        finish(asking);
    } else if (asking->sent_again) {
        begin_tcp(asking, start);
    } else {
        asking->sent_again = true;
        asking->due = start + TCP_AT;
        send_udp(asking, start);
    }
}

/* Fills in what to wait for; returns when the first is due, or -1 if all are over. */
static int64_t prepare(struct asking *askings, size_t count, struct pollfd *fds)
{
    int64_t first = -1;
    for (size_t i = 0; i < count; i++) {
        const struct asking *asking = &askings[i];
        fds[i] = (struct pollfd){asking->fd, asking->stage == STAGE_TCP_WRITE ? POLLOUT : POLLIN, 0};
        if (asking->stage != STAGE_OVER && (first < 0 || asking->due < first))
            first = asking->due;
    }
    return first;
}

/* The descriptor `stop` stands after those of the questions. */
static void ask_all(struct asking *askings, size_t count, struct pollfd *fds, int64_t start)
{
    for (int64_t due = prepare(askings, count, fds); due >= 0; due = prepare(askings, count, fds)) {
        int64_t left = due - now();
        if (poll(fds, count + 1, left > 0 ? (int)left : 0) < 0 && errno != EINTR)
            return;
        if (fds[count].revents != 0)
            return;
        for (size_t i = 0; i < count; i++) {
            if (fds[i].revents != 0)
                heard(&askings[i], start);
            /* Also after something was heard: a server that sends rubbish without end gets no more time. */
            if (askings[i].stage != STAGE_OVER && now() >= askings[i].due)
                heard_nothing(&askings[i], start);
        }
    }
}

void emu_lookup_run(const union address *resolver, int stop, struct lookup *lookups, size_t count)
{
    int64_t start = now();
    struct asking *askings = emu_support_allocate_zeroed(count * sizeof(*askings));
    struct pollfd *fds = emu_support_allocate_zeroed((count + 1) * sizeof(*fds));
    fds[count] = (struct pollfd){stop, POLLIN, 0};
    for (size_t i = 0; i < count; i++) {
        askings[i] = (struct asking){.lookup = &lookups[i], .resolver = resolver, .fd = -1};
        askings[i].buffer = emu_support_allocate(MOST_BYTES);
        begin(&askings[i], start);
    }
    ask_all(askings, count, fds, start);
    for (size_t i = 0; i < count; i++) {
        finish(&askings[i]);
        free(askings[i].buffer);
    }
    free(askings);
    free(fds);
}

void emu_lookup_clear(struct lookup *lookups, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(lookups[i].query.wire);
        emu_dns_answer_clear(&lookups[i].answer);
    }
}
