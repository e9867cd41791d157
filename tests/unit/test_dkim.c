/* SPDX-License-Identifier: Apache-2.0 */
#include "dkim_keys.h"
#include "support.h"

#include <stdio.h>

#include "grammar/base64.h"
#include "grammar/dkim.h"

static dkim_key key_of(const char *record)
{
    dkim_key key;
    (void)dkim_read(view_of(record), &key);
    return key;
}

static void test_dkim__reads_keys(void **state)
{
    (void)state;
    static const struct {
        const char *record;
        dkim_type type;
        int32_t bits;
    } cases[] = {
        {"v=DKIM1; k=rsa; p=" K1024, DKIM_RSA, 1024},
        {"v=DKIM1;k=rsa;p=" K2048 ";", DKIM_RSA, 2048},
        {"p=" K1024, DKIM_RSA, 1024},
        {"p=" BARE, DKIM_RSA, 1024},
        {"k=rsa; p=" K1024 "; n=first; x=unknown", DKIM_RSA, 1024},
        {" v = DKIM1 ;\tp = " K1024 " ; ", DKIM_RSA, 1024},
        {"v=DKIM1; k=ed25519; p=" ED, DKIM_ED25519, 256},
        {"v=DKIM1;\r\n k=rsa; p=MIGf\r\n\tMA0GC SqGSIb3DQEBAQUAA4GNADCBiQKBgQDeLSIM6YtPvzQ7zHw9+uJa30LJzNJhuF5k+SWW"
         "mAay2Pdlema+Gv3pjAoJtAbj2D5whRa8TX2l6kF4WmwiNvCI7Q4W6TRFljwXucKp2lxv/BsdptufZlqTqCSZAu8qhdr59hU5KVwWdzMbX"
         "a0Eqg/lQ7Aq/Rbq30RF4zNVk6oJtwIDAQA B",
            DKIM_RSA, 1024},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        dkim_key key;
        if (!dkim_read(view_of(cases[i].record), &key))
            fail_msg("%s: %s at %zu", cases[i].record, dkim_problem_text(&key), key.problem_at);
        assert_int_equal(key.type, cases[i].type);
        assert_int_equal(key.bits, cases[i].bits);
        assert_true(key.has_key && key.allows_email && key.allows_sha256);
        assert_false(key.is_revoked || key.is_testing);
        assert_int_equal(key.is_bare, strstr(cases[i].record, BARE) != NULL);
    }
}

