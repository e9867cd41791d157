/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/text.h"
#include "dns/judge_parts.h"

/* What the hosts of an answer are, beside the one that is expected. */
typedef struct mx_hosts {
    bool has_expected;
    bool has_null;
    bool has_doubled;
    bool has_sibling;  /* in the domain of the expected host, and not it: hardly one's own server */
    bool has_bad;      /* an address, an alias, a name that does not exist */
    const char *other; /* the first of the rest */
} mx_hosts;

const char *mx_host(const char *value)
{
    const char *space = strchr(value, ' ');
    return space != NULL ? space + 1 : value;
}

static bool is_null(const char *host)
{
    return host[0] == '\0' || strcmp(host, ".") == 0;
}

bool mx_fits(const tcses_record *record, const tcses_dns_answer *answer)
{
    for (size_t i = 0; i < answer->values_count; i++) {
        if (names_same(mx_host(answer->values[i]), record->value))
            return true;
    }
    return false;
}

/* The expected host, and behind it the zone's name, the domain's or both, as consoles append them. */
static bool is_doubled(judge *j, const char *host, const char *expected)
{
    size_t length = strlen(expected);
    if (strlen(host) <= length || host[length] != '.' || !text_begins_ignoring_case(host, expected, length))
        return false;
    const char *rest = host + length + 1;
    return rest[0] != '\0' && (names_same(rest, j->domain) || (j->zone != NULL && names_within(rest, j->zone)));
}

/* An address stays one when the console has put the zone's name behind it. */
static bool is_address(judge *j, const char *host)
{
    if (names_is_address(host))
        return true;
    size_t labels = j->zone != NULL && names_within(host, j->zone) ? names_labels(host) - names_labels(j->zone) : 0;
    return labels == 4 && strspn(host, "0123456789.") >= strlen(host) - strlen(j->zone) - 1;
}

/* What is wrong with a host of one's own; FINDING_IDS for nothing. */
static finding_id fault_of(judge *j, const char *host)
{
    if (is_address(j, host))
        return FINDING_MX_TO_IP;
    const char *name = judge_name(j, view_of(host));
    const tcses_dns_answer *answer = judge_find(j, name, LOOK_A);
    if (answer == NULL)
        return FINDING_IDS;
    if (answer->cname != NULL)
        return FINDING_MX_TO_CNAME;
    return answer->state == TCSES_ANSWER_NO_NAME ? FINDING_MX_NO_HOST : FINDING_IDS;
}

/* The same findings where the expected host is there too. */
static finding_id beside(finding_id id)
{
    switch (id) {
    case FINDING_MX_TO_IP:
        return FINDING_MX_TO_IP_BESIDE;
    case FINDING_MX_TO_CNAME:
        return FINDING_MX_TO_CNAME_BESIDE;
    case FINDING_MX_NO_HOST:
        return FINDING_MX_NO_HOST_BESIDE;
    default:
        return id;
    }
}

static void look_at_host(judge *j, const tcses_record *record, const char *host, mx_hosts *hosts, verdict *v)
{
    finding_facts facts = judge_facts(j, record);
    facts.where = host;
    if (is_doubled(j, host, record->value)) {
        hosts->has_doubled = true;
        facts.fix_value = judge_join(j, record->value, ".", "");
        judge_tell(j, &v->findings, hosts->has_expected ? FINDING_MX_DOUBLED_BESIDE : FINDING_MX_DOUBLED, &facts);
        return;
    }
    if (names_within(host, names_parent(record->value)) && names_labels(record->value) > 2)
        hosts->has_sibling = true;
    finding_id fault = fault_of(j, host);
    hosts->has_bad = hosts->has_bad || fault != FINDING_IDS;
    if (fault != FINDING_IDS)
        judge_tell(j, &v->findings, hosts->has_expected ? beside(fault) : fault, &facts);
    else if (hosts->other == NULL)
        hosts->other = host;
}

static void look_at_hosts(
    judge *j, const tcses_record *record, const tcses_dns_answer *answer, mx_hosts *hosts, verdict *v)
{
    for (size_t i = 0; i < answer->values_count; i++) {
        const char *host = mx_host(answer->values[i]);
        if (is_null(host))
            hosts->has_null = true;
        else if (!names_same(host, record->value))
            look_at_host(j, record, host, hosts, v);
    }
}

void judge_mx(judge *j, const tcses_record *record, const tcses_dns_answer *answer, verdict *v)
{
    finding_facts facts = judge_facts(j, record);
    mx_hosts hosts = {.has_expected = mx_fits(record, answer)};
    int32_t equals = hosts.has_expected ? TCSES_TRUE : TCSES_FALSE;
    if (answer->values_count == 0) {
        judge_tell(j, &v->findings, FINDING_MX_NONE, &facts);
        judge_say(v, TCSES_RECORD_MISSING, TCSES_FALSE, TCSES_FALSE);
        return;
    }
    look_at_hosts(j, record, answer, &hosts, v);
    bool is_valid = !hosts.has_bad && !hosts.has_doubled && (!hosts.has_null || answer->values_count == 1);
    judge_say(v, TCSES_RECORD_OK, equals, is_valid ? TCSES_TRUE : TCSES_FALSE);
    facts.where = hosts.other;
    if (hosts.has_null) {
        judge_tell(j, &v->findings, FINDING_MX_NULL, &facts);
        v->status = TCSES_RECORD_CONFLICT;
    } else if (hosts.has_expected) {
        if (hosts.other != NULL)
            judge_tell(j, &v->findings, FINDING_MX_OTHER_BESIDE, &facts);
    } else if (hosts.has_sibling || hosts.has_bad || hosts.has_doubled) {
        if (hosts.other != NULL)
            judge_tell(j, &v->findings, FINDING_MX_OTHER_WRONG, &facts);
        v->status = TCSES_RECORD_WRONG;
    } else {
        judge_tell(j, &v->findings, FINDING_MX_OTHER_ALONE, &facts);
    }
}
