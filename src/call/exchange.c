/* SPDX-License-Identifier: Apache-2.0 */
#include "call/exchange.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "call/log.h"
#include "call/report.h"

#define RETRY_AFTER_MAX_SECONDS 86400

static const char content_type[] = "application/json";

static void prepare(call *c)
{
    const call_spec *spec = c->spec;
    http_request_free(&c->request);
    http_response_free(&c->response);
    codec_close(&c->answer);
    http_request_init(&c->request, &c->host->mem);
    http_response_init(&c->response, &c->host->mem, c->host->max_response_bytes);
    c->place = &spec->places[c->course.host_index];
    c->request.method = spec->form == CALL_PLAIN ? "GET" : "POST";
    c->request.url = c->place->url;
    c->request.body = spec->body;
    c->request.body_length = spec->body_length;
    c->request.max_response_bytes = c->host->max_response_bytes;
    /* libcurl's own repetition hides an attempt from us: what it changed would be told as not done if the next fails. */
    c->request.may_repeat = spec->retry_class == TCSES_RETRY_READ;
    c->request.is_direct = spec->is_direct;
    c->request.deadline_ms = c->course.attempt_deadline_ms;
    c->request.clock = c->host->clock;
    c->request.cancel = spec->cancel;
}

static tcses_status authorize(call *c, int64_t timestamp)
{
    const call_spec *spec = c->spec;
    if (spec->form == CALL_SKIP) {
        http_request_put(&c->request, "Authorization", "SKIP");
        return TCSES_OK;
    }
    const sign_header headers[] = {{"content-type", content_type}, {"host", c->place->host}};
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
    tcses_status status = learned_sign(c->host->learned, &input, &c->artefacts, c->error);
    if (status == TCSES_OK)
        http_request_put(&c->request, "Authorization", buffer_text(&c->artefacts.authorization));
    return status;
}

static tcses_status put_headers(call *c, int64_t timestamp)
{
    const call_spec *spec = c->spec;
    tcses_http_request *request = &c->request;
    tcses_status status = spec->form != CALL_PLAIN ? authorize(c, timestamp) : TCSES_OK;
    if (status != TCSES_OK)
        return status;
    http_request_put(request, "Host", c->place->host);
    if (spec->form == CALL_PLAIN)
        return TCSES_OK;
    snprintf(c->timestamp, sizeof c->timestamp, "%lld", (long long)timestamp);
    http_request_put(request, "Content-Type", content_type);
    http_request_put(request, "X-TC-Action", spec->action);
    http_request_put(request, "X-TC-Version", spec->version);
    http_request_put(request, "X-TC-Timestamp", c->timestamp);
    http_request_put(request, "X-TC-RequestClient", spec->request_client);
    if (spec->region[0] != '\0')
        http_request_put(request, "X-TC-Region", spec->region);
    if (spec->language != NULL)
        http_request_put(request, "X-TC-Language", spec->language);
    if (spec->form == CALL_SIGNED && c->current_keys->token != NULL)
        http_request_put(request, "X-TC-Token", c->current_keys->token);
    return TCSES_OK;
}

/* Seconds, or a date: that of the answer itself is the clock to hold it against. */
static int64_t retry_after_ms(const call *c, const attempt *a)
{
    const char *text = tcses_http_response_header(&c->response, "Retry-After");
    uint64_t seconds = 0;
    int64_t until = 0;
    if (text == NULL)
        return 0;
    if (time_from_http(text, &until)) {
        int64_t now = a->server_seconds > 0 ? a->server_seconds : a->signed_seconds;
        seconds = until > now ? (uint64_t)(until - now) : 0;
    } else if (!text_to_number(text, &seconds)) {
        bool is_huge = text[0] != '\0' && text[strspn(text, "0123456789")] == '\0';
        seconds = is_huge ? RETRY_AFTER_MAX_SECONDS : 0;
    }
    return (int64_t)(seconds < RETRY_AFTER_MAX_SECONDS ? seconds : RETRY_AFTER_MAX_SECONDS) * 1000;
}

static void read_answer(call *c, attempt *a)
{
    const char *date = tcses_http_response_header(&c->response, "Date");
    a->http_status = c->response.http_status;
    a->stage = c->response.stage;
    if (date == NULL || !time_from_http(date, &a->server_seconds))
        a->server_seconds = 0;
    a->retry_after_ms = retry_after_ms(c, a);
    if (a->status != TCSES_OK) {
        report_transport(c, a->status);
        return;
    }
    if (a->http_status != 200) {
        a->status = report_http(c);
        return;
    }
    if (c->spec->form == CALL_PLAIN)
        return;
    a->status = codec_open(
        tcses_http_response_body(&c->response), tcses_http_response_body_length(&c->response), &c->answer, c->error);
    a->code = c->answer.code;
    if (a->status == TCSES_OK && a->code != NULL)
        a->status = report_refusal(c);
}

tcses_status exchange_run(call *c, attempt *a)
{
    const call_host *host = c->host;
    memset(a, 0, sizeof *a);
    a->signed_seconds = host->clock->wall_ms(host->clock->ctx) / 1000;
    int64_t timestamp = a->signed_seconds + c->course.skew_seconds;
    /* Of a clock that can't be written as a date: the service refuses this time too, and its answer's Date corrects us. */
    if (timestamp < 0 || timestamp > TIME_MAX_SECONDS)
        timestamp = 0;
    prepare(c);
    report_begin(c);
    tcses_status status = put_headers(c, timestamp);
    if (status != TCSES_OK)
        return status;
    log_request(c);
    c->sent_ms = call_now_ms(host);
    a->status = tcses_transport_perform(host->transport, &c->request, &c->response);
    read_answer(c, a);
    report_answer(c, a);
    log_response(c);
    return TCSES_OK;
}
