/* SPDX-License-Identifier: Apache-2.0 */
#include "help.h"

#include <string.h>

#include "screen.h"
#include "text.h"

static void show_option(FILE *stream, option_id id)
{
    char left[64];
    const option_about *about = &options_about[id];
    const char *letter = id == OPTION_VERBOSE ? "-v, "
                         : id == OPTION_HELP  ? "-h, "
                         : id == OPTION_FILE  ? "-f, "
                                              : "    ";
    snprintf(left, sizeof left, "%s--%s%s%s", letter, about->name, about->value != NULL ? " " : "",
        about->value != NULL ? about->value : "");
    fputs("  ", stream);
    screen_pad(stream, left, 24);
    fprintf(stream, " %s\n", TEXT(about->english, about->chinese));
}

static void show_options(FILE *stream, uint64_t which)
{
    for (int id = 0; id < OPTIONS_COUNT; id++) {
        if ((which & OPTION_BIT(id)) != 0)
            show_option(stream, (option_id)id);
    }
}

static void show_exit_codes(FILE *stream)
{
    fputs(TEXT("Exit status:\n"
               "  0 done                       6 a DNS record is wrong\n"
               "  1 usage, or no region        7 conflict: exists, or another account's\n"
               "  2 keys or signature          8 quota\n"
               "  3 network; not done          9 the wait timed out\n"
               "  4 the service refused       10 changes pending (dry run)\n"
               "  5 not ready, or throttled   11 no answer: may have taken effect\n"
               " 12 permission (CAM)         130 interrupted\n",
              "退出码：\n"
              "  0 完成                       6 DNS 记录有误\n"
              "  1 用法错误或未设置地域       7 冲突：已存在或属于其他账号\n"
              "  2 密钥或签名错误             8 超出配额\n"
              "  3 网络错误，未生效           9 等待超时\n"
              "  4 服务拒绝                  10 有待执行的更改（试运行）\n"
              "  5 尚未就绪或被限流          11 未收到响应：可能已生效\n"
              " 12 无权限（CAM）            130 被中断\n"),
        stream);
}

void help_show(FILE *stream)
{
    fputs(TEXT("Usage: tcses [OPTION]... COMMAND\n\nSending domains and sender addresses of Tencent Cloud SES.\n\n",
              "用法：tcses [选项]... 命令\n\n管理腾讯云邮件推送（SES）的发信域名和发信地址。\n\n"),
        stream);
    for (size_t i = 0; i < commands_count; i++) {
        fputs("  ", stream);
        screen_pad(stream, commands[i].name, 20);
        fprintf(stream, "%s\n", TEXT(commands[i].english, commands[i].chinese));
    }
    fputs(TEXT("\nOptions, before or after the command:\n", "\n选项，可放在命令之前或之后：\n"), stream);
    show_options(stream, OPTIONS_GLOBAL);
    fputc('\n', stream);
    show_exit_codes(stream);
    fputs(TEXT("\nBegin with tcses configure, then tcses status.\nMore: tcses COMMAND --help, man tcses\n",
              "\n从这里开始：tcses configure，然后 tcses status。\n更多：tcses 命令 --help，man tcses\n"),
        stream);
}

static void show_example(const char *example)
{
    while (*example != '\0') {
        size_t length = strcspn(example, "\n");
        printf("  %.*s\n", (int)length, example);
        example += length + (example[length] == '\n');
    }
}

void help_show_command(const command *c)
{
    printf(TEXT("Usage: tcses %s%s%s [OPTION]...\n\n", "用法：tcses %s%s%s [选项]...\n\n"), c->name,
        c->operands[0] != '\0' ? " " : "", c->operands);
    printf("%s\n", TEXT(c->english, c->chinese));
    if (c->more_english != NULL)
        printf("\n%s\n", TEXT(c->more_english, c->more_chinese));
    if (c->options != 0) {
        putchar('\n');
        show_options(stdout, c->options);
    }
    fputs(
        TEXT("\nOptions of all commands: tcses --help\n\nExample:\n", "\n通用选项：tcses --help\n\n示例：\n"), stdout);
    show_example(c->example);
}
