/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 *
 * tcses/records.h: the DNS records of a sending domain as a model: what each is for, how it is written for a DNS
 * console or a zone file, and how it goes together with what a domain has already.
 *
 * Nothing here touches the network. (tcses/dns.h, of libtcses-dns, looks at what DNS really has.)
 *
 *     tcses_record_set_request request = TCSES_RECORD_SET_REQUEST_INIT;
 *     request.domain = "mail.example.com";
 *     request.attributes = response->attributes;
 *     request.attributes_count = response->attributes_count;
 *     request.zone = "example.com";
 *     if (tcses_record_set_new(&request, NULL, &set, &error) == TCSES_OK)
 *         status = tcses_record_set_render(set, NULL, NULL, &text, &error);
 */
#ifndef TCSES_RECORDS_H
#define TCSES_RECORDS_H

#include <tcses/base.h>
#include <tcses/error.h>
#include <tcses/identity.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What a record is for. @since 0.1 */
enum {
    /** None of those below. */
    TCSES_PURPOSE_OTHER = 0,
    TCSES_PURPOSE_MX = 1,
    TCSES_PURPOSE_SPF = 2,
    TCSES_PURPOSE_DKIM = 3,
    TCSES_PURPOSE_DMARC = 4
};

/** "MX", "SPF", "DKIM", "DMARC", else "OTHER". Constant text. @since 0.1 */
TCSES_API const char *tcses_purpose_name(int32_t purpose);

/** One record that the service wants to see. @since 0.1 */
typedef struct tcses_record {
    size_t size;
    /** "MX" or "TXT", which are all that the service asks for so far; in capitals. */
    const char *type;
    /** The full name, in lower case and ASCII, without a final dot. */
    const char *name;
    /** The name relative to the zone, "@" for the zone's own; NULL if no zone was named. */
    const char *relative_name;
    /** The value, unquoted and in one piece; of an MX (or CNAME) the host, in lower case, without priority and final dot. */
    const char *value;
    /** The selector of a DKIM key; else NULL. */
    const char *selector;
    /** The type of a DKIM key, "rsa" or "ed25519"; NULL if there is none or it could not be read. */
    const char *key_type;
    /** What the service saw last; "" for nothing, NULL if it did not say. */
    const char *current_value;
    size_t reserved;
    /** One of the TCSES_PURPOSE_ constants. */
    int32_t purpose;
    /** Of an MX; else 0. */
    int32_t priority;
    /** In seconds. */
    int32_t ttl;
    /** The size of a DKIM key in bits; 0 if there is none or it could not be read. */
    int32_t key_bits;
    /** TCSES_TRUE when the service is content with it. */
    int32_t status;
    int32_t reserved2;
} tcses_record;

/** What a set is made of. @since 0.1 */
typedef struct tcses_record_set_request {
    /** sizeof(tcses_record_set_request). */
    size_t size;
    /** The sending domain. Required. */
    const char *domain;
    /** What the service answered (tcses_get_email_identity_response.attributes). */
    const tcses_dns_attribute *const *attributes;
    size_t attributes_count;
    /** The zone that the records go into, "example.com". NULL: not known, names stay full. Never guessed. */
    const char *zone;
    size_t reserved;
    /** For records whose answer has none (none has, so far). 0: 600. */
    int32_t ttl;
    /** For an MX without one. 0: 10. */
    int32_t mx_priority;
} tcses_record_set_request;

#define TCSES_RECORD_SET_REQUEST_INIT                                  \
    {                                                                  \
        sizeof(tcses_record_set_request), NULL, NULL, 0, NULL, 0, 0, 0 \
    }

/** What the INIT macro does, as a function. @since 0.1 */
TCSES_API void tcses_record_set_request_init(tcses_record_set_request *request, size_t size);

/** The records of a domain, MX, SPF, DKIM, DMARC and others in this order. @since 0.1 */
typedef struct tcses_record_set {
    size_t size;
    const char *domain;
    /** NULL: not known. */
    const char *zone;
    const tcses_record *const *records;
    size_t records_count;
} tcses_record_set;

