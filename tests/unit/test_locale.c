/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * jansson converts numbers by the process's locale. A program in a locale with a decimal comma, or one that changes its
 * locale while we read, must not change what is read or written.
 */
#include "support.h"

#include <jansson.h>
#include <locale.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "codec/codec.h"
#include "ses/action.h"

#define COMMA_LOCALE "de_DE.UTF-8"
#define ROUNDS 3000

static char *locale_folder;

/* Switches to a locale with a decimal comma, made by localedef if none is installed. */
static bool take_comma_locale(void)
{
    char command[512];
    if (setlocale(LC_ALL, COMMA_LOCALE) != NULL)
        return true;
    locale_folder = test_folder_new();
    snprintf(command, sizeof command, "localedef -i de_DE -f UTF-8 %s/" COMMA_LOCALE " >/dev/null 2>&1", locale_folder);
    if (system(command) != 0 || setenv("LOCPATH", locale_folder, 1) != 0)
        return false;
    return setlocale(LC_ALL, COMMA_LOCALE) != NULL;
}

static int tear_down(void **state)
{
    (void)state;
    setlocale(LC_ALL, "C");
    if (locale_folder != NULL)
        test_folder_free(locale_folder);
    locale_folder = NULL;
    return 0;
}

static const char answer_with_numbers[] =
    "{\"Response\":{\"Total\":12345678,\"MaxDailyQuota\":\"1000\",\"Ratio\":1.5,\"Later\":[0.25,-3.75e2,1e2]}}";

static tcses_status read_once(void)
{
    memory mem = memory_default();
    codec_answer answer;
    arena *a = NULL;
    const field_table *table = ses_action_find("ListEmailIdentities")->response;
    tcses_list_email_identities_response *list = arena_tree_new(&mem, table->bytes, &a);
    assert_non_null(list);
    tcses_status status = codec_open(answer_with_numbers, strlen(answer_with_numbers), &answer, NULL);
    if (status == TCSES_OK)
        status = codec_decode(&answer, table, a, list, NULL);
    codec_close(&answer);
    if (status == TCSES_OK) {
        assert_int_equal(*list->total, 12345678);
        assert_int_equal(*list->max_daily_quota, 1000);
    }
    arena_tree_free(list);
    return status;
}

static tcses_status write_once(void)
{
    memory mem = memory_default();
    buffer out;
    tcses_list_email_identities_request request = TCSES_LIST_EMAIL_IDENTITIES_REQUEST_INIT;
    request.offset = 1234567;
    buffer_init(&out, &mem);
    tcses_status status = codec_encode(ses_action_find("ListEmailIdentities")->request, &request, &out, NULL);
    if (status == TCSES_OK)
        assert_string_equal(buffer_text(&out), "{\"Offset\":1234567}");
    buffer_free(&out);
    return status;
}

static void test_locale__decimal_comma(void **state)
{
    (void)state;
    char half[16];
    if (!take_comma_locale())
        skip();
    snprintf(half, sizeof half, "%.1f", 0.5);
    assert_string_equal(half, "0,5");
    assert_int_equal(read_once(), TCSES_OK);
    assert_int_equal(write_once(), TCSES_OK);
    assert_int_equal(codec_check_object("{\"a\":1.5}", 9, "body", NULL), TCSES_OK);
    /* The thread is left in the locale in which it was. */
    snprintf(half, sizeof half, "%.1f", 0.5);
    assert_string_equal(half, "0,5");
}

static size_t points, commas;

/* jansson asks for memory all along its way: the moment to look at the locale it works in. */
static void *look_at_locale(size_t bytes)
{
    if (strcmp(localeconv()->decimal_point, ".") == 0)
        points++;
    else
        commas++;
    return malloc(bytes);
}

static void test_locale__jansson_sees_the_c_locale(void **state)
{
    (void)state;
    if (!take_comma_locale())
        skip();
    json_set_alloc_funcs(look_at_locale, free);
    tcses_status status = codec_check_object("{\"a\":1.5}", 9, "body", NULL);
    json_set_alloc_funcs(malloc, free);
    assert_int_equal(status, TCSES_OK);
    assert_int_equal(commas, 0);
    assert_true(points > 0);
}

static void *switch_locale(void *ctx)
{
    (void)ctx;
    for (int i = 0; i < ROUNDS; i++)
        setlocale(LC_NUMERIC, i % 2 == 0 ? "C" : COMMA_LOCALE);
    return NULL;
}

static void test_locale__another_thread_changes_it(void **state)
{
    (void)state;
    pthread_t thread;
    if (!take_comma_locale())
        skip();
    assert_int_equal(pthread_create(&thread, NULL, switch_locale, NULL), 0);
    for (int i = 0; i < ROUNDS; i++) {
        assert_int_equal(read_once(), TCSES_OK);
        assert_int_equal(write_once(), TCSES_OK);
    }
    assert_int_equal(pthread_join(thread, NULL), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_locale__decimal_comma, tear_down),
        cmocka_unit_test_teardown(test_locale__jansson_sees_the_c_locale, tear_down),
        cmocka_unit_test_teardown(test_locale__another_thread_changes_it, tear_down),
    };
    return cmocka_run_group_tests_name("locale", tests, NULL, NULL);
}
