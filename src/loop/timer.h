/*
 * One-shot timer, embedded in its owner. Fires at or after its deadline, never before; a timer
 * that fired is disarmed and may be armed again from its own callback.
 */
#pragma once

#include "loop/loop.h"

#include <event2/event_struct.h>
#include <stdbool.h>

struct timer {
    struct loop *loop;
    void (*callback)(void *userdata);
    void *userdata;
    usec_t deadline; /* CLOCK_BOOTTIME; USEC_INFINITY while disarmed */
    struct event event;
};

/* Prepares a disarmed timer. */
void timer_init(
    struct timer *timer, struct loop *loop, void (*callback)(void *userdata), void *userdata);

/* Disarms; needed before the memory goes away. Harmless on zeroed memory. */
void timer_fini(struct timer *timer);

/* Fires at this moment of CLOCK_BOOTTIME; USEC_INFINITY disarms. Replaces an earlier deadline. */
void timer_arm_at(struct timer *timer, usec_t boottime_usec);

/* Fires that much from now. */
void timer_arm_in(struct timer *timer, usec_t delay_usec);

/* Does not fire; harmless when it was not armed. */
void timer_disarm(struct timer *timer);

/* Whether it will still fire. */
bool timer_is_armed(const struct timer *timer);
