/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 *
 * tcses/identity.h: sending domains, which the service calls e-mail identities.
 *
 *     tcses_create_email_identity_request request = TCSES_CREATE_EMAIL_IDENTITY_REQUEST_INIT;
 *     request.email_identity = "mail.example.com";
 *     const tcses_create_email_identity_response *response = NULL;
 *     if (tcses_create_email_identity(client, &request, NULL, &response, &error) == TCSES_OK) {
 *         for (size_t i = 0; i < response->attributes_count; i++)
 *             puts(response->attributes[i]->expected_value);
 *         tcses_create_email_identity_response_free(response);
 *     }
 *
 * Common to all calls of this header and of address.h:
 * - They block on the network, until the client's timeout at most.
 * - They return TCSES_OK, TCSES_ERR_ARGUMENT before anything was sent, or any other of the TCSES_ERR_ constants.
 * - A response is a tree of constants that belongs to the caller, lives until its `_free` and depends on nothing else.
 *   What the service did not send is NULL (texts, numbers), TCSES_UNSET (switches), or a count of 0 (lists).
 * - Facts about fields and limits are those of the service's reference for version 2020-10-02.
 */
#ifndef TCSES_IDENTITY_H
#define TCSES_IDENTITY_H

#include <tcses/base.h>
#include <tcses/client.h>
#include <tcses/error.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Which DKIM key a domain has. The service's own numbers are 0, 1 and 2; a number that is not known yet appears as that
 * number plus one.
 * @since 0.1
 */
enum {
    TCSES_DKIM_UNSET = 0,
    TCSES_DKIM_1024 = 1,
    TCSES_DKIM_2048 = 2,
    /** Both keys: two DKIM records. */
    TCSES_DKIM_BOTH = 3
};

/** Error codes of the service about domains (tcses_error_code()). The list is open. @since 0.1 */
#define TCSES_CODE_CREATED_BY_OTHER "InvalidParameterValue.CreatedByOther"
#define TCSES_CODE_INVALID_EMAIL_IDENTITY "InvalidParameterValue.InvalidEmailIdentity"
#define TCSES_CODE_REPEAT_CREATION "InvalidParameterValue.RepeatCreation"
#define TCSES_CODE_NOT_EXIST_DOMAIN "InvalidParameterValue.NotExistDomain"
#define TCSES_CODE_EXCEED_DOMAIN_LIMIT "OperationDenied.ExceedDomainLimit"
#define TCSES_CODE_NOT_ALLOW_DELETE "OperationDenied.NotAllowDelete"
#define TCSES_CODE_SENDER_WITH_DOMAIN_IS_NOT_EMPTY "OperationDenied.SenderWithDomainIsNotEmpty"
#define TCSES_CODE_DKIM_NOT_APPLIED "FailedOperation.DKIMNotApplied"
#define TCSES_CODE_SERVICE_NOT_AVAILABLE "FailedOperation.ServiceNotAvailable"

/** A tag of this cloud on a domain, in requests and responses. @since 0.1 */
typedef struct tcses_tag {
    /** sizeof(tcses_tag). */
    size_t size;
    /** TagKey. Required in requests. */
    const char *tag_key;
    /** TagValue. Required in requests; may be "". */
    const char *tag_value;
} tcses_tag;

#define TCSES_TAG_INIT                \
    {                                 \
        sizeof(tcses_tag), NULL, NULL \
    }

/** What TCSES_TAG_INIT does, as a function. @since 0.1 */
TCSES_API void tcses_tag_init(tcses_tag *tag, size_t size);

/**
 * A DNS record that the service wants to see. There is no priority, no TTL and no name for its purpose: tell MX by the
 * type, the others by name and value.
 * @since 0.1
 */
typedef struct tcses_dns_attribute {
    size_t size;
    /** Type: "MX" or "TXT". */
    const char *type;
    /** SendDomain: the record's full name. */
    const char *send_domain;
    /** ExpectedValue: the value to put into DNS. */
    const char *expected_value;
    /** CurrentValue: what the service saw last; "" for nothing. */
    const char *current_value;
    /** Status: TCSES_TRUE when the service is content with it. */
    int32_t status;
    int32_t reserved;
} tcses_dns_attribute;

