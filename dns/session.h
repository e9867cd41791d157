/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DNS_SESSION_H
#define DNS_SESSION_H

#include "dns/zone.h"

/* What every exported function does first: options checked, a tree begun, the clock started. */
typedef struct session {
    tcses_doctor_options options;
    tcses_error **error; /* of the caller; may be NULL */
    run r;
    void *root; /* of the tree that is given out; zeroed */
    int64_t began_ms;
} session;

/*
 * Sets *error to NULL and makes a root of so many bytes. A status other than TCSES_OK has been reported, and nothing is
 * left to end.
 */
tcses_status session_begin(session *s, const tcses_doctor_options *options, size_t root_bytes, tcses_error **error);

/* Reports that an argument can't be used. The status is TCSES_ERR_ARGUMENT, unless memory is out. */
tcses_status session_refuse(const session *s, const char *field, const char *rule);

/* A name in the form of dns/name.h, in the arena. TCSES_ERR_ARGUMENT about `field`, or TCSES_ERR_MEMORY. */
tcses_status session_take_name(session *s, const char *field, const char *given, const char **name);

/* What a request is about; `expected` may be NULL. */
typedef struct session_subject {
    const char *domain;
    const tcses_record_set *expected;
} session_subject;

tcses_status session_take_request(session *s, const tcses_doctor_request *request, session_subject *subject);

/* The zone of a name; at the options' servers, if there are any. False: out of memory. */
bool session_find_zone(session *s, const char *name, found_zone *z);

/*
 * Ends it: gives the root out, or releases it and reports why not. What is reported already is passed through by
 * `status`.
 */
tcses_status session_end(session *s, tcses_status status, bool has_memory, const void **out);

#endif
