/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Does what the machine says, on the thread of the caller.
 */
#include "call/driver.h"

#include <sys/random.h>

#include "base/error.h"
#include "call/exchange.h"
#include "call/log.h"
#include "call/report.h"

int64_t call_now_ms(const call_host *host)
{
    return host->clock->monotonic_ms(host->clock->ctx);
}

static uint32_t any_number(void)
{
    uint32_t number = 0;
    if (getrandom(&number, sizeof number, GRND_NONBLOCK) != (ssize_t)sizeof number)
        number = UINT32_MAX / 2;
    return number;
}

static void get_keys(call *c)
{
    keys *found = NULL;
    keys_wish wish = {.host = c->host,
        .cancel = c->spec->cancel,
        .deadline_ms = c->course.policy.deadline_ms,
        .newer_than = c->course.newer_than};
    tcses_status status = c->host->get_keys(c->host->keys_ctx, &wish, &found, c->error);
    if (status != TCSES_OK) {
        machine_no_keys(&c->course, status, wish.may_come_later);
        return;
    }
    keys_unref(c->current_keys);
    c->current_keys = found;
    machine_got_keys(&c->course, call_now_ms(c->host), found->version);
}

static void reserve(call *c)
{
    int64_t now = call_now_ms(c->host);
    int64_t place = now;
    if (c->spec->form != CALL_PLAIN)
        c->has_place = learned_reserve(c->host->learned, c->spec->service, c->spec->action, now, &place);
    c->lacks_place = c->has_place && place >= c->course.policy.deadline_ms;
    machine_reserved(&c->course, now, place);
}

static void give_place_back(call *c)
{
    if (c->has_place)
        learned_give_back(c->host->learned, c->spec->service, c->spec->action);
    c->has_place = false;
}

static void keep_learned(const call *c)
{
    const machine *m = &c->course;
    if (m->learned_skew)
        learned_set_skew(c->host->learned, m->skew_seconds);
    if (m->learned_limit)
        learned_set_limit(c->host->learned, c->spec->service, c->spec->action, call_now_ms(c->host));
}

static void send_request(call *c)
{
    attempt a;
    tcses_status status = exchange_run(c, &a);
    if (status != TCSES_OK) {
        machine_not_sent(&c->course, status);
        return;
    }
    c->has_place = false;
    machine_attempted(&c->course, call_now_ms(c->host), &a, a.status != TCSES_OK ? any_number() : 0);
    log_attempt(c, &a);
    keep_learned(c);
}

static void wait_for_next(call *c)
{
    const tcses_clock *clock = c->host->clock;
    int64_t pause = c->course.wait_until_ms - call_now_ms(c->host);
    log_wait(c, pause);
    if (pause > 0)
        clock->wait(clock->ctx, pause, c->spec->cancel);
    machine_waited(&c->course, call_now_ms(c->host));
}

static void read_back(call *c)
{
    machine_finding finding = c->spec->read_back(c->spec->read_back_ctx, c);
    log_finding(c, finding);
    if (finding != FOUND_AS_ASKED && tcses_cancel_triggered(c->spec->cancel))
        machine_cancelled(&c->course);
    else
        machine_read_back(&c->course, call_now_ms(c->host), finding);
}

static void take_step(call *c)
{
    switch (c->course.step) {
    case MACHINE_GET_KEYS:
        get_keys(c);
        break;
    case MACHINE_RESERVE:
        reserve(c);
        break;
    case MACHINE_SEND:
        send_request(c);
        break;
    case MACHINE_READ_BACK:
        read_back(c);
        break;
    default:
        wait_for_next(c);
        break;
    }
}

static void follow_course(call *c)
{
    while (c->course.step != MACHINE_DONE) {
        if (tcses_cancel_triggered(c->spec->cancel))
            machine_cancelled(&c->course);
        else
            take_step(c);
    }
    give_place_back(c);
}

tcses_status call_run(const call_host *host, const call_spec *spec, call **out, tcses_error *error)
{
    call *c = memory_take(&host->mem, sizeof *c);
    *out = c;
    if (c == NULL)
        return error_memory(error);
    c->host = host;
    c->spec = spec;
    c->place = spec->places;
    c->error = error;
    http_request_init(&c->request, &host->mem);
    http_response_init(&c->response, &host->mem, host->max_response_bytes);
    sign_artefacts_init(&c->artefacts, &host->mem);
    int64_t now = call_now_ms(host);
    machine_policy policy = {.deadline_ms = now + spec->timeout_ms,
        .attempt_timeout_ms = spec->attempt_timeout_ms,
        .backoff_base_ms = host->backoff_base_ms,
        .backoff_cap_ms = host->backoff_cap_ms,
        .max_attempts = spec->max_attempts,
        .retry_class = spec->retry_class,
        .skew_seconds = learned_skew(host->learned),
        .hosts_count = (int32_t)spec->places_count,
        .is_unsigned = spec->form != CALL_SIGNED,
        .can_read_back = spec->read_back != NULL};
    machine_start(&c->course, &policy, now);
    follow_course(c);
    report_end(c);
    return c->course.status;
}

size_t call_secrets(const call *c, const char *secrets[CALL_SECRETS])
{
    secrets[0] = c->spec->secret;
    secrets[1] = c->artefacts.signature;
    secrets[2] = c->current_keys != NULL ? c->current_keys->secret_key : NULL;
    secrets[3] = c->current_keys != NULL ? c->current_keys->token : NULL;
    return CALL_SECRETS;
}

void call_swap_answers(call *a, call *b)
{
    codec_answer answer = a->answer;
    tcses_http_response response = a->response;
    a->answer = b->answer;
    a->response = b->response;
    b->answer = answer;
    b->response = response;
}

void call_free(call *c)
{
    if (c == NULL)
        return;
    memory mem = c->host->mem;
    codec_close(&c->answer);
    http_request_free(&c->request);
    http_response_free(&c->response);
    sign_artefacts_free(&c->artefacts);
    keys_unref(c->current_keys);
    memory_give(&mem, c);
}
