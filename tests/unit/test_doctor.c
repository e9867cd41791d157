/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * What libtcses-dns refuses before it asks anybody, each time naming what is wrong; and what it says where nobody
 * answers. Public headers alone; tests/dns has the rest, with servers.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <tcses/dns.h>
#include <tcses/tcses.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))
#define DOMAIN "mail.example.com"
#define NOBODY "127.0.0.1:1" /* nobody answers there, which is told at once */

static tcses_doctor_options options_of_nobody(void)
{
    tcses_doctor_options options = TCSES_DOCTOR_OPTIONS_INIT;
    options.resolver = NOBODY;
    options.port = 1;
    options.timeout_ms = 3000;
    options.query_timeout_ms = 200;
    return options;
}

/* The error is about this argument, and says so. */
static void assert_refused(tcses_status status, tcses_error **made, const char *field)
{
    const tcses_error *error = *made;
    char start[64];
    assert_int_equal(status, TCSES_ERR_ARGUMENT);
    assert_non_null(error);
    assert_string_equal(tcses_error_field(error), field);
    snprintf(start, sizeof start, "%s: ", field);
    if (strncmp(tcses_error_message(error), start, strlen(start)) != 0)
        fail_msg("%s does not begin with %s", tcses_error_message(error), start);
    assert_int_equal(tcses_error_outcome(error), TCSES_OUTCOME_NOT_DONE);
    tcses_error_free(*made);
    *made = NULL;
}

/* ---- options ---- */

static void refuse_options(const tcses_doctor_options *options, const char *field)
{
    tcses_doctor_request request = TCSES_DOCTOR_REQUEST_INIT;
    const tcses_doctor_report *report = (const void *)&request;
    const tcses_text *zone = (const void *)&request;
    const tcses_dns_answer *answer = (const void *)&request;
    tcses_error *error = NULL;
    request.domain = DOMAIN;
    assert_refused(tcses_doctor_run(options, &request, &report, &error), &error, field);
    assert_null(report);
    assert_refused(tcses_dns_find_zone(options, DOMAIN, &zone, &error), &error, field);
    assert_null(zone);
    assert_refused(tcses_dns_find_texts(options, DOMAIN, &answer, &error), &error, field);
    assert_null(answer);
    assert_int_equal(tcses_doctor_run(options, &request, &report, NULL), TCSES_ERR_ARGUMENT);
}

static void test_doctor__options_that_can_not_be(void **state)
{
    static const struct {
        const char *field;
        size_t at;
        int32_t value;
    } numbers[] = {
        {"timeout_ms", offsetof(tcses_doctor_options, timeout_ms), -1},
        {"query_timeout_ms", offsetof(tcses_doctor_options, query_timeout_ms), -1},
        {"port", offsetof(tcses_doctor_options, port), -1},
        {"port", offsetof(tcses_doctor_options, port), 65536},
        {"reserved", offsetof(tcses_doctor_options, reserved2), 1},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(numbers); i++) {
        tcses_doctor_options options = options_of_nobody();
        memcpy((char *)&options + numbers[i].at, &numbers[i].value, sizeof numbers[i].value);
        refuse_options(&options, numbers[i].field);
    }
    tcses_doctor_options options = options_of_nobody();
    options.size = sizeof(size_t);
    refuse_options(&options, "options");
}

static void test_doctor__resolvers_that_are_none(void **state)
{
    static const char *const wrong[] = {"", "dns.example.com", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:65536", "1.2.3",
        "[::1", "::1:53]", "[127.0.0.1", "127.0.0.1:5x"};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        tcses_doctor_options options = options_of_nobody();
        options.resolver = wrong[i];
        refuse_options(&options, "resolver");
    }
}

