/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * What libtcses-dns says, as JSON, on the public headers alone: doctor [OPTION VALUE]... WHAT DOMAIN [ANSWER.json]
 *
 * WHAT is run, compare, zone, texts or ready; ANSWER.json the service's answer that tells what it expects. Each run is
 * a line: {"status": 0, "ms": 12, ...}, of a failure {"status": -1, "message": "...", "field": "..."}. With --fail-each
 * STEP it is run again and again, each time with an allocation that fails, the next STEP later, until none does.
 */
#include <jansson.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <tcses/dns.h>
#include <tcses/tcses.h>

#define SERVERS_MAX 16
#define THREADS_MAX 16

typedef struct job {
    tcses_doctor_options options;
    const char *servers[SERVERS_MAX];
    const char *what;
    const char *domain;
    const tcses_record_set *expected;
    tcses_cancel *cancel;
    int64_t cancel_after_ms;
    size_t threads;
    size_t fail_each;
} job;

/* An allocator that counts, and fails once. */
typedef struct counter {
    tcses_allocator allocator;
    size_t taken;
    size_t live;
    size_t fail_at; /* from 1 on; 0: never */
} counter;

static void *allocate(void *ctx, size_t bytes)
{
    counter *c = ctx;
    void *block = ++c->taken != c->fail_at ? malloc(bytes) : NULL;
    c->live += block != NULL;
    return block;
}

static void release(void *ctx, void *block)
{
    counter *c = ctx;
    c->live--;
    free(block);
}

static int64_t now_ms(void)
{
    struct timespec now = {0, 0};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ---- structs as JSON ---- */

static json_t *text(const char *value)
{
    return value != NULL ? json_string(value) : json_null();
}

static json_t *list(const char *const *values, size_t count)
{
    json_t *array = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(array, json_string(values[i]));
    return array;
}

static json_t *answer_json(const tcses_dns_answer *a)
{
    static const char *const states[] = {"?", "records", "no_data", "no_name", "failed"};
    if (a == NULL)
        return json_null();
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:s, s:b, s:i}", "server", text(a->server), "address",
        text(a->address), "values", list(a->values, a->values_count), "raw", list(a->raw, a->raw_count), "cname",
        text(a->cname), "problem", text(a->problem), "state", states[a->state], "aa", a->is_authoritative == TCSES_TRUE,
        "ttl", (int)a->ttl);
}

static json_t *findings_json(const tcses_finding *const *findings, size_t count)
{
    json_t *array = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(array, json_string(findings[i]->code));
    return array;
}

static json_t *record_json(const tcses_record_report *r)
{
    json_t *answers = json_array();
    for (size_t i = 0; i < r->answers_count; i++)
        json_array_append_new(answers, answer_json(r->answers[i]));
    return json_pack("{s:s, s:s, s:s, s:i, s:i, s:i, s:o, s:o, s:o}", "purpose",
        tcses_purpose_name(r->expected->purpose), "name", r->expected->name, "status",
        tcses_record_status_name(r->status), "equals", (int)r->equals_expectation, "valid", (int)r->is_valid, "wait",
        (int)r->wait_seconds, "answers", answers, "recursive", answer_json(r->recursive), "findings",
        findings_json(r->findings, r->findings_count));
}

static json_t *report_json(const tcses_doctor_report *r)
{
    json_t *servers = json_array(), *records = json_array();
    for (size_t i = 0; i < r->servers_count; i++) {
        const tcses_dns_server *s = r->servers[i];
        json_array_append_new(servers, json_pack("{s:s, s:o, s:o, s:I}", "name", s->name, "address", text(s->address),
                                           "problem", text(s->problem), "serial", (json_int_t)s->serial));
    }
    for (size_t i = 0; i < r->records_count; i++)
        json_array_append_new(records, record_json(r->records[i]));
    return json_pack("{s:s, s:o, s:s, s:i, s:o, s:o, s:o}", "domain", r->domain, "zone", text(r->zone), "overall",
        tcses_record_status_name(r->status), "wait", (int)r->wait_seconds, "servers", servers, "records", records,
        "findings", findings_json(r->findings, r->findings_count));
}

static json_t *comparison_json(const tcses_dns_comparison *c)
{
    json_t *differences = json_array();
    for (size_t i = 0; i < c->differences_count; i++) {
        const tcses_dns_difference *d = c->differences[i];
        json_array_append_new(differences,
            json_pack("{s:s, s:s, s:o, s:o}", "name", d->name, "type", d->type, "old",
                list(d->old_values, d->old_values_count), "new", list(d->new_values, d->new_values_count)));
    }
    return json_pack("{s:o, s:o, s:i, s:o}", "zone", text(c->zone), "problem", text(c->problem), "compared",
        (int)c->compared_count, "differences", differences);
}

