/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Preloaded, it gives libcurl's TLS library another file for the system's bundle of certificates: BENCH_BUNDLE, the same
 * with one more. So connections to a server of ours are made with the settings and the bundle that a user has. How often
 * the bundle was opened is written to standard error at the end.
 */
#undef _FILE_OFFSET_BITS /* or fopen would be another name for fopen64 */

#include <dlfcn.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

FILE *fopen(const char *path, const char *mode);
FILE *fopen64(const char *path, const char *mode);

static atomic_uint opened;

static FILE *open_with(const char *symbol, const char *path, const char *mode)
{
    FILE *(*real)(const char *, const char *) = NULL;
    const char *bundle = getenv("BENCH_BUNDLE");
    *(void **)&real = dlsym(RTLD_NEXT, symbol);
    if (real == NULL)
        return NULL;
    if (bundle == NULL || strcmp(path, getenv("BENCH_SYSTEM_BUNDLE")) != 0)
        return real(path, mode);
    atomic_fetch_add(&opened, 1);
    return real(bundle, mode);
}

FILE *fopen(const char *path, const char *mode)
{
    return open_with("fopen", path, mode);
}

FILE *fopen64(const char *path, const char *mode)
{
    return open_with("fopen64", path, mode);
}

__attribute__((destructor)) static void tell(void)
{
    fprintf(stderr, "%u\n", atomic_load(&opened));
}
