/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The wait for the verification of a domain. The mock plays single answers, each with the request that it expects; a
 * small service with a clock of its own plays hours.
 */
#include "support.h"

#include <stdio.h>

#define GET "GetEmailIdentity"
#define UPDATE "UpdateEmailIdentity"
#define DOMAIN "mail.example.com"
#define SECOND INT64_C(1000)
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)

#define RECORD(type, status) "{\"Type\":\"" type "\",\"SendDomain\":\"a." DOMAIN "\",\"Status\":" status "}"
#define ANSWER(verified, mx, txt)                           \
    "{\"Response\":{\"VerifiedForSendingStatus\":" verified \
    ",\"Attributes\":[" RECORD("MX", mx) "," RECORD("TXT", txt) "],\"RequestId\":\"r\"}}"

static const char no_record_seen[] = ANSWER("false", "false", "false");
static const char one_record_seen[] = ANSWER("false", "true", "false");
static const char verified[] = ANSWER("true", "true", "true");

/* ---- waits ---- */

static tcses_verification *wait_for(
    test_rig *rig, const tcses_verification_request *given, const tcses_call_options *options)
{
    tcses_verification *v = NULL;
    tcses_error *error = NULL;
    tcses_verification_request request = TCSES_VERIFICATION_REQUEST_INIT;
    if (given != NULL)
        request = *given;
    request.email_identity = DOMAIN;
    if (tcses_verification_new(rig->client, &request, options, &v, &error) != TCSES_OK)
        fail_msg("%s", tcses_error_message(error));
    return v;
}

/* A client whose calls are tried once, so that no pause of theirs is among those of the wait. */
static void open_rig(test_rig *rig)
{
    rig_init(rig);
    rig->options.max_attempts = 1;
    rig_open(rig);
}

static void expect_step(tcses_verification *v, int32_t step)
{
    tcses_error *error = NULL;
    if (tcses_verification_step(v, &error) != TCSES_OK)
        fail_msg("%s", tcses_error_message(error));
    assert_int_equal(tcses_verification_get_state(v)->last_step, step);
}

static void expect_failing_step(tcses_verification *v, tcses_status status, const char *code)
{
    tcses_error *error = NULL;
    assert_int_equal(tcses_verification_step(v, &error), status);
    if (code != NULL)
        assert_string_equal(tcses_error_code(error), code);
    expect_error(error, status, NULL);
}

static void pass(test_rig *rig, int64_t milliseconds)
{
    rig->clock.monotonic_ms += milliseconds;
    rig->clock.wall_ms += milliseconds;
}

/* ---- single answers ---- */

static void test_verification__sends_nothing_when_it_is_made(void **state)
{
    (void)state;
    test_rig rig;
    open_rig(&rig);
    tcses_verification *v = wait_for(&rig, NULL, NULL);
    const tcses_verification_state *s = tcses_verification_get_state(v);
    assert_int_equal(s->size, sizeof *s);
    assert_string_equal(s->email_identity, DOMAIN);
    assert_int_equal(s->attributes_count, 0);
    assert_null(s->failure);
    assert_int_equal(s->elapsed_ms, 0);
    assert_int_equal(s->next_ms, 0);
    assert_int_equal(s->next_submission_ms, 0);
    assert_int_equal(s->left_ms, 2 * HOUR);
    assert_int_equal(s->submissions, 0);
    assert_int_equal(s->last_step, TCSES_VERIFICATION_NOTHING);
    assert_int_equal(s->is_verified, TCSES_FALSE);
    tcses_verification_free(v);
    tcses_verification_free(NULL);
    assert_int_equal(tcses_mock_requests_count(rig.mock), 0);
    rig_free(&rig);
}

static void test_verification__a_verified_domain_is_read_and_never_submitted(void **state)
{
    (void)state;
    test_rig rig;
    open_rig(&rig);
    tcses_verification *v = wait_for(&rig, NULL, NULL);
    rig_answer(&rig, GET, verified);
    assert_int_equal(tcses_verification_wait(v, NULL, NULL, NULL), TCSES_OK);
    const tcses_verification_state *s = tcses_verification_get_state(v);
    assert_int_equal(s->is_verified, TCSES_TRUE);
    assert_int_equal(s->submissions, 0);
    assert_int_equal(s->last_step, TCSES_VERIFICATION_READ);
    assert_int_equal(s->attributes_count, 2);
    assert_int_equal(s->attributes[1]->status, TCSES_TRUE);
    /* The end stays the end, also long after the deadline. */
    pass(&rig, 3 * HOUR);
    expect_step(v, TCSES_VERIFICATION_NOTHING);
    assert_int_equal(tcses_verification_wait(v, NULL, NULL, NULL), TCSES_OK);
    assert_int_equal(tcses_verification_get_state(v)->next_ms, 0);
    tcses_verification_free(v);
    assert_int_equal(rig.clock.waits, 0);
    rig_free(&rig);
}

