/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The account's domains and addresses. Rules about what may be created stand with the actions, not here.
 */
#include "account.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

const struct region *emu_region_find(const char *name)
{
    static const struct region regions[] = {{"ap-guangzhou", "gz"}, {"ap-hongkong", "hk"}};
    for (size_t i = 0; i < sizeof(regions) / sizeof(regions[0]); i++) {
        if (strcmp(regions[i].name, name) == 0)
            return &regions[i];
    }
    return NULL;
}

static void domain_free(void *item)
{
    struct domain *domain = item;
    for (size_t i = 0; i < RECORD_KINDS; i++)
        free(domain->seen[i].value);
    free(domain->name);
    json_decref(domain->tags);
    free(domain);
}

static void sender_free(void *item)
{
    struct sender *sender = item;
    emu_account_clear_unsubscribe(sender);
    free(sender->address);
    free(sender->alias);
    free(sender->password);
    free(sender);
}

void emu_account_clear(struct account *account)
{
    emu_list_clear(&account->domains, domain_free);
    emu_list_clear(&account->senders, sender_free);
}

/* A14: names are kept and shown in lower case. */
struct domain *emu_account_add_domain(struct account *account, const char *name, json_t *tags)
{
    struct domain *domain = emu_support_allocate_zeroed(sizeof(*domain));
    domain->name = emu_text_lower(emu_support_copy(name));
    domain->tags = tags;
    emu_list_append(&account->domains, domain);
    return domain;
}

struct domain *emu_account_find_domain(const struct account *account, const char *name)
{
    for (size_t i = 0; i < account->domains.count; i++) {
        struct domain *domain = account->domains.items[i];
        if (strcasecmp(domain->name, name) == 0)
            return domain;
    }
    return NULL;
}

void emu_account_remove_domain(struct account *account, struct domain *domain)
{
    emu_list_remove(&account->domains, domain);
    domain_free(domain);
}

bool emu_account_domain_in_use(const struct account *account, const struct domain *domain)
{
    for (size_t i = 0; i < account->senders.count; i++) {
        const struct sender *sender = account->senders.items[i];
        if (strcasecmp(strrchr(sender->address, '@') + 1, domain->name) == 0)
            return true;
    }
    return false;
}

struct sender *emu_account_add_sender(struct account *account, const struct region *region, const char *address)
{
    struct sender *sender = emu_support_allocate_zeroed(sizeof(*sender));
    sender->address = emu_support_copy(address);
    sender->region = region;
    emu_list_append(&account->senders, sender);
    return sender;
}

/* A25: two addresses that differ in the case of letters alone are the same one. */
struct sender *emu_account_find_sender(const struct account *account, const struct region *region, const char *address)
{
    for (size_t i = 0; i < account->senders.count; i++) {
        struct sender *sender = account->senders.items[i];
        if (sender->region == region && strcasecmp(sender->address, address) == 0)
            return sender;
    }
    return NULL;
}

void emu_account_remove_sender(struct account *account, struct sender *sender)
{
    emu_list_remove(&account->senders, sender);
    sender_free(sender);
}

size_t emu_account_count_senders(const struct account *account, const struct region *region)
{
    size_t count = 0;
    for (size_t i = 0; i < account->senders.count; i++) {
        const struct sender *sender = account->senders.items[i];
        count += sender->region == region ? 1 : 0;
    }
    return count;
}

void emu_account_set_unsubscribe(struct sender *sender, const char *config, json_int_t status)
{
    emu_account_clear_unsubscribe(sender);
    sender->unsubscribe = (struct unsubscribe){true, emu_support_copy(config), status};
}

void emu_account_clear_unsubscribe(struct sender *sender)
{
    free(sender->unsubscribe.config);
    sender->unsubscribe = (struct unsubscribe){false, NULL, 0};
}
