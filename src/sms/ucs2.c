#include "sms/ucs2.h"

#include "util/utf8.h"

#include <errno.h>

#define REPLACEMENT 0xFFFD

int ucs2_encode_char(uint32_t code_point, uint8_t ret_octets[static UCS2_MAX_OCTETS])
{
    uint32_t high, low;

    if (code_point > 0x10FFFF || (code_point >= 0xD800 && code_point <= 0xDFFF))
        return -EINVAL;
    if (code_point <= 0xFFFF) {
        ret_octets[0] = (uint8_t)(code_point >> 8);
        ret_octets[1] = (uint8_t)code_point;
        return 2;
    }
    high = 0xD800 | (code_point - 0x10000) >> 10;
    low = 0xDC00 | ((code_point - 0x10000) & 0x3FF);
    ret_octets[0] = (uint8_t)(high >> 8);
    ret_octets[1] = (uint8_t)high;
    ret_octets[2] = (uint8_t)(low >> 8);
    ret_octets[3] = (uint8_t)low;
    return 4;
}

static void put(struct strbuf *text, uint32_t code_point)
{
    char utf8[UTF8_MAX_OCTETS];
    int length = utf8_encode(code_point, utf8);

    if (length > 0)
        strbuf_put(text, utf8, (size_t)length);
}

static void put_unit(struct ucs2_decoder *decoder, uint16_t unit, struct strbuf *text)
{
    if (decoder->high != 0 && unit >= 0xDC00 && unit <= 0xDFFF) {
        put(text, 0x10000U + ((decoder->high & 0x3FFU) << 10) + (unit & 0x3FFU));
        decoder->high = 0;
        return;
    }
    ucs2_decoder_end(decoder, text);
    if (unit >= 0xD800 && unit <= 0xDBFF)
        decoder->high = unit;
    else
        put(text, unit >= 0xDC00 && unit <= 0xDFFF ? REPLACEMENT : unit);
}

int ucs2_decoder_put(
    struct ucs2_decoder *decoder, const uint8_t *octets, size_t n, struct strbuf *text)
{
    if (n % 2 != 0)
        return -EINVAL;
    for (size_t i = 0; i < n; i += 2)
        put_unit(decoder, (uint16_t)(octets[i] << 8 | octets[i + 1]), text);
    return 0;
}

void ucs2_decoder_end(struct ucs2_decoder *decoder, struct strbuf *text)
{
    if (decoder->high != 0)
        put(text, REPLACEMENT);
    decoder->high = 0;
}

int ucs2_decode(const uint8_t *octets, size_t n, struct strbuf *text)
{
    struct ucs2_decoder decoder = {0};
    int r = ucs2_decoder_put(&decoder, octets, n, text);

    if (r < 0)
        return r;
    ucs2_decoder_end(&decoder, text);
    return 0;
}
