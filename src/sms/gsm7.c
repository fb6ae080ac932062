#include "sms/gsm7.h"

#include "sms/gsm7_tables.h"
#include "util/utf8.h"

#include <errno.h>
#include <string.h>

#define CARRIAGE_RETURN 0x0D

/* Septet of a code point in one table; -ENOENT. A hole holds 0, which is no character of any table.
 */
static int find(const uint16_t *table, uint32_t code_point)
{
    if (code_point == 0)
        return -ENOENT;
    for (int i = 0; i < GSM7_TABLE_SIZE; i++)
        if (table[i] == code_point)
            return i;
    return -ENOENT;
}

int gsm7_encode_char(struct gsm7_shift shift, uint32_t code_point, uint8_t ret_septets[static 2])
{
    int septet = find(gsm7_locking_table(shift.locking), code_point);

    if (septet >= 0) {
        ret_septets[0] = (uint8_t)septet;
        return 1;
    }
    septet = find(gsm7_single_table(shift.single), code_point);
    if (septet < 0)
        return septet;
    ret_septets[0] = GSM7_ESCAPE;
    ret_septets[1] = (uint8_t)septet;
    return 2;
}

int gsm7_encode(struct gsm7_shift shift, const char *text, size_t n, uint8_t *ret_septets,
    size_t size, size_t *ret_n_septets)
{
    size_t used = 0;

    while (n > 0) {
        uint32_t code_point;
        uint8_t septets[2] = {0};
        int length = utf8_decode(text, n, &code_point);
        int count;

        if (length < 0)
            return length;
        count = gsm7_encode_char(shift, code_point, septets);
        if (count < 0)
            return count;
        if ((size_t)count > size - used)
            return -ENOBUFS;
        memcpy(ret_septets + used, septets, (size_t)count);
        used += (size_t)count;
        text += length;
        n -= (size_t)length;
    }
    *ret_n_septets = used;
    return 0;
}

static uint32_t unescaped(struct gsm7_shift shift, uint8_t septet)
{
    uint32_t code_point = gsm7_locking_table(shift.locking)[septet];

    return code_point != 0 ? code_point : gsm7_locking_table(GSM7_LANGUAGE_DEFAULT)[septet];
}

static uint32_t escaped(struct gsm7_shift shift, uint8_t septet)
{
    uint32_t code_point = gsm7_single_table(shift.single)[septet];

    return code_point != 0 ? code_point : unescaped(shift, septet);
}

void gsm7_decode(struct gsm7_shift shift, const uint8_t *septets, size_t n, struct strbuf *text)
{
    for (size_t i = 0; i < n; i++) {
        uint8_t septet = septets[i] & 0x7F;
        char utf8[UTF8_MAX_OCTETS];
        uint32_t code_point;
        int length;

        if (septet != GSM7_ESCAPE)
            code_point = unescaped(shift, septet);
        else if (i + 1 == n || (septets[i + 1] & 0x7F) == GSM7_ESCAPE)
            code_point = ' ';
        else
            code_point = escaped(shift, septets[i + 1] & 0x7F);
        if (septet == GSM7_ESCAPE)
            i++;
        length = utf8_encode(code_point, utf8);
        if (length > 0)
            strbuf_put(text, utf8, (size_t)length);
    }
}

int gsm7_pack(const uint8_t *septets, size_t n, unsigned fill_bits, uint8_t *ret_octets,
    size_t size, size_t *ret_n_octets)
{
    size_t n_octets = n == 0 && fill_bits == 0 ? 0 : GSM7_OCTETS(n, fill_bits);

    if (n_octets > size)
        return -ENOBUFS;
    memset(ret_octets, 0, n_octets);
    for (size_t i = 0; i < n; i++) {
        size_t bit = fill_bits + i * 7;
        unsigned value = (septets[i] & 0x7FU) << bit % 8;

        ret_octets[bit / 8] |= (uint8_t)value;
        if (value > 0xFF)
            ret_octets[bit / 8 + 1] |= (uint8_t)(value >> 8);
    }
    *ret_n_octets = n_octets;
    return 0;
}

int gsm7_unpack(const uint8_t *octets, size_t n_octets, unsigned fill_bits, size_t n_septets,
    uint8_t *ret_septets)
{
    if (n_septets > 0 && (fill_bits > n_octets * 8 || n_septets > (n_octets * 8 - fill_bits) / 7))
        return -ENODATA;
    for (size_t i = 0; i < n_septets; i++) {
        size_t bit = fill_bits + i * 7;
        unsigned value = octets[bit / 8];

        if (bit % 8 > 1)
            value |= (unsigned)octets[bit / 8 + 1] << 8;
        ret_septets[i] = (uint8_t)(value >> bit % 8 & 0x7F);
    }
    return 0;
}

int gsm7_pack_ussd(const uint8_t *septets, size_t n, unsigned fill_bits, uint8_t *ret_octets,
    size_t size, size_t *ret_n_octets)
{
    size_t bits = n * 7 + fill_bits;
    size_t n_octets;
    int r = gsm7_pack(septets, n, fill_bits, ret_octets, size, &n_octets);

    if (r < 0)
        return r;
    if (n > 0 && bits % 8 == 1) {
        ret_octets[n_octets - 1] |= CARRIAGE_RETURN << 1;
    } else if (n > 0 && bits % 8 == 0 && (septets[n - 1] & 0x7F) == CARRIAGE_RETURN) {
        if (n_octets == size)
            return -ENOBUFS;
        ret_octets[n_octets++] = CARRIAGE_RETURN;
    }
    *ret_n_octets = n_octets;
    return 0;
}

void gsm7_unpack_ussd(
    const uint8_t *octets, size_t n_octets, uint8_t *ret_septets, size_t *ret_n_septets)
{
    size_t n = n_octets * 8 / 7;

    (void)gsm7_unpack(octets, n_octets, 0, n, ret_septets);
    if (n > 0 && n % 8 == 0 && ret_septets[n - 1] == CARRIAGE_RETURN)
        n--;
    *ret_n_septets = n;
}
