/* SPDX-License-Identifier: Apache-2.0 */
#include "records.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "screen.h"
#include "text.h"

static const char *or_empty(const char *text)
{
    return text != NULL ? text : "";
}

const char *records_purpose(const tcses_dns_attribute *record)
{
    const char *type = record->type != NULL ? record->type : "?";
    const char *name = or_empty(record->send_domain);
    const char *value = or_empty(record->expected_value);
    if (strcmp(type, "TXT") != 0)
        return type;
    if (strncasecmp(name, "_dmarc.", 7) == 0)
        return "DMARC";
    if (strcasestr(name, "._domainkey") != NULL)
        return "DKIM";
    return strncasecmp(value, "v=spf1", 6) == 0 ? "SPF" : type;
}

static void show_state(const tcses_dns_attribute *record)
{
    const char *word = TEXT("missing", "缺失");
    color c = COLOR_RED;
    if (record->status == TCSES_TRUE) {
        word = TEXT("ok", "正常");
        c = COLOR_GREEN;
    } else if (or_empty(record->current_value)[0] != '\0') {
        word = TEXT("differs", "不符");
        c = COLOR_YELLOW;
    }
    fputs(screen_color(stdout, c), stdout);
    screen_pad(stdout, word, 9);
    fputs(screen_color(stdout, COLOR_NONE), stdout);
}

static void show_head(const tcses_dns_attribute *record)
{
    const char *type = record->type != NULL ? record->type : "?";
    const char *purpose = records_purpose(record);
    show_state(record);
    printf("%-4s %s%s%s", type, screen_color(stdout, COLOR_BOLD), or_empty(record->send_domain),
        screen_color(stdout, COLOR_NONE));
    if (strcmp(type, "MX") == 0)
        printf("  %s", TEXT("priority 10", "优先级 10"));
    else if (strcmp(purpose, type) != 0)
        printf("  (%s)", purpose);
    putchar('\n');
}

static void show_values(const tcses_dns_attribute *record)
{
    const char *current = or_empty(record->current_value);
    printf("%s\n", or_empty(record->expected_value));
    if (record->status != TCSES_TRUE && current[0] != '\0')
        printf(TEXT("         seen: %s\n", "         当前值：%s\n"), current);
}

void records_show(const tcses_dns_attribute *const *records, size_t count, bool with_all_values)
{
    bool was_block = true;
    for (size_t i = 0; i < count; i++) {
        bool is_block = with_all_values || records[i]->status != TCSES_TRUE;
        if (is_block || was_block)
            putchar('\n');
        show_head(records[i]);
        if (is_block)
            show_values(records[i]);
        was_block = is_block;
    }
}

const char *records_missing(const tcses_dns_attribute *const *records, size_t count, char *room, size_t size)
{
    size_t length = 0;
    room[0] = '\0';
    for (size_t i = 0; i < count && length < size; i++) {
        if (records[i]->status == TCSES_TRUE)
            continue;
        int added = snprintf(
            room + length, size - length, "%s%s", length > 0 ? TEXT(", ", "、") : "", records_purpose(records[i]));
        length += added > 0 ? (size_t)added : 0;
    }
    return room;
}

const char *records_dkim(int32_t dkim_option)
{
    switch (dkim_option) {
    case TCSES_DKIM_1024:
        return "1024";
    case TCSES_DKIM_2048:
        return "2048";
    case TCSES_DKIM_BOTH:
        return "1024+2048";
    default:
        return NULL;
    }
}
