/* SPDX-License-Identifier: Apache-2.0 */
#include "dns/packet.h"

#include <arpa/inet.h>
#include <ldns/ldns.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tcses/dns.h>

#include "base/buffer.h"

#define EDNS_BYTES 1232
/* Far more than any domain has; a server that sends more means harm. */
#define RECORDS_MAX 512
#define SERVERS_MAX 32
#define TEXT_BYTES_MAX 262144

/* ---- writing ---- */

size_t packet_write(const char *name, int type, bool wants_recursion, bool has_edns, uint8_t *room, size_t size)
{
    uint8_t *wire = NULL;
    size_t length = 0;
    ldns_rdf *owner = ldns_dname_new_frm_str(name);
    ldns_pkt *query = owner != NULL ? ldns_pkt_query_new(owner, (ldns_rr_type)type, LDNS_RR_CLASS_IN, 0) : NULL;
    if (query == NULL) {
        ldns_rdf_deep_free(owner);
        return 0;
    }
    ldns_pkt_set_rd(query, wants_recursion);
    if (has_edns)
        ldns_pkt_set_edns_udp_size(query, EDNS_BYTES);
    if (ldns_pkt2wire(&wire, query, &length) != LDNS_STATUS_OK || length > size)
        length = 0;
    if (length > 0)
        memcpy(room, wire, length);
    free(wire);
    ldns_pkt_free(query);
    return length;
}

/* ---- texts ---- */

/* What is being made of a packet. */
typedef struct reading {
    const ldns_pkt *from;
    arena *a;
    packet *out;
    size_t text_bytes;
    bool has_no_memory;
} reading;

static const char *keep(reading *r, const char *text, size_t length)
{
    const char *copy = text != NULL ? arena_copy(r->a, text, length) : NULL;
    r->has_no_memory = r->has_no_memory || copy == NULL;
    r->text_bytes += length;
    return copy;
}

/* Takes over a text of ldns. */
static const char *keep_given(reading *r, char *text)
{
    const char *copy = keep(r, text, text != NULL ? strlen(text) : 0);
    free(text);
    return copy;
}

/* A name without its final dot. */
static const char *name_of(reading *r, const ldns_rdf *name)
{
    char *text = ldns_rdf2str(name);
    size_t length = text != NULL ? strlen(text) : 0;
    if (length > 1 && text[length - 1] == '.')
        text[length - 1] = '\0';
    return keep_given(r, text);
}

/* How many bytes of UTF-8 begin here that are fit to be shown; 0 if they must be written as \DDD. */
static size_t fit_bytes(const uint8_t *bytes, size_t left)
{
    uint8_t first = bytes[0];
    if (first < 0x80)
        return (first >= 0x20 && first != 0x7F) || first == '\t' || first == '\n' || first == '\r' ? 1 : 0;
    size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    uint32_t character = first & (0x7FU >> length);
    if (first < 0xC2 || first > 0xF4 || length > left)
        return 0;
    for (size_t i = 1; i < length; i++) {
        if ((bytes[i] & 0xC0) != 0x80)
            return 0;
        character = character << 6 | (bytes[i] & 0x3FU);
    }
    bool is_too_long = (length == 3 && character < 0x800) || (length == 4 && character < 0x10000);
    bool is_none = (character >= 0xD800 && character <= 0xDFFF) || character > 0x10FFFF || character < 0xA0;
    return is_too_long || is_none ? 0 : length;
}

static void append_shown(buffer *b, const uint8_t *bytes, size_t length)
{
    char escaped[8];
    for (size_t i = 0, step = 0; i < length; i += step) {
        step = fit_bytes(bytes + i, length - i);
        if (step > 0) {
            buffer_append(b, bytes + i, step);
            continue;
        }
        snprintf(escaped, sizeof escaped, "\\%03u", bytes[i]);
        buffer_append_text(b, escaped);
        step = 1;
    }
}

