/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * What the stand-ins of the metadata server, STS and the service share. Each is a server of the test's own that answers
 * like the real one, or as the test says, and complains of every request that the real one would not take.
 *
 * Keys are told apart by their id, and the rest follows from it: to the id AKIDcvm2 (the second keys that the stand-in
 * "cvm" gave out) belong the key "canary-key-AKIDcvm2" and the token "canary-token-AKIDcvm2". So whoever gets a request
 * knows whether its three parts belong together, and a secret in a log line or an error's text is known by its begin.
 */
#ifndef STAND_IN_H
#define STAND_IN_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "support/server.h"

/* What every secret begins with. */
#define CANARY "canary-"
/* Ids that begin so have no token, as those of an account's own keys. */
#define LASTING "AKIDlasting"

#define ID_ROOM 64

/* As new text. The token is NULL for lasting keys. */
char *key_of(const char *id);
char *token_of(const char *id);

/* ---- holding requests up ---- */

typedef struct gate {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int to_hold;
    int held;
    int opened;
} gate;

#define GATE_INIT                                                    \
    {                                                                \
        PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0, 0, 0 \
    }

/* The next `count` requests get no answer until the gate is opened. */
void gate_hold(gate *g, int count);
/* Waits until so many are held. */
#define gate_await(g, count) gate_await_at((g), (count), __FILE__, __LINE__)
void gate_await_at(gate *g, int count, const char *file, int line);
void gate_open(gate *g);
/* The server's side. */
void gate_pass(gate *g);

/* ---- a stand-in ---- */

/* An answer of the test's own in place of the right one, which it is where `status` is NULL. */
typedef struct reply {
    const char *status;  /* for example "404 Not Found" */
    const char *headers; /* more header lines, each with its end */
    const char *body;    /* NULL: none */
    size_t cut;          /* so many bytes more are announced than are sent */
    size_t padding;      /* so many spaces follow the body */
    bool silent;         /* there is no answer at all, though the connection stays */
} reply;

typedef struct stand_in stand_in;

struct stand_in {
    server *http;
    const char *name;
    /* Answers one request; false ends the connection. */
    bool (*answer)(stand_in *s, connection *c, const received *r);
    gate gate;            /* before keys are given, or a call is answered */
    gate role_gate;       /* before the metadata server names the role */
    pthread_mutex_t lock; /* guards what follows */
    char complaint[256];
    int issued;           /* keys given out, or requests answered */
    int64_t life_seconds; /* of the keys that are given out */
    reply keys_reply;
    reply role_reply;    /* of the metadata server, to the question for the role's name */
    char *reply_text;    /* what keys_reply holds, if it is to be released in the end */
    const void *setting; /* what else the test wants of it */
};

void stand_in_start(stand_in *s, const char *name, bool (*answer)(stand_in *, connection *, const received *));
/* Fails the test if there was a complaint. */
#define stand_in_stop(s) stand_in_stop_at((s), __FILE__, __LINE__)
void stand_in_stop_at(stand_in *s, const char *file, int line);

const char *stand_in_url(const stand_in *s);
/* How many requests came. */
int stand_in_requests(const stand_in *s);

void stand_in_set_life(stand_in *s, int64_t seconds);
/* From now on keys are asked for in vain: this is the answer. {0} is the right one again. */
void stand_in_reply(stand_in *s, reply keys_reply);
reply stand_in_keys_reply(stand_in *s);
int64_t stand_in_life(stand_in *s);
/* Counts and names the next keys: writes AKID<name><n>. */
void stand_in_issue(stand_in *s, char *id);
/* Makes that the keys given out next are those given out last. */
void stand_in_repeat(stand_in *s);

/* Remembers the first thing that is wrong. */
void complain(stand_in *s, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* False, and a complaint, if the header has another value or is not there; with NULL: if it is there. */
bool check_header(stand_in *s, const received *r, const char *name, const char *value);
/* That the Host is this server. */
void check_host(stand_in *s, const received *r);
/* That the request is signed for `service` with the key of its id, and has the token of its id. Writes the id. */
bool check_signature(stand_in *s, const received *r, const char *service, char *id);
/* The same without a complaint: what is wrong, NULL if nothing is. */
const char *signature_fault(const received *r, const char *service, char *id);

/* An answer with status 200, JSON and the Date by the clock that nobody set. */
void answer_dated(connection *c, const char *body);
/* Sends the reply. False if the connection is to end. */
bool send_reply(connection *c, const reply *how);

#endif
