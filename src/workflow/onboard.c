/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The whole way of a domain: there, records in DNS, verified, addresses there. Each step reads before it does anything,
 * so that the same call goes on where an earlier one has stopped.
 */
#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "base/error.h"
#include "base/text.h"
#include "workflow/course.h"
#include "workflow/ensure.h"

#define ADDRESSES_MAX 10000

typedef struct onboarding {
    course course;
    tcses_onboard_request request;
    tcses_create_email_identity_request domain;
    tcses_create_email_address_request *addresses; /* in the memory of the report */
    bool is_there;                                 /* the domain */
} onboarding;

/* ---- what is wanted ---- */

/* The domain with its tags and key, checked as a create of it would be. */
static tcses_status take_domain(onboarding *o)
{
    tcses_create_email_identity_request given = TCSES_CREATE_EMAIL_IDENTITY_REQUEST_INIT;
    given.email_identity = o->course.domain;
    given.tag_list = o->request.tag_list;
    given.tag_list_count = o->request.tag_list_count;
    given.dkim_option = o->request.dkim_option;
    return ensure_check(&o->course.client->mem, &ses_create_email_identity, &given, &o->domain, o->course.error);
}

static tcses_status refuse_address(const onboarding *o, size_t index, const char *member, const char *rule)
{
    char where[64];
    snprintf(where, sizeof where, "addresses[%zu]%s", index, member);
    return error_argument(o->course.error, where, rule);
}

/* "prefix@domain", in the memory of the report. */
static tcses_status make_address(onboarding *o, const char *prefix, const char **address)
{
    course *c = &o->course;
    buffer whole;
    buffer_init(&whole, &c->client->mem);
    buffer_append_text(&whole, prefix);
    buffer_append_text(&whole, "@");
    buffer_append_text(&whole, c->domain);
    *address = whole.failed ? NULL : arena_copy(c->memory, buffer_text(&whole), whole.length);
    buffer_free(&whole);
    return *address != NULL ? TCSES_OK : error_memory(c->error);
}

static tcses_status take_address(onboarding *o, size_t index)
{
    const tcses_onboard_address *given = o->request.addresses[index];
    tcses_create_email_address_request *address = &o->addresses[index];
    tcses_onboard_address local;
    const char *broken = given != NULL ? sized_copy(&local, sizeof local, sizeof local, given) : "must not be NULL";
    if (broken != NULL)
        return refuse_address(o, index, "", broken);
    if (local.prefix == NULL)
        return refuse_address(o, index, ".prefix", "is required");
    tcses_status status = make_address(o, local.prefix, &address->email_address);
    if (status != TCSES_OK)
        return status;
    broken = text_rule_address(address->email_address);
    if (broken != NULL)
        return refuse_address(o, index, ".prefix", "must make an address of up to 128 characters with the domain");
    broken = local.alias != NULL ? text_rule_utf8(local.alias) : NULL;
    if (broken != NULL)
        return refuse_address(o, index, ".alias", broken);
    address->size = sizeof *address;
    address->email_sender_name = local.alias;
    course_set_step(&o->course, COURSE_LATER + index, TCSES_STEP_ADDRESS, address->email_address);
    return TCSES_OK;
}

/* Takes what is wanted over into a report of steps that are planned. */
static tcses_status plan(onboarding *o, const tcses_call_options *options)
{
    course *c = &o->course;
    const tcses_onboard_request *request = &o->request;
    tcses_status status = course_check(c, options, request->is_dry_run);
    if (status == TCSES_OK)
        status = take_domain(o);
    if (status != TCSES_OK)
        return status;
    if (request->addresses == NULL && request->addresses_count != 0)
        return error_argument(c->error, "addresses", "must not be NULL when its count is not 0");
    if (request->addresses_count > ADDRESSES_MAX)
        return error_argument(c->error, "addresses", "has too many items");
    status = course_open(c, COURSE_LATER + request->addresses_count);
    if (status != TCSES_OK)
        return status;
    course_set_step(c, COURSE_FIRST, TCSES_STEP_DOMAIN, c->domain);
    o->addresses = arena_take(c->memory, request->addresses_count * sizeof *o->addresses);
    if (o->addresses == NULL)
        return error_memory(c->error);
    for (size_t i = 0; status == TCSES_OK && i < request->addresses_count; i++)
        status = take_address(o, i);
    return status;
}

/* ---- the steps ---- */

