/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 *
 * tcses/cancel.h: stopping a call from another thread.
 */
#ifndef TCSES_CANCEL_H
#define TCSES_CANCEL_H

#include <tcses/base.h>
#include <tcses/error.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * A switch that can be thrown once. Every call that was given it (tcses_call_options.cancel) ends with
 * TCSES_ERR_CANCELLED as soon as it notices: at once while it waits for a connection, an answer or the next attempt;
 * during name resolution with libcurl 7.87 or later, else when the resolver answers.
 *
 * Any thread may use it at any time. It is counted: new and ref take a reference, unref gives one back.
 * @since 0.1
 */
typedef struct tcses_cancel tcses_cancel;

/**
 * Makes a cancel with one reference.
 * @param allocator NULL for malloc and free.
 * @return TCSES_OK, TCSES_ERR_ARGUMENT or TCSES_ERR_MEMORY.
 * @since 0.1
 */
TCSES_API tcses_status tcses_cancel_new(const tcses_allocator *allocator, tcses_cancel **out, tcses_error **error);

/** Takes a reference; returns `cancel`. @since 0.1 */
TCSES_API tcses_cancel *tcses_cancel_ref(tcses_cancel *cancel);

/** Gives a reference back. @since 0.1 */
TCSES_API void tcses_cancel_unref(tcses_cancel *cancel);

/** Throws the switch: calls in progress with it end, later ones do not start. Not to be called in a signal handler.
 * @since 0.1 */
TCSES_API void tcses_cancel_trigger(tcses_cancel *cancel);

/** 1 once the switch was thrown, else 0; 0 for NULL. @since 0.1 */
TCSES_API int32_t tcses_cancel_triggered(const tcses_cancel *cancel);

/**
 * Sleeps until the switch is thrown or `milliseconds` have passed, whichever comes first. What a tcses_clock of yours
 * can wait with. `cancel` may be NULL.
 * @return 1 if the switch was thrown, else 0.
 * @since 0.1
 */
TCSES_API int32_t tcses_cancel_wait(tcses_cancel *cancel, int64_t milliseconds);

#ifdef __cplusplus
}
#endif

#endif
