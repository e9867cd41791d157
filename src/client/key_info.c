/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Which keys a client signs with.
 */
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "client/client.h"

static bool keep_text(arena *a, const char *text, const char **kept)
{
    if (text == NULL)
        return true;
    *kept = arena_copy(a, text, strlen(text));
    return *kept != NULL;
}

static tcses_status describe(const memory *mem, const keys *k, const tcses_key_info **out, tcses_error *error)
{
    arena *a = NULL;
    tcses_key_info *info = arena_tree_new(mem, sizeof *info, &a);
    if (info == NULL)
        return error_memory(error);
    info->size = sizeof *info;
    info->source = k->source;
    info->is_temporary = k->token != NULL ? TCSES_TRUE : TCSES_FALSE;
    if (keep_text(a, k->secret_id, &info->secret_id) && keep_text(a, k->file, &info->file) &&
        keep_text(a, k->name, &info->name)) {
        *out = info;
        return TCSES_OK;
    }
    arena_tree_free(info);
    return error_memory(error);
}

static tcses_status run(
    tcses_client *client, const tcses_call_options *options, const tcses_key_info **out, tcses_error *error)
{
    tcses_call_options local;
    call_spec spec;
    keys *found = NULL;
    if (client == NULL || out == NULL)
        return error_argument(error, client == NULL ? "client" : "out", "must not be NULL");
    tcses_status status = client_prepare(client, options, &local, &spec, error);
    if (status != TCSES_OK)
        return status;
    const call_host *host = &client->host;
    keys_wish wish = {
        .host = host, .cancel = spec.cancel, .deadline_ms = call_now_ms(host) + spec.timeout_ms, .newer_than = 0};
    status = host->get_keys(host->keys_ctx, &wish, &found, error);
    if (status == TCSES_OK)
        status = describe(&client->mem, found, out, error);
    keys_unref(found);
    return status;
}

tcses_status tcses_client_key_info(
    tcses_client *client, const tcses_call_options *options, const tcses_key_info **out, tcses_error **error)
{
    memory mem = client != NULL ? client->mem : memory_default();
    tcses_error *e = NULL;
    if (out != NULL)
        *out = NULL;
    tcses_status status = error_open(error, &mem, &e);
    if (status != TCSES_OK)
        return status;
    return error_close(error, e, run(client, options, out, e));
}

void tcses_key_info_free(const tcses_key_info *info)
{
    arena_tree_free(info);
}
