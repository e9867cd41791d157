/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_CRYPTO_H
#define BASE_CRYPTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CRYPTO_HASH_BYTES 32

/* SHA-256. False when Mbed TLS could not do it. */
bool crypto_sha256(const void *data, size_t length, uint8_t hash[CRYPTO_HASH_BYTES]);

/* HMAC-SHA-256. False when Mbed TLS could not do it. */
bool crypto_hmac(const void *key, size_t key_length, const void *data, size_t length, uint8_t mac[CRYPTO_HASH_BYTES]);

/* Overwrites memory in a way that the compiler keeps. */
void crypto_wipe(void *data, size_t length);

#endif
