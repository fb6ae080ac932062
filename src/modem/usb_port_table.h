/*
 * Which USB devices are modems, and which of their ports takes AT commands. A stick shows three to
 * six serial ports that look alike: AT, PPP, NMEA, diagnostics; in another mode it shows a disk or
 * a network card instead. Constant data, each row with its source. Pure.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum usb_kind {
    USB_UNKNOWN,
    USB_MODEM,
    USB_BRIDGE,  /* a general USB-serial adapter: anything may hang on it */
    USB_STORAGE, /* a stick that shows its driver disk yet */
    USB_HILINK,  /* a stick that is a router, without any AT port */
};

/* What an interface is for; bits. */
enum usb_function {
    USB_FUNCTION_OTHER = 0,
    USB_FUNCTION_DISK = 1,
    USB_FUNCTION_NETWORK = 2, /* RNDIS, CDC-ECM, -NCM, -MBIM */
    USB_FUNCTION_SERIAL = 4,  /* could be a port, with the right driver */
};

struct usb_interface {
    uint8_t number, class, subclass, protocol; /* bInterface… of its descriptor, USB 2.0 §9.6.5 */
};

/* What a device is by its number; of a modems' vendor, whatever is not listed is a modem. */
enum usb_kind usb_kind_of(uint16_t vid, uint16_t pid);

enum usb_function usb_function_of(const struct usb_interface *interface);

/*
 * What it is by its number and by what it shows, which tells more: a stick that is not listed has
 * modes too. `functions` of all its interfaces; `has_at_port`: one of usb_port_rank() >= 0.
 */
enum usb_kind usb_kind_shown(
    uint16_t vid, uint16_t pid, unsigned functions, bool has_at_port);

/*
 * Where an interface's port stands in the order in which a device's ports are tried for AT; smaller
 * is earlier. -1: never to be opened (PPP, NMEA, diagnostics).
 */
int usb_port_rank(uint16_t vid, uint16_t pid, const struct usb_interface *interface);
