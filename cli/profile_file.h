/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_PROFILE_FILE_H
#define CLI_PROFILE_FILE_H

#include <stdbool.h>
#include <stddef.h>

/* Writing a section of the profile file. What else the file holds stays as it is, comments too. */

enum { PROFILE_PATH_BYTES = 4096 };

typedef struct profile_line {
    const char *key;
    const char *value; /* NULL: the key is taken out */
} profile_line;

/* The file that is written: $TENCENTCLOUD_CREDENTIALS_FILE, else ~/.tencentcloud/credentials. False: no home. */
bool profile_file_path(char path[PROFILE_PATH_BYTES]);

/*
 * Writes what the file is to become into a new file beside it, mode 0600, whose name comes back in `draft`. Returns 0, or
 * an errno. Then profile_file_install() puts it in the file's place, or profile_file_discard() removes it.
 */
int profile_file_draft(
    const char *path, const char *section, const profile_line *lines, size_t count, char draft[PROFILE_PATH_BYTES]);
int profile_file_install(const char *draft, const char *path);
void profile_file_discard(const char *draft);

/* Whether the file has such a section. */
bool profile_file_has(const char *path, const char *section);

#endif