/* The strings of a TXT record joined; each begins with its length, and the next may go on with a character's bytes. */
static const char *joined(reading *r, const ldns_rr *rr)
{
    buffer bytes, shown;
    buffer_init(&bytes, &r->a->mem);
    buffer_init(&shown, &r->a->mem);
    for (size_t i = 0; i < ldns_rr_rd_count(rr); i++) {
        const ldns_rdf *string = ldns_rr_rdf(rr, i);
        if (ldns_rdf_size(string) > 1)
            buffer_append(&bytes, ldns_rdf_data(string) + 1, ldns_rdf_size(string) - 1);
    }
    append_shown(&shown, (const uint8_t *)buffer_text(&bytes), bytes.length);
    bool has_failed = bytes.failed || shown.failed;
    const char *text = has_failed ? NULL : keep(r, buffer_text(&shown), shown.length);
    r->has_no_memory = r->has_no_memory || has_failed;
    buffer_free(&bytes);
    buffer_free(&shown);
    return text;
}

/* ldns takes some bytes for printable that are so in the process's locale alone. */
static void append_visible(buffer *b, const char *text, size_t length)
{
    char escaped[8];
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text[i];
        bool is_visible = c >= 0x20 && c < 0x7F;
        snprintf(escaped, sizeof escaped, is_visible ? "%c" : "\\%03u", c);
        buffer_append_text(b, escaped);
    }
}

/* The data of a record as a zone file has it, or with names that have no final dot. */
static const char *written(reading *r, const ldns_rr *rr, bool has_final_dots)
{
    buffer b;
    buffer_init(&b, &r->a->mem);
    for (size_t i = 0; i < ldns_rr_rd_count(rr); i++) {
        char *text = ldns_rdf2str(ldns_rr_rdf(rr, i));
        size_t length = text != NULL ? strlen(text) : 0;
        bool is_name = ldns_rdf_get_type(ldns_rr_rdf(rr, i)) == LDNS_RDF_TYPE_DNAME;
        if (is_name && !has_final_dots && length > 1)
            length--;
        r->has_no_memory = r->has_no_memory || text == NULL;
        if (i > 0)
            buffer_append_text(&b, " ");
        append_visible(&b, text, length);
        free(text);
    }
    r->has_no_memory = r->has_no_memory || b.failed;
    const char *whole = r->has_no_memory ? NULL : keep(r, buffer_text(&b), b.length);
    buffer_free(&b);
    return whole;
}

/* ---- the chain of a name ---- */

static bool is_at(const ldns_rr *rr, const ldns_rdf *name)
{
    return ldns_rr_get_class(rr) == LDNS_RR_CLASS_IN && ldns_dname_compare(ldns_rr_owner(rr), name) == 0;
}

static const ldns_rr *find(const ldns_rr_list *list, const ldns_rdf *name, ldns_rr_type type)
{
    for (size_t i = 0; i < ldns_rr_list_rr_count(list); i++) {
        const ldns_rr *rr = ldns_rr_list_rr(list, i);
        if (ldns_rr_get_type(rr) == type && is_at(rr, name) && ldns_rr_rd_count(rr) > 0)
            return rr;
    }
    return NULL;
}

/* A number of 31 bits (RFC 2181 8): what is larger counts as 0. */
static int32_t ttl_of(const ldns_rr *rr)
{
    uint32_t ttl = ldns_rr_ttl(rr);
    return ttl <= INT32_MAX ? (int32_t)ttl : 0;
}

static void lower_ttl(packet *p, int32_t ttl)
{
    if (ttl < p->ttl)
        p->ttl = ttl;
}

/* Where a DNAME of an ancestor leads; NULL if there is none. The caller frees it. */
static ldns_rdf *through_dname(reading *r, const ldns_rr_list *list, const ldns_rdf *name)
{
    for (size_t i = 0; i < ldns_rr_list_rr_count(list); i++) {
        const ldns_rr *rr = ldns_rr_list_rr(list, i);
        if (ldns_rr_get_type(rr) != LDNS_RR_TYPE_DNAME || ldns_rr_get_class(rr) != LDNS_RR_CLASS_IN ||
            ldns_rr_rd_count(rr) == 0 || !ldns_dname_is_subdomain(name, ldns_rr_owner(rr)))
            continue;
        lower_ttl(r->out, ttl_of(rr));
        uint8_t cut = (uint8_t)(ldns_dname_label_count(name) - ldns_dname_label_count(ldns_rr_owner(rr)));
        ldns_rdf *head = ldns_dname_new_frm_str("."), *whole = NULL;
        for (uint8_t label = 0; head != NULL && label < cut; label++) {
            ldns_rdf *part = ldns_dname_label(name, label);
            whole = part != NULL ? ldns_dname_cat_clone(head, part) : NULL;
            ldns_rdf_deep_free(part);
            ldns_rdf_deep_free(head);
            head = whole;
        }
        whole = head != NULL ? ldns_dname_cat_clone(head, ldns_rr_rdf(rr, 0)) : NULL;
        ldns_rdf_deep_free(head);
        if (whole != NULL && ldns_rdf_size(whole) <= LDNS_MAX_DOMAINLEN)
            return whole;
        ldns_rdf_deep_free(whole);
        return NULL;
    }
    return NULL;
}