static void test_verification__a_step_is_taken_when_it_is_due(void **state)
{
    (void)state;
    test_rig rig;
    open_rig(&rig);
    tcses_verification *v = wait_for(&rig, NULL, NULL);
    rig_answer(&rig, GET, no_record_seen);
    expect_step(v, TCSES_VERIFICATION_READ);
    assert_int_equal(tcses_verification_get_state(v)->next_ms, 0);
    rig_answer(&rig, UPDATE, one_record_seen);
    expect_step(v, TCSES_VERIFICATION_SUBMITTED);
    const tcses_verification_state *s = tcses_verification_get_state(v);
    assert_int_equal(s->submissions, 1);
    assert_int_equal(s->attributes_count, 2);
    assert_string_equal(s->attributes[0]->type, "MX");
    assert_int_equal(s->attributes[0]->status, TCSES_TRUE);
    assert_int_equal(s->attributes[1]->status, TCSES_FALSE);
    assert_int_equal(s->next_ms, 30 * SECOND);
    assert_int_equal(s->next_submission_ms, MINUTE);
    pass(&rig, 10 * SECOND);
    expect_step(v, TCSES_VERIFICATION_NOTHING);
    s = tcses_verification_get_state(v);
    assert_int_equal(s->next_ms, 20 * SECOND);
    assert_int_equal(s->next_submission_ms, 50 * SECOND);
    assert_int_equal(s->elapsed_ms, 10 * SECOND);
    assert_int_equal(s->left_ms, 2 * HOUR - 10 * SECOND);
    assert_int_equal(s->attributes_count, 2);
    assert_int_equal(tcses_mock_requests_count(rig.mock), 2);
    pass(&rig, 20 * SECOND);
    rig_answer(&rig, GET, verified);
    expect_step(v, TCSES_VERIFICATION_READ);
    assert_int_equal(tcses_verification_get_state(v)->is_verified, TCSES_TRUE);
    assert_int_equal(rig.clock.waits, 0);
    tcses_verification_free(v);
    rig_free(&rig);
}

/* The request's texts and the options are the caller's again as soon as the wait is made. */
static void test_verification__copies_request_and_options(void **state)
{
    (void)state;
    test_rig rig;
    tcses_verification *v = NULL;
    tcses_cancel *cancel = NULL;
    char domain[] = DOMAIN, region[] = "ap-hongkong";
    open_rig(&rig);
    assert_int_equal(tcses_cancel_new(NULL, &cancel, NULL), TCSES_OK);
    tcses_verification_request request;
    tcses_verification_request_init(&request, sizeof request);
    request.email_identity = domain;
    request.dkim_option = TCSES_DKIM_2048;
    tcses_call_options options = TCSES_CALL_OPTIONS_INIT;
    options.region = region;
    options.cancel = cancel;
    assert_int_equal(tcses_verification_new(rig.client, &request, &options, &v, NULL), TCSES_OK);
    memset(domain, 'x', sizeof domain - 1);
    memset(region, 'x', sizeof region - 1);
    memset(&request, 0xFF, sizeof request);
    memset(&options, 0xFF, sizeof options);
    rig_answer(&rig, GET, no_record_seen);
    rig_answer(&rig, UPDATE, no_record_seen);
    expect_step(v, TCSES_VERIFICATION_READ);
    expect_step(v, TCSES_VERIFICATION_SUBMITTED);
    assert_string_equal(tcses_mock_request_body(rig.mock, 0), "{\"EmailIdentity\":\"" DOMAIN "\"}");
    assert_string_equal(tcses_mock_request_body(rig.mock, 1), "{\"EmailIdentity\":\"" DOMAIN "\",\"DKIMOption\":1}");
    assert_string_equal(tcses_mock_request_header(rig.mock, 1, "X-TC-Region"), "ap-hongkong");
    /* The wait's own reference to the cancel is what a cancel from elsewhere reaches. */
    tcses_cancel_trigger(cancel);
    tcses_cancel_unref(cancel);
    expect_failing_step(v, TCSES_ERR_CANCELLED, NULL);
    tcses_verification_free(v);
    rig_free(&rig);
}

static void test_verification__force_submits_a_verified_domain_once(void **state)
{
    (void)state;
    test_rig rig;
    open_rig(&rig);
    tcses_verification_request request = TCSES_VERIFICATION_REQUEST_INIT;
    request.force = TCSES_TRUE;
    tcses_verification *v = wait_for(&rig, &request, NULL);
    rig_answer(&rig, GET, verified);
    rig_answer(&rig, UPDATE, verified);
    assert_int_equal(tcses_verification_wait(v, NULL, NULL, NULL), TCSES_OK);
    assert_int_equal(tcses_verification_get_state(v)->submissions, 1);
    tcses_verification_free(v);
    rig_free(&rig);
    /* The submission may take the status away: then the wait goes on. */
    open_rig(&rig);
    v = wait_for(&rig, &request, NULL);
    rig_answer(&rig, GET, verified);
    rig_answer(&rig, UPDATE, one_record_seen);
    rig_answer(&rig, GET, verified);
    assert_int_equal(tcses_verification_wait(v, NULL, NULL, NULL), TCSES_OK);
    assert_int_equal(rig.clock.waits, 1);
    tcses_verification_free(v);
    rig_free(&rig);
}

