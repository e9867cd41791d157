/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The checks of a request's signature. The signature that it should have comes from libtcses's own signer.
 */
#include "auth.h"

#include <stdlib.h>
#include <string.h>

#include "authorization.h"
#include "clock.h"

#include <tcses/signer.h>

enum { CLOCK_WINDOW = 5 * 60 };

static const char own_service[] = "ses";

/* A signature to be computed, and the request's own to compare it with. */
struct check {
    struct call *call;
    struct authorization authorization;
    const struct secret *secret;
    tcses_sign_header *headers;
    const tcses_sign_header **header_pointers;
    tcses_sign_header *host;
    /* What was computed for the Host header as it came. */
    char *canonical_request;
    char *string_to_sign;
};

/* A10: which id it is makes no difference to what it may do, and a token (X-TC-Token) is not asked for. */
static const struct secret *find_secret(const struct options *options, const char *id)
{
    for (size_t i = 0; i < options->secrets.count; i++) {
        const struct secret *secret = options->secrets.items[i];
        if (strcmp(secret->id, id) == 0)
            return secret;
    }
    return NULL;
}

static bool check_parties(struct check *check)
{
    struct call *call = check->call;
    const char *header = emu_exchange_header(call->exchange, "authorization");
    const char *problem = emu_authorization_parse(header, &check->authorization);
    if (problem != NULL)
        return emu_call_refuse(
            call, "AuthFailure.InvalidAuthorization", "The header Authorization can't be used: %s.", problem);
    check->secret = find_secret(call->emulator->options, check->authorization.secret_id);
    if (check->secret == NULL)
        return emu_call_refuse(
            call, "AuthFailure.SecretIdNotFound", "There is no secret id `%s` here.", check->authorization.secret_id);
    if (call->timestamp > call->now + CLOCK_WINDOW || call->timestamp < call->now - CLOCK_WINDOW)
        return emu_call_refuse(call, "AuthFailure.SignatureExpire",
            "X-TC-Timestamp is %lld and the time here %lld; they may be %d s apart.", (long long)call->timestamp,
            (long long)call->now, CLOCK_WINDOW);
    return true;
}

/* A7: a header that is named and was not sent makes the Authorization unusable. */
static bool collect_headers(struct check *check)
{
    const struct list *names = &check->authorization.signed_headers;
    check->headers = emu_support_allocate_zeroed(names->count * sizeof(*check->headers));
    check->header_pointers = emu_support_allocate_zeroed(names->count * sizeof(*check->header_pointers));
    for (size_t i = 0; i < names->count; i++) {
        tcses_sign_header *header = &check->headers[i];
        tcses_sign_header_init(header, sizeof(*header));
        header->name = emu_text_lower(names->items[i]);
        header->value = emu_exchange_header(check->call->exchange, header->name);
        check->header_pointers[i] = header;
        if (strcmp(header->name, "host") == 0)
            check->host = header;
        if (header->value == NULL)
            return emu_call_refuse(check->call, "AuthFailure.InvalidAuthorization",
                "The header Authorization can't be used: SignedHeaders names `%s`, which was not sent.", header->name);
    }
    return true;
}

static const char *expected_service(const struct check *check)
{
    return check->call->emulator->options->any_service ? check->authorization.service : own_service;
}

/* Both are 64 digits long. Takes the same time wherever they differ. */
static bool same_signature(const char *a, const char *b)
{
    volatile unsigned char difference = 0;
    for (size_t i = 0; a[i] != '\0' && b[i] != '\0'; i++)
        difference = (unsigned char)(difference | ((unsigned char)a[i] ^ (unsigned char)b[i]));
    return difference == 0;
}

/* Computes the signature. False if the signer can't, for example for a header with bytes that no client may send. */
static bool compute(struct check *check)
{
    const struct exchange *exchange = check->call->exchange;
    const char *payload_hash = emu_exchange_header(exchange, "x-tc-content-sha256");
    tcses_error *error = NULL;
    tcses_sign_request request;
    tcses_sign_request_init(&request, sizeof(request));
    request.secret_id = check->secret->id;
    request.secret_key = check->secret->key;
    request.service = expected_service(check);
    request.method = exchange->method;
    request.query = exchange->query;
    request.payload = exchange->body;
    request.payload_length = exchange->body_length;
    request.headers = check->header_pointers;
    request.headers_count = check->authorization.signed_headers.count;
    request.unsigned_payload = payload_hash != NULL && strcmp(payload_hash, "UNSIGNED-PAYLOAD") == 0 ? TCSES_TRUE
                                                                                                     : TCSES_UNSET;
    request.timestamp = check->call->timestamp;
    if (tcses_signer_sign(check->call->emulator->signer, &request, &error) != TCSES_OK)
        emu_call_refuse(check->call, "AuthFailure.InvalidAuthorization", "The signature can't be computed: %s",
            tcses_error_message(error));
    tcses_error_free(error);
    return check->call->code == NULL;
}

static bool computed_is_right(const struct check *check)
{
    return same_signature(tcses_signer_signature(check->call->emulator->signer), check->authorization.signature);
}

/* A36: the official Node.js SDK leaves a port out of the host that it signs, so the name alone is accepted too. */
static bool is_right_without_port(struct check *check)
{
    const char *colon = strrchr(check->host->value, ':');
    if (colon == NULL)
        return false;
    char *name = emu_support_copy_bytes(check->host->value, (size_t)(colon - check->host->value));
    check->host->value = name;
    bool right = compute(check) && computed_is_right(check);
    check->host->value = NULL;
    free(name);
    return right;
}

/* A6: the scope's day and service are judged like the rest of the signature. */
static bool scope_is_right(const struct check *check)
{
    char date[CLOCK_DATE_SIZE];
    emu_clock_date(check->call->timestamp, date);
    return strcmp(check->authorization.date, date) == 0 &&
           strcmp(check->authorization.service, expected_service(check)) == 0;
}

static bool refuse_signature(const struct check *check)
{
    bool foreign = strcmp(check->authorization.service, expected_service(check)) != 0;
    return emu_call_refuse(check->call, "AuthFailure.SignatureFailure",
        "The signature is not the one computed here. Its credential scope names the day %s and the "
        "service %s%s.\nCanonical request computed here:\n%s\n\nString to sign computed here:\n%s",
        check->authorization.date, check->authorization.service,
        foreign ? " (start the emulator with --any-service to accept other services than ses)" : "",
        check->canonical_request, check->string_to_sign);
}

static bool check_signature(struct check *check)
{
    const tcses_signer *signer = check->call->emulator->signer;
    if (!collect_headers(check) || !compute(check))
        return false;
    if (scope_is_right(check) && computed_is_right(check))
        return true;
    check->canonical_request = emu_support_copy(tcses_signer_canonical_request(signer));
    check->string_to_sign = emu_support_copy(tcses_signer_string_to_sign(signer));
    return (scope_is_right(check) && is_right_without_port(check)) || refuse_signature(check);
}

bool emu_auth_check(struct call *call)
{
    struct check check = {.call = call};
    bool right = check_parties(&check) && check_signature(&check);
    emu_authorization_clear(&check.authorization);
    free(check.headers);
    free(check.header_pointers);
    free(check.canonical_request);
    free(check.string_to_sign);
    return right;
}
