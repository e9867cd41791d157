/* SPDX-License-Identifier: Apache-2.0 */
#include "support.h"

#include <tcses/sys/error.h>

#include "base/error.h"

static tcses_error *new_error(void)
{
    memory mem = memory_default();
    tcses_error *error = NULL, *inner = NULL;
    assert_int_equal(error_open(&error, &mem, &inner), TCSES_OK);
    assert_null(error);
    assert_non_null(inner);
    return inner;
}

static void test_error__accessors_on_null(void **state)
{
    (void)state;
    assert_int_equal(tcses_error_status(NULL), TCSES_OK);
    assert_string_equal(tcses_error_message(NULL), "no error");
    assert_null(tcses_error_action(NULL));
    assert_null(tcses_error_code(NULL));
    assert_null(tcses_error_request_id(NULL));
    assert_null(tcses_error_field(NULL));
    assert_null(tcses_error_transport_text(NULL));
    assert_null(tcses_error_hint(NULL));
    assert_int_equal(tcses_error_outcome(NULL), TCSES_OUTCOME_NOT_DONE);
    assert_int_equal(tcses_error_retryable(NULL), TCSES_FALSE);
    assert_int_equal(tcses_error_attempts(NULL), 0);
    assert_int_equal(tcses_error_http_status(NULL), 0);
    assert_int_equal(tcses_error_transport_code(NULL), 0);
    tcses_error_free(NULL);
}

static void test_error__a_new_one_says_nothing(void **state)
{
    (void)state;
    /* Memory that is not zero to begin with. */
    test_memory m;
    tcses_error *error = NULL, *e = NULL;
    test_memory_init(&m);
    memory mem = test_memory_inside(&m);
    assert_int_equal(error_open(&error, &mem, &e), TCSES_OK);
    assert_int_equal(tcses_error_status(e), TCSES_OK);
    assert_string_equal(tcses_error_message(e), "");
    assert_null(tcses_error_code(e));
    assert_null(tcses_error_request_id(e));
    assert_null(tcses_error_field(e));
    assert_null(tcses_error_transport_text(e));
    assert_null(tcses_error_hint(e));
    assert_int_equal(tcses_error_outcome(e), TCSES_OUTCOME_NOT_DONE);
    assert_int_equal(tcses_error_retryable(e), TCSES_FALSE);
    assert_int_equal(error_close(&error, e, TCSES_OK), TCSES_OK);
    assert_null(error);
    assert_int_equal(m.live, 0);
}

static void test_error__is_handed_over_on_failure_alone(void **state)
{
    (void)state;
    test_memory m;
    tcses_error *error = NULL, *e = NULL;
    test_memory_init(&m);
    memory mem = test_memory_inside(&m);
    assert_int_equal(error_open(&error, &mem, &e), TCSES_OK);
    error_argument(e, "tag_list[2].tag_key", "must not be empty");
    assert_int_equal(error_close(&error, e, TCSES_ERR_ARGUMENT), TCSES_ERR_ARGUMENT);
    assert_ptr_equal(error, e);
    assert_string_equal(tcses_error_message(error), "tag_list[2].tag_key: must not be empty");
    expect_error(error, TCSES_ERR_ARGUMENT, "tag_list[2].tag_key");
    assert_int_equal(m.live, 0);
}

static void test_error__none_is_made_for_a_caller_who_wants_none(void **state)
{
    (void)state;
    test_memory m;
    tcses_error *e = (tcses_error *)(uintptr_t)1;
    test_memory_init(&m);
    memory mem = test_memory_inside(&m);
    assert_int_equal(error_open(NULL, &mem, &e), TCSES_OK);
    assert_null(e);
    assert_int_equal(m.taken, 0);
    assert_int_equal(error_set(e, TCSES_ERR_TLS, NULL, "words"), TCSES_ERR_TLS);
    assert_int_equal(error_close(NULL, e, TCSES_ERR_TLS), TCSES_ERR_TLS);
}

