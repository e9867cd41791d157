/* SPDX-License-Identifier: Apache-2.0 */
#include "support.h"

#include <stdio.h>

#include "call/retry.h"

#define REFUSED(c)                                                                              \
    {                                                                                           \
        .status = TCSES_ERR_API, .stage = TCSES_STAGE_ANSWERED, .http_status = 200, .code = (c) \
    }
#define HTTP(s)                                                                     \
    {                                                                               \
        .status = TCSES_ERR_HTTP, .stage = TCSES_STAGE_ANSWERED, .http_status = (s) \
    }
#define FAILED(s, at)                \
    {                                \
        .status = (s), .stage = (at) \
    }
#define UNSENT TCSES_STAGE_UNSENT
#define SENT TCSES_STAGE_SENT

/*
 * What each end of an attempt means for each class. The outcome: N not done, D done, U unknown. Then the advice:
 * - never, L later, K with newer keys, T with the server's time. Then ! where it proves an earlier attempt done.
 */
static const struct {
    const char *name;
    attempt end;
    const char *read, *idempotent, *create, *delete, *set;
} table[] = {
    {"done", FAILED(TCSES_OK, TCSES_STAGE_ANSWERED), "D-", "D-", "D-", "D-", "D-"},

    {"throttled", REFUSED("RequestLimitExceeded"), "NL", "NL", "NL", "NL", "NL"},
    {"throttled by uin", REFUSED("RequestLimitExceeded.UinLimitExceeded"), "NL", "NL", "NL", "NL", "NL"},
    {"throttled by ip", REFUSED("RequestLimitExceeded.IPLimitExceeded"), "NL", "NL", "NL", "NL", "NL"},
    {"not throttled", REFUSED("RequestLimitExceededFoo"), "U-", "U-", "U-", "U-", "U-"},
    {"not available", REFUSED("FailedOperation.ServiceNotAvailable"), "NL", "NL", "NL", "NL", "NL"},
    {"failed operation", REFUSED("FailedOperation"), "U-", "U-", "U-", "U-", "U-"},
    {"failed operation, a kind", REFUSED("FailedOperation.Timeout"), "U-", "U-", "U-", "U-", "U-"},
    {"key not in DNS", REFUSED("FailedOperation.DKIMNotApplied"), "N-", "N-", "N-", "N-", "N-"},
    {"quota", REFUSED("LimitExceeded"), "N-", "N-", "N-", "N-", "N-"},
    {"domain limit", REFUSED("OperationDenied.ExceedDomainLimit"), "N-", "N-", "N-", "N-", "N-"},

    {"internal", REFUSED("InternalError"), "UL", "UL", "U-", "UL", "UL"},
    {"internal, a kind", REFUSED("InternalError.DbError"), "UL", "UL", "U-", "UL", "UL"},
    {"unavailable", REFUSED("ServiceUnavailable"), "UL", "UL", "U-", "UL", "UL"},
    {"resource unavailable", REFUSED("ResourceUnavailable"), "UL", "UL", "U-", "UL", "UL"},

    {"token", REFUSED("AuthFailure.TokenFailure"), "NK", "NK", "NK", "NK", "NK"},
    {"signature", REFUSED("AuthFailure.SignatureFailure"), "N-", "N-", "N-", "N-", "N-"},
    {"expired without a date", REFUSED("AuthFailure.SignatureExpire"), "N-", "N-", "N-", "N-", "N-"},
    {"expired with a date",
        {.status = TCSES_ERR_API,
            .stage = TCSES_STAGE_ANSWERED,
            .http_status = 200,
            .code = "AuthFailure.SignatureExpire",
            .server_seconds = 1},
        "NT", "NT", "NT", "NT", "NT"},
    {"unauthorized", REFUSED("UnauthorizedOperation"), "N-", "N-", "N-", "N-", "N-"},

    {"repeat creation", REFUSED("InvalidParameterValue.RepeatCreation"), "N-", "N-", "N-", "N-", "N-"},
    {"repeat address", REFUSED("InvalidParameterValue.RepeatEmailAddress"), "N-", "N-", "N-", "N-", "N-"},
    {"no such sender", REFUSED("InvalidParameterValue.NoSuchSender"), "N-", "N-", "N-", "N-!", "N-"},
    {"no such domain", REFUSED("InvalidParameterValue.NotExistDomain"), "N-", "N-", "N-", "N-!", "N-"},
    {"repeat password", REFUSED("OperationDenied.RepeatPassWord"), "N-", "N-", "N-", "N-", "N-!"},
    {"a code of tomorrow", REFUSED("Brand.New"), "U-", "U-", "U-", "U-", "U-"},

    {"HTTP 500", HTTP(500), "UL", "UL", "U-", "UL", "UL"},
    {"HTTP 502", HTTP(502), "UL", "UL", "U-", "UL", "UL"},
    {"HTTP 503", HTTP(503), "UL", "UL", "U-", "UL", "UL"},
    {"HTTP 504", HTTP(504), "UL", "UL", "U-", "UL", "UL"},
    {"HTTP 429", HTTP(429), "NL", "NL", "NL", "NL", "NL"},
    {"HTTP 400", HTTP(400), "N-", "N-", "N-", "N-", "N-"},
    {"HTTP 403", HTTP(403), "N-", "N-", "N-", "N-", "N-"},
    {"HTTP 404", HTTP(404), "N-", "N-", "N-", "N-", "N-"},
    {"HTTP 302", HTTP(302), "N-", "N-", "N-", "N-", "N-"},
    {"HTTP 204", HTTP(204), "UL", "UL", "U-", "UL", "UL"},

    {"network, unsent", FAILED(TCSES_ERR_NETWORK, UNSENT), "NL", "NL", "NL", "NL", "NL"},
    {"network, sent", FAILED(TCSES_ERR_NETWORK, SENT), "UL", "UL", "U-", "UL", "UL"},
    {"timeout, unsent", FAILED(TCSES_ERR_TIMEOUT, UNSENT), "NL", "NL", "NL", "NL", "NL"},
    {"timeout, sent", FAILED(TCSES_ERR_TIMEOUT, SENT), "UL", "UL", "U-", "UL", "UL"},
    {"TLS, unsent", FAILED(TCSES_ERR_TLS, UNSENT), "N-", "N-", "N-", "N-", "N-"},
    {"TLS, sent", FAILED(TCSES_ERR_TLS, SENT), "U-", "U-", "U-", "U-", "U-"},
    {"too large", FAILED(TCSES_ERR_RESPONSE, SENT), "U-", "U-", "U-", "U-", "U-"},
    {"cancelled, unsent", FAILED(TCSES_ERR_CANCELLED, UNSENT), "N-", "N-", "N-", "N-", "N-"},
    {"cancelled, sent", FAILED(TCSES_ERR_CANCELLED, SENT), "U-", "U-", "U-", "U-", "U-"},
    {"memory, unsent", FAILED(TCSES_ERR_MEMORY, UNSENT), "N-", "N-", "N-", "N-", "N-"},
    {"memory, sent", FAILED(TCSES_ERR_MEMORY, SENT), "U-", "U-", "U-", "U-", "U-"},
    {"callback, unsent", FAILED(TCSES_ERR_CALLBACK, UNSENT), "N-", "N-", "N-", "N-", "N-"},
    {"callback, sent", FAILED(TCSES_ERR_CALLBACK, SENT), "U-", "U-", "U-", "U-", "U-"},
    {"not in the script", FAILED(TCSES_ERR_EXPECTATION, UNSENT), "N-", "N-", "N-", "N-", "N-"},
    {"unreadable", FAILED(TCSES_ERR_RESPONSE, TCSES_STAGE_ANSWERED), "UL", "UL", "U-", "UL", "UL"},
    {"system, unsent", FAILED(TCSES_ERR_SYSTEM, UNSENT), "N-", "N-", "N-", "N-", "N-"},
};

