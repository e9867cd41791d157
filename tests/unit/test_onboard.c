/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The whole way of a domain, at a small service: what is done, what is found done, what is waited for, what fails.
 */
#include "onboarding.h"

/* ---- the way, and the second time ---- */

static void test_onboard__goes_the_whole_way_and_changes_nothing_the_second_time(void **state)
{
    (void)state;
    test_service s;
    tcses_onboard_request request = onboarding_request(2);
    service_init(&s);
    service_open(&s);
    const tcses_onboard_report *report = onboarding_run(&s, &request);
    assert_string_equal(s.calls, "GCULAA");
    onboarding_expect_steps(report, "DEDDD", TCSES_STEP_DONE);
    assert_string_equal(report->steps[0]->subject, DOMAIN);
    assert_string_equal(report->steps[3]->subject, "news@" DOMAIN);
    assert_string_equal(report->steps[4]->subject, "bills@" DOMAIN);
    assert_string_equal(s.senders[0].alias, "新闻");
    assert_int_equal(report->attributes_count, 4);
    assert_int_equal(report->attributes[3]->status, TCSES_TRUE);
    tcses_onboard_report_free(report);
    onboarding_expect_run(&s, &request, "GL", "EEEEE", TCSES_STEP_EXISTED);
    /* One more address, later. */
    request.addresses_count = 3;
    onboarding_expect_run(&s, &request, "GLA", "EEEEED", TCSES_STEP_DONE);
    service_free(&s);
}

static void test_onboard__the_report_depends_on_nothing(void **state)
{
    (void)state;
    test_service s;
    static const test_fault faults[] = {{'A', 1, FAULT_REFUSED, TCSES_CODE_EXCEED_SENDER_LIMIT}, {0}};
    tcses_onboard_request request = onboarding_request(1);
    service_init(&s);
    s.faults = faults;
    service_open(&s);
    const tcses_onboard_report *report = onboarding_run(&s, &request);
    service_free(&s);
    onboarding_expect_steps(report, "DEDF", TCSES_STEP_FAILED);
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
    tcses_onboard_request request = onboarding_request(0);
    request.dkim_option = TCSES_DKIM_2048;
    request.tag_list = tags;
    request.tag_list_count = 1;
    service_init(&s);
    s.ready_at_ms = MINUTE;
    request.is_ready = service_is_ready;
    request.ready_ctx = &s;
    service_open(&s);
    onboarding_expect_run(&s, &request, "GC", "DWP", TCSES_STEP_WAITING);
    assert_string_equal(s.last_body, "{\"EmailIdentity\":\"" DOMAIN
                                     "\",\"DKIMOption\":1,\"TagList\":[{\"TagKey\":\"team\",\"TagValue\":\"news\"}]}");
    service_free(&s);
}

/* ---- waiting for DNS ---- */

static void test_onboard__submits_once_and_goes_on_when_it_is_called_again(void **state)
{
    (void)state;
    test_service s;
    tcses_onboard_request request = onboarding_request(1);
    service_init(&s);
    s.sees_dns_at_ms = MINUTE;
    service_open(&s);
    onboarding_expect_run(&s, &request, "GCUL", "DWWP", TCSES_STEP_WAITING);
    onboarding_expect_run(&s, &request, "GUL", "EWWP", TCSES_STEP_WAITING);
    service_pass(&s, MINUTE);
    onboarding_expect_run(&s, &request, "GULA", "EEDD", TCSES_STEP_DONE);
    assert_int_equal(s.rig.clock.waits, 0);
    service_free(&s);
}

/* The service may have seen all and yet not be content. */
static void test_onboard__records_that_the_service_has_seen_are_there(void **state)
{
    (void)state;
    test_service s;
    tcses_onboard_request request = onboarding_request(0);
    service_init(&s);
    s.has_domain = s.has_seen_dns = true;
    s.key = KEY_2048;
    s.has_seen_2048 = true;
    s.sees_dns_at_ms = s.sees_2048_at_ms = HOUR;
    static const test_fault faults[] = {{'U', 0, FAULT_REFUSED, TCSES_CODE_DKIM_NOT_APPLIED}, {0}};
    s.faults = faults;
    service_open(&s);
    const tcses_onboard_report *report = onboarding_run(&s, &request);
    onboarding_expect_steps(report, "EEW", TCSES_STEP_WAITING);
    assert_string_equal(tcses_error_code(report->steps[2]->error), TCSES_CODE_DKIM_NOT_APPLIED);
    assert_null(report->steps[1]->error);
    tcses_onboard_report_free(report);
    service_free(&s);
}

