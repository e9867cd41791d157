/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Keeps all that the library lets out of its hands: log lines, texts of errors, and every block of memory as it was when it
 * was released. Afterwards one looks for what must not be there.
 */
#ifndef WATCH_H
#define WATCH_H

#include "support.h"

/* Bytes that grow. */
typedef struct heap {
    char *data;
    size_t length;
    size_t capacity;
} heap;

typedef struct watch {
    tcses_allocator allocator;
    pthread_mutex_t lock;
    heap log;      /* lines */
    heap errors;   /* the texts of errors, one a line */
    heap released; /* the blocks */
    heap signatures;
    size_t live;    /* blocks not released */
    size_t taken;   /* allocations asked for */
    size_t fail_at; /* the number of the allocation that fails, from 1 on; 0: none */
} watch;

void watch_init(watch *w);
void watch_free(watch *w);

/* For tcses_client_options.log, with the watch as log_ctx. */
void watch_log(void *ctx, int32_t level, const char *line);
/* Keeps every text of the error and releases it. NULL is fine. */
void watch_error(watch *w, tcses_error *error);

/* A transport that passes on to `inner`, whose reference it takes over, and remembers each request's signature. */
tcses_transport *watch_transport(watch *w, tcses_transport *inner);
/* How many signatures were seen, and one of them: 64 digits. */
size_t watch_signatures(const watch *w);
const char *watch_signature(const watch *w, size_t index);

/* Whether any piece of `piece` bytes of the secret stands there. A secret that was overwritten in part is seen too. */
bool heap_holds(const heap *h, const void *secret, size_t length, size_t piece);

#endif
