/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FUZZ_ZONE_READER_H
#define FUZZ_ZONE_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A small reader of zone files, by RFC 1035, section 5, and by none of the library's code: of records with a name, a TTL, a
 * class and a type, in parentheses and with comments, quoted strings and escapes.
 */
typedef struct zone_record {
    char name[300];
    char type[32];
    int64_t ttl;
    /* The strings of a TXT record joined; of others the words, with one space between them. */
    char *data;
    size_t length;
} zone_record;

/* Reads the next record. False at the end; what is no record ends the program. */
bool zone_read(const char **text, zone_record *record);

#endif
