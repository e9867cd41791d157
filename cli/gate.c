/* SPDX-License-Identifier: Apache-2.0 */
#include "gate.h"

#include <stdio.h>
#include <string.h>

#include "interrupt.h"
#include "records.h"
#include "text.h"

int gate_open(gate *g, const options *o)
{
    memset(g, 0, sizeof *g);
    tcses_doctor_gate_init(&g->inner, sizeof g->inner);
    g->is_off = look_is_off(o);
    if (g->is_off)
        return EXIT_OK;
    g->inner.options = &g->l.options;
    g->inner.cancel = interrupt_cancel();
    return look_take(&g->l, o);
}

void gate_close(gate *g)
{
    tcses_doctor_report_free(g->inner.report);
    look_free(&g->l);
}

void gate_forget(gate *g)
{
    tcses_doctor_report_free(g->inner.report);
    g->inner.report = NULL;
    g->verdict = TCSES_UNSET;
}

static int32_t ask(void *ctx, const char *domain, const tcses_dns_attribute *const *attributes, size_t attributes_count,
    int64_t *ask_again_ms)
{
    gate *g = ctx;
    g->verdict = tcses_doctor_is_ready(&g->inner, domain, attributes, attributes_count, ask_again_ms);
    return g->verdict;
}

tcses_verification_ready_fn gate_ask(const gate *g)
{
    return g->is_off ? NULL : ask;
}

bool gate_is_shut(const gate *g)
{
    return g != NULL && g->verdict == TCSES_FALSE && g->inner.report != NULL;
}

const char *gate_next(const gate *g, size_t *at)
{
    const tcses_doctor_report *report = g->inner.report;
    while (*at < report->records_count) {
        const tcses_record_report *record = report->records[(*at)++];
        if (record->status != TCSES_RECORD_OK)
            return tcses_purpose_name(record->expected->purpose);
    }
    return NULL;
}

void gate_list(const gate *g, char *room, size_t size)
{
    size_t length = 0;
    size_t at = 0;
    room[0] = '\0';
    for (const char *name = gate_next(g, &at); name != NULL && length < size; name = gate_next(g, &at))
        length += (size_t)snprintf(room + length, size - length, "%s%s", length > 0 ? TEXT(", ", "、") : "", name);
}

/* What DNS has says more than what the service saw last, and repeats each record that is to be added. */
void gate_show(const gate *g, const tcses_dns_attribute *const *attributes, size_t count)
{
    const tcses_doctor_report *report = g->inner.report;
    if (report != NULL && look_exit_code(report) != EXIT_OK) {
        putchar('\n');
        look_show(report, true);
    } else {
        records_show(attributes, count, false);
    }
}
