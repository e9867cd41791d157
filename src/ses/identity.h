/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SES_IDENTITY_H
#define SES_IDENTITY_H

#include "codec/fields.h"

/* tcses_dns_attribute. */
extern const field_table ses_dns_attribute_table;

#endif
