/* SPDX-License-Identifier: Apache-2.0 */
/* The signer of tcses/signer.h as a filter: a request as a line of JSON in, its Authorization out. */
#include <stdio.h>
#include <stdlib.h>

#include <jansson.h>
#include <tcses/signer.h>

/* Reads the request's fields; the texts belong to the JSON. */
static int read_request(json_t *line, tcses_sign_request *request, tcses_sign_header *type, tcses_sign_header *host)
{
    json_int_t timestamp = 0;
    const char *payload = NULL;
    int read = json_unpack(line, "{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s%, s:I}", "method", &request->method, "query",
        &request->query, "service", &request->service, "secretId", &request->secret_id, "secretKey",
        &request->secret_key, "type", &type->value, "host", &host->value, "payload", &payload, &request->payload_length,
        "timestamp", &timestamp);
    request->payload = payload;
    request->timestamp = timestamp;
    return read;
}

static int sign_line(tcses_signer *signer, json_t *line)
{
    tcses_sign_header type = TCSES_SIGN_HEADER_INIT;
    tcses_sign_header host = TCSES_SIGN_HEADER_INIT;
    const tcses_sign_header *headers[] = {&host, &type};
    tcses_sign_request request = TCSES_SIGN_REQUEST_INIT;
    tcses_error *error = NULL;
    type.name = "Content-Type";
    host.name = "Host";
    request.headers = headers;
    request.headers_count = 2;
    if (line == NULL || read_request(line, &request, &type, &host) != 0) {
        fprintf(stderr, "a line that is no request\n");
        return 1;
    }
    if (tcses_signer_sign(signer, &request, &error) != TCSES_OK) {
        fprintf(stderr, "%s\n", tcses_error_message(error));
        tcses_error_free(error);
        return 1;
    }
    return printf("%s\n", tcses_signer_authorization(signer)) < 0;
}

int main(void)
{
    tcses_signer *signer = NULL;
    char *text = NULL;
    size_t room = 0;
    int failed = tcses_signer_new(NULL, &signer, NULL) != TCSES_OK;
    while (!failed && getline(&text, &room, stdin) > 0) {
        json_t *line = json_loads(text, 0, NULL);
        failed = sign_line(signer, line);
        json_decref(line);
    }
    free(text);
    tcses_signer_free(signer);
    return failed;
}
