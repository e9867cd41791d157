/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_CHECK_H
#define CLI_CHECK_H

#include <stdint.h>

#include "baseline.h"
#include "cli.h"
#include "name.h"

/* One look at the domains of one or more profiles, held against what was taken as good before. */

#define CHECK_VERIFIED "verified"          /* the place of a record: whether the service has verified the domain */
#define CHECK_AT_SERVICE " at the service" /* behind a record: what the service thinks of it */
#define CHECK_UNASKED "not asked for"      /* a record's state: the service does not ask for it */

typedef enum check_state {
    CHECK_SAME,      /* as it was taken as good */
    CHECK_RECORDED,  /* the first look: taken as good now */
    CHECK_RECOVERED, /* was worse, and is as it was taken as good again; watch alone tells this */
    CHECK_DRIFTED,   /* changed, and nothing that was right is wrong */
    CHECK_REGRESSED, /* something was right and is wrong now */
    CHECK_UNKNOWN    /* could not be looked at */
} check_state;

typedef struct check_result {
    char profile[NAME_BYTES]; /* "": that of the command line or the environment */
    char domain[NAME_BYTES];
    check_state state;
    int code_of_exit;
    document *changes;  /* with a list "changes" */
    uint64_t digest;    /* of the changes, or of why it could not be looked at: what tells one alert from another */
    char problem[1024]; /* why it could not be looked at; "": nothing of that kind */
} check_result;

typedef struct check_results {
    check_result *items;
    size_t count;
    size_t room;
} check_results;

/* Whether it is names, or --all: EXIT_OK, or reported. */
int check_operands(const options *o);

/* Looks at all that the command line asks for. Returns the worst code of those that could not be looked at at all. */
int check_run(const options *o, baseline *b, check_results *results);
void check_free(check_results *results);

/* On standard error: that there was no domain to look at. */
void check_note_none(const cli *c);

const char *check_state_name(check_state state);

/* One result as JSON, an event of schema check.json. */
document *check_document(const check_result *result);

/* A line on standard output. */
void check_show(const check_result *result);

#endif
