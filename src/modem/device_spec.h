/*
 * What `device =` of a [modem NAME] may say: a path, a USB identity, an IMEI, or `auto`. Pure. A
 * spec borrows from the text that was parsed.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum device_spec_kind {
    DEVICE_BY_PATH, /* an absolute path or link: that port and no other */
    DEVICE_BY_USB,  /* usb:VID:PID[:SERIAL] */
    DEVICE_BY_IMEI, /* imei:DIGITS */
    DEVICE_AUTO,    /* any known modem that nobody else has */
};

struct device_spec {
    enum device_spec_kind kind;
    uint16_t vid, pid;  /* by USB */
    const char *text;   /* the path, the serial number ("": any), the IMEI's digits; else "" */
};

/* Completes "expected …" in a message about a text that was refused. */
#define DEVICE_SPEC_EXPECTED                                                                       \
    "the path of a tty like /dev/serial/by-id/…, `usb:VID:PID` or `usb:VID:PID:SERIAL` with hex "  \
    "VID and PID, `imei:` and 14 to 16 digits, or `auto`"

/* -EINVAL for what is none of these. `text` is borrowed as long as the spec lives. */
int device_spec_parse(struct device_spec *ret, const char *text);

/*
 * Whether two IMEIs name one device: by their first 14 digits, as the 15th is a check digit that
 * some modems give as 0, and IMEISV has a software version instead (3GPP TS 23.003 §6.2).
 */
bool device_spec_same_imei(const char *a, const char *b);
