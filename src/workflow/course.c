/* SPDX-License-Identifier: Apache-2.0 */
#include "workflow/course.h"

#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "client/client.h"
#include "workflow/ensure.h"

#define ASK_AGAIN_MS 60000

/* The report, and the answer that its records lie in. */
typedef struct whole_report {
    tcses_onboard_report shown;
    const tcses_get_email_identity_response *answer;
} whole_report;

/* ---- beginning and end ---- */

tcses_status course_check(course *c, const tcses_call_options *options, int32_t is_dry_run)
{
    call_spec unused;
    tcses_status status = client_prepare(c->client, options, &c->options, &unused, c->error);
    if (status == TCSES_OK)
        status = error_require_text(c->error, "domain", c->domain, text_rule_domain);
    if (status != TCSES_OK)
        return status;
    if (c->deadline_ms < 0)
        return error_argument(c->error, "deadline_ms", "must not be negative");
    if (is_dry_run < TCSES_UNSET || is_dry_run > TCSES_TRUE)
        return error_argument(c->error, "is_dry_run", "must be TCSES_UNSET, TCSES_FALSE or TCSES_TRUE");
    c->is_dry_run = is_dry_run == TCSES_TRUE;
    return TCSES_OK;
}

tcses_status course_open(course *c, size_t steps_count)
{
    size_t step_bytes = sizeof(tcses_onboard_step) + sizeof(const tcses_onboard_step *);
    size_t domain_bytes = strlen(c->domain) + 1;
    c->report = arena_tree_new(&c->client->mem, sizeof(whole_report), &c->memory);
    /* One block: the steps, the pointers to them, the domain. */
    char *block = c->report != NULL ? arena_take(c->memory, steps_count * step_bytes + domain_bytes) : NULL;
    if (block == NULL)
        return error_memory(c->error);
    c->steps = (tcses_onboard_step *)(void *)block;
    const tcses_onboard_step **steps = (const tcses_onboard_step **)(void *)(c->steps + steps_count);
    c->domain = memcpy(block + steps_count * step_bytes, c->domain, domain_bytes);
    for (size_t i = 0; i < steps_count; i++) {
        steps[i] = &c->steps[i];
        c->steps[i].size = sizeof c->steps[i];
        c->steps[i].state = TCSES_STEP_PLANNED;
    }
    c->steps_count = steps_count;
    c->report->size = sizeof *c->report;
    c->report->domain = c->domain;
    c->report->steps = steps;
    c->report->steps_count = steps_count;
    course_set_step(c, COURSE_RECORDS, TCSES_STEP_RECORDS, c->domain);
    course_set_step(c, COURSE_VERIFICATION, TCSES_STEP_VERIFICATION, c->domain);
    return TCSES_OK;
}

/* The first of these that a step has. */
static int32_t worst_state(const course *c)
{
    static const int32_t worst_first[] = {
        TCSES_STEP_FAILED, TCSES_STEP_UNKNOWN, TCSES_STEP_WAITING, TCSES_STEP_PLANNED, TCSES_STEP_DONE};
    for (size_t i = 0; i < sizeof worst_first / sizeof worst_first[0]; i++) {
        for (size_t s = 0; s < c->steps_count; s++) {
            if (c->steps[s].state == worst_first[i])
                return worst_first[i];
        }
    }
    return TCSES_STEP_EXISTED;
}

tcses_status course_close(course *c, tcses_status status, const tcses_onboard_report **report)
{
    if (status == TCSES_OK && report != NULL) {
        c->report->state = worst_state(c);
        *report = c->report;
    } else {
        tcses_onboard_report_free(c->report);
    }
    return status;
}

/* ---- steps ---- */

void course_set_step(course *c, size_t index, int32_t kind, const char *subject)
{
    c->steps[index].kind = kind;
    c->steps[index].subject = subject;
}

/* Whether the course is to go on is remembered: a wait has other reasons too to end with that status. */
static tcses_status tell(course *c, const tcses_onboard_step *step, const tcses_verification_state *state)
{
    if (c->progress == NULL || c->progress(c->progress_ctx, step, state) == TCSES_OK)
        return TCSES_OK;
    c->is_stopped = true;
    return error_set(c->error, TCSES_ERR_CALLBACK, NULL, "the progress callback ended the course");
}

