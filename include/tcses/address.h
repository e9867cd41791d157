/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 *
 * tcses/address.h: sender addresses, their SMTP passwords, and their unsubscribe links.
 *
 * Sender addresses belong to the account *and* the region: a wrong region shows an empty list. What is common to all
 * calls stands at the top of tcses/identity.h.
 */
#ifndef TCSES_ADDRESS_H
#define TCSES_ADDRESS_H

#include <tcses/base.h>
#include <tcses/client.h>
#include <tcses/error.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Whether an unsubscribe link is added. The service's own numbers are 0 and 1; a number that is not known yet appears
 * as that number plus one.
 * @since 0.1
 */
enum { TCSES_UNSUBSCRIBE_UNSET = 0, TCSES_UNSUBSCRIBE_OFF = 1, TCSES_UNSUBSCRIBE_ON = 2 };

/** Error codes of the service about addresses (tcses_error_code()). The list is open. @since 0.1 */
#define TCSES_CODE_ILLEGAL_EMAIL_ADDRESS "InvalidParameterValue.IllegalEmailAddress"
#define TCSES_CODE_ILLEGAL_SENDER_NAME "InvalidParameterValue.IllegalSenderName"
#define TCSES_CODE_REPEAT_EMAIL_ADDRESS "InvalidParameterValue.RepeatEmailAddress"
#define TCSES_CODE_NO_SUCH_SENDER "InvalidParameterValue.NoSuchSender"
#define TCSES_CODE_INVALID_SMTP_PASSWORD "InvalidParameterValue.InvalidSmtpPassWord"
#define TCSES_CODE_DOMAIN_NOT_VERIFIED "OperationDenied.DomainNotVerified"
#define TCSES_CODE_EXCEED_SENDER_LIMIT "OperationDenied.ExceedSenderLimit"
#define TCSES_CODE_REPEAT_PASSWORD "OperationDenied.RepeatPassWord"

/** A sender address, as the list shows it. @since 0.1 */
typedef struct tcses_email_sender {
    size_t size;
    /** EmailAddress. */
    const char *email_address;
    /** EmailSenderName: the alias. */
    const char *email_sender_name;
    /** CreatedTimestamp: seconds since 1970 UTC; NULL also when the service sent a form that is not known. */
    const uint64_t *created_timestamp;
    /** SmtpPwdType: 0 when no SMTP password is set. */
    const uint64_t *smtp_pwd_type;
} tcses_email_sender;

/** The unsubscribe link of an address. @since 0.1 */
typedef struct tcses_address_unsubscribe_config {
    size_t size;
    /** Address. */
    const char *address;
    /** UnsubscribeConfig: see tcses_create_address_unsubscribe_config_request. */
    const char *unsubscribe_config;
    /** Status: one of the TCSES_UNSUBSCRIBE_ constants. */
    int32_t status;
    int32_t reserved;
} tcses_address_unsubscribe_config;

/* ---- CreateEmailAddress ---- */

/** @since 0.1 */
typedef struct tcses_create_email_address_request {
    /** sizeof(tcses_create_email_address_request). */
    size_t size;
    /** EmailAddress: prefix\@domain, at most 128 characters, under a verified domain. Required. */
    const char *email_address;
    /** EmailSenderName: the alias that receivers see, in any language. */
    const char *email_sender_name;
} tcses_create_email_address_request;

#define TCSES_CREATE_EMAIL_ADDRESS_REQUEST_INIT                \
    {                                                          \
        sizeof(tcses_create_email_address_request), NULL, NULL \
    }

/** What the INIT macro does, as a function. @since 0.1 */
TCSES_API void tcses_create_email_address_request_init(tcses_create_email_address_request *request, size_t size);

/** @since 0.1 */
typedef struct tcses_create_email_address_response {
    size_t size;
    /** The four fields of every response: see tcses_call_response. */
    const char *request_id;
    const char *raw_json;
    size_t raw_json_length;
} tcses_create_email_address_response;

