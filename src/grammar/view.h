/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GRAMMAR_VIEW_H
#define GRAMMAR_VIEW_H

#include <stdbool.h>
#include <stddef.h>

/* A part of the caller's text. Any bytes; no NUL byte behind it. */
typedef struct view {
    const char *at;
    size_t length;
} view;

/* The whole text. NULL is empty. */
view view_of(const char *text);
bool view_same(view a, view b);
bool view_is(view v, const char *text);
bool view_is_ignoring_case(view v, const char *text);
/* Whether two domain names are the same: neither case nor one final dot counts. */
bool view_same_name(view a, view b);
/* Where the character stands first; `length` if nowhere. */
size_t view_find(view v, char c);
/* Takes what comes before the next separator off the front. False when nothing is left. "" has one part, which is "". */
bool view_split(view *rest, char separator, view *part);

#endif
