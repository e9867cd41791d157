/* SPDX-License-Identifier: Apache-2.0 */
#ifndef EMULATOR_KEYS_H
#define EMULATOR_KEYS_H

/* The public key of a domain, in base64, of 1024 or 2048 bits. Always the same for the same domain and size. */
const char *emu_keys_for(const char *domain, unsigned bits);

#endif
