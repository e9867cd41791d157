/* SPDX-License-Identifier: Apache-2.0 */
#include "stand_in.h"

#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "clock.h"
#include "support/support.h"

#define SIGNED_HEADERS_MAX 8

char *key_of(const char *id)
{
    return format_text(CANARY "key-%s", id);
}

char *token_of(const char *id)
{
    return strncmp(id, LASTING, strlen(LASTING)) != 0 ? format_text(CANARY "token-%s", id) : NULL;
}

/* ---- the gate ---- */

void gate_hold(gate *g, int count)
{
    pthread_mutex_lock(&g->lock);
    g->to_hold = count;
    pthread_mutex_unlock(&g->lock);
}

void gate_await_at(gate *g, int count, const char *file, int line)
{
    struct timespec end = {0, 0};
    clock_gettime(CLOCK_REALTIME, &end);
    end.tv_sec += LOST_AFTER_SECONDS;
    pthread_mutex_lock(&g->lock);
    while (g->held < count) {
        if (pthread_cond_timedwait(&g->changed, &g->lock, &end) == ETIMEDOUT)
            die("%s:%d: %d requests of %d came to the gate", file, line, g->held, count);
    }
    pthread_mutex_unlock(&g->lock);
}

void gate_open(gate *g)
{
    pthread_mutex_lock(&g->lock);
    g->to_hold = 0;
    g->held = 0;
    g->opened++;
    pthread_cond_broadcast(&g->changed);
    pthread_mutex_unlock(&g->lock);
}

void gate_pass(gate *g)
{
    pthread_mutex_lock(&g->lock);
    if (g->to_hold > 0) {
        int opened = g->opened;
        g->to_hold--;
        g->held++;
        pthread_cond_broadcast(&g->changed);
        while (g->opened == opened)
            pthread_cond_wait(&g->changed, &g->lock);
    }
    pthread_mutex_unlock(&g->lock);
}

/* ---- a stand-in ---- */

static void serve(connection *c, void *ctx)
{
    stand_in *s = ctx;
    const received *r = NULL;
    while ((r = connection_read(c)) != NULL && s->answer(s, c, r)) {
    }
}

void stand_in_start(stand_in *s, const char *name, bool (*answer)(stand_in *, connection *, const received *))
{
    memset(s, 0, sizeof *s);
    s->name = name;
    s->answer = answer;
    s->gate = (gate)GATE_INIT;
    s->role_gate = (gate)GATE_INIT;
    s->life_seconds = 7200;
    pthread_mutex_init(&s->lock, NULL);
    s->http = server_start(serve, s);
}

void stand_in_stop_at(stand_in *s, const char *file, int line)
{
    gate_open(&s->gate);
    gate_open(&s->role_gate);
    server_stop(s->http);
    pthread_mutex_destroy(&s->lock);
    free(s->reply_text);
    if (s->complaint[0] != '\0')
        print_error("%s: %s\n", s->name, s->complaint);
    _assert_true(s->complaint[0] == '\0', "all requests are as they have to be", file, line);
}

const char *stand_in_url(const stand_in *s)
{
    return server_url(s->http);
}

int stand_in_requests(const stand_in *s)
{
    return server_requests(s->http, NULL);
}

void stand_in_set_life(stand_in *s, int64_t seconds)
{
    pthread_mutex_lock(&s->lock);
    s->life_seconds = seconds;
    pthread_mutex_unlock(&s->lock);
}

void stand_in_reply(stand_in *s, reply keys_reply)
{
    pthread_mutex_lock(&s->lock);
    s->keys_reply = keys_reply;
    pthread_mutex_unlock(&s->lock);
}

reply stand_in_keys_reply(stand_in *s)
{
    pthread_mutex_lock(&s->lock);
    reply keys_reply = s->keys_reply;
    pthread_mutex_unlock(&s->lock);
    return keys_reply;
}

int64_t stand_in_life(stand_in *s)
{
    pthread_mutex_lock(&s->lock);
    int64_t seconds = s->life_seconds;
    pthread_mutex_unlock(&s->lock);
    return seconds;
}

void stand_in_issue(stand_in *s, char *id)
{
    pthread_mutex_lock(&s->lock);
    snprintf(id, ID_ROOM, "AKID%s%d", s->name, ++s->issued);
    pthread_mutex_unlock(&s->lock);
}

void stand_in_repeat(stand_in *s)
{
    pthread_mutex_lock(&s->lock);
    s->issued--;
    pthread_mutex_unlock(&s->lock);
}

/* ---- what a request has to be ---- */

void complain(stand_in *s, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    pthread_mutex_lock(&s->lock);
    if (s->complaint[0] == '\0')
        vsnprintf(s->complaint, sizeof s->complaint, format, arguments);
    pthread_mutex_unlock(&s->lock);
    va_end(arguments);
}

