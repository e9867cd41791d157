/* SPDX-License-Identifier: Apache-2.0 */
#include "call/keys.h"

#include <string.h>

#include "base/text.h"

static void keys_free(keys *k)
{
    memory mem = k->mem;
    memory_give_secret(&mem, k->secret_id);
    memory_give_secret(&mem, k->secret_key);
    memory_give_secret(&mem, k->token);
    memory_give(&mem, k->file);
    memory_give(&mem, k->name);
    memory_give(&mem, k);
}

keys *keys_new(
    const memory *mem, const char *secret_id, const char *secret_key, const char *token, const keys_origin *origin)
{
    static atomic_uint_fast64_t versions;

    keys *k = memory_take(mem, sizeof *k);
    if (k == NULL)
        return NULL;
    k->mem = *mem;
    atomic_init(&k->references, 1);
    k->version = atomic_fetch_add_explicit(&versions, 1, memory_order_relaxed) + 1;
    k->secret_id = memory_copy_text(mem, secret_id);
    k->secret_key = memory_copy_text(mem, secret_key);
    k->source = origin->source;
    if (k->secret_id == NULL || k->secret_key == NULL || !memory_copy_optional(mem, &k->token, token) ||
        !memory_copy_optional(mem, &k->file, origin->file) || !memory_copy_optional(mem, &k->name, origin->name)) {
        keys_free(k);
        return NULL;
    }
    return k;
}

keys *keys_ref(keys *k)
{
    atomic_fetch_add_explicit(&k->references, 1, memory_order_relaxed);
    return k;
}

void keys_unref(keys *k)
{
    if (k != NULL && atomic_fetch_sub_explicit(&k->references, 1, memory_order_acq_rel) == 1)
        keys_free(k);
}

static bool same_text(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

bool keys_are_same(const keys *a, const keys *b)
{
    return same_text(a->secret_id, b->secret_id) && same_text(a->secret_key, b->secret_key) &&
           same_text(a->token, b->token);
}

const char *keys_rule(const char *secret_id, const char *secret_key, const char *token, const char **part)
{
    const struct {
        const char *name;
        const char *text;
    } parts[] = {{"secret_id", secret_id}, {"secret_key", secret_key}, {"token", token != NULL ? token : "-"}};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        *part = parts[i].name;
        if (parts[i].text == NULL)
            return "is required";
        const char *broken = text_rule_credential(parts[i].text);
        if (broken != NULL)
            return broken;
    }
    return NULL;
}
