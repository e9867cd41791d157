/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The wait for the verification of a domain: makes the calls that workflow/schedule.c finds due, once DNS is ready for
 * them, keeps what they showed, and tells what may pass from what time does not mend.
 */
#include "workflow/verification.h"

#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/sized.h"
#include "ses/action.h"
#include "workflow/domain.h"
#include "workflow/schedule.h"

#define DEFAULT_DEADLINE_MS (2 * 60 * 60000)
#define ASK_AGAIN_MS 60000

struct tcses_verification {
    memory mem;
    tcses_client *client;
    arena copies;
    tcses_verification_request request;
    tcses_call_options options;
    schedule plan;
    const tcses_get_email_identity_response *answer; /* the last one: what the state shows of the domain lies in it */
    tcses_error *failure;
    int32_t last_outcome; /* of the last submission */
    verification_goal_fn goal;
    void *goal_ctx;
    tcses_verification_state state;
};

SIZED_INIT_FUNCTION(verification_request)

/* ---- making one ---- */

/* Encoding a submission checks what goes into it: what is wrong is said here and not at the first step. */
static tcses_status check_submission(const tcses_verification *v, tcses_error *error)
{
    tcses_update_email_identity_request submission = TCSES_UPDATE_EMAIL_IDENTITY_REQUEST_INIT;
    buffer trial;
    submission.email_identity = v->request.email_identity;
    submission.dkim_option = v->request.dkim_option;
    buffer_init(&trial, &v->mem);
    tcses_status status = codec_encode(ses_update_email_identity.request, &submission, &trial, error);
    buffer_free(&trial);
    return status;
}

static tcses_status copy_request(tcses_verification *v, const tcses_verification_request *given, tcses_error *error)
{
    tcses_verification_request *request = &v->request;
    if (given == NULL)
        return error_argument(error, "request", "must not be NULL");
    const char *broken = sized_copy(request, sizeof *request, sizeof *request, given);
    if (broken != NULL)
        return error_argument(error, "request", broken);
    if (request->deadline_ms < 0)
        return error_argument(error, "deadline_ms", "must not be negative");
    if (request->force < TCSES_UNSET || request->force > TCSES_TRUE)
        return error_argument(error, "force", "must be TCSES_UNSET, TCSES_FALSE or TCSES_TRUE");
    tcses_status status = check_submission(v, error);
    if (status != TCSES_OK)
        return status;
    request->email_identity = arena_copy(&v->copies, request->email_identity, strlen(request->email_identity));
    return request->email_identity != NULL ? TCSES_OK : error_memory(error);
}

static tcses_status set_up(tcses_verification *v, const tcses_verification_request *request,
    const tcses_call_options *options, tcses_error *error)
{
    tcses_status status = copy_request(v, request, error);
    if (status == TCSES_OK)
        status = client_keep_options(v->client, options, &v->copies, &v->options, error);
    if (status != TCSES_OK)
        return status;
    int64_t deadline_ms = v->request.deadline_ms > 0 ? v->request.deadline_ms : DEFAULT_DEADLINE_MS;
    schedule_init(&v->plan, deadline_ms, v->request.force == TCSES_TRUE);
    v->state.size = sizeof v->state;
    v->state.email_identity = v->request.email_identity;
    return TCSES_OK;
}

tcses_status tcses_verification_new(tcses_client *client, const tcses_verification_request *request,
    const tcses_call_options *options, tcses_verification **out, tcses_error **error)
{
    tcses_error *e = NULL;
    if (out != NULL)
        *out = NULL;
    if (client == NULL || out == NULL)
        return error_refuse(error, NULL, client == NULL ? "client" : "out");
    tcses_status status = error_open(error, &client->mem, &e);
    if (status != TCSES_OK)
        return status;
    tcses_verification *v = memory_take(&client->mem, sizeof *v);
    if (v == NULL)
        return error_close(error, e, error_memory(e));
    v->mem = client->mem;
    v->client = client;
    arena_init(&v->copies, &client->mem);
    status = set_up(v, request, options, e);
    if (status == TCSES_OK)
        *out = v;
    else
        tcses_verification_free(v);
    return error_close(error, e, status);
}

void tcses_verification_free(tcses_verification *verification)
{
    if (verification == NULL)
        return;
    memory mem = verification->mem;
    tcses_get_email_identity_response_free(verification->answer);
    tcses_error_free(verification->failure);
    arena_free(&verification->copies);
    tcses_cancel_unref(verification->options.cancel);
    memory_give(&mem, verification);
}

/* ---- where it stands ---- */

static int64_t now_ms(const tcses_verification *v)
{
    return call_now_ms(&v->client->host);
}

