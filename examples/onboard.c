/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The whole way from a domain to sender addresses, each step shown. A step that an earlier run has done is found done
 * and not repeated, so that after a failure, or hours later, the same command goes on where it was.
 */
#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <tcses/tcses.h>

#include "password.h"
#include "table.h"

/* Where steps stand in a report. */
enum { STEP_VERIFICATION = 2, STEP_FIRST_ADDRESS = 3 };

enum { ADDRESSES = 10, ADDRESS_BYTES = 512, VALUE_BYTES = 60, DEFAULT_PAUSE = 300, DEFAULT_TRIES = 25, MOST = 1000000 };

typedef struct plan {
    const char *endpoint, *region, *profile;
    tcses_onboard_request request;
    const char *password_file, *unverified;
    bool submit;
    int pause, tries;
} plan;

/* ---- what is shown ---- */

static void show_step(const char *title, const char *about)
{
    static int number;
    printf("\n%d. %s%s\n", ++number, title, about);
}

static const char *or_dash(const char *text)
{
    return text != NULL && text[0] != '\0' ? text : "-";
}

static const char *outcome_words(int32_t outcome)
{
    switch (outcome) {
    case TCSES_OUTCOME_NOT_DONE:
        return "not done: the request had no effect";
    case TCSES_OUTCOME_DONE:
        return "done: the request took effect all the same";
    default:
        return "unknown: look before you repeat it";
    }
}

static void show_error(FILE *stream, const tcses_error *error)
{
    fprintf(stream, "   status      %s\n", tcses_status_name(tcses_error_status(error)));
    fprintf(stream, "   code        %s\n", or_dash(tcses_error_code(error)));
    fprintf(stream, "   message     %s\n", tcses_error_message(error));
    fprintf(stream, "   request id  %s\n", or_dash(tcses_error_request_id(error)));
    fprintf(stream, "   outcome     %s\n", outcome_words(tcses_error_outcome(error)));
    fprintf(stream, "   hint        %s\n", or_dash(tcses_error_hint(error)));
}

/* Returns false, the end of a step. */
static bool show_failure(const char *what, const char *about, const tcses_error *error)
{
    fflush(stdout);
    fprintf(stderr, "\n   FAILED: %s%s\n", what, about);
    show_error(stderr, error);
    return false;
}

/* The same, and takes the error over. */
static bool step_failed(const char *what, const char *about, tcses_error *error)
{
    show_failure(what, about, error);
    tcses_error_free(error);
    return false;
}

static bool is_code(const tcses_error *error, const char *code)
{
    const char *found = tcses_error_code(error);
    return found != NULL && strcmp(found, code) == 0;
}

/* A DKIM key is too long for a table: it follows below, on a line of its own, to be copied. */
static bool is_long(const tcses_dns_attribute *record)
{
    return strlen(or_dash(record->expected_value)) > VALUE_BYTES;
}

static void show_records(const tcses_dns_attribute *const *records, size_t count)
{
    table_row *rows = table_new(count + 1);
    rows[0] = (table_row){{"Type", "Name", "Value", "Seen"}};
    for (size_t i = 0; i < count; i++)
        rows[i + 1] = (table_row){{or_dash(records[i]->type), or_dash(records[i]->send_domain),
            is_long(records[i]) ? "(below)" : or_dash(records[i]->expected_value),
            records[i]->status == TCSES_TRUE ? "yes" : "no"}};
    table_print(rows, count + 1);
    free(rows);
    for (size_t i = 0; i < count; i++)
        if (is_long(records[i]))
            printf("\n   the value of %s:\n%s\n", or_dash(records[i]->send_domain), records[i]->expected_value);
}

/* ---- the sending domain ---- */

/* Finds the domain, or creates it: a domain is one of ten and perhaps can't be deleted. */
static bool ensure_domain(tcses_client *client, const char *domain, bool quiet, bool *verified)
{
    tcses_create_email_identity_request request = TCSES_CREATE_EMAIL_IDENTITY_REQUEST_INIT;
    request.email_identity = domain;
    const tcses_get_email_identity_response *response = NULL;
    int32_t found = 0;
    tcses_error *error = NULL;
    if (tcses_ensure_email_identity(client, &request, NULL, &found, &response, &error) != TCSES_OK) {
        const char *action = tcses_error_action(error);
        bool looked = action != NULL && strcmp(action, "GetEmailIdentity") == 0;
        return step_failed(looked ? "look for the domain " : "create the domain ", domain, error);
    }
    *verified = response->verified_for_sending_status == TCSES_TRUE;
    if (!quiet) {
        if (found == TCSES_ENSURE_CREATED)
            printf("   Created. It needs these DNS records:\n\n");
        else
            printf("   It is there already, %s. Its DNS records:\n\n", *verified ? "verified" : "not verified");
        show_records(response->attributes, response->attributes_count);
    }
    tcses_get_email_identity_response_free(response);
    return true;
}

