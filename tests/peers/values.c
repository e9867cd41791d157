/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Calls every action once with a value in every field: values ENDPOINT [ROUNDS]. Prints, for each, what it read out of
 * the response's struct under the service's names, or what the error says; a line a round. The expected values stand in
 * test_values.py.
 */
#include <stdio.h>
#include <stdlib.h>

#include <jansson.h>
#include <tcses/tcses.h>

/* ---- from C to JSON; what is absent is left out by json_pack's "o*" ---- */

static json_t *text(const char *value)
{
    return value != NULL ? json_string(value) : NULL;
}

static json_t *number(const uint64_t *value)
{
    return value != NULL ? json_integer((json_int_t)*value) : NULL;
}

static json_t *truth(int32_t value)
{
    return value == TCSES_UNSET ? NULL : json_boolean(value == TCSES_TRUE);
}

/* A constant whose 0 is "unset" and whose others are the service's number plus one. */
static json_t *constant(int32_t value)
{
    return value == 0 ? NULL : json_integer(value - 1);
}

static json_t *attributes_json(const tcses_dns_attribute *const *items, size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        const tcses_dns_attribute *a = items[i];
        json_array_append_new(list, json_pack("{s:o*, s:o*, s:o*, s:o*, s:o*}", "Type", text(a->type), "SendDomain",
                                        text(a->send_domain), "ExpectedValue", text(a->expected_value), "CurrentValue",
                                        text(a->current_value), "Status", truth(a->status)));
    }
    return list;
}

static json_t *tags_json(const tcses_tag *const *items, size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(
            list, json_pack("{s:o*, s:o*}", "TagKey", text(items[i]->tag_key), "TagValue", text(items[i]->tag_value)));
    return list;
}

static json_t *texts_json(const char *const *items, size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, json_string(items[i]));
    return list;
}

static json_t *identities_json(const tcses_email_identity *const *items, size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        const tcses_email_identity *d = items[i];
        json_array_append_new(
            list, json_pack("{s:o*, s:o*, s:o*, s:o*, s:o*, s:o*, s:o*, s:o*}", "IdentityName", text(d->identity_name),
                      "IdentityType", text(d->identity_type), "SendingEnabled", truth(d->sending_enabled),
                      "CurrentReputationLevel", number(d->current_reputation_level), "DailyQuota",
                      number(d->daily_quota), "SendIp", texts_json(d->send_ip, d->send_ip_count), "TagList",
                      tags_json(d->tag_list, d->tag_list_count), "DKIMOption", constant(d->dkim_option)));
    }
    return list;
}

static json_t *senders_json(const tcses_email_sender *const *items, size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        const tcses_email_sender *s = items[i];
        json_array_append_new(list, json_pack("{s:o*, s:o*, s:o*, s:o*}", "EmailAddress", text(s->email_address),
                                        "EmailSenderName", text(s->email_sender_name), "CreatedTimestamp",
                                        number(s->created_timestamp), "SmtpPwdType", number(s->smtp_pwd_type)));
    }
    return list;
}

static json_t *unsubscribe_json(const tcses_address_unsubscribe_config *const *items, size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(
            list, json_pack("{s:o*, s:o*, s:o*}", "Address", text(items[i]->address), "UnsubscribeConfig",
                      text(items[i]->unsubscribe_config), "Status", constant(items[i]->status)));
    return list;
}

/* ---- the calls ---- */

static json_t *failure(tcses_error *error)
{
    const char *code = tcses_error_code(error);
    json_t *read = json_pack("{s:s, s:s, s:i, s:s*}", "Failed", tcses_status_name(tcses_error_status(error)), "Why",
        code != NULL ? code : tcses_error_message(error), "Outcome", (int)tcses_error_outcome(error), "Field",
        tcses_error_field(error));
    tcses_error_free(error);
    return read;
}

/* Sends `request`, and puts what `json` makes of the response into the result. */
#define CALL(action, json)                                                           \
    const tcses_##action##_response *response = NULL;                                \
    tcses_error *error = NULL;                                                       \
    tcses_status status = tcses_##action(client, &request, NULL, &response, &error); \
    json_t *read = status == TCSES_OK ? (json) : failure(error);                     \
    if (response != NULL)                                                            \
        json_object_set_new(read, "RequestId", json_string(response->request_id));   \
    tcses_##action##_response_free(response);                                        \
    return read

