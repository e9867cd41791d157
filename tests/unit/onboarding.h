/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * What the tests of the whole way of a domain share. Steps are written as their states in a row: P planned, D done, E
 * existed, W waiting, F failed, U unknown; first the domain, its records, its verification, then each address.
 */
#ifndef ONBOARDING_H
#define ONBOARDING_H

#include "service.h"

char onboarding_letter(int32_t state);

/* For the domain with so many addresses of three: news with an alias in Chinese, bills without one, notes. */
tcses_onboard_request onboarding_request(size_t addresses_count);
/* With the question whether the records are in DNS. */
tcses_onboard_request onboarding_careful_request(test_service *s, size_t addresses_count);

/* Makes the call at a service that is open; it must not fail. */
const tcses_onboard_report *onboarding_run(test_service *s, const tcses_onboard_request *request);

void onboarding_expect_steps(const tcses_onboard_report *report, const char *states, int32_t state);

/* Makes the call, and holds the calls that came of it and the steps against what they are to be. */
void onboarding_expect_run(
    test_service *s, const tcses_onboard_request *request, const char *calls, const char *states, int32_t state);

#endif
