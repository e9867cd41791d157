/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The actions on sending domains.
 */
#include <string.h>
#include <strings.h>

#include "actions.h"
#include "names.h"
#include "records.h"
#include "survey.h"
#include "verify.h"

static bool has_other_owner(const struct call *call, const char *name)
{
    const struct list *foreign = &call->emulator->options->foreign_domains;
    for (size_t i = 0; i < foreign->count; i++) {
        if (strcasecmp(foreign->items[i], name) == 0)
            return true;
    }
    return false;
}

static bool check_dkim_option(struct call *call)
{
    json_int_t option = emu_call_number(call, "DKIMOption", DKIM_1024);
    if (option > DKIM_BOTH)
        return emu_call_refuse(
            call, "InvalidParameterValue", "DKIMOption is %lld; it may be 0, 1 or 2.", (long long)option);
    return true;
}

/* A15: the order of these checks. */
static bool check_new_domain(struct call *call, const char *name)
{
    const struct account *account = &call->emulator->account;
    size_t most = call->emulator->options->max_domains;
    if (!emu_name_is_domain(name))
        return emu_call_refuse(call, "InvalidParameterValue.InvalidEmailIdentity", "`%s` is no domain name.", name);
    if (!check_dkim_option(call))
        return false;
    if (has_other_owner(call, name))
        return emu_call_refuse(call, "InvalidParameterValue.CreatedByOther", "Another account has created %s.", name);
    if (emu_account_find_domain(account, name) != NULL)
        return emu_call_refuse(call, "InvalidParameterValue.RepeatCreation", "%s exists already.", name);
    if (account->domains.count >= most)
        return emu_call_refuse(
            call, "OperationDenied.ExceedDomainLimit", "The account has its %zu domains already.", most);
    return true;
}

/* What Create, Get and Update answer alike. A37: the optional fields are always there. */
static json_t *render_identity(const struct call *call, const struct domain *domain)
{
    return json_pack("{s:s, s:b, s:o, s:I}", "IdentityType", "DOMAIN", "VerifiedForSendingStatus", domain->verified,
        "Attributes", emu_records_render(&call->emulator->options->verify, domain), "DKIMOption", domain->dkim_option);
}

bool emu_action_create_identity(struct call *call)
{
    const char *name = emu_call_text(call, "EmailIdentity");
    json_t *tags = emu_call_list(call, "TagList");
    if (!check_new_domain(call, name))
        return false;
    tags = tags != NULL ? json_incref(tags) : json_array();
    struct domain *domain = emu_account_add_domain(&call->emulator->account, name, tags);
    domain->region = call->region;
    domain->dkim_option = emu_call_number(call, "DKIMOption", DKIM_1024); /* A13 */
    call->effect = true;
    call->response = render_identity(call, domain);
    return true;
}

static struct domain *need_domain(struct call *call)
{
    const char *name = emu_call_text(call, "EmailIdentity");
    struct domain *domain = emu_account_find_domain(&call->emulator->account, name);
    if (domain == NULL)
        emu_call_refuse(call, "InvalidParameterValue.NotExistDomain", "There is no domain `%s` in this account.", name);
    return domain;
}

/* A17: looking does not verify; only UpdateEmailIdentity does. */
bool emu_action_get_identity(struct call *call)
{
    const struct domain *domain = need_domain(call);
    if (domain == NULL)
        return false;
    call->response = render_identity(call, domain);
    json_object_set(call->response, "TagList", domain->tags);
    return true;
}

/* Looks at the domain's records in DNS. NULL after a refusal: somebody may have deleted the domain meanwhile. */
static struct domain *look_at_dns(struct call *call, const struct domain *domain)
{
    struct survey survey = {0};
    emu_survey_run(call->emulator, domain, &survey);
    struct domain *same = need_domain(call);
    if (same != NULL)
        emu_survey_note(&survey, same);
    emu_survey_clear(&survey);
    return same;
}

/* A16: a DKIMOption that is sent replaces the domain's. A34: the action never fails by itself. */
bool emu_action_update_identity(struct call *call)
{
    const struct verify_policy *policy = &call->emulator->options->verify;
    struct domain *domain = need_domain(call);
    if (domain == NULL || !check_dkim_option(call))
        return false;
    domain->dkim_option = emu_call_number(call, "DKIMOption", domain->dkim_option);
    if (emu_verify_asks_dns(policy))
        domain = look_at_dns(call, domain);
    if (domain == NULL)
        return false;
    emu_verify_submit(policy, domain);
    call->effect = true;
    call->response = render_identity(call, domain);
    return true;
}

/* A21: a domain that is not there is refused as by the other actions. */
bool emu_action_delete_identity(struct call *call)
{
    struct domain *domain = need_domain(call);
    if (domain == NULL)
        return false;
    if (!call->emulator->options->may_delete_domains)
        return emu_call_refuse(call, "OperationDenied.NotAllowDelete", "This account may not delete domains.");
    if (emu_account_domain_in_use(&call->emulator->account, domain))
        return emu_call_refuse(call, "OperationDenied.SenderWithDomainIsNotEmpty",
            "%s still has sender addresses; delete them first, in every region.", domain->name);
    emu_account_remove_domain(&call->emulator->account, domain);
    call->effect = true;
    return true;
}

static bool has_tag(const struct domain *domain, const json_t *wanted)
{
    for (size_t i = 0; i < json_array_size(domain->tags); i++) {
        const json_t *tag = json_array_get(domain->tags, i);
        if (json_equal(json_object_get(tag, "TagKey"), json_object_get(wanted, "TagKey")) &&
            json_equal(json_object_get(tag, "TagValue"), json_object_get(wanted, "TagValue")))
            return true;
    }
    return false;
}

/* A19: a domain is listed if it has all the tags asked for. */
static bool has_tags(const struct domain *domain, const json_t *wanted)
{
    for (size_t i = 0; i < json_array_size(wanted); i++) {
        if (!has_tag(domain, json_array_get(wanted, i)))
            return false;
    }
    return true;
}

/* A20: reputation, quota and sending addresses are made up and the same for every domain. */
enum { REPUTATION_LEVEL = 1, REPUTATION_LEVEL_MOST = 5, DAILY_QUOTA = 5000 };

static json_t *render_listed(const struct domain *domain)
{
    return json_pack("{s:s, s:s, s:b, s:i, s:i, s:[], s:O, s:I}", "IdentityName", domain->name, "IdentityType",
        "DOMAIN", "SendingEnabled", domain->verified, "CurrentReputationLevel", REPUTATION_LEVEL, "DailyQuota",
        DAILY_QUOTA, "SendIp", "TagList", domain->tags, "DKIMOption", domain->dkim_option);
}

/* A18: in the order of creation; Total counts what the tags let through, whatever the page shows of it. */
bool emu_action_list_identities(struct call *call)
{
    const struct list *domains = &call->emulator->account.domains;
    struct page page;
    json_int_t total = 0;
    if (!emu_action_page(call, emu_call_number(call, "Limit", 0), &page))
        return false;
    json_t *listed = json_array();
    for (size_t i = 0; i < domains->count; i++) {
        if (!has_tags(domains->items[i], emu_call_list(call, "TagList")))
            continue;
        if (emu_action_on_page(&page, total))
            json_array_append_new(listed, render_listed(domains->items[i]));
        total++;
    }
    call->response = json_pack("{s:o, s:i, s:i, s:I}", "EmailIdentities", listed, "MaxReputationLevel",
        REPUTATION_LEVEL_MOST, "MaxDailyQuota", DAILY_QUOTA, "Total", total);
    return true;
}
