/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 *
 * tcses/sys/error.h: errors made by others. A library that extends this one (libtcses-dns does) reports its failures as
 * this one does.
 */
#ifndef TCSES_SYS_ERROR_H
#define TCSES_SYS_ERROR_H

#include <tcses/base.h>
#include <tcses/error.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Makes an error whose outcome is TCSES_OUTCOME_NOT_DONE.
 * @param status  one of the TCSES_ERR_ constants. TCSES_OK makes none.
 * @param field  the argument at fault; NULL if the error is not about one.
 * @param message  what happened, in English, for people.
 * @param allocator  NULL for malloc and free; they serve too in place of one that can't be used.
 * @param out  NULL if nobody wants the error.
 * @return `status`; but TCSES_ERR_MEMORY when there was no memory for the error, which then says that.
 * @since 0.1
 */
TCSES_API tcses_status tcses_error_new(
    tcses_status status, const char *field, const char *message, const tcses_allocator *allocator, tcses_error **out);

#ifdef __cplusplus
}
#endif

#endif
