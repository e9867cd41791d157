/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_SESSION_H
#define CLI_SESSION_H

#include "cli.h"

/* The client of a command, and what is said of the account before something is changed. */

/*
 * Makes the client and finds the keys, and warns if others can read the file that they are in. Returns EXIT_OK, or has
 * reported.
 */
int session_open(cli *c);

/* Says on standard error which account, region and source of keys the change is for. EXIT_OK, or reported. */
int session_announce(cli *c);

void session_close(cli *c);

/* A key's id, shortened so that it can be told from others and not be copied. */
const char *session_short_id(const char *secret_id, char *room, size_t size);

/* Where keys come from, in words. */
const char *session_source(const tcses_key_info *info, char *room, size_t size);

/* A line for people on standard error; nothing with --output json. */
void session_note(const cli *c, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Something that the user should know though the command goes on. */
void session_warn(const cli *c, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Makes the client's log callback write to standard error. */
void session_log(void *ctx, int32_t level, const char *line);

#endif
