/* SPDX-License-Identifier: Apache-2.0 */
#include "base/sized.h"

#include <string.h>

const char *sized_copy(void *local, size_t known, size_t v1, const void *given)
{
    size_t size = 0;
    memcpy(&size, given, sizeof size);
    if (size < v1)
        return "size is too small: initialise the struct with its INIT macro or _init function";
    if (size > SIZED_MAX)
        return "size is too large: initialise the struct with its INIT macro or _init function";
    const unsigned char *bytes = given;
    for (size_t i = known; i < size; i++) {
        if (bytes[i] != 0)
            return "has a field set that this version of the library does not know";
    }
    memset(local, 0, known);
    memcpy(local, given, size < known ? size : known);
    memcpy(local, &known, sizeof known);
    return NULL;
}

void sized_init(void *object, size_t size)
{
    if (object == NULL || size < sizeof size || size > SIZED_MAX)
        return;
    memset(object, 0, size);
    memcpy(object, &size, sizeof size);
}
