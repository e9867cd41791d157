/* SPDX-License-Identifier: Apache-2.0 */
#include "corpus.h"

#include <ctype.h>
#include <ldns/ldns.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "base/text.h"

#define TTL 600
#define NEGATIVE_TTL 180
#define SERIAL 2026010101

static const char *const files[] = {"good", "mx", "spf", "dkim", "dmarc", "names", "servers", "before"};
static char *values[64][2];
static size_t values_count;
static corpus_table elsewhere;

static _Noreturn void give_up(const char *file, size_t number, const char *line)
{
    fprintf(stderr, "%s:%zu: can't be read: %s\n", file, number, line);
    exit(2);
}

/* ---- values.txt ---- */

static char *path_of(const char *file, const char *ending)
{
    static char path[4096];
    snprintf(path, sizeof path, "%s/%s%s", TEST_CORPUS_FOLDER, file, ending);
    return path;
}

static FILE *open_file(const char *file)
{
    FILE *stream = fopen(path_of(file, ".txt"), "r");
    if (stream == NULL)
        give_up(path_of(file, ".txt"), 0, "");
    return stream;
}

static void read_values(void)
{
    char line[2048];
    FILE *stream = open_file("values");
    while (fgets(line, sizeof line, stream) != NULL) {
        char *space = strchr(line, ' ');
        if (line[0] == '#' || space == NULL)
            continue;
        space[strcspn(space, "\n")] = '\0';
        values[values_count][0] = strndup(line, (size_t)(space - line));
        values[values_count++][1] = strdup(space + 1);
    }
    fclose(stream);
}

static const char *value_of(const char *name, size_t length)
{
    for (size_t i = 0; i < values_count; i++) {
        if (strlen(values[i][0]) == length && memcmp(values[i][0], name, length) == 0)
            return values[i][1];
    }
    return NULL;
}

/* Puts the values of $NAMES in. */
static void expand(const char *line, char *to, size_t room)
{
    size_t length = 0;
    while (*line != '\0') {
        size_t name = *line == '$' ? strspn(line + 1, "abcdefghijklmnopqrstuvwxyz0123456789") : 0;
        const char *value = name > 0 ? value_of(line + 1, name) : NULL;
        if (value != NULL) {
            length += (size_t)snprintf(to + length, room - length, "%s", value);
            line += name + 1;
        } else {
            to[length++] = *line++;
        }
        if (length + 1 >= room)
            give_up("values", 0, line);
    }
    to[length] = '\0';
}

/* ---- rows ---- */

static corpus_row *add_row(corpus_table *table)
{
    if (table->rows == NULL)
        table->rows = calloc(CORPUS_ROWS, sizeof *table->rows);
    if (table->rows == NULL || table->count == CORPUS_ROWS)
        give_up("rows", table->count, "");
    return &table->rows[table->count++];
}

static void put_name(char *to, const char *name)
{
    size_t length = strlen(name);
    for (size_t i = 0; i <= length; i++)
        to[i] = text_lower(name[i]);
    if (length > 1 && to[length - 1] == '.')
        to[length - 1] = '\0';
}

static void absolute(char *to, const char *name, const char *origin)
{
    char full[600];
    if (strcmp(name, "@") == 0)
        snprintf(full, sizeof full, "%s", origin);
    else if (name[strlen(name) - 1] == '.')
        snprintf(full, sizeof full, "%s", name);
    else
        snprintf(full, sizeof full, "%s.%s", name, origin);
    put_name(to, full);
}

static bool is_utf8(const uint8_t *bytes, size_t length)
{
    char text[900];
    memcpy(text, bytes, length);
    text[length] = '\0';
    return strlen(text) == length && text_rule_utf8(text) == NULL;
}

/* Each string of a TXT record behind the other. */
static void join_strings(const ldns_rr *rr, char *to)
{
    uint8_t bytes[900];
    size_t length = 0;
    for (size_t i = 0; i < ldns_rr_rd_count(rr); i++) {
        const ldns_rdf *rdf = ldns_rr_rdf(rr, i);
        memcpy(bytes + length, ldns_rdf_data(rdf) + 1, ldns_rdf_size(rdf) - 1);
        length += ldns_rdf_size(rdf) - 1;
    }
    if (is_utf8(bytes, length)) {
        memcpy(to, bytes, length);
        to[length] = '\0';
        return;
    }
    for (size_t i = 0; i < length; i++)
        to += sprintf(to, bytes[i] < 0x80 ? "%c" : "\\%03u", bytes[i]);
}

