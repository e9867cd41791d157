/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 *
 * tcses/error.h: what went wrong, and whether the request took effect all the same.
 */
#ifndef TCSES_ERROR_H
#define TCSES_ERROR_H

#include <tcses/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Everything known about a failed call. Made by the function that failed, owned by the caller, released with
 * tcses_error_free(). It depends on nothing else and may outlive the client. It belongs to one thread at a time.
 *
 * All functions below accept NULL and then answer as for "no error". What they return lives as long as the error.
 * @since 0.1
 */
typedef struct tcses_error tcses_error;

/**
 * Whether the request took effect at the service.
 * @since 0.1
 */
enum {
    /** It did not: it was never sent, or it was refused. */
    TCSES_OUTCOME_NOT_DONE = 0,
    /** It did, though something failed afterwards (for example its answer could not be read). */
    TCSES_OUTCOME_DONE = 1,
    /** Not known: it was sent and no whole answer came back. Read back before you repeat it. */
    TCSES_OUTCOME_UNKNOWN = 2
};

/** Releases the error. @since 0.1 */
TCSES_API void tcses_error_free(tcses_error *error);

/** The status that the failed function returned. @since 0.1 */
TCSES_API tcses_status tcses_error_status(const tcses_error *error);

/** What happened, in English, for people. Never NULL. @since 0.1 */
TCSES_API const char *tcses_error_message(const tcses_error *error);

/**
 * The service's error code, for example "OperationDenied.DomainNotVerified"; NULL if the service named none. The list
 * of codes is open; tcses/identity.h and tcses/address.h have constants for the documented ones.
 * @since 0.1
 */
TCSES_API const char *tcses_error_code(const tcses_error *error);

/**
 * The action whose call failed, for example "CreateEmailIdentity": tells the calls of a workflow apart, and which right
 * (CAM) is missing after UnauthorizedOperation. NULL if the error is not about a call.
 * @since 0.1
 */
TCSES_API const char *tcses_error_action(const tcses_error *error);

/** The RequestId to quote to the service's support; NULL if no answer carried one. @since 0.1 */
TCSES_API const char *tcses_error_request_id(const tcses_error *error);

/**
 * The argument at fault ("email_identity", "tag_list[2].tag_key"), or the place in the answer that could not be read
 * ("Response.Attributes[2].Type"); NULL if the error is about neither.
 * @since 0.1
 */
TCSES_API const char *tcses_error_field(const tcses_error *error);

/** One of the TCSES_OUTCOME_ constants: did the request take effect? @since 0.1 */
TCSES_API int32_t tcses_error_outcome(const tcses_error *error);

/** TCSES_TRUE if the same call may succeed later without a change, else TCSES_FALSE. @since 0.1 */
TCSES_API int32_t tcses_error_retryable(const tcses_error *error);

/**
 * How many milliseconds the service asked to wait before the next try (Retry-After), at most a day; 0 if it did not
 * say.
 * @since 0.1
 */
TCSES_API int64_t tcses_error_retry_after_ms(const tcses_error *error);

/** How many times the request was handed to the transport; 0 if never. @since 0.1 */
TCSES_API int32_t tcses_error_attempts(const tcses_error *error);

/** The last HTTP status; 0 if there was no answer. @since 0.1 */
TCSES_API int32_t tcses_error_http_status(const tcses_error *error);

/** The transport's own number for its failure (with libcurl a CURLcode); 0 if none. @since 0.1 */
TCSES_API int32_t tcses_error_transport_code(const tcses_error *error);

/** The transport's own words for its failure; NULL if none. @since 0.1 */
TCSES_API const char *tcses_error_transport_text(const tcses_error *error);

/** What to do about it, in English, in a sentence; NULL if the library has no advice. @since 0.1 */
TCSES_API const char *tcses_error_hint(const tcses_error *error);

#ifdef __cplusplus
}
#endif

#endif
