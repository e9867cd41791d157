/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Putting what the service expects into the SPF record of a domain.
 */
#include <stdio.h>
#include <string.h>

#include <tcses/records.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/sized.h"
#include "grammar/spf.h"

#define PROBLEM_MAX 256
#define EXCERPT_MAX 40

SIZED_INIT_FUNCTION(spf_merge_request)

/* ---- terms ---- */

/* The same mechanism or modifier, whatever stands before it. */
static bool is_alike(const spf_term *a, const spf_term *b)
{
    if (a->kind != b->kind || a->prefix4 != b->prefix4 || a->prefix6 != b->prefix6)
        return false;
    if (a->kind == SPF_OTHER_MODIFIER)
        return view_same_name(a->name, b->name) && view_same(a->value, b->value);
    return view_same_name(a->value, b->value);
}

static bool is_same(const spf_term *a, const spf_term *b)
{
    return is_alike(a, b) && a->qualifier == b->qualifier;
}

/* What of the expected record a domain needs: its mechanisms but `all`, which is the owner's own affair. */
static bool next_wanted(spf_reader *r, spf_term *term)
{
    while (spf_next(r, term)) {
        if (term->qualifier != '\0' && term->kind != SPF_ALL)
            return true;
    }
    return false;
}

static bool is_reached(view record, const spf_term *wanted)
{
    spf_reader r;
    spf_term term;
    spf_begin(&r, record);
    while (spf_next(&r, &term) && term.kind != SPF_ALL) {
        if (is_same(&term, wanted))
            return true;
    }
    return false;
}

/* The next of the wanted terms that the record does not have where it is reached. */
static bool next_missing(spf_reader *r, view record, spf_term *term)
{
    while (next_wanted(r, term)) {
        if (!is_reached(record, term))
            return true;
    }
    return false;
}

/* ---- one record ---- */

static view without_end_space(view v)
{
    while (v.length > 0 && v.at[v.length - 1] == ' ')
        v.length--;
    return v;
}

static void append_view(buffer *out, view v)
{
    buffer_append(out, v.at, v.length);
}

static void append_missing(buffer *out, view record, view expected, const char *before, const char *after)
{
    spf_reader r;
    spf_term term;
    spf_begin(&r, expected);
    while (next_missing(&r, record, &term)) {
        buffer_append_text(out, before);
        append_view(out, term.text);
        buffer_append_text(out, after);
    }
}

/* Whether a term gives way to one that is put in: the same with another qualifier, or behind `all`. */
static bool gives_way(view record, view expected, const spf_term *term)
{
    spf_reader r;
    spf_term missing;
    spf_begin(&r, expected);
    while (next_missing(&r, record, &missing)) {
        if (is_alike(term, &missing))
            return true;
    }
    return false;
}

static void merge_into(buffer *out, view record, view expected)
{
    spf_reader r;
    spf_term term;
    bool is_done = false;
    const char *from = record.at;
    spf_begin(&r, record);
    while (spf_next(&r, &term)) {
        view before = {from, (size_t)(term.text.at - from)};
        if (!is_done && (term.kind == SPF_ALL || term.kind == SPF_REDIRECT)) {
            append_view(out, before);
            append_missing(out, record, expected, "", " ");
            from = term.text.at;
            is_done = true;
        } else if (gives_way(record, expected, &term)) {
            append_view(out, without_end_space(before));
            from = term.text.at + term.text.length;
        }
    }
    view rest = {from, record.length - (size_t)(from - record.at)};
    append_view(out, is_done ? rest : without_end_space(rest));
    if (!is_done)
        append_missing(out, record, expected, " ", "");
}

/* ---- several records ---- */

/* The terms of all SPF records that are reached, in order, and their modifiers, `all` aside. */
typedef struct walk {
    const tcses_spf_merge_request *request;
    size_t next;
    spf_reader r;
    bool is_open;
    bool is_behind_all;
} walk;

static bool walk_next(walk *w, spf_term *term)
{
    for (;;) {
        while (w->is_open && spf_next(&w->r, term)) {
            w->is_behind_all = w->is_behind_all || term->kind == SPF_ALL;
            if (term->qualifier == '\0' || !w->is_behind_all)
                return true;
        }
        if (w->next == w->request->records_count)
            return false;
        view record = view_of(w->request->records[w->next++]);
        w->is_open = spf_is_record(record);
        w->is_behind_all = false;
        spf_begin(&w->r, record);
    }
}

/* Whether the same term comes before the one that was given last; with NULL: at all. */
static bool comes_before(const tcses_spf_merge_request *request, const spf_term *term, const walk *end)
{
    walk w = {.request = request};
    spf_term other;
    while (walk_next(&w, &other)) {
        if (end != NULL && w.next == end->next && w.r.at == end->r.at)
            return false;
        if (is_same(&other, term))
            return true;
    }
    return false;
}

