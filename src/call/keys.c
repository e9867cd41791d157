/* SPDX-License-Identifier: Apache-2.0 */
#include "call/keys.h"

#include "base/text.h"

static void keys_free(keys *k)
{
    memory mem = k->mem;
    memory_give_secret(&mem, k->secret_id);
    memory_give_secret(&mem, k->secret_key);
    memory_give_secret(&mem, k->token);
    memory_give(&mem, k);
}

keys *keys_new(const memory *mem, const char *secret_id, const char *secret_key, const char *token, uint64_t version)
{
    keys *k = memory_take(mem, sizeof *k);
    if (k == NULL)
        return NULL;
    k->mem = *mem;
    atomic_init(&k->references, 1);
    k->version = version;
    k->secret_id = memory_copy_text(mem, secret_id);
    k->secret_key = memory_copy_text(mem, secret_key);
    k->token = token != NULL ? memory_copy_text(mem, token) : NULL;
    if (k->secret_id == NULL || k->secret_key == NULL || (token != NULL && k->token == NULL)) {
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