static void test_doctor__servers_that_are_none(void **state)
{
    static const char *const wrong[] = {NULL, "", "a..b", "ns1.example.com:0", "ns1 example", "[::1"};
    const char *many[33];
    (void)state;
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        const char *servers[] = {"192.0.2.1", wrong[i]};
        tcses_doctor_options options = options_of_nobody();
        options.servers = servers;
        options.servers_count = COUNT_OF(servers);
        refuse_options(&options, "servers[1]");
    }
    tcses_doctor_options options = options_of_nobody();
    options.servers_count = 1;
    refuse_options(&options, "servers");
    for (size_t i = 0; i < COUNT_OF(many); i++)
        many[i] = "192.0.2.1";
    options.servers = many;
    options.servers_count = COUNT_OF(many);
    refuse_options(&options, "servers_count");
}

static void *take_nothing(void *ctx, size_t size)
{
    (void)ctx;
    (void)size;
    return NULL;
}

static void test_doctor__allocators_that_can_not_be(void **state)
{
    tcses_allocator allocator = TCSES_ALLOCATOR_INIT;
    tcses_doctor_options options = options_of_nobody();
    (void)state;
    options.allocator = &allocator;
    allocator.allocate = take_nothing; /* and nothing to release it with */
    refuse_options(&options, "allocator");
}

/* ---- what is asked about ---- */

static void refuse_request(const tcses_doctor_request *request, const char *field)
{
    tcses_doctor_options options = options_of_nobody();
    const char *servers[] = {"192.0.2.1"};
    const tcses_doctor_report *report = NULL;
    const tcses_dns_comparison *comparison = NULL;
    tcses_error *error = NULL;
    assert_refused(tcses_doctor_run(&options, request, &report, &error), &error, field);
    options.servers = servers;
    options.servers_count = 1;
    assert_refused(tcses_doctor_compare(&options, request, &comparison, &error), &error, field);
    assert_null(comparison);
}

static const tcses_record_set *set_of(const char *domain)
{
    tcses_dns_attribute mx = {
        .size = sizeof mx, .type = "MX", .send_domain = domain, .expected_value = "mxbiz1.qq.com."};
    const tcses_dns_attribute *const list[] = {&mx};
    tcses_record_set_request request = TCSES_RECORD_SET_REQUEST_INIT;
    const tcses_record_set *set = NULL;
    request.domain = domain;
    request.attributes = list;
    request.attributes_count = 1;
    assert_int_equal(tcses_record_set_new(&request, NULL, &set, NULL), TCSES_OK);
    return set;
}

static void test_doctor__requests_that_can_not_be(void **state)
{
    tcses_doctor_request request = TCSES_DOCTOR_REQUEST_INIT;
    (void)state;
    refuse_request(NULL, "request");
    refuse_request(&request, "domain");
    request.domain = "not a name";
    refuse_request(&request, "domain");
    request.domain = DOMAIN;
    request.size = 1;
    refuse_request(&request, "request");
    request.size = sizeof request;
    request.expected = set_of("other.example.com");
    refuse_request(&request, "domain");
    tcses_record_set_free(request.expected);
}

static void test_doctor__nowhere_to_put_the_answer(void **state)
{
    tcses_doctor_options options = options_of_nobody();
    tcses_doctor_request request = TCSES_DOCTOR_REQUEST_INIT;
    tcses_error *error = NULL;
    (void)state;
    request.domain = DOMAIN;
    assert_refused(tcses_doctor_run(&options, &request, NULL, &error), &error, "out");
    assert_refused(tcses_doctor_compare(&options, &request, NULL, &error), &error, "out");
    assert_refused(tcses_dns_find_zone(&options, DOMAIN, NULL, &error), &error, "out");
    assert_refused(tcses_dns_find_texts(&options, DOMAIN, NULL, &error), &error, "out");
}

static void test_doctor__a_comparison_needs_the_new_servers(void **state)
{
    tcses_doctor_options options = options_of_nobody();
    tcses_doctor_request request = TCSES_DOCTOR_REQUEST_INIT;
    const tcses_dns_comparison *comparison = NULL;
    tcses_error *error = NULL;
    (void)state;
    request.domain = DOMAIN;
    assert_refused(tcses_doctor_compare(&options, &request, &comparison, &error), &error, "servers");
}

/* ---- nobody answers ---- */

