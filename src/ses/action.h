/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SES_ACTION_H
#define SES_ACTION_H

#include "base/sized.h"
#include "client/client.h"
#include "codec/fields.h"

#define SES_SERVICE "ses"
#define SES_VERSION "2020-10-02"

/* See read_back.h. */
typedef struct ses_proof ses_proof;

/* One action of the service: all that tells it from the others. */
typedef struct ses_action {
    const char *name;
    int32_t retry_class;
    const field_table *request;
    const field_table *response;
    const ses_proof *proof; /* of a create: how to find out whether it was done; else NULL */
} ses_action;

/* What every response struct begins with. */
typedef struct ses_response_head {
    size_t size;
    const char *request_id;
    const char *raw_json;
    size_t raw_json_length;
} ses_response_head;

/* NULL if there is no action of that name here. */
const ses_action *ses_action_find(const char *name);

/* Checks, encodes, calls and decodes. *response may be NULL where the caller wants none. */
tcses_status ses_action_run(const ses_action *action, tcses_client *client, const void *request,
    const tcses_call_options *options, const void **response, tcses_error **error);

/*
 * Makes a prepared call and puts its answer into a new response tree; the table says what is read beyond the head
 * (NULL: nothing).
 */
tcses_status ses_exchange(tcses_client *client, const call_spec *spec, const field_table *table, bool keep_raw_json,
    const void **response, tcses_error *error);

/* Defines the three exported functions of an action, which differ in nothing but their types. */
#define SES_ACTION_FUNCTIONS(name, action)                                                                \
    SIZED_INIT_FUNCTION(name##_request)                                                                   \
    tcses_status tcses_##name(tcses_client *client, const tcses_##name##_request *request,                \
        const tcses_call_options *options, const tcses_##name##_response **response, tcses_error **error) \
    {                                                                                                     \
        const void *tree = NULL;                                                                          \
        tcses_status status = ses_action_run(                                                             \
            &(action), client, request, options, response != NULL ? &tree : NULL, error);                 \
        if (response != NULL)                                                                             \
            *response = tree;                                                                             \
        return status;                                                                                    \
    }                                                                                                     \
    void tcses_##name##_response_free(const tcses_##name##_response *response)                            \
    {                                                                                                     \
        arena_tree_free(response);                                                                        \
    }

extern const ses_action ses_create_email_identity;
extern const ses_action ses_get_email_identity;
extern const ses_action ses_list_email_identities;
extern const ses_action ses_update_email_identity;
extern const ses_action ses_delete_email_identity;
extern const ses_action ses_create_email_address;
extern const ses_action ses_list_email_address;
extern const ses_action ses_delete_email_address;
extern const ses_action ses_update_email_smtp_password;
extern const ses_action ses_create_address_unsubscribe_config;
extern const ses_action ses_update_address_unsubscribe_config;
extern const ses_action ses_delete_address_unsubscribe_config;
extern const ses_action ses_list_address_unsubscribe_config;

#endif
