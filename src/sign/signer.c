/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The exported signer: checks its arguments, then signs. It fills a second set of artefacts and swaps it in on success,
 * so that a failure leaves the last signature as it was.
 */
#include <tcses/signer.h>

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/sized.h"
#include "base/text.h"
#include "base/time.h"
#include "sign/sign.h"

struct tcses_signer {
    memory mem;
    sign_day_key day;
    sign_artefacts done;
    sign_artefacts next;
    bool has_signed;
};

SIZED_INIT_FUNCTION(sign_header)
SIZED_INIT_FUNCTION(sign_request)

tcses_status tcses_signer_new(const tcses_allocator *allocator, tcses_signer **out, tcses_error **error)
{
    memory mem;
    tcses_error *e = NULL;
    if (out != NULL)
        *out = NULL;
    tcses_status status = error_open_new(error, allocator, out != NULL, &mem, &e);
    if (status != TCSES_OK)
        return status;
    tcses_signer *signer = memory_take(&mem, sizeof *signer);
    if (signer == NULL)
        return error_close(error, e, error_memory(e));
    signer->mem = mem;
    sign_artefacts_init(&signer->done, &mem);
    sign_artefacts_init(&signer->next, &mem);
    *out = signer; /* NOLINT(clang-analyzer-core.NullDereference): error_open_new() has refused a NULL */
    return error_close(error, e, TCSES_OK);
}

void tcses_signer_free(tcses_signer *signer)
{
    if (signer == NULL)
        return;
    memory mem = signer->mem;
    sign_artefacts_free(&signer->done);
    sign_artefacts_free(&signer->next);
    crypto_wipe(&signer->day, sizeof signer->day);
    memory_give(&mem, signer);
}

/* The parts of the request that are not headers. */
static tcses_status check_request(const tcses_sign_request *request, tcses_error *error)
{
    tcses_status status = error_require_text(error, "secret_id", request->secret_id, text_rule_credential);
    if (status == TCSES_OK)
        status = error_require_text(error, "secret_key", request->secret_key, text_rule_credential);
    if (status == TCSES_OK)
        status = error_require_text(error, "service", request->service, text_rule_filled_name);
    if (status == TCSES_OK)
        status = error_check_text(error, "method", request->method, text_rule_header_name);
    if (status == TCSES_OK)
        status = error_check_text(error, "query", request->query, text_rule_header_value);
    if (status != TCSES_OK)
        return status;
    if (request->payload == NULL && request->payload_length > 0)
        return error_argument(error, "payload", "must not be NULL when payload_length is not 0");
    if (request->timestamp < 0 || request->timestamp > TIME_MAX_SECONDS)
        return error_argument(error, "timestamp", "must lie between 0 and 253402300799");
    if (request->unsigned_payload < TCSES_UNSET || request->unsigned_payload > TCSES_TRUE)
        return error_argument(error, "unsigned_payload", "must be TCSES_UNSET, TCSES_FALSE or TCSES_TRUE");
    if (request->reserved != 0)
        return error_argument(error, "reserved", "must be 0");
    return TCSES_OK;
}

static tcses_status copy_header(const tcses_sign_header *given, size_t index, sign_header *header, tcses_error *error)
{
    char field[64];
    tcses_sign_header local;
    snprintf(field, sizeof field, "headers[%zu]", index);
    if (given == NULL)
        return error_argument(error, field, "must not be NULL");
    const char *broken = sized_copy(&local, sizeof local, sizeof local, given);
    if (broken != NULL)
        return error_argument(error, field, broken);
    snprintf(field, sizeof field, "headers[%zu].name", index);
    tcses_status status = error_require_text(error, field, local.name, text_rule_header_name);
    snprintf(field, sizeof field, "headers[%zu].value", index);
    if (status == TCSES_OK)
        status = error_require_text(error, field, local.value, text_rule_header_value);
    header->name = local.name;
    header->value = local.value;
    return status;
}

static size_t count_named(const sign_header *headers, size_t count, const char *name)
{
    size_t found = 0;
    for (size_t i = 0; i < count; i++)
        found += text_same_ignoring_case(headers[i].name, name);
    return found;
}

static tcses_status copy_headers(const tcses_sign_request *request, sign_header *headers, tcses_error *error)
{
    if (request->headers == NULL || request->headers_count > SIGN_HEADERS_MAX)
        return error_argument(error, "headers", "must be 2 to 32, content-type and host among them");
    for (size_t i = 0; i < request->headers_count; i++) {
        tcses_status status = copy_header(request->headers[i], i, &headers[i], error);
        if (status != TCSES_OK)
            return status;
        /* NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage): copy_header() has filled it in */
        if (count_named(headers, i + 1, headers[i].name) > 1)
            return error_argument(error, "headers", "must not hold the same header twice");
    }
    if (count_named(headers, request->headers_count, "content-type") == 0 ||
        count_named(headers, request->headers_count, "host") == 0)
        return error_argument(error, "headers", "must hold content-type and host");
    return TCSES_OK;
}

static tcses_status sign_checked(tcses_signer *signer, const tcses_sign_request *given, tcses_error *error)
{
    tcses_sign_request request;
    sign_header headers[SIGN_HEADERS_MAX];
    const char *broken = given == NULL ? "must not be NULL"
                                       : sized_copy(&request, sizeof request, sizeof request, given);
    if (broken != NULL)
        return error_argument(error, "request", broken);
    tcses_status status = check_request(&request, error);
    if (status == TCSES_OK)
        status = copy_headers(&request, headers, error);
    if (status != TCSES_OK)
        return status;
    sign_input input = {.secret_id = request.secret_id,
        .secret_key = request.secret_key,
        .service = request.service,
        .method = request.method != NULL ? request.method : "POST",
        .query = request.query != NULL ? request.query : "",
        .payload = request.payload,
        .payload_length = request.payload_length,
        .headers = headers,
        .headers_count = request.headers_count,
        .unsigned_payload = request.unsigned_payload == TCSES_TRUE,
        .timestamp = request.timestamp};
    return sign_run(&input, &signer->day, &signer->next, error);
}

tcses_status tcses_signer_sign(tcses_signer *signer, const tcses_sign_request *request, tcses_error **error)
{
    tcses_error *e = NULL;
    if (signer == NULL)
        return error_refuse(error, NULL, "signer");
    tcses_status status = error_open(error, &signer->mem, &e);
    if (status != TCSES_OK)
        return status;
    status = sign_checked(signer, request, e);
    if (status == TCSES_OK) {
        sign_artefacts last = signer->done;
        signer->done = signer->next;
        signer->next = last;
        signer->has_signed = true;
    }
    return error_close(error, e, status);
}

static bool has_result(const tcses_signer *signer)
{
    return signer != NULL && signer->has_signed;
}

const char *tcses_signer_authorization(const tcses_signer *signer)
{
    return has_result(signer) ? buffer_text(&signer->done.authorization) : NULL;
}

const char *tcses_signer_signature(const tcses_signer *signer)
{
    return has_result(signer) ? signer->done.signature : NULL;
}

const char *tcses_signer_canonical_request(const tcses_signer *signer)
{
    return has_result(signer) ? buffer_text(&signer->done.canonical_request) : NULL;
}

const char *tcses_signer_string_to_sign(const tcses_signer *signer)
{
    return has_result(signer) ? buffer_text(&signer->done.string_to_sign) : NULL;
}
