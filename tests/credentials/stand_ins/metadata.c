/* SPDX-License-Identifier: Apache-2.0 */
#include "metadata.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "clock.h"
#include "support/support.h"

#define ROLES_LINE "GET /latest/meta-data/cam/security-credentials/ HTTP/1.1\r\n"
#define KEYS_LINE "GET /latest/meta-data/cam/security-credentials/" METADATA_ROLE " HTTP/1.1\r\n"

static bool begins_with(const char *text, const char *begin)
{
    return strncmp(text, begin, strlen(begin)) == 0;
}

/* Whoever can ask the metadata server is known by that alone: nothing of the account's goes there. */
static void check_request(stand_in *s, const received *r)
{
    if (s->setting != NULL)
        check_header(s, r, "Host", s->setting);
    else
        check_host(s, r);
    check_header(s, r, "Authorization", NULL);
    check_header(s, r, "Proxy-Authorization", NULL);
    check_header(s, r, "X-TC-Token", NULL);
    check_header(s, r, "X-TC-Action", NULL);
    if (r->body_length != 0)
        complain(s, "there is a body of %zu bytes", r->body_length);
}

char *metadata_keys_text(const char *id, int64_t life_seconds)
{
    char until[32];
    time_t seconds = (time_t)(true_wall_seconds() + life_seconds);
    struct tm parts;
    gmtime_r(&seconds, &parts);
    strftime(until, sizeof until, "%Y-%m-%dT%H:%M:%SZ", &parts);
    char *key = key_of(id);
    char *token = token_of(id);
    char *text = format_text("{\n  \"TmpSecretId\": \"%s\",\n  \"TmpSecretKey\": \"%s\",\n  \"ExpiredTime\": %lld,\n"
                             "  \"Expiration\": \"%s\",\n  \"Token\": \"%s\",\n  \"Code\": \"Success\"\n}",
        id, key, (long long)seconds, until, token);
    free(key);
    free(token);
    return text;
}

static void answer_with_keys(stand_in *s, connection *c)
{
    char id[ID_ROOM];
    stand_in_issue(s, id);
    char *text = metadata_keys_text(id, stand_in_life(s));
    answer_dated(c, text);
    free(text);
}

static reply role_reply_of(stand_in *s)
{
    pthread_mutex_lock(&s->lock);
    reply role_reply = s->role_reply;
    pthread_mutex_unlock(&s->lock);
    return role_reply;
}

static bool answer(stand_in *s, connection *c, const received *r)
{
    check_request(s, r);
    bool for_role = begins_with(r->head, ROLES_LINE);
    if (!for_role && !begins_with(r->head, KEYS_LINE))
        complain(s, "asked for %.*s", (int)strcspn(r->head, "\r"), r->head);
    gate_pass(for_role ? &s->role_gate : &s->gate);
    reply how = for_role ? role_reply_of(s) : stand_in_keys_reply(s);
    if (how.status != NULL || how.silent)
        return send_reply(c, &how);
    if (for_role)
        answer_dated(c, METADATA_ROLE);
    else
        answer_with_keys(s, c);
    return true;
}

void metadata_start(stand_in *s)
{
    stand_in_start(s, "cvm", answer);
}

void metadata_expect_host(stand_in *s, const char *host)
{
    s->setting = host;
}

void metadata_reply_role(stand_in *s, reply role_reply)
{
    pthread_mutex_lock(&s->lock);
    s->role_reply = role_reply;
    pthread_mutex_unlock(&s->lock);
}

static int questions(const stand_in *s, const char *line)
{
    int count = 0;
    for (int i = stand_in_requests(s) - 1; i >= 0; i--)
        count += begins_with(server_request(s->http, i)->head, line);
    return count;
}

int metadata_role_questions(const stand_in *s)
{
    return questions(s, ROLES_LINE);
}

int metadata_keys_questions(const stand_in *s)
{
    return questions(s, KEYS_LINE);
}
