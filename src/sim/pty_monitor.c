#include "sim/pty_monitor.h"

#include "loop/fd_watch.h"

#include <errno.h>
#include <sys/inotify.h>

#define MAX_HANDLES 64

struct entry {
    int wd; /* -1: free */
    void (*changed)(void *userdata, int difference);
    void *userdata;
};

struct pty_monitor {
    int fd;
    struct fd_watch *watch;
    struct entry entries[MAX_HANDLES];
};

static void dispatch(struct pty_monitor *monitor, const struct inotify_event *event)
{
    int difference = event->mask & IN_OPEN ? 1 : -1;

    if (!(event->mask & (IN_OPEN | IN_CLOSE)))
        return;
    for (size_t i = 0; i < ARRAY_SIZE(monitor->entries); i++) {
        if (monitor->entries[i].wd == event->wd) {
            monitor->entries[i].changed(monitor->entries[i].userdata, difference);
            return;
        }
    }
}

void pty_monitor_drain(struct pty_monitor *monitor)
{
    _Alignas(struct inotify_event) char buffer[4096];
    ssize_t n;

    while ((n = read(monitor->fd, buffer, sizeof(buffer))) > 0) {
        for (ssize_t i = 0; i < n;) {
            const struct inotify_event *event = (const void *)(buffer + i);

            dispatch(monitor, event);
            i += (ssize_t)(sizeof(*event) + event->len);
        }
    }
}

static void on_readable(void *userdata, unsigned ready _unused_)
{
    pty_monitor_drain(userdata);
}

int pty_monitor_new(struct pty_monitor **ret, struct loop *loop)
{
    _cleanup_(pty_monitor_freep) struct pty_monitor *monitor = NULL;
    int r;

    monitor = calloc(1, sizeof(*monitor));
    if (!monitor)
        return -ENOMEM;
    for (size_t i = 0; i < ARRAY_SIZE(monitor->entries); i++)
        monitor->entries[i].wd = -1;
    monitor->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (monitor->fd < 0)
        return -errno;
    r = fd_watch_new(&monitor->watch, loop, monitor->fd, FD_READABLE, on_readable, monitor);
    if (r < 0)
        return r;
    *ret = TAKE_PTR(monitor);
    return 0;
}

struct pty_monitor *pty_monitor_free(struct pty_monitor *monitor)
{
    if (!monitor)
        return NULL;
    monitor->watch = fd_watch_free(monitor->watch);
    if (monitor->fd >= 0)
        close(monitor->fd);
    free(monitor);
    return NULL;
}

int pty_monitor_add(struct pty_monitor *monitor, const char *path,
    void (*changed)(void *userdata, int difference), void *userdata)
{
    int wd;

    for (size_t i = 0; i < ARRAY_SIZE(monitor->entries); i++) {
        struct entry *entry = &monitor->entries[i];

        if (entry->wd >= 0)
            continue;
        wd = inotify_add_watch(monitor->fd, path, IN_OPEN | IN_CLOSE);
        if (wd < 0)
            return -errno;
        *entry = (struct entry){.wd = wd, .changed = changed, .userdata = userdata};
        return (int)i;
    }
    return -ENOSPC;
}

void pty_monitor_remove(struct pty_monitor *monitor, int handle)
{
    if (handle < 0 || handle >= MAX_HANDLES || monitor->entries[handle].wd < 0)
        return;
    inotify_rm_watch(monitor->fd, monitor->entries[handle].wd);
    monitor->entries[handle].wd = -1;
}
