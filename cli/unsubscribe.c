/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "addresses.h"
#include "commands.h"
#include "confirm.h"
#include "failure.h"
#include "output.h"
#include "screen.h"
#include "session.h"
#include "text.h"

/* The languages of the link, by the service's numbers. */
static const struct {
    const char *number;
    const char *name;
} languages[] = {{"0", "none"}, {"1", "zh-CN"}, {"2", "en"}, {"3", "zh-TW"}, {"4", "es"}, {"5", "fr"}, {"6", "de"},
    {"7", "ja"}, {"8", "ko"}, {"9", "ar"}, {"10", "th"}};

static const char *number_of(const char *name)
{
    for (size_t i = 0; i < COUNT_OF(languages); i++) {
        if (strcasecmp(languages[i].name, name) == 0)
            return languages[i].number;
    }
    failure_usage(TEXT("%s: take none, zh-CN, en, zh-TW, es, fr, de, ja, ko, ar or th",
                      "%s：应为 none、zh-CN、en、zh-TW、es、fr、de、ja、ko、ar 或 th"),
        name);
    return NULL;
}

static const char *name_of(const char *number)
{
    for (size_t i = 0; number != NULL && i < COUNT_OF(languages); i++) {
        if (strcmp(languages[i].number, number) == 0)
            return languages[i].name;
    }
    return number;
}

/* ---- list ---- */

typedef void (*visit_config)(void *ctx, const tcses_address_unsubscribe_config *config);

static int walk(cli *c, visit_config visit, void *ctx, document *merged)
{
    tcses_address_unsubscribe_config_iterator *iterator = NULL;
    const tcses_address_unsubscribe_config *config = NULL;
    const tcses_list_address_unsubscribe_config_response *page = NULL;
    tcses_status status = tcses_address_unsubscribe_config_iterator_new(
        c->client, NULL, &c->call, &iterator, &c->error);
    while (status == TCSES_OK) {
        status = tcses_address_unsubscribe_config_iterator_next(iterator, &config, &c->error);
        if (status == TCSES_OK && tcses_address_unsubscribe_config_iterator_page(iterator) != page) {
            page = tcses_address_unsubscribe_config_iterator_page(iterator);
            output_merge(merged, "AddressUnsubscribeConfigList", page->raw_json, page->raw_json_length);
        }
        if (status != TCSES_OK || config == NULL)
            break;
        visit(ctx, config);
    }
    tcses_address_unsubscribe_config_iterator_free(iterator);
    return status == TCSES_OK ? EXIT_OK : failure_of_call(c);
}

typedef struct listing {
    table *rows;
    size_t count;
} listing;

static void visit_row(void *ctx, const tcses_address_unsubscribe_config *config)
{
    listing *l = ctx;
    bool is_on = config->status == TCSES_UNSUBSCRIBE_ON;
    const char *cells[] = {
        config->address, name_of(config->unsubscribe_config), is_on ? TEXT("on", "开") : TEXT("off", "关")};
    table_row(l->rows, cells);
    l->count++;
}

static int list_as_table(cli *c)
{
    listing l = {table_new(), 0};
    table_column(l.rows, TEXT("ADDRESS", "发信地址"), COLUMN_NAME);
    table_column(l.rows, TEXT("LANGUAGE", "语言"), COLUMN_SMALL);
    table_column(l.rows, TEXT("LINK", "退订链接"), COLUMN_SMALL);
    int code = walk(c, visit_row, &l, NULL);
    if (code != EXIT_OK || l.count == 0)
        table_free(l.rows);
    else if (!table_print(l.rows))
        return failure_memory();
    if (code == EXIT_OK && l.count == 0)
        printf(TEXT("No unsubscribe links in %s\n", "没有退订链接设置，地域 %s\n"), tcses_client_region(c->client));
    else if (code == EXIT_OK)
        printf(TEXT("%zu in %s\n", "共 %zu 个，地域 %s\n"), l.count, tcses_client_region(c->client));
    return code;
}

static void visit_nothing(void *ctx, const tcses_address_unsubscribe_config *config)
{
    (void)ctx;
    (void)config;
}

static int list_as_json(cli *c)
{
    document *d = document_new();
    document_text(d, "Region", tcses_client_region(c->client));
    int code = walk(c, visit_nothing, NULL, d);
    if (code == EXIT_OK)
        return output_document(c, d);
    document_free(d);
    return code;
}

int unsubscribe_list_run(cli *c)
{
    int code = session_open(c);
    if (code != EXIT_OK)
        return code;
    return c->options->is_json ? list_as_json(c) : list_as_table(c);
}

/* ---- set: creates, or changes what is there ---- */

