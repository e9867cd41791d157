/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The whole way of a domain, at a small service. Steps are written as their states in a row: P planned, D done, E
 * existed, W waiting, F failed, U unknown; first the domain, its records, its verification, then each address.
 */
#include "service.h"

#include <stdio.h>

static const tcses_onboard_address news = {sizeof news, "news", "新闻"};
static const tcses_onboard_address bills = {sizeof bills, "bills", NULL};
static const tcses_onboard_address notes = {sizeof notes, "notes", "notes"};
static const tcses_onboard_address *const addresses[] = {&news, &bills, &notes};

static char letter_of(int32_t state)
{
    assert_in_range(state, TCSES_STEP_PLANNED, TCSES_STEP_UNKNOWN);
    return "?PDEWFU"[state];
}

static tcses_onboard_request request_of(size_t addresses_count)
{
    tcses_onboard_request request;
    tcses_onboard_request_init(&request, sizeof request);
    request.domain = DOMAIN;
    request.addresses = addresses;
    request.addresses_count = addresses_count;
    return request;
}

/* With the question whether the records are in DNS. */
static tcses_onboard_request careful_request(test_service *s, size_t addresses_count)
{
    tcses_onboard_request request = request_of(addresses_count);
    request.is_ready = service_is_ready;
    request.ready_ctx = s;
    return request;
}

static const tcses_onboard_report *onboard(test_service *s, const tcses_onboard_request *request)
{
    const tcses_onboard_report *report = NULL;
    tcses_error *error = NULL;
    if (tcses_onboard(s->rig.client, request, NULL, NULL, NULL, &report, &error) != TCSES_OK)
        fail_msg("%s", tcses_error_message(error));
    assert_null(error);
    return report;
}

static void expect_steps(const tcses_onboard_report *report, const char *states, int32_t state)
{
    char found[16] = "";
    assert_int_equal(report->size, sizeof *report);
    assert_string_equal(report->domain, DOMAIN);
    assert_true(report->steps_count < sizeof found);
    for (size_t i = 0; i < report->steps_count; i++) {
        const tcses_onboard_step *step = report->steps[i];
        static const int32_t kinds[] = {TCSES_STEP_DOMAIN, TCSES_STEP_RECORDS, TCSES_STEP_VERIFICATION};
        assert_int_equal(step->size, sizeof *step);
        assert_int_equal(step->kind, i < COUNT_OF(kinds) ? kinds[i] : TCSES_STEP_ADDRESS);
        found[i] = letter_of(step->state);
    }
    assert_string_equal(found, states);
    assert_int_equal(report->state, state);
}

/* Makes the call at a service that is open, and holds calls and steps against what they are to be. */
static void expect_run(
    test_service *s, const tcses_onboard_request *request, const char *calls, const char *states, int32_t state)
{
    service_forget(s);
    const tcses_onboard_report *report = onboard(s, request);
    assert_string_equal(s->calls, calls);
    expect_steps(report, states, state);
    tcses_onboard_report_free(report);
}

/* ---- the way, and the second time ---- */

static void test_onboard__goes_the_whole_way_and_changes_nothing_the_second_time(void **state)
{
    (void)state;
    test_service s;
    tcses_onboard_request request = request_of(2);
    service_init(&s);
    service_open(&s);
    const tcses_onboard_report *report = onboard(&s, &request);
    assert_string_equal(s.calls, "GCULAA");
    expect_steps(report, "DEDDD", TCSES_STEP_DONE);
    assert_string_equal(report->steps[0]->subject, DOMAIN);
    assert_string_equal(report->steps[3]->subject, "news@" DOMAIN);
    assert_string_equal(report->steps[4]->subject, "bills@" DOMAIN);
    assert_string_equal(s.senders[0].alias, "新闻");
    assert_int_equal(report->attributes_count, 4);
    assert_int_equal(report->attributes[3]->status, TCSES_TRUE);
    tcses_onboard_report_free(report);
    expect_run(&s, &request, "GL", "EEEEE", TCSES_STEP_EXISTED);
    /* One more address, later. */
    request.addresses_count = 3;
    expect_run(&s, &request, "GLA", "EEEEED", TCSES_STEP_DONE);
    service_free(&s);
}

static void test_onboard__the_report_depends_on_nothing(void **state)
{
    (void)state;
    test_service s;
    static const test_fault faults[] = {{'A', 1, FAULT_REFUSED, TCSES_CODE_EXCEED_SENDER_LIMIT}, {0}};
    tcses_onboard_request request = request_of(1);
    service_init(&s);
    s.faults = faults;
    service_open(&s);
    const tcses_onboard_report *report = onboard(&s, &request);
    service_free(&s);
    expect_steps(report, "DEDF", TCSES_STEP_FAILED);
    const tcses_dns_attribute *record = report->attributes[2];
    assert_string_equal(record->type, "TXT");
    assert_string_equal(record->send_domain, "one._domainkey." DOMAIN);
    assert_non_null(strstr(record->expected_value, "v=DKIM1"));
    assert_string_equal(record->current_value, record->expected_value);
    const tcses_error *error = report->steps[3]->error;
    assert_string_equal(tcses_error_code(error), TCSES_CODE_EXCEED_SENDER_LIMIT);
    assert_string_equal(tcses_error_action(error), "CreateEmailAddress");
    assert_string_equal(tcses_error_request_id(error), "r");
    assert_non_null(tcses_error_hint(error));
    assert_int_equal(tcses_error_status(error), TCSES_ERR_API);
    tcses_onboard_report_free(report);
    tcses_onboard_report_free(NULL);
}

