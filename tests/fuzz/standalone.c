/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Plays inputs without libFuzzer, for any compiler: PROGRAM FILE-OR-FOLDER... runs the target on the empty input and on
 * every file, and fails if a folder has none.
 */
#include "fuzz.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *playing = "the empty input";

static _Noreturn void give_up(const char *path, const char *why)
{
    fprintf(stderr, "%s: %s\n", path, why);
    exit(1);
}

static void play(const char *path)
{
    struct stat facts;
    FILE *file = fopen(path, "rb");
    if (file == NULL || fstat(fileno(file), &facts) != 0)
        give_up(path, strerror(errno));
    size_t size = (size_t)facts.st_size;
    uint8_t *data = malloc(size > 0 ? size : 1);
    if (data == NULL || fread(data, 1, size, file) != size)
        give_up(path, "can not be read");
    fclose(file);
    playing = path;
    LLVMFuzzerTestOneInput(data, size);
    free(data);
}

static int is_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

/* Plays a file, or the files of a folder in the order of their names. Returns how many. */
static size_t play_all(const char *path)
{
    struct dirent **entries = NULL;
    int count = scandir(path, &entries, is_visible, alphasort);
    if (count < 0 && errno == ENOTDIR) {
        play(path);
        return 1;
    }
    if (count <= 0)
        give_up(path, count == 0 ? "has no files" : strerror(errno));
    for (int i = 0; i < count; i++) {
        char *name = NULL;
        if (asprintf(&name, "%s/%s", path, entries[i]->d_name) < 0)
            give_up(path, "out of memory");
        play(name);
        free(name);
        free(entries[i]);
    }
    free(entries);
    return (size_t)count;
}

/* Which input it was; what is wrong with it, the target or a sanitizer has said. */
static void tell_input(int number)
{
    static const char words[] = "the program ended while it played ";
    (void)!write(STDERR_FILENO, words, sizeof words - 1);
    (void)!write(STDERR_FILENO, playing, strlen(playing));
    (void)!write(STDERR_FILENO, "\n", 1);
    raise(number);
}

static void tell_input_at(int number)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = tell_input;
    action.sa_flags = (int)SA_RESETHAND;
    sigaction(number, &action, NULL);
}

int main(int argc, char **argv)
{
    size_t played = 0;
    if (argc < 2)
        give_up(argv[0], "needs files or folders");
    tell_input_at(SIGABRT);
    tell_input_at(SIGSEGV);
    LLVMFuzzerTestOneInput((const uint8_t *)"", 0);
    for (int i = 1; i < argc; i++)
        played += play_all(argv[i]);
    printf("%zu inputs played\n", played);
    return 0;
}
