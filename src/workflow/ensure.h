/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WORKFLOW_ENSURE_H
#define WORKFLOW_ENSURE_H

#include <stdbool.h>

#include <tcses/onboard.h>

#include "ses/action.h"

/* Beside the TCSES_ENSURE_ constants: it is not there, and was not to be created. */
enum { ENSURE_MISSING = 0 };

/* Whether the error carries this code of the service. */
bool ensure_is_code(const tcses_error *error, const char *code);

/*
 * Checks a request as sending it would and copies it into `local`, a struct of today's size; what it points to stays
 * the caller's.
 */
tcses_status ensure_check(
    const memory *mem, const ses_action *action, const void *request, void *local, tcses_error *error);

/* What the exported functions do; with `may_create` false they only look. No pointer may be NULL but `options`. */
tcses_status ensure_identity(tcses_client *client, const tcses_create_email_identity_request *request,
    const tcses_call_options *options, bool may_create, int32_t *found,
    const tcses_get_email_identity_response **response, tcses_error **error);

/* The same in a list of the region's addresses that was read before. */
tcses_status ensure_address(tcses_client *client, const tcses_create_email_address_request *request,
    const tcses_call_options *options, const tcses_list_email_address_response *list, bool may_create, int32_t *found,
    tcses_error **error);

#endif