static void test_onboard__a_domain_alone(void **state)
{
    (void)state;
    test_service s;
    tcses_tag tag = {sizeof tag, "team", "news"};
    const tcses_tag *tags[] = {&tag};
    tcses_onboard_request request = request_of(0);
    request.dkim_option = TCSES_DKIM_2048;
    request.tag_list = tags;
    request.tag_list_count = 1;
    service_init(&s);
    s.ready_at_ms = MINUTE;
    request.is_ready = service_is_ready;
    request.ready_ctx = &s;
    service_open(&s);
    expect_run(&s, &request, "GC", "DWP", TCSES_STEP_WAITING);
    assert_string_equal(s.last_body, "{\"EmailIdentity\":\"" DOMAIN
                                     "\",\"DKIMOption\":1,\"TagList\":[{\"TagKey\":\"team\",\"TagValue\":\"news\"}]}");
    service_free(&s);
}

/* ---- waiting for DNS ---- */

static void test_onboard__submits_once_and_goes_on_when_it_is_called_again(void **state)
{
    (void)state;
    test_service s;
    tcses_onboard_request request = request_of(1);
    service_init(&s);
    s.sees_dns_at_ms = MINUTE;
    service_open(&s);
    expect_run(&s, &request, "GCUL", "DWWP", TCSES_STEP_WAITING);
    expect_run(&s, &request, "GUL", "EWWP", TCSES_STEP_WAITING);
    service_pass(&s, MINUTE);
    expect_run(&s, &request, "GULA", "EEDD", TCSES_STEP_DONE);
    assert_int_equal(s.rig.clock.waits, 0);
    service_free(&s);
}

/* The service may have seen all and yet not be content. */
static void test_onboard__records_that_the_service_has_seen_are_there(void **state)
{
    (void)state;
    test_service s;
    tcses_onboard_request request = request_of(0);
    service_init(&s);
    s.has_domain = s.has_seen_dns = true;
    s.key = KEY_2048;
    s.has_seen_2048 = true;
    s.sees_dns_at_ms = s.sees_2048_at_ms = HOUR;
    static const test_fault faults[] = {{'U', 0, FAULT_REFUSED, TCSES_CODE_DKIM_NOT_APPLIED}, {0}};
    s.faults = faults;
    service_open(&s);
    const tcses_onboard_report *report = onboard(&s, &request);
    expect_steps(report, "EEW", TCSES_STEP_WAITING);
    assert_string_equal(tcses_error_code(report->steps[2]->error), TCSES_CODE_DKIM_NOT_APPLIED);
    assert_null(report->steps[1]->error);
    tcses_onboard_report_free(report);
    service_free(&s);
}

static void test_onboard__records_are_not_there_before_all_are_seen(void **state)
{
    (void)state;
    test_service s;
    tcses_onboard_request request = request_of(0);
    request.addresses = NULL;
    request.is_dry_run = TCSES_TRUE;
    service_init(&s);
    s.has_domain = s.has_seen_dns = true;
    s.key = KEY_BOTH;
    service_open(&s);
    expect_run(&s, &request, "G", "EPP", TCSES_STEP_PLANNED);
    s.has_seen_2048 = true;
    expect_run(&s, &request, "G", "EEP", TCSES_STEP_PLANNED);
    service_free(&s);
    /* An answer without records tells nothing of them. */
    rig_init(&s.rig);
    rig_open(&s.rig);
    rig_answer(&s.rig, "GetEmailIdentity", "{\"Response\":{\"VerifiedForSendingStatus\":false}}");
    const tcses_onboard_report *report = onboard(&s, &request);
    expect_steps(report, "EPP", TCSES_STEP_PLANNED);
    assert_int_equal(report->attributes_count, 0);
    tcses_onboard_report_free(report);
    rig_free(&s.rig);
}

static void test_onboard__submits_nothing_before_the_records_are_in_dns(void **state)
{
    (void)state;
    test_service s;
    service_init(&s);
    tcses_onboard_request request = careful_request(&s, 1);
    s.ready_at_ms = 3 * MINUTE;
    s.sees_dns_at_ms = 5 * MINUTE;
    service_open(&s);
    expect_run(&s, &request, "GCL", "DWPP", TCSES_STEP_WAITING);
    assert_int_equal(s.asked, 1);
    assert_int_equal(s.rows_asked, 4);
    expect_run(&s, &request, "GL", "EWPP", TCSES_STEP_WAITING);
    service_pass(&s, 3 * MINUTE);
    expect_run(&s, &request, "GUL", "EEWP", TCSES_STEP_WAITING);
    service_pass(&s, 2 * MINUTE);
    expect_run(&s, &request, "GULA", "EEDD", TCSES_STEP_DONE);
    expect_run(&s, &request, "GL", "EEEE", TCSES_STEP_EXISTED);
    assert_int_equal(s.asked, 0); /* a verified domain is not asked about */
    service_free(&s);
}

static void test_onboard__submits_where_it_cannot_be_told(void **state)
{
    (void)state;
    test_service s;
    service_init(&s);
    tcses_onboard_request request = careful_request(&s, 0);
    s.cannot_tell = TCSES_TRUE;
    s.sees_dns_at_ms = MINUTE;
    service_open(&s);
    expect_run(&s, &request, "GCU", "DWW", TCSES_STEP_WAITING);
    service_free(&s);
}

