/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_SCREEN_H
#define CLI_SCREEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* What is a terminal, how wide, in which colours; tables (libsmartcols stays inside). */

typedef enum color { COLOR_NONE, COLOR_BOLD, COLOR_RED, COLOR_GREEN, COLOR_YELLOW } color;

bool screen_is_terminal(FILE *stream);

/* Whether it is a terminal that can overwrite a line: a dumb one can't. */
bool screen_is_live(FILE *stream);

/* Whether someone is there who can answer. */
bool screen_is_attended(void);

/* What switches the colour on, or off again (COLOR_NONE); "" where none is wanted. */
const char *screen_color(FILE *stream, color c);

/* The terminal's columns; 0 where there is none. */
size_t screen_width(FILE *stream);

/* How many columns the text takes, Chinese characters two each. */
size_t screen_text_width(const char *text);

/* Prints the text and as many spaces as fill `width` columns. */
void screen_pad(FILE *stream, const char *text, size_t width);

/* A line that the next one overwrites; only for live ones. screen_end_progress() leaves it standing, if there is one. */
void screen_progress(const char *text);
void screen_end_progress(void);

/* A table: columns first, then rows of as many cells. On a terminal it is made to fit. */
typedef enum column_kind {
    COLUMN_NAME,   /* to be copied: never broken */
    COLUMN_TEXT,   /* broken into lines where there is no room */
    COLUMN_MORE,   /* left out where there is no room */
    COLUMN_NUMBER, /* likewise; aligned on the right */
    COLUMN_SMALL   /* always there */
} column_kind;
typedef struct table table;
table *table_new(void);
void table_column(table *t, const char *heading, column_kind kind);
void table_row(table *t, const char *const *cells);
void table_color(table *t, size_t column, color c); /* of a cell of the last row */

/* Prints it on standard output and frees it. False when out of memory. */
bool table_print(table *t);
void table_free(table *t);

#endif
