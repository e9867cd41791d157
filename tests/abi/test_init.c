/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every initialiser against its function, byte for byte, and what the functions do with other sizes. structs.inc is
 * made from the headers.
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <tcses/sys/mock.h>
#include <tcses/tcses.h>
#ifdef TEST_DNS
#include <tcses/dns.h>
#endif

static int failures;
static int structs;

static void check(int holds, const char *name, const char *what)
{
    if (holds)
        return;
    failures++;
    printf("%s: %s\n", name, what);
}

typedef void (*init_fn)(void *object, size_t size);

static int all_bytes(const unsigned char *bytes, size_t from, size_t to, unsigned char value)
{
    for (size_t i = from; i < to; i++) {
        if (bytes[i] != value)
            return 0;
    }
    return 1;
}

/* `size` of a program's older or newer struct: that many bytes are set, and no more. */
static void check_size(const char *name, init_fn init, size_t size)
{
    unsigned char room[1024];
    size_t written = 0;
    memset(room, 0xa5, sizeof room);
    init(room, size);
    memcpy(&written, room, sizeof written);
    check(written == size, name, "the function sets another size than the one it was given");
    check(all_bytes(room, sizeof size, size, 0), name, "the function leaves bytes as they were");
    check(all_bytes(room, size, sizeof room, 0xa5), name, "the function writes beyond the size it was given");
}

static void check_struct(const char *name, const void *macro, const void *function, size_t size, init_fn init)
{
    unsigned char untouched[64];
    structs++;
    check(memcmp(macro, function, size) == 0, name, "the macro and the function differ");
    check_size(name, init, size);
    check_size(name, init, size + 8);
    if (size > sizeof(size_t))
        check_size(name, init, sizeof(size_t));
    memset(untouched, 0xa5, sizeof untouched);
    init(untouched, sizeof(size_t) - 1);
    check(all_bytes(untouched, 0, sizeof untouched, 0xa5), name, "the function takes a size without room for itself");
    init(NULL, size);
}

#define STRUCT(type, macro, function)                                               \
    static void init_##type(void *object, size_t size)                              \
    {                                                                               \
        function(object, size);                                                     \
    }                                                                               \
    static void check_##type(void)                                                  \
    {                                                                               \
        type by_macro = macro;                                                      \
        type by_function;                                                           \
        memset(&by_function, 0xa5, sizeof by_function);                             \
        function(&by_function, sizeof by_function);                                 \
        check_struct(#type, &by_macro, &by_function, sizeof by_macro, init_##type); \
    }
#define STRUCT_OF_LIBRARY(type)
#include "structs.inc"
#undef STRUCT

int main(void)
{
#define STRUCT(type, macro, function) check_##type();
#include "structs.inc"
    if (structs < 20) {
        failures++;
        printf("only %d structs were looked at\n", structs);
    }
    printf("%d structs, %d failures\n", structs, failures);
    return failures != 0;
}
