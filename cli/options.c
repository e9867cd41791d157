/* SPDX-License-Identifier: Apache-2.0 */
#include "options.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include <tcses/identity.h>

#include "commands.h"
#include "document.h"
#include "failure.h"
#include "text.h"

#define DEADLINE_MS 7200000 /* as long as DNS may take to be seen */
#define YEAR_MS (INT64_C(365) * 86400000)

const option_about options_about[OPTIONS_COUNT] = {
    [OPTION_ENDPOINT] = {"endpoint", "URL", "the service's address; also TCSES_ENDPOINT",
        "服务地址；也可用环境变量 TCSES_ENDPOINT"},
    [OPTION_REGION] = {"region", "REGION", "ap-guangzhou or ap-hongkong; also TENCENTCLOUD_REGION",
        "ap-guangzhou 或 ap-hongkong；也可用 TENCENTCLOUD_REGION"},
    [OPTION_PROFILE] = {"profile", "NAME", "take the keys of this profile and of nothing else", "只使用此配置中的密钥"},
    [OPTION_LANGUAGE] = {"language", "LANGUAGE", "zh-CN or en-US; else as the locale says",
        "zh-CN 或 en-US；缺省按系统语言"},
    [OPTION_OUTPUT] = {"output", "FORMAT", "table, or json: one document on standard output",
        "table，或 json：标准输出上只有一个 JSON 文档"},
    [OPTION_TIMEOUT] = {"timeout", "TIME", "for each call, for example 30s (60s)",
        "每次调用的时限，如 30s（缺省 60s）"},
    [OPTION_DRY_RUN] = {"dry-run", NULL, "say what would be changed, and change nothing", "只说明将要做的更改，不执行"},
    [OPTION_YES] = {"yes", NULL, "do not ask", "不再询问"},
    [OPTION_VERBOSE] = {"verbose", NULL, "say more on standard error; -vv and -vvv still more",
        "在标准错误上输出更多信息；-vv、-vvv 更多"},
    [OPTION_VERSION] = {"version", NULL, "show the version", "显示版本"},
    [OPTION_HELP] = {"help", NULL, "show this help, or that of the command", "显示帮助"},
    [OPTION_DKIM] = {"dkim", "BITS", "size of the DKIM key: 1024, 2048 (default) or both",
        "DKIM 密钥长度：1024、2048（缺省）或 both"},
    [OPTION_TAG] = {"tag", "KEY=VALUE", "a tag; may be repeated", "标签；可重复"},
    [OPTION_WAIT] = {"wait", NULL, "wait until the domain is verified", "等待直到域名通过验证"},
    [OPTION_DEADLINE] = {"deadline", "TIME", "wait so long at most, for example 90m (2h)",
        "最长等待时间，如 90m（缺省 2h）"},
    [OPTION_FORCE] = {"force", NULL, "submit though the domain is verified", "即使已通过验证也再次提交"},
    [OPTION_NAME] = {"name", "ALIAS", "the sender's name that receivers see", "收件人看到的发件人名称"},
    [OPTION_DOMAIN] = {"domain", "NAME", "only addresses of this domain", "只列出此域名的地址"},
    [OPTION_ALL_REGIONS] = {"all-regions", NULL, "look into all known regions", "查看所有已知地域"},
    [OPTION_GENERATE] = {"generate", NULL, "make a random password and print it once", "生成随机密码，只显示一次"},
    [OPTION_OFF] = {"off", NULL, "keep the setting, but switch the link off", "保留设置，但关闭退订链接"},
    [OPTION_SERVICE] = {"service", "NAME", "another service than ses, for example sts", "其他服务，如 sts"},
    [OPTION_API_VERSION] = {"api-version", "DATE", "the service's version; needed with --service",
        "接口版本；与 --service 一起使用"},
    [OPTION_FORMAT] = {"format", "FORMAT", "panel (default), bind, dnspod, terraform or json",
        "panel（缺省）、bind、dnspod、terraform 或 json"},
    [OPTION_FOR] = {"for", "HOST", "the panel of dnspod (default), aliyun or cloudflare",
        "DNS 服务商控制台：dnspod（缺省）、aliyun 或 cloudflare"},
    [OPTION_ZONE] = {"zone", "ZONE", "the zone that the records go into; else it is looked up",
        "记录所在的主域名；缺省通过 DNS 查找"},
    [OPTION_EXPECTED] = {"expected", "FILE", "take the records from a saved answer, without keys",
        "从保存的响应中读取记录，不需要密钥"},
    [OPTION_RESOLVER] = {"resolver", "ADDRESS", "ADDRESS[:PORT] of the resolver; none: no DNS",
        "递归解析器的地址[:端口]；none：不查询 DNS"},
    [OPTION_AT] = {"at", "SERVER", "judge this server, delegated or not; may be repeated",
        "检查此权威服务器（可尚未启用）；可重复"},
    [OPTION_COMPARE] = {"compare", NULL, "with --at: what the old servers have that these lack",
        "与 --at 一起：比较新旧服务器的差异"},
    [OPTION_ALL] = {"all", NULL, "all domains of the account", "账号的全部域名"},
    [OPTION_QUIET] = {"quiet", NULL, "say nothing while all is well", "一切正常时不输出"},
    [OPTION_ACCEPT] = {"accept", NULL, "take what is there now as good", "将当前状态作为基准"},
    [OPTION_EVERY] = {"every", "TIME", "look so often, for example 15m", "检查间隔，如 15m"},
    [OPTION_ON_CHANGE] = {"on-change", "COMMAND", "run it at each change, with the event as JSON on standard input",
        "每次变化时运行的命令，事件以 JSON 从标准输入传入"},
    [OPTION_RECORD] = {"record", "TEXT", "an SPF record that is there; may be repeated; else DNS is asked",
        "已有的 SPF 记录；可重复；缺省查询 DNS"},
    [OPTION_ADDRESS] = {"address", "PREFIX", "a sender address to make; may be repeated",
        "要创建的发信地址前缀；可重复，每个可带 --name"},
    [OPTION_FILE] = {"file", "FILE", "take domains and addresses from a file of export",
        "从 export 的文件读取域名和地址"},
    [OPTION_TO] = {"to", "BITS", "the new key: 1024 or 2048", "新密钥长度：1024 或 2048"},
};

