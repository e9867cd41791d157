/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 *
 * tcses/base.h: what every other header stands on: versions, status codes, the three-valued switch, memory.
 *
 * Rules that hold for every header of this library
 * ------------------------------------------------
 * - C99 and C++11. No enum types, bitfields, unions, variadic or inline functions; no exported variables.
 * - Text is UTF-8 and ends in a NUL byte.
 * - Structs that you fill in begin with `size`. Initialise them with their TCSES_..._INIT macro, or with the function
 *   of the same name ending in `_init` from a language without macros. Fields named `reserved` stay 0.
 * - What a request struct points to is borrowed until the call returns. What an options struct points to is copied.
 * - `*out` and `*error` are never read: they are set to NULL first, and at most one of them is set afterwards. Either
 *   pointer may itself be NULL when you do not want the value.
 * - Functions that release something accept NULL and then do nothing.
 * - "Blocks on the network" is said where it is so. No other function does.
 */
#ifndef TCSES_BASE_H
#define TCSES_BASE_H

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define TCSES_API __attribute__((visibility("default")))
#else
#define TCSES_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/**
 * The version of these headers. tcses_version() tells that of the library a program runs with.
 * @since 0.1
 */
enum { TCSES_VERSION_MAJOR = 0, TCSES_VERSION_MINOR = 1, TCSES_VERSION_PATCH = 0 };

/**
 * The library's version, for example "0.1.0". The text is constant.
 * @since 0.1
 */
TCSES_API const char *tcses_version(void);

/**
 * The library's version as one number that grows: major * 1000000 + minor * 1000 + patch.
 * @since 0.1
 */
TCSES_API uint32_t tcses_version_number(void);

/**
 * How a function ended: TCSES_OK or one of the negative TCSES_ERR_ constants. A later version may return others; treat
 * one that you do not know as a failure.
 * @since 0.1
 */
typedef int32_t tcses_status;

enum {
    /** Done. */
    TCSES_OK = 0,
    /** An argument is not usable. Nothing was sent. tcses_error_field() names it. */
    TCSES_ERR_ARGUMENT = -1,
    /** Out of memory. tcses_error_outcome() tells whether the request took effect. */
    TCSES_ERR_MEMORY = -2,
    /** No usable credentials were found. Nothing was sent. */
    TCSES_ERR_CREDENTIALS = -3,
    /** The network failed: name resolution, connection, or an exchange cut off. */
    TCSES_ERR_NETWORK = -4,
    /** The server's certificate is not trusted, or TLS is set up wrongly. A handshake that breaks off is NETWORK. */
    TCSES_ERR_TLS = -5,
    /** The time given ran out. */
    TCSES_ERR_TIMEOUT = -6,
    /** The call was cancelled with its tcses_cancel. */
    TCSES_ERR_CANCELLED = -7,
    /** An HTTP status other than 200: a gateway or a proxy answered, not the service. */
    TCSES_ERR_HTTP = -8,
    /** The answer is not what the service sends: not JSON, too large, or a field of the wrong type. */
    TCSES_ERR_RESPONSE = -9,
    /** The service refused. tcses_error_code() gives its code. */
    TCSES_ERR_API = -10,
    /** A callback of yours failed the call. */
    TCSES_ERR_CALLBACK = -11,
    /** The scripted transport of sys/mock.h got a request it did not expect, or one that it expected never came. */
    TCSES_ERR_EXPECTATION = -12,
    /** A part that the library stands on (libcurl, Mbed TLS, the system) could not do its work. */
    TCSES_ERR_SYSTEM = -13
};

/**
 * The constant's name without its prefix, for example "ARGUMENT"; "UNKNOWN" for a number that is none. Constant text.
 * @since 0.1
 */
TCSES_API const char *tcses_status_name(tcses_status status);

/**
 * A switch with three values. In a request UNSET is "do not send the field"; in a response, "the field was not there".
 * @since 0.1
 */
enum { TCSES_UNSET = 0, TCSES_FALSE = 1, TCSES_TRUE = 2 };

/**
 * Where the library's own memory comes from. libcurl, jansson and Mbed TLS use their own.
 *
 * Both functions may be called by several threads at once and must not throw or jump out.
 * @since 0.1
 */
typedef struct tcses_allocator {
    /** sizeof(tcses_allocator). */
    size_t size;
    /** Given to both functions. */
    void *ctx;
    /** Returns `bytes` (never 0) of memory aligned for any type, or NULL. */
    void *(*allocate)(void *ctx, size_t bytes);
    /** Takes back what allocate() returned; never NULL. */
    void (*release)(void *ctx, void *block);
} tcses_allocator;

#define TCSES_ALLOCATOR_INIT                      \
    {                                             \
        sizeof(tcses_allocator), NULL, NULL, NULL \
    }

/** What TCSES_ALLOCATOR_INIT does, as a function. @since 0.1 */
TCSES_API void tcses_allocator_init(tcses_allocator *allocator, size_t size);

/**
 * Sets up libcurl for this process. Optional: the first transport that is made does it too. Call it at the start of a
 * program that has several threads and a libcurl older than 7.84, where that step is not safe beside other threads.
 *
 * @return TCSES_OK or TCSES_ERR_SYSTEM.
 * @since 0.1
 */
TCSES_API tcses_status tcses_global_init(void);

#ifdef __cplusplus
}
#endif

#endif
