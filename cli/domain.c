/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "document.h"
#include "domains.h"
#include "failure.h"
#include "output.h"
#include "records.h"
#include "screen.h"
#include "session.h"
#include "text.h"

/* ---- for all commands on domains ---- */

int domains_open(cli *c, char domain[NAME_BYTES])
{
    if (!name_take_domain(c->options->operands[0], domain))
        return EXIT_USAGE;
    c->subject = domain;
    return session_open(c);
}

int domains_get(cli *c, const char *domain, const tcses_get_email_identity_response **response)
{
    tcses_get_email_identity_request request = TCSES_GET_EMAIL_IDENTITY_REQUEST_INIT;
    request.email_identity = domain;
    if (tcses_get_email_identity(c->client, &request, &c->call, response, &c->error) == TCSES_OK)
        return EXIT_OK;
    return failure_of_call(c);
}

bool domains_take_tags(domain_tags *tags, const options *o)
{
    size_t count = options_count(o, OPTION_TAG);
    memset(tags, 0, sizeof *tags);
    if (count == 0)
        return true;
    tags->items = calloc(count, sizeof *tags->items);
    tags->pointers = calloc(count, sizeof(tcses_tag *));
    tags->count = count;
    bool has_room = tags->items != NULL && tags->pointers != NULL;
    for (size_t i = 0; has_room && i < count; i++) {
        const char *tag = options_nth(o, OPTION_TAG, i);
        size_t key = strcspn(tag, "=");
        tcses_tag_init(&tags->items[i], sizeof tags->items[i]);
        tags->items[i].tag_key = strndup(tag, key);
        tags->items[i].tag_value = tag + key + 1;
        tags->pointers[i] = &tags->items[i];
        has_room = tags->items[i].tag_key != NULL;
    }
    return has_room;
}

void domains_free_tags(domain_tags *tags)
{
    for (size_t i = 0; tags->items != NULL && i < tags->count; i++)
        free((char *)(uintptr_t)tags->items[i].tag_key);
    free(tags->items);
    free(tags->pointers);
}

void domains_show_next(const char *domain)
{
    printf(TEXT("\nPut the records into DNS, then: tcses domain verify %s --wait\n",
               "\n请将以上记录添加到 DNS，然后运行：tcses domain verify %s --wait\n"),
        domain);
}

/* ---- show ---- */

static void show_tags(const tcses_get_email_identity_response *response)
{
    for (size_t i = 0; i < response->tag_list_count; i++) {
        const tcses_tag *tag = response->tag_list[i];
        printf(TEXT("Tag %s=%s\n", "标签 %s=%s\n"), tag->tag_key != NULL ? tag->tag_key : "",
            tag->tag_value != NULL ? tag->tag_value : "");
    }
}

void domains_show_head(const char *domain, int32_t verified, int32_t dkim_option)
{
    char name[NAME_BYTES];
    bool is_verified = verified == TCSES_TRUE;
    const char *dkim = records_dkim(dkim_option);
    printf("%s%s%s  %s%s%s", screen_color(stdout, COLOR_BOLD), name_for_people(domain, name, sizeof name),
        screen_color(stdout, COLOR_NONE), screen_color(stdout, is_verified ? COLOR_GREEN : COLOR_YELLOW),
        is_verified ? TEXT("verified", "已验证") : TEXT("not verified", "未验证"), screen_color(stdout, COLOR_NONE));
    if (dkim != NULL)
        printf("  DKIM %s", dkim);
    putchar('\n');
}

int domain_show_run(cli *c)
{
    char domain[NAME_BYTES];
    const tcses_get_email_identity_response *response = NULL;
    int code = domains_open(c, domain);
    if (code != EXIT_OK)
        return code;
    code = domains_get(c, domain, &response);
    if (code != EXIT_OK)
        return code;
    if (c->options->is_json) {
        code = output_response(c, "EmailIdentity", domain, response->raw_json, response->raw_json_length);
    } else {
        domains_show_head(domain, response->verified_for_sending_status, response->dkim_option);
        show_tags(response);
        records_show(response->attributes, response->attributes_count, true);
        if (response->verified_for_sending_status != TCSES_TRUE)
            domains_show_next(domain);
    }
    tcses_get_email_identity_response_free(response);
    return code;
}

/* ---- list ---- */

static const char *number_text(const uint64_t *number, char *room, size_t size)
{
    if (number == NULL)
        return "-";
    snprintf(room, size, "%" PRIu64, *number);
    return room;
}

