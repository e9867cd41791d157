/* SPDX-License-Identifier: Apache-2.0 */
#ifndef EMULATOR_RECORDS_H
#define EMULATOR_RECORDS_H

#include <jansson.h>

#include "account.h"

/* The DNS records that the domain needs and how they are seen now: a new array of DNSAttributes. */
json_t *emu_records_render(const struct domain *domain);

#endif