static void test_verification__arguments_are_refused_when_it_is_made(void **state)
{
    (void)state;
    test_rig rig;
    rig_init(&rig);
    rig_open(&rig);
    tcses_verification *v = (void *)(uintptr_t)1;
    tcses_error *error = NULL;
    tcses_verification_request request = TCSES_VERIFICATION_REQUEST_INIT;
    tcses_call_options options = TCSES_CALL_OPTIONS_INIT;
    request.email_identity = DOMAIN;
#define REFUSED(client, request, options, at)                                                               \
    do {                                                                                                    \
        assert_int_equal(tcses_verification_new(client, request, options, &v, &error), TCSES_ERR_ARGUMENT); \
        assert_null(v);                                                                                     \
        expect_error(error, TCSES_ERR_ARGUMENT, at);                                                        \
    } while (0)
    REFUSED(NULL, &request, NULL, "client");
    REFUSED(rig.client, NULL, NULL, "request");
    request.size = 8;
    REFUSED(rig.client, &request, NULL, "request");
    request.size = sizeof request;
    request.deadline_ms = -1;
    REFUSED(rig.client, &request, NULL, "deadline_ms");
    request.deadline_ms = 0;
    request.force = 3;
    REFUSED(rig.client, &request, NULL, "force");
    request.force = -1;
    REFUSED(rig.client, &request, NULL, "force");
    request.force = TCSES_FALSE;
    request.dkim_option = -1;
    REFUSED(rig.client, &request, NULL, "dkim_option");
    request.dkim_option = TCSES_DKIM_UNSET;
    request.email_identity = "no domain";
    REFUSED(rig.client, &request, NULL, "email_identity");
    request.email_identity = NULL;
    REFUSED(rig.client, &request, NULL, "email_identity");
    request.email_identity = DOMAIN;
    options.region = "a\r\nb";
    REFUSED(rig.client, &request, &options, "options.region");
#undef REFUSED
    assert_int_equal(tcses_verification_new(rig.client, &request, NULL, NULL, &error), TCSES_ERR_ARGUMENT);
    expect_error(error, TCSES_ERR_ARGUMENT, "out");
    assert_int_equal(tcses_verification_step(NULL, &error), TCSES_ERR_ARGUMENT);
    expect_error(error, TCSES_ERR_ARGUMENT, "verification");
    assert_int_equal(tcses_verification_wait(NULL, NULL, NULL, &error), TCSES_ERR_ARGUMENT);
    expect_error(error, TCSES_ERR_ARGUMENT, "verification");
    assert_null(tcses_verification_get_state(NULL));
    rig_free(&rig);
}

/* ---- failures ---- */

/* What each failure of a first read comes to: survived, or the end. */
static const struct {
    const char *code; /* NULL: the exchange fails */
    tcses_status status;
    bool is_survived;
} failures[] = {
    {"RequestLimitExceeded", TCSES_ERR_API, true},
    {"InternalError", TCSES_ERR_API, true},
    {TCSES_CODE_SERVICE_NOT_AVAILABLE, TCSES_ERR_API, true},
    {TCSES_CODE_DKIM_NOT_APPLIED, TCSES_ERR_API, true},
    {NULL, TCSES_ERR_NETWORK, true},
    {NULL, TCSES_ERR_TIMEOUT, true},
    {NULL, TCSES_ERR_TLS, false},
    {NULL, TCSES_ERR_CALLBACK, false},
    {NULL, TCSES_ERR_CANCELLED, false},
    {NULL, TCSES_ERR_MEMORY, false},
    {TCSES_CODE_NOT_EXIST_DOMAIN, TCSES_ERR_API, false},
    {"AuthFailure.SecretIdNotFound", TCSES_ERR_API, false},
    {"UnauthorizedOperation", TCSES_ERR_API, false},
    {"OperationDenied", TCSES_ERR_API, false},
};

static void script_failure(test_rig *rig, const char *action, size_t i)
{
    if (failures[i].code != NULL)
        rig_refuse(rig, action, failures[i].code);
    else
        rig_fail(rig, action, failures[i].status, TCSES_STAGE_SENT);
}

/* That the state tells how the last call failed. */
static void expect_failure(tcses_verification *v, size_t i)
{
    const tcses_error *failure = tcses_verification_get_state(v)->failure;
    assert_int_equal(tcses_error_status(failure), failures[i].status);
    if (failures[i].code != NULL)
        assert_string_equal(tcses_error_code(failure), failures[i].code);
}

static void test_verification__survives_what_may_pass_and_ends_with_what_may_not(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(failures); i++) {
        test_rig rig;
        open_rig(&rig);
        tcses_verification *v = wait_for(&rig, NULL, NULL);
        rig_answer(&rig, GET, one_record_seen);
        expect_step(v, TCSES_VERIFICATION_READ);
        script_failure(&rig, UPDATE, i);
        if (failures[i].is_survived)
            expect_step(v, TCSES_VERIFICATION_SUBMITTED);
        else
            expect_failing_step(v, failures[i].status, failures[i].code);
        expect_failure(v, i);
        const tcses_verification_state *s = tcses_verification_get_state(v);
        assert_int_equal(s->last_step, TCSES_VERIFICATION_SUBMITTED);
        assert_int_equal(s->submissions, 1);
        assert_int_equal(s->is_verified, TCSES_FALSE);
        assert_int_equal(s->attributes_count, 2); /* what was known stays known */
        /* A step may follow all the same, when it is due, and forgets the failure. */
        pass(&rig, s->next_ms);
        rig_answer(&rig, GET, verified);
        expect_step(v, TCSES_VERIFICATION_READ);
        assert_null(tcses_verification_get_state(v)->failure);
        assert_int_equal(tcses_verification_get_state(v)->is_verified, TCSES_TRUE);
        tcses_verification_free(v);
        rig_free(&rig);
    }
}

