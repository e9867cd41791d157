/* SPDX-License-Identifier: Apache-2.0 */
#include "onboarding.h"

static const tcses_onboard_address news = {sizeof news, "news", "新闻"};
static const tcses_onboard_address bills = {sizeof bills, "bills", NULL};
static const tcses_onboard_address notes = {sizeof notes, "notes", "notes"};
static const tcses_onboard_address *const addresses[] = {&news, &bills, &notes};

char onboarding_letter(int32_t state)
{
    assert_in_range(state, TCSES_STEP_PLANNED, TCSES_STEP_UNKNOWN);
    return "?PDEWFU"[state];
}

tcses_onboard_request onboarding_request(size_t addresses_count)
{
    tcses_onboard_request request;
    tcses_onboard_request_init(&request, sizeof request);
    request.domain = DOMAIN;
    request.addresses = addresses;
    request.addresses_count = addresses_count;
    return request;
}

/* With the question whether the records are in DNS. */
tcses_onboard_request onboarding_careful_request(test_service *s, size_t addresses_count)
{
    tcses_onboard_request request = onboarding_request(addresses_count);
    request.is_ready = service_is_ready;
    request.ready_ctx = s;
    return request;
}

const tcses_onboard_report *onboarding_run(test_service *s, const tcses_onboard_request *request)
{
    const tcses_onboard_report *report = NULL;
    tcses_error *error = NULL;
    if (tcses_onboard(s->rig.client, request, NULL, NULL, NULL, &report, &error) != TCSES_OK)
        fail_msg("%s", tcses_error_message(error));
    assert_null(error);
    return report;
}

void onboarding_expect_steps(const tcses_onboard_report *report, const char *states, int32_t state)
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
        found[i] = onboarding_letter(step->state);
    }
    assert_string_equal(found, states);
    assert_int_equal(report->state, state);
}

/* Makes the call at a service that is open, and holds calls and steps against what they are to be. */
void onboarding_expect_run(
    test_service *s, const tcses_onboard_request *request, const char *calls, const char *states, int32_t state)
{
    service_forget(s);
    const tcses_onboard_report *report = onboarding_run(s, request);
    assert_string_equal(s->calls, calls);
    onboarding_expect_steps(report, states, state);
    tcses_onboard_report_free(report);
}
