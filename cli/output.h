/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_OUTPUT_H
#define CLI_OUTPUT_H

#include "cli.h"
#include "document.h"

/* The one document on standard output. Functions that return an int return EXIT_OK, or have reported. */

/* Prints and frees it. */
int output_document(cli *c, document *d);

/* The service's answer, with what it is about in front, under the service's name for it. */
int output_response(cli *c, const char *name, const char *subject, const char *raw, size_t length);

/* Makes a page part of the whole: the list grows, other members are those of the latest page. Takes NULL. */
void output_merge(document *whole, const char *list, const char *raw, size_t length);

/* What a dry run would send, printed; returns EXIT_PENDING. The request is freed. */
int output_dry_run(cli *c, const char *action, document *request);

#endif