static void test_error__out_of_memory_has_an_object_of_its_own(void **state)
{
    (void)state;
    test_memory m;
    tcses_error *error = NULL, *e = NULL;
    test_memory_init(&m);
    m.fail_at = 1;
    memory mem = test_memory_inside(&m);
    assert_int_equal(error_open(&error, &mem, &e), TCSES_ERR_MEMORY);
    assert_null(e);
    assert_int_equal(tcses_error_status(error), TCSES_ERR_MEMORY);
    assert_string_equal(tcses_error_message(error), "out of memory");
    assert_int_equal(tcses_error_outcome(error), TCSES_OUTCOME_NOT_DONE);
    assert_int_equal(tcses_error_attempts(error), 0);
    tcses_error_free(error);
    tcses_error_free(error);
    assert_string_equal(tcses_error_message(error), "out of memory");
}

static void expect_copy(size_t size, const char *text, const char *wanted)
{
    char room[32];
    memset(room, 'x', sizeof room);
    error_copy(room, size, text);
    assert_string_equal(room, wanted);
    assert_int_equal(room[size], 'x');
}

static void test_error__texts_are_cut_between_characters(void **state)
{
    (void)state;
    expect_copy(4, "abc", "abc");
    expect_copy(4, "abcd", "abc");
    expect_copy(1, "abc", "");
    expect_copy(4, "\xC3\xA9\xC3\xA9", "\xC3\xA9");
    expect_copy(5, "\xC3\xA9\xC3\xA9", "\xC3\xA9\xC3\xA9");
    expect_copy(6, "\xE4\xB8\x8D\xE4\xB8\x8D", "\xE4\xB8\x8D");
    expect_copy(7, "\xE4\xB8\x8D\xE4\xB8\x8D", "\xE4\xB8\x8D\xE4\xB8\x8D");
    expect_copy(5, "a\xF0\x9F\x98\x80", "a");
    expect_copy(6, "a\xF0\x9F\x98\x80", "a\xF0\x9F\x98\x80");
    expect_copy(3, "\xE4\xB8\x8D", "");
    /* One that came in cut off. */
    expect_copy(20, "a\xE4\xB8", "a");
    expect_copy(20, "a\xF0", "a");
    /* What is not UTF-8 at all is kept: there is no better text. */
    expect_copy(20, "\x80\x80\x80\x80\x80", "\x80\x80\x80\x80\x80");
    expect_copy(20, "", "");
}

static void test_error__control_characters_are_replaced(void **state)
{
    (void)state;
    expect_copy(20, "a\r\n\tb\x1B[0m\x7F\x01", "a?\n\tb?[0m??");
}

static void test_error__a_long_message_is_cut_between_characters(void **state)
{
    (void)state;
    char text[6001];
    for (size_t i = 0; i < 6000; i += 3)
        memcpy(text + i, "\xE4\xB8\x8D", 3);
    text[6000] = '\0';
    tcses_error *e = new_error();
    for (size_t shift = 0; shift < 3; shift++) {
        error_set(e, TCSES_ERR_API, text, "%.*s%s", (int)shift, "ab", text);
        size_t length = strlen(tcses_error_message(e));
        assert_true(length > 3000 && length < sizeof e->message);
        assert_int_equal((length - shift) % 3, 0);
        assert_int_equal(strlen(tcses_error_field(e)) % 3, 0);
    }
    tcses_error_free(e);
}

