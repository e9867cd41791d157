/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_NAME_H
#define CLI_NAME_H

#include <stdbool.h>
#include <stddef.h>

/* Names of domains and addresses as people type and paste them (libidn2 stays inside). */

enum { NAME_BYTES = 512 };

/*
 * Takes a domain, in any script, over in its ASCII form and lower case. What was pasted with more around it than a name
 * (a scheme, spaces, full-width characters, a final dot) is refused, reported with the form that was meant.
 */
bool name_take_domain(const char *typed, char ascii[NAME_BYTES]);

/* Likewise prefix@domain. The prefix stays as it is. */
bool name_take_address(const char *typed, char ascii[NAME_BYTES]);

/* A domain or address as people read it: "xn--fsqu00a.cn (例子.cn)" where the two differ. */
const char *name_for_people(const char *ascii, char *room, size_t size);

#endif
