/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TRANSPORT_CURL_SETTINGS_H
#define TRANSPORT_CURL_SETTINGS_H

#include <tcses/sys/transport.h>

#include "base/memory.h"

/* The options of the libcurl transport: checked, copied, and with their defaults. NULL where nothing was given. */
typedef struct curl_settings {
    char *proxy;
    char *ca_file;
    char *ca_path;
    int32_t connect_timeout_ms;
} curl_settings;

/* On failure nothing is left to release. */
tcses_status curl_settings_take(
    const memory *mem, const tcses_curl_options *options, curl_settings *settings, tcses_error *error);
void curl_settings_free(const memory *mem, curl_settings *settings);

#endif