tcses_status course_end_step(course *c, size_t index, int32_t state)
{
    c->steps[index].state = state;
    return tell(c, &c->steps[index], NULL);
}

int32_t course_state_after(const tcses_error *failure)
{
    if (ensure_is_code(failure, TCSES_CODE_DKIM_NOT_APPLIED))
        return TCSES_STEP_WAITING;
    return tcses_error_outcome(failure) == TCSES_OUTCOME_NOT_DONE ? TCSES_STEP_FAILED : TCSES_STEP_UNKNOWN;
}

/* What no other step would fare better with. */
static bool ends_course(const tcses_error *failure)
{
    tcses_status status = tcses_error_status(failure);
    return status == TCSES_ERR_MEMORY || status == TCSES_ERR_CANCELLED || status == TCSES_ERR_ARGUMENT;
}

tcses_status course_fail_step(course *c, size_t index, int32_t state, const tcses_error *failure)
{
    if (ends_course(failure)) {
        error_become(c->error, failure);
        return tcses_error_status(failure);
    }
    tcses_error *copy = arena_take(c->memory, sizeof *copy);
    if (copy == NULL)
        return error_memory(c->error);
    error_become(copy, failure);
    c->steps[index].error = copy;
    return course_end_step(c, index, state);
}

/* ---- records ---- */

void course_keep_answer(course *c, const tcses_get_email_identity_response *answer)
{
    whole_report *whole = (whole_report *)c->report;
    tcses_get_email_identity_response_free(whole->answer);
    whole->answer = answer;
    c->report->attributes = answer->attributes;
    c->report->attributes_count = answer->attributes_count;
}

static bool is_every_record_seen(const tcses_verification_state *state)
{
    size_t seen = 0;
    for (size_t i = 0; i < state->attributes_count; i++)
        seen += state->attributes[i]->status == TCSES_TRUE;
    return seen > 0 && seen == state->attributes_count;
}

/* As far as can be told: by is_ready, else by what the service has seen. */
static int32_t records_state(const course *c, const tcses_verification_state *state)
{
    bool is_in_place = state->is_verified == TCSES_TRUE || c->readiness == TCSES_TRUE ||
                       (c->readiness == TCSES_UNSET && is_every_record_seen(state));
    if (is_in_place)
        return c->was_held ? TCSES_STEP_DONE : TCSES_STEP_EXISTED;
    return c->is_dry_run && c->readiness == TCSES_UNSET ? TCSES_STEP_PLANNED : TCSES_STEP_WAITING;
}

static tcses_status end_records(course *c, int32_t state)
{
    if (c->is_records_told)
        return TCSES_OK;
    c->is_records_told = true;
    return course_end_step(c, COURSE_RECORDS, state);
}

/* ---- verification ---- */

static int32_t ask(void *ctx, const char *domain, const tcses_dns_attribute *const *attributes, size_t attributes_count,
    int64_t *ask_again_ms)
{
    course *c = ctx;
    int32_t answer = c->is_ready(c->ready_ctx, domain, attributes, attributes_count, ask_again_ms);
    if (answer != TCSES_UNSET || c->readiness == TCSES_FALSE)
        c->readiness = answer;
    c->was_held = c->was_held || answer == TCSES_FALSE;
    return answer;
}

static tcses_status tell_of_waiting(void *ctx, const tcses_verification_state *state)
{
    course *c = ctx;
    size_t index = c->readiness == TCSES_FALSE ? COURSE_RECORDS : COURSE_VERIFICATION;
    if (state->is_verified == TCSES_TRUE)
        return TCSES_OK;
    tcses_status status = c->readiness == TCSES_TRUE ? end_records(c, records_state(c, state)) : TCSES_OK;
    if (status != TCSES_OK)
        return status;
    c->is_records_told = c->is_records_told && index != COURSE_RECORDS;
    c->steps[index].state = TCSES_STEP_WAITING;
    return tell(c, &c->steps[index], state);
}

