#include "sim/charset.h"

#include "sim/gsm7.h"
#include "util/hex.h"
#include "util/utf8.h"

#include <errno.h>
#include <string.h>

ENUM_DEFINE(charset, CHARSET_LIST);

/* UTF-16 code units of a text, for each of which four hex digits stand. */
static void put_ucs2_hex(struct strbuf *sb, const char *text)
{
    size_t n = strlen(text);

    while (n > 0) {
        uint32_t code_point;
        int r;

        r = utf8_decode(text, n, &code_point);
        if (r < 0)
            return;
        if (code_point >= 0x10000) {
            strbuf_printf(
                sb, "%04X%04X", 0xd7c0 + (code_point >> 10), 0xdc00 + (code_point & 0x3ff));
        } else {
            strbuf_printf(sb, "%04X", code_point);
        }
        text += r;
        n -= (size_t)r;
    }
}

void charset_put(const struct modem *modem, struct strbuf *sb, const char *text)
{
    uint8_t septets[SMS_PART_TEXT_SIZE];
    size_t n_septets = 0;

    switch ((enum charset)modem->settings.charset) {
    case CHARSET_UCS2:
        put_ucs2_hex(sb, text);
        return;
    case CHARSET_GSM:
    case CHARSET_HEX:
        if (gsm7_from_utf8(text, strlen(text), septets, sizeof(septets), &n_septets) < 0)
            put_ucs2_hex(sb, text); /* as modems show what the set lacks */
        else if (modem->settings.charset == CHARSET_HEX)
            strbuf_put_hex(sb, septets, n_septets);
        else
            strbuf_put(sb, (const char *)septets, n_septets);
        return;
    case CHARSET_IRA:
        strbuf_puts(sb, text);
        return;
    }
}

int charset_get(const struct modem *modem, const char *text, size_t n, char *ret_text, size_t size)
{
    struct sms_body body = {.alphabet = SMS_GSM7};
    uint8_t octets[CHANNEL_LINE_SIZE];
    struct strbuf sb;
    size_t n_octets;

    strbuf_init(&sb, ret_text, size);
    switch ((enum charset)modem->settings.charset) {
    case CHARSET_UCS2:
        body.alphabet = SMS_UCS2;
        __attribute__((fallthrough));
    case CHARSET_HEX:
        if (hex_decode(text, n, octets, sizeof(octets), &n_octets) < 0)
            return -EILSEQ;
        sms_put_text(&sb, &body, octets, n_octets);
        break;
    case CHARSET_GSM:
        sms_put_text(&sb, &body, (const uint8_t *)text, n);
        break;
    case CHARSET_IRA:
        if (!utf8_is_valid(text, n))
            return -EILSEQ;
        strbuf_put(&sb, text, n);
        break;
    }
    return sb.overflow ? -ENOBUFS : 0;
}
