/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The service, as far as it can be told whose keys a call was signed with: every call reads a domain.
 */
#ifndef SES_H
#define SES_H

#include "stand_in.h"

void ses_start(stand_in *s);
/* Keys with this id, or with any id ("*"), are answered with AuthFailure.TokenFailure; NULL: none. */
void ses_refuse(stand_in *s, const char *id);
/* The id that signed the request of that index. */
void ses_id(const stand_in *s, int index, char *id);

#endif
