#include "loop/deferred.h"

void deferred_init(
    struct deferred *deferred, struct loop *loop, void (*callback)(void *userdata), void *userdata)
{
    timer_init(&deferred->timer, loop, callback, userdata);
}

void deferred_fini(struct deferred *deferred)
{
    timer_fini(&deferred->timer);
}

void deferred_schedule(struct deferred *deferred)
{
    if (!timer_is_armed(&deferred->timer))
        timer_arm_at(&deferred->timer, 0);
}

void deferred_cancel(struct deferred *deferred)
{
    timer_disarm(&deferred->timer);
}
