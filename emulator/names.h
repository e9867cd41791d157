/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * What a domain, an address, an alias and a password have to look like.
 */
#ifndef EMULATOR_NAMES_H
#define EMULATOR_NAMES_H

#include <stdbool.h>

bool emu_name_is_domain(const char *text);
bool emu_name_is_address(const char *text);
bool emu_name_is_alias(const char *text);
bool emu_name_is_smtp_password(const char *text);

#endif
