/* SPDX-License-Identifier: Apache-2.0 */
#include "truth.h"

#include <jansson.h>
#include <stdio.h>

const fated_code truth_codes[] = {
    {"InternalError", FATE_UNSURE, false},
    {"RequestLimitExceeded", FATE_REFUSED, false},
    {"AuthFailure.TokenFailure", FATE_REFUSED, false},
    {"AuthFailure.SignatureExpire", FATE_REFUSED, false},
    {"FailedOperation.ServiceNotAvailable", FATE_REFUSED, false},
    {"InvalidParameterValue.NoSuchSender", FATE_REFUSED, true},
    {"InvalidParameterValue.NotExistDomain", FATE_REFUSED, true},
    {"OperationDenied.RepeatPassWord", FATE_REFUSED, true},
    {"InvalidParameterValue.RepeatCreation", FATE_REFUSED, false},
    {"InvalidParameterValue.RepeatEmailAddress", FATE_REFUSED, false},
    {"ServiceUnavailable", FATE_UNSURE, false},
    {"ResourceUnavailable", FATE_UNSURE, false},
    {"InternalError.DbError", FATE_UNSURE, false},
    {"RequestLimitExceeded.IpLimit", FATE_REFUSED, false},
    {"LimitExceeded", FATE_REFUSED, false},
    {"AuthFailure.SignatureFailure", FATE_REFUSED, false},
    {"UnauthorizedOperation", FATE_REFUSED, false},
    {"OperationDenied.DomainNotVerified", FATE_REFUSED, false},
    {"FailedOperation", FATE_OPEN, false},
    {"Strange", FATE_OPEN, false},
};
const size_t truth_codes_count = COUNT_OF(truth_codes);

static bool is_kind(const char *code, const char *kind)
{
    size_t length = strlen(kind);
    return strncmp(code, kind, length) == 0 && (code[length] == '\0' || code[length] == '.');
}

static fate fate_of_code(const char *code, bool *says_done)
{
    for (size_t i = 0; i < COUNT_OF(truth_codes); i++) {
        if (strcmp(truth_codes[i].code, code) == 0) {
            *says_done = truth_codes[i].says_done;
            return truth_codes[i].fate;
        }
    }
    return is_kind(code, "InternalError") || is_kind(code, "ServiceUnavailable") || is_kind(code, "ResourceUnavailable")
               ? FATE_UNSURE
               : FATE_OPEN;
}

static fate fate_of_document(json_t *document, bool *says_done)
{
    json_t *body = json_object_get(document, "Response");
    json_t *refusal = json_object_get(body, "Error");
    if (!json_is_object(body))
        return FATE_UNSURE;
    if (refusal == NULL || json_is_null(refusal))
        return FATE_DONE;
    json_t *message = json_object_get(refusal, "Message");
    const char *code = json_string_value(json_object_get(refusal, "Code"));
    bool is_usable = message == NULL || json_is_null(message) || json_is_string(message);
    return code != NULL && code[0] != '\0' && is_usable ? fate_of_code(code, says_done) : FATE_UNSURE;
}

static fate fate_of_body(const void *text, size_t length, bool *says_done)
{
    json_error_t reason;
    json_t *document = json_loadb(text, length, JSON_REJECT_DUPLICATES, &reason);
    if (document == NULL && json_error_code(&reason) == json_error_numeric_overflow)
        document = json_loadb(text, length, JSON_REJECT_DUPLICATES | JSON_DECODE_INT_AS_REAL, &reason);
    fate known = fate_of_document(document, says_done);
    json_decref(document);
    return known;
}

static fate fate_of(const exchange *e, bool *says_done)
{
    *says_done = false;
    if (e->status != TCSES_OK)
        return e->stage == TCSES_STAGE_UNSENT ? FATE_REFUSED : FATE_UNSURE;
    if (e->http_status == 200)
        return fate_of_body(e->body, e->body_length, says_done);
    return e->http_status >= 300 && e->http_status < 500 ? FATE_REFUSED : FATE_UNSURE;
}

void truth_begin(truth *t, const char *action, int32_t retry_class, bool may_reconcile)
{
    memset(t, 0, sizeof *t);
    t->action = action;
    t->retry_class = retry_class;
    t->may_reconcile = may_reconcile && retry_class == TCSES_RETRY_CREATE;
}

