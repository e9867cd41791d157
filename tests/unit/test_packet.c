/* SPDX-License-Identifier: Apache-2.0 */
#include "support.h"

#include <stdio.h>

#include <tcses/dns.h>

#include "dns/exchange.h"
#include "dns/look.h"
#include "dns/packet.h"

/* ---- packets by hand ---- */

/* A packet that is being written. */
typedef struct writer {
    uint8_t bytes[2048];
    size_t length;
    size_t sections[3];
} writer;

enum { AA = 0x0400, NXDOMAIN = 3, NOT_IN = 3 /* class CH */ };

static void put(writer *w, const void *bytes, size_t length)
{
    assert_true(w->length + length <= sizeof w->bytes);
    memcpy(w->bytes + w->length, bytes, length);
    w->length += length;
}

static void put_number(writer *w, uint32_t number, size_t bytes)
{
    for (size_t i = bytes; i-- > 0;) {
        uint8_t byte = (uint8_t)(number >> 8 * i);
        put(w, &byte, 1);
    }
}

static void put_name(writer *w, const char *name)
{
    while (*name != '\0') {
        size_t length = strcspn(name, ".");
        put_number(w, (uint32_t)length, 1);
        put(w, name, length);
        name += length + (name[length] == '.');
    }
    put_number(w, 0, 1);
}

static void begin(writer *w, uint32_t flags, const char *name, int type)
{
    memset(w, 0, sizeof *w);
    put_number(w, 0x1234, 2);
    put_number(w, 0x8000 | flags, 2);
    put_number(w, 1, 2);
    put_number(w, 0, 4);
    put_number(w, 0, 2);
    put_name(w, name);
    put_number(w, (uint32_t)type, 2);
    put_number(w, 1, 2);
}

/* The head of a record; its data follows. Section 0 is answer, 1 authority, 2 additional, written in this order. */
static size_t put_head(writer *w, size_t section, const char *name, int type, uint32_t ttl)
{
    w->bytes[7 + 2 * section]++;
    put_name(w, name);
    put_number(w, (uint32_t)type, 2);
    put_number(w, 1, 2);
    put_number(w, ttl, 4);
    put_number(w, 0, 2);
    return w->length;
}

static void put_end(writer *w, size_t begin_of_data)
{
    size_t length = w->length - begin_of_data;
    w->bytes[begin_of_data - 2] = (uint8_t)(length >> 8);
    w->bytes[begin_of_data - 1] = (uint8_t)length;
}

static void put_text(writer *w, size_t section, const char *name, uint32_t ttl, const char *text)
{
    size_t at = put_head(w, section, name, LOOK_TXT, ttl);
    put_number(w, (uint32_t)strlen(text), 1);
    put(w, text, strlen(text));
    put_end(w, at);
}

static void put_target(writer *w, size_t section, const char *name, int type, uint32_t ttl, const char *target)
{
    size_t at = put_head(w, section, name, type, ttl);
    put_name(w, target);
    put_end(w, at);
}

static void put_address(writer *w, size_t section, const char *name, const char *four_bytes)
{
    size_t at = put_head(w, section, name, LOOK_A, 60);
    put(w, four_bytes, 4);
    put_end(w, at);
}

static void put_soa(writer *w, size_t section, const char *name, uint32_t ttl, uint32_t serial, uint32_t minimum)
{
    size_t at = put_head(w, section, name, LOOK_SOA, ttl);
    put_name(w, "ns");
    put_name(w, "hostmaster");
    put_number(w, serial, 4);
    put_number(w, 1, 4);
    put_number(w, 2, 4);
    put_number(w, 3, 4);
    put_number(w, minimum, 4);
    put_end(w, at);
}

/* ---- reading them ---- */

#define NAME "mail.example.test"

static arena memory_of_test;

static packet read_as(const writer *w, const char *name, int type)
{
    packet p;
    assert_true(packet_read(w->bytes, w->length, name, type, &memory_of_test, &p));
    return p;
}

static int set_up(void **state)
{
    (void)state;
    memory mem = memory_default();
    arena_init(&memory_of_test, &mem);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(&memory_of_test);
    return 0;
}

