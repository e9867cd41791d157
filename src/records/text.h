/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RECORDS_TEXT_H
#define RECORDS_TEXT_H

#include <tcses/records.h>

#include "base/buffer.h"

/* Makes a text of what a buffer holds. */
tcses_status records_text(const memory *mem, const buffer *content, const tcses_text **out, tcses_error *error);

#endif
