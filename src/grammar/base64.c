/* SPDX-License-Identifier: Apache-2.0 */
#include "grammar/base64.h"

#include "base/text.h"
#include "grammar/tags.h"

static int digit_of(int c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

void base64_begin(base64_reader *r, view text)
{
    *r = (base64_reader){text, 0, 0, 0};
}

int base64_next_character(base64_reader *r)
{
    r->at += tags_space(r->text, r->at);
    return r->at < r->text.length ? (unsigned char)r->text.at[r->at++] : -1;
}

int base64_next(base64_reader *r)
{
    while (r->bits_count < 8) {
        int digit = digit_of(base64_next_character(r));
        if (digit < 0)
            return -1;
        r->bits = (r->bits << 6 | (uint32_t)digit) & 0xFFFFU;
        r->bits_count += 6;
    }
    r->bits_count -= 8;
    return (int)(r->bits >> r->bits_count & 0xFFU);
}

bool base64_check(view text, size_t *bytes, size_t *problem_at)
{
    base64_reader r;
    size_t digits = 0, padding = 0;
    base64_begin(&r, text);
    for (int c = base64_next_character(&r); c >= 0; c = base64_next_character(&r)) {
        *problem_at = r.at - 1;
        if (c != '=' && (digit_of(c) < 0 || padding > 0))
            return false;
        padding += c == '=';
        digits += c != '=';
    }
    *problem_at = text.length;
    *bytes = digits * 3 / 4;
    return padding <= 2 && (digits + padding) % 4 == 0;
}
