/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Not a test of the library but of the rig: each of these faults must be found and told.
 */
#include "fuzz.h"

#include <stdlib.h>

static bool is_word(const uint8_t *data, size_t size, const char *word)
{
    return size == strlen(word) && memcmp(data, word, size) == 0;
}

static volatile int32_t number = INT32_MAX;
static void *volatile lost;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_input in = {data, size};
    fuzz_text text = fuzz_take_rest(&in);
    CHECK(!is_word(data, size, "check"));
    if (is_word(data, size, "overrun"))
        number = ((volatile char *)text.text)[text.length + 1];
    if (is_word(data, size, "overflow"))
        number = number + 1;
    if (is_word(data, size, "leak")) {
        lost = malloc(77);
        lost = NULL;
    }
    fuzz_end();
    return 0;
}