/* '^' marks the place, and is not part of the record. */
static const struct {
    const char *record;
    dkim_problem problem;
    tags_problem list_problem;
} wrong[] = {
    {"^", DKIM_NO_KEY, TAGS_FINE},
    {"v=DKIM1; k=rsa^", DKIM_NO_KEY, TAGS_FINE},
    {"^v=DKIM2; p=" K1024, DKIM_BAD_VERSION, TAGS_FINE},
    {"^v=dkim1; p=" K1024, DKIM_BAD_VERSION, TAGS_FINE},
    {"^v=; p=" K1024, DKIM_BAD_VERSION, TAGS_FINE},
    {"k=rsa; ^v=DKIM1; p=" K1024, DKIM_BAD_VERSION, TAGS_FINE},
    {"v=DKIM1; ^k=dsa; p=" K1024, DKIM_UNKNOWN_TYPE, TAGS_FINE},
    {"v=DKIM1; ^k=RSA; p=" K1024, DKIM_UNKNOWN_TYPE, TAGS_FINE},
    {"v=DKIM1; K=rsa; P=" K1024 "^", DKIM_NO_KEY, TAGS_FINE},
    /* Lists. */
    {"^;", DKIM_BAD_LIST, TAGS_BAD_NAME},
    {"v=DKIM1; ^; p=" K1024, DKIM_BAD_LIST, TAGS_BAD_NAME},
    {"^\"v=DKIM1; p=" K1024 "\"", DKIM_BAD_LIST, TAGS_BAD_NAME},
    {"v=DKIM1; ^1k=rsa; p=" K1024, DKIM_BAD_LIST, TAGS_BAD_NAME},
    {"v=DKIM1; ^_k=rsa; p=" K1024, DKIM_BAD_LIST, TAGS_BAD_NAME},
    {"v=DKIM1; ^k-k=rsa; p=" K1024, DKIM_BAD_LIST, TAGS_BAD_NAME},
    {"v=DKIM1; ^k k=rsa; p=" K1024, DKIM_BAD_LIST, TAGS_BAD_NAME},
    {"v=DKIM1; k^; p=" K1024, DKIM_BAD_LIST, TAGS_NO_EQUALS},
    {"v=DKIM1; p^", DKIM_BAD_LIST, TAGS_NO_EQUALS},
    {"v=DKIM1; k=rsa; ^k=rsa; p=" K1024, DKIM_BAD_LIST, TAGS_TWICE},
    {"v=DKIM1; p=" K1024 "; ^p=" K1024, DKIM_BAD_LIST, TAGS_TWICE},
    {"v=DKIM1; x=; y=; ^x=; p=" K1024, DKIM_BAD_LIST, TAGS_TWICE},
    {"v=DKIM1; n=^\xE4\xBD\xA0; p=" K1024, DKIM_BAD_LIST, TAGS_BAD_CHARACTER},
    {"v=DKIM1; n=a^\n b; p=" K1024, DKIM_BAD_LIST, TAGS_BAD_CHARACTER},
    {"v=DKIM1; n=a^\r\nb; p=" K1024, DKIM_BAD_LIST, TAGS_BAD_CHARACTER},
    {"v=DKIM1; n=a^\x7F; p=" K1024, DKIM_BAD_LIST, TAGS_BAD_CHARACTER},
    /* What consoles and panels make of them. */
    {"^v=DKIM1\\; k=rsa\\; p=" K1024, DKIM_BAD_VERSION, TAGS_FINE},
    {"v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDeLSIM6Yt^...", DKIM_BAD_BASE64, TAGS_FINE},
    {"v=DKIM1; k=rsa; p=" K1024 "^\"", DKIM_BAD_BASE64, TAGS_FINE},
    {"v=DKIM1; k=rsa; p=MIGf^\" \"MA0G", DKIM_BAD_BASE64, TAGS_FINE},
    /* base64. */
    {"v=DKIM1; p=MIG^-MA0G", DKIM_BAD_BASE64, TAGS_FINE},
    {"v=DKIM1; p=MIGfM^", DKIM_BAD_BASE64, TAGS_FINE},
    {"v=DKIM1; p=MIGfMA^", DKIM_BAD_BASE64, TAGS_FINE},
    {"v=DKIM1; p=MI==^MA0G", DKIM_BAD_BASE64, TAGS_FINE},
    {"v=DKIM1; p=MIGfM===^", DKIM_BAD_BASE64, TAGS_FINE},
    {"v=DKIM1; k=ed25519; p=^?" ED, DKIM_BAD_BASE64, TAGS_FINE},
    /* Keys that are none: too short, too long, another kind, nothing but a head. */
    {"v=DKIM1; p=^AAAA", DKIM_BAD_KEY, TAGS_FINE},
    {"v=DKIM1; p=^" ED, DKIM_BAD_KEY, TAGS_FINE},
    {"v=DKIM1; k=ed25519; p=^" K1024, DKIM_BAD_KEY, TAGS_FINE},
    {"v=DKIM1; k=ed25519; p=^AAAA", DKIM_BAD_KEY, TAGS_FINE},
    {"v=DKIM1; p=^MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDeLSIM6YtPvzQ7zHw9", DKIM_BAD_KEY, TAGS_FINE},
    {"v=DKIM1; p=^" K1024 "AAAA", DKIM_BAD_KEY, TAGS_FINE},
};

static void test_dkim__tells_what_is_wrong_and_where(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        char record[1000];
        size_t place = strcspn(wrong[i].record, "^");
        memcpy(record, wrong[i].record, place);
        strcpy(record + place, wrong[i].record + place + 1);
        dkim_key key = key_of(record);
        if (key.problem != wrong[i].problem || key.list_problem != wrong[i].list_problem || key.problem_at != place)
            fail_msg("%s: %s at %zu", wrong[i].record, dkim_problem_text(&key), key.problem_at);
        assert_true(strlen(dkim_problem_text(&key)) > 5);
    }
}

/* DER, written as bytes, in base64 and in a record. */
static dkim_key key_of_der(const char *der, size_t length)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    static char record[4000];
    char *p = record + sprintf(record, "p=");
    for (size_t i = 0; i < length; i += 3) {
        uint32_t bits = 0;
        for (size_t k = i; k < i + 3; k++)
            bits = bits << 8 | (k < length ? (unsigned char)der[k] : 0);
        for (size_t k = 0; k < 4; k++)
            *p++ = i + k > length ? '=' : digits[bits >> (18 - 6 * k) & 63];
    }
    *p = '\0';
    return key_of(record);
}

#define DER(text) key_of_der(text, sizeof(text) - 1)
#define RSA "\x30\x0D\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x01\x01\x05\x00"

