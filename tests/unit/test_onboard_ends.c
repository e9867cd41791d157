/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The whole way of a domain: who listens to it, who ends it, and what ends it before its time.
 */
#include "onboarding.h"

#include <stdio.h>

static const tcses_onboard_address news = {sizeof news, "news", NULL};

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
        snprintf(l->heard + used, sizeof l->heard - used, "%d%c ", (int)step->kind, onboarding_letter(step->state));
    }
    return ++l->times == l->stop_at ? TCSES_ERR_NETWORK : TCSES_OK;
}

static void test_onboard_ends__each_step_is_told_once_and_the_waiting_between(void **state)
{
    (void)state;
    test_service s;
    listener l = {.times = 0};
    const tcses_onboard_report *report = NULL;
    service_init(&s);
    tcses_onboard_request request = onboarding_careful_request(&s, 2);
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
static void test_onboard_ends__records_are_told_again_when_they_have_changed(void **state)
{
    (void)state;
    test_service s;
    listener l = {.times = 0};
    service_init(&s);
    tcses_onboard_request request = onboarding_careful_request(&s, 0);
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

static void test_onboard_ends__records_stay_where_it_cannot_be_told_any_more(void **state)
{
    (void)state;
    test_service s;
    listener l = {.times = 0};
    size_t asked = 0;
    tcses_onboard_request request = onboarding_request(0);
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

static void test_onboard_ends__who_listens_can_end_it_at_any_time(void **state)
{
    (void)state;
    size_t stop_at = 1;
    for (bool was_stopped = true; was_stopped; stop_at++) {
        test_service s;
        listener l = {.stop_at = stop_at};
        const tcses_onboard_report *report = NULL;
        tcses_error *error = NULL;
        service_init(&s);
        tcses_onboard_request request = onboarding_careful_request(&s, 2);
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
        report = onboarding_run(&s, &request);
        assert_int_equal(s.senders_count, 2);
        tcses_onboard_report_free(report);
        service_free(&s);
    }
    assert_int_equal(stop_at, 9 + 2); /* what was told is 9 times, and then there was no more to stop */
}

/* The two steps of a domain that is there, of a dry run and of a domain that is passed over. */
static void test_onboard_ends__who_listens_can_end_it_where_nothing_is_done(void **state)
{
    (void)state;
    for (size_t scene = 0; scene < 3; scene++) {
        for (size_t stop_at = 1; stop_at <= 4; stop_at++) {
            test_service s;
            listener l = {.stop_at = stop_at};
            tcses_onboard_request request = onboarding_request(1);
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

static void test_onboard_ends__a_cancel_ends_it(void **state)
{
    (void)state;
    static const test_fault faults[][2] = {{{'G', 1, FAULT_CANCELLED, NULL}, {0}},
        {{'C', 1, FAULT_CANCELLED, NULL}, {0}}, {{'U', 1, FAULT_CANCELLED, NULL}, {0}},
        {{'G', 2, FAULT_CANCELLED, NULL}, {0}}, {{'L', 1, FAULT_CANCELLED, NULL}, {0}},
        {{'A', 2, FAULT_CANCELLED, NULL}, {0}}};
    for (size_t i = 0; i < COUNT_OF(faults); i++) {
        test_service s;
        listener l = {.times = 0};
        tcses_onboard_request request = onboarding_request(2);
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

static void test_onboard_ends__a_cancel_ends_the_sleep(void **state)
{
    (void)state;
    test_service s;
    tcses_onboard_request request = onboarding_request(2);
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

static void test_onboard_ends__options_are_for_every_call(void **state)
{
    (void)state;
    test_service s;
    tcses_onboard_request request = onboarding_request(1);
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

static void test_onboard_ends__arguments_are_refused(void **state)
{
    (void)state;
    test_service s;
    const tcses_onboard_report *report = (void *)(uintptr_t)1;
    tcses_error *error = NULL;
    tcses_onboard_address address;
    tcses_onboard_address_init(&address, sizeof address);
    const tcses_onboard_address *list[] = {&news, &address, NULL};
    tcses_onboard_request request = onboarding_request(2);
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
static void test_onboard_ends__what_no_call_can_do_without_ends_it(void **state)
{
    (void)state;
    test_service s;
    tcses_error *error = NULL;
    tcses_onboard_request request = onboarding_request(1);
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
    tcses_onboard_request request = onboarding_careful_request(&s, 3);
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
    report = onboarding_run(&s, &request);
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
    tcses_onboard_request request = onboarding_request(COUNT_OF(many));
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

static void test_onboard_ends__out_of_memory_with_many_addresses(void **state)
{
    (void)state;
    size_t n = 1;
    while (fail_one_of_many(n))
        n++;
    assert_true(n > 500);
}

static void test_onboard_ends__out_of_memory(void **state)
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
        cmocka_unit_test(test_onboard_ends__each_step_is_told_once_and_the_waiting_between),
        cmocka_unit_test(test_onboard_ends__records_are_told_again_when_they_have_changed),
        cmocka_unit_test(test_onboard_ends__records_stay_where_it_cannot_be_told_any_more),
        cmocka_unit_test(test_onboard_ends__who_listens_can_end_it_at_any_time),
        cmocka_unit_test(test_onboard_ends__who_listens_can_end_it_where_nothing_is_done),
        cmocka_unit_test(test_onboard_ends__a_cancel_ends_it),
        cmocka_unit_test(test_onboard_ends__a_cancel_ends_the_sleep),
        cmocka_unit_test(test_onboard_ends__options_are_for_every_call),
        cmocka_unit_test(test_onboard_ends__arguments_are_refused),
        cmocka_unit_test(test_onboard_ends__what_no_call_can_do_without_ends_it),
        cmocka_unit_test(test_onboard_ends__out_of_memory_with_many_addresses),
        cmocka_unit_test(test_onboard_ends__out_of_memory),
    };
    return cmocka_run_group_tests_name("onboard_ends", tests, NULL, NULL);
}
