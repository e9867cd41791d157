/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Where profiles are looked for, at the edges: users without a home, names that fill a path. What stands in the files
 * is test_credentials.c's.
 */
#include "support.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"
#include "credentials/profile.h"
#include "credentials/settings.h"

/* ---- the system's list of users, as this program sees it ---- */

static const char *home_of_user; /* NULL: the user is not listed */
static int lookup_result;

int getpwuid_r(uid_t id, struct passwd *entry, char *room, size_t size, struct passwd **found)
{
    memset(entry, 0, sizeof *entry);
    entry->pw_uid = id;
    entry->pw_name = room;
    snprintf(room, size, "%s", home_of_user != NULL ? home_of_user : "");
    entry->pw_dir = room;
    *found = home_of_user != NULL ? entry : NULL;
    return lookup_result;
}

/* ---- the system's clock, as this program sees it ---- */

static time_t clock_ahead;

int clock_gettime(clockid_t id, struct timespec *now)
{
    int result = (int)syscall(SYS_clock_gettime, id, now);
    now->tv_sec += id == CLOCK_REALTIME ? clock_ahead : 0;
    return result;
}

static int set_up(void **state)
{
    clock_ahead = 0;
    unsetenv("TENCENTCLOUD_CREDENTIALS_FILE");
    unsetenv("TCCLI_PROFILE");
    unsetenv("HOME");
    home_of_user = NULL;
    lookup_result = 0;
    *state = test_folder_new();
    return 0;
}

static int tear_down(void **state)
{
    test_folder_free(*state);
    return 0;
}

/* ---- what the tests ask ---- */

typedef struct finding {
    tcses_status status;
    char id[32];
    char words[9000]; /* the error, or the places without credentials */
} finding;

typedef tcses_status (*find_fn)(
    const profile_place *place, const char *name, tcses_credentials_answer *answer, tcses_error *error);

static void look(finding *f, find_fn find, const profile_place *place, const char *name)
{
    tcses_credentials_answer answer;
    tcses_error *error = NULL;
    memory mem = memory_default();
    answer_init(&answer, &mem);
    assert_int_equal(error_open(&error, &mem, &error), TCSES_OK);
    f->status = find(place, name, &answer, error);
    snprintf(f->id, sizeof f->id, "%s", answer.keys != NULL ? answer.keys->secret_id : "");
    snprintf(f->words, sizeof f->words, "%s",
        f->status == TCSES_OK ? buffer_text(&answer.tried) : tcses_error_message(error));
    answer_free(&answer);
    tcses_error_free(error);
}

static void expect_found(const finding *f, const char *id)
{
    if (f->status != TCSES_OK)
        fail_msg("%s: %s", tcses_status_name(f->status), f->words);
    assert_string_equal(f->id, id);
}

static void expect_nothing(const finding *f, const char *words)
{
    expect_found(f, "");
    if (strstr(f->words, words) == NULL)
        fail_msg("expected \"%s\": %s", words, f->words);
}

/* A text of this many characters that begins with a slash; the caller frees it. */
static char *long_path(size_t length)
{
    char *path = malloc(length + 1);
    assert_non_null(path);
    memset(path, 'p', length);
    path[0] = '/';
    path[length] = '\0';
    return path;
}

static const profile_place usual = {NULL, NULL};

/* ---- home ---- */

static void write_profiles(const char *folder)
{
    test_file_write(folder, ".tencentcloud/credentials", "[work]\nsecret_id = of-ini\nsecret_key = k\n", -1);
    test_file_write(folder, ".tccli/work.credential", "{\"secretId\":\"of-cli\",\"secretKey\":\"k\"}", -1);
    test_file_write(folder, ".tccli/work.configure", "{\"region\":\"ap-hongkong\"}", -1);
}

static void test_profile__home_is_the_users_where_the_variable_is_not_set(void **state)
{
    finding f;
    settings said;
    memory mem = memory_default();
    write_profiles(*state);
    home_of_user = *state;
    look(&f, profile_find_in_files, &usual, "work");
    expect_found(&f, "of-ini");
    look(&f, profile_find_in_cli, &usual, "work");
    expect_found(&f, "of-cli");
    assert_int_equal(settings_read(&mem, "work", &said), TCSES_OK);
    assert_string_equal(said.region, "ap-hongkong");
    settings_free(&mem, &said);
    /* The variable beats it, and does not count when it is empty. */
    setenv("HOME", "/nowhere", 1);
    look(&f, profile_find_in_cli, &usual, "work");
    expect_nothing(&f, "/nowhere/.tccli/work.credential");
    setenv("HOME", "", 1);
    look(&f, profile_find_in_cli, &usual, "work");
    expect_found(&f, "of-cli");
}

/* As in a container whose user is a bare number. */
static void expect_no_home(void)
{
    finding f;
    settings said;
    memory mem = memory_default();
    look(&f, profile_find_in_files, &usual, "no such section");
    assert_int_equal(f.status, TCSES_OK);
    assert_null(strstr(f.words, ".tencentcloud"));
    assert_non_null(strstr(f.words, "/etc/tencentcloud/credentials"));
    look(&f, profile_find_in_cli, &usual, "work");
    expect_nothing(&f, "~/.tccli: there is no home directory");
    assert_int_equal(settings_read(&mem, "work", &said), TCSES_OK);
    assert_null(said.region);
    assert_null(said.endpoint);
    /* Only the file below /etc counts then. */
    assert_int_equal(profile_fingerprint(&usual, "work"), profile_fingerprint(&usual, "other"));
}

