/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Refusing a call, and reading its parameters.
 */
#include "call.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

bool emu_call_refuse(struct call *call, const char *code, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    free(call->message);
    if (vasprintf(&call->message, format, arguments) < 0)
        call->message = emu_support_copy("");
    va_end(arguments);
    call->code = code;
    return false;
}

const char *emu_call_text(const struct call *call, const char *name)
{
    return json_string_value(json_object_get(call->params, name));
}

json_int_t emu_call_number(const struct call *call, const char *name, json_int_t absent)
{
    const json_t *value = json_object_get(call->params, name);
    return json_is_integer(value) ? json_integer_value(value) : absent;
}

json_t *emu_call_list(const struct call *call, const char *name)
{
    json_t *value = json_object_get(call->params, name);
    return json_is_array(value) ? value : NULL;
}
