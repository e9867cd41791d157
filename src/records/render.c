/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Writing a set of records: which format, and whether the set is fit for it.
 */
#include "records/render.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/sized.h"
#include "base/text.h"
#include "records/text.h"

SIZED_INIT_FUNCTION(render_options)

bool render_is_host(const tcses_record *record)
{
    return record->purpose == TCSES_PURPOSE_MX || strcmp(record->type, "CNAME") == 0;
}

static tcses_status take_options(
    const tcses_render_options *given, tcses_render_options *options, bool *is_chinese, tcses_error *error)
{
    *options = (tcses_render_options)TCSES_RENDER_OPTIONS_INIT;
    const char *broken = given != NULL ? sized_copy(options, sizeof *options, sizeof *options, given) : NULL;
    if (broken != NULL)
        return error_argument(error, "options", broken);
    if (options->format < TCSES_FORMAT_PANEL || options->format > TCSES_FORMAT_JSON)
        return error_argument(error, "format", "must be one of the TCSES_FORMAT_ constants");
    if (options->panel < TCSES_PANEL_DNSPOD || options->panel > TCSES_PANEL_CLOUDFLARE)
        return error_argument(error, "panel", "must be one of the TCSES_PANEL_ constants");
    const char *language = options->language != NULL ? options->language : "en-US";
    *is_chinese = strcmp(language, "zh-CN") == 0;
    if (!*is_chinese && strcmp(language, "en-US") != 0)
        return error_argument(error, "language", "must be zh-CN or en-US");
    return TCSES_OK;
}

static tcses_status refuse_record(tcses_error *error, const tcses_record *record, const char *rule)
{
    return error_set(
        error, TCSES_ERR_ARGUMENT, "format", "format: the %s record of %s %s", record->type, record->name, rule);
}

/* A zone file can hold any bytes in TXT, all others plain text. */
static tcses_status check_record(const tcses_record *record, int32_t format, tcses_error *error)
{
    if (format == TCSES_FORMAT_BIND)
        return render_fits_zone_file(record) ? TCSES_OK
                                             : refuse_record(error, record, "has a value that no zone file can hold");
    const char *broken = text_rule_utf8(record->value);
    if (broken == NULL && format == TCSES_FORMAT_JSON && record->current_value != NULL)
        broken = text_rule_utf8(record->current_value);
    return broken == NULL ? TCSES_OK
                          : refuse_record(error, record, "has bytes in its value that only a zone file can hold");
}

static tcses_status check_set(const tcses_record_set *set, int32_t format, tcses_error *error)
{
    if (set == NULL)
        return error_argument(error, "set", "must not be NULL");
    if (set->zone == NULL && (format == TCSES_FORMAT_DNSPOD || format == TCSES_FORMAT_TERRAFORM))
        return error_argument(error, "zone", "must be named when the set is made: this format needs it");
    for (size_t i = 0; i < set->records_count; i++) {
        tcses_status status = check_record(set->records[i], format, error);
        if (status != TCSES_OK)
            return status;
    }
    return TCSES_OK;
}

static void render(const tcses_record_set *set, const tcses_render_options *options, bool is_chinese, buffer *out)
{
    switch (options->format) {
    case TCSES_FORMAT_BIND:
        render_zone_file(set, out);
        break;
    case TCSES_FORMAT_DNSPOD:
        render_dnspod(set, out);
        break;
    case TCSES_FORMAT_TERRAFORM:
        render_terraform(set, out);
        break;
    case TCSES_FORMAT_JSON:
        render_json(set, out);
        break;
    default:
        render_panel(set, options->panel, is_chinese, out);
    }
}

static tcses_status render_checked(const tcses_record_set *set, const tcses_render_options *given, const memory *mem,
    const tcses_text **out, tcses_error *error)
{
    tcses_render_options options;
    bool is_chinese = false;
    buffer content;
    tcses_status status = take_options(given, &options, &is_chinese, error);
    if (status == TCSES_OK)
        status = check_set(set, options.format, error);
    if (status != TCSES_OK)
        return status;
    buffer_init(&content, mem);
    render(set, &options, is_chinese, &content);
    status = records_text(mem, &content, out, error);
    buffer_free(&content);
    return status;
}

tcses_status tcses_record_set_render(const tcses_record_set *set, const tcses_render_options *options,
    const tcses_allocator *allocator, const tcses_text **out, tcses_error **error)
{
    memory mem;
    tcses_error *e = NULL;
    if (out != NULL)
        *out = NULL;
    tcses_status status = error_open_new(error, allocator, out != NULL, &mem, &e);
    if (status != TCSES_OK)
        return status;
    return error_close(error, e, render_checked(set, options, &mem, out, e));
}
