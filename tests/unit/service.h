/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * A small service for tests of workflows: an account with one domain and its sender addresses, and a DNS that it sees
 * from some time on. The clock is that of the rig: hours pass at once.
 */
#ifndef SERVICE_H
#define SERVICE_H

#include "support.h"

#define SECOND INT64_C(1000)
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)
#define DOMAIN "mail.example.com"

/* The actions by a letter each: G GetEmailIdentity, C CreateEmailIdentity, U UpdateEmailIdentity, L ListEmailAddress,
 * A CreateEmailAddress. */
enum { SERVICE_CALLS = 512, SERVICE_SENDERS = 8 };

/* The keys of a domain, as the service numbers them. */
enum { KEY_1024 = 0, KEY_2048 = 1, KEY_BOTH = 2 };

typedef enum test_fault_kind {
    FAULT_REFUSED,   /* with the code */
    FAULT_UNSENT,    /* the request never leaves */
    FAULT_SWALLOWED, /* it is lost on its way: no effect, no answer */
    FAULT_LOST,      /* it takes effect, and its answer is lost */
    FAULT_GARBLED,   /* it takes effect, and its answer is not what the service sends */
    FAULT_OVERTAKEN, /* somebody else has just created the same, an address with the alias `code` */
    FAULT_DELETED,   /* somebody else has just deleted the domain */
    FAULT_CANCELLED  /* the service's cancel is triggered */
} test_fault_kind;

/* What happens to one call. A list of them ends with the letter 0. */
typedef struct test_fault {
    char letter;
    int number; /* which call of that action, from 1 on; 0: each */
    test_fault_kind kind;
    const char *code;
} test_fault;

typedef struct test_sender {
    char address[160];
    char alias[64];
} test_sender;

typedef struct test_service {
    test_rig rig;
    tcses_transport *transport;
    int64_t begun_ms;
    /* the account */
    bool has_domain;
    bool is_verified;
    bool is_foreign; /* another account has the domain */
    int key;         /* one of the KEY_ constants */
    bool hides_key;  /* its answers do not tell the DKIMOption */
    test_sender senders[SERVICE_SENDERS];
    size_t senders_count;
    bool hides_alias;
    /* DNS: what a submission from these times on sees */
    int64_t sees_dns_at_ms;      /* all but the row of the larger key */
    int64_t sees_2048_at_ms;     /* that row */
    bool has_seen_dns;           /* what the rows show */
    bool has_seen_2048;          /* also of that row */
    bool refuses_unseen_key;     /* that a key alone is used before it was seen */
    bool takes_status_on_change; /* a domain whose key changes is no longer verified until the next submission */
    const test_fault *faults;    /* NULL: none */
    tcses_cancel *cancel;
    /* what came: the letters, a U followed by the DKIMOption that was sent, if any */
    char calls[2 * SERVICE_CALLS];
    size_t calls_count;
    int64_t submitted_at_ms[SERVICE_CALLS];
    size_t submissions;
    char last_body[512];
    char last_region[64];
    /* DNS, as the asking side sees it */
    int64_t ready_at_ms;   /* TCSES_TRUE from then on */
    int64_t unready_at_ms; /* and no longer from then on; 0: it stays */
    int64_t ask_again_ms;  /* 0: as it is proposed */
    int64_t asking_takes_ms;
    int32_t cannot_tell; /* TCSES_TRUE: TCSES_UNSET always */
    tcses_cancel *cancel_in_asking;
    size_t asked;
    size_t rows_asked; /* how many records were handed to the last question */
} test_service;

/* Change the account, DNS and the rig's options between the two. */
void service_init(test_service *s);
void service_open(test_service *s);
void service_free(test_service *s);

/* Forgets which calls came. */
void service_forget(test_service *s);
void service_add_sender(test_service *s, const char *address, const char *alias);

/* Since it was opened. */
int64_t service_passed_ms(const test_service *s);
void service_pass(test_service *s, int64_t milliseconds);

/* A tcses_verification_ready_fn; the context is the service. */
int32_t service_is_ready(void *ctx, const char *domain, const tcses_dns_attribute *const *attributes,
    size_t attributes_count, int64_t *ask_again_ms);

#endif
