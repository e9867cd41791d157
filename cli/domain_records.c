/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "expected.h"
#include "failure.h"
#include "look.h"
#include "session.h"
#include "text.h"

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

static int find_zone(cli *c, expected *e)
{
    look l = {.servers = NULL};
    int code = EXIT_OK;
    if (!look_is_off(c->options)) {
        code = look_take(&l, c->options);
        if (code == EXIT_OK)
            code = look_find_zone(c, &l, e);
        look_free(&l);
    }
    if (code == EXIT_OK && e->zone[0] == '\0')
        session_warn(c, "%s",
            TEXT("the zone was not found: names are written in full (--zone names it)",
                "未找到主域名：名称以完整形式列出（可用 --zone 指定）"));
    return code == EXIT_OK && e->set->zone == NULL ? expected_make_set(c, e) : code;
}

static int render(cli *c, const expected *e, const tcses_render_options *form)
{
    const tcses_text *text = NULL;
    if (tcses_record_set_render(e->set, form, NULL, &text, &c->error) != TCSES_OK)
        return failure_of_call(c);
    fwrite(text->text, 1, text->length, stdout);
    tcses_text_free(text);
    return EXIT_OK;
}

int domain_records_run(cli *c)
{
    expected e;
    tcses_render_options form;
    if (!take_form(c->options, &form))
        return EXIT_USAGE;
    int code = expected_read(c, false, &e);
    if (code == EXIT_OK)
        code = find_zone(c, &e);
    if (code == EXIT_OK)
        code = render(c, &e, &form);
    expected_free(&e);
    return code;
}
