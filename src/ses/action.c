/* SPDX-License-Identifier: Apache-2.0 */
#include "ses/read_back.h"

#include <string.h>

#include "base/error.h"

static const ses_action *const actions[] = {
    &ses_create_email_identity,
    &ses_get_email_identity,
    &ses_list_email_identities,
    &ses_update_email_identity,
    &ses_delete_email_identity,
    &ses_create_email_address,
    &ses_list_email_address,
    &ses_delete_email_address,
    &ses_update_email_smtp_password,
    &ses_create_address_unsubscribe_config,
    &ses_update_address_unsubscribe_config,
    &ses_delete_address_unsubscribe_config,
    &ses_list_address_unsubscribe_config,
};

const ses_action *ses_action_find(const char *name)
{
    for (size_t i = 0; i < sizeof actions / sizeof actions[0]; i++) {
        if (strcmp(actions[i]->name, name) == 0)
            return actions[i];
    }
    return NULL;
}

static bool keep_text(arena *a, const char *text, size_t length, const char **kept)
{
    *kept = arena_copy(a, text, length);
    return *kept != NULL;
}

static tcses_status fill(
    const call *c, const field_table *table, bool keep_raw_json, arena *a, void *tree, tcses_error *error)
{
    ses_response_head *head = tree;
    const char *id = c->answer.request_id;
    tcses_status status = table != NULL ? codec_decode(&c->answer, table, a, tree, error) : TCSES_OK;
    if (status != TCSES_OK)
        return status;
    if (id != NULL && !keep_text(a, id, strlen(id), &head->request_id))
        return error_memory(error);
    if (!keep_raw_json)
        return TCSES_OK;
    head->raw_json_length = tcses_http_response_body_length(&c->response);
    if (!keep_text(a, tcses_http_response_body(&c->response), head->raw_json_length, &head->raw_json))
        return error_memory(error);
    return TCSES_OK;
}

static tcses_status make_tree(
    const call *c, const field_table *table, bool keep_raw_json, const void **response, tcses_error *error)
{
    arena *a = NULL;
    size_t bytes = table != NULL ? table->bytes : sizeof(ses_response_head);
    void *tree = arena_tree_new(&c->host->mem, bytes, &a);
    if (tree == NULL)
        return error_memory(error);
    memcpy(tree, &bytes, sizeof bytes);
    tcses_status status = fill(c, table, keep_raw_json, a, tree, error);
    if (status == TCSES_OK)
        *response = tree;
    else
        arena_tree_free(tree);
    return status;
}

tcses_status ses_exchange(tcses_client *client, const call_spec *spec, const field_table *table, bool keep_raw_json,
    const void **response, tcses_error *error)
{
    call *c = NULL;
    tcses_status status = call_run(&client->host, spec, &c, error);
    if (status == TCSES_OK && response != NULL)
        status = make_tree(c, table, keep_raw_json, response, error);
    call_free(c);
    return status;
}

/* The text of a request that no error may show; NULL if there is none. */
static const char *secret_of(const field_table *table, const char *request)
{
    for (size_t i = 0; i < table->fields_count; i++) {
        if ((table->fields[i].rules & RULE_SECRET) != 0)
            return *(const char *const *)(const void *)(request + table->fields[i].offset);
    }
    return NULL;
}

/* Encodes the request and makes the call. */
static tcses_status run_prepared(const ses_action *action, tcses_client *client, const void *request,
    const tcses_call_options *options, call_spec *spec, const void **response, tcses_error *error)
{
    _Alignas(max_align_t) char local[FIELD_STRUCT_MAX] = {0};
    ses_read_back looking = {action->proof, local};
    buffer body;
    buffer_init(&body, &client->mem);
    tcses_status status = codec_encode(action->request, request, &body, error);
    if (status == TCSES_OK) {
        spec->service = SES_SERVICE;
        spec->version = SES_VERSION;
        spec->action = action->name;
        spec->retry_class = action->retry_class;
        spec->body = buffer_text(&body);
        spec->body_length = body.length;
        /* The encoder has checked its size. */
        if (request != NULL)
            (void)sized_copy(local, action->request->bytes, action->request->v1, request);
        spec->secret = secret_of(action->request, local);
        if (options->reconcile == TCSES_TRUE && action->proof != NULL) {
            spec->read_back = ses_read_back_run;
            spec->read_back_ctx = &looking;
        }
        status = ses_exchange(client, spec, action->response, options->keep_raw_json == TCSES_TRUE, response, error);
    }
    buffer_free(&body);
    return status;
}

static tcses_status run(const ses_action *action, tcses_client *client, const void *request,
    const tcses_call_options *options, const void **response, tcses_error *error)
{
    tcses_call_options local;
    call_spec spec;
    error_about(error, action->name);
    if (client == NULL)
        return error_argument(error, "client", "must not be NULL");
    tcses_status status = client_prepare(client, options, &local, &spec, error);
    if (status != TCSES_OK)
        return status;
    if (spec.region[0] == '\0')
        return error_argument(error, "region", "is required by this service: ap-guangzhou or ap-hongkong");
    return run_prepared(action, client, request, &local, &spec, response, error);
}

tcses_status ses_action_run(const ses_action *action, tcses_client *client, const void *request,
    const tcses_call_options *options, const void **response, tcses_error **error)
{
    memory mem = client != NULL ? client->mem : memory_default();
    tcses_error *e = NULL;
    if (response != NULL)
        *response = NULL;
    tcses_status status = error_open(error, &mem, &e);
    if (status != TCSES_OK)
        return status;
    return error_close(error, e, run(action, client, request, options, response, e));
}