static void test_error__constructors_check_allocator_and_out(void **state)
{
    (void)state;
    test_memory m;
    test_memory_init(&m);
    tcses_allocator bad[] = {m.allocator, m.allocator, m.allocator, m.allocator};
    bad[0].size = 0;
    bad[1].allocate = NULL;
    bad[2].release = NULL;
    bad[3].size = 5000;
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        tcses_cancel *cancel = (tcses_cancel *)(uintptr_t)1;
        tcses_error *error = NULL;
        assert_int_equal(tcses_cancel_new(&bad[i], &cancel, &error), TCSES_ERR_ARGUMENT);
        assert_null(cancel);
        expect_error(error, TCSES_ERR_ARGUMENT, "allocator");
        assert_int_equal(tcses_cancel_new(&bad[i], &cancel, NULL), TCSES_ERR_ARGUMENT);
    }
    tcses_error *error = NULL;
    assert_int_equal(tcses_cancel_new(&m.allocator, NULL, &error), TCSES_ERR_ARGUMENT);
    expect_error(error, TCSES_ERR_ARGUMENT, "out");
    assert_int_equal(m.live, 0);
}

static void test_error__names_of_statuses(void **state)
{
    (void)state;
    assert_string_equal(tcses_status_name(TCSES_OK), "OK");
    assert_string_equal(tcses_status_name(TCSES_ERR_ARGUMENT), "ARGUMENT");
    assert_string_equal(tcses_status_name(TCSES_ERR_MEMORY), "MEMORY");
    assert_string_equal(tcses_status_name(TCSES_ERR_CREDENTIALS), "CREDENTIALS");
    assert_string_equal(tcses_status_name(TCSES_ERR_NETWORK), "NETWORK");
    assert_string_equal(tcses_status_name(TCSES_ERR_TLS), "TLS");
    assert_string_equal(tcses_status_name(TCSES_ERR_TIMEOUT), "TIMEOUT");
    assert_string_equal(tcses_status_name(TCSES_ERR_CANCELLED), "CANCELLED");
    assert_string_equal(tcses_status_name(TCSES_ERR_HTTP), "HTTP");
    assert_string_equal(tcses_status_name(TCSES_ERR_RESPONSE), "RESPONSE");
    assert_string_equal(tcses_status_name(TCSES_ERR_API), "API");
    assert_string_equal(tcses_status_name(TCSES_ERR_CALLBACK), "CALLBACK");
    assert_string_equal(tcses_status_name(TCSES_ERR_EXPECTATION), "EXPECTATION");
    assert_string_equal(tcses_status_name(TCSES_ERR_SYSTEM), "SYSTEM");
    assert_string_equal(tcses_status_name(TCSES_ERR_SYSTEM - 1), "UNKNOWN");
    assert_string_equal(tcses_status_name(1), "UNKNOWN");
    assert_string_equal(tcses_status_name(INT32_MIN), "UNKNOWN");
}

static void test_error__hides_a_secret_wherever_it_is_quoted(void **state)
{
    (void)state;
    memory mem = memory_default();
    tcses_error *error = NULL, *e = NULL;
    assert_int_equal(error_open(&error, &mem, &e), TCSES_OK);
    error_set(e, TCSES_ERR_API, NULL, "Secret-1 is not Secret-12, nor is Secret-1");
    error_copy(e->code, sizeof e->code, "Code.Secret-1");
    error_copy(e->request_id, sizeof e->request_id, "Secret-1");
    error_copy(e->transport_text, sizeof e->transport_text, "nothing of it");
    error_hide(e, NULL);
    error_hide(e, "Secret-");
    error_hide(e, "Secret-1");
    assert_string_equal(e->message, "*** is not ***2, nor is ***");
    assert_string_equal(e->code, "Code.***");
    assert_string_equal(e->request_id, "***");
    assert_string_equal(e->transport_text, "nothing of it");
    tcses_error_free(error_close(&error, e, TCSES_ERR_API) == TCSES_ERR_API ? error : NULL);
}

/* What a message of the service quotes may be longer than the room for it. */
static void test_error__hides_a_secret_that_is_cut_off(void **state)
{
    (void)state;
    memory mem = memory_default();
    tcses_error *error = NULL, *e = NULL;
    char token[400];
    memset(token, 'T', sizeof token - 1);
    memcpy(token, "Token-", 6);
    token[sizeof token - 1] = '\0';
    assert_int_equal(error_open(&error, &mem, &e), TCSES_OK);
    error_copy(e->code, sizeof e->code, token);
    error_hide(e, token);
    assert_null(strstr(e->code, "Token-TTT"));
    tcses_error_free(error_close(&error, e, TCSES_ERR_API) == TCSES_ERR_API ? error : NULL);
}