/* ---- runs ---- */

static tcses_status run_doctor(const job *j, json_t **result, tcses_error **error)
{
    tcses_doctor_request request = TCSES_DOCTOR_REQUEST_INIT;
    const tcses_doctor_report *report = NULL;
    request.domain = j->domain;
    request.expected = j->expected;
    request.cancel = j->cancel;
    tcses_status status = tcses_doctor_run(&j->options, &request, &report, error);
    if (status == TCSES_OK)
        *result = report_json(report);
    tcses_doctor_report_free(report);
    return status;
}

static tcses_status run_compare(const job *j, json_t **result, tcses_error **error)
{
    tcses_doctor_request request = TCSES_DOCTOR_REQUEST_INIT;
    const tcses_dns_comparison *comparison = NULL;
    request.domain = j->domain;
    request.expected = j->expected;
    request.cancel = j->cancel;
    tcses_status status = tcses_doctor_compare(&j->options, &request, &comparison, error);
    if (status == TCSES_OK)
        *result = comparison_json(comparison);
    tcses_dns_comparison_free(comparison);
    return status;
}

static tcses_status run_zone(const job *j, json_t **result, tcses_error **error)
{
    const tcses_text *zone = NULL;
    tcses_status status = tcses_dns_find_zone(&j->options, j->domain, &zone, error);
    if (status == TCSES_OK)
        *result = json_pack("{s:o}", "zone", text(zone != NULL ? zone->text : NULL));
    tcses_text_free(zone);
    return status;
}

static tcses_status run_texts(const job *j, json_t **result, tcses_error **error)
{
    const tcses_dns_answer *answer = NULL;
    tcses_status status = tcses_dns_find_texts(&j->options, j->domain, &answer, error);
    if (status == TCSES_OK)
        *result = json_pack("{s:o}", "answer", answer_json(answer));
    tcses_dns_answer_free(answer);
    return status;
}

static tcses_status run_ready(const job *j, json_t **result, tcses_error **error)
{
    tcses_doctor_gate gate = TCSES_DOCTOR_GATE_INIT;
    tcses_dns_attribute attributes[8];
    const tcses_dns_attribute *pointers[8];
    size_t count = j->expected != NULL ? j->expected->records_count : 0;
    int64_t ask_again_ms = 60000;
    *error = NULL;
    memset(attributes, 0, sizeof attributes);
    for (size_t i = 0; i < count && i < 8; i++) {
        attributes[i].size = sizeof attributes[i];
        attributes[i].type = j->expected->records[i]->type;
        attributes[i].send_domain = j->expected->records[i]->name;
        attributes[i].expected_value = j->expected->records[i]->value;
        pointers[i] = &attributes[i];
    }
    gate.options = &j->options;
    gate.cancel = j->cancel;
    int32_t ready = tcses_doctor_is_ready(&gate, j->domain, pointers, count, &ask_again_ms);
    ready = tcses_doctor_is_ready(&gate, j->domain, pointers, count, &ask_again_ms);
    *result = json_pack("{s:i, s:I, s:o}", "ready", (int)ready, "again", (json_int_t)ask_again_ms, "report",
        gate.report != NULL ? report_json(gate.report) : json_null());
    tcses_doctor_report_free(gate.report);
    return TCSES_OK;
}

static void *run_once(void *ctx)
{
    static const struct {
        const char *what;
        tcses_status (*run)(const job *j, json_t **result, tcses_error **error);
    } runs[] = {
        {"run", run_doctor}, {"compare", run_compare}, {"zone", run_zone}, {"texts", run_texts}, {"ready", run_ready}};
    const job *j = ctx;
    json_t *result = NULL;
    tcses_error *error = NULL;
    int64_t began = now_ms();
    tcses_status status = TCSES_ERR_EXPECTATION;
    for (size_t i = 0; i < sizeof runs / sizeof runs[0]; i++) {
        if (strcmp(runs[i].what, j->what) == 0)
            status = runs[i].run(j, &result, &error);
    }
    if (result == NULL)
        result = json_pack(
            "{s:s, s:o}", "message", tcses_error_message(error), "field", text(tcses_error_field(error)));
    tcses_error_free(error);
    json_object_set_new(result, "status", json_integer(status));
    json_object_set_new(result, "ms", json_integer(now_ms() - began));
    return result;
}