static void test_onboard__records_are_not_there_before_all_are_seen(void **state)
{
    (void)state;
    test_service s;
    tcses_onboard_request request = onboarding_request(0);
    request.addresses = NULL;
    request.is_dry_run = TCSES_TRUE;
    service_init(&s);
    s.has_domain = s.has_seen_dns = true;
    s.key = KEY_BOTH;
    service_open(&s);
    onboarding_expect_run(&s, &request, "G", "EPP", TCSES_STEP_PLANNED);
    s.has_seen_2048 = true;
    onboarding_expect_run(&s, &request, "G", "EEP", TCSES_STEP_PLANNED);
    service_free(&s);
    /* An answer without records tells nothing of them. */
    rig_init(&s.rig);
    rig_open(&s.rig);
    rig_answer(&s.rig, "GetEmailIdentity", "{\"Response\":{\"VerifiedForSendingStatus\":false}}");
    const tcses_onboard_report *report = onboarding_run(&s, &request);
    onboarding_expect_steps(report, "EPP", TCSES_STEP_PLANNED);
    assert_int_equal(report->attributes_count, 0);
    tcses_onboard_report_free(report);
    rig_free(&s.rig);
}

static void test_onboard__submits_nothing_before_the_records_are_in_dns(void **state)
{
    (void)state;
    test_service s;
    service_init(&s);
    tcses_onboard_request request = onboarding_careful_request(&s, 1);
    s.ready_at_ms = 3 * MINUTE;
    s.sees_dns_at_ms = 5 * MINUTE;
    service_open(&s);
    onboarding_expect_run(&s, &request, "GCL", "DWPP", TCSES_STEP_WAITING);
    assert_int_equal(s.asked, 1);
    assert_int_equal(s.rows_asked, 4);
    onboarding_expect_run(&s, &request, "GL", "EWPP", TCSES_STEP_WAITING);
    service_pass(&s, 3 * MINUTE);
    onboarding_expect_run(&s, &request, "GUL", "EEWP", TCSES_STEP_WAITING);
    service_pass(&s, 2 * MINUTE);
    onboarding_expect_run(&s, &request, "GULA", "EEDD", TCSES_STEP_DONE);
    onboarding_expect_run(&s, &request, "GL", "EEEE", TCSES_STEP_EXISTED);
    assert_int_equal(s.asked, 0); /* a verified domain is not asked about */
    service_free(&s);
}

static void test_onboard__submits_where_it_cannot_be_told(void **state)
{
    (void)state;
    test_service s;
    service_init(&s);
    tcses_onboard_request request = onboarding_careful_request(&s, 0);
    s.cannot_tell = TCSES_TRUE;
    s.sees_dns_at_ms = MINUTE;
    service_open(&s);
    onboarding_expect_run(&s, &request, "GCU", "DWW", TCSES_STEP_WAITING);
    service_free(&s);
}

/* Two hours; the records get into DNS after 61 minutes and a half, and the service sees them eight minutes later. */
static void test_onboard__waits_until_it_is_verified(void **state)
{
    (void)state;
    static const int64_t minutes[] = {62, 63, 65, 70};
    test_service s;
    service_init(&s);
    tcses_onboard_request request = onboarding_careful_request(&s, 1);
    request.deadline_ms = 2 * HOUR;
    s.ready_at_ms = 61 * MINUTE + 30 * SECOND;
    s.sees_dns_at_ms = 69 * MINUTE;
    service_open(&s);
    const tcses_onboard_report *report = onboarding_run(&s, &request);
    onboarding_expect_steps(report, "DDDD", TCSES_STEP_DONE);
    assert_int_equal(s.submissions, COUNT_OF(minutes));
    for (size_t i = 0; i < COUNT_OF(minutes); i++)
        assert_int_equal(s.submitted_at_ms[i], minutes[i] * MINUTE);
    assert_int_equal(service_passed_ms(&s), 70 * MINUTE);
    assert_int_equal(report->attributes[0]->status, TCSES_TRUE);
    tcses_onboard_report_free(report);
    onboarding_expect_run(&s, &request, "GL", "EEEE", TCSES_STEP_EXISTED);
    service_free(&s);
}

