/* SPDX-License-Identifier: Apache-2.0 */
#include "support.h"

#include <unistd.h>

#include "call/learned.h"

#define KEY "SecretKeyExample0000000000000000"

static tcses_status sign(call_learned *l, sign_artefacts *artefacts)
{
    const sign_header headers[] = {{"content-type", "application/json"}, {"host", "h"}};
    sign_input input = {.secret_id = "id",
        .secret_key = KEY,
        .service = "ses",
        .method = "POST",
        .query = "",
        .headers = headers,
        .headers_count = 2,
        .timestamp = RIG_WALL_SECONDS};
    return learned_sign(l, &input, artefacts, NULL);
}

/* A child has learned nothing, and one without memory learns nothing: it can not sign, all else goes on. */
static int look_in_child(call_learned *l, test_memory *m)
{
    sign_artefacts artefacts;
    memory mem = memory_default();
    int64_t place = 7;
    sign_artefacts_init(&artefacts, &mem);
    m->fail_at = m->taken + 1;
    m->keep_going = true;
    int wrong = learned_skew(l) != 0;
    learned_set_skew(l, 5);
    learned_set_limit(l, "ses", "A", 1000);
    learned_give_back(l, "ses", "A");
    wrong |= learned_reserve(l, "ses", "A", 1000, &place) || place != 7 ? 2 : 0;
    wrong |= sign(l, &artefacts) != TCSES_ERR_MEMORY ? 4 : 0;
    m->fail_at = 0;
    wrong |= learned_skew(l) != 0 || learned_reserve(l, "ses", "A", 1000, &place) ? 8 : 0;
    wrong |= sign(l, &artefacts) != TCSES_OK ? 16 : 0;
    learned_set_skew(l, 5);
    wrong |= learned_skew(l) != 5 ? 32 : 0;
    sign_artefacts_free(&artefacts);
    learned_free(l);
    wrong |= m->live != 0 ? 64 : 0;
    return wrong;
}

static void test_learned__a_child_begins_anew(void **state)
{
    (void)state;
    test_memory m;
    call_learned l;
    int64_t place = 0;
    test_memory_init(&m);
    memory mem = test_memory_inside(&m);
    assert_true(learned_init(&l, &mem, 0));
    learned_set_skew(&l, 60);
    learned_set_limit(&l, "ses", "A", 1000);
    int32_t child = fork();
    if (child == 0)
        test_child_end(look_in_child(&l, &m));
    expect_child(child);
    assert_int_equal(learned_skew(&l), 60);
    assert_true(learned_reserve(&l, "ses", "A", 1000, &place));
    assert_int_equal(place, 1050);
    learned_free(&l);
    assert_int_equal(m.live, 0);
}

/* The key of the day is as good as the secret for that day: it leaves no memory that is released. */
static void test_learned__the_key_of_the_day_is_wiped(void **state)
{
    (void)state;
    test_memory m;
    call_learned l;
    sign_artefacts artefacts;
    char key[CRYPTO_HASH_BYTES + 1] = "";
    uint8_t by_date[CRYPTO_HASH_BYTES], by_service[CRYPTO_HASH_BYTES];
    assert_true(crypto_hmac("TC3" KEY, 3 + strlen(KEY), "2025-01-01", 10, by_date));
    assert_true(crypto_hmac(by_date, sizeof by_date, "ses", 3, by_service));
    assert_true(crypto_hmac(by_service, sizeof by_service, "tc3_request", 11, (uint8_t *)key));
    assert_int_equal(strlen(key), CRYPTO_HASH_BYTES);
    test_memory_init(&m);
    memory mem = test_memory_inside(&m);
    m.look = key;
    sign_artefacts_init(&artefacts, &mem);
    assert_true(learned_init(&l, &mem, 0));
    assert_int_equal(sign(&l, &artefacts), TCSES_OK);
    assert_int_equal(sign(&l, &artefacts), TCSES_OK);
    sign_artefacts_free(&artefacts);
    learned_free(&l);
    assert_int_equal(m.live, 0);
    assert_int_equal(m.found, 0);
}

static void test_learned__out_of_memory(void **state)
{
    (void)state;
    test_memory m;
    call_learned l;
    test_memory_init(&m);
    memory mem = test_memory_inside(&m);
    m.fail_at = 1;
    assert_false(learned_init(&l, &mem, 0));
    assert_int_equal(m.live, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_learned__a_child_begins_anew),
        cmocka_unit_test(test_learned__the_key_of_the_day_is_wiped),
        cmocka_unit_test(test_learned__out_of_memory),
    };
    return cmocka_run_group_tests_name("learned", tests, NULL, NULL);
}