static const tcses_tag first_tag = {sizeof first_tag, "first key", "first value"};
static const tcses_tag second_tag = {sizeof second_tag, "第二个键", "第二个值"};
static const tcses_tag *const tags[] = {&first_tag, &second_tag};

static json_t *create_email_identity(tcses_client *client)
{
    tcses_create_email_identity_request request = TCSES_CREATE_EMAIL_IDENTITY_REQUEST_INIT;
    request.email_identity = "create.example.com";
    request.dkim_option = TCSES_DKIM_BOTH;
    request.tag_list = tags;
    request.tag_list_count = 2;
    CALL(create_email_identity, json_pack("{s:o*, s:o*, s:o*, s:o*}", "IdentityType", text(response->identity_type),
                                    "VerifiedForSendingStatus", truth(response->verified_for_sending_status),
                                    "Attributes", attributes_json(response->attributes, response->attributes_count),
                                    "DKIMOption", constant(response->dkim_option)));
}

static json_t *get_email_identity(tcses_client *client)
{
    tcses_get_email_identity_request request = TCSES_GET_EMAIL_IDENTITY_REQUEST_INIT;
    request.email_identity = "get.example.com";
    CALL(get_email_identity,
        json_pack("{s:o*, s:o*, s:o*, s:o*, s:o*}", "IdentityType", text(response->identity_type),
            "VerifiedForSendingStatus", truth(response->verified_for_sending_status), "Attributes",
            attributes_json(response->attributes, response->attributes_count), "DKIMOption",
            constant(response->dkim_option), "TagList", tags_json(response->tag_list, response->tag_list_count)));
}

static json_t *list_email_identities(tcses_client *client)
{
    tcses_list_email_identities_request request = TCSES_LIST_EMAIL_IDENTITIES_REQUEST_INIT;
    request.tag_list = tags;
    request.tag_list_count = 2;
    request.limit = 31;
    request.offset = 4294967297;
    CALL(list_email_identities, json_pack("{s:o*, s:o*, s:o*, s:o*}", "EmailIdentities",
                                    identities_json(response->email_identities, response->email_identities_count),
                                    "MaxReputationLevel", number(response->max_reputation_level), "MaxDailyQuota",
                                    number(response->max_daily_quota), "Total", number(response->total)));
}

static json_t *update_email_identity(tcses_client *client)
{
    tcses_update_email_identity_request request = TCSES_UPDATE_EMAIL_IDENTITY_REQUEST_INIT;
    request.email_identity = "update.example.com";
    request.new_api = TCSES_TRUE;
    request.dkim_option = TCSES_DKIM_1024;
    CALL(update_email_identity, json_pack("{s:o*, s:o*, s:o*, s:o*}", "IdentityType", text(response->identity_type),
                                    "VerifiedForSendingStatus", truth(response->verified_for_sending_status),
                                    "Attributes", attributes_json(response->attributes, response->attributes_count),
                                    "DKIMOption", constant(response->dkim_option)));
}

static json_t *delete_email_identity(tcses_client *client)
{
    tcses_delete_email_identity_request request = TCSES_DELETE_EMAIL_IDENTITY_REQUEST_INIT;
    request.email_identity = "delete.example.com";
    CALL(delete_email_identity, json_object());
}

static json_t *create_email_address(tcses_client *client)
{
    tcses_create_email_address_request request = TCSES_CREATE_EMAIL_ADDRESS_REQUEST_INIT;
    request.email_address = "create@mail.example.com";
    request.email_sender_name = "新闻 \"编辑部\" \xf0\x9f\x93\xa7\\";
    CALL(create_email_address, json_object());
}

static json_t *list_email_address(tcses_client *client)
{
    tcses_list_email_address_request request = TCSES_LIST_EMAIL_ADDRESS_REQUEST_INIT;
    CALL(list_email_address,
        json_pack("{s:o*}", "EmailSenders", senders_json(response->email_senders, response->email_senders_count)));
}

static json_t *delete_email_address(tcses_client *client)
{
    tcses_delete_email_address_request request = TCSES_DELETE_EMAIL_ADDRESS_REQUEST_INIT;
    request.email_address = "delete@mail.example.com";
    CALL(delete_email_address, json_object());
}

static json_t *update_email_smtp_password(tcses_client *client)
{
    tcses_update_email_smtp_password_request request = TCSES_UPDATE_EMAIL_SMTP_PASSWORD_REQUEST_INIT;
    request.password = "Right12pasS/\"";
    request.email_address = "password@mail.example.com";
    CALL(update_email_smtp_password, json_object());
}

