/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Makes sure that a domain or a sender address is there: looks first, creates what is missing, and looks again where
 * somebody else was faster. The outcome of an error is that of the creation, whichever call failed.
 */
#include "workflow/ensure.h"

#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "workflow/domain.h"

bool ensure_is_code(const tcses_error *error, const char *code)
{
    const char *found = tcses_error_code(error);
    return found != NULL && strcmp(found, code) == 0;
}

tcses_status ensure_check(
    const memory *mem, const ses_action *action, const void *request, void *local, tcses_error *error)
{
    const field_table *table = action->request;
    buffer trial;
    const char *broken = request != NULL ? sized_copy(local, table->bytes, table->v1, request) : "must not be NULL";
    if (broken != NULL) {
        (void)error_argument(error, "request", broken);
        return TCSES_ERR_ARGUMENT;
    }
    buffer_init(&trial, mem);
    tcses_status status = codec_encode(table, local, &trial, error);
    buffer_free(&trial);
    return status;
}

/* Makes the error that of a call, and releases the call's own. */
static tcses_status take_failure(tcses_error *error, tcses_error *failure, int32_t outcome)
{
    tcses_status status = tcses_error_status(failure);
    error_become(error, failure);
    if (error != NULL)
        error->outcome = outcome;
    tcses_error_free(failure);
    return status;
}

/* The same options for a create, whose answer may get lost. The read that came before has checked them. */
static tcses_call_options options_for_create(const tcses_call_options *given)
{
    tcses_call_options options = TCSES_CALL_OPTIONS_INIT;
    if (given != NULL)
        (void)sized_copy(&options, sizeof options, sizeof options, given);
    options.reconcile = TCSES_TRUE;
    return options;
}

/* ---- a domain ---- */

/* One domain that is being made sure of. */
typedef struct wanted_domain {
    tcses_client *client;
    const tcses_create_email_identity_request *request;
    const tcses_call_options *options;
    int32_t found;
    const tcses_get_email_identity_response *response;
} wanted_domain;

static tcses_status read_domain(wanted_domain *w, tcses_error **failure)
{
    tcses_get_email_identity_request request = TCSES_GET_EMAIL_IDENTITY_REQUEST_INIT;
    const tcses_get_email_identity_response *response = NULL;
    request.email_identity = w->request->email_identity;
    tcses_status status = tcses_get_email_identity(w->client, &request, w->options, &response, failure);
    if (status != TCSES_OK)
        return status;
    bool differs = w->request->dkim_option != TCSES_DKIM_UNSET && response->dkim_option != TCSES_DKIM_UNSET &&
                   w->request->dkim_option != response->dkim_option;
    w->found = differs ? TCSES_ENSURE_DIFFERS : TCSES_ENSURE_EXISTED;
    w->response = response;
    return TCSES_OK;
}

static tcses_status create_domain(wanted_domain *w, tcses_error **failure)
{
    tcses_call_options options = options_for_create(w->options);
    tcses_status status = domain_call(
        &ses_create_email_identity, w->client, w->request, &options, &w->response, failure);
    w->found = status == TCSES_OK ? TCSES_ENSURE_CREATED : ENSURE_MISSING;
    return status;
}

/* It was created by somebody else after it was looked for, or by ourselves in another form than it has now. */
static tcses_status settle_domain(wanted_domain *w, tcses_error *refusal, tcses_error *error)
{
    tcses_error *failure = NULL;
    int32_t outcome = tcses_error_outcome(refusal);
    tcses_status status = read_domain(w, &failure);
    if (status == TCSES_OK) {
        tcses_error_free(refusal);
    } else if (ensure_is_code(failure, TCSES_CODE_NOT_EXIST_DOMAIN)) {
        tcses_error_free(failure);
        status = take_failure(error, refusal, outcome);
    } else {
        tcses_error_free(refusal);
        status = take_failure(error, failure, outcome);
    }
    return status;
}

static tcses_status run_domain(wanted_domain *w, bool may_create, tcses_error *error)
{
    tcses_error *failure = NULL;
    tcses_status status = read_domain(w, &failure);
    if (status == TCSES_OK)
        return TCSES_OK;
    if (!ensure_is_code(failure, TCSES_CODE_NOT_EXIST_DOMAIN))
        return take_failure(error, failure, TCSES_OUTCOME_NOT_DONE);
    tcses_error_free(failure);
    if (!may_create)
        return TCSES_OK;
    status = create_domain(w, &failure);
    if (status == TCSES_OK)
        return TCSES_OK;
    if (ensure_is_code(failure, TCSES_CODE_REPEAT_CREATION))
        return settle_domain(w, failure, error);
    return take_failure(error, failure, tcses_error_outcome(failure));
}

tcses_status ensure_identity(tcses_client *client, const tcses_create_email_identity_request *request,
    const tcses_call_options *options, bool may_create, int32_t *found,
    const tcses_get_email_identity_response **response, tcses_error **error)
{
    tcses_error *e = NULL;
    tcses_create_email_identity_request local = TCSES_CREATE_EMAIL_IDENTITY_REQUEST_INIT;
    wanted_domain wanted = {client, &local, options, ENSURE_MISSING, NULL};
    tcses_status status = error_open(error, &client->mem, &e);
    if (status != TCSES_OK)
        return status;
    status = ensure_check(&client->mem, &ses_create_email_identity, request, &local, e);
    if (status == TCSES_OK)
        status = run_domain(&wanted, may_create, e);
    *found = wanted.found;
    *response = wanted.response;
    return error_close(error, e, status);
}

