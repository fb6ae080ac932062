#include "sms/udh.h"

#include "util/cursor.h"

/* TS 23.040 §9.2.3.24 */
#define IEI_CONCAT_8 0x00
#define IEI_PORTS_8 0x04
#define IEI_PORTS_16 0x05
#define IEI_CONCAT_16 0x08
#define IEI_SINGLE_SHIFT 0x24
#define IEI_LOCKING_SHIFT 0x25

/* A total or sequence that cannot be makes the receiver ignore the element (§9.2.3.24.1). */
static void take_concat(
    struct sms_udh *udh, uint8_t bits, unsigned reference, uint8_t total, uint8_t sequence)
{
    if (total == 0 || sequence == 0 || sequence > total)
        return;
    udh->concat = (struct sms_concat){.reference = (uint16_t)reference,
        .reference_bits = bits,
        .total = total,
        .sequence = sequence};
}

static void take_ports(struct sms_udh *udh, unsigned destination, unsigned source)
{
    udh->has_ports = true;
    udh->destination_port = (uint16_t)destination;
    udh->source_port = (uint16_t)source;
}

static void take_language(struct sms_udh *udh, uint8_t *identifier, uint8_t value)
{
    udh->has_language = true;
    *identifier = value;
}

static void take_element(struct sms_udh *udh, uint8_t iei, const uint8_t *d, size_t n)
{
    if (iei == IEI_CONCAT_8 && n == 3)
        take_concat(udh, 8, d[0], d[1], d[2]);
    else if (iei == IEI_CONCAT_16 && n == 4)
        take_concat(udh, 16, (unsigned)d[0] << 8 | d[1], d[2], d[3]);
    else if (iei == IEI_PORTS_8 && n == 2)
        take_ports(udh, d[0], d[1]);
    else if (iei == IEI_PORTS_16 && n == 4)
        take_ports(udh, (unsigned)d[0] << 8 | d[1], (unsigned)d[2] << 8 | d[3]);
    else if (iei == IEI_SINGLE_SHIFT && n == 1)
        take_language(udh, &udh->single, d[0]);
    else if (iei == IEI_LOCKING_SHIFT && n == 1)
        take_language(udh, &udh->locking, d[0]);
}

int sms_udh_decode(const uint8_t *octets, size_t n, struct sms_udh *ret, size_t *ret_consumed)
{
    struct cursor c = cursor_on(octets, n);
    struct sms_udh udh = {0};

    *ret_consumed = 0;
    while (c.left > 0) {
        uint8_t iei, length;
        const uint8_t *data;

        if (cursor_u8(&c, &iei) < 0 || cursor_u8(&c, &length) < 0 ||
            cursor_take(&c, length, &data) < 0)
            return -EBADMSG;
        take_element(&udh, iei, data, length);
        *ret_consumed = n - c.left;
    }
    *ret = udh;
    return 0;
}

static size_t put_language(uint8_t iei, uint8_t identifier, uint8_t *ret_octets)
{
    if (identifier == 0)
        return 0;
    ret_octets[0] = iei;
    ret_octets[1] = 1;
    ret_octets[2] = identifier;
    return 3;
}

static size_t put_concat(const struct sms_concat *concat, uint8_t *ret_octets)
{
    bool is_wide = concat->reference_bits == 16;
    size_t n = 0;

    if (concat->reference_bits == 0)
        return 0;
    ret_octets[n++] = is_wide ? IEI_CONCAT_16 : IEI_CONCAT_8;
    ret_octets[n++] = is_wide ? 4 : 3;
    if (is_wide)
        ret_octets[n++] = (uint8_t)(concat->reference >> 8);
    ret_octets[n++] = (uint8_t)concat->reference;
    ret_octets[n++] = concat->total;
    ret_octets[n++] = concat->sequence;
    return n;
}

size_t sms_udh_encode(
    const struct sms_udh *udh, uint8_t ret_octets[static SMS_UDH_MAX_ENCODED_OCTETS])
{
    size_t n = 1;

    n += put_concat(&udh->concat, ret_octets + n);
    n += put_language(IEI_LOCKING_SHIFT, udh->locking, ret_octets + n);
    n += put_language(IEI_SINGLE_SHIFT, udh->single, ret_octets + n);
    if (n == 1)
        return 0;
    ret_octets[0] = (uint8_t)(n - 1);
    return n;
}
