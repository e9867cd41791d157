/* SPDX-License-Identifier: Apache-2.0 */
#include "transport/curl_settings.h"

#include <unistd.h>

#include "base/error.h"
#include "base/sized.h"
#include "base/text.h"

#define CONNECT_TIMEOUT_MS 10000

SIZED_INIT_FUNCTION(curl_options)

static tcses_status check_options(tcses_curl_options *local, const tcses_curl_options *options, tcses_error *error)
{
    tcses_curl_options_init(local, sizeof *local);
    const char *broken = options != NULL ? sized_copy(local, sizeof *local, sizeof *local, options) : NULL;
    if (broken != NULL)
        return error_argument(error, "options", broken);
    tcses_status status = error_check_text(error, "proxy", local->proxy, text_rule_header_value);
    if (status != TCSES_OK)
        return status;
    if (local->ca_file != NULL && access(local->ca_file, R_OK) != 0)
        return error_argument(error, "ca_file", "must be a readable file");
    if (local->ca_path != NULL && access(local->ca_path, R_OK | X_OK) != 0)
        return error_argument(error, "ca_path", "must be a readable directory");
    if (local->connect_timeout_ms < 0)
        return error_argument(error, "connect_timeout_ms", "must not be negative");
    return local->reserved != 0 ? error_argument(error, "reserved", "must be 0") : TCSES_OK;
}

tcses_status curl_settings_take(
    const memory *mem, const tcses_curl_options *options, curl_settings *settings, tcses_error *error)
{
    tcses_curl_options local;
    tcses_status status = check_options(&local, options, error);
    if (status != TCSES_OK)
        return status;
    settings->connect_timeout_ms = local.connect_timeout_ms > 0 ? local.connect_timeout_ms : CONNECT_TIMEOUT_MS;
    bool copied = memory_copy_optional(mem, &settings->proxy, local.proxy);
    copied = memory_copy_optional(mem, &settings->ca_file, local.ca_file) && copied;
    copied = memory_copy_optional(mem, &settings->ca_path, local.ca_path) && copied;
    if (copied)
        return TCSES_OK;
    curl_settings_free(mem, settings);
    return error_memory(error);
}

void curl_settings_free(const memory *mem, curl_settings *settings)
{
    memory_give_secret(mem, settings->proxy);
    memory_give(mem, settings->ca_file);
    memory_give(mem, settings->ca_path);
    settings->proxy = settings->ca_file = settings->ca_path = NULL;
}
