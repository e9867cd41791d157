/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_EXPECTED_H
#define CLI_EXPECTED_H

#include <tcses/records.h>

#include "cli.h"
#include "name.h"

/* What the service expects of a domain: from the service, or from a file that an answer was saved in. */
typedef struct expected {
    char domain[NAME_BYTES];
    char zone[NAME_BYTES]; /* "": not known */
    char *json;            /* the answer; NULL: the domain is not created */
    size_t json_length;
    const tcses_record_set *set; /* made of it */
    bool is_verified;
} expected;

/*
 * Takes the first operand (which a file may stand for) and --zone; reads the file, or opens the session and asks the
 * service. With `may_be_missing` a domain that is not there is no failure. Returns EXIT_OK, or has reported.
 */
int expected_read(cli *c, bool may_be_missing, expected *e);

/* The same of one domain of an open session, for several domains after each other. */
int expected_ask(cli *c, const char *domain, bool may_be_missing, expected *e);

/* Makes the set again, after the zone has become known. EXIT_OK, or reported. */
int expected_make_set(cli *c, expected *e);

void expected_free(expected *e);

/* A whole file ("-": standard input), to be freed; NULL, and reported, if it can't be read. */
char *expected_read_file(const char *path, size_t *length);

#endif
