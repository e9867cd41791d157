/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CREDENTIALS_STS_H
#define CREDENTIALS_STS_H

#include <stdbool.h>

/* Whether the environment describes a web identity token, at least in part. */
bool sts_oidc_is_configured(void);

#endif
