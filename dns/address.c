/* SPDX-License-Identifier: Apache-2.0 */
#include "dns/address.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

static bool take_port(const char *text, int32_t *port)
{
    uint64_t number = 0;
    if (!text_to_number(text, &number) || number < 1 || number > 65535)
        return false;
    *port = (int32_t)number;
    return true;
}

bool address_split(const char *text, char host[ADDRESS_HOST_BYTES], int32_t *port)
{
    const char *begin = text, *end = text + strlen(text), *rest = end;
    const char *colon = strchr(text, ':');
    if (*text == '[') {
        begin = text + 1;
        end = strchr(text, ']');
        if (end == NULL)
            return false;
        rest = end + 1;
    } else if (colon != NULL && strchr(colon + 1, ':') == NULL) {
        end = rest = colon;
    }
    size_t length = (size_t)(end - begin);
    if (length == 0 || length >= ADDRESS_HOST_BYTES)
        return false;
    memcpy(host, begin, length);
    host[length] = '\0';
    return *rest == '\0' || (*rest == ':' && take_port(rest + 1, port));
}

bool address_from_number(const char *host, int32_t port, address *out)
{
    struct addrinfo wanted = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV, .ai_socktype = SOCK_DGRAM}, *found = NULL;
    char service[16];
    struct in_addr whole;
    /* getaddrinfo() would fill "1.1.1" up to 1.1.0.1. */
    if (strchr(host, ':') == NULL && inet_pton(AF_INET, host, &whole) != 1)
        return false;
    snprintf(service, sizeof service, "%d", (int)port);
    if (getaddrinfo(host, service, &wanted, &found) != 0)
        return false;
    memset(out, 0, sizeof *out);
    memcpy(&out->storage, found->ai_addr, found->ai_addrlen);
    out->length = found->ai_addrlen;
    freeaddrinfo(found);
    return true;
}

void address_write(const address *a, char room[ADDRESS_TEXT_BYTES])
{
    char host[ADDRESS_TEXT_BYTES - 16], port[8];
    room[0] = '\0';
    if (getnameinfo((const struct sockaddr *)&a->storage, a->length, host, sizeof host, port, sizeof port,
            NI_NUMERICHOST | NI_NUMERICSERV) != 0)
        return;
    if (strcmp(port, "53") == 0)
        snprintf(room, ADDRESS_TEXT_BYTES, "%s", host);
    else
        snprintf(room, ADDRESS_TEXT_BYTES, a->storage.ss_family == AF_INET6 ? "[%s]:%s" : "%s:%s", host, port);
}

size_t address_of_resolvers(const char *path, address *out, size_t room)
{
    static const char key[] = "nameserver";
    FILE *file = fopen(path, "re");
    char line[512];
    size_t found = 0;
    if (file == NULL)
        return 0;
    while (found < room && fgets(line, sizeof line, file) != NULL) {
        const char *host = line + strlen(key);
        if (!text_starts_with(line, key) || (*host != ' ' && *host != '\t'))
            continue;
        host += strspn(host, " \t");
        line[(size_t)(host - line) + strcspn(host, " \t\r\n")] = '\0';
        found += address_from_number(host, ADDRESS_DNS_PORT, &out[found]);
    }
    fclose(file);
    return found;
}
