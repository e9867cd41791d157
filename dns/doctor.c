/* SPDX-License-Identifier: Apache-2.0 */
#include <tcses/dns.h>

#include "base/sized.h"
#include "dns/asking.h"
#include "dns/copy.h"
#include "dns/exchange.h"
#include "dns/judge.h"
#include "dns/session.h"

SIZED_INIT_FUNCTION(doctor_options)
SIZED_INIT_FUNCTION(doctor_request)

const char *tcses_record_status_name(int32_t status)
{
    static const char *const names[] = {"unknown", "ok", "ok_inherited", "propagating", "wrong", "missing", "conflict"};
    return status > 0 && status < TCSES_RECORD_UNKNOWN ? names[status] : names[0];
}

static bool examine(session *s, const session_subject *subject, tcses_doctor_report *report)
{
    found_zone z;
    asking a;
    report->size = sizeof *report;
    report->domain = subject->domain;
    if (!session_find_zone(s, subject->domain, &z) || !asking_init(&a, &s->r, &z))
        return false;
    a.shown.is_named = s->options.servers_count > 0;
    report->servers = a.shown.servers;
    report->servers_count = a.shown.servers_count;
    const tcses_record_set *expected = subject->expected;
    if (expected != NULL)
        expected = copy_record_set(s->r.memory, expected);
    if (expected == NULL && subject->expected != NULL)
        return false;
    if (!judge_domain(&a.shown, subject->domain, expected, report))
        return false;
    report->elapsed_ms = exchange_now() - s->began_ms;
    return true;
}

static tcses_status refuse_null(const char *argument, tcses_error **error)
{
    session s = {.error = error};
    return session_refuse(&s, argument, "must not be NULL");
}

tcses_status tcses_doctor_run(const tcses_doctor_options *options, const tcses_doctor_request *request,
    const tcses_doctor_report **out, tcses_error **error)
{
    session s;
    session_subject subject;
    const void *root = NULL;
    bool has_memory = true;
    if (out != NULL)
        *out = NULL;
    if (request == NULL || out == NULL)
        return refuse_null(request == NULL ? "request" : "out", error);
    tcses_status status = session_begin(&s, options, sizeof(tcses_doctor_report), error);
    if (status != TCSES_OK)
        return status;
    status = session_take_request(&s, request, &subject);
    if (status == TCSES_OK)
        has_memory = examine(&s, &subject, s.root);
    status = session_end(&s, status, has_memory, &root);
    *out = root;
    return status;
}

void tcses_doctor_report_free(const tcses_doctor_report *report)
{
    arena_tree_free(report);
}
