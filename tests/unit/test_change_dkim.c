/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The change of a domain's DKIM key, at a small service. Steps are written as their states in a row (P planned, D done,
 * E existed, W waiting, F failed, U unknown): both keys, records, verification, new key.
 */
#include "service.h"

#include <stdio.h>

static tcses_change_dkim_request request_of(int32_t dkim_option)
{
    tcses_change_dkim_request request;
    tcses_change_dkim_request_init(&request, sizeof request);
    request.domain = DOMAIN;
    request.dkim_option = dkim_option;
    return request;
}

/* To the larger key, with the question whether the records are in DNS. */
static tcses_change_dkim_request careful_request(test_service *s)
{
    tcses_change_dkim_request request = request_of(TCSES_DKIM_2048);
    request.is_ready = service_is_ready;
    request.ready_ctx = s;
    return request;
}

/* A domain that is verified with the smaller key. */
static void verified_service(test_service *s)
{
    service_init(s);
    s->has_domain = s->is_verified = s->has_seen_dns = true;
}

static const tcses_onboard_report *change(test_service *s, const tcses_change_dkim_request *request)
{
    const tcses_onboard_report *report = NULL;
    tcses_error *error = NULL;
    if (tcses_change_dkim(s->rig.client, request, NULL, NULL, NULL, &report, &error) != TCSES_OK)
        fail_msg("%s", tcses_error_message(error));
    assert_null(error);
    return report;
}

static void expect_steps(const tcses_onboard_report *report, const char *states, int32_t state)
{
    static const int32_t kinds[] = {
        TCSES_STEP_BOTH_KEYS, TCSES_STEP_RECORDS, TCSES_STEP_VERIFICATION, TCSES_STEP_NEW_KEY};
    char found[COUNT_OF(kinds) + 1] = "";
    assert_int_equal(report->steps_count, COUNT_OF(kinds));
    assert_string_equal(report->domain, DOMAIN);
    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        assert_int_equal(report->steps[i]->kind, kinds[i]);
        assert_string_equal(report->steps[i]->subject, DOMAIN);
        found[i] = "?PDEWFU"[report->steps[i]->state];
    }
    assert_string_equal(found, states);
    assert_int_equal(report->state, state);
}

/* Makes the call, and holds calls, steps and number of records against what they are to be. */
static void expect_run(test_service *s, const tcses_change_dkim_request *request, const char *calls, const char *states,
    int32_t state, size_t records)
{
    service_forget(s);
    const tcses_onboard_report *report = change(s, request);
    assert_string_equal(s->calls, calls);
    expect_steps(report, states, state);
    assert_int_equal(report->attributes_count, records);
    tcses_onboard_report_free(report);
}

/* ---- the way ---- */

static void test_change_dkim__goes_on_at_each_step_when_it_is_called_again(void **state)
{
    (void)state;
    for (int hides_key = 0; hides_key < 2; hides_key++) {
        test_service s;
        verified_service(&s);
        s.hides_key = hides_key == 1;
        s.ready_at_ms = 2 * MINUTE;
        s.sees_2048_at_ms = 4 * MINUTE;
        s.refuses_unseen_key = true;
        tcses_change_dkim_request request = careful_request(&s);
        service_open(&s);
        expect_run(&s, &request, "GU2", "DWPP", TCSES_STEP_WAITING, 5);
        assert_int_equal(s.rows_asked, 5);
        expect_run(&s, &request, "G", "EWPP", TCSES_STEP_WAITING, 5);
        service_pass(&s, 2 * MINUTE);
        expect_run(&s, &request, "GU2", "EEWP", TCSES_STEP_WAITING, 5);
        service_pass(&s, 2 * MINUTE);
        expect_run(&s, &request, "GU2U1", "EEDD", TCSES_STEP_DONE, 4);
        assert_int_equal(s.key, KEY_2048);
        expect_run(&s, &request, "G", "EEEE", TCSES_STEP_EXISTED, 4);
        service_free(&s);
    }
}

