/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The DMARC record to publish at a domain: one of its own takes the place of what it inherits, so it must not be weaker.
 */
#include <tcses/records.h>

#include "base/error.h"
#include "grammar/dmarc.h"
#include "records/text.h"

static bool is_policy(view name, const dmarc_record *expected, dmarc_policy *policy)
{
    if (view_is(name, "p"))
        *policy = expected->p;
    else if (view_is(name, "sp"))
        *policy = expected->sp;
    else if (view_is(name, "np"))
        *policy = expected->np;
    else
        return false;
    return true;
}

/* What softens the inherited policy comes along with it. */
static void append_softening(buffer *out, const dmarc_record *inherited)
{
    if (inherited->percent < 100) {
        buffer_append_text(out, "; pct=");
        buffer_append_number(out, (uint64_t)inherited->percent);
    }
    if (inherited->is_testing)
        buffer_append_text(out, "; t=y");
}

static bool is_softening(view name)
{
    return view_is(name, "pct") || view_is(name, "t");
}

static bool has_softening(view text)
{
    tags_reader r;
    tag t;
    tags_begin(&r, text);
    while (tags_next(&r, &t)) {
        if (is_softening(t.name))
            return true;
    }
    return false;
}

/* Names that do not exist have a policy of their own (np), which goes on below the domain. */
static void append_for_missing(buffer *out, const dmarc_record *expected, const dmarc_record *inherited)
{
    dmarc_policy floor = dmarc_policy_at(inherited, DMARC_BELOW), policy = dmarc_policy_at(expected, DMARC_BELOW);
    if (expected->np != DMARC_ABSENT || inherited->np <= floor || inherited->np <= policy)
        return;
    buffer_append_text(out, "; np=");
    buffer_append_text(out, dmarc_policy_name(inherited->np));
}

/* The expected record, with the inherited policy wherever its own would be weaker. */
static void raise_policies(buffer *out, view text, const dmarc_record *expected, const dmarc_record *inherited)
{
    tags_reader r;
    tag t;
    dmarc_policy policy = DMARC_ABSENT;
    const char *from = text.at;
    tags_begin(&r, text);
    while (tags_next(&r, &t)) {
        if (!is_policy(t.name, expected, &policy))
            continue;
        bool is_main = view_is(t.name, "p"), is_for_missing = view_is(t.name, "np");
        dmarc_policy floor = dmarc_policy_at(inherited, is_for_missing ? DMARC_BELOW_MISSING : DMARC_BELOW);
        const char *end = t.value.at + t.value.length;
        bool is_weaker = policy < floor;
        buffer_append(out, from, (size_t)((is_weaker ? t.value.at : end) - from));
        from = end;
        if (is_weaker)
            buffer_append_text(out, dmarc_policy_name(floor));
        if (is_weaker && is_main && !has_softening(text))
            append_softening(out, inherited);
        if (is_main)
            append_for_missing(out, expected, inherited);
    }
    buffer_append(out, from, text.length - (size_t)(from - text.at));
}

static tcses_status propose(
    const char *expected, const char *inherited, const memory *mem, const tcses_text **out, tcses_error *error)
{
    dmarc_record wanted, above;
    buffer content;
    if (expected == NULL)
        return error_argument(error, "expected", "must not be NULL");
    if (!dmarc_read(view_of(expected), &wanted))
        return error_set(error, TCSES_ERR_ARGUMENT, "expected", "expected: is no DMARC record: it %s, at character %zu",
            dmarc_problem_text(&wanted), wanted.problem_at + 1);
    /* Of something else there is nothing to inherit. */
    (void)dmarc_read(view_of(inherited), &above);
    buffer_init(&content, mem);
    raise_policies(&content, view_of(expected), &wanted, &above);
    tcses_status status = records_text(mem, &content, out, error);
    buffer_free(&content);
    return status;
}

tcses_status tcses_dmarc_propose(const char *expected, const char *inherited, const tcses_allocator *allocator,
    const tcses_text **out, tcses_error **error)
{
    memory mem;
    tcses_error *e = NULL;
    if (out != NULL)
        *out = NULL;
    tcses_status status = error_open_new(error, allocator, out != NULL, &mem, &e);
    if (status != TCSES_OK)
        return status;
    return error_close(error, e, propose(expected, inherited, &mem, out, e));
}
