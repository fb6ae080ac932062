#include "daemon/watchdog.h"

#include "loop/timer.h"

#include <errno.h>
#include <systemd/sd-daemon.h>

struct watchdog {
    struct timer timer;
    usec_t interval;
};

static void feed(void *userdata)
{
    struct watchdog *watchdog = userdata;

    sd_notify(0, "WATCHDOG=1");
    timer_arm_in(&watchdog->timer, watchdog->interval / 2);
}

int watchdog_new(struct watchdog **ret, struct loop *loop)
{
    struct watchdog *watchdog = calloc(1, sizeof(*watchdog));

    if (!watchdog)
        return -ENOMEM;
    timer_init(&watchdog->timer, loop, feed, watchdog);
    if (sd_watchdog_enabled(0, &watchdog->interval) > 0)
        feed(watchdog);
    *ret = watchdog;
    return 0;
}

struct watchdog *watchdog_free(struct watchdog *watchdog)
{
    if (!watchdog)
        return NULL;
    timer_fini(&watchdog->timer);
    free(watchdog);
    return NULL;
}
