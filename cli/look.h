/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_LOOK_H
#define CLI_LOOK_H

#include <tcses/dns.h>

#include "cli.h"
#include "document.h"
#include "expected.h"

/* What the commands that look at DNS share (libtcses-dns). */

typedef struct look {
    tcses_doctor_options options;
    const char **servers;
} look;

/* Whether the user says that there is no DNS to look at: --resolver none, or TCSES_RESOLVER. */
bool look_is_off(const options *o);

/* Takes --resolver or TCSES_RESOLVER, --at and TCSES_DNS_PORT over. EXIT_OK, or reported: a look that is off too. */
int look_take(look *l, const options *o);
void look_free(look *l);

/* Finds the zone of the domain, unless --zone named it; leaves it "" where nobody can say. EXIT_OK, or reported. */
int look_find_zone(cli *c, look *l, expected *e);

/* Looks at a domain. EXIT_OK, or reported. */
int look_run(cli *c, look *l, const expected *e, const tcses_doctor_report **report);

/* The same for those that can do without: *report stays NULL where no resolver is configured. */
int look_try(cli *c, look *l, const expected *e, const tcses_doctor_report **report);

/* How the program ends after such a report. */
int look_exit_code(const tcses_doctor_report *report);

/* The report on standard output, for people. With `is_brief` records that are right are not shown. */
void look_show(const tcses_doctor_report *report, bool is_brief);

/* The same as JSON, schema doctor.json. */
document *look_document(const tcses_doctor_report *report);

#endif
