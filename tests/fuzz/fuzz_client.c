/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The whole client over a transport that the input plays: options, a source of credentials, up to three calls, and what
 * becomes of each request on the way. What the calls report is held against what the transport did (truth.c).
 */
#include "fuzz.h"

#include <stdio.h>

#include "client_calls.h"
#include "client_wire.h"

#define CALLS_MAX 3

/* ---- the client ---- */

static int32_t pick(fuzz_input *in, const int32_t *numbers, size_t count)
{
    return numbers[fuzz_below(in, count)];
}

static void take_options(fuzz_input *in, tcses_client_options *options)
{
    static const char *const fallbacks[] = {"b.example.com", "c.example.com:8443", "http://[::1]:80"};
    static const int32_t attempts[] = {0, 1, 2, 3, 5, 9};
    static const int32_t times[] = {0, 1, 500, 3000, 90000, INT32_MAX};
    static const int32_t pauses[] = {0, 1, 100, 5000, INT32_MAX};
    static const int32_t rates[] = {0, TCSES_RATE_LIMIT_OFF, 1, 20, 1000000};
    static const int32_t sizes[] = {0, 64, 300, 4096, INT32_MAX};
    options->region = "ap-guangzhou";
    options->endpoint = "a.example.com";
    options->language = fuzz_byte(in) & 1 ? "en-US" : NULL;
    options->log_level = (int32_t)fuzz_below(in, 4);
    options->max_attempts = pick(in, attempts, COUNT_OF(attempts));
    options->timeout_ms = pick(in, times, COUNT_OF(times));
    options->attempt_timeout_ms = pick(in, times, COUNT_OF(times));
    options->backoff_base_ms = pick(in, pauses, COUNT_OF(pauses));
    options->backoff_cap_ms = pick(in, pauses, COUNT_OF(pauses));
    options->rate_limit = pick(in, rates, COUNT_OF(rates));
    options->max_response_bytes = pick(in, sizes, COUNT_OF(sizes));
    options->fallback_endpoints = fallbacks;
    options->fallback_endpoints_count = fuzz_below(in, COUNT_OF(fallbacks) + 1);
}

static tcses_credentials *assume_role(tcses_credentials *source, const tcses_allocator *allocator)
{
    tcses_assume_role_options options = TCSES_ASSUME_ROLE_OPTIONS_INIT;
    tcses_credentials *made = NULL;
    options.source = source;
    options.role_arn = "qcs::cam::uin/100000000001:roleName/demo";
    CHECK(tcses_credentials_new_assume_role(&options, allocator, &made, NULL) == TCSES_OK);
    tcses_credentials_unref(source);
    return made;
}

static tcses_credentials *take_oidc(const tcses_allocator *allocator)
{
    tcses_oidc_options options = TCSES_OIDC_OPTIONS_INIT;
    tcses_credentials *made = NULL;
    options.provider_id = "provider";
    options.token_file = "/proc/sys/kernel/ostype"; /* one visible word */
    options.role_arn = "qcs::cam::uin/100000000001:roleName/demo";
    options.region = "ap-guangzhou";
    CHECK(tcses_credentials_new_oidc(&options, allocator, &made, NULL) == TCSES_OK);
    return made;
}

static tcses_credentials *take_credentials(fuzz_input *in, wire *w, const tcses_allocator *allocator)
{
    tcses_credentials *made = NULL;
    tcses_cvm_role_options cvm = TCSES_CVM_ROLE_OPTIONS_INIT;
    tcses_credentials_ops ops = TCSES_CREDENTIALS_OPS_INIT;
    size_t kind = fuzz_below(in, 9);
    ops.get = wire_give_keys;
    cvm.role = kind == 4 ? "demo" : NULL;
    if (kind == 2 || kind == 7)
        CHECK(tcses_credentials_new_callback(&ops, w, allocator, &made, NULL) == TCSES_OK);
    else if (kind == 3 || kind == 4)
        CHECK(tcses_credentials_new_cvm_role(&cvm, allocator, &made, NULL) == TCSES_OK);
    else if (kind == 6)
        CHECK(tcses_credentials_new_default(allocator, &made, NULL) == TCSES_OK);
    else if (kind == 8)
        made = take_oidc(allocator);
    else
        CHECK(tcses_credentials_new_static(
                  FUZZ_SECRET_ID, FUZZ_SECRET_KEY, kind == 0 ? NULL : "token", allocator, &made, NULL) == TCSES_OK);
    return kind == 5 || kind == 7 ? assume_role(made, allocator) : made;
}

