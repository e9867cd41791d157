/* SPDX-License-Identifier: Apache-2.0 */
/* What becomes of a generated SMTP password, for the examples. */
#ifndef EXAMPLES_PASSWORD_H
#define EXAMPLES_PASSWORD_H

#include <stdbool.h>

#include <tcses/tcses.h>

/* Writes it to a new file that only its owner can read. False, with errno: EEXIST if there is a file of that name. */
bool password_save(const char *password, const char *file);

/* Overwrites it. */
void password_wipe(char password[TCSES_SMTP_PASSWORD_BYTES]);

#endif