static void test_doctor__nobody_answers(void **state)
{
    tcses_doctor_options options = options_of_nobody();
    tcses_doctor_request request = TCSES_DOCTOR_REQUEST_INIT;
    const tcses_doctor_report *report = NULL;
    const tcses_text *zone = NULL;
    const tcses_dns_answer *answer = NULL;
    (void)state;
    request.expected = set_of(DOMAIN);
    assert_int_equal(tcses_doctor_run(&options, &request, &report, NULL), TCSES_OK);
    assert_int_equal(report->status, TCSES_RECORD_UNKNOWN);
    assert_string_equal(tcses_record_status_name(report->status), "unknown");
    assert_int_equal(report->records_count, 1);
    assert_int_equal(report->records[0]->status, TCSES_RECORD_UNKNOWN);
    tcses_doctor_report_free(report);
    tcses_record_set_free(request.expected);
    assert_int_equal(tcses_dns_find_zone(&options, DOMAIN, &zone, NULL), TCSES_OK);
    assert_null(zone);
    assert_int_equal(tcses_dns_find_texts(&options, DOMAIN, &answer, NULL), TCSES_OK);
    assert_int_equal(answer->state, TCSES_ANSWER_FAILED);
    assert_non_null(answer->problem);
    tcses_dns_answer_free(answer);
}

static void test_doctor__freeing_nothing(void **state)
{
    (void)state;
    tcses_doctor_report_free(NULL);
    tcses_dns_comparison_free(NULL);
    tcses_dns_answer_free(NULL);
}

/* ---- whether to submit ---- */

static int32_t ask(tcses_doctor_gate *gate, const char *domain, int64_t *again)
{
    tcses_dns_attribute mx = {
        .size = sizeof mx, .type = "MX", .send_domain = DOMAIN, .expected_value = "mxbiz1.qq.com."};
    const tcses_dns_attribute *const list[] = {&mx};
    return tcses_doctor_is_ready(gate, domain, list, 1, again);
}

static void test_doctor__what_can_not_be_told_holds_nobody_back(void **state)
{
    tcses_doctor_options options = options_of_nobody();
    tcses_doctor_gate gate = TCSES_DOCTOR_GATE_INIT;
    int64_t again = 60000;
    (void)state;
    gate.options = &options;
    assert_int_equal(ask(&gate, DOMAIN, &again), TCSES_UNSET);
    assert_int_equal(again, 60000);
    assert_non_null(gate.report);
    assert_int_equal(ask(&gate, "not a name", &again), TCSES_UNSET);
    assert_null(gate.report);
    assert_int_equal(ask(&gate, NULL, &again), TCSES_UNSET);
    assert_int_equal(ask(NULL, DOMAIN, &again), TCSES_UNSET);
    gate.size = 0;
    assert_int_equal(ask(&gate, DOMAIN, &again), TCSES_UNSET);
}

static void test_doctor__a_cancelled_look_submits_nothing(void **state)
{
    tcses_doctor_options options = options_of_nobody();
    tcses_doctor_gate gate = TCSES_DOCTOR_GATE_INIT;
    (void)state;
    gate.options = &options;
    assert_int_equal(tcses_cancel_new(NULL, &gate.cancel, NULL), TCSES_OK);
    tcses_cancel_trigger(gate.cancel);
    assert_int_equal(ask(&gate, DOMAIN, NULL), TCSES_FALSE);
    assert_null(gate.report);
    tcses_cancel_unref(gate.cancel);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_doctor__options_that_can_not_be),
        cmocka_unit_test(test_doctor__resolvers_that_are_none),
        cmocka_unit_test(test_doctor__servers_that_are_none),
        cmocka_unit_test(test_doctor__allocators_that_can_not_be),
        cmocka_unit_test(test_doctor__requests_that_can_not_be),
        cmocka_unit_test(test_doctor__nowhere_to_put_the_answer),
        cmocka_unit_test(test_doctor__a_comparison_needs_the_new_servers),
        cmocka_unit_test(test_doctor__nobody_answers),
        cmocka_unit_test(test_doctor__freeing_nothing),
        cmocka_unit_test(test_doctor__what_can_not_be_told_holds_nobody_back),
        cmocka_unit_test(test_doctor__a_cancelled_look_submits_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
