/* SPDX-License-Identifier: Apache-2.0 */
#include "call/limiter.h"

#include <stdio.h>
#include <string.h>

typedef struct bucket_name {
    char text[LIMITER_NAME_BYTES];
} bucket_name;

static bucket_name name_of(const char *service, const char *action)
{
    bucket_name name;
    snprintf(name.text, sizeof name.text, "%s/%s", service, action);
    return name;
}

static limiter_bucket *find(limiter *l, const bucket_name *name)
{
    for (size_t i = 0; i < l->count; i++) {
        if (strcmp(l->buckets[i].name, name->text) == 0)
            return &l->buckets[i];
    }
    return NULL;
}

/* A new bucket; where there is no room, in place of the one that was not used for longest. */
static limiter_bucket *add(limiter *l, const bucket_name *name)
{
    limiter_bucket *place = &l->buckets[0];
    if (l->count < LIMITER_BUCKETS) {
        place = &l->buckets[l->count++];
    } else {
        for (size_t i = 1; i < LIMITER_BUCKETS; i++) {
            if (l->buckets[i].next_us < place->next_us)
                place = &l->buckets[i];
        }
    }
    memcpy(place->name, name->text, sizeof place->name);
    place->next_us = INT64_MIN;
    return place;
}

static int64_t interval_us(const limiter *l)
{
    return 1000000 / (l->rate > 0 ? l->rate : LIMITER_SERVICE_RATE);
}

bool limiter_reserve(limiter *l, const char *service, const char *action, int64_t now_ms, int64_t *place_ms)
{
    bucket_name name = name_of(service, action);
    limiter_bucket *bucket = l->rate >= 0 ? find(l, &name) : NULL;
    if (bucket == NULL && l->rate > 0)
        bucket = add(l, &name);
    if (bucket == NULL)
        return false;
    int64_t place_us = now_ms * 1000;
    if (place_us < bucket->next_us)
        place_us = bucket->next_us;
    bucket->next_us = place_us + interval_us(l);
    *place_ms = (place_us + 999) / 1000;
    return true;
}

void limiter_give_back(limiter *l, const char *service, const char *action)
{
    bucket_name name = name_of(service, action);
    limiter_bucket *bucket = find(l, &name);
    if (bucket != NULL)
        bucket->next_us -= interval_us(l);
}

void limiter_learn(limiter *l, const char *service, const char *action, int64_t now_ms)
{
    bucket_name name = name_of(service, action);
    if (l->rate != 0 || find(l, &name) != NULL)
        return;
    add(l, &name)->next_us = now_ms * 1000 + interval_us(l);
}
