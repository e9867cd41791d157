/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * A machine on which a client looks for credentials by the default chain, which knows its servers by name. A program
 * that uses this has a getaddrinfo() of its own, which libcurl gets too: it leads the metadata server's name where a
 * test wants it. STS, which the chain asks over TLS, is answered for by a transport of the test's own.
 */
#ifndef MACHINE_H
#define MACHINE_H

#include "rig.h"
#include "stand_ins/metadata.h"
#include "stand_ins/sts.h"

#define METADATA_HOST "metadata.tencentyun.com"

typedef enum machine_name { NAME_UNKNOWN, NAME_LEADS_TO_PORT, NAME_HANGS } machine_name;

/* Passes requests on to libcurl, except those to STS, which it gives the keys AKIDpod1. */
typedef struct sts_road {
    tcses_transport *inner;
    int questions;
} sts_road;

typedef struct machine {
    sandbox box;
    stand_in metadata;
    stand_in ses;
    sts_road road;
    tcses_client *client;
} machine;

/*
 * Without any credentials, and with a metadata server that knows no role. Skips the test where there are some in /etc.
 */
void machine_open(machine *m);
void machine_close(machine *m);

/* What becomes of the metadata server's name. */
void machine_lead_name(machine_name is, int port);
/* Lets go all that hang. */
void machine_release_resolver(void);

#endif
