/* SPDX-License-Identifier: Apache-2.0 */
/* A program from outside: it sees only what is installed, makes a call through the scripted transport, and signs. */
#include <stdio.h>
#include <string.h>

#include <tcses/sys/mock.h>
#include <tcses/tcses.h>

static int signs(void)
{
    static const tcses_sign_header type = {sizeof type, "content-type", "application/json"};
    static const tcses_sign_header host = {sizeof host, "host", "ses.tencentcloudapi.com"};
    const tcses_sign_header *headers[] = {&type, &host};
    tcses_sign_request request = TCSES_SIGN_REQUEST_INIT;
    tcses_signer *signer = NULL;
    request.secret_id = "id";
    request.secret_key = "key";
    request.service = "ses";
    request.headers = headers;
    request.headers_count = 2;
    request.timestamp = 1700000000;
    int right = tcses_signer_new(NULL, &signer, NULL) == TCSES_OK &&
                tcses_signer_sign(signer, &request, NULL) == TCSES_OK && strlen(tcses_signer_signature(signer)) == 64;
    tcses_signer_free(signer);
    return right;
}

static int calls(void)
{
    tcses_mock *mock = NULL;
    tcses_client *client = NULL;
    tcses_client_options options = TCSES_CLIENT_OPTIONS_INIT;
    tcses_mock_exchange exchange = TCSES_MOCK_EXCHANGE_INIT;
    const tcses_list_email_address_response *response = NULL;
    exchange.action = "ListEmailAddress";
    exchange.response_body =
        "{\"Response\":{\"EmailSenders\":[{\"EmailAddress\":\"a@b.example\"}],\"RequestId\":\"r\"}}";
    if (tcses_mock_new(NULL, &mock, NULL) != TCSES_OK || tcses_mock_expect(mock, &exchange, NULL) != TCSES_OK)
        return 0;
    options.region = "ap-guangzhou";
    options.transport = tcses_mock_transport(mock);
    int right = tcses_credentials_new_static("id", "key", NULL, NULL, &options.credentials, NULL) == TCSES_OK &&
                tcses_client_new(&options, &client, NULL) == TCSES_OK &&
                tcses_list_email_address(client, NULL, NULL, &response, NULL) == TCSES_OK &&
                response->email_senders_count == 1 &&
                strcmp(response->email_senders[0]->email_address, "a@b.example") == 0;
    tcses_list_email_address_response_free(response);
    tcses_client_free(client);
    tcses_credentials_unref(options.credentials);
    tcses_mock_free(mock);
    return right;
}

int main(void)
{
    if (!signs() || !calls())
        return 1;
    printf("libtcses %s works\n", tcses_version());
    return 0;
}
