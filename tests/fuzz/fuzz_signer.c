/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The signer. Input: which allocation fails (0: none), then requests, which one signer signs one after the other.
 */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/crypto.h"

#define REQUESTS_MAX 4
#define HEADERS_MAX 40

/* A copy of all that a signer holds. */
typedef struct results {
    char *texts[4];
} results;

static char *copied(const char *text)
{
    char *copy = NULL;
    if (text == NULL)
        return NULL;
    copy = fuzz_block(strlen(text) + 1);
    return strcpy(copy, text);
}

static results results_of(const tcses_signer *signer)
{
    results r = {{copied(tcses_signer_authorization(signer)), copied(tcses_signer_signature(signer)),
        copied(tcses_signer_canonical_request(signer)), copied(tcses_signer_string_to_sign(signer))}};
    return r;
}

static void check_same(results a, results b)
{
    for (size_t i = 0; i < COUNT_OF(a.texts); i++) {
        CHECK((a.texts[i] == NULL) == (b.texts[i] == NULL));
        CHECK(a.texts[i] == NULL || strcmp(a.texts[i], b.texts[i]) == 0);
    }
}

static size_t count_lines(const char *text)
{
    size_t lines = 1;
    for (; *text != '\0'; text++)
        lines += *text == '\n';
    return lines;
}

static void check_hash(const char *hex, const void *data, size_t length)
{
    uint8_t hash[CRYPTO_HASH_BYTES];
    char wanted[2 * CRYPTO_HASH_BYTES + 1];
    CHECK(crypto_sha256(data, length, hash));
    for (size_t i = 0; i < sizeof hash; i++)
        snprintf(wanted + 2 * i, 3, "%02x", hash[i]);
    CHECK(strcmp(hex, wanted) == 0);
}

/* A signature that was given must have the form that the service takes apart. */
static void check_form(const tcses_sign_request *request, results r)
{
    const char *authorization = r.texts[0], *signature = r.texts[1], *canonical = r.texts[2], *to_sign = r.texts[3];
    CHECK(fuzz_is_header_value(authorization));
    CHECK(strlen(signature) == 64 && strspn(signature, "0123456789abcdef") == 64);
    CHECK(strcmp(authorization + strlen(authorization) - 64, signature) == 0);
    CHECK(count_lines(canonical) == 6 + request->headers_count);
    CHECK(count_lines(to_sign) == 4);
    const char *headers = strchr(strchr(strchr(canonical, '\n') + 1, '\n') + 1, '\n');
    CHECK(strstr(headers, " \n") == NULL && strstr(headers, "\t\n") == NULL);
    check_hash(strrchr(to_sign, '\n') + 1, canonical, strlen(canonical));
    if (request->unsigned_payload == TCSES_TRUE)
        check_hash(strrchr(canonical, '\n') + 1, "UNSIGNED-PAYLOAD", strlen("UNSIGNED-PAYLOAD"));
    else
        check_hash(strrchr(canonical, '\n') + 1, request->payload, request->payload_length);
}

/* A header of any size, its block just as large. */
static tcses_sign_header *take_header(fuzz_input *in)
{
    static const size_t sizes[] = {0, sizeof(tcses_sign_header), 8, 4096, 5000, 64};
    size_t kind = fuzz_below(in, 32);
    size_t bytes = sizes[kind < COUNT_OF(sizes) ? kind : 1];
    if (kind == 0)
        return NULL;
    tcses_sign_header *header = fuzz_block(bytes < sizeof *header ? sizeof(size_t) : bytes);
    header->size = bytes;
    if (bytes < sizeof *header)
        return header;
    header->name = fuzz_argument(in);
    header->value = fuzz_argument(in);
    return header;
}

static void take_headers(fuzz_input *in, tcses_sign_request *request)
{
    size_t count = fuzz_below(in, HEADERS_MAX);
    const tcses_sign_header **headers = fuzz_block((count + 1) * sizeof(void *));
    for (size_t i = 0; i < count; i++)
        headers[i] = take_header(in);
    request->headers = fuzz_byte(in) != 255 ? headers : NULL;
    request->headers_count = count;
}

static void take_request(fuzz_input *in, tcses_sign_request *request)
{
    tcses_sign_request_init(request, sizeof *request);
    request->secret_id = fuzz_argument(in);
    request->secret_key = fuzz_argument(in);
    request->service = fuzz_argument(in);
    request->method = fuzz_argument(in);
    request->query = fuzz_argument(in);
    fuzz_text payload = fuzz_take_text(in);
    request->payload = fuzz_byte(in) != 255 ? payload.text : NULL;
    request->payload_length = payload.length;
    request->unsigned_payload = (int32_t)fuzz_below(in, 5) - 1;
    request->reserved = fuzz_byte(in) == 255;
    request->timestamp = (int64_t)fuzz_number(in, 5 + fuzz_below(in, 4));
    take_headers(in, request);
}

/* Another signer, which knows no key yet, must come to the same. */
static void check_by_another(const tcses_sign_request *request, results wanted)
{
    tcses_signer *signer = NULL;
    CHECK(tcses_signer_new(NULL, &signer, NULL) == TCSES_OK);
    CHECK(tcses_signer_sign(signer, request, NULL) == TCSES_OK);
    check_same(results_of(signer), wanted);
    tcses_signer_free(signer);
}

static void sign(tcses_signer *signer, fuzz_memory *m, const tcses_sign_request *request)
{
    tcses_error *error = NULL;
    results before = results_of(signer);
    tcses_status status = tcses_signer_sign(signer, request, &error);
    CHECK(status == TCSES_OK || status == TCSES_ERR_ARGUMENT || status == TCSES_ERR_MEMORY);
    CHECK(status != TCSES_ERR_MEMORY || fuzz_memory_failed(m));
    CHECK(status != TCSES_ERR_ARGUMENT || tcses_error_field(error) != NULL);
    fuzz_check_error(status, error);
    results after = results_of(signer);
    if (status != TCSES_OK) {
        check_same(before, after);
        return;
    }
    check_form(request, after);
    status = tcses_signer_sign(signer, request, NULL);
    CHECK(status == TCSES_OK || (status == TCSES_ERR_MEMORY && fuzz_memory_failed(m)));
    check_same(results_of(signer), after);
    check_by_another(request, after);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_input in = {data, size};
    fuzz_memory m;
    tcses_signer *signer = NULL;
    tcses_error *error = NULL;
    fuzz_memory_init(&m, fuzz_byte(&in));
    tcses_status status = tcses_signer_new(&m.allocator, &signer, &error);
    CHECK((status == TCSES_OK) == (signer != NULL));
    fuzz_check_error(status, error);
    for (size_t i = 0; signer != NULL && in.left > 0 && i < REQUESTS_MAX; i++) {
        tcses_sign_request request;
        take_request(&in, &request);
        sign(signer, &m, &request);
    }
    tcses_signer_free(signer);
    CHECK(m.live == 0);
    fuzz_end();
    return 0;
}
