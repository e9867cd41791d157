/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The actions on sender addresses. Each region has its own.
 */
#include <stdlib.h>
#include <string.h>

#include "actions.h"
#include "names.h"

/* A22: the order of these checks, and DomainNotVerified also for a domain that does not exist. */
static bool check_new_address(struct call *call, const char *address, const char *alias)
{
    const struct account *account = &call->emulator->account;
    size_t most = call->emulator->options->max_addresses;
    if (!emu_name_is_address(address))
        return emu_call_refuse(call, "InvalidParameterValue.IllegalEmailAddress", "`%s` is no address.", address);
    if (!emu_name_is_alias(alias))
        return emu_call_refuse(call, "InvalidParameterValue.IllegalSenderName", "The alias `%s` can't be used.", alias);
    const struct domain *domain = emu_account_find_domain(account, strrchr(address, '@') + 1);
    if (domain == NULL || !domain->verified)
        return emu_call_refuse(call, "OperationDenied.DomainNotVerified", "The domain of %s is not verified.", address);
    if (emu_account_find_sender(account, call->region, address) != NULL)
        return emu_call_refuse(call, "InvalidParameterValue.RepeatEmailAddress", "%s exists already.", address);
    if (emu_account_count_senders(account, call->region) >= most) /* A24 */
        return emu_call_refuse(call, "OperationDenied.ExceedSenderLimit", "%s has its %zu sender addresses already.",
            call->region->name, most);
    return true;
}

bool emu_action_create_address(struct call *call)
{
    const char *address = emu_call_text(call, "EmailAddress");
    const char *alias = emu_call_text(call, "EmailSenderName");
    alias = alias != NULL ? alias : "";
    if (!check_new_address(call, address, alias))
        return false;
    struct sender *sender = emu_account_add_sender(&call->emulator->account, call->region, address);
    sender->alias = emu_support_copy(alias);
    sender->created = call->now;
    call->effect = true;
    return true;
}

/* A35: CreatedTimestamp is a number; SmtpPwdType is 1 once a password is set. */
bool emu_action_list_addresses(struct call *call)
{
    const struct list *senders = &call->emulator->account.senders;
    json_t *listed = json_array();
    for (size_t i = 0; i < senders->count; i++) {
        const struct sender *sender = senders->items[i];
        if (sender->region == call->region)
            json_array_append_new(listed,
                json_pack("{s:s, s:s, s:I, s:i}", "EmailAddress", sender->address, "EmailSenderName", sender->alias,
                    "CreatedTimestamp", (json_int_t)sender->created, "SmtpPwdType", sender->password != NULL ? 1 : 0));
    }
    call->response = json_pack("{s:o}", "EmailSenders", listed);
    return true;
}

/* A30: what was set for the address goes with it. */
bool emu_action_delete_address(struct call *call)
{
    struct sender *sender = emu_action_need_sender(call, "EmailAddress");
    if (sender == NULL)
        return false;
    emu_account_remove_sender(&call->emulator->account, sender);
    call->effect = true;
    return true;
}

/* A26: the sender is looked for first, then the rule, then the password it has. */
bool emu_action_update_password(struct call *call)
{
    const char *password = emu_call_text(call, "Password");
    struct sender *sender = emu_action_need_sender(call, "EmailAddress");
    if (sender == NULL)
        return false;
    if (!emu_name_is_smtp_password(password))
        return emu_call_refuse(call, "InvalidParameterValue.InvalidSmtpPassWord",
            "A password has 10 to 20 characters, among them at least two different digits, two different "
            "upper-case letters and two different lower-case letters.");
    if (sender->password != NULL && strcmp(sender->password, password) == 0)
        return emu_call_refuse(call, "OperationDenied.RepeatPassWord", "The address has this password already.");
    free(sender->password);
    sender->password = emu_support_copy(password);
    call->effect = true;
    return true;
}
