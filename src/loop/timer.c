#include "loop/timer.h"

#include <event2/event.h>

static void add_event(struct timer *timer)
{
    usec_t delay = usec_sub(timer->deadline, loop_now(timer->loop));
    struct timeval tv = {
        .tv_sec = (time_t)MIN(delay / USEC_PER_SEC, USEC_PER_DAY / USEC_PER_SEC),
        .tv_usec = (suseconds_t)(delay % USEC_PER_SEC),
    };

    event_add(&timer->event, &tv);
}

static void on_timeout(evutil_socket_t fd, short what, void *userdata)
{
    struct timer *timer = userdata;

    (void)fd;
    (void)what;
    if (loop_now(timer->loop) < timer->deadline) {
        /* libevent counts in whole milliseconds and no longer than a day: not yet. */
        add_event(timer);
        return;
    }
    timer->deadline = USEC_INFINITY;
    timer->callback(timer->userdata);
}

void timer_init(
    struct timer *timer, struct loop *loop, void (*callback)(void *userdata), void *userdata)
{
    *timer = (struct timer){
        .loop = loop, .callback = callback, .userdata = userdata, .deadline = USEC_INFINITY};
    event_assign(&timer->event, loop_event_base(loop), -1, 0, on_timeout, timer);
}

void timer_fini(struct timer *timer)
{
    if (timer->loop)
        timer_disarm(timer);
}

void timer_arm_at(struct timer *timer, usec_t boottime_usec)
{
    timer_disarm(timer);
    if (boottime_usec == USEC_INFINITY)
        return;
    timer->deadline = boottime_usec;
    add_event(timer);
}

void timer_arm_in(struct timer *timer, usec_t delay_usec)
{
    timer_arm_at(timer, usec_add(loop_now(timer->loop), delay_usec));
}

void timer_disarm(struct timer *timer)
{
    event_del(&timer->event);
    timer->deadline = USEC_INFINITY;
}

bool timer_is_armed(const struct timer *timer)
{
    return timer->deadline != USEC_INFINITY;
}