/* One line: how many runs there were, how they ended, and whether anything is left of them. */
static int run_failing(job *j)
{
    counter c = {.allocator = TCSES_ALLOCATOR_INIT};
    json_t *failures = json_object();
    int64_t runs = 0, left = 0;
    c.allocator.ctx = &c;
    c.allocator.allocate = allocate;
    c.allocator.release = release;
    c.fail_at = 1;
    j->options.allocator = &c.allocator;
    for (bool is_over = false; !is_over; c.fail_at += j->fail_each, runs++) {
        char status[16];
        c.taken = 0;
        json_t *result = run_once(j);
        snprintf(status, sizeof status, "%d", (int)json_integer_value(json_object_get(result, "status")));
        json_decref(result);
        left += (int64_t)c.live;
        is_over = c.taken < c.fail_at;
        if (!is_over)
            json_object_set_new(failures, status, json_integer(runs + 1));
        else
            json_object_set_new(failures, "last", json_string(status));
    }
    json_t *summary = json_pack(
        "{s:I, s:I, s:o}", "runs", (json_int_t)runs, "left", (json_int_t)left, "failures", failures);
    json_dumpf(summary, stdout, JSON_SORT_KEYS);
    putchar('\n');
    json_decref(summary);
    return 0;
}

static void *cancel_later(void *ctx)
{
    const job *j = ctx;
    tcses_cancel_wait(NULL, j->cancel_after_ms);
    tcses_cancel_trigger(j->cancel);
    return NULL;
}

static int run_all(job *j)
{
    pthread_t threads[THREADS_MAX], canceller;
    int failed = 0;
    if (j->cancel != NULL && pthread_create(&canceller, NULL, cancel_later, j) != 0)
        return 1;
    for (size_t i = 0; i < j->threads; i++)
        failed |= pthread_create(&threads[i], NULL, run_once, j);
    for (size_t i = 0; i < j->threads && !failed; i++) {
        void *result = NULL;
        pthread_join(threads[i], &result);
        json_dumpf(result, stdout, 0);
        putchar('\n');
        json_decref(result);
    }
    if (j->cancel != NULL)
        pthread_join(canceller, NULL);
    return failed;
}

/* ---- arguments ---- */

static int set_option(job *j, const char *name, const char *value)
{
    if (strcmp(name, "--resolver") == 0)
        j->options.resolver = value;
    else if (strcmp(name, "--at") == 0 && j->options.servers_count < SERVERS_MAX)
        j->servers[j->options.servers_count++] = value;
    else if (strcmp(name, "--port") == 0)
        j->options.port = (int32_t)atoi(value);
    else if (strcmp(name, "--timeout") == 0)
        j->options.timeout_ms = (int32_t)atoi(value);
    else if (strcmp(name, "--query-timeout") == 0)
        j->options.query_timeout_ms = (int32_t)atoi(value);
    else if (strcmp(name, "--threads") == 0 && atoi(value) > 0 && atoi(value) <= THREADS_MAX)
        j->threads = (size_t)atoi(value);
    else if (strcmp(name, "--fail-each") == 0 && atoi(value) > 0)
        j->fail_each = (size_t)atoi(value);
    else if (strcmp(name, "--cancel-after") == 0)
        j->cancel_after_ms = atoi(value);
    else
        return 1;
    j->options.servers = j->options.servers_count > 0 ? j->servers : NULL;
    return 0;
}

static const tcses_record_set *read_expected(const char *path, const char *domain)
{
    tcses_record_set_request request = TCSES_RECORD_SET_REQUEST_INIT;
    const tcses_record_set *set = NULL;
    tcses_error *error = NULL;
    json_t *json = json_load_file(path, 0, NULL);
    char *content = json != NULL ? json_dumps(json, 0) : NULL;
    request.domain = domain;
    if (content == NULL || tcses_record_set_from_json(content, strlen(content), &request, NULL, &set, &error) != 0)
        fprintf(stderr, "%s: %s\n", path, tcses_error_message(error));
    tcses_error_free(error);
    free(content);
    json_decref(json);
    return set;
}

int main(int count, char **words)
{
    job j = {.options = TCSES_DOCTOR_OPTIONS_INIT, .threads = 1};
    int at = 1;
    j.cancel_after_ms = -1;
    for (; at + 1 < count && strncmp(words[at], "--", 2) == 0; at += 2) {
        if (set_option(&j, words[at], words[at + 1]) != 0)
            return 2;
    }
    if (count - at < 2)
        return 2;
    j.what = words[at];
    j.domain = words[at + 1];
    if (count - at > 2) {
        j.expected = read_expected(words[at + 2], j.domain);
        if (j.expected == NULL)
            return 2;
    }
    if (j.cancel_after_ms >= 0 && tcses_cancel_new(NULL, &j.cancel, NULL) != TCSES_OK)
        return 2;
    int failed = j.fail_each > 0 ? run_failing(&j) : run_all(&j);
    tcses_cancel_unref(j.cancel);
    tcses_record_set_free(j.expected);
    return failed;
}
