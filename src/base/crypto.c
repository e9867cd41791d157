/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The one file that knows Mbed TLS. The md functions serve 2.28 and 3.x: there PSA's key store is not safe between
 * threads (before 3.6) and md is faster. 4.x has PSA alone, and locks it.
 */
#include "base/crypto.h"

#include <mbedtls/platform_util.h>
#include <mbedtls/version.h>

#if !defined(TCSES_CRYPTO_PSA) && !defined(TCSES_CRYPTO_MD) && MBEDTLS_VERSION_NUMBER >= 0x04000000
#define TCSES_CRYPTO_PSA 1
#endif

#ifdef TCSES_CRYPTO_PSA

#include <psa/crypto.h>

bool crypto_sha256(const void *data, size_t length, uint8_t hash[CRYPTO_HASH_BYTES])
{
    size_t written = 0;
    if (psa_crypto_init() != PSA_SUCCESS)
        return false;
    psa_status_t status = psa_hash_compute(
        PSA_ALG_SHA_256, length > 0 ? data : (const void *)"", length, hash, CRYPTO_HASH_BYTES, &written);
    return status == PSA_SUCCESS && written == CRYPTO_HASH_BYTES;
}

bool crypto_hmac(const void *key, size_t key_length, const void *data, size_t length, uint8_t mac[CRYPTO_HASH_BYTES])
{
    if (psa_crypto_init() != PSA_SUCCESS)
        return false;
    psa_key_attributes_t attributes = PSA_KEY_ATTRIBUTES_INIT;
    psa_set_key_usage_flags(&attributes, PSA_KEY_USAGE_SIGN_MESSAGE);
    psa_set_key_algorithm(&attributes, PSA_ALG_HMAC(PSA_ALG_SHA_256));
    psa_set_key_type(&attributes, PSA_KEY_TYPE_HMAC);
    psa_key_id_t id = 0;
    if (psa_import_key(&attributes, key, key_length, &id) != PSA_SUCCESS)
        return false;
    size_t written = 0;
    psa_status_t status = psa_mac_compute(
        id, PSA_ALG_HMAC(PSA_ALG_SHA_256), data, length, mac, CRYPTO_HASH_BYTES, &written);
    psa_status_t destroyed = psa_destroy_key(id);
    return status == PSA_SUCCESS && destroyed == PSA_SUCCESS && written == CRYPTO_HASH_BYTES;
}

#else

#include <mbedtls/md.h>

bool crypto_sha256(const void *data, size_t length, uint8_t hash[CRYPTO_HASH_BYTES])
{
    const mbedtls_md_info_t *info = mbedtls_md_info_from_type(MBEDTLS_MD_SHA256);
    return info != NULL && mbedtls_md(info, length > 0 ? data : (const void *)"", length, hash) == 0;
}

bool crypto_hmac(const void *key, size_t key_length, const void *data, size_t length, uint8_t mac[CRYPTO_HASH_BYTES])
{
    const mbedtls_md_info_t *info = mbedtls_md_info_from_type(MBEDTLS_MD_SHA256);
    return info != NULL && mbedtls_md_hmac(info, key, key_length, data, length, mac) == 0;
}

#endif

void crypto_wipe(void *data, size_t length)
{
    if (length > 0)
        mbedtls_platform_zeroize(data, length);
}
