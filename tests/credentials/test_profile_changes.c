/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * A profile's file that changes while the program runs. The service's stand-in sees whether the parts of two states of
 * the file were ever mixed: it complains of a key or a token that is not the id's.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "rig.h"

#define PROFILE "default"
#define CALLERS 4

/* ---- a file that changes while it is read ---- */

static struct {
    atomic_bool due;
    const char *path;
    void (*change)(const char *, int);
    int generation;
} rewrite_to_come;

/* After the next read from the file, and so before the one after that, it is changed. */
static void rewrite_after_read(const char *path, void (*change)(const char *, int), int generation)
{
    rewrite_to_come.path = path;
    rewrite_to_come.change = change;
    rewrite_to_come.generation = generation;
    atomic_store(&rewrite_to_come.due, true);
}

static bool is_rewrite_due(void)
{
    return atomic_load(&rewrite_to_come.due);
}

static bool is_open_as(int fd, const char *path)
{
    struct stat a;
    struct stat b;
    return fstat(fd, &a) == 0 && lstat(path, &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

/* In place of the C library's, also for libtcses. */
ssize_t read(int fd, void *room, size_t size)
{
    ssize_t length = syscall(SYS_read, fd, room, size);
    int error = errno;
    if (length > 0 && is_rewrite_due() && is_open_as(fd, rewrite_to_come.path)) {
        atomic_store(&rewrite_to_come.due, false);
        rewrite_to_come.change(rewrite_to_come.path, rewrite_to_come.generation);
    }
    errno = error;
    return length;
}

/* ---- a file system with a slow clock ---- */

static bool clock_is_slow;

/* In place of the C library's: what libtcses asks when a file was last changed. */
int stat(const char *path, struct stat *facts)
{
    int failed = fstatat(AT_FDCWD, path, facts, 0);
    if (failed == 0 && clock_is_slow)
        facts->st_mtim.tv_nsec = facts->st_ctim.tv_nsec = 0;
    return failed;
}

/* ---- a program with a profile ---- */

typedef struct desk {
    sandbox box;
    stand_in ses;
    tcses_client *client;
    char *file;
} desk;

/* Keys with a token, so that a third part can go wrong. */
static void write_keys(const char *path, int generation)
{
    char *id = format_text("AKIDfile%d", generation);
    char *text = profile_text(PROFILE, id);
    write_file(path, text);
    free(text);
    free(id);
}

static void desk_open(desk *d)
{
    tcses_profile_options profile = TCSES_PROFILE_OPTIONS_INIT;
    tcses_credentials *credentials = NULL;
    sandbox_enter(&d->box);
    clock_is_slow = false;
    ses_start(&d->ses);
    d->file = sandbox_file(&d->box, "keys/credentials");
    write_keys(d->file, 1);
    profile.profile = PROFILE;
    profile.credentials_file = d->file;
    assert_int_equal(tcses_credentials_new_profile(&profile, NULL, &credentials, NULL), TCSES_OK);
    d->client = rig_client(&d->ses, credentials);
}

static void desk_close(desk *d)
{
    tcses_client_free(d->client);
    stand_in_stop(&d->ses);
    free(d->file);
    sandbox_leave(&d->box);
}

/* As a shell's > does: the file is empty for a moment. */
static void rewrite_in_place(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_TRUNC | O_CREAT | O_CLOEXEC, 0600);
    size_t length = strlen(text);
    if (fd < 0 || write(fd, text, length) != (ssize_t)length)
        die("%s cannot be written: %s", path, strerror(errno));
    close(fd);
}

static void write_keys_in_place(const char *path, int generation)
{
    char *id = format_text("AKIDfile%d", generation);
    char *text = profile_text(PROFILE, id);
    rewrite_in_place(path, text);
    free(text);
    free(id);
}

/* ---- one change after another ---- */

static void check_change(void (*change)(const char *, int))
{
    desk d;
    desk_open(&d);
    expect_signed(d.client, &d.ses, "AKIDfile1");
    change(d.file, 2);
    expect_signed(d.client, &d.ses, "AKIDfile2");
    change(d.file, 1234567);
    expect_signed(d.client, &d.ses, "AKIDfile1234567");
    desk_close(&d);
}

static void test_profile__file_that_is_replaced_is_read_anew(void **state)
{
    (void)state;
    check_change(write_keys);
}

static void test_profile__file_that_is_rewritten_in_place_is_read_anew(void **state)
{
    (void)state;
    check_change(write_keys_in_place);
}

static void write_quickly(desk *d)
{
    for (int i = 100; i < 200; i++) {
        char *id = format_text("AKIDfile%d", i);
        write_keys_in_place(d->file, i);
        expect_signed(d->client, &d->ses, id);
        free(id);
    }
}

static void test_profile__quick_change_is_not_missed(void **state)
{
    (void)state;
    desk d;
    desk_open(&d);
    write_quickly(&d);
    desk_close(&d);
}

/*
 * The same length, the same inode, and the same time of change: the clocks of file systems tick every 4 ms with older
 * kernels, and every second with some file systems.
 */
static void test_profile__change_within_a_tick_of_the_file_system_is_not_missed(void **state)
{
    (void)state;
    desk d;
    desk_open(&d);
    clock_is_slow = true;
    write_quickly(&d);
    desk_close(&d);
}

static void test_profile__file_that_is_gone_is_an_error_until_it_is_back(void **state)
{
    (void)state;
    desk d;
    desk_open(&d);
    expect_signed(d.client, &d.ses, "AKIDfile1");
    assert_int_equal(remove(d.file), 0);
    expect_no_keys(call_once(d.client, NULL), d.file, PROFILE);
    write_keys(d.file, 2);
    expect_signed(d.client, &d.ses, "AKIDfile2");
    desk_close(&d);
}

static void test_profile__half_a_file_is_an_error_until_it_is_whole(void **state)
{
    (void)state;
    desk d;
    desk_open(&d);
    expect_signed(d.client, &d.ses, "AKIDfile1");
    rewrite_in_place(d.file, "");
    expect_no_keys(call_once(d.client, NULL), d.file);
    rewrite_in_place(d.file, "[" PROFILE "]\n");
    expect_no_keys(call_once(d.client, NULL), d.file);
    rewrite_in_place(d.file, "[" PROFILE "]\nsecret_id = AKIDfile2\n");
    expect_no_keys(call_once(d.client, NULL), d.file, "secret_key");
    write_keys_in_place(d.file, 2);
    expect_signed(d.client, &d.ses, "AKIDfile2");
    desk_close(&d);
}

/* The keys that the service no longer takes: the file is looked at once more, though it seems unchanged. */
static void test_profile__refused_token_is_read_anew_once(void **state)
{
    (void)state;
    desk d;
    desk_open(&d);
    expect_signed(d.client, &d.ses, "AKIDfile1");
    ses_refuse(&d.ses, "AKIDfile1");
    expect_error(call_once(d.client, NULL), TCSES_ERR_API, 1, "AuthFailure.TokenFailure");
    write_keys(d.file, 2);
    expect_signed(d.client, &d.ses, "AKIDfile2");
    desk_close(&d);
}

/* So long that it takes many reads, with the key far from the rest. */
static void write_long_file_in_place(const char *path, int generation)
{
    static char comment[65536];
    char *id = format_text("AKIDfile%d", generation);
    char *key = key_of(id);
    char *token = token_of(id);
    memset(comment, '#', sizeof comment - 1);
    char *text = format_text(
        "[" PROFILE "]\nsecret_id = %s\ntoken = %s\n%s\nsecret_key = %s\n", id, token, comment, key);
    rewrite_in_place(path, text);
    free(text);
    free(token);
    free(key);
    free(id);
}

static void change_while_it_is_read(desk *d)
{
    write_long_file_in_place(d->file, 2);
    rewrite_after_read(d->file, write_long_file_in_place, 3);
    expect_signed(d->client, &d->ses, "AKIDfile3");
    assert_false(is_rewrite_due());
}

static void test_profile__change_while_it_is_read_does_not_mix(void **state)
{
    (void)state;
    desk d;
    desk_open(&d);
    expect_signed(d.client, &d.ses, "AKIDfile1");
    change_while_it_is_read(&d);
    desk_close(&d);
}

static void test_profile__change_while_the_chain_reads_it_does_not_mix(void **state)
{
    (void)state;
    desk d;
    desk_open(&d);
    set_variable("TENCENTCLOUD_CREDENTIALS_FILE", d.file);
    tcses_client_free(d.client);
    d.client = rig_client(&d.ses, chain_keys());
    change_while_it_is_read(&d);
    desk_close(&d);
}

static void test_profile__change_while_it_is_read_does_not_mix_within_a_tick(void **state)
{
    (void)state;
    desk d;
    desk_open(&d);
    clock_is_slow = true;
    change_while_it_is_read(&d);
    desk_close(&d);
}

/* ---- changes beside calls ---- */

typedef struct rewriter {
    const char *file;
    void (*change)(const char *, int);
    int rewrites;
    atomic_int calls; /* made so far */
    atomic_int done;  /* rewrites, one for every CALLERS calls */
} rewriter;

typedef struct caller {
    tcses_client *client;
    rewriter *rewriter;
    const char *file;
    int failed; /* with an error that names the file */
    int wrong;  /* with any other */
} caller;

static void *rewrite(void *ctx)
{
    rewriter *w = ctx;
    for (int i = 0; i < w->rewrites; i++) {
        await_until(atomic_load(&w->calls) >= i * CALLERS);
        w->change(w->file, i + 2);
        atomic_store(&w->done, i + 1);
    }
    return NULL;
}

static void *call_often(void *ctx)
{
    caller *me = ctx;
    for (int i = 0; i < me->rewriter->rewrites; i++) {
        /* Neither is ever far ahead of the other. */
        await_until(atomic_load(&me->rewriter->done) >= i - 1);
        result r = call_once(me->client, NULL);
        if (r.status == TCSES_ERR_CREDENTIALS && strstr(tcses_error_message(r.error), me->file) != NULL)
            me->failed++;
        else if (r.status != TCSES_OK)
            me->wrong++;
        result_free(&r);
        atomic_fetch_add(&me->rewriter->calls, 1);
    }
    return NULL;
}

/* Returns how many calls failed because there was no whole file just then. */
static int call_beside(desk *d, void (*change)(const char *, int), int rewrites)
{
    rewriter w = {.file = d->file, .change = change, .rewrites = rewrites};
    caller callers[CALLERS];
    pthread_t threads[CALLERS];
    pthread_t writing;
    char *last = format_text("AKIDfile%d", rewrites + 1);
    int failed = 0;
    int wrong = 0;
    start_thread(&writing, rewrite, &w);
    for (int i = 0; i < CALLERS; i++) {
        callers[i] = (caller){.client = d->client, .rewriter = &w, .file = d->file};
        start_thread(&threads[i], call_often, &callers[i]);
    }
    for (int i = 0; i < CALLERS; i++) {
        pthread_join(threads[i], NULL);
        failed += callers[i].failed;
        wrong += callers[i].wrong;
    }
    pthread_join(writing, NULL);
    assert_int_equal(wrong, 0);
    assert_int_equal(atomic_load(&w.done), rewrites);
    expect_signed(d->client, &d->ses, last);
    free(last);
    return failed;
}

static int ids_seen(const desk *d)
{
    char last[ID_ROOM] = "";
    int count = 0;
    for (int i = 0; i < stand_in_requests(&d->ses); i++) {
        char id[ID_ROOM];
        ses_id(&d->ses, i, id);
        count += strcmp(id, last) != 0;
        strcpy(last, id);
    }
    return count;
}

static void test_profile__replaced_500_times_is_never_mixed_nor_missed(void **state)
{
    (void)state;
    desk d;
    desk_open(&d);
    assert_int_equal(call_beside(&d, write_keys, 500), 0);
    assert_in_range(ids_seen(&d), 100, 100000);
    desk_close(&d);
}

static void test_profile__rewritten_in_place_again_and_again_is_never_mixed(void **state)
{
    (void)state;
    desk d;
    desk_open(&d);
    int failed = call_beside(&d, write_keys_in_place, 200);
    print_message("# %d calls of %d met an unfinished file\n", failed, 200 * CALLERS);
    assert_in_range(ids_seen(&d), 20, 100000);
    desk_close(&d);
}

static void remove_and_write(const char *path, int generation)
{
    remove(path);
    write_keys_in_place(path, generation);
}

static void test_profile__removed_again_and_again_is_never_mixed(void **state)
{
    (void)state;
    desk d;
    desk_open(&d);
    int failed = call_beside(&d, remove_and_write, 100);
    print_message("# %d calls of %d met no file\n", failed, 100 * CALLERS);
    desk_close(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_profile__file_that_is_replaced_is_read_anew),
        cmocka_unit_test(test_profile__file_that_is_rewritten_in_place_is_read_anew),
        cmocka_unit_test(test_profile__quick_change_is_not_missed),
        cmocka_unit_test(test_profile__change_within_a_tick_of_the_file_system_is_not_missed),
        cmocka_unit_test(test_profile__file_that_is_gone_is_an_error_until_it_is_back),
        cmocka_unit_test(test_profile__half_a_file_is_an_error_until_it_is_whole),
        cmocka_unit_test(test_profile__refused_token_is_read_anew_once),
        cmocka_unit_test(test_profile__change_while_it_is_read_does_not_mix),
        cmocka_unit_test(test_profile__change_while_the_chain_reads_it_does_not_mix),
        cmocka_unit_test(test_profile__change_while_it_is_read_does_not_mix_within_a_tick),
        cmocka_unit_test(test_profile__replaced_500_times_is_never_mixed_nor_missed),
        cmocka_unit_test(test_profile__rewritten_in_place_again_and_again_is_never_mixed),
        cmocka_unit_test(test_profile__removed_again_and_again_is_never_mixed),
    };
    return RUN_TESTS(tests);
}
