/* SPDX-License-Identifier: Apache-2.0 */
#ifndef EMULATOR_ADMIN_H
#define EMULATOR_ADMIN_H

#include <stdbool.h>

#include "emulator.h"
#include "exchange.h"

/* Does the path belong to the admin interface? Such requests are not journaled. */
bool emu_admin_owns(const char *path);
/* Answers a request of the admin interface. The emulator's lock is held. */
void emu_admin_answer(struct emulator *emulator, struct exchange *exchange);

#endif