/* Two hours; the records get into DNS after 61 minutes and a half, and the service sees them eight minutes later. */
static void test_onboard__waits_until_it_is_verified(void **state)
{
    (void)state;
    static const int64_t minutes[] = {62, 63, 65, 70};
    test_service s;
    service_init(&s);
    tcses_onboard_request request = careful_request(&s, 1);
    request.deadline_ms = 2 * HOUR;
    s.ready_at_ms = 61 * MINUTE + 30 * SECOND;
    s.sees_dns_at_ms = 69 * MINUTE;
    service_open(&s);
    const tcses_onboard_report *report = onboard(&s, &request);
    expect_steps(report, "DDDD", TCSES_STEP_DONE);
    assert_int_equal(s.submissions, COUNT_OF(minutes));
    for (size_t i = 0; i < COUNT_OF(minutes); i++)
        assert_int_equal(s.submitted_at_ms[i], minutes[i] * MINUTE);
    assert_int_equal(service_passed_ms(&s), 70 * MINUTE);
    assert_int_equal(report->attributes[0]->status, TCSES_TRUE);
    tcses_onboard_report_free(report);
    expect_run(&s, &request, "GL", "EEEE", TCSES_STEP_EXISTED);
    service_free(&s);
}

static void test_onboard__the_deadline_leaves_it_waiting(void **state)
{
    (void)state;
    test_service s;
    service_init(&s);
    tcses_onboard_request request = careful_request(&s, 1);
    request.deadline_ms = 10 * MINUTE;
    s.sees_dns_at_ms = HOUR;
    service_open(&s);
    const tcses_onboard_report *report = onboard(&s, &request);
    expect_steps(report, "DEWP", TCSES_STEP_WAITING);
    assert_int_equal(tcses_error_status(report->steps[2]->error), TCSES_ERR_TIMEOUT);
    assert_int_equal(report->attributes_count, 4);
    assert_int_equal(s.submissions, 4);
    assert_int_equal(service_passed_ms(&s), 10 * MINUTE);
    tcses_onboard_report_free(report);
    /* Not in DNS in all that time: nothing was submitted. */
    s.ready_at_ms = 2 * HOUR;
    service_forget(&s);
    report = onboard(&s, &request);
    expect_steps(report, "EWWP", TCSES_STEP_WAITING);
    assert_int_equal(s.submissions, 0);
    assert_non_null(strstr(tcses_error_message(report->steps[2]->error), "its records are not in DNS"));
    tcses_onboard_report_free(report);
    service_free(&s);
}

static void test_onboard__a_refusal_for_good_ends_the_wait_and_not_the_course(void **state)
{
    (void)state;
    static const test_fault faults[] = {{'U', 2, FAULT_REFUSED, "UnauthorizedOperation"}, {0}};
    test_service s;
    tcses_onboard_request request = request_of(2);
    request.deadline_ms = HOUR;
    service_init(&s);
    s.faults = faults;
    s.sees_dns_at_ms = HOUR;
    service_add_sender(&s, "bills@" DOMAIN, "");
    service_open(&s);
    const tcses_onboard_report *report = onboard(&s, &request);
    assert_string_equal(s.calls, "GCUGUL");
    /* An address that is there is there, verified or not. */
    expect_steps(report, "DWFPE", TCSES_STEP_FAILED);
    assert_string_equal(tcses_error_code(report->steps[2]->error), "UnauthorizedOperation");
    tcses_onboard_report_free(report);
    service_free(&s);
}

/* ---- a dry run ---- */

static void test_onboard__a_dry_run_reads_and_asks_only(void **state)
{
    (void)state;
    test_service s;
    service_init(&s);
    tcses_onboard_request request = request_of(2);
    request.is_dry_run = TCSES_TRUE;
    request.deadline_ms = HOUR;
    service_open(&s);
    expect_run(&s, &request, "G", "PPPPP", TCSES_STEP_PLANNED);
    s.has_domain = true;
    expect_run(&s, &request, "GL", "EPPPP", TCSES_STEP_PLANNED);
    request.is_ready = service_is_ready;
    request.ready_ctx = &s;
    expect_run(&s, &request, "GL", "EEPPP", TCSES_STEP_PLANNED);
    s.ready_at_ms = HOUR;
    expect_run(&s, &request, "GL", "EWPPP", TCSES_STEP_WAITING);
    s.cannot_tell = TCSES_TRUE;
    expect_run(&s, &request, "GL", "EPPPP", TCSES_STEP_PLANNED);
    s.has_seen_dns = true;
    expect_run(&s, &request, "GL", "EEPPP", TCSES_STEP_PLANNED);
    s.is_verified = true;
    expect_run(&s, &request, "GL", "EEEPP", TCSES_STEP_PLANNED);
    service_add_sender(&s, "bills@" DOMAIN, "");
    expect_run(&s, &request, "GL", "EEEPE", TCSES_STEP_PLANNED);
    service_add_sender(&s, "news@" DOMAIN, "新闻");
    expect_run(&s, &request, "GL", "EEEEE", TCSES_STEP_EXISTED);
    assert_int_equal(service_passed_ms(&s), 0);
    service_free(&s);
}

/* ---- what is there otherwise ---- */

