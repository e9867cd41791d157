/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RECORDS_RENDER_H
#define RECORDS_RENDER_H

#include <tcses/records.h>

#include "base/buffer.h"

/* One function a format. The texts of the set are fit for it. */
void render_panel(const tcses_record_set *set, int32_t panel, bool is_chinese, buffer *out);
void render_zone_file(const tcses_record_set *set, buffer *out);
void render_dnspod(const tcses_record_set *set, buffer *out);
void render_terraform(const tcses_record_set *set, buffer *out);
void render_json(const tcses_record_set *set, buffer *out);

/* Whether a record's value is the name of a host. */
bool render_is_host(const tcses_record *record);

/* Whether the value can stand in a zone file: any text of a TXT record can, of others plain words. */
bool render_fits_zone_file(const tcses_record *record);

#endif
