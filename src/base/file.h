/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include "base/buffer.h"

/* Reads a whole file of at most 1 MiB. Returns 0, or an errno; EFBIG and ENOMEM among them. */
int file_read(const char *name, buffer *content);

#endif
