/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_GATE_H
#define CLI_GATE_H

#include <tcses/verification.h>

#include "look.h"

/* What keeps a domain from being submitted before its records are in DNS. */
typedef struct gate {
    look l;
    tcses_doctor_gate inner;
    int32_t verdict; /* of the last look: TCSES_UNSET if DNS could not be asked, or has not been */
    bool is_off;
} gate;

/* EXIT_OK, or reported. Close it whatever comes of it. */
int gate_open(gate *g, const options *o);
void gate_close(gate *g);

/* Before another domain: what the last look found was not of it. */
void gate_forget(gate *g);

/* What asks it, or NULL if the user says that there is no DNS to look at; its context is the gate. */
tcses_verification_ready_fn gate_ask(const gate *g);

/* Whether the last look keeps the domain from being submitted. Accepts NULL. */
bool gate_is_shut(const gate *g);

/* The records that are not right yet at a gate that is shut, "SPF": one after the other, NULL at the end. *at begins
 * with 0. */
const char *gate_next(const gate *g, size_t *at);

/* All of them, "SPF, DKIM". */
void gate_list(const gate *g, char *room, size_t size);

/* What is to be added or mended, on standard output: what was wrong at the last look, or where nobody looked the
 * records that the service asks for. */
void gate_show(const gate *g, const tcses_dns_attribute *const *attributes, size_t count);

#endif
