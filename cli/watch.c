/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "clock.h"
#include "commands.h"
#include "failure.h"
#include "interrupt.h"
#include "output.h"
#include "session.h"
#include "text.h"

#define DEFAULT_EVERY "15m"
#define DEFAULT_EVERY_MS (INT64_C(15) * 60000)
#define SECOND_LOOK_MS 60000
#define UNKNOWN_RUNS 3

/* What was told of one domain last. */
typedef struct told {
    char profile[NAME_BYTES];
    char domain[NAME_BYTES];
    bool is_alerted;
    uint64_t digest; /* of the alert that stands */
    int unknown_runs;
} told;

typedef struct watch {
    cli *c;
    told *items;
    size_t count;
    size_t domains_count; /* that the last first look found */
} watch;

static told *find(watch *w, const check_result *result)
{
    for (size_t i = 0; i < w->count; i++) {
        if (strcmp(w->items[i].profile, result->profile) == 0 && strcmp(w->items[i].domain, result->domain) == 0)
            return &w->items[i];
    }
    told *grown = realloc(w->items, (w->count + 1) * sizeof *grown);
    if (grown == NULL)
        return NULL;
    w->items = grown;
    told *t = &w->items[w->count++];
    memset(t, 0, sizeof *t);
    snprintf(t->profile, sizeof t->profile, "%s", result->profile);
    snprintf(t->domain, sizeof t->domain, "%s", result->domain);
    return t;
}

/* ---- telling ---- */

/* The command may have ended without reading a word: that must not end the watch. */
static void give_event(int descriptor, const document *event)
{
    FILE *input = fdopen(descriptor, "w");
    void (*before)(int) = signal(SIGPIPE, SIG_IGN);
    if (input != NULL) {
        document_line(event, input);
        fclose(input);
    } else {
        close(descriptor);
    }
    signal(SIGPIPE, before);
}