/* ---- verification and sender addresses ---- */

static bool is_done(const tcses_onboard_step *step)
{
    return step->state == TCSES_STEP_DONE || step->state == TCSES_STEP_EXISTED;
}

/* What one submission has come to. */
static void show_submission(const tcses_onboard_report *report, const tcses_onboard_step *step, int number)
{
    size_t seen = 0;
    for (size_t i = 0; i < report->attributes_count; i++)
        seen += report->attributes[i]->status == TCSES_TRUE;
    if (step->error != NULL)
        printf("   submission %d: %s\n", number, tcses_error_message(step->error));
    else if (step->state != TCSES_STEP_EXISTED)
        printf("   submission %d: %zu of %zu records seen, %s\n", number, seen, report->attributes_count,
            is_done(step) ? "verified" : "not verified yet");
}

/*
 * The service looks the records up when the domain is submitted, so call again, slowly, until it has seen them: each
 * call submits once and, when the domain is verified, makes the addresses. (With a deadline_ms one call does the
 * waiting.)
 */
static bool onboard(tcses_client *client, const plan *wanted, const tcses_onboard_report **report)
{
    for (int number = 1; number <= wanted->tries; number++) {
        tcses_error *error = NULL;
        tcses_onboard_report_free(*report);
        if (tcses_onboard(client, &wanted->request, NULL, NULL, NULL, report, &error) != TCSES_OK)
            return step_failed("onboard ", wanted->request.domain, error);
        const tcses_onboard_step *step = (*report)->steps[STEP_VERIFICATION];
        show_submission(*report, step, number);
        if (step->state == TCSES_STEP_FAILED && tcses_error_retryable(step->error) != TCSES_TRUE)
            return show_failure("submit the domain ", step->subject, step->error);
        if (is_done(step))
            return true;
        if (number < wanted->tries) {
            printf("   waiting %d s\n", wanted->pause);
            tcses_cancel_wait(NULL, (int64_t)wanted->pause * 1000);
        }
    }
    fprintf(stderr, "\n   FAILED: %s is still not verified. Check the records; the same command goes on.\n",
        wanted->request.domain);
    return false;
}

/* None depends on another: all were tried. */
static bool show_addresses(const tcses_onboard_report *report)
{
    bool done = true;
    for (size_t i = STEP_FIRST_ADDRESS; i < report->steps_count; i++) {
        const tcses_onboard_step *step = report->steps[i];
        if (is_done(step))
            printf("   %s %s\n", step->subject, step->state == TCSES_STEP_DONE ? "created" : "is there already");
        else
            done = show_failure("create the address ", step->subject, step->error);
    }
    return done;
}

static bool set_password(tcses_client *client, const char *address, const char *password, const char *file)
{
    tcses_update_email_smtp_password_request request = TCSES_UPDATE_EMAIL_SMTP_PASSWORD_REQUEST_INIT;
    request.email_address = address;
    request.password = password;
    tcses_error *error = NULL;
    if (tcses_update_email_smtp_password(client, &request, NULL, NULL, &error) == TCSES_OK) {
        printf("   Set. The password is in the file %s, which only you can read.\n", file);
        return true;
    }
    if (tcses_error_outcome(error) == TCSES_OUTCOME_NOT_DONE)
        unlink(file); /* it holds a password that nothing has */
    return step_failed("set the SMTP password of ", address, error);
}

/* The password is saved before it is set, so that it can't be lost, and never shown: screens and logs are kept. */
static bool give_password(tcses_client *client, const char *address, const char *file)
{
    char password[TCSES_SMTP_PASSWORD_BYTES];
    tcses_error *error = NULL;
    if (tcses_smtp_password_generate(password, sizeof password, &error) != TCSES_OK)
        return step_failed("make a password for ", address, error);
    bool done = false;
    if (password_save(password, file))
        done = set_password(client, address, password, file);
    else if ((done = errno == EEXIST))
        printf("   %s exists: left as an earlier run has set it.\n", file);
    else
        fprintf(stderr, "\n   FAILED: save a password in %s: %s\n", file, strerror(errno));
    password_wipe(password);
    return done;
}

