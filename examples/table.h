/* SPDX-License-Identifier: Apache-2.0 */
/* Tables on a terminal, for the examples: columns line up also where a text holds Chinese. */
#ifndef EXAMPLES_TABLE_H
#define EXAMPLES_TABLE_H

#include <stddef.h>

enum { TABLE_COLUMNS = 4 };

/* A row borrows its texts. A table has at most four columns; a NULL ends a shorter row. */
typedef struct table_row {
    const char *cells[TABLE_COLUMNS];
} table_row;

/* How many columns of a terminal the UTF-8 text takes: a Chinese character takes two. */
size_t table_width(const char *text);

/* Makes an array of empty rows, to be released with free(). Ends the program if there is no memory for it. */
table_row *table_new(size_t count);

/* Prints the rows; the first is the heading. */
void table_print(const table_row *rows, size_t count);

#endif
