/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "addresses.h"
#include "commands.h"
#include "confirm.h"
#include "failure.h"
#include "output.h"
#include "screen.h"
#include "session.h"
#include "text.h"

/* The regions that the service is documented to have; a list of addresses belongs to one. */
static const char *const regions[] = {"ap-guangzhou", "ap-hongkong"};

int addresses_open(cli *c, char address[NAME_BYTES])
{
    if (!name_take_address(c->options->operands[0], address))
        return EXIT_USAGE;
    c->subject = address;
    return session_open(c);
}

int addresses_list(cli *c, const char *region, const tcses_list_email_address_response **response)
{
    tcses_call_options call = c->call;
    call.region = region;
    if (tcses_list_email_address(c->client, NULL, &call, response, &c->error) == TCSES_OK)
        return EXIT_OK;
    return failure_of_call(c);
}

/* ---- create ---- */

static document *about(const char *address)
{
    document *request = document_new();
    document_text(request, "EmailAddress", address);
    return request;
}

/* What was done with an address: the service's answer, or a line. */
static int show_done(cli *c, const char *address, const char *raw, size_t length, const char *what)
{
    char name[NAME_BYTES];
    c->has_changed = true;
    if (c->options->is_json)
        return output_response(c, "EmailAddress", address, raw, length);
    printf("%s: %s\n", name_for_people(address, name, sizeof name), what);
    return EXIT_OK;
}

static int create(cli *c, const char *address)
{
    tcses_create_email_address_request request = TCSES_CREATE_EMAIL_ADDRESS_REQUEST_INIT;
    const tcses_create_email_address_response *response = NULL;
    request.email_address = address;
    request.email_sender_name = c->options->values[OPTION_NAME];
    if (tcses_create_email_address(c->client, &request, &c->call, &response, &c->error) != TCSES_OK)
        return failure_of_call(c);
    int code = show_done(c, address, response->raw_json, response->raw_json_length, TEXT("created", "已创建"));
    tcses_create_email_address_response_free(response);
    return code;
}

static const tcses_email_sender *find(const tcses_list_email_address_response *list, const char *address)
{
    for (size_t i = 0; i < list->email_senders_count; i++) {
        const char *found = list->email_senders[i]->email_address;
        if (found != NULL && strcasecmp(found, address) == 0)
            return list->email_senders[i];
    }
    return NULL;
}

/* Whether the region has the address. EXIT_OK, or reported. */
static int look_for(cli *c, const char *address, bool *is_there)
{
    const tcses_list_email_address_response *list = NULL;
    int code = addresses_list(c, NULL, &list);
    *is_there = code == EXIT_OK && find(list, address) != NULL;
    tcses_list_email_address_response_free(list);
    return code;
}

static int foresee_creation(cli *c, const char *address)
{
    bool is_there = false;
    int code = look_for(c, address, &is_there);
    if (code != EXIT_OK)
        return code;
    if (is_there)
        return failure_own(
            EXIT_CONFLICT, TCSES_CODE_REPEAT_EMAIL_ADDRESS, "", TEXT("%s is there already", "%s 已存在"), address);
    document *request = about(address);
    if (c->options->values[OPTION_NAME] != NULL)
        document_text(request, "EmailSenderName", c->options->values[OPTION_NAME]);
    return output_dry_run(c, "CreateEmailAddress", request);
}

int address_create_run(cli *c)
{
    char address[NAME_BYTES];
    int code = addresses_open(c, address);
    if (code == EXIT_OK)
        code = session_announce(c);
    if (code != EXIT_OK)
        return code;
    return options_has(c->options, OPTION_DRY_RUN) ? foresee_creation(c, address) : create(c, address);
}

/* ---- delete ---- */

static int delete_address(cli *c, const char *address)
{
    tcses_delete_email_address_request request = TCSES_DELETE_EMAIL_ADDRESS_REQUEST_INIT;
    const tcses_delete_email_address_response *response = NULL;
    request.email_address = address;
    if (tcses_delete_email_address(c->client, &request, &c->call, &response, &c->error) != TCSES_OK)
        return failure_of_call(c);
    int code = show_done(c, address, response->raw_json, response->raw_json_length, TEXT("deleted", "已删除"));
    tcses_delete_email_address_response_free(response);
    return code;
}

