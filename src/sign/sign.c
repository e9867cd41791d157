/* SPDX-License-Identifier: Apache-2.0 */
#include "sign/sign.h"

#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "base/time.h"

#define ALGORITHM "TC3-HMAC-SHA256"
#define UNSIGNED_PAYLOAD "UNSIGNED-PAYLOAD"

void sign_artefacts_init(sign_artefacts *artefacts, const memory *mem)
{
    buffer_init(&artefacts->canonical_request, mem);
    buffer_init(&artefacts->string_to_sign, mem);
    buffer_init(&artefacts->authorization, mem);
    artefacts->signature[0] = '\0';
}

void sign_artefacts_free(sign_artefacts *artefacts)
{
    buffer_free(&artefacts->canonical_request);
    buffer_free(&artefacts->string_to_sign);
    buffer_free(&artefacts->authorization);
    crypto_wipe(artefacts->signature, sizeof artefacts->signature);
}

static void to_hex(const uint8_t hash[CRYPTO_HASH_BYTES], char hex[2 * CRYPTO_HASH_BYTES + 1])
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < CRYPTO_HASH_BYTES; i++) {
        hex[2 * i] = digits[hash[i] >> 4];
        hex[2 * i + 1] = digits[hash[i] & 15];
    }
    hex[2 * CRYPTO_HASH_BYTES] = '\0';
}

static bool append_hash(buffer *out, const void *data, size_t length)
{
    uint8_t hash[CRYPTO_HASH_BYTES];
    char hex[2 * CRYPTO_HASH_BYTES + 1];
    if (!crypto_sha256(data, length, hash))
        return false;
    to_hex(hash, hex);
    buffer_append_text(out, hex);
    return true;
}

static void append_lower(buffer *out, const char *text, size_t length)
{
    size_t start = out->length;
    buffer_append(out, text, length);
    for (size_t i = start; i < out->length; i++)
        out->data[i] = text_lower(out->data[i]);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static void append_header(buffer *out, const sign_header *header)
{
    const char *value = header->value;
    while (is_blank(*value))
        value++;
    size_t length = strlen(value);
    while (length > 0 && is_blank(value[length - 1]))
        length--;
    append_lower(out, header->name, strlen(header->name));
    buffer_append_text(out, ":");
    if (text_same_ignoring_case(header->name, "x-tc-action"))
        append_lower(out, value, length);
    else
        buffer_append(out, value, length);
    buffer_append_text(out, "\n");
}

static bool comes_before(const char *a, const char *b)
{
    while (*a != '\0' && text_lower(*a) == text_lower(*b)) {
        a++;
        b++;
    }
    return text_lower(*a) < text_lower(*b);
}

/* The headers in the order of their lower-case names; there are few. */
static void sort_headers(const sign_input *input, const sign_header **sorted)
{
    for (size_t i = 0; i < input->headers_count; i++) {
        size_t place = i;
        for (; place > 0 && comes_before(input->headers[i].name, sorted[place - 1]->name); place--)
            sorted[place] = sorted[place - 1];
        sorted[place] = &input->headers[i];
    }
}

static void append_signed_names(buffer *out, const sign_header *const *sorted, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            buffer_append_text(out, ";");
        append_lower(out, sorted[i]->name, strlen(sorted[i]->name));
    }
}

static bool canonical_request(const sign_input *input, const sign_header *const *sorted, buffer *out)
{
    buffer_append_text(out, input->method);
    buffer_append_text(out, "\n/\n");
    buffer_append_text(out, input->query);
    buffer_append_text(out, "\n");
    for (size_t i = 0; i < input->headers_count; i++)
        append_header(out, sorted[i]);
    buffer_append_text(out, "\n");
    append_signed_names(out, sorted, input->headers_count);
    buffer_append_text(out, "\n");
    if (input->unsigned_payload)
        return append_hash(out, UNSIGNED_PAYLOAD, strlen(UNSIGNED_PAYLOAD));
    return append_hash(out, input->payload, input->payload_length);
}

static void append_scope(buffer *out, const char *date, const char *service)
{
    buffer_append_text(out, date);
    buffer_append_text(out, "/");
    buffer_append_text(out, service);
    buffer_append_text(out, "/tc3_request");
}

static bool string_to_sign(const sign_input *input, const char *date, const buffer *canonical, buffer *out)
{
    buffer_append_text(out, ALGORITHM "\n");
    buffer_append_number(out, (uint64_t)input->timestamp);
    buffer_append_text(out, "\n");
    append_scope(out, date, input->service);
    buffer_append_text(out, "\n");
    return append_hash(out, canonical->data, canonical->length);
}

