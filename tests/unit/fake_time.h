/*
 * A clock that the test moves, and timers that fire by it. This file stands in for loop/timer.c:
 * the linker takes these definitions before it looks into the libraries. For one test program;
 * state is static.
 */
#pragma once

#include "loop/loop.h"
#include "loop/timer.h"
#include "util/macros.h"

#include <stdbool.h>

/* Atomic, because the store's thread may read the clock. */
static _Atomic usec_t fake_now = 1000 * USEC_PER_SEC;
static _Atomic usec_t fake_wall_ahead; /* of CLOCK_BOOTTIME */
static struct timer *fake_timers[64];

static inline usec_t fake_boottime(void *userdata)
{
    (void)userdata;
    return fake_now;
}

static inline usec_t fake_realtime(void *userdata)
{
    (void)userdata;
    return fake_now + fake_wall_ahead;
}

static const struct clock fake_clock = {.boottime = fake_boottime, .realtime = fake_realtime};

void timer_init(
    struct timer *timer, struct loop *loop, void (*callback)(void *userdata), void *userdata)
{
    *timer = (struct timer){
        .loop = loop, .callback = callback, .userdata = userdata, .deadline = USEC_INFINITY};
}

void timer_disarm(struct timer *timer)
{
    timer->deadline = USEC_INFINITY;
    for (size_t i = 0; i < ARRAY_SIZE(fake_timers); i++)
        if (fake_timers[i] == timer)
            fake_timers[i] = NULL;
}

void timer_fini(struct timer *timer)
{
    timer_disarm(timer);
}

void timer_arm_at(struct timer *timer, usec_t boottime_usec)
{
    timer_disarm(timer);
    if (boottime_usec == USEC_INFINITY)
        return;
    timer->deadline = boottime_usec;
    for (size_t i = 0; i < ARRAY_SIZE(fake_timers); i++)
        if (!fake_timers[i]) {
            fake_timers[i] = timer;
            return;
        }
}

void timer_arm_in(struct timer *timer, usec_t delay_usec)
{
    timer_arm_at(timer, usec_add(fake_now, delay_usec));
}

bool timer_is_armed(const struct timer *timer)
{
    return timer->deadline != USEC_INFINITY;
}

static inline struct timer *fake_earliest(void)
{
    struct timer *first = NULL;

    for (size_t i = 0; i < ARRAY_SIZE(fake_timers); i++)
        if (fake_timers[i] && (!first || fake_timers[i]->deadline < first->deadline))
            first = fake_timers[i];
    return first;
}

/* Fires what is due by now. True: something was. */
static inline bool fake_fire_due(void)
{
    struct timer *timer = fake_earliest();

    if (!timer || timer->deadline > fake_now)
        return false;
    timer_disarm(timer);
    timer->callback(timer->userdata);
    return true;
}

/* Turns the loop, and fires what is due, until nothing more is. */
static inline void fake_settle(struct loop *loop)
{
    do
        (void)loop_run_once(loop);
    while (fake_fire_due());
}

/* Lets time pass, from timer to timer. */
static inline void fake_pass(struct loop *loop, usec_t usec)
{
    usec_t until = fake_now + usec;
    struct timer *timer;

    fake_settle(loop);
    while ((timer = fake_earliest()) && timer->deadline <= until) {
        fake_now = MAX(fake_now, timer->deadline);
        fake_settle(loop);
    }
    fake_now = until;
    fake_settle(loop);
}
