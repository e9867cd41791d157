/* SPDX-License-Identifier: Apache-2.0 */
/* A host that uses json-c beside the library, whose jansson has functions of the same names: both must read right. */
#include <stdio.h>
#include <string.h>

#include <json-c/json.h>
#include <tcses/sys/mock.h>
#include <tcses/tcses.h>

static const char answer[] =
    "{\"Response\":{\"IdentityType\":\"DOMAIN\",\"VerifiedForSendingStatus\":true,\"DKIMOption\":1,\"Attributes\":["
    "{\"Type\":\"MX\",\"SendDomain\":\"mail.example.com\",\"ExpectedValue\":\"mxbiz1.qq.com.\",\"CurrentValue\":\"\","
    "\"Status\":false}],\"TagList\":[{\"TagKey\":\"k\",\"TagValue\":\"v\"}],\"RequestId\":\"request-1\"}}";

static tcses_client *client_on(tcses_mock *mock)
{
    tcses_client_options options = TCSES_CLIENT_OPTIONS_INIT;
    tcses_client *client = NULL;
    options.region = "ap-guangzhou";
    options.transport = tcses_mock_transport(mock);
    if (tcses_credentials_new_static("id", "key", NULL, NULL, &options.credentials, NULL) != TCSES_OK)
        return NULL;
    if (tcses_client_new(&options, &client, NULL) != TCSES_OK)
        client = NULL;
    tcses_credentials_unref(options.credentials);
    return client;
}

static int is_right(const tcses_get_email_identity_response *response)
{
    return response->attributes_count == 1 && strcmp(response->attributes[0]->type, "MX") == 0 &&
           strcmp(response->attributes[0]->expected_value, "mxbiz1.qq.com.") == 0 &&
           response->attributes[0]->status == TCSES_FALSE && response->tag_list_count == 1 &&
           strcmp(response->tag_list[0]->tag_value, "v") == 0 && response->dkim_option == TCSES_DKIM_2048 &&
           response->verified_for_sending_status == TCSES_TRUE && strcmp(response->request_id, "request-1") == 0;
}

static int library_reads(tcses_client *client)
{
    tcses_get_email_identity_request request = TCSES_GET_EMAIL_IDENTITY_REQUEST_INIT;
    const tcses_get_email_identity_response *response = NULL;
    tcses_error *error = NULL;
    request.email_identity = "mail.example.com";
    if (tcses_get_email_identity(client, &request, NULL, &response, &error) != TCSES_OK) {
        printf("the library: %s\n", tcses_error_message(error));
        tcses_error_free(error);
        return 0;
    }
    int right = is_right(response);
    tcses_get_email_identity_response_free(response);
    return right;
}

/* json_object_get() of json-c takes a reference and returns its argument; that of jansson looks up a key. */
static int json_c_reads(void)
{
    json_object *root = json_tokener_parse(answer);
    json_object *response = NULL;
    json_object *id = NULL;
    int right = root != NULL && json_object_get(root) == root && json_object_put(root) == 0 &&
                json_object_object_get_ex(root, "Response", &response) &&
                json_object_object_get_ex(response, "RequestId", &id) &&
                strcmp(json_object_get_string(id), "request-1") == 0;
    json_object_put(root);
    return right;
}

int main(void)
{
    tcses_mock *mock = NULL;
    tcses_mock_exchange exchange = TCSES_MOCK_EXCHANGE_INIT;
    exchange.action = "GetEmailIdentity";
    exchange.response_body = answer;
    if (tcses_mock_new(NULL, &mock, NULL) != TCSES_OK || tcses_mock_expect(mock, &exchange, NULL) != TCSES_OK)
        return 2;
    tcses_client *client = client_on(mock);
    int library = client != NULL && library_reads(client);
    int host = json_c_reads();
    printf("library %s, json-c %s\n", library ? "right" : "wrong", host ? "right" : "wrong");
    tcses_client_free(client);
    tcses_mock_free(mock);
    return library && host ? 0 : 1;
}