static void put_value(corpus_row *row, const ldns_rr *rr)
{
    row->raw[0] = '\0';
    for (size_t i = 0; i < ldns_rr_rd_count(rr); i++) {
        char *part = ldns_rdf2str(ldns_rr_rdf(rr, i));
        size_t length = strlen(row->raw);
        snprintf(row->raw + length, sizeof row->raw - length, "%s%s", i > 0 ? " " : "", part);
        free(part);
    }
    if (row->type == LOOK_TXT)
        join_strings(rr, row->value);
    else
        put_name(row->value, row->raw);
    size_t length = strlen(row->value);
    if (row->type == LOOK_MX && strcmp(row->value, "0 .") != 0 && length > 0 && row->value[length - 1] == '.')
        row->value[length - 1] = '\0';
}

/* "NAME [TTL] TYPE none" and "NAME [TTL] TYPE fails WHY". */
static bool read_special(corpus_row *row, const char *line, const char *origin)
{
    char name[256], type[16], word[16];
    int ttl = NEGATIVE_TTL, at = 0;
    if (sscanf(line, "%255s %d %15s %15s %n", name, &ttl, type, word, &at) < 4 &&
        sscanf(line, "%255s %15s %15s %n", name, type, word, &at) < 3)
        return false;
    if (strcmp(word, "none") != 0 && strcmp(word, "fails") != 0)
        return false;
    absolute(row->name, name, origin);
    row->type = (int)ldns_get_rr_type_by_name(type);
    row->ttl = ttl;
    row->is_none = true;
    row->problem = strcmp(word, "fails") == 0 ? strdup(line + at) : NULL;
    return true;
}

static bool read_row(corpus_row *row, const char *line, const char *origin)
{
    ldns_rr *rr = NULL;
    char expanded[2048];
    expand(line, expanded, sizeof expanded);
    if (read_special(row, expanded, origin))
        return true;
    ldns_rdf *base = ldns_dname_new_frm_str(origin);
    ldns_status status = ldns_rr_new_frm_str(&rr, expanded, TTL, base, NULL);
    if (status == LDNS_STATUS_OK) {
        char *owner = ldns_rdf2str(ldns_rr_owner(rr));
        put_name(row->name, owner);
        row->type = (int)ldns_rr_get_type(rr);
        row->ttl = (int32_t)ldns_rr_ttl(rr);
        put_value(row, rr);
        free(owner);
        ldns_rr_free(rr);
    }
    ldns_rdf_deep_free(base);
    return status == LDNS_STATUS_OK;
}

/* ---- what is expected ---- */

static const char spf_value[] = "v=spf1 include:qcloudmail.com ~all";
static const char dmarc_value[] = "v=DMARC1; p=none";
static const char other_value[] = "qcloud-verification=4f1c";

static void expect_record(corpus_case *c, int32_t purpose, const char *labels, const char *value)
{
    tcses_record *record = &c->records[c->expected.records_count];
    char name[512], expanded[1024];
    snprintf(name, sizeof name, "%s%s", labels, c->domain);
    expand(value, expanded, sizeof expanded);
    *record = (tcses_record){.size = sizeof *record, .type = purpose == TCSES_PURPOSE_MX ? "MX" : "TXT"};
    record->purpose = purpose;
    record->name = strdup(name);
    record->value = strdup(expanded);
    record->selector = purpose == TCSES_PURPOSE_DKIM ? strndup(labels, strcspn(labels, ".")) : NULL;
    record->current_value = strcmp(c->saw_record, corpus_record_name(c, c->expected.records_count)) == 0 ? c->saw : "";
    record->status = TCSES_FALSE;
    record->ttl = TTL;
    c->record_list[c->expected.records_count++] = record;
}

#define KEY_2048 "v=DKIM1; k=rsa; p=$2048cut$2048rest"

