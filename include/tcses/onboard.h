/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 *
 * tcses/onboard.h: several calls in a row: make sure that a domain or an address is there, take a domain the whole way
 * from a name to sender addresses, change its DKIM key.
 *
 * All of it can be called again: what an earlier call has done is found done and not repeated, so that after a failure,
 * or hours later, the same call goes on where it was, without a file of its own. A second call on a finished domain
 * changes nothing.
 */
#ifndef TCSES_ONBOARD_H
#define TCSES_ONBOARD_H

#include <tcses/address.h>
#include <tcses/base.h>
#include <tcses/client.h>
#include <tcses/error.h>
#include <tcses/identity.h>
#include <tcses/verification.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- make sure that it is there ---- */

/** What was found or done. @since 0.1 */
enum {
    TCSES_ENSURE_CREATED = 1,
    /** It was there already, as asked. */
    TCSES_ENSURE_EXISTED = 2,
    /** It was there already, with another alias or DKIM option; it is left as it is. (An alias can't be edited, and a
     * new address would lose its SMTP password.) */
    TCSES_ENSURE_DIFFERS = 3
};

/**
 * Finds the domain, or creates it. Never fails because it exists; a domain of another account is the service's refusal
 * TCSES_CODE_CREATED_BY_OTHER. A create whose answer was lost is settled by reading back.
 *
 * Blocks on the network.
 * @param request  tags and DKIM option are for a domain that has to be created.
 * @param found  what was done, one of the TCSES_ENSURE_ constants, or 0 if it failed; may be NULL.
 * @param response  the domain; where it has just been created, without its tags.
 * @return TCSES_OK or any of the TCSES_ERR_ constants. The error's outcome tells whether the domain was created.
 * @since 0.1
 */
TCSES_API tcses_status tcses_ensure_email_identity(tcses_client *client,
    const tcses_create_email_identity_request *request, const tcses_call_options *options, int32_t *found,
    const tcses_get_email_identity_response **response, tcses_error **error);

/**
 * Finds the sender address in the region, or creates it. The domain part is compared without regard to case, and all
 * of the address where the service says that it is there. Never fails because it exists; a create whose answer was lost
 * is settled by reading back.
 *
 * Blocks on the network.
 * @param found  what was done, one of the TCSES_ENSURE_ constants, or 0 if it failed; may be NULL.
 * @return TCSES_OK or any of the TCSES_ERR_ constants. The error's outcome tells whether the address was created.
 * @since 0.1
 */
TCSES_API tcses_status tcses_ensure_email_address(tcses_client *client,
    const tcses_create_email_address_request *request, const tcses_call_options *options, int32_t *found,
    tcses_error **error);

/* ---- the whole way ---- */

/** A sender address to be made. @since 0.1 */
typedef struct tcses_onboard_address {
    /** sizeof(tcses_onboard_address). */
    size_t size;
    /** What stands before the @. Required. */
    const char *prefix;
    /** EmailSenderName: the alias. NULL: none. */
    const char *alias;
} tcses_onboard_address;

#define TCSES_ONBOARD_ADDRESS_INIT                \
    {                                             \
        sizeof(tcses_onboard_address), NULL, NULL \
    }

/** What TCSES_ONBOARD_ADDRESS_INIT does, as a function. @since 0.1 */
TCSES_API void tcses_onboard_address_init(tcses_onboard_address *address, size_t size);

/** Where a domain is to be taken. @since 0.1 */
typedef struct tcses_onboard_request {
    /** sizeof(tcses_onboard_request). */
    size_t size;
    /** EmailIdentity: the domain. Required. */
    const char *domain;
    const tcses_onboard_address *const *addresses;
    size_t addresses_count;
    /** TagList: for a domain that has to be created. */
    const tcses_tag *const *tag_list;
    size_t tag_list_count;
    /** Asked before each submission whether the records are in DNS. NULL: submit without asking. */
    tcses_verification_ready_fn is_ready;
    void *ready_ctx;
    /** How long to wait for the verification, in milliseconds. 0: submit once, and stop if that was too early. */
    int64_t deadline_ms;
    /** DKIMOption: one of the TCSES_DKIM_ constants; for a domain that has to be created. */
    int32_t dkim_option;
    /** TCSES_TRUE: change nothing; steps that would are PLANNED. */
    int32_t is_dry_run;
} tcses_onboard_request;

#define TCSES_ONBOARD_REQUEST_INIT                                                 \
    {                                                                              \
        sizeof(tcses_onboard_request), NULL, NULL, 0, NULL, 0, NULL, NULL, 0, 0, 0 \
    }

/** What the INIT macro does, as a function. @since 0.1 */
TCSES_API void tcses_onboard_request_init(tcses_onboard_request *request, size_t size);

/** What a step is about. @since 0.1 */
enum {
    /** The sending domain is there. */
    TCSES_STEP_DOMAIN = 1,
    /** Its DNS records are in place, as far as is_ready can tell. */
    TCSES_STEP_RECORDS = 2,
    /** It is verified. */
    TCSES_STEP_VERIFICATION = 3,
    /** A sender address is there. */
    TCSES_STEP_ADDRESS = 4,
    /** The domain has both DKIM keys (change of key). */
    TCSES_STEP_BOTH_KEYS = 5,
    /** It signs with the new key alone. */
    TCSES_STEP_NEW_KEY = 6
};