static void test_packet__question(void **state)
{
    (void)state;
    uint8_t room[EXCHANGE_QUERY_BYTES];
    const uint8_t plain[] = "\0\0\x01\0\0\1\0\0\0\0\0\0\1a\4test\0\0\x10\0\1";
    size_t length = packet_write("a.test", LOOK_TXT, true, false, room, sizeof room);
    assert_int_equal(length, sizeof plain - 1);
    assert_memory_equal(room + 2, plain + 2, length - 2);
    length = packet_write("a.test", LOOK_TXT, false, true, room, sizeof room);
    assert_int_equal(length, sizeof plain - 1 + 11);
    assert_memory_equal(room + sizeof plain - 1, "\0\0\x29\x04\xd0\0\0\0\0\0\0", 11);
    assert_int_equal(room[2], 0);
    assert_int_equal(packet_write("a.test", LOOK_TXT, true, false, room, sizeof plain - 2), 0);
    assert_int_equal(packet_write("a..test", LOOK_TXT, true, false, room, sizeof room), 0);
}

static void test_packet__the_longest_name_has_room(void **state)
{
    (void)state;
    char name[256];
    uint8_t room[EXCHANGE_QUERY_BYTES];
    memset(name, 'a', sizeof name);
    name[63] = name[127] = name[191] = '.';
    name[253] = '\0';
    assert_int_equal(packet_write(name, LOOK_TXT, true, true, room, sizeof room), 12 + 255 + 4 + 11);
}

static void test_packet__records_in_one_order(void **state)
{
    (void)state;
    static const char *const texts[] = {"b", "a", "c", "a"};
    for (size_t first = 0; first < COUNT_OF(texts); first++) {
        writer w;
        begin(&w, AA, NAME, LOOK_TXT);
        for (size_t i = 0; i < COUNT_OF(texts); i++)
            put_text(&w, 0, i % 2 == 0 ? "MAIL.example.TEST" : NAME, 60 + (uint32_t)i, texts[(first + i) % 4]);
        packet p = read_as(&w, NAME, LOOK_TXT);
        assert_null(p.problem);
        assert_int_equal(p.state, TCSES_ANSWER_RECORDS);
        assert_int_equal(p.count, 3);
        assert_string_equal(p.values[0], "a");
        assert_string_equal(p.values[1], "b");
        assert_string_equal(p.values[2], "c");
        assert_string_equal(p.raw[2], "\"c\"");
        assert_int_equal(p.ttl, 60);
        assert_true(p.is_authoritative);
        assert_string_equal(p.target, NAME);
        assert_null(p.cname);
    }
}

static void test_packet__other_names_types_and_classes_are_passed_over(void **state)
{
    (void)state;
    writer w;
    begin(&w, AA, NAME, LOOK_TXT);
    put_text(&w, 0, "other.example.test", 60, "another name");
    put_target(&w, 0, NAME, LOOK_NS, 60, "another.type");
    size_t at = put_head(&w, 0, NAME, LOOK_TXT, 60);
    w.bytes[at - 7] = NOT_IN;
    put(&w, "\5class", 6);
    put_end(&w, at);
    put_text(&w, 2, NAME, 60, "another section");
    packet p = read_as(&w, NAME, LOOK_TXT);
    assert_int_equal(p.state, TCSES_ANSWER_NO_DATA);
    assert_int_equal(p.count, 0);
    assert_int_equal(p.ttl, 0);
}

static void test_packet__a_ttl_of_32_bits_is_none(void **state)
{
    (void)state;
    writer w;
    begin(&w, AA, NAME, LOOK_TXT);
    put_text(&w, 0, NAME, 0x80000000U, "text");
    assert_int_equal(read_as(&w, NAME, LOOK_TXT).ttl, 0);
    begin(&w, AA, NAME, LOOK_TXT);
    put_text(&w, 0, NAME, 0x7fffffffU, "text");
    assert_int_equal(read_as(&w, NAME, LOOK_TXT).ttl, 0);
    begin(&w, AA, NAME, LOOK_TXT);
    put_text(&w, 0, NAME, 0x7ffffffeU, "text");
    assert_int_equal(read_as(&w, NAME, LOOK_TXT).ttl, 0x7ffffffe);
}

static void expect_absence(uint32_t code, uint32_t ttl, uint32_t minimum, int32_t state_wanted, int32_t ttl_wanted)
{
    writer w;
    begin(&w, AA | code, NAME, LOOK_TXT);
    put_soa(&w, 1, "example.test", ttl, 77, minimum);
    packet p = read_as(&w, NAME, LOOK_TXT);
    assert_null(p.problem);
    assert_int_equal(p.state, state_wanted);
    assert_int_equal(p.ttl, ttl_wanted);
    assert_string_equal(p.soa, "example.test");
    assert_int_equal(p.serial, 77);
}

