/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Secrets that are easy to recognise, a client that uses them and is watched, and what is to be true of it afterwards.
 */
#ifndef CANARY_H
#define CANARY_H

#include "actions.h"
#include "watch.h"

#define SECRET_ID "AKIDc4n4ryc4n4ryc4n4ryc4n4ryc4n4ry"
#define SECRET_KEY "J8sKcQ2hVd6yNf0gPz5rXw3uBe7tMa1i"
#define TOKEN "tQ9wErT2yUiOp4AsDfG6hJkLz8XcVbN1m"
#define SECOND_TOKEN "mNb3VcXz5LkJh7GfDsA9qPoIu1YtReW2w"
#define PASSWORD "kZ7qWm4TxR9vLb2n"
#define PROXY_PASSWORD "pX5yGh8Wq3Vd1Zs6"
#define LOCAL_PART "canary.sender.x7"
#define DOMAIN "mail.example.com"
#define ADDRESS LOCAL_PART "@" DOMAIN
/* Of a secret, so many bytes in a row give it away. */
#define PIECE 8
/* Where the client's clock stands: 2025-01-01 00:00:00. */
#define WALL_SECONDS 1735689600

#define DERIVED_KEYS 5
/* The keys of the day, of the services ses and sts, and those that sign, as they come of SECRET_KEY on that day. */
extern const unsigned char derived_keys[DERIVED_KEYS][32];
/* What requests are filled with. */
extern const inputs canary_inputs;

/* Gives TOKEN; where it is to be renewed, SECOND_TOKEN. */
tcses_credentials *canary_credentials(watch *w);
/* With the log at the highest level that there is. Takes the reference to `credentials` over. `proxy` may be NULL. */
tcses_client *canary_client(
    watch *w, const tcses_client_options *options, tcses_credentials *credentials, const char *proxy);

/* For expectations: whatever it is. */
#define ANY_STATUS 1

/* What the calls are expected to end with. */
typedef struct expectation {
    const char *name;
    tcses_status of_creates;
    tcses_status of_others;
} expectation;

/* Makes every call once and keeps its error. Each has a cancel, which stands in *cancel meanwhile. */
void canary_run(watch *w, tcses_client *client, const inputs *in, const expectation *e, tcses_cancel **cancel);

/* Asserts that all memory is back, and that no secret stands where it was watched, and no address in the log. */
void expect_nothing_told(const watch *w, const char *name);

#endif
