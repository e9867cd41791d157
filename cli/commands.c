/* SPDX-License-Identifier: Apache-2.0 */
#include "commands.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "failure.h"
#include "text.h"

const command commands[] = {
    {"status", "", 0, 0, 0, status_run, "look at account, region, domains and addresses",
        "概况：账号、地域、域名、发信地址", NULL, NULL, "tcses status\ntcses status --profile work"},
    {"configure", "", 0, 0, 0, configure_run, "enter keys and region, prove them, and save them",
        "输入密钥和地域，验证后保存为配置",
        "Asks for the SecretId, the SecretKey (not shown), the region and the site of\n"
        "the account, and proves them with one read. They go into the profile file,\n"
        "~/.tencentcloud/credentials or $TENCENTCLOUD_CREDENTIALS_FILE, which only you\n"
        "can read: section [default], or that of --profile. Without a terminal the\n"
        "answers are read from standard input, a line each; --region and --endpoint\n"
        "are not asked for again.",
        "依次询问 SecretId、SecretKey（不显示）、地域和账号所属站点，并用一次查询验证。\n"
        "保存到 ~/.tencentcloud/credentials（或 $TENCENTCLOUD_CREDENTIALS_FILE）的\n"
        "[default] 段，或 --profile 指定的段，文件仅本人可读。非终端时从标准输入逐行\n"
        "读取答案；已给出的 --region 和 --endpoint 不再询问。",
        "tcses configure\ntcses configure --profile work"},
    {"domain create", "NAME", 1, 1, OPTION_BIT(OPTION_DKIM) | OPTION_BIT(OPTION_TAG), domain_create_run,
        "create a sending domain and show its DNS records", "创建发信域名并显示其 DNS 记录",
        "A domain takes one of the account's ten and may be permanent, so that on a\n"
        "terminal you are asked first. The DKIM key has 2048 bits; take --dkim 1024\n"
        "where the DNS host refuses long TXT values.",
        "每个域名占用账号十个名额之一，并且可能无法删除，因此在终端中会先询问。\n"
        "DKIM 密钥为 2048 位；如果 DNS 服务商不接受较长的 TXT 记录，请用 --dkim 1024。",
        "tcses domain create mail.example.com\ntcses domain create mail.example.com --dkim 1024 --tag team=shop"},
    {"domain list", "", 0, 0, OPTION_BIT(OPTION_TAG), domain_list_run, "list the account's domains", "列出账号的域名",
        NULL, NULL, "tcses domain list\ntcses domain list --tag team=shop --output json"},
    {"domain show", "NAME", 1, 1, 0, domain_show_run, "show a domain's DNS records, as the service sees them",
        "显示域名的 DNS 记录及服务端看到的状态", NULL, NULL, "tcses domain show mail.example.com"},
    {"domain verify", "NAME", 1, 1,
        OPTION_BIT(OPTION_WAIT) | OPTION_BIT(OPTION_DEADLINE) | OPTION_BIT(OPTION_FORCE) | OPTION_BIT(OPTION_RESOLVER),
        domain_verify_run, "submit a domain for verification, and wait for it", "提交域名验证，并可等待其通过",
        "Submits once. With --wait: once every authoritative server has the records\n"
        "right, then after 1, 2 and 5 minutes and every 10, until the domain is\n"
        "verified; --resolver none submits without a look at DNS. Ctrl-C ends the wait;\n"
        "the same command goes on later. A verified domain is not submitted again,\n"
        "unless you say --force.\n"
        "Exit status: 0 verified, 5 not yet, 9 the deadline has passed.",
        "提交一次。加 --wait 时，所有权威服务器上的记录都正确后才提交，之后在 1、2、5 分\n"
        "钟后及每 10 分钟再次提交，直到通过验证；--resolver none 表示不查询 DNS 直接提交。\n"
        "Ctrl-C 结束等待，之后可用同一命令继续。已通过验证的域名不会再次提交，除非使用\n"
        "--force。\n"
        "退出码：0 已验证，5 尚未通过，9 等待超时。",
        "tcses domain verify mail.example.com\ntcses domain verify mail.example.com --wait --deadline 90m"},
    {"domain delete", "NAME", 1, 1, 0, domain_delete_run, "delete a domain, where the account may",
        "删除域名（仅限有权限的账号）", NULL, NULL,
        "tcses domain delete old.example.com\ntcses domain delete old.example.com --dry-run"},
    {"domain records", "[NAME]", 0, 1,
        OPTION_BIT(OPTION_FORMAT) | OPTION_BIT(OPTION_FOR) | OPTION_BIT(OPTION_ZONE) | OPTION_BIT(OPTION_EXPECTED) |
            OPTION_BIT(OPTION_RESOLVER),
        domain_records_run, "write DNS records for a console, a zone file or a program",
        "以 DNS 控制台、区文件或程序所需的格式输出 DNS 记录",
        "A panel shows what one types into a DNS console. bind is a zone file; dnspod\n"
        "the requests of its API; terraform resources of type\n"
        "tencentcloud_dnspod_record. The zone is looked up in DNS unless --zone names\n"
        "it. Where DNS has an SPF record, or a DMARC policy for the whole domain, the\n"
        "records shown go together with them.",
        "panel 为在 DNS 控制台中填写的内容；bind 为区文件；dnspod 为其 API 的请求；\n"
        "terraform 为 tencentcloud_dnspod_record 资源。主域名通过 DNS 查找，或用 --zone\n"
        "指定。DNS 中已有 SPF 记录或上级域名的 DMARC 策略时，输出的记录会与其合并。",
        "tcses domain records mail.example.com --zone example.com\n"
        "tcses domain records mail.example.com --zone example.com --format bind"},
    {"domain doctor", "[NAME]", 0, 1,
        OPTION_BIT(OPTION_RESOLVER) | OPTION_BIT(OPTION_AT) | OPTION_BIT(OPTION_COMPARE) | OPTION_BIT(OPTION_EXPECTED) |
            OPTION_BIT(OPTION_ZONE),
        domain_doctor_run, "say which record is wrong, where and why",
        "在提交验证之前检查哪条记录有误、错在哪里、为什么",
        "Asks every authoritative server of the zone, then the resolver, and puts them\n"
        "beside what the service saw last. A domain that is not created yet is looked\n"
        "at for what would make that fail. --at judges servers that are not delegated\n"
        "yet; --expected needs no keys: it takes a file that domain show --output json\n"
        "has written.\n"
        "Exit status: 0 all is right, 5 right but not seen everywhere yet, 6 something\n"
        "is wrong or missing, 3 nobody could be asked, or not all of --at.",
        "查询主域名的每台权威服务器，再查询递归解析器，并与服务端上次看到的结果对照。尚\n"
        "未创建的域名会检查可能导致创建失败的问题。--at 检查尚未启用的服务器；\n"
        "--expected 不需要密钥，读取 domain show --output json 保存的文件。\n"
        "退出码：0 全部正确，5 正确但尚未完全生效，6 有误或缺失，3 无法查询（或 --at 的\n"
        "服务器没有全部应答）。",
        "tcses domain doctor mail.example.com"},
    {"domain check", "[NAME]...", 0, SIZE_MAX,
        OPTION_BIT(OPTION_ALL) | OPTION_BIT(OPTION_QUIET) | OPTION_BIT(OPTION_ACCEPT) | OPTION_BIT(OPTION_RESOLVER),
        domain_check_run, "look once whether domains are still right (cron, CI)",
        "检查一次域名是否仍然正常：用于 cron 和 CI",
        "Reads only. The first run records what is there, in $XDG_STATE_HOME/tcses, and\n"
        "later ones compare; --accept takes what is there now as good. --profile may be\n"
        "repeated.\n"
        "Exit status: 0 as recorded, 6 something that was right or is asked for now is\n"
        "wrong or missing, 10 something else has changed, 3 it could not be looked at.",
        "只读。第一次运行记录当前状态（$XDG_STATE_HOME/tcses），之后与其比较；--accept\n"
        "将当前状态作为基准。--profile 可重复。\n"
        "退出码：0 与记录一致，6 原来正确或新要求的记录有误或缺失，10 有其他变化，\n"
        "3 无法检查。",
        "tcses domain check --all\ntcses domain check mail.example.com --quiet"},
    {"domain watch", "[NAME]...", 0, SIZE_MAX,
        OPTION_BIT(OPTION_ALL) | OPTION_BIT(OPTION_EVERY) | OPTION_BIT(OPTION_ON_CHANGE) | OPTION_BIT(OPTION_RESOLVER),
        domain_watch_run, "look again and again, and tell each change once", "持续检查，每次变化只通知一次",
        "domain check every 15 minutes. What is wrong is looked at a second time a\n"
        "minute later before it is told; what can't be looked at is told after the\n"
        "third time. Recovery is told once. What keeps the first look from working at\n"
        "all, such as keys that are wrong, ends it.",
        "每 15 分钟检查一次。发现错误时，一分钟后再次确认才通知；无法检查时连续三次才通\n"
        "知；恢复时通知一次。第一次检查就无法进行时（例如密钥无效）会直接退出。",
        "tcses domain watch --all --every 15m --on-change ./alert.sh"},
    {"domain spf-merge", "NAME", 1, 1, OPTION_BIT(OPTION_RECORD) | OPTION_BIT(OPTION_RESOLVER), domain_spf_merge_run,
        "merge what is asked for into the SPF record there is", "将所需的 include 合并到域名已有的 SPF 记录",
        "Exit status: 0 nothing to do, 10 publish the record shown, 6 look at it yourself.",
        "退出码：0 无需更改，10 请发布所示记录，6 需要人工确认。",
        "tcses domain spf-merge mail.example.com --record 'v=spf1 mx -all'"},
    {"domain dkim", "NAME", 1, 1,
        OPTION_BIT(OPTION_TO) | OPTION_BIT(OPTION_WAIT) | OPTION_BIT(OPTION_DEADLINE) | OPTION_BIT(OPTION_RESOLVER),
        domain_dkim_run, "change a domain's DKIM key without a gap", "平滑更换域名的 DKIM 密钥",
        "Asks for both keys, shows the new record, waits until it is in DNS, submits and\n"
        "switches. The same command goes on. Keep the old key's record for a week.\n"
        "Exit status: 0 done, 5 waiting for DNS or the service, 9 the deadline has passed.",
        "申请两个密钥，显示新记录，等待其在 DNS 中生效后提交并切换。再次运行同一命令可继续。\n"
        "旧密钥的记录请再保留一周。\n"
        "退出码：0 完成，5 等待 DNS 或服务端，9 等待超时。",
        "tcses domain dkim mail.example.com --to 2048 --dry-run"},
    {"address create", "ADDRESS", 1, 1, OPTION_BIT(OPTION_NAME), address_create_run,
        "create a sender address under a verified domain", "在已验证的域名下创建发信地址", NULL, NULL,
        "tcses address create noreply@mail.example.com\n"
        "tcses address create notice@mail.example.com --name 通知中心"},
    {"address list", "", 0, 0, OPTION_BIT(OPTION_DOMAIN) | OPTION_BIT(OPTION_ALL_REGIONS), address_list_run,
        "list the sender addresses of the region", "列出该地域的发信地址",
        "Addresses belong to a region: where there are none, the other one is looked into.",
        "发信地址属于地域：如果该地域没有，会查看另一个地域。",
        "tcses address list\ntcses address list --all-regions --domain mail.example.com"},
    {"address delete", "ADDRESS", 1, 1, 0, address_delete_run, "delete a sender address", "删除发信地址", NULL, NULL,
        "tcses address delete old@mail.example.com"},
    {"address password", "ADDRESS", 1, 1, OPTION_BIT(OPTION_GENERATE), address_password_run,
        "set the SMTP password of a sender address", "设置发信地址的 SMTP 密码",
        "The password is typed on the terminal, unseen, or comes as a line of standard\n"
        "input; it is never taken from the command line. It may take some minutes to\n"
        "act.",
        "密码在终端中输入（不显示），或从标准输入读取一行；不接受命令行中的密码。\n"
        "可能需要几分钟才能生效。",
        "tcses address password noreply@mail.example.com --generate"},
    {"unsubscribe set", "ADDRESS LANGUAGE", 2, 2, OPTION_BIT(OPTION_OFF), unsubscribe_set_run,
        "add an unsubscribe link to mail from an address", "为发信地址的邮件添加退订链接",
        "LANGUAGE of the link: none, zh-CN, en, zh-TW, es, fr, de, ja, ko, ar or th.",
        "LANGUAGE 为链接的语言：none、zh-CN、en、zh-TW、es、fr、de、ja、ko、ar 或 th。",
        "tcses unsubscribe set notice@mail.example.com zh-CN"},
    {"unsubscribe list", "", 0, 0, 0, unsubscribe_list_run, "list the unsubscribe links of the region",
        "列出该地域的退订链接设置", NULL, NULL, "tcses unsubscribe list"},
    {"unsubscribe delete", "ADDRESS", 1, 1, 0, unsubscribe_delete_run, "delete the unsubscribe link of an address",
        "删除发信地址的退订链接设置", NULL, NULL, "tcses unsubscribe delete notice@mail.example.com"},
    {"onboard", "[DOMAIN]", 0, 1,
        OPTION_BIT(OPTION_ADDRESS) | OPTION_BIT(OPTION_NAME) | OPTION_BIT(OPTION_DKIM) | OPTION_BIT(OPTION_TAG) |
            OPTION_BIT(OPTION_FILE) | OPTION_BIT(OPTION_WAIT) | OPTION_BIT(OPTION_DEADLINE) |
            OPTION_BIT(OPTION_RESOLVER),
        onboard_run, "take a domain the whole way, to its addresses", "一步到位：域名、DNS、验证、发信地址",
        "Does what is missing and nothing else: the domain, its verification, its sender\n"
        "addresses. Where DNS is not ready it stops with the records to add; the same\n"
        "command goes on. On a finished domain it changes nothing. Each --name belongs\n"
        "to the --address before it. -f takes a file that tcses export has written. With\n"
        "--wait the records to add are shown first.\n"
        "Exit status: 0 done, 5 waiting for DNS or the service, 9 the deadline has passed,\n"
        "10 planned (--dry-run), else that of the worst step.",
        "只做尚未完成的步骤：域名、验证、发信地址。DNS 未就绪时停下并列出应添加的记录，\n"
        "再次运行同一命令可继续；已完成的域名不会有任何更改。每个 --name 属于它前面的\n"
        "--address。-f 读取 tcses export 生成的文件。--wait 会先列出应添加的记录再等待。\n"
        "退出码：0 完成，5 等待 DNS 或服务端，9 等待超时，10 计划中（--dry-run），\n"
        "其他为最严重的一步的退出码。",
        "tcses onboard mail.example.com --address noreply --dry-run\n"
        "tcses onboard mail.example.com --address notice --name 通知中心 --dry-run"},
    {"export", "", 0, 0, 0, export_run, "write the account's domains and addresses as JSON",
        "将账号的域名和发信地址导出为 JSON", NULL, NULL, "tcses export"},
    {"call", "ACTION [JSON | -]", 1, 2, OPTION_BIT(OPTION_SERVICE) | OPTION_BIT(OPTION_API_VERSION), call_run,
        "make any call of the API and print its answer", "调用任意接口并输出其响应",
        "The request is a JSON object, {} if left out, or - for standard input. The\n"
        "answer is printed as JSON. Actions named Get..., List... or Describe... count\n"
        "as reads; others are never repeated once they may have been done.",
        "请求为 JSON 对象，缺省为 {}，- 表示从标准输入读取。响应以 JSON 输出。\n"
        "以 Get、List、Describe 开头的接口视为查询；其他接口一旦可能已生效就不会重试。",
        "tcses call GetEmailIdentity '{\"EmailIdentity\":\"mail.example.com\"}'\n"
        "tcses call ListEmailAddress"},
};
const size_t commands_count = COUNT_OF(commands);