static void test_dkim__counts_the_bits_of_the_modulus(void **state)
{
    (void)state;
    /* The leading zero byte and leading zero bits are none of them. */
    assert_int_equal(DER("\x30\x06\x02\x01\x01\x02\x01\x03").bits, 1);
    assert_int_equal(DER("\x30\x06\x02\x01\x7F\x02\x01\x03").bits, 7);
    assert_int_equal(DER("\x30\x07\x02\x02\x00\x80\x02\x01\x03").bits, 8);
    assert_int_equal(DER("\x30\x07\x02\x02\x01\x00\x02\x01\x03").bits, 9);
    dkim_key wrapped = DER("\x30\x1A" RSA "\x03\x09\x00\x30\x06\x02\x01\x7F\x02\x01\x03");
    assert_int_equal(wrapped.bits, 7);
    assert_false(wrapped.is_bare);
    assert_true(DER("\x30\x06\x02\x01\x01\x02\x01\x03").is_bare);
    assert_int_equal(DER("\x30\x18\x30\x0B\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x01\x01\x03\x09\x00\x30\x06\x02\x01"
                         "\x7F\x02\x01\x03")
                         .bits,
        7);
    /* 0x80 zero bytes after a one: a length in its long form. */
    char der[140] = "\x30\x81\x87\x02\x81\x81\x01";
    memcpy(der + 135, "\x02\x01\x03", 3);
    assert_int_equal(key_of_der(der, 138).bits, 1025);
    assert_int_equal(key_of_der(der, 137).problem, DKIM_BAD_KEY);
}

static void test_dkim__refuses_what_is_not_quite_a_key(void **state)
{
    (void)state;
    const dkim_key keys[] = {
        DER("\x31\x06\x02\x01\x7F\x02\x01\x03"),                 /* no sequence */
        DER("\x30\x05\x02\x01\x7F\x02\x01\x03"),                 /* ends too early */
        DER("\x30\x07\x02\x01\x7F\x02\x01\x03"),                 /* too late */
        DER("\x30\x07\x02\x01\x7F\x02\x01\x03\x00"),             /* a byte too many inside */
        DER("\x30\x06\x02\x01\x7F\x02\x01\x03\x00"),             /* and behind */
        DER("\x30\x81\x06\x02\x01\x7F\x02\x01\x03"),             /* a length not in its shortest form */
        DER("\x30\x82\x00\x86\x02\x01\x7F\x02\x01\x03"),         /* nor this */
        DER("\x30\x80\x02\x01\x7F\x02\x01\x03\x00\x00"),         /* of no fixed length */
        DER("\x30\x89\x01\x01\x01\x01\x01\x01\x01\x01\x01\x02"), /* of more than there can be */
        DER("\x30\x03\x02\x01\x7F"),                             /* no exponent */
        DER("\x30\x05\x02\x00\x02\x01\x03"),                     /* an empty number */
        DER("\x30\x06\x02\x01\x80\x02\x01\x03"),                 /* a negative one */
        DER("\x30\x06\x02\x01\x00\x02\x01\x03"),                 /* zero */
        DER("\x30\x06\x02\x01\x7F\x04\x01\x03"),                 /* another kind */
        DER("\x30\x06\x02\x7F\x01\x02\x01\x03"),                 /* longer than what it lies in */
        DER("\x30"),
        DER("\x30\x1A\x30\x0D\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x01\x0B\x05\x00\x03\x09\x00\x30\x06\x02\x01\x7F\x02"
            "\x01\x03"), /* of another algorithm */
        DER("\x30\x1A\x30\x0D\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x01\x01\x04\x00\x03\x09\x00\x30\x06\x02\x01\x7F\x02"
            "\x01\x03"),                                                    /* of something else than NULL */
        DER("\x30\x1A" RSA "\x03\x09\x01\x30\x06\x02\x01\x7F\x02\x01\x03"), /* bits that do not count */
        DER("\x30\x1A" RSA "\x04\x09\x00\x30\x06\x02\x01\x7F\x02\x01\x03"), /* no bit string */
        DER("\x30\x1B" RSA "\x03\x09\x00\x30\x06\x02\x01\x7F\x02\x01\x03\x00"),
        DER("\x30\x1B" RSA "\x03\x0A\x00\x30\x06\x02\x01\x7F\x02\x01\x03\x00"),
    };
    for (size_t i = 0; i < COUNT_OF(keys); i++) {
        if (keys[i].problem != DKIM_BAD_KEY || keys[i].bits != 0)
            fail_msg("%zu was taken: %d", i, keys[i].bits);
    }
}

