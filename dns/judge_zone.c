/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/buffer.h"
#include "base/text.h"
#include "dns/judge.h"
#include "dns/judge_parts.h"
#include "dns/judge_words.h"

/* What concerns the domain as a whole: its delegation, its servers, the signs of other mail. */

/* The hosts of the provider's mailboxes, and their SPF record. The first host is what this service asks for as well. */
#define MAILBOX_HOST_SHARED "mxbiz1.qq.com"
#define MAILBOX_HOST "mxbiz2.qq.com"
#define MAILBOX_SPF "spf.mail.qq.com"

/* ---- the zone ---- */

/* A zone like this was found because the domain's own is not there. */
bool judge_is_registry(const char *zone)
{
    static const char *const seconds[] = {
        "com", "net", "org", "gov", "edu", "ac", "co", "mil", "ne", "or", "go", "idv"};
    size_t labels = names_labels(zone);
    if (labels != 2)
        return labels < 2;
    const char *last = names_parent(zone);
    size_t first = strcspn(zone, ".");
    bool is_country = strcspn(last, ".") == 2;
    for (size_t i = 0; i < sizeof seconds / sizeof seconds[0] && is_country; i++) {
        if (strlen(seconds[i]) == first && text_begins_ignoring_case(zone, seconds[i], first))
            return true;
    }
    return false;
}

/* Of a name that looks like a registry's: the domain of somebody, if there is something in it. */
static bool is_own_zone(judge *j, const char *zone, const tcses_dns_answer *answer)
{
    return names_same(j->domain, zone) ||
           (names_labels(zone) > 1 && judge_is_usable(answer) && answer->state != TCSES_ANSWER_NO_NAME);
}

static void tell_no_zone(judge *j, const tcses_dns_answer *answer)
{
    j->zone = NULL;
    finding_facts facts = judge_facts_of_domain(j);
    bool is_answered = answer != NULL && judge_is_usable(answer);
    j->is_registered = !is_answered || (j->l->zone == NULL && answer->state != TCSES_ANSWER_NO_NAME);
    facts.problem = answer != NULL && answer->problem != NULL ? answer->problem : "no zone was found";
    facts.problem_chinese = answer != NULL && answer->problem != NULL ? answer->problem : "没有找到所在的区域";
    judge_tell(j, &j->domain_findings, j->is_registered ? FINDING_ALL_SILENT : FINDING_NOT_DELEGATED, &facts);
}

/* That a domain is not there somebody has to say: where nobody answers, a registry's zone is all that can be found. */
static void judge_delegation(judge *j)
{
    const char *zone = j->l->zone;
    if (zone != NULL && !judge_is_registry(zone))
        return;
    const tcses_dns_answer *answer = zone != NULL ? judge_find(j, j->domain, LOOK_SOA) : NULL;
    if (answer == NULL)
        answer = judge_recursive(j, j->domain, LOOK_SOA);
    if (zone == NULL || answer == NULL || !is_own_zone(j, zone, answer))
        tell_no_zone(j, answer);
}

/* ---- its servers ---- */

/* The server answers, but knows nothing of the zone (the answer REFUSED, not a connection refused: then it is down); or it
 * has no address. Of servers that somebody named, what is registered says nothing. */
static bool is_lame(const judge *j, const char *problem)
{
    return !j->l->is_named && (strstr(problem, "REFUSED") != NULL || text_has_ignoring_case(problem, "authoritative") ||
                                  text_has_ignoring_case(problem, "address"));
}

typedef struct server_group {
    const char *names;
    const char *problem; /* of the first */
    size_t count;
} server_group;

static server_group group_of(judge *j, bool lame)
{
    server_group group = {"", NULL, 0};
    for (size_t i = 0; i < j->l->servers_count; i++) {
        const tcses_dns_server *server = j->l->servers[i];
        if (server->problem == NULL || is_lame(j, server->problem) != lame)
            continue;
        group.names = judge_join(j, group.names, group.count > 0 ? ", " : "", server->name);
        group.problem = group.problem != NULL ? group.problem : server->problem;
        group.count++;
    }
    return group;
}

