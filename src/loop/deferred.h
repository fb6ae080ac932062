/*
 * A call put off until the callbacks that run now have returned: the way to act on an object from
 * inside its own callback. Embedded in its owner; scheduling it twice runs it once.
 */
#pragma once

#include "loop/timer.h"

struct deferred {
    struct timer timer;
};

/* Prepares a call that is not scheduled. */
void deferred_init(
    struct deferred *deferred, struct loop *loop, void (*callback)(void *userdata), void *userdata);

/* Cancels; needed before the memory goes away. Harmless on zeroed memory. */
void deferred_fini(struct deferred *deferred);

/* Runs the callback once, soon. */
void deferred_schedule(struct deferred *deferred);

/* The callback does not run; harmless when none was scheduled. */
void deferred_cancel(struct deferred *deferred);
