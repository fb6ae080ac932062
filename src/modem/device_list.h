/*
 * The USB devices, as sysfs shows them at one moment. Needs no running udevd. The list owns
 * everything in it.
 */
#pragma once

#include "modem/usb_port_table.h"
#include "util/macros.h"

#define DEVICE_KEY_SIZE 48
#define DEVICE_PORT_SIZE 64
#define DEVICE_PORTS_MAX 16
#define DEVICE_IMEI_SIZE 64

struct device_port {
    char path[DEVICE_PORT_SIZE]; /* /dev/ttyUSB2 */
    struct usb_interface interface;
};

struct usb_device {
    char key[DEVICE_KEY_SIZE];   /* place and number, "1-1.2@7": another at each plug */
    uint16_t vid, pid;
    char serial[64];             /* "": has none */
    unsigned functions;          /* enum usb_function of all its interfaces */
    char imei[DEVICE_IMEI_SIZE]; /* if it has been read before; not filled by device_list_read() */
    struct device_port ports[DEVICE_PORTS_MAX];
    unsigned n_ports;
};

struct device_list {
    struct usb_device *devices; /* in the order of their places */
    unsigned n;
};

struct udev;

/* Lists what is there now. -ENOMEM, or errno of reading sysfs. */
int device_list_read(struct device_list **ret, struct udev *udev);

/* Takes NULL; returns NULL. */
struct device_list *device_list_free(struct device_list *list);
DEFINE_CLEANUP(struct device_list *, device_list_free);

/* The device that has this port, or this key; NULL: none. */
const struct usb_device *device_list_find_port(const struct device_list *list, const char *path);
struct usb_device *device_list_find_key(const struct device_list *list, const char *key);