/* The key before this one may still be in DNS, and be seen there already. */
static void test_change_dkim__goes_back_at_once_where_the_key_is_in_dns(void **state)
{
    (void)state;
    for (int hides_key = 0; hides_key < 2; hides_key++) {
        test_service s;
        verified_service(&s);
        s.key = KEY_2048;
        s.hides_key = hides_key == 1;
        s.has_seen_2048 = true;
        tcses_change_dkim_request request = request_of(TCSES_DKIM_1024);
        service_open(&s);
        expect_run(&s, &request, "GU2U0", "DEED", TCSES_STEP_DONE, 4);
        expect_run(&s, &request, "G", "EEEE", TCSES_STEP_EXISTED, 4);
        service_free(&s);
    }
}

/* Asking for both keys is the one submission of such a call. */
static void test_change_dkim__submits_once_where_nobody_tells_of_dns(void **state)
{
    (void)state;
    test_service s;
    verified_service(&s);
    s.sees_2048_at_ms = MINUTE;
    tcses_change_dkim_request request = request_of(TCSES_DKIM_2048);
    service_open(&s);
    expect_run(&s, &request, "GU2", "DWWP", TCSES_STEP_WAITING, 5);
    expect_run(&s, &request, "GU2", "EWWP", TCSES_STEP_WAITING, 5);
    service_pass(&s, MINUTE);
    expect_run(&s, &request, "GU2U1", "EEDD", TCSES_STEP_DONE, 4);
    service_free(&s);
}

/* Two hours; the record gets into DNS after 61 minutes and a half, and the service sees it eight minutes later. */
static void test_change_dkim__waits_until_the_new_key_is_seen(void **state)
{
    (void)state;
    static const int64_t minutes[] = {0, 62, 63, 65, 70, 70};
    test_service s;
    verified_service(&s);
    s.ready_at_ms = 61 * MINUTE + 30 * SECOND;
    s.sees_2048_at_ms = 69 * MINUTE;
    tcses_change_dkim_request request = careful_request(&s);
    request.deadline_ms = 2 * HOUR;
    service_open(&s);
    const tcses_onboard_report *report = change(&s, &request);
    expect_steps(report, "DDDD", TCSES_STEP_DONE);
    assert_int_equal(s.submissions, COUNT_OF(minutes));
    for (size_t i = 0; i < COUNT_OF(minutes); i++)
        assert_int_equal(s.submitted_at_ms[i], minutes[i] * MINUTE);
    tcses_onboard_report_free(report);
    service_free(&s);
}

/* Without is_ready the wait counts the request for both keys as its first submission. */
static void test_change_dkim__waits_in_the_rhythm_of_submissions(void **state)
{
    (void)state;
    static const int64_t minutes[] = {0, 1, 3, 8, 18, 18};
    test_service s;
    verified_service(&s);
    s.sees_2048_at_ms = 10 * MINUTE;
    tcses_change_dkim_request request = request_of(TCSES_DKIM_2048);
    request.deadline_ms = HOUR;
    service_open(&s);
    const tcses_onboard_report *report = change(&s, &request);
    expect_steps(report, "DEDD", TCSES_STEP_DONE);
    assert_int_equal(s.submissions, COUNT_OF(minutes));
    for (size_t i = 0; i < COUNT_OF(minutes); i++)
        assert_int_equal(s.submitted_at_ms[i], minutes[i] * MINUTE);
    tcses_onboard_report_free(report);
    service_free(&s);
    /* In vain. */
    verified_service(&s);
    s.sees_2048_at_ms = HOUR;
    request.deadline_ms = 5 * MINUTE;
    service_open(&s);
    report = change(&s, &request);
    expect_steps(report, "DWWP", TCSES_STEP_WAITING);
    assert_int_equal(tcses_error_status(report->steps[2]->error), TCSES_ERR_TIMEOUT);
    assert_int_equal(s.key, KEY_BOTH);
    tcses_onboard_report_free(report);
    service_free(&s);
}

/* The service may take the status away with the change, and give it back after a submission. */
static void test_change_dkim__waits_until_the_new_key_alone_is_verified(void **state)
{
    (void)state;
    test_service s;
    verified_service(&s);
    s.takes_status_on_change = true;
    tcses_change_dkim_request request = careful_request(&s);
    service_open(&s);
    expect_run(&s, &request, "GU2U2U1", "DEDW", TCSES_STEP_WAITING, 4);
    assert_false(s.is_verified);
    expect_run(&s, &request, "GU1", "EEDE", TCSES_STEP_DONE, 4);
    expect_run(&s, &request, "G", "EEEE", TCSES_STEP_EXISTED, 4);
    service_free(&s);
}

