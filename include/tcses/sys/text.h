/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 *
 * tcses/sys/text.h: texts made by others. A library that extends this one (libtcses-dns does) gives texts out as this one
 * does.
 */
#ifndef TCSES_SYS_TEXT_H
#define TCSES_SYS_TEXT_H

#include <tcses/base.h>
#include <tcses/error.h>
#include <tcses/records.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Makes a text, to be released with tcses_text_free().
 * @param allocator  NULL for malloc and free.
 * @return TCSES_OK, TCSES_ERR_ARGUMENT or TCSES_ERR_MEMORY.
 * @since 0.1
 */
TCSES_API tcses_status tcses_text_new(
    const char *text, size_t length, const tcses_allocator *allocator, const tcses_text **out, tcses_error **error);

#ifdef __cplusplus
}
#endif

#endif
