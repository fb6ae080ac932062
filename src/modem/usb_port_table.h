/*
 * Which USB devices are modems, and which of their ports takes AT commands. A stick shows three to
 * six serial ports that look alike: AT, PPP, NMEA, diagnostics. Constant data, each row with its
 * source.
 */
#pragma once

#include <stdint.h>

enum usb_kind {
    USB_UNKNOWN,
    USB_MODEM,
    USB_BRIDGE,  /* a general USB-serial adapter: anything may hang on it */
    USB_STORAGE, /* a stick that shows its driver disk yet */
    USB_HILINK,  /* a stick that is a router, without any AT port */
};

struct usb_interface {
    uint8_t number, class, subclass, protocol; /* bInterface… of its descriptor, USB 2.0 §9.6.5 */
};

/* What a device is. */
enum usb_kind usb_kind_of(uint16_t vid, uint16_t pid);

/*
 * Where an interface's port stands in the order in which a device's ports are tried for AT; smaller
 * is earlier. -1: never to be opened (PPP, NMEA, diagnostics).
 */
int usb_port_rank(uint16_t vid, uint16_t pid, const struct usb_interface *interface);
