/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Advice for people, in a sentence.
 */
#include "call/hint.h"

#include <string.h>

#include <tcses/address.h>
#include <tcses/identity.h>

#include "call/retry.h"

const char *hint_for_code(const char *code)
{
    static const struct {
        const char *kind;
        const char *hint;
    } hints[] = {
        {TCSES_CODE_DOMAIN_NOT_VERIFIED,
            "Put the domain's DNS records in place, submit verification and wait until the domain is verified."},
        {TCSES_CODE_EXCEED_DOMAIN_LIMIT,
            "An account has ten domains at most. Use one that exists, or ask the service for more."},
        {TCSES_CODE_EXCEED_SENDER_LIMIT, "Delete a sender address that is no longer used."},
        {TCSES_CODE_CREATED_BY_OTHER, "Another account has this domain. Use a sub-domain of your own."},
        {TCSES_CODE_REPEAT_CREATION, "The account has this domain already; read it instead."},
        {TCSES_CODE_REPEAT_EMAIL_ADDRESS, "The account has this sender address already in this region."},
        {TCSES_CODE_NOT_EXIST_DOMAIN,
            "Create the domain first, or look whether the keys are those of the right account."},
        {TCSES_CODE_NO_SUCH_SENDER, "Look whether the region is right: sender addresses belong to a region."},
        {TCSES_CODE_SENDER_WITH_DOMAIN_IS_NOT_EMPTY, "Delete the domain's sender addresses first, in every region."},
        {TCSES_CODE_NOT_ALLOW_DELETE, "The service lets enterprise accounts alone delete domains."},
        {TCSES_CODE_DKIM_NOT_APPLIED, "The key of that size is not in DNS yet."},
        {TCSES_CODE_INVALID_SMTP_PASSWORD,
            "Take 10 to 20 characters with two digits, two lower-case and two upper-case letters that differ."},
        {"AuthFailure.SecretIdNotFound",
            "The secret id does not exist or is disabled. Look at the keys in the console."},
        {"AuthFailure.SignatureFailure", "Look whether the secret key belongs to the secret id."},
        {"AuthFailure.SignatureExpire",
            "Set this machine's clock: it differs from the service's by more than 5 minutes."},
        {"AuthFailure.TokenFailure", "Get new temporary credentials: the token is no longer valid."},
        {"AuthFailure.UnauthorizedOperation",
            "Give the sub-account the policy QcloudSESFullAccess or the action used."},
        {"UnauthorizedOperation", "Give the sub-account the policy QcloudSESFullAccess or the action used."},
        {"RequestLimitExceeded", "Too many calls: make fewer than 20 a second of each action."},
        {"UnsupportedRegion", "Use ap-guangzhou or ap-hongkong."},
    };
    for (size_t i = 0; i < sizeof hints / sizeof hints[0]; i++) {
        if (retry_is_kind_of(code, hints[i].kind))
            return hints[i].hint;
    }
    return NULL;
}
