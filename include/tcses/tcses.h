/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 *
 * tcses/tcses.h: the one header a program includes. Reading order: base.h, error.h, client.h, identity.h,
 * address.h, records.h, verification.h, onboard.h; then, as needed, credentials.h, cancel.h, signer.h. To extend the
 * library or test with it: sys/transport.h, sys/mock.h.
 */
#ifndef TCSES_TCSES_H
#define TCSES_TCSES_H

#include <tcses/address.h>
#include <tcses/base.h>
#include <tcses/cancel.h>
#include <tcses/client.h>
#include <tcses/credentials.h>
#include <tcses/error.h>
#include <tcses/identity.h>
#include <tcses/onboard.h>
#include <tcses/records.h>
#include <tcses/signer.h>
#include <tcses/verification.h>

#endif
