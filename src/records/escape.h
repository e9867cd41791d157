/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RECORDS_ESCAPE_H
#define RECORDS_ESCAPE_H

#include "base/buffer.h"

/* Texts in quotation marks. Those of JSON and Terraform must be UTF-8 without control characters. */
void escape_json(buffer *out, const char *text);
void escape_terraform(buffer *out, const char *text);

/* The strings of a TXT record in a zone file: at most 255 octets each, any bytes. `between` stands between them. */
void escape_zone_strings(buffer *out, const char *text, const char *between);

#endif
