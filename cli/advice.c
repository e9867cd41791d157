/* SPDX-License-Identifier: Apache-2.0 */
#include "advice.h"

#include <stdio.h>
#include <string.h>

#include <tcses/address.h>
#include <tcses/base.h>
#include <tcses/identity.h>

#include "text.h"

typedef struct advice {
    const char *code; /* and all codes that begin with it and a dot */
    const char *english;
    const char *chinese;
} advice;

/* {} is the domain or address, {domain} the domain in it, {action} the action. */
static const advice by_code[] = {
    {TCSES_CODE_DOMAIN_NOT_VERIFIED, "Verify the domain first: tcses domain verify {domain} --wait",
        "请先验证域名：tcses domain verify {domain} --wait"},
    {TCSES_CODE_EXCEED_DOMAIN_LIMIT,
        "An account has ten domains at most: tcses domain list. A higher limit is a matter for a ticket at "
        "https://console.cloud.tencent.com/workorder",
        "每个账号最多十个域名：tcses domain "
        "list。如需提高上限，请提交工单：https://console.cloud.tencent.com/workorder"},
    {TCSES_CODE_EXCEED_SENDER_LIMIT, "Delete an address that is not used any more: tcses address list",
        "请删除不再使用的地址：tcses address list"},
    {TCSES_CODE_CREATED_BY_OTHER, "Another account has this domain. Take a sub-domain, for example mail.{domain}",
        "该域名已被其他账号使用。请使用子域名，例如 mail.{domain}"},
    {TCSES_CODE_REPEAT_CREATION, "The account has it already: tcses domain show {domain}",
        "账号中已有该域名：tcses domain show {domain}"},
    {TCSES_CODE_REPEAT_EMAIL_ADDRESS, "It is there already: tcses address list", "该地址已存在：tcses address list"},
    {TCSES_CODE_NOT_EXIST_DOMAIN,
        "Create it (tcses domain create {domain}), or look whose keys these are: tcses status",
        "请先创建域名（tcses domain create {domain}），或确认密钥属于哪个账号：tcses status"},
    {TCSES_CODE_NO_SUCH_SENDER, "Addresses belong to a region. Look into all of them: tcses address list --all-regions",
        "发信地址属于地域。请查看所有地域：tcses address list --all-regions"},
    {TCSES_CODE_SENDER_WITH_DOMAIN_IS_NOT_EMPTY,
        "Delete the domain's addresses first, in every region: tcses address list --all-regions --domain {domain}",
        "请先删除该域名在所有地域的发信地址：tcses address list --all-regions --domain {domain}"},
    {TCSES_CODE_NOT_ALLOW_DELETE, "The service lets enterprise accounts alone delete domains.",
        "只有企业账号可以删除域名。"},
    {TCSES_CODE_DKIM_NOT_APPLIED, "The DKIM record of that size is not in DNS yet: tcses domain show {domain}",
        "该长度的 DKIM 记录尚未生效：tcses domain show {domain}"},
    {TCSES_CODE_SERVICE_NOT_AVAILABLE, "The service is not available for the moment. Try again in some minutes.",
        "服务暂时不可用，请几分钟后重试。"},
    {TCSES_CODE_INVALID_SMTP_PASSWORD,
        "Take 10 to 20 characters with two different digits, lower-case and upper-case letters each, or let it be "
        "made: "
        "tcses address password {} --generate",
        "密码须为 10 到 20 个字符，数字、小写字母、大写字母各至少两个且不重复；或自动生成：tcses address password {} "
        "--generate"},
    {TCSES_CODE_REPEAT_PASSWORD, "This password is set already. Take another one.", "该密码已在使用，请换一个。"},
    {"AuthFailure.SecretIdNotFound",
        "The key does not exist or is disabled: https://console.cloud.tencent.com/cam/capi. Set another one: tcses "
        "configure",
        "密钥不存在或已禁用：https://console.cloud.tencent.com/cam/capi。重新设置：tcses configure"},
    {"AuthFailure.SignatureFailure", "The secret key does not belong to the id. Enter both again: tcses configure",
        "SecretKey 与 SecretId 不匹配，请重新输入：tcses configure"},
    {"AuthFailure.SignatureExpire", "This machine's clock is wrong by more than five minutes. Set it.",
        "本机时间误差超过五分钟，请校准时间。"},
    {"AuthFailure.TokenFailure", "The temporary keys have expired. Get new ones.", "临时密钥已失效，请重新获取。"},
    {"AuthFailure.UnauthorizedOperation",
        "These keys lack the right ses:{action}. Give it, or the policy QcloudSESFullAccess, at "
        "https://console.cloud.tencent.com/cam/policy",
        "缺少权限 ses:{action}。请在 https://console.cloud.tencent.com/cam/policy 授予该权限或策略 "
        "QcloudSESFullAccess"},
    {"UnauthorizedOperation",
        "These keys lack the right ses:{action}. Give it, or the policy QcloudSESFullAccess, at "
        "https://console.cloud.tencent.com/cam/policy",
        "缺少权限 ses:{action}。请在 https://console.cloud.tencent.com/cam/policy 授予该权限或策略 "
        "QcloudSESFullAccess"},
    {"RequestLimitExceeded", "Too many calls at once. Try again in a moment.", "请求过于频繁，请稍后重试。"},
    {"UnsupportedRegion", "Take --region ap-guangzhou or ap-hongkong.",
        "请使用 --region ap-guangzhou 或 ap-hongkong。"},
};

