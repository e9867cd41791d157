/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_CONFIRM_H
#define CLI_CONFIRM_H

#include "cli.h"

/* Before what can't be undone. Both return EXIT_OK to go on, or have reported. */

/* Asks, unless --yes was given or nobody is there: then the command goes on. */
int confirm_creation(const cli *c, const char *question);

/* Asks, unless --yes was given; where nobody is there it is refused. */
int confirm_deletion(const cli *c, const char *question);

#endif
