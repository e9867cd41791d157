/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The actions on sending domains: their fields, and one table an action.
 */
#include <string.h>

#include <tcses/identity.h>

#include "base/error.h"
#include "ses/identity.h"
#include "ses/iterator.h"
#include "ses/read_back.h"

SIZED_INIT_FUNCTION(tag)

static const field tag_fields[] = {
    TEXT(tcses_tag, tag_key, "TagKey", RULE_REQUIRED),
    TEXT(tcses_tag, tag_value, "TagValue", RULE_PRESENT),
};
static const field_table tag_table = TABLE(tcses_tag, tag_fields);

static const field dns_attribute_fields[] = {
    TEXT(tcses_dns_attribute, type, "Type", RULE_NONE),
    TEXT(tcses_dns_attribute, send_domain, "SendDomain", RULE_NONE),
    TEXT(tcses_dns_attribute, expected_value, "ExpectedValue", RULE_NONE),
    TEXT(tcses_dns_attribute, current_value, "CurrentValue", RULE_NONE),
    SWITCH(tcses_dns_attribute, status, "Status", RULE_NONE),
};
const field_table ses_dns_attribute_table = TABLE(tcses_dns_attribute, dns_attribute_fields);

static const field email_identity_fields[] = {
    TEXT(tcses_email_identity, identity_name, "IdentityName", RULE_NONE),
    TEXT(tcses_email_identity, identity_type, "IdentityType", RULE_NONE),
    SWITCH(tcses_email_identity, sending_enabled, "SendingEnabled", RULE_NONE),
    COUNT(tcses_email_identity, current_reputation_level, "CurrentReputationLevel"),
    COUNT(tcses_email_identity, daily_quota, "DailyQuota"),
    TEXT_LIST(tcses_email_identity, send_ip, "SendIp"),
    LIST(tcses_email_identity, tag_list, "TagList", tcses_tag, &tag_table),
    CHOICE(tcses_email_identity, dkim_option, "DKIMOption", RULE_NONE),
};
static const field_table email_identity_table = TABLE(tcses_email_identity, email_identity_fields);

/* What create and update answer; get adds the tags. */
#define RECORDS_FIELDS(type)                                                                 \
    TEXT(type, identity_type, "IdentityType", RULE_NONE),                                    \
        SWITCH(type, verified_for_sending_status, "VerifiedForSendingStatus", RULE_NONE),    \
        LIST(type, attributes, "Attributes", tcses_dns_attribute, &ses_dns_attribute_table), \
        CHOICE(type, dkim_option, "DKIMOption", RULE_NONE)

/* ---- CreateEmailIdentity ---- */

static const field create_request_fields[] = {
    TEXT(tcses_create_email_identity_request, email_identity, "EmailIdentity", RULE_REQUIRED | RULE_DOMAIN),
    CHOICE(tcses_create_email_identity_request, dkim_option, "DKIMOption", RULE_NONE),
    LIST(tcses_create_email_identity_request, tag_list, "TagList", tcses_tag, &tag_table),
    RESERVED(tcses_create_email_identity_request, reserved),
};
static const field_table create_request_table = TABLE(tcses_create_email_identity_request, create_request_fields);
static const field create_response_fields[] = {RECORDS_FIELDS(tcses_create_email_identity_response)};
static const field_table create_response_table = TABLE(tcses_create_email_identity_response, create_response_fields);
const ses_action ses_create_email_identity = {
    "CreateEmailIdentity", TCSES_RETRY_CREATE, &create_request_table, &create_response_table, &ses_identity_proof};
SES_ACTION_FUNCTIONS(create_email_identity, ses_create_email_identity)

/* ---- GetEmailIdentity ---- */

static const field get_request_fields[] = {
    TEXT(tcses_get_email_identity_request, email_identity, "EmailIdentity", RULE_REQUIRED | RULE_DOMAIN),
};
static const field_table get_request_table = TABLE(tcses_get_email_identity_request, get_request_fields);
static const field get_response_fields[] = {
    RECORDS_FIELDS(tcses_get_email_identity_response),
    LIST(tcses_get_email_identity_response, tag_list, "TagList", tcses_tag, &tag_table),
};
static const field_table get_response_table = TABLE(tcses_get_email_identity_response, get_response_fields);
const ses_action ses_get_email_identity = {
    "GetEmailIdentity", TCSES_RETRY_READ, &get_request_table, &get_response_table, NULL};
SES_ACTION_FUNCTIONS(get_email_identity, ses_get_email_identity)