static void expect_records(corpus_case *c)
{
    c->expected = (tcses_record_set){sizeof c->expected, c->domain, c->origin, c->record_list, 0};
    expect_record(c, TCSES_PURPOSE_MX, "", "mxbiz1.qq.com");
    expect_record(c, TCSES_PURPOSE_SPF, "", spf_value);
    if (strcmp(c->expect, "2048") != 0 && strcmp(c->expect, "old") != 0)
        expect_record(c, TCSES_PURPOSE_DKIM, "qcloudgz1024._domainkey.", "v=DKIM1; k=rsa; p=$1024");
    if (strcmp(c->expect, "2048") == 0 || strcmp(c->expect, "both") == 0)
        expect_record(c, TCSES_PURPOSE_DKIM, "qcloudgz2048._domainkey.", KEY_2048);
    if (strcmp(c->expect, "old") == 0)
        expect_record(c, TCSES_PURPOSE_DKIM, "mail._domainkey.", "k=rsa;p=$1024");
    expect_record(c, TCSES_PURPOSE_DMARC, "_dmarc.", dmarc_value);
    if (strcmp(c->expect, "other") == 0)
        expect_record(c, TCSES_PURPOSE_OTHER, "", other_value);
}

const char *corpus_record_name(const corpus_case *c, size_t number)
{
    static const char *const one[] = {"mx", "spf", "dkim", "dmarc"};
    static const char *const two[] = {"mx", "spf", "dkim", "dkim2", "dmarc"};
    static const char *const more[] = {"mx", "spf", "dkim", "dmarc", "other"};
    bool is_other = strcmp(c->expect, "other") == 0;
    return is_other ? more[number] : strcmp(c->expect, "both") == 0 ? two[number] : one[number];
}

static void add_good(corpus_case *c, const char *record)
{
    char line[1200];
    for (size_t i = 0; i < c->expected.records_count; i++) {
        const tcses_record *r = &c->records[i];
        if (strncmp(corpus_record_name(c, i), record, strcspn(record, "2")) != 0)
            continue;
        if (r->purpose == TCSES_PURPOSE_MX)
            snprintf(line, sizeof line, "%s. MX 10 %s.", r->name, r->value);
        else if (strlen(r->value) > 255)
            snprintf(line, sizeof line, "%s. TXT \"%.255s\" \"%s\"", r->name, r->value, r->value + 255);
        else
            snprintf(line, sizeof line, "%s. TXT \"%s\"", r->name, r->value);
        if (!read_row(add_row(&c->zone), line, c->origin))
            give_up("good", i, line);
    }
}

/* ---- the lines of a case ---- */

static corpus_verdict *verdict_at(corpus_case *c, const char *record)
{
    for (size_t i = 0; i < c->verdicts_count; i++) {
        if (strcmp(c->verdicts[i].record, record) == 0)
            return &c->verdicts[i];
    }
    corpus_verdict *v = &c->verdicts[c->verdicts_count++];
    *v = (corpus_verdict){.equals = TCSES_TRUE, .is_valid = TCSES_TRUE, .wait = -1, .status = "ok"};
    snprintf(v->record, sizeof v->record, "%s", record);
    return v;
}

static int32_t tri_state(const char *word)
{
    return strcmp(word, "yes") == 0 ? TCSES_TRUE : strcmp(word, "no") == 0 ? TCSES_FALSE : TCSES_UNSET;
}

static bool read_verdict(corpus_case *c, const char *rest)
{
    char record[8], status[16], equals[8], valid[8];
    int at = 0;
    if (sscanf(rest, "status %15s", c->status) == 1)
        return true;
    if (sscanf(rest, "domain %n", &at) == 0 && at > 0) {
        corpus_verdict *v = verdict_at(c, "domain");
        snprintf(v->codes, sizeof v->codes, "%s", rest + at);
        return true;
    }
    at = 0;
    if (sscanf(rest, "%7s %15s %7s %7s %n", record, status, equals, valid, &at) != 4)
        return false;
    corpus_verdict *v = verdict_at(c, record);
    snprintf(v->status, sizeof v->status, "%s", status);
    snprintf(v->codes, sizeof v->codes, "%s", at > 0 ? rest + at : "");
    v->equals = tri_state(equals);
    v->is_valid = tri_state(valid);
    return true;
}

static int view_of_word(const char *word)
{
    return strcmp(word, "ns1") == 0 ? CORPUS_NS1 : strcmp(word, "ns2") == 0 ? CORPUS_NS2 : CORPUS_CACHE;
}