bool options_has(const options *o, option_id id)
{
    return (o->given & OPTION_BIT(id)) != 0;
}

const char *options_nth(const options *o, option_id id, size_t n)
{
    for (size_t i = 0; i < o->uses_count; i++) {
        if (o->uses[i].id == id && n-- == 0)
            return o->uses[i].value;
    }
    return NULL;
}

size_t options_count(const options *o, option_id id)
{
    size_t count = 0;
    for (size_t i = 0; i < o->uses_count; i++)
        count += o->uses[i].id == id;
    return count;
}

/* ---- values ---- */

static bool unit_ms(const char **text, int64_t *milliseconds)
{
    static const struct {
        const char *name;
        int64_t milliseconds;
    } units[] = {{"ms", 1}, {"s", 1000}, {"m", 60000}, {"h", 3600000}, {"d", 86400000}};
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        size_t length = strlen(units[i].name);
        if (strncmp(*text, units[i].name, length) != 0)
            continue;
        *text += length;
        *milliseconds = units[i].milliseconds;
        return true;
    }
    return false;
}

bool options_read_duration(const char *text, int64_t *milliseconds)
{
    int64_t sum = 0;
    if (*text == '\0')
        return false;
    while (*text != '\0') {
        int64_t number = 0;
        int64_t unit = 0;
        if (*text < '0' || *text > '9')
            return false;
        for (; *text >= '0' && *text <= '9' && number <= YEAR_MS; text++)
            number = number * 10 + (*text - '0');
        if (number > YEAR_MS || !unit_ms(&text, &unit) || number > (YEAR_MS - sum) / unit)
            return false;
        sum += number * unit;
    }
    *milliseconds = sum;
    return sum > 0;
}

