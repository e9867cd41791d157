/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * What one call did, as a line of JSON: what was asked, what the library told, and every request that it handed to the
 * transport meanwhile. Each of these carries the header X-Trace, CALL.NUMBER, from 1 on.
 */
#ifndef RECORD_H
#define RECORD_H

#include <stdbool.h>
#include <tcses/tcses.h>

/* Ends the program as failed. */
void die(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

/* libcurl, with every request noted for the call that runs on its thread. */
tcses_transport *record_transport(void);

/* A call begins on this thread: of this action, about this address or domain. The texts must live until its end. */
void record_begin(long number, const char *action, const char *key);
/* How often each of its requests is tried at most, and whether it is to be settled by reading back. */
void record_max_attempts(int32_t count);
void record_reconcile(bool is_set);
/* It ended. Prints the line and releases the error. */
void record_end(tcses_status status, tcses_error *error);

#endif
