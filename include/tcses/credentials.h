/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 *
 * tcses/credentials.h: where the secret id and key of a call come from.
 *
 * A client that is given none uses the default chain (tcses_credentials_new_default()): the first of
 *   1. environment   TENCENTCLOUD_SECRET_ID, TENCENTCLOUD_SECRET_KEY; token TENCENTCLOUD_TOKEN,
 *                    TENCENTCLOUD_SESSION_TOKEN or TENCENTCLOUD_SECURITY_TOKEN
 *   2. profile file  $TENCENTCLOUD_CREDENTIALS_FILE, else ~/.tencentcloud/credentials, then
 *                    /etc/tencentcloud/credentials: section [default] with secret_id, secret_key and token
 *   3. CLI profile   ~/.tccli/PROFILE.credential: JSON secretId, secretKey, token; PROFILE is $TCCLI_PROFILE, else
 *                    "default"
 *   4. CVM role      the temporary keys of the role of this virtual machine, from its metadata server
 *   5. TKE           the temporary keys of this pod's role, from STS, for the web identity token that TKE_PROVIDER_ID,
 *                    TKE_WEB_IDENTITY_TOKEN_FILE, TKE_ROLE_ARN and TKE_REGION describe
 * that has something. One that has only half (an id without a key), or a file that is there and can not be read, is an
 * error and is not passed over: the next place may hold the keys of another account. A metadata server that can not be
 * reached, or knows no role, is passed over, after two seconds or half of the call's time at most. Once 4 or 5 has given
 * keys, the other is not asked any more.
 *
 * A profile that you name is the only source: it beats the environment and nothing is tried after it.
 *
 * A profile may also have a region and an endpoint, for clients that are given none: in the section of the profile file
 * (region, endpoint), else in ~/.tccli/PROFILE.configure (JSON _sys_param.region and ses.endpoint). Other tools pass
 * them over in the profile file.
 *
 * Temporary keys (4, 5 and tcses_credentials_new_assume_role()) are kept and renewed before they expire, by the call
 * that needs them, once for all threads: with that call's client, transport, deadline and cancel. While a renewal fails
 * the present keys serve until they expire.
 */
#ifndef TCSES_CREDENTIALS_H
#define TCSES_CREDENTIALS_H

#include <tcses/base.h>
#include <tcses/error.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * A source of credentials. Any threads may use it at once. It is counted: new and ref take a reference, unref gives one
 * back, and a client holds one of its own.
 * @since 0.1
 */
typedef struct tcses_credentials tcses_credentials;

/** Takes a reference; returns `credentials`. @since 0.1 */
TCSES_API tcses_credentials *tcses_credentials_ref(tcses_credentials *credentials);

/** Gives a reference back. The last one wipes the secrets; a child after fork() keeps its parent's. @since 0.1 */
TCSES_API void tcses_credentials_unref(tcses_credentials *credentials);

/**
 * Fixed credentials. The texts are copied.
 * @param token  of temporary credentials; NULL if there is none.
 * @param allocator  NULL for malloc and free.
 * @return TCSES_OK, TCSES_ERR_ARGUMENT or TCSES_ERR_MEMORY.
 * @since 0.1
 */
TCSES_API tcses_status tcses_credentials_new_static(const char *secret_id, const char *secret_key, const char *token,
    const tcses_allocator *allocator, tcses_credentials **out, tcses_error **error);

/**
 * The environment variables above, read anew for each call. As getenv() does, this needs that no other thread changes
 * the environment meanwhile. Variables that are missing are an error of the call, not of this function.
 * @return TCSES_OK, TCSES_ERR_ARGUMENT or TCSES_ERR_MEMORY.
 * @since 0.1
 */
TCSES_API tcses_status tcses_credentials_new_environment(
    const tcses_allocator *allocator, tcses_credentials **out, tcses_error **error);

/**
 * Where profiles are looked for.
 * @since 0.1
 */
typedef struct tcses_profile_options {
    /** sizeof(tcses_profile_options). */
    size_t size;
    /**
     * The profile's name: section [NAME] of the credentials file, else ~/.tccli/NAME.credential. A name in both with
     * different ids is an error. Required by tcses_credentials_new_profile().
     */
    const char *profile;
    /** The only credentials file to look into. NULL: the files named at the top of this header. */
    const char *credentials_file;
    /** The directory of the CLI's profiles. NULL: ~/.tccli. */
    const char *cli_directory;
} tcses_profile_options;