int addresses_foresee(cli *c, const char *action, const char *address)
{
    bool is_there = false;
    int code = look_for(c, address, &is_there);
    if (code != EXIT_OK)
        return code;
    if (is_there)
        return output_dry_run(c, action, about(address));
    return failure_own(EXIT_REFUSED, TCSES_CODE_NO_SUCH_SENDER,
        TEXT("Look into all regions: tcses address list --all-regions",
            "查看所有地域：tcses address list --all-regions"),
        TEXT("there is no %s in %s", "%s 不在 %s"), address, tcses_client_region(c->client));
}

int address_delete_run(cli *c)
{
    char address[NAME_BYTES];
    char question[NAME_BYTES + 64];
    int code = addresses_open(c, address);
    if (code == EXIT_OK)
        code = session_announce(c);
    if (code != EXIT_OK)
        return code;
    if (options_has(c->options, OPTION_DRY_RUN))
        return addresses_foresee(c, "DeleteEmailAddress", address);
    snprintf(question, sizeof question,
        TEXT("Delete the sender address %s and its SMTP password?", "删除发信地址 %s 及其 SMTP 密码？"), address);
    code = confirm_deletion(c, question);
    return code == EXIT_OK ? delete_address(c, address) : code;
}

/* ---- list ---- */

/* Whether the address is one of the domain; NULL: of any. */
static bool is_wanted(const char *address, const void *domain)
{
    const char *at = address != NULL ? strrchr(address, '@') : NULL;
    return domain == NULL || (at != NULL && strcasecmp(at + 1, domain) == 0);
}

static size_t count_wanted(const tcses_list_email_address_response *list, const char *domain)
{
    size_t count = 0;
    for (size_t i = 0; i < list->email_senders_count; i++)
        count += is_wanted(list->email_senders[i]->email_address, domain);
    return count;
}

static const char *date_text(const uint64_t *seconds, char *room, size_t size)
{
    struct tm local;
    time_t when = seconds != NULL ? (time_t)*seconds : 0;
    if (seconds == NULL || localtime_r(&when, &local) == NULL || strftime(room, size, "%Y-%m-%d %H:%M", &local) == 0)
        return NULL;
    return room;
}

static table *new_table(bool has_region)
{
    table *t = table_new();
    table_column(t, TEXT("ADDRESS", "发信地址"), COLUMN_NAME);
    table_column(t, TEXT("NAME", "发件人名称"), COLUMN_TEXT);
    table_column(t, TEXT("SMTP PASSWORD", "SMTP 密码"), COLUMN_MORE);
    table_column(t, TEXT("CREATED", "创建时间"), COLUMN_MORE);
    if (has_region)
        table_column(t, TEXT("REGION", "地域"), COLUMN_SMALL);
    return t;
}

static void add_row(table *t, const tcses_email_sender *sender, const char *region)
{
    char name[NAME_BYTES];
    char date[32];
    const char *alias = sender->email_sender_name;
    bool has_password = sender->smtp_pwd_type != NULL && *sender->smtp_pwd_type != 0;
    const char *cells[] = {
        sender->email_address != NULL ? name_for_people(sender->email_address, name, sizeof name) : NULL,
        alias != NULL && alias[0] != '\0' ? alias : NULL,
        sender->smtp_pwd_type == NULL ? NULL
        : has_password                ? TEXT("set", "已设置")
                                      : TEXT("not set", "未设置"),
        date_text(sender->created_timestamp, date, sizeof date), region};
    table_row(t, cells);
}

static void add_rows(table *t, const tcses_list_email_address_response *list, const char *domain, const char *region)
{
    for (size_t i = 0; i < list->email_senders_count; i++) {
        if (is_wanted(list->email_senders[i]->email_address, domain))
            add_row(t, list->email_senders[i], region);
    }
}

static document *as_document(const char *region, const tcses_list_email_address_response *list, const char *domain)
{
    document *d = document_new();
    document *answer = document_of_response(list->raw_json, list->raw_json_length);
    document_list(answer, "EmailSenders");
    document_keep(answer, "EmailSenders", "EmailAddress", is_wanted, domain);
    document_text(d, "Region", region);
    document_take(d, answer);
    return d;
}

