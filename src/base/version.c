/* SPDX-License-Identifier: Apache-2.0 */
#include <tcses/base.h>

#include "base/sized.h"

SIZED_INIT_FUNCTION(allocator)

const char *tcses_version(void)
{
    return TCSES_VERSION;
}

uint32_t tcses_version_number(void)
{
    return TCSES_VERSION_MAJOR * 1000000U + TCSES_VERSION_MINOR * 1000U + TCSES_VERSION_PATCH;
}

const char *tcses_status_name(tcses_status status)
{
    static const char *const names[] = {"OK", "ARGUMENT", "MEMORY", "CREDENTIALS", "NETWORK", "TLS", "TIMEOUT",
        "CANCELLED", "HTTP", "RESPONSE", "API", "CALLBACK", "EXPECTATION", "SYSTEM"};
    if (status > 0 || status <= -(int32_t)(sizeof names / sizeof names[0]))
        return "UNKNOWN";
    return names[-status];
}
