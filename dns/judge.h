/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DNS_JUDGE_H
#define DNS_JUDGE_H

#include "dns/look.h"

/*
 * Fills in what a report says beyond zone and servers: the records' status, verdicts, findings and answers, the
 * findings on the domain, the status of the whole. `expected` NULL: the domain is not created yet. False: out of memory.
 */
bool judge_domain(look *l, const char *domain, const tcses_record_set *expected, tcses_doctor_report *report);

/* Whether it is a zone where domains are registered, like "com" or "com.cn". */
bool judge_is_registry(const char *zone);

#endif