static void test_error__others_make_theirs_the_same_way(void **state)
{
    (void)state;
    test_memory m;
    tcses_error *error = NULL;
    test_memory_init(&m);
    assert_int_equal(
        tcses_error_new(TCSES_ERR_SYSTEM, "servers[1]", "no 100% of\x1b it", &m.allocator, &error), TCSES_ERR_SYSTEM);
    assert_int_equal(m.live, 1);
    assert_string_equal(tcses_error_message(error), "no 100% of? it");
    assert_int_equal(tcses_error_outcome(error), TCSES_OUTCOME_NOT_DONE);
    assert_null(tcses_error_hint(error));
    expect_error(error, TCSES_ERR_SYSTEM, "servers[1]");
    assert_int_equal(m.live, 0);
    assert_int_equal(tcses_error_new(TCSES_ERR_TIMEOUT, NULL, NULL, NULL, &error), TCSES_ERR_TIMEOUT);
    assert_string_equal(tcses_error_message(error), "");
    assert_null(tcses_error_field(error));
    tcses_error_free(error);
}

static void test_error__others_make_none_where_none_is_wanted(void **state)
{
    (void)state;
    test_memory m;
    tcses_error *error = (tcses_error *)(uintptr_t)1;
    test_memory_init(&m);
    assert_int_equal(tcses_error_new(TCSES_OK, "field", "words", &m.allocator, &error), TCSES_OK);
    assert_null(error);
    assert_int_equal(tcses_error_new(TCSES_ERR_TLS, "field", "words", &m.allocator, NULL), TCSES_ERR_TLS);
    assert_int_equal(m.taken, 0);
}

static void test_error__others_run_out_of_memory_too(void **state)
{
    (void)state;
    test_memory m;
    tcses_error *error = NULL;
    test_memory_init(&m);
    m.fail_at = 1;
    assert_int_equal(tcses_error_new(TCSES_ERR_TLS, "field", "words", &m.allocator, &error), TCSES_ERR_MEMORY);
    assert_string_equal(tcses_error_message(error), "out of memory");
    expect_error(error, TCSES_ERR_MEMORY, NULL);
    m.allocator.release = NULL;
    assert_int_equal(tcses_error_new(TCSES_ERR_TLS, "field", "words", &m.allocator, &error), TCSES_ERR_TLS);
    expect_error(error, TCSES_ERR_TLS, "field");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_error__accessors_on_null),
        cmocka_unit_test(test_error__a_new_one_says_nothing),
        cmocka_unit_test(test_error__is_handed_over_on_failure_alone),
        cmocka_unit_test(test_error__none_is_made_for_a_caller_who_wants_none),
        cmocka_unit_test(test_error__out_of_memory_has_an_object_of_its_own),
        cmocka_unit_test(test_error__texts_are_cut_between_characters),
        cmocka_unit_test(test_error__control_characters_are_replaced),
        cmocka_unit_test(test_error__a_long_message_is_cut_between_characters),
        cmocka_unit_test(test_error__constructors_check_allocator_and_out),
        cmocka_unit_test(test_error__names_of_statuses),
        cmocka_unit_test(test_error__hides_a_secret_wherever_it_is_quoted),
        cmocka_unit_test(test_error__hides_a_secret_that_is_cut_off),
        cmocka_unit_test(test_error__others_make_theirs_the_same_way),
        cmocka_unit_test(test_error__others_make_none_where_none_is_wanted),
        cmocka_unit_test(test_error__others_run_out_of_memory_too),
    };
    return cmocka_run_group_tests_name("error", tests, NULL, NULL);
}
