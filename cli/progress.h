/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include <tcses/verification.h>

#include "cli.h"

/* Showing how a wait for verification stands. */

/* After a step: a line, or with --output json an object, a change; on a terminal the line that the next overwrites. */
void progress_tell(const cli *c, const tcses_verification_state *state);

/* One line, without a newline. */
void progress_line(const cli *c, const tcses_verification_state *state, char *room, size_t size);

#endif
