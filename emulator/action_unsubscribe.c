/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The actions on the unsubscribe link of a sender address. Each address has one setting, or none.
 */
#include "actions.h"

enum { UNSUBSCRIBE_LAST_LANGUAGE = 10, UNSUBSCRIBE_LAST_STATUS = 1, UNSUBSCRIBE_MOST_LIMIT = 1000000000 };

static bool check_setting(struct call *call)
{
    const char *config = emu_call_text(call, "UnsubscribeConfig");
    json_int_t status = emu_call_number(call, "Status", 0);
    json_int_t language = 0;
    bool padded = config[0] == '0' && config[1] != '\0';
    if (padded || !emu_text_to_number(config, UNSUBSCRIBE_LAST_LANGUAGE, &language))
        return emu_call_refuse(
            call, "InvalidParameterValue", "UnsubscribeConfig is `%s`; it may be \"0\" to \"10\".", config);
    if (status > UNSUBSCRIBE_LAST_STATUS)
        return emu_call_refuse(call, "InvalidParameterValue", "Status is %lld; it may be 0 or 1.", (long long)status);
    return true;
}

static bool set_unsubscribe(struct call *call, struct sender *sender)
{
    emu_account_set_unsubscribe(sender, emu_call_text(call, "UnsubscribeConfig"), emu_call_number(call, "Status", 0));
    call->effect = true;
    return true;
}

/* A27: the address has to exist. A28: it must have no setting yet. */
bool emu_action_create_unsubscribe(struct call *call)
{
    struct sender *sender = emu_action_need_sender(call, "Address");
    if (sender == NULL || !check_setting(call))
        return false;
    if (sender->unsubscribe.exists)
        return emu_call_refuse(
            call, "InvalidParameterValue.RepeatCreation", "%s has an unsubscribe setting already.", sender->address);
    return set_unsubscribe(call, sender);
}

/* A28: an address without a setting. */
static struct sender *need_unsubscribe(struct call *call)
{
    struct sender *sender = emu_action_need_sender(call, "Address");
    if (sender == NULL || sender->unsubscribe.exists)
        return sender;
    emu_call_refuse(call, "ResourceNotFound", "%s has no unsubscribe setting.", sender->address);
    return NULL;
}

bool emu_action_update_unsubscribe(struct call *call)
{
    struct sender *sender = need_unsubscribe(call);
    return sender != NULL && check_setting(call) && set_unsubscribe(call, sender);
}

/* A29: the tables call Address optional here, but there is nothing to delete without it. */
bool emu_action_delete_unsubscribe(struct call *call)
{
    if (emu_call_text(call, "Address") == NULL)
        return emu_call_refuse(call, "MissingParameter", "The parameter `Address` was not sent.");
    struct sender *sender = need_unsubscribe(call);
    if (sender == NULL)
        return false;
    emu_account_clear_unsubscribe(sender);
    call->effect = true;
    return true;
}

static bool read_page(struct call *call, struct page *page)
{
    const char *text = emu_call_text(call, "Limit");
    json_int_t limit = 0;
    if (text != NULL && !emu_text_to_number(text, UNSUBSCRIBE_MOST_LIMIT, &limit))
        return emu_call_refuse(call, "InvalidParameterValue", "Limit is `%s`, which is no number up to 100.", text);
    return emu_action_page(call, limit, page);
}

/* A31: in the order in which the addresses were created. */
bool emu_action_list_unsubscribe(struct call *call)
{
    const struct list *senders = &call->emulator->account.senders;
    struct page page;
    json_int_t total = 0;
    if (!read_page(call, &page))
        return false;
    json_t *listed = json_array();
    for (size_t i = 0; i < senders->count; i++) {
        const struct sender *sender = senders->items[i];
        if (sender->region != call->region || !sender->unsubscribe.exists)
            continue;
        if (emu_action_on_page(&page, total))
            json_array_append_new(listed, json_pack("{s:s, s:s, s:I}", "Address", sender->address, "UnsubscribeConfig",
                                              sender->unsubscribe.config, "Status", sender->unsubscribe.status));
        total++;
    }
    call->response = json_pack("{s:o, s:I}", "AddressUnsubscribeConfigList", listed, "Total", total);
    return true;
}
