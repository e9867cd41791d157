/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Text functions that do not depend on the locale. */

char text_lower(char c);
bool text_is_digit(char c);
bool text_is_alphanumeric(char c);
bool text_same_ignoring_case(const char *a, const char *b);
/* Whether the first `length` characters are the same. */
bool text_begins_ignoring_case(const char *a, const char *b, size_t length);
bool text_starts_with(const char *text, const char *prefix);

/* A number of decimal digits and nothing else, within 64 bits. */
bool text_to_number(const char *text, uint64_t *number);

/*
 * Puts "***" in place of a secret wherever it stands, and of its beginning where the text was cut off in it. A secret of
 * fewer than 8 characters is left: it could be part of an ordinary word. NULL is none.
 */
void text_hide(char *text, const char *secret);

/*
 * The rules of arguments. Each returns NULL if the text obeys, else the rule in words, fit to follow the argument's
 * name and a colon. None accepts NULL.
 */
const char *text_rule_utf8(const char *text);        /* UTF-8 without control characters */
const char *text_rule_domain(const char *text);      /* a domain name of at least two labels */
const char *text_rule_address(const char *text);     /* prefix@domain */
const char *text_rule_credential(const char *text);  /* visible ASCII */
const char *text_rule_name(const char *text);        /* letters, digits and ".-_": regions, actions, versions */
const char *text_rule_filled_name(const char *text); /* the same, and not empty */
const char *text_rule_role(const char *text);        /* the name of a role */
const char *text_rule_user_agent(const char *text);  /* what X-TC-RequestClient may hold */
const char *text_rule_header_name(const char *text);
const char *text_rule_header_value(const char *text);

#endif
