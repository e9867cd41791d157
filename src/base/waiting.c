/* SPDX-License-Identifier: Apache-2.0 */
#include "base/waiting.h"

static bool condition_init(pthread_cond_t *condition)
{
    pthread_condattr_t attributes;
    if (pthread_condattr_init(&attributes) != 0)
        return false;
    bool made = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0 &&
                pthread_cond_init(condition, &attributes) == 0;
    pthread_condattr_destroy(&attributes);
    return made;
}

bool waiting_init(waiting *w)
{
    if (pthread_mutex_init(&w->lock, NULL) != 0)
        return false;
    if (condition_init(&w->changed))
        return true;
    pthread_mutex_destroy(&w->lock);
    return false;
}

void waiting_free(waiting *w)
{
    pthread_cond_destroy(&w->changed);
    pthread_mutex_destroy(&w->lock);
}

struct timespec waiting_end(int64_t milliseconds)
{
    struct timespec end = {0, 0};
    clock_gettime(CLOCK_MONOTONIC, &end);
    if (milliseconds <= 0)
        return end;
    end.tv_sec += (time_t)(milliseconds / 1000);
    end.tv_nsec += (long)(milliseconds % 1000) * 1000000;
    if (end.tv_nsec >= 1000000000) {
        end.tv_sec++;
        end.tv_nsec -= 1000000000;
    }
    return end;
}