/* The next name of the chain; NULL at its end. The caller frees it. */
static ldns_rdf *next_name(reading *r, const ldns_rdf *name)
{
    const ldns_rr_list *answer = ldns_pkt_answer(r->from);
    const ldns_rr *alias = find(answer, name, LDNS_RR_TYPE_CNAME);
    if (alias == NULL)
        return through_dname(r, answer, name);
    lower_ttl(r->out, ttl_of(alias));
    return ldns_rdf_clone(ldns_rr_rdf(alias, 0));
}

/* Follows the chain as far as it is in the packet. The caller frees the end; NULL: out of memory. */
static ldns_rdf *end_of_chain(reading *r, const ldns_rdf *name, ldns_rr_type type)
{
    ldns_rdf *at = ldns_rdf_clone(name), *next = NULL;
    bool goes_on = type != LDNS_RR_TYPE_CNAME;
    for (int steps = 0; goes_on && at != NULL && find(ldns_pkt_answer(r->from), at, type) == NULL; steps++) {
        next = next_name(r, at);
        if (next == NULL)
            break;
        if (r->out->cname == NULL)
            r->out->cname = name_of(r, next);
        ldns_rdf_deep_free(at);
        at = next;
        if (steps == PACKET_CHAIN_MAX) {
            r->out->problem = "a chain of CNAMEs that does not end";
            goes_on = false;
        }
    }
    r->has_no_memory = r->has_no_memory || at == NULL;
    return at;
}

/* ---- the records ---- */

static bool holds(const char *const *list, size_t count, const char *text)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(list[i], text) == 0)
            return true;
    }
    return false;
}

/* Servers turn their records about: the same set always comes in the same order. */
static void put_in_order(const char **values, const char **raw, size_t last)
{
    for (size_t i = last; i > 0 && strcmp(raw[i], raw[i - 1]) < 0; i--) {
        const char *value = values[i], *text = raw[i];
        values[i] = values[i - 1];
        raw[i] = raw[i - 1];
        values[i - 1] = value;
        raw[i - 1] = text;
    }
}

static void take_record(reading *r, const ldns_rr *rr, const char **values, const char **raw)
{
    packet *p = r->out;
    const char *as_written = written(r, rr, true);
    bool is_text = ldns_rr_get_type(rr) == LDNS_RR_TYPE_TXT;
    lower_ttl(p, ttl_of(rr));
    if (as_written == NULL || holds(raw, p->count, as_written))
        return;
    const char *value = is_text ? joined(r, rr) : written(r, rr, false);
    if (value == NULL)
        return;
    values[p->count] = value;
    raw[p->count] = as_written;
    put_in_order(values, raw, p->count++);
}

static void take_records(reading *r, const ldns_rdf *name, ldns_rr_type type)
{
    const ldns_rr_list *answer = ldns_pkt_answer(r->from);
    packet *p = r->out;
    size_t room = ldns_rr_list_rr_count(answer) < RECORDS_MAX ? ldns_rr_list_rr_count(answer) : RECORDS_MAX;
    const char **values = arena_take(r->a, room * sizeof *values);
    const char **raw = arena_take(r->a, room * sizeof *raw);
    r->has_no_memory = r->has_no_memory || values == NULL || raw == NULL;
    for (size_t i = 0; i < ldns_rr_list_rr_count(answer) && !r->has_no_memory; i++) {
        const ldns_rr *rr = ldns_rr_list_rr(answer, i);
        if (ldns_rr_get_type(rr) != type || !is_at(rr, name) || ldns_rr_rd_count(rr) == 0)
            continue;
        if (p->count == RECORDS_MAX || r->text_bytes > TEXT_BYTES_MAX) {
            p->problem = "more records than can be";
            return;
        }
        take_record(r, rr, values, raw);
    }
    p->values = values;
    p->raw = raw;
    p->state = TCSES_ANSWER_RECORDS;
    if (type == LDNS_RR_TYPE_CNAME && p->count > 0 && values != NULL)
        p->cname = values[0];
}

