/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_CANCEL_H
#define BASE_CANCEL_H

#include <tcses/cancel.h>

/* What is called when a cancel is triggered. Lives with its owner, who registers and unregisters it. */
typedef struct cancel_wake {
    void (*call)(void *ctx);
    void *ctx;
    struct cancel_wake *next;
    int32_t running;
    int32_t registered;
} cancel_wake;

/* Calls back at once if the cancel was already triggered. A NULL cancel does nothing. */
void cancel_register(tcses_cancel *cancel, cancel_wake *wake);
/* After it has returned the callback is neither running nor will it be called. */
void cancel_unregister(tcses_cancel *cancel, cancel_wake *wake);

#endif
