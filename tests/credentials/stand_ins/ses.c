/* SPDX-License-Identifier: Apache-2.0 */
#include "ses.h"

#include <string.h>

static const char token_refused[] =
    "{\"Response\":{\"Error\":{\"Code\":\"AuthFailure.TokenFailure\",\"Message\":\"refused by the stand-in\"},"
    "\"RequestId\":\"r-token\"}}";

static const char signature_refused[] =
    "{\"Response\":{\"Error\":{\"Code\":\"AuthFailure.SignatureFailure\",\"Message\":\"refused by the stand-in\"},"
    "\"RequestId\":\"r-signature\"}}";

static bool is_refused(stand_in *s, const char *id)
{
    pthread_mutex_lock(&s->lock);
    const char *refused = s->setting;
    bool same = refused != NULL && (strcmp(refused, "*") == 0 || strcmp(refused, id) == 0);
    pthread_mutex_unlock(&s->lock);
    return same;
}

static bool answer(stand_in *s, connection *c, const received *r)
{
    char id[ID_ROOM];
    bool well_signed = check_signature(s, r, "ses", id);
    gate_pass(&s->gate);
    connection_answer(c, "200 OK", NULL,
        !well_signed        ? signature_refused
        : is_refused(s, id) ? token_refused
                            : domain_answer);
    return true;
}

void ses_start(stand_in *s)
{
    stand_in_start(s, "ses", answer);
}

void ses_refuse(stand_in *s, const char *id)
{
    pthread_mutex_lock(&s->lock);
    s->setting = id;
    pthread_mutex_unlock(&s->lock);
}

void ses_id(const stand_in *s, int index, char *id)
{
    signature_fault(server_request(s->http, index), "ses", id);
}
