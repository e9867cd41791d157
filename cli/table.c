/* SPDX-License-Identifier: Apache-2.0 */
#include <libsmartcols.h>
#include <stdlib.h>

#include "screen.h"

enum { COLUMNS_MAX = 8, GAP = 2 };

struct table {
    struct libscols_table *inner;
    struct libscols_line *last;
    struct libscols_column *columns[COLUMNS_MAX];
    column_kind kinds[COLUMNS_MAX];
    size_t widths[COLUMNS_MAX]; /* of the widest cell */
    size_t columns_count;
    size_t room; /* the terminal's width; 0: none */
    bool has_failed;
};

table *table_new(void)
{
    table *t = calloc(1, sizeof *t);
    if (t == NULL)
        return NULL;
    t->inner = scols_new_table();
    t->has_failed = t->inner == NULL;
    if (t->has_failed)
        return t;
    t->room = screen_width(stdout);
    scols_table_set_column_separator(t->inner, "  ");
    scols_table_set_termforce(t->inner, t->room > 0 ? SCOLS_TERMFORCE_ALWAYS : SCOLS_TERMFORCE_NEVER);
    if (t->room > 0)
        scols_table_set_termwidth(t->inner, t->room);
    scols_table_enable_colors(t->inner, screen_color(stdout, COLOR_NONE)[0] != '\0');
    return t;
}

void table_column(table *t, const char *heading, column_kind kind)
{
    if (t == NULL || t->has_failed)
        return;
    int flags = kind == COLUMN_NUMBER ? SCOLS_FL_RIGHT : kind == COLUMN_TEXT ? SCOLS_FL_WRAP : 0;
    struct libscols_column *made = scols_table_new_column(t->inner, heading, 0, flags);
    t->has_failed = made == NULL;
    t->kinds[t->columns_count] = kind;
    t->widths[t->columns_count] = screen_text_width(heading);
    t->columns[t->columns_count++] = made;
}

void table_row(table *t, const char *const *cells)
{
    if (t == NULL || t->has_failed)
        return;
    t->last = scols_table_new_line(t->inner, NULL);
    t->has_failed = t->last == NULL;
    for (size_t i = 0; !t->has_failed && i < t->columns_count; i++) {
        const char *cell = cells[i] != NULL ? cells[i] : "-";
        size_t width = screen_text_width(cell);
        t->widths[i] = width > t->widths[i] ? width : t->widths[i];
        t->has_failed = scols_line_set_data(t->last, i, cell) != 0;
    }
}

static bool can_go(column_kind kind)
{
    return kind == COLUMN_MORE || kind == COLUMN_NUMBER;
}

/* Hides columns, the last first, until what is left fits. */
static void make_fit(table *t)
{
    size_t needed = 0;
    for (size_t i = 0; i < t->columns_count; i++)
        needed += t->widths[i] + (i > 0 ? GAP : 0);
    for (size_t i = t->columns_count; t->room > 0 && needed > t->room && i > 0; i--) {
        if (!can_go(t->kinds[i - 1]))
            continue;
        needed -= t->widths[i - 1] + GAP;
        scols_column_set_flags(t->columns[i - 1], SCOLS_FL_HIDDEN);
    }
}

void table_color(table *t, size_t column, color c)
{
    static const char *const names[] = {NULL, "bold", "red", "green", "yellow"};
    if (t == NULL || t->has_failed)
        return;
    struct libscols_cell *cell = scols_line_get_cell(t->last, column);
    t->has_failed = cell == NULL || scols_cell_set_color(cell, names[c]) != 0;
}

bool table_print(table *t)
{
    if (t != NULL && !t->has_failed)
        make_fit(t);
    bool is_printed = t != NULL && !t->has_failed && scols_print_table(t->inner) == 0;
    table_free(t);
    return is_printed;
}

void table_free(table *t)
{
    if (t != NULL)
        scols_unref_table(t->inner);
    free(t);
}