/**
 * Creates a sender address. Retry class: create.
 *
 * Blocks on the network.
 * @since 0.1
 */
TCSES_API tcses_status tcses_create_email_address(tcses_client *client,
    const tcses_create_email_address_request *request, const tcses_call_options *options,
    const tcses_create_email_address_response **response, tcses_error **error);

/** Releases the response and all that it points to. @since 0.1 */
TCSES_API void tcses_create_email_address_response_free(const tcses_create_email_address_response *response);

/* ---- ListEmailAddress ---- */

/** Has no fields yet. @since 0.1 */
typedef struct tcses_list_email_address_request {
    /** sizeof(tcses_list_email_address_request). */
    size_t size;
} tcses_list_email_address_request;

#define TCSES_LIST_EMAIL_ADDRESS_REQUEST_INIT    \
    {                                            \
        sizeof(tcses_list_email_address_request) \
    }

/** What the INIT macro does, as a function. @since 0.1 */
TCSES_API void tcses_list_email_address_request_init(tcses_list_email_address_request *request, size_t size);

/** @since 0.1 */
typedef struct tcses_list_email_address_response {
    size_t size;
    /** The four fields of every response: see tcses_call_response. */
    const char *request_id;
    const char *raw_json;
    size_t raw_json_length;
    /** EmailSenders. */
    const tcses_email_sender *const *email_senders;
    size_t email_senders_count;
} tcses_list_email_address_response;

/**
 * Reads all sender addresses of the region. Retry class: read.
 *
 * Blocks on the network.
 * @param request  may be NULL.
 * @since 0.1
 */
TCSES_API tcses_status tcses_list_email_address(tcses_client *client, const tcses_list_email_address_request *request,
    const tcses_call_options *options, const tcses_list_email_address_response **response, tcses_error **error);

/** Releases the response and all that it points to. @since 0.1 */
TCSES_API void tcses_list_email_address_response_free(const tcses_list_email_address_response *response);

/* ---- DeleteEmailAddress ---- */

/** @since 0.1 */
typedef struct tcses_delete_email_address_request {
    /** sizeof(tcses_delete_email_address_request). */
    size_t size;
    /** EmailAddress: prefix\@domain. Required. */
    const char *email_address;
} tcses_delete_email_address_request;

#define TCSES_DELETE_EMAIL_ADDRESS_REQUEST_INIT          \
    {                                                    \
        sizeof(tcses_delete_email_address_request), NULL \
    }

/** What the INIT macro does, as a function. @since 0.1 */
TCSES_API void tcses_delete_email_address_request_init(tcses_delete_email_address_request *request, size_t size);

/** @since 0.1 */
typedef struct tcses_delete_email_address_response {
    size_t size;
    /** The four fields of every response: see tcses_call_response. */
    const char *request_id;
    const char *raw_json;
    size_t raw_json_length;
} tcses_delete_email_address_response;

/**
 * Deletes a sender address. Retry class: delete.
 *
 * Blocks on the network.
 * @since 0.1
 */
TCSES_API tcses_status tcses_delete_email_address(tcses_client *client,
    const tcses_delete_email_address_request *request, const tcses_call_options *options,
    const tcses_delete_email_address_response **response, tcses_error **error);

/** Releases the response and all that it points to. @since 0.1 */
TCSES_API void tcses_delete_email_address_response_free(const tcses_delete_email_address_response *response);

/* ---- UpdateEmailSmtpPassWord ---- */

/** @since 0.1 */
typedef struct tcses_update_email_smtp_password_request {
    /** sizeof(tcses_update_email_smtp_password_request). */
    size_t size;
    /** Password: 10 to 20 characters with two digits, two lower-case, two upper-case letters that differ. Required. */
    const char *password;
    /** EmailAddress: prefix\@domain. Required. */
    const char *email_address;
} tcses_update_email_smtp_password_request;

