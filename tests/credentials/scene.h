/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * What most tests of a virtual machine's keys begin with: the metadata server, the service, and a client of both.
 */
#ifndef SCENE_H
#define SCENE_H

#include "rig.h"
#include "stand_ins/metadata.h"

/* How long the keys live, and how early they are renewed. */
#define LIFE 7200
#define EARLY 300

/* A metadata server that is not patiently waited for. */
#define SHORT_MS 100
#define PATIENT_MS 60000
/* Longer than anything takes that does not wait. */
#define SOON_US (UNDER_SANITIZER ? 1500000 : 500000)

typedef struct scene {
    sandbox box;
    stand_in metadata;
    stand_in ses;
    tcses_credentials *credentials; /* the client has a reference of its own */
    tcses_client *client;
} scene;

/* With that limit for what the metadata server is asked; 0: the library's own. */
void scene_open(scene *s, int32_t timeout_ms);
void scene_close(scene *s);
/* Forgets complaints: of a test that has failed already and goes on to tell the rest. */
void scene_forgive(scene *s);

extern const reply right;
extern const reply broken;
extern const reply silence;

#endif
