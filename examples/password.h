/* SPDX-License-Identifier: Apache-2.0 */
/* SMTP passwords for the examples. */
#ifndef EXAMPLES_PASSWORD_H
#define EXAMPLES_PASSWORD_H

#include <stdbool.h>

/* 20 characters, the most that the service takes, and a NUL byte. */
enum { PASSWORD_BYTES = 21 };

/* Fills in a random password that obeys the service's rule. False, with errno, if the system gives no random bytes. */
bool password_generate(char password[PASSWORD_BYTES]);

/* Writes it to a new file that only its owner can read. False, with errno: EEXIST if there is a file of that name. */
bool password_save(const char *password, const char *file);

/* Overwrites it. */
void password_wipe(char password[PASSWORD_BYTES]);

#endif