static void test_verification__survives_a_gateway(void **state)
{
    (void)state;
    test_rig rig;
    open_rig(&rig);
    tcses_verification *v = wait_for(&rig, NULL, NULL);
    tcses_mock_exchange exchange = TCSES_MOCK_EXCHANGE_INIT;
    exchange.response_body = "<html>";
    exchange.http_status = 403;
    assert_int_equal(tcses_mock_expect(rig.mock, &exchange, NULL), TCSES_OK);
    expect_step(v, TCSES_VERIFICATION_READ);
    assert_int_equal(tcses_error_http_status(tcses_verification_get_state(v)->failure), 403);
    /* An answer of another form is the end: the next will have it too. */
    rig_answer(&rig, GET, "{\"Response\":{\"Attributes\":7}}");
    pass(&rig, 30 * SECOND);
    tcses_error *error = NULL;
    assert_int_equal(tcses_verification_step(v, &error), TCSES_ERR_RESPONSE);
    expect_error(error, TCSES_ERR_RESPONSE, "Response.Attributes");
    tcses_verification_free(v);
    rig_free(&rig);
}

static void test_verification__what_ends_it_is_told_whole(void **state)
{
    (void)state;
    test_rig rig;
    open_rig(&rig);
    tcses_verification *v = wait_for(&rig, NULL, NULL);
    rig_refuse(&rig, GET, TCSES_CODE_NOT_EXIST_DOMAIN);
    tcses_error *error = NULL;
    assert_int_equal(tcses_verification_wait(v, NULL, NULL, &error), TCSES_ERR_API);
    tcses_verification_free(v); /* the error depends on nothing */
    assert_string_equal(tcses_error_code(error), TCSES_CODE_NOT_EXIST_DOMAIN);
    assert_string_equal(tcses_error_request_id(error), "id-of-error");
    assert_non_null(tcses_error_hint(error));
    assert_int_equal(tcses_error_attempts(error), 1);
    assert_int_equal(tcses_error_outcome(error), TCSES_OUTCOME_NOT_DONE);
    expect_error(error, TCSES_ERR_API, NULL);
    /* Nobody has to want it. */
    v = wait_for(&rig, NULL, NULL);
    rig_refuse(&rig, GET, TCSES_CODE_NOT_EXIST_DOMAIN);
    assert_int_equal(tcses_verification_wait(v, NULL, NULL, NULL), TCSES_ERR_API);
    tcses_verification_free(v);
    rig_free(&rig);
}

static void test_verification__waits_as_long_as_the_service_asks(void **state)
{
    (void)state;
    test_rig rig;
    open_rig(&rig);
    tcses_verification *v = wait_for(&rig, NULL, NULL);
    rig_answer(&rig, GET, no_record_seen);
    tcses_mock_exchange exchange = TCSES_MOCK_EXCHANGE_INIT;
    exchange.action = UPDATE;
    exchange.http_status = 503;
    exchange.response_header = "Retry-After: 900";
    assert_int_equal(tcses_mock_expect(rig.mock, &exchange, NULL), TCSES_OK);
    rig_answer(&rig, UPDATE, verified);
    assert_int_equal(tcses_verification_wait(v, NULL, NULL, NULL), TCSES_OK);
    assert_int_equal(rig.clock.waits, 1);
    assert_int_equal(rig.clock.pauses[0], 15 * MINUTE);
    tcses_verification_free(v);
    rig_free(&rig);
}

/* ---- a service that lives for hours ---- */

typedef struct service {
    test_rig rig;
    tcses_transport *transport;
    int64_t begun_ms;
    int64_t sees_dns_at_ms; /* a submission from then on verifies */
    int64_t fails_from_ms;  /* no answer to anything in this time */
    int64_t fails_until_ms;
    int64_t takes_ms;             /* an answer takes that long */
    tcses_cancel *cancel_in_call; /* triggered by the next call */
    bool is_verified;             /* what it answers */
    size_t reads;
    size_t submissions;
    int64_t submitted_at_ms[32]; /* since the beginning, failed ones too */
    int64_t longest_ms;          /* the most that an attempt had left */
    size_t told;                 /* how often progress was told */
    size_t told_of_failures;
    size_t told_until; /* the progress callback ends the wait then; 0: never */
} service;

static int64_t passed_ms(const service *s)
{
    return s->rig.clock.monotonic_ms - s->begun_ms;
}

static void note_request(service *s, bool is_submission)
{
    if (!is_submission) {
        s->reads++;
        return;
    }
    assert_true(s->submissions < COUNT_OF(s->submitted_at_ms));
    s->submitted_at_ms[s->submissions++] = passed_ms(s);
}

