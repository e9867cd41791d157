/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CREDENTIALS_INI_H
#define CREDENTIALS_INI_H

#include "base/arena.h"

typedef enum ini_result { INI_FOUND, INI_NO_SECTION, INI_NO_MEMORY } ini_result;

/* A key whose value is wanted; left alone if the section does not have it. */
typedef struct ini_wanted {
    const char *key;
    const char **value;
} ini_wanted;

/*
 * Reads one section: lines "key = value", comments beginning with # or ;, sections "[name]". White space around keys
 * and values does not count; of a key that is there twice, the last counts. Values are copied into the arena.
 */
ini_result ini_read(const char *text, const char *section, const ini_wanted *wanted, size_t count, arena *values);

#endif