/* The strictest `all` of those that are there; 0 if none is. */
static char strictest_all(const tcses_spf_merge_request *request)
{
    static const char order[] = "+?~-";
    char strictest = '\0';
    for (size_t i = 0; i < request->records_count; i++) {
        spf_summary s;
        if (!spf_summarise(view_of(request->records[i]), &s) || !s.has_all)
            continue;
        if (strictest == '\0' || strchr(order, s.all.qualifier) > strchr(order, strictest))
            strictest = s.all.qualifier;
    }
    return strictest;
}

/* The first modifier of a kind of which a record can have one; false if there is none. */
static bool first_of(const tcses_spf_merge_request *request, spf_kind kind, spf_term *term)
{
    walk w = {.request = request};
    while (walk_next(&w, term)) {
        if (term->kind == kind)
            return true;
    }
    return false;
}

/* Whether it is what is wanted; `but_for_qualifier`: another one than it should have. */
static bool is_wanted(const tcses_spf_merge_request *request, const spf_term *term, bool but_for_qualifier)
{
    spf_reader r;
    spf_term wanted;
    spf_begin(&r, view_of(request->expected));
    while (next_wanted(&r, &wanted)) {
        if (is_alike(term, &wanted) && (term->qualifier != wanted.qualifier) == but_for_qualifier)
            return true;
    }
    return false;
}

/* A redirect beside an `all`, or a second one, would count for nothing: what it allows, an include allows as well. */
static void append_redirect(buffer *out, const tcses_spf_merge_request *request, const spf_term *term, bool has_all)
{
    spf_term first, include = *term;
    if (!has_all && first_of(request, SPF_REDIRECT, &first) && is_same(term, &first))
        return; /* it stays one, and comes last */
    include.kind = SPF_INCLUDE;
    include.qualifier = '+';
    if (comes_before(request, &include, NULL) || is_wanted(request, &include, false))
        return;
    buffer_append_text(out, " include:");
    append_view(out, term->value);
}

static void append_united(buffer *out, const walk *w, const spf_term *term, bool has_all)
{
    if (term->kind == SPF_EXP || comes_before(w->request, term, w) || is_wanted(w->request, term, true))
        return;
    if (term->kind == SPF_REDIRECT) {
        append_redirect(out, w->request, term, has_all);
        return;
    }
    buffer_append_text(out, " ");
    append_view(out, term->text);
}

static void append_first(buffer *out, const tcses_spf_merge_request *request, spf_kind kind)
{
    spf_term term;
    if (!first_of(request, kind, &term))
        return;
    buffer_append_text(out, " ");
    append_view(out, term.text);
}

static void unite(buffer *out, const tcses_spf_merge_request *request)
{
    walk w = {.request = request};
    spf_reader r;
    spf_term term;
    char all = strictest_all(request);
    buffer_append_text(out, "v=spf1");
    while (walk_next(&w, &term))
        append_united(out, &w, &term, all != '\0');
    spf_begin(&r, view_of(request->expected));
    while (next_wanted(&r, &term)) {
        if (comes_before(request, &term, NULL))
            continue;
        buffer_append_text(out, " ");
        append_view(out, term.text);
    }
    if (all != '\0') {
        buffer_append_text(out, all == '+' ? " " : (const char[]){' ', all, '\0'});
        buffer_append_text(out, "all");
    } else {
        append_first(out, request, SPF_REDIRECT);
    }
    append_first(out, request, SPF_EXP);
}

/* ---- what there is ---- */

typedef struct survey {
    view record; /* the first */
    size_t count;
    int32_t lookups;
    size_t broken; /* the number of the first that is wrong, from 1 on; 0: none */
    view broken_record;
    spf_summary summary; /* of that one */
} survey;

static void look(const tcses_spf_merge_request *request, survey *found)
{
    memset(found, 0, sizeof *found);
    for (size_t i = 0; i < request->records_count; i++) {
        spf_summary s;
        view record = view_of(request->records[i]);
        if (!spf_is_record(record))
            continue;
        if (found->count++ == 0)
            found->record = record;
        bool is_fine = spf_summarise(record, &s);
        found->lookups += s.lookups;
        if (!is_fine && found->broken == 0) {
            found->broken = found->count;
            found->broken_record = record;
            found->summary = s;
        }
    }
}

/* The rest of the term at a place, short and fit to be shown. */
static void excerpt(view record, size_t at, char room[EXCERPT_MAX + 1])
{
    size_t i = 0;
    for (; i < EXCERPT_MAX && at + i < record.length && record.at[at + i] != ' '; i++) {
        char c = record.at[at + i];
        room[i] = (char)(c > ' ' && c < 0x7F ? c : '?');
    }
    room[i] = '\0';
}

