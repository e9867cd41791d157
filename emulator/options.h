/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The command line.
 */
#ifndef EMULATOR_OPTIONS_H
#define EMULATOR_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "support.h"
#include "verify.h"

struct options {
    const char *listen;
    const char *tls_cert;
    const char *tls_key;
    /* Of struct secret (auth.h). */
    struct list secrets;
    bool any_service;
    struct verify_policy verify;
    /* The server's clock is this many seconds ahead of the machine's. */
    int64_t clock_offset;
    size_t max_domains;
    size_t max_addresses;
    /* Names of domains (char *) that belong to somebody else. */
    struct list foreign_domains;
    bool may_delete_domains;
};

enum options_result {
    /* Go on. */
    OPTIONS_RUN,
    /* --help or --version was answered. */
    OPTIONS_DONE,
    /* Something is wrong and was said on stderr. */
    OPTIONS_WRONG
};

/* Fills `options` with the defaults and what the arguments say. Clear it in any case. */
enum options_result emu_options_parse(struct options *options, int argc, char **argv);
void emu_options_clear(struct options *options);

#endif
