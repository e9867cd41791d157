/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The modes of verification.
 */
#include "verify.h"

#include <string.h>

#include "records.h"
#include "support.h"

struct verify_mode {
    const char *name;
    /* Reads what follows the mode's name and "="; NULL if nothing may follow. */
    bool (*parse)(const char *text, struct verify_policy *policy);
    /* Does a submission verify the domain? */
    bool (*verifies)(const struct verify_policy *policy, const struct domain *domain);
    bool asks_dns;
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

static bool has_right_key(const struct domain *domain)
{
    return (domain->dkim_option != DKIM_2048 && domain->seen[RECORD_DKIM_1024].matches) ||
           (domain->dkim_option != DKIM_1024 && domain->seen[RECORD_DKIM_2048].matches);
}

/* A42: every row has to match, but of two keys one is enough, so that one can be put in while the other is in use. */
static bool verifies_by_dns(const struct verify_policy *policy, const struct domain *domain)
{
    (void)policy;
    return domain->seen[RECORD_MX].matches && domain->seen[RECORD_SPF].matches && has_right_key(domain) &&
           domain->seen[RECORD_DMARC].matches;
}

static const struct verify_mode modes[] = {
    {"after", parse_after, verifies_after, false},
    {"dns", NULL, verifies_by_dns, true},
    {"manual", NULL, verifies_never, false},
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

bool emu_verify_asks_dns(const struct verify_policy *policy)
{
    return policy->mode->asks_dns;
}

/* A16: without DNS a domain that is verified stays so. A43: with DNS it lasts no longer than the records do. */
bool emu_verify_submit(const struct verify_policy *policy, struct domain *domain)
{
    bool stays = domain->verified && !policy->mode->asks_dns;
    domain->submits++;
    domain->verified = stays || policy->mode->verifies(policy, domain);
    return domain->verified;
}

/* Where DNS is not looked at, verification is all or nothing: every row has the status of the domain. */
const char *emu_verify_row(
    const struct verify_policy *policy, const struct domain *domain, const struct record *record, bool *matches)
{
    const struct sighting *seen = &domain->seen[record->kind];
    *matches = policy->mode->asks_dns ? seen->matches : domain->verified;
    if (!policy->mode->asks_dns)
        return domain->verified ? record->expected : "";
    return seen->value != NULL ? seen->value : "";
}

void emu_verify_decide(struct domain *domain, bool verified)
{
    domain->verified = verified;
    if (!verified)
        domain->submits = 0;
}