static void add_row(table *t, const tcses_email_identity *item, const tcses_list_email_identities_response *page)
{
    char name[NAME_BYTES];
    char quota[24];
    char reputation[24];
    char level[64];
    bool is_enabled = item->sending_enabled == TCSES_TRUE;
    number_text(item->current_reputation_level, reputation, sizeof reputation);
    if (item->current_reputation_level != NULL && page != NULL && page->max_reputation_level != NULL)
        snprintf(level, sizeof level, TEXT("%s of %" PRIu64, "%s/%" PRIu64), reputation, *page->max_reputation_level);
    else
        snprintf(level, sizeof level, "%s", item->current_reputation_level != NULL ? reputation : "-");
    const char *cells[] = {item->identity_name != NULL ? name_for_people(item->identity_name, name, sizeof name) : NULL,
        is_enabled ? TEXT("yes", "是") : TEXT("no", "否"), number_text(item->daily_quota, quota, sizeof quota), level,
        records_dkim(item->dkim_option)};
    table_row(t, cells);
    table_color(t, 1, is_enabled ? COLOR_GREEN : COLOR_YELLOW);
}

int domains_walk(cli *c, const domain_tags *tags, domains_visit visit, void *ctx, document *merged, size_t *count)
{
    tcses_list_email_identities_request request = TCSES_LIST_EMAIL_IDENTITIES_REQUEST_INIT;
    tcses_email_identity_iterator *iterator = NULL;
    const tcses_email_identity *item = NULL;
    const tcses_list_email_identities_response *page = NULL;
    *count = 0;
    request.tag_list = tags != NULL ? tags->pointers : NULL;
    request.tag_list_count = tags != NULL ? tags->count : 0;
    tcses_status status = tcses_email_identity_iterator_new(c->client, &request, &c->call, &iterator, &c->error);
    while (status == TCSES_OK) {
        status = tcses_email_identity_iterator_next(iterator, &item, &c->error);
        if (status == TCSES_OK && tcses_email_identity_iterator_page(iterator) != page) {
            page = tcses_email_identity_iterator_page(iterator);
            output_merge(merged, "EmailIdentities", page->raw_json, page->raw_json_length);
        }
        if (status != TCSES_OK || item == NULL)
            break;
        if (visit != NULL)
            visit(ctx, item, page);
        ++*count;
    }
    tcses_email_identity_iterator_free(iterator);
    return status == TCSES_OK ? EXIT_OK : failure_of_call(c);
}

static void visit_row(void *ctx, const tcses_email_identity *item, const tcses_list_email_identities_response *page)
{
    add_row(ctx, item, page);
}

static table *new_table(void)
{
    table *t = table_new();
    table_column(t, TEXT("DOMAIN", "域名"), COLUMN_NAME);
    table_column(t, TEXT("SENDING", "可发信"), COLUMN_SMALL);
    table_column(t, TEXT("QUOTA", "日配额"), COLUMN_NUMBER);
    table_column(t, TEXT("REPUTATION", "信誉"), COLUMN_NUMBER);
    table_column(t, "DKIM", COLUMN_NUMBER);
    return t;
}

static void show_count(const cli *c, size_t count)
{
    if (options_has(c->options, OPTION_TAG))
        printf(TEXT("%zu with these tags\n", "%zu 个符合标签\n"), count);
    else
        printf(TEXT("%zu of 10\n", "%zu/10\n"), count);
}

static int list_as_json(cli *c, const domain_tags *tags)
{
    size_t count = 0;
    document *merged = document_new();
    int code = domains_walk(c, tags, NULL, NULL, merged, &count);
    if (code == EXIT_OK)
        return output_document(c, merged);
    document_free(merged);
    return code;
}

static int list_as_table(cli *c, const domain_tags *tags)
{
    size_t count = 0;
    table *t = new_table();
    int code = domains_walk(c, tags, visit_row, t, NULL, &count);
    if (code != EXIT_OK || count == 0)
        table_free(t);
    else if (!table_print(t))
        return failure_memory();
    if (code == EXIT_OK)
        show_count(c, count);
    return code;
}

int domain_list_run(cli *c)
{
    domain_tags tags;
    int code = session_open(c);
    if (code != EXIT_OK)
        return code;
    if (!domains_take_tags(&tags, c->options))
        code = failure_memory();
    else
        code = c->options->is_json ? list_as_json(c, &tags) : list_as_table(c, &tags);
    domains_free_tags(&tags);
    return code;
}