/* An empty region may be the wrong one: says what another one has, or adds it to the document. */
static int look_into(cli *c, const char *region, const char *domain, document *d)
{
    const tcses_list_email_address_response *list = NULL;
    int code = addresses_list(c, region, &list);
    if (code != EXIT_OK)
        return code;
    size_t count = count_wanted(list, domain);
    if (d != NULL)
        document_append(d, "OtherRegions", as_document(region, list, domain));
    else if (count > 0)
        printf(TEXT("%zu in %s: tcses address list --region %s\n", "%zu 个在 %s：tcses address list --region %s\n"),
            count, region, region);
    else
        printf(TEXT("None in %s either\n", "%s 也没有\n"), region);
    tcses_list_email_address_response_free(list);
    return EXIT_OK;
}

static int look_elsewhere(cli *c, const char *domain, document *d)
{
    int code = EXIT_OK;
    for (size_t i = 0; code == EXIT_OK && i < COUNT_OF(regions); i++) {
        if (strcmp(regions[i], tcses_client_region(c->client)) != 0)
            code = look_into(c, regions[i], domain, d);
    }
    return code;
}

static int show_table(table *t)
{
    return table_print(t) ? EXIT_OK : failure_memory();
}

static int list_region_as_json(cli *c, const tcses_list_email_address_response *list, const char *domain)
{
    document *d = as_document(tcses_client_region(c->client), list, domain);
    int code = count_wanted(list, domain) == 0 ? look_elsewhere(c, domain, d) : EXIT_OK;
    if (code == EXIT_OK)
        return output_document(c, d);
    document_free(d);
    return code;
}

static int list_region_as_table(cli *c, const tcses_list_email_address_response *list, const char *domain)
{
    const char *region = tcses_client_region(c->client);
    size_t count = count_wanted(list, domain);
    if (count == 0) {
        if (domain != NULL)
            printf(TEXT("No addresses of %s in %s\n", "%s 的发信地址不在 %s\n"), domain, region);
        else
            printf(TEXT("No addresses in %s\n", "%s 没有发信地址\n"), region);
        return look_elsewhere(c, domain, NULL);
    }
    table *t = new_table(false);
    add_rows(t, list, domain, NULL);
    int code = show_table(t);
    if (code == EXIT_OK)
        printf(TEXT("%zu in %s\n", "共 %zu 个，地域 %s\n"), count, region);
    return code;
}

static int list_region(cli *c, const char *domain)
{
    const tcses_list_email_address_response *list = NULL;
    int code = addresses_list(c, NULL, &list);
    if (code == EXIT_OK)
        code = c->options->is_json ? list_region_as_json(c, list, domain) : list_region_as_table(c, list, domain);
    tcses_list_email_address_response_free(list);
    return code;
}

/* Exactly one of `t` and `d` is there. */
static int collect_all(cli *c, const char *domain, table *t, document *d)
{
    int code = EXIT_OK;
    for (size_t i = 0; code == EXIT_OK && i < COUNT_OF(regions); i++) {
        const tcses_list_email_address_response *list = NULL;
        code = addresses_list(c, regions[i], &list);
        if (code == EXIT_OK && d != NULL)
            document_append(d, "Regions", as_document(regions[i], list, domain));
        else if (code == EXIT_OK)
            add_rows(t, list, domain, regions[i]);
        tcses_list_email_address_response_free(list);
    }
    return code;
}

static int list_all_as_json(cli *c, const char *domain)
{
    document *d = document_new();
    int code = collect_all(c, domain, NULL, d);
    if (code == EXIT_OK)
        return output_document(c, d);
    document_free(d);
    return code;
}

static int list_all_as_table(cli *c, const char *domain)
{
    table *t = new_table(true);
    int code = collect_all(c, domain, t, NULL);
    if (code == EXIT_OK)
        return show_table(t);
    table_free(t);
    return code;
}

int address_list_run(cli *c)
{
    char room[NAME_BYTES];
    const char *domain = NULL;
    if (options_has(c->options, OPTION_DOMAIN)) {
        if (!name_take_domain(c->options->values[OPTION_DOMAIN], room))
            return EXIT_USAGE;
        domain = room;
    }
    int code = session_open(c);
    if (code != EXIT_OK)
        return code;
    if (!options_has(c->options, OPTION_ALL_REGIONS))
        return list_region(c, domain);
    return c->options->is_json ? list_all_as_json(c, domain) : list_all_as_table(c, domain);
}
