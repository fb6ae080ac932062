#include "loop/fd_watch.h"

#include <errno.h>
#include <event2/event.h>
#include <event2/event_struct.h>
#include <stdlib.h>

struct fd_watch {
    struct event event;
    struct event_base *base;
    int fd;
    unsigned events;
    fd_watch_callback callback;
    void *userdata;
};

static void on_event(evutil_socket_t fd, short what, void *userdata)
{
    struct fd_watch *watch = userdata;
    unsigned ready = (what & EV_READ ? FD_READABLE : 0) | (what & EV_WRITE ? FD_WRITABLE : 0);

    (void)fd;
    watch->callback(watch->userdata, ready);
}

int fd_watch_new(struct fd_watch **ret, struct loop *loop, int fd, unsigned events,
    fd_watch_callback callback, void *userdata)
{
    _cleanup_(fd_watch_freep) struct fd_watch *watch = calloc(1, sizeof(*watch));
    int r;

    if (!watch)
        return -ENOMEM;
    watch->base = loop_event_base(loop);
    watch->fd = fd;
    watch->callback = callback;
    watch->userdata = userdata;
    r = fd_watch_set_events(watch, events);
    if (r < 0)
        return r;
    *ret = TAKE_PTR(watch);
    return 0;
}

struct fd_watch *fd_watch_free(struct fd_watch *watch)
{
    if (!watch)
        return NULL;
    if (watch->events)
        event_del(&watch->event);
    free(watch);
    return NULL;
}

int fd_watch_set_events(struct fd_watch *watch, unsigned events)
{
    short what = EV_PERSIST;

    if (events == watch->events)
        return 0;
    if (watch->events)
        event_del(&watch->event);
    watch->events = 0;
    if (!events)
        return 0;
    what |= events & FD_READABLE ? EV_READ : 0;
    what |= events & FD_WRITABLE ? EV_WRITE : 0;
    if (event_assign(&watch->event, watch->base, watch->fd, what, on_event, watch) < 0 ||
        event_add(&watch->event, NULL) < 0)
        return -EIO;
    watch->events = events;
    return 0;
}
