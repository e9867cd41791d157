/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GRAMMAR_DKIM_H
#define GRAMMAR_DKIM_H

#include <stdint.h>

#include "grammar/tags.h"

/* The key record of DKIM (RFC 6376, 3.6.1). All views are into the caller's text; nothing is allocated. */
typedef enum dkim_problem {
    DKIM_FINE,
    DKIM_BAD_LIST,     /* no list of tags: `list_problem` says why */
    DKIM_BAD_VERSION,  /* v is not DKIM1, or not first */
    DKIM_NO_KEY,       /* no p */
    DKIM_UNKNOWN_TYPE, /* k is neither rsa nor ed25519 */
    DKIM_BAD_BASE64,   /* p is none */
    DKIM_BAD_KEY,      /* p is no key of its type */
    DKIM_PROBLEMS
} dkim_problem;

typedef enum dkim_type { DKIM_RSA, DKIM_ED25519, DKIM_OTHER_TYPE } dkim_type;

typedef struct dkim_key {
    dkim_problem problem;
    tags_problem list_problem;
    size_t problem_at;
    view key;   /* p, as written, white space and all */
    view notes; /* n */
    view type_name;
    dkim_type type;
    int32_t bits;       /* of the key; 0 if it was not read */
    bool has_key;       /* there is a p */
    bool is_revoked;    /* p is empty */
    bool is_testing;    /* t has y */
    bool allows_sha256; /* h is absent or has it */
    bool allows_email;  /* s is absent or has "*" or "email" */
    bool is_bare;       /* an RSA key without the wrapping (SubjectPublicKeyInfo) that all signers write */
} dkim_key;

/* False if there is a problem; what could be read is filled in all the same. A revoked key is none. */
bool dkim_read(view record, dkim_key *key);

/* Whether someone meant this TXT value as a DKIM key: it begins with v=DKIM1, or has tags and a p among them. */
bool dkim_is_meant(view text);

/* What is wrong, in English, to follow "the DKIM record ...". */
const char *dkim_problem_text(const dkim_key *key);

/* How two keys differ. Offsets and lengths count characters of base64 without white space. */
typedef struct dkim_difference {
    bool is_other_type;
    bool is_other_key;
    size_t offset; /* of the first character that differs */
    size_t expected_length;
    size_t found_length;
} dkim_difference;

/* Whether both hold the same key of the same type, whatever else is written, and how. */
bool dkim_same_key(const dkim_key *expected, const dkim_key *found, dkim_difference *difference);

#endif