#define TCSES_UPDATE_EMAIL_SMTP_PASSWORD_REQUEST_INIT                \
    {                                                                \
        sizeof(tcses_update_email_smtp_password_request), NULL, NULL \
    }

/** What the INIT macro does, as a function. @since 0.1 */
TCSES_API void tcses_update_email_smtp_password_request_init(
    tcses_update_email_smtp_password_request *request, size_t size);

/** @since 0.1 */
typedef struct tcses_update_email_smtp_password_response {
    size_t size;
    /** The four fields of every response: see tcses_call_response. */
    const char *request_id;
    const char *raw_json;
    size_t raw_json_length;
} tcses_update_email_smtp_password_response;

/**
 * Sets the SMTP password of a sender address. It may take some minutes to act. Retry class: set.
 *
 * Blocks on the network.
 * @since 0.1
 */
TCSES_API tcses_status tcses_update_email_smtp_password(tcses_client *client,
    const tcses_update_email_smtp_password_request *request, const tcses_call_options *options,
    const tcses_update_email_smtp_password_response **response, tcses_error **error);

/** Releases the response and all that it points to. @since 0.1 */
TCSES_API void tcses_update_email_smtp_password_response_free(
    const tcses_update_email_smtp_password_response *response);

/** Room for a password that tcses_smtp_password_generate() makes, with its NUL byte. @since 0.1 */
enum { TCSES_SMTP_PASSWORD_BYTES = 21 };

/**
 * Makes a random SMTP password that obeys the service's rule: 20 letters and digits, from the system's random source.
 * Overwrite it when you are done with it.
 * @param size  at least TCSES_SMTP_PASSWORD_BYTES.
 * @return TCSES_OK, TCSES_ERR_ARGUMENT or TCSES_ERR_SYSTEM (no random numbers).
 * @since 0.1
 */
TCSES_API tcses_status tcses_smtp_password_generate(char *password, size_t size, tcses_error **error);

/* ---- CreateAddressUnsubscribeConfig ---- */

/** @since 0.1 */
typedef struct tcses_create_address_unsubscribe_config_request {
    /** sizeof(tcses_create_address_unsubscribe_config_request). */
    size_t size;
    /** Address: the sender address. Required. */
    const char *address;
    /**
     * UnsubscribeConfig: the link's language as a number in text. "0" none, "1" Simplified Chinese, "2" English, "3"
     * Traditional Chinese, "4" Spanish, "5" French, "6" German, "7" Japanese, "8" Korean, "9" Arabic, "10" Thai.
     * Required.
     */
    const char *unsubscribe_config;
    /** Status: TCSES_UNSUBSCRIBE_OFF or _ON. Required. */
    int32_t status;
    int32_t reserved;
} tcses_create_address_unsubscribe_config_request;

#define TCSES_CREATE_ADDRESS_UNSUBSCRIBE_CONFIG_REQUEST_INIT                      \
    {                                                                             \
        sizeof(tcses_create_address_unsubscribe_config_request), NULL, NULL, 0, 0 \
    }

/** What the INIT macro does, as a function. @since 0.1 */
TCSES_API void tcses_create_address_unsubscribe_config_request_init(
    tcses_create_address_unsubscribe_config_request *request, size_t size);

/** @since 0.1 */
typedef struct tcses_create_address_unsubscribe_config_response {
    size_t size;
    /** The four fields of every response: see tcses_call_response. */
    const char *request_id;
    const char *raw_json;
    size_t raw_json_length;
} tcses_create_address_unsubscribe_config_response;

/**
 * Sets up the unsubscribe link of a sender address. Retry class: create.
 *
 * Blocks on the network.
 * @since 0.1
 */
TCSES_API tcses_status tcses_create_address_unsubscribe_config(tcses_client *client,
    const tcses_create_address_unsubscribe_config_request *request, const tcses_call_options *options,
    const tcses_create_address_unsubscribe_config_response **response, tcses_error **error);

