/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_PROCESS_H
#define BASE_PROCESS_H

#include <stdatomic.h>
#include <sys/types.h>

#include "base/memory.h"

/*
 * State that holds locks or sockets is one object a process. After fork() the child's first use makes a fresh one: the
 * inherited object may be locked by a thread that does not exist there, and its sockets are the parent's. It stays
 * linked, untouched, and only its own memory is released in the end.
 */
typedef struct process_object {
    pid_t pid;
    struct process_object *inherited;
} process_object;

typedef struct process_kind {
    size_t bytes;                               /* of the whole object, whose first member is a process_object */
    bool (*set_up)(void *object, void *ctx);    /* of zeroed memory */
    void (*tear_down)(void *object, void *ctx); /* only of an object of this very process */
    void *ctx;
} process_kind;

typedef struct process_slot {
    memory mem;
    process_kind kind;
    _Atomic(process_object *) current;
} process_slot;

/* Makes this process's object. False when out of memory or set_up failed. */
bool process_slot_init(process_slot *slot, const memory *mem, const process_kind *kind);
/* This process's object; NULL when a child is out of memory. */
void *process_slot_get(process_slot *slot);
void process_slot_free(process_slot *slot);

#endif
