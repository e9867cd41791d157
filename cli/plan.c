/* SPDX-License-Identifier: Apache-2.0 */
#include "plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "expected.h"
#include "failure.h"
#include "text.h"

static bool make_room(plan_domain *d, size_t addresses)
{
    d->addresses = calloc(addresses + 1, sizeof *d->addresses);
    d->pointers = calloc(addresses + 1, sizeof(tcses_onboard_address *));
    return d->addresses != NULL && d->pointers != NULL;
}

static void add_address(plan_domain *d, const char *prefix, const char *alias)
{
    tcses_onboard_address *address = &d->addresses[d->addresses_count];
    tcses_onboard_address_init(address, sizeof *address);
    address->prefix = prefix;
    address->alias = alias;
    d->pointers[d->addresses_count++] = address;
}

/* ---- the command line ---- */

static int check_prefix(const char *prefix)
{
    if (prefix[0] != '\0' && strchr(prefix, '@') == NULL)
        return EXIT_OK;
    return failure_usage(
        TEXT("--address %s: write what stands before the @", "--address %s：只写 @ 之前的部分"), prefix);
}

/* A --name belongs to the --address before it. */
static int take_addresses(const options *o, plan_domain *d)
{
    for (size_t i = 0; i < o->uses_count; i++) {
        if (o->uses[i].id == OPTION_ADDRESS) {
            int code = check_prefix(o->uses[i].value);
            if (code != EXIT_OK)
                return code;
            add_address(d, o->uses[i].value, NULL);
        } else if (o->uses[i].id == OPTION_NAME) {
            if (d->addresses_count == 0 || d->addresses[d->addresses_count - 1].alias != NULL)
                return failure_usage(
                    TEXT("--name %s stands behind no --address", "--name %s 前面没有 --address"), o->uses[i].value);
            d->addresses[d->addresses_count - 1].alias = o->uses[i].value;
        }
    }
    return EXIT_OK;
}

static int read_command_line(const options *o, plan *p)
{
    p->domains = calloc(1, sizeof *p->domains);
    if (p->domains == NULL)
        return failure_memory();
    p->domains_count = 1;
    if (!name_take_domain(o->operands[0], p->domains->domain))
        return EXIT_USAGE;
    p->domains->dkim = o->dkim;
    if (!make_room(p->domains, options_count(o, OPTION_ADDRESS)) || !domains_take_tags(&p->domains->tags, o))
        return failure_memory();
    return take_addresses(o, p->domains);
}

/* ---- a file ---- */

static int refuse(const char *file, const char *where, const char *rule)
{
    return failure_usage("%s: %s: %s", file, where, rule);
}

static bool take_dkim(const char *text, int32_t *dkim)
{
    *dkim = TCSES_DKIM_2048;
    if (text == NULL || strcmp(text, "2048") == 0)
        return true;
    *dkim = strcmp(text, "both") == 0 ? TCSES_DKIM_BOTH : TCSES_DKIM_1024;
    return strcmp(text, "both") == 0 || strcmp(text, "1024") == 0;
}

static int take_file_addresses(const char *file, document *from, const char *where, plan_domain *d)
{
    size_t count = document_count(from, "addresses");
    char place[128];
    if (!make_room(d, count))
        return failure_memory();
    for (size_t i = 0; i < count; i++) {
        const document *item = document_nth(from, "addresses", i);
        const char *prefix = document_find_text(item, "prefix");
        snprintf(place, sizeof place, "%s.addresses[%zu].prefix", where, i);
        if (prefix == NULL || prefix[0] == '\0' || strchr(prefix, '@') != NULL)
            return refuse(file, place, TEXT("has to be what stands before the @", "应为 @ 之前的部分"));
        add_address(d, prefix, document_find_text(item, "name"));
    }
    return EXIT_OK;
}

static int take_file_tags(const char *file, document *from, const char *where, domain_tags *tags)
{
    size_t count = document_count(from, "tags");
    char place[128];
    tags->items = calloc(count + 1, sizeof *tags->items);
    tags->pointers = calloc(count + 1, sizeof(tcses_tag *));
    if (tags->items == NULL || tags->pointers == NULL)
        return failure_memory();
    for (size_t i = 0; i < count; i++) {
        const document *item = document_nth(from, "tags", i);
        const char *key = document_find_text(item, "key");
        const char *value = document_find_text(item, "value");
        snprintf(place, sizeof place, "%s.tags[%zu]", where, i);
        if (key == NULL || value == NULL)
            return refuse(file, place, TEXT("needs a key and a value", "需要 key 和 value"));
        tcses_tag_init(&tags->items[i], sizeof tags->items[i]);
        tags->items[i].tag_key = strdup(key);
        tags->items[i].tag_value = value;
        tags->pointers[i] = &tags->items[i];
        tags->count++;
        if (tags->items[i].tag_key == NULL)
            return failure_memory();
    }
    return EXIT_OK;
}

static int take_file_domain(const char *file, document *from, size_t index, plan_domain *d)
{
    char where[32];
    char place[64];
    const char *domain = document_find_text(from, "domain");
    snprintf(where, sizeof where, "domains[%zu]", index);
    snprintf(place, sizeof place, "%s.domain", where);
    if (domain == NULL)
        return refuse(file, place, TEXT("is missing", "缺失"));
    if (!name_take_domain(domain, d->domain))
        return EXIT_USAGE;
    snprintf(place, sizeof place, "%s.dkim", where);
    if (!take_dkim(document_find_text(from, "dkim"), &d->dkim))
        return refuse(
            file, place, TEXT("has to be \"1024\", \"2048\" or \"both\"", "应为 \"1024\"、\"2048\" 或 \"both\""));
    int code = take_file_addresses(file, from, where, d);
    return code == EXIT_OK ? take_file_tags(file, from, where, &d->tags) : code;
}

static int read_file(const options *o, plan *p)
{
    const char *file = o->values[OPTION_FILE];
    size_t length = 0;
    char *text = expected_read_file(file, &length);
    if (text == NULL)
        return EXIT_USAGE;
    p->file = document_of_object(text, length);
    free(text);
    const char *schema = document_find_text(p->file, "schema");
    if (p->file == NULL || schema == NULL || strcmp(schema, "tcses.onboard/1") != 0)
        return refuse(file, "schema", TEXT("this is no file of tcses export", "不是 tcses export 生成的文件"));
    size_t count = document_count(p->file, "domains");
    p->domains = calloc(count + 1, sizeof *p->domains);
    if (p->domains == NULL)
        return failure_memory();
    int code = EXIT_OK;
    for (size_t i = 0; code == EXIT_OK && i < count; i++) {
        p->domains_count++;
        code = take_file_domain(file, document_nth(p->file, "domains", i), i, &p->domains[i]);
    }
    return code;
}

int plan_read(const options *o, plan *p)
{
    bool has_file = options_has(o, OPTION_FILE);
    memset(p, 0, sizeof *p);
    if (has_file == (o->operands_count > 0) || (has_file && options_has(o, OPTION_ADDRESS)))
        return failure_usage("%s", TEXT("name a domain, or a file with -f", "请指定域名，或用 -f 指定文件"));
    return has_file ? read_file(o, p) : read_command_line(o, p);
}

void plan_free(plan *p)
{
    for (size_t i = 0; i < p->domains_count; i++) {
        free(p->domains[i].addresses);
        free(p->domains[i].pointers);
        domains_free_tags(&p->domains[i].tags);
    }
    free(p->domains);
    document_free(p->file);
}