static void test_onboard__what_differs_is_told_and_left(void **state)
{
    (void)state;
    test_service s;
    tcses_onboard_request request = request_of(3);
    request.dkim_option = TCSES_DKIM_2048;
    service_init(&s);
    s.has_domain = s.is_verified = true;
    service_add_sender(&s, "news@" DOMAIN, "old");
    service_add_sender(&s, "bills@" DOMAIN, "old");
    service_open(&s);
    const tcses_onboard_report *report = onboard(&s, &request);
    assert_string_equal(s.calls, "GLA");
    expect_steps(report, "EEEEED", TCSES_STEP_DONE);
    static const int32_t differs[] = {TCSES_TRUE, TCSES_UNSET, TCSES_UNSET, TCSES_TRUE, TCSES_FALSE, TCSES_UNSET};
    for (size_t i = 0; i < COUNT_OF(differs); i++)
        assert_int_equal(report->steps[i]->differs, differs[i]);
    assert_string_equal(s.senders[0].alias, "old");
    tcses_onboard_report_free(report);
    service_free(&s);
}

/* ---- failures ---- */

typedef struct failure_case {
    test_fault faults[3];
    const char *calls, *states;
    int32_t state;
    size_t at; /* the step with the error */
    const char *code;
    bool is_there, is_verified, is_foreign;
} failure_case;

static const failure_case failure_cases[] = {
    {.is_foreign = true,
        .calls = "GC",
        .states = "FPPPP",
        .state = TCSES_STEP_FAILED,
        .at = 0,
        .code = TCSES_CODE_CREATED_BY_OTHER},
    {.faults = {{'C', 1, FAULT_SWALLOWED, NULL}}, .calls = "GCG", .states = "UPPPP", .state = TCSES_STEP_UNKNOWN},
    {.faults = {{'C', 1, FAULT_UNSENT, NULL}}, .calls = "GC", .states = "FPPPP", .state = TCSES_STEP_FAILED},
    {.faults = {{'G', 1, FAULT_SWALLOWED, NULL}}, .calls = "G", .states = "FPPPP", .state = TCSES_STEP_FAILED},
    {.faults = {{'C', 1, FAULT_LOST, NULL}},
        .calls = "GCGULAA",
        .states = "DEDDD",
        .state = TCSES_STEP_DONE,
        .at = SIZE_MAX},
    {.faults = {{'U', 1, FAULT_SWALLOWED, NULL}},
        .is_there = true,
        .calls = "GUL",
        .states = "EWUPP",
        .state = TCSES_STEP_UNKNOWN,
        .at = 2},
    {.faults = {{'U', 1, FAULT_UNSENT, NULL}},
        .is_there = true,
        .calls = "GUL",
        .states = "EWFPP",
        .state = TCSES_STEP_FAILED,
        .at = 2},
    {.faults = {{'U', 1, FAULT_REFUSED, "OperationDenied"}},
        .is_there = true,
        .calls = "GUL",
        .states = "EWFPP",
        .state = TCSES_STEP_FAILED,
        .at = 2,
        .code = "OperationDenied"},
    {.faults = {{'U', 1, FAULT_GARBLED, NULL}},
        .is_there = true,
        .calls = "GUL",
        .states = "EWUPP",
        .state = TCSES_STEP_UNKNOWN,
        .at = 2},
    {.faults = {{'U', 1, FAULT_REFUSED, TCSES_CODE_DKIM_NOT_APPLIED}},
        .is_there = true,
        .calls = "GUL",
        .states = "EWWPP",
        .state = TCSES_STEP_WAITING,
        .at = 2,
        .code = TCSES_CODE_DKIM_NOT_APPLIED},
    {.faults = {{'A', 1, FAULT_REFUSED, TCSES_CODE_ILLEGAL_SENDER_NAME}},
        .is_verified = true,
        .calls = "GLAA",
        .states = "EEEFD",
        .state = TCSES_STEP_FAILED,
        .at = 3,
        .code = TCSES_CODE_ILLEGAL_SENDER_NAME},
    {.faults = {{'A', 1, FAULT_SWALLOWED, NULL}},
        .is_verified = true,
        .calls = "GLALA",
        .states = "EEEUD",
        .state = TCSES_STEP_UNKNOWN,
        .at = 3},
    {.faults = {{'A', 1, FAULT_UNSENT, NULL}, {'A', 2, FAULT_SWALLOWED, NULL}},
        .is_verified = true,
        .calls = "GLAAL",
        .states = "EEEFU",
        .state = TCSES_STEP_FAILED,
        .at = 3},
    {.faults = {{'A', 1, FAULT_OVERTAKEN, "other"}},
        .is_verified = true,
        .calls = "GLALA",
        .states = "EEEED",
        .state = TCSES_STEP_DONE,
        .at = SIZE_MAX},
    {.faults = {{'L', 1, FAULT_SWALLOWED, NULL}},
        .is_verified = true,
        .calls = "GL",
        .states = "EEEFF",
        .state = TCSES_STEP_FAILED,
        .at = 3},
    {.faults = {{'L', 1, FAULT_REFUSED, "UnauthorizedOperation"}},
        .is_verified = true,
        .calls = "GL",
        .states = "EEEFF",
        .state = TCSES_STEP_FAILED,
        .at = 4,
        .code = "UnauthorizedOperation"},
};

