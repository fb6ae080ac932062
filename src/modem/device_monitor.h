/*
 * Tells when a serial port or USB device comes or goes, from udev's events, after udev's rules have
 * been applied (names, links, permissions). Only a hint that saves time: without a udevd, or in a
 * network namespace of its own, no event comes.
 */
#pragma once

#include "loop/loop.h"

struct device_monitor;
struct udev;

struct device_monitor_ops {
    void (*plugged)(void *userdata);
    /* A port that is no more, like /dev/ttyUSB2. */
    void (*unplugged)(void *userdata, const char *port);
};

/* Begins to listen. `udev` and `ops` are borrowed. -ENOMEM, or errno of the netlink socket. */
int device_monitor_new(struct device_monitor **ret, struct loop *loop, struct udev *udev,
    const struct device_monitor_ops *ops, void *userdata);

/* Takes NULL; returns NULL. */
struct device_monitor *device_monitor_free(struct device_monitor *monitor);
DEFINE_CLEANUP(struct device_monitor *, device_monitor_free);
