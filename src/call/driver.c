/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Does what the machine says, on the thread of the caller.
 */
#include "call/driver.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "base/error.h"
#include "base/time.h"
#include "call/log.h"
#include "call/report.h"

#define BACKOFF_BASE_MS 250
#define BACKOFF_CAP_MS 8000

typedef struct learned {
    process_object object;
    pthread_mutex_t lock;
    int64_t skew_seconds;
    sign_day_key day;
} learned;

static bool learned_set_up(void *object, void *ctx)
{
    (void)ctx;
    learned *l = object;
    return pthread_mutex_init(&l->lock, NULL) == 0;
}

static void learned_tear_down(void *object, void *ctx)
{
    (void)ctx;
    learned *l = object;
    crypto_wipe(&l->day, sizeof l->day);
    pthread_mutex_destroy(&l->lock);
}

bool call_host_init_learned(call_host *host)
{
    static const process_kind kind = {sizeof(learned), learned_set_up, learned_tear_down, NULL};
    return process_slot_init(&host->learned, &host->mem, &kind);
}

void call_host_free_learned(call_host *host)
{
    process_slot_free(&host->learned);
}

static int64_t now_ms(const call_host *host)
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

static int64_t learned_skew(call_host *host)
{
    learned *l = process_slot_get(&host->learned);
    if (l == NULL)
        return 0;
    pthread_mutex_lock(&l->lock);
    int64_t skew = l->skew_seconds;
    pthread_mutex_unlock(&l->lock);
    return skew;
}

static void learn_skew(call_host *host, int64_t skew)
{
    learned *l = process_slot_get(&host->learned);
    if (l == NULL)
        return;
    pthread_mutex_lock(&l->lock);
    l->skew_seconds = skew;
    pthread_mutex_unlock(&l->lock);
}

/* Signs with a copy of the day's key, so that no lock is held meanwhile. */
static tcses_status sign_with_learned(
    call_host *host, const sign_input *input, sign_artefacts *artefacts, tcses_error *error)
{
    sign_day_key day;
    learned *l = process_slot_get(&host->learned);
    if (l == NULL)
        return error_memory(error);
    pthread_mutex_lock(&l->lock);
    day = l->day;
    pthread_mutex_unlock(&l->lock);
    sign_day_key before = day;
    tcses_status status = sign_run(input, &day, artefacts, error);
    if (status == TCSES_OK && memcmp(&before, &day, sizeof day) != 0) {
        pthread_mutex_lock(&l->lock);
        l->day = day;
        pthread_mutex_unlock(&l->lock);
    }
    crypto_wipe(&day, sizeof day);
    crypto_wipe(&before, sizeof before);
    return status;
}

static void get_keys(call *c)
{
    keys *found = NULL;
    tcses_status status = c->host->get_keys(c->host->keys_ctx, c->course.newer_than, &found, c->error);
    if (status != TCSES_OK) {
        machine_no_keys(&c->course, status);
        return;
    }
    keys_unref(c->current_keys);
    c->current_keys = found;
    machine_got_keys(&c->course, now_ms(c->host), found->version);
}

static tcses_status sign_attempt(call *c, int64_t timestamp)
{
    static const char content_type[] = "application/json";
    const call_spec *spec = c->spec;
    const sign_header headers[] = {{"content-type", content_type}, {"host", spec->host}};
    sign_input input = {.secret_id = c->current_keys->secret_id,
        .secret_key = c->current_keys->secret_key,
        .service = spec->service,
        .method = "POST",
        .query = "",
        .payload = spec->body,
        .payload_length = spec->body_length,
        .headers = headers,
        .headers_count = sizeof headers / sizeof headers[0],
        .timestamp = timestamp};
    tcses_status status = sign_with_learned(c->host, &input, &c->artefacts, c->error);
    if (status != TCSES_OK)
        return status;
    snprintf(c->timestamp, sizeof c->timestamp, "%lld", (long long)timestamp);
    tcses_http_request *request = &c->request;
    http_request_put(request, "Authorization", buffer_text(&c->artefacts.authorization));
    http_request_put(request, "Content-Type", content_type);
    http_request_put(request, "Host", spec->host);
    http_request_put(request, "X-TC-Action", spec->action);
    http_request_put(request, "X-TC-Version", spec->version);
    http_request_put(request, "X-TC-Timestamp", c->timestamp);
    http_request_put(request, "X-TC-RequestClient", spec->request_client);
    if (spec->region[0] != '\0')
        http_request_put(request, "X-TC-Region", spec->region);
    if (spec->language != NULL)
        http_request_put(request, "X-TC-Language", spec->language);
    if (c->current_keys->token != NULL)
        http_request_put(request, "X-TC-Token", c->current_keys->token);
    return TCSES_OK;
}

