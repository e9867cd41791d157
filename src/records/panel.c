/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Records as one types them into a DNS console, in its own words. A value stands alone on its line, unquoted, to be
 * copied.
 */
#include <string.h>

#include "records/render.h"

#define LABEL_COLUMNS 14

typedef struct words {
    const char *name, *type, *priority, *ttl, *value;
} words;

static const struct {
    words english, chinese;
    bool ends_host_with_dot;
} consoles[] = {
    [TCSES_PANEL_DNSPOD] = {{"Host", "Type", "MX priority", "TTL", "Value"},
        {"主机记录", "记录类型", "MX 优先级", "TTL", "记录值"}, true},
    [TCSES_PANEL_ALIYUN] = {{"Hostname", "Record type", "MX priority", "TTL", "Record value"},
        {"主机记录", "记录类型", "MX 优先级", "TTL", "记录值"}, false},
    [TCSES_PANEL_CLOUDFLARE] = {{"Name", "Type", "Priority", "TTL", "Content"},
        {"名称", "类型", "优先级", "TTL", "内容"}, false},
};

/* On a terminal a Chinese character is two columns wide. */
static size_t columns(const char *text)
{
    size_t count = 0;
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;
        count += c < 0x80 ? 1 : c >= 0xE0 ? 2 : 0;
    }
    return count;
}

static void append_label(buffer *out, const char *label)
{
    buffer_append_text(out, "  ");
    buffer_append_text(out, label);
    for (size_t i = columns(label); i < LABEL_COLUMNS; i++)
        buffer_append_text(out, " ");
}

static void append_text(buffer *out, const char *label, const char *text)
{
    append_label(out, label);
    buffer_append_text(out, text);
    buffer_append_text(out, "\n");
}

static void append_number(buffer *out, const char *label, int32_t number)
{
    append_label(out, label);
    buffer_append_number(out, (uint64_t)number);
    buffer_append_text(out, "\n");
}

static void append_head(buffer *out, size_t number, const tcses_record *record)
{
    buffer_append_number(out, number);
    buffer_append_text(out, ". ");
    buffer_append_text(out, tcses_purpose_name(record->purpose));
    buffer_append_text(out, "\n");
}

static void append_record(buffer *out, const tcses_record *record, const words *w, bool ends_with_dot)
{
    append_text(out, w->name, record->relative_name != NULL ? record->relative_name : record->name);
    append_text(out, w->type, record->type);
    if (record->purpose == TCSES_PURPOSE_MX)
        append_number(out, w->priority, record->priority);
    append_number(out, w->ttl, record->ttl);
    buffer_append_text(out, "  ");
    buffer_append_text(out, w->value);
    buffer_append_text(out, "\n");
    buffer_append_text(out, record->value);
    buffer_append_text(out, render_is_host(record) && ends_with_dot ? ".\n" : "\n");
}

void render_panel(const tcses_record_set *set, int32_t panel, bool is_chinese, buffer *out)
{
    const words *w = is_chinese ? &consoles[panel].chinese : &consoles[panel].english;
    if (set->zone == NULL)
        buffer_append_text(out,
            is_chinese ? "未指定主域名（zone），以下是完整名称；控制台会自动补上主域名的，填写时请去掉这一部分。\n\n"
                       : "No zone was named, so names are full. Where the console adds the zone's "
                         "name itself, leave it out.\n\n");
    for (size_t i = 0; i < set->records_count; i++) {
        if (i > 0)
            buffer_append_text(out, "\n");
        append_head(out, i + 1, set->records[i]);
        append_record(out, set->records[i], w, consoles[panel].ends_host_with_dot);
    }
}
