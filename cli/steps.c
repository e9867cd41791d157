/* SPDX-License-Identifier: Apache-2.0 */
#include "steps.h"

#include <stdio.h>

#include "advice.h"
#include "failure.h"
#include "gate.h"
#include "progress.h"
#include "screen.h"
#include "text.h"

static const char *kind_word(int32_t kind)
{
    switch (kind) {
    case TCSES_STEP_DOMAIN:
        return TEXT("domain", "域名");
    case TCSES_STEP_RECORDS:
        return TEXT("DNS records", "DNS 记录");
    case TCSES_STEP_VERIFICATION:
        return TEXT("verification", "验证");
    case TCSES_STEP_ADDRESS:
        return TEXT("address", "发信地址");
    case TCSES_STEP_BOTH_KEYS:
        return TEXT("both keys", "两个密钥");
    case TCSES_STEP_NEW_KEY:
        return TEXT("new key", "新密钥");
    default:
        return "?";
    }
}

static const char *kind_name(int32_t kind)
{
    static const char *const names[] = {"", "domain", "records", "verification", "address", "both_keys", "new_key"};
    return kind > 0 && (size_t)kind < COUNT_OF(names) ? names[kind] : "other";
}

static const char *state_word(int32_t state, color *c)
{
    *c = COLOR_YELLOW;
    switch (state) {
    case TCSES_STEP_DONE:
        *c = COLOR_GREEN;
        return TEXT("done", "完成");
    case TCSES_STEP_EXISTED:
        *c = COLOR_GREEN;
        return TEXT("there", "已有");
    case TCSES_STEP_WAITING:
        return TEXT("waiting", "等待");
    case TCSES_STEP_FAILED:
        *c = COLOR_RED;
        return TEXT("failed", "失败");
    case TCSES_STEP_UNKNOWN:
        *c = COLOR_RED;
        return TEXT("unknown", "未知");
    default:
        return TEXT("planned", "计划");
    }
}

static const char *state_name(int32_t state)
{
    static const char *const names[] = {"", "planned", "done", "existed", "waiting", "failed", "unknown"};
    return state > 0 && (size_t)state < COUNT_OF(names) ? names[state] : "other";
}

static document *step_document(const tcses_onboard_step *step)
{
    document *d = document_new();
    document_text(d, "step", kind_name(step->kind));
    document_text(d, "subject", step->subject);
    document_text(d, "state", state_name(step->state));
    document_flag(d, "differs", step->differs == TCSES_TRUE);
    document_text(d, "code", tcses_error_code(step->error));
    document_text(d, "message", step->error != NULL ? tcses_error_message(step->error) : NULL);
    return d;
}

static const char *difference(const tcses_onboard_step *step)
{
    if (step->kind == TCSES_STEP_DOMAIN)
        return TEXT("  (its DKIM key has another size, and is left as it is; tcses domain dkim changes it)",
            "  （DKIM 密钥长度不同，保持不变；可用 tcses domain dkim 更换）");
    return TEXT("  (its name is another one, and is left as it is)", "  （发件人名称不同，保持不变）");
}

static bool is_wait_over(const tcses_onboard_step *step)
{
    return step->state == TCSES_STEP_WAITING && tcses_error_status(step->error) == TCSES_ERR_TIMEOUT;
}

static void show_step(const tcses_onboard_step *step)
{
    char hint[1024];
    color c = COLOR_NONE;
    const char *word = state_word(step->state, &c);
    fputs(screen_color(stdout, c), stdout);
    screen_pad(stdout, word, 9);
    fputs(screen_color(stdout, COLOR_NONE), stdout);
    screen_pad(stdout, kind_word(step->kind), 14);
    printf("%s%s\n", step->subject, step->differs == TCSES_TRUE ? difference(step) : "");
    if (step->error == NULL)
        return;
    advice_for(step->error, step->state == TCSES_STEP_UNKNOWN, step->subject, hint, sizeof hint);
    printf("         %s\n", tcses_error_message(step->error));
    /* That the time for waiting is over says nothing against the network. */
    if (hint[0] != '\0' && !is_wait_over(step))
        printf("         %s\n", hint);
}

/* Nobody can add what is shown when the wait is over. */
static void show_wanted_records(steps *told, const tcses_onboard_step *step, const tcses_verification_state *state)
{
    if (told->c->options->is_json || told->has_shown_records || step->kind != TCSES_STEP_RECORDS ||
        step->state != TCSES_STEP_WAITING)
        return;
    told->has_shown_records = true;
    screen_end_progress();
    show_step(step);
    gate_show(told->c->gate, state->attributes, state->attributes_count);
    puts(TEXT(
        "\nPut them into DNS: the rest is done once they are seen. Ctrl-C ends the wait, the same command goes on.\n",
        "\n请将记录添加到 DNS，生效后会自动继续。按 Ctrl-C 结束等待，之后可用同一命令继续。\n"));
    fflush(stdout);
}

tcses_status steps_progress(void *ctx, const tcses_onboard_step *step, const tcses_verification_state *state)
{
    steps *told = ctx;
    cli *c = told->c;
    if (state != NULL) {
        c->has_changed = c->has_changed || state->submissions > 0;
        show_wanted_records(told, step, state);
        progress_tell(c, state);
        return TCSES_OK;
    }
    screen_end_progress();
    c->has_changed = c->has_changed || step->state == TCSES_STEP_DONE || step->state == TCSES_STEP_UNKNOWN;
    if (!c->options->is_json) {
        show_step(step);
        fflush(stdout);
        return TCSES_OK;
    }
    document *d = document_new();
    document_text(d, "schema", "tcses.step/1");
    document_take(d, step_document(step));
    document_line(d, stderr);
    document_free(d);
    return TCSES_OK;
}

/* A wait that has ended is told apart from what is to be waited for. */
static int exit_code_of(const tcses_onboard_step *step)
{
    switch (step->state) {
    case TCSES_STEP_WAITING:
        return is_wait_over(step) ? EXIT_WAIT_OVER : EXIT_NOT_READY;
    case TCSES_STEP_UNKNOWN:
        return EXIT_UNKNOWN;
    case TCSES_STEP_FAILED:
        return failure_exit_code(step->error);
    default:
        return EXIT_OK;
    }
}

int steps_check_deadline(const options *o)
{
    if (!options_has(o, OPTION_DEADLINE) || options_has(o, OPTION_WAIT))
        return EXIT_OK;
    return failure_usage("%s", TEXT("--deadline goes with --wait", "--deadline 须与 --wait 一起使用"));
}

int steps_exit_code(const tcses_onboard_report *report)
{
    int code = EXIT_OK;
    for (size_t i = 0; i < report->steps_count; i++)
        code = exits_worst(code, exit_code_of(report->steps[i]));
    return code == EXIT_OK && report->state == TCSES_STEP_PLANNED ? EXIT_PENDING : code;
}

document *steps_document(const tcses_onboard_report *report)
{
    document *d = document_new();
    document_text(d, "domain", report->domain);
    document_text(d, "state", state_name(report->state));
    document_list(d, "steps");
    for (size_t i = 0; i < report->steps_count; i++)
        document_append(d, "steps", step_document(report->steps[i]));
    return d;
}
