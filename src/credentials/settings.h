/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CREDENTIALS_SETTINGS_H
#define CREDENTIALS_SETTINGS_H

#include "base/memory.h"

/* What a profile says beside its keys; NULL where it says nothing. */
typedef struct settings {
    char *region;
    char *endpoint;
    char *endpoint_file; /* that the endpoint stands in */
} settings;

/*
 * Reads them from the profile's section of the credentials files, else from NAME.configure of the CLI; NULL: of the
 * default profile. A file that can not be read, or is not as expected, says nothing. TCSES_OK or TCSES_ERR_MEMORY.
 */
tcses_status settings_read(const memory *mem, const char *profile, settings *found);
void settings_free(const memory *mem, settings *found);

#endif
