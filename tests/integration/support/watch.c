/* SPDX-License-Identifier: Apache-2.0 */
#include "watch.h"

#include <stdlib.h>
#include <string.h>
#include <tcses/sys/transport.h>

#define SIGNATURE_DIGITS 64

/* ---- bytes ---- */

static void heap_add(heap *h, const void *data, size_t length)
{
    if (h->capacity - h->length < length) {
        h->capacity = (h->capacity + length) * 2;
        h->data = realloc(h->data, h->capacity);
        if (h->data == NULL)
            die("out of memory");
    }
    memcpy(h->data + h->length, data, length);
    h->length += length;
}

static void heap_add_line(heap *h, const char *text)
{
    heap_add(h, text, strlen(text));
    heap_add(h, "\n", 1);
}

static void heap_free(heap *h)
{
    free(h->data);
    memset(h, 0, sizeof *h);
}

bool heap_holds(const heap *h, const void *secret, size_t length, size_t piece)
{
    const char *bytes = secret;
    for (size_t start = 0; start + piece <= length; start++) {
        if (h->length > 0 && memmem(h->data, h->length, bytes + start, piece) != NULL)
            return true;
    }
    return false;
}

/* ---- memory ---- */

typedef union block_head {
    size_t bytes;
    max_align_t alignment;
} block_head;

/* What malloc() gives may hold what somebody else released. */
static void *take(void *ctx, size_t bytes)
{
    watch *w = ctx;
    pthread_mutex_lock(&w->lock);
    w->taken++;
    bool fails = w->taken == w->fail_at;
    w->live += !fails;
    pthread_mutex_unlock(&w->lock);
    if (fails)
        return NULL;
    block_head *head = malloc(sizeof *head + bytes);
    if (head == NULL)
        die("out of memory");
    head->bytes = bytes;
    return memset(head + 1, 0xA5, bytes);
}

static void give(void *ctx, void *block)
{
    watch *w = ctx;
    block_head *head = (block_head *)block - 1;
    pthread_mutex_lock(&w->lock);
    heap_add(&w->released, block, head->bytes);
    w->live--;
    pthread_mutex_unlock(&w->lock);
    free(head);
}

void watch_init(watch *w)
{
    memset(w, 0, sizeof *w);
    pthread_mutex_init(&w->lock, NULL);
    w->allocator = (tcses_allocator){sizeof(tcses_allocator), w, take, give};
}

void watch_free(watch *w)
{
    heap_free(&w->log);
    heap_free(&w->errors);
    heap_free(&w->released);
    heap_free(&w->signatures);
    pthread_mutex_destroy(&w->lock);
}

/* ---- words ---- */

void watch_log(void *ctx, int32_t level, const char *line)
{
    watch *w = ctx;
    (void)level;
    pthread_mutex_lock(&w->lock);
    heap_add_line(&w->log, line);
    pthread_mutex_unlock(&w->lock);
}

void watch_error(watch *w, tcses_error *error)
{
    const char *const texts[] = {tcses_error_message(error), tcses_error_code(error), tcses_error_request_id(error),
        tcses_error_field(error), tcses_error_transport_text(error), tcses_error_hint(error)};
    pthread_mutex_lock(&w->lock);
    for (size_t i = 0; error != NULL && i < sizeof texts / sizeof texts[0]; i++) {
        if (texts[i] != NULL)
            heap_add_line(&w->errors, texts[i]);
    }
    pthread_mutex_unlock(&w->lock);
    tcses_error_free(error);
}

/* ---- signatures ---- */

typedef struct listener {
    watch *w;
    tcses_transport *inner;
} listener;

static tcses_status listen_and_pass_on(void *ctx, tcses_http_request *request, tcses_http_response *response)
{
    static const char mark[] = "Signature=";
    listener *l = ctx;
    const char *authorization = tcses_http_request_header(request, "Authorization");
    const char *signature = authorization != NULL ? strstr(authorization, mark) : NULL;
    if (signature != NULL && strlen(signature + strlen(mark)) != SIGNATURE_DIGITS)
        die("a strange signature: %s", signature);
    pthread_mutex_lock(&l->w->lock);
    if (signature != NULL)
        heap_add(&l->w->signatures, signature + strlen(mark), SIGNATURE_DIGITS);
    pthread_mutex_unlock(&l->w->lock);
    return tcses_transport_perform(l->inner, request, response);
}

static void listener_free(void *ctx)
{
    listener *l = ctx;
    tcses_transport_unref(l->inner);
    free(l);
}

tcses_transport *watch_transport(watch *w, tcses_transport *inner)
{
    tcses_transport *made = NULL;
    tcses_transport_ops ops = TCSES_TRANSPORT_OPS_INIT;
    listener *l = calloc(1, sizeof *l);
    if (l == NULL)
        die("out of memory");
    *l = (listener){w, inner};
    ops.perform = listen_and_pass_on;
    ops.destroy = listener_free;
    if (tcses_transport_new(&ops, l, &w->allocator, &made, NULL) != TCSES_OK)
        die("no transport");
    return made;
}

size_t watch_signatures(const watch *w)
{
    return w->signatures.length / SIGNATURE_DIGITS;
}

const char *watch_signature(const watch *w, size_t index)
{
    return w->signatures.data + index * SIGNATURE_DIGITS;
}
