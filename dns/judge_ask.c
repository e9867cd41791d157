/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "dns/judge_parts.h"

struct finding_node {
    finding_node *next;
    const tcses_finding *finding;
};

/* ---- asking ---- */

answers judge_ask(judge *j, const char *name, int type)
{
    answers found = {NULL, 0};
    if (!j->failed && !j->l->everywhere(j->l->ctx, name, type, &found.items, &found.count)) {
        j->failed = true;
        found.count = 0;
    }
    return found;
}

bool judge_is_from_resolver(answers found)
{
    return found.count == 1 && strcmp(found.items[0]->server, "resolver") == 0;
}

const tcses_dns_answer *judge_recursive(judge *j, const char *name, int type)
{
    const tcses_dns_answer *answer = NULL;
    if (!j->failed && !j->l->recursive(j->l->ctx, name, type, &answer)) {
        j->failed = true;
        answer = NULL;
    }
    return answer;
}

bool judge_is_usable(const tcses_dns_answer *answer)
{
    return answer->state != TCSES_ANSWER_FAILED;
}

const tcses_dns_answer *judge_find(judge *j, const char *name, int type)
{
    answers found = judge_ask(j, name, type);
    for (size_t i = 0; i < found.count; i++) {
        const tcses_dns_answer *answer = found.items[i];
        if (judge_is_usable(answer) && answer->cname != NULL && answer->values_count == 0)
            answer = judge_recursive(j, name, type);
        if (answer != NULL && judge_is_usable(answer))
            return answer;
    }
    return NULL;
}

/* ---- telling ---- */

/* Behind those that are as serious, before those that are less. */
static void insert(finding_list *list, finding_node *node)
{
    finding_node **place = &list->first;
    while (*place != NULL && (*place)->finding->severity >= node->finding->severity)
        place = &(*place)->next;
    node->next = *place;
    *place = node;
    list->count++;
}

void judge_tell(judge *j, finding_list *list, finding_id id, const finding_facts *facts)
{
    finding_node *node = arena_take(j->memory, sizeof *node);
    if (node != NULL)
        node->finding = finding_make(j->memory, id, facts);
    if (node == NULL || node->finding == NULL)
        j->failed = true;
    else
        insert(list, node);
}

void judge_append(finding_list *list, finding_list *more)
{
    while (more->first != NULL) {
        finding_node *node = more->first;
        more->first = node->next;
        insert(list, node);
    }
    more->count = 0;
}

finding_facts judge_facts_of_domain(judge *j)
{
    finding_facts facts = {.name = j->domain, .host = judge_host(j, j->domain), .type = "TXT"};
    facts.zone = j->zone != NULL ? j->zone : j->domain;
    return facts;
}

finding_facts judge_facts(judge *j, const tcses_record *record)
{
    finding_facts facts = judge_facts_of_domain(j);
    facts.name = record->name;
    facts.host = judge_host(j, record->name);
    facts.type = record->type;
    facts.fix_value = record->value;
    return facts;
}

const tcses_finding *const *judge_list(judge *j, const finding_list *list)
{
    const tcses_finding **items = arena_take(j->memory, list->count * sizeof(tcses_finding *));
    if (items == NULL) {
        j->failed = true;
        return NULL;
    }
    size_t count = 0;
    for (const finding_node *node = list->first; node != NULL; node = node->next)
        items[count++] = node->finding;
    return items;
}

void judge_say(verdict *v, int32_t status, int32_t equals, int32_t is_valid)
{
    v->status = status;
    v->equals = equals;
    v->is_valid = is_valid;
}

/* ---- texts ---- */

const char *judge_join(judge *j, const char *a, const char *b, const char *c)
{
    size_t lengths[] = {strlen(a), strlen(b), strlen(c)};
    char *text = arena_take(j->memory, lengths[0] + lengths[1] + lengths[2] + 1);
    if (text == NULL) {
        j->failed = true;
        return "";
    }
    memcpy(text, a, lengths[0]);
    memcpy(text + lengths[0], b, lengths[1]);
    memcpy(text + lengths[0] + lengths[1], c, lengths[2]);
    return text;
}

const char *judge_copy(judge *j, view v)
{
    const char *copy = arena_copy(j->memory, v.at, v.length);
    j->failed = j->failed || copy == NULL;
    return copy != NULL ? copy : "";
}
