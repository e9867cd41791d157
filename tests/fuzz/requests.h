/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Request structs of any action, by its table.
 */
#ifndef FUZZ_REQUESTS_H
#define FUZZ_REQUESTS_H

#include "codec/fields.h"
#include "fuzz.h"

/* A request filled in by the input: lists, reserved fields and any size. Its block is as large as its size says. */
void *request_take(fuzz_input *in, const field_table *table);

/* The body must say what the request says, by value, and nothing else. */
void request_check_sent(const field_table *table, const void *request, const char *body, size_t length);

#endif