#define TCSES_PROFILE_OPTIONS_INIT                      \
    {                                                   \
        sizeof(tcses_profile_options), NULL, NULL, NULL \
    }

/** What TCSES_PROFILE_OPTIONS_INIT does, as a function. @since 0.1 */
TCSES_API void tcses_profile_options_init(tcses_profile_options *options, size_t size);

/**
 * A named profile. The files are read at the first call, and again when they have changed or the service no longer
 * takes the token. A profile that is nowhere is an error of the call that names every file looked into.
 * @return TCSES_OK, TCSES_ERR_ARGUMENT or TCSES_ERR_MEMORY.
 * @since 0.1
 */
TCSES_API tcses_status tcses_credentials_new_profile(const tcses_profile_options *options,
    const tcses_allocator *allocator, tcses_credentials **out, tcses_error **error);

/**
 * The role of a virtual machine (CVM).
 * @since 0.1
 */
typedef struct tcses_cvm_role_options {
    /** sizeof(tcses_cvm_role_options). */
    size_t size;
    /** The role's name. NULL: the one that the metadata server names. */
    const char *role;
    /** The metadata server, as http://host or http://host:port. NULL: http://metadata.tencentyun.com. It is never
     * reached through a proxy. */
    const char *endpoint;
    /** For all that is asked of the metadata server, in milliseconds. 0: 2,000. */
    int32_t timeout_ms;
    int32_t reserved;
} tcses_cvm_role_options;

#define TCSES_CVM_ROLE_OPTIONS_INIT                      \
    {                                                    \
        sizeof(tcses_cvm_role_options), NULL, NULL, 0, 0 \
    }

/** What TCSES_CVM_ROLE_OPTIONS_INIT does, as a function. @since 0.1 */
TCSES_API void tcses_cvm_role_options_init(tcses_cvm_role_options *options, size_t size);

/**
 * The temporary keys of this virtual machine's role, from its metadata server. Asks it for nothing yet: the first call
 * does.
 * @param options  NULL for the defaults.
 * @return TCSES_OK, TCSES_ERR_ARGUMENT or TCSES_ERR_MEMORY.
 * @since 0.1
 */
TCSES_API tcses_status tcses_credentials_new_cvm_role(const tcses_cvm_role_options *options,
    const tcses_allocator *allocator, tcses_credentials **out, tcses_error **error);

/**
 * A role to assume through STS.
 * @since 0.1
 */
typedef struct tcses_assume_role_options {
    /** sizeof(tcses_assume_role_options). */
    size_t size;
    /** The keys that may assume the role: any other source. NULL: the default chain. A reference is taken. */
    tcses_credentials *source;
    /** Required: "qcs::cam::uin/100000000001:roleName/NAME". */
    const char *role_arn;
    /** A name for the session, which audit logs show. NULL: "libtcses". */
    const char *role_session_name;
    /** As in tcses_client_options. NULL: sts.tencentcloudapi.com. */
    const char *endpoint;
    /** The region named in the request. NULL: ap-guangzhou. */
    const char *region;
    /** How long the keys are to live, in seconds; at most 43,200. 0: 7,200. */
    int32_t duration_seconds;
    int32_t reserved;
} tcses_assume_role_options;

#define TCSES_ASSUME_ROLE_OPTIONS_INIT                                        \
    {                                                                         \
        sizeof(tcses_assume_role_options), NULL, NULL, NULL, NULL, NULL, 0, 0 \
    }

/** What TCSES_ASSUME_ROLE_OPTIONS_INIT does, as a function. @since 0.1 */
TCSES_API void tcses_assume_role_options_init(tcses_assume_role_options *options, size_t size);

/**
 * The temporary keys of a role, from STS (action AssumeRole). Asks for nothing yet: the first call does.
 * @return TCSES_OK, TCSES_ERR_ARGUMENT or TCSES_ERR_MEMORY.
 * @since 0.1
 */
TCSES_API tcses_status tcses_credentials_new_assume_role(const tcses_assume_role_options *options,
    const tcses_allocator *allocator, tcses_credentials **out, tcses_error **error);

/**
 * A role to assume with a web identity token, as pods of TKE do. What is NULL is taken from the environment variable
 * named beside it, read anew whenever keys are asked for, as is the token file.
 * @since 0.1
 */
