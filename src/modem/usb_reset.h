/*
 * The reset of a USB device, as if it had been unplugged: for a modem whose firmware is stuck while
 * its port still opens. Finds the device of a tty in sysfs. The calls into the system stand in a
 * small table, so that tests need no USB. Loop thread; the reset itself, which takes up to some
 * seconds, runs in a thread of its own that ends by itself.
 */
#pragma once

#include <stddef.h>

struct usb_reset_io {
    const char *sysfs;            /* "/sys" */
    const char *devices;          /* "/dev/bus/usb" */
    int (*open)(const char *path); /* a descriptor, or negative errno */
    int (*reset)(int fd);          /* negative errno; USBDEVFS_RESET of linux/usbdevice_fs.h */
};

/* The system's own. */
extern const struct usb_reset_io usb_reset_system;

/*
 * The node of the USB device behind a tty: sysfs/class/tty/NAME/device, and up to the directory
 * with busnum and devnum. -ENODEV for a tty that is not on USB; -ENAMETOOLONG.
 */
int usb_reset_find(
    const struct usb_reset_io *io, const char *tty, char *ret_node, size_t node_size);

/* Begins the reset. -EACCES and the like when the node cannot be opened; -EAGAIN: no thread. */
int usb_reset_start(const struct usb_reset_io *io, const char *node);
