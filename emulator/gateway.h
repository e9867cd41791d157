/* SPDX-License-Identifier: Apache-2.0 */
#ifndef EMULATOR_GATEWAY_H
#define EMULATOR_GATEWAY_H

#include "emulator.h"
#include "exchange.h"

/* Answers a POST to "/": the checks that all actions share, then the action. Holds the emulator's lock meanwhile. */
void emu_gateway_answer(struct emulator *emulator, struct exchange *exchange);

#endif
