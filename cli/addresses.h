/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_ADDRESSES_H
#define CLI_ADDRESSES_H

#include "cli.h"
#include "name.h"

/* What the commands on addresses share. Functions that return an int return EXIT_OK, or have reported. */

/* Takes the first operand over as the address, makes it the subject, and opens the session. */
int addresses_open(cli *c, char address[NAME_BYTES]);

/* All addresses of a region; NULL: the session's. */
int addresses_list(cli *c, const char *region, const tcses_list_email_address_response **response);

/* A dry run of an action on an address that has to be there. Returns how the program is to end. */
int addresses_foresee(cli *c, const char *action, const char *address);

#endif
