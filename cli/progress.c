/* SPDX-License-Identifier: Apache-2.0 */
#include "progress.h"

#include <inttypes.h>
#include <stdio.h>

#include "document.h"
#include "gate.h"
#include "records.h"
#include "screen.h"
#include "text.h"

static const char *time_text(int64_t seconds, char *room, size_t size)
{
    if (seconds >= 3600)
        snprintf(room, size, "%" PRId64 ":%02" PRId64 ":%02" PRId64, seconds / 3600, seconds / 60 % 60, seconds % 60);
    else
        snprintf(room, size, "%" PRId64 ":%02" PRId64, seconds / 60, seconds % 60);
    return room;
}

/* What DNS said when it was asked last; NULL if it has not been. */
static const char *dns_word(const gate *g)
{
    if (g == NULL || g->inner.report == NULL)
        return NULL;
    return g->verdict == TCSES_TRUE ? "ready" : g->verdict == TCSES_FALSE ? "not_ready" : "unknown";
}

static void put_dns(document *d, const gate *g)
{
    size_t at = 0;
    document_text(d, "dns", dns_word(g));
    document_list(d, "not_in_dns");
    for (const char *name = NULL; gate_is_shut(g) && (name = gate_next(g, &at)) != NULL;)
        document_append_text(d, "not_in_dns", name);
}

static void tell_program(const cli *c, const tcses_verification_state *state)
{
    document *d = document_new();
    document_text(d, "schema", "tcses.progress/1");
    document_text(d, "EmailIdentity", state->email_identity);
    document_flag(d, "VerifiedForSendingStatus", state->is_verified == TCSES_TRUE);
    document_number(d, "submissions", state->submissions);
    document_number(d, "elapsed_ms", state->elapsed_ms);
    document_number(d, "next_submission_ms", state->next_submission_ms);
    document_number(d, "left_ms", state->left_ms);
    document_list(d, "missing");
    for (size_t i = 0; i < state->attributes_count; i++) {
        if (state->attributes[i]->status != TCSES_TRUE)
            document_append_text(d, "missing", records_purpose(state->attributes[i]));
    }
    put_dns(d, c->gate);
    document_text(d, "failure", state->failure != NULL ? tcses_error_message(state->failure) : NULL);
    document_line(d, stderr);
    document_free(d);
}

/* When something happens: the next submission, or the end where that comes before it. */
static const char *outlook(const tcses_verification_state *state, char *room, size_t size)
{
    char time[24];
    if (state->next_submission_ms > state->left_ms)
        snprintf(
            room, size, TEXT("ends in %s", "%s 后结束"), time_text((state->left_ms + 999) / 1000, time, sizeof time));
    else
        snprintf(room, size, TEXT("next try in %s", "%s 后再试"),
            time_text((state->next_submission_ms + 999) / 1000, time, sizeof time));
    return room;
}

/* What it waits for. */
static void cause(const cli *c, const tcses_verification_state *state, char *room, size_t size)
{
    char missing[256];
    if (state->failure != NULL) {
        snprintf(room, size, TEXT("failed: %s", "失败：%s"), tcses_error_message(state->failure));
    } else if (gate_is_shut(c->gate)) {
        gate_list(c->gate, missing, sizeof missing);
        snprintf(room, size, TEXT("not right in DNS: %s", "DNS 中尚不正确：%s"), missing);
    } else {
        records_missing(state->attributes, state->attributes_count, missing, sizeof missing);
        snprintf(room, size, TEXT("missing: %s", "缺失：%s"), missing);
    }
}

void progress_line(const cli *c, const tcses_verification_state *state, char *room, size_t size)
{
    char elapsed[24];
    char next[64];
    char what[512];
    cause(c, state, what, sizeof what);
    snprintf(room, size, "%s  %s  %s", time_text(state->elapsed_ms / 1000, elapsed, sizeof elapsed),
        outlook(state, next, sizeof next), what);
}

void progress_tell(const cli *c, const tcses_verification_state *state)
{
    char line[512];
    if (state->last_step == TCSES_VERIFICATION_NOTHING)
        return;
    if (c->options->is_json) {
        tell_program(c, state);
        return;
    }
    if (state->is_verified == TCSES_TRUE || state->next_ms <= 0)
        return;
    progress_line(c, state, line, sizeof line);
    if (screen_is_live(stderr))
        screen_progress(line);
    else
        fprintf(stderr, "%s\n", line);
}