static json_t *create_address_unsubscribe_config(tcses_client *client)
{
    tcses_create_address_unsubscribe_config_request request = TCSES_CREATE_ADDRESS_UNSUBSCRIBE_CONFIG_REQUEST_INIT;
    request.address = "create-link@mail.example.com";
    request.unsubscribe_config = "10";
    request.status = TCSES_UNSUBSCRIBE_ON;
    CALL(create_address_unsubscribe_config, json_object());
}

static json_t *update_address_unsubscribe_config(tcses_client *client)
{
    tcses_update_address_unsubscribe_config_request request = TCSES_UPDATE_ADDRESS_UNSUBSCRIBE_CONFIG_REQUEST_INIT;
    request.address = "update-link@mail.example.com";
    request.unsubscribe_config = "7";
    request.status = TCSES_UNSUBSCRIBE_OFF;
    CALL(update_address_unsubscribe_config, json_object());
}

static json_t *delete_address_unsubscribe_config(tcses_client *client)
{
    tcses_delete_address_unsubscribe_config_request request = TCSES_DELETE_ADDRESS_UNSUBSCRIBE_CONFIG_REQUEST_INIT;
    request.address = "delete-link@mail.example.com";
    CALL(delete_address_unsubscribe_config, json_object());
}

static json_t *list_address_unsubscribe_config(tcses_client *client)
{
    tcses_list_address_unsubscribe_config_request request = TCSES_LIST_ADDRESS_UNSUBSCRIBE_CONFIG_REQUEST_INIT;
    request.offset = 9007199254740991;
    request.limit = 73;
    CALL(list_address_unsubscribe_config, json_pack("{s:o*, s:o*}", "AddressUnsubscribeConfigList",
                                              unsubscribe_json(response->address_unsubscribe_config_list,
                                                  response->address_unsubscribe_config_list_count),
                                              "Total", number(response->total)));
}

static const struct {
    const char *action;
    json_t *(*call)(tcses_client *client);
} calls[] = {
    {"CreateEmailIdentity", create_email_identity},
    {"GetEmailIdentity", get_email_identity},
    {"ListEmailIdentities", list_email_identities},
    {"UpdateEmailIdentity", update_email_identity},
    {"DeleteEmailIdentity", delete_email_identity},
    {"CreateEmailAddress", create_email_address},
    {"ListEmailAddress", list_email_address},
    {"DeleteEmailAddress", delete_email_address},
    {"UpdateEmailSmtpPassWord", update_email_smtp_password},
    {"CreateAddressUnsubscribeConfig", create_address_unsubscribe_config},
    {"UpdateAddressUnsubscribeConfig", update_address_unsubscribe_config},
    {"DeleteAddressUnsubscribeConfig", delete_address_unsubscribe_config},
    {"ListAddressUnsubscribeConfig", list_address_unsubscribe_config},
};

static tcses_client *client_for(const char *endpoint)
{
    tcses_client_options options = TCSES_CLIENT_OPTIONS_INIT;
    tcses_client *client = NULL;
    tcses_error *error = NULL;
    options.endpoint = endpoint;
    options.region = "ap-guangzhou";
    options.max_attempts = 1;
    options.proxy = "";
    if (tcses_credentials_new_static("AKIDEMULATOR", "emulator-secret-key", NULL, NULL, &options.credentials, &error) ==
        TCSES_OK)
        tcses_client_new(&options, &client, &error);
    if (client == NULL)
        fprintf(stderr, "%s\n", tcses_error_message(error));
    tcses_error_free(error);
    tcses_credentials_unref(options.credentials);
    return client;
}

static int run_round(tcses_client *client)
{
    json_t *all = json_object();
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++)
        json_object_set_new(all, calls[i].action, calls[i].call(client));
    int failed = json_dumpf(all, stdout, 0) != 0 || putchar('\n') == EOF || fflush(stdout) != 0;
    json_decref(all);
    return failed;
}

int main(int argc, char **argv)
{
    tcses_client *client = argc >= 2 ? client_for(argv[1]) : NULL;
    if (client == NULL)
        return 1;
    int failed = 0;
    for (long left = argc >= 3 ? strtol(argv[2], NULL, 10) : 1; left > 0 && !failed; left--)
        failed = run_round(client);
    tcses_client_free(client);
    return failed;
}