const tcses_verification_state *tcses_verification_get_state(tcses_verification *verification)
{
    if (verification == NULL)
        return NULL;
    const schedule *plan = &verification->plan;
    tcses_verification_state *state = &verification->state;
    int64_t now = now_ms(verification);
    state->failure = verification->failure;
    state->elapsed_ms = schedule_elapsed(plan, now);
    state->next_ms = schedule_until_next(plan, now);
    state->next_submission_ms = schedule_until_submission(plan, now);
    state->left_ms = schedule_left(plan, now);
    state->submissions = plan->submissions;
    state->is_verified = plan->is_verified ? TCSES_TRUE : TCSES_FALSE;
    return state;
}

/* ---- one step ---- */

/* Takes over what an answer showed. Whether that is all that is waited for. */
static bool keep_answer(tcses_verification *v, const tcses_get_email_identity_response *answer)
{
    tcses_get_email_identity_response_free(v->answer);
    v->answer = answer;
    v->state.attributes = answer->attributes;
    v->state.attributes_count = answer->attributes_count;
    return answer->verified_for_sending_status == TCSES_TRUE &&
           (v->goal == NULL || v->goal(v->goal_ctx, answer->attributes, answer->attributes_count));
}

static tcses_status read_domain(
    tcses_verification *v, const tcses_call_options *options, const tcses_get_email_identity_response **answer)
{
    tcses_get_email_identity_request request = TCSES_GET_EMAIL_IDENTITY_REQUEST_INIT;
    request.email_identity = v->request.email_identity;
    return tcses_get_email_identity(v->client, &request, options, answer, &v->failure);
}

static tcses_status submit_domain(
    tcses_verification *v, const tcses_call_options *options, const tcses_get_email_identity_response **answer)
{
    tcses_update_email_identity_request request = TCSES_UPDATE_EMAIL_IDENTITY_REQUEST_INIT;
    request.email_identity = v->request.email_identity;
    request.dkim_option = v->request.dkim_option;
    tcses_status status = domain_call(&ses_update_email_identity, v->client, &request, options, answer, &v->failure);
    v->last_outcome = status == TCSES_OK ? TCSES_OUTCOME_DONE : tcses_error_outcome(v->failure);
    return status;
}

void verification_set_goal(tcses_verification *v, verification_goal_fn goal, void *ctx)
{
    v->goal = goal;
    v->goal_ctx = ctx;
}

void verification_begin(tcses_verification *v, const tcses_get_email_identity_response *answer, bool was_submitted)
{
    int64_t now = now_ms(v);
    (void)schedule_due(&v->plan, now);
    schedule_answered(&v->plan, was_submitted ? SCHEDULE_SUBMIT : SCHEDULE_READ, now, keep_answer(v, answer));
    v->last_outcome = TCSES_OUTCOME_DONE;
}

const tcses_get_email_identity_response *verification_end(tcses_verification *v)
{
    const tcses_get_email_identity_response *answer = v->answer;
    v->answer = NULL;
    tcses_verification_free(v);
    return answer;
}

/* No call may last longer than the wait. */
static tcses_call_options options_for(const tcses_verification *v, int64_t now)
{
    tcses_call_options options = v->options;
    int64_t left = schedule_left(&v->plan, now);
    if (options.timeout_ms == 0)
        options.timeout_ms = v->client->timeout_ms;
    if (options.timeout_ms > left)
        options.timeout_ms = (int32_t)left;
    return options;
}

static tcses_status make_call(tcses_verification *v, schedule_step step, int64_t now)
{
    tcses_call_options options = options_for(v, now);
    bool is_submission = step == SCHEDULE_SUBMIT;
    const tcses_get_email_identity_response *answer = NULL;
    tcses_error_free(v->failure);
    v->failure = NULL;
    tcses_status status = is_submission ? submit_domain(v, &options, &answer) : read_domain(v, &options, &answer);
    v->state.last_step = is_submission ? TCSES_VERIFICATION_SUBMITTED : TCSES_VERIFICATION_READ;
    if (status == TCSES_OK)
        schedule_answered(&v->plan, step, now_ms(v), keep_answer(v, answer));
    else
        schedule_failed(&v->plan, step, now_ms(v), tcses_error_retry_after_ms(v->failure));
    return status;
}

/* Whether the next try may do better, with nobody changing anything but DNS. */
static bool may_pass(const tcses_error *failure)
{
    const char *code = tcses_error_code(failure);
    switch (tcses_error_status(failure)) {
    case TCSES_ERR_MEMORY:
    case TCSES_ERR_CANCELLED:
        return false;
    case TCSES_ERR_NETWORK:
    case TCSES_ERR_TIMEOUT:
    case TCSES_ERR_HTTP:
        return true;
    default:
        return tcses_error_retryable(failure) == TCSES_TRUE ||
               (code != NULL && strcmp(code, TCSES_CODE_DKIM_NOT_APPLIED) == 0);
    }
}