/** A domain, as the list shows it. @since 0.1 */
typedef struct tcses_email_identity {
    size_t size;
    /** IdentityName: the domain. */
    const char *identity_name;
    /** IdentityType: "DOMAIN" or "EMAIL_ADDRESS". */
    const char *identity_type;
    /** CurrentReputationLevel. */
    const uint64_t *current_reputation_level;
    /** DailyQuota: messages a day. */
    const uint64_t *daily_quota;
    /** SendIp: sending addresses of its own. */
    const char *const *send_ip;
    size_t send_ip_count;
    /** TagList. */
    const tcses_tag *const *tag_list;
    size_t tag_list_count;
    /** SendingEnabled: TCSES_TRUE when the domain is verified. */
    int32_t sending_enabled;
    /** DKIMOption: one of the TCSES_DKIM_ constants. */
    int32_t dkim_option;
} tcses_email_identity;

/* ---- CreateEmailIdentity ---- */

/** @since 0.1 */
typedef struct tcses_create_email_identity_request {
    /** sizeof(tcses_create_email_identity_request). */
    size_t size;
    /** EmailIdentity: the domain, in ASCII (an internationalised name in its xn-- form). Required. */
    const char *email_identity;
    /** TagList. */
    const tcses_tag *const *tag_list;
    size_t tag_list_count;
    /** DKIMOption: one of the TCSES_DKIM_ constants. */
    int32_t dkim_option;
    int32_t reserved;
} tcses_create_email_identity_request;

#define TCSES_CREATE_EMAIL_IDENTITY_REQUEST_INIT                         \
    {                                                                    \
        sizeof(tcses_create_email_identity_request), NULL, NULL, 0, 0, 0 \
    }

/** What the INIT macro does, as a function. @since 0.1 */
TCSES_API void tcses_create_email_identity_request_init(tcses_create_email_identity_request *request, size_t size);

/** @since 0.1 */
typedef struct tcses_create_email_identity_response {
    size_t size;
    /** The four fields of every response: see tcses_call_response. */
    const char *request_id;
    const char *raw_json;
    size_t raw_json_length;
    /** IdentityType: "DOMAIN" or "EMAIL_ADDRESS". */
    const char *identity_type;
    /** Attributes: the DNS records to set, in no particular order. */
    const tcses_dns_attribute *const *attributes;
    size_t attributes_count;
    /** VerifiedForSendingStatus: TCSES_TRUE when the domain may send. */
    int32_t verified_for_sending_status;
    /** DKIMOption: one of the TCSES_DKIM_ constants. */
    int32_t dkim_option;
} tcses_create_email_identity_response;

/**
 * Creates a sending domain. Ten an account; perhaps it can never be deleted. Retry class: create.
 *
 * Blocks on the network.
 * @since 0.1
 */
TCSES_API tcses_status tcses_create_email_identity(tcses_client *client,
    const tcses_create_email_identity_request *request, const tcses_call_options *options,
    const tcses_create_email_identity_response **response, tcses_error **error);

/** Releases the response and all that it points to. @since 0.1 */
TCSES_API void tcses_create_email_identity_response_free(const tcses_create_email_identity_response *response);

/* ---- GetEmailIdentity ---- */

/** @since 0.1 */
typedef struct tcses_get_email_identity_request {
    /** sizeof(tcses_get_email_identity_request). */
    size_t size;
    /** EmailIdentity: the domain. Required. */
    const char *email_identity;
} tcses_get_email_identity_request;

#define TCSES_GET_EMAIL_IDENTITY_REQUEST_INIT          \
    {                                                  \
        sizeof(tcses_get_email_identity_request), NULL \
    }

/** What the INIT macro does, as a function. @since 0.1 */
TCSES_API void tcses_get_email_identity_request_init(tcses_get_email_identity_request *request, size_t size);

