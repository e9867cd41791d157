/* SPDX-License-Identifier: Apache-2.0 */
#include "call/report.h"

#include "base/error.h"
#include "call/hint.h"

void report_begin(call *c)
{
    if (c->error == NULL)
        return;
    c->error->code[0] = '\0';
    c->error->transport_text[0] = '\0';
    c->error->transport_code = 0;
    c->error->retry_after_ms = 0;
    c->error->hint = NULL;
}

static const char *words_of(tcses_status status, int32_t stage)
{
    switch (status) {
    case TCSES_ERR_TLS:
        return "no trusted TLS connection to";
    case TCSES_ERR_TIMEOUT:
        return "no answer in time from";
    case TCSES_ERR_CANCELLED:
        return "cancelled during the exchange with";
    case TCSES_ERR_RESPONSE:
        return "unusable answer from";
    case TCSES_ERR_MEMORY:
        return "out of memory during the exchange with";
    case TCSES_ERR_CALLBACK:
        return "the transport failed the exchange with";
    case TCSES_ERR_EXPECTATION:
        return "not in the script for";
    case TCSES_ERR_SYSTEM:
        return "libcurl failed during the exchange with";
    default:
        return stage == TCSES_STAGE_UNSENT ? "could not reach" : "the exchange broke off with";
    }
}

/* The service's words may quote the request. */
static void hide_secrets(call *c)
{
    const char *secrets[CALL_SECRETS];
    size_t count = call_secrets(c, secrets);
    for (size_t i = 0; i < count; i++)
        error_hide(c->error, secrets[i]);
}

void report_answer(call *c, const attempt *a)
{
    if (c->error == NULL)
        return;
    c->error->retry_after_ms = a->retry_after_ms;
    if (c->response.http_status != 0)
        c->error->http_status = c->response.http_status;
    if (c->answer.request_id != NULL)
        error_copy(c->error->request_id, sizeof c->error->request_id, c->answer.request_id);
    if (a->status != TCSES_OK)
        hide_secrets(c);
}

void report_transport(call *c, tcses_status status)
{
    const tcses_http_response *response = &c->response;
    const char *text = response->failure_text;
    if (c->error == NULL)
        return;
    error_set(c->error, status, NULL, "%s %s%s%s", words_of(status, response->stage), c->place->host,
        text[0] != '\0' ? ": " : "", text);
    c->error->transport_code = response->failure_code;
    error_copy(c->error->transport_text, sizeof c->error->transport_text, text);
}

tcses_status report_http(call *c)
{
    int32_t http_status = c->response.http_status;
    return error_set(c->error, TCSES_ERR_HTTP, NULL,
        c->spec->form == CALL_PLAIN ? "HTTP status %d from %s"
                                    : "HTTP status %d from %s: a gateway or proxy answered, not the service",
        (int)http_status, c->place->host);
}

tcses_status report_refusal(call *c)
{
    const codec_answer *answer = &c->answer;
    if (c->error != NULL) {
        error_copy(c->error->code, sizeof c->error->code, answer->code);
        c->error->hint = hint_for_code(answer->code);
    }
    return error_set(c->error, TCSES_ERR_API, NULL, "%s: %s", answer->code, answer->message);
}

/* What the machine ended by itself, no attempt having described it. */
static void describe_end(call *c)
{
    const machine *m = &c->course;
    if (m->status == TCSES_ERR_CANCELLED && c->error->status != TCSES_ERR_CANCELLED)
        error_set(c->error, m->status, NULL, "cancelled; attempts made: %d", (int)m->attempts);
    else if (m->status == TCSES_ERR_TIMEOUT && c->error->status != TCSES_ERR_TIMEOUT)
        error_set(c->error, m->status, NULL, "%s; attempts made: %d",
            c->lacks_place ? "the rate limit leaves no place in the time for the call"
                           : "the time for the call ran out",
            (int)m->attempts);
}

/* What to do. That a change may have been made matters more than why nobody knows. */
static const char *hint_for(const machine *m, const char *hint_of_code)
{
    if (m->outcome == TCSES_OUTCOME_UNKNOWN && m->policy.retry_class != TCSES_RETRY_READ)
        return "It may have taken effect. Read back before you repeat it.";
    if (hint_of_code != NULL)
        return hint_of_code;
    switch (m->status) {
    case TCSES_ERR_TLS:
        return "Look at this machine's clock, at its CA certificates, and whether something intercepts TLS.";
    case TCSES_ERR_CREDENTIALS:
        return "Put the id and the key of the right account into one of the places named.";
    case TCSES_ERR_NETWORK:
    case TCSES_ERR_HTTP:
        return "Look at the endpoint, the proxy and the network.";
    default:
        return NULL;
    }
}

void report_end(call *c)
{
    tcses_error *error = c->error;
    const machine *m = &c->course;
    if (error == NULL)
        return;
    describe_end(c);
    error->hint = hint_for(m, error->hint);
    error->outcome = m->outcome;
    error->retryable = m->retryable ? TCSES_TRUE : TCSES_FALSE;
    error->attempts = m->attempts;
}