static void test_packet__absence_is_kept_for_the_lesser_time(void **state)
{
    (void)state;
    expect_absence(0, 3600, 120, TCSES_ANSWER_NO_DATA, 120);
    expect_absence(0, 60, 120, TCSES_ANSWER_NO_DATA, 60);
    expect_absence(NXDOMAIN, 3600, 120, TCSES_ANSWER_NO_NAME, 120);
    expect_absence(NXDOMAIN, 3600, 0x80000000U, TCSES_ANSWER_NO_NAME, 0);
    expect_absence(NXDOMAIN, 0xffffffffU, 120, TCSES_ANSWER_NO_NAME, 0);
}

static void test_packet__a_soa_of_another_zone_says_nothing(void **state)
{
    (void)state;
    writer w;
    begin(&w, AA | NXDOMAIN, NAME, LOOK_TXT);
    put_soa(&w, 1, "other.test", 3600, 77, 120);
    packet p = read_as(&w, NAME, LOOK_TXT);
    assert_int_equal(p.state, TCSES_ANSWER_NO_NAME);
    assert_int_equal(p.ttl, 0);
    assert_null(p.soa);
}

static void test_packet__chain_of_cnames(void **state)
{
    (void)state;
    writer w;
    begin(&w, AA, NAME, LOOK_TXT);
    put_text(&w, 0, "c.test", 50, "text");
    put_target(&w, 0, "b.test", LOOK_CNAME, 40, "C.test");
    put_target(&w, 0, NAME, LOOK_CNAME, 45, "b.test");
    packet p = read_as(&w, NAME, LOOK_TXT);
    assert_int_equal(p.state, TCSES_ANSWER_RECORDS);
    assert_string_equal(p.cname, "b.test");
    assert_string_equal(p.target, "C.test");
    assert_string_equal(p.values[0], "text");
    assert_int_equal(p.ttl, 40);
    p = read_as(&w, NAME, LOOK_CNAME);
    assert_int_equal(p.count, 1);
    assert_string_equal(p.values[0], "b.test");
    assert_string_equal(p.raw[0], "b.test.");
    assert_string_equal(p.cname, "b.test");
}

static void test_packet__chain_that_leads_out(void **state)
{
    (void)state;
    writer w;
    begin(&w, AA, NAME, LOOK_TXT);
    put_target(&w, 0, NAME, LOOK_CNAME, 45, "b.test");
    packet p = read_as(&w, NAME, LOOK_TXT);
    assert_null(p.problem);
    assert_int_equal(p.state, 0);
    assert_string_equal(p.target, "b.test");
    /* Its end is known to be absent. */
    put_soa(&w, 1, "test", 30, 1, 30);
    p = read_as(&w, NAME, LOOK_TXT);
    assert_int_equal(p.state, TCSES_ANSWER_NO_DATA);
    assert_int_equal(p.ttl, 30);
    /* An authority over the alias's zone says nothing of its target. */
    begin(&w, AA, NAME, LOOK_TXT);
    put_target(&w, 0, NAME, LOOK_CNAME, 45, "b.elsewhere");
    put_soa(&w, 1, "example.test", 30, 1, 30);
    assert_int_equal(read_as(&w, NAME, LOOK_TXT).state, 0);
}

static packet read_chain_of(int length)
{
    writer w;
    char from[32] = NAME, to[32];
    begin(&w, AA, NAME, LOOK_TXT);
    for (int i = 0; i < length; i++) {
        snprintf(to, sizeof to, "a%d.test", i);
        put_target(&w, 0, from, LOOK_CNAME, 60, to);
        memcpy(from, to, sizeof from);
    }
    put_text(&w, 0, from, 60, "text");
    return read_as(&w, NAME, LOOK_TXT);
}

static void test_packet__chains_end_at_eight(void **state)
{
    (void)state;
    assert_null(read_chain_of(8).problem);
    assert_int_equal(read_chain_of(8).count, 1);
    assert_string_equal(read_chain_of(9).problem, "a chain of CNAMEs that does not end");
    writer w;
    begin(&w, AA, NAME, LOOK_TXT);
    put_target(&w, 0, NAME, LOOK_CNAME, 60, NAME);
    assert_string_equal(read_as(&w, NAME, LOOK_TXT).problem, "a chain of CNAMEs that does not end");
}