static tcses_status serve(void *ctx, tcses_http_request *request, tcses_http_response *response)
{
    service *s = ctx;
    bool is_submission = strcmp(tcses_http_request_header(request, "X-TC-Action"), UPDATE) == 0;
    int64_t left = tcses_http_request_time_left_ms(request);
    s->longest_ms = left > s->longest_ms ? left : s->longest_ms;
    note_request(s, is_submission);
    bool is_down = passed_ms(s) >= s->fails_from_ms && passed_ms(s) < s->fails_until_ms;
    pass(&s->rig, s->takes_ms < left ? s->takes_ms : left);
    tcses_http_response_set_stage(response, TCSES_STAGE_SENT);
    if (s->cancel_in_call != NULL) {
        tcses_cancel_trigger(s->cancel_in_call);
        return TCSES_ERR_CANCELLED;
    }
    if (s->takes_ms >= left)
        return TCSES_ERR_TIMEOUT;
    if (is_down)
        return TCSES_ERR_NETWORK;
    if (is_submission && passed_ms(s) >= s->sees_dns_at_ms)
        s->is_verified = true;
    const char *body = s->is_verified ? verified : one_record_seen;
    tcses_http_response_set_status(response, 200);
    tcses_http_response_set_stage(response, TCSES_STAGE_ANSWERED);
    return tcses_http_response_append_body(response, body, strlen(body));
}

static void service_open(service *s, const tcses_allocator *allocator, int32_t max_attempts)
{
    tcses_transport_ops ops = TCSES_TRANSPORT_OPS_INIT;
    ops.perform = serve;
    rig_init(&s->rig);
    assert_int_equal(tcses_transport_new(&ops, s, NULL, &s->transport, NULL), TCSES_OK);
    s->rig.options.transport = s->transport;
    s->rig.options.allocator = allocator;
    s->rig.options.max_attempts = max_attempts;
    s->rig.options.log = NULL; /* hours have many lines */
    rig_open(&s->rig);
    s->begun_ms = s->rig.clock.monotonic_ms;
}

static void service_free(service *s)
{
    rig_free(&s->rig);
    tcses_transport_unref(s->transport);
}

static tcses_status hear(void *ctx, const tcses_verification_state *state)
{
    service *s = ctx;
    s->told++;
    s->told_of_failures += state->failure != NULL;
    assert_int_equal(state->elapsed_ms, passed_ms(s));
    assert_int_equal(state->submissions, s->submissions);
    return s->told == s->told_until ? TCSES_ERR_NETWORK : TCSES_OK;
}

static void expect_submissions_at(const service *s, const int64_t *minutes, size_t count)
{
    assert_int_equal(s->submissions, count);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(s->submitted_at_ms[i], minutes[i] * MINUTE);
}

static void test_verification__waits_for_dns(void **state)
{
    (void)state;
    static const int64_t minutes[] = {0, 1, 3, 8, 18, 28, 38};
    service s = {.sees_dns_at_ms = 31 * MINUTE};
    service_open(&s, NULL, 1);
    tcses_verification *v = wait_for(&s.rig, NULL, NULL);
    assert_int_equal(tcses_verification_wait(v, hear, &s, NULL), TCSES_OK);
    expect_submissions_at(&s, minutes, COUNT_OF(minutes));
    assert_int_equal(s.reads, 1 + 1 + 1 + 4 + 9 + 9 + 9);
    assert_int_equal(s.told, s.reads + s.submissions);
    assert_int_equal(s.told_of_failures, 0);
    const tcses_verification_state *at_end = tcses_verification_get_state(v);
    assert_int_equal(at_end->is_verified, TCSES_TRUE);
    assert_int_equal(at_end->submissions, COUNT_OF(minutes));
    assert_int_equal(at_end->elapsed_ms, 38 * MINUTE);
    tcses_verification_free(v);
    service_free(&s);
}

/* Half an hour without any answer, which each call tries four times to get. */
static void test_verification__survives_a_service_that_is_away(void **state)
{
    (void)state;
    service s = {.sees_dns_at_ms = 12 * MINUTE, .fails_from_ms = 10 * MINUTE, .fails_until_ms = 40 * MINUTE};
    service_open(&s, NULL, 2);
    tcses_verification *v = wait_for(&s.rig, NULL, NULL);
    tcses_error *error = NULL;
    assert_int_equal(tcses_verification_wait(v, NULL, NULL, &error), TCSES_OK);
    assert_null(error);
    const tcses_verification_state *at_end = tcses_verification_get_state(v);
    assert_int_equal(at_end->is_verified, TCSES_TRUE);
    assert_null(at_end->failure);
    assert_int_equal(at_end->submissions, 8); /* at 0, 1, 3, 8, and then at 18, 28 and 38 in vain, and at 48 */
    assert_int_equal(s.submissions, 8 + 3);   /* of which those in vain were tried twice */
    assert_in_range(at_end->elapsed_ms, 48 * MINUTE, 49 * MINUTE);
    tcses_verification_free(v);
    service_free(&s);
}

static void test_verification__progress_tells_of_failures(void **state)
{
    (void)state;
    service s = {.fails_until_ms = 2 * MINUTE};
    service_open(&s, NULL, 1);
    tcses_verification *v = wait_for(&s.rig, NULL, NULL);
    assert_int_equal(tcses_verification_wait(v, hear, &s, NULL), TCSES_OK);
    assert_int_equal(s.told_of_failures, 4); /* reads at 0, 30, 60 and 90 s */
    assert_int_equal(s.told, 6);
    assert_int_equal(s.submissions, 1);
    assert_int_equal(s.submitted_at_ms[0], 2 * MINUTE);
    tcses_verification_free(v);
    service_free(&s);
}

