/* SPDX-License-Identifier: Apache-2.0 */
#include "base/process.h"

#include <unistd.h>

#include "base/crypto.h"

static process_object *object_new(process_slot *slot, pid_t pid)
{
    process_object *object = memory_take(&slot->mem, slot->kind.bytes);
    if (object == NULL)
        return NULL;
    object->pid = pid;
    if (!slot->kind.set_up(object, slot->kind.ctx)) {
        memory_give(&slot->mem, object);
        return NULL;
    }
    return object;
}

bool process_slot_init(process_slot *slot, const memory *mem, const process_kind *kind)
{
    slot->mem = *mem;
    slot->kind = *kind;
    atomic_init(&slot->current, NULL);
    return process_slot_get(slot) != NULL;
}

void *process_slot_get(process_slot *slot)
{
    pid_t pid = getpid();
    process_object *current = atomic_load_explicit(&slot->current, memory_order_acquire);
    if (current != NULL && current->pid == pid)
        return current;
    process_object *made = object_new(slot, pid);
    if (made == NULL)
        return NULL;
    made->inherited = current;
    if (atomic_compare_exchange_strong(&slot->current, &current, made))
        return made;
    slot->kind.tear_down(made, slot->kind.ctx);
    memory_give(&slot->mem, made);
    return current;
}

void process_slot_free(process_slot *slot)
{
    process_object *object = atomic_load_explicit(&slot->current, memory_order_acquire);
    pid_t pid = getpid();
    while (object != NULL) {
        process_object *inherited = object->inherited;
        if (object->pid == pid)
            slot->kind.tear_down(object, slot->kind.ctx);
        /* An inherited one may hold secrets too. */
        crypto_wipe(object, slot->kind.bytes);
        memory_give(&slot->mem, object);
        object = inherited;
    }
    atomic_store(&slot->current, NULL);
}
