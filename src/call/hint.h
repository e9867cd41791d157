/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CALL_HINT_H
#define CALL_HINT_H

/* What a caller can do about a code of the service; NULL if there is no advice. */
const char *hint_for_code(const char *code);

#endif
