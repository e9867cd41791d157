/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The header Authorization, taken apart:
 *     TC3-HMAC-SHA256 Credential=ID/DATE/SERVICE/tc3_request, SignedHeaders=A;B, Signature=HEX
 */
#ifndef EMULATOR_AUTHORIZATION_H
#define EMULATOR_AUTHORIZATION_H

#include <stdbool.h>

#include "support.h"

/* All members point into `text`. */
struct authorization {
    char *text;
    char *secret_id;
    char *date;
    char *service;
    char *signature;
    /* The names in SignedHeaders, as they stand there. */
    struct list signed_headers;
};

/* Returns NULL, or what is wrong with the header, in words. Clear the result in either case. */
const char *emu_authorization_parse(const char *header, struct authorization *authorization);
void emu_authorization_clear(struct authorization *authorization);
/* Does SignedHeaders hold this name? */
bool emu_authorization_signs(const struct authorization *authorization, const char *name);

#endif
