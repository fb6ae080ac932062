#include "modem/device_list.h"

#include <errno.h>
#include <libudev.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

DEFINE_CLEANUP(struct udev_enumerate *, udev_enumerate_unref);
DEFINE_CLEANUP(struct udev_device *, udev_device_unref);

static unsigned read_number(struct udev_device *device, const char *attribute, int base)
{
    const char *text = udev_device_get_sysattr_value(device, attribute);

    return text ? (unsigned)strtoul(text, NULL, base) : 0;
}

static void set_text(char *field, size_t size, const char *text)
{
    snprintf(field, size, "%s", text ? text : "");
}

/* The entry of a device, made if it is not there yet. NULL: no memory. */
static struct usb_device *entry_of(struct device_list *list, struct udev_device *device)
{
    struct usb_device *devices, *entry;
    char key[DEVICE_KEY_SIZE];

    snprintf(key, sizeof(key), "%.32s@%u", udev_device_get_sysname(device),
        read_number(device, "devnum", 10));
    entry = device_list_find_key(list, key);
    if (entry)
        return entry;
    devices = reallocarray(list->devices, list->n + 1, sizeof(*devices));
    if (!devices)
        return NULL;
    list->devices = devices;
    entry = &devices[list->n++];
    *entry = (struct usb_device){
        .vid = (uint16_t)read_number(device, "idVendor", 16),
        .pid = (uint16_t)read_number(device, "idProduct", 16),
    };
    set_text(entry->key, sizeof(entry->key), key);
    set_text(entry->serial, sizeof(entry->serial), udev_device_get_sysattr_value(device, "serial"));
    return entry;
}

static struct usb_interface read_interface(struct udev_device *interface)
{
    return (struct usb_interface){
        .number = (uint8_t)read_number(interface, "bInterfaceNumber", 16),
        .class = (uint8_t)read_number(interface, "bInterfaceClass", 16),
        .subclass = (uint8_t)read_number(interface, "bInterfaceSubClass", 16),
        .protocol = (uint8_t)read_number(interface, "bInterfaceProtocol", 16),
    };
}

/*
 * A USB device or one of its interfaces: wanted even without a port, to say what is wrong with it.
 */
static int add_usb(struct device_list *list, struct udev_device *usb)
{
    const char *type = udev_device_get_devtype(usb);
    struct udev_device *device;
    struct usb_interface interface;
    struct usb_device *entry;

    if (!type || strcmp(type, "usb_interface") != 0)
        return !type || strcmp(type, "usb_device") != 0 || entry_of(list, usb) ? 0 : -ENOMEM;
    device = udev_device_get_parent_with_subsystem_devtype(usb, "usb", "usb_device");
    if (!device)
        return 0;
    entry = entry_of(list, device);
    if (!entry)
        return -ENOMEM;
    interface = read_interface(usb);
    entry->functions |= usb_function_of(&interface);
    return 0;
}

/* A tty; those that are on no USB device are not for us. */
static int add_port(struct device_list *list, struct udev_device *tty)
{
    struct udev_device *interface =
        udev_device_get_parent_with_subsystem_devtype(tty, "usb", "usb_interface");
    struct udev_device *device =
        udev_device_get_parent_with_subsystem_devtype(tty, "usb", "usb_device");
    const char *path = udev_device_get_devnode(tty);
    struct usb_device *entry;
    struct device_port *port;

    if (!interface || !device || !path || strlen(path) >= DEVICE_PORT_SIZE)
        return 0;
    entry = entry_of(list, device);
    if (!entry)
        return -ENOMEM;
    if (entry->n_ports == DEVICE_PORTS_MAX)
        return 0;
    port = &entry->ports[entry->n_ports++];
    set_text(port->path, sizeof(port->path), path);
    port->interface = read_interface(interface);
    return 0;
}

/* libudev sorts by place. */
static int each_device(struct udev *udev, const char *subsystem, struct device_list *list,
    int (*add)(struct device_list *list, struct udev_device *device))
{
    _cleanup_(udev_enumerate_unrefp) struct udev_enumerate *all = udev_enumerate_new(udev);
    struct udev_list_entry *entry;
    int r;

    if (!all)
        return -ENOMEM;
    r = udev_enumerate_add_match_subsystem(all, subsystem);
    if (r >= 0)
        r = udev_enumerate_scan_devices(all);
    if (r < 0)
        return r;
    udev_list_entry_foreach(entry, udev_enumerate_get_list_entry(all))
    {
        _cleanup_(udev_device_unrefp) struct udev_device *device =
            udev_device_new_from_syspath(udev, udev_list_entry_get_name(entry));

        r = device ? add(list, device) : 0; /* gone meanwhile */
        if (r < 0)
            return r;
    }
    return 0;
}

int device_list_read(struct device_list **ret, struct udev *udev)
{
    _cleanup_(device_list_freep) struct device_list *list = calloc(1, sizeof(*list));
    int r;

    if (!list)
        return -ENOMEM;
    r = each_device(udev, "usb", list, add_usb);
    if (r >= 0)
        r = each_device(udev, "tty", list, add_port);
    if (r < 0)
        return r;
    *ret = TAKE_PTR(list);
    return 0;
}

struct device_list *device_list_free(struct device_list *list)
{
    if (list)
        free(list->devices);
    free(list);
    return NULL;
}

const struct usb_device *device_list_find_port(const struct device_list *list, const char *path)
{
    for (unsigned i = 0; i < list->n; i++)
        for (unsigned k = 0; k < list->devices[i].n_ports; k++)
            if (strcmp(list->devices[i].ports[k].path, path) == 0)
                return &list->devices[i];
    return NULL;
}

struct usb_device *device_list_find_key(const struct device_list *list, const char *key)
{
    for (unsigned i = 0; i < list->n; i++)
        if (strcmp(list->devices[i].key, key) == 0)
            return &list->devices[i];
    return NULL;
}