typedef struct tcses_oidc_options {
    /** sizeof(tcses_oidc_options). */
    size_t size;
    /** TKE_PROVIDER_ID. */
    const char *provider_id;
    /** TKE_WEB_IDENTITY_TOKEN_FILE. */
    const char *token_file;
    /** TKE_ROLE_ARN. */
    const char *role_arn;
    /** TKE_REGION. */
    const char *region;
    /** A name for the session, which audit logs show. NULL: "libtcses". */
    const char *role_session_name;
    /** As in tcses_client_options. NULL: sts.tencentcloudapi.com. */
    const char *endpoint;
    /** How long the keys are to live, in seconds; at most 43,200. 0: 7,200. */
    int32_t duration_seconds;
    int32_t reserved;
} tcses_oidc_options;

#define TCSES_OIDC_OPTIONS_INIT                                              \
    {                                                                        \
        sizeof(tcses_oidc_options), NULL, NULL, NULL, NULL, NULL, NULL, 0, 0 \
    }

/** What TCSES_OIDC_OPTIONS_INIT does, as a function. @since 0.1 */
TCSES_API void tcses_oidc_options_init(tcses_oidc_options *options, size_t size);

/**
 * The temporary keys of a role, from STS (action AssumeRoleWithWebIdentity). Asks for nothing yet: the first call does.
 * @param options  NULL for the environment alone.
 * @return TCSES_OK, TCSES_ERR_ARGUMENT or TCSES_ERR_MEMORY.
 * @since 0.1
 */
TCSES_API tcses_status tcses_credentials_new_oidc(
    const tcses_oidc_options *options, const tcses_allocator *allocator, tcses_credentials **out, tcses_error **error);

/**
 * The default chain above. 1 to 3 are read anew for each call.
 * @return TCSES_OK, TCSES_ERR_ARGUMENT or TCSES_ERR_MEMORY.
 * @since 0.1
 */
TCSES_API tcses_status tcses_credentials_new_default(
    const tcses_allocator *allocator, tcses_credentials **out, tcses_error **error);

/**
 * Where a callback of yours puts what it found. Valid only during the callback.
 * @since 0.1
 */
typedef struct tcses_credentials_answer tcses_credentials_answer;

/**
 * Gives the credentials to the library, which copies them.
 * @return TCSES_OK, TCSES_ERR_ARGUMENT (a text that no credential can be) or TCSES_ERR_MEMORY.
 * @since 0.1
 */
TCSES_API tcses_status tcses_credentials_answer_set(
    tcses_credentials_answer *answer, const char *secret_id, const char *secret_key, const char *token);

/** Says in words why there are none; becomes part of the error's message. Never put a secret into it. @since 0.1 */
TCSES_API void tcses_credentials_answer_explain(tcses_credentials_answer *answer, const char *reason);

/**
 * A source of your own.
 * @since 0.1
 */
typedef struct tcses_credentials_ops {
    /** sizeof(tcses_credentials_ops). */
    size_t size;
    /**
     * Required. Called on the thread of the call that needs credentials, by several threads at once, with no lock held.
     * It calls tcses_credentials_answer_set() and returns TCSES_OK. Any other return value fails the call with
     * TCSES_ERR_CALLBACK.
     * `renew` is TCSES_TRUE when the service refused the token given last: do not answer from a cache then.
     */
    tcses_status (*get)(void *ctx, int32_t renew, tcses_credentials_answer *answer);
    /** Called once, when the last reference is gone. May be NULL. */
    void (*destroy)(void *ctx);
} tcses_credentials_ops;

#define TCSES_CREDENTIALS_OPS_INIT                \
    {                                             \
        sizeof(tcses_credentials_ops), NULL, NULL \
    }

/** What TCSES_CREDENTIALS_OPS_INIT does, as a function. @since 0.1 */
TCSES_API void tcses_credentials_ops_init(tcses_credentials_ops *ops, size_t size);

/**
 * A source of your own. `ops` is copied. If this function fails, destroy is not called.
 * @param ctx  given to the callbacks.
 * @return TCSES_OK, TCSES_ERR_ARGUMENT or TCSES_ERR_MEMORY.
 * @since 0.1
 */
TCSES_API tcses_status tcses_credentials_new_callback(const tcses_credentials_ops *ops, void *ctx,
    const tcses_allocator *allocator, tcses_credentials **out, tcses_error **error);

#ifdef __cplusplus
}
#endif

#endif
