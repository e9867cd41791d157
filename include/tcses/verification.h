/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 *
 * tcses/verification.h: submit a domain for verification and wait until it is verified.
 *
 * The service looks the records up when a domain is submitted, and DNS changes take from 5 minutes to 2 hours to be
 * seen. So a wait submits at once, again after 1, 2 and 5 minutes and then every 10, and reads in between. A domain
 * that is verified already is not submitted at all, and with is_ready none before its records are in DNS. Done means
 * VerifiedForSendingStatus, not that every record has been seen.
 *
 *     tcses_verification_request request = TCSES_VERIFICATION_REQUEST_INIT;
 *     request.email_identity = "mail.example.com";
 *     if (tcses_verification_new(client, &request, NULL, &verification, &error) == TCSES_OK)
 *         status = tcses_verification_wait(verification, NULL, NULL, &error);
 *     tcses_verification_free(verification);
 *
 * A program with an event loop calls tcses_verification_step() instead, and again when next_ms of the state have
 * passed: each step makes one call at most and never waits for a time of day.
 *
 * A failure that may pass (the network, the service's own) does not end the wait: the next step tries again. Nothing is
 * kept between processes: a new wait for the same domain goes on where the service stands.
 */
#ifndef TCSES_VERIFICATION_H
#define TCSES_VERIFICATION_H

#include <tcses/base.h>
#include <tcses/client.h>
#include <tcses/error.h>
#include <tcses/identity.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Asked before each submission whether the records are in DNS, so that nothing is submitted too early: each look of the
 * service at a record that is not there yet keeps "no such record" in caches. tcses_doctor_is_ready() of tcses/dns.h is
 * one. It may block. Must not throw or jump out.
 * @param attributes  the records as the service showed them last.
 * @param ask_again_ms  60,000; set it to when to ask again if not ready: 1,000 at least, a day at most.
 * @return TCSES_TRUE: submit. TCSES_FALSE: not yet. TCSES_UNSET: it can't be told: submit.
 * @since 0.1
 */
typedef int32_t (*tcses_verification_ready_fn)(void *ctx, const char *domain,
    const tcses_dns_attribute *const *attributes, size_t attributes_count, int64_t *ask_again_ms);

/** What is waited for. @since 0.1 */
typedef struct tcses_verification_request {
    /** sizeof(tcses_verification_request). */
    size_t size;
    /** EmailIdentity: the domain. Required. */
    const char *email_identity;
    /** NULL: submit without asking. */
    tcses_verification_ready_fn is_ready;
    void *ready_ctx;
    /** How long to wait at most, in milliseconds, from the first step. 0: two hours. */
    int64_t deadline_ms;
    /** TCSES_TRUE: submit once though it is verified already. (Whether that can take the status away while DNS is
     * faulty is not documented.) */
    int32_t force;
    /** DKIMOption: one of the TCSES_DKIM_ constants, sent with each submission. */
    int32_t dkim_option;
} tcses_verification_request;

#define TCSES_VERIFICATION_REQUEST_INIT                               \
    {                                                                 \
        sizeof(tcses_verification_request), NULL, NULL, NULL, 0, 0, 0 \
    }

/** What the INIT macro does, as a function. @since 0.1 */
TCSES_API void tcses_verification_request_init(tcses_verification_request *request, size_t size);

/** What the last step did. @since 0.1 */
enum {
    /** No step yet, or it was not due. */
    TCSES_VERIFICATION_NOTHING = 0,
    /** It read the domain (GetEmailIdentity). */
    TCSES_VERIFICATION_READ = 1,
    /** It submitted the domain (UpdateEmailIdentity). */
    TCSES_VERIFICATION_SUBMITTED = 2
};

/** Where a wait stands. @since 0.1 */
typedef struct tcses_verification_state {
    size_t size;
    /** The domain. */
    const char *email_identity;
    /** The records as the service showed them last; a count of 0 before the first answer. */
    const tcses_dns_attribute *const *attributes;
    size_t attributes_count;
    /** Why the last call failed; NULL if it did not. */
    const tcses_error *failure;
    size_t reserved;
    /** Milliseconds since the first step. */
    int64_t elapsed_ms;
    /** Milliseconds until the next step is due, at most left_ms; 0: now. */
    int64_t next_ms;
    /** Milliseconds until the next submission is due. Beyond left_ms none will be made. */
    int64_t next_submission_ms;
    /** Milliseconds until the deadline. */
    int64_t left_ms;
    /** How often the domain was submitted by this wait, failed ones included. */
    int32_t submissions;
    /** One of the TCSES_VERIFICATION_ constants. */
    int32_t last_step;
    /** TCSES_TRUE once the wait has reached its end: the domain is verified. */
    int32_t is_verified;
    int32_t reserved2;
} tcses_verification_state;

/** A wait for one domain. It belongs to one thread at a time and must be freed before its client. @since 0.1 */
typedef struct tcses_verification tcses_verification;

/**
 * Makes a wait. Sends nothing yet.
 * @param options  for each call that it makes; copied, with a reference to the cancel, which also ends the wait. NULL
 * for none.
 * @return TCSES_OK, TCSES_ERR_ARGUMENT or TCSES_ERR_MEMORY.
 * @since 0.1
 */
TCSES_API tcses_status tcses_verification_new(tcses_client *client, const tcses_verification_request *request,
    const tcses_call_options *options, tcses_verification **out, tcses_error **error);

/**
 * Makes the call that is due, if one is. The first step reads the domain.
 *
 * Blocks on the network for one call, which ends with the deadline at the latest.
 * @return TCSES_OK: go on until the state's is_verified is TCSES_TRUE. TCSES_ERR_TIMEOUT: the deadline has passed; the
 * domain may still get verified by another wait; the error's outcome is that of the last submission, its attempts are
 * the submissions. Anything else is an end too: a refusal that time does not mend, for example
 * TCSES_CODE_NOT_EXIST_DOMAIN. The state can be read after every end. Before the deadline a step may be taken also
 * after a failure; it goes on where the wait was.
 * @since 0.1
 */
TCSES_API tcses_status tcses_verification_step(tcses_verification *verification, tcses_error **error);

/**
 * Where the wait stands now: its times are those of this moment. What it points to lives until the next step.
 * @since 0.1
 */
TCSES_API const tcses_verification_state *tcses_verification_get_state(tcses_verification *verification);

/**
 * Told where a wait stands after each step that did not fail, on the thread that waits. Must not throw or jump out.
 * @return TCSES_OK to go on; anything else ends the wait with TCSES_ERR_CALLBACK.
 * @since 0.1
 */
typedef tcses_status (*tcses_verification_progress_fn)(void *ctx, const tcses_verification_state *state);

/**
 * Takes steps, and sleeps in between, until the domain is verified or tcses_verification_step() fails.
 *
 * Blocks on the network, until the request's deadline at most.
 * @param progress  may be NULL.
 * @since 0.1
 */
TCSES_API tcses_status tcses_verification_wait(
    tcses_verification *verification, tcses_verification_progress_fn progress, void *ctx, tcses_error **error);

/** Releases the wait. The domain stays as it is. @since 0.1 */
TCSES_API void tcses_verification_free(tcses_verification *verification);

#ifdef __cplusplus
}
#endif

#endif
