/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Queries and answers by libldns, which is used here alone.
 */
#include "dns.h"

#include <ldns/ldns.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

enum {
    /* What passes every network in one piece. */
    EDNS_SIZE = 1232,
    HEADER_SIZE = 12,
    MOST_ALIASES = 8
};

static ldns_rr_type type_of(const struct dns_query *query)
{
    return query->type == DNS_MX ? LDNS_RR_TYPE_MX : LDNS_RR_TYPE_TXT;
}

void emu_dns_write(struct dns_query *query)
{
    uint16_t id = 0;
    ldns_rdf *name = ldns_dname_new_frm_str(query->name);
    if (name == NULL)
        return;
    ldns_pkt *packet = ldns_pkt_query_new(name, type_of(query), LDNS_RR_CLASS_IN, LDNS_RD);
    if (packet == NULL) {
        ldns_rdf_deep_free(name);
        return;
    }
    if (getrandom(&id, sizeof(id), 0) != (ssize_t)sizeof(id))
        abort();
    ldns_pkt_set_id(packet, id);
    ldns_pkt_set_edns_udp_size(packet, EDNS_SIZE);
    if (ldns_pkt2wire(&query->wire, packet, &query->length) != LDNS_STATUS_OK)
        query->wire = NULL;
    ldns_pkt_free(packet);
}

static bool is_question(const struct dns_query *query, const ldns_rdf *name, const ldns_rr *question)
{
    return ldns_rr_get_type(question) == type_of(query) && ldns_rr_get_class(question) == LDNS_RR_CLASS_IN &&
           ldns_dname_compare(ldns_rr_owner(question), name) == 0;
}

static bool stands_at(const ldns_rr *record, const ldns_rdf *name, ldns_rr_type type)
{
    return ldns_rr_get_type(record) == type && ldns_rr_get_class(record) == LDNS_RR_CLASS_IN &&
           ldns_dname_compare(ldns_rr_owner(record), name) == 0;
}

/* The name that `name` is an alias of, in the answer; NULL if it is none. */
static const ldns_rdf *alias_of(const ldns_rr_list *records, const ldns_rdf *name)
{
    for (size_t i = 0; i < ldns_rr_list_rr_count(records); i++) {
        const ldns_rr *record = ldns_rr_list_rr(records, i);
        if (stands_at(record, name, LDNS_RR_TYPE_CNAME))
            return ldns_rr_rdf(record, 0);
    }
    return NULL;
}

/* A NUL byte, which a text in memory can't hold, is written as \000. */
static char *read_strings(const ldns_rr *record)
{
    static const char nul[] = "\\000";
    size_t room = 1;
    for (size_t i = 0; i < ldns_rr_rd_count(record); i++)
        room += (sizeof(nul) - 1) * ldns_rdf_size(ldns_rr_rdf(record, i));
    char *text = emu_support_allocate(room);
    char *end = text;
    for (size_t i = 0; i < ldns_rr_rd_count(record); i++) {
        const ldns_rdf *string = ldns_rr_rdf(record, i);
        /* The first byte is the length of the rest. */
        for (size_t k = 1; k < ldns_rdf_size(string); k++) {
            uint8_t byte = ldns_rdf_data(string)[k];
            if (byte != 0)
                *end++ = (char)byte;
            else
                end = stpcpy(end, nul);
        }
    }
    *end = '\0';
    return text;
}

/* An MX begins with its preference, in a form that sorts, until sort_values() has taken it away. */
static char *read_host(const ldns_rr *record)
{
    if (ldns_rr_rd_count(record) != 2)
        return NULL;
    char *host = ldns_rdf2str(ldns_rr_rdf(record, 1));
    char *text = NULL;
    if (host != NULL)
        text = emu_support_format("%05u %s", (unsigned)ldns_rdf2native_int16(ldns_rr_rdf(record, 0)), host);
    free(host);
    return text;
}

static int compare(const void *left, const void *right)
{
    return strcmp(*(char *const *)left, *(char *const *)right);
}

static void sort_values(struct list *values, enum dns_type type)
{
    static const size_t preference = sizeof("00000 ") - 1;
    if (values->count > 0)
        qsort(values->items, values->count, sizeof(*values->items), compare);
    for (size_t i = 0; type == DNS_MX && i < values->count; i++) {
        char *value = values->items[i];
        memmove(value, value + preference, strlen(value + preference) + 1);
    }
}

/* Follows aliases within the answer, then takes what stands at the last name. */
static void collect(
    const struct dns_query *query, const ldns_rdf *name, const ldns_rr_list *records, struct dns_answer *answer)
{
    for (int i = 0; i < MOST_ALIASES; i++) {
        const ldns_rdf *next = alias_of(records, name);
        if (next == NULL)
            break;
        answer->alias = true;
        name = next;
    }
    for (size_t i = 0; i < ldns_rr_list_rr_count(records); i++) {
        const ldns_rr *record = ldns_rr_list_rr(records, i);
        if (!stands_at(record, name, type_of(query)))
            continue;
        char *value = query->type == DNS_MX ? read_host(record) : read_strings(record);
        if (value != NULL)
            emu_list_append(&answer->values, value);
    }
    sort_values(&answer->values, query->type);
}

static enum dns_reading read_packet(
    const struct dns_query *query, const ldns_rdf *name, const ldns_pkt *packet, struct dns_answer *answer)
{
    const ldns_rr_list *questions = ldns_pkt_question(packet);
    if (ldns_rr_list_rr_count(questions) != 1 || !is_question(query, name, ldns_rr_list_rr(questions, 0)))
        return DNS_STRANGE;
    if (ldns_pkt_get_rcode(packet) == LDNS_RCODE_NOERROR && ldns_pkt_edns_extended_rcode(packet) == 0)
        collect(query, name, ldns_pkt_answer(packet), answer);
    return DNS_ANSWERED;
}

/* What a header tells is read before the rest, which may be cut off. */
enum dns_reading emu_dns_read(
    const struct dns_query *query, const uint8_t *wire, size_t length, struct dns_answer *answer)
{
    enum dns_reading reading = DNS_STRANGE;
    if (length < HEADER_SIZE || LDNS_ID_WIRE(wire) != LDNS_ID_WIRE(query->wire) || !LDNS_QR_WIRE(wire) ||
        LDNS_OPCODE_WIRE(wire) != LDNS_PACKET_QUERY)
        return DNS_STRANGE;
    if (LDNS_TC_WIRE(wire))
        return DNS_TRUNCATED;
    ldns_pkt *packet = NULL;
    ldns_rdf *name = ldns_dname_new_frm_str(query->name);
    if (name != NULL && ldns_wire2pkt(&packet, wire, length) == LDNS_STATUS_OK)
        reading = read_packet(query, name, packet, answer);
    ldns_pkt_free(packet);
    ldns_rdf_deep_free(name);
    return reading;
}

void emu_dns_answer_clear(struct dns_answer *answer)
{
    emu_list_clear(&answer->values, free);
    answer->alias = false;
}