static bool take_duration(const options *o, option_id id, int64_t longest, int64_t *milliseconds)
{
    if (!options_has(o, id))
        return true;
    if (options_read_duration(o->values[id], milliseconds) && *milliseconds <= longest)
        return true;
    failure_usage(
        TEXT("--%s %s is not a time: write 30s, 5m, 2h or 1h30m", "--%s %s 不是时间：请写成 30s、5m、2h 或 1h30m"),
        options_about[id].name, o->values[id]);
    return false;
}

static bool take_dkim(options *o)
{
    static const struct {
        const char *text;
        int32_t dkim;
    } sizes[] = {{"1024", TCSES_DKIM_1024}, {"2048", TCSES_DKIM_2048}, {"both", TCSES_DKIM_BOTH}};
    o->dkim = TCSES_DKIM_2048;
    if (!options_has(o, OPTION_DKIM))
        return true;
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        if (strcmp(o->values[OPTION_DKIM], sizes[i].text) == 0) {
            o->dkim = sizes[i].dkim;
            return true;
        }
    }
    failure_usage(
        TEXT("--dkim %s: take 1024, 2048 or both", "--dkim %s：应为 1024、2048 或 both"), o->values[OPTION_DKIM]);
    return false;
}

static bool check_text(option_id id, const char *value)
{
    if (value == NULL || document_is_text(value))
        return true;
    failure_usage(TEXT("--%s: the value is not UTF-8", "--%s：不是 UTF-8 文本"), options_about[id].name);
    return false;
}

static bool take_values(options *o)
{
    int64_t timeout = 0;
    o->deadline_ms = DEADLINE_MS;
    if (!check_text(OPTION_NAME, o->values[OPTION_NAME]))
        return false;
    const char *tag = NULL;
    for (size_t i = 0; (tag = options_nth(o, OPTION_TAG, i)) != NULL; i++) {
        if (!check_text(OPTION_TAG, tag))
            return false;
        if (strchr(tag, '=') == NULL || tag[0] == '=') {
            failure_usage(TEXT("--tag %s: write KEY=VALUE", "--tag %s：应写成 KEY=VALUE"), tag);
            return false;
        }
    }
    if (!take_duration(o, OPTION_TIMEOUT, INT32_MAX, &timeout) ||
        !take_duration(o, OPTION_DEADLINE, YEAR_MS, &o->deadline_ms) ||
        !take_duration(o, OPTION_EVERY, YEAR_MS, &o->every_ms))
        return false;
    o->timeout_ms = (int32_t)timeout;
    return take_dkim(o);
}

/* The language and the form of the output come first: errors are told in them. */
static bool take_form(options *o)
{
    const char *output = o->values[OPTION_OUTPUT];
    const char *language = o->values[OPTION_LANGUAGE];
    if (language != NULL && !text_set_language(language)) {
        failure_usage(TEXT("--language %s: take zh-CN or en-US", "--language %s：应为 zh-CN 或 en-US"), language);
        return false;
    }
    if (output != NULL && strcmp(output, "json") != 0 && strcmp(output, "table") != 0) {
        failure_usage(TEXT("--output %s: take table or json", "--output %s：应为 table 或 json"), output);
        return false;
    }
    o->is_json = output != NULL && strcmp(output, "json") == 0;
    failure_set_json(o->is_json);
    return true;
}

/* ---- the command line ---- */

static bool is_json_wanted(int argc, char **argv)
{
    bool is_json = false;
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (strncmp(argv[i], "--output=", 9) == 0)
            is_json = strcmp(argv[i] + 9, "json") == 0;
        else if (strcmp(argv[i], "--output") == 0 && i + 1 < argc)
            is_json = strcmp(argv[i + 1], "json") == 0;
    }
    return is_json;
}

static void fill_long_options(struct option long_options[OPTIONS_COUNT + 1])
{
    memset(long_options, 0, (OPTIONS_COUNT + 1) * sizeof *long_options);
    for (int i = 0; i < OPTIONS_COUNT; i++) {
        long_options[i].name = options_about[i].name;
        long_options[i].has_arg = options_about[i].value != NULL ? required_argument : no_argument;
        long_options[i].val = 256 + i;
    }
}

