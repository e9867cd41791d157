/* SPDX-License-Identifier: Apache-2.0 */
#include "base/plain_locale.h"

#include <pthread.h>
#include <string.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static locale_t c_locale;

static void make_once(void)
{
    c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
}

locale_t plain_locale(void)
{
    pthread_once(&once, make_once);
    return c_locale;
}

const char *plain_locale_strerror(int problem)
{
    locale_t plain = plain_locale();
    return plain != (locale_t)0 ? strerror_l(problem, plain) : strerror(problem);
}
