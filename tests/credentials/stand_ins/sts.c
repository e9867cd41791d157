/* SPDX-License-Identifier: Apache-2.0 */
#include "sts.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "clock.h"
#include "support/support.h"

static const sts_expected *expected_of(stand_in *s)
{
    pthread_mutex_lock(&s->lock);
    const sts_expected *expected = s->setting;
    pthread_mutex_unlock(&s->lock);
    return expected;
}

static void check_text(stand_in *s, const json_t *body, const char *name, const char *value)
{
    const char *found = json_string_value(json_object_get(body, name));
    if (found == NULL || strcmp(found, value) != 0)
        complain(s, "%s is \"%s\", not \"%s\"", name, found != NULL ? found : "missing", value);
}

static void check_body(stand_in *s, const received *r, const sts_expected *expected)
{
    json_t *body = json_loadb(r->body, r->body_length, JSON_REJECT_DUPLICATES, NULL);
    int64_t duration = expected->duration_seconds != 0 ? expected->duration_seconds : 7200;
    bool with_identity = expected->provider_id != NULL;
    check_text(s, body, "RoleArn", expected->role_arn != NULL ? expected->role_arn : STS_ROLE_ARN);
    check_text(s, body, "RoleSessionName", expected->session_name != NULL ? expected->session_name : "libtcses");
    if (!json_is_integer(json_object_get(body, "DurationSeconds")) ||
        json_integer_value(json_object_get(body, "DurationSeconds")) != duration)
        complain(s, "DurationSeconds is not %lld", (long long)duration);
    if (with_identity) {
        check_text(s, body, "ProviderId", expected->provider_id);
        check_text(s, body, "WebIdentityToken", expected->web_identity_token);
    }
    /* The service refuses what it does not know (UnknownParameter). */
    if (json_object_size(body) != (with_identity ? 5U : 3U))
        complain(s, "the body has %zu members", json_object_size(body));
    json_decref(body);
}

/* False: it is refused. */
static bool check_request(stand_in *s, const received *r, const sts_expected *expected)
{
    char id[ID_ROOM];
    bool with_identity = expected->provider_id != NULL;
    if (strncmp(r->head, "POST / HTTP/1.1\r\n", 17) != 0)
        complain(s, "asked for %.*s", (int)strcspn(r->head, "\r"), r->head);
    check_host(s, r);
    check_header(s, r, "Content-Type", "application/json");
    check_header(s, r, "X-TC-Action", with_identity ? "AssumeRoleWithWebIdentity" : "AssumeRole");
    check_header(s, r, "X-TC-Version", "2018-08-13");
    check_header(s, r, "X-TC-Region", expected->region != NULL ? expected->region : "ap-guangzhou");
    check_body(s, r, expected);
    if (!with_identity)
        return signature_fault(r, "sts", id) == NULL;
    check_header(s, r, "Authorization", "SKIP");
    check_header(s, r, "X-TC-Token", NULL);
    return true;
}

static char *refusal(const char *code)
{
    return format_text("{\"Response\":{\"Error\":{\"Code\":\"%s\",\"Message\":\"refused by the stand-in\"},"
                       "\"RequestId\":\"sts-refused\"}}",
        code);
}

static void refuse(connection *c, const char *code)
{
    char *text = refusal(code);
    answer_dated(c, text);
    free(text);
}

static void answer_with_keys(stand_in *s, connection *c)
{
    char id[ID_ROOM];
    stand_in_issue(s, id);
    char *key = key_of(id);
    char *token = token_of(id);
    char *text = format_text(
        "{\"Response\":{\"Credentials\":{\"Token\":\"%s\",\"TmpSecretId\":\"%s\",\"TmpSecretKey\":\"%s\"},"
        "\"ExpiredTime\":%lld,\"Expiration\":\"2038-01-01T00:00:00Z\",\"RequestId\":\"sts-granted\"}}",
        token, id, key, (long long)(true_wall_seconds() + stand_in_life(s)));
    answer_dated(c, text);
    free(text);
    free(token);
    free(key);
}

static bool answer(stand_in *s, connection *c, const received *r)
{
    bool taken = check_request(s, r, expected_of(s));
    gate_pass(&s->gate);
    reply how = stand_in_keys_reply(s);
    if (how.status != NULL || how.silent)
        return send_reply(c, &how);
    if (taken)
        answer_with_keys(s, c);
    else
        refuse(c, "AuthFailure.SignatureFailure");
    return true;
}

void sts_start(stand_in *s, const char *name, const sts_expected *expected)
{
    static const sts_expected usual;
    stand_in_start(s, name, answer);
    s->setting = expected != NULL ? expected : &usual;
}

void sts_expect(stand_in *s, const sts_expected *expected)
{
    pthread_mutex_lock(&s->lock);
    s->setting = expected;
    pthread_mutex_unlock(&s->lock);
}

void sts_refuse(stand_in *s, const char *code)
{
    if (s->reply_text != NULL)
        die("%s refuses already", s->name);
    s->reply_text = refusal(code);
    stand_in_reply(s, (reply){.status = "200 OK", .body = s->reply_text});
}

void sts_id(const stand_in *s, int index, char *id)
{
    const received *r = server_request(s->http, index);
    if (received_has(r, "Authorization: SKIP"))
        strcpy(id, "SKIP");
    else
        signature_fault(r, "sts", id);
}
