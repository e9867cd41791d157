/* SPDX-License-Identifier: Apache-2.0 */
#include <stddef.h>

#include "dns/findings.h"

typedef struct words {
    const char *code;
    int severity;
    const char *english;
    const char *chinese;
    const char *fix_english; /* NULL: nothing to do */
    const char *fix_chinese;
} words;

/* What is to be done again and again: a record to add, one to change, one to move. */
#define ADD                                                                                  \
    "In the DNS console of {zone}, add a record: host {host}, type {type}, value as below.", \
        "在 {zone} 的 DNS 控制台添加一条记录：主机记录填 {host}，记录类型选 {type}，记录值填下面的内容。"
#define ADD_MX                                                                                        \
    "In the DNS console of {zone}, add a record: host {host}, type MX, priority 10, value as below.", \
        "在 {zone} 的 DNS 控制台添加一条记录：主机记录填 {host}，记录类型选 MX，优先级填 10，记录值填下面的内容。"
#define CHANGE                                                                                                       \
    "In the DNS console of {zone}, open the {type} record with host {host} and replace its value by the one below.", \
        "在 {zone} 的 DNS 控制台打开主机记录为 {host} 的 {type} 记录，把记录值改成下面的内容。"
#define PASTE_AGAIN                                                                                                                                 \
    "In the DNS console of {zone}, open the {type} record with host {host}, empty the value, and paste the "                                        \
    "one below, all of it and nothing else.",                                                                                                       \
        "在 {zone} 的 DNS 控制台打开主机记录为 {host} 的 {type} 记录，清空记录值，再把下面的内容完整粘贴进去，" \
        "不要多也不要少。"
#define WAIT "Wait; there is nothing to change.", "等待即可，无需修改。"
#define NOTHING NULL, NULL