/* Servers send the CNAME that follows from it along; one that does not is understood too. */
static void test_packet__dname(void **state)
{
    (void)state;
    writer w;
    begin(&w, AA, "key.a.mail.example.test", LOOK_TXT);
    put_target(&w, 0, "mail.example.test", 39, 33, "keys.elsewhere");
    put_text(&w, 0, "key.a.keys.elsewhere", 60, "text");
    packet p = read_as(&w, "key.a.mail.example.test", LOOK_TXT);
    assert_string_equal(p.cname, "key.a.keys.elsewhere");
    assert_int_equal(p.count, 1);
    assert_int_equal(p.ttl, 33);
    /* It says nothing of its own name. */
    assert_null(read_as(&w, "mail.example.test", LOOK_TXT).cname);
}

static void test_packet__referral(void **state)
{
    (void)state;
    writer w;
    begin(&w, 0, NAME, LOOK_SOA);
    put_target(&w, 1, "example.test", LOOK_NS, 60, "ns1.example.test");
    put_target(&w, 1, "example.test", LOOK_NS, 60, "ns2.other");
    put_address(&w, 2, "ns1.example.test", "\x7f\0\0\1");
    put_address(&w, 2, "stranger.test", "\x7f\0\0\2");
    packet p = read_as(&w, NAME, LOOK_SOA);
    assert_true(p.is_referral);
    assert_int_equal(p.state, 0);
    assert_string_equal(p.cut, "example.test");
    assert_int_equal(p.servers_count, 2);
    assert_string_equal(p.servers[1], "ns2.other");
    assert_int_equal(p.glue_count, 1);
    assert_string_equal(p.glue[0].name, "ns1.example.test");
    assert_string_equal(p.glue[0].address, "127.0.0.1");
    /* With authority it would be none: the servers only stand beside the answer. */
    w.bytes[2] |= AA >> 8;
    p = read_as(&w, NAME, LOOK_SOA);
    assert_false(p.is_referral);
    assert_int_equal(p.state, TCSES_ANSWER_NO_DATA);
    /* Nor is one that is about another name. */
    w.bytes[2] &= (uint8_t) ~(AA >> 8);
    assert_false(read_as(&w, "mail.elsewhere.test", LOOK_SOA).is_referral);
}

static void test_packet__values_of_each_type(void **state)
{
    (void)state;
    writer w;
    begin(&w, AA, NAME, LOOK_MX);
    size_t at = put_head(&w, 0, NAME, LOOK_MX, 60);
    put_number(&w, 10, 2);
    put_name(&w, "Mx.test");
    put_end(&w, at);
    at = put_head(&w, 0, NAME, LOOK_MX, 60);
    put_number(&w, 0, 2);
    put_name(&w, "");
    put_end(&w, at);
    at = put_head(&w, 0, NAME, LOOK_AAAA, 60);
    put(&w, "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1", 16);
    put_end(&w, at);
    put_soa(&w, 0, NAME, 60, 9, 8);
    packet p = read_as(&w, NAME, LOOK_MX);
    assert_string_equal(p.values[0], "0 .");
    assert_string_equal(p.values[1], "10 Mx.test");
    assert_string_equal(p.raw[1], "10 Mx.test.");
    assert_string_equal(read_as(&w, NAME, LOOK_AAAA).values[0], "2001:db8::1");
    assert_string_equal(read_as(&w, NAME, LOOK_SOA).values[0], "ns hostmaster 9 1 2 3 8");
}

static void test_packet__out_of_memory_at_each_allocation(void **state)
{
    (void)state;
    writer w;
    test_memory m;
    begin(&w, AA, NAME, LOOK_TXT);
    put_target(&w, 0, NAME, LOOK_CNAME, 45, "b.test");
    for (int i = 0; i < 30; i++)
        put_text(&w, 0, "b.test", 60 + (uint32_t)i, "text");
    put_text(&w, 0, "b.test", 60, "another");
    put_soa(&w, 1, "test", 60, 1, 1);
    size_t fail_at = 0;
    bool has_memory = false;
    for (fail_at = 1; !has_memory; fail_at++) {
        packet p;
        arena a;
        test_memory_init(&m);
        m.fail_at = fail_at;
        memory mem = test_memory_inside(&m);
        arena_init(&a, &mem);
        has_memory = packet_read(w.bytes, w.length, NAME, LOOK_TXT, &a, &p);
        assert_true(has_memory == (m.taken < fail_at));
        arena_free(&a);
        assert_int_equal(m.live, 0);
    }
    assert_true(fail_at > 4);
}