static void test_onboard__the_deadline_leaves_it_waiting(void **state)
{
    (void)state;
    test_service s;
    service_init(&s);
    tcses_onboard_request request = onboarding_careful_request(&s, 1);
    request.deadline_ms = 10 * MINUTE;
    s.sees_dns_at_ms = HOUR;
    service_open(&s);
    const tcses_onboard_report *report = onboarding_run(&s, &request);
    onboarding_expect_steps(report, "DEWP", TCSES_STEP_WAITING);
    assert_int_equal(tcses_error_status(report->steps[2]->error), TCSES_ERR_TIMEOUT);
    assert_int_equal(report->attributes_count, 4);
    assert_int_equal(s.submissions, 4);
    assert_int_equal(service_passed_ms(&s), 10 * MINUTE);
    tcses_onboard_report_free(report);
    /* Not in DNS in all that time: nothing was submitted. */
    s.ready_at_ms = 2 * HOUR;
    service_forget(&s);
    report = onboarding_run(&s, &request);
    onboarding_expect_steps(report, "EWWP", TCSES_STEP_WAITING);
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
    tcses_onboard_request request = onboarding_request(2);
    request.deadline_ms = HOUR;
    service_init(&s);
    s.faults = faults;
    s.sees_dns_at_ms = HOUR;
    service_add_sender(&s, "bills@" DOMAIN, "");
    service_open(&s);
    const tcses_onboard_report *report = onboarding_run(&s, &request);
    assert_string_equal(s.calls, "GCUGUL");
    /* An address that is there is there, verified or not. */
    onboarding_expect_steps(report, "DWFPE", TCSES_STEP_FAILED);
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
    tcses_onboard_request request = onboarding_request(2);
    request.is_dry_run = TCSES_TRUE;
    request.deadline_ms = HOUR;
    service_open(&s);
    onboarding_expect_run(&s, &request, "G", "PPPPP", TCSES_STEP_PLANNED);
    s.has_domain = true;
    onboarding_expect_run(&s, &request, "GL", "EPPPP", TCSES_STEP_PLANNED);
    request.is_ready = service_is_ready;
    request.ready_ctx = &s;
    onboarding_expect_run(&s, &request, "GL", "EEPPP", TCSES_STEP_PLANNED);
    s.ready_at_ms = HOUR;
    onboarding_expect_run(&s, &request, "GL", "EWPPP", TCSES_STEP_WAITING);
    s.cannot_tell = TCSES_TRUE;
    onboarding_expect_run(&s, &request, "GL", "EPPPP", TCSES_STEP_PLANNED);
    s.has_seen_dns = true;
    onboarding_expect_run(&s, &request, "GL", "EEPPP", TCSES_STEP_PLANNED);
    s.is_verified = true;
    onboarding_expect_run(&s, &request, "GL", "EEEPP", TCSES_STEP_PLANNED);
    service_add_sender(&s, "bills@" DOMAIN, "");
    onboarding_expect_run(&s, &request, "GL", "EEEPE", TCSES_STEP_PLANNED);
    service_add_sender(&s, "news@" DOMAIN, "新闻");
    onboarding_expect_run(&s, &request, "GL", "EEEEE", TCSES_STEP_EXISTED);
    assert_int_equal(service_passed_ms(&s), 0);
    service_free(&s);
}

/* ---- what is there otherwise ---- */

static void test_onboard__what_differs_is_told_and_left(void **state)
{
    (void)state;
    test_service s;
    tcses_onboard_request request = onboarding_request(3);
    request.dkim_option = TCSES_DKIM_2048;
    service_init(&s);
    s.has_domain = s.is_verified = true;
    service_add_sender(&s, "news@" DOMAIN, "old");
    service_add_sender(&s, "bills@" DOMAIN, "old");
    service_open(&s);
    const tcses_onboard_report *report = onboarding_run(&s, &request);
    assert_string_equal(s.calls, "GLA");
    onboarding_expect_steps(report, "EEEEED", TCSES_STEP_DONE);
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
        tcses_onboard_request request = onboarding_request(2);
        service_init(&s);
        s.faults = c->faults;
        s.is_foreign = c->is_foreign;
        s.is_verified = c->is_verified;
        s.has_domain = c->is_there || c->is_verified;
        service_open(&s);
        const tcses_onboard_report *report = onboarding_run(&s, &request);
        assert_string_equal(s.calls, c->calls);
        onboarding_expect_steps(report, c->states, c->state);
        const tcses_error *error = c->at < report->steps_count ? report->steps[c->at]->error : NULL;
        assert_int_equal(error != NULL, c->at < report->steps_count);
        if (c->code != NULL)
            assert_string_equal(tcses_error_code(error), c->code);
        tcses_onboard_report_free(report);
        /* The same call goes on where it was. */
        s.faults = NULL;
        s.is_foreign = false;
        report = onboarding_run(&s, &request);
        assert_true(report->state == TCSES_STEP_DONE || report->state == TCSES_STEP_EXISTED);
        assert_int_equal(s.senders_count, 2);
        tcses_onboard_report_free(report);
        service_free(&s);
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
    };
    return cmocka_run_group_tests_name("onboard", tests, NULL, NULL);
}
