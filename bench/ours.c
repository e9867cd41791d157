/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The library as a program uses it, with keys from the environment:
 *   ours call URL TIMES     GetEmailIdentity
 *   ours own URL TIMES      the same with an allocator that counts
 *   ours record FILE URL    GetEmailIdentity over a transport that writes the request down and answers by itself
 *   ours list FILE TIMES    ListEmailIdentities over a transport that answers with the file
 *   ours sign TIMES         a signature of the same request
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tcses/tcses.h>

#include "measure.h"

#define DOMAIN "mail.example.com"

typedef struct canned {
    FILE *record; /* where the request goes; NULL: nowhere */
    char *answer;
    size_t length;
} canned;

static void need(tcses_status status, const tcses_error *error)
{
    if (status != TCSES_OK)
        measure_die(tcses_error_message(error));
}

static void *count_allocate(void *ctx, size_t bytes)
{
    (void)ctx;
    measure_own_allocations++;
    return malloc(bytes);
}

static void count_release(void *ctx, void *block)
{
    (void)ctx;
    free(block);
}

static void write_down(const tcses_http_request *request, FILE *file)
{
    for (size_t i = 0; i < tcses_http_request_headers_count(request); i++)
        fprintf(
            file, "%s: %s\n", tcses_http_request_header_name(request, i), tcses_http_request_header_value(request, i));
    fputs("\n", file);
    fwrite(tcses_http_request_body(request), 1, tcses_http_request_body_length(request), file);
}

static tcses_status answer_by_itself(void *ctx, tcses_http_request *request, tcses_http_response *response)
{
    const canned *c = ctx;
    if (c->record != NULL)
        write_down(request, c->record);
    tcses_http_response_set_status(response, 200);
    return tcses_http_response_append_body(response, c->answer, c->length);
}

static tcses_client *new_client(const char *endpoint, canned *answer, const tcses_allocator *allocator)
{
    tcses_client_options options = TCSES_CLIENT_OPTIONS_INIT;
    tcses_transport_ops ops = TCSES_TRANSPORT_OPS_INIT;
    tcses_client *client = NULL;
    tcses_error *error = NULL;
    ops.perform = answer_by_itself;
    if (answer != NULL)
        need(tcses_transport_new(&ops, answer, NULL, &options.transport, &error), error);
    options.region = "ap-guangzhou";
    options.endpoint = endpoint;
    options.allocator = allocator;
    need(tcses_client_new(&options, &client, &error), error);
    tcses_transport_unref(options.transport);
    return client;
}

static bool get_identity(void *client)
{
    tcses_get_email_identity_request request = TCSES_GET_EMAIL_IDENTITY_REQUEST_INIT;
    const tcses_get_email_identity_response *response = NULL;
    tcses_error *error = NULL;
    request.email_identity = DOMAIN;
    need(tcses_get_email_identity(client, &request, NULL, &response, &error), error);
    bool whole = response->attributes_count > 0 && response->attributes[0]->expected_value != NULL;
    tcses_get_email_identity_response_free(response);
    return whole;
}

static bool list_identities(void *client)
{
    const tcses_list_email_identities_response *response = NULL;
    tcses_error *error = NULL;
    need(tcses_list_email_identities(client, NULL, NULL, &response, &error), error);
    bool whole = response->email_identities_count > 0;
    tcses_list_email_identities_response_free(response);
    return whole;
}

static bool sign(void *signer)
{
    static const char body[] = "{\"EmailIdentity\":\"" DOMAIN "\"}";
    tcses_sign_header type = TCSES_SIGN_HEADER_INIT;
    tcses_sign_header host = TCSES_SIGN_HEADER_INIT;
    tcses_sign_request request = TCSES_SIGN_REQUEST_INIT;
    const tcses_sign_header *const headers[] = {&type, &host};
    tcses_error *error = NULL;
    type.name = "content-type";
    type.value = "application/json";
    host.name = "host";
    host.value = "ses.tencentcloudapi.com";
    request.secret_id = getenv("TENCENTCLOUD_SECRET_ID");
    request.secret_key = getenv("TENCENTCLOUD_SECRET_KEY");
    request.service = "ses";
    request.payload = body;
    request.payload_length = sizeof body - 1;
    request.headers = headers;
    request.headers_count = 2;
    request.timestamp = 1735689600;
    need(tcses_signer_sign(signer, &request, &error), error);
    return true;
}

static int run_calls(const char *url, size_t times, bool count_own)
{
    tcses_allocator counting = TCSES_ALLOCATOR_INIT;
    counting.allocate = count_allocate;
    counting.release = count_release;
    tcses_client *client = new_client(url, NULL, count_own ? &counting : NULL);
    int result = measure_loop(get_identity, client, times);
    tcses_client_free(client);
    return result;
}

static int run_record(const char *path, const char *url)
{
    static char answer[] = "{\"Response\":{\"Attributes\":[{\"ExpectedValue\":\"\"}],\"RequestId\":\"\"}}";
    canned c = {fopen(path, "wb"), answer, sizeof answer - 1};
    if (c.record == NULL)
        measure_die(path);
    tcses_client *client = new_client(url, &c, NULL);
    bool done = get_identity(client);
    tcses_client_free(client);
    return fclose(c.record) == 0 && done ? 0 : 1;
}

static int run_list(const char *path, size_t times)
{
    canned c = {NULL, NULL, 0};
    c.answer = measure_read(path, &c.length);
    tcses_client *client = new_client(NULL, &c, NULL);
    int result = measure_loop(list_identities, client, times);
    tcses_client_free(client);
    free(c.answer);
    return result;
}

static int run_sign(size_t times)
{
    tcses_signer *signer = NULL;
    tcses_error *error = NULL;
    need(tcses_signer_new(NULL, &signer, &error), error);
    int result = measure_loop(sign, signer, times);
    tcses_signer_free(signer);
    return result;
}

int main(int argc, char **argv)
{
    const char *what = argc > 2 ? argv[1] : "";
    size_t times = argc > 2 ? (size_t)strtoul(argv[argc - 1], NULL, 10) : 0;
    if (argc == 4 && (strcmp(what, "call") == 0 || strcmp(what, "own") == 0))
        return run_calls(argv[2], times, strcmp(what, "own") == 0);
    if (argc == 4 && strcmp(what, "record") == 0)
        return run_record(argv[2], argv[3]);
    if (argc == 4 && strcmp(what, "list") == 0)
        return run_list(argv[2], times);
    if (argc == 3 && strcmp(what, "sign") == 0)
        return run_sign(times);
    measure_die("Usage: ours call|own URL TIMES, ours record FILE URL, ours list FILE TIMES, ours sign TIMES");
}