static void take_option(options *o, option_id id, const char *value)
{
    o->given |= OPTION_BIT(id);
    o->values[id] = value;
    o->uses[o->uses_count].id = id;
    o->uses[o->uses_count++].value = value;
    if (id == OPTION_VERBOSE)
        o->verbosity++;
}

static bool is_abbreviated(const char *word, const char *name)
{
    return strncmp(word, "--", 2) == 0 && strcspn(word + 2, "=") < strlen(name);
}

/* What getopt_long() found wrong: a long option is the word before, a letter is in optopt. */
static void refuse(char **argv, int found)
{
    const char *word = argv[optind - 1];
    if (found == ':' && optopt >= 256)
        failure_usage(TEXT("--%s needs a value (%s)", "--%s 需要一个值（%s）"), options_about[optopt - 256].name,
            options_about[optopt - 256].value);
    else if (optopt > 0 && optopt < 256)
        failure_usage(TEXT("there is no option -%c", "没有选项 -%c"), optopt);
    else if (optopt >= 256)
        failure_usage(TEXT("--%s takes no value", "--%s 不带值"), options_about[optopt - 256].name);
    else
        failure_usage(TEXT("there is no option %s", "没有选项 %s"), word);
}

static bool read_words(options *o, int argc, char **argv)
{
    struct option long_options[OPTIONS_COUNT + 1];
    int found = 0;
    fill_long_options(long_options);
    opterr = 0;
    while ((found = getopt_long(argc, argv, ":vhf:", long_options, NULL)) != -1) {
        if (found == '?' || found == ':') {
            refuse(argv, found);
            return false;
        }
        option_id id = found == 'v'   ? OPTION_VERBOSE
                       : found == 'h' ? OPTION_HELP
                       : found == 'f' ? OPTION_FILE
                                      : (option_id)(found - 256);
        /* A name cut short would change its meaning when a later version has two that begin so. */
        const char *word = argv[optarg != NULL && optarg == argv[optind - 1] ? optind - 2 : optind - 1];
        if (found >= 256 && is_abbreviated(word, options_about[id].name)) {
            failure_usage(TEXT("%s: write --%s", "%s：请写全 --%s"), word, options_about[id].name);
            return false;
        }
        take_option(o, id, optarg);
    }
    return true;
}

/* Whether the command takes the options and as many operands. */
static bool check_command(const options *o)
{
    const command *c = o->command;
    uint64_t foreign = o->given & ~(OPTIONS_GLOBAL | c->options);
    for (int id = 0; id < OPTIONS_COUNT; id++) {
        if ((foreign & OPTION_BIT(id)) != 0) {
            failure_usage(TEXT("%s takes no --%s", "%s 没有选项 --%s"), c->name, options_about[id].name);
            return false;
        }
    }
    if (options_has(o, OPTION_HELP))
        return true;
    if (o->operands_count < c->operands_least)
        failure_usage(TEXT("tcses %s %s: something is missing", "tcses %s %s：缺少参数"), c->name, c->operands);
    else if (o->operands_count > c->operands_most)
        failure_usage(
            TEXT("tcses %s: too much: %s", "tcses %s：多余的参数 %s"), c->name, o->operands[c->operands_most]);
    else
        return true;
    return false;
}

bool options_read(options *o, int argc, char **argv)
{
    size_t words = 0;
    memset(o, 0, sizeof *o);
    failure_set_json(is_json_wanted(argc, argv));
    /* -vvv is one word, but three uses. */
    for (int i = 1; i < argc; i++)
        words += strlen(argv[i]);
    o->uses = calloc(words + 1, sizeof *o->uses);
    if (o->uses == NULL) {
        failure_memory();
        return false;
    }
    if (!read_words(o, argc, argv) || !take_form(o))
        return false;
    o->operands = argv + optind;
    o->operands_count = (size_t)(argc - optind);
    if (options_has(o, OPTION_VERSION) || (o->operands_count == 0 && options_has(o, OPTION_HELP)))
        return true;
    if (!commands_find(o))
        return false;
    return o->command == NULL || (check_command(o) && take_values(o));
}

void options_free(options *o)
{
    free(o->uses);
}