/* ---- ListEmailIdentities ---- */

static const field list_request_fields[] = {
    LIST(tcses_list_email_identities_request, tag_list, "TagList", tcses_tag, &tag_table),
    NUMBER(tcses_list_email_identities_request, limit, "Limit", RULE_AT_MOST_100),
    NUMBER(tcses_list_email_identities_request, offset, "Offset", RULE_NONE),
    RESERVED(tcses_list_email_identities_request, reserved),
};
static const field_table list_request_table = TABLE(tcses_list_email_identities_request, list_request_fields);
static const field list_response_fields[] = {
    LIST(tcses_list_email_identities_response, email_identities, "EmailIdentities", tcses_email_identity,
        &email_identity_table),
    COUNT(tcses_list_email_identities_response, max_reputation_level, "MaxReputationLevel"),
    COUNT(tcses_list_email_identities_response, max_daily_quota, "MaxDailyQuota"),
    COUNT(tcses_list_email_identities_response, total, "Total"),
};
static const field_table list_response_table = TABLE(tcses_list_email_identities_response, list_response_fields);
const ses_action ses_list_email_identities = {
    "ListEmailIdentities", TCSES_RETRY_READ, &list_request_table, &list_response_table, NULL};
SES_ACTION_FUNCTIONS(list_email_identities, ses_list_email_identities)

/* The encoder has checked it: its texts are there. */
static bool copy_tag(arena *a, const tcses_tag *given, const tcses_tag **out)
{
    tcses_tag *tag = arena_take(a, sizeof *tag);
    if (tag == NULL)
        return false;
    (void)sized_copy(tag, tag_table.bytes, tag_table.v1, given);
    *out = tag;
    tag->tag_key = arena_copy(a, tag->tag_key, strlen(tag->tag_key));
    tag->tag_value = arena_copy(a, tag->tag_value, strlen(tag->tag_value));
    return tag->tag_key != NULL && tag->tag_value != NULL;
}

static tcses_status keep_tags(arena *a, void *given, tcses_error *error)
{
    tcses_list_email_identities_request *request = given;
    if (request->tag_list_count == 0)
        return TCSES_OK;
    const tcses_tag **tags = arena_take(a, request->tag_list_count * sizeof(tcses_tag *));
    if (tags == NULL)
        return error_memory(error);
    for (size_t i = 0; i < request->tag_list_count; i++) {
        if (!copy_tag(a, request->tag_list[i], &tags[i]))
            return error_memory(error);
    }
    request->tag_list = tags;
    return TCSES_OK;
}

static const ses_list domains = SES_LIST(
    list_email_identities, email_identities, tcses_email_identity, identity_name, keep_tags);
SES_ITERATOR_FUNCTIONS(email_identity_iterator, tcses_email_identity, list_email_identities, domains)

/* ---- UpdateEmailIdentity ---- */

static const field update_request_fields[] = {
    TEXT(tcses_update_email_identity_request, email_identity, "EmailIdentity", RULE_REQUIRED | RULE_DOMAIN),
    SWITCH(tcses_update_email_identity_request, new_api, "NewAPI", RULE_NONE),
    CHOICE(tcses_update_email_identity_request, dkim_option, "DKIMOption", RULE_NONE),
};
static const field_table update_request_table = TABLE(tcses_update_email_identity_request, update_request_fields);
static const field update_response_fields[] = {RECORDS_FIELDS(tcses_update_email_identity_response)};
static const field_table update_response_table = TABLE(tcses_update_email_identity_response, update_response_fields);
const ses_action ses_update_email_identity = {
    "UpdateEmailIdentity", TCSES_RETRY_IDEMPOTENT, &update_request_table, &update_response_table, NULL};
SES_ACTION_FUNCTIONS(update_email_identity, ses_update_email_identity)

/* ---- DeleteEmailIdentity ---- */

static const field delete_request_fields[] = {
    TEXT(tcses_delete_email_identity_request, email_identity, "EmailIdentity", RULE_REQUIRED | RULE_DOMAIN),
};
static const field_table delete_request_table = TABLE(tcses_delete_email_identity_request, delete_request_fields);
static const field_table delete_response_table = EMPTY_TABLE(tcses_delete_email_identity_response);
const ses_action ses_delete_email_identity = {
    "DeleteEmailIdentity", TCSES_RETRY_DELETE, &delete_request_table, &delete_response_table, NULL};
SES_ACTION_FUNCTIONS(delete_email_identity, ses_delete_email_identity)