/* It answers that the keys are still the two. */
static void test_change_dkim__a_switch_without_effect_is_waited_for(void **state)
{
    (void)state;
#define KEYS(option)                                                                                                \
    "{\"Response\":{\"VerifiedForSendingStatus\":true,\"DKIMOption\":" option ",\"Attributes\":[{\"Type\":\"TXT\"," \
    "\"SendDomain\":\"a\",\"Status\":true,\"ExpectedValue\":\"k=rsa;p=" LONG_KEY                                    \
    "\"},{\"Type\":\"MX\",\"Status\":true}]}}"
#define LONG_KEY                                                                                                     \
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEArwiHL7ineAqi229OjwX9XiBLu2jSffSccgQy5/AkBQrhsDxAAJrN09rP0IPC25A7Ct" \
    "JI9SSY83ty0j8OVRFswBcupt4q23MxzmEwtzjOx98MfNl9d7hPR9snNtkdSlWKM2DjKUIVzv+jb9ROQQiQz8mzI7Ni5SpHEhy1hIyb0MbXo7qM" \
    "3zCTOH+xv2IreiLGFs8M7qasNgrLk9DzbplzbyNnlywPDFcamyFVXSw4DyPRcVIjjHdhYxBPexKXXqoXwM+peF/hikU5qMbi8iaWP/WM56k+MJ" \
    "CNOugkHyi8PTPayqOLSxDTLlLjPQBWByAVCR6OfTQUjmUlStx66oGVuQIDAQAB"
    test_service s;
    tcses_change_dkim_request request = request_of(TCSES_DKIM_2048);
    memset(&s, 0, sizeof s);
    rig_init(&s.rig);
    rig_open(&s.rig);
    rig_answer(&s.rig, "GetEmailIdentity", KEYS("2"));
    rig_answer(&s.rig, "UpdateEmailIdentity", KEYS("2"));
    const tcses_onboard_report *report = change(&s, &request);
    expect_steps(report, "EEEW", TCSES_STEP_WAITING);
    assert_string_equal(tcses_mock_request_body(s.rig.mock, 1), "{\"EmailIdentity\":\"" DOMAIN "\",\"DKIMOption\":1}");
    tcses_onboard_report_free(report);
    rig_free(&s.rig);
}

/* ---- a dry run ---- */

static void test_change_dkim__a_dry_run_reads_and_asks_only(void **state)
{
    (void)state;
    test_service s;
    verified_service(&s);
    s.ready_at_ms = MINUTE;
    tcses_change_dkim_request request = careful_request(&s);
    request.is_dry_run = TCSES_TRUE;
    service_open(&s);
    expect_run(&s, &request, "G", "PPPP", TCSES_STEP_PLANNED, 4);
    assert_int_equal(s.asked, 0);
    s.key = KEY_BOTH;
    expect_run(&s, &request, "G", "EWPP", TCSES_STEP_WAITING, 5);
    service_pass(&s, MINUTE);
    expect_run(&s, &request, "G", "EEPP", TCSES_STEP_PLANNED, 5);
    s.has_seen_2048 = true;
    expect_run(&s, &request, "G", "EEEP", TCSES_STEP_PLANNED, 5);
    s.key = KEY_2048;
    expect_run(&s, &request, "G", "EEEE", TCSES_STEP_EXISTED, 4);
    s.is_verified = false;
    expect_run(&s, &request, "G", "EEPE", TCSES_STEP_PLANNED, 4);
    service_free(&s);
}

/* ---- failures ---- */

typedef struct failure_case {
    test_fault faults[2];
    const char *calls, *states;
    int32_t state;
    size_t at; /* the step with the error */
    const char *code;
    bool has_no_domain;
} failure_case;