/* Ends the step of the verification, of which a failure of the wait and one of its last call may tell. */
static tcses_status end_verification(
    course *c, const tcses_verification_state *state, tcses_status status, const tcses_error *failure)
{
    if (status == TCSES_ERR_TIMEOUT)
        return course_fail_step(c, COURSE_VERIFICATION, TCSES_STEP_WAITING, failure);
    if (status != TCSES_OK)
        return course_fail_step(c, COURSE_VERIFICATION, course_state_after(failure), failure);
    if (c->is_verified)
        return course_end_step(c, COURSE_VERIFICATION, TCSES_STEP_DONE);
    if (state->failure != NULL)
        return course_fail_step(c, COURSE_VERIFICATION, course_state_after(state->failure), state->failure);
    bool is_held = c->readiness == TCSES_FALSE;
    return course_end_step(c, COURSE_VERIFICATION, is_held ? TCSES_STEP_PLANNED : TCSES_STEP_WAITING);
}

/* Submits once, or waits. */
static tcses_status go_on(course *c, tcses_verification *v)
{
    tcses_error *failure = NULL;
    tcses_status status = c->deadline_ms > 0 ? tcses_verification_wait(v, tell_of_waiting, c, &failure)
                                             : tcses_verification_step(v, &failure);
    const tcses_verification_state *state = tcses_verification_get_state(v);
    c->is_verified = state->is_verified == TCSES_TRUE;
    tcses_status told = c->is_stopped ? status : TCSES_OK;
    if (told == TCSES_OK && !ends_course(failure))
        told = end_records(c, records_state(c, state));
    if (told == TCSES_OK)
        told = end_verification(c, state, status, failure);
    tcses_error_free(failure);
    return told;
}

/* Nothing is done: DNS is looked at all the same. */
static tcses_status look(course *c, tcses_verification *v)
{
    const tcses_verification_state *state = tcses_verification_get_state(v);
    int64_t ask_again_ms = ASK_AGAIN_MS;
    if (c->is_ready != NULL)
        (void)ask(c, c->domain, state->attributes, state->attributes_count, &ask_again_ms);
    tcses_status status = end_records(c, records_state(c, state));
    return status == TCSES_OK ? course_end_step(c, COURSE_VERIFICATION, TCSES_STEP_PLANNED) : status;
}

static tcses_status run(course *c, tcses_verification *v)
{
    c->is_verified = tcses_verification_get_state(v)->is_verified == TCSES_TRUE;
    if (!c->is_verified)
        return c->is_dry_run ? look(c, v) : go_on(c, v);
    tcses_status status = end_records(c, TCSES_STEP_EXISTED);
    return status == TCSES_OK ? course_end_step(c, COURSE_VERIFICATION, TCSES_STEP_EXISTED) : status;
}

tcses_status course_verify(course *c, const course_way *way)
{
    tcses_error *failure = NULL;
    tcses_verification *v = NULL;
    tcses_verification_request request = TCSES_VERIFICATION_REQUEST_INIT;
    request.email_identity = c->domain;
    request.is_ready = c->is_ready != NULL ? ask : NULL;
    request.ready_ctx = c;
    request.deadline_ms = c->deadline_ms;
    request.dkim_option = way->dkim_option;
    tcses_status status = tcses_verification_new(c->client, &request, &c->options, &v, &failure);
    if (status != TCSES_OK) {
        tcses_get_email_identity_response_free(way->domain);
        error_become(c->error, failure);
        tcses_error_free(failure);
        return status;
    }
    verification_set_goal(v, way->goal, way->goal_ctx);
    verification_begin(v, way->domain, way->was_submitted);
    status = run(c, v);
    course_keep_answer(c, verification_end(v));
    return status;
}

SIZED_INIT_FUNCTION(onboard_address)
SIZED_INIT_FUNCTION(onboard_request)

void tcses_onboard_report_free(const tcses_onboard_report *report)
{
    const whole_report *whole = (const whole_report *)report;
    if (whole != NULL)
        tcses_get_email_identity_response_free(whole->answer);
    arena_tree_free(whole);
}