static void prepare_exchange(call *c)
{
    const call_spec *spec = c->spec;
    http_request_free(&c->request);
    http_response_free(&c->response);
    codec_close(&c->answer);
    http_request_init(&c->request, &c->host->mem);
    http_response_init(&c->response, &c->host->mem, c->host->max_response_bytes);
    c->request.method = "POST";
    c->request.url = spec->url;
    c->request.body = spec->body;
    c->request.body_length = spec->body_length;
    c->request.max_response_bytes = c->host->max_response_bytes;
    /* libcurl's own repetition hides an attempt from us: not where a second refusal tells what the first one did. */
    c->request.may_repeat = spec->retry_class == TCSES_RETRY_READ || spec->retry_class == TCSES_RETRY_IDEMPOTENT;
    c->request.deadline_ms = c->course.attempt_deadline_ms;
    c->request.clock = c->host->clock;
    c->request.cancel = spec->cancel;
}

/* Reads what came back into plain values. */
static void read_answer(call *c, attempt *a)
{
    a->http_status = c->response.http_status;
    a->stage = c->response.stage;
    const char *date = tcses_http_response_header(&c->response, "Date");
    if (date == NULL || !time_from_http(date, &a->server_seconds))
        a->server_seconds = 0;
    if (a->status != TCSES_OK) {
        report_transport(c, a->status);
        return;
    }
    if (a->http_status != 200) {
        a->status = report_http(c);
        return;
    }
    a->status = codec_open(
        tcses_http_response_body(&c->response), tcses_http_response_body_length(&c->response), &c->answer, c->error);
    a->code = c->answer.code;
    if (a->status == TCSES_OK && a->code != NULL)
        a->status = report_refusal(c);
}

static void send_request(call *c)
{
    call_host *host = c->host;
    attempt a = {.signed_seconds = host->clock->wall_ms(host->clock->ctx) / 1000};
    int64_t timestamp = a.signed_seconds + c->course.skew_seconds;
    /* Of a clock that can't be written as a date: the service refuses this time too, and its answer's Date corrects us. */
    if (timestamp < 0 || timestamp > TIME_MAX_SECONDS)
        timestamp = 0;
    prepare_exchange(c);
    report_begin(c);
    tcses_status status = sign_attempt(c, timestamp);
    if (status != TCSES_OK) {
        machine_not_sent(&c->course, status);
        return;
    }
    c->sent_ms = now_ms(host);
    a.status = tcses_transport_perform(host->transport, &c->request, &c->response);
    read_answer(c, &a);
    report_answer(c);
    machine_attempted(&c->course, now_ms(host), &a, any_number());
    log_attempt(c, &a);
    if (c->course.learned_skew)
        learn_skew(host, c->course.skew_seconds);
}

static void wait_for_next(call *c)
{
    const tcses_clock *clock = c->host->clock;
    int64_t pause = c->course.wait_until_ms - now_ms(c->host);
    log_wait(c, pause);
    if (pause > 0)
        clock->wait(clock->ctx, pause, c->spec->cancel);
    machine_waited(&c->course, now_ms(c->host));
}

static void follow_course(call *c)
{
    while (c->course.step != MACHINE_DONE) {
        if (tcses_cancel_triggered(c->spec->cancel)) {
            machine_cancelled(&c->course);
            break;
        }
        switch (c->course.step) {
        case MACHINE_GET_KEYS:
            get_keys(c);
            break;
        case MACHINE_SEND:
            send_request(c);
            break;
        default:
            wait_for_next(c);
            break;
        }
    }
}

tcses_status call_run(call_host *host, const call_spec *spec, call **out, tcses_error *error)
{
    call *c = memory_take(&host->mem, sizeof *c);
    *out = c;
    if (c == NULL)
        return error_memory(error);
    c->host = host;
    c->spec = spec;
    c->error = error;
    http_request_init(&c->request, &host->mem);
    http_response_init(&c->response, &host->mem, host->max_response_bytes);
    sign_artefacts_init(&c->artefacts, &host->mem);
    int64_t now = now_ms(host);
    machine_policy policy = {.deadline_ms = now + spec->timeout_ms,
        .attempt_timeout_ms = spec->attempt_timeout_ms,
        .backoff_base_ms = BACKOFF_BASE_MS,
        .backoff_cap_ms = BACKOFF_CAP_MS,
        .max_attempts = spec->max_attempts,
        .retry_class = spec->retry_class,
        .skew_seconds = learned_skew(host)};
    machine_start(&c->course, &policy, now);
    follow_course(c);
    report_end(c);
    return c->course.status;
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