/* ---- what fits a question ---- */

static int judge(const writer *w, const char *name, int type)
{
    uint8_t query[EXCHANGE_QUERY_BYTES];
    size_t length = packet_write(name, type, false, true, query, sizeof query);
    query[0] = 0x12;
    query[1] = 0x34;
    return exchange_judge(query, length, w->bytes, w->length);
}

static void test_packet__fits_its_question(void **state)
{
    (void)state;
    writer w;
    begin(&w, 0, NAME, LOOK_TXT);
    assert_int_equal(judge(&w, NAME, LOOK_TXT), EXCHANGE_ANSWER);
    assert_int_equal(judge(&w, "MAIL.example.test", LOOK_TXT), EXCHANGE_ANSWER);
    assert_int_equal(judge(&w, NAME, LOOK_MX), EXCHANGE_FOREIGN);
    assert_int_equal(judge(&w, "mai1.example.test", LOOK_TXT), EXCHANGE_FOREIGN);
    assert_int_equal(judge(&w, "mail.example.tes", LOOK_TXT), EXCHANGE_FOREIGN);
    for (; w.length > 0; w.length--) {
        writer cut = w;
        cut.length--;
        assert_int_equal(judge(&cut, NAME, LOOK_TXT), EXCHANGE_FOREIGN);
    }
}

static void expect_kind(size_t byte, uint8_t value, int kind)
{
    writer w;
    begin(&w, 0, NAME, LOOK_TXT);
    w.bytes[byte] = value;
    assert_int_equal(judge(&w, NAME, LOOK_TXT), kind);
}

static void test_packet__header_of_an_answer(void **state)
{
    (void)state;
    expect_kind(0, 0x13, EXCHANGE_FOREIGN);
    expect_kind(1, 0x35, EXCHANGE_FOREIGN);
    expect_kind(2, 0x00, EXCHANGE_FOREIGN);
    expect_kind(2, 0xa8, EXCHANGE_FOREIGN);
    expect_kind(2, 0x82, EXCHANGE_TRUNCATED);
    expect_kind(3, 1, EXCHANGE_KNOWS_NO_EDNS);
    expect_kind(3, 2, EXCHANGE_ANSWER);
    expect_kind(3, 4, EXCHANGE_KNOWS_NO_EDNS);
    expect_kind(5, 0, EXCHANGE_FOREIGN);
    expect_kind(5, 2, EXCHANGE_FOREIGN);
}

/* Some refuse without repeating the question. */
static void test_packet__refusal_without_a_question(void **state)
{
    (void)state;
    writer w;
    for (uint8_t code = 0; code < 16; code++) {
        begin(&w, code, NAME, LOOK_TXT);
        w.length = 12;
        w.bytes[5] = 0;
        int wanted = code == 1 || code == 4 ? EXCHANGE_KNOWS_NO_EDNS : EXCHANGE_ANSWER;
        assert_int_equal(judge(&w, NAME, LOOK_TXT), code >= 1 && code <= 5 && code != 3 ? wanted : EXCHANGE_FOREIGN);
    }
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_packet__question),
        CASE(test_packet__the_longest_name_has_room),
        CASE(test_packet__records_in_one_order),
        CASE(test_packet__other_names_types_and_classes_are_passed_over),
        CASE(test_packet__a_ttl_of_32_bits_is_none),
        CASE(test_packet__absence_is_kept_for_the_lesser_time),
        CASE(test_packet__a_soa_of_another_zone_says_nothing),
        CASE(test_packet__chain_of_cnames),
        CASE(test_packet__chain_that_leads_out),
        CASE(test_packet__chains_end_at_eight),
        CASE(test_packet__dname),
        CASE(test_packet__referral),
        CASE(test_packet__values_of_each_type),
        CASE(test_packet__out_of_memory_at_each_allocation),
        CASE(test_packet__fits_its_question),
        CASE(test_packet__header_of_an_answer),
        CASE(test_packet__refusal_without_a_question),
    };
    return cmocka_run_group_tests_name("packet", tests, NULL, NULL);
}
