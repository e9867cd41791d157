/* SPDX-License-Identifier: Apache-2.0 */
#include "output.h"

#include "failure.h"
#include "text.h"

int output_document(cli *c, document *d)
{
    bool is_printed = document_print(d);
    document_free(d);
    if (is_printed)
        return EXIT_OK;
    if (!c->has_changed)
        return failure_memory();
    return failure_of_output(TCSES_OUTCOME_DONE, TEXT("the answer can't be shown", "无法显示结果"));
}

int output_response(cli *c, const char *name, const char *subject, const char *raw, size_t length)
{
    document *d = document_new();
    document_text(d, name, subject);
    document_take(d, document_of_response(raw, length));
    return output_document(c, d);
}

void output_merge(document *whole, const char *list, const char *raw, size_t length)
{
    if (whole == NULL)
        return;
    document *page = document_of_response(raw, length);
    document_append_all(whole, list, page);
    document_remove(page, list);
    document_take(whole, page);
}

int output_dry_run(cli *c, const char *action, document *request)
{
    if (c->options->is_json) {
        document *d = document_new();
        document_flag(d, "DryRun", true);
        document_text(d, "Action", action);
        document_put(d, "Request", request);
        int code = output_document(c, d);
        return code == EXIT_OK ? EXIT_PENDING : code;
    }
    printf(TEXT("Dry run: nothing is changed. It would send %s ", "试运行：不做任何更改。将发送 %s "), action);
    document_line(request, stdout);
    document_free(request);
    return EXIT_PENDING;
}
