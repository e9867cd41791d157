/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * What an attempt's end means: whether the request took effect, and whether the next attempt may be made. Only here.
 */
#include "call/retry.h"

#include <stdbool.h>
#include <string.h>

#include <tcses/address.h>
#include <tcses/identity.h>

/* The code itself, or one of its kinds: CODE or CODE.something. */
static bool is_kind_of(const char *code, const char *kind)
{
    size_t length = strlen(kind);
    return strncmp(code, kind, length) == 0 && (code[length] == '\0' || code[length] == '.');
}

static bool is_throttled(const char *code)
{
    return is_kind_of(code, "RequestLimitExceeded") || strcmp(code, TCSES_CODE_SERVICE_NOT_AVAILABLE) == 0;
}

/* The service failed while it worked: nobody knows how far it got. */
static bool is_unsure(const char *code)
{
    return is_kind_of(code, "InternalError") || is_kind_of(code, "ServiceUnavailable") ||
           is_kind_of(code, "ResourceUnavailable");
}

/* Whether doing it twice ends as doing it once. */
static bool is_repeatable(int32_t retry_class)
{
    return retry_class == TCSES_RETRY_READ || retry_class == TCSES_RETRY_IDEMPOTENT ||
           retry_class == TCSES_RETRY_DELETE || retry_class == TCSES_RETRY_SET;
}

static bool says_it_was_done(int32_t retry_class, const char *code)
{
    if (retry_class == TCSES_RETRY_DELETE)
        return strcmp(code, TCSES_CODE_NO_SUCH_SENDER) == 0 || strcmp(code, TCSES_CODE_NOT_EXIST_DOMAIN) == 0;
    return retry_class == TCSES_RETRY_SET && strcmp(code, TCSES_CODE_REPEAT_PASSWORD) == 0;
}

static retry_verdict unknown_verdict(int32_t retry_class)
{
    retry_verdict verdict = {TCSES_OUTCOME_UNKNOWN, is_repeatable(retry_class) ? RETRY_LATER : RETRY_NEVER, 0};
    return verdict;
}

static retry_verdict judge_refusal(int32_t retry_class, const attempt *a)
{
    retry_verdict verdict = {TCSES_OUTCOME_NOT_DONE, RETRY_NEVER, 0};
    if (is_unsure(a->code))
        return unknown_verdict(retry_class);
    if (is_throttled(a->code))
        verdict.advice = RETRY_LATER;
    else if (strcmp(a->code, "AuthFailure.TokenFailure") == 0)
        verdict.advice = RETRY_RENEW_KEYS;
    else if (strcmp(a->code, "AuthFailure.SignatureExpire") == 0 && a->server_seconds > 0)
        verdict.advice = RETRY_CORRECT_TIME;
    verdict.proves_done = says_it_was_done(retry_class, a->code);
    return verdict;
}

/* An HTTP status other than 200: a gateway's word. Only from 500 on may the service have seen the request. */
static retry_verdict judge_http(int32_t retry_class, const attempt *a)
{
    retry_verdict refused = {TCSES_OUTCOME_NOT_DONE, a->http_status == 429 ? RETRY_LATER : RETRY_NEVER, 0};
    return a->http_status >= 500 || a->http_status < 300 ? unknown_verdict(retry_class) : refused;
}

/* There was no whole answer. */
static retry_verdict judge_failure(int32_t retry_class, const attempt *a)
{
    retry_verdict verdict = {TCSES_OUTCOME_NOT_DONE, RETRY_NEVER, 0};
    bool is_lasting = a->status != TCSES_ERR_NETWORK && a->status != TCSES_ERR_TIMEOUT;
    if (a->stage != TCSES_STAGE_UNSENT) {
        verdict = unknown_verdict(retry_class);
        if (a->status == TCSES_ERR_MEMORY || a->status == TCSES_ERR_CANCELLED || a->status == TCSES_ERR_CALLBACK)
            verdict.advice = RETRY_NEVER;
    } else if (!is_lasting) {
        verdict.advice = RETRY_LATER;
    }
    return verdict;
}

retry_verdict retry_judge(int32_t retry_class, const attempt *a)
{
    retry_verdict done = {TCSES_OUTCOME_DONE, RETRY_NEVER, 0};
    switch (a->status) {
    case TCSES_OK:
        return done;
    case TCSES_ERR_API:
        return judge_refusal(retry_class, a);
    case TCSES_ERR_HTTP:
        return judge_http(retry_class, a);
    default:
        return judge_failure(retry_class, a);
    }
}

const char *retry_hint(const char *code)
{
    static const struct {
        const char *kind;
        const char *hint;
    } hints[] = {
        {TCSES_CODE_DOMAIN_NOT_VERIFIED,
            "Put the domain's DNS records in place, submit verification and wait until the domain is verified."},
        {TCSES_CODE_EXCEED_DOMAIN_LIMIT,
            "An account has ten domains at most. Use one that exists, or ask the service for more."},
        {TCSES_CODE_EXCEED_SENDER_LIMIT, "Delete a sender address that is no longer used."},
        {TCSES_CODE_CREATED_BY_OTHER, "Another account has this domain. Use a sub-domain of your own."},
        {TCSES_CODE_REPEAT_CREATION, "The account has this domain already; read it instead."},
        {TCSES_CODE_REPEAT_EMAIL_ADDRESS, "The account has this sender address already in this region."},
        {TCSES_CODE_NOT_EXIST_DOMAIN,
            "Create the domain first, or look whether the keys are those of the right account."},
        {TCSES_CODE_NO_SUCH_SENDER, "Look whether the region is right: sender addresses belong to a region."},
        {TCSES_CODE_SENDER_WITH_DOMAIN_IS_NOT_EMPTY, "Delete the domain's sender addresses first, in every region."},
        {TCSES_CODE_NOT_ALLOW_DELETE, "The service lets enterprise accounts alone delete domains."},
        {TCSES_CODE_DKIM_NOT_APPLIED, "The key of that size is not in DNS yet."},
        {TCSES_CODE_INVALID_SMTP_PASSWORD,
            "Take 10 to 20 characters with two digits, two lower-case and two upper-case letters that differ."},
        {"AuthFailure.SecretIdNotFound",
            "The secret id does not exist or is disabled. Look at the keys in the console."},
        {"AuthFailure.SignatureFailure", "Look whether the secret key belongs to the secret id."},
        {"AuthFailure.SignatureExpire",
            "Set this machine's clock: it differs from the service's by more than 5 minutes."},
        {"AuthFailure.TokenFailure", "Get new temporary credentials: the token is no longer valid."},
        {"AuthFailure.UnauthorizedOperation",
            "Give the sub-account the policy QcloudSESFullAccess or the action used."},
        {"UnauthorizedOperation", "Give the sub-account the policy QcloudSESFullAccess or the action used."},
        {"RequestLimitExceeded", "Too many calls: make fewer than 20 a second of each action."},
        {"UnsupportedRegion", "Use ap-guangzhou or ap-hongkong."},
    };
    for (size_t i = 0; i < sizeof hints / sizeof hints[0]; i++) {
        if (is_kind_of(code, hints[i].kind))
            return hints[i].hint;
    }
    return NULL;
}
