/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WORKFLOW_DOMAIN_H
#define WORKFLOW_DOMAIN_H

#include <tcses/identity.h>

#include "ses/action.h"

/*
 * Makes one of the calls that show a domain: read, create or update. The last two answer all that a read answers, but
 * for the tags, so that each answer is decoded as that of a read and what follows need not tell them apart.
 */
tcses_status domain_call(const ses_action *action, tcses_client *client, const void *request,
    const tcses_call_options *options, const tcses_get_email_identity_response **response, tcses_error **error);

#endif
