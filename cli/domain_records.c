/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "expected.h"
#include "failure.h"
#include "look.h"
#include "session.h"
#include "text.h"

#define LOOK_MS 5000 /* a look that is only to help must not keep anybody waiting */

typedef struct choice {
    const char *name;
    int32_t value;
} choice;

static void list_names(const choice *choices, size_t count, char *room, size_t size)
{
    size_t length = 0;
    for (size_t i = 0; i < count && length < size; i++) {
        const char *before = i == 0 ? "" : i + 1 < count ? TEXT(", ", "、") : TEXT(" or ", " 或 ");
        int added = snprintf(room + length, size - length, "%s%s", before, choices[i].name);
        length += added > 0 ? (size_t)added : 0;
    }
}

/* Takes one of some names; the first where none is given. False, and reported, for another. */
static bool choose(const options *o, option_id id, const choice *choices, size_t count, int32_t *value)
{
    const char *given = o->values[id];
    *value = choices[0].value;
    if (given == NULL)
        return true;
    for (size_t i = 0; i < count; i++) {
        if (strcmp(choices[i].name, given) == 0) {
            *value = choices[i].value;
            return true;
        }
    }
    char names[128];
    list_names(choices, count, names, sizeof names);
    failure_usage(TEXT("--%s %s: take %s", "--%s %s：应为 %s"), options_about[id].name, given, names);
    return false;
}

static bool take_form(const options *o, tcses_render_options *render)
{
    static const choice formats[] = {{"panel", TCSES_FORMAT_PANEL}, {"bind", TCSES_FORMAT_BIND},
        {"dnspod", TCSES_FORMAT_DNSPOD}, {"terraform", TCSES_FORMAT_TERRAFORM}, {"json", TCSES_FORMAT_JSON}};
    static const choice panels[] = {
        {"dnspod", TCSES_PANEL_DNSPOD}, {"aliyun", TCSES_PANEL_ALIYUN}, {"cloudflare", TCSES_PANEL_CLOUDFLARE}};
    tcses_render_options_init(render, sizeof *render);
    render->language = text_language();
    if (!choose(o, OPTION_FORMAT, formats, COUNT_OF(formats), &render->format) ||
        !choose(o, OPTION_FOR, panels, COUNT_OF(panels), &render->panel))
        return false;
    if (o->is_json && !options_has(o, OPTION_FORMAT))
        render->format = TCSES_FORMAT_JSON;
    return true;
}

/* Makes the set relative to the zone; says so where none is known. */
static int name_zone(cli *c, expected *e)
{
    if (e->zone[0] != '\0')
        return e->set->zone == NULL ? expected_make_set(c, e) : EXIT_OK;
    session_warn(c, "%s",
        TEXT("the zone was not found: names are written in full (--zone names it)",
            "未找到主域名：名称以完整形式列出（可用 --zone 指定）"));
    return EXIT_OK;
}

/* ---- going together with what is there ---- */

/* Whether there is more to it than that the record has to be added: of SPF and DMARC, where adding it can do harm. */
static bool is_delicate(const tcses_record_report *r, const tcses_finding *f)
{
    int32_t purpose = r->expected->purpose;
    return (purpose == TCSES_PURPOSE_SPF || purpose == TCSES_PURPOSE_DMARC) && f->severity != TCSES_FINDING_NOTE &&
           strcmp(f->code, "SPF_NONE") != 0 && strcmp(f->code, "DMARC_NONE") != 0;
}

/* The value to publish, and what to say of it: not a second SPF record, nor a weaker DMARC policy. */
static const char *adapt_value(const cli *c, const tcses_record_report *r)
{
    const char *value = NULL;
    for (size_t i = 0; i < r->findings_count; i++) {
        const tcses_finding *f = r->findings[i];
        if (!is_delicate(r, f))
            continue;
        const char *fix = TEXT(f->fix_english, f->fix_chinese);
        session_warn(c, "%s %s", TEXT(f->english, f->chinese), fix != NULL ? fix : "");
        if (value == NULL)
            value = f->fix_value;
    }
    return value != NULL ? value : r->expected->value;
}

static void adapt(const cli *c, const tcses_doctor_report *report, tcses_record *records)
{
    char right[256];
    size_t length = 0;
    for (size_t i = 0; i < report->records_count; i++) {
        const tcses_record_report *r = report->records[i];
        records[i].value = adapt_value(c, r);
        if (r->status == TCSES_RECORD_OK && length < sizeof right)
            length += (size_t)snprintf(right + length, sizeof right - length, "%s%s",
                length > 0 ? TEXT(", ", "、") : "", tcses_purpose_name(r->expected->purpose));
    }
    if (length > 0)
        session_note(c, TEXT("In DNS already, and right: %s", "DNS 中已有且正确：%s"), right);
}

/* ---- writing ---- */

static int render(cli *c, const tcses_record_set *set, const tcses_render_options *form)
{
    const tcses_text *text = NULL;
    if (tcses_record_set_render(set, form, NULL, &text, &c->error) != TCSES_OK)
        return failure_of_call(c);
    fwrite(text->text, 1, text->length, stdout);
    tcses_text_free(text);
    return EXIT_OK;
}

static int render_adapted(
    cli *c, const tcses_record_set *set, const tcses_doctor_report *report, const tcses_render_options *form)
{
    tcses_record *records = calloc(set->records_count, sizeof *records);
    const tcses_record **pointers = calloc(set->records_count, sizeof(tcses_record *));
    tcses_record_set adapted = *set;
    int code = EXIT_OK;
    if (records == NULL || pointers == NULL) {
        code = failure_memory();
    } else {
        for (size_t i = 0; i < set->records_count; i++) {
            records[i] = *set->records[i];
            pointers[i] = &records[i];
        }
        adapted.records = pointers;
        if (report != NULL)
            adapt(c, report, records);
        code = render(c, &adapted, form);
    }
    free(pointers);
    free(records);
    return code;
}

/* Finds the zone unless it was named, and what DNS has already. */
static int render_beside_dns(cli *c, expected *e, const tcses_render_options *form)
{
    look l;
    const tcses_doctor_report *report = NULL;
    int code = look_take(&l, c->options);
    l.options.timeout_ms = LOOK_MS;
    if (code == EXIT_OK)
        code = look_find_zone(c, &l, e);
    if (code == EXIT_OK)
        code = name_zone(c, e);
    if (code == EXIT_OK)
        code = look_try(c, &l, e, &report);
    if (code == EXIT_OK)
        code = render_adapted(c, e->set, report, form);
    tcses_doctor_report_free(report);
    look_free(&l);
    return code;
}

int domain_records_run(cli *c)
{
    expected e;
    tcses_render_options form;
    if (!take_form(c->options, &form))
        return EXIT_USAGE;
    int code = expected_read(c, false, &e);
    if (code == EXIT_OK && !look_is_off(c->options)) {
        code = render_beside_dns(c, &e, &form);
    } else if (code == EXIT_OK) {
        code = name_zone(c, &e);
        if (code == EXIT_OK)
            code = render(c, e.set, &form);
    }
    expected_free(&e);
    return code;
}
