/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_ASK_H
#define CLI_ASK_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

typedef enum answer { ANSWER_OK, ANSWER_NONE, ANSWER_INTERRUPTED } answer;

/*
 * Reads a line from standard input, after a prompt on standard error if that is a terminal. ANSWER_NONE: the input is at
 * its end, or the line is longer than the room. With `is_secret` the terminal does not show what is typed.
 */
answer ask_line(const char *prompt, bool is_secret, char *room, size_t size);

/*
 * Some bytes of standard input, unbuffered, as read() gives them: how many; 0 at its end, -1 on an error. A signal ends
 * the waiting with -1: interrupt_signal() tells.
 */
ssize_t ask_read(void *room, size_t size);

/* Whether the question is answered with y or yes. Only for attended programs. */
bool ask_yes(const char *question);

/* Shows what is typed again, if it was hidden. Safe on any thread. */
void ask_restore_terminal(void);

/* Overwrites a secret. */
void ask_wipe(void *secret, size_t size);

#endif