static const advice *advice_of_code(const char *code)
{
    for (size_t i = 0; code != NULL && i < sizeof by_code / sizeof by_code[0]; i++) {
        size_t length = strlen(by_code[i].code);
        if (strncmp(code, by_code[i].code, length) == 0 && (code[length] == '\0' || code[length] == '.'))
            return &by_code[i];
    }
    return NULL;
}

static const char *advice_of_status(tcses_status status)
{
    switch (status) {
    case TCSES_ERR_CREDENTIALS:
        return TEXT("Set up keys: tcses configure", "请设置密钥：tcses configure");
    case TCSES_ERR_TLS:
        return TEXT("Look at this machine's clock and CA certificates, and whether something intercepts TLS.",
            "请检查本机时间、CA 证书，以及是否有设备拦截 TLS。");
    case TCSES_ERR_NETWORK:
    case TCSES_ERR_HTTP:
    case TCSES_ERR_TIMEOUT:
        return TEXT("Look at the endpoint, the proxy and the network, then try again.",
            "请检查服务地址、代理和网络，然后重试。");
    default:
        return "";
    }
}

/* ---- filling in ---- */

typedef struct writer {
    char *room;
    size_t size;
    size_t length;
} writer;

static void append(writer *w, const char *text, size_t length)
{
    size_t left = w->size - w->length - 1;
    size_t taken = length < left ? length : left;
    memcpy(w->room + w->length, text, taken);
    w->length += taken;
    w->room[w->length] = '\0';
}

/* What stands for a name in braces; what is not known stays a word to be replaced by the reader. */
static const char *value_of(const char *name, size_t length, const tcses_error *error, const char *subject)
{
    const char *at = subject != NULL ? strrchr(subject, '@') : NULL;
    const char *action = tcses_error_action(error);
    if (length == 0)
        return subject != NULL ? subject : "ADDRESS";
    if (strncmp(name, "action", length) == 0)
        return action != NULL ? action : "*";
    if (subject == NULL)
        return "DOMAIN";
    return at != NULL ? at + 1 : subject;
}

static void fill(const char *template, const tcses_error *error, const char *subject, char *room, size_t size)
{
    writer w = {room, size, 0};
    room[0] = '\0';
    while (*template != '\0') {
        size_t plain = strcspn(template, "{");
        append(&w, template, plain);
        template += plain;
        if (*template == '\0')
            break;
        size_t name = strcspn(++template, "}");
        const char *value = value_of(template, name, error, subject);
        append(&w, value, strlen(value));
        template += name + 1;
    }
}

/* How to find out what became of a change without an answer. */
static const char *advice_to_look(const char *action)
{
    if (action == NULL)
        return "";
    if (strstr(action, "Unsubscribe") != NULL)
        return TEXT("See tcses unsubscribe list", "请确认：tcses unsubscribe list");
    if (strstr(action, "PassWord") != NULL)
        return TEXT("Setting it again does no harm.", "可以再次设置，没有影响。");
    if (strstr(action, "EmailAddress") != NULL)
        return TEXT("See tcses address list", "请确认：tcses address list");
    return strstr(action, "EmailIdentity") != NULL
               ? TEXT("See tcses domain show {domain}", "请确认：tcses domain show {domain}")
               : "";
}

void advice_for(const tcses_error *error, bool is_unsure, const char *subject, char *room, size_t size)
{
    const advice *found = advice_of_code(tcses_error_code(error));
    if (is_unsure) {
        fill(advice_to_look(tcses_error_action(error)), error, subject, room, size);
        return;
    }
    fill(found != NULL ? TEXT(found->english, found->chinese) : advice_of_status(tcses_error_status(error)), error,
        subject, room, size);
}

const char *advice_chinese_status(tcses_status status)
{
    switch (status) {
    case TCSES_ERR_ARGUMENT:
        return "参数有误";
    case TCSES_ERR_MEMORY:
        return "内存不足";
    case TCSES_ERR_CREDENTIALS:
        return "没有可用的密钥";
    case TCSES_ERR_NETWORK:
        return "网络错误";
    case TCSES_ERR_TLS:
        return "无法建立可信的 TLS 连接";
    case TCSES_ERR_TIMEOUT:
        return "超时";
    case TCSES_ERR_CANCELLED:
        return "已取消";
    case TCSES_ERR_HTTP:
        return "网关或代理返回错误";
    case TCSES_ERR_RESPONSE:
        return "无法理解的响应";
    case TCSES_ERR_SYSTEM:
        return "系统错误";
    default:
        return NULL;
    }
}
