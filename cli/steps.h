/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_STEPS_H
#define CLI_STEPS_H

#include <tcses/onboard.h>

#include "cli.h"
#include "document.h"

/* Showing the steps of a course (onboard, change of key). */

/* A course whose steps are told as they end, and while it waits what it waits for. */
typedef struct steps {
    cli *c;
    bool has_shown_records;
} steps;

/* A tcses_onboard_progress_fn whose ctx is a steps: a line, or with --output json an object, a step. */
tcses_status steps_progress(void *ctx, const tcses_onboard_step *step, const tcses_verification_state *state);

/* Whether --deadline has a --wait to end; EXIT_OK, or reported. */
int steps_check_deadline(const options *o);

/* How the program ends after such a report. */
int steps_exit_code(const tcses_onboard_report *report);

/* The report as JSON, schema onboard.json. */
document *steps_document(const tcses_onboard_report *report);

#endif
