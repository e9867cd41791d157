/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 *
 * tcses/sys/transport.h: what carries requests. For programs that have an HTTP client of their own, or want to add to,
 * count or record what libcurl sends. The guide is docs/transport.md.
 *
 * A transport that adds a header and passes on to libcurl:
 *
 *     static tcses_status perform(void *ctx, tcses_http_request *request, tcses_http_response *response) {
 *         if (tcses_http_request_add_header(request, "X-Trace", "42") == TCSES_OK)
 *             return tcses_transport_perform(ctx, request, response);
 *         tcses_http_response_set_stage(response, TCSES_STAGE_UNSENT);
 *         return TCSES_ERR_CALLBACK;
 *     }
 *     static void destroy(void *ctx) { tcses_transport_unref(ctx); }
 */
#ifndef TCSES_SYS_TRANSPORT_H
#define TCSES_SYS_TRANSPORT_H

#include <tcses/base.h>
#include <tcses/error.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Carries one request and brings its answer. Any threads may use it at once. It is counted: new and ref take a
 * reference, unref gives one back, and a client holds one of its own.
 * @since 0.1
 */
typedef struct tcses_transport tcses_transport;

/** A request to carry. Belongs to the thread that is in perform(), and lives as long. @since 0.1 */
typedef struct tcses_http_request tcses_http_request;

/** Where perform() puts what came back. Belongs to the thread that is in perform(), and lives as long. @since 0.1 */
typedef struct tcses_http_response tcses_http_response;

/**
 * How far an exchange got. It decides whether a request that failed may be repeated, so never report UNSENT when a byte
 * of the request may have left.
 * @since 0.1
 */
enum {
    /** No byte of the request left. */
    TCSES_STAGE_UNSENT = 0,
    /** The request, or a part of it, left. What a perform() that fails without a word about it is taken to mean. */
    TCSES_STAGE_SENT = 1,
    /** A whole answer came back. What a perform() that returns TCSES_OK means. */
    TCSES_STAGE_ANSWERED = 2
};

/**
 * A transport of your own. Later versions add functions at the end.
 * @since 0.1
 */
typedef struct tcses_transport_ops {
    /** sizeof(tcses_transport_ops). */
    size_t size;
    /** 0. */
    uint32_t flags;
    uint32_t reserved;
    /**
     * Required. Sends the request once (no redirects, no repetition) and fills the response in. Runs on the thread of
     * the call, on several threads at once. It may take tcses_http_request_time_left_ms(), and ends soon after the call
     * is cancelled.
     *
     * @return TCSES_OK when a whole answer came, whatever its status; else TCSES_ERR_NETWORK, TCSES_ERR_TLS,
     * TCSES_ERR_TIMEOUT, TCSES_ERR_CANCELLED, TCSES_ERR_RESPONSE (too large), TCSES_ERR_MEMORY or TCSES_ERR_SYSTEM,
     * after tcses_http_response_set_stage() and tcses_http_response_set_failure(). TCSES_ERR_EXPECTATION is for
     * scripted ones. Any other value becomes TCSES_ERR_CALLBACK.
     */
    tcses_status (*perform)(void *ctx, tcses_http_request *request, tcses_http_response *response);
    /** Called once, when the last reference is gone. May be NULL. */
    void (*destroy)(void *ctx);
} tcses_transport_ops;

#define TCSES_TRANSPORT_OPS_INIT                      \
    {                                                 \
        sizeof(tcses_transport_ops), 0, 0, NULL, NULL \
    }

/** What TCSES_TRANSPORT_OPS_INIT does, as a function. @since 0.1 */
TCSES_API void tcses_transport_ops_init(tcses_transport_ops *ops, size_t size);

/**
 * Makes a transport of your own. `ops` is copied. If this function fails, destroy is not called.
 * @return TCSES_OK, TCSES_ERR_ARGUMENT or TCSES_ERR_MEMORY.
 * @since 0.1
 */
TCSES_API tcses_status tcses_transport_new(const tcses_transport_ops *ops, void *ctx, const tcses_allocator *allocator,
    tcses_transport **out, tcses_error **error);

/** Takes a reference; returns `transport`. @since 0.1 */
TCSES_API tcses_transport *tcses_transport_ref(tcses_transport *transport);

/** Gives a reference back. @since 0.1 */
TCSES_API void tcses_transport_unref(tcses_transport *transport);

/**
 * Lets a transport carry a request: for transports that wrap another.
 *
 * Blocks on the network.
 * @return what the transport's perform() returned.
 * @since 0.1
 */
TCSES_API tcses_status tcses_transport_perform(
    tcses_transport *transport, tcses_http_request *request, tcses_http_response *response);

/** How libcurl is set up. Everything is copied. The fields mean what they mean in tcses_client_options. @since 0.1 */
typedef struct tcses_curl_options {
    /** sizeof(tcses_curl_options). */
    size_t size;
    const char *proxy;
    const char *ca_file;
    const char *ca_path;
    int32_t connect_timeout_ms;
    int32_t reserved;
} tcses_curl_options;

#define TCSES_CURL_OPTIONS_INIT                            \
    {                                                      \
        sizeof(tcses_curl_options), NULL, NULL, NULL, 0, 0 \
    }

/** What TCSES_CURL_OPTIONS_INIT does, as a function. @since 0.1 */
TCSES_API void tcses_curl_options_init(tcses_curl_options *options, size_t size);

