/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_GATE_H
#define CLI_GATE_H

#include "look.h"

/* What keeps a domain from being submitted before its records are in DNS. */
typedef struct gate {
    look l;
    tcses_doctor_gate inner;
} gate;

/* False, and reported, when out of memory. */
bool gate_open(gate *g, const options *o);
void gate_close(gate *g);

/* What was wrong at the last look, on standard output; nothing if nothing was. */
void gate_show(const gate *g);

#endif
