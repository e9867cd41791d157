/* SPDX-License-Identifier: Apache-2.0 */
#include "baseline.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

int baseline_open(baseline *b)
{
    size_t length = 0;
    memset(b, 0, sizeof *b);
    if (!find_path(b->path, sizeof b->path))
        return failure_system("%s", TEXT("there is no home directory", "没有主目录"));
    if (access(b->path, F_OK) != 0) {
        b->whole = document_new();
        document_text(b->whole, "schema", SCHEMA);
        document_put(b->whole, "domains", document_new());
        return EXIT_OK;
    }
    char *text = expected_read_file(b->path, &length);
    if (text == NULL)
        return EXIT_NETWORK;
    b->whole = document_of_object(text, length);
    free(text);
    const char *schema = document_find_text(b->whole, "schema");
    if (schema != NULL && strcmp(schema, SCHEMA) == 0)
        return EXIT_OK;
    document_free(b->whole);
    b->whole = NULL;
    return failure_system(TEXT("%s is not what tcses domain check wrote: remove it to begin anew",
                              "%s 不是 tcses domain check 写入的文件：删除后可重新开始"),
        b->path);
}

const char *baseline_get(const baseline *b, const char *owner, const char *record)
{
    return document_get_deep(b->whole, "domains", owner, record);
}

bool baseline_knows(const baseline *b, const char *owner)
{
    return baseline_get(b, owner, "verified") != NULL;
}

void baseline_put(baseline *b, const char *owner, document *records)
{
    document_put_deep(b->whole, "domains", owner, records);
    b->has_changed = true;
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

int baseline_close(baseline *b)
{
    char draft[sizeof b->path + 16];
    int problem = 0;
    if (b->has_changed) {
        snprintf(draft, sizeof draft, "%s.%ld", b->path, (long)getpid());
        problem = make_directories(b->path);
        if (problem == 0)
            problem = write_draft(b->whole, draft);
        if (problem == 0 && rename(draft, b->path) != 0)
            problem = errno;
        if (problem != 0)
            unlink(draft);
    }
    document_free(b->whole);
    b->whole = NULL;
    return problem == 0 ? EXIT_OK : refuse(b->path, problem);
}
