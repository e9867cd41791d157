/* SPDX-License-Identifier: Apache-2.0 */
#include "credentials/remote.h"

#include <string.h>

#include "base/error.h"
#include "base/time.h"

#define ANSWER_BYTES_MAX 262144
#define ATTEMPT_TIMEOUT_MS 10000
#define ATTEMPTS_MAX 3
#define UNKNOWN_LIFE_MS 900000

static const field keys_fields[] = {
    TEXT(temporary_keys, code, "Code", RULE_NONE),
    TEXT(temporary_keys, secret_id, "TmpSecretId", RULE_NONE),
    TEXT(temporary_keys, secret_key, "TmpSecretKey", RULE_NONE),
    TEXT(temporary_keys, token, "Token", RULE_NONE),
    TIME(temporary_keys, expired_time, "ExpiredTime"),
};
const field_table remote_keys_table = TABLE(temporary_keys, keys_fields);

static tcses_status no_keys(void *ctx, keys_wish *wish, keys **out, tcses_error *error)
{
    (void)ctx;
    (void)wish;
    *out = NULL;
    return error_set(error, TCSES_ERR_CREDENTIALS, NULL, "this call is not signed");
}

void remote_init(remote *r, const char *name, const keys_wish *wish)
{
    memset(r, 0, sizeof *r);
    r->name = name;
    r->host = *wish->host;
    buffer_init(&r->url, &wish->host->mem);
    r->host.max_response_bytes = ANSWER_BYTES_MAX;
    r->host.get_keys = no_keys;
    r->host.keys_ctx = NULL;
    r->spec.region = "";
    r->spec.request_client = "libtcses_" TCSES_VERSION;
    r->spec.retry_class = TCSES_RETRY_READ;
    r->spec.attempt_timeout_ms = ATTEMPT_TIMEOUT_MS;
    r->spec.max_attempts = ATTEMPTS_MAX;
    r->spec.cancel = wish->cancel;
}

tcses_status remote_refuse(const remote *r, const char *reason, tcses_error *error)
{
    return error_set(error, TCSES_ERR_CREDENTIALS, NULL, "%s: %s", r->name, reason);
}

/* Whose time, and whose cancel, it was decides what the failure means to the call that wanted the keys. */
static tcses_status describe(
    const remote *r, keys_wish *wish, tcses_status status, const tcses_error *why, tcses_error *error)
{
    if (status == TCSES_ERR_MEMORY)
        return error_memory(error);
    if (status == TCSES_ERR_CANCELLED)
        return error_set(error, status, NULL, "cancelled while credentials were fetched (%s)", r->name);
    if (status == TCSES_ERR_TIMEOUT && call_now_ms(&r->host) >= wish->deadline_ms)
        return error_set(
            error, status, NULL, "the time for the call ran out while credentials were fetched (%s)", r->name);
    wish->may_come_later = why->retryable == TCSES_TRUE;
    error_adopt(error, why);
    return remote_refuse(r, why->message, error);
}

static int32_t time_left(const remote *r, const keys_wish *wish, int64_t deadline_ms)
{
    int64_t until = deadline_ms < wish->deadline_ms ? deadline_ms : wish->deadline_ms;
    int64_t left = until - call_now_ms(&r->host);
    if (left < 0)
        return 0;
    return left < INT32_MAX ? (int32_t)left : INT32_MAX;
}

tcses_status remote_run(remote *r, keys_wish *wish, int64_t deadline_ms, tcses_error *error)
{
    tcses_error *why = NULL;
    tcses_error *e = NULL;
    r->spec.timeout_ms = time_left(r, wish, deadline_ms);
    if (error_open(&why, &r->host.mem, &e) != TCSES_OK)
        return error_memory(error);
    tcses_status status = call_run(&r->host, &r->spec, &r->answered, e);
    if (status != TCSES_OK)
        status = describe(r, wish, status, e, error);
    tcses_error_free(e);
    return status;
}

void remote_free(remote *r)
{
    call_free(r->answered);
    buffer_free(&r->url);
    r->answered = NULL;
}

/* How long the keys live, by the clock of whoever answered. Our own may be wrong: by it they are never called expired. */
static int64_t lifetime_ms(const remote *r, const uint64_t *expired_time)
{
    const char *date = tcses_http_response_header(&r->answered->response, "Date");
    int64_t now = 0;
    if (expired_time == NULL)
        return UNKNOWN_LIFE_MS;
    bool is_known = date != NULL && time_from_http(date, &now);
    if (!is_known)
        now = r->host.clock->wall_ms(r->host.clock->ctx) / 1000 + learned_skew(r->host.learned);
    /* A clock beyond all dates must not make a number that does not fit. */
    now = now < 0 ? 0 : now < TIME_MAX_SECONDS ? now : TIME_MAX_SECONDS;
    int64_t until = *expired_time < TIME_MAX_SECONDS ? (int64_t)*expired_time : TIME_MAX_SECONDS;
    return until > now || is_known ? (until - now) * 1000 : UNKNOWN_LIFE_MS;
}

tcses_status remote_take(
    const remote *r, const temporary_keys *found, tcses_credentials_answer *answer, tcses_error *error)
{
    tcses_status status = TCSES_OK;
    const char *part = NULL;
    const char *broken = keys_rule(found->secret_id, found->secret_key, found->token, &part);
    if (broken == NULL && found->token == NULL) {
        part = "token";
        broken = "is required";
    }
    answer->lifetime_ms = lifetime_ms(r, found->expired_time);
    if (found->code != NULL && strcmp(found->code, "Success") != 0)
        status = error_set(
            error, TCSES_ERR_CREDENTIALS, NULL, "%s: the answer's Code is %.64s, not Success", r->name, found->code);
    else if (broken != NULL)
        status = error_set(error, TCSES_ERR_CREDENTIALS, NULL, "%s: the answer's %s %s", r->name, part, broken);
    else if (answer->lifetime_ms <= 0)
        status = remote_refuse(r, "the keys that came have expired", error);
    else if (tcses_credentials_answer_set(answer, found->secret_id, found->secret_key, found->token) != TCSES_OK)
        status = error_memory(error);
    return status;
}
