/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Looks whether DNS has the records that the service wants to see, and says of each that is not right what is wrong and
 * what to do. Usage: doctor DOMAIN [ENDPOINT [RESOLVER [PORT]]]
 * Build it with the flags that `pkg-config tcses-dns` names.
 * Exit status, as of the tool tcses: 0 all is right; 1 usage; 2 no keys; 3 nobody could be asked; 4 the service refused;
 * 5 right, but not seen everywhere yet; 6 something is wrong or missing.
 */
#include <stdio.h>
#include <stdlib.h>

#include <tcses/dns.h>
#include <tcses/tcses.h>

enum { ALL_RIGHT = 0, USAGE = 1, NO_KEYS = 2, NOT_ASKED = 3, REFUSED = 4, NOT_YET = 5, WRONG = 6 };

/* Prints why something failed, and takes the error over. */
static int tell_failure(tcses_error *error)
{
    tcses_status status = tcses_error_status(error);
    const char *hint = tcses_error_hint(error);
    fprintf(stderr, "%s\n", tcses_error_message(error));
    if (hint != NULL)
        fprintf(stderr, "%s\n", hint);
    tcses_error_free(error);
    return status == TCSES_ERR_ARGUMENT      ? USAGE
           : status == TCSES_ERR_CREDENTIALS ? NO_KEYS
           : status == TCSES_ERR_API         ? REFUSED
                                             : NOT_ASKED;
}

/* What the service expects of the domain, as records. */
static tcses_status get_expected(
    const char *domain, const char *endpoint, const tcses_record_set **set, tcses_error **error)
{
    tcses_client_options options = TCSES_CLIENT_OPTIONS_INIT; /* credentials: from the environment or a profile */
    tcses_get_email_identity_request get = TCSES_GET_EMAIL_IDENTITY_REQUEST_INIT;
    tcses_record_set_request request = TCSES_RECORD_SET_REQUEST_INIT;
    const tcses_get_email_identity_response *response = NULL;
    tcses_client *client = NULL;
    options.region = "ap-guangzhou";
    options.endpoint = endpoint; /* NULL: the real service */
    get.email_identity = domain;
    tcses_status status = tcses_client_new(&options, &client, error);
    if (status == TCSES_OK)
        status = tcses_get_email_identity(client, &get, NULL, &response, error);
    if (status == TCSES_OK) {
        request.domain = domain;
        request.attributes = response->attributes;
        request.attributes_count = response->attributes_count;
        status = tcses_record_set_new(&request, NULL, set, error);
    }
    tcses_get_email_identity_response_free(response); /* the set depends on nothing; each of these accepts NULL */
    tcses_client_free(client);
    return status;
}

/* The first finding is the most serious one. */
static void show_finding(const tcses_finding *const *findings, size_t count)
{
    if (count == 0)
        return;
    printf("      %s: %s\n", findings[0]->code, findings[0]->english);
    if (findings[0]->fix_english != NULL)
        printf("      to do: %s\n", findings[0]->fix_english);
    if (findings[0]->fix_value != NULL)
        printf("%s\n", findings[0]->fix_value);
}

static void show_report(const tcses_doctor_report *report)
{
    printf("%s: %s\n", report->domain, tcses_record_status_name(report->status));
    show_finding(report->findings, report->findings_count);
    for (size_t i = 0; i < report->records_count; i++) {
        const tcses_record_report *record = report->records[i];
        printf(
            "   %s %s: %s\n", record->expected->type, record->expected->name, tcses_record_status_name(record->status));
        show_finding(record->findings, record->findings_count);
    }
    if (report->wait_seconds > 0)
        printf("Caches have all of it in %d s at the latest.\n", (int)report->wait_seconds);
}

/* "Could not ask" is not "missing": who watches a domain raises no alarm then, and looks again. */
static int exit_status(int32_t status)
{
    switch (status) {
    case TCSES_RECORD_OK:
    case TCSES_RECORD_OK_INHERITED:
        return ALL_RIGHT;
    case TCSES_RECORD_PROPAGATING:
        return NOT_YET;
    case TCSES_RECORD_UNKNOWN:
        return NOT_ASKED;
    default:
        return WRONG;
    }
}

int main(int argc, char **argv)
{
    const char *domain = argc > 1 ? argv[1] : NULL;
    tcses_doctor_options options = TCSES_DOCTOR_OPTIONS_INIT;
    options.resolver = argc > 3 ? argv[3] : NULL;                     /* NULL: the one of /etc/resolv.conf */
    options.port = argc > 4 ? (int32_t)strtol(argv[4], NULL, 10) : 0; /* of the zone's own servers; 0: 53 */

    tcses_doctor_request request = TCSES_DOCTOR_REQUEST_INIT;
    const tcses_doctor_report *report = NULL;
    tcses_error *error = NULL;
    tcses_status status = get_expected(domain, argc > 2 ? argv[2] : NULL, &request.expected, &error);
    if (status == TCSES_OK)
        status = tcses_doctor_run(&options, &request, &report, &error);

    int end = ALL_RIGHT;
    if (status != TCSES_OK) {
        end = tell_failure(error);
    } else {
        show_report(report);
        end = exit_status(report->status);
    }
    tcses_doctor_report_free(report);
    tcses_record_set_free(request.expected);
    return end;
}
