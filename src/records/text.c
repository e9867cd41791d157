/* SPDX-License-Identifier: Apache-2.0 */
#include "records/text.h"

#include <tcses/sys/text.h>

#include "base/arena.h"
#include "base/error.h"

static tcses_status make_text(
    const memory *mem, const char *content, size_t length, const tcses_text **out, tcses_error *error)
{
    arena *a = NULL;
    tcses_text *text = arena_tree_new(mem, sizeof *text, &a);
    if (text == NULL)
        return error_memory(error);
    text->size = sizeof *text;
    text->length = length;
    text->text = arena_copy(a, content, length);
    if (text->text == NULL) {
        arena_tree_free(text);
        return error_memory(error);
    }
    *out = text; /* NOLINT(clang-analyzer-core.NullDereference): error_open_new() has refused a NULL */
    return TCSES_OK;
}

tcses_status records_text(const memory *mem, const buffer *content, const tcses_text **out, tcses_error *error)
{
    if (content->failed)
        return error_memory(error);
    return make_text(mem, buffer_text(content), content->length, out, error);
}

tcses_status tcses_text_new(
    const char *text, size_t length, const tcses_allocator *allocator, const tcses_text **out, tcses_error **error)
{
    memory mem;
    tcses_error *e = NULL;
    if (out != NULL)
        *out = NULL;
    tcses_status status = error_open_new(error, allocator, out != NULL, &mem, &e);
    if (status != TCSES_OK)
        return status;
    status = text != NULL ? make_text(&mem, text, length, out, e) : error_argument(e, "text", "must not be NULL");
    return error_close(error, e, status);
}

void tcses_text_free(const tcses_text *text)
{
    arena_tree_free(text);
}
