/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/crypto.h"

/* Arenas and buffers wipe what they release. In libtcses Mbed TLS does it, which is not needed here. */
void crypto_wipe(void *data, size_t length)
{
    if (length > 0)
        explicit_bzero(data, length);
}