/** Releases the response and all that it points to. @since 0.1 */
TCSES_API void tcses_create_address_unsubscribe_config_response_free(
    const tcses_create_address_unsubscribe_config_response *response);

/* ---- UpdateAddressUnsubscribeConfig ---- */

/** @since 0.1 */
typedef struct tcses_update_address_unsubscribe_config_request {
    /** sizeof(tcses_update_address_unsubscribe_config_request). */
    size_t size;
    /** The fields mean what they mean in tcses_create_address_unsubscribe_config_request. */
    const char *address;
    const char *unsubscribe_config;
    int32_t status;
    int32_t reserved;
} tcses_update_address_unsubscribe_config_request;

#define TCSES_UPDATE_ADDRESS_UNSUBSCRIBE_CONFIG_REQUEST_INIT                      \
    {                                                                             \
        sizeof(tcses_update_address_unsubscribe_config_request), NULL, NULL, 0, 0 \
    }

/** What the INIT macro does, as a function. @since 0.1 */
TCSES_API void tcses_update_address_unsubscribe_config_request_init(
    tcses_update_address_unsubscribe_config_request *request, size_t size);

/** @since 0.1 */
typedef struct tcses_update_address_unsubscribe_config_response {
    size_t size;
    /** The four fields of every response: see tcses_call_response. */
    const char *request_id;
    const char *raw_json;
    size_t raw_json_length;
} tcses_update_address_unsubscribe_config_response;

/**
 * Changes the unsubscribe link of a sender address. Retry class: idempotent.
 *
 * Blocks on the network.
 * @since 0.1
 */
TCSES_API tcses_status tcses_update_address_unsubscribe_config(tcses_client *client,
    const tcses_update_address_unsubscribe_config_request *request, const tcses_call_options *options,
    const tcses_update_address_unsubscribe_config_response **response, tcses_error **error);

/** Releases the response and all that it points to. @since 0.1 */
TCSES_API void tcses_update_address_unsubscribe_config_response_free(
    const tcses_update_address_unsubscribe_config_response *response);

/* ---- DeleteAddressUnsubscribeConfig ---- */

/** @since 0.1 */
typedef struct tcses_delete_address_unsubscribe_config_request {
    /** sizeof(tcses_delete_address_unsubscribe_config_request). */
    size_t size;
    /** Address: the sender address. The service says that it is optional, not what its absence means. */
    const char *address;
} tcses_delete_address_unsubscribe_config_request;

#define TCSES_DELETE_ADDRESS_UNSUBSCRIBE_CONFIG_REQUEST_INIT          \
    {                                                                 \
        sizeof(tcses_delete_address_unsubscribe_config_request), NULL \
    }

/** What the INIT macro does, as a function. @since 0.1 */
TCSES_API void tcses_delete_address_unsubscribe_config_request_init(
    tcses_delete_address_unsubscribe_config_request *request, size_t size);

/** @since 0.1 */
typedef struct tcses_delete_address_unsubscribe_config_response {
    size_t size;
    /** The four fields of every response: see tcses_call_response. */
    const char *request_id;
    const char *raw_json;
    size_t raw_json_length;
} tcses_delete_address_unsubscribe_config_response;

/**
 * Deletes the unsubscribe link of a sender address. Retry class: delete.
 *
 * Blocks on the network.
 * @param request  may be NULL.
 * @since 0.1
 */
TCSES_API tcses_status tcses_delete_address_unsubscribe_config(tcses_client *client,
    const tcses_delete_address_unsubscribe_config_request *request, const tcses_call_options *options,
    const tcses_delete_address_unsubscribe_config_response **response, tcses_error **error);

/** Releases the response and all that it points to. @since 0.1 */
TCSES_API void tcses_delete_address_unsubscribe_config_response_free(
    const tcses_delete_address_unsubscribe_config_response *response);

/* ---- ListAddressUnsubscribeConfig ---- */

