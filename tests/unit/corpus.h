/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The corpus of tests/dns/corpus, whose README.md tells its language: each case as a look that answers from tables, and
 * the verdict that is expected.
 */
#ifndef CORPUS_H
#define CORPUS_H

#include "support.h"

#include "dns/look.h"

#define CORPUS_ROWS 64
#define CORPUS_CASES 400
#define CORPUS_RECORDS 5

/* A record, or that there is none, or that a server fails on it. */
typedef struct corpus_row {
    char name[256];
    char value[900];
    char raw[1100];
    const char *problem; /* NULL: it can be asked for */
    int type;
    int32_t ttl;
    bool is_none;
} corpus_row;

typedef struct corpus_table {
    corpus_row *rows;
    size_t count;
} corpus_table;

/* What is expected of a record, or, under the name "domain", of the whole. */
typedef struct corpus_verdict {
    char record[8];
    char status[16];
    char codes[160]; /* as they stand in the file */
    char *fix;       /* NULL: not said; "": none is given */
    int32_t equals;
    int32_t is_valid;
    int32_t wait; /* -1: not said */
} corpus_verdict;

enum { CORPUS_NS1, CORPUS_NS2, CORPUS_CACHE, CORPUS_VIEWS };

typedef struct corpus_case {
    char name[64];
    char domain[256];
    char origin[256]; /* "none": no zone is found */
    char expect[8];
    char saw_record[8];
    char saw[256];
    char status[16]; /* "": not said */
    corpus_table zone;
    corpus_table out;
    corpus_table overlays[CORPUS_VIEWS];
    corpus_table views[CORPUS_VIEWS]; /* the zone with its overlay */
    const char *fails[CORPUS_VIEWS];
    uint32_t serials[2];
    corpus_verdict verdicts[CORPUS_RECORDS + 1];
    size_t verdicts_count;

    tcses_record records[CORPUS_RECORDS];
    const tcses_record *record_list[CORPUS_RECORDS];
    tcses_record_set expected;
    tcses_dns_server servers[2];
    const tcses_dns_server *server_list[2];
    look look;
    char asked[4096]; /* what was asked of the resolver as such: "name/type " each */
} corpus_case;

/* All cases, in the order of the files; they stay until the program ends. Fails the program on a line it can't read. */
corpus_case *corpus_read(size_t *count);

/* Makes the case's look ready; answers go into the arena. NULL for `expected` if the domain is not created yet. */
look *corpus_look(corpus_case *c, arena *a);
const tcses_record_set *corpus_expected(const corpus_case *c);

/* What is expected of "mx", "spf", "dkim", "dkim2", "dmarc", "other" or "domain"; what is good if nothing is said. */
corpus_verdict corpus_verdict_of(const corpus_case *c, const char *record);
/* The name that the table gives the n-th record. */
const char *corpus_record_name(const corpus_case *c, size_t number);

#endif
