/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>
#include <strings.h>

#include "addresses.h"
#include "commands.h"
#include "domains.h"
#include "output.h"
#include "records.h"
#include "session.h"

typedef struct exporting {
    document *whole;
    const tcses_list_email_address_response *addresses;
} exporting;

static void put_address(document *d, const tcses_email_sender *sender, const char *domain)
{
    const char *at = sender->email_address != NULL ? strrchr(sender->email_address, '@') : NULL;
    char prefix[NAME_BYTES];
    if (at == NULL || strcasecmp(at + 1, domain) != 0 || (size_t)(at - sender->email_address) >= sizeof prefix)
        return;
    memcpy(prefix, sender->email_address, (size_t)(at - sender->email_address));
    prefix[at - sender->email_address] = '\0';
    document *address = document_new();
    document_text(address, "prefix", prefix);
    if (sender->email_sender_name != NULL && sender->email_sender_name[0] != '\0')
        document_text(address, "name", sender->email_sender_name);
    document_append(d, "addresses", address);
}

static void put_tags(document *d, const tcses_email_identity *item)
{
    for (size_t i = 0; i < item->tag_list_count; i++) {
        document *tag = document_new();
        document_text(tag, "key", item->tag_list[i]->tag_key);
        document_text(tag, "value", item->tag_list[i]->tag_value);
        document_append(d, "tags", tag);
    }
}

static const char *dkim_name(int32_t dkim)
{
    return dkim == TCSES_DKIM_BOTH ? "both" : records_dkim(dkim);
}

static void visit(void *ctx, const tcses_email_identity *item, const tcses_list_email_identities_response *page)
{
    exporting *e = ctx;
    (void)page;
    if (item->identity_name == NULL)
        return;
    document *d = document_new();
    document_text(d, "domain", item->identity_name);
    if (dkim_name(item->dkim_option) != NULL)
        document_text(d, "dkim", dkim_name(item->dkim_option));
    document_list(d, "addresses");
    for (size_t i = 0; i < e->addresses->email_senders_count; i++)
        put_address(d, e->addresses->email_senders[i], item->identity_name);
    put_tags(d, item);
    document_append(e->whole, "domains", d);
}

static int export_all(cli *c, exporting *e)
{
    size_t count = 0;
    e->whole = document_new();
    document_text(e->whole, "schema", "tcses.onboard/1");
    document_list(e->whole, "domains");
    int code = domains_walk(c, NULL, visit, e, NULL, &count);
    if (code == EXIT_OK)
        return output_document(c, e->whole);
    document_free(e->whole);
    return code;
}

int export_run(cli *c)
{
    exporting e = {NULL, NULL};
    int code = session_open(c);
    if (code == EXIT_OK)
        code = addresses_list(c, NULL, &e.addresses);
    if (code == EXIT_OK)
        code = export_all(c, &e);
    tcses_list_email_address_response_free(e.addresses);
    return code;
}
