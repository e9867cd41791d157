/* SPDX-License-Identifier: Apache-2.0 */
#include "call/endpoint.h"

#include <string.h>

#include "base/buffer.h"
#include "base/error.h"
#include "base/text.h"

#define HOST_MAX 255

static const char rule[] = "must be host, host:port, or http://host:port or https://host:port without a path";

/* The end of a host name or an address, an IPv6 one in brackets; NULL if there is none. */
static const char *host_end(const char *text)
{
    const char *p = text;
    if (*p == '[') {
        for (p++; *p == ':' || *p == '.' || text_is_alphanumeric(*p); p++) {
        }
        return *p == ']' && p > text + 1 ? p + 1 : NULL;
    }
    while (text_is_alphanumeric(*p) || *p == '.' || *p == '-' || *p == '_')
        p++;
    return p > text && p - text <= HOST_MAX ? p : NULL;
}

/* The end of ":port", or of nothing; NULL if it is neither. */
static const char *port_end(const char *text)
{
    int32_t port = 0;
    if (*text != ':')
        return text;
    for (text++; text_is_digit(*text); text++) {
        port = port * 10 + (*text - '0');
        if (port > 65535)
            return NULL;
    }
    return port > 0 ? text : NULL;
}

tcses_status endpoint_parse(
    const memory *mem, const char *text, const char *argument, call_place *out, tcses_error *error)
{
    const char *scheme = "https://";
    if (text_starts_with(text, "http://"))
        scheme = "http://";
    const char *host = text_starts_with(text, scheme) ? text + strlen(scheme) : text;
    const char *end = host_end(host);
    end = end != NULL ? port_end(end) : NULL;
    if (end == NULL || (end[0] == '/' ? end[1] : end[0]) != '\0')
        return error_argument(error, argument, rule);
    buffer url;
    buffer_init(&url, mem);
    buffer_append_text(&url, scheme);
    buffer_append(&url, host, (size_t)(end - host));
    buffer_append_text(&url, "/");
    out->url = url.failed ? NULL : memory_copy_text(mem, buffer_text(&url));
    out->host = memory_copy_bytes(mem, host, (size_t)(end - host));
    buffer_free(&url);
    if (out->url != NULL && out->host != NULL)
        return TCSES_OK;
    endpoint_free(mem, out);
    return error_memory(error);
}

void endpoint_free(const memory *mem, call_place *place)
{
    memory_give(mem, place->url);
    memory_give(mem, place->host);
    place->url = place->host = NULL;
}