static void test_profile__a_user_without_a_home(void **state)
{
    write_profiles(*state);
    expect_no_home();
    home_of_user = *state;
    lookup_result = EIO;
    expect_no_home();
    setenv("HOME", *state, 1);
    assert_int_not_equal(profile_fingerprint(&usual, "work"), profile_fingerprint(&usual, "other"));
}

static void test_profile__a_home_that_is_too_long(void **state)
{
    (void)state;
    char *home = long_path(PROFILE_PATH_MAX);
    setenv("HOME", home, 1);
    expect_no_home();
    free(home);
}

/* ---- places that are named ---- */

/* A name that fits no path is looked for nowhere: never under a shortened one. */
static void test_profile__a_credentials_file_that_is_no_path(void **state)
{
    (void)state;
    char *path = long_path(PROFILE_PATH_MAX);
    const char *const files[] = {"", path};
    for (size_t i = 0; i < COUNT_OF(files); i++) {
        finding f;
        profile_place place = {files[i], NULL};
        look(&f, profile_find_in_files, &place, "work");
        expect_found(&f, "");
        assert_string_equal(f.words, "");
    }
    free(path);
}

static void test_profile__a_cli_directory_that_fills_the_path(void **state)
{
    (void)state;
    static const char rest[] = "/work.credential";
    char *path = long_path(PROFILE_PATH_MAX + 10);
    for (size_t too_long = 0; too_long < 3; too_long++) {
        finding f;
        size_t length = too_long == 2 ? PROFILE_PATH_MAX + 10 : PROFILE_PATH_MAX - sizeof rest + too_long;
        path[length] = '\0';
        profile_place place = {NULL, path};
        look(&f, profile_find_in_cli, &place, "work");
        /* What just fits is asked for, and refused by the system. */
        if (too_long == 0)
            assert_int_equal(f.status, TCSES_ERR_CREDENTIALS);
        else
            expect_nothing(&f, "there is no home directory");
        path[length] = 'p';
    }
    free(path);
}

static void test_profile__a_file_where_a_directory_is_expected(void **state)
{
    finding f;
    char path[512];
    test_file_write(*state, "plain", "x", 1);
    snprintf(path, sizeof path, "%s/plain", (const char *)*state);
    profile_place place = {NULL, path};
    look(&f, profile_find_in_cli, &place, "work");
    expect_nothing(&f, "Not a directory");
}

/* ---- change ---- */

/* Far ahead of the clock a file is as new as one that was written just now, however slow the test is. */
#define JUST_NOW (-1000)

static uint64_t fingerprint_after(const char *file, time_t seconds)
{
    profile_place place = {file, "/nowhere"};
    clock_ahead = seconds;
    uint64_t fingerprint = profile_fingerprint(&place, "work");
    clock_ahead = 0;
    return fingerprint;
}

/* Within a tick of the file system's clock its times show no change: then what stands in the file counts too. */
static void test_profile__a_file_that_changed_just_now_is_told_by_its_content(void **state)
{
    char file[512];
    snprintf(file, sizeof file, "%s/credentials", (const char *)*state);
    test_file_write(*state, "credentials", "[work]\nsecret_id = a\n", -1);
    uint64_t fresh = fingerprint_after(file, JUST_NOW);
    assert_int_equal(fingerprint_after(file, JUST_NOW), fresh);
    /* Later its times are enough, and it is not read. */
    uint64_t settled = fingerprint_after(file, 100);
    assert_int_not_equal(settled, fresh);
    assert_int_equal(fingerprint_after(file, 1000), settled);
    /* A time of modification that was set back, as cp -p does, does not hide when that was done. */
    const struct timespec times[] = {{0, UTIME_OMIT}, {1000000000, 0}};
    assert_int_equal(utimensat(AT_FDCWD, file, times, 0), 0);
    uint64_t copied = fingerprint_after(file, JUST_NOW);
    assert_int_not_equal(copied, fingerprint_after(file, 100));
    assert_int_not_equal(copied, fresh);
}

/* Only of an empty file that was written a moment ago can more be expected. */
static void test_profile__an_empty_file_is_passed_over_later(void **state)
{
    char file[512];
    finding f;
    snprintf(file, sizeof file, "%s/credentials", (const char *)*state);
    const profile_place place = {file, NULL};
    test_file_write(*state, "credentials", "", -1);
    look(&f, profile_find_in_files, &place, "work");
    assert_int_equal(f.status, TCSES_ERR_CREDENTIALS);
    clock_ahead = 100;
    look(&f, profile_find_in_files, &place, "work");
    expect_nothing(&f, "has no such section");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            test_profile__home_is_the_users_where_the_variable_is_not_set, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_profile__a_user_without_a_home, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_profile__a_home_that_is_too_long, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_profile__a_credentials_file_that_is_no_path, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_profile__a_cli_directory_that_fills_the_path, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_profile__a_file_where_a_directory_is_expected, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_profile__an_empty_file_is_passed_over_later, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            test_profile__a_file_that_changed_just_now_is_told_by_its_content, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("profile", tests, NULL, NULL);
}
