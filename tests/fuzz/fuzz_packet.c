/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * DNS packets as a server may send them. Input: which type is asked for and whether the packet's head is right, which
 * allocation fails (0: none), then the packet, or what follows its question.
 */
#include "fuzz.h"

#include <tcses/dns.h>

#include "base/arena.h"
#include "dns/exchange.h"
#include "dns/packet.h"

#define NAME "selector._domainkey.mail.example.test"

static const int types[] = {1, 2, 5, 6, 15, 16, 28, 33, 257, 39, 255};

/* A right header, with the counts and the flags of the input, and the question; then the input. */
static uint8_t *build(fuzz_input *in, const uint8_t *query, size_t query_length, size_t *length)
{
    uint8_t head[EXCHANGE_QUERY_BYTES];
    memcpy(head, query, query_length);
    head[2] = (uint8_t)(0x80 | (fuzz_byte(in) & 0x07));
    head[3] = fuzz_byte(in);
    for (size_t i = 7; i < 12; i += 2)
        head[i] = fuzz_byte(in);
    *length = query_length + in->left;
    uint8_t *built = fuzz_block(*length);
    memcpy(built, head, query_length);
    if (in->left > 0)
        memcpy(built + query_length, in->data, in->left);
    return built;
}

/* ---- what must hold ---- */

static void check_shown(const char *text)
{
    CHECK(text != NULL);
    for (const char *p = text; *p != '\0'; p++) {
        unsigned char c = (unsigned char)*p;
        CHECK((c >= 0x20 && c != 0x7F) || c == '\t' || c == '\n' || c == '\r');
    }
}

/* Text of a zone file: visible ASCII. */
static void check_plain(const char *text)
{
    CHECK(text != NULL);
    for (const char *p = text; *p != '\0'; p++)
        CHECK(*p >= 0x20 && *p < 0x7F);
}

static void check_records(const packet *p, int type)
{
    CHECK(p->count > 0 && p->count <= 512);
    for (size_t i = 0; i < p->count; i++) {
        check_plain(p->raw[i]);
        check_shown(p->values[i]);
        CHECK(i == 0 || strcmp(p->raw[i - 1], p->raw[i]) < 0);
        if (type == 16)
            continue;
        CHECK(strlen(p->values[i]) <= strlen(p->raw[i]));
    }
}

static void check_referral(const packet *p)
{
    CHECK(p->servers_count <= 32 && p->glue_count <= 32);
    for (size_t i = 0; i < p->servers_count; i++)
        check_plain(p->servers[i]);
    for (size_t i = 0; i < p->glue_count; i++) {
        check_plain(p->glue[i].name);
        check_plain(p->glue[i].address);
    }
    if (p->is_referral) {
        check_plain(p->cut);
        CHECK(p->state == 0 && p->servers_count > 0 && !p->is_authoritative);
    }
}

static void check(const packet *p, int type)
{
    if (p->problem != NULL) {
        check_plain(p->problem);
        return;
    }
    check_plain(p->target);
    CHECK(p->ttl >= 0);
    if (p->cname != NULL)
        check_plain(p->cname);
    if (p->soa != NULL)
        check_plain(p->soa);
    CHECK(p->state >= 0 && p->state <= TCSES_ANSWER_NO_NAME);
    if (p->state == TCSES_ANSWER_RECORDS)
        check_records(p, type);
    else
        CHECK(p->count == 0);
    if (p->state == 0)
        CHECK(p->cname != NULL || p->is_referral);
    check_referral(p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_input in = {data, size};
    uint8_t query[EXCHANGE_QUERY_BYTES];
    fuzz_memory m;
    arena a;
    packet p;
    uint8_t choice = fuzz_byte(&in);
    int type = types[choice % COUNT_OF(types)];
    fuzz_memory_init(&m, fuzz_byte(&in));
    size_t query_length = packet_write(NAME, type, false, false, query, sizeof query), length = in.left;
    CHECK(query_length > 0);
    uint8_t *packet_bytes = NULL;
    if (choice < 128) {
        packet_bytes = build(&in, query, query_length, &length);
        CHECK(exchange_judge(query, query_length, packet_bytes, length) != EXCHANGE_FOREIGN);
    } else {
        packet_bytes = fuzz_block(length);
        if (length > 0)
            memcpy(packet_bytes, in.data, length);
        exchange_judge(query, query_length, packet_bytes, length);
    }
    memory mem = fuzz_memory_inside(&m);
    arena_init(&a, &mem);
    bool has_memory = packet_read(packet_bytes, length, NAME, type, &a, &p);
    CHECK(has_memory || fuzz_memory_failed(&m));
    if (has_memory)
        check(&p, type);
    arena_free(&a);
    CHECK(m.live == 0);
    fuzz_end();
    return 0;
}