static void test_verification__the_deadline_is_two_hours(void **state)
{
    (void)state;
    static const int64_t minutes[] = {0, 1, 3, 8, 18, 28, 38, 48, 58, 68, 78, 88, 98, 108, 118};
    service s = {.sees_dns_at_ms = INT64_MAX};
    service_open(&s, NULL, 1);
    tcses_verification *v = wait_for(&s.rig, NULL, NULL);
    tcses_error *error = NULL;
    assert_int_equal(tcses_verification_wait(v, hear, &s, &error), TCSES_ERR_TIMEOUT);
    expect_submissions_at(&s, minutes, COUNT_OF(minutes));
    assert_int_equal(passed_ms(&s), 2 * HOUR);
    assert_non_null(strstr(tcses_error_message(error), DOMAIN " is not verified in the time given"));
    assert_non_null(strstr(tcses_error_message(error), "not seen yet: 1 of 2; submissions: 15"));
    assert_non_null(strstr(tcses_error_message(error), "the last submission was answered"));
    assert_null(strstr(tcses_error_message(error), "failed"));
    assert_int_equal(tcses_error_outcome(error), TCSES_OUTCOME_DONE);
    assert_int_equal(tcses_error_attempts(error), 15);
    assert_int_equal(tcses_error_retryable(error), TCSES_TRUE);
    assert_non_null(tcses_error_hint(error));
    expect_error(error, TCSES_ERR_TIMEOUT, NULL);
    const tcses_verification_state *at_end = tcses_verification_get_state(v);
    assert_int_equal(at_end->left_ms, 0);
    assert_int_equal(at_end->next_ms, 0);
    assert_int_equal(at_end->attributes_count, 2);
    assert_int_equal(at_end->last_step, TCSES_VERIFICATION_NOTHING);
    assert_int_equal(at_end->is_verified, TCSES_FALSE);
    /* Time does not come back. */
    expect_failing_step(v, TCSES_ERR_TIMEOUT, NULL);
    assert_int_equal(tcses_verification_wait(v, NULL, NULL, NULL), TCSES_ERR_TIMEOUT);
    assert_int_equal(s.submissions, COUNT_OF(minutes));
    tcses_verification_free(v);
    service_free(&s);
}

/* Waits for so long in vain; returns the error. */
static tcses_error *wait_in_vain(service *s, int64_t deadline_ms, const tcses_call_options *options)
{
    tcses_error *error = NULL;
    tcses_verification_request request = TCSES_VERIFICATION_REQUEST_INIT;
    request.deadline_ms = deadline_ms;
    tcses_verification *v = wait_for(&s->rig, &request, options);
    assert_int_equal(tcses_verification_wait(v, NULL, NULL, &error), TCSES_ERR_TIMEOUT);
    assert_int_equal(passed_ms(s), deadline_ms);
    tcses_verification_free(v);
    return error;
}

static void test_verification__the_deadline_tells_of_the_last_submission(void **state)
{
    (void)state;
    service s = {.fails_until_ms = HOUR};
    service_open(&s, NULL, 1);
    tcses_error *error = wait_in_vain(&s, 100 * SECOND, NULL);
    assert_non_null(strstr(tcses_error_message(error), "not seen yet: 0 of 0; submissions: 0, it was never submitted"));
    assert_non_null(strstr(tcses_error_message(error), "the last call failed: "));
    assert_int_equal(tcses_error_outcome(error), TCSES_OUTCOME_NOT_DONE);
    expect_error(error, TCSES_ERR_TIMEOUT, NULL);
    service_free(&s);
    /* The submission at 60 s gets no answer. */
    service t = {.sees_dns_at_ms = HOUR, .fails_from_ms = 40 * SECOND, .fails_until_ms = HOUR};
    service_open(&t, NULL, 1);
    error = wait_in_vain(&t, 100 * SECOND, NULL);
    assert_non_null(strstr(tcses_error_message(error), "submissions: 2, whether the last submission took effect is"));
    assert_int_equal(tcses_error_outcome(error), TCSES_OUTCOME_UNKNOWN);
    expect_error(error, TCSES_ERR_TIMEOUT, NULL);
    service_free(&t);
}

static void test_verification__the_deadline_tells_of_a_refused_submission(void **state)
{
    (void)state;
    test_rig rig;
    open_rig(&rig);
    tcses_verification_request request = TCSES_VERIFICATION_REQUEST_INIT;
    request.deadline_ms = 10 * SECOND;
    tcses_verification *v = wait_for(&rig, &request, NULL);
    rig_answer(&rig, GET, no_record_seen);
    rig_refuse(&rig, UPDATE, TCSES_CODE_DKIM_NOT_APPLIED);
    tcses_error *error = NULL;
    assert_int_equal(tcses_verification_wait(v, NULL, NULL, &error), TCSES_ERR_TIMEOUT);
    assert_non_null(strstr(tcses_error_message(error), "the last submission did not take effect"));
    assert_non_null(strstr(tcses_error_message(error), TCSES_CODE_DKIM_NOT_APPLIED));
    assert_int_equal(tcses_error_outcome(error), TCSES_OUTCOME_NOT_DONE);
    expect_error(error, TCSES_ERR_TIMEOUT, NULL);
    tcses_verification_free(v);
    /* The same where nobody wants to know. */
    v = wait_for(&rig, &request, NULL);
    rig_answer(&rig, GET, no_record_seen);
    rig_refuse(&rig, UPDATE, TCSES_CODE_DKIM_NOT_APPLIED);
    assert_int_equal(tcses_verification_wait(v, NULL, NULL, NULL), TCSES_ERR_TIMEOUT);
    tcses_verification_free(v);
    rig_free(&rig);
}

