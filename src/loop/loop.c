#include "loop/loop.h"

#include <errno.h>
#include <event2/event.h>
#include <stdlib.h>

struct loop {
    struct event_base *base;
    const struct clock *clock;
    int exit_status;
};

int loop_new(struct loop **ret, const struct clock *clock)
{
    _cleanup_(loop_freep) struct loop *loop = calloc(1, sizeof(*loop));
    struct event_config *config = event_config_new();

    if (loop && config) {
        /* One thread alone touches the base: handover.h is the way in for others. */
        event_config_set_flag(config, EVENT_BASE_FLAG_NOLOCK);
        loop->base = event_base_new_with_config(config);
        loop->clock = clock;
    }
    if (config)
        event_config_free(config);
    if (!loop || !loop->base)
        return -ENOMEM;
    *ret = TAKE_PTR(loop);
    return 0;
}

struct loop *loop_free(struct loop *loop)
{
    if (!loop)
        return NULL;
    if (loop->base)
        event_base_free(loop->base);
    free(loop);
    return NULL;
}

int loop_run(struct loop *loop)
{
    loop->exit_status = 0;
    if (event_base_loop(loop->base, EVLOOP_NO_EXIT_ON_EMPTY) < 0)
        return -EIO;
    return loop->exit_status;
}

int loop_run_once(struct loop *loop)
{
    return event_base_loop(loop->base, EVLOOP_NONBLOCK | EVLOOP_ONCE) < 0 ? -EIO : 0;
}

void loop_exit(struct loop *loop, int status)
{
    loop->exit_status = status;
    event_base_loopbreak(loop->base);
}

usec_t loop_now(const struct loop *loop)
{
    return clock_boottime(loop->clock);
}

usec_t loop_realtime(const struct loop *loop)
{
    return clock_realtime(loop->clock);
}

const struct clock *loop_clock(const struct loop *loop)
{
    return loop->clock;
}

struct event_base *loop_event_base(const struct loop *loop)
{
    return loop->base;
}
