/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * What the unit tests share: an allocator that counts, fails and inspects, a clock that never waits, files in a folder
 * of their own. cmocka's header wants four others before it.
 */
#ifndef SUPPORT_H
#define SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <tcses/sys/mock.h>
#include <tcses/tcses.h>

#include "base/memory.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* An allocator whose n-th allocation can fail. It counts blocks not released, and those back with a secret. */
typedef struct test_memory {
    tcses_allocator allocator;
    size_t live;      /* blocks not released */
    size_t taken;     /* allocations asked for */
    size_t fail_at;   /* the number of the allocation that fails, from 1 on; 0: none */
    bool keep_going;  /* every allocation after fail_at fails too */
    const char *look; /* a text to look for in blocks that come back */
    size_t found;     /* in how many it stood */
} test_memory;

void test_memory_init(test_memory *m);
/* The same allocator as the library's modules take it. */
memory test_memory_inside(const test_memory *m);

/* A clock that stands still but for wait(), which passes the time at once. */
typedef struct test_clock {
    tcses_clock clock;
    int64_t wall_ms;
    int64_t monotonic_ms;
    size_t waits;
    int64_t pauses[256];
    tcses_cancel *cancel_in_wait; /* triggered by wait() if not NULL */
} test_clock;

void test_clock_init(test_clock *c, int64_t wall_seconds);

/*
 * A client on a mock, with fixed credentials, a clock that never waits, and a log that is kept. Change `options`
 * between rig_init() and rig_open().
 */
typedef struct test_rig {
    tcses_mock *mock;
    test_clock clock;
    tcses_client_options options;
    tcses_client *client;
    char log[16384]; /* lines "LEVEL text" */
} test_rig;

#define RIG_SECRET_ID "AKIDEXAMPLE0000000000000000000000000"
#define RIG_SECRET_KEY "SecretKeyExample0000000000000000"
#define RIG_WALL_SECONDS 1735689600 /* 2025-01-01 00:00:00 */

void rig_init(test_rig *rig);
void rig_open(test_rig *rig);
/* Fails the test if the script was not played to its end. */
void rig_free(test_rig *rig);
/* Adds a step to the script. NULL: any action; the mock's own answer. */
void rig_answer(test_rig *rig, const char *action, const char *response_body);
void rig_refuse(test_rig *rig, const char *action, const char *code);
void rig_fail(test_rig *rig, const char *action, tcses_status failure, int32_t stage);

/* Fails the test unless the error has this status and field (NULL: none) and a message; releases it. */
void expect_error(tcses_error *error, tcses_status status, const char *field);

/* Ends a child of the test at once, with what it found wrong (0: nothing) as its status. */
_Noreturn void test_child_end(int wrong);
/* Waits for the child, which must have found nothing wrong. */
void expect_child(int32_t child);

/* A folder of its own for the test, under the system's temporary one. */
char *test_folder_new(void);
/* Releases the name and removes the folder with all in it. */
void test_folder_free(char *folder);
/* Writes a file below the folder, making the folders between. `length` -1: strlen(content). */
void test_file_write(const char *folder, const char *name, const char *content, long length);

/* A whole file, with a NUL byte after it; the caller frees it. */
char *test_file_read(const char *path);

/* The folder of the test data. */
#define TEST_DATA(name) TEST_DATA_FOLDER "/" name

#endif