/* The step of what was looked for, and created if that was missing and wanted. */
static tcses_status end_found(course *c, size_t index, int32_t found)
{
    switch (found) {
    case ENSURE_MISSING:
        return course_end_step(c, index, TCSES_STEP_PLANNED);
    case TCSES_ENSURE_CREATED:
        return course_end_step(c, index, TCSES_STEP_DONE);
    default:
        c->steps[index].differs = found == TCSES_ENSURE_DIFFERS ? TCSES_TRUE : TCSES_FALSE;
        return course_end_step(c, index, TCSES_STEP_EXISTED);
    }
}

static tcses_status find_domain(onboarding *o, const tcses_get_email_identity_response **response)
{
    course *c = &o->course;
    int32_t found = ENSURE_MISSING;
    tcses_error *failure = NULL;
    tcses_status status = ensure_identity(
        c->client, &o->domain, &c->options, !c->is_dry_run, &found, response, &failure);
    status = status == TCSES_OK ? end_found(c, COURSE_FIRST, found)
                                : course_fail_step(c, COURSE_FIRST, course_state_after(failure), failure);
    o->is_there = *response != NULL;
    tcses_error_free(failure);
    return status;
}

static tcses_status pass_over(course *c, size_t first, size_t end)
{
    tcses_status status = TCSES_OK;
    for (size_t i = first; status == TCSES_OK && i < end; i++)
        status = course_end_step(c, i, TCSES_STEP_PLANNED);
    return status;
}

/* The domain, and its way to being verified. */
static tcses_status take_the_way(onboarding *o)
{
    course *c = &o->course;
    const tcses_get_email_identity_response *response = NULL;
    tcses_status status = find_domain(o, &response);
    if (status != TCSES_OK) {
        tcses_get_email_identity_response_free(response);
        return status;
    }
    if (!o->is_there)
        return pass_over(c, COURSE_RECORDS, COURSE_LATER);
    course_way way = {.domain = response};
    return course_verify(c, &way);
}

static tcses_status find_address(
    onboarding *o, const tcses_list_email_address_response *list, const tcses_error *list_failure, size_t index)
{
    course *c = &o->course;
    int32_t found = ENSURE_MISSING;
    tcses_error *failure = NULL;
    if (list == NULL)
        return course_fail_step(c, COURSE_LATER + index, TCSES_STEP_FAILED, list_failure);
    tcses_status status = ensure_address(
        c->client, &o->addresses[index], &c->options, list, c->is_verified && !c->is_dry_run, &found, &failure);
    status = status == TCSES_OK ? end_found(c, COURSE_LATER + index, found)
                                : course_fail_step(c, COURSE_LATER + index, course_state_after(failure), failure);
    tcses_error_free(failure);
    return status;
}

/* None depends on another. */
static tcses_status find_addresses(onboarding *o)
{
    course *c = &o->course;
    const tcses_list_email_address_response *list = NULL;
    tcses_error *failure = NULL;
    tcses_status status = TCSES_OK;
    if (!o->is_there || o->request.addresses_count == 0)
        return pass_over(c, COURSE_LATER, c->steps_count);
    (void)tcses_list_email_address(c->client, NULL, &c->options, &list, &failure);
    for (size_t i = 0; status == TCSES_OK && i < o->request.addresses_count; i++)
        status = find_address(o, list, failure, i);
    tcses_list_email_address_response_free(list);
    tcses_error_free(failure);
    return status;
}

static tcses_status run(onboarding *o, const tcses_onboard_request *given, const tcses_call_options *options,
    const tcses_onboard_report **report)
{
    course *c = &o->course;
    const char *broken = given != NULL ? sized_copy(&o->request, sizeof o->request, sizeof o->request, given)
                                       : "must not be NULL";
    if (broken != NULL)
        return error_argument(c->error, "request", broken);
    c->domain = o->request.domain;
    c->is_ready = o->request.is_ready;
    c->ready_ctx = o->request.ready_ctx;
    c->deadline_ms = o->request.deadline_ms;
    tcses_status status = plan(o, options);
    if (status == TCSES_OK)
        status = take_the_way(o);
    if (status == TCSES_OK)
        status = find_addresses(o);
    return course_close(c, status, report);
}

tcses_status tcses_onboard(tcses_client *client, const tcses_onboard_request *request,
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
    onboarding o = {.course = {.client = client, .progress = progress, .progress_ctx = ctx, .error = e}};
    return error_close(error, e, run(&o, request, options, report));
}
