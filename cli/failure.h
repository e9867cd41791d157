/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_FAILURE_H
#define CLI_FAILURE_H

#include "cli.h"

/* Errors, told to people as lines or to programs as a JSON object, always on standard error. */

/* Whether to tell them as JSON. */
void failure_set_json(bool is_wanted);

/* Where in a file the errors that follow lie; NULL: nowhere. Borrowed. */
void failure_set_place(const char *where);

/* The command line, or what was typed, is wrong: nothing was sent. Returns EXIT_USAGE. */
int failure_usage(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Out of memory, nothing having been sent. Returns EXIT_NETWORK, as for anything that kept a request from being made. */
int failure_memory(void);

/* Something of this machine (a file, the terminal) failed, nothing having been sent. Returns EXIT_NETWORK. */
int failure_system(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Anything else, with its own code: "WaitTimedOut". Returns `code_of_exit`. */
int failure_own(int code_of_exit, const char *code, const char *hint, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* What was to be shown can't be; `outcome` is that of the change before it. Returns how the program is to end. */
int failure_of_output(int32_t outcome, const char *message);

/* The call that failed, which the context's error tells about. Returns how the program is to end. */
int failure_of_call(cli *c);

/* How the program ends after such an error. */
int failure_exit_code(const tcses_error *error);

/* Whether an action only reads, by its name; NULL does not. */
bool failure_is_read(const char *action);

bool failure_is_code(const tcses_error *error, const char *code);

#endif