static void describe_broken(const survey *found, char problem[PROBLEM_MAX])
{
    char which[64] = "the record", text[EXCERPT_MAX + 1];
    excerpt(found->broken_record, found->summary.problem_at, text);
    if (found->count > 1)
        snprintf(which, sizeof which, "record %zu of %zu", found->broken, found->count);
    snprintf(problem, PROBLEM_MAX, "%s %s, at character %zu%s%s", which, spf_problem_text(found->summary.problem),
        found->summary.problem_at + 1, text[0] != '\0' ? ": " : "", text);
}

static int32_t merge(
    const tcses_spf_merge_request *request, const survey *found, buffer *out, char problem[PROBLEM_MAX])
{
    spf_reader r;
    spf_term term;
    view expected = view_of(request->expected);
    problem[0] = '\0';
    if (found->broken > 0) {
        describe_broken(found, problem);
        return TCSES_MERGE_BROKEN;
    }
    if (found->count > 1) {
        snprintf(problem, PROBLEM_MAX,
            "there are %zu SPF records, which makes all of them void (RFC 7208, 4.5): publish one in their place",
            found->count);
        unite(out, request);
        return TCSES_MERGE_CONFLICT;
    }
    if (found->count == 0) {
        append_view(out, expected);
        return TCSES_MERGE_NEW;
    }
    spf_begin(&r, expected);
    if (!next_missing(&r, found->record, &term)) {
        append_view(out, found->record);
        return TCSES_MERGE_UNCHANGED;
    }
    merge_into(out, found->record, expected);
    return TCSES_MERGE_CHANGED;
}

/* ---- the function ---- */

static tcses_status check(const tcses_spf_merge_request *given, tcses_spf_merge_request *request, tcses_error *error)
{
    spf_summary s;
    spf_reader r;
    spf_term term;
    if (given == NULL)
        return error_argument(error, "request", "must not be NULL");
    const char *broken = sized_copy(request, sizeof *request, sizeof *request, given);
    if (broken != NULL)
        return error_argument(error, "request", broken);
    if (request->records == NULL && request->records_count > 0)
        return error_argument(error, "records", "must not be NULL");
    for (size_t i = 0; i < request->records_count; i++) {
        if (request->records[i] == NULL)
            return error_argument(error, "records", "must not hold NULL");
    }
    if (request->expected == NULL)
        return error_argument(error, "expected", "must not be NULL");
    if (!spf_summarise(view_of(request->expected), &s))
        return error_set(error, TCSES_ERR_ARGUMENT, "expected", "expected: is no SPF record: it %s, at character %zu",
            spf_problem_text(s.problem), s.problem_at + 1);
    spf_begin(&r, view_of(request->expected));
    return next_wanted(&r, &term) ? TCSES_OK : error_argument(error, "expected", "must have an include");
}

static bool keep(arena *a, const buffer *record, const char *problem, tcses_spf_merge_result *result)
{
    if (record->failed)
        return false;
    if (result->action != TCSES_MERGE_BROKEN)
        result->record = arena_copy(a, buffer_text(record), record->length);
    if (problem[0] != '\0')
        result->problem = arena_copy(a, problem, strlen(problem));
    return (result->record != NULL || result->action == TCSES_MERGE_BROKEN) &&
           (result->problem != NULL || problem[0] == '\0');
}

static tcses_status merge_checked(
    const tcses_spf_merge_request *request, const memory *mem, const tcses_spf_merge_result **out, tcses_error *error)
{
    arena *a = NULL;
    survey found;
    spf_summary s;
    buffer record;
    char problem[PROBLEM_MAX];
    tcses_spf_merge_result *result = arena_tree_new(mem, sizeof *result, &a);
    if (result == NULL)
        return error_memory(error);
    buffer_init(&record, mem);
    look(request, &found);
    result->size = sizeof *result;
    result->action = merge(request, &found, &record, problem);
    result->lookups_before = found.lookups;
    if (result->action != TCSES_MERGE_BROKEN && spf_summarise(view_of(buffer_text(&record)), &s))
        result->lookups_after = s.lookups;
    bool is_kept = keep(a, &record, problem, result);
    buffer_free(&record);
    if (!is_kept) {
        arena_tree_free(result);
        return error_memory(error);
    }
    *out = result; /* NOLINT(clang-analyzer-core.NullDereference): error_open_new() has refused a NULL */
    return TCSES_OK;
}

tcses_status tcses_spf_merge(const tcses_spf_merge_request *request, const tcses_allocator *allocator,
    const tcses_spf_merge_result **out, tcses_error **error)
{
    memory mem;
    tcses_error *e = NULL;
    tcses_spf_merge_request local = TCSES_SPF_MERGE_REQUEST_INIT;
    if (out != NULL)
        *out = NULL;
    tcses_status status = error_open_new(error, allocator, out != NULL, &mem, &e);
    if (status != TCSES_OK)
        return status;
    status = check(request, &local, e);
    if (status == TCSES_OK)
        status = merge_checked(&local, &mem, out, e);
    return error_close(error, e, status);
}

void tcses_spf_merge_result_free(const tcses_spf_merge_result *result)
{
    arena_tree_free(result);
}