typedef struct wish {
    const char *address;
    const char *language;
    int32_t status;
    bool is_there;
} wish;

static void visit_wish(void *ctx, const tcses_address_unsubscribe_config *config)
{
    wish *w = ctx;
    if (config->address != NULL && strcasecmp(config->address, w->address) == 0)
        w->is_there = true;
}

static int show_done(cli *c, const char *address, const char *request_id, const char *what)
{
    c->has_changed = true;
    if (!c->options->is_json) {
        printf("%s: %s\n", address, what);
        return EXIT_OK;
    }
    document *d = document_new();
    document_text(d, "Address", address);
    document_text(d, "RequestId", request_id);
    return output_document(c, d);
}

static int create(cli *c, const wish *w)
{
    tcses_create_address_unsubscribe_config_request request = TCSES_CREATE_ADDRESS_UNSUBSCRIBE_CONFIG_REQUEST_INIT;
    const tcses_create_address_unsubscribe_config_response *response = NULL;
    request.address = w->address;
    request.unsubscribe_config = w->language;
    request.status = w->status;
    if (tcses_create_address_unsubscribe_config(c->client, &request, &c->call, &response, &c->error) != TCSES_OK)
        return failure_of_call(c);
    int code = show_done(c, w->address, response->request_id, TEXT("set up", "已设置"));
    tcses_create_address_unsubscribe_config_response_free(response);
    return code;
}

static int change(cli *c, const wish *w)
{
    tcses_update_address_unsubscribe_config_request request = TCSES_UPDATE_ADDRESS_UNSUBSCRIBE_CONFIG_REQUEST_INIT;
    const tcses_update_address_unsubscribe_config_response *response = NULL;
    request.address = w->address;
    request.unsubscribe_config = w->language;
    request.status = w->status;
    if (tcses_update_address_unsubscribe_config(c->client, &request, &c->call, &response, &c->error) != TCSES_OK)
        return failure_of_call(c);
    int code = show_done(c, w->address, response->request_id, TEXT("changed", "已更改"));
    tcses_update_address_unsubscribe_config_response_free(response);
    return code;
}

static int foresee(cli *c, const wish *w)
{
    document *request = document_new();
    document_text(request, "Address", w->address);
    document_text(request, "UnsubscribeConfig", w->language);
    document_number(request, "Status", w->status - 1);
    return output_dry_run(
        c, w->is_there ? "UpdateAddressUnsubscribeConfig" : "CreateAddressUnsubscribeConfig", request);
}

int unsubscribe_set_run(cli *c)
{
    char address[NAME_BYTES];
    wish w = {address, number_of(c->options->operands[1]), TCSES_UNSUBSCRIBE_ON, false};
    if (w.language == NULL)
        return EXIT_USAGE;
    if (options_has(c->options, OPTION_OFF))
        w.status = TCSES_UNSUBSCRIBE_OFF;
    int code = addresses_open(c, address);
    if (code == EXIT_OK)
        code = session_announce(c);
    if (code == EXIT_OK)
        code = walk(c, visit_wish, &w, NULL);
    if (code != EXIT_OK)
        return code;
    if (options_has(c->options, OPTION_DRY_RUN))
        return foresee(c, &w);
    return w.is_there ? change(c, &w) : create(c, &w);
}

/* ---- delete ---- */

static int delete_config(cli *c, const char *address)
{
    tcses_delete_address_unsubscribe_config_request request = TCSES_DELETE_ADDRESS_UNSUBSCRIBE_CONFIG_REQUEST_INIT;
    const tcses_delete_address_unsubscribe_config_response *response = NULL;
    request.address = address;
    if (tcses_delete_address_unsubscribe_config(c->client, &request, &c->call, &response, &c->error) != TCSES_OK)
        return failure_of_call(c);
    int code = show_done(c, address, response->request_id, TEXT("deleted", "已删除"));
    tcses_delete_address_unsubscribe_config_response_free(response);
    return code;
}

int unsubscribe_delete_run(cli *c)
{
    char address[NAME_BYTES];
    char question[NAME_BYTES + 64];
    int code = addresses_open(c, address);
    if (code == EXIT_OK)
        code = session_announce(c);
    if (code != EXIT_OK)
        return code;
    if (options_has(c->options, OPTION_DRY_RUN)) {
        document *request = document_new();
        document_text(request, "Address", address);
        return output_dry_run(c, "DeleteAddressUnsubscribeConfig", request);
    }
    snprintf(
        question, sizeof question, TEXT("Delete the unsubscribe link of %s?", "删除 %s 的退订链接设置？"), address);
    code = confirm_deletion(c, question);
    return code == EXIT_OK ? delete_config(c, address) : code;
}
