/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The clock of the clients and of the stand-ins: the system's, which a test moves. Waiting on it takes the time it
 * takes, so the clients of these tests have short pauses.
 */
#ifndef CLOCK_H
#define CLOCK_H

#include <stdint.h>

#include <tcses/tcses.h>

const tcses_clock *moving_clock(void);
/* Both clocks are the system's again. */
void clock_reset(void);
/* Time passes: both clocks go forward. */
void clock_pass(int64_t seconds);
void clock_pass_ms(int64_t milliseconds);
/* Someone sets the wall clock. */
void clock_set_wall(int64_t seconds_further);
/* What the wall clock of a machine shows on which nobody sets it. */
int64_t true_wall_seconds(void);

#endif
