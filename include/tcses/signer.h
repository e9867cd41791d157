/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 *
 * tcses/signer.h: the signature TC3-HMAC-SHA256 alone, for any service of API 3.0. A client signs by itself; this is
 * for programs that send requests of their own, or check the signature of received ones.
 *
 *     tcses_signer *signer = NULL;
 *     tcses_signer_new(NULL, &signer, NULL);
 *     tcses_sign_request request = TCSES_SIGN_REQUEST_INIT;
 *     request.secret_id = id; request.secret_key = key;
 *     request.service = "ses";
 *     request.headers = headers; request.headers_count = 2;         // content-type and host
 *     request.payload = body; request.payload_length = strlen(body);
 *     request.timestamp = now;                                      // also the header X-TC-Timestamp
 *     if (tcses_signer_sign(signer, &request, &error) == TCSES_OK)
 *         send_header("Authorization", tcses_signer_authorization(signer));
 */
#ifndef TCSES_SIGNER_H
#define TCSES_SIGNER_H

#include <tcses/base.h>
#include <tcses/error.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Computes signatures and holds the last one. It keeps the key derived for (secret key, day, service) and so signs
 * faster the second time. It belongs to one thread at a time; secrets in it are wiped when it is freed.
 * @since 0.1
 */
typedef struct tcses_signer tcses_signer;

/** A header to be signed. @since 0.1 */
typedef struct tcses_sign_header {
    /** sizeof(tcses_sign_header). */
    size_t size;
    /** In any case; signed in lower case. */
    const char *name;
    /** Signed without white space at its ends; that of x-tc-action in lower case. */
    const char *value;
} tcses_sign_header;

#define TCSES_SIGN_HEADER_INIT                \
    {                                         \
        sizeof(tcses_sign_header), NULL, NULL \
    }

/** What is to be signed. @since 0.1 */
typedef struct tcses_sign_request {
    /** sizeof(tcses_sign_request). */
    size_t size;
    /** Required. */
    const char *secret_id;
    /** Required. */
    const char *secret_key;
    /** Required, for example "ses". */
    const char *service;
    /** NULL: "POST". */
    const char *method;
    /** The query string as it stands in the URL, without the question mark. NULL: "". The path is always "/". */
    const char *query;
    /** The bytes that are sent. NULL if payload_length is 0. */
    const void *payload;
    size_t payload_length;
    /** The headers to sign, in any order. content-type and host are required; host with the port where one is sent. */
    const tcses_sign_header *const *headers;
    size_t headers_count;
    /** TCSES_TRUE signs the words UNSIGNED-PAYLOAD instead of the payload; then send X-TC-Content-SHA256 with them. */
    int32_t unsigned_payload;
    int32_t reserved;
    /** Seconds since 1970 UTC, 0 to 253402300799. The same number goes into the header X-TC-Timestamp. */
    int64_t timestamp;
} tcses_sign_request;

#define TCSES_SIGN_REQUEST_INIT                                                             \
    {                                                                                       \
        sizeof(tcses_sign_request), NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL, 0, 0, 0, 0 \
    }

/** What TCSES_SIGN_HEADER_INIT does, as a function. @since 0.1 */
TCSES_API void tcses_sign_header_init(tcses_sign_header *header, size_t size);
/** What TCSES_SIGN_REQUEST_INIT does, as a function. @since 0.1 */
TCSES_API void tcses_sign_request_init(tcses_sign_request *request, size_t size);

/**
 * Makes a signer.
 * @param allocator NULL for malloc and free.
 * @return TCSES_OK, TCSES_ERR_ARGUMENT or TCSES_ERR_MEMORY.
 * @since 0.1
 */
TCSES_API tcses_status tcses_signer_new(const tcses_allocator *allocator, tcses_signer **out, tcses_error **error);

/** Releases the signer and wipes its secrets. @since 0.1 */
TCSES_API void tcses_signer_free(tcses_signer *signer);

/**
 * Signs. The results below are those of the last signature that succeeded, and live until the next one or the free.
 * @return TCSES_OK, TCSES_ERR_ARGUMENT, TCSES_ERR_MEMORY or TCSES_ERR_SYSTEM.
 * @since 0.1
 */
TCSES_API tcses_status tcses_signer_sign(tcses_signer *signer, const tcses_sign_request *request, tcses_error **error);

/** The value of the header Authorization. NULL before the first signature. @since 0.1 */
TCSES_API const char *tcses_signer_authorization(const tcses_signer *signer);
/** The signature alone, 64 hexadecimal digits. NULL before the first signature. @since 0.1 */
TCSES_API const char *tcses_signer_signature(const tcses_signer *signer);
/** The canonical request, for debugging. NULL before the first signature. @since 0.1 */
TCSES_API const char *tcses_signer_canonical_request(const tcses_signer *signer);
/** The string to sign, for debugging. NULL before the first signature. @since 0.1 */
TCSES_API const char *tcses_signer_string_to_sign(const tcses_signer *signer);

#ifdef __cplusplus
}
#endif

#endif
