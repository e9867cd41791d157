/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include <tcses/sys/text.h>

#include "dns/asking.h"
#include "dns/judge.h"
#include "dns/session.h"

/* Single answers, without a judgement. */

static tcses_status refuse_out(tcses_error **error)
{
    session s = {.error = error};
    return session_refuse(&s, "out", "must not be NULL");
}

/* The zone of a registry is none that a person has. */
static tcses_status give_zone(session *s, const char *name, const found_zone *z, const tcses_text **out)
{
    if (z->name == NULL || (judge_is_registry(z->name) && strcmp(z->name, name) != 0))
        return TCSES_OK;
    return tcses_text_new(z->name, strlen(z->name), s->options.allocator, out, s->error);
}

tcses_status tcses_dns_find_zone(
    const tcses_doctor_options *options, const char *name, const tcses_text **out, tcses_error **error)
{
    session s;
    found_zone z;
    const char *taken = NULL;
    const void *root = NULL;
    bool has_memory = true;
    if (out == NULL)
        return refuse_out(error);
    *out = NULL;
    tcses_status status = session_begin(&s, options, 1, error);
    if (status != TCSES_OK)
        return status;
    status = session_take_name(&s, "name", name, &taken);
    if (status == TCSES_OK)
        has_memory = session_find_zone(&s, taken, &z);
    if (status == TCSES_OK && has_memory)
        status = give_zone(&s, taken, &z, out);
    status = session_end(&s, status, has_memory, &root);
    arena_tree_free(root);
    return status;
}

tcses_status tcses_dns_find_texts(
    const tcses_doctor_options *options, const char *name, const tcses_dns_answer **out, tcses_error **error)
{
    session s;
    packet got;
    const char *taken = NULL;
    const void *root = NULL;
    bool has_memory = true;
    if (out == NULL)
        return refuse_out(error);
    *out = NULL;
    tcses_status status = session_begin(&s, options, sizeof(tcses_dns_answer), error);
    if (status != TCSES_OK)
        return status;
    status = session_take_name(&s, "name", name, &taken);
    if (status == TCSES_OK) {
        has_memory = query_one(&s.r, &s.r.resolver, taken, LOOK_TXT, &got);
        const tcses_dns_answer *answer = has_memory ? query_answer(&s.r, &s.r.resolver, &got) : NULL;
        has_memory = answer != NULL;
        if (answer != NULL)
            memcpy(s.root, answer, sizeof *answer);
    }
    status = session_end(&s, status, has_memory, &root);
    *out = root;
    return status;
}

void tcses_dns_answer_free(const tcses_dns_answer *answer)
{
    arena_tree_free(answer);
}
