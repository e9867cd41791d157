/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_PLAIN_LOCALE_H
#define BASE_PLAIN_LOCALE_H

#include <locale.h>

/* The C locale, made once and kept; (locale_t)0 when the system refuses it. */
locale_t plain_locale(void);

/* What an errno means, in English whatever the program's locale. */
const char *plain_locale_strerror(int problem);

#endif