static uint32_t number_in(const ldns_rr *soa, size_t index)
{
    const ldns_rdf *number = ldns_rr_rd_count(soa) > index ? ldns_rr_rdf(soa, index) : NULL;
    return number != NULL && ldns_rdf_size(number) == 4 ? ldns_rdf2native_int32(number) : 0;
}

static const ldns_rr *first_soa(const ldns_rr_list *list)
{
    for (size_t i = 0; i < ldns_rr_list_rr_count(list); i++) {
        const ldns_rr *rr = ldns_rr_list_rr(list, i);
        if (ldns_rr_get_type(rr) == LDNS_RR_TYPE_SOA && ldns_rr_get_class(rr) == LDNS_RR_CLASS_IN)
            return rr;
    }
    return NULL;
}

static bool is_within(const ldns_rdf *name, const ldns_rdf *zone)
{
    return ldns_dname_compare(name, zone) == 0 || ldns_dname_is_subdomain(name, zone);
}

/* Tells of the zone. What a cache may keep of an absence is the lesser of two numbers (RFC 2308 5). */
static const ldns_rr *take_soa(reading *r, const ldns_rdf *name)
{
    const ldns_rr *soa = find(ldns_pkt_answer(r->from), name, LDNS_RR_TYPE_SOA);
    if (soa == NULL)
        soa = first_soa(ldns_pkt_authority(r->from));
    if (soa == NULL || !is_within(name, ldns_rr_owner(soa)))
        return NULL;
    r->out->soa = name_of(r, ldns_rr_owner(soa));
    r->out->serial = number_in(soa, 2);
    return soa;
}

static void take_absence(reading *r, const ldns_rr *soa)
{
    packet *p = r->out;
    bool is_no_name = ldns_pkt_get_rcode(r->from) == LDNS_RCODE_NXDOMAIN;
    if (!is_no_name && soa == NULL && p->cname != NULL)
        return; /* the chain leads out of what this server knows */
    p->state = is_no_name ? TCSES_ANSWER_NO_NAME : TCSES_ANSWER_NO_DATA;
    if (soa == NULL) {
        p->ttl = 0;
        return;
    }
    uint32_t minimum = number_in(soa, 6);
    lower_ttl(p, ttl_of(soa));
    lower_ttl(p, minimum <= INT32_MAX ? (int32_t)minimum : 0);
}

/* ---- referrals ---- */

static void take_glue(reading *r, const ldns_rdf *server, packet_glue *glue)
{
    const ldns_rr_list *list = ldns_pkt_additional(r->from);
    for (size_t i = 0; i < ldns_rr_list_rr_count(list) && r->out->glue_count < SERVERS_MAX; i++) {
        const ldns_rr *rr = ldns_rr_list_rr(list, i);
        bool is_address = ldns_rr_get_type(rr) == LDNS_RR_TYPE_A || ldns_rr_get_type(rr) == LDNS_RR_TYPE_AAAA;
        if (!is_address || !is_at(rr, server) || ldns_rr_rd_count(rr) == 0)
            continue;
        packet_glue found = {name_of(r, server), keep_given(r, ldns_rdf2str(ldns_rr_rdf(rr, 0)))};
        if (!r->has_no_memory)
            glue[r->out->glue_count++] = found;
    }
}

static const ldns_rr *first_ns(const ldns_rr_list *list, const ldns_rdf *name)
{
    for (size_t i = 0; i < ldns_rr_list_rr_count(list); i++) {
        const ldns_rr *rr = ldns_rr_list_rr(list, i);
        if (ldns_rr_get_type(rr) == LDNS_RR_TYPE_NS && ldns_rr_get_class(rr) == LDNS_RR_CLASS_IN &&
            ldns_rr_rd_count(rr) > 0 && is_within(name, ldns_rr_owner(rr)))
            return rr;
    }
    return NULL;
}