/* Whether the request is the call's own, and not one for credentials or to read back. */
static bool is_own(const truth *t, const tcses_http_request *request)
{
    const char *action = tcses_http_request_header(request, "X-TC-Action");
    return action != NULL && strcmp(action, t->action) == 0;
}

/* Whether it is one of the reads that show whether something was created. */
static bool is_read_back(const truth *t, const tcses_http_request *request)
{
    static const char *const reads[] = {"GetEmailIdentity", "ListEmailAddress", "ListAddressUnsubscribeConfig"};
    const char *action = tcses_http_request_header(request, "X-TC-Action");
    for (size_t i = 0; t->may_reconcile && action != NULL && i < COUNT_OF(reads); i++) {
        if (strcmp(action, reads[i]) == 0)
            return true;
    }
    return false;
}

static void check_host(truth *t, const tcses_http_request *request)
{
    const char *host = tcses_http_request_header(request, "Host");
    CHECK(t->attempts == 0 || t->last_unsent || strcmp(host, t->host) == 0);
    snprintf(t->host, sizeof t->host, "%s", host);
}

static void check_body(truth *t, const tcses_http_request *request)
{
    const void *body = tcses_http_request_body(request);
    size_t length = tcses_http_request_body_length(request);
    if (t->attempts == 0) {
        CHECK(fuzz_is_object(body, length));
        t->body = memcpy(fuzz_block(length), body, length);
        t->body_length = length;
    }
    CHECK(length == t->body_length && memcmp(body, t->body, length) == 0);
}

void truth_request(truth *t, const tcses_http_request *request)
{
    bool is_repeatable = t->retry_class != TCSES_RETRY_CREATE;
    if (!is_own(t, request))
        return;
    CHECK(!t->is_done);
    CHECK(is_repeatable || !t->is_unsure);
    CHECK(t->retry_class == TCSES_RETRY_READ || t->retry_class == TCSES_RETRY_IDEMPOTENT ||
          tcses_http_request_may_repeat(request) == 0);
    check_host(t, request);
    check_body(t, request);
    t->attempts++;
}

void truth_answer(truth *t, const tcses_http_request *request, const exchange *e)
{
    bool says_done = false;
    fate known = fate_of(e, &says_done);
    if (is_read_back(t, request) && (known == FATE_DONE || says_done)) {
        t->has_read = t->has_read || t->is_unsure || t->was_open;
        t->is_unsure = false;
    }
    if (!is_own(t, request))
        return;
    t->last = known;
    t->last_unsent = e->status != TCSES_OK && e->stage == TCSES_STAGE_UNSENT;
    t->last_says_done = says_done && (t->is_unsure || t->was_open);
    t->is_done = t->is_done || known == FATE_DONE;
    t->is_unsure = t->is_unsure || known == FATE_UNSURE;
    t->was_open = t->was_open || known == FATE_OPEN;
}

static bool can_be_done(const truth *t)
{
    bool is_told = t->retry_class == TCSES_RETRY_DELETE || t->retry_class == TCSES_RETRY_SET;
    return t->last == FATE_DONE || (is_told && t->last_says_done) || (t->may_reconcile && t->has_read);
}

void truth_check(const truth *t, tcses_status status, const tcses_error *error, int32_t max_attempts)
{
    int32_t outcome = tcses_error_outcome(error);
    CHECK(t->attempts <= max_attempts);
    if (status == TCSES_OK) {
        CHECK(t->attempts > 0 && can_be_done(t));
        return;
    }
    if (error == NULL)
        return;
    CHECK(tcses_error_attempts(error) == t->attempts);
    CHECK(outcome != TCSES_OUTCOME_NOT_DONE || (!t->is_done && !t->is_unsure));
    CHECK(outcome != TCSES_OUTCOME_DONE || t->is_done || can_be_done(t));
    CHECK(outcome != TCSES_OUTCOME_UNKNOWN || t->is_unsure || t->was_open || t->has_read);
    CHECK(outcome >= TCSES_OUTCOME_NOT_DONE && outcome <= TCSES_OUTCOME_UNKNOWN);
}
