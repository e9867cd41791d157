/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_INTERRUPT_H
#define CLI_INTERRUPT_H

#include <stdbool.h>

#include <tcses/cancel.h>

/*
 * Ctrl-C, SIGTERM and SIGHUP end the call or the question at hand, and then the program; a second one ends it at once.
 * A thread takes the signals, so that nothing of it happens in a signal handler.
 */

/* To be called before any other thread is there. False if it can't be. */
bool interrupt_set_up(void);

/* For calls: triggered by the first signal. */
tcses_cancel *interrupt_cancel(void);

/* The signal that came, or 0. */
int interrupt_signal(void);

/* Readable once a signal has come: for poll(). */
int interrupt_descriptor(void);

#endif