static const failure_case failure_cases[] = {
    {.has_no_domain = true,
        .calls = "G",
        .states = "FPPP",
        .state = TCSES_STEP_FAILED,
        .code = TCSES_CODE_NOT_EXIST_DOMAIN},
    {.faults = {{'G', 1, FAULT_SWALLOWED, NULL}}, .calls = "G", .states = "FPPP", .state = TCSES_STEP_FAILED},
    {.faults = {{'U', 1, FAULT_REFUSED, "OperationDenied"}},
        .calls = "GU2",
        .states = "FPPP",
        .state = TCSES_STEP_FAILED,
        .code = "OperationDenied"},
    {.faults = {{'U', 1, FAULT_REFUSED, TCSES_CODE_DKIM_NOT_APPLIED}},
        .calls = "GU2",
        .states = "WPPP",
        .state = TCSES_STEP_WAITING,
        .code = TCSES_CODE_DKIM_NOT_APPLIED},
    {.faults = {{'U', 1, FAULT_LOST, NULL}}, .calls = "GU2", .states = "UPPP", .state = TCSES_STEP_UNKNOWN},
    {.faults = {{'U', 1, FAULT_UNSENT, NULL}}, .calls = "GU2", .states = "FPPP", .state = TCSES_STEP_FAILED},
    {.faults = {{'U', 2, FAULT_REFUSED, "OperationDenied"}},
        .calls = "GU2U2",
        .states = "DEFP",
        .state = TCSES_STEP_FAILED,
        .at = 2,
        .code = "OperationDenied"},
    {.faults = {{'U', 2, FAULT_REFUSED, TCSES_CODE_DKIM_NOT_APPLIED}},
        .calls = "GU2U2",
        .states = "DEWP",
        .state = TCSES_STEP_WAITING,
        .at = 2,
        .code = TCSES_CODE_DKIM_NOT_APPLIED},
    {.faults = {{'U', 2, FAULT_LOST, NULL}}, .calls = "GU2U2", .states = "DEUP", .state = TCSES_STEP_UNKNOWN, .at = 2},
    {.faults = {{'U', 3, FAULT_REFUSED, TCSES_CODE_DKIM_NOT_APPLIED}},
        .calls = "GU2U2U1",
        .states = "DEDW",
        .state = TCSES_STEP_WAITING,
        .at = 3,
        .code = TCSES_CODE_DKIM_NOT_APPLIED},
    {.faults = {{'U', 3, FAULT_LOST, NULL}},
        .calls = "GU2U2U1",
        .states = "DEDU",
        .state = TCSES_STEP_UNKNOWN,
        .at = 3},
    {.faults = {{'U', 3, FAULT_SWALLOWED, NULL}},
        .calls = "GU2U2U1",
        .states = "DEDU",
        .state = TCSES_STEP_UNKNOWN,
        .at = 3},
    {.faults = {{'U', 3, FAULT_UNSENT, NULL}},
        .calls = "GU2U2U1",
        .states = "DEDF",
        .state = TCSES_STEP_FAILED,
        .at = 3},
};

static void test_change_dkim__goes_on_after_each_failure(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(failure_cases); i++) {
        const failure_case *c = &failure_cases[i];
        test_service s;
        verified_service(&s);
        s.has_domain = !c->has_no_domain;
        s.faults = c->faults;
        tcses_change_dkim_request request = careful_request(&s);
        service_open(&s);
        const tcses_onboard_report *report = change(&s, &request);
        assert_string_equal(s.calls, c->calls);
        expect_steps(report, c->states, c->state);
        const tcses_error *error = report->steps[c->at]->error;
        assert_non_null(error);
        if (c->code != NULL)
            assert_string_equal(tcses_error_code(error), c->code);
        assert_int_equal(report->attributes_count == 0, c->calls[1] == '\0');
        tcses_onboard_report_free(report);
        s.faults = NULL;
        s.has_domain = true;
        report = change(&s, &request);
        assert_true(report->state == TCSES_STEP_DONE || report->state == TCSES_STEP_EXISTED);
        assert_int_equal(s.key, KEY_2048);
        tcses_onboard_report_free(report);
        service_free(&s);
    }
}

/* ---- who listens ---- */

typedef struct listener {
    char heard[256];
    size_t times;
    size_t stop_at; /* ends the course then; 0: never */
} listener;

