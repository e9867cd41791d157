/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "failure.h"
#include "look.h"
#include "output.h"
#include "text.h"

#define SERVICE_SPF "v=spf1 include:qcloudmail.com ~all" /* as the service asks for, where no answer of it is at hand */

static const char *action_name(int32_t action)
{
    static const char *const names[] = {"unchanged", "new", "changed", "conflict", "broken"};
    return action >= 0 && (size_t)action < COUNT_OF(names) ? names[action] : "unknown";
}

static int exit_code_of(int32_t action)
{
    if (action == TCSES_MERGE_UNCHANGED)
        return EXIT_OK;
    return action == TCSES_MERGE_NEW || action == TCSES_MERGE_CHANGED ? EXIT_PENDING : EXIT_WRONG_RECORD;
}

static document *as_document(const char *domain, const tcses_spf_merge_result *r)
{
    document *d = document_new();
    document_text(d, "schema", "tcses.spf-merge/1");
    document_text(d, "domain", domain);
    document_text(d, "action", action_name(r->action));
    document_text(d, "record", r->record);
    document_text(d, "problem", r->problem);
    document_number(d, "lookups_before", r->lookups_before);
    document_number(d, "lookups_after", r->lookups_after);
    return d;
}

static void show(const char *domain, const tcses_spf_merge_result *r)
{
    switch (r->action) {
    case TCSES_MERGE_UNCHANGED:
        fprintf(stderr, TEXT("The SPF record of %s has the include already:\n", "%s 的 SPF 记录已包含所需内容：\n"),
            domain);
        break;
    case TCSES_MERGE_NEW:
        fprintf(stderr,
            TEXT("%s has no SPF record. Publish this TXT record:\n", "%s 没有 SPF 记录。请添加 TXT 记录：\n"), domain);
        break;
    case TCSES_MERGE_CHANGED:
        fprintf(stderr, TEXT("Replace the SPF record of %s by this one:\n", "请将 %s 的 SPF 记录替换为：\n"), domain);
        break;
    default:
        fprintf(stderr, "%s: %s\n", domain, r->problem);
        if (r->record != NULL)
            fputs(TEXT("A proposal, to be looked at before it replaces them:\n", "建议（请确认后再替换）：\n"), stderr);
        break;
    }
    if (r->record != NULL)
        printf("%s\n", r->record);
    if (r->lookups_after > 10)
        fprintf(stderr, TEXT("It needs %d look-ups, of 10 at most\n", "需要 %d 次查询，上限为 10 次\n"),
            (int)r->lookups_after);
}

static int merge(cli *c, const char *domain, const char *const *records, size_t count)
{
    tcses_spf_merge_request request = TCSES_SPF_MERGE_REQUEST_INIT;
    const tcses_spf_merge_result *result = NULL;
    request.records = records;
    request.records_count = count;
    request.expected = SERVICE_SPF;
    if (tcses_spf_merge(&request, NULL, &result, &c->error) != TCSES_OK)
        return failure_of_call(c);
    int verdict = exit_code_of(result->action);
    int code = EXIT_OK;
    if (c->options->is_json)
        code = output_document(c, as_document(domain, result));
    else
        show(domain, result);
    tcses_spf_merge_result_free(result);
    return code == EXIT_OK ? verdict : code;
}

static int merge_given(cli *c, const char *domain)
{
    size_t count = options_count(c->options, OPTION_RECORD);
    const char **records = calloc(count, sizeof(char *));
    if (records == NULL)
        return failure_memory();
    for (size_t i = 0; i < count; i++)
        records[i] = options_nth(c->options, OPTION_RECORD, i);
    int code = merge(c, domain, records, count);
    free(records);
    return code;
}

static int merge_found(cli *c, const char *domain)
{
    look l;
    const tcses_dns_answer *answer = NULL;
    int code = look_take(&l, c->options);
    if (code != EXIT_OK)
        return code;
    if (tcses_dns_find_texts(&l.options, domain, &answer, &c->error) != TCSES_OK)
        code = failure_of_call(c);
    else if (answer->state == TCSES_ANSWER_FAILED)
        code = failure_own(
            EXIT_NETWORK, "NoAnswer", "", TEXT("DNS could not be asked: %s", "无法查询 DNS：%s"), answer->problem);
    else
        code = merge(c, domain, answer->values, answer->values_count);
    tcses_dns_answer_free(answer);
    look_free(&l);
    return code;
}

int domain_spf_merge_run(cli *c)
{
    char domain[NAME_BYTES];
    if (!name_take_domain(c->options->operands[0], domain))
        return EXIT_USAGE;
    return options_has(c->options, OPTION_RECORD) ? merge_given(c, domain) : merge_found(c, domain);
}