static void test_onboard__a_failure_keeps_nothing_from_being_done_that_can_be_done(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(failure_cases); i++) {
        const failure_case *c = &failure_cases[i];
        test_service s;
        tcses_onboard_request request = request_of(2);
        service_init(&s);
        s.faults = c->faults;
        s.is_foreign = c->is_foreign;
        s.is_verified = c->is_verified;
        s.has_domain = c->is_there || c->is_verified;
        service_open(&s);
        const tcses_onboard_report *report = onboard(&s, &request);
        assert_string_equal(s.calls, c->calls);
        expect_steps(report, c->states, c->state);
        const tcses_error *error = c->at < report->steps_count ? report->steps[c->at]->error : NULL;
        assert_int_equal(error != NULL, c->at < report->steps_count);
        if (c->code != NULL)
            assert_string_equal(tcses_error_code(error), c->code);
        tcses_onboard_report_free(report);
        /* The same call goes on where it was. */
        s.faults = NULL;
        s.is_foreign = false;
        report = onboard(&s, &request);
        assert_true(report->state == TCSES_STEP_DONE || report->state == TCSES_STEP_EXISTED);
        assert_int_equal(s.senders_count, 2);
        tcses_onboard_report_free(report);
        service_free(&s);
    }
}

/* ---- who listens ---- */

/* Hears a course: "1D" for a step of kind 1 that has ended, "w3" for one that is waited for. */
typedef struct listener {
    char heard[2048];
    size_t times;
    size_t stop_at; /* ends the course then; 0: never */
    bool has_waited;
} listener;

static tcses_status hear(void *ctx, const tcses_onboard_step *step, const tcses_verification_state *state)
{
    listener *l = ctx;
    size_t used = strlen(l->heard);
    if (state != NULL) {
        assert_int_equal(step->state, TCSES_STEP_WAITING);
        assert_int_equal(state->attributes_count, 4);
        assert_string_equal(state->email_identity, DOMAIN);
        snprintf(l->heard + used, sizeof l->heard - used, "w%d ", (int)step->kind);
    } else {
        snprintf(l->heard + used, sizeof l->heard - used, "%d%c ", (int)step->kind, letter_of(step->state));
    }
    return ++l->times == l->stop_at ? TCSES_ERR_NETWORK : TCSES_OK;
}

static void test_onboard__each_step_is_told_once_and_the_waiting_between(void **state)
{
    (void)state;
    test_service s;
    listener l = {.times = 0};
    const tcses_onboard_report *report = NULL;
    service_init(&s);
    tcses_onboard_request request = careful_request(&s, 2);
    request.deadline_ms = HOUR;
    s.ready_at_ms = MINUTE;
    s.sees_dns_at_ms = 2 * MINUTE;
    service_open(&s);
    assert_int_equal(tcses_onboard(s.rig.client, &request, NULL, hear, &l, &report, NULL), TCSES_OK);
    /* Not ready at 0 and read at 30 s; ready and submitted at 60 s, read at 90 s, submitted at 120 s. */
    assert_string_equal(l.heard, "1D w2 w2 2D w3 w3 3D 4D 4D ");
    tcses_onboard_report_free(report);
    l = (listener){.times = 0};
    assert_int_equal(tcses_onboard(s.rig.client, &request, NULL, hear, &l, NULL, NULL), TCSES_OK);
    assert_string_equal(l.heard, "1E 2E 3E 4E 4E ");
    service_free(&s);
    /* What is passed over is told too. */
    service_init(&s);
    s.is_foreign = true;
    service_open(&s);
    l = (listener){.times = 0};
    assert_int_equal(tcses_onboard(s.rig.client, &request, NULL, hear, &l, NULL, NULL), TCSES_OK);
    assert_string_equal(l.heard, "1F 2P 3P 4P 4P ");
    service_free(&s);
}

/* Records that were in DNS may go again. */
static void test_onboard__records_are_told_again_when_they_have_changed(void **state)
{
    (void)state;
    test_service s;
    listener l = {.times = 0};
    service_init(&s);
    tcses_onboard_request request = careful_request(&s, 0);
    request.deadline_ms = 2 * MINUTE;
    s.unready_at_ms = MINUTE;
    s.sees_dns_at_ms = HOUR;
    service_open(&s);
    assert_int_equal(tcses_onboard(s.rig.client, &request, NULL, hear, &l, NULL, NULL), TCSES_OK);
    /* Submitted at 0, read at 30 s, not ready at 60 s, when it reads, and at 90 s. */
    assert_string_equal(l.heard, "1D 2E w3 w3 w2 w2 2W 3W ");
    service_free(&s);
}

/* That it can't be told any more does not mean that they have gone. */
static int32_t tells_once(void *ctx, const char *domain, const tcses_dns_attribute *const *attributes,
    size_t attributes_count, int64_t *ask_again_ms)
{
    (void)domain, (void)attributes, (void)attributes_count, (void)ask_again_ms;
    static const int32_t answers[] = {TCSES_TRUE, TCSES_UNSET, TCSES_FALSE, TCSES_UNSET};
    size_t *asked = ctx;
    assert_true(*asked < COUNT_OF(answers));
    return answers[(*asked)++];
}

