/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <tcses/tcses.h>

#include "exits.h"
#include "options.h"

/* What a command works with. */
typedef struct cli {
    const options *options;
    tcses_client *client; /* NULL until session_open() */
    tcses_call_options call;
    const char *subject;     /* the domain or address that the command is about; NULL: none */
    const char *secret;      /* a password that no message may repeat; NULL: none */
    bool has_changed;        /* something at the service */
    const struct gate *gate; /* what holds a submission back; NULL: nothing does */
    tcses_error *error;      /* of the call that failed */
} cli;

/* How many members an array has. */
#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

#endif