/* Runs the command of the user with the event on its standard input. Its failure is told, and ends nothing. */
static void run_hook(const cli *c, const char *hook, const document *event)
{
    int pipe_ends[2];
    pid_t child = 0;
    int status = 0;
    char *arguments[] = {"sh", "-c", (char *)(uintptr_t)hook, NULL};
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none;
    if (pipe2(pipe_ends, O_CLOEXEC) != 0) {
        session_warn(c, "--on-change: %s", strerror(errno));
        return;
    }
    sigemptyset(&none);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, pipe_ends[0], STDIN_FILENO);
    if (c->options->is_json) /* standard output is for events alone */
        posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
    int problem = posix_spawn(&child, "/bin/sh", &actions, &attributes, arguments, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    close(pipe_ends[0]);
    give_event(pipe_ends[1], event);
    if (problem == 0 && waitpid(child, &status, 0) == child && status != 0)
        session_warn(c, TEXT("--on-change ended with %d", "--on-change 退出码为 %d"),
            WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
    else if (problem != 0)
        session_warn(c, "--on-change: %s", strerror(problem));
}

static void tell(const watch *w, const check_result *result)
{
    const char *hook = w->c->options->values[OPTION_ON_CHANGE];
    document *event = document_new();
    document_text(event, "schema", "tcses.event/1");
    document_take(event, check_document(result));
    if (w->c->options->is_json)
        document_line(event, stdout);
    else
        check_show(result);
    fflush(stdout);
    if (hook != NULL)
        run_hook(w->c, hook, event);
    document_free(event);
}

/* ---- when to tell ---- */

static bool is_bad(const check_result *result)
{
    return result->state == CHECK_REGRESSED || result->state == CHECK_DRIFTED;
}

/* Whether it has not been told yet. */
static bool is_news(const told *t, const check_result *result)
{
    return is_bad(result) && !(t->is_alerted && t->digest == result->digest);
}

/* What can't be looked at is told the third time in a row, and then not again. */
static bool is_lasting_unknown(told *t, const check_result *result)
{
    t->unknown_runs = result->state == CHECK_UNKNOWN ? t->unknown_runs + 1 : 0;
    return t->unknown_runs == UNKNOWN_RUNS;
}

static void keep(told *t, const check_result *result)
{
    t->is_alerted = true;
    t->digest = result->digest;
}

/* What was alerted and is well again is told once. */
static void tell_recovery(const watch *w, told *t, check_result *result)
{
    if (!t->is_alerted || result->code_of_exit != EXIT_OK)
        return;
    result->state = CHECK_RECOVERED;
    tell(w, result);
    t->is_alerted = false;
}

static const check_result *result_of(const check_results *results, const told *t)
{
    for (size_t i = 0; i < results->count; i++) {
        if (strcmp(results->items[i].profile, t->profile) == 0 && strcmp(results->items[i].domain, t->domain) == 0)
            return &results->items[i];
    }
    return NULL;
}

/* What is still wrong at the second look, and the same, is told. */
static void confirm(watch *w, const check_results *first, const check_results *second)
{
    for (size_t i = 0; i < first->count; i++) {
        told *t = find(w, &first->items[i]);
        if (t == NULL || !is_news(t, &first->items[i]))
            continue;
        const check_result *again = result_of(second, t);
        if (again == NULL || !is_bad(again) || again->digest != first->items[i].digest)
            continue;
        tell(w, again);
        keep(t, again);
    }
}

/* ---- the loop ---- */

/* Returns whether what was found could be kept; `code` is the worst of those that could not be looked at. */
static bool look_once(cli *c, check_results *results, int *code)
{
    baseline b;
    *code = baseline_open(&b);
    if (*code != EXIT_OK)
        return false;
    *code = check_run(c->options, &b, results);
    int kept = baseline_close(&b);
    *code = exits_worst(*code, kept);
    return kept == EXIT_OK;
}

static void wait_for(int64_t milliseconds)
{
    const tcses_clock *clock = cli_clock();
    clock->wait(clock->ctx, milliseconds, interrupt_cancel());
}

/* Sorts the results of a first look. Returns whether a second one is needed. */
static bool sort_out(watch *w, check_results *results)
{
    bool needs_second = false;
    for (size_t i = 0; i < results->count; i++) {
        check_result *result = &results->items[i];
        told *t = find(w, result);
        if (t == NULL)
            continue;
        if (is_lasting_unknown(t, result)) {
            tell(w, result);
            keep(t, result);
        }
        needs_second = needs_second || is_news(t, result);
        tell_recovery(w, t, result);
    }
    return needs_second;
}

/* What is wrong is looked at again. */
static void look_again(watch *w, const check_results *first)
{
    check_results second;
    int code = EXIT_OK;
    memset(&second, 0, sizeof second);
    wait_for(SECOND_LOOK_MS);
    if (interrupt_signal() == 0)
        look_once(w->c, &second, &code);
    confirm(w, first, &second);
    check_free(&second);
}

/* EXIT_OK, or what no later look would mend without somebody: a wrong command line, no keys, no place for the state. */
static int watch_once(watch *w)
{
    check_results first;
    int code = EXIT_OK;
    memset(&first, 0, sizeof first);
    bool is_kept = look_once(w->c, &first, &code);
    bool is_hopeless = !is_kept || code == EXIT_USAGE || code == EXIT_CREDENTIALS;
    w->domains_count = first.count;
    if (interrupt_signal() == 0 && sort_out(w, &first))
        look_again(w, &first);
    check_free(&first);
    return is_hopeless ? code : EXIT_OK;
}

static void announce(const watch *w)
{
    const char *every = w->c->options->values[OPTION_EVERY];
    if (w->domains_count == 0)
        check_note_none(w->c);
    session_note(w->c,
        TEXT("Watching; domains: %zu, every %s. Only changes are told. Ctrl-C ends it.",
            "正在监视 %zu 个域名，每 %s 检查一次，仅在有变化时通知。按 Ctrl-C 结束。"),
        w->domains_count, every != NULL ? every : DEFAULT_EVERY);
}

/* What keeps the first look from working is told at once, and ends the watch; later it may be a matter of time. */
int domain_watch_run(cli *c)
{
    watch w = {.c = c};
    int64_t every = c->options->every_ms > 0 ? c->options->every_ms : DEFAULT_EVERY_MS;
    int code = check_operands(c->options);
    if (code == EXIT_OK)
        code = watch_once(&w);
    if (code == EXIT_OK && interrupt_signal() == 0)
        announce(&w);
    while (code == EXIT_OK && interrupt_signal() == 0) {
        wait_for(every);
        if (interrupt_signal() == 0)
            (void)watch_once(&w);
    }
    free(w.items);
    return code != EXIT_OK ? code : EXIT_INTERRUPTED;
}