static void test_onboard__records_stay_where_it_cannot_be_told_any_more(void **state)
{
    (void)state;
    test_service s;
    listener l = {.times = 0};
    size_t asked = 0;
    tcses_onboard_request request = request_of(0);
    request.is_ready = tells_once;
    request.ready_ctx = &asked;
    request.deadline_ms = 2 * MINUTE;
    service_init(&s);
    s.sees_dns_at_ms = HOUR;
    service_open(&s);
    assert_int_equal(tcses_onboard(s.rig.client, &request, NULL, hear, &l, NULL, NULL), TCSES_OK);
    assert_int_equal(asked, 2);
    assert_string_equal(l.heard, "1D 2E w3 w3 w3 3W ");
    /* Once it was said that they are not there, that it can't be told is no more than that. */
    l = (listener){.times = 0};
    assert_int_equal(tcses_onboard(s.rig.client, &request, NULL, hear, &l, NULL, NULL), TCSES_OK);
    assert_int_equal(asked, 4);
    assert_string_equal(l.heard, "1E w2 w2 w3 w3 2W 3W ");
    service_free(&s);
}

static void test_onboard__who_listens_can_end_it_at_any_time(void **state)
{
    (void)state;
    size_t stop_at = 1;
    for (bool was_stopped = true; was_stopped; stop_at++) {
        test_service s;
        listener l = {.stop_at = stop_at};
        const tcses_onboard_report *report = NULL;
        tcses_error *error = NULL;
        service_init(&s);
        tcses_onboard_request request = careful_request(&s, 2);
        request.deadline_ms = HOUR;
        s.ready_at_ms = MINUTE;
        s.sees_dns_at_ms = 2 * MINUTE;
        service_open(&s);
        tcses_status status = tcses_onboard(s.rig.client, &request, NULL, hear, &l, &report, &error);
        was_stopped = status != TCSES_OK;
        assert_int_equal(report == NULL, was_stopped);
        assert_int_equal(l.times, was_stopped ? stop_at : stop_at - 1);
        if (was_stopped)
            expect_error(error, TCSES_ERR_CALLBACK, NULL);
        tcses_onboard_report_free(report);
        report = onboard(&s, &request);
        assert_int_equal(s.senders_count, 2);
        tcses_onboard_report_free(report);
        service_free(&s);
    }
    assert_int_equal(stop_at, 9 + 2); /* what was told is 9 times, and then there was no more to stop */
}

/* The two steps of a domain that is there, of a dry run and of a domain that is passed over. */
static void test_onboard__who_listens_can_end_it_where_nothing_is_done(void **state)
{
    (void)state;
    for (size_t scene = 0; scene < 3; scene++) {
        for (size_t stop_at = 1; stop_at <= 4; stop_at++) {
            test_service s;
            listener l = {.stop_at = stop_at};
            tcses_onboard_request request = request_of(1);
            request.is_dry_run = TCSES_TRUE;
            service_init(&s);
            s.has_domain = scene < 2;
            s.is_verified = scene == 0;
            service_open(&s);
            assert_int_equal(tcses_onboard(s.rig.client, &request, NULL, hear, &l, NULL, NULL), TCSES_ERR_CALLBACK);
            assert_int_equal(l.times, stop_at);
            service_free(&s);
        }
    }
}

static void test_onboard__a_cancel_ends_it(void **state)
{
    (void)state;
    static const test_fault faults[][2] = {{{'G', 1, FAULT_CANCELLED, NULL}, {0}},
        {{'C', 1, FAULT_CANCELLED, NULL}, {0}}, {{'U', 1, FAULT_CANCELLED, NULL}, {0}},
        {{'G', 2, FAULT_CANCELLED, NULL}, {0}}, {{'L', 1, FAULT_CANCELLED, NULL}, {0}},
        {{'A', 2, FAULT_CANCELLED, NULL}, {0}}};
    for (size_t i = 0; i < COUNT_OF(faults); i++) {
        test_service s;
        listener l = {.times = 0};
        tcses_onboard_request request = request_of(2);
        tcses_call_options options = TCSES_CALL_OPTIONS_INIT;
        const tcses_onboard_report *report = NULL;
        tcses_error *error = NULL;
        request.deadline_ms = HOUR;
        assert_int_equal(tcses_cancel_new(NULL, &options.cancel, NULL), TCSES_OK);
        service_init(&s);
        s.faults = faults[i];
        s.cancel = options.cancel;
        s.sees_dns_at_ms = MINUTE;
        service_open(&s);
        tcses_status status = tcses_onboard(s.rig.client, &request, &options, hear, &l, &report, &error);
        assert_int_equal(status, TCSES_ERR_CANCELLED);
        assert_null(report);
        expect_error(error, TCSES_ERR_CANCELLED, NULL);
        tcses_cancel_unref(options.cancel);
        service_free(&s);
    }
}

static void test_onboard__a_cancel_ends_the_sleep(void **state)
{
    (void)state;
    test_service s;
    tcses_onboard_request request = request_of(2);
    tcses_call_options options = TCSES_CALL_OPTIONS_INIT;
    request.deadline_ms = HOUR;
    assert_int_equal(tcses_cancel_new(NULL, &options.cancel, NULL), TCSES_OK);
    service_init(&s);
    s.rig.clock.cancel_in_wait = options.cancel;
    s.sees_dns_at_ms = MINUTE;
    service_open(&s);
    assert_int_equal(tcses_onboard(s.rig.client, &request, &options, NULL, NULL, NULL, NULL), TCSES_ERR_CANCELLED);
    assert_string_equal(s.calls, "GCU");
    assert_int_equal(s.rig.clock.waits, 1);
    tcses_cancel_unref(options.cancel);
    service_free(&s);
}

