/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The actions on sender addresses: their fields, and one table an action.
 */
#include <tcses/address.h>

#include "ses/iterator.h"
#include "ses/read_back.h"

static const field email_sender_fields[] = {
    TEXT(tcses_email_sender, email_address, "EmailAddress", RULE_NONE),
    TEXT(tcses_email_sender, email_sender_name, "EmailSenderName", RULE_NONE),
    TIME(tcses_email_sender, created_timestamp, "CreatedTimestamp"),
    COUNT(tcses_email_sender, smtp_pwd_type, "SmtpPwdType"),
};
static const field_table email_sender_table = TABLE(tcses_email_sender, email_sender_fields);

static const field unsubscribe_config_fields[] = {
    TEXT(tcses_address_unsubscribe_config, address, "Address", RULE_NONE),
    TEXT(tcses_address_unsubscribe_config, unsubscribe_config, "UnsubscribeConfig", RULE_NONE),
    CHOICE(tcses_address_unsubscribe_config, status, "Status", RULE_NONE),
};
static const field_table unsubscribe_config_table = TABLE(tcses_address_unsubscribe_config, unsubscribe_config_fields);

/* ---- CreateEmailAddress ---- */

static const field create_request_fields[] = {
    TEXT(tcses_create_email_address_request, email_address, "EmailAddress", RULE_REQUIRED | RULE_ADDRESS),
    TEXT(tcses_create_email_address_request, email_sender_name, "EmailSenderName", RULE_NONE),
};
static const field_table create_request_table = TABLE(tcses_create_email_address_request, create_request_fields);
static const field_table create_response_table = EMPTY_TABLE(tcses_create_email_address_response);
const ses_action ses_create_email_address = {
    "CreateEmailAddress", TCSES_RETRY_CREATE, &create_request_table, &create_response_table, &ses_address_proof};
SES_ACTION_FUNCTIONS(create_email_address, ses_create_email_address)

/* ---- ListEmailAddress ---- */

static const field_table list_request_table = EMPTY_TABLE(tcses_list_email_address_request);
static const field list_response_fields[] = {
    LIST(tcses_list_email_address_response, email_senders, "EmailSenders", tcses_email_sender, &email_sender_table),
};
static const field_table list_response_table = TABLE(tcses_list_email_address_response, list_response_fields);
const ses_action ses_list_email_address = {
    "ListEmailAddress", TCSES_RETRY_READ, &list_request_table, &list_response_table, NULL};
SES_ACTION_FUNCTIONS(list_email_address, ses_list_email_address)

/* ---- DeleteEmailAddress ---- */

static const field delete_request_fields[] = {
    TEXT(tcses_delete_email_address_request, email_address, "EmailAddress", RULE_REQUIRED | RULE_ADDRESS),
};
static const field_table delete_request_table = TABLE(tcses_delete_email_address_request, delete_request_fields);
static const field_table delete_response_table = EMPTY_TABLE(tcses_delete_email_address_response);
const ses_action ses_delete_email_address = {
    "DeleteEmailAddress", TCSES_RETRY_DELETE, &delete_request_table, &delete_response_table, NULL};
SES_ACTION_FUNCTIONS(delete_email_address, ses_delete_email_address)

/* ---- UpdateEmailSmtpPassWord ---- */

static const field password_request_fields[] = {
    TEXT(tcses_update_email_smtp_password_request, password, "Password", RULE_REQUIRED | RULE_SECRET),
    TEXT(tcses_update_email_smtp_password_request, email_address, "EmailAddress", RULE_REQUIRED | RULE_ADDRESS),
};
static const field_table password_request_table = TABLE(
    tcses_update_email_smtp_password_request, password_request_fields);
static const field_table password_response_table = EMPTY_TABLE(tcses_update_email_smtp_password_response);
const ses_action ses_update_email_smtp_password = {
    "UpdateEmailSmtpPassWord", TCSES_RETRY_SET, &password_request_table, &password_response_table, NULL};
SES_ACTION_FUNCTIONS(update_email_smtp_password, ses_update_email_smtp_password)

/* ---- CreateAddressUnsubscribeConfig, UpdateAddressUnsubscribeConfig ---- */

