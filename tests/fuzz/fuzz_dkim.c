/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * DKIM keys. Input: a record, and another to compare it with. Mbed TLS judges what is taken for a key.
 */
#include "fuzz.h"

#include <mbedtls/pk.h>

#include "grammar/base64.h"
#include "grammar/dkim.h"

#define KEY_MAX 4096

/* The bytes of a key's base64. */
static size_t decode(view key, unsigned char bytes[KEY_MAX])
{
    base64_reader r;
    size_t length = 0;
    base64_begin(&r, key);
    for (int byte = base64_next(&r); byte >= 0 && length < KEY_MAX; byte = base64_next(&r))
        bytes[length++] = (unsigned char)byte;
    return length;
}

/* Whether Mbed TLS would write this key just so. It also reads forms that DER has not. */
static bool is_der(mbedtls_pk_context *pk, const unsigned char *bytes, size_t count)
{
    static unsigned char room[KEY_MAX];
    int written = mbedtls_pk_write_pubkey_der(pk, room, sizeof room);
    return written >= 0 && (size_t)written == count && memcmp(room + sizeof room - count, bytes, count) == 0;
}

/* What Mbed TLS takes for an RSA key is one, of as many bytes. (It refuses small and even ones.) */
static void check_rsa(const dkim_key *key)
{
    static unsigned char bytes[KEY_MAX];
    size_t count = 0, problem_at = 0;
    mbedtls_pk_context pk;
    if (!base64_check(key->key, &count, &problem_at) || count > KEY_MAX)
        return;
    CHECK(decode(key->key, bytes) == count);
    mbedtls_pk_init(&pk);
    if (mbedtls_pk_parse_public_key(&pk, bytes, count) == 0 && mbedtls_pk_get_type(&pk) == MBEDTLS_PK_RSA) {
        CHECK(key->bits > 0 || !is_der(&pk, bytes, count));
        CHECK(key->bits == 0 || ((size_t)key->bits + 7) / 8 == mbedtls_pk_get_len(&pk));
    }
    mbedtls_pk_free(&pk);
}

/* The record with the key spread over lines has the same key. */
static void check_spread(view record, const dkim_key *key)
{
    dkim_key other;
    dkim_difference difference;
    size_t at = (size_t)(key->key.at - record.at), length = 0;
    char *text = fuzz_block(record.length + 3 * key->key.length + 1);
    memcpy(text, record.at, at);
    length = at;
    for (size_t i = 0; i < key->key.length; i++) {
        if (i > 0 && key->key.at[i - 1] != '\r' && key->key.at[i - 1] != '\n') {
            memcpy(text + length, " \t", 2);
            length += 2;
        }
        text[length++] = key->key.at[i];
    }
    size_t rest = record.length - at - key->key.length;
    memcpy(text + length, record.at + at + key->key.length, rest);
    CHECK(dkim_read((view){text, length + rest}, &other));
    CHECK(other.bits == key->bits && other.is_bare == key->is_bare && other.is_revoked == key->is_revoked);
    CHECK(dkim_same_key(key, &other, &difference) && difference.expected_length == difference.found_length);
}

static dkim_key check_record(fuzz_text given)
{
    view record = {given.text, given.length};
    dkim_key key;
    bool is_fine = dkim_read(record, &key);
    CHECK(is_fine == (key.problem == DKIM_FINE) && key.problem < DKIM_PROBLEMS && key.problem_at <= record.length);
    CHECK(key.problem != DKIM_BAD_LIST || key.list_problem != TAGS_FINE);
    CHECK(dkim_problem_text(&key)[0] != '\0');
    CHECK(key.bits >= 0 && (key.bits > 0 || !is_fine || key.is_revoked));
    CHECK(!is_fine || (key.has_key && dkim_is_meant(record)));
    if (key.has_key && key.type == DKIM_RSA && !key.is_revoked)
        check_rsa(&key);
    if (is_fine)
        check_spread(record, &key);
    return key;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_input in = {data, size};
    dkim_difference there, back;
    dkim_key a = check_record(fuzz_take_text(&in));
    dkim_key b = check_record(fuzz_take_text(&in));
    CHECK(dkim_same_key(&a, &a, NULL) && dkim_same_key(&b, &b, NULL));
    CHECK(dkim_same_key(&a, &b, &there) == dkim_same_key(&b, &a, &back));
    CHECK(there.offset == back.offset && there.expected_length == back.found_length);
    CHECK(there.offset <= there.expected_length && there.offset <= there.found_length);
    fuzz_end();
    return 0;
}
