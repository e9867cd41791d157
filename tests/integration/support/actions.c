/* SPDX-License-Identifier: Apache-2.0 */
#include "actions.h"

#include <string.h>

#define ACTION(name, fields)                                                                            \
    static tcses_status run_##name(                                                                     \
        tcses_client *client, const inputs *in, const tcses_call_options *options, tcses_error **error) \
    {                                                                                                   \
        tcses_##name##_request request;                                                                 \
        const tcses_##name##_response *response = NULL;                                                 \
        tcses_##name##_request_init(&request, sizeof request);                                          \
        (void)in;                                                                                       \
        fields;                                                                                         \
        tcses_status status = tcses_##name(client, &request, options, &response, error);                \
        tcses_##name##_response_free(response);                                                         \
        return status;                                                                                  \
    }

#define UNSUBSCRIBE \
    (request.address = in->address, request.unsubscribe_config = "1", request.status = TCSES_UNSUBSCRIBE_ON)

ACTION(create_email_identity, request.email_identity = in->domain)
ACTION(get_email_identity, request.email_identity = in->domain)
ACTION(list_email_identities, request.limit = 10)
ACTION(update_email_identity, request.email_identity = in->domain)
ACTION(delete_email_identity, request.email_identity = in->domain)
ACTION(create_email_address, (request.email_address = in->address, request.email_sender_name = in->address))
ACTION(list_email_address, (void)request)
ACTION(delete_email_address, request.email_address = in->address)
ACTION(update_email_smtp_password, (request.email_address = in->address, request.password = in->password))
ACTION(create_address_unsubscribe_config, UNSUBSCRIBE)
ACTION(update_address_unsubscribe_config, UNSUBSCRIBE)
ACTION(delete_address_unsubscribe_config, request.address = in->address)
ACTION(list_address_unsubscribe_config, request.limit = 10)

#define READ_BACK(name)                                                                                 \
    static tcses_status run_##name##_read_back(                                                         \
        tcses_client *client, const inputs *in, const tcses_call_options *options, tcses_error **error) \
    {                                                                                                   \
        tcses_call_options local = *options;                                                            \
        local.reconcile = TCSES_TRUE;                                                                   \
        return run_##name(client, in, &local, error);                                                   \
    }

READ_BACK(create_email_identity)
READ_BACK(create_email_address)
READ_BACK(create_address_unsubscribe_config)

static tcses_status run_call(
    tcses_client *client, const inputs *in, const tcses_call_options *options, tcses_error **error)
{
    tcses_call_request request = TCSES_CALL_REQUEST_INIT;
    const tcses_call_response *response = NULL;
    request.action = "AnyAction";
    request.body = in->body;
    request.body_length = strlen(in->body);
    tcses_status status = tcses_call(client, &request, options, &response, error);
    tcses_call_response_free(response);
    return status;
}

static tcses_status run_iterator(
    tcses_client *client, const inputs *in, const tcses_call_options *options, tcses_error **error)
{
    tcses_email_identity_iterator *iterator = NULL;
    const tcses_email_identity *item = NULL;
    (void)in;
    tcses_status status = tcses_email_identity_iterator_new(client, NULL, options, &iterator, error);
    if (status == TCSES_OK)
        status = tcses_email_identity_iterator_next(iterator, &item, error);
    tcses_email_identity_iterator_free(iterator);
    return status;
}

const action actions[ACTIONS_COUNT] = {
    {"CreateEmailIdentity", true, false, run_create_email_identity},
    {"GetEmailIdentity", false, false, run_get_email_identity},
    {"ListEmailIdentities", false, false, run_list_email_identities},
    {"UpdateEmailIdentity", false, false, run_update_email_identity},
    {"DeleteEmailIdentity", false, false, run_delete_email_identity},
    {"CreateEmailAddress", true, false, run_create_email_address},
    {"ListEmailAddress", false, false, run_list_email_address},
    {"DeleteEmailAddress", false, false, run_delete_email_address},
    {"UpdateEmailSmtpPassWord", false, false, run_update_email_smtp_password},
    {"CreateAddressUnsubscribeConfig", true, false, run_create_address_unsubscribe_config},
    {"UpdateAddressUnsubscribeConfig", false, false, run_update_address_unsubscribe_config},
    {"DeleteAddressUnsubscribeConfig", false, false, run_delete_address_unsubscribe_config},
    {"ListAddressUnsubscribeConfig", false, false, run_list_address_unsubscribe_config},
    {"CreateEmailIdentity, read back", true, true, run_create_email_identity_read_back},
    {"CreateEmailAddress, read back", true, true, run_create_email_address_read_back},
    {"CreateAddressUnsubscribeConfig, read back", true, true, run_create_address_unsubscribe_config_read_back},
    {"AnyAction", true, false, run_call},
    {"the iterator", false, false, run_iterator},
};