void judge_servers(judge *j)
{
    if (j->zone == NULL)
        return;
    server_group lame = group_of(j, true), silent = group_of(j, false);
    bool is_none_left = lame.count + silent.count == j->l->servers_count;
    finding_facts facts = judge_facts_of_domain(j);
    if (lame.count > 0) {
        facts.servers = lame.names;
        facts.problem = lame.problem;
        judge_tell(j, &j->domain_findings,
            is_none_left && silent.count == 0 ? FINDING_WRONG_NS_ALL : FINDING_WRONG_NS_SOME, &facts);
    }
    if (silent.count > 0) {
        facts.servers = silent.names;
        facts.problem = silent.problem;
        judge_tell(j, &j->domain_findings, is_none_left ? FINDING_ALL_SILENT : FINDING_SOME_SILENT, &facts);
    }
}

static bool has_name(const tcses_dns_answer *answer, const char *name)
{
    for (size_t i = 0; i < answer->values_count; i++) {
        if (names_same(answer->values[i], name))
            return true;
    }
    return false;
}

/* The zone says itself which servers it has: those that were asked should be among them. */
static void judge_own_servers(judge *j)
{
    const tcses_dns_answer *own = judge_find(j, j->zone, LOOK_NS);
    const char *asked = "", *named = "";
    size_t strangers = 0;
    if (own == NULL || own->values_count == 0)
        return;
    for (size_t i = 0; i < j->l->servers_count; i++) {
        const tcses_dns_server *server = j->l->servers[i];
        asked = judge_join(j, asked, i > 0 ? ", " : "", server->name);
        bool is_named_by_address = names_is_address(server->name) || strchr(server->name, ':') != NULL;
        strangers += server->problem == NULL && !is_named_by_address && !has_name(own, server->name);
    }
    for (size_t i = 0; i < own->values_count; i++)
        named = judge_join(j, named, i > 0 ? ", " : "", own->values[i]);
    finding_facts facts = judge_facts_of_domain(j);
    facts.servers = asked;
    facts.found = named;
    if (strangers > 0)
        judge_tell(j, &j->domain_findings, FINDING_WRONG_NS_OTHERS, &facts);
}

/* An alias at the zone's own name beside its SOA is no DNS, but hosts allow it. */
static void judge_apex(judge *j)
{
    const tcses_dns_answer *answer = names_same(j->domain, j->zone) ? judge_find(j, j->domain, LOOK_CNAME) : NULL;
    if (answer == NULL || answer->values_count == 0)
        return;
    finding_facts facts = judge_facts_of_domain(j);
    facts.where = answer->values[0];
    judge_tell(j, &j->domain_findings, FINDING_CNAME_AT_APEX, &facts);
}

void judge_zone(judge *j)
{
    judge_delegation(j);
    if (j->zone == NULL)
        return;
    judge_own_servers(j);
    judge_apex(j);
}

/* ---- signs of the provider's mailboxes ---- */

static bool has_host(const tcses_dns_answer *answer, const char *host)
{
    for (size_t i = 0; answer != NULL && i < answer->values_count; i++) {
        if (names_same(mx_host(answer->values[i]), host))
            return true;
    }
    return false;
}

static bool has_include(const tcses_dns_answer *answer, const char *domain)
{
    for (size_t i = 0; answer != NULL && i < answer->values_count; i++) {
        view text = view_of(answer->values[i]);
        if (spf_is_record(text) && spf_find_include(text, view_of(domain), NULL) != SPF_ABSENT)
            return true;
    }
    return false;
}

void judge_signs(judge *j)
{
    const tcses_dns_answer *mx = judge_find(j, j->domain, LOOK_MX);
    const tcses_dns_answer *txt = judge_find(j, j->domain, LOOK_TXT);
    finding_facts facts = judge_facts_of_domain(j);
    if (has_host(mx, MAILBOX_HOST))
        facts.found = "MX " MAILBOX_HOST;
    else if (has_include(txt, MAILBOX_SPF))
        facts.found = "include:" MAILBOX_SPF;
    else if (j->expected == NULL && has_host(mx, MAILBOX_HOST_SHARED))
        facts.found = "MX " MAILBOX_HOST_SHARED;
    if (facts.found != NULL)
        judge_tell(j, &j->domain_findings, FINDING_EXMAIL_SUSPECT, &facts);
}

