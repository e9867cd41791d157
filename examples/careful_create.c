/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Creates a sender address and acts on what is known of it afterwards. Usage: careful_create ADDRESS [ALIAS [ENDPOINT]]
 * Exit status: 0 it is there; 1 it is not, and why; 2 the same may succeed later; 3 nobody knows: look before you repeat.
 */
#include <stdio.h>
#include <tcses/tcses.h>

enum { IS_THERE = 0, IS_NOT_THERE = 1, TRY_LATER = 2, NOBODY_KNOWS = 3 };

static int tell(const tcses_error *error)
{
    const char *hint = tcses_error_hint(error);
    fprintf(stderr, "%s\n", tcses_error_message(error));
    if (hint != NULL)
        fprintf(stderr, "%s\n", hint);
    switch (tcses_error_outcome(error)) {
    case TCSES_OUTCOME_DONE:
        return IS_THERE;
    case TCSES_OUTCOME_NOT_DONE:
        break;
    default:
        return NOBODY_KNOWS;
    }
    if (tcses_error_retryable(error) != TCSES_TRUE)
        return IS_NOT_THERE;
    if (tcses_error_retry_after_ms(error) > 0)
        fprintf(stderr, "Try again in %lld s.\n", (long long)tcses_error_retry_after_ms(error) / 1000);
    return TRY_LATER;
}

int main(int argc, char **argv)
{
    tcses_client_options options = TCSES_CLIENT_OPTIONS_INIT;
    options.region = "ap-guangzhou";
    options.endpoint = argc > 3 ? argv[3] : NULL; /* NULL: the real service */

    tcses_create_email_address_request request = TCSES_CREATE_EMAIL_ADDRESS_REQUEST_INIT;
    request.email_address = argc > 1 ? argv[1] : NULL;
    request.email_sender_name = argc > 2 ? argv[2] : NULL;

    tcses_call_options settled = TCSES_CALL_OPTIONS_INIT;
    settled.reconcile = TCSES_TRUE; /* if the answer is lost, read back */

    tcses_client *client = NULL;
    tcses_error *error = NULL;
    int end = IS_THERE;
    if (tcses_client_new(&options, &client, &error) != TCSES_OK ||
        tcses_create_email_address(client, &request, &settled, NULL, &error) != TCSES_OK)
        end = tell(error);
    tcses_error_free(error);
    tcses_client_free(client);
    return end;
}
