/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CREDENTIALS_PROFILE_H
#define CREDENTIALS_PROFILE_H

#include "credentials/credentials.h"

#define PROFILE_PATH_MAX 4096

#define PROFILE_FILES_MAX 2

typedef struct profile_path {
    char text[PROFILE_PATH_MAX];
} profile_path;

/* Where to look; NULL for the usual places. */
typedef struct profile_place {
    const char *credentials_file;
    const char *cli_directory;
} profile_place;

/* The texts of one profile, from either kind of file. */
typedef struct profile_keys {
    size_t size;
    const char *secret_id;
    const char *secret_key;
    const char *token;
} profile_keys;

/* The credentials files to look into, in order: how many. */
size_t profile_credentials_files(const profile_place *place, profile_path paths[PROFILE_FILES_MAX]);

/* The file NAME.EXTENSION of the CLI's directory. False if there is no home. */
bool profile_cli_file(const profile_place *place, const char *name, const char *extension, profile_path *out);

/*
 * Looks a profile up in the credentials files (section [NAME]) and in the CLI's directory (NAME.credential). Each puts
 * what it has into the answer, or notes the places without it. Half a profile is TCSES_ERR_CREDENTIALS.
 */
tcses_status profile_find_in_files(
    const profile_place *place, const char *name, tcses_credentials_answer *answer, tcses_error *error);
tcses_status profile_find_in_cli(
    const profile_place *place, const char *name, tcses_credentials_answer *answer, tcses_error *error);

/* A number that changes when one of the files that a profile could be in changes. */
uint64_t profile_fingerprint(const profile_place *place, const char *name);

/* The CLI's default profile: $TCCLI_PROFILE, else "default". */
const char *profile_cli_default(void);

/* NULL if a profile can have this name, else the rule. */
const char *profile_rule_name(const char *name);

#endif
