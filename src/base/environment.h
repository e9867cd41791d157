/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_ENVIRONMENT_H
#define BASE_ENVIRONMENT_H

/* The value of an environment variable; NULL if it is not set, or empty. */
const char *environment_value(const char *name);

#endif
