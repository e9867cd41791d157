/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <strings.h>

#include "commands.h"
#include "confirm.h"
#include "domains.h"
#include "failure.h"
#include "output.h"
#include "records.h"
#include "screen.h"
#include "session.h"
#include "text.h"

/* ---- create ---- */

static document *creation(const char *domain, const domain_tags *tags, int32_t dkim)
{
    document *request = document_new();
    document_text(request, "EmailIdentity", domain);
    document_number(request, "DKIMOption", dkim - 1);
    for (size_t i = 0; i < tags->count; i++) {
        document *tag = document_new();
        document_text(tag, "TagKey", tags->items[i].tag_key);
        document_text(tag, "TagValue", tags->items[i].tag_value);
        document_append(request, "TagList", tag);
    }
    return request;
}

typedef struct creation_look {
    const char *domain;
    bool is_there;
} creation_look;

static void look_for(void *ctx, const tcses_email_identity *item, const tcses_list_email_identities_response *page)
{
    creation_look *look = ctx;
    (void)page;
    if (item->identity_name != NULL && strcasecmp(item->identity_name, look->domain) == 0)
        look->is_there = true;
}

/* What would happen, as far as reading shows it. */
static int foresee_creation(cli *c, const char *domain, const domain_tags *tags)
{
    creation_look look = {domain, false};
    size_t count = 0;
    int code = domains_walk(c, NULL, look_for, &look, NULL, &count);
    if (code != EXIT_OK)
        return code;
    if (look.is_there)
        return failure_own(EXIT_CONFLICT, TCSES_CODE_REPEAT_CREATION, "",
            TEXT("the account has %s already: tcses domain show %s", "账号中已有 %s：tcses domain show %s"), domain,
            domain);
    if (count >= 10)
        return failure_own(EXIT_QUOTA, TCSES_CODE_EXCEED_DOMAIN_LIMIT, "",
            TEXT("the account has %zu domains, of ten at most", "账号已有 %zu 个域名，上限为十个"), count);
    return output_dry_run(c, "CreateEmailIdentity", creation(domain, tags, c->options->dkim));
}

static int confirm(const cli *c, const char *domain)
{
    char name[NAME_BYTES];
    char question[NAME_BYTES + 64];
    if (screen_is_attended() && !options_has(c->options, OPTION_YES))
        fputs(TEXT("It takes one of the account's ten domains and may be permanent.\n",
                  "这会占用账号十个域名中的一个，并且可能无法撤销。\n"),
            stderr);
    snprintf(question, sizeof question, TEXT("Create the sending domain %s?", "创建发信域名 %s？"),
        name_for_people(domain, name, sizeof name));
    return confirm_creation(c, question);
}

static int create(cli *c, const char *domain, const domain_tags *tags)
{
    tcses_create_email_identity_request request = TCSES_CREATE_EMAIL_IDENTITY_REQUEST_INIT;
    const tcses_create_email_identity_response *response = NULL;
    request.email_identity = domain;
    request.dkim_option = c->options->dkim;
    request.tag_list = tags->pointers;
    request.tag_list_count = tags->count;
    if (tcses_create_email_identity(c->client, &request, &c->call, &response, &c->error) != TCSES_OK)
        return failure_of_call(c);
    c->has_changed = true;
    int code = EXIT_OK;
    if (c->options->is_json) {
        code = output_response(c, "EmailIdentity", domain, response->raw_json, response->raw_json_length);
    } else {
        domains_show_head(domain, response->verified_for_sending_status, response->dkim_option);
        records_show(response->attributes, response->attributes_count, true);
        domains_show_next(domain);
    }
    tcses_create_email_identity_response_free(response);
    return code;
}

static int create_with_tags(cli *c, const char *domain, const domain_tags *tags)
{
    int code = session_announce(c);
    if (code == EXIT_OK && options_has(c->options, OPTION_DRY_RUN))
        return foresee_creation(c, domain, tags);
    if (code == EXIT_OK)
        code = confirm(c, domain);
    return code == EXIT_OK ? create(c, domain, tags) : code;
}

int domain_create_run(cli *c)
{
    char domain[NAME_BYTES];
    domain_tags tags;
    int code = domains_open(c, domain);
    if (code != EXIT_OK)
        return code;
    code = domains_take_tags(&tags, c->options) ? create_with_tags(c, domain, &tags) : failure_memory();
    domains_free_tags(&tags);
    return code;
}

/* ---- delete ---- */

static int delete_domain(cli *c, const char *domain)
{
    tcses_delete_email_identity_request request = TCSES_DELETE_EMAIL_IDENTITY_REQUEST_INIT;
    const tcses_delete_email_identity_response *response = NULL;
    request.email_identity = domain;
    if (tcses_delete_email_identity(c->client, &request, &c->call, &response, &c->error) != TCSES_OK)
        return failure_of_call(c);
    c->has_changed = true;
    int code = EXIT_OK;
    if (c->options->is_json)
        code = output_response(c, "EmailIdentity", domain, response->raw_json, response->raw_json_length);
    else
        printf(TEXT("%s is deleted\n", "已删除 %s\n"), domain);
    tcses_delete_email_identity_response_free(response);
    return code;
}

/* What would happen, as far as reading shows it. */
static int foresee_deletion(cli *c, const char *domain)
{
    const tcses_get_email_identity_response *response = NULL;
    int code = domains_get(c, domain, &response);
    tcses_get_email_identity_response_free(response);
    if (code != EXIT_OK)
        return code;
    document *request = document_new();
    document_text(request, "EmailIdentity", domain);
    return output_dry_run(c, "DeleteEmailIdentity", request);
}

int domain_delete_run(cli *c)
{
    char domain[NAME_BYTES];
    char name[NAME_BYTES];
    char question[NAME_BYTES + 64];
    int code = domains_open(c, domain);
    if (code == EXIT_OK)
        code = session_announce(c);
    if (code != EXIT_OK)
        return code;
    if (options_has(c->options, OPTION_DRY_RUN))
        return foresee_deletion(c, domain);
    snprintf(question, sizeof question, TEXT("Delete the sending domain %s?", "删除发信域名 %s？"),
        name_for_people(domain, name, sizeof name));
    code = confirm_deletion(c, question);
    return code == EXIT_OK ? delete_domain(c, domain) : code;
}