static void test_verification__no_call_outlasts_the_deadline(void **state)
{
    (void)state;
    /* An answer takes 7 s: read at 0, submission at 7, and the read at 44 has 1 s left. */
    service s = {.sees_dns_at_ms = HOUR, .takes_ms = 7 * SECOND};
    service_open(&s, NULL, 1);
    tcses_error *error = wait_in_vain(&s, 45 * SECOND, NULL);
    assert_int_equal(s.longest_ms, 20 * SECOND); /* of an attempt with time enough */
    assert_int_equal(s.reads, 2);
    expect_error(error, TCSES_ERR_TIMEOUT, NULL);
    service_free(&s);
    /* Neither has a call less time than the options give it. */
    service t = {.sees_dns_at_ms = HOUR, .takes_ms = 7 * SECOND};
    tcses_call_options options = TCSES_CALL_OPTIONS_INIT;
    options.timeout_ms = 9000;
    service_open(&t, NULL, 1);
    expect_error(wait_in_vain(&t, 45 * SECOND, &options), TCSES_ERR_TIMEOUT, NULL);
    assert_int_equal(t.longest_ms, 9 * SECOND);
    service_free(&t);
    /* The step in which the time runs out says so. */
    service w = {.takes_ms = 6 * SECOND};
    tcses_verification_request brief = TCSES_VERIFICATION_REQUEST_INIT;
    brief.deadline_ms = 5 * SECOND;
    service_open(&w, NULL, 1);
    tcses_verification *v = wait_for(&w.rig, &brief, NULL);
    expect_failing_step(v, TCSES_ERR_TIMEOUT, NULL);
    assert_int_equal(tcses_verification_get_state(v)->last_step, TCSES_VERIFICATION_READ);
    tcses_verification_free(v);
    service_free(&w);
}

static void test_verification__an_answer_in_the_last_moment_counts(void **state)
{
    (void)state;
    service u = {.is_verified = true, .takes_ms = 5 * SECOND};
    tcses_verification_request request = TCSES_VERIFICATION_REQUEST_INIT;
    request.deadline_ms = 5 * SECOND + 1;
    service_open(&u, NULL, 1);
    tcses_verification *v = wait_for(&u.rig, &request, NULL);
    assert_int_equal(tcses_verification_wait(v, NULL, NULL, NULL), TCSES_OK);
    tcses_verification_free(v);
    service_free(&u);
}

static void test_verification__a_cancel_ends_the_sleep(void **state)
{
    (void)state;
    service s = {.sees_dns_at_ms = HOUR};
    service_open(&s, NULL, 1);
    tcses_call_options options = TCSES_CALL_OPTIONS_INIT;
    assert_int_equal(tcses_cancel_new(NULL, &options.cancel, NULL), TCSES_OK);
    tcses_verification *v = wait_for(&s.rig, NULL, &options);
    s.rig.clock.cancel_in_wait = options.cancel;
    tcses_error *error = NULL;
    assert_int_equal(tcses_verification_wait(v, hear, &s, &error), TCSES_ERR_CANCELLED);
    expect_error(error, TCSES_ERR_CANCELLED, NULL);
    assert_int_equal(s.rig.clock.waits, 1);
    assert_int_equal(s.told, 2);
    assert_int_equal(tcses_verification_get_state(v)->submissions, 1);
    assert_int_equal(tcses_verification_wait(v, NULL, NULL, NULL), TCSES_ERR_CANCELLED);
    assert_int_equal(s.rig.clock.waits, 1);
    tcses_verification_free(v);
    tcses_cancel_unref(options.cancel);
    service_free(&s);
}

static void test_verification__a_cancel_ends_a_call(void **state)
{
    (void)state;
    service s = {.sees_dns_at_ms = HOUR};
    service_open(&s, NULL, 1);
    tcses_call_options options = TCSES_CALL_OPTIONS_INIT;
    assert_int_equal(tcses_cancel_new(NULL, &options.cancel, NULL), TCSES_OK);
    tcses_verification *v = wait_for(&s.rig, NULL, &options);
    expect_step(v, TCSES_VERIFICATION_READ);
    s.cancel_in_call = options.cancel;
    tcses_error *error = NULL;
    assert_int_equal(tcses_verification_step(v, &error), TCSES_ERR_CANCELLED);
    assert_int_equal(tcses_error_outcome(error), TCSES_OUTCOME_UNKNOWN);
    expect_error(error, TCSES_ERR_CANCELLED, NULL);
    assert_int_equal(tcses_verification_get_state(v)->submissions, 1);
    tcses_verification_free(v);
    tcses_cancel_unref(options.cancel);
    service_free(&s);
}