/* ---- the lists, and a refusal ---- */

static bool list_domains(tcses_client *client)
{
    tcses_email_identity_iterator *iterator = NULL;
    const tcses_email_identity *item = NULL;
    tcses_error *error = NULL;
    tcses_status status = tcses_email_identity_iterator_new(client, NULL, NULL, &iterator, &error);
    if (status == TCSES_OK)
        status = tcses_email_identity_iterator_next(iterator, &item, &error);
    while (status == TCSES_OK && item != NULL) {
        printf("   %s, %s\n", or_dash(item->identity_name),
            item->sending_enabled == TCSES_TRUE ? "verified" : "not verified");
        status = tcses_email_identity_iterator_next(iterator, &item, &error);
    }
    tcses_email_identity_iterator_free(iterator);
    return status == TCSES_OK || step_failed("list the domains", "", error);
}

static bool list_addresses(tcses_client *client)
{
    const tcses_list_email_address_response *response = NULL;
    tcses_error *error = NULL;
    if (tcses_list_email_address(client, NULL, NULL, &response, &error) != TCSES_OK)
        return step_failed("list the addresses", "", error);
    size_t count = response->email_senders_count;
    putchar('\n');
    table_row *rows = table_new(count + 1);
    rows[0] = (table_row){{"Address", "Alias", "SMTP password"}};
    for (size_t i = 0; i < count; i++) {
        const tcses_email_sender *sender = response->email_senders[i];
        bool has_password = sender->smtp_pwd_type != NULL && *sender->smtp_pwd_type != 0;
        rows[i + 1] = (table_row){
            {or_dash(sender->email_address), or_dash(sender->email_sender_name), has_password ? "set" : "-"}};
    }
    table_print(rows, count + 1);
    free(rows);
    tcses_list_email_address_response_free(response);
    return true;
}

/* What an error tells: here one that is sure to come. */
static bool show_refusal(tcses_client *client, const char *domain)
{
    char address[ADDRESS_BYTES];
    bool verified = false;
    tcses_create_email_address_request request = TCSES_CREATE_EMAIL_ADDRESS_REQUEST_INIT;
    if (!ensure_domain(client, domain, true, &verified))
        return false;
    snprintf(address, sizeof address, "hello@%s", domain);
    request.email_address = address;
    tcses_error *error = NULL;
    if (tcses_create_email_address(client, &request, NULL, NULL, &error) == TCSES_OK) {
        fprintf(stderr, "\n   FAILED: %s was to be refused, and is created\n", address);
        return false;
    }
    if (!is_code(error, TCSES_CODE_DOMAIN_NOT_VERIFIED))
        return step_failed("be told that the domain is not verified: ", domain, error);
    show_error(stdout, error);
    tcses_error_free(error);
    return true;
}

/* ---- the course ---- */

static bool add_senders(tcses_client *client, const plan *wanted, const tcses_onboard_report *report)
{
    if (report->steps_count > STEP_FIRST_ADDRESS)
        show_step("Sender addresses", "");
    if (!show_addresses(report))
        return false;
    if (wanted->password_file == NULL)
        return true;
    show_step("SMTP password of the first of them", "");
    return give_password(client, report->steps[STEP_FIRST_ADDRESS]->subject, wanted->password_file);
}

static bool run(tcses_client *client, const plan *wanted)
{
    bool verified = false;
    show_step("The sending domain ", wanted->request.domain);
    if (!ensure_domain(client, wanted->request.domain, false, &verified))
        return false;
    if (!verified && !wanted->submit) {
        printf("\nPut these records into DNS. Then run the same command again with --submit.\n");
        return true;
    }
    show_step("Verification", verified ? ": done before" : "");
    const tcses_onboard_report *report = NULL;
    bool done = onboard(client, wanted, &report) && add_senders(client, wanted, report);
    tcses_onboard_report_free(report);
    if (!done)
        return false;
    show_step("What the account has now", "");
    if (!list_domains(client) || !list_addresses(client))
        return false;
    if (wanted->unverified == NULL)
        return true;
    show_step("What an error tells: an address under a domain that is not verified, ", wanted->unverified);
    return show_refusal(client, wanted->unverified);
}

