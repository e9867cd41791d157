/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * STS: gives the keys of a role to whoever signs with other keys, or shows a web identity token.
 */
#ifndef STS_H
#define STS_H

#include "stand_in.h"

/* What a request has to say. NULL and 0: what the library says by itself. */
typedef struct sts_expected {
    const char *role_arn;
    const char *session_name;
    int64_t duration_seconds;
    const char *region;
    /* Of AssumeRoleWithWebIdentity, which is asked for if there is a provider: */
    const char *provider_id;
    const char *web_identity_token;
} sts_expected;

#define STS_ROLE_ARN "qcs::cam::uin/100000000001:roleName/sender"

/* Its keys are AKIDsts1, AKIDsts2..., or with another name AKID<name>1... */
void sts_start(stand_in *s, const char *name, const sts_expected *expected);
/* From now on it expects this, which lives as long as it does. */
void sts_expect(stand_in *s, const sts_expected *expected);
/* The id that signed the request of that index; "SKIP" if it was not signed. */
void sts_id(const stand_in *s, int index, char *id);

/* From now on it answers with this code, and the request id "sts-refused". Once for a stand-in. */
void sts_refuse(stand_in *s, const char *code);

#endif
