/* SPDX-License-Identifier: Apache-2.0 */
#include "scene.h"

const reply right = {.status = NULL};
const reply broken = {.status = "500 Internal Server Error"};
const reply silence = {.silent = true};

void scene_open(scene *s, int32_t timeout_ms)
{
    sandbox_enter(&s->box);
    metadata_start(&s->metadata);
    ses_start(&s->ses);
    s->credentials = cvm_keys(&s->metadata, timeout_ms);
    s->client = rig_client(&s->ses, tcses_credentials_ref(s->credentials));
}

void scene_close(scene *s)
{
    tcses_client_free(s->client);
    tcses_credentials_unref(s->credentials);
    stand_in_stop(&s->ses);
    stand_in_stop(&s->metadata);
    sandbox_leave(&s->box);
}

void scene_forgive(scene *s)
{
    s->metadata.complaint[0] = '\0';
    s->ses.complaint[0] = '\0';
}