bool check_header(stand_in *s, const received *r, const char *name, const char *value)
{
    char *found = received_header(r, name);
    bool right = found == NULL || value == NULL ? found == value : strcmp(found, value) == 0;
    if (!right)
        complain(s, "%s is \"%s\", not \"%s\"", name, found != NULL ? found : "missing", value != NULL ? value : "");
    free(found);
    return right;
}

void check_host(stand_in *s, const received *r)
{
    check_header(s, r, "Host", stand_in_url(s) + strlen("http://"));
}

/* Signs the request anew, with the headers that it names. Returns the whole of Authorization, as new text. */
static char *sign_anew(const received *r, const char *service, const char *id, char *names)
{
    tcses_sign_header headers[SIGNED_HEADERS_MAX];
    const tcses_sign_header *pointers[SIGNED_HEADERS_MAX];
    char *values[SIGNED_HEADERS_MAX];
    char *rest = NULL;
    size_t count = 0;
    tcses_signer *signer = NULL;
    tcses_sign_request request = TCSES_SIGN_REQUEST_INIT;
    char *key = key_of(id);
    char *timestamp = received_header(r, "X-TC-Timestamp");
    for (char *name = strtok_r(names, ";", &rest); name != NULL && count < SIGNED_HEADERS_MAX;
         name = strtok_r(NULL, ";", &rest)) {
        values[count] = received_header(r, name);
        headers[count] = (tcses_sign_header){sizeof headers[0], name, values[count] != NULL ? values[count] : ""};
        pointers[count] = &headers[count];
        count++;
    }
    request.secret_id = id;
    request.secret_key = key;
    request.service = service;
    request.payload = r->body;
    request.payload_length = r->body_length;
    request.headers = pointers;
    request.headers_count = count;
    request.timestamp = timestamp != NULL ? strtoll(timestamp, NULL, 10) : 0;
    char *authorization = NULL;
    if (tcses_signer_new(NULL, &signer, NULL) == TCSES_OK && tcses_signer_sign(signer, &request, NULL) == TCSES_OK)
        authorization = strdup(tcses_signer_authorization(signer));
    tcses_signer_free(signer);
    while (count > 0)
        free(values[--count]);
    free(timestamp);
    free(key);
    return authorization;
}

static const char *fault_of_parts(const received *r, const char *service, const char *authorization, char *id)
{
    char names[256];
    if (authorization == NULL ||
        sscanf(authorization, "TC3-HMAC-SHA256 Credential=%63[^/]/%*[^,], SignedHeaders=%255[^,],", id, names) != 2)
        return "there is no signature";
    char *expected = sign_anew(r, service, id, names);
    bool same = expected != NULL && strcmp(expected, authorization) == 0;
    free(expected);
    if (!same)
        return "the signature is not that of the id's key";
    char *token = received_header(r, "X-TC-Token");
    char *right = token_of(id);
    same = token == NULL || right == NULL ? token == right : strcmp(token, right) == 0;
    free(token);
    free(right);
    return same ? NULL : "the token is not the id's";
}

const char *signature_fault(const received *r, const char *service, char *id)
{
    id[0] = '\0';
    char *authorization = received_header(r, "Authorization");
    const char *fault = fault_of_parts(r, service, authorization, id);
    free(authorization);
    return fault;
}

bool check_signature(stand_in *s, const received *r, const char *service, char *id)
{
    const char *fault = signature_fault(r, service, id);
    if (fault != NULL)
        complain(s, "id \"%s\": %s", id, fault);
    return fault == NULL;
}

/* ---- answers ---- */

void answer_dated(connection *c, const char *body)
{
    char date[64];
    time_t seconds = (time_t)true_wall_seconds();
    struct tm parts;
    /* In English, whatever the program's locale is. */
    locale_t plain = newlocale(LC_TIME_MASK, "C", (locale_t)0);
    if (plain == (locale_t)0)
        die("no locale C");
    gmtime_r(&seconds, &parts);
    strftime_l(date, sizeof date, "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", &parts, plain);
    freelocale(plain);
    connection_answer(c, "200 OK", date, body);
}

bool send_reply(connection *c, const reply *how)
{
    const char *body = how->body != NULL ? how->body : "";
    if (how->silent) {
        connection_await_end(c);
        return false;
    }
    char *head = format_text("HTTP/1.1 %s\r\nContent-Length: %zu\r\n%s\r\n", how->status,
        strlen(body) + how->padding + how->cut, how->headers != NULL ? how->headers : "");
    connection_send(c, head);
    connection_send(c, body);
    free(head);
    if (how->padding > 0) {
        char *spaces = malloc(how->padding);
        if (spaces == NULL)
            die("out of memory");
        memset(spaces, ' ', how->padding);
        connection_send_bytes(c, spaces, how->padding);
        free(spaces);
    }
    return how->cut == 0;
}
