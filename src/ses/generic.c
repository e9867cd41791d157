/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * tcses_call(): any action of any service.
 */
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "call/endpoint.h"
#include "ses/action.h"

#define BODY_BYTES_MAX 10485760

SIZED_INIT_FUNCTION(call_request)

static tcses_status check_body(const tcses_call_request *request, tcses_error *error)
{
    if (request->body == NULL && request->body_length != 0)
        return error_argument(error, "body_length", "must be 0 when body is NULL");
    if (request->body_length > BODY_BYTES_MAX)
        return error_argument(error, "body", "must be at most 10 MiB");
    return request->body != NULL ? codec_check_object(request->body, request->body_length, "body", error) : TCSES_OK;
}

/* Fills in the defaults and checks what then stands there. */
static tcses_status complete(tcses_call_request *request, tcses_error *error)
{
    if (request->service == NULL)
        request->service = SES_SERVICE;
    bool is_ses = strcmp(request->service, SES_SERVICE) == 0;
    if (request->version == NULL && is_ses)
        request->version = SES_VERSION;
    tcses_status status = error_require_text(error, "service", request->service, text_rule_filled_name);
    if (status == TCSES_OK)
        status = error_require_text(error, "version", request->version, text_rule_filled_name);
    if (status == TCSES_OK)
        status = error_require_text(error, "action", request->action, text_rule_filled_name);
    if (status == TCSES_OK)
        status = error_check_text(error, "region", request->region, text_rule_name);
    if (status == TCSES_OK && (request->retry_class < TCSES_RETRY_UNSET || request->retry_class > TCSES_RETRY_SET))
        status = error_argument(error, "retry_class", "must be one of the TCSES_RETRY_ constants");
    if (status == TCSES_OK && request->reserved != 0)
        status = error_argument(error, "reserved", "must be 0");
    if (status == TCSES_OK)
        status = check_body(request, error);
    if (status != TCSES_OK || request->retry_class != TCSES_RETRY_UNSET)
        return status;
    const ses_action *known = is_ses ? ses_action_find(request->action) : NULL;
    request->retry_class = known != NULL ? known->retry_class : TCSES_RETRY_CREATE;
    return TCSES_OK;
}

/* Where the request goes if not to the client's endpoints: to the one it names, or to another service's own. */
static tcses_status find_place(
    const tcses_client *client, const tcses_call_request *request, call_place *place, tcses_error *error)
{
    if (request->endpoint != NULL)
        return endpoint_parse(&client->mem, request->endpoint, "endpoint", place, error);
    if (strcmp(request->service, SES_SERVICE) == 0)
        return TCSES_OK;
    buffer host;
    buffer_init(&host, &client->mem);
    buffer_append_text(&host, request->service);
    buffer_append_text(&host, ".tencentcloudapi.com");
    tcses_status status = host.failed ? error_memory(error)
                                      : endpoint_parse(&client->mem, buffer_text(&host), "service", place, error);
    buffer_free(&host);
    return status;
}

static tcses_status run(tcses_client *client, const tcses_call_request *given, const tcses_call_options *options,
    const void **response, tcses_error *error)
{
    tcses_call_request request;
    tcses_call_options local;
    call_spec spec;
    call_place place = {NULL, NULL};
    if (client == NULL)
        return error_argument(error, "client", "must not be NULL");
    const char *broken = given == NULL ? "must not be NULL"
                                       : sized_copy(&request, sizeof request, sizeof request, given);
    if (broken != NULL)
        return error_argument(error, "request", broken);
    tcses_status status = client_prepare(client, options, &local, &spec, error);
    if (status == TCSES_OK && local.reconcile == TCSES_TRUE)
        status = error_argument(error, "options.reconcile", "is for the create functions of a service that is known");
    if (status == TCSES_OK)
        status = complete(&request, error);
    if (status == TCSES_OK)
        status = find_place(client, &request, &place, error);
    if (status != TCSES_OK)
        return status;
    error_about(error, request.action);
    spec.service = request.service;
    spec.version = request.version;
    spec.action = request.action;
    spec.region = request.region != NULL ? request.region : spec.region;
    spec.retry_class = request.retry_class;
    spec.body = request.body != NULL ? request.body : "{}";
    spec.body_length = request.body != NULL ? request.body_length : strlen("{}");
    if (place.url != NULL) {
        spec.places = &place;
        spec.places_count = 1;
    }
    status = ses_exchange(client, &spec, NULL, true, response, error);
    endpoint_free(&client->mem, &place);
    return status;
}

tcses_status tcses_call(tcses_client *client, const tcses_call_request *request, const tcses_call_options *options,
    const tcses_call_response **response, tcses_error **error)
{
    memory mem = client != NULL ? client->mem : memory_default();
    const void *tree = NULL;
    tcses_error *e = NULL;
    if (response != NULL)
        *response = NULL;
    tcses_status status = error_open(error, &mem, &e);
    if (status != TCSES_OK)
        return status;
    status = run(client, request, options, response != NULL ? &tree : NULL, e);
    if (response != NULL)
        *response = tree;
    return error_close(error, e, status);
}

void tcses_call_response_free(const tcses_call_response *response)
{
    arena_tree_free(response);
}
