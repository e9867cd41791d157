/* SPDX-License-Identifier: Apache-2.0 */
#include "plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "expected.h"
#include "failure.h"
#include "text.h"

#define ADDRESS_MAX 128

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

/* Whether it makes an address with the domain: before anything is done for another domain, or for this one. */
static int check_address(const char *prefix, const char *domain)
{
    char address[2 * NAME_BYTES];
    char taken[NAME_BYTES];
    size_t characters = 0;
    if ((size_t)snprintf(address, sizeof address, "%s@%s", prefix, domain) >= sizeof address)
        return failure_usage(TEXT("\"%.60s...\" is too long for a name", "“%.60s...”过长"), prefix);
    if (!name_take_address(address, taken))
        return EXIT_USAGE;
    for (const char *at = address; *at != '\0'; at++)
        characters += ((unsigned char)*at & 0xC0) != 0x80;
    if (characters <= ADDRESS_MAX)
        return EXIT_OK;
    return failure_usage(TEXT("\"%s\" is longer than 128 characters", "“%s”超过 128 个字符"), address);
}

/* ---- the command line ---- */

static int check_prefix(const char *prefix, const char *domain)
{
    if (prefix[0] != '\0' && strchr(prefix, '@') == NULL)
        return check_address(prefix, domain);
    return failure_usage(
        TEXT("--address %s: write what stands before the @", "--address %s：只写 @ 之前的部分"), prefix);
}