/**
 * Classifies the records of a domain. The set belongs to the caller and depends on nothing.
 * @param allocator  NULL for malloc and free.
 * @return TCSES_OK, TCSES_ERR_ARGUMENT (a zone that a record is not in, among others) or TCSES_ERR_MEMORY.
 * @since 0.1
 */
TCSES_API tcses_status tcses_record_set_new(const tcses_record_set_request *request, const tcses_allocator *allocator,
    const tcses_record_set **out, tcses_error **error);

/**
 * The same from an answer that was saved: the service's JSON ({"Response":{"Attributes":...}}), or what
 * `tcses domain show --output json` printed.
 * @param request  its attributes are not looked at; its domain may be NULL if the JSON has EmailIdentity, or has an MX
 * or SPF record at the domain.
 * @return TCSES_OK, TCSES_ERR_ARGUMENT, TCSES_ERR_RESPONSE (with the JSON path) or TCSES_ERR_MEMORY.
 * @since 0.1
 */
TCSES_API tcses_status tcses_record_set_from_json(const char *json, size_t length,
    const tcses_record_set_request *request, const tcses_allocator *allocator, const tcses_record_set **out,
    tcses_error **error);

/** Releases the set and all that it points to. @since 0.1 */
TCSES_API void tcses_record_set_free(const tcses_record_set *set);

/** A text that the library made. @since 0.1 */
typedef struct tcses_text {
    size_t size;
    /** Ends in a NUL byte, which is not counted. */
    const char *text;
    size_t length;
} tcses_text;

/** Releases the text. @since 0.1 */
TCSES_API void tcses_text_free(const tcses_text *text);

/** How records are written. @since 0.1 */
enum {
    /** What one types into a DNS console: host, type, value, priority, TTL; a value stands unquoted on a line of its own. */
    TCSES_FORMAT_PANEL = 0,
    /** A zone file (RFC 1035): absolute names, TXT split at 255 octets, quoted and escaped. */
    TCSES_FORMAT_BIND = 1,
    /** A JSON list of requests to CreateRecord of DNSPod (version 2021-03-23), all in its default line. Needs a zone. */
    TCSES_FORMAT_DNSPOD = 2,
    /** Terraform: resources of type tencentcloud_dnspod_record. Needs a zone. */
    TCSES_FORMAT_TERRAFORM = 3,
    /** JSON of our own: schema records.json. */
    TCSES_FORMAT_JSON = 4
};

/** Whose console a panel is for: they differ in names and in the final dot of a host. @since 0.1 */
enum { TCSES_PANEL_DNSPOD = 0, TCSES_PANEL_ALIYUN = 1, TCSES_PANEL_CLOUDFLARE = 2 };

/** How to render. @since 0.1 */
typedef struct tcses_render_options {
    /** sizeof(tcses_render_options). */
    size_t size;
    /** "zh-CN" or "en-US": of a panel's words. NULL: en-US. */
    const char *language;
    /** One of the TCSES_FORMAT_ constants. */
    int32_t format;
    /** One of the TCSES_PANEL_ constants. */
    int32_t panel;
} tcses_render_options;

#define TCSES_RENDER_OPTIONS_INIT                \
    {                                            \
        sizeof(tcses_render_options), NULL, 0, 0 \
    }

/** What TCSES_RENDER_OPTIONS_INIT does, as a function. @since 0.1 */
TCSES_API void tcses_render_options_init(tcses_render_options *options, size_t size);

/**
 * Writes a set of records.
 * @param options  NULL for the defaults.
 * @param allocator  NULL for malloc and free.
 * @return TCSES_OK, TCSES_ERR_ARGUMENT (a format that needs a zone, without one; a value with control characters or bytes
 * that are not UTF-8, which only a zone file can hold) or TCSES_ERR_MEMORY.
 * @since 0.1
 */
