/* Creates a sending domain and prints the DNS records that it needs. Usage: first DOMAIN [ENDPOINT] */
#include <stdio.h>
#include <tcses/tcses.h>

int main(int argc, char **argv)
{
    tcses_client_options options = TCSES_CLIENT_OPTIONS_INIT; /* credentials: from the environment or a profile */
    options.region = "ap-guangzhou";
    options.endpoint = argc > 2 ? argv[2] : NULL; /* NULL: the real service */

    tcses_create_email_identity_request request = TCSES_CREATE_EMAIL_IDENTITY_REQUEST_INIT;
    request.email_identity = argc > 1 ? argv[1] : NULL;

    tcses_client *client = NULL;
    const tcses_create_email_identity_response *response = NULL;
    tcses_error *error = NULL;
    tcses_status status = tcses_client_new(&options, &client, &error);
    if (status == TCSES_OK)
        status = tcses_create_email_identity(client, &request, NULL, &response, &error);

    if (status == TCSES_OK)
        for (size_t i = 0; i < response->attributes_count; i++)
            printf("%s %s %s\n", response->attributes[i]->type, response->attributes[i]->send_domain,
                response->attributes[i]->expected_value);
    else
        fprintf(stderr, "%s\n", tcses_error_message(error));

    tcses_create_email_identity_response_free(response); /* each of these accepts NULL */
    tcses_error_free(error);
    tcses_client_free(client);
    return status == TCSES_OK ? 0 : 1;
}
