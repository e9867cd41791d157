/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 *
 * tcses/dns.h: the doctor, of the library libtcses-dns (pkg-config: tcses-dns). It looks at what DNS really has for a
 * sending domain and says of each record whether it is right, and if not, where, why, and what to type where.
 *
 * It finds the zone that the domain lies in, asks every authoritative server directly (no recursion, UDP, TCP where an
 * answer is cut), then the recursive resolver, and puts both beside what the service saw last: three views a record.
 * Two verdicts are kept apart: does it equal what the service expects, and is it valid by the standard. "Could not ask"
 * is never "missing".
 *
 *     tcses_doctor_request request = TCSES_DOCTOR_REQUEST_INIT;
 *     request.expected = set;                       (tcses/records.h)
 *     if (tcses_doctor_run(NULL, &request, &report, &error) == TCSES_OK)
 *         for (size_t i = 0; i < report->records_count; i++)
 *             ...
 *
 * No client and no keys are needed. Everything takes at most the time given, whatever the servers do.
 */
#ifndef TCSES_DNS_H
#define TCSES_DNS_H

#include <tcses/base.h>
#include <tcses/cancel.h>
#include <tcses/client.h>
#include <tcses/error.h>
#include <tcses/records.h>

#ifdef __cplusplus
extern "C" {
#endif

/** How the doctor asks. @since 0.1 */
typedef struct tcses_doctor_options {
    /** sizeof(tcses_doctor_options). */
    size_t size;
    /** The recursive resolver, ADDRESS or ADDRESS:PORT ([ADDRESS]:PORT for IPv6). NULL: the first of those in
     * /etc/resolv.conf that answers. */
    const char *resolver;
    /** Servers to judge in place of those that the zone is delegated to: HOST or HOST:PORT. They may not be delegated
     * yet: before one moves a zone to them. What the resolver and the service have seen is then not looked at. */
    const char *const *servers;
    size_t servers_count;
    /** NULL: malloc and free. (ldns uses its own.) */
    const tcses_allocator *allocator;
    size_t reserved;
    /** For everything together, in milliseconds. 0: 20,000. */
    int32_t timeout_ms;
    /** For one question to one server, in milliseconds; asked twice at most. 0: 2,000. */
    int32_t query_timeout_ms;
    /** The port of authoritative servers, for tests. 0: 53. */
    int32_t port;
    int32_t reserved2;
} tcses_doctor_options;

#define TCSES_DOCTOR_OPTIONS_INIT                                        \
    {                                                                    \
        sizeof(tcses_doctor_options), NULL, NULL, 0, NULL, 0, 0, 0, 0, 0 \
    }

/** What TCSES_DOCTOR_OPTIONS_INIT does, as a function. @since 0.1 */
TCSES_API void tcses_doctor_options_init(tcses_doctor_options *options, size_t size);

/** What is looked at. @since 0.1 */
typedef struct tcses_doctor_request {
    /** sizeof(tcses_doctor_request). */
    size_t size;
    /** The domain; NULL if `expected` is given. */
    const char *domain;
    /** What the service expects. NULL: the domain is not created yet, and the look is for what would make that fail
     * (a CNAME at the name, signs of enterprise mail, two SPF records, a name in use). */
    const tcses_record_set *expected;
    /** Ends the look from another thread. */
    tcses_cancel *cancel;
} tcses_doctor_request;

#define TCSES_DOCTOR_REQUEST_INIT                      \
    {                                                  \
        sizeof(tcses_doctor_request), NULL, NULL, NULL \
    }

/** What TCSES_DOCTOR_REQUEST_INIT does, as a function. @since 0.1 */
TCSES_API void tcses_doctor_request_init(tcses_doctor_request *request, size_t size);

/** What came of one question to one server. @since 0.1 */
enum {
    /** Records. Of a name with a CNAME whose target the server does not know, none but `cname`. */
    TCSES_ANSWER_RECORDS = 1,
    /** The name is there, but not with this type. */
    TCSES_ANSWER_NO_DATA = 2,
    /** The name is not there. */
    TCSES_ANSWER_NO_NAME = 3,
    /** No usable answer: never to be taken for "missing". `problem` says why. */
    TCSES_ANSWER_FAILED = 4
};

/** One server's view of one record. @since 0.1 */
typedef struct tcses_dns_answer {
    size_t size;
    /** The server's name; "resolver" for the recursive one. */
    const char *server;
    /** Its address, with the port if it is not 53. */
    const char *address;
    /** The values found, always in the same order: a TXT in one piece, an MX as "10 host". Bytes that are no UTF-8, and
     * control characters other than tab and line ends, are written as a backslash and three digits. */
    const char *const *values;
    size_t values_count;
    /** The same as a zone file would have them: each string of a TXT quoted by itself. */
    const char *const *raw;
    size_t raw_count;
    /** Where a CNAME leads that stands at the name; NULL if there is none. */
    const char *cname;
    /** Why there is no usable answer: "timed out", "REFUSED", "not authoritative"...; NULL if there is one. */
    const char *problem;
    /** One of the TCSES_ANSWER_ constants. */
    int32_t state;
    /** TCSES_TRUE if the server has authority for it (AA). */
    int32_t is_authoritative;
    /** Seconds that a cache may keep this, the absence of a record too (RFC 2308). */
    int32_t ttl;
    int32_t reserved;
} tcses_dns_answer;

/** How serious a finding is. @since 0.1 */
enum { TCSES_FINDING_NOTE = 1, TCSES_FINDING_WARNING = 2, TCSES_FINDING_ERROR = 3 };

/** One thing that was noticed. @since 0.1 */
typedef struct tcses_finding {
    size_t size;
    /** Its code, for programs: "NAME_DOUBLED", "SPF_AFTER_ALL"...; the list, in docs/findings.md, is open. */
    const char *code;
    /** What is so, in words. */
    const char *english;
    const char *chinese;
    /** What to do, in words: what to type where. NULL if there is nothing to do. */
    const char *fix_english;
    const char *fix_chinese;
    /** A value to copy that belongs to the fix; NULL if there is none. */
    const char *fix_value;
    size_t reserved;
    /** One of the TCSES_FINDING_ constants. */
    int32_t severity;
    int32_t reserved2;
} tcses_finding;

/** How a record stands. @since 0.1 */
enum {
    /** Every authoritative server that answers has it right. (Those that do not are in the findings.) */
    TCSES_RECORD_OK = 1,
    /** A parent's record covers it (DMARC), though the service asks for one here. */
    TCSES_RECORD_OK_INHERITED = 2,
    /** Right at the authoritative servers, but not seen everywhere yet; or some of them still lag. */
    TCSES_RECORD_PROPAGATING = 3,
    /** There is one, and it is wrong. */
    TCSES_RECORD_WRONG = 4,
    TCSES_RECORD_MISSING = 5,
    /** Something else is in its way: a CNAME, a second SPF record, a null MX. */
    TCSES_RECORD_CONFLICT = 6,
    /** No server could be asked. */
    TCSES_RECORD_UNKNOWN = 7
};

/** The constant's name in lower case, for example "ok_inherited"; "unknown" for a number that is none. Constant text.
 * @since 0.1 */
TCSES_API const char *tcses_record_status_name(int32_t status);

/** What is known of one record. @since 0.1 */
typedef struct tcses_record_report {
    size_t size;
    /** What the service expects. */
    const tcses_record *expected;
    /** The authoritative servers' views. */
    const tcses_dns_answer *const *answers;
    size_t answers_count;
    /** The recursive resolver's; NULL if it was not asked (no authoritative server has it right yet: asking would fill
     * its negative cache). */
    const tcses_dns_answer *recursive;
    /** The most serious first. */
    const tcses_finding *const *findings;
    size_t findings_count;
    size_t reserved;
    /** One of the TCSES_RECORD_ constants. */
    int32_t status;
    /** Does it equal what the service expects? TCSES_UNSET: not known. */
    int32_t equals_expectation;
    /** Is it valid by the standard? TCSES_UNSET: not known. */
    int32_t is_valid;
    /** Seconds until caches can have it at the latest; 0: now, or not known. */
    int32_t wait_seconds;
} tcses_record_report;

/** A server that the zone is delegated to, or that was named. @since 0.1 */
typedef struct tcses_dns_server {
    size_t size;
    const char *name;
    /** NULL if its name has none. */
    const char *address;
    /** Why it is no use: "timed out", "not authoritative"...; NULL if it answers. */
    const char *problem;
    /** The serial of the zone's SOA; 0 if it did not say. */
    uint32_t serial;
    int32_t reserved;
} tcses_dns_server;

/** What the doctor found. @since 0.1 */
typedef struct tcses_doctor_report {
    size_t size;
    const char *domain;
    /** The zone that the domain lies in; NULL if it could not be found, or if the domain is not delegated. */
    const char *zone;
    const tcses_dns_server *const *servers;
    size_t servers_count;
    /** In the order of the expected set; none before a domain is created. */
    const tcses_record_report *const *records;
    size_t records_count;
    /** What concerns the zone or the domain as a whole. */
    const tcses_finding *const *findings;
    size_t findings_count;
    size_t reserved;
    int64_t elapsed_ms;
    /**
     * The worst of the records' in the order CONFLICT, WRONG, MISSING, UNKNOWN, PROPAGATING, OK_INHERITED, OK; before a
     * domain is created CONFLICT where something would make it fail, else OK or UNKNOWN.
     */
    int32_t status;
    /** Seconds until caches can have all of it at the latest. */
    int32_t wait_seconds;
} tcses_doctor_report;

/**
 * Looks at a domain.
 *
 * Blocks on the network, for the options' timeout_ms at most. Several threads may look at once.
 * @param options  NULL for the defaults.
 * @return TCSES_OK whatever was found, TCSES_ERR_ARGUMENT, TCSES_ERR_CANCELLED, TCSES_ERR_MEMORY, or TCSES_ERR_SYSTEM
 * (no resolver is configured). That nobody answered is TCSES_OK with the status UNKNOWN.
 * @since 0.1
 */
TCSES_API tcses_status tcses_doctor_run(const tcses_doctor_options *options, const tcses_doctor_request *request,
    const tcses_doctor_report **out, tcses_error **error);

/** Releases the report and all that it points to. @since 0.1 */
TCSES_API void tcses_doctor_report_free(const tcses_doctor_report *report);

/** How tcses_doctor_is_ready() looks, and what it found. @since 0.1 */
typedef struct tcses_doctor_gate {
    /** sizeof(tcses_doctor_gate). */
    size_t size;
    /** NULL for the defaults. Borrowed. */
    const tcses_doctor_options *options;
    /** Borrowed. */
    tcses_cancel *cancel;
    /** The last report; to be released by the caller with tcses_doctor_report_free(). NULL at first. */
    const tcses_doctor_report *report;
} tcses_doctor_gate;

#define TCSES_DOCTOR_GATE_INIT                      \
    {                                               \
        sizeof(tcses_doctor_gate), NULL, NULL, NULL \
    }

/** What TCSES_DOCTOR_GATE_INIT does, as a function. @since 0.1 */
TCSES_API void tcses_doctor_gate_init(tcses_doctor_gate *gate, size_t size);

/**
 * A tcses_verification_ready_fn whose ctx is a tcses_doctor_gate: ready when every authoritative server that answers has
 * every record as the service expects it. Else it asks to be asked again when caches can have it, after 5 minutes at the
 * latest. Not known when no server could be asked; but one look that could not ask does not open a gate that was shut.
 *
 * Blocks on the network, for the options' timeout_ms at most.
 * @since 0.1
 */
TCSES_API int32_t tcses_doctor_is_ready(void *gate, const char *domain, const tcses_dns_attribute *const *attributes,
    size_t attributes_count, int64_t *ask_again_ms);

/** Something that the old servers of a zone have and the new ones have not, or otherwise. @since 0.1 */
typedef struct tcses_dns_difference {
    size_t size;
    const char *name;
    /** "NS" for a name that is delegated to others, with all below it. */
    const char *type;
    /** What the delegated servers have, as a zone file would have it; a count of 0 for nothing. */
    const char *const *old_values;
    size_t old_values_count;
    /** What the servers of the options have. */
    const char *const *new_values;
    size_t new_values_count;
} tcses_dns_difference;

/** @since 0.1 */
typedef struct tcses_dns_comparison {
    size_t size;
    const char *zone;
    const tcses_dns_difference *const *differences;
    size_t differences_count;
    /** How many names and types were asked for; a zone may have others, which nobody can list from outside. */
    size_t compared_count;
    /** Why a side, or one of the options' servers, could not be asked; NULL if all could. */
    const char *problem;
} tcses_dns_comparison;

/**
 * Compares what the delegated servers have with what the servers of the options have: the domain's own records, and the
 * names that zones usually have (the apex, www, mail, autodiscover, _dmarc, DKIM selectors of the expected set...). Of
 * each side one server is asked, the first that answers: tcses_doctor_run() tells whether they agree.
 *
 * Blocks on the network, for the options' timeout_ms at most.
 * @param options  with `servers`, the new ones.
 * @return as tcses_doctor_run().
 * @since 0.1
 */
TCSES_API tcses_status tcses_doctor_compare(const tcses_doctor_options *options, const tcses_doctor_request *request,
    const tcses_dns_comparison **out, tcses_error **error);

/** Releases the comparison. @since 0.1 */
TCSES_API void tcses_dns_comparison_free(const tcses_dns_comparison *comparison);

/**
 * The zone that a name lies in (the owner of its SOA record).
 *
 * Blocks on the network, for the options' timeout_ms at most.
 * @return TCSES_OK with NULL in `*out` if nobody could say, or if the name is in no zone but that of a registry; else
 * as tcses_doctor_run().
 * @since 0.1
 */
TCSES_API tcses_status tcses_dns_find_zone(
    const tcses_doctor_options *options, const char *name, const tcses_text **out, tcses_error **error);

/**
 * Looks up the TXT values at a name through the recursive resolver, each in one piece: for tcses_spf_merge().
 *
 * Blocks on the network, for the options' timeout_ms at most.
 * @since 0.1
 */
TCSES_API tcses_status tcses_dns_find_texts(
    const tcses_doctor_options *options, const char *name, const tcses_dns_answer **out, tcses_error **error);

/** Releases an answer of tcses_dns_find_texts(). @since 0.1 */
TCSES_API void tcses_dns_answer_free(const tcses_dns_answer *answer);

#ifdef __cplusplus
}
#endif

#endif