static tcses_status hear(void *ctx, const tcses_onboard_step *step, const tcses_verification_state *state)
{
    listener *l = ctx;
    size_t used = strlen(l->heard);
    snprintf(l->heard + used, sizeof l->heard - used, "%d%c ", (int)step->kind,
        state != NULL ? 'w' : "?PDEWFU"[step->state]);
    return ++l->times == l->stop_at ? TCSES_ERR_CALLBACK : TCSES_OK;
}

static void test_change_dkim__who_listens_hears_all_and_can_end_it_at_any_time(void **state)
{
    (void)state;
    size_t stop_at = 0;
    for (bool is_last = false; !is_last; stop_at++) {
        test_service s;
        listener l = {.stop_at = stop_at};
        tcses_error *error = NULL;
        const tcses_onboard_report *report = NULL;
        verified_service(&s);
        s.ready_at_ms = MINUTE;
        s.sees_2048_at_ms = 2 * MINUTE;
        tcses_change_dkim_request request = careful_request(&s);
        request.deadline_ms = HOUR;
        service_open(&s);
        tcses_status status = tcses_change_dkim(s.rig.client, &request, NULL, hear, &l, &report, &error);
        is_last = stop_at > 0 && status == TCSES_OK;
        assert_int_equal(status, stop_at == 0 || is_last ? TCSES_OK : TCSES_ERR_CALLBACK);
        assert_int_equal(report != NULL, status == TCSES_OK);
        if (status == TCSES_OK)
            assert_string_equal(l.heard, "5D 2w 2w 2D 3w 3w 3D 6D ");
        else
            expect_error(error, TCSES_ERR_CALLBACK, NULL);
        tcses_onboard_report_free(report);
        tcses_onboard_report_free(change(&s, &request));
        assert_int_equal(s.key, KEY_2048);
        service_free(&s);
    }
    assert_int_equal(stop_at, 8 + 2);
}

static void test_change_dkim__who_listens_can_end_it_where_nothing_is_done(void **state)
{
    (void)state;
    static const int keys[] = {KEY_1024, KEY_BOTH, KEY_2048};
    for (size_t i = 0; i < COUNT_OF(keys); i++) {
        for (size_t stop_at = 1; stop_at <= 4; stop_at++) {
            test_service s;
            listener l = {.stop_at = stop_at};
            verified_service(&s);
            s.key = keys[i];
            tcses_change_dkim_request request = request_of(TCSES_DKIM_2048);
            request.is_dry_run = TCSES_TRUE;
            service_open(&s);
            tcses_status status = tcses_change_dkim(s.rig.client, &request, NULL, hear, &l, NULL, NULL);
            assert_int_equal(status, TCSES_ERR_CALLBACK);
            assert_int_equal(l.times, stop_at);
            service_free(&s);
        }
    }
}

static void test_change_dkim__a_cancel_ends_it(void **state)
{
    (void)state;
    for (int number = 0; number <= 3; number++) {
        const test_fault faults[] = {{number == 0 ? 'G' : 'U', number, FAULT_CANCELLED, NULL}, {0}};
        test_service s;
        tcses_error *error = NULL;
        tcses_call_options options = TCSES_CALL_OPTIONS_INIT;
        assert_int_equal(tcses_cancel_new(NULL, &options.cancel, NULL), TCSES_OK);
        verified_service(&s);
        s.faults = faults;
        s.cancel = options.cancel;
        tcses_change_dkim_request request = careful_request(&s);
        service_open(&s);
        tcses_status status = tcses_change_dkim(s.rig.client, &request, &options, NULL, NULL, NULL, &error);
        assert_int_equal(status, TCSES_ERR_CANCELLED);
        expect_error(error, TCSES_ERR_CANCELLED, NULL);
        tcses_cancel_unref(options.cancel);
        service_free(&s);
    }
}

/* ---- arguments ---- */

