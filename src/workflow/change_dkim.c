/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The change of a domain's DKIM key without a gap: both keys, until the service has seen the new one in DNS; then the
 * new one alone. Where it stands is read off the domain each time.
 */
#include "base/error.h"
#include "grammar/dkim.h"
#include "workflow/course.h"
#include "workflow/domain.h"
#include "workflow/ensure.h"

enum { STEP_BOTH_KEYS = COURSE_FIRST, STEP_NEW_KEY = COURSE_LATER, STEPS };

typedef struct key_change {
    course course;
    tcses_change_dkim_request request;
    const tcses_get_email_identity_response *domain; /* until the way takes it over */
    bool was_asked;                                  /* for both keys, by this course */
} key_change;

/* ---- what the records show ---- */

/* The size of the DKIM key that the record holds; 0 if it holds none. */
static int32_t key_bits(const tcses_dns_attribute *record)
{
    dkim_key key = {.bits = 0};
    view value = view_of(record->expected_value);
    if (dkim_is_meant(value))
        (void)dkim_read(value, &key);
    return key.bits;
}

static int32_t option_of_bits(int32_t bits)
{
    return bits >= 2048 ? TCSES_DKIM_2048 : bits > 0 ? TCSES_DKIM_1024 : TCSES_DKIM_UNSET;
}

/* Which keys the domain has: as told, else by its records. (Of two keys the constants make both: 1 | 2 is 3.) */
static int32_t option_of(const tcses_get_email_identity_response *domain)
{
    int32_t option = domain->dkim_option;
    for (size_t i = 0; domain->dkim_option == TCSES_DKIM_UNSET && i < domain->attributes_count; i++)
        option |= option_of_bits(key_bits(domain->attributes[i]));
    return option;
}

/* Whether the service has seen the new key. A domain may be verified without that. */
static bool is_new_key_seen(void *ctx, const tcses_dns_attribute *const *attributes, size_t attributes_count)
{
    const key_change *k = ctx;
    for (size_t i = 0; i < attributes_count; i++) {
        if (attributes[i]->status == TCSES_TRUE && option_of_bits(key_bits(attributes[i])) == k->request.dkim_option)
            return true;
    }
    return false;
}

/* ---- steps ---- */

static tcses_status pass_over(course *c, size_t first)
{
    tcses_status status = TCSES_OK;
    for (size_t i = first; status == TCSES_OK && i < STEPS; i++)
        status = course_end_step(c, i, TCSES_STEP_PLANNED);
    return status;
}

static tcses_status read_domain(key_change *k)
{
    course *c = &k->course;
    tcses_error *failure = NULL;
    tcses_get_email_identity_request request = TCSES_GET_EMAIL_IDENTITY_REQUEST_INIT;
    request.email_identity = c->domain;
    tcses_status status = domain_call(&ses_get_email_identity, c->client, &request, &c->options, &k->domain, &failure);
    if (status != TCSES_OK)
        status = course_fail_step(c, STEP_BOTH_KEYS, TCSES_STEP_FAILED, failure);
    tcses_error_free(failure);
    return status;
}

/* Sends the option, which is a submission too, and ends the step if that failed. */
static tcses_status send_option(
    key_change *k, int32_t option, size_t step, const tcses_get_email_identity_response **answer)
{
    course *c = &k->course;
    tcses_error *failure = NULL;
    tcses_update_email_identity_request request = TCSES_UPDATE_EMAIL_IDENTITY_REQUEST_INIT;
    request.email_identity = c->domain;
    request.dkim_option = option;
    tcses_status status = domain_call(&ses_update_email_identity, c->client, &request, &c->options, answer, &failure);
    if (status != TCSES_OK)
        status = course_fail_step(c, step, course_state_after(failure), failure);
    tcses_error_free(failure);
    return status;
}

/* Both keys, unless it has them or has the new one alone. */
static tcses_status get_both_keys(key_change *k)
{
    course *c = &k->course;
    const tcses_get_email_identity_response *answer = NULL;
    int32_t option = option_of(k->domain);
    if (option == TCSES_DKIM_BOTH || option == k->request.dkim_option)
        return course_end_step(c, STEP_BOTH_KEYS, TCSES_STEP_EXISTED);
    if (c->is_dry_run)
        return course_end_step(c, STEP_BOTH_KEYS, TCSES_STEP_PLANNED);
    tcses_status status = send_option(k, TCSES_DKIM_BOTH, STEP_BOTH_KEYS, &answer);
    if (answer == NULL)
        return status;
    tcses_get_email_identity_response_free(k->domain);
    k->domain = answer;
    k->was_asked = true;
    return course_end_step(c, STEP_BOTH_KEYS, TCSES_STEP_DONE);
}

