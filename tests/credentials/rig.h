/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * What the programs of this folder share: clients whose log is watched, calls, threads that call, files and
 * variables of the test's own.
 */
#ifndef RIG_H
#define RIG_H

#include "stand_ins/clock.h"
#include "stand_ins/ses.h"
#include "stand_ins/stand_in.h"
#include "support/support.h"

/* ---- clients ---- */

/*
 * Options for the service's stand-in: the moving clock, short pauses between attempts, and a log with all that the
 * library tells. A line that holds a secret or a signature fails the test.
 */
tcses_client_options rig_options(const stand_in *ses);
/* A client with these options and credentials, whose reference it takes over. */
tcses_client *client_of(const tcses_client_options *options, tcses_credentials *credentials);
/* The same with rig_options(). */
tcses_client *rig_client(const stand_in *ses, tcses_credentials *credentials);

/* Lasting or temporary keys (LASTING) with the id, and what belongs to it. */
tcses_credentials *fixed_keys(const char *id);
/* Of the stand-in of the metadata server. */
tcses_credentials *cvm_keys(const stand_in *metadata, int32_t timeout_ms);
tcses_credentials *chain_keys(void);

/* ---- calls ---- */

/* Reads a domain. An error whose text holds a secret fails the test. */
result call_once(tcses_client *client, const tcses_call_options *options);
/* Fails the test unless the client tells these temporary keys, and where they are from. */
void expect_origin(tcses_client *client, const char *id, int32_t source, const char *name);
/* That a call succeeds, and that its last request was signed with the keys of that id. */
#define expect_signed(client, ses, id) check_signed((client), (ses), (id), __FILE__, __LINE__)
void check_signed(tcses_client *client, stand_in *ses, const char *id, const char *file, int line);
/* That a call failed without a request, and that its error's message has each of these parts (up to a NULL). */
#define expect_no_keys(r, ...) check_error((r), __FILE__, __LINE__, TCSES_ERR_CREDENTIALS, 0, __VA_ARGS__, NULL)
/* The same of any failure, after so many attempts. */
#define expect_error(r, status, attempts, ...) \
    check_error((r), __FILE__, __LINE__, (status), (attempts), __VA_ARGS__, NULL)
void check_error(result r, const char *file, int line, tcses_status status, int32_t attempts, ...);

/* A call on a thread of its own. */
typedef struct pending {
    tcses_client *client;
    tcses_call_options options;
    pthread_t thread;
    event started;
    pid_t thread_id;
    result ended;
} pending;

void pending_begin(pending *p, tcses_client *client, const tcses_call_options *options);
result pending_end(pending *p);

tcses_cancel *new_cancel(void);

#define CREW_MAX 8

/* Threads that begin at once and make so many calls each. */
typedef struct crew {
    tcses_client *client;
    int threads;
    int calls_each;
    pthread_barrier_t start;
    pthread_t ids[CREW_MAX];
    event entered; /* raised by each thread before its first call */
    pid_t thread_ids[CREW_MAX];
    int succeeded; /* after crew_end() */
    int failed;
} crew;

void crew_begin(crew *c, tcses_client *client, int threads, int calls_each);
/* Waits until all but `others` of its threads wait in the kernel. */
void crew_await_asleep(crew *c);
void crew_end(crew *c);

/* ---- files and variables ---- */

/* A directory of the test's own, which is also HOME; no variable that names credentials is set. */
typedef struct sandbox {
    char path[128];
} sandbox;

void sandbox_enter(sandbox *s);
/* Fails the test if a secret was revealed. */
#define sandbox_leave(s) sandbox_leave_at((s), __FILE__, __LINE__)
void sandbox_leave_at(sandbox *s, const char *file, int line);
/* PATH/NAME as new text. */
char *sandbox_file(const sandbox *s, const char *name);
/* Writes the file, with the directories that it needs, by renaming a new one. */
void write_file(const char *path, const char *text);
/* The same for a file of the sandbox. */
void sandbox_write(const sandbox *s, const char *name, const char *text);
void set_variable(const char *name, const char *value);

/* Section [NAME] of a credentials file with the keys of that id, as new text. */
char *profile_text(const char *name, const char *id);

#endif
