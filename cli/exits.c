/* SPDX-License-Identifier: Apache-2.0 */
#include "exits.h"

#include <stddef.h>

int exits_worst(int a, int b)
{
    static const int order[] = {EXIT_INTERRUPTED, EXIT_USAGE, EXIT_CREDENTIALS, EXIT_PERMISSION, EXIT_NETWORK,
        EXIT_UNKNOWN, EXIT_REFUSED, EXIT_CONFLICT, EXIT_QUOTA, EXIT_WRONG_RECORD, EXIT_PENDING, EXIT_WAIT_OVER,
        EXIT_NOT_READY};
    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
        if (a == order[i] || b == order[i])
            return order[i];
    }
    return EXIT_OK;
}
