/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 *
 * tcses/onboard.h: several calls in a row: make sure that a domain or an address is there.
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

#ifdef __cplusplus
}
#endif

#endif