/* Submits, or waits, until the new key is seen; or, where it is the only one, until the domain is verified. */
static tcses_status verify(key_change *k, bool is_alone)
{
    course *c = &k->course;
    course_way way = {.domain = k->domain,
        .goal = is_alone ? NULL : is_new_key_seen,
        .goal_ctx = k,
        .dkim_option = is_alone ? k->request.dkim_option : TCSES_DKIM_BOTH,
        .was_submitted = k->was_asked && c->is_ready == NULL};
    k->domain = NULL;
    return course_verify(c, &way);
}

static tcses_status use_new_key(key_change *k)
{
    course *c = &k->course;
    const tcses_get_email_identity_response *answer = NULL;
    if (!c->is_verified || c->is_dry_run)
        return course_end_step(c, STEP_NEW_KEY, TCSES_STEP_PLANNED);
    tcses_status status = send_option(k, k->request.dkim_option, STEP_NEW_KEY, &answer);
    if (answer == NULL)
        return status;
    bool is_in_use = answer->verified_for_sending_status == TCSES_TRUE && option_of(answer) == k->request.dkim_option;
    course_keep_answer(c, answer);
    return course_end_step(c, STEP_NEW_KEY, is_in_use ? TCSES_STEP_DONE : TCSES_STEP_WAITING);
}

/* Of a domain that was read. */
static tcses_status take_steps(key_change *k)
{
    course *c = &k->course;
    bool is_alone = option_of(k->domain) == k->request.dkim_option;
    tcses_status status = get_both_keys(k);
    if (status != TCSES_OK)
        return status;
    int32_t state = c->steps[STEP_BOTH_KEYS].state;
    if (state != TCSES_STEP_EXISTED && state != TCSES_STEP_DONE) {
        course_keep_answer(c, k->domain);
        k->domain = NULL;
        return pass_over(c, COURSE_RECORDS);
    }
    status = verify(k, is_alone);
    if (status != TCSES_OK)
        return status;
    return is_alone ? course_end_step(c, STEP_NEW_KEY, TCSES_STEP_EXISTED) : use_new_key(k);
}

/* ---- the course ---- */

static tcses_status plan(key_change *k, const tcses_change_dkim_request *given, const tcses_call_options *options)
{
    course *c = &k->course;
    const char *broken = given != NULL ? sized_copy(&k->request, sizeof k->request, sizeof k->request, given)
                                       : "must not be NULL";
    if (broken != NULL)
        return error_argument(c->error, "request", broken);
    c->domain = k->request.domain;
    c->is_ready = k->request.is_ready;
    c->ready_ctx = k->request.ready_ctx;
    c->deadline_ms = k->request.deadline_ms;
    tcses_status status = course_check(c, options, k->request.is_dry_run);
    if (status != TCSES_OK)
        return status;
    if (k->request.dkim_option != TCSES_DKIM_1024 && k->request.dkim_option != TCSES_DKIM_2048)
        return error_argument(c->error, "dkim_option", "must be TCSES_DKIM_1024 or TCSES_DKIM_2048");
    status = course_open(c, STEPS);
    if (status != TCSES_OK)
        return status;
    course_set_step(c, STEP_BOTH_KEYS, TCSES_STEP_BOTH_KEYS, c->domain);
    course_set_step(c, STEP_NEW_KEY, TCSES_STEP_NEW_KEY, c->domain);
    return TCSES_OK;
}

static tcses_status run(key_change *k, const tcses_change_dkim_request *given, const tcses_call_options *options,
    const tcses_onboard_report **report)
{
    tcses_status status = plan(k, given, options);
    if (status == TCSES_OK)
        status = read_domain(k);
    if (status == TCSES_OK)
        status = k->domain != NULL ? take_steps(k) : pass_over(&k->course, COURSE_RECORDS);
    tcses_get_email_identity_response_free(k->domain);
    return course_close(&k->course, status, report);
}

tcses_status tcses_change_dkim(tcses_client *client, const tcses_change_dkim_request *request,
    const tcses_call_options *options, tcses_onboard_progress_fn progress, void *ctx,
    const tcses_onboard_report **report, tcses_error **error)
{
    tcses_error *e = NULL;
    if (report != NULL)
        *report = NULL;
    if (client == NULL)
        return error_refuse(error, NULL, "client");
    tcses_status status = error_open(error, &client->mem, &e);
    if (status != TCSES_OK)
        return status;
    key_change k = {.course = {.client = client, .progress = progress, .progress_ctx = ctx, .error = e}};
    return error_close(error, e, run(&k, request, options, report));
}

SIZED_INIT_FUNCTION(change_dkim_request)
