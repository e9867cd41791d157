/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The modes of verification.
 */
#include "verify.h"

#include <string.h>

#include "support.h"

struct verify_mode {
    const char *name;
    /* Reads what follows the mode's name and "="; NULL if nothing may follow. */
    bool (*parse)(const char *text, struct verify_policy *policy);
    /* Does a submission verify the domain? */
    bool (*verifies)(const struct verify_policy *policy, const struct domain *domain);
};

enum { VERIFY_MOST_SUBMITS = 1000000 };

static bool parse_after(const char *text, struct verify_policy *policy)
{
    return emu_text_to_number(text, VERIFY_MOST_SUBMITS, &policy->after) && policy->after > 0;
}

static bool verifies_after(const struct verify_policy *policy, const struct domain *domain)
{
    return domain->submits >= policy->after;
}

static bool verifies_never(const struct verify_policy *policy, const struct domain *domain)
{
    (void)policy;
    (void)domain;
    return false;
}

static const struct verify_mode modes[] = {
    {"after", parse_after, verifies_after},
    {"manual", NULL, verifies_never},
};

bool emu_verify_parse(const char *text, struct verify_policy *policy)
{
    size_t length = strcspn(text, "=");
    for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
        if (strlen(modes[i].name) != length || strncmp(modes[i].name, text, length) != 0)
            continue;
        policy->mode = &modes[i];
        if (modes[i].parse == NULL)
            return text[length] == '\0';
        return text[length] == '=' && modes[i].parse(text + length + 1, policy);
    }
    return false;
}

/* A16: a domain that is verified stays so, whatever a later submission finds. */
bool emu_verify_submit(const struct verify_policy *policy, struct domain *domain)
{
    domain->submits++;
    domain->verified = domain->verified || policy->mode->verifies(policy, domain);
    return domain->verified;
}

void emu_verify_decide(struct domain *domain, bool verified)
{
    domain->verified = verified;
    if (!verified)
        domain->submits = 0;
}
