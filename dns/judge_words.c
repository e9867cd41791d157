/* SPDX-License-Identifier: Apache-2.0 */
#include "dns/judge_words.h"

static const char *words_of_tags_problem(tags_problem problem)
{
    static const char *const texts[TAGS_PROBLEMS] = {
        [TAGS_FINE] = "没有错误",
        [TAGS_BAD_NAME] = "中有一个标签的名字不对",
        [TAGS_NO_EQUALS] = "中有一个标签缺少“=”",
        [TAGS_BAD_CHARACTER] = "中有不允许的字符（例如全角符号）",
        [TAGS_TWICE] = "中有一个标签出现了两次",
    };
    return texts[problem];
}

const char *words_of_spf_problem(spf_problem problem)
{
    static const char *const texts[SPF_PROBLEMS] = {
        [SPF_FINE] = "没有错误",
        [SPF_NOT_SPF] = "不是以“v=spf1”加一个空格开头",
        [SPF_BAD_CHARACTER] = "含有不允许的字符（例如全角符号）",
        [SPF_UNKNOWN_MECHANISM] = "有一个不认识的词",
        [SPF_NO_NAME] = "有一项缺少名字",
        [SPF_QUALIFIED_MODIFIER] = "在带“=”的项前面多了符号",
        [SPF_NEEDS_DOMAIN] = "有一项缺少域名（冒号或等号后面不能有空格）",
        [SPF_NEEDS_ADDRESS] = "有一项缺少 IP 地址",
        [SPF_TAKES_NO_VALUE] = "有一项后面多了内容",
        [SPF_BAD_DOMAIN] = "有一个域名不完整或写错了",
        [SPF_BAD_MACRO] = "有一个宏（%）写错了",
        [SPF_BAD_ADDRESS] = "有一个 IP 地址写错了",
        [SPF_BAD_PREFIX_LENGTH] = "有一个网段长度（/ 后面的数字）写错了",
        [SPF_TWICE] = "redirect 或 exp 出现了两次",
    };
    return texts[problem];
}

const char *words_of_dkim_problem(const dkim_key *key)
{
    static const char *const texts[DKIM_PROBLEMS] = {
        [DKIM_FINE] = "没有错误",
        [DKIM_BAD_VERSION] = "的版本不是 DKIM1，或没有写在最前面",
        [DKIM_NO_KEY] = "没有密钥（p=）",
        [DKIM_UNKNOWN_TYPE] = "的密钥类型（k=）既不是 rsa 也不是 ed25519",
        [DKIM_BAD_BASE64] = "的密钥（p=）不是 base64",
        [DKIM_BAD_KEY] = "的密钥（p=）与其类型不符",
    };
    return key->problem == DKIM_BAD_LIST ? words_of_tags_problem(key->list_problem) : texts[key->problem];
}

const char *words_of_dmarc_problem(const dmarc_record *record)
{
    static const char *const texts[DMARC_PROBLEMS] = {
        [DMARC_FINE] = "没有错误",
        [DMARC_NOT_DMARC] = "不是以 v=DMARC1 开头",
        [DMARC_NO_POLICY] = "没有策略（p=）",
        [DMARC_BAD_POLICY] = "的策略写错了",
        [DMARC_BAD_VALUE] = "中有一个标签的值不对",
    };
    return record->problem == DMARC_BAD_LIST ? words_of_tags_problem(record->list_problem) : texts[record->problem];
}