/** @since 0.1 */
typedef struct tcses_list_address_unsubscribe_config_request {
    /** sizeof(tcses_list_address_unsubscribe_config_request). */
    size_t size;
    size_t reserved;
    /** Offset: how many to pass over. 0 is not sent and means the same. */
    uint64_t offset;
    /** Limit: how many at most, up to 100. 0 is not sent. (The service takes a text; the library writes it so.) */
    uint64_t limit;
} tcses_list_address_unsubscribe_config_request;

#define TCSES_LIST_ADDRESS_UNSUBSCRIBE_CONFIG_REQUEST_INIT             \
    {                                                                  \
        sizeof(tcses_list_address_unsubscribe_config_request), 0, 0, 0 \
    }

/** What the INIT macro does, as a function. @since 0.1 */
TCSES_API void tcses_list_address_unsubscribe_config_request_init(
    tcses_list_address_unsubscribe_config_request *request, size_t size);

/** @since 0.1 */
typedef struct tcses_list_address_unsubscribe_config_response {
    size_t size;
    /** The four fields of every response: see tcses_call_response. */
    const char *request_id;
    const char *raw_json;
    size_t raw_json_length;
    /** AddressUnsubscribeConfigList. */
    const tcses_address_unsubscribe_config *const *address_unsubscribe_config_list;
    size_t address_unsubscribe_config_list_count;
    /** Total. */
    const uint64_t *total;
} tcses_list_address_unsubscribe_config_response;

/**
 * Reads one page of the unsubscribe links of the region. Retry class: read.
 *
 * Blocks on the network.
 * @param request  may be NULL.
 * @since 0.1
 */
TCSES_API tcses_status tcses_list_address_unsubscribe_config(tcses_client *client,
    const tcses_list_address_unsubscribe_config_request *request, const tcses_call_options *options,
    const tcses_list_address_unsubscribe_config_response **response, tcses_error **error);

/** Releases the response and all that it points to. @since 0.1 */
TCSES_API void tcses_list_address_unsubscribe_config_response_free(
    const tcses_list_address_unsubscribe_config_response *response);

/**
 * Walks over all unsubscribe links of the region, page by page, as tcses_email_identity_iterator does over domains.
 * @since 0.1
 */
typedef struct tcses_address_unsubscribe_config_iterator tcses_address_unsubscribe_config_iterator;

/**
 * Makes an iterator. Sends nothing yet.
 * @param request  how many a page; copied. NULL: all, 100 a page.
 * @param options  for each call that it makes; copied, with a reference to the cancel. NULL for none.
 * @return TCSES_OK, TCSES_ERR_ARGUMENT or TCSES_ERR_MEMORY.
 * @since 0.1
 */
TCSES_API tcses_status tcses_address_unsubscribe_config_iterator_new(tcses_client *client,
    const tcses_list_address_unsubscribe_config_request *request, const tcses_call_options *options,
    tcses_address_unsubscribe_config_iterator **out, tcses_error **error);

/**
 * Gives the next one, which lives until the iterator is freed. The end is TCSES_OK with NULL in `*item`. After an error
 * it can be called again and goes on where it was.
 *
 * Blocks on the network when a new page is needed.
 * @since 0.1
 */
TCSES_API tcses_status tcses_address_unsubscribe_config_iterator_next(
    tcses_address_unsubscribe_config_iterator *iterator, const tcses_address_unsubscribe_config **item,
    tcses_error **error);

/**
 * The page that the last item came from, as tcses_email_identity_iterator_page().
 * @since 0.1
 */
TCSES_API const tcses_list_address_unsubscribe_config_response *tcses_address_unsubscribe_config_iterator_page(
    const tcses_address_unsubscribe_config_iterator *iterator);

/** Releases the iterator and all its items. @since 0.1 */
TCSES_API void tcses_address_unsubscribe_config_iterator_free(tcses_address_unsubscribe_config_iterator *iterator);

#ifdef __cplusplus
}
#endif

#endif
