/* SPDX-License-Identifier: Apache-2.0 */
#include "gate.h"

#include <stdio.h>

#include "interrupt.h"

bool gate_open(gate *g, const options *o)
{
    tcses_doctor_gate_init(&g->inner, sizeof g->inner);
    if (!look_take(&g->l, o))
        return false;
    g->inner.options = &g->l.options;
    g->inner.cancel = interrupt_cancel();
    return true;
}

void gate_close(gate *g)
{
    tcses_doctor_report_free(g->inner.report);
    look_free(&g->l);
}

void gate_show(const gate *g)
{
    const tcses_doctor_report *report = g->inner.report;
    if (report == NULL || look_exit_code(report) == EXIT_OK)
        return;
    putchar('\n');
    look_show(report, true);
}