/* ---- before the domain is created ---- */

static void judge_mail_in_use(judge *j, const tcses_dns_answer *mx)
{
    finding_facts facts = judge_facts_of_domain(j);
    facts.type = "MX";
    if (mx->values_count == 0)
        return;
    facts.found = mx_host(mx->values[0]);
    bool is_null = facts.found[0] == '\0' || strcmp(facts.found, ".") == 0;
    judge_tell(j, &j->domain_findings, is_null ? FINDING_MX_NULL : FINDING_NAME_IN_USE, &facts);
}

static void judge_spf_in_use(judge *j, const tcses_dns_answer *txt)
{
    spf_summary summary;
    view text = {NULL, 0};
    size_t count = spf_records(txt, &text);
    finding_facts facts = judge_facts_of_domain(j);
    facts.number = (int64_t)count;
    facts.found = text.at;
    if (count > 1) {
        judge_tell(j, &j->domain_findings, FINDING_SPF_MULTI_BEFORE, &facts);
    } else if (count == 1 && !spf_summarise(text, &summary)) {
        facts.problem = spf_problem_text(summary.problem);
        facts.problem_chinese = words_of_spf_problem(summary.problem);
        judge_tell(j, &j->domain_findings, FINDING_SPF_SYNTAX_BEFORE, &facts);
    }
}

static void judge_alias(judge *j, const char *target)
{
    finding_facts facts = judge_facts_of_domain(j);
    facts.where = target;
    judge_tell(j, &j->domain_findings, FINDING_CNAME_BLOCKS, &facts);
}

/* Where something is known of the domain, what is not is told by itself. */
static void tell_not_asked(judge *j, int type, const char *type_name)
{
    answers found = judge_ask(j, j->domain, type);
    finding_facts facts = judge_facts_of_domain(j);
    facts.type = type_name;
    facts.servers = found.count > 0 ? found.items[0]->server : "-";
    facts.problem = found.count > 0 && found.items[0]->problem != NULL ? found.items[0]->problem : "no answer";
    judge_tell(j, &j->domain_findings, FINDING_NOT_ASKED, &facts);
}

int32_t judge_before(judge *j)
{
    const tcses_dns_answer *alias = judge_find(j, j->domain, LOOK_CNAME);
    const tcses_dns_answer *mx = judge_find(j, j->domain, LOOK_MX);
    const tcses_dns_answer *txt = judge_find(j, j->domain, LOOK_TXT);
    bool is_apex = j->zone != NULL && names_same(j->domain, j->zone);
    bool is_alias = alias != NULL && alias->values_count > 0 && !is_apex &&
                    !judge_is_wildcard(j, j->domain, LOOK_CNAME, alias);
    if (is_alias)
        judge_alias(j, alias->values[0]);
    if (!is_alias && mx != NULL)
        judge_mail_in_use(j, mx);
    if (!is_alias && txt != NULL)
        judge_spf_in_use(j, txt);
    if (!is_alias && mx == NULL && txt != NULL)
        tell_not_asked(j, LOOK_MX, "MX");
    if (!is_alias && txt == NULL && mx != NULL)
        tell_not_asked(j, LOOK_TXT, "TXT");
    const tcses_finding *const *findings = judge_list(j, &j->domain_findings);
    bool has_error = j->domain_findings.count > 0 && findings != NULL && findings[0]->severity == TCSES_FINDING_ERROR;
    if (mx == NULL && txt == NULL && !is_alias)
        return j->is_registered ? TCSES_RECORD_UNKNOWN : TCSES_RECORD_CONFLICT;
    if (has_error)
        return TCSES_RECORD_CONFLICT;
    return mx == NULL || txt == NULL ? TCSES_RECORD_UNKNOWN : TCSES_RECORD_OK;
}