static void test_change_dkim__arguments_are_refused(void **state)
{
    (void)state;
    test_service s;
    tcses_error *error = NULL;
    const tcses_onboard_report *report = (void *)(uintptr_t)1;
    const tcses_change_dkim_request whole = request_of(TCSES_DKIM_2048);
    tcses_change_dkim_request request = whole;
    tcses_call_options options = TCSES_CALL_OPTIONS_INIT;
    verified_service(&s);
    service_open(&s);
#define REFUSED(client, given, options, at)                                                                           \
    do {                                                                                                              \
        assert_int_equal(tcses_change_dkim(client, given, options, NULL, NULL, &report, &error), TCSES_ERR_ARGUMENT); \
        assert_null(report);                                                                                          \
        expect_error(error, TCSES_ERR_ARGUMENT, at);                                                                  \
        request = whole;                                                                                              \
    } while (0)
    REFUSED(NULL, &request, NULL, "client");
    REFUSED(s.rig.client, NULL, NULL, "request");
    request.size = 8;
    REFUSED(s.rig.client, &request, NULL, "request");
    request.domain = NULL;
    REFUSED(s.rig.client, &request, NULL, "domain");
    request.deadline_ms = -1;
    REFUSED(s.rig.client, &request, NULL, "deadline_ms");
    request.dkim_option = TCSES_DKIM_UNSET;
    REFUSED(s.rig.client, &request, NULL, "dkim_option");
    request.dkim_option = TCSES_DKIM_BOTH;
    REFUSED(s.rig.client, &request, NULL, "dkim_option");
    options.reserved = 1;
    REFUSED(s.rig.client, &request, &options, "options.reserved");
#undef REFUSED
    assert_string_equal(s.calls, "");
    assert_int_equal(tcses_change_dkim(s.rig.client, &request, NULL, NULL, NULL, NULL, NULL), TCSES_OK);
    service_free(&s);
}

/* ---- out of memory ---- */

/* With the n-th allocation failing, and then again. False when there is no n-th. */
static bool fail_one(size_t n)
{
    test_service s;
    test_memory m;
    const tcses_onboard_report *report = NULL;
    tcses_error *error = NULL;
    test_memory_init(&m);
    verified_service(&s);
    s.rig.options.allocator = &m.allocator;
    tcses_change_dkim_request request = careful_request(&s);
    service_open(&s);
    m.fail_at = m.taken + n;
    tcses_status status = tcses_change_dkim(s.rig.client, &request, NULL, NULL, NULL, &report, &error);
    bool is_reached = m.taken >= m.fail_at;
    m.fail_at = 0;
    assert_int_equal(status, is_reached ? TCSES_ERR_MEMORY : TCSES_OK);
    assert_int_equal(report != NULL, status == TCSES_OK);
    if (is_reached)
        expect_error(error, TCSES_ERR_MEMORY, NULL);
    tcses_onboard_report_free(report);
    tcses_onboard_report_free(change(&s, &request));
    assert_int_equal(s.key, KEY_2048);
    service_free(&s);
    assert_int_equal(m.live, 0);
    return is_reached;
}

static void test_change_dkim__out_of_memory(void **state)
{
    (void)state;
    size_t n = 1;
    while (fail_one(n))
        n++;
    assert_true(n > 30);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_change_dkim__goes_on_at_each_step_when_it_is_called_again),
        cmocka_unit_test(test_change_dkim__goes_back_at_once_where_the_key_is_in_dns),
        cmocka_unit_test(test_change_dkim__submits_once_where_nobody_tells_of_dns),
        cmocka_unit_test(test_change_dkim__waits_until_the_new_key_is_seen),
        cmocka_unit_test(test_change_dkim__waits_in_the_rhythm_of_submissions),
        cmocka_unit_test(test_change_dkim__waits_until_the_new_key_alone_is_verified),
        cmocka_unit_test(test_change_dkim__a_switch_without_effect_is_waited_for),
        cmocka_unit_test(test_change_dkim__a_dry_run_reads_and_asks_only),
        cmocka_unit_test(test_change_dkim__goes_on_after_each_failure),
        cmocka_unit_test(test_change_dkim__who_listens_hears_all_and_can_end_it_at_any_time),
        cmocka_unit_test(test_change_dkim__who_listens_can_end_it_where_nothing_is_done),
        cmocka_unit_test(test_change_dkim__a_cancel_ends_it),
        cmocka_unit_test(test_change_dkim__arguments_are_refused),
        cmocka_unit_test(test_change_dkim__out_of_memory),
    };
    return cmocka_run_group_tests_name("change_dkim", tests, NULL, NULL);
}
