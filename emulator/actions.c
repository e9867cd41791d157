/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The table of actions, and what several of them need.
 */
#include "actions.h"

#include <string.h>

#define SHAPE(table)                              \
    {                                             \
        table, sizeof(table) / sizeof((table)[0]) \
    }

static const struct param tag_params[] = {
    {"TagKey", PARAM_TEXT, PARAM_REQUIRED, NULL},
    {"TagValue", PARAM_TEXT, PARAM_REQUIRED, NULL},
};
static const struct shape tag = SHAPE(tag_params);

static const struct param create_identity[] = {
    {"EmailIdentity", PARAM_TEXT, PARAM_REQUIRED, NULL},
    {"DKIMOption", PARAM_NUMBER, PARAM_OPTIONAL, NULL},
    {"TagList", PARAM_LIST, PARAM_OPTIONAL, &tag},
};
/* Of GetEmailIdentity and DeleteEmailIdentity. */
static const struct param name_identity[] = {
    {"EmailIdentity", PARAM_TEXT, PARAM_REQUIRED, NULL},
};
static const struct param list_identities[] = {
    {"TagList", PARAM_LIST, PARAM_OPTIONAL, &tag},
    {"Limit", PARAM_NUMBER, PARAM_OPTIONAL, NULL},
    {"Offset", PARAM_NUMBER, PARAM_OPTIONAL, NULL},
};
static const struct param update_identity[] = {
    {"EmailIdentity", PARAM_TEXT, PARAM_REQUIRED, NULL},
    {"NewAPI", PARAM_BOOLEAN, PARAM_OPTIONAL, NULL},
    {"DKIMOption", PARAM_NUMBER, PARAM_OPTIONAL, NULL},
};
static const struct param create_address[] = {
    {"EmailAddress", PARAM_TEXT, PARAM_REQUIRED, NULL},
    {"EmailSenderName", PARAM_TEXT, PARAM_OPTIONAL, NULL},
};
static const struct param delete_address[] = {
    {"EmailAddress", PARAM_TEXT, PARAM_REQUIRED, NULL},
};
static const struct param update_password[] = {
    {"Password", PARAM_TEXT, PARAM_REQUIRED, NULL},
    {"EmailAddress", PARAM_TEXT, PARAM_REQUIRED, NULL},
};
/* Of CreateAddressUnsubscribeConfig and UpdateAddressUnsubscribeConfig. */
static const struct param set_unsubscribe[] = {
    {"Address", PARAM_TEXT, PARAM_REQUIRED, NULL},
    {"UnsubscribeConfig", PARAM_TEXT, PARAM_REQUIRED, NULL},
    {"Status", PARAM_NUMBER, PARAM_REQUIRED, NULL},
};
static const struct param delete_unsubscribe[] = {
    {"Address", PARAM_TEXT, PARAM_OPTIONAL, NULL},
};
/* Here the service has Limit as a string. */
static const struct param list_unsubscribe[] = {
    {"Offset", PARAM_NUMBER, PARAM_OPTIONAL, NULL},
    {"Limit", PARAM_TEXT, PARAM_OPTIONAL, NULL},
};

static const struct action actions[] = {
    {"CreateEmailIdentity", SHAPE(create_identity), emu_action_create_identity},
    {"GetEmailIdentity", SHAPE(name_identity), emu_action_get_identity},
    {"ListEmailIdentities", SHAPE(list_identities), emu_action_list_identities},
    {"UpdateEmailIdentity", SHAPE(update_identity), emu_action_update_identity},
    {"DeleteEmailIdentity", SHAPE(name_identity), emu_action_delete_identity},
    {"CreateEmailAddress", SHAPE(create_address), emu_action_create_address},
    {"ListEmailAddress", {NULL, 0}, emu_action_list_addresses},
    {"DeleteEmailAddress", SHAPE(delete_address), emu_action_delete_address},
    {"UpdateEmailSmtpPassWord", SHAPE(update_password), emu_action_update_password},
    {"CreateAddressUnsubscribeConfig", SHAPE(set_unsubscribe), emu_action_create_unsubscribe},
    {"UpdateAddressUnsubscribeConfig", SHAPE(set_unsubscribe), emu_action_update_unsubscribe},
    {"DeleteAddressUnsubscribeConfig", SHAPE(delete_unsubscribe), emu_action_delete_unsubscribe},
    {"ListAddressUnsubscribeConfig", SHAPE(list_unsubscribe), emu_action_list_unsubscribe},
};

enum { PAGE_MOST = 100 };

const struct action *emu_action_find(const char *name)
{
    for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++) {
        if (strcmp(actions[i].name, name) == 0)
            return &actions[i];
    }
    return NULL;
}

/* A18: no Limit, and a Limit of 0, mean 100. */
bool emu_action_page(struct call *call, json_int_t limit, struct page *page)
{
    if (limit > PAGE_MOST)
        return emu_call_refuse(
            call, "InvalidParameterValue", "Limit is %lld; it may be at most %d.", (long long)limit, PAGE_MOST);
    page->limit = limit > 0 ? limit : PAGE_MOST;
    page->offset = emu_call_number(call, "Offset", 0);
    return true;
}

bool emu_action_on_page(const struct page *page, json_int_t index)
{
    return index >= page->offset && index - page->offset < page->limit;
}

struct sender *emu_action_need_sender(struct call *call, const char *name)
{
    const char *address = emu_call_text(call, name);
    struct sender *sender = emu_account_find_sender(&call->emulator->account, call->region, address);
    if (sender == NULL)
        emu_call_refuse(call, "InvalidParameterValue.NoSuchSender", "There is no sender address %s in %s.", address,
            call->region->name);
    return sender;
}