TCSES_API tcses_status tcses_record_set_render(const tcses_record_set *set, const tcses_render_options *options,
    const tcses_allocator *allocator, const tcses_text **out, tcses_error **error);

/* ---- going together with what is there ---- */

/** What came of merging. @since 0.1 */
enum {
    /** The record has the include already: nothing to do. */
    TCSES_MERGE_UNCHANGED = 0,
    /** There was no SPF record: publish this one. */
    TCSES_MERGE_NEW = 1,
    /** Replace the record by this one. */
    TCSES_MERGE_CHANGED = 2,
    /** There are two or more records, which makes all of them void. The text is a proposal to look at: their terms in
     * order, each once, with the strictest `all`; a redirect beside it becomes an include. */
    TCSES_MERGE_CONFLICT = 3,
    /** The record is not SPF by its grammar; field `problem` says where. There is no text. */
    TCSES_MERGE_BROKEN = 4
};

/** What is merged. @since 0.1 */
typedef struct tcses_spf_merge_request {
    /** sizeof(tcses_spf_merge_request). */
    size_t size;
    /** The TXT values at the domain, each in one piece; those that are no SPF records are passed over. */
    const char *const *records;
    size_t records_count;
    /** What the service expects, "v=spf1 include:qcloudmail.com ~all". Required. */
    const char *expected;
} tcses_spf_merge_request;

#define TCSES_SPF_MERGE_REQUEST_INIT                   \
    {                                                  \
        sizeof(tcses_spf_merge_request), NULL, 0, NULL \
    }

/** What the INIT macro does, as a function. @since 0.1 */
TCSES_API void tcses_spf_merge_request_init(tcses_spf_merge_request *request, size_t size);

/** @since 0.1 */
typedef struct tcses_spf_merge_result {
    size_t size;
    /** The record to publish, or that is there already; NULL if BROKEN. */
    const char *record;
    /** In words, what is wrong; NULL unless CONFLICT or BROKEN. English. */
    const char *problem;
    /** One of the TCSES_MERGE_ constants. */
    int32_t action;
    /** How many terms of the records there, and of the merged one, need a DNS look-up; those of included records, which
     * count too (at most 10, RFC 7208 4.6.4), are not looked at. */
    int32_t lookups_before;
    int32_t lookups_after;
    int32_t reserved;
} tcses_spf_merge_result;

/**
 * Puts the service's include into the SPF record of a domain, before `all` or `redirect`, and keeps the rest as it is,
 * the owner's own qualifier of `all` too (RFC 7208).
 * @param allocator  NULL for malloc and free.
 * @return TCSES_OK whatever the action, TCSES_ERR_ARGUMENT or TCSES_ERR_MEMORY.
 * @since 0.1
 */
TCSES_API tcses_status tcses_spf_merge(const tcses_spf_merge_request *request, const tcses_allocator *allocator,
    const tcses_spf_merge_result **out, tcses_error **error);

/** Releases the result. @since 0.1 */
TCSES_API void tcses_spf_merge_result_free(const tcses_spf_merge_result *result);

/**
 * The DMARC record to publish at a domain: what the service expects, but never with a policy weaker than the one that
 * the domain inherits from its parent (the parent's sp, else its p; RFC 9989 4.10): then the inherited policy is taken,
 * and with it the parent's t and pct if the expected record has neither. The same goes for np, of what lies below.
 * @param expected  what the service expects, "v=DMARC1; p=none". Required.
 * @param inherited  the record that covers the domain now; NULL if none does.
 * @param allocator  NULL for malloc and free.
 * @return TCSES_OK, TCSES_ERR_ARGUMENT (`expected` is no DMARC record) or TCSES_ERR_MEMORY.
 * @since 0.1
 */
TCSES_API tcses_status tcses_dmarc_propose(const char *expected, const char *inherited,
    const tcses_allocator *allocator, const tcses_text **out, tcses_error **error);

#ifdef __cplusplus
}
#endif

#endif
