/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Checks of parameters against their table: unknown, missing, of the wrong type.
 */
#include "params.h"

#include <stdio.h>
#include <string.h>

enum { PATH_SIZE = 160 };

static const struct param *find_param(const struct shape *shape, const char *name)
{
    for (size_t i = 0; i < shape->count; i++) {
        if (strcmp(shape->params[i].name, name) == 0)
            return &shape->params[i];
    }
    return NULL;
}

static bool check_unknown(struct call *call, const struct shape *shape, json_t *object, const char *prefix)
{
    for (void *member = json_object_iter(object); member != NULL; member = json_object_iter_next(object, member)) {
        const char *name = json_object_iter_key(member);
        if (find_param(shape, name) == NULL)
            return emu_call_refuse(call, "UnknownParameter", "The action takes no parameter `%s%s`.", prefix, name);
    }
    return true;
}

/* A8: null counts as not sent. */
static bool check_missing(struct call *call, const struct shape *shape, const json_t *object, const char *prefix)
{
    for (size_t i = 0; i < shape->count; i++) {
        const struct param *param = &shape->params[i];
        const json_t *value = json_object_get(object, param->name);
        if (param->required && (value == NULL || json_is_null(value)))
            return emu_call_refuse(
                call, "MissingParameter", "The parameter `%s%s` is required and was not sent.", prefix, param->name);
    }
    return true;
}

/* A9: a number in quotes is no number, and a negative one no unsigned number. */
static const char *wrong_type(const struct param *param, const json_t *value)
{
    switch (param->kind) {
    case PARAM_TEXT:
        return json_is_string(value) ? NULL : "a string";
    case PARAM_NUMBER:
        return json_is_integer(value) && json_integer_value(value) >= 0 ? NULL : "an integer that is not negative";
    case PARAM_BOOLEAN:
        return json_is_boolean(value) ? NULL : "true or false";
    case PARAM_LIST:
    default:
        return json_is_array(value) ? NULL : "an array of objects";
    }
}

static bool check_object(struct call *call, const struct shape *shape, json_t *object, const char *prefix);

static bool check_items(struct call *call, const struct param *param, const json_t *list, const char *prefix)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        char path[PATH_SIZE];
        json_t *item = json_array_get(list, i);
        snprintf(path, sizeof(path), "%s%s.%zu", prefix, param->name, i);
        if (!json_is_object(item))
            return emu_call_refuse(call, "InvalidParameter", "The parameter `%s` has to be an object.", path);
        snprintf(path, sizeof(path), "%s%s.%zu.", prefix, param->name, i);
        if (!check_object(call, param->items, item, path))
            return false;
    }
    return true;
}

static bool check_types(struct call *call, const struct shape *shape, const json_t *object, const char *prefix)
{
    for (size_t i = 0; i < shape->count; i++) {
        const struct param *param = &shape->params[i];
        const json_t *value = json_object_get(object, param->name);
        if (value == NULL || json_is_null(value))
            continue;
        const char *wanted = wrong_type(param, value);
        if (wanted != NULL)
            return emu_call_refuse(
                call, "InvalidParameter", "The parameter `%s%s` has to be %s.", prefix, param->name, wanted);
        if (param->items != NULL && !check_items(call, param, value, prefix))
            return false;
    }
    return true;
}

/* A8: unknown names first, then missing ones, then types; members of a list are called TagList.0.TagKey. */
static bool check_object(struct call *call, const struct shape *shape, json_t *object, const char *prefix)
{
    return check_unknown(call, shape, object, prefix) && check_missing(call, shape, object, prefix) &&
           check_types(call, shape, object, prefix);
}

bool emu_params_check(struct call *call, const struct shape *shape)
{
    return check_object(call, shape, call->params, "");
}
