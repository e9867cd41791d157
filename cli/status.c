/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "addresses.h"
#include "commands.h"
#include "domains.h"
#include "failure.h"
#include "output.h"
#include "screen.h"
#include "session.h"
#include "text.h"

/* What is counted on the way. */
typedef struct tally {
    size_t domains;
    size_t verified;
    char unverified[NAME_BYTES]; /* the first that is not; "" if all are */
} tally;

static void visit(void *ctx, const tcses_email_identity *item, const tcses_list_email_identities_response *page)
{
    tally *t = ctx;
    (void)page;
    if (item->sending_enabled == TCSES_TRUE)
        t->verified++;
    else if (t->unverified[0] == '\0' && item->identity_name != NULL)
        snprintf(t->unverified, sizeof t->unverified, "%s", item->identity_name);
}

static void show_line(const char *label, const char *value)
{
    screen_pad(stdout, label, 11);
    printf("%s\n", value);
}

static void show_account(const cli *c, const tcses_key_info *info)
{
    char id[32];
    char source[1024];
    char line[1100];
    session_short_id(info->secret_id, id, sizeof id);
    snprintf(line, sizeof line, TEXT("key %s (%s)", "密钥 %s（%s）"), id, session_source(info, source, sizeof source));
    show_line(TEXT("Account", "账号"), line);
    show_line(TEXT("Region", "地域"), tcses_client_region(c->client));
    show_line(TEXT("Service", "服务地址"), tcses_client_endpoint(c->client));
}

static void show_counts(const cli *c, const tally *t, size_t addresses)
{
    char line[256];
    snprintf(line, sizeof line, TEXT("%zu of 10, %zu verified", "%zu/10，已验证 %zu 个"), t->domains, t->verified);
    show_line(TEXT("Domains", "域名"), line);
    snprintf(line, sizeof line, TEXT("%zu in %s", "%zu 个，地域 %s"), addresses, tcses_client_region(c->client));
    show_line(TEXT("Addresses", "发信地址"), line);
    if (t->unverified[0] != '\0')
        printf(TEXT("\nNot verified: %s. See tcses domain show %s\n", "\n未验证：%s。请运行 tcses domain show %s\n"),
            t->unverified, t->unverified);
    else if (t->domains == 0)
        printf(TEXT("\nBegin with: tcses domain create mail.YOUR-DOMAIN\n",
            "\n从这里开始：tcses domain create mail.你的域名\n"));
}

static document *as_document(
    const cli *c, const tcses_key_info *info, const document *domains, const tcses_list_email_address_response *list)
{
    char id[32];
    char source[1024];
    document *d = document_new();
    document *addresses = document_of_response(list->raw_json, list->raw_json_length);
    document_text(d, "KeyId", session_short_id(info->secret_id, id, sizeof id));
    document_text(d, "KeySource", session_source(info, source, sizeof source));
    document_text(d, "Region", tcses_client_region(c->client));
    document_text(d, "Endpoint", tcses_client_endpoint(c->client));
    document_append_all(d, "EmailIdentities", domains);
    document_append_all(d, "EmailSenders", addresses);
    document_free(addresses);
    return d;
}

static int show(cli *c, const tcses_key_info *info)
{
    tally t = {0};
    const tcses_list_email_address_response *list = NULL;
    document *domains = c->options->is_json ? document_new() : NULL;
    int code = domains_walk(c, NULL, visit, &t, domains, &t.domains);
    if (code == EXIT_OK)
        code = addresses_list(c, NULL, &list);
    if (code == EXIT_OK && c->options->is_json) {
        code = output_document(c, as_document(c, info, domains, list));
    } else if (code == EXIT_OK) {
        show_account(c, info);
        show_counts(c, &t, list->email_senders_count);
    }
    document_free(domains);
    tcses_list_email_address_response_free(list);
    return code;
}

int status_run(cli *c)
{
    const tcses_key_info *info = NULL;
    int code = session_open(c);
    if (code != EXIT_OK)
        return code;
    if (tcses_client_key_info(c->client, &c->call, &info, &c->error) != TCSES_OK)
        return failure_of_call(c);
    code = show(c, info);
    tcses_key_info_free(info);
    return code;
}