static const words table[FINDING_IDS] = {
    /* ---- the zone and its servers ---- */
    [FINDING_NOT_DELEGATED] = {"ZONE_NOT_DELEGATED", TCSES_FINDING_ERROR,
        "The domain {name} does not exist on the internet yet: nobody is told which DNS servers it has.",
        "域名 {name} 在互联网上还不存在：没有任何地方登记它由哪些 DNS 服务器负责。",
        "Check that the domain is registered, paid for and spelt right. Then, where you registered it, enter the DNS "
        "servers that your DNS console names.",
        "请确认域名已注册、未过期、拼写无误；然后到域名注册商处，把 DNS 服务器改成您的 DNS 控制台所给出的地址。"},
    [FINDING_WRONG_NS_ALL] = {"ZONE_WRONG_NS", TCSES_FINDING_ERROR,
        "The DNS servers that are registered for {zone} do not serve it: {servers} ({problem}). What you type into a "
        "DNS console elsewhere is seen by nobody.",
        "{zone} 登记的 DNS 服务器并不负责它：{servers}（{problem}）。您在别处的 DNS 控制台里填写的内容没有人看得到。",
        "Where {zone} was registered (if it is a sub-domain: in the DNS console of the domain above, its NS records), "
        "replace its DNS servers by those that your DNS console names.",
        "请到域名注册商处（{zone} 如果是子域名，则在上级域名的 DNS 控制台修改它的 NS 记录），把 DNS 服务器改成您的 DNS "
        "控制台所给出的地址。"},
    [FINDING_WRONG_NS_SOME] = {"ZONE_WRONG_NS", TCSES_FINDING_WARNING,
        "Of the DNS servers that are registered for {zone}, these do not serve it: {servers} ({problem}). Those who "
        "ask "
        "them get no answer.",
        "{zone} 登记的 DNS 服务器中，有的并不负责它：{servers}（{problem}）。问到它们的人得不到答案。",
        "Where {zone} was registered (if it is a sub-domain: in the DNS console of the domain above, its NS records), "
        "remove these servers, or add the zone to them.",
        "请到域名注册商处（{zone} 如果是子域名，则在上级域名的 DNS 控制台）删除这些 DNS "
        "服务器，或者在这些服务器上添加该域名。"},
    [FINDING_WRONG_NS_OTHERS] = {"ZONE_WRONG_NS", TCSES_FINDING_WARNING,
        "{zone} was asked at {servers}, but names other servers as its own: {found}. If your DNS console belongs to "
        "those, nobody sees what you type there.",
        "{zone} 实际由 {servers} 应答，但它自己声明的 DNS 服务器却是 "
        "{found}。如果您用的是后者的控制台，那么您填写的内容没有人看得到。",
        "Where {zone} was registered (if it is a sub-domain: in the DNS console of the domain above, its NS records), "
        "enter the DNS servers that your DNS console names.",
        "请到域名注册商处（{zone} 如果是子域名，则在上级域名的 DNS 控制台修改它的 NS 记录），把 DNS 服务器改成您的 DNS "
        "控制台所给出的地址。"},
    [FINDING_ALL_SILENT] = {"RESOLVER_ERROR", TCSES_FINDING_ERROR,
        "No server could be asked about {name}: {problem}. Nothing is known of its records, neither good nor bad.",
        "没有任何服务器能够回答关于 {name} 的查询：{problem}。因此其记录的情况不明，既不能说对，也不能说错。",
        "Try again in a few minutes. If it stays so, look whether this machine may send DNS queries (port 53), and "
        "whether "
        "the domain's DNS service works.",
        "请几分钟后再试。如果一直如此，请检查本机能否发出 DNS 查询（53 端口），以及该域名的 DNS 服务是否正常。"},
    [FINDING_SOME_SILENT] = {"RESOLVER_ERROR", TCSES_FINDING_WARNING,
        "These servers of {zone} gave no usable answer: {servers} ({problem}). The verdicts rest on the others.",
        "{zone} 的以下服务器没有给出可用的应答：{servers}（{problem}）。结论以其余服务器为准。",
        "Try again later. If it stays so, tell your DNS host.", "请稍后再试；如果一直如此，请联系您的 DNS 服务商。"},
    [FINDING_SOME_FAILED] = {"RESOLVER_ERROR", TCSES_FINDING_WARNING,
        "Asked for this record, these servers of {zone} gave no usable answer: {servers} ({problem}). The verdict "
        "rests "
        "on the others.",
        "查询这条记录时，{zone} 的以下服务器没有给出可用的应答：{servers}（{problem}）。结论以其余服务器为准。",
        "Try again later. If it stays so, tell your DNS host.", "请稍后再试；如果一直如此，请联系您的 DNS 服务商。"},
    [FINDING_NOT_ASKED] = {"RESOLVER_ERROR", TCSES_FINDING_WARNING,
        "Nobody could be asked for the {type} records of {name} ({servers}: {problem}). That does not mean that there "
        "are none.",
        "没有服务器能够回答关于 {name} 的 {type} 记录的查询（{servers}：{problem}）。这并不表示记录不存在。",
        "Try again in a few minutes.", "请几分钟后再试。"},
    [FINDING_RESOLVER_FAILED] = {"RESOLVER_ERROR", TCSES_FINDING_WARNING,
        "Your DNS servers have the record right, but the resolver could not fetch it ({problem}).",
        "您的 DNS 服务器上记录正确，但递归解析器没有取到它（{problem}）。",
        "Try again in a few minutes. If it says SERVFAIL again, look in the console of {zone} whether DNSSEC is "
        "switched on: "
        "signatures that do not fit make every resolver fail.",
        "请几分钟后再试。如果仍显示 SERVFAIL，请在 {zone} 的控制台检查是否开启了 "
        "DNSSEC：签名不符会使所有解析器都查询失败。"},
    [FINDING_NS_DISAGREE] = {"NS_DISAGREE", TCSES_FINDING_WARNING,
        "The DNS servers of {zone} do not agree yet: {servers} still has something else.",
        "{zone} 的各台 DNS 服务器内容还不一致：{servers} 上仍是别的内容。",
        "Wait a few minutes and look again. If it stays so, tell your DNS host.",
        "请等几分钟再看；如果一直如此，请联系您的 DNS 服务商。"},
    [FINDING_SPLIT_ANSWERS] = {"SPLIT_ANSWERS", TCSES_FINDING_WARNING,
        "The DNS servers of {zone} have the same version of it and answer differently: {servers} says something else. "
        "Some "
        "hosts do this when a record has been set for one line (carrier, region) only.",
        "{zone} 的各台 DNS 服务器版本号相同，应答却不同：{servers} "
        "给出了别的内容。如果记录只设置在某一条线路（运营商、地域）上，"
        "就会这样。",
        "In the DNS console of {zone}, look at all records with host {host}: set the line to \"default\" and remove "
        "those for "
        "other lines. If there are none, wait a few minutes.",
        "请在 {zone} 的 DNS 控制台查看主机记录为 {host} "
        "的所有记录：线路类型选“默认”，并删除其他线路的记录。如果没有其他线路，"
        "请等几分钟。"},
    [FINDING_NEG_CACHED] = {"NEG_CACHED", TCSES_FINDING_NOTE,
        "Your DNS servers have the record right. The resolver was asked too early and remembers for {wait} more that "
        "there "
        "was none.",
        "您的 DNS 服务器上记录正确。解析器之前查询得太早，在接下来的 {wait} 内仍会记着“没有这条记录”。", WAIT},
    [FINDING_OLD_CACHED] = {"OLD_CACHED", TCSES_FINDING_NOTE,
        "Your DNS servers have the record right. The resolver remembers the former one for {wait} more: {found}",
        "您的 DNS 服务器上记录正确。解析器在接下来的 {wait} 内仍会记着以前的值：{found}", WAIT},
    [FINDING_SERVICE_SAW_OLD] = {"SERVICE_SAW_OLD", TCSES_FINDING_NOTE,
        "The record is right now. When the service looked last, it saw another value: {found}",
        "记录现在是正确的。服务上一次检查时看到的是另一个值：{found}", "Submit the verification again.",
        "请再次提交验证。"},
    [FINDING_SERVICE_REFUSES] = {"SERVICE_REFUSES", TCSES_FINDING_WARNING,
        "The record does what it should, but the service saw it as it is and does not accept it: {found}",
        "记录本身有效，也起到了应有的作用，但服务看到这个值后没有认可：{found}",
        "If nothing needs what else the record says, make it exactly what the service expects. If something does, send "
        "from a sub-domain of its own.",
        "如果记录中的其他内容没有别的用途，请改成与服务给出的值完全一致；否则请改用单独的子域名发信。"},

    /* ---- names ---- */
    [FINDING_NAME_DOUBLED] = {"NAME_DOUBLED", TCSES_FINDING_ERROR,
        "The record stands at {where}: the console put the zone's name behind a name that had it already.",
        "记录被放在了 {where}：控制台会自动在后面加上域名，而您填写的主机记录里已经带有域名。",
        "In the DNS console of {zone}, open that record and change its host to {host}.",
        "在 {zone} 的 DNS 控制台打开这条记录，把主机记录改成 {host}。"},
    [FINDING_NAME_DOUBLED_BESIDE] = {"NAME_DOUBLED", TCSES_FINDING_WARNING,
        "There is such a record at {where}, where it does not count: the console put the zone's name behind a name "
        "that had it already.",
        "{where} 上有一条这样的记录，但它不起作用：控制台会自动在后面加上域名，而您填写的主机记录里已经带有域名。",
        "In the DNS console of {zone}, open that record, change its host to {host}, and look whether its policy is as "
        "strict as the one that counts now.",
        "在 {zone} 的 DNS 控制台打开这条记录，把主机记录改成 {host}，并确认它的策略不比现在生效的更弱。"},
    [FINDING_AT_WRONG_NAME] = {"AT_WRONG_NAME", TCSES_FINDING_ERROR,
        "The record stands at {where}, where nobody looks for it. It belongs at {name}.",
        "记录被放在了 {where}，没有人会到那里查找。它应当放在 {name}。",
        "In the DNS console of {zone}, open that record and change its host to {host}.",
        "在 {zone} 的 DNS 控制台打开这条记录，把主机记录改成 {host}。"},
    [FINDING_AT_WRONG_NAME_PERHAPS] = {"AT_WRONG_NAME", TCSES_FINDING_WARNING,
        "There is such a record at {where}, but it does not count for {name}.",
        "{where} 上有一条这样的记录，但它对 {name} 不起作用。",
        "If it was meant for {name}, change its host to {host}; if it is needed where it is, add another one.",
        "如果它本来是给 {name} 用的，请把主机记录改成 {host}；如果原处也需要它，请另外添加一条。"},
    [FINDING_CNAME_BLOCKS] = {"CNAME_BLOCKS", TCSES_FINDING_ERROR,
        "{name} is an alias (CNAME) of {where}. A name that is an alias can have no other records.",
        "{name} 是 {where} 的别名（CNAME）。设为别名的名字不能再有其他记录。",
        "In the DNS console of {zone}, delete the CNAME record with host {host}, if no web site needs it; else choose "
        "another "
        "sub-domain for sending, for example one that begins with \"mail\" and is not in use.",
        "如果没有网站在用，请在 {zone} 的 DNS 控制台删除主机记录为 {host} 的 CNAME "
        "记录；否则请换一个未被占用的子域名来发信。"},
    [FINDING_CNAME_AT_APEX] = {"CNAME_AT_APEX", TCSES_FINDING_WARNING,
        "{name} itself is an alias (CNAME) of {where}. Servers then answer now with the records for mail, now with the "
        "alias.",
        "{name} 本身是 {where} 的别名（CNAME）。这样服务器有时给出邮件所需的记录，有时只给出别名。",
        "In the DNS console of {zone}, replace the CNAME record with host @ by A records, or send from a sub-domain, "
        "which has "
        "no such trouble.",
        "在 {zone} 的 DNS 控制台把主机记录为 @ 的 CNAME 记录改成 A 记录，或者改用子域名发信，就不会有这个问题。"},
    [FINDING_VIA_CNAME] = {"VIA_CNAME", TCSES_FINDING_WARNING,
        "{name} is an alias (CNAME) of {where}. The service may want the record at the name itself.",
        "{name} 是 {where} 的别名（CNAME）。服务可能要求记录直接放在这个名字上。",
        "If the verification fails: delete the CNAME record with host {host}, and add the {type} record there.",
        "如果验证不通过：请删除主机记录为 {host} 的 CNAME 记录，并在该处添加 {type} 记录。"},
    [FINDING_WILDCARD] = {"WILDCARD_ANSWER", TCSES_FINDING_WARNING,
        "This is the answer of a record for all names (host *), not of one for {name}. It is gone as soon as something "
        "else is "
        "added at or below the name.",
        "这个应答来自泛解析记录（主机记录为 *），而不是专门给 {name} "
        "的记录。一旦在这个名字或其下添加别的记录，它就失效了。",
        ADD},

    /* ---- values of TXT records ---- */
    [FINDING_QUOTES] = {"TXT_QUOTES", TCSES_FINDING_ERROR,
        "There are quotation marks in the value. They belong into zone files, not into a console's field.",
        "记录值里带有引号。引号只用于区域文件，不能填进控制台的输入框。", PASTE_AGAIN},
    [FINDING_ESCAPES] = {"TXT_ESCAPES", TCSES_FINDING_ERROR,
        "There are backslashes in the value. They belong into zone files, not into a console's field.",
        "记录值里带有反斜杠（\\）。反斜杠只用于区域文件，不能填进控制台的输入框。", PASTE_AGAIN},
    [FINDING_ELLIPSIS] = {"TXT_ELLIPSIS", TCSES_FINDING_ERROR,
        "The value has dots (...) where something was left out when it was shown: it was copied from a shortened view.",
        "记录值里有省略号（...）：它是从被截短的显示中复制来的。", PASTE_AGAIN},
    [FINDING_TRUNCATED] = {"TXT_TRUNCATED", TCSES_FINDING_ERROR,
        "The value breaks off: the key has {number} characters, and the rest is missing.",
        "记录值不完整：密钥只有 {number} 个字符，后面的部分丢失了。", PASTE_AGAIN},
    [FINDING_BEGINNING_CUT] = {"TXT_TRUNCATED", TCSES_FINDING_ERROR,
        "The beginning of the value is missing: only the end of the key is there.",
        "记录值缺少开头：只剩下密钥的后半部分。", PASTE_AGAIN},
    [FINDING_IN_PIECES] = {"TXT_IN_PIECES", TCSES_FINDING_ERROR,
        "The value was put into two records. Nobody puts them together: it has to be one.",
        "记录值被分成了两条记录。没有人会把它们拼起来：必须是一条。",
        "In the DNS console of {zone}, delete one of the two {type} records with host {host}, and replace the value of "
        "the other "
        "by the one below, in one line.",
        "在 {zone} 的 DNS 控制台，把主机记录为 {host} 的两条 {type} "
        "记录删掉一条，另一条的记录值改成下面的内容（一整行）。"},
    [FINDING_TXT_NONE] = {"TXT_NONE", TCSES_FINDING_ERROR, "There is no such record at {name}.",
        "{name} 上没有这条记录。", ADD},

    /* ---- MX ---- */
    [FINDING_MX_NONE] = {"MX_NONE", TCSES_FINDING_ERROR,
        "{name} has no MX record, which says where mail to it goes: replies, and reports of mail that could not be "
        "delivered.",
        "{name} 没有 MX 记录。MX 记录说明发往这个名字的邮件（回信、退信通知）交给哪台服务器。", ADD_MX},
    [FINDING_MX_OTHER_BESIDE] = {"MX_OTHER_HOST", TCSES_FINDING_WARNING,
        "Besides the service's server there is another one that takes mail: {where}. Mail goes now to the one, now to "
        "the other.",
        "除了本服务的服务器，还有别的服务器收信：{where}。邮件可能投到其中任何一台。",
        "If you want to receive mail there, leave both. Else delete that MX record with host {host} in the DNS console "
        "of {zone}.",
        "如果您需要在那里收信，保留两条即可；否则请在 {zone} 的 DNS 控制台删除主机记录为 {host} 的那条 MX 记录。"},
    [FINDING_MX_OTHER_ALONE] = {"MX_OTHER_HOST", TCSES_FINDING_WARNING,
        "Mail to {name} goes to {where}, not to the service's server. The service allows a server of one's own here.",
        "发往 {name} 的邮件交给 {where}，而不是本服务的服务器。服务允许在这里使用自己的收信服务器。",
        "If you receive mail there, leave it: adding another MX record would turn part of it away. If not, replace the "
        "value by "
        "the one below.",
        "如果您在那里收信，请保持不变：再加一条 MX 记录会使部分邮件投到别处。如果不是，请把记录值改成下面的内容。"},
    [FINDING_MX_OTHER_WRONG] = {"MX_OTHER_HOST", TCSES_FINDING_ERROR,
        "The MX record names {where}, which is not the server that the service asks for.",
        "MX 记录填的是 {where}，不是服务所要求的服务器。", CHANGE},
    [FINDING_MX_DOUBLED] = {"NAME_DOUBLED", TCSES_FINDING_ERROR,
        "The MX record names {where}: the console put a name behind the value that does not belong there.",
        "MX 记录填的是 {where}：控制台在记录值后面多加了域名。",
        "In the DNS console of {zone}, open the MX record with host {host} and replace its value by the one below, "
        "with the dot "
        "at its end.",
        "在 {zone} 的 DNS 控制台打开主机记录为 {host} 的 MX 记录，把记录值改成下面的内容，注意末尾有一个点。"},
    [FINDING_MX_DOUBLED_BESIDE] = {"NAME_DOUBLED", TCSES_FINDING_WARNING,
        "Another MX record names {where}: the console put a name behind the value that does not belong there.",
        "另一条 MX 记录填的是 {where}：控制台在记录值后面多加了域名。",
        "In the DNS console of {zone}, delete that MX record with host {host}.",
        "在 {zone} 的 DNS 控制台删除主机记录为 {host} 的那条 MX 记录。"},
    [FINDING_MX_NULL] = {"MX_NULL", TCSES_FINDING_ERROR,
        "An MX record of {name} says that it takes no mail at all (a value of a single dot).",
        "{name} 有一条 MX 记录表示“完全不收邮件”（记录值只有一个点）。",
        "In the DNS console of {zone}, delete the MX record with host {host} and the value \".\". If it is wanted so, "
        "send from "
        "another sub-domain.",
        "在 {zone} 的 DNS 控制台删除主机记录为 {host}、记录值为“.”的 MX "
        "记录；如果是有意这样设置的，请换一个子域名发信。"},
    [FINDING_MX_TO_CNAME] = {"MX_TO_CNAME", TCSES_FINDING_ERROR,
        "The MX record names {where}, which is only an alias (CNAME). Many servers deliver nothing there.",
        "MX 记录填的是 {where}，而它只是别名（CNAME）。许多服务器不会向那里投递。", CHANGE},
    [FINDING_MX_TO_CNAME_BESIDE] = {"MX_TO_CNAME", TCSES_FINDING_WARNING,
        "Another MX record names {where}, which is only an alias (CNAME). Many servers deliver nothing there.",
        "另一条 MX 记录填的是 {where}，而它只是别名（CNAME）。许多服务器不会向那里投递。",
        "Name the server that the alias leads to, or delete that MX record with host {host} in the DNS console of "
        "{zone}.",
        "请直接填写别名所指的服务器，或者在 {zone} 的 DNS 控制台删除主机记录为 {host} 的那条 MX 记录。"},
    [FINDING_MX_TO_IP] = {"MX_TO_IP", TCSES_FINDING_ERROR,
        "The MX record names an address ({where}) where a server's name belongs.",
        "MX 记录填的是 IP 地址（{where}），这里应当填服务器的名字。", CHANGE},
    [FINDING_MX_TO_IP_BESIDE] = {"MX_TO_IP", TCSES_FINDING_WARNING,
        "Another MX record names an address ({where}) where a server's name belongs.",
        "另一条 MX 记录填的是 IP 地址（{where}），这里应当填服务器的名字。",
        "In the DNS console of {zone}, delete that MX record with host {host}, or give it the server's name.",
        "在 {zone} 的 DNS 控制台删除主机记录为 {host} 的那条 MX 记录，或改填服务器的名字。"},
    [FINDING_MX_NO_HOST] = {"MX_NO_HOST", TCSES_FINDING_ERROR, "The MX record names {where}, which does not exist.",
        "MX 记录填的是 {where}，而这个名字并不存在。", CHANGE},
    [FINDING_MX_NO_HOST_BESIDE] = {"MX_NO_HOST", TCSES_FINDING_WARNING,
        "Another MX record names {where}, which does not exist.", "另一条 MX 记录填的是 {where}，而这个名字并不存在。",
        "In the DNS console of {zone}, delete that MX record with host {host}, or correct it.",
        "在 {zone} 的 DNS 控制台删除主机记录为 {host} 的那条 MX 记录，或改正它。"},

    /* ---- SPF ---- */
    [FINDING_SPF_NONE] = {"SPF_NONE", TCSES_FINDING_ERROR,
        "{name} has no SPF record, which says who may send mail in its name. That of another name does not count for "
        "it.",
        "{name} 没有 SPF 记录。SPF 记录说明谁可以用这个名字发信；其他名字的 SPF 记录对它不起作用。", ADD},
    [FINDING_SPF_MULTI] = {"SPF_MULTI", TCSES_FINDING_ERROR,
        "{name} has {number} SPF records. There may be one; with more, receivers regard none.",
        "{name} 有 {number} 条 SPF 记录。只允许有一条；多于一条时，收信方一条也不认。",
        "In the DNS console of {zone}, delete all but one of the TXT records with host {host} that begin with v=spf1, "
        "and replace "
        "the value of the one left by the one below, which puts them together; look it through first.",
        "在 {zone} 的 DNS 控制台，把主机记录为 {host}、以 v=spf1 开头的 TXT "
        "记录删到只剩一条，并把它的记录值改成下面合并后的内容"
        "（请先核对）。"},
    [FINDING_SPF_SYNTAX] = {"SPF_SYNTAX", TCSES_FINDING_ERROR,
        "The SPF record of {name} {problem}. One mistake makes receivers pass over all of it. Found: {found}",
        "{name} 的 SPF 记录有错误：{problem}。只要有一处错误，收信方就会忽略整条记录。当前值：{found}",
        "In the DNS console of {zone}, correct the TXT record with host {host}. If only this service sends in your "
        "name, the value "
        "below is enough.",
        "在 {zone} 的 DNS 控制台改正主机记录为 {host} 的 TXT 记录。如果只用本服务发信，填下面的内容即可。"},
    [FINDING_SPF_NOT_SPF] = {"SPF_SYNTAX", TCSES_FINDING_ERROR,
        "There is a text for SPF at {name}, but it does not begin with \"v=spf1\" and a space, so receivers do not see "
        "it. Found: "
        "{found}",
        "{name} 上有一条 SPF 文本，但它不是以“v=spf1”加一个空格开头，收信方不会把它当作 SPF 记录。当前值：{found}",
        CHANGE},
    [FINDING_SPF_NO_INCLUDE] = {"SPF_NO_INCLUDE", TCSES_FINDING_ERROR,
        "The SPF record of {name} does not allow this service to send: {where} is missing.",
        "{name} 的 SPF 记录没有允许本服务发信：缺少 {where}。", CHANGE},
    [FINDING_SPF_INCLUDE_NOT_PLUS] = {"SPF_NO_INCLUDE", TCSES_FINDING_ERROR,
        "In the SPF record of {name}, {where} has a sign before it that forbids what it should allow.",
        "{name} 的 SPF 记录中，{where} 前面多了一个符号，把“允许”变成了“不允许”。",
        "In the DNS console of {zone}, open the TXT record with host {host} and delete the sign (-, ~ or ?) before "
        "{where}.",
        "在 {zone} 的 DNS 控制台打开主机记录为 {host} 的 TXT 记录，删除 {where} 前面的符号（-、~ 或 ?）。"},
    [FINDING_SPF_INCLUDE_INDIRECT] = {"SPF_NO_INCLUDE", TCSES_FINDING_WARNING,
        "This service may send by way of a record that the SPF record of {name} includes. That is enough for "
        "receivers; the "
        "service itself may want to see {where} in the record.",
        "本服务是通过 {name} 的 SPF 记录所引用的另一条记录获得允许的。对收信方这已足够；但服务可能要求记录里直接写有 "
        "{where}。",
        "If the verification fails: in the DNS console of {zone}, replace the value of the TXT record with host {host} "
        "by the one "
        "below.",
        "如果验证不通过：在 {zone} 的 DNS 控制台把主机记录为 {host} 的 TXT 记录改成下面的内容。"},
    [FINDING_SPF_NO_ROOM] = {"SPF_NO_INCLUDE", TCSES_FINDING_ERROR,
        "The SPF record of {name} does not allow this service to send, and has no room for {where}: with it receivers "
        "would have to look up {number} names. They stop after 10, and would regard the record as broken.",
        "{name} 的 SPF 记录没有允许本服务发信，而且已放不下 {where}：加上它，收信方就要查询 {number} "
        "个名字；超过 10 个，收信方就认为记录有错误。",
        "Send from a sub-domain, which has a record of its own. Or, in the DNS console of {zone}, first remove what is "
        "no longer needed from the TXT record with host {host} (include, a, mx, ptr and exists cost look-ups), and "
        "only then write {where} in it, before \"all\".",
        "请换一个子域名发信，它有自己的 SPF 记录。或者在 {zone} 的 DNS 控制台，先从主机记录为 {host} 的 TXT "
        "记录中删除不再需要的项（include、a、mx、ptr、exists 都要查询），然后再把 {where} 写在“all”前面。"},
    [FINDING_SPF_NO_ROOM_INDIRECT] = {"SPF_NO_INCLUDE", TCSES_FINDING_WARNING,
        "This service may send by way of a record that the SPF record of {name} includes. That is enough for "
        "receivers; the service itself may want to see {where} in the record, which has no room for it: with it "
        "receivers would have to look up {number} names, and they stop after 10.",
        "本服务是通过 {name} 的 SPF 记录所引用的另一条记录获得允许的。对收信方这已足够；但服务可能要求记录里直接写有 "
        "{where}，而记录里已放不下它：加上它，收信方就要查询 {number} 个名字，超过 10 个就认为记录有错误。",
        "If the verification fails: in the DNS console of {zone}, remove what is no longer needed from the TXT record "
        "with host {host}, and only then write {where} in it, before \"all\". Or send from a sub-domain.",
        "如果验证不通过：在 {zone} 的 DNS 控制台，先从主机记录为 {host} 的 TXT 记录中删除不再需要的项，然后再把 "
        "{where} 写在“all”前面；或者换一个子域名发信。"},
    [FINDING_SPF_AFTER_ALL] = {"SPF_AFTER_ALL", TCSES_FINDING_ERROR,
        "In the SPF record of {name}, {where} stands behind \"all\". Receivers stop reading there.",
        "{name} 的 SPF 记录中，{where} 写在了“all”后面。收信方读到 all 就不再往下读。", CHANGE},
    [FINDING_SPF_REDIRECT] = {"SPF_REDIRECT", TCSES_FINDING_ERROR,
        "The SPF record of {name} sends readers on to {where}; {problem} has to stand in the record itself.",
        "{name} 的 SPF 记录跳转到了 {where}；{problem} 必须直接写在这条记录里。", CHANGE},
    [FINDING_SPF_REDIRECT_UNUSED] = {"SPF_REDIRECT", TCSES_FINDING_WARNING,
        "In the SPF record of {name}, \"redirect={where}\" counts for nothing, because there is an \"all\" too.",
        "{name} 的 SPF 记录里已有“all”，因此“redirect={where}”不起作用。",
        "If those who send by {where} are to be allowed, write include:{where} before \"all\"; then delete the "
        "redirect.",
        "如果需要允许 {where} 发信，请在“all”前面写上 include:{where}；然后删除 redirect。"},
    [FINDING_SPF_LOOKUPS] = {"SPF_LOOKUPS", TCSES_FINDING_ERROR,
        "The SPF record of {name} makes receivers look up {number} names or more; they stop after 10 and regard it as "
        "broken.",
        "{name} 的 SPF 记录需要收信方查询 {number} 个以上的名字；超过 10 个，收信方就认为记录有错误。",
        "Remove what is no longer needed from the TXT record with host {host}: include, a, mx, ptr and exists cost "
        "look-ups, and "
        "what is included costs more. Or send from a sub-domain, which has a record of its own.",
        "请从主机记录为 {host} 的 TXT 记录中删除不再需要的项：include、a、mx、ptr、exists "
        "都要查询，被引用的记录里还有更多。"
        "也可以换一个子域名发信，它有自己的 SPF 记录。"},
    [FINDING_SPF_VOID] = {"SPF_VOID", TCSES_FINDING_ERROR,
        "{number} names in the SPF record of {name} do not exist, such as {where}; receivers allow two and regard it "
        "as broken.",
        "{name} 的 SPF 记录中有 {number} 个名字并不存在，例如 {where}；超过两个，收信方就认为记录有错误。",
        "In the DNS console of {zone}, remove these names from the TXT record with host {host}.",
        "在 {zone} 的 DNS 控制台，从主机记录为 {host} 的 TXT 记录中删除这些名字。"},
    [FINDING_SPF_INCLUDE_BROKEN] = {"SPF_INCLUDE_BROKEN", TCSES_FINDING_ERROR,
        "The SPF record of {name} refers to {where}, which has no valid SPF record. Receivers then regard yours as "
        "broken too.",
        "{name} 的 SPF 记录引用了 {where}，而它没有有效的 SPF 记录。这样收信方会认为您的记录也有错误。",
        "In the DNS console of {zone}, remove {where} from the TXT record with host {host}, or correct its spelling.",
        "在 {zone} 的 DNS 控制台，从主机记录为 {host} 的 TXT 记录中删除 {where}，或改正拼写。"},
    [FINDING_SPF_INCLUDE_NOT_ASKED] = {"RESOLVER_ERROR", TCSES_FINDING_WARNING,
        "The SPF record of {name} refers to {where}, which could not be looked up.",
        "{name} 的 SPF 记录引用了 {where}，但没能查询到它。", "Try again in a few minutes.", "请几分钟后再试。"},
    [FINDING_SPF_PLUS_ALL] = {"SPF_PLUS_ALL", TCSES_FINDING_WARNING,
        "The SPF record of {name} ends by allowing everyone to send in its name (+all).",
        "{name} 的 SPF 记录最后允许任何人用这个名字发信（+all）。",
        "In the DNS console of {zone}, open the TXT record with host {host} and replace +all (or all) by ~all.",
        "在 {zone} 的 DNS 控制台打开主机记录为 {host} 的 TXT 记录，把 +all（或 all）改成 ~all。"},
    [FINDING_SPF_NO_ALL] = {"SPF_NO_ALL", TCSES_FINDING_NOTE,
        "The SPF record of {name} does not say what to do with mail from elsewhere; usually it ends in ~all.",
        "{name} 的 SPF 记录没有说明如何对待来自别处的邮件；通常以 ~all 结尾。", NOTHING},

    /* ---- DKIM ---- */
    [FINDING_DKIM_NONE] = {"DKIM_NONE", TCSES_FINDING_ERROR,
        "There is no DKIM key at {name}. Receivers need it to see that mail is really yours and has not been changed.",
        "{name} 上没有 DKIM 公钥。收信方用它来确认邮件确实由您发出且未被改动。", ADD},
    [FINDING_DKIM_OLD_SELECTOR] = {"DKIM_OLD_SELECTOR", TCSES_FINDING_WARNING,
        "There is a DKIM key at {where}. It does not take the place of the one at {name}.",
        "{where} 上有一个 DKIM 公钥，但它不能代替 {name} 上的公钥。",
        "Leave it until the change of keys is over, and add the record that is missing.",
        "在密钥更换完成之前请保留它，并添加缺少的那条记录。"},
    [FINDING_DKIM_KEY_DIFFERS] = {"DKIM_KEY_DIFFERS", TCSES_FINDING_ERROR,
        "The DKIM key at {name} is not the one that the service asks for. From character {number} of the key on there "
        "stands "
        "\"{found}\" and not \"{where}\".",
        "{name} 上的 DKIM 公钥不是服务所要求的那一个。从密钥的第 {number} 个字符起是“{found}”，而应当是“{where}”。",
        PASTE_AGAIN},
    [FINDING_DKIM_OTHER_TYPE] = {"DKIM_KEY_DIFFERS", TCSES_FINDING_ERROR,
        "The DKIM key at {name} is of another kind than the service asks for: {found}",
        "{name} 上的 DKIM 公钥类型与服务所要求的不同：{found}", PASTE_AGAIN},
    [FINDING_DKIM_SWAPPED] = {"DKIM_KEY_DIFFERS", TCSES_FINDING_ERROR,
        "The DKIM key at {name} is the one that belongs at {where}.", "{name} 上的 DKIM 公钥本应放在 {where}。",
        PASTE_AGAIN},
    [FINDING_DKIM_REVOKED] = {"DKIM_REVOKED", TCSES_FINDING_ERROR,
        "The DKIM record at {name} has an empty key (p=), which means that the key was withdrawn.",
        "{name} 上的 DKIM 记录里密钥为空（p=），表示该密钥已作废。", CHANGE},
    [FINDING_DKIM_MULTI] = {"DKIM_MULTI", TCSES_FINDING_ERROR,
        "There are {number} DKIM keys at {name}. There may be one; which one receivers take is left to chance.",
        "{name} 上有 {number} 个 DKIM 公钥。只允许有一个；收信方会用哪一个全凭偶然。",
        "In the DNS console of {zone}, delete all TXT records with host {host} but the one with the value below.",
        "在 {zone} 的 DNS 控制台，删除主机记录为 {host} 的其他 TXT 记录，只保留记录值为下面内容的一条。"},
    [FINDING_DKIM_TEXT_BESIDE] = {"DKIM_MULTI", TCSES_FINDING_ERROR,
        "Besides the DKIM key there is another text at {name}. There may be one; some receivers refuse both. The "
        "other: {found}",
        "{name} 上除了 DKIM 公钥还有别的文本。这里只允许有一条，有的收信方会两条都不认。另一条是：{found}",
        "In the DNS console of {zone}, delete the other TXT record with host {host}.",
        "在 {zone} 的 DNS 控制台删除主机记录为 {host} 的另一条 TXT 记录。"},
    [FINDING_DKIM_BAD_B64] = {"DKIM_BAD_B64", TCSES_FINDING_ERROR,
        "The DKIM key at {name} holds a character that no key has.", "{name} 上的 DKIM 公钥里有密钥中不会出现的字符。",
        PASTE_AGAIN},
    [FINDING_DKIM_SYNTAX] = {"DKIM_SYNTAX", TCSES_FINDING_ERROR,
        "The DKIM record at {name} {problem}, so receivers can't read it. Found: {found}",
        "{name} 上的 DKIM 记录{problem}，收信方无法识别。当前值：{found}", PASTE_AGAIN},
    [FINDING_DKIM_WEAK] = {"DKIM_WEAK", TCSES_FINDING_ERROR,
        "The DKIM key at {name} has {number} bits; receivers want 1,024 at least.",
        "{name} 上的 DKIM 公钥只有 {number} 位；收信方至少要求 1024 位。", PASTE_AGAIN},
    [FINDING_DKIM_TESTING] = {"DKIM_TESTING", TCSES_FINDING_WARNING,
        "The DKIM record at {name} says that it is only a test (t=y), and receivers may pass over it.",
        "{name} 上的 DKIM 记录标明仅供测试（t=y），收信方可能会忽略它。", CHANGE},
    [FINDING_DKIM_HASH] = {"DKIM_HASH", TCSES_FINDING_ERROR,
        "The DKIM record at {name} forbids what mail is signed with today (h= without sha256).",
        "{name} 上的 DKIM 记录禁止了目前签名所用的算法（h= 中没有 sha256）。", CHANGE},
    [FINDING_DKIM_SERVICE] = {"DKIM_SERVICE", TCSES_FINDING_ERROR,
        "The DKIM record at {name} says that the key is not for e-mail (s=).",
        "{name} 上的 DKIM 记录标明该密钥不用于电子邮件（s=）。", CHANGE},
    [FINDING_DKIM_VIA_CNAME] = {"DKIM_VIA_CNAME", TCSES_FINDING_WARNING,
        "{name} is an alias (CNAME) of {where}, where the right key is. The service is said to refuse this.",
        "{name} 是 {where} 的别名（CNAME），正确的公钥在那里。据说服务不接受这种方式。",
        "If the verification fails: delete the CNAME record with host {host}, and add a TXT record there with the "
        "value below.",
        "如果验证不通过：请删除主机记录为 {host} 的 CNAME 记录，并在该处添加一条 TXT 记录，记录值填下面的内容。"},

    /* ---- DMARC ---- */
    [FINDING_DMARC_NONE] = {"DMARC_NONE", TCSES_FINDING_ERROR,
        "There is no DMARC record at {name}. It tells receivers what to do with mail that only pretends to be yours.",
        "{name} 上没有 DMARC 记录。它告诉收信方如何处理冒充您发出的邮件。", ADD},
    [FINDING_DMARC_MULTI] = {"DMARC_MULTI", TCSES_FINDING_ERROR,
        "There are {number} DMARC records at {name}. There may be one; with more, receivers regard none.",
        "{name} 上有 {number} 条 DMARC 记录。只允许有一条；多于一条时，收信方一条也不认。",
        "In the DNS console of {zone}, delete all but one of the TXT records with host {host}; keep the strictest.",
        "在 {zone} 的 DNS 控制台，把主机记录为 {host} 的 TXT 记录删到只剩一条，保留策略最严格的那一条。"},
    [FINDING_DMARC_BAD_P] = {"DMARC_BAD_P", TCSES_FINDING_ERROR,
        "The DMARC record at {name} {problem}: a policy is one of none, quarantine and reject. Found: {found}",
        "{name} 上的 DMARC 记录{problem}：策略只能是 none、quarantine 或 reject。当前值：{found}", CHANGE},
    [FINDING_DMARC_SYNTAX] = {"DMARC_SYNTAX", TCSES_FINDING_ERROR,
        "There is a text for DMARC at {name}, but it does not begin with \"v=DMARC1;\" in exactly these letters, so "
        "receivers do "
        "not see it. Found: {found}",
        "{name} 上有一条 DMARC 文本，但它不是以“v=DMARC1;”（大小写须一致）开头，收信方不会识别。当前值：{found}",
        CHANGE},
    [FINDING_DMARC_BAD_VALUE] = {"DMARC_SYNTAX", TCSES_FINDING_WARNING,
        "The DMARC record at {name} {problem}. Receivers pass over that part. Found: {found}",
        "{name} 上的 DMARC 记录{problem}。收信方会忽略这一部分。当前值：{found}",
        "In the DNS console of {zone}, correct the TXT record with host {host}. Addresses for reports begin with "
        "\"mailto:\".",
        "在 {zone} 的 DNS 控制台改正主机记录为 {host} 的 TXT 记录。接收报告的地址要以“mailto:”开头。"},
    [FINDING_DMARC_INHERITED] = {"DMARC_INHERITED", TCSES_FINDING_WARNING,
        "The DMARC record at {where} covers this name too (policy {problem}), so receivers are content. The service "
        "asks for a record "
        "of its own.",
        "{where} 上的 DMARC 记录也适用于这个名字（策略 {problem}），对收信方已经足够；但服务要求这里有自己的记录。",
        ADD},
    [FINDING_DMARC_PARENT_NOT_ASKED] = {"RESOLVER_ERROR", TCSES_FINDING_WARNING,
        "Nobody could be asked for {where}. A DMARC record there may cover {name} too, and a new record takes its "
        "place: it must not be weaker.",
        "没能查询到 {where}。那里的 DMARC 记录可能也适用于 {name}，而新的记录会取代它，因此不能比它更弱。",
        "Look again in a few minutes, before you add the record.", "请几分钟后再看，然后再添加这条记录。"},
    [FINDING_DMARC_WEAKENS] = {"DMARC_WEAKENS", TCSES_FINDING_WARNING,
        "The DMARC record at {name} is weaker than the policy {problem}, which would come from {where} without it: "
        "mail that only "
        "pretends to be yours gets through more easily.",
        "{name} 上的 DMARC 记录比 {where} 原本给它的策略（{problem}）更弱：冒充您的邮件更容易被收下。", CHANGE},
    [FINDING_DMARC_P_NOT_SECOND] = {"DMARC_P_NOT_SECOND", TCSES_FINDING_WARNING,
        "In the DMARC record at {name} the policy (p=) does not stand right behind v=DMARC1, where older receivers "
        "want it.",
        "{name} 上的 DMARC 记录里，策略（p=）没有紧跟在 v=DMARC1 后面，较旧的收信系统可能不认。", CHANGE},
    [FINDING_DMARC_OLD_TAGS] = {"DMARC_OLD_TAGS", TCSES_FINDING_NOTE,
        "The DMARC record at {name} has parts that no longer mean anything (pct, rf or ri). They do no harm.",
        "{name} 上的 DMARC 记录含有已经废止的部分（pct、rf 或 ri），不影响使用。", NOTHING},

    /* ---- the domain as a whole ---- */
    [FINDING_EXMAIL_SUSPECT] = {"EXMAIL_SUSPECT", TCSES_FINDING_WARNING,
        "{name} seems to be in use with Tencent's enterprise mail ({found}). The service may refuse a domain that has "
        "it.",
        "{name} 似乎已经开通了腾讯企业邮（{found}）。服务可能不接受已开通企业邮的域名。",
        "Send from a sub-domain that has no mailboxes, for example one that begins with \"mail\".",
        "请改用没有邮箱的子域名发信，例如以 mail 开头的子域名。"},
    [FINDING_NAME_IN_USE] = {"NAME_IN_USE", TCSES_FINDING_WARNING,
        "Mail to {name} goes to {found}. The service wants to be named there, and would get part of that mail.",
        "发往 {name} 的邮件目前交给 {found}。服务要求也写在那里，这样会有一部分邮件投到服务那边。",
        "Send from a sub-domain that is not in use, for example one that begins with \"mail\": then nothing has to "
        "change here.",
        "请改用未被占用的子域名发信，例如以 mail 开头的子域名：这样这里什么都不用改。"},
    [FINDING_SPF_MULTI_BEFORE] = {"SPF_MULTI", TCSES_FINDING_ERROR,
        "{name} has {number} SPF records already. There may be one; with more, receivers regard none.",
        "{name} 已有 {number} 条 SPF 记录。只允许有一条；多于一条时，收信方一条也不认。",
        "In the DNS console of {zone}, put the TXT records with host {host} that begin with v=spf1 together into one. "
        "Or send from "
        "a sub-domain.",
        "请在 {zone} 的 DNS 控制台，把主机记录为 {host}、以 v=spf1 开头的 TXT 记录合并成一条；或者改用子域名发信。"},
    [FINDING_SPF_SYNTAX_BEFORE] = {"SPF_SYNTAX", TCSES_FINDING_ERROR,
        "{name} has an SPF record already, which {problem}. One mistake makes receivers pass over all of it. Found: "
        "{found}",
        "{name} 已有一条 SPF 记录，但有错误：{problem}。只要有一处错误，收信方就会忽略整条记录。当前值：{found}",
        "In the DNS console of {zone}, correct the TXT record with host {host}. Or send from a sub-domain.",
        "请在 {zone} 的 DNS 控制台改正主机记录为 {host} 的 TXT 记录；或者改用子域名发信。"},
};

tcses_finding finding_words(finding_id id)
{
    const words *w = &table[id];
    tcses_finding finding = {
        sizeof finding, w->code, w->english, w->chinese, w->fix_english, w->fix_chinese, NULL, 0, w->severity, 0};
    return finding;
}
