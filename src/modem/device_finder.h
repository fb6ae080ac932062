/*
 * What modems share while they look for their devices: the list of what is plugged in, who has
 * which, which IMEI was found where, and the news of plugging. One for all modems, on the loop's
 * thread; outlives them.
 */
#pragma once

#include "loop/loop.h"
#include "modem/device_choice.h"
#include "util/list.h"
#include "util/log.h"

#include <limits.h>

struct device_finder;

struct device_member_ops {
    void (*plugged)(void *userdata); /* something came; look again */
    void (*unplugged)(void *userdata, const char *port);
};

/* A modem, as the finder sees it; embedded in its owner. */
struct device_member {
    struct list_link link;
    const char *name;                /* these four are borrowed */
    const struct device_spec *spec;
    const struct device_member_ops *ops;
    void *userdata;
    bool has_port;
    bool is_settled;                 /* … and it is the right one */
    char key[DEVICE_KEY_SIZE];       /* of the device it has; "": none, or not on USB */
    char port[PATH_MAX];             /* that it has, or to which its path leads; "": none */
};

/* A finder that listens for plugging if it can; a word in the log if it cannot. -ENOMEM. */
int device_finder_new(struct device_finder **ret, struct loop *loop, const struct log *log);

/* Its members have left before. Takes NULL; returns NULL. */
struct device_finder *device_finder_free(struct device_finder *finder);
DEFINE_CLEANUP(struct device_finder *, device_finder_free);

/* Adds a member that has nothing, or takes it out with what it has. */
void device_finder_join(struct device_finder *finder, struct device_member *member);
void device_finder_leave(struct device_finder *finder, struct device_member *member);

/* What is plugged in now, and for a spec other than a path the ports to try, in that list. */
int device_finder_look(struct device_finder *finder, struct device_member *member,
    struct device_list **ret_list, struct device_choice *ret_choice);

/* The other member that has this port; NULL: none. */
const struct device_member *device_finder_holder(
    const struct device_finder *finder, const struct device_member *member, const char *port);

/* Takes a port for a member; `device` NULL: it is on no USB device. Replaces what it had. */
void device_finder_claim(
    struct device_member *member, const struct usb_device *device, const char *port);
void device_finder_release(struct device_member *member);

/*
 * Remembers the IMEI that was read from the member's device, until that is unplugged. False:
 * another member looks for just this one.
 */
bool device_finder_learn(
    struct device_finder *finder, const struct device_member *member, const char *imei);

/* For a check of the configuration: 0, or -ENODEV and why there is no such device. */
int device_finder_check(const struct device_spec *spec, char *reason, size_t size);