/**
 * The transport that clients use by themselves: libcurl, HTTP/1.1, connections kept, certificates checked.
 * @param options  NULL for the defaults.
 * @return TCSES_OK, TCSES_ERR_ARGUMENT, TCSES_ERR_MEMORY or TCSES_ERR_SYSTEM.
 * @since 0.1
 */
TCSES_API tcses_status tcses_transport_new_curl(
    const tcses_curl_options *options, const tcses_allocator *allocator, tcses_transport **out, tcses_error **error);

/* ---- the request, as perform() reads it ---- */

/** "POST" or "GET". @since 0.1 */
TCSES_API const char *tcses_http_request_method(const tcses_http_request *request);
/** The whole URL. @since 0.1 */
TCSES_API const char *tcses_http_request_url(const tcses_http_request *request);
/** How many headers are to be sent, Host and Content-Type among them. Send no other Content-Type or Host. @since 0.1 */
TCSES_API size_t tcses_http_request_headers_count(const tcses_http_request *request);
/** A header's name; NULL if there is no such index. @since 0.1 */
TCSES_API const char *tcses_http_request_header_name(const tcses_http_request *request, size_t index);
/** A header's value; NULL if there is no such index. @since 0.1 */
TCSES_API const char *tcses_http_request_header_value(const tcses_http_request *request, size_t index);
/** The value of the header of that name, in any case; NULL if there is none. @since 0.1 */
TCSES_API const char *tcses_http_request_header(const tcses_http_request *request, const char *name);
/** The bytes to send, NULL if there are none. @since 0.1 */
TCSES_API const void *tcses_http_request_body(const tcses_http_request *request);
/** How many bytes. @since 0.1 */
TCSES_API size_t tcses_http_request_body_length(const tcses_http_request *request);
/** 1 if the transport may send it again by itself when a kept connection turns out dead, else 0. @since 0.1 */
TCSES_API int32_t tcses_http_request_may_repeat(const tcses_http_request *request);
/** 1 if it must not go through a proxy, else 0. @since 0.1 */
TCSES_API int32_t tcses_http_request_is_direct(const tcses_http_request *request);
/** The largest answer body to accept, in bytes. @since 0.1 */
TCSES_API size_t tcses_http_request_max_response_bytes(const tcses_http_request *request);
/** Milliseconds left for this attempt, at least 1. @since 0.1 */
TCSES_API int64_t tcses_http_request_time_left_ms(const tcses_http_request *request);
/** 1 if the call was cancelled, else 0. @since 0.1 */
TCSES_API int32_t tcses_http_request_is_cancelled(const tcses_http_request *request);

/**
 * Sets what is called when the call is cancelled, to wake a perform() that waits. It is called once at most, on the
 * thread that cancels, perhaps at once, and never after perform() has returned or the next use of this function.
 * @param wake  NULL takes the last one back.
 * @since 0.1
 */
TCSES_API void tcses_http_request_on_cancel(tcses_http_request *request, void (*wake)(void *ctx), void *ctx);

/**
 * Adds a header, which is not signed: for transports that wrap another.
 * @return TCSES_OK, TCSES_ERR_ARGUMENT (no header can be so; or one of that name is there) or TCSES_ERR_MEMORY.
 * @since 0.1
 */
TCSES_API tcses_status tcses_http_request_add_header(tcses_http_request *request, const char *name, const char *value);

/* ---- the response, as perform() fills it in ---- */

/** Says how far the exchange got: one of the TCSES_STAGE_ constants. @since 0.1 */
TCSES_API void tcses_http_response_set_stage(tcses_http_response *response, int32_t stage);
/** Sets the HTTP status. @since 0.1 */
TCSES_API void tcses_http_response_set_status(tcses_http_response *response, int32_t http_status);
/** Adds a header. Name and value are copied. @return TCSES_OK, TCSES_ERR_MEMORY, or TCSES_ERR_RESPONSE beyond 64 KiB of
 * headers. @since 0.1 */
TCSES_API tcses_status tcses_http_response_add_header(
    tcses_http_response *response, const char *name, const char *value);
/** Adds bytes to the body. @return TCSES_OK, TCSES_ERR_MEMORY, or TCSES_ERR_RESPONSE beyond the largest size accepted.
 * @since 0.1 */
TCSES_API tcses_status tcses_http_response_append_body(tcses_http_response *response, const void *data, size_t length);
/** Says why there is no answer: a number and words of the transport's own. @since 0.1 */
TCSES_API void tcses_http_response_set_failure(tcses_http_response *response, int32_t code, const char *text);

/* ---- the response, as a wrapping transport reads it ---- */

/** The stage. @since 0.1 */
TCSES_API int32_t tcses_http_response_stage(const tcses_http_response *response);
/** The HTTP status, 0 if there was none. @since 0.1 */
TCSES_API int32_t tcses_http_response_status(const tcses_http_response *response);
/** The value of the header of that name, in any case; NULL if there is none. @since 0.1 */
TCSES_API const char *tcses_http_response_header(const tcses_http_response *response, const char *name);
/** The body, with a NUL byte after it; never NULL. @since 0.1 */
TCSES_API const char *tcses_http_response_body(const tcses_http_response *response);
/** How many bytes. @since 0.1 */
TCSES_API size_t tcses_http_response_body_length(const tcses_http_response *response);

#ifdef __cplusplus
}
#endif

#endif