static void test_verification__progress_can_end_it_and_it_goes_on_later(void **state)
{
    (void)state;
    static const int64_t minutes[] = {0, 1};
    service s = {.sees_dns_at_ms = MINUTE, .told_until = 3};
    service_open(&s, NULL, 1);
    tcses_verification *v = wait_for(&s.rig, NULL, NULL);
    tcses_error *error = NULL;
    assert_int_equal(tcses_verification_wait(v, hear, &s, &error), TCSES_ERR_CALLBACK);
    expect_error(error, TCSES_ERR_CALLBACK, NULL);
    assert_int_equal(s.told, 3);
    assert_int_equal(tcses_verification_get_state(v)->elapsed_ms, 30 * SECOND);
    assert_int_equal(tcses_verification_wait(v, hear, &s, &error), TCSES_OK);
    assert_null(error);
    expect_submissions_at(&s, minutes, COUNT_OF(minutes));
    tcses_verification_free(v);
    service_free(&s);
}

/* ---- out of memory ---- */

/* Lets the n-th allocation fail. False when there is no n-th. */
static bool fail_one(size_t n, size_t *failed_new)
{
    service s = {.sees_dns_at_ms = 1};
    test_memory m;
    tcses_verification *v = NULL;
    tcses_error *error = NULL;
    tcses_verification_request request = TCSES_VERIFICATION_REQUEST_INIT;
    tcses_call_options options = TCSES_CALL_OPTIONS_INIT;
    request.email_identity = DOMAIN;
    options.region = "ap-hongkong";
    test_memory_init(&m);
    service_open(&s, &m.allocator, 1);
    m.fail_at = m.taken + n;
    tcses_status status = tcses_verification_new(s.rig.client, &request, &options, &v, &error);
    assert_int_equal(v != NULL, status == TCSES_OK);
    *failed_new += status != TCSES_OK;
    if (status == TCSES_OK)
        status = tcses_verification_wait(v, NULL, NULL, &error);
    bool reached = m.taken >= m.fail_at;
    m.fail_at = 0;
    assert_int_equal(status, reached ? TCSES_ERR_MEMORY : TCSES_OK);
    if (reached)
        expect_error(error, TCSES_ERR_MEMORY, NULL);
    if (v == NULL)
        v = wait_for(&s.rig, NULL, NULL);
    /* It goes on where it was. */
    assert_int_equal(tcses_verification_wait(v, NULL, NULL, NULL), TCSES_OK);
    assert_int_equal(tcses_verification_get_state(v)->is_verified, TCSES_TRUE);
    tcses_verification_free(v);
    service_free(&s);
    assert_int_equal(m.live, 0);
    return reached;
}

static void test_verification__out_of_memory(void **state)
{
    (void)state;
    size_t n = 1, failed_new = 0;
    while (fail_one(n, &failed_new))
        n++;
    assert_true(failed_new >= 4);
    assert_true(n > 40);
}

static void test_verification__a_step_without_memory_for_its_error_sends_nothing(void **state)
{
    (void)state;
    service s = {.is_verified = true};
    test_memory m;
    tcses_error *error = NULL;
    test_memory_init(&m);
    service_open(&s, &m.allocator, 1);
    tcses_verification *v = wait_for(&s.rig, NULL, NULL);
    m.fail_at = m.taken + 1;
    assert_int_equal(tcses_verification_step(v, &error), TCSES_ERR_MEMORY);
    expect_error(error, TCSES_ERR_MEMORY, NULL);
    assert_int_equal(s.reads, 0);
    expect_step(v, TCSES_VERIFICATION_READ);
    assert_int_equal(tcses_verification_get_state(v)->is_verified, TCSES_TRUE);
    tcses_verification_free(v);
    service_free(&s);
    assert_int_equal(m.live, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_verification__sends_nothing_when_it_is_made),
        cmocka_unit_test(test_verification__a_verified_domain_is_read_and_never_submitted),
        cmocka_unit_test(test_verification__a_step_is_taken_when_it_is_due),
        cmocka_unit_test(test_verification__copies_request_and_options),
        cmocka_unit_test(test_verification__force_submits_a_verified_domain_once),
        cmocka_unit_test(test_verification__arguments_are_refused_when_it_is_made),
        cmocka_unit_test(test_verification__survives_what_may_pass_and_ends_with_what_may_not),
        cmocka_unit_test(test_verification__survives_a_gateway),
        cmocka_unit_test(test_verification__what_ends_it_is_told_whole),
        cmocka_unit_test(test_verification__waits_as_long_as_the_service_asks),
        cmocka_unit_test(test_verification__waits_for_dns),
        cmocka_unit_test(test_verification__survives_a_service_that_is_away),
        cmocka_unit_test(test_verification__progress_tells_of_failures),
        cmocka_unit_test(test_verification__the_deadline_is_two_hours),
        cmocka_unit_test(test_verification__the_deadline_tells_of_the_last_submission),
        cmocka_unit_test(test_verification__the_deadline_tells_of_a_refused_submission),
        cmocka_unit_test(test_verification__no_call_outlasts_the_deadline),
        cmocka_unit_test(test_verification__an_answer_in_the_last_moment_counts),
        cmocka_unit_test(test_verification__a_cancel_ends_the_sleep),
        cmocka_unit_test(test_verification__a_cancel_ends_a_call),
        cmocka_unit_test(test_verification__progress_can_end_it_and_it_goes_on_later),
        cmocka_unit_test(test_verification__out_of_memory),
        cmocka_unit_test(test_verification__a_step_without_memory_for_its_error_sends_nothing),
    };
    return cmocka_run_group_tests_name("verification", tests, NULL, NULL);
}