/* RECORD "VALUE" */
static bool read_quoted(const char *rest, char *record, char *value, size_t room)
{
    char expanded[2048];
    int at = 0;
    expand(rest, expanded, sizeof expanded);
    size_t length = strlen(expanded);
    if (sscanf(expanded, "%7s \"%n", record, &at) != 1 || at == 0 || expanded[length - 1] != '"')
        return false;
    snprintf(value, room, "%.*s", (int)(length - 1 - (size_t)at), expanded + at);
    return true;
}

static bool read_fix(corpus_case *c, const char *rest)
{
    char record[8], value[1024] = "", none[8];
    bool is_none = sscanf(rest, "%7s %7s", record, none) == 2 && strcmp(none, "none") == 0;
    if (!is_none && !read_quoted(rest, record, value, sizeof value))
        return false;
    verdict_at(c, record)->fix = strdup(value);
    return true;
}

static bool read_wait(corpus_case *c, const char *rest)
{
    char record[8];
    int seconds = 0;
    if (sscanf(rest, "%7s %d", record, &seconds) != 2)
        return false;
    verdict_at(c, record)->wait = seconds;
    return true;
}

static bool read_server_line(corpus_case *c, const char *word, const char *rest)
{
    char server[8];
    int at = 0;
    if (strcmp(word, "serial") == 0)
        return sscanf(rest, "ns1 %u", &c->serials[0]) == 1 || sscanf(rest, "ns2 %u", &c->serials[1]) == 1;
    if (sscanf(rest, "%7s %n", server, &at) != 1)
        return false;
    c->fails[view_of_word(server)] = strdup(rest + at);
    return true;
}

static bool read_goods(corpus_case *c, const char *rest)
{
    char word[8];
    int at = 0;
    while (sscanf(rest, "%7s%n", word, &at) == 1) {
        add_good(c, word);
        rest += at;
    }
    return true;
}

/* What says for whom the case is comes before all else, so that names and keys are known. */
static bool read_head(corpus_case *c, const char *word, const char *rest)
{
    if (strcmp(word, "domain") == 0)
        snprintf(c->domain, sizeof c->domain, "%s", rest);
    else if (strcmp(word, "origin") == 0)
        snprintf(c->origin, sizeof c->origin, "%s", rest);
    else if (strcmp(word, "expect") == 0)
        snprintf(c->expect, sizeof c->expect, "%s", rest);
    else if (strcmp(word, "saw") == 0)
        return read_quoted(rest, c->saw_record, c->saw, sizeof c->saw);
    else
        return false;
    return true;
}

static bool is_head(const char *word)
{
    return strcmp(word, "domain") == 0 || strcmp(word, "origin") == 0 || strcmp(word, "expect") == 0 ||
           strcmp(word, "saw") == 0;
}

static bool read_body(corpus_case *c, const char *word, const char *rest)
{
    const char *origin = strcmp(c->origin, "none") == 0 ? "test" : c->origin;
    if (strcmp(word, "good") == 0)
        return read_goods(c, rest);
    if (strcmp(word, "zone") == 0)
        return read_row(add_row(&c->zone), rest, origin);
    if (strcmp(word, "out") == 0)
        return read_row(add_row(&c->out), rest, origin);
    if (strcmp(word, "ns1") == 0 || strcmp(word, "ns2") == 0 || strcmp(word, "cache") == 0)
        return read_row(add_row(&c->overlays[view_of_word(word)]), rest, origin);
    if (strcmp(word, "fails") == 0 || strcmp(word, "serial") == 0)
        return read_server_line(c, word, rest);
    if (strcmp(word, "=") == 0)
        return read_verdict(c, rest);
    if (strcmp(word, "fix") == 0)
        return read_fix(c, rest);
    if (strcmp(word, "wait") == 0)
        return read_wait(c, rest);
    return strcmp(word, "differs") == 0 || strcmp(word, "unserved") == 0;
}

/* ---- files ---- */

/* The zone with an overlay: records of the same name and type are replaced. */
static void make_view(corpus_case *c, int view)
{
    const corpus_table *overlay = &c->overlays[view];
    for (size_t i = 0; i < c->zone.count; i++) {
        bool is_replaced = false;
        for (size_t k = 0; k < overlay->count; k++)
            is_replaced = is_replaced || (overlay->rows[k].type == c->zone.rows[i].type &&
                                             strcmp(overlay->rows[k].name, c->zone.rows[i].name) == 0);
        if (!is_replaced)
            *add_row(&c->views[view]) = c->zone.rows[i];
    }
    for (size_t k = 0; k < overlay->count; k++) {
        if (!overlay->rows[k].is_none)
            *add_row(&c->views[view]) = overlay->rows[k];
    }
}

