#include "sms/ussd.h"

#include "sms/gsm7.h"
#include "sms/ucs2.h"
#include "util/hex.h"
#include "util/utf8.h"

#include <errno.h>
#include <string.h>

#define OCTETS_MAX (USSD_TEXT_SIZE / 2)

/* TS 23.038 §5, group 0001: the text begins with its language, two letters. */
#define DCS_GSM7_LANGUAGE 16
#define DCS_UCS2_LANGUAGE 17

static const enum ussd_coding all[] = {USSD_UCS2, USSD_PACKED, USSD_PLAIN, USSD_END};

/* --- out ------------------------------------------------------------------------------------- */

static void encode_packed(const char *text, size_t n, struct strbuf *sb)
{
    uint8_t septets[2 * USSD_CODE_MAX], octets[2 * USSD_CODE_MAX];
    size_t n_septets, n_octets;

    if (gsm7_encode((struct gsm7_shift){0}, text, n, septets, sizeof(septets), &n_septets) == 0 &&
        gsm7_pack_ussd(septets, n_septets, 0, octets, sizeof(octets), &n_octets) == 0)
        strbuf_put_hex(sb, octets, n_octets);
}

int ussd_encode(
    const char *text, enum ussd_coding coding, char ret_encoded[static USSD_ENCODED_SIZE])
{
    size_t n = strlen(text);
    struct strbuf sb;

    if (n == 0 || n > USSD_CODE_MAX)
        return -EINVAL;
    for (size_t i = 0; i < n; i++) /* a quote would end the argument; GSM 7-bit has no ` */
        if (text[i] < ' ' || text[i] > '~' || strchr("\"\\`", text[i]))
            return -EINVAL;
    strbuf_init(&sb, ret_encoded, USSD_ENCODED_SIZE);
    switch (coding) {
    case USSD_UCS2:
        for (size_t i = 0; i < n; i++)
            strbuf_printf(&sb, "%04X", (unsigned)text[i]);
        break;
    case USSD_PACKED:
        encode_packed(text, n, &sb);
        break;
    case USSD_PLAIN:
    case USSD_END:
        strbuf_put(&sb, text, n);
        break;
    }
    return 0;
}

/* --- in -------------------------------------------------------------------------------------- */

struct octets {
    uint8_t data[OCTETS_MAX];
    size_t n;
};

/* Hex digits, even, and not so few that they may be a word. */
static bool read_hex(const char *text, size_t n, struct octets *ret)
{
    return n >= 4 && hex_decode(text, n, ret->data, sizeof(ret->data), &ret->n) == 0;
}

/* A number that somebody reads, and no UCS-2 of digits: "00310032". */
static bool is_number(const char *text, size_t n)
{
    bool has_zeros = n % 4 == 0;

    for (size_t i = 0; i < n; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        has_zeros &= i % 4 > 1 || text[i] == '0';
    }
    return !has_zeros;
}

static bool says_ucs2(int dcs)
{
    return dcs == USSD_DCS_UCS2 || dcs == DCS_UCS2_LANGUAGE;
}

/* The text ends at a NUL; what follows it in some modems' answers was in their memory. */
static size_t ucs2_length(const struct octets *octets)
{
    for (size_t i = 0; i + 1 < octets->n; i += 2)
        if (octets->data[i] == 0 && octets->data[i + 1] == 0)
            return i;
    return octets->n;
}

/* Letters of one script share their high octet; packed characters do not. */
static bool is_likely_ucs2(const uint8_t *octets, size_t n)
{
    unsigned n_scripts = 0, n_units = (unsigned)n / 2;
    bool seen[256] = {false};

    for (size_t i = 0; i + 1 < n; i += 2) {
        unsigned unit = (unsigned)octets[i] << 8 | octets[i + 1];

        if ((unit < ' ' && unit != '\n' && unit != '\r') || unit >= 0xFFFE)
            return false;
        n_scripts += !seen[octets[i]];
        seen[octets[i]] = true;
    }
    return n_units >= 1 && (n_scripts <= 1 + n_units / 4) && (n_units > 2 || seen[0]);
}

static bool decode_ucs2(const char *text, size_t n, int dcs, struct strbuf *sb)
{
    struct octets octets;
    size_t begin = dcs == DCS_UCS2_LANGUAGE ? 2 : 0; /* the language, packed */
    size_t end;

    if (n % 4 != 0 || !read_hex(text, n, &octets))
        return false;
    end = ucs2_length(&octets);
    if (end <= begin || (!says_ucs2(dcs) && !is_likely_ucs2(octets.data, end)))
        return false;
    return ucs2_decode(octets.data + begin, end - begin, sb) == 0;
}