/* Servers of a zone below this one, with the addresses that came along. Also of an answer to the question for them. */
static void take_servers(reading *r, const ldns_rr_list *list, const ldns_rdf *zone)
{
    packet *p = r->out;
    const char **servers = arena_take(r->a, SERVERS_MAX * sizeof *servers);
    packet_glue *glue = arena_take(r->a, SERVERS_MAX * sizeof *glue);
    r->has_no_memory = r->has_no_memory || servers == NULL || glue == NULL;
    for (size_t i = 0; i < ldns_rr_list_rr_count(list) && !r->has_no_memory; i++) {
        const ldns_rr *rr = ldns_rr_list_rr(list, i);
        if (ldns_rr_get_type(rr) != LDNS_RR_TYPE_NS || !is_at(rr, zone) || ldns_rr_rd_count(rr) == 0 ||
            p->servers_count == SERVERS_MAX || r->text_bytes > TEXT_BYTES_MAX)
            continue;
        servers[p->servers_count++] = name_of(r, ldns_rr_rdf(rr, 0));
        take_glue(r, ldns_rr_rdf(rr, 0), glue);
    }
    p->servers = servers;
    p->glue = glue;
}

static bool take_referral(reading *r, const ldns_rdf *name)
{
    const ldns_rr *ns = first_ns(ldns_pkt_authority(r->from), name);
    if (ns == NULL || ldns_pkt_aa(r->from) || ldns_pkt_get_rcode(r->from) != LDNS_RCODE_NOERROR)
        return false;
    r->out->is_referral = true;
    r->out->cut = name_of(r, ldns_rr_owner(ns));
    take_servers(r, ldns_pkt_authority(r->from), ldns_rr_owner(ns));
    return true;
}

/* ---- the whole ---- */

/* NULL for the two codes that are answers. */
static const char *words_for_code(int code)
{
    static const char *const words[] = {NULL, "FORMERR", "SERVFAIL", NULL, "NOTIMP", "REFUSED", "YXDOMAIN", "YXRRSET",
        "NXRRSET", "not authoritative (NOTAUTH)", "NOTZONE"};
    return code < (int)(sizeof words / sizeof words[0]) ? words[code] : "an error code that is unknown";
}

static int code_of(const ldns_pkt *p)
{
    return (int)((unsigned)ldns_pkt_edns_extended_rcode(p) << 4 | (unsigned)ldns_pkt_get_rcode(p));
}

static void read_chain(reading *r, const ldns_rdf *name, ldns_rr_type type)
{
    packet *p = r->out;
    ldns_rdf *end = end_of_chain(r, name, type);
    if (end == NULL)
        return;
    p->target = name_of(r, end);
    const ldns_rr *soa = take_soa(r, end);
    if (p->problem == NULL && find(ldns_pkt_answer(r->from), end, type) != NULL) {
        take_records(r, end, type);
        if (type == LDNS_RR_TYPE_NS)
            take_servers(r, ldns_pkt_answer(r->from), end);
    } else if (p->problem == NULL && (p->cname != NULL || soa != NULL || !take_referral(r, name))) {
        take_absence(r, soa);
    }
    ldns_rdf_deep_free(end);
}

static void read_all(reading *r, const char *name, int type)
{
    packet *p = r->out;
    p->problem = words_for_code(code_of(r->from));
    p->is_authoritative = ldns_pkt_aa(r->from);
    p->ttl = INT32_MAX;
    ldns_rdf *owner = p->problem == NULL ? ldns_dname_new_frm_str(name) : NULL;
    if (owner != NULL)
        read_chain(r, owner, (ldns_rr_type)type);
    else if (p->problem == NULL)
        p->problem = "no name";
    ldns_rdf_deep_free(owner);
    if (p->ttl == INT32_MAX)
        p->ttl = 0;
}

bool packet_read(const uint8_t *data, size_t length, const char *name, int type, arena *a, packet *out)
{
    ldns_pkt *parsed = NULL;
    memset(out, 0, sizeof *out);
    ldns_status status = ldns_wire2pkt(&parsed, data, length);
    if (status != LDNS_STATUS_OK) {
        out->problem = "malformed answer";
        return status != LDNS_STATUS_MEM_ERR;
    }
    reading r = {parsed, a, out, 0, false};
    read_all(&r, name, type);
    ldns_pkt_free(parsed);
    return !r.has_no_memory;
}
