/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WORKFLOW_VERIFICATION_H
#define WORKFLOW_VERIFICATION_H

#include <stdbool.h>

#include <tcses/verification.h>

/* What other workflows may do with a wait, beside the exported functions. The first two before its first step. */

/* What the records must show, beside the domain's being verified, for the wait to reach its end. */
typedef bool (*verification_goal_fn)(void *ctx, const tcses_dns_attribute *const *attributes, size_t attributes_count);
void verification_set_goal(tcses_verification *v, verification_goal_fn goal, void *ctx);

/* Begins the wait with an answer that has come just before, to a read or to a submission, and takes it over. */
void verification_begin(tcses_verification *v, const tcses_get_email_identity_response *answer, bool was_submitted);

/* Releases the wait and hands the last answer over. */
const tcses_get_email_identity_response *verification_end(tcses_verification *v);

#endif
