/* SPDX-License-Identifier: Apache-2.0 */
#include <stdbool.h>
#include <string.h>

#include <tcses/dns.h>

#include "base/sized.h"

#define SOONEST_MS 30000
#define LATEST_MS 300000

SIZED_INIT_FUNCTION(doctor_gate)

/* The resolver is asked for a record once every authoritative server has it right. */
static bool is_right(const tcses_record_report *record)
{
    return record->status == TCSES_RECORD_OK ||
           (record->status == TCSES_RECORD_PROPAGATING && record->recursive != NULL);
}

static int32_t readiness(const tcses_doctor_report *report)
{
    int32_t ready = TCSES_TRUE;
    for (size_t i = 0; i < report->records_count; i++) {
        const tcses_record_report *record = report->records[i];
        if (record->status == TCSES_RECORD_UNKNOWN)
            ready = TCSES_UNSET;
        else if (!is_right(record))
            return TCSES_FALSE;
    }
    return ready;
}

/* No later than 5 minutes: what a person mends may be seen before the caches are empty. */
static void set_next(const tcses_doctor_report *report, int64_t *ask_again_ms)
{
    int64_t wait_ms = (int64_t)report->wait_seconds * 1000;
    if (wait_ms > 0)
        *ask_again_ms = wait_ms < SOONEST_MS ? SOONEST_MS : wait_ms < LATEST_MS ? wait_ms : LATEST_MS;
}

static const tcses_doctor_report *examine(
    const tcses_doctor_gate *gate, const char *domain, const tcses_dns_attribute *const *attributes, size_t count)
{
    tcses_record_set_request wanted = TCSES_RECORD_SET_REQUEST_INIT;
    tcses_doctor_request request = TCSES_DOCTOR_REQUEST_INIT;
    const tcses_record_set *expected = NULL;
    const tcses_doctor_report *report = NULL;
    wanted.domain = domain;
    wanted.attributes = attributes;
    wanted.attributes_count = count;
    if (tcses_record_set_new(&wanted, NULL, &expected, NULL) != TCSES_OK)
        return NULL;
    request.expected = expected;
    request.cancel = gate->cancel;
    tcses_doctor_run(gate->options, &request, &report, NULL);
    tcses_record_set_free(expected);
    return report;
}

int32_t tcses_doctor_is_ready(void *gate, const char *domain, const tcses_dns_attribute *const *attributes,
    size_t attributes_count, int64_t *ask_again_ms)
{
    tcses_doctor_gate *g = gate;
    if (g == NULL || g->size < sizeof *g || g->size > SIZED_MAX || domain == NULL)
        return TCSES_UNSET;
    bool was_shut = g->report != NULL && strcmp(g->report->domain, domain) == 0 && readiness(g->report) == TCSES_FALSE;
    tcses_doctor_report_free(g->report);
    g->report = examine(g, domain, attributes, attributes_count);
    /* The wait that asks has been cancelled too, most likely: nothing is to be submitted any more. */
    if (g->report == NULL)
        return tcses_cancel_triggered(g->cancel) ? TCSES_FALSE : TCSES_UNSET;
    int32_t ready = readiness(g->report);
    /* A moment's silence is no news of what was wrong before it. */
    if (ready == TCSES_UNSET && was_shut)
        return TCSES_FALSE;
    if (ready == TCSES_FALSE && ask_again_ms != NULL)
        set_next(g->report, ask_again_ms);
    return ready;
}
