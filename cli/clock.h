/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_CLOCK_H
#define CLI_CLOCK_H

#include <tcses/client.h>

/* The clock of the whole program: the only place that tells the time or waits. */
const tcses_clock *cli_clock(void);

#endif