static void add_servers(corpus_case *c)
{
    bool has_own = false;
    for (size_t i = 0; i < c->zone.count; i++)
        has_own = has_own || (c->zone.rows[i].type == LOOK_NS && strcmp(c->zone.rows[i].name, c->origin) == 0);
    if (has_own || strcmp(c->origin, "none") == 0)
        return;
    read_row(add_row(&c->zone), "@ NS ns1.dns.test.", c->origin);
    read_row(add_row(&c->zone), "@ NS ns2.dns.test.", c->origin);
}

typedef struct line {
    char word[16];
    char rest[1024];
} line;

static void finish(corpus_case *c, const line *lines, size_t count, const char *file)
{
    for (size_t i = 0; i < count; i++) {
        if (is_head(lines[i].word) && !read_head(c, lines[i].word, lines[i].rest))
            give_up(file, i, lines[i].rest);
    }
    expect_records(c);
    for (size_t i = 0; i < count; i++) {
        if (!is_head(lines[i].word) && !read_body(c, lines[i].word, lines[i].rest))
            give_up(c->name, i, lines[i].rest);
    }
    add_servers(c);
    for (int view = 0; view < CORPUS_VIEWS; view++)
        make_view(c, view);
}

static void begin(corpus_case *c, const char *name)
{
    snprintf(c->name, sizeof c->name, "%.*s", (int)sizeof c->name - 1, name);
    snprintf(c->domain, sizeof c->domain, "mail.example.com");
    snprintf(c->origin, sizeof c->origin, "example.com");
    snprintf(c->expect, sizeof c->expect, "1024");
    c->serials[0] = c->serials[1] = SERIAL;
}

static bool read_line(char *text, line *l)
{
    int at = 0;
    text[strcspn(text, "\n")] = '\0';
    if (text[0] == '#' || sscanf(text, "%15s %n", l->word, &at) != 1)
        return false;
    snprintf(l->rest, sizeof l->rest, "%s", at > 0 ? text + at : "");
    return true;
}

static void read_file(const char *file, corpus_case *cases, size_t *count)
{
    static line lines[CORPUS_ROWS];
    char text[1024];
    size_t lines_count = 0;
    bool is_open = false;
    FILE *stream = open_file(file);
    while (fgets(text, sizeof text, stream) != NULL) {
        line l;
        if (!read_line(text, &l))
            continue;
        if (strcmp(l.word, "==") != 0) {
            lines[lines_count++] = l;
            continue;
        }
        if (is_open)
            finish(&cases[(*count)++], lines, lines_count, file);
        l.rest[strcspn(l.rest, " ")] = '\0';
        begin(&cases[*count], l.rest);
        is_open = true;
        lines_count = 0;
    }
    fclose(stream);
    finish(&cases[(*count)++], lines, lines_count, file);
}

static void read_elsewhere(void)
{
    char text[1024];
    FILE *stream = open_file("elsewhere");
    line l;
    while (fgets(text, sizeof text, stream) != NULL) {
        if (read_line(text, &l) && !read_row(add_row(&elsewhere), l.rest, "test"))
            give_up("elsewhere", 0, text);
    }
    fclose(stream);
}

corpus_case *corpus_read(size_t *count)
{
    static corpus_case cases[CORPUS_CASES];
    static size_t cases_count;
    if (cases_count == 0) {
        read_values();
        read_elsewhere();
        for (size_t i = 0; i < COUNT_OF(files); i++)
            read_file(files[i], cases, &cases_count);
    }
    *count = cases_count;
    return cases;
}

const tcses_record_set *corpus_expected(const corpus_case *c)
{
    return strcmp(c->expect, "none") == 0 ? NULL : &c->expected;
}

corpus_verdict corpus_verdict_of(const corpus_case *c, const char *record)
{
    for (size_t i = 0; i < c->verdicts_count; i++) {
        if (strcmp(c->verdicts[i].record, record) == 0)
            return c->verdicts[i];
    }
    return (corpus_verdict){.equals = TCSES_TRUE, .is_valid = TCSES_TRUE, .wait = -1, .status = "ok"};
}

