/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 *
 * tcses/client.h: the client that all calls are made with, and the call of any action by its name.
 */
#ifndef TCSES_CLIENT_H
#define TCSES_CLIENT_H

#include <tcses/base.h>
#include <tcses/cancel.h>
#include <tcses/credentials.h>
#include <tcses/error.h>
#include <tcses/sys/transport.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Holds the configuration, which never changes, and the connections, which are kept between calls. Any threads may make
 * calls with it at once; N threads use at most N connections to an endpoint. After fork() the child may go on using it:
 * it opens connections of its own.
 * @since 0.1
 */
typedef struct tcses_client tcses_client;

/**
 * Time, as the library sees it: replace it to test waiting without waiting. All functions are required and may be
 * called by several threads at once.
 * @since 0.1
 */
typedef struct tcses_clock {
    /** sizeof(tcses_clock). */
    size_t size;
    /** Given to the functions. */
    void *ctx;
    /** Milliseconds since 1970 UTC: for signatures. */
    int64_t (*wall_ms)(void *ctx);
    /** Milliseconds on a clock that never goes back: for deadlines and waiting. */
    int64_t (*monotonic_ms)(void *ctx);
    /** Waits that many milliseconds, or until the cancel (which may be NULL) is triggered. See tcses_cancel_wait(). */
    void (*wait)(void *ctx, int64_t milliseconds, tcses_cancel *cancel);
} tcses_clock;

#define TCSES_CLOCK_INIT                            \
    {                                               \
        sizeof(tcses_clock), NULL, NULL, NULL, NULL \
    }

/** What TCSES_CLOCK_INIT does, as a function. @since 0.1 */
TCSES_API void tcses_clock_init(tcses_clock *clock, size_t size);

/**
 * How much is told to the log callback: INFO is a line an attempt, DEBUG adds pauses, what reading back showed, and
 * renewals of credentials that failed, TRACE what went over the wire: the request's line, the headers
 * of both sides that are known to be harmless, and sizes. No line ever holds a secret, a signature, a password, a body
 * or an e-mail address.
 * @since 0.1
 */
enum { TCSES_LOG_OFF = 0, TCSES_LOG_INFO = 1, TCSES_LOG_DEBUG = 2, TCSES_LOG_TRACE = 3 };

/**
 * Takes one line of the log, without a newline. Called on the thread of the call, by several threads at once, with no
 * lock held. Must not throw or jump out.
 * @since 0.1
 */
typedef void (*tcses_log_fn)(void *ctx, int32_t level, const char *line);

/**
 * For tcses_client_options.rate_limit: no limit, also not after the service has complained.
 * @since 0.1
 */
enum { TCSES_RATE_LIMIT_OFF = -1 };

/**
 * How a client is made. Everything is copied; counted objects get a reference of the client's.
 * @since 0.1
 */
typedef struct tcses_client_options {
    /** sizeof(tcses_client_options). */
    size_t size;
    /**
     * "ap-guangzhou" or "ap-hongkong"; the list is open. NULL: the region of the named profile, else
     * TENCENTCLOUD_REGION, else that of the default profile, else an error. Where profiles have their region, see
     * tcses/credentials.h.
     * "": none, for clients that use tcses_call() with other services. Domains belong to the account; sender addresses
     * belong to the account and the region.
     */
    const char *region;
    /**
     * Host, host:port, or URL (http:// or https://) of the service. NULL: that of the named profile; without a named
     * one that of the default profile, unless TENCENTCLOUD_SECRET_ID is set or `credentials` are given; else
     * ses.tencentcloudapi.com. The international site is ses.intl.tencentcloudapi.com.
     */
    const char *endpoint;
    /** The language of the service's messages: "zh-CN" or "en-US". NULL: the service's own choice. */
    const char *language;
    /** Name and version of your program, sent in X-TC-RequestClient: letters, digits and "-_ ,;.", at most 100. */
    const char *user_agent;
    /** Where keys come from. NULL: the default chain, see tcses/credentials.h. */
    tcses_credentials *credentials;
    /** The name of a profile, then the only source of credentials. Not together with `credentials`. */
    const char *profile;
    /** What carries the requests; not together with the libcurl options (proxy, ca_file, ca_path, connect_timeout_ms).
     * NULL: libcurl. */
    tcses_transport *transport;
    /** A proxy's URL; "": none. NULL: as the environment says (https_proxy, no_proxy...). */
    const char *proxy;
    /** A file of trusted certificates (PEM), in place of the system's. */
    const char *ca_file;
    /** A directory of trusted certificates with hashed names. */
    const char *ca_path;
    /** NULL: malloc and free. */
    const tcses_allocator *allocator;
    /** NULL: the system's clocks. */
    const tcses_clock *clock;
    /** NULL: no log. */
    tcses_log_fn log;
    void *log_ctx;
    /** One of the TCSES_LOG_ constants. */
    int32_t log_level;
    /** For a whole call, all attempts and waits together, in milliseconds. 0: 60,000. */
    int32_t timeout_ms;
    /** For one attempt, in milliseconds. 0: 20,000. */
    int32_t attempt_timeout_ms;
    /** For connecting, TLS included, in milliseconds; part of the attempt. 0: 10,000. */
    int32_t connect_timeout_ms;
    /** How often a request is tried at most; 1: never again. 0: 4. What is repeated when: TCSES_RETRY_ below. */
    int32_t max_attempts;
    /** The largest answer accepted, in bytes. 0: 4 MiB. */
    int32_t max_response_bytes;
    /**
     * The pause before the second attempt is anything up to this, in milliseconds; before each later one up to twice as
     * much as before the last. 0: 250.
     */
    int32_t backoff_base_ms;
    /** No pause is longer than this, in milliseconds, unless the service asks for it (Retry-After). 0: 8,000. */
    int32_t backoff_cap_ms;
    /**
     * How many requests a second this client sends of each action, all its threads together. 0: any number, until the
     * service first answers RequestLimitExceeded for an action; from then on 20 of that action, the service's own
     * limit. TCSES_RATE_LIMIT_OFF: any number, always. A call that has to wait waits within its timeout_ms.
     */
    int32_t rate_limit;
    int32_t reserved;
    /**
     * Further hosts of the same region, in the form of `endpoint`, to turn to when a request could not be sent to the
     * one before; at most 15. The region named in the request stays the same. Each counts as an attempt. Not for
     * requests of tcses_call() that name an endpoint or another service.
     */
    const char *const *fallback_endpoints;
    size_t fallback_endpoints_count;
} tcses_client_options;

