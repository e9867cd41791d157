/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "screen.h"
#include "text.h"

/* What a check has found, for people. */

static const char *state_word(check_state state, color *c)
{
    *c = COLOR_GREEN;
    switch (state) {
    case CHECK_SAME:
        return TEXT("ok", "正常");
    case CHECK_RECORDED:
        return TEXT("recorded", "已记录");
    case CHECK_RECOVERED:
        return TEXT("recovered", "已恢复");
    case CHECK_DRIFTED:
        *c = COLOR_YELLOW;
        return TEXT("changed", "有变化");
    case CHECK_REGRESSED:
        *c = COLOR_RED;
        return TEXT("wrong", "异常");
    default:
        *c = COLOR_YELLOW;
        return TEXT("unknown", "未知");
    }
}

/* "ok", with what is in DNS behind it: the word in the user's language. */
static void show_side(const char *label, const char *state)
{
    static const struct {
        const char *name;
        const char *chinese;
    } words[] = {{"ok", "正常"}, {"ok_inherited", "正常（继承）"}, {"wrong", "错误"}, {"missing", "缺失"},
        {"not ok", "不正确"}, {"conflict", "冲突"}, {"yes", "是"}, {"no", "否"}, {CHECK_UNASKED, "不要求"}};
    size_t length = state[0] != '\0' ? strcspn(state, "\"") : 0;
    while (length > 0 && state[length - 1] == ' ')
        length--;
    printf("             %s ", label);
    for (size_t i = 0; text_is_chinese() && i < COUNT_OF(words); i++) {
        if (strlen(words[i].name) != length || strncmp(words[i].name, state, length) != 0)
            continue;
        fputs(words[i].chinese, stdout);
        state += length;
        break;
    }
    puts(state);
}

static void show_change(const document *change)
{
    const char *record = document_find_text(change, "record");
    const char *before = document_find_text(change, "before");
    const char *now = document_find_text(change, "now");
    if (record == NULL || before == NULL || now == NULL)
        return;
    const char *service = strstr(record, CHECK_AT_SERVICE);
    if (strcmp(record, CHECK_VERIFIED) == 0)
        printf("           %s\n", TEXT("verified by the service", "服务端验证通过"));
    else if (service != NULL)
        printf("           %.*s%s\n", (int)(service - record), record,
            TEXT(", as the service sees it", "（服务端的判断）"));
    else
        printf("           %s\n", record);
    show_side(TEXT("was", "原为"), before);
    show_side(TEXT("is ", "现为"), now);
}

/* What to do about it. */
static void show_advice(const check_result *result)
{
    if (result->state == CHECK_REGRESSED)
        printf(TEXT("           What is wrong, and what to type: tcses domain doctor %s\n",
                   "           查看原因和解决办法：tcses domain doctor %s\n"),
            result->domain);
    else if (result->state == CHECK_DRIFTED)
        printf(TEXT("           Nothing that was right is wrong. Take it as good: tcses domain check %s --accept\n",
                   "           原来正确的仍然正确。确认后作为新的基准：tcses domain check %s --accept\n"),
            result->domain);
}

void check_show(const check_result *result)
{
    char name[NAME_BYTES];
    color c = COLOR_NONE;
    const char *word = state_word(result->state, &c);
    fputs(screen_color(stdout, c), stdout);
    screen_pad(stdout, word, 11);
    printf("%s%s%s%s%s%s\n", screen_color(stdout, COLOR_NONE), name_for_people(result->domain, name, sizeof name),
        result->profile[0] != '\0' ? "  " : "", result->profile, result->problem[0] != '\0' ? "  " : "",
        result->problem);
    for (size_t i = 0; i < document_count(result->changes, "changes"); i++)
        show_change(document_nth(result->changes, "changes", i));
    show_advice(result);
}
