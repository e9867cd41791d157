/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * SMTP passwords: what is random in them, and the rule that each obeys.
 */
#include "support.h"

#include <errno.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <unistd.h>

#define RUNS 5000
#define CHARACTERS (TCSES_SMTP_PASSWORD_BYTES - 1)

/* ---- random bytes, as this program gets them ---- */

static size_t draws;         /* how often some were asked for */
static size_t fails_at;      /* the draw from which on there are none; 0: never */
static uint8_t script[2048]; /* what comes instead of random bytes */
static size_t script_length;
static size_t script_played;

int getentropy(void *room, size_t bytes)
{
    draws++;
    if (fails_at != 0 && draws >= fails_at) {
        errno = ENOSYS;
        return -1;
    }
    if (script_length == 0)
        return syscall(SYS_getrandom, room, bytes, 0) == (long)bytes ? 0 : -1;
    for (size_t i = 0; i < bytes; i++) {
        assert_true(script_played < script_length);
        ((uint8_t *)room)[i] = script[script_played++];
    }
    return 0;
}

static void play(void)
{
    draws = fails_at = script_length = script_played = 0;
}

/* ---- the rule ---- */

/* How many different characters of the password lie between first and last. */
static size_t count_different(const char *password, char first, char last)
{
    size_t count = 0;
    for (char c = first; c <= last; c++)
        count += strchr(password, c) != NULL;
    return count;
}

static void expect_rule(const char *password)
{
    assert_int_equal(strlen(password), CHARACTERS);
    assert_int_equal(strspn(password, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"), CHARACTERS);
    if (count_different(password, '0', '9') < 2 || count_different(password, 'a', 'z') < 2 ||
        count_different(password, 'A', 'Z') < 2)
        fail_msg("%s does not obey the rule", password);
}

static void test_password__obeys_the_rule(void **state)
{
    (void)state;
    size_t seen[128] = {0};
    play();
    for (size_t i = 0; i < RUNS; i++) {
        char password[TCSES_SMTP_PASSWORD_BYTES + 3] = "......................~";
        tcses_error *error = NULL;
        assert_int_equal(tcses_smtp_password_generate(password, TCSES_SMTP_PASSWORD_BYTES, &error), TCSES_OK);
        assert_null(error);
        expect_rule(password);
        assert_int_equal(password[TCSES_SMTP_PASSWORD_BYTES], '.'); /* not a byte more was written */
        for (const char *c = password; *c != '\0'; c++)
            seen[(unsigned char)*c]++;
    }
    /* 100,000 characters of 62: about 1,600 of each, and 1,200 are ten standard deviations away. */
    for (char c = '0'; c <= 'z'; c++) {
        bool is_ours = (c <= '9') || (c >= 'A' && c <= 'Z') || c >= 'a';
        assert_true(
            is_ours ? seen[(unsigned char)c] > 1200 && seen[(unsigned char)c] < 2200 : seen[(unsigned char)c] == 0);
    }
}

static void test_password__no_two_are_the_same(void **state)
{
    (void)state;
    char passwords[200][TCSES_SMTP_PASSWORD_BYTES];
    play();
    for (size_t i = 0; i < COUNT_OF(passwords); i++) {
        assert_int_equal(tcses_smtp_password_generate(passwords[i], sizeof passwords[i], NULL), TCSES_OK);
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(passwords[i], passwords[j]);
    }
}

/* Bytes that are turned into the characters of this text; a '~' is one that is left out. */
static void script_text(const char *text)
{
    static const char alphabet[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    for (; *text != '\0'; text++) {
        const char *place = strchr(alphabet, *text);
        script[script_length++] = place != NULL ? (uint8_t)(place - alphabet) : 250;
    }
    /* The rest of what is drawn at once is not used. */
    while (script_length % 64 != 0)
        script[script_length++] = 255;
}

static void test_password__what_breaks_the_rule_is_drawn_again(void **state)
{
    (void)state;
    static const char *const broken[] = {
        "aaaaaaaaaaaaaaaaaaaa",
        "ABCDEFGHIJKLMNOPQR12", /* no lower-case letter */
        "aABCDEFGHIJKLMNOPQ12", /* one */
        "aaBCDEFGHIJKLMNOPQ12", /* two that do not differ */
        "abcdefghijklmnopqr12",
        "Abcdefghijklmnopqr12",
        "AAcdefghijklmnopqr12",
        "ABcdefghijklmnopqrst",
        "ABcdefghijklmnopqrs1",
        "ABcdefghijklmnopqr77",
    };
    char password[TCSES_SMTP_PASSWORD_BYTES];
    play();
    for (size_t i = 0; i < COUNT_OF(broken); i++)
        script_text(broken[i]);
    script_text("ABabababababababab12");
    assert_int_equal(tcses_smtp_password_generate(password, sizeof password, NULL), TCSES_OK);
    assert_int_equal(draws, COUNT_OF(broken) + 1);
    assert_string_equal(password, "ABabababababababab12");
}

static void test_password__bytes_that_would_favour_some_characters_are_left_out(void **state)
{
    (void)state;
    char password[TCSES_SMTP_PASSWORD_BYTES];
    play();
    script_text("~A~B~a~b~1~2~");
    script_text("cdefghijklmnop~");
    assert_int_equal(tcses_smtp_password_generate(password, sizeof password, NULL), TCSES_OK);
    assert_string_equal(password, "ABab12cdefghijklmnop");
    assert_int_equal(draws, 2);
}

/* ---- what goes wrong ---- */

static void test_password__without_random_numbers_there_is_none(void **state)
{
    (void)state;
    static const char zeros[TCSES_SMTP_PASSWORD_BYTES] = {0};
    for (size_t draw = 1; draw <= 2; draw++) {
        char password[TCSES_SMTP_PASSWORD_BYTES] = "something else here.";
        tcses_error *error = NULL;
        play();
        script_text("ABab12cd~~~~"); /* half a password */
        fails_at = draw;
        assert_int_equal(tcses_smtp_password_generate(password, sizeof password, &error), TCSES_ERR_SYSTEM);
        expect_error(error, TCSES_ERR_SYSTEM, NULL);
        assert_memory_equal(password, zeros, sizeof password);
        assert_int_equal(tcses_smtp_password_generate(password, sizeof password, NULL), TCSES_ERR_SYSTEM);
    }
}

static void test_password__arguments_are_refused(void **state)
{
    (void)state;
    char password[TCSES_SMTP_PASSWORD_BYTES] = "untouched";
    tcses_error *error = NULL;
    play();
    assert_int_equal(tcses_smtp_password_generate(NULL, sizeof password, &error), TCSES_ERR_ARGUMENT);
    expect_error(error, TCSES_ERR_ARGUMENT, "password");
    assert_int_equal(tcses_smtp_password_generate(password, sizeof password - 1, &error), TCSES_ERR_ARGUMENT);
    expect_error(error, TCSES_ERR_ARGUMENT, "size");
    assert_int_equal(tcses_smtp_password_generate(password, 0, NULL), TCSES_ERR_ARGUMENT);
    assert_string_equal(password, "untouched");
    assert_int_equal(draws, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_password__obeys_the_rule),
        cmocka_unit_test(test_password__no_two_are_the_same),
        cmocka_unit_test(test_password__what_breaks_the_rule_is_drawn_again),
        cmocka_unit_test(test_password__bytes_that_would_favour_some_characters_are_left_out),
        cmocka_unit_test(test_password__without_random_numbers_there_is_none),
        cmocka_unit_test(test_password__arguments_are_refused),
    };
    return cmocka_run_group_tests_name("password", tests, NULL, NULL);
}
