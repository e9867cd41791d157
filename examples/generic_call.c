/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any action of SES by its name, also one that the library has no function for: prints the answer's JSON.
 * Usage: generic_call ACTION [BODY [ENDPOINT]]
 */
#include <stdio.h>
#include <string.h>

#include <tcses/tcses.h>

int main(int argc, char **argv)
{
    tcses_client_options options = TCSES_CLIENT_OPTIONS_INIT;
    options.region = "ap-guangzhou";
    options.endpoint = argc > 3 ? argv[3] : NULL;

    tcses_call_request request = TCSES_CALL_REQUEST_INIT;
    request.action = argc > 1 ? argv[1] : NULL;
    request.body = argc > 2 ? argv[2] : "{}";
    request.body_length = strlen(request.body);

    tcses_client *client = NULL;
    const tcses_call_response *response = NULL;
    tcses_error *error = NULL;
    tcses_status status = tcses_client_new(&options, &client, &error);
    if (status == TCSES_OK)
        status = tcses_call(client, &request, NULL, &response, &error);
    if (status == TCSES_OK)
        puts(response->raw_json);
    else
        fprintf(stderr, "%s\n", tcses_error_message(error));

    tcses_call_response_free(response);
    tcses_error_free(error);
    tcses_client_free(client);
    return status == TCSES_OK ? 0 : 1;
}