/* ---- answering ---- */

typedef struct reply {
    const corpus_row *rows[CORPUS_ROWS];
    size_t count;
    const char *cname;
    const char *problem;
    int state;
    int32_t ttl;
} reply;

static bool is_within(const char *name, const char *zone)
{
    size_t inner = strlen(name), outer = strlen(zone);
    return inner >= outer && strcmp(name + inner - outer, zone) == 0 &&
           (inner == outer || name[inner - outer - 1] == '.');
}

static bool exists(const corpus_table *table, const char *name)
{
    for (size_t i = 0; i < table->count; i++) {
        if (is_within(table->rows[i].name, name))
            return true;
    }
    return false;
}

/* The name whose records answer for this one: itself, or the wildcard at the closest name that is there; else NULL. */
static const char *answering(const corpus_table *table, const char *name)
{
    static char wildcard[300];
    if (exists(table, name))
        return name;
    const char *encloser = name;
    while (encloser != NULL && !exists(table, encloser)) {
        encloser = strchr(encloser, '.');
        encloser = encloser != NULL ? encloser + 1 : NULL;
    }
    if (encloser == NULL)
        return NULL;
    snprintf(wildcard, sizeof wildcard, "*.%s", encloser);
    for (size_t i = 0; i < table->count; i++) {
        if (strcmp(table->rows[i].name, wildcard) == 0)
            return wildcard;
    }
    return NULL;
}

static void collect(const corpus_table *table, const char *owner, int type, reply *r)
{
    for (size_t i = 0; i < table->count; i++) {
        if (table->rows[i].type == type && strcmp(table->rows[i].name, owner) == 0) {
            r->rows[r->count++] = &table->rows[i];
            r->ttl = table->rows[i].ttl;
        }
    }
}

/* What an authoritative server says. Behind a CNAME it goes on as long as it has the names. */
static void ask_table(const corpus_table *table, const char *apex, const char *name, int type, int depth, reply *r)
{
    reply alias = {.count = 0};
    const char *owner = answering(table, name);
    r->state = owner != NULL ? TCSES_ANSWER_NO_DATA : TCSES_ANSWER_NO_NAME;
    r->ttl = NEGATIVE_TTL;
    if (owner == NULL || depth == 8)
        return;
    collect(table, owner, type, r);
    collect(table, owner, LOOK_CNAME, &alias);
    bool is_alias = alias.count > 0 && type != LOOK_CNAME && !(strcmp(name, apex) == 0 && r->count > 0);
    if (is_alias) {
        reply behind = {.count = 0};
        ask_table(table, apex, alias.rows[0]->value, type, depth + 1, &behind);
        *r = behind;
        r->cname = alias.rows[0]->value;
        r->state = TCSES_ANSWER_RECORDS;
    } else if (r->count > 0) {
        r->state = TCSES_ANSWER_RECORDS;
    }
}

static const corpus_row *special_of(const corpus_case *c, int view, const char *name, int type)
{
    for (size_t i = 0; i < c->overlays[view].count; i++) {
        const corpus_row *row = &c->overlays[view].rows[i];
        if (row->is_none && row->type == type && strcmp(row->name, name) == 0)
            return row;
    }
    return NULL;
}

static bool is_served(const corpus_case *c, const char *name)
{
    if (!is_within(name, c->origin))
        return false;
    for (size_t i = 0; i < c->zone.count; i++) {
        const corpus_row *row = &c->zone.rows[i];
        if (row->type == LOOK_NS && strcmp(row->name, c->origin) != 0 && is_within(name, row->name))
            return false;
    }
    return true;
}

static void ask_view(const corpus_case *c, int view, const char *name, int type, reply *r)
{
    const corpus_row *special = special_of(c, view, name, type);
    if (c->fails[view] != NULL || (special != NULL && special->problem != NULL)) {
        r->state = TCSES_ANSWER_FAILED;
        r->problem = c->fails[view] != NULL ? c->fails[view] : special->problem;
        return;
    }
    ask_table(&c->views[view], c->origin, name, type, 0, r);
    if (special != NULL)
        r->ttl = special->ttl;
}