#define TCSES_CLIENT_OPTIONS_INIT                                                                                   \
    {                                                                                                               \
        sizeof(tcses_client_options), NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, \
            NULL, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, NULL, 0                                                             \
    }

/** What TCSES_CLIENT_OPTIONS_INIT does, as a function. @since 0.1 */
TCSES_API void tcses_client_options_init(tcses_client_options *options, size_t size);

/**
 * Makes a client. Opens no connection and looks for no credentials: that is done by the first call.
 * @param options  NULL for the defaults, with the region from the environment.
 * @return TCSES_OK, TCSES_ERR_ARGUMENT, TCSES_ERR_MEMORY or TCSES_ERR_SYSTEM.
 * @since 0.1
 */
TCSES_API tcses_status tcses_client_new(const tcses_client_options *options, tcses_client **out, tcses_error **error);

/** Closes the connections and releases the client. No call may be in progress. @since 0.1 */
TCSES_API void tcses_client_free(tcses_client *client);

/** The region in use, "" if none. Lives as long as the client. @since 0.1 */
TCSES_API const char *tcses_client_region(const tcses_client *client);

/** The URL of the service in use, for example "https://ses.tencentcloudapi.com/". Lives as long as the client.
 * @since 0.1 */
TCSES_API const char *tcses_client_endpoint(const tcses_client *client);

/**
 * What may differ from call to call. Every function that makes a call takes one; NULL is none.
 * @since 0.1
 */
typedef struct tcses_call_options {
    /** sizeof(tcses_call_options). */
    size_t size;
    /** Ends the call from another thread. Borrowed for the call. */
    tcses_cancel *cancel;
    /** NULL: the client's. */
    const char *region;
    /** As in tcses_client_options; 0: the client's. */
    int32_t timeout_ms;
    int32_t attempt_timeout_ms;
    int32_t max_attempts;
    /** TCSES_TRUE keeps the answer's bytes in the response's raw_json. */
    int32_t keep_raw_json;
    /**
     * TCSES_TRUE: a create whose answer was lost is settled by reading back. What is there as asked counts as created
     * (perhaps by an earlier call; the response is then that of the read); what is not is asked for again; what is
     * there but differs (another alias, say) leaves the service's refusal as the error, and the outcome unknown. For
     * the create functions of identity.h and address.h; an error with tcses_call(), and without effect on other
     * actions.
     */
    int32_t reconcile;
    int32_t reserved;
} tcses_call_options;

#define TCSES_CALL_OPTIONS_INIT                                  \
    {                                                            \
        sizeof(tcses_call_options), NULL, NULL, 0, 0, 0, 0, 0, 0 \
    }

/** What TCSES_CALL_OPTIONS_INIT does, as a function. @since 0.1 */
TCSES_API void tcses_call_options_init(tcses_call_options *options, size_t size);

/**
 * Where the keys of a client come from.
 * @since 0.1
 */
enum {
    /** Fixed ones, from tcses_credentials_new_static(). */
    TCSES_KEY_SOURCE_FIXED = 1,
    /** A callback of yours. */
    TCSES_KEY_SOURCE_CALLBACK = 2,
    /** The environment. */
    TCSES_KEY_SOURCE_ENVIRONMENT = 3,
    /** A section of a credentials file. */
    TCSES_KEY_SOURCE_CREDENTIALS_FILE = 4,
    /** A profile of the CLI. */
    TCSES_KEY_SOURCE_CLI_PROFILE = 5,
    /** The role of this virtual machine (CVM). */
    TCSES_KEY_SOURCE_CVM_ROLE = 6,
    /** A role assumed through STS. */
    TCSES_KEY_SOURCE_ASSUMED_ROLE = 7,
    /** A role assumed with a web identity token (TKE). */
    TCSES_KEY_SOURCE_OIDC = 8
};