/** The fields mean what they mean in tcses_create_email_identity_response. @since 0.1 */
typedef struct tcses_get_email_identity_response {
    size_t size;
    const char *request_id;
    const char *raw_json;
    size_t raw_json_length;
    const char *identity_type;
    const tcses_dns_attribute *const *attributes;
    size_t attributes_count;
    /** TagList. */
    const tcses_tag *const *tag_list;
    size_t tag_list_count;
    int32_t verified_for_sending_status;
    int32_t dkim_option;
} tcses_get_email_identity_response;

/**
 * Reads a domain's records and whether it is verified. Retry class: read.
 *
 * Blocks on the network.
 * @since 0.1
 */
TCSES_API tcses_status tcses_get_email_identity(tcses_client *client, const tcses_get_email_identity_request *request,
    const tcses_call_options *options, const tcses_get_email_identity_response **response, tcses_error **error);

/** Releases the response and all that it points to. @since 0.1 */
TCSES_API void tcses_get_email_identity_response_free(const tcses_get_email_identity_response *response);

/* ---- ListEmailIdentities ---- */

/** @since 0.1 */
typedef struct tcses_list_email_identities_request {
    /** sizeof(tcses_list_email_identities_request). */
    size_t size;
    /** TagList: only domains with these tags. */
    const tcses_tag *const *tag_list;
    size_t tag_list_count;
    size_t reserved;
    /** Limit: how many at most, up to 100. 0 is not sent. */
    uint64_t limit;
    /** Offset: how many to pass over. 0 is not sent and means the same. */
    uint64_t offset;
} tcses_list_email_identities_request;

#define TCSES_LIST_EMAIL_IDENTITIES_REQUEST_INIT                      \
    {                                                                 \
        sizeof(tcses_list_email_identities_request), NULL, 0, 0, 0, 0 \
    }

/** What the INIT macro does, as a function. @since 0.1 */
TCSES_API void tcses_list_email_identities_request_init(tcses_list_email_identities_request *request, size_t size);

/** @since 0.1 */
typedef struct tcses_list_email_identities_response {
    size_t size;
    const char *request_id;
    const char *raw_json;
    size_t raw_json_length;
    /** EmailIdentities. */
    const tcses_email_identity *const *email_identities;
    size_t email_identities_count;
    /** MaxReputationLevel. */
    const uint64_t *max_reputation_level;
    /** MaxDailyQuota. */
    const uint64_t *max_daily_quota;
    /** Total: often missing; a hint only. */
    const uint64_t *total;
} tcses_list_email_identities_response;

/**
 * Reads one page of the account's domains. For all of them use the iterator below. Retry class: read.
 *
 * Blocks on the network.
 * @param request  NULL for the service's defaults.
 * @since 0.1
 */
TCSES_API tcses_status tcses_list_email_identities(tcses_client *client,
    const tcses_list_email_identities_request *request, const tcses_call_options *options,
    const tcses_list_email_identities_response **response, tcses_error **error);

/** Releases the response and all that it points to. @since 0.1 */
TCSES_API void tcses_list_email_identities_response_free(const tcses_list_email_identities_response *response);

/**
 * Walks over all domains, page by page: each comes once if nobody changes the list meanwhile. It belongs to one thread
 * at a time and must be freed before its client.
 * @since 0.1
 */
typedef struct tcses_email_identity_iterator tcses_email_identity_iterator;

/**
 * Makes an iterator. Sends nothing yet.
 * @param request  which domains and how many a page; copied. NULL: all, 100 a page.
 * @param options  for each call that it makes; copied, with a reference to the cancel. NULL for none.
 * @return TCSES_OK, TCSES_ERR_ARGUMENT or TCSES_ERR_MEMORY.
 * @since 0.1
 */
TCSES_API tcses_status tcses_email_identity_iterator_new(tcses_client *client,
    const tcses_list_email_identities_request *request, const tcses_call_options *options,
    tcses_email_identity_iterator **out, tcses_error **error);

/**
 * Gives the next domain, which lives until the iterator is freed. The end is TCSES_OK with NULL in `*item`. After an
 * error it can be called again and goes on where it was.
 *
 * Blocks on the network when a new page is needed.
 * @since 0.1
 */