static void ask_cache(const corpus_case *c, const char *name, int type, int depth, reply *r)
{
    const corpus_table *others[] = {&c->out, &elsewhere};
    if (is_served(c, name) || c->fails[CORPUS_CACHE] != NULL || special_of(c, CORPUS_CACHE, name, type) != NULL)
        ask_view(c, CORPUS_CACHE, name, type, r);
    for (size_t i = 0; i < COUNT_OF(others) && r->state == 0; i++) {
        ask_table(others[i], "", name, type, 0, r);
        if (r->state == TCSES_ANSWER_NO_NAME && i == 0)
            r->state = 0;
    }
    if (r->cname == NULL || r->count > 0 || depth == 8)
        return;
    /* The last alias of the chain leads elsewhere. */
    const char *first = r->cname;
    reply behind = {.count = 0};
    ask_cache(c, first, type, depth + 1, &behind);
    *r = behind;
    r->cname = first;
}

/* ---- the look ---- */

static void *keep(arena *a, const void *data, size_t bytes, bool *failed)
{
    void *copy = arena_copy(a, data, bytes);
    *failed = *failed || copy == NULL;
    return copy;
}

static const tcses_dns_answer *answer_of(arena *a, const reply *r, const char *server)
{
    const char *found[CORPUS_ROWS], *raw[CORPUS_ROWS];
    bool failed = false;
    tcses_dns_answer answer = {.size = sizeof answer, .server = server, .address = "127.0.0.1"};
    for (size_t i = 0; i < r->count; i++) {
        found[i] = keep(a, r->rows[i]->value, strlen(r->rows[i]->value), &failed);
        raw[i] = keep(a, r->rows[i]->raw, strlen(r->rows[i]->raw), &failed);
    }
    answer.values = keep(a, found, r->count * sizeof *found, &failed);
    answer.raw = keep(a, raw, r->count * sizeof *raw, &failed);
    answer.values_count = answer.raw_count = r->count;
    answer.cname = r->cname != NULL ? keep(a, r->cname, strlen(r->cname), &failed) : NULL;
    answer.problem = r->problem;
    answer.state = r->state;
    answer.ttl = r->ttl;
    answer.is_authoritative = strcmp(server, "resolver") == 0 ? TCSES_FALSE : TCSES_TRUE;
    void *copy = keep(a, &answer, sizeof answer, &failed);
    return failed ? NULL : copy;
}

static bool everywhere(void *ctx, const char *name, int type, const tcses_dns_answer *const **answers, size_t *count)
{
    corpus_case *c = ctx;
    const tcses_dns_answer *list[2] = {NULL, NULL};
    char lower[600];
    bool failed = false;
    put_name(lower, name);
    size_t servers = is_served(c, lower) ? 2 : 1;
    for (size_t i = 0; i < servers; i++) {
        reply r = {.count = 0};
        if (servers == 2)
            ask_view(c, (int)i, lower, type, &r);
        else
            ask_cache(c, lower, type, 0, &r);
        list[i] = answer_of(c->look.memory, &r, servers == 2 ? c->servers[i].name : "resolver");
        failed = failed || list[i] == NULL;
    }
    *answers = keep(c->look.memory, list, sizeof list, &failed);
    *count = servers;
    return !failed;
}

static bool recursive(void *ctx, const char *name, int type, const tcses_dns_answer **answer)
{
    corpus_case *c = ctx;
    reply r = {.count = 0};
    char lower[600];
    put_name(lower, name);
    size_t length = strlen(c->asked);
    snprintf(c->asked + length, sizeof c->asked - length, " %s/%d", lower, type);
    ask_cache(c, lower, type, 0, &r);
    *answer = answer_of(c->look.memory, &r, "resolver");
    return *answer != NULL;
}

look *corpus_look(corpus_case *c, arena *a)
{
    static const char *const names[] = {"ns1.dns.test", "ns2.dns.test"};
    bool has_zone = strcmp(c->origin, "none") != 0;
    for (size_t i = 0; i < 2; i++) {
        tcses_dns_server server = {sizeof server, names[i], "127.0.0.1", c->fails[i], c->serials[i], 0};
        c->servers[i] = server;
        c->server_list[i] = &c->servers[i];
    }
    c->asked[0] = '\0';
    c->look = (look){c, a, has_zone ? c->origin : NULL, c->server_list, has_zone ? 2 : 0, everywhere, recursive, false};
    return &c->look;
}