#define CONFIG_FIELDS(type)                                                 \
    TEXT(type, address, "Address", RULE_REQUIRED | RULE_ADDRESS),           \
        TEXT(type, unsubscribe_config, "UnsubscribeConfig", RULE_REQUIRED), \
        CHOICE(type, status, "Status", RULE_REQUIRED), RESERVED(type, reserved)

static const field create_config_fields[] = {CONFIG_FIELDS(tcses_create_address_unsubscribe_config_request)};
static const field_table create_config_table = TABLE(
    tcses_create_address_unsubscribe_config_request, create_config_fields);
static const field_table create_config_response_table = EMPTY_TABLE(tcses_create_address_unsubscribe_config_response);
const ses_action ses_create_address_unsubscribe_config = {"CreateAddressUnsubscribeConfig", TCSES_RETRY_CREATE,
    &create_config_table, &create_config_response_table, &ses_unsubscribe_config_proof};
SES_ACTION_FUNCTIONS(create_address_unsubscribe_config, ses_create_address_unsubscribe_config)

static const field update_config_fields[] = {CONFIG_FIELDS(tcses_update_address_unsubscribe_config_request)};
static const field_table update_config_table = TABLE(
    tcses_update_address_unsubscribe_config_request, update_config_fields);
static const field_table update_config_response_table = EMPTY_TABLE(tcses_update_address_unsubscribe_config_response);
const ses_action ses_update_address_unsubscribe_config = {"UpdateAddressUnsubscribeConfig", TCSES_RETRY_IDEMPOTENT,
    &update_config_table, &update_config_response_table, NULL};
SES_ACTION_FUNCTIONS(update_address_unsubscribe_config, ses_update_address_unsubscribe_config)

/* ---- DeleteAddressUnsubscribeConfig ---- */

static const field delete_config_fields[] = {
    TEXT(tcses_delete_address_unsubscribe_config_request, address, "Address", RULE_ADDRESS),
};
static const field_table delete_config_table = TABLE(
    tcses_delete_address_unsubscribe_config_request, delete_config_fields);
static const field_table delete_config_response_table = EMPTY_TABLE(tcses_delete_address_unsubscribe_config_response);
const ses_action ses_delete_address_unsubscribe_config = {
    "DeleteAddressUnsubscribeConfig", TCSES_RETRY_DELETE, &delete_config_table, &delete_config_response_table, NULL};
SES_ACTION_FUNCTIONS(delete_address_unsubscribe_config, ses_delete_address_unsubscribe_config)

/* ---- ListAddressUnsubscribeConfig ---- */

static const field list_config_fields[] = {
    NUMBER(tcses_list_address_unsubscribe_config_request, offset, "Offset", RULE_NONE),
    DIGITS(tcses_list_address_unsubscribe_config_request, limit, "Limit", RULE_AT_MOST_100),
    RESERVED(tcses_list_address_unsubscribe_config_request, reserved),
};
static const field_table list_config_table = TABLE(tcses_list_address_unsubscribe_config_request, list_config_fields);
static const field list_config_response_fields[] = {
    LIST(tcses_list_address_unsubscribe_config_response, address_unsubscribe_config_list,
        "AddressUnsubscribeConfigList", tcses_address_unsubscribe_config, &unsubscribe_config_table),
    COUNT(tcses_list_address_unsubscribe_config_response, total, "Total"),
};
static const field_table list_config_response_table = TABLE(
    tcses_list_address_unsubscribe_config_response, list_config_response_fields);
const ses_action ses_list_address_unsubscribe_config = {
    "ListAddressUnsubscribeConfig", TCSES_RETRY_READ, &list_config_table, &list_config_response_table, NULL};
SES_ACTION_FUNCTIONS(list_address_unsubscribe_config, ses_list_address_unsubscribe_config)

static const ses_list links = SES_LIST(
    list_address_unsubscribe_config, address_unsubscribe_config_list, tcses_address_unsubscribe_config, address, NULL);
SES_ITERATOR_FUNCTIONS(
    address_unsubscribe_config_iterator, tcses_address_unsubscribe_config, list_address_unsubscribe_config, links)
