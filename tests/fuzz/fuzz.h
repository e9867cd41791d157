/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * What the fuzz targets share. A target is a file with LLVMFuzzerTestOneInput(): it reads its decisions and texts from
 * the input, drives the library, and CHECKs what must hold. It is linked with libFuzzer by scripts/fuzz, and with
 * standalone.c everywhere else, where it plays its corpus.
 */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <tcses/tcses.h>

#include "base/memory.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ends the program if it does not hold: to libFuzzer that is a finding. */
#define CHECK(condition) ((condition) ? (void)0 : fuzz_fail(__FILE__, __LINE__, #condition))
_Noreturn void fuzz_fail(const char *file, int line, const char *condition);

/*
 * The input, read from its beginning. Beyond its end all numbers are 0 and all texts empty. A text ends with the byte
 * 0xFF, which is in no UTF-8 and so is hardly ever wanted inside.
 */
typedef struct fuzz_input {
    const uint8_t *data;
    size_t left;
} fuzz_input;

uint8_t fuzz_byte(fuzz_input *in);
/* Below `limit`, of one byte. */
size_t fuzz_below(fuzz_input *in, size_t limit);
/* Little endian, of so many bytes. */
uint64_t fuzz_number(fuzz_input *in, size_t bytes);

/* A text of the input, in a block of just its size: a sanitizer sees who reads beyond it. Released by fuzz_end(). */
typedef struct fuzz_text {
    char *text; /* with a NUL byte after it */
    size_t length;
} fuzz_text;

fuzz_text fuzz_take_text(fuzz_input *in);
/* All that is left. */
fuzz_text fuzz_take_rest(fuzz_input *in);
/* A text as an argument: NULL where the input's next byte is 0. */
const char *fuzz_argument(fuzz_input *in);
/* Zeroed memory of just that size, released by fuzz_end(). */
void *fuzz_block(size_t bytes);
/* Releases what the functions above made. At the end of each run. */
void fuzz_end(void);

/* An allocator that counts what is not given back and, if asked, fails once. */
typedef struct fuzz_memory {
    tcses_allocator allocator;
    size_t live;
    size_t taken;
    size_t fail_at;     /* the number of the allocation that fails, from 1 on; 0: none */
    const char *secret; /* NULL, or what may stand in no block that is given back */
} fuzz_memory;

void fuzz_memory_init(fuzz_memory *m, size_t fail_at);
/* The same allocator as the library's modules take it. */
memory fuzz_memory_inside(const fuzz_memory *m);
/* Whether an allocation failed. */
bool fuzz_memory_failed(const fuzz_memory *m);

/* A clock that stands still but for wait(), which passes the time at once. */
typedef struct fuzz_clock {
    tcses_clock clock;
    int64_t wall_ms;
    int64_t monotonic_ms;
    tcses_cancel *cancel_in_wait; /* NULL, or what wait() triggers instead */
    bool has_cancelled;           /* it has */
} fuzz_clock;

void fuzz_clock_init(fuzz_clock *c);
/* The wall clock may have been set to anything: it stops at the end of numbers. */
void fuzz_clock_pass(fuzz_clock *c, int64_t milliseconds);

/* A set of credentials that every text of the library is searched for. */
#define FUZZ_SECRET_ID "AKIDEXAMPLE0000000000000000000000000"
#define FUZZ_SECRET_KEY "SecretKeyExample0000000000000000"

/*
 * Whether these bytes hold that text. libFuzzer reads along in strstr() and memmem(), and would put what is looked for
 * into its inputs.
 */
bool fuzz_holds(const void *bytes, size_t length, const char *text);
/* Whether a text could stand in a header: no control characters but tabs. */
bool fuzz_is_header_value(const char *text);
/* Whether these bytes are one JSON object without a key twice. */
bool fuzz_is_object(const void *text, size_t length);
/* A failure has an error with that status and a message, a success has none; releases it. */
void fuzz_check_error(tcses_status status, tcses_error *error);
/* Makes the environment the same everywhere: no TENCENTCLOUD_ variables, and this home directory. */
void fuzz_clean_environment(const char *home);

#endif
