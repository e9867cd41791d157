/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SIGN_SIGN_H
#define SIGN_SIGN_H

#include <tcses/signer.h>

#include "base/buffer.h"
#include "base/crypto.h"

/* The most headers that can be signed. */
#define SIGN_HEADERS_MAX 32

typedef struct sign_header {
    const char *name;
    const char *value;
} sign_header;

typedef struct sign_input {
    const char *secret_id;
    const char *secret_key;
    const char *service;
    const char *method;
    const char *query;
    const void *payload;
    size_t payload_length;
    const sign_header *headers;
    size_t headers_count;
    bool unsigned_payload;
    int64_t timestamp;
} sign_input;

/*
 * The key that signs, derived from (secret key, day, service): the same for a whole UTC day. Zeroed it is empty.
 * It holds a secret: wipe it.
 */
typedef struct sign_day_key {
    char date[16];
    char service[72];
    uint8_t secret_hash[CRYPTO_HASH_BYTES];
    uint8_t key[CRYPTO_HASH_BYTES];
} sign_day_key;

/* The artefacts of a signature, in the order in which they arise. */
typedef struct sign_artefacts {
    buffer canonical_request;
    buffer string_to_sign;
    char signature[2 * CRYPTO_HASH_BYTES + 1];
    buffer authorization;
} sign_artefacts;

void sign_artefacts_init(sign_artefacts *artefacts, const memory *mem);
void sign_artefacts_free(sign_artefacts *artefacts);

/* Signs a checked input, renewing the day's key where that is not the right one. Fails with _MEMORY or _SYSTEM. */
tcses_status sign_run(const sign_input *input, sign_day_key *day, sign_artefacts *artefacts, tcses_error *error);

#endif
