/* SPDX-License-Identifier: Apache-2.0 */
#include "workflow/domain.h"

tcses_status domain_call(const ses_action *action, tcses_client *client, const void *request,
    const tcses_call_options *options, const tcses_get_email_identity_response **response, tcses_error **error)
{
    ses_action as_read = *action;
    const void *tree = NULL;
    as_read.response = ses_get_email_identity.response;
    tcses_status status = ses_action_run(&as_read, client, request, options, &tree, error);
    *response = tree;
    return status;
}