static void expect_verdict(const char *name, int32_t retry_class, const attempt *end, const char *wanted)
{
    static const char outcomes[] = {
        [TCSES_OUTCOME_NOT_DONE] = 'N', [TCSES_OUTCOME_DONE] = 'D', [TCSES_OUTCOME_UNKNOWN] = 'U'};
    static const char advices[] = {
        [RETRY_NEVER] = '-', [RETRY_LATER] = 'L', [RETRY_RENEW_KEYS] = 'K', [RETRY_CORRECT_TIME] = 'T'};
    retry_verdict verdict = retry_judge(retry_class, end);
    char given[4] = {outcomes[verdict.outcome], advices[verdict.advice], verdict.proves_done ? '!' : '\0', '\0'};
    if (strcmp(given, wanted) != 0)
        fail_msg("%s, class %d: expected %s, got %s", name, (int)retry_class, wanted, given);
}

static void test_retry__every_end_for_every_class(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(table); i++) {
        expect_verdict(table[i].name, TCSES_RETRY_READ, &table[i].end, table[i].read);
        expect_verdict(table[i].name, TCSES_RETRY_IDEMPOTENT, &table[i].end, table[i].idempotent);
        expect_verdict(table[i].name, TCSES_RETRY_CREATE, &table[i].end, table[i].create);
        expect_verdict(table[i].name, TCSES_RETRY_DELETE, &table[i].end, table[i].delete);
        expect_verdict(table[i].name, TCSES_RETRY_SET, &table[i].end, table[i].set);
    }
}

static void test_retry__a_class_that_is_not_known_is_not_repeated(void **state)
{
    (void)state;
    const attempt sent = FAILED(TCSES_ERR_NETWORK, SENT), unsent = FAILED(TCSES_ERR_NETWORK, UNSENT);
    expect_verdict("unset", TCSES_RETRY_UNSET, &sent, "U-");
    expect_verdict("unset", TCSES_RETRY_UNSET, &unsent, "NL");
    expect_verdict("6", 6, &sent, "U-");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_retry__every_end_for_every_class),
        cmocka_unit_test(test_retry__a_class_that_is_not_known_is_not_repeated),
    };
    return cmocka_run_group_tests_name("retry", tests, NULL, NULL);
}