tcses_status tcses_ensure_email_identity(tcses_client *client, const tcses_create_email_identity_request *request,
    const tcses_call_options *options, int32_t *found, const tcses_get_email_identity_response **response,
    tcses_error **error)
{
    int32_t local_found = ENSURE_MISSING;
    const tcses_get_email_identity_response *local_response = NULL;
    tcses_status status = client != NULL
                              ? ensure_identity(client, request, options, true, &local_found, &local_response, error)
                              : error_refuse(error, NULL, "client");
    if (found != NULL)
        *found = local_found;
    if (response != NULL)
        *response = local_response;
    else
        tcses_get_email_identity_response_free(local_response);
    return status;
}

/* ---- a sender address ---- */

/* The part before the @ may differ in case and be another address, unless the service has said that it is the same. */
static bool is_same_address(const char *asked, const char *found, bool is_said_to_be_there)
{
    size_t prefix = (size_t)(strrchr(asked, '@') - asked);
    return found != NULL && text_same_ignoring_case(asked, found) &&
           (is_said_to_be_there || strncmp(asked, found, prefix) == 0);
}

/* What was not asked for, or is not told, can't differ. */
static int32_t find_address(const tcses_create_email_address_request *wanted,
    const tcses_list_email_address_response *list, bool is_said_to_be_there)
{
    for (size_t i = 0; i < list->email_senders_count; i++) {
        const tcses_email_sender *sender = list->email_senders[i];
        if (!is_same_address(wanted->email_address, sender->email_address, is_said_to_be_there))
            continue;
        bool differs = wanted->email_sender_name != NULL && sender->email_sender_name != NULL &&
                       strcmp(wanted->email_sender_name, sender->email_sender_name) != 0;
        return differs ? TCSES_ENSURE_DIFFERS : TCSES_ENSURE_EXISTED;
    }
    return ENSURE_MISSING;
}

/* It was created by somebody else after it was looked for, or by ourselves in another form than it has now. */
static tcses_status settle_address(tcses_client *client, const tcses_create_email_address_request *request,
    const tcses_call_options *options, tcses_error *refusal, int32_t *found, tcses_error *error)
{
    tcses_error *failure = NULL;
    const tcses_list_email_address_response *list = NULL;
    int32_t outcome = tcses_error_outcome(refusal);
    tcses_status status = tcses_list_email_address(client, NULL, options, &list, &failure);
    if (status == TCSES_OK)
        *found = find_address(request, list, true);
    tcses_list_email_address_response_free(list);
    if (status != TCSES_OK) {
        tcses_error_free(refusal);
        return take_failure(error, failure, outcome);
    }
    if (*found == ENSURE_MISSING)
        return take_failure(error, refusal, outcome);
    tcses_error_free(refusal);
    return TCSES_OK;
}

static tcses_status create_address(tcses_client *client, const tcses_create_email_address_request *request,
    const tcses_call_options *given, int32_t *found, tcses_error *error)
{
    tcses_error *failure = NULL;
    tcses_call_options options = options_for_create(given);
    tcses_status status = tcses_create_email_address(client, request, &options, NULL, &failure);
    if (status == TCSES_OK) {
        *found = TCSES_ENSURE_CREATED;
        return TCSES_OK;
    }
    if (ensure_is_code(failure, TCSES_CODE_REPEAT_EMAIL_ADDRESS))
        return settle_address(client, request, given, failure, found, error);
    return take_failure(error, failure, tcses_error_outcome(failure));
}

tcses_status ensure_address(tcses_client *client, const tcses_create_email_address_request *request,
    const tcses_call_options *options, const tcses_list_email_address_response *list, bool may_create, int32_t *found,
    tcses_error **error)
{
    tcses_error *e = NULL;
    tcses_status status = error_open(error, &client->mem, &e);
    if (status != TCSES_OK)
        return status;
    *found = find_address(request, list, false);
    if (*found == ENSURE_MISSING && may_create)
        status = create_address(client, request, options, found, e);
    return error_close(error, e, status);
}

static tcses_status find_or_create(tcses_client *client, const tcses_create_email_address_request *given,
    const tcses_call_options *options, int32_t *found, tcses_error *error)
{
    tcses_error *failure = NULL;
    tcses_create_email_address_request request = TCSES_CREATE_EMAIL_ADDRESS_REQUEST_INIT;
    const tcses_list_email_address_response *list = NULL;
    tcses_status status = ensure_check(&client->mem, &ses_create_email_address, given, &request, error);
    if (status != TCSES_OK)
        return status;
    if (tcses_list_email_address(client, NULL, options, &list, &failure) != TCSES_OK)
        return take_failure(error, failure, TCSES_OUTCOME_NOT_DONE);
    *found = find_address(&request, list, false);
    tcses_list_email_address_response_free(list);
    return *found != ENSURE_MISSING ? TCSES_OK : create_address(client, &request, options, found, error);
}

tcses_status tcses_ensure_email_address(tcses_client *client, const tcses_create_email_address_request *request,
    const tcses_call_options *options, int32_t *found, tcses_error **error)
{
    tcses_error *e = NULL;
    int32_t local = ENSURE_MISSING;
    if (found != NULL)
        *found = ENSURE_MISSING;
    if (client == NULL)
        return error_refuse(error, NULL, "client");
    tcses_status status = error_open(error, &client->mem, &e);
    if (status != TCSES_OK)
        return status;
    status = find_or_create(client, request, options, &local, e);
    if (found != NULL)
        *found = local;
    return error_close(error, e, status);
}
