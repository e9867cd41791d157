/* SPDX-License-Identifier: Apache-2.0 */
#include "profile_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ask.h"

bool profile_file_path(char path[PROFILE_PATH_BYTES])
{
    const char *named = getenv("TENCENTCLOUD_CREDENTIALS_FILE");
    const char *home = getenv("HOME");
    int length = 0;
    if (named != NULL && named[0] != '\0')
        length = snprintf(path, PROFILE_PATH_BYTES, "%s", named);
    else if (home != NULL && home[0] != '\0')
        length = snprintf(path, PROFILE_PATH_BYTES, "%s/.tencentcloud/credentials", home);
    return length > 0 && length < PROFILE_PATH_BYTES;
}

/* ---- the text ---- */

/* Whether the line is the header of this section; `is_header` tells whether it is one of any. */
static bool is_section(const char *line, const char *section, bool *is_header)
{
    line += strspn(line, " \t");
    size_t length = strlen(section);
    *is_header = *line == '[';
    return *is_header && strncmp(line + 1, section, length) == 0 && line[1 + length] == ']';
}

static bool is_key(const char *line, const profile_line *lines, size_t count)
{
    line += strspn(line, " \t");
    for (size_t i = 0; i < count; i++) {
        size_t length = strlen(lines[i].key);
        if (strncmp(line, lines[i].key, length) == 0 && line[length + strspn(line + length, " \t")] == '=')
            return true;
    }
    return false;
}

static void write_lines(FILE *to, const profile_line *lines, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (lines[i].value != NULL)
            fprintf(to, "%s = %s\n", lines[i].key, lines[i].value);
    }
}

/* Copies the old file with the section's keys in place; a section that was not there comes last. */
static void write_file(FILE *from, FILE *to, const char *section, const profile_line *lines, size_t count)
{
    char *line = NULL;
    size_t room = 0;
    ssize_t length = 0;
    bool is_written = false;
    bool is_inside = false;
    while (from != NULL && (length = getline(&line, &room, from)) > 0) {
        bool is_header = false;
        bool is_ours = is_section(line, section, &is_header);
        if (is_header)
            is_inside = is_ours;
        if (is_inside && !is_header && is_key(line, lines, count))
            continue;
        fputs(line, to);
        if (line[length - 1] != '\n')
            fputc('\n', to);
        if (is_ours && !is_written) {
            write_lines(to, lines, count);
            is_written = true;
        }
    }
    if (line != NULL)
        ask_wipe(line, room);
    free(line);
    if (is_written)
        return;
    fprintf(to, "%s[%s]\n", from != NULL && ftell(to) > 0 ? "\n" : "", section);
    write_lines(to, lines, count);
}

bool profile_file_has(const char *path, const char *section)
{
    FILE *file = fopen(path, "re");
    char *line = NULL;
    size_t room = 0;
    bool has = false;
    bool is_header = false;
    while (file != NULL && !has && getline(&line, &room, file) > 0)
        has = is_section(line, section, &is_header);
    if (line != NULL)
        ask_wipe(line, room);
    free(line);
    if (file != NULL)
        fclose(file);
    return has;
}

/* ---- the files ---- */

/* A link to a file that is not there yet. */
static bool follow_dangling_link(const char *path, char target[PROFILE_PATH_BYTES])
{
    char link[PROFILE_PATH_BYTES];
    const char *slash = strrchr(path, '/');
    ssize_t length = readlink(path, link, sizeof link - 1);
    if (length <= 0)
        return false;
    link[length] = '\0';
    int folder = link[0] == '/' || slash == NULL ? 0 : (int)(slash - path) + 1;
    return snprintf(target, PROFILE_PATH_BYTES, "%.*s%s", folder, path, link) < PROFILE_PATH_BYTES;
}

/* Where a link leads, so that the link stays one; the path itself if it is none. */
static void follow_link(const char *path, char target[PROFILE_PATH_BYTES])
{
    char *resolved = realpath(path, NULL);
    if (resolved != NULL || !follow_dangling_link(path, target))
        snprintf(target, PROFILE_PATH_BYTES, "%s", resolved != NULL ? resolved : path);
    free(resolved);
}

static int make_directory(const char *path)
{
    char directory[PROFILE_PATH_BYTES];
    snprintf(directory, sizeof directory, "%s", path);
    char *slash = strrchr(directory, '/');
    if (slash == NULL || slash == directory)
        return 0;
    *slash = '\0';
    return mkdir(directory, S_IRWXU) == 0 || errno == EEXIST ? 0 : errno;
}

static int finish(FILE *to)
{
    int problem = fflush(to) == 0 && !ferror(to) && fsync(fileno(to)) == 0 ? 0 : errno;
    if (fclose(to) != 0 && problem == 0)
        problem = errno;
    return problem;
}

int profile_file_draft(
    const char *path, const char *section, const profile_line *lines, size_t count, char draft[PROFILE_PATH_BYTES])
{
    char target[PROFILE_PATH_BYTES];
    follow_link(path, target);
    int problem = make_directory(target);
    if (problem != 0)
        return problem;
    if (snprintf(draft, PROFILE_PATH_BYTES, "%s.XXXXXX", target) >= PROFILE_PATH_BYTES)
        return ENAMETOOLONG;
    FILE *from = fopen(target, "re");
    if (from == NULL && errno != ENOENT)
        return errno;
    int descriptor = mkostemp(draft, O_CLOEXEC); /* with mode 0600 */
    FILE *to = descriptor >= 0 ? fdopen(descriptor, "w") : NULL;
    if (to != NULL) {
        write_file(from, to, section, lines, count);
        problem = from != NULL && ferror(from) ? EIO : 0;
        int written = finish(to);
        problem = problem != 0 ? problem : written;
    } else {
        problem = errno;
    }
    if (from != NULL)
        fclose(from);
    if (problem != 0 && descriptor >= 0)
        unlink(draft);
    return problem;
}

int profile_file_install(const char *draft, const char *path)
{
    char target[PROFILE_PATH_BYTES];
    follow_link(path, target);
    return rename(draft, target) == 0 ? 0 : errno;
}

void profile_file_discard(const char *draft)
{
    unlink(draft);
}
