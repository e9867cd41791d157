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

bool retry_is_kind_of(const char *code, const char *kind)
{
    size_t length = strlen(kind);
    return strncmp(code, kind, length) == 0 && (code[length] == '\0' || code[length] == '.');
}

/* The service failed while it worked: nobody knows how far it got. */
static bool is_unsure(const char *code)
{
    return retry_is_kind_of(code, "InternalError") || retry_is_kind_of(code, "ServiceUnavailable") ||
           retry_is_kind_of(code, "ResourceUnavailable");
}

/*
 * The code names a check that the service makes before it does anything. Of a code that nobody has described yet, it is
 * not known.
 */
static bool names_a_check(const char *code)
{
    static const char *const kinds[] = {"AuthFailure", "InvalidAction", "InvalidParameter", "InvalidParameterValue",
        "InvalidRequest", "IpInBlacklist", "IpNotInWhitelist", "LimitExceeded", "MissingParameter", "NoSuchProduct",
        "NoSuchVersion", "OperationDenied", "RequestLimitExceeded", "RequestSizeLimitExceeded", "ResourceInUse",
        "ResourceInsufficient", "ResourceNotFound", "UnauthorizedOperation", "UnknownParameter", "UnsupportedOperation",
        "UnsupportedProtocol", "UnsupportedRegion", TCSES_CODE_DKIM_NOT_APPLIED, TCSES_CODE_SERVICE_NOT_AVAILABLE};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (retry_is_kind_of(code, kinds[i]))
            return true;
    }
    return false;
}

bool retry_is_repeatable(int32_t retry_class)
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
    retry_verdict verdict = {
        .outcome = TCSES_OUTCOME_UNKNOWN, .advice = retry_is_repeatable(retry_class) ? RETRY_LATER : RETRY_NEVER};
    return verdict;
}

static retry_verdict judge_refusal(int32_t retry_class, const attempt *a)
{
    retry_verdict verdict = {.outcome = TCSES_OUTCOME_NOT_DONE, .advice = RETRY_NEVER};
    if (is_unsure(a->code))
        return unknown_verdict(retry_class);
    if (!names_a_check(a->code))
        verdict.outcome = TCSES_OUTCOME_UNKNOWN;
    verdict.is_over_rate = retry_is_kind_of(a->code, "RequestLimitExceeded");
    if (verdict.is_over_rate || strcmp(a->code, TCSES_CODE_SERVICE_NOT_AVAILABLE) == 0)
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
    retry_verdict refused = {
        .outcome = TCSES_OUTCOME_NOT_DONE, .advice = a->http_status == 429 ? RETRY_LATER : RETRY_NEVER};
    return a->http_status >= 500 || a->http_status < 300 ? unknown_verdict(retry_class) : refused;
}

/* It may end otherwise the next time, unlike an answer that is too large or a certificate that is not trusted. */
static bool is_transient(const attempt *a)
{
    bool is_garbled = a->status == TCSES_ERR_RESPONSE && a->stage == TCSES_STAGE_ANSWERED;
    return a->status == TCSES_ERR_NETWORK || a->status == TCSES_ERR_TIMEOUT || is_garbled;
}

/* There was no whole answer. */
static retry_verdict judge_failure(int32_t retry_class, const attempt *a)
{
    retry_verdict verdict = {.outcome = TCSES_OUTCOME_NOT_DONE, .advice = RETRY_LATER};
    if (a->stage != TCSES_STAGE_UNSENT)
        verdict = unknown_verdict(retry_class);
    if (!is_transient(a))
        verdict.advice = RETRY_NEVER;
    return verdict;
}

retry_verdict retry_judge(int32_t retry_class, const attempt *a)
{
    retry_verdict done = {.outcome = TCSES_OUTCOME_DONE, .advice = RETRY_NEVER};
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