static tcses_client *open_client(fuzz_input *in, fuzz_memory *m, wire *w, int32_t *max_attempts, int32_t *timeout_ms)
{
    tcses_client_options options = TCSES_CLIENT_OPTIONS_INIT;
    tcses_client *client = NULL;
    take_options(in, &options);
    options.allocator = &m->allocator;
    options.clock = &w->clock.clock;
    options.log = wire_log;
    options.log_ctx = w;
    options.credentials = take_credentials(in, w, &m->allocator);
    options.transport = wire_transport(w, &m->allocator);
    w->log_level = options.log_level;
    w->rate_limit = options.rate_limit;
    *max_attempts = options.max_attempts > 0 ? options.max_attempts : 4;
    *timeout_ms = options.timeout_ms > 0 ? options.timeout_ms : 60000;
    CHECK(tcses_client_new(&options, &client, NULL) == TCSES_OK);
    tcses_credentials_unref(options.credentials);
    tcses_transport_unref(options.transport);
    return client;
}

/* ---- calls ---- */

static void check_error(const wire *w, tcses_status status, tcses_error *error)
{
    int64_t retry_after = tcses_error_retry_after_ms(error);
    const char *const texts[] = {tcses_error_message(error), tcses_error_code(error), tcses_error_field(error),
        tcses_error_request_id(error), tcses_error_transport_text(error), tcses_error_hint(error)};
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        wire_check_text(w, texts[i]);
    CHECK(retry_after >= 0 && retry_after <= 86400000);
    CHECK(tcses_error_retryable(error) == TCSES_TRUE || tcses_error_retryable(error) == TCSES_FALSE);
    CHECK(tcses_error_status(error) == status);
    fuzz_check_error(status, error);
}

/* One call, with an allocator that may fail, a cancel that may be triggered, and outputs that may be NULL. */
static void make_call(
    fuzz_input *in, tcses_client *client, fuzz_memory *m, wire *w, int32_t max_attempts, int32_t timeout_ms)
{
    tcses_call_options options = TCSES_CALL_OPTIONS_INIT;
    tcses_error *error = NULL;
    const client_call *chosen = &client_calls[fuzz_below(in, client_calls_count)];
    size_t flags = fuzz_byte(in), fail_at = fuzz_byte(in);
    CHECK(tcses_cancel_new(NULL, &options.cancel, NULL) == TCSES_OK);
    options.keep_raw_json = flags & 1 ? TCSES_TRUE : TCSES_UNSET;
    options.reconcile = flags & 2 ? TCSES_TRUE : TCSES_UNSET;
    options.max_attempts = flags & 4 ? max_attempts = 2 : 0;
    options.timeout_ms = flags & 8 ? timeout_ms = 30000 : 0;
    w->cancel = options.cancel;
    w->clock.cancel_in_wait = flags & 16 ? options.cancel : NULL;
    truth_begin(&w->truth, chosen->action, chosen->retry_class, (flags & 2) != 0);
    int64_t latest = w->clock.monotonic_ms + timeout_ms;
    w->exchanges = 0;
    w->clock.has_cancelled = false;
    m->fail_at = fail_at > 0 ? m->taken + fail_at : 0;
    tcses_status status = chosen->run(client, &options, flags & 32, flags & 64 ? NULL : &error);
    CHECK(status != TCSES_ERR_MEMORY || fuzz_memory_failed(m) || w->gave_no_memory);
    CHECK(status != TCSES_ERR_CANCELLED || tcses_cancel_triggered(options.cancel) || w->gave_cancelled);
    CHECK(w->clock.monotonic_ms <= latest + w->exchanges);
    bool is_of_call = status != TCSES_ERR_MEMORY || !chosen->goes_on_after;
    truth_check(&w->truth, status, is_of_call ? error : NULL, max_attempts);
    if ((flags & 64) == 0)
        check_error(w, status, error);
    w->clock.cancel_in_wait = NULL;
    w->clock.has_cancelled = false;
    m->fail_at = 0;
    tcses_cancel_unref(options.cancel);
    w->cancel = NULL;
}

/* Whatever came before: with a network, memory and time the client works. */
static void check_usable(tcses_client *client, wire *w)
{
    tcses_call_options options = TCSES_CALL_OPTIONS_INIT;
    tcses_error *error = NULL;
    options.timeout_ms = 60000;
    options.attempt_timeout_ms = 20000;
    w->is_healthy = true;
    w->exchanges = 0;
    const client_call *last = &client_calls[5];
    truth_begin(&w->truth, last->action, last->retry_class, false);
    tcses_status status = last->run(client, &options, true, &error);
    if (status != TCSES_OK)
        fprintf(stderr, "%s\n", tcses_error_message(error));
    CHECK(status == TCSES_OK);
    truth_check(&w->truth, status, error, 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_input in = {data, size};
    fuzz_memory m;
    wire w;
    int32_t max_attempts = 0, timeout_ms = 0;
    fuzz_clean_environment("/nonexistent");
    fuzz_memory_init(&m, 0);
    wire_init(&w, &in);
    m.secret = w.has_canary ? NULL : FUZZ_SECRET_KEY;
    tcses_client *client = open_client(&in, &m, &w, &max_attempts, &timeout_ms);
    for (int i = 0; in.left > 0 && i < CALLS_MAX; i++)
        make_call(&in, client, &m, &w, max_attempts, timeout_ms);
    check_usable(client, &w);
    tcses_client_free(client);
    CHECK(m.live == 0);
    fuzz_end();
    return 0;
}
