/* SPDX-License-Identifier: Apache-2.0 */
#include "table.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct range {
    uint32_t first, last;
} range;

/* East Asian wide and full-width characters, and emoji; by blocks, which is exact enough for a table. */
static const range wide[] = {{0x1100, 0x115f}, {0x2e80, 0xa4cf}, {0xac00, 0xd7a3}, {0xf900, 0xfaff}, {0xfe30, 0xfe6f},
    {0xff00, 0xff60}, {0xffe0, 0xffe6}, {0x1f300, 0x1faff}, {0x20000, 0x3fffd}};
/* What is drawn onto the character before it: combining marks, joiners, variation selectors. */
static const range thin[] = {{0x300, 0x36f}, {0x200b, 0x200f}, {0x20d0, 0x20ff}, {0xfe00, 0xfe0f}};

static int is_in(const range *ranges, size_t count, uint32_t character)
{
    for (size_t i = 0; i < count; i++)
        if (character >= ranges[i].first && character <= ranges[i].last)
            return 1;
    return 0;
}

/* Reads one character of a text that is valid UTF-8, as all texts of the library are. */
static uint32_t next_character(const unsigned char **text)
{
    unsigned char first = *(*text)++;
    uint32_t character = first < 0x80 ? first : first < 0xe0 ? first & 0x1fU : first < 0xf0 ? first & 0xfU : first & 7U;
    while ((**text & 0xc0) == 0x80)
        character = character << 6 | (*(*text)++ & 0x3fU);
    return character;
}

size_t table_width(const char *text)
{
    const unsigned char *rest = (const unsigned char *)text;
    size_t width = 0;
    while (*rest != '\0') {
        uint32_t character = next_character(&rest);
        if (is_in(wide, sizeof wide / sizeof wide[0], character))
            width += 2;
        else if (!is_in(thin, sizeof thin / sizeof thin[0], character))
            width += 1;
    }
    return width;
}

table_row *table_new(size_t count)
{
    table_row *rows = calloc(count, sizeof *rows);
    if (rows == NULL) {
        fputs("out of memory\n", stderr);
        exit(1);
    }
    return rows;
}

static void print_row(const table_row *row, const size_t widths[TABLE_COLUMNS])
{
    size_t spaces = 3;
    for (size_t i = 0; i < TABLE_COLUMNS && row->cells[i] != NULL; i++) {
        printf("%*s%s", (int)spaces, "", row->cells[i]);
        spaces = widths[i] - table_width(row->cells[i]) + 2;
    }
    putchar('\n');
}

void table_print(const table_row *rows, size_t count)
{
    size_t widths[TABLE_COLUMNS] = {0};
    for (size_t r = 0; r < count; r++)
        for (size_t i = 0; i < TABLE_COLUMNS && rows[r].cells[i] != NULL; i++) {
            size_t width = table_width(rows[r].cells[i]);
            widths[i] = width > widths[i] ? width : widths[i];
        }
    for (size_t r = 0; r < count; r++)
        print_row(&rows[r], widths);
}
