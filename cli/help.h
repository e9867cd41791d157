/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_HELP_H
#define CLI_HELP_H

#include <stdio.h>

#include "commands.h"

/* The overview. */
void help_show(FILE *stream);

/* One command. */
void help_show_command(const command *c);

#endif
