#include "modem/device_spec.h"

#include "util/hex.h"

#include <errno.h>
#include <string.h>

#define IMEI_DIGITS 14 /* type allocation code and serial number */

/* Four hex digits, as lsusb prints them. */
static int parse_id(const char *text, uint16_t *ret)
{
    unsigned id = 0;

    for (int i = 0; i < 4; i++) {
        int digit = text[i] ? hex_digit(text[i]) : -EINVAL;

        if (digit < 0)
            return -EINVAL;
        id = id << 4 | (unsigned)digit;
    }
    *ret = (uint16_t)id;
    return 0;
}

static int parse_usb(struct device_spec *ret, const char *text)
{
    struct device_spec spec = {.kind = DEVICE_BY_USB, .text = ""};

    if (parse_id(text, &spec.vid) < 0 || text[4] != ':' || parse_id(text + 5, &spec.pid) < 0)
        return -EINVAL;
    if (text[9] == ':' && text[10])
        spec.text = text + 10;
    else if (text[9])
        return -EINVAL;
    *ret = spec;
    return 0;
}

int device_spec_parse(struct device_spec *ret, const char *text)
{
    if (text[0] == '/') {
        *ret = (struct device_spec){.kind = DEVICE_BY_PATH, .text = text};
        return 0;
    }
    if (strcmp(text, "auto") == 0) {
        *ret = (struct device_spec){.kind = DEVICE_AUTO, .text = ""};
        return 0;
    }
    if (strncmp(text, "usb:", 4) == 0)
        return parse_usb(ret, text + 4);
    if (strncmp(text, "imei:", 5) == 0) {
        size_t n = strspn(text + 5, "0123456789");

        if (n < IMEI_DIGITS || n > 16 || text[5 + n])
            return -EINVAL;
        *ret = (struct device_spec){.kind = DEVICE_BY_IMEI, .text = text + 5};
        return 0;
    }
    return -EINVAL;
}

bool device_spec_same_imei(const char *a, const char *b)
{
    return strlen(a) >= IMEI_DIGITS && strncmp(a, b, IMEI_DIGITS) == 0;
}
