#include "modem/device_monitor.h"

#include "loop/fd_watch.h"

#include <errno.h>
#include <libudev.h>
#include <string.h>

struct device_monitor {
    const struct device_monitor_ops *ops;
    void *userdata;
    struct udev_monitor *source;
    struct fd_watch *watch;
};

static void tell(struct device_monitor *monitor, struct udev_device *device)
{
    const char *action = udev_device_get_action(device);
    const char *subsystem = udev_device_get_subsystem(device);
    const char *node = udev_device_get_devnode(device);

    if (!action || !subsystem)
        return;
    if (strcmp(action, "remove") != 0)
        monitor->ops->plugged(monitor->userdata);
    else if (node && strcmp(subsystem, "tty") == 0)
        monitor->ops->unplugged(monitor->userdata, node);
}

/* One event a call: the loop comes back as long as there are more. */
static void on_readable(void *userdata, unsigned ready)
{
    struct device_monitor *monitor = userdata;
    struct udev_device *device = udev_monitor_receive_device(monitor->source);

    (void)ready;
    if (device)
        tell(monitor, device);
    udev_device_unref(device);
}

int device_monitor_new(struct device_monitor **ret, struct loop *loop, struct udev *udev,
    const struct device_monitor_ops *ops, void *userdata)
{
    _cleanup_(device_monitor_freep) struct device_monitor *monitor = calloc(1, sizeof(*monitor));
    int r;

    if (!monitor)
        return -ENOMEM;
    monitor->ops = ops;
    monitor->userdata = userdata;
    monitor->source = udev_monitor_new_from_netlink(udev, "udev");
    if (!monitor->source)
        return errno > 0 ? -errno : -EIO;
    r = udev_monitor_filter_add_match_subsystem_devtype(monitor->source, "tty", NULL);
    if (r >= 0)
        r = udev_monitor_filter_add_match_subsystem_devtype(
            monitor->source, "usb", "usb_device");
    if (r >= 0)
        r = udev_monitor_enable_receiving(monitor->source);
    if (r >= 0)
        r = fd_watch_new(&monitor->watch, loop, udev_monitor_get_fd(monitor->source), FD_READABLE,
            on_readable, monitor);
    if (r < 0)
        return r;
    *ret = TAKE_PTR(monitor);
    return 0;
}

struct device_monitor *device_monitor_free(struct device_monitor *monitor)
{
    if (!monitor)
        return NULL;
    fd_watch_free(monitor->watch);
    udev_monitor_unref(monitor->source);
    free(monitor);
    return NULL;
}
