/* SPDX-License-Identifier: Apache-2.0 */
#include "client_calls.h"

#include "client_wire.h"

#define CALL(name, ...)                                                                                         \
    static tcses_status name(                                                                                   \
        tcses_client *client, const tcses_call_options *options, bool is_wanted, tcses_error **error)           \
    {                                                                                                           \
        tcses_##name##_request request = {__VA_ARGS__};                                                         \
        const tcses_##name##_response *response = NULL;                                                         \
        request.size = sizeof request;                                                                          \
        tcses_status status = tcses_##name(client, &request, options, is_wanted ? &response : NULL, error);     \
        CHECK(!is_wanted || (status == TCSES_OK) == (response != NULL));                                        \
        CHECK(response == NULL || (response->size == sizeof *response &&                                        \
                                      (response->raw_json != NULL) == (options->keep_raw_json == TCSES_TRUE))); \
        tcses_##name##_response_free(response);                                                                 \
        return status;                                                                                          \
    }

static const tcses_tag tag = {sizeof tag, "key", "value"};
static const tcses_tag *const tags[] = {&tag};

CALL(create_email_identity, .email_identity = "mail.example.com", .tag_list = tags, .tag_list_count = 1,
    .dkim_option = TCSES_DKIM_1024)
CALL(get_email_identity, .email_identity = "mail.example.com")
CALL(list_email_identities, .limit = 10)
CALL(update_email_identity, .email_identity = "mail.example.com")
CALL(delete_email_identity, .email_identity = "mail.example.com")
CALL(create_email_address, .email_address = WIRE_ADDRESS, .email_sender_name = "alias")
CALL(list_email_address, .size = 0)
CALL(delete_email_address, .email_address = WIRE_ADDRESS)
CALL(update_email_smtp_password, .password = WIRE_PASSWORD, .email_address = WIRE_ADDRESS)
CALL(create_address_unsubscribe_config, .address = WIRE_ADDRESS, .unsubscribe_config = "1",
    .status = TCSES_UNSUBSCRIBE_ON)
CALL(update_address_unsubscribe_config, .address = WIRE_ADDRESS, .unsubscribe_config = "1",
    .status = TCSES_UNSUBSCRIBE_ON)
CALL(delete_address_unsubscribe_config, .address = WIRE_ADDRESS)
CALL(list_address_unsubscribe_config, .limit = 1)

static tcses_status any_action(
    tcses_client *client, const tcses_call_options *options, bool is_wanted, tcses_error **error)
{
    tcses_call_request request = TCSES_CALL_REQUEST_INIT;
    tcses_call_options local = *options;
    const tcses_call_response *response = NULL;
    request.action = "SendEmail";
    request.body = "{\"a\":[1]}";
    request.body_length = strlen(request.body);
    local.reconcile = TCSES_UNSET;
    tcses_status status = tcses_call(client, &request, &local, is_wanted ? &response : NULL, error);
    CHECK(!is_wanted || (status == TCSES_OK) == (response != NULL));
    CHECK(response == NULL || response->raw_json != NULL);
    tcses_call_response_free(response);
    return status;
}

/* One page, so that it is one call; the answers have fewer than two domains. */
static tcses_status walk(tcses_client *client, const tcses_call_options *options, bool is_wanted, tcses_error **error)
{
    tcses_email_identity_iterator *iterator = NULL;
    const tcses_email_identity *item = NULL;
    (void)is_wanted;
    tcses_status status = tcses_email_identity_iterator_new(client, NULL, options, &iterator, error);
    CHECK((status == TCSES_OK) == (iterator != NULL));
    if (status == TCSES_OK)
        status = tcses_email_identity_iterator_next(iterator, &item, error);
    CHECK(item == NULL || (status == TCSES_OK && item->size == sizeof *item));
    tcses_email_identity_iterator_free(iterator);
    return status;
}

const client_call client_calls[] = {
    {"CreateEmailIdentity", TCSES_RETRY_CREATE, create_email_identity, false},
    {"GetEmailIdentity", TCSES_RETRY_READ, get_email_identity, false},
    {"ListEmailIdentities", TCSES_RETRY_READ, list_email_identities, false},
    {"UpdateEmailIdentity", TCSES_RETRY_IDEMPOTENT, update_email_identity, false},
    {"DeleteEmailIdentity", TCSES_RETRY_DELETE, delete_email_identity, false},
    {"CreateEmailAddress", TCSES_RETRY_CREATE, create_email_address, false},
    {"ListEmailAddress", TCSES_RETRY_READ, list_email_address, false},
    {"DeleteEmailAddress", TCSES_RETRY_DELETE, delete_email_address, false},
    {"UpdateEmailSmtpPassWord", TCSES_RETRY_SET, update_email_smtp_password, false},
    {"CreateAddressUnsubscribeConfig", TCSES_RETRY_CREATE, create_address_unsubscribe_config, false},
    {"UpdateAddressUnsubscribeConfig", TCSES_RETRY_IDEMPOTENT, update_address_unsubscribe_config, false},
    {"DeleteAddressUnsubscribeConfig", TCSES_RETRY_DELETE, delete_address_unsubscribe_config, false},
    {"ListAddressUnsubscribeConfig", TCSES_RETRY_READ, list_address_unsubscribe_config, false},
    {"SendEmail", TCSES_RETRY_CREATE, any_action, false},
    {"ListEmailIdentities", TCSES_RETRY_READ, walk, true},
};
const size_t client_calls_count = COUNT_OF(client_calls);
