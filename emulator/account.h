/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * What the one account of the emulator owns. Domains belong to the account; sender addresses, with their settings,
 * to the account and a region. All of it is behind the lock of struct emulator.
 */
#ifndef EMULATOR_ACCOUNT_H
#define EMULATOR_ACCOUNT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "support.h"

struct region {
    const char *name;
    /* How DKIM selectors call it. */
    const char *code;
};

/* The region of that name, or NULL. Regions are compared by address. */
const struct region *emu_region_find(const char *name);

/* The values of the API's DKIMOption. */
enum { DKIM_1024 = 0, DKIM_2048 = 1, DKIM_BOTH = 2 };

/* What the records of a domain are for. A domain has one row of each that its DKIMOption asks for. */
enum record_kind { RECORD_MX, RECORD_SPF, RECORD_DKIM_1024, RECORD_DKIM_2048, RECORD_DMARC, RECORD_KINDS };

/* How a record stood when DNS was looked at. */
struct sighting {
    /* What was there; NULL for nothing. */
    char *value;
    bool matches;
};

struct domain {
    char *name;
    /* The region that it was created in. */
    const struct region *region;
    json_int_t dkim_option;
    /* The TagList as it was sent; an array. */
    json_t *tags;
    json_int_t submits;
    bool verified;
    /* Of the latest submission, by record_kind; all zero while DNS is not looked at. */
    struct sighting seen[RECORD_KINDS];
};

struct unsubscribe {
    bool exists;
    char *config;
    json_int_t status;
};

struct sender {
    char *address;
    char *alias;
    const struct region *region;
    int64_t created;
    /* The SMTP password; NULL while none is set. */
    char *password;
    struct unsubscribe unsubscribe;
};

/* Lists of struct domain and struct sender, in the order in which they were created. All zero is an empty account. */
struct account {
    struct list domains;
    struct list senders;
};

void emu_account_clear(struct account *account);

/* Takes over `tags`. The name must be new. */
struct domain *emu_account_add_domain(struct account *account, const char *name, json_t *tags);
/* The case of letters does not matter. NULL if there is none. */
struct domain *emu_account_find_domain(const struct account *account, const char *name);
void emu_account_remove_domain(struct account *account, struct domain *domain);
/* Does any address of any region end in this domain? */
bool emu_account_domain_in_use(const struct account *account, const struct domain *domain);

/* The address must be new in the region. */
struct sender *emu_account_add_sender(struct account *account, const struct region *region, const char *address);
/* The case of letters does not matter. NULL if there is none in this region. */
struct sender *emu_account_find_sender(const struct account *account, const struct region *region, const char *address);
void emu_account_remove_sender(struct account *account, struct sender *sender);
size_t emu_account_count_senders(const struct account *account, const struct region *region);

/* Sets the option of a sender's unsubscribe link; emu_account_clear_unsubscribe() takes it away. */
void emu_account_set_unsubscribe(struct sender *sender, const char *config, json_int_t status);
void emu_account_clear_unsubscribe(struct sender *sender);

#endif