/**
 * Which keys a client signs with, and where they were found: to show people before something is changed. The secret
 * parts are not in it.
 * @since 0.1
 */
typedef struct tcses_key_info {
    size_t size;
    /** The SecretId. */
    const char *secret_id;
    /** The file that they were read from; NULL if it was none. */
    const char *file;
    /** The profile (CREDENTIALS_FILE, CLI_PROFILE), the role (CVM_ROLE) or its ARN (ASSUMED_ROLE, OIDC); else NULL. */
    const char *name;
    /** One of the TCSES_KEY_SOURCE_ constants; a later version may have more. */
    int32_t source;
    /** TCSES_TRUE for keys with a token, which expire; else TCSES_FALSE. */
    int32_t is_temporary;
} tcses_key_info;

/**
 * Finds the keys as a call would, without making one, and tells which they are.
 *
 * Blocks on the network if the keys come from there (CVM, STS).
 * @param options  timeout and cancel count; NULL for none.
 * @return TCSES_OK, or what a call without usable keys returns.
 * @since 0.1
 */
TCSES_API tcses_status tcses_client_key_info(
    tcses_client *client, const tcses_call_options *options, const tcses_key_info **out, tcses_error **error);

/** Releases it. @since 0.1 */
TCSES_API void tcses_key_info_free(const tcses_key_info *info);

/**
 * What kind of change a request makes: it decides what may be done again when an attempt ended in the unknown.
 * READ, IDEMPOTENT, DELETE and SET lead to the same state however often they are done; CREATE does not and is never
 * repeated once it may have been done, unless the caller asks for tcses_call_options.reconcile.
 * @since 0.1
 */
enum {
    TCSES_RETRY_UNSET = 0,
    TCSES_RETRY_READ = 1,
    TCSES_RETRY_IDEMPOTENT = 2,
    TCSES_RETRY_CREATE = 3,
    TCSES_RETRY_DELETE = 4,
    TCSES_RETRY_SET = 5
};

/**
 * Any action of any service of API 3.0: the way to what has no function of its own.
 * @since 0.1
 */
typedef struct tcses_call_request {
    /** sizeof(tcses_call_request). */
    size_t size;
    /** NULL: "ses". */
    const char *service;
    /** For example "2018-08-13". NULL: "2020-10-02" for ses; required for other services. */
    const char *version;
    /** Required, for example "GetStatisticsReport". */
    const char *action;
    /** NULL: that of the call's options or the client; "": none is sent. */
    const char *region;
    /** As in tcses_client_options. NULL: the client's for ses, else SERVICE.tencentcloudapi.com. */
    const char *endpoint;
    /** A JSON object, sent byte for byte after its syntax was checked. NULL: {}. */
    const char *body;
    size_t body_length;
    /** One of the TCSES_RETRY_ constants. UNSET: as known for the actions of this library, else CREATE. */
    int32_t retry_class;
    int32_t reserved;
} tcses_call_request;

#define TCSES_CALL_REQUEST_INIT                                                 \
    {                                                                           \
        sizeof(tcses_call_request), NULL, NULL, NULL, NULL, NULL, NULL, 0, 0, 0 \
    }

/** What TCSES_CALL_REQUEST_INIT does, as a function. @since 0.1 */
TCSES_API void tcses_call_request_init(tcses_call_request *request, size_t size);

/**
 * The answer to tcses_call(). Every other response begins with the same four fields.
 * @since 0.1
 */
typedef struct tcses_call_response {
    /** sizeof(tcses_call_response) of the library. */
    size_t size;
    /** The id to quote to the service's support; NULL if the answer had none. */
    const char *request_id;
    /** The answer as it came, {"Response":{...}}, with a NUL byte after it. Always kept by tcses_call(). */
    const char *raw_json;
    size_t raw_json_length;
} tcses_call_response;

/**
 * Makes a call of any action. Signed, repeated and reported as every other.
 *
 * TCSES_OK says that the request took effect. With the retry classes DELETE and SET that may be learned from a refusal:
 * an attempt went unanswered and the next one was told that there is nothing left to do. raw_json then holds that
 * refusal.
 *
 * Blocks on the network.
 * @return TCSES_OK, or any of the TCSES_ERR_ constants.
 * @since 0.1
 */
TCSES_API tcses_status tcses_call(tcses_client *client, const tcses_call_request *request,
    const tcses_call_options *options, const tcses_call_response **response, tcses_error **error);

/** Releases the response and all that it points to. @since 0.1 */
TCSES_API void tcses_call_response_free(const tcses_call_response *response);

#ifdef __cplusplus
}
#endif

#endif
