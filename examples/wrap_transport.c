/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A transport around libcurl: it adds a header to every request, lets libcurl carry it, and counts. docs/transport.md
 * explains it. Usage: wrap_transport [ENDPOINT]
 */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include <tcses/tcses.h>

typedef struct counter {
    tcses_transport *inner;
    atomic_int requests; /* perform() may run on many threads at once */
    atomic_int failures;
} counter;

static tcses_status counter_perform(void *ctx, tcses_http_request *request, tcses_http_response *response)
{
    counter *self = ctx;
    atomic_fetch_add(&self->requests, 1);
    tcses_status status = tcses_http_request_add_header(request, "X-Trace", "42");
    if (status == TCSES_OK)
        status = tcses_transport_perform(self->inner, request, response); /* sets stage, status, headers and body */
    else
        tcses_http_response_set_stage(response, TCSES_STAGE_UNSENT); /* else it counts as sent, and is not repeated */
    if (status != TCSES_OK)
        atomic_fetch_add(&self->failures, 1);
    return status;
}

/* Runs once, when the client and all others have given their references back. */
static void counter_destroy(void *ctx)
{
    counter *self = ctx;
    printf("%d requests, %d of them failed\n", atomic_load(&self->requests), atomic_load(&self->failures));
    tcses_transport_unref(self->inner);
    free(self);
}

static tcses_status counter_new(tcses_transport **out, tcses_error **error)
{
    counter *self = calloc(1, sizeof *self);
    if (self == NULL)
        return TCSES_ERR_MEMORY;
    tcses_transport_ops ops = TCSES_TRANSPORT_OPS_INIT;
    ops.perform = counter_perform;
    ops.destroy = counter_destroy;
    tcses_status status = tcses_transport_new_curl(NULL, NULL, &self->inner, error);
    if (status == TCSES_OK)
        status = tcses_transport_new(&ops, self, NULL, out, error);
    if (status != TCSES_OK) { /* a transport that was not made does not destroy */
        tcses_transport_unref(self->inner);
        free(self);
    }
    return status;
}

static tcses_status list_domains(tcses_client *client, tcses_error **error)
{
    const tcses_list_email_identities_response *response = NULL;
    tcses_status status = tcses_list_email_identities(client, NULL, NULL, &response, error);
    if (status == TCSES_OK)
        printf("%zu domains\n", response->email_identities_count);
    tcses_list_email_identities_response_free(response);
    return status;
}

int main(int argc, char **argv)
{
    tcses_client_options options = TCSES_CLIENT_OPTIONS_INIT;
    options.region = "ap-guangzhou";
    options.endpoint = argc > 1 ? argv[1] : NULL;
    tcses_client *client = NULL;
    tcses_error *error = NULL;
    tcses_status status = counter_new(&options.transport, &error);
    if (status == TCSES_OK)
        status = tcses_client_new(&options, &client, &error);
    if (status == TCSES_OK)
        status = list_domains(client, &error);
    if (status != TCSES_OK)
        fprintf(stderr, "%s\n", error != NULL ? tcses_error_message(error) : tcses_status_name(status));
    tcses_error_free(error);
    tcses_client_free(client);
    tcses_transport_unref(options.transport);
    return status == TCSES_OK ? 0 : 1;
}