/* A --name belongs to the --address before it. */
static int take_addresses(const options *o, plan_domain *d)
{
    for (size_t i = 0; i < o->uses_count; i++) {
        if (o->uses[i].id == OPTION_ADDRESS) {
            int code = check_prefix(o->uses[i].value, d->domain);
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

enum { PLACE_BYTES = 1024 };

/* Where in the file something is: its name, and a path in its JSON. What is wrong there is told with it. */
typedef struct place {
    char text[PLACE_BYTES];
} place;

static place place_of(const char *file)
{
    place p;
    snprintf(p.text, sizeof p.text, "%s: ", file);
    return p;
}

static place inside(const place *outer, const char *name)
{
    place p = *outer;
    size_t length = strlen(p.text);
    bool is_first = length > 1 && strcmp(p.text + length - 2, ": ") == 0;
    snprintf(p.text + length, sizeof p.text - length, "%s%s", is_first ? "" : ".", name);
    return p;
}

static place nth(const place *outer, const char *name, size_t index)
{
    place p = inside(outer, name);
    size_t length = strlen(p.text);
    snprintf(p.text + length, sizeof p.text - length, "[%zu]", index);
    return p;
}

static int refuse(const place *where, const char *rule)
{
    return failure_usage("%s: %s", where->text, rule);
}

/* What nobody reads is a slip: it would be left out without a word. */
static int check_names(const document *from, const place *where, const char *const *names)
{
    if (from == NULL)
        return refuse(where, TEXT("has to be an object", "应为对象"));
    const char *stranger = document_stranger(from, names);
    if (stranger == NULL)
        return EXIT_OK;
    place p = inside(where, stranger);
    return refuse(&p, TEXT("nothing has that name here", "此处没有这个名称"));
}

static int check_list(const document *from, const place *where, const char *name)
{
    place p = inside(where, name);
    return document_is_no_list(from, name) ? refuse(&p, TEXT("has to be a list", "应为列表")) : EXIT_OK;
}

static bool take_dkim(const char *text, int32_t *dkim)
{
    *dkim = TCSES_DKIM_2048;
    if (text == NULL || strcmp(text, "2048") == 0)
        return true;
    *dkim = strcmp(text, "both") == 0 ? TCSES_DKIM_BOTH : TCSES_DKIM_1024;
    return strcmp(text, "both") == 0 || strcmp(text, "1024") == 0;
}

static int take_file_address(document *item, const place *where, plan_domain *d)
{
    static const char *const names[] = {"prefix", "name", NULL};
    const char *prefix = document_find_text(item, "prefix");
    place p = inside(where, "prefix");
    int code = check_names(item, where, names);
    if (code != EXIT_OK)
        return code;
    if (prefix == NULL || prefix[0] == '\0' || strchr(prefix, '@') != NULL)
        return refuse(&p, TEXT("has to be what stands before the @", "应为 @ 之前的部分"));
    failure_set_place(p.text);
    code = check_address(prefix, d->domain);
    failure_set_place(NULL);
    if (code != EXIT_OK)
        return code;
    p = inside(where, "name");
    if (document_is_no_text(item, "name"))
        return refuse(&p, TEXT("has to be a text", "应为文本"));
    add_address(d, prefix, document_find_text(item, "name"));
    return EXIT_OK;
}

static int take_file_addresses(document *from, const place *where, plan_domain *d)
{
    size_t count = document_count(from, "addresses");
    int code = check_list(from, where, "addresses");
    if (code == EXIT_OK && !make_room(d, count))
        code = failure_memory();
    for (size_t i = 0; code == EXIT_OK && i < count; i++) {
        place p = nth(where, "addresses", i);
        code = take_file_address(document_nth(from, "addresses", i), &p, d);
    }
    return code;
}

static int take_file_tag(document *item, const place *where, tcses_tag *tag)
{
    static const char *const names[] = {"key", "value", NULL};
    const char *key = document_find_text(item, "key");
    const char *value = document_find_text(item, "value");
    int code = check_names(item, where, names);
    if (code != EXIT_OK)
        return code;
    if (key == NULL || value == NULL)
        return refuse(where, TEXT("needs a key and a value", "需要 key 和 value"));
    tcses_tag_init(tag, sizeof *tag);
    tag->tag_key = strdup(key);
    tag->tag_value = value;
    return tag->tag_key != NULL ? EXIT_OK : failure_memory();
}

static int take_file_tags(document *from, const place *where, domain_tags *tags)
{
    size_t count = document_count(from, "tags");
    int code = check_list(from, where, "tags");
    if (code != EXIT_OK)
        return code;
    tags->items = calloc(count + 1, sizeof *tags->items);
    tags->pointers = calloc(count + 1, sizeof(tcses_tag *));
    if (tags->items == NULL || tags->pointers == NULL)
        return failure_memory();
    for (size_t i = 0; code == EXIT_OK && i < count; i++) {
        place p = nth(where, "tags", i);
        code = take_file_tag(document_nth(from, "tags", i), &p, &tags->items[i]);
        tags->pointers[i] = &tags->items[i];
        tags->count += code == EXIT_OK;
    }
    return code;
}

static int take_file_name(const document *from, const place *where, plan_domain *d)
{
    const char *domain = document_find_text(from, "domain");
    place p = inside(where, "domain");
    if (domain == NULL)
        return refuse(
            &p, document_has(from, "domain") ? TEXT("has to be a text", "应为文本") : TEXT("is missing", "缺失"));
    failure_set_place(p.text);
    bool is_taken = name_take_domain(domain, d->domain);
    failure_set_place(NULL);
    return is_taken ? EXIT_OK : EXIT_USAGE;
}

static int take_file_domain(document *from, const place *where, plan_domain *d)
{
    static const char *const names[] = {"domain", "dkim", "addresses", "tags", NULL};
    int code = check_names(from, where, names);
    if (code == EXIT_OK)
        code = take_file_name(from, where, d);
    if (code != EXIT_OK)
        return code;
    place p = inside(where, "dkim");
    if (document_is_no_text(from, "dkim") || !take_dkim(document_find_text(from, "dkim"), &d->dkim))
        return refuse(&p, TEXT("has to be \"1024\", \"2048\" or \"both\"", "应为 \"1024\"、\"2048\" 或 \"both\""));
    code = take_file_addresses(from, where, d);
    return code == EXIT_OK ? take_file_tags(from, where, &d->tags) : code;
}

/* The file's object, of the right kind and with domains. */
static int check_file(const document *whole, const place *where)
{
    static const char *const names[] = {"schema", "domains", NULL};
    const char *schema = document_find_text(whole, "schema");
    place p = inside(where, "schema");
    if (schema == NULL || strcmp(schema, "tcses.onboard/1") != 0)
        return refuse(&p, TEXT("has to be \"tcses.onboard/1\", as tcses export writes it",
                              "应为 \"tcses.onboard/1\"，即 tcses export 生成的文件"));
    p = inside(where, "domains");
    if (!document_has(whole, "domains"))
        return refuse(&p, TEXT("is missing", "缺失"));
    int code = check_list(whole, where, "domains");
    return code == EXIT_OK ? check_names(whole, where, names) : code;
}

static int parse_file(const char *file, const char *text, size_t length, plan *p)
{
    char problem[256];
    p->file = document_of_object(text, length);
    if (p->file != NULL)
        return EXIT_OK;
    document_explain(text, length, problem, sizeof problem);
    return failure_usage("%s:%s", file, problem);
}

static int read_file(const options *o, plan *p)
{
    const char *file = o->values[OPTION_FILE];
    size_t length = 0;
    place whole = place_of(file);
    char *text = expected_read_file(file, &length);
    if (text == NULL)
        return EXIT_USAGE;
    int code = parse_file(file, text, length, p);
    free(text);
    if (code == EXIT_OK)
        code = check_file(p->file, &whole);
    if (code != EXIT_OK)
        return code;
    size_t count = document_count(p->file, "domains");
    p->domains = calloc(count + 1, sizeof *p->domains);
    if (p->domains == NULL)
        return failure_memory();
    for (size_t i = 0; code == EXIT_OK && i < count; i++) {
        place where = nth(&whole, "domains", i);
        p->domains_count++;
        code = take_file_domain(document_nth(p->file, "domains", i), &where, &p->domains[i]);
    }
    return code;
}

/* What a file says itself, for each of its domains. */
static bool names_a_domain(const options *o)
{
    return o->operands_count > 0 || options_has(o, OPTION_ADDRESS) || options_has(o, OPTION_NAME) ||
           options_has(o, OPTION_DKIM) || options_has(o, OPTION_TAG);
}

int plan_read(const options *o, plan *p)
{
    bool has_file = options_has(o, OPTION_FILE);
    memset(p, 0, sizeof *p);
    if (!has_file && o->operands_count == 0)
        return failure_usage("%s", TEXT("name a domain, or a file with -f", "请指定域名，或用 -f 指定文件"));
    if (has_file && names_a_domain(o))
        return failure_usage("%s", TEXT("with -f the file says which domains, addresses, keys and tags",
                                       "使用 -f 时，域名、地址、密钥和标签均由文件指定"));
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
