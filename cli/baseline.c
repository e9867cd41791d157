/* SPDX-License-Identifier: Apache-2.0 */
#include "baseline.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "exits.h"
#include "expected.h"
#include "failure.h"
#include "text.h"

#define SCHEMA "tcses.check-state/1"

static int refuse(const char *path, int problem)
{
    return failure_system(TEXT("%s: %s", "%s：%s"), path, strerror(problem));
}

static bool find_path(char *path, size_t size)
{
    const char *state = getenv("XDG_STATE_HOME");
    const char *home = getenv("HOME");
    int length = 0;
    if (state != NULL && state[0] == '/')
        length = snprintf(path, size, "%s/tcses/check.json", state);
    else if (home != NULL && home[0] != '\0')
        length = snprintf(path, size, "%s/.local/state/tcses/check.json", home);
    return length > 0 && (size_t)length < size;
}

static document *new_state(void)
{
    document *whole = document_new();
    document_text(whole, "schema", SCHEMA);
    document_put(whole, "domains", document_new());
    return whole;
}

/* What the file holds. EXIT_OK, or reported. */
static int read_state(const char *path, document **whole)
{
    size_t length = 0;
    if (access(path, F_OK) != 0) {
        *whole = new_state();
        return EXIT_OK;
    }
    char *text = expected_read_file(path, &length);
    if (text == NULL)
        return EXIT_NETWORK;
    document *read = document_of_object(text, length);
    free(text);
    const char *schema = document_find_text(read, "schema");
    if (schema != NULL && strcmp(schema, SCHEMA) == 0) {
        *whole = read;
        return EXIT_OK;
    }
    document_free(read);
    return failure_system(TEXT("%s is not what tcses domain check wrote: remove it to begin anew",
                              "%s 不是 tcses domain check 写入的文件：删除后可重新开始"),
        path);
}

int baseline_open(baseline *b)
{
    memset(b, 0, sizeof *b);
    if (!find_path(b->path, sizeof b->path))
        return failure_system("%s", TEXT("there is no home directory", "没有主目录"));
    return read_state(b->path, &b->whole);
}

const char *baseline_get(const baseline *b, const char *owner, const char *record)
{
    return document_get_deep(b->whole, "domains", owner, record);
}

const char *baseline_owner(const baseline *b, size_t n)
{
    return document_nth_name(b->whole, "domains", NULL, n);
}

const char *baseline_nth(const baseline *b, const char *owner, size_t n)
{
    return document_nth_name(b->whole, "domains", owner, n);
}

bool baseline_knows(const baseline *b, const char *owner)
{
    return baseline_get(b, owner, "verified") != NULL;
}

void baseline_put(baseline *b, const char *owner, document *records)
{
    if (b->taken == NULL)
        b->taken = new_state();
    document_put_deep(b->taken, "domains", owner, records);
}

/* ---- writing ---- */

static int make_directories(char *path)
{
    for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        int result = mkdir(path, S_IRWXU);
        *slash = '/';
        if (result != 0 && errno != EEXIST)
            return errno;
    }
    return 0;
}

static int write_draft(const document *whole, const char *draft)
{
    FILE *file = fopen(draft, "we");
    if (file == NULL)
        return errno;
    document_line(whole, file);
    int problem = fflush(file) == 0 && !ferror(file) && fsync(fileno(file)) == 0 ? 0 : errno;
    if (fclose(file) != 0 && problem == 0)
        problem = errno;
    return problem;
}

static int replace_file(const document *whole, const char *path)
{
    char draft[4096 + 32];
    snprintf(draft, sizeof draft, "%s.%ld", path, (long)getpid());
    int problem = write_draft(whole, draft);
    if (problem == 0 && rename(draft, path) != 0)
        problem = errno;
    if (problem != 0)
        unlink(draft);
    return problem == 0 ? EXIT_OK : refuse(path, problem);
}

/* Whoever holds the lock, which is on the directory, reads what another one may have written meanwhile. It ends with its
 * descriptor. */
static int open_lock(const char *path, int *lock)
{
    char name[4096];
    snprintf(name, sizeof name, "%.*s", (int)(strrchr(path, '/') - path), path);
    *lock = open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    while (*lock >= 0 && flock(*lock, LOCK_EX) != 0) {
        if (errno != EINTR)
            return refuse(name, errno);
    }
    return *lock >= 0 ? EXIT_OK : refuse(name, errno);
}

static int write_taken(baseline *b)
{
    int lock = -1;
    document *whole = NULL;
    int problem = make_directories(b->path);
    if (problem != 0)
        return refuse(b->path, problem);
    int code = open_lock(b->path, &lock);
    if (code == EXIT_OK)
        code = read_state(b->path, &whole);
    if (code == EXIT_OK) {
        document_take_deep(whole, "domains", b->taken);
        code = replace_file(whole, b->path);
    }
    document_free(whole);
    if (lock >= 0)
        close(lock);
    return code;
}

int baseline_close(baseline *b)
{
    int code = b->taken != NULL ? write_taken(b) : EXIT_OK;
    document_free(b->whole);
    document_free(b->taken);
    b->whole = NULL;
    b->taken = NULL;
    return code;
}
