/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The metadata server of a virtual machine that has a role.
 */
#ifndef METADATA_H
#define METADATA_H

#include "stand_in.h"

#define METADATA_ROLE "mail-role"

/* Its keys are AKIDcvm1, AKIDcvm2... */
void metadata_start(stand_in *s);
/* It is known by this name instead of 127.0.0.1:PORT. */
void metadata_expect_host(stand_in *s, const char *host);
/* The answer to the question for the role's name; {0}: METADATA_ROLE again. */
void metadata_reply_role(stand_in *s, reply role_reply);
/* The right answer as text, for these keys, that live for so long. */
char *metadata_keys_text(const char *id, int64_t life_seconds);

/* How often it was asked for the role's name, which is once in each exchange unless that fails, and for keys. */
int metadata_role_questions(const stand_in *s);
int metadata_keys_questions(const stand_in *s);

#endif
