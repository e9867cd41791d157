/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 *
 * tcses/sys/mock.h: a scripted transport, for the tests of programs that use this library. It opens no socket: it holds
 * the requests that a test expects, in order, and answers each with what the test prepared. examples/test_your_code.c
 * shows its use.
 */
#ifndef TCSES_SYS_MOCK_H
#define TCSES_SYS_MOCK_H

#include <tcses/base.h>
#include <tcses/error.h>
#include <tcses/sys/transport.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A script and the transport that plays it. Any threads may use it at once. @since 0.1 */
typedef struct tcses_mock tcses_mock;

/**
 * One step of the script: a request, and what happens to it. NULL and 0 in the expected part mean "any".
 * @since 0.1
 */
typedef struct tcses_mock_exchange {
    /** sizeof(tcses_mock_exchange). */
    size_t size;
    /** Expected: the value of X-TC-Action. */
    const char *action;
    /** Expected: the body, byte for byte. */
    const char *body;
    /** Expected: a header "Name: value". */
    const char *header;
    /** The answer's body. NULL: {"Response":{"RequestId":"mock-N"}} with N = 1, 2, 3... */
    const char *response_body;
    /** The answer's body length. 0: strlen(response_body). */
    size_t response_length;
    /** A header of the answer "Name: value". NULL: none. */
    const char *response_header;
    /** The answer's HTTP status. 0: 200. */
    int32_t http_status;
    /** TCSES_OK: answer. A TCSES_ERR_ constant: fail so, at the stage below, as a broken network would. */
    int32_t failure;
    /** How far a failing exchange got: one of the TCSES_STAGE_ constants. */
    int32_t failure_stage;
    int32_t reserved;
} tcses_mock_exchange;

#define TCSES_MOCK_EXCHANGE_INIT                                                 \
    {                                                                            \
        sizeof(tcses_mock_exchange), NULL, NULL, NULL, NULL, 0, NULL, 0, 0, 0, 0 \
    }

/** What TCSES_MOCK_EXCHANGE_INIT does, as a function. @since 0.1 */
TCSES_API void tcses_mock_exchange_init(tcses_mock_exchange *exchange, size_t size);

/**
 * Makes a mock with an empty script.
 * @param allocator  NULL for malloc and free.
 * @return TCSES_OK, TCSES_ERR_ARGUMENT or TCSES_ERR_MEMORY.
 * @since 0.1
 */
TCSES_API tcses_status tcses_mock_new(const tcses_allocator *allocator, tcses_mock **out, tcses_error **error);

/** Releases the mock. Its transport, where others still hold it, then refuses every request. @since 0.1 */
TCSES_API void tcses_mock_free(tcses_mock *mock);

/** The transport to give to a client. The mock keeps this reference; the client takes its own. @since 0.1 */
TCSES_API tcses_transport *tcses_mock_transport(tcses_mock *mock);

/**
 * Adds a step at the end of the script. Everything is copied.
 * @return TCSES_OK, TCSES_ERR_ARGUMENT or TCSES_ERR_MEMORY.
 * @since 0.1
 */
TCSES_API tcses_status tcses_mock_expect(tcses_mock *mock, const tcses_mock_exchange *exchange, tcses_error **error);

/**
 * Asks whether the script was played to its end. A request that differed from its step, or came when none was left,
 * failed its call with TCSES_ERR_EXPECTATION and is reported here again.
 * @return TCSES_OK, or TCSES_ERR_EXPECTATION with a message that says what differed or which step was not used.
 * @since 0.1
 */
TCSES_API tcses_status tcses_mock_verify(tcses_mock *mock, tcses_error **error);

/** How many requests came, expected or not. @since 0.1 */
TCSES_API size_t tcses_mock_requests_count(tcses_mock *mock);
/** The body of a request that came, with a NUL byte after it; NULL if there is no such index. Lives with the mock.
 * @since 0.1 */
TCSES_API const char *tcses_mock_request_body(tcses_mock *mock, size_t index);
/** The length of that body. @since 0.1 */
TCSES_API size_t tcses_mock_request_body_length(tcses_mock *mock, size_t index);
/** The value of a header of a request that came, its name in any case; NULL if there is none. @since 0.1 */
TCSES_API const char *tcses_mock_request_header(tcses_mock *mock, size_t index, const char *name);

#ifdef __cplusplus
}
#endif

#endif
