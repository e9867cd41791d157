/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GRAMMAR_BASE64_H
#define GRAMMAR_BASE64_H

#include <stdint.h>

#include "grammar/view.h"

/* Reads base64 (RFC 4648, with its padding) in which white space may stand, byte by byte. */
typedef struct base64_reader {
    view text;
    size_t at;
    uint32_t bits;
    int bits_count;
} base64_reader;

/* The next digit or padding character, without white space; -1 at the end. */
int base64_next_character(base64_reader *r);

void base64_begin(base64_reader *r, view text);
/* 0 to 255; -1 at the end. The text must be base64. */
int base64_next(base64_reader *r);

/* Whether it is base64, and of how many bytes. If not, `problem_at` is where it ceases to be. */
bool base64_check(view text, size_t *bytes, size_t *problem_at);

#endif
