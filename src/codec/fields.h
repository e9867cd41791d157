/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * How a struct looks as JSON: a table of fields beside each struct, written with the macros below. They make the
 * compiler check that the member has the C type that its kind needs. The encoder and the decoder walk these tables.
 */
#ifndef CODEC_FIELDS_H
#define CODEC_FIELDS_H

#include <stddef.h>
#include <stdint.h>

typedef enum field_kind {
    FIELD_TEXT,      /* const char *: a string */
    FIELD_NUMBER,    /* uint64_t, 0 = absent: a number. Requests only */
    FIELD_DIGITS,    /* uint64_t, 0 = absent: a string of digits. Requests only */
    FIELD_COUNT,     /* const uint64_t *: a number. Responses only */
    FIELD_TIME,      /* const uint64_t *: seconds since 1970, or a date; absent if neither. Responses only */
    FIELD_CHOICE,    /* int32_t, 0 = absent: the number plus one */
    FIELD_SWITCH,    /* int32_t, TCSES_UNSET = absent: true or false */
    FIELD_LIST,      /* const T *const *, and its count: an array of objects */
    FIELD_TEXT_LIST, /* const char *const *, and its count: an array of strings. Responses only */
    FIELD_RESERVED   /* int32_t or size_t that must be 0; not in JSON. Requests only */
} field_kind;

/* What a request's field must obey besides its kind. */
typedef enum field_rule {
    RULE_NONE,
    RULE_PRESENT = 1,  /* must be set; a text may be "" */
    RULE_REQUIRED = 3, /* must be set, and a text must not be "" */
    RULE_DOMAIN = 4,
    RULE_ADDRESS = 8,
    RULE_AT_MOST_100 = 16,
    RULE_SECRET = 32 /* no error may show it */
} field_rule;

typedef struct field_table field_table;

typedef struct field {
    const char *json;
    const char *member;
    field_kind kind;
    unsigned rules;
    size_t offset;
    size_t bytes;          /* of FIELD_RESERVED */
    size_t count_offset;   /* of lists */
    const field_table *of; /* of FIELD_LIST */
} field;

struct field_table {
    size_t bytes; /* of the struct today */
    size_t v1;    /* of the struct as first released */
    const field *fields;
    size_t fields_count;
};

/* offsetof(type, m), refused by the compiler unless the member's address compares with a `want`. */
#define FIELD_OFFSET(type, m, want) (offsetof(type, m) + 0 * sizeof(&((type *)0)->m == (want *)0))

#define FIELD_OF(type, m, name, k, want, r)                                                            \
    {                                                                                                  \
        .json = (name), .member = #m, .kind = (k), .rules = (r), .offset = FIELD_OFFSET(type, m, want) \
    }

#define TEXT(type, m, name, rules) FIELD_OF(type, m, name, FIELD_TEXT, const char *, rules)
#define NUMBER(type, m, name, rules) FIELD_OF(type, m, name, FIELD_NUMBER, uint64_t, rules)
#define DIGITS(type, m, name, rules) FIELD_OF(type, m, name, FIELD_DIGITS, uint64_t, rules)
#define COUNT(type, m, name) FIELD_OF(type, m, name, FIELD_COUNT, const uint64_t *, RULE_NONE)
#define TIME(type, m, name) FIELD_OF(type, m, name, FIELD_TIME, const uint64_t *, RULE_NONE)
#define CHOICE(type, m, name, rules) FIELD_OF(type, m, name, FIELD_CHOICE, int32_t, rules)
#define SWITCH(type, m, name, rules) FIELD_OF(type, m, name, FIELD_SWITCH, int32_t, rules)
#define RESERVED(type, m)                                                                                  \
    {                                                                                                      \
        .member = #m, .kind = FIELD_RESERVED, .offset = offsetof(type, m), .bytes = sizeof(((type *)0)->m) \
    }
#define LIST(type, m, name, item_type, item_table)                                                                   \
    {                                                                                                                \
        .json = (name), .member = #m, .kind = FIELD_LIST, .offset = FIELD_OFFSET(type, m, const item_type *const *), \
        .count_offset = FIELD_OFFSET(type, m##_count, size_t), .of = (item_table)                                    \
    }
#define TEXT_LIST(type, m, name)                                                                                     \
    {                                                                                                                \
        .json = (name), .member = #m, .kind = FIELD_TEXT_LIST, .offset = FIELD_OFFSET(type, m, const char *const *), \
        .count_offset = FIELD_OFFSET(type, m##_count, size_t)                                                        \
    }

/* The encoder copies a struct into room of this size: a larger one does not compile. */
#define FIELD_STRUCT_MAX 512
#define FIELD_STRUCT_BYTES(type) (sizeof(type) + 0 * sizeof(char[sizeof(type) <= FIELD_STRUCT_MAX ? 1 : -1]))

#define TABLE(type, array)                                                        \
    {                                                                             \
        .bytes = FIELD_STRUCT_BYTES(type), .v1 = sizeof(type), .fields = (array), \
        .fields_count = sizeof(array) / sizeof((array)[0])                        \
    }
#define EMPTY_TABLE(type)                                                                        \
    {                                                                                            \
        .bytes = FIELD_STRUCT_BYTES(type), .v1 = sizeof(type), .fields = NULL, .fields_count = 0 \
    }

#endif