static void test_onboard__options_are_for_every_call(void **state)
{
    (void)state;
    test_service s;
    tcses_onboard_request request = request_of(1);
    tcses_call_options options = TCSES_CALL_OPTIONS_INIT;
    options.region = "ap-hongkong";
    service_init(&s);
    service_open(&s);
    for (const char *calls = "GCULA"; *calls != '\0'; calls++) {
        /* Each call is made the last one in turn: it fails, and shows its region. */
        const test_fault faults[] = {{*calls, 0, FAULT_REFUSED, "Any"}, {0}};
        s.faults = faults;
        assert_int_equal(tcses_onboard(s.rig.client, &request, &options, NULL, NULL, NULL, NULL), TCSES_OK);
        assert_string_equal(s.last_region, "ap-hongkong");
    }
    service_free(&s);
}

/* ---- arguments ---- */

static void test_onboard__arguments_are_refused(void **state)
{
    (void)state;
    test_service s;
    const tcses_onboard_report *report = (void *)(uintptr_t)1;
    tcses_error *error = NULL;
    tcses_onboard_address address;
    tcses_onboard_address_init(&address, sizeof address);
    const tcses_onboard_address *list[] = {&news, &address, NULL};
    tcses_onboard_request request = request_of(2);
    tcses_onboard_request whole = request;
    tcses_call_options options = TCSES_CALL_OPTIONS_INIT;
    char long_prefix[130];
    memset(long_prefix, 'a', sizeof long_prefix - 1);
    long_prefix[sizeof long_prefix - 1] = '\0';
    service_init(&s);
    service_open(&s);
#define REFUSED(client, given, options, at)                                                                       \
    do {                                                                                                          \
        assert_int_equal(tcses_onboard(client, given, options, NULL, NULL, &report, &error), TCSES_ERR_ARGUMENT); \
        assert_null(report);                                                                                      \
        expect_error(error, TCSES_ERR_ARGUMENT, at);                                                              \
        request = whole;                                                                                          \
    } while (0)
    REFUSED(NULL, &request, NULL, "client");
    REFUSED(s.rig.client, NULL, NULL, "request");
    request.size = 8;
    REFUSED(s.rig.client, &request, NULL, "request");
    request.domain = NULL;
    REFUSED(s.rig.client, &request, NULL, "domain");
    request.domain = "no domain";
    REFUSED(s.rig.client, &request, NULL, "domain");
    request.deadline_ms = -1;
    REFUSED(s.rig.client, &request, NULL, "deadline_ms");
    request.is_dry_run = 3;
    REFUSED(s.rig.client, &request, NULL, "is_dry_run");
    request.is_dry_run = -1;
    REFUSED(s.rig.client, &request, NULL, "is_dry_run");
    request.dkim_option = -1;
    REFUSED(s.rig.client, &request, NULL, "dkim_option");
    request.tag_list_count = 1;
    REFUSED(s.rig.client, &request, NULL, "tag_list");
    request.addresses = NULL;
    REFUSED(s.rig.client, &request, NULL, "addresses");
    request.addresses_count = SIZE_MAX;
    REFUSED(s.rig.client, &request, NULL, "addresses");
    options.timeout_ms = -1;
    REFUSED(s.rig.client, &request, &options, "options.timeout_ms");
    options.timeout_ms = 0;
    whole.addresses = request.addresses = list;
    REFUSED(s.rig.client, &request, NULL, "addresses[1].prefix");
    static const char *const prefixes[] = {"", "two words", "a@b"};
    for (size_t i = 0; i < COUNT_OF(prefixes); i++) {
        address.prefix = prefixes[i];
        REFUSED(s.rig.client, &request, NULL, "addresses[1].prefix");
    }
    address.prefix = long_prefix;
    REFUSED(s.rig.client, &request, NULL, "addresses[1].prefix");
    address.prefix = "a";
    address.alias = "\n";
    REFUSED(s.rig.client, &request, NULL, "addresses[1].alias");
    address.alias = "";
    address.size = 8;
    REFUSED(s.rig.client, &request, NULL, "addresses[1]");
    address.size = sizeof address;
    request.addresses_count = 3;
    REFUSED(s.rig.client, &request, NULL, "addresses[2]");
#undef REFUSED
    assert_string_equal(s.calls, "");
    assert_int_equal(tcses_onboard(s.rig.client, &request, NULL, NULL, NULL, NULL, NULL), TCSES_OK);
    service_free(&s);
}

/* A client without a region can make no call at all. */
static void test_onboard__what_no_call_can_do_without_ends_it(void **state)
{
    (void)state;
    test_service s;
    tcses_error *error = NULL;
    tcses_onboard_request request = request_of(1);
    service_init(&s);
    s.rig.options.region = "";
    service_open(&s);
    assert_int_equal(tcses_onboard(s.rig.client, &request, NULL, NULL, NULL, NULL, &error), TCSES_ERR_ARGUMENT);
    expect_error(error, TCSES_ERR_ARGUMENT, "region");
    assert_string_equal(s.calls, "");
    service_free(&s);
}

/* ---- out of memory ---- */