static tcses_status derive_key(const sign_input *input, const memory *mem, sign_day_key *day)
{
    uint8_t by_date[CRYPTO_HASH_BYTES];
    uint8_t by_service[CRYPTO_HASH_BYTES];
    buffer secret;
    buffer_init(&secret, mem);
    buffer_append_text(&secret, "TC3");
    buffer_append_text(&secret, input->secret_key);
    tcses_status status = TCSES_OK;
    if (secret.failed)
        status = TCSES_ERR_MEMORY;
    else if (!crypto_hmac(secret.data, secret.length, day->date, strlen(day->date), by_date) ||
             !crypto_hmac(by_date, sizeof by_date, input->service, strlen(input->service), by_service) ||
             !crypto_hmac(by_service, sizeof by_service, "tc3_request", strlen("tc3_request"), day->key))
        status = TCSES_ERR_SYSTEM;
    crypto_wipe(by_date, sizeof by_date);
    crypto_wipe(by_service, sizeof by_service);
    buffer_free(&secret);
    return status;
}

/* Makes `day` the key for this input. An unfit one is emptied first, so that a failure leaves none behind. */
static tcses_status renew_day_key(const sign_input *input, const char *date, const memory *mem, sign_day_key *day)
{
    uint8_t secret_hash[CRYPTO_HASH_BYTES];
    if (!crypto_sha256(input->secret_key, strlen(input->secret_key), secret_hash))
        return TCSES_ERR_SYSTEM;
    if (strcmp(day->date, date) == 0 && strcmp(day->service, input->service) == 0 &&
        memcmp(day->secret_hash, secret_hash, sizeof secret_hash) == 0)
        return TCSES_OK;
    crypto_wipe(day, sizeof *day);
    memcpy(day->date, date, strlen(date) + 1);
    tcses_status status = derive_key(input, mem, day);
    if (status != TCSES_OK) {
        crypto_wipe(day, sizeof *day);
        return status;
    }
    memcpy(day->service, input->service, strlen(input->service) + 1);
    memcpy(day->secret_hash, secret_hash, sizeof secret_hash);
    return TCSES_OK;
}

static void authorization(
    const sign_input *input, const sign_header *const *sorted, const char *date, const char *signature, buffer *out)
{
    buffer_append_text(out, ALGORITHM " Credential=");
    buffer_append_text(out, input->secret_id);
    buffer_append_text(out, "/");
    append_scope(out, date, input->service);
    buffer_append_text(out, ", SignedHeaders=");
    append_signed_names(out, sorted, input->headers_count);
    buffer_append_text(out, ", Signature=");
    buffer_append_text(out, signature);
}

/* The signature's bytes, over artefacts that are made on the way. */
static tcses_status compute(const sign_input *input, const sign_header *const *sorted, const char *date,
    sign_day_key *day, sign_artefacts *artefacts, uint8_t mac[CRYPTO_HASH_BYTES])
{
    buffer *canonical = &artefacts->canonical_request;
    buffer *text = &artefacts->string_to_sign;
    bool hashed = canonical_request(input, sorted, canonical) && string_to_sign(input, date, canonical, text);
    if (canonical->failed || text->failed)
        return TCSES_ERR_MEMORY;
    if (!hashed)
        return TCSES_ERR_SYSTEM;
    tcses_status status = renew_day_key(input, date, &canonical->mem, day);
    if (status != TCSES_OK)
        return status;
    return crypto_hmac(day->key, sizeof day->key, text->data, text->length, mac) ? TCSES_OK : TCSES_ERR_SYSTEM;
}

tcses_status sign_run(const sign_input *input, sign_day_key *day, sign_artefacts *artefacts, tcses_error *error)
{
    const sign_header *sorted[SIGN_HEADERS_MAX];
    uint8_t mac[CRYPTO_HASH_BYTES];
    char date[11];
    buffer_clear(&artefacts->canonical_request);
    buffer_clear(&artefacts->string_to_sign);
    buffer_clear(&artefacts->authorization);
    sort_headers(input, sorted);
    time_to_date(input->timestamp, date);
    tcses_status status = compute(input, sorted, date, day, artefacts, mac);
    if (status == TCSES_ERR_SYSTEM)
        return error_set(error, status, NULL, "Mbed TLS could not compute the signature");
    if (status != TCSES_OK)
        return error_memory(error);
    to_hex(mac, artefacts->signature);
    authorization(input, sorted, date, artefacts->signature, &artefacts->authorization);
    return artefacts->authorization.failed ? error_memory(error) : TCSES_OK;
}
