/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The signature alone, for a request that another program sends: prints its headers. Keys come from the environment.
 *     sign ListEmailIdentities '{}' > headers
 *     curl -H @headers -d '{}' https://ses.tencentcloudapi.com
 * Usage: sign ACTION BODY [HOST]
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <tcses/tcses.h>

static const char content_type[] = "application/json";

static void print_headers(const tcses_signer *signer, const char *action, int64_t timestamp)
{
    printf("Content-Type: %s\n", content_type);
    printf("X-TC-Action: %s\n", action);
    printf("X-TC-Version: 2020-10-02\n");
    printf("X-TC-Region: ap-guangzhou\n");
    printf("X-TC-Timestamp: %" PRId64 "\n", timestamp);
    printf("Authorization: %s\n", tcses_signer_authorization(signer));
}

static tcses_status sign(
    tcses_signer *signer, const char *action, const char *body, const char *host, tcses_error **error)
{
    tcses_sign_header type_header = TCSES_SIGN_HEADER_INIT;
    type_header.name = "Content-Type";
    type_header.value = content_type;
    tcses_sign_header host_header = TCSES_SIGN_HEADER_INIT;
    host_header.name = "Host";
    host_header.value = host;
    const tcses_sign_header *const headers[] = {&type_header, &host_header};

    tcses_sign_request request = TCSES_SIGN_REQUEST_INIT;
    request.secret_id = getenv("TENCENTCLOUD_SECRET_ID");
    request.secret_key = getenv("TENCENTCLOUD_SECRET_KEY");
    request.service = "ses";
    request.payload = body;
    request.payload_length = strlen(body);
    request.headers = headers;
    request.headers_count = 2;
    request.timestamp = (int64_t)time(NULL);

    tcses_status status = tcses_signer_sign(signer, &request, error);
    if (status == TCSES_OK)
        print_headers(signer, action, request.timestamp);
    return status;
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        fprintf(stderr, "Usage: sign ACTION BODY [HOST]\n");
        return 2;
    }
    tcses_signer *signer = NULL;
    tcses_error *error = NULL;
    tcses_status status = tcses_signer_new(NULL, &signer, &error);
    if (status == TCSES_OK)
        status = sign(signer, argv[1], argv[2], argc > 3 ? argv[3] : "ses.tencentcloudapi.com", &error);
    if (status != TCSES_OK)
        fprintf(stderr, "%s\n", tcses_error_message(error));
    tcses_error_free(error);
    tcses_signer_free(signer);
    return status == TCSES_OK ? 0 : 1;
}
