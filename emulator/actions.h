/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The actions of the API: a table of what each takes, and what each does.
 */
#ifndef EMULATOR_ACTIONS_H
#define EMULATOR_ACTIONS_H

#include "call.h"
#include "params.h"

struct action {
    const char *name;
    struct shape shape;
    /* Does it, or refuses. The parameters have the right shape. */
    bool (*run)(struct call *call);
};

/* NULL if there is none of that name. */
const struct action *emu_action_find(const char *name);

/* action_domains.c */
bool emu_action_create_identity(struct call *call);
bool emu_action_get_identity(struct call *call);
bool emu_action_list_identities(struct call *call);
bool emu_action_update_identity(struct call *call);
bool emu_action_delete_identity(struct call *call);
/* action_senders.c */
bool emu_action_create_address(struct call *call);
bool emu_action_list_addresses(struct call *call);
bool emu_action_delete_address(struct call *call);
bool emu_action_update_password(struct call *call);
/* action_unsubscribe.c */
bool emu_action_create_unsubscribe(struct call *call);
bool emu_action_update_unsubscribe(struct call *call);
bool emu_action_delete_unsubscribe(struct call *call);
bool emu_action_list_unsubscribe(struct call *call);

/* What lists share: which of `count` rows to show, by Offset and Limit. */
struct page {
    json_int_t offset;
    json_int_t limit;
};

/* Checks a Limit and completes the page: 0 means that none was sent. */
bool emu_action_page(struct call *call, json_int_t limit, struct page *page);
/* Is row `index` on the page? */
bool emu_action_on_page(const struct page *page, json_int_t index);
/* The sender that the parameter `name` names in the call's region; NULL after a refusal. */
struct sender *emu_action_need_sender(struct call *call, const char *name);

#endif