static void show_usage(FILE *stream)
{
    fputs("Usage: onboard [OPTION]... DOMAIN [PREFIX[=ALIAS]]...\n\n"
          "Creates the sending domain DOMAIN, shows its DNS records, gets it verified and makes the sender\n"
          "addresses PREFIX@DOMAIN. What is there already is left as it is.\n\n"
          "  --submit              the records are in DNS: submit the domain and wait until it is verified\n"
          "  --pause SECONDS       wait so long between two submissions (300)\n"
          "  --tries N             submit so often at most (25)\n"
          "  --smtp-password FILE  set a password for the first address and save it in FILE, a new file\n"
          "  --unverified DOMAIN   create this domain too, and show how an address under it is refused\n"
          "  --endpoint URL        the service (https://ses.tencentcloudapi.com)\n"
          "  --region REGION       ap-guangzhou or ap-hongkong (TENCENTCLOUD_REGION)\n"
          "  --profile NAME        take the credentials from this profile\n",
        stream);
}

static bool parse_number(const char *text, int least, int *number)
{
    char *end = NULL;
    long value = strtol(text, &end, 10);
    *number = (int)value;
    return end != text && *end == '\0' && value >= least && value <= MOST;
}

static bool set_option(plan *to, int option)
{
    switch (option) {
    case 's':
        to->submit = true;
        return true;
    case 'p':
        return parse_number(optarg, 0, &to->pause);
    case 't':
        return parse_number(optarg, 1, &to->tries);
    case 'w':
        to->password_file = optarg;
        return true;
    case 'u':
        to->unverified = optarg;
        return true;
    case 'e':
        to->endpoint = optarg;
        return true;
    case 'r':
        to->region = optarg;
        return true;
    case 'f':
        to->profile = optarg;
        return true;
    default:
        return false;
    }
}

/* PREFIX or PREFIX=ALIAS, which is split in place. An account has ten addresses at most. */
static bool add_sender(tcses_onboard_request *request, char *sender)
{
    static tcses_onboard_address addresses[ADDRESSES];
    static const tcses_onboard_address *list[ADDRESSES];
    if (request->addresses_count == ADDRESSES)
        return false;
    tcses_onboard_address *address = &addresses[request->addresses_count];
    tcses_onboard_address_init(address, sizeof *address);
    address->prefix = strsep(&sender, "=");
    address->alias = sender;
    list[request->addresses_count++] = address;
    request->addresses = list;
    return true;
}

static bool parse(plan *to, int argc, char **argv)
{
    static const struct option options[] = {{"submit", no_argument, NULL, 's'}, {"pause", required_argument, NULL, 'p'},
        {"tries", required_argument, NULL, 't'}, {"smtp-password", required_argument, NULL, 'w'},
        {"unverified", required_argument, NULL, 'u'}, {"endpoint", required_argument, NULL, 'e'},
        {"region", required_argument, NULL, 'r'}, {"profile", required_argument, NULL, 'f'}, {NULL, 0, NULL, 0}};
    for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;)
        if (!set_option(to, option))
            return false;
    if (optind == argc)
        return false;
    to->request.domain = argv[optind];
    for (int i = optind + 1; i < argc; i++)
        if (!add_sender(&to->request, argv[i]))
            return false;
    return to->password_file == NULL || to->request.addresses_count > 0;
}

int main(int argc, char **argv)
{
    plan wanted = {.request = TCSES_ONBOARD_REQUEST_INIT, .pause = DEFAULT_PAUSE, .tries = DEFAULT_TRIES};
    if (!parse(&wanted, argc, argv)) {
        show_usage(stderr);
        return 2;
    }
    setvbuf(stdout, NULL, _IOLBF, 0); /* progress is to be seen also through a pipe */

    tcses_client_options options = TCSES_CLIENT_OPTIONS_INIT;
    options.endpoint = wanted.endpoint;
    options.region = wanted.region;
    options.profile = wanted.profile;
    options.user_agent = "tcses-onboard,1";
    tcses_client *client = NULL;
    tcses_error *error = NULL;
    if (tcses_client_new(&options, &client, &error) != TCSES_OK) {
        step_failed("make a client", "", error);
        return 1;
    }
    bool done = run(client, &wanted);
    tcses_client_free(client);
    return done ? 0 : 1;
}
