/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_ADVICE_H
#define CLI_ADVICE_H

#include <stdbool.h>

#include <tcses/error.h>

/*
 * What to do next after a failed call, in the user's language, in one or two sentences that name a command or a page.
 * Written into `room`; "" if there is no advice. `subject` is the domain or address that the command was about, or NULL; `is_unsure`
 * says that a change may have taken effect.
 */
void advice_for(const tcses_error *error, bool is_unsure, const char *subject, char *room, size_t size);

/* What happened, in Chinese, where the library says it in English; NULL if the message is the service's own. */
const char *advice_chinese_status(tcses_status status);

#endif
