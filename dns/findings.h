/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DNS_FINDINGS_H
#define DNS_FINDINGS_H

#include <tcses/dns.h>

#include "base/arena.h"

/*
 * What the doctor can find, in words. A code that programs read may have several wordings here, of different severity.
 * docs/findings.md is made of this table.
 */
typedef enum finding_id {
    /* The zone and its servers. */
    FINDING_NOT_DELEGATED,
    FINDING_WRONG_NS_ALL,
    FINDING_WRONG_NS_SOME,
    FINDING_WRONG_NS_OTHERS,
    FINDING_ALL_SILENT,
    FINDING_SOME_SILENT,
    FINDING_SOME_FAILED,
    FINDING_NOT_ASKED,
    FINDING_RESOLVER_FAILED,
    FINDING_NS_DISAGREE,
    FINDING_SPLIT_ANSWERS,
    FINDING_NEG_CACHED,
    FINDING_OLD_CACHED,
    FINDING_SERVICE_SAW_OLD,
    FINDING_SERVICE_REFUSES,
    /* Names. */
    FINDING_NAME_DOUBLED,
    FINDING_NAME_DOUBLED_BESIDE,
    FINDING_AT_WRONG_NAME,
    FINDING_AT_WRONG_NAME_PERHAPS,
    FINDING_CNAME_BLOCKS,
    FINDING_CNAME_AT_APEX,
    FINDING_VIA_CNAME,
    FINDING_WILDCARD,
    /* Values of TXT records. */
    FINDING_QUOTES,
    FINDING_ESCAPES,
    FINDING_ELLIPSIS,
    FINDING_TRUNCATED,
    FINDING_BEGINNING_CUT,
    FINDING_IN_PIECES,
    FINDING_TXT_NONE,
    /* MX */
    FINDING_MX_NONE,
    FINDING_MX_OTHER_BESIDE,
    FINDING_MX_OTHER_ALONE,
    FINDING_MX_OTHER_WRONG,
    FINDING_MX_DOUBLED,
    FINDING_MX_DOUBLED_BESIDE,
    FINDING_MX_NULL,
    FINDING_MX_TO_CNAME,
    FINDING_MX_TO_CNAME_BESIDE,
    FINDING_MX_TO_IP,
    FINDING_MX_TO_IP_BESIDE,
    FINDING_MX_NO_HOST,
    FINDING_MX_NO_HOST_BESIDE,
    /* SPF */
    FINDING_SPF_NONE,
    FINDING_SPF_MULTI,
    FINDING_SPF_SYNTAX,
    FINDING_SPF_NOT_SPF,
    FINDING_SPF_NO_INCLUDE,
    FINDING_SPF_INCLUDE_NOT_PLUS,
    FINDING_SPF_INCLUDE_INDIRECT,
    FINDING_SPF_NO_ROOM,
    FINDING_SPF_NO_ROOM_INDIRECT,
    FINDING_SPF_AFTER_ALL,
    FINDING_SPF_REDIRECT,
    FINDING_SPF_REDIRECT_UNUSED,
    FINDING_SPF_LOOKUPS,
    FINDING_SPF_VOID,
    FINDING_SPF_INCLUDE_BROKEN,
    FINDING_SPF_INCLUDE_NOT_ASKED,
    FINDING_SPF_PLUS_ALL,
    FINDING_SPF_NO_ALL,
    /* DKIM */
    FINDING_DKIM_NONE,
    FINDING_DKIM_OLD_SELECTOR,
    FINDING_DKIM_KEY_DIFFERS,
    FINDING_DKIM_OTHER_TYPE,
    FINDING_DKIM_SWAPPED,
    FINDING_DKIM_REVOKED,
    FINDING_DKIM_MULTI,
    FINDING_DKIM_TEXT_BESIDE,
    FINDING_DKIM_BAD_B64,
    FINDING_DKIM_SYNTAX,
    FINDING_DKIM_WEAK,
    FINDING_DKIM_TESTING,
    FINDING_DKIM_HASH,
    FINDING_DKIM_SERVICE,
    FINDING_DKIM_VIA_CNAME,
    /* DMARC */
    FINDING_DMARC_NONE,
    FINDING_DMARC_MULTI,
    FINDING_DMARC_BAD_P,
    FINDING_DMARC_SYNTAX,
    FINDING_DMARC_BAD_VALUE,
    FINDING_DMARC_INHERITED,
    FINDING_DMARC_PARENT_NOT_ASKED,
    FINDING_DMARC_WEAKENS,
    FINDING_DMARC_P_NOT_SECOND,
    FINDING_DMARC_OLD_TAGS,
    /* The domain as a whole. */
    FINDING_EXMAIL_SUSPECT,
    FINDING_NAME_IN_USE,
    FINDING_SPF_MULTI_BEFORE,
    FINDING_SPF_SYNTAX_BEFORE,
    FINDING_IDS
} finding_id;

/* What the words may name: {name}, {host} and so on stand in them. What is NULL must not be named. */
typedef struct finding_facts {
    const char *name;    /* the record's full name */
    const char *host;    /* the same relative to the zone: what one types into a DNS console */
    const char *zone;    /* whose console it is */
    const char *type;    /* MX or TXT */
    const char *found;   /* a value; the words show its beginning */
    const char *where;   /* another name, or host */
    const char *servers; /* names of servers */
    const char *problem;
    const char *problem_chinese; /* NULL: `problem` */
    const char *fix_value;       /* to copy; NULL if there is none */
    int64_t number;
    int32_t seconds; /* {wait} */
} finding_facts;

/* Its words, filled in. NULL when out of memory. */
const tcses_finding *finding_make(arena *a, finding_id id, const finding_facts *facts);

/* The words as they stand in the table, with their {places}; `fix_value` is NULL. */
tcses_finding finding_words(finding_id id);

#endif
