#include "sim/gsm7.h"

#include "sim/gsm7_national.h"
#include "util/utf8.h"

#include <errno.h>

/* TS 23.038 §6.2.1, row by row. 0x1b is the escape. */
static const uint16_t basic[128] = {
    0x0040, 0x00a3, 0x0024, 0x00a5, 0x00e8, 0x00e9, 0x00f9, 0x00ec, /* @ £ $ ¥ è é ù ì */
    0x00f2, 0x00c7, 0x000a, 0x00d8, 0x00f8, 0x000d, 0x00c5, 0x00e5, /* ò Ç LF Ø ø CR Å å */
    0x0394, 0x005f, 0x03a6, 0x0393, 0x039b, 0x03a9, 0x03a0, 0x03a8, /* Δ _ Φ Γ Λ Ω Π Ψ */
    0x03a3, 0x0398, 0x039e, 0x0020, 0x00c6, 0x00e6, 0x00df, 0x00c9, /* Σ Θ Ξ ESC Æ æ ß É */
    0x0020, 0x0021, 0x0022, 0x0023, 0x00a4, 0x0025, 0x0026, 0x0027, /* SP ! " # ¤ % & ' */
    0x0028, 0x0029, 0x002a, 0x002b, 0x002c, 0x002d, 0x002e, 0x002f, /* ( ) * + , - . / */
    0x0030, 0x0031, 0x0032, 0x0033, 0x0034, 0x0035, 0x0036, 0x0037, /* 0 … */
    0x0038, 0x0039, 0x003a, 0x003b, 0x003c, 0x003d, 0x003e, 0x003f, /* 8 9 : ; < = > ? */
    0x00a1, 0x0041, 0x0042, 0x0043, 0x0044, 0x0045, 0x0046, 0x0047, /* ¡ A … */
    0x0048, 0x0049, 0x004a, 0x004b, 0x004c, 0x004d, 0x004e, 0x004f, /* H … */
    0x0050, 0x0051, 0x0052, 0x0053, 0x0054, 0x0055, 0x0056, 0x0057, /* P … */
    0x0058, 0x0059, 0x005a, 0x00c4, 0x00d6, 0x00d1, 0x00dc, 0x00a7, /* X Y Z Ä Ö Ñ Ü § */
    0x00bf, 0x0061, 0x0062, 0x0063, 0x0064, 0x0065, 0x0066, 0x0067, /* ¿ a … */
    0x0068, 0x0069, 0x006a, 0x006b, 0x006c, 0x006d, 0x006e, 0x006f, /* h … */
    0x0070, 0x0071, 0x0072, 0x0073, 0x0074, 0x0075, 0x0076, 0x0077, /* p … */
    0x0078, 0x0079, 0x007a, 0x00e4, 0x00f6, 0x00f1, 0x00fc, 0x00e0, /* x y z ä ö ñ ü à */
};

/* TS 23.038 §6.2.1.1. */
static const struct {
    uint8_t septet;
    uint16_t code_point;
} extension[] = {
    {0x0a, 0x000c}, /* form feed */
    {0x14, 0x005e}, /* ^ */
    {0x28, 0x007b}, /* { */
    {0x29, 0x007d}, /* } */
    {0x2f, 0x005c}, /* \ */
    {0x3c, 0x005b}, /* [ */
    {0x3d, 0x007e}, /* ~ */
    {0x3e, 0x005d}, /* ] */
    {0x40, 0x007c}, /* | */
    {0x65, 0x20ac}, /* € */
};

int gsm7_unpack(const uint8_t *packed, size_t n_octets, unsigned fill_bits, size_t n_septets,
    uint8_t *ret_septets)
{
    if (fill_bits + 7 * n_septets > 8 * n_octets)
        return -ENODATA;
    for (size_t i = 0; i < n_septets; i++) {
        size_t bit = fill_bits + 7 * i;
        unsigned window = packed[bit / 8];
        if (bit / 8 + 1 < n_octets)
            window |= (unsigned)packed[bit / 8 + 1] << 8;
        ret_septets[i] = (window >> (bit % 8)) & 0x7f;
    }
    return 0;
}

size_t gsm7_pack(const uint8_t *septets, size_t n_septets, unsigned fill_bits, uint8_t *packed)
{
    size_t n_octets = (fill_bits + 7 * n_septets + 7) / 8;

    for (size_t i = 0; i < n_octets; i++)
        packed[i] = 0;
    for (size_t bit = 0; bit < 7 * n_septets; bit++) {
        if (septets[bit / 7] >> (bit % 7) & 1)
            packed[(fill_bits + bit) / 8] |= (uint8_t)(1U << ((fill_bits + bit) % 8));
    }
    return n_octets;
}

static void put_code_point(struct strbuf *sb, uint32_t code_point)
{
    char text[UTF8_MAX_OCTETS];
    int r;

    r = utf8_encode(code_point, text);
    if (r > 0)
        strbuf_put(sb, text, (size_t)r);
}

static uint32_t locking_lookup(unsigned language, uint8_t septet)
{
    uint32_t code_point = gsm7_national_locking(language, septet);

    return code_point != 0 ? code_point : basic[septet & 0x7f];
}

/* The character after an escape; one that no table has is shown from the main one (§6.2.1.1). */
static uint32_t extension_lookup(unsigned locking, unsigned single, uint8_t septet)
{
    uint32_t code_point = gsm7_national_single(single, septet);

    if (code_point != 0)
        return code_point;
    if (septet == GSM7_ESCAPE)
        return ' '; /* reserved for a further extension table */
    for (size_t i = 0; i < ARRAY_SIZE(extension); i++) {
        if (extension[i].septet == septet)
            return extension[i].code_point;
    }
    return locking_lookup(locking, septet);
}

void gsm7_put_utf8(struct strbuf *sb, const uint8_t *septets, size_t n_septets, unsigned locking,
    unsigned single)
{
    for (size_t i = 0; i < n_septets; i++) {
        if (septets[i] != GSM7_ESCAPE)
            put_code_point(sb, locking_lookup(locking, septets[i]));
        else if (++i < n_septets)
            put_code_point(sb, extension_lookup(locking, single, septets[i]));
    }
}

/* Septets for one character: 1 or 2, or 0 when no table has it. */
static size_t encode_code_point(uint32_t code_point, uint8_t septets[static 2])
{
    for (uint8_t i = 0; i < ARRAY_SIZE(basic); i++) {
        if (basic[i] == code_point && i != GSM7_ESCAPE) {
            septets[0] = i;
            return 1;
        }
    }
    for (size_t i = 0; i < ARRAY_SIZE(extension); i++) {
        if (extension[i].code_point == code_point) {
            septets[0] = GSM7_ESCAPE;
            septets[1] = extension[i].septet;
            return 2;
        }
    }
    return 0;
}

int gsm7_from_utf8(
    const char *text, size_t n, uint8_t *ret_septets, size_t size, size_t *ret_n_septets)
{
    size_t n_septets = 0;

    while (n > 0) {
        uint8_t septets[2];
        uint32_t code_point;
        int r;

        r = utf8_decode(text, n, &code_point);
        if (r < 0)
            return -EILSEQ;
        text += r;
        n -= (size_t)r;
        size_t count = encode_code_point(code_point, septets);
        if (count == 0)
            return -EILSEQ;
        if (count > size - n_septets)
            return -ENOBUFS;
        for (size_t i = 0; i < count; i++)
            ret_septets[n_septets++] = septets[i];
    }
    *ret_n_septets = n_septets;
    return 0;
}