/* With the n-th allocation failing, and then again. False when there is no n-th. */
static bool fail_one(size_t n, bool has_domain)
{
    static const test_fault faults[] = {{'A', 1, FAULT_REFUSED, TCSES_CODE_EXCEED_SENDER_LIMIT}, {0}};
    test_service s;
    test_memory m;
    const tcses_onboard_report *report = NULL;
    tcses_error *error = NULL;
    test_memory_init(&m);
    service_init(&s);
    tcses_onboard_request request = careful_request(&s, 3);
    request.deadline_ms = HOUR;
    s.rig.options.allocator = &m.allocator;
    s.faults = faults;
    s.has_domain = has_domain;
    s.sees_dns_at_ms = MINUTE;
    service_open(&s);
    m.fail_at = m.taken + n;
    tcses_status status = tcses_onboard(s.rig.client, &request, NULL, NULL, NULL, &report, &error);
    bool is_reached = m.taken >= m.fail_at;
    m.fail_at = 0;
    assert_true(status == TCSES_OK || (is_reached && status == TCSES_ERR_MEMORY));
    assert_int_equal(report != NULL, status == TCSES_OK);
    if (status != TCSES_OK)
        expect_error(error, TCSES_ERR_MEMORY, NULL);
    else
        assert_null(error);
    tcses_onboard_report_free(report);
    s.faults = NULL;
    report = onboard(&s, &request);
    assert_true(report->state == TCSES_STEP_DONE || report->state == TCSES_STEP_EXISTED);
    tcses_onboard_report_free(report);
    service_free(&s);
    assert_int_equal(m.live, 0);
    return is_reached;
}

/* The plan of so many addresses that each list of them is a block of its own. */
static bool fail_one_of_many(size_t n)
{
    test_service s;
    test_memory m;
    const tcses_onboard_report *report = NULL;
    tcses_error *error = NULL;
    static const tcses_onboard_address *many[500];
    for (size_t i = 0; i < COUNT_OF(many); i++)
        many[i] = &news;
    tcses_onboard_request request = request_of(COUNT_OF(many));
    request.addresses = many;
    request.is_dry_run = TCSES_TRUE;
    test_memory_init(&m);
    service_init(&s);
    s.rig.options.allocator = &m.allocator;
    service_open(&s);
    m.fail_at = m.taken + n;
    tcses_status status = tcses_onboard(s.rig.client, &request, NULL, NULL, NULL, &report, &error);
    bool is_reached = m.taken >= m.fail_at;
    assert_int_equal(status, is_reached ? TCSES_ERR_MEMORY : TCSES_OK);
    if (is_reached)
        expect_error(error, TCSES_ERR_MEMORY, NULL);
    else
        assert_int_equal(report->steps_count, 3 + COUNT_OF(many));
    tcses_onboard_report_free(report);
    service_free(&s);
    assert_int_equal(m.live, 0);
    return is_reached;
}

static void test_onboard__out_of_memory_with_many_addresses(void **state)
{
    (void)state;
    size_t n = 1;
    while (fail_one_of_many(n))
        n++;
    assert_true(n > 500);
}

static void test_onboard__out_of_memory(void **state)
{
    (void)state;
    for (int has_domain = 0; has_domain < 2; has_domain++) {
        size_t n = 1;
        while (fail_one(n, has_domain == 1))
            n++;
        assert_true(n > 50);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_onboard__goes_the_whole_way_and_changes_nothing_the_second_time),
        cmocka_unit_test(test_onboard__the_report_depends_on_nothing),
        cmocka_unit_test(test_onboard__a_domain_alone),
        cmocka_unit_test(test_onboard__submits_once_and_goes_on_when_it_is_called_again),
        cmocka_unit_test(test_onboard__records_that_the_service_has_seen_are_there),
        cmocka_unit_test(test_onboard__records_are_not_there_before_all_are_seen),
        cmocka_unit_test(test_onboard__submits_nothing_before_the_records_are_in_dns),
        cmocka_unit_test(test_onboard__submits_where_it_cannot_be_told),
        cmocka_unit_test(test_onboard__waits_until_it_is_verified),
        cmocka_unit_test(test_onboard__the_deadline_leaves_it_waiting),
        cmocka_unit_test(test_onboard__a_refusal_for_good_ends_the_wait_and_not_the_course),
        cmocka_unit_test(test_onboard__a_dry_run_reads_and_asks_only),
        cmocka_unit_test(test_onboard__what_differs_is_told_and_left),
        cmocka_unit_test(test_onboard__a_failure_keeps_nothing_from_being_done_that_can_be_done),
        cmocka_unit_test(test_onboard__each_step_is_told_once_and_the_waiting_between),
        cmocka_unit_test(test_onboard__records_are_told_again_when_they_have_changed),
        cmocka_unit_test(test_onboard__records_stay_where_it_cannot_be_told_any_more),
        cmocka_unit_test(test_onboard__who_listens_can_end_it_at_any_time),
        cmocka_unit_test(test_onboard__who_listens_can_end_it_where_nothing_is_done),
        cmocka_unit_test(test_onboard__a_cancel_ends_it),
        cmocka_unit_test(test_onboard__a_cancel_ends_the_sleep),
        cmocka_unit_test(test_onboard__options_are_for_every_call),
        cmocka_unit_test(test_onboard__arguments_are_refused),
        cmocka_unit_test(test_onboard__what_no_call_can_do_without_ends_it),
        cmocka_unit_test(test_onboard__out_of_memory_with_many_addresses),
        cmocka_unit_test(test_onboard__out_of_memory),
    };
    return cmocka_run_group_tests_name("onboard", tests, NULL, NULL);
}