static size_t words_in(const char *name)
{
    return strchr(name, ' ') != NULL ? 2 : 1;
}

/* Whether the command's words stand first among the operands. */
static bool begins_with(const options *o, const char *name)
{
    size_t first = strcspn(name, " ");
    if (o->operands_count < words_in(name) || strlen(o->operands[0]) != first ||
        strncmp(o->operands[0], name, first) != 0)
        return false;
    return name[first] == '\0' || strcmp(o->operands[1], name + first + 1) == 0;
}

/* The commands whose first word is this one, or all first words: for a message. */
static void list_candidates(const char *group, char *room, size_t size)
{
    size_t length = 0;
    room[0] = '\0';
    for (size_t i = 0; i < commands_count && length < size; i++) {
        const char *name = commands[i].name;
        size_t first = strcspn(name, " ");
        bool is_of_group = group != NULL && strlen(group) == first && strncmp(name, group, first) == 0;
        bool is_new = i == 0 || strncmp(commands[i - 1].name, name, first + 1) != 0;
        if (group != NULL ? !is_of_group : !is_new)
            continue;
        int added = snprintf(room + length, size - length, "%s%.*s", length > 0 ? TEXT(", ", "、") : "",
            group != NULL ? (int)strlen(name) : (int)first, name);
        length += added > 0 ? (size_t)added : 0;
    }
}

bool commands_find(options *o)
{
    char candidates[512];
    for (size_t i = 0; i < commands_count; i++) {
        if (!begins_with(o, commands[i].name))
            continue;
        o->command = &commands[i];
        o->operands += words_in(commands[i].name);
        o->operands_count -= words_in(commands[i].name);
        return true;
    }
    if (o->operands_count == 0)
        return true;
    list_candidates(o->operands[0], candidates, sizeof candidates);
    if (candidates[0] != '\0' && o->operands_count == 1 && options_has(o, OPTION_HELP))
        return true;
    if (candidates[0] == '\0')
        list_candidates(NULL, candidates, sizeof candidates);
    failure_usage(TEXT("there is no command \"%s%s%s\". There are: %s", "没有命令“%s%s%s”。可用的命令：%s"),
        o->operands[0], o->operands_count > 1 ? " " : "", o->operands_count > 1 ? o->operands[1] : "", candidates);
    return false;
}