/* Whether nearly all of it is what people write in Latin letters. */
static bool is_likely_text(const uint8_t *septets, size_t n)
{
    size_t n_likely = 0;

    for (size_t i = 0; i < n; i++) {
        uint8_t c = septets[i];

        n_likely += (c >= ' ' && c <= 'z' && c != 0x24 && c != 0x40) || c == '\n' || c == '\r';
    }
    return n > 0 && 5 * n_likely >= 4 * n;
}

static bool decode_packed(const char *text, size_t n, int dcs, struct strbuf *sb)
{
    uint8_t septets[OCTETS_MAX * 8 / 7 + 1];
    struct octets octets;
    size_t n_septets, begin = 0;

    if (says_ucs2(dcs) || !read_hex(text, n, &octets))
        return false;
    gsm7_unpack_ussd(octets.data, octets.n, septets, &n_septets);
    if (!is_likely_text(septets, n_septets))
        return false;
    if (dcs == DCS_GSM7_LANGUAGE && n_septets > 3 && septets[2] == '\r')
        begin = 3;
    gsm7_decode((struct gsm7_shift){0}, septets + begin, n_septets - begin, sb);
    return true;
}

static bool is_layout(char c)
{
    return c == '\n' || c == '\r' || c == '\t';
}

/*
 * Septets, as +CSCS "GSM" has them. Control characters tell, too, for there are modems that say
 * another set and write the network's; a NUL alone may be noise.
 */
static bool is_gsm7(const char *text, size_t n, bool is_gsm)
{
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)text[i];

        if (c > 0x7F)
            return false;
        is_gsm |= c > 0 && c < ' ' && !is_layout(text[i]);
    }
    return is_gsm;
}

/* Octets that are no UTF-8 are taken for Latin-1: half of the world's modems mean that by IRA. */
static void put_plain(const char *text, size_t n, struct strbuf *sb)
{
    bool is_utf8 = utf8_is_valid(text, n);
    char letter[UTF8_MAX_OCTETS];

    for (size_t i = 0; i < n; i++)
        if (((unsigned char)text[i] < ' ' && !is_layout(text[i])) || text[i] == 0x7F)
            continue; /* noise of the line */
        else if (is_utf8 || (unsigned char)text[i] < 0x80)
            strbuf_putc(sb, text[i]);
        else
            strbuf_put(sb, letter, (size_t)utf8_encode((unsigned char)text[i], letter));
}

static bool decode_plain(const char *text, size_t n, int dcs, bool is_gsm, struct strbuf *sb)
{
    struct octets octets;

    if (read_hex(text, n, &octets) && (!is_number(text, n) || says_ucs2(dcs)))
        return false;
    if (is_gsm7(text, n, is_gsm))
        gsm7_decode((struct gsm7_shift){0}, (const uint8_t *)text, n, sb);
    else
        put_plain(text, n, sb);
    return true;
}

static bool decode_as(
    enum ussd_coding coding, const char *text, size_t n, int dcs, bool is_gsm, struct strbuf *sb)
{
    switch (coding) {
    case USSD_PLAIN:
        return decode_plain(text, n, dcs, is_gsm, sb);
    case USSD_UCS2:
        return decode_ucs2(text, n, dcs, sb);
    case USSD_PACKED:
        return decode_packed(text, n, dcs, sb);
    case USSD_END:
        break;
    }
    return false;
}

/* NULs among hex digits alone are no characters. True: there were such. */
static bool is_spoilt_hex(const char *text, size_t n, char *ret_digits, size_t *ret_n)
{
    *ret_n = 0;
    for (size_t i = 0; i < n; i++)
        if (text[i] != '\0' && (hex_digit(text[i]) < 0 || *ret_n == USSD_TEXT_SIZE))
            return false;
        else if (text[i] != '\0')
            ret_digits[(*ret_n)++] = text[i];
    return *ret_n < n;
}

void ussd_decode(const char *text, size_t n, int dcs, bool is_gsm, const enum ussd_coding *order,
    struct strbuf *ret_text)
{
    char digits[USSD_TEXT_SIZE];
    size_t n_digits;

    if (is_spoilt_hex(text, n, digits, &n_digits)) {
        text = digits;
        n = n_digits;
    }
    for (; *order != USSD_END; order++)
        if (decode_as(*order, text, n, dcs, is_gsm, ret_text))
            return;
    for (order = all; *order != USSD_END; order++)
        if (decode_as(*order, text, n, dcs, is_gsm, ret_text))
            return;
    put_plain(text, n, ret_text);
}