static void test_dkim__reads_what_limits_a_key(void **state)
{
    (void)state;
    assert_true(key_of("p=").is_revoked);
    assert_true(dkim_read(view_of("v=DKIM1; p="), &(dkim_key){.bits = 0}));
    assert_true(key_of("t=y; p=").is_testing);
    assert_true(key_of("t= s : y ; p=").is_testing);
    assert_false(key_of("t=s; p=").is_testing);
    assert_false(key_of("t=yes; p=").is_testing);
    assert_false(key_of("h=sha1; p=").allows_sha256);
    assert_true(key_of("h=sha1 : sha256; p=").allows_sha256);
    assert_false(key_of("h=; p=").allows_sha256);
    assert_false(key_of("s=other; p=").allows_email);
    assert_true(key_of("s=other:email; p=").allows_email);
    assert_true(key_of("s=*; p=").allows_email);
    dkim_key key = key_of("k=dsa; n=some notes ; p=MIGf MA0G");
    assert_true(view_is(key.type_name, "dsa"));
    assert_true(view_is(key.notes, "some notes"));
    assert_true(view_is(key.key, "MIGf MA0G"));
    assert_int_equal(key.type, DKIM_OTHER_TYPE);
}

static void test_dkim__tells_what_was_meant_as_a_key(void **state)
{
    (void)state;
    static const char *const meant[] = {"v=DKIM1", "v=dkim1; p=x", "p=", "k=rsa; p=abc", "k=rsa; p=abc; p=abc",
        "n=x; k=rsa", "p=abc;;", "v=DKIM1; \"", "x=y; p=z"};
    static const char *const others[] = {"", "v=spf1 -all", "v=DMARC1; p=none", "google-site-verification=abc",
        "hello world", "\"v=DKIM1; p=x\"", "a=b; c=d"};
    for (size_t i = 0; i < COUNT_OF(meant); i++) {
        if (!dkim_is_meant(view_of(meant[i])))
            fail_msg("%s", meant[i]);
    }
    for (size_t i = 0; i < COUNT_OF(others); i++) {
        if (dkim_is_meant(view_of(others[i])))
            fail_msg("%s", others[i]);
    }
}

static dkim_difference difference(const char *expected, const char *found, bool same)
{
    dkim_key a = key_of(expected), b = key_of(found);
    dkim_difference d;
    assert_int_equal(dkim_same_key(&a, &b, &d), same);
    assert_int_equal(dkim_same_key(&a, &b, NULL), same);
    return d;
}

static void test_dkim__compares_keys_not_texts(void **state)
{
    (void)state;
    difference("v=DKIM1; k=rsa; p=" K1024, "p=" K1024, true);
    difference("v=DKIM1; k=rsa; p=" K1024, "n=x; t=s; p=" K1024 ";; ", true);
    difference("p=MIGfMA0G", "p= MIG f\r\n\tMA0G ", true);
    dkim_difference d = difference("p=MIGfMA0G", "p=MI GfMa0G", false);
    assert_true(d.is_other_key && !d.is_other_type);
    assert_int_equal(d.offset, 5);
    assert_int_equal(d.expected_length, 8);
    assert_int_equal(d.found_length, 8);
    d = difference("p=MIGfMA0G", "p=MIGf", false);
    assert_int_equal(d.offset, 4);
    assert_int_equal(d.found_length, 4);
    d = difference("p=MIGf", "p=MIGfMA0G", false);
    assert_int_equal(d.offset, 4);
    d = difference("k=ed25519; p=" ED, "p=" ED, false);
    assert_true(d.is_other_type && !d.is_other_key);
    d = difference("p=" K1024, "v=DKIM1", false);
    assert_int_equal(d.offset, 0);
    assert_int_equal(d.found_length, 0);
}

static void test_dkim__base64_comes_out_byte_by_byte(void **state)
{
    (void)state;
    static const char *const texts[] = {"", "Zg==", "Zm8=", "Zm9v", "Zm9v\tYg = =", "Zm9vYmE=", "Zm 9v\r\n YmFy"};
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        base64_reader r;
        size_t bytes = 99, place = 0;
        assert_true(base64_check(view_of(texts[i]), &bytes, &place));
        assert_int_equal(bytes, i);
        base64_begin(&r, view_of(texts[i]));
        for (size_t k = 0; k < i; k++)
            assert_int_equal(base64_next(&r), "foobar"[k]);
        assert_int_equal(base64_next(&r), -1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dkim__reads_keys),
        cmocka_unit_test(test_dkim__tells_what_is_wrong_and_where),
        cmocka_unit_test(test_dkim__counts_the_bits_of_the_modulus),
        cmocka_unit_test(test_dkim__refuses_what_is_not_quite_a_key),
        cmocka_unit_test(test_dkim__reads_what_limits_a_key),
        cmocka_unit_test(test_dkim__tells_what_was_meant_as_a_key),
        cmocka_unit_test(test_dkim__compares_keys_not_texts),
        cmocka_unit_test(test_dkim__base64_comes_out_byte_by_byte),
    };
    return cmocka_run_group_tests_name("dkim", tests, NULL, NULL);
}
