#include "loop/signal.h"

#include <errno.h>
#include <event2/event.h>
#include <event2/event_struct.h>
#include <stdlib.h>

struct signal_watch {
    struct event event;
    void (*callback)(void *userdata, int signal_number);
    void *userdata;
};

static void on_signal(evutil_socket_t signal_number, short what, void *userdata)
{
    struct signal_watch *watch = userdata;

    (void)what;
    watch->callback(watch->userdata, (int)signal_number);
}

int signal_watch_new(struct signal_watch **ret, struct loop *loop, int signal_number,
    void (*callback)(void *userdata, int signal_number), void *userdata)
{
    struct signal_watch *watch = calloc(1, sizeof(*watch));

    if (!watch)
        return -ENOMEM;
    watch->callback = callback;
    watch->userdata = userdata;
    if (event_assign(&watch->event, loop_event_base(loop), signal_number, EV_SIGNAL | EV_PERSIST,
            on_signal, watch) < 0 ||
        event_add(&watch->event, NULL) < 0) {
        free(watch);
        return -EIO;
    }
    *ret = watch;
    return 0;
}

struct signal_watch *signal_watch_free(struct signal_watch *watch)
{
    if (!watch)
        return NULL;
    event_del(&watch->event);
    free(watch);
    return NULL;
}
