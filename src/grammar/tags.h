/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GRAMMAR_TAGS_H
#define GRAMMAR_TAGS_H

#include "grammar/view.h"

/* Lists of tags, "v=DKIM1; p=..." (RFC 6376, 3.2), which DKIM keys and DMARC records are made of. */
typedef enum tags_problem {
    TAGS_FINE,
    TAGS_BAD_NAME,      /* none, or not letters, digits and "_" */
    TAGS_NO_EQUALS,     /* a name that "=" does not follow */
    TAGS_BAD_CHARACTER, /* not visible ASCII, white space aside */
    TAGS_TWICE,         /* a name that was there before */
    TAGS_PROBLEMS
} tags_problem;

typedef struct tag {
    view name;
    view value; /* without white space around it */
} tag;

typedef struct tags_reader {
    view list;
    size_t at;
    size_t problem_at;
    tags_problem problem;
} tags_reader;

void tags_begin(tags_reader *r, view list);
/* False at the end, or at an error, of which the reader tells. After it the next call goes on behind the next ";". */
bool tags_next(tags_reader *r, tag *t);

/* What is wrong, in English, to follow "the record ...". */
const char *tags_problem_text(tags_problem problem);

/* White space as it may stand in a list: spaces and tabs, and CRLF before one of them. How much of it is at `at`. */
size_t tags_space(view v, size_t at);

#endif