/** How a step ended. @since 0.1 */
enum {
    /** Not done yet, nor tried: a dry run, or what it stands on is not there. */
    TCSES_STEP_PLANNED = 1,
    TCSES_STEP_DONE = 2,
    /** There was nothing to do. */
    TCSES_STEP_EXISTED = 3,
    /** It waits for DNS or for the service: call again later. */
    TCSES_STEP_WAITING = 4,
    /** Refused, or could not be sent; `error` says why. */
    TCSES_STEP_FAILED = 5,
    /** Sent and unanswered: it may be done. The same call finds out. */
    TCSES_STEP_UNKNOWN = 6
};

/** @since 0.1 */
typedef struct tcses_onboard_step {
    size_t size;
    /** The domain or the address. */
    const char *subject;
    /** Why it failed or waits; NULL if nothing failed. It is a part of the report. */
    const tcses_error *error;
    /** One of the TCSES_STEP_ constants that say what it is about. */
    int32_t kind;
    /** One of the TCSES_STEP_ constants that say how it ended. */
    int32_t state;
    /** Of an ADDRESS or DOMAIN that EXISTED: TCSES_TRUE if it is not as asked, else TCSES_FALSE. */
    int32_t differs;
    int32_t reserved;
} tcses_onboard_step;

/** Where a domain stands. @since 0.1 */
typedef struct tcses_onboard_report {
    size_t size;
    const char *domain;
    /** Of tcses_onboard(): DOMAIN, RECORDS, VERIFICATION, and an ADDRESS for each of the request's, in its order. */
    const tcses_onboard_step *const *steps;
    size_t steps_count;
    /** The records that the service asks for; a count of 0 if the domain is not there. */
    const tcses_dns_attribute *const *attributes;
    size_t attributes_count;
    /** The worst of the steps' states: FAILED, UNKNOWN, WAITING, PLANNED; else DONE, or EXISTED if nothing was done. */
    int32_t state;
    int32_t reserved;
} tcses_onboard_report;

/**
 * Told of each step when it has ended or is passed over, and of the waiting in between; see
 * tcses_verification_progress_fn. `state` is NULL but while waiting. RECORDS is told again if they have gone again.
 * @return TCSES_OK to go on; anything else ends the course with TCSES_ERR_CALLBACK.
 * @since 0.1
 */
typedef tcses_status (*tcses_onboard_progress_fn)(
    void *ctx, const tcses_onboard_step *step, const tcses_verification_state *state);

/**
 * Takes a domain the whole way: there, records in DNS, verified, addresses there. It reads first and does only what is
 * missing. A step that fails does not keep independent ones (other addresses) from being tried; where DNS is not ready
 * it stops with the records to add. RECORDS is DONE if it was waited for, EXISTED if they were in place at once;
 * without is_ready that is what the service has seen.
 *
 * Blocks on the network; with a deadline_ms until the domain is verified or that has passed.
 * @param progress  may be NULL.
 * @return TCSES_OK whatever the steps' states are; else TCSES_ERR_ARGUMENT, TCSES_ERR_CANCELLED, TCSES_ERR_CALLBACK or
 * TCSES_ERR_MEMORY, without a report: the same call finds what was done.
 * @since 0.1
 */
TCSES_API tcses_status tcses_onboard(tcses_client *client, const tcses_onboard_request *request,
    const tcses_call_options *options, tcses_onboard_progress_fn progress, void *ctx,
    const tcses_onboard_report **report, tcses_error **error);

/** Releases the report. @since 0.1 */
TCSES_API void tcses_onboard_report_free(const tcses_onboard_report *report);

/* ---- another DKIM key ---- */

/** @since 0.1 */
typedef struct tcses_change_dkim_request {
    /** sizeof(tcses_change_dkim_request). */
    size_t size;
    /** EmailIdentity: the domain, which has to be there. Required. */
    const char *domain;
    /** As in tcses_onboard_request; asked for all records, the new key's among them. */
    tcses_verification_ready_fn is_ready;
    void *ready_ctx;
    /** As in tcses_onboard_request. */
    int64_t deadline_ms;
    /** The key to change to: TCSES_DKIM_1024 or TCSES_DKIM_2048. Required. */
    int32_t dkim_option;
    int32_t is_dry_run;
} tcses_change_dkim_request;

#define TCSES_CHANGE_DKIM_REQUEST_INIT                               \
    {                                                                \
        sizeof(tcses_change_dkim_request), NULL, NULL, NULL, 0, 0, 0 \
    }

/** What the INIT macro does, as a function. @since 0.1 */
TCSES_API void tcses_change_dkim_request_init(tcses_change_dkim_request *request, size_t size);

/**
 * Changes a domain's DKIM key without a gap: asks for both keys, waits until the new one is in DNS, submits until the
 * service has seen it, and switches. The old key's record has to stay in DNS for some days, until mail signed with it
 * is delivered. Steps: BOTH_KEYS, RECORDS, VERIFICATION, NEW_KEY. The report's records are those that are to be in DNS
 * now; FailedOperation.DKIMNotApplied leaves a step WAITING. Asking for both keys is a submission too, the only one
 * before the new record is in DNS: nobody knows it earlier.
 *
 * Blocks on the network as tcses_onboard() does, and returns what it returns.
 * @since 0.1
 */
TCSES_API tcses_status tcses_change_dkim(tcses_client *client, const tcses_change_dkim_request *request,
    const tcses_call_options *options, tcses_onboard_progress_fn progress, void *ctx,
    const tcses_onboard_report **report, tcses_error **error);

#ifdef __cplusplus
}
#endif

#endif
