/* SPDX-License-Identifier: Apache-2.0 */
#include <libsmartcols.h>
#include <stdlib.h>

#include "screen.h"

struct table {
    struct libscols_table *inner;
    struct libscols_line *last;
    size_t columns;
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
    size_t width = screen_width(stdout);
    scols_table_set_column_separator(t->inner, "  ");
    scols_table_set_termforce(t->inner, width > 0 ? SCOLS_TERMFORCE_ALWAYS : SCOLS_TERMFORCE_NEVER);
    if (width > 0)
        scols_table_set_termwidth(t->inner, width);
    scols_table_enable_colors(t->inner, screen_color(stdout, COLOR_NONE)[0] != '\0');
    return t;
}

void table_column(table *t, const char *heading, bool is_number)
{
    if (t == NULL || t->has_failed)
        return;
    int flags = is_number ? SCOLS_FL_RIGHT : SCOLS_FL_WRAP;
    t->has_failed = scols_table_new_column(t->inner, heading, 0, flags) == NULL;
    t->columns++;
}

void table_row(table *t, const char *const *cells)
{
    if (t == NULL || t->has_failed)
        return;
    t->last = scols_table_new_line(t->inner, NULL);
    t->has_failed = t->last == NULL;
    for (size_t i = 0; !t->has_failed && i < t->columns; i++)
        t->has_failed = scols_line_set_data(t->last, i, cells[i] != NULL ? cells[i] : "-") != 0;
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