TCSES_API tcses_status tcses_email_identity_iterator_next(
    tcses_email_identity_iterator *iterator, const tcses_email_identity **item, tcses_error **error);

/**
 * The page that the last item came from, for what belongs to a page (max_daily_quota, raw_json); after the end the last
 * page that was read. NULL before the first. It lives until the iterator is freed.
 * @since 0.1
 */
TCSES_API const tcses_list_email_identities_response *tcses_email_identity_iterator_page(
    const tcses_email_identity_iterator *iterator);

/** Releases the iterator and all its items. @since 0.1 */
TCSES_API void tcses_email_identity_iterator_free(tcses_email_identity_iterator *iterator);

/* ---- UpdateEmailIdentity ---- */

/** @since 0.1 */
typedef struct tcses_update_email_identity_request {
    /** sizeof(tcses_update_email_identity_request). */
    size_t size;
    /** EmailIdentity: the domain. Required. */
    const char *email_identity;
    /** NewAPI: a switch of the service's without a documented meaning. */
    int32_t new_api;
    /** DKIMOption: one of the TCSES_DKIM_ constants. */
    int32_t dkim_option;
} tcses_update_email_identity_request;

#define TCSES_UPDATE_EMAIL_IDENTITY_REQUEST_INIT                \
    {                                                           \
        sizeof(tcses_update_email_identity_request), NULL, 0, 0 \
    }

/** What the INIT macro does, as a function. @since 0.1 */
TCSES_API void tcses_update_email_identity_request_init(tcses_update_email_identity_request *request, size_t size);

/** The fields mean what they mean in tcses_create_email_identity_response. @since 0.1 */
typedef struct tcses_update_email_identity_response {
    size_t size;
    const char *request_id;
    const char *raw_json;
    size_t raw_json_length;
    const char *identity_type;
    const tcses_dns_attribute *const *attributes;
    size_t attributes_count;
    int32_t verified_for_sending_status;
    int32_t dkim_option;
} tcses_update_email_identity_response;

/**
 * Submits the domain for verification and returns the records as the service now sees them. New DNS records take from 5
 * minutes to 2 hours to be seen; wait minutes between two submissions. Retry class: idempotent.
 *
 * Blocks on the network.
 * @since 0.1
 */
TCSES_API tcses_status tcses_update_email_identity(tcses_client *client,
    const tcses_update_email_identity_request *request, const tcses_call_options *options,
    const tcses_update_email_identity_response **response, tcses_error **error);

/** Releases the response and all that it points to. @since 0.1 */
TCSES_API void tcses_update_email_identity_response_free(const tcses_update_email_identity_response *response);

/* ---- DeleteEmailIdentity ---- */

/** @since 0.1 */
typedef struct tcses_delete_email_identity_request {
    /** sizeof(tcses_delete_email_identity_request). */
    size_t size;
    /** EmailIdentity: the domain. Required. */
    const char *email_identity;
} tcses_delete_email_identity_request;

#define TCSES_DELETE_EMAIL_IDENTITY_REQUEST_INIT          \
    {                                                     \
        sizeof(tcses_delete_email_identity_request), NULL \
    }

/** What the INIT macro does, as a function. @since 0.1 */
TCSES_API void tcses_delete_email_identity_request_init(tcses_delete_email_identity_request *request, size_t size);

/** @since 0.1 */
typedef struct tcses_delete_email_identity_response {
    size_t size;
    const char *request_id;
    const char *raw_json;
    size_t raw_json_length;
} tcses_delete_email_identity_response;

/**
 * Deletes a domain, which the service allows enterprise accounts only. Retry class: delete.
 *
 * Blocks on the network.
 * @since 0.1
 */
TCSES_API tcses_status tcses_delete_email_identity(tcses_client *client,
    const tcses_delete_email_identity_request *request, const tcses_call_options *options,
    const tcses_delete_email_identity_response **response, tcses_error **error);

/** Releases the response. @since 0.1 */
TCSES_API void tcses_delete_email_identity_response_free(const tcses_delete_email_identity_response *response);

#ifdef __cplusplus
}
#endif

#endif