static const char *last_submission_words(const tcses_verification *v)
{
    if (v->plan.submissions == 0)
        return v->plan.is_held ? "it was not submitted, since its records are not in DNS" : "it was never submitted";
    switch (v->last_outcome) {
    case TCSES_OUTCOME_DONE:
        return "the last submission was answered";
    case TCSES_OUTCOME_NOT_DONE:
        return "the last submission did not take effect";
    default:
        return "whether the last submission took effect is not known";
    }
}

/* The deadline has come. */
static tcses_status expire(const tcses_verification *v, tcses_error *error)
{
    const tcses_verification_state *state = &v->state;
    size_t missing = 0;
    for (size_t i = 0; i < state->attributes_count; i++)
        missing += state->attributes[i]->status != TCSES_TRUE;
    if (error != NULL) {
        error->outcome = v->last_outcome;
        error->retryable = TCSES_TRUE;
        error->attempts = v->plan.submissions;
        error->hint = "Compare the records with what your DNS answers; another wait goes on where the service stands.";
    }
    return error_set(error, TCSES_ERR_TIMEOUT, NULL,
        "%s is not verified in the time given: records not seen yet: %zu of %zu; submissions: %d, %s%s%s",
        v->request.email_identity, missing, state->attributes_count, (int)v->plan.submissions, last_submission_words(v),
        v->failure != NULL ? "; the last call failed: " : "",
        v->failure != NULL ? tcses_error_message(v->failure) : "");
}

/* A submission is due: what is to be done instead if DNS is not ready for it, or time ran out while it was asked. */
static schedule_step ask_whether_ready(tcses_verification *v, int64_t *now)
{
    const tcses_verification_request *request = &v->request;
    const tcses_verification_state *state = &v->state;
    int64_t ask_again_ms = ASK_AGAIN_MS;
    int32_t answer = request->is_ready(
        request->ready_ctx, state->email_identity, state->attributes, state->attributes_count, &ask_again_ms);
    *now = now_ms(v);
    if (answer == TCSES_FALSE)
        schedule_not_ready(&v->plan, *now, ask_again_ms);
    return schedule_due(&v->plan, *now);
}

static tcses_status take_step(tcses_verification *v, tcses_error *error)
{
    int64_t now = now_ms(v);
    v->state.last_step = TCSES_VERIFICATION_NOTHING;
    schedule_step step = schedule_due(&v->plan, now);
    if (v->plan.is_verified)
        return TCSES_OK;
    if (step == SCHEDULE_SUBMIT && v->request.is_ready != NULL && !tcses_cancel_triggered(v->options.cancel))
        step = ask_whether_ready(v, &now);
    if (tcses_cancel_triggered(v->options.cancel))
        return error_set(error, TCSES_ERR_CANCELLED, NULL, "cancelled while waiting for the verification of %s",
            v->request.email_identity);
    if (step == SCHEDULE_NOTHING)
        return TCSES_OK;
    if (step == SCHEDULE_EXPIRED)
        return expire(v, error);
    tcses_status status = make_call(v, step, now);
    if (status != TCSES_OK && !may_pass(v->failure)) {
        error_become(error, v->failure);
        return status;
    }
    bool is_over = !v->plan.is_verified && schedule_left(&v->plan, now_ms(v)) == 0;
    return is_over ? expire(v, error) : TCSES_OK;
}

tcses_status tcses_verification_step(tcses_verification *verification, tcses_error **error)
{
    tcses_error *e = NULL;
    if (verification == NULL)
        return error_refuse(error, NULL, "verification");
    tcses_status status = error_open(error, &verification->mem, &e);
    return status != TCSES_OK ? status : error_close(error, e, take_step(verification, e));
}

/* ---- waiting ---- */

/* A clock may wake up early. */
static void sleep_until_due(const tcses_verification *v)
{
    const tcses_clock *clock = v->client->host.clock;
    int64_t pause = 0;
    while (!tcses_cancel_triggered(v->options.cancel) && (pause = schedule_until_next(&v->plan, now_ms(v))) > 0)
        clock->wait(clock->ctx, pause, v->options.cancel);
}

static tcses_status run(tcses_verification *v, tcses_verification_progress_fn progress, void *ctx, tcses_error *error)
{
    tcses_status status = TCSES_OK;
    do {
        sleep_until_due(v);
        status = take_step(v, error);
        if (status == TCSES_OK && progress != NULL && progress(ctx, tcses_verification_get_state(v)) != TCSES_OK)
            status = error_set(error, TCSES_ERR_CALLBACK, NULL, "the progress callback ended the wait");
    } while (status == TCSES_OK && !v->plan.is_verified);
    return status;
}

tcses_status tcses_verification_wait(
    tcses_verification *verification, tcses_verification_progress_fn progress, void *ctx, tcses_error **error)
{
    tcses_error *e = NULL;
    if (verification == NULL)
        return error_refuse(error, NULL, "verification");
    tcses_status status = error_open(error, &verification->mem, &e);
    return status != TCSES_OK ? status : error_close(error, e, run(verification, progress, ctx, e));
}
