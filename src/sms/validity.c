#include "sms/validity.h"

#include "util/macros.h"

#define MINUTE 60U
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)
#define WEEK (7 * DAY)

#define ENHANCED_OCTETS 7
#define ENHANCED_EXTENSION 0x80
#define ENHANCED_FORMAT 0x07

/* §9.2.3.12.1: up to `last`, the value is base_sec + (octet - base_octet) · step_sec. */
static const struct {
    uint8_t last, base_octet;
    uint32_t base_sec, step_sec;
} ranges[] = {
    {143, 0, 5 * MINUTE, 5 * MINUTE},
    {167, 143, 12 * HOUR, 30 * MINUTE},
    {196, 166, 0, DAY},
    {255, 192, 0, WEEK},
};

uint32_t sms_validity_relative_sec(uint8_t octet)
{
    size_t i = 0;

    while (octet > ranges[i].last)
        i++;
    return ranges[i].base_sec + (uint32_t)(octet - ranges[i].base_octet) * ranges[i].step_sec;
}

int sms_validity_relative_encode(uint32_t sec, uint8_t *ret)
{
    if (sec == 0 || sec > SMS_VALIDITY_MAX_SEC)
        return -ERANGE;
    for (unsigned octet = 0; octet <= UINT8_MAX; octet++)
        if (sms_validity_relative_sec((uint8_t)octet) >= sec) {
            *ret = (uint8_t)octet;
            return 0;
        }
    return -ERANGE;
}

static int swapped_pair(uint8_t octet)
{
    int tens = octet & 0x0F, ones = octet >> 4;

    return tens > 9 || ones > 9 ? -1 : tens * 10 + ones;
}

/* Hours, minutes and seconds in semi-octets. */
static int clock_sec(const uint8_t octets[static 3], uint32_t *ret)
{
    int hours = swapped_pair(octets[0]);
    int minutes = swapped_pair(octets[1]);
    int seconds = swapped_pair(octets[2]);

    if (hours < 0 || minutes < 0 || minutes > 59 || seconds < 0 || seconds > 59)
        return -ERANGE;
    *ret = (uint32_t)hours * HOUR + (uint32_t)minutes * MINUTE + (uint32_t)seconds;
    return 0;
}

/* §9.2.3.12.3; `octets` is all seven, the indicator may be longer than one. */
static int decode_enhanced(const uint8_t octets[static ENHANCED_OCTETS], uint32_t *ret_sec)
{
    size_t value = 1;

    while (value < ENHANCED_OCTETS && octets[value - 1] & ENHANCED_EXTENSION)
        value++;
    switch (octets[0] & ENHANCED_FORMAT) {
    case 1:
        if (value + 1 > ENHANCED_OCTETS)
            return -ERANGE;
        *ret_sec = sms_validity_relative_sec(octets[value]);
        return 0;
    case 2:
        if (value + 1 > ENHANCED_OCTETS)
            return -ERANGE;
        *ret_sec = octets[value];
        return 0;
    case 3:
        if (value + 3 > ENHANCED_OCTETS)
            return -ERANGE;
        return clock_sec(octets + value, ret_sec);
    default: /* none, or reserved */
        *ret_sec = 0;
        return 0;
    }
}

int sms_validity_decode(struct cursor *c, enum sms_validity_format format, struct sms_validity *ret)
{
    struct sms_validity validity = {0};
    struct cursor at = *c;
    const uint8_t *octets;
    uint8_t octet;
    int r = 0;

    switch (format) {
    case SMS_VALIDITY_NONE:
        break;
    case SMS_VALIDITY_RELATIVE:
        r = cursor_u8(&at, &octet);
        if (r == 0)
            validity.sec = sms_validity_relative_sec(octet);
        break;
    case SMS_VALIDITY_ENHANCED:
        r = cursor_take(&at, ENHANCED_OCTETS, &octets);
        if (r == 0)
            r = decode_enhanced(octets, &validity.sec);
        break;
    case SMS_VALIDITY_ABSOLUTE:
        validity.is_absolute = true;
        r = sms_timestamp_decode(&at, &validity.until);
        break;
    }
    if (r < 0)
        return r;
    *ret = validity;
    *c = at;
    return 0;
}
