#include "sim/sms_codec.h"

#include "sim/gsm7.h"
#include "util/cursor.h"
#include "util/utf8.h"

#include <errno.h>
#include <string.h>

/* First octet of a TPDU, TS 23.040 §9.2.3. */
#define TP_MTI_MASK 0x03
#define TP_MTI_SUBMIT 0x01
#define TP_RD 0x04
#define TP_VPF_MASK 0x18
#define TP_SRR 0x20
#define TP_UDHI 0x40
#define TP_RP 0x80

/* Type of address, TS 23.040 §9.1.2.5. */
#define TOA_TON_MASK 0x70
#define TOA_INTERNATIONAL 0x10
#define TOA_ALPHANUMERIC 0x50

#define USER_DATA_MAX_OCTETS 140

const char *sms_alphabet_name(enum sms_alphabet alphabet)
{
    switch (alphabet) {
    case SMS_GSM7:
        return "gsm7";
    case SMS_8BIT:
        return "8bit";
    case SMS_UCS2:
        return "ucs2";
    }
    return "?";
}

static char semi_octet_char(unsigned nibble)
{
    static const char digits[16] = "0123456789*#abc?";

    return digits[nibble & 0x0f];
}

/* Digits of an address whose type of address has been read. `n_digits` fit `ret`. */
static int read_digits(struct cursor *c, size_t n_digits, bool international, char *ret)
{
    const uint8_t *octets;
    size_t length = 0;
    int r;

    if (n_digits > 20)
        return -EBADMSG;
    r = cursor_take(c, (n_digits + 1) / 2, &octets);
    if (r < 0)
        return -EBADMSG;
    if (international)
        ret[length++] = '+';
    for (size_t i = 0; i < n_digits; i++)
        ret[length++] = semi_octet_char(i % 2 == 0 ? octets[i / 2] : octets[i / 2] >> 4);
    ret[length] = '\0';
    return 0;
}

/* Alphanumeric address: the digits count is that of useful semi-octets (§9.1.2.5). */
static int read_alphanumeric(struct cursor *c, size_t n_digits, char *ret)
{
    uint8_t septets[12];
    const uint8_t *octets;
    struct strbuf sb;
    int r;

    if (n_digits > 20)
        return -EBADMSG;
    r = cursor_take(c, (n_digits + 1) / 2, &octets);
    if (r < 0)
        return -EBADMSG;
    r = gsm7_unpack(octets, (n_digits + 1) / 2, 0, n_digits * 4 / 7, septets);
    if (r < 0)
        return -EBADMSG;
    strbuf_init(&sb, ret, SMS_NUMBER_SIZE);
    gsm7_put_utf8(&sb, septets, n_digits * 4 / 7, 0, 0);
    return 0;
}

/* TP-DA: the length counts digits. */
static int read_address(struct cursor *c, char ret[static SMS_NUMBER_SIZE])
{
    uint8_t n_digits, toa;

    if (cursor_u8(c, &n_digits) < 0 || cursor_u8(c, &toa) < 0 || !(toa & 0x80))
        return -EBADMSG;
    if ((toa & TOA_TON_MASK) == TOA_ALPHANUMERIC)
        return read_alphanumeric(c, n_digits, ret);
    return read_digits(c, n_digits, (toa & TOA_TON_MASK) == TOA_INTERNATIONAL, ret);
}

/* The service centre: the length counts octets, type of address included (TS 24.011 §8.2.5.1). */
static int read_smsc(struct cursor *c, char ret[static SMS_NUMBER_SIZE])
{
    struct cursor address;
    const uint8_t *octets;
    uint8_t length, toa;

    ret[0] = '\0';
    if (cursor_u8(c, &length) < 0 || cursor_take(c, length, &octets) < 0)
        return -EBADMSG;
    if (length == 0)
        return 0;
    address = cursor_on(octets, length);
    if (cursor_u8(&address, &toa) < 0 || address.left > 10)
        return -EBADMSG;
    size_t n_digits = 2 * address.left;
    if (address.left > 0 && octets[length - 1] >> 4 == 0x0f)
        n_digits--;
    return read_digits(&address, n_digits, (toa & TOA_TON_MASK) == TOA_INTERNATIONAL, ret);
}

void sms_dcs_decode(uint8_t dcs, enum sms_alphabet *ret_alphabet, int *ret_class)
{
    static const enum sms_alphabet general[4] = {SMS_GSM7, SMS_8BIT, SMS_UCS2, SMS_GSM7};

    *ret_alphabet = SMS_GSM7;
    *ret_class = -1;
    if (dcs < 0x80) { /* general data coding, and the same for automatic deletion */
        *ret_alphabet = general[dcs >> 2 & 3];
        if (dcs & 0x20)
            *ret_alphabet = SMS_8BIT; /* compressed: shown as it came */
        if (dcs & 0x10)
            *ret_class = dcs & 3;
    } else if (dcs >= 0xf0) {
        *ret_alphabet = dcs & 0x04 ? SMS_8BIT : SMS_GSM7;
        *ret_class = dcs & 3;
    } else if (dcs >= 0xe0) {
        *ret_alphabet = SMS_UCS2; /* message waiting, store */
    }
}

/* TP-VP relative, §9.2.3.12.1. */
static int64_t relative_validity(uint8_t octet)
{
    if (octet <= 143)
        return (octet + 1) * INT64_C(300);
    if (octet <= 167)
        return 12 * INT64_C(3600) + (octet - 143) * INT64_C(1800);
    if (octet <= 196)
        return (octet - 166) * INT64_C(86400);
    return (octet - 192) * INT64_C(604800);
}

static unsigned swapped_decimal(uint8_t octet)
{
    return (octet & 0x0fU) * 10 + (octet >> 4);
}

/* TP-VP enhanced, §9.2.3.12.3. */
static int64_t enhanced_validity(const uint8_t vp[static 7])
{
    switch (vp[0] & 0x07) {
    case 1:
        return relative_validity(vp[1]);
    case 2:
        return vp[1];
    case 3:
        return swapped_decimal(vp[1]) * INT64_C(3600) + swapped_decimal(vp[2]) * INT64_C(60) +
               swapped_decimal(vp[3]);
    default:
        return -1;
    }
}

/* TP-VP absolute, §9.2.3.12.2: a service centre time stamp, the zone in quarters of an hour. */
static void absolute_validity(const uint8_t vp[static 7], char *ret, size_t size)
{
    unsigned quarters = (vp[6] & 0x07U) * 10 + (vp[6] >> 4);
    struct strbuf sb;

    strbuf_init(&sb, ret, size);
    strbuf_printf(&sb, "20%02u-%02u-%02uT%02u:%02u:%02u%c%02u:%02u", swapped_decimal(vp[0]),
        swapped_decimal(vp[1]), swapped_decimal(vp[2]), swapped_decimal(vp[3]),
        swapped_decimal(vp[4]), swapped_decimal(vp[5]), vp[6] & 0x08 ? '-' : '+', quarters / 4,
        quarters % 4 * 15);
}

static int read_validity(struct cursor *c, uint8_t first_octet, struct sms_submit *submit)
{
    const uint8_t *vp;

    submit->validity_sec = -1;
    switch (first_octet & TP_VPF_MASK) {
    case 0x00:
        return 0;
    case 0x10:
        if (cursor_take(c, 1, &vp) < 0)
            return -EBADMSG;
        submit->validity_sec = relative_validity(vp[0]);
        return 0;
    case 0x08:
        if (cursor_take(c, 7, &vp) < 0)
            return -EBADMSG;
        submit->validity_sec = enhanced_validity(vp);
        return 0;
    default:
        if (cursor_take(c, 7, &vp) < 0)
            return -EBADMSG;
        absolute_validity(vp, submit->validity_absolute, sizeof(submit->validity_absolute));
        return 0;
    }
}

static void read_element(struct sms_body *body, uint8_t iei, const uint8_t *ied, uint8_t length)
{
    if (iei == 0x00 && length == 3) { /* concatenation, 8-bit reference (§9.2.3.24.1) */
        body->ref = ied[0];
        body->total = ied[1];
        body->seq = ied[2];
    } else if (iei == 0x08 && length == 4) { /* 16-bit reference (§9.2.3.24.8) */
        body->ref = ied[0] * 256U + ied[1];
        body->total = ied[2];
        body->seq = ied[3];
    } else if (iei == 0x24 && length == 1) { /* national single shift (§9.2.3.24.15) */
        body->single = ied[0];
    } else if (iei == 0x25 && length == 1) { /* national locking shift (§9.2.3.24.16) */
        body->locking = ied[0];
    }
}

/* User data header; its octets with the length octet go to `ret_octets`. */
static int read_header(
    const uint8_t *user_data, size_t n, struct sms_body *body, size_t *ret_octets)
{
    struct cursor all = cursor_on(user_data, n), header;
    const uint8_t *octets;
    uint8_t length;

    if (cursor_u8(&all, &length) < 0 || cursor_take(&all, length, &octets) < 0)
        return -EBADMSG;
    header = cursor_on(octets, length);
    while (header.left > 0) {
        const uint8_t *ied;
        uint8_t iei, iedl;

        if (cursor_u8(&header, &iei) < 0 || cursor_u8(&header, &iedl) < 0 ||
            cursor_take(&header, iedl, &ied) < 0)
            return -EBADMSG;
        read_element(body, iei, ied, iedl);
    }
    /* A part 0, or beyond the total, makes the element void (§9.2.3.24.1). */
    body->has_concat = body->seq > 0 && body->seq <= body->total;
    *ret_octets = 1 + (size_t)length;
    return 0;
}

static int read_user_data(struct cursor *c, bool has_header, struct sms_body *body)
{
    size_t header_octets = 0, octets;
    const uint8_t *user_data;
    uint8_t udl;
    int r;

    if (cursor_u8(c, &udl) < 0)
        return -EBADMSG;
    octets = body->alphabet == SMS_GSM7 ? (udl * 7U + 7) / 8 : udl;
    if (octets > USER_DATA_MAX_OCTETS || octets != c->left)
        return -EBADMSG;
    r = cursor_take(c, octets, &user_data);
    if (r < 0)
        return -EBADMSG;
    if (has_header) {
        r = read_header(user_data, octets, body, &header_octets);
        if (r < 0)
            return r;
    }
    if (body->alphabet != SMS_GSM7) {
        body->n_payload = octets - header_octets;
        memcpy(body->payload, user_data + header_octets, body->n_payload);
        return 0;
    }
    /* The text begins on a septet boundary after the header (§9.2.3.24). */
    size_t header_septets = (header_octets * 8 + 6) / 7;
    if (header_septets > udl)
        return -EBADMSG;
    body->n_payload = udl - header_septets;
    if (gsm7_unpack(user_data + header_octets, octets - header_octets,
            (unsigned)(header_septets * 7 - header_octets * 8), body->n_payload, body->payload) < 0)
        return -EBADMSG;
    return 0;
}

int sms_submit_decode(const uint8_t *pdu, size_t n, size_t *ret_tpdu_octets, struct sms_submit *ret)
{
    struct cursor c = cursor_on(pdu, n);
    struct sms_submit submit = {0};
    uint8_t first_octet;
    int r;

    *ret_tpdu_octets = 0;
    r = read_smsc(&c, submit.smsc);
    if (r < 0)
        return r;
    *ret_tpdu_octets = c.left;
    if (cursor_u8(&c, &first_octet) < 0 || (first_octet & TP_MTI_MASK) != TP_MTI_SUBMIT ||
        cursor_u8(&c, &submit.mr) < 0)
        return -EBADMSG;
    submit.reject_duplicates = first_octet & TP_RD;
    submit.report_requested = first_octet & TP_SRR;
    submit.reply_path = first_octet & TP_RP;
    r = read_address(&c, submit.to);
    if (r < 0)
        return r;
    if (submit.to[0] == '\0' || strcmp(submit.to, "+") == 0)
        return -EBADMSG;
    if (cursor_u8(&c, &submit.pid) < 0 || cursor_u8(&c, &submit.body.dcs) < 0)
        return -EBADMSG;
    sms_dcs_decode(submit.body.dcs, &submit.body.alphabet, &submit.body.message_class);
    r = read_validity(&c, first_octet, &submit);
    if (r < 0)
        return r;
    r = read_user_data(&c, first_octet & TP_UDHI, &submit.body);
    if (r < 0)
        return r;
    *ret = submit;
    return 0;
}

static void put_code_point(struct strbuf *sb, uint32_t code_point)
{
    char text[UTF8_MAX_OCTETS];
    int r;

    r = utf8_encode(code_point, text);
    if (r < 0)
        r = utf8_encode(0xfffd, text); /* a lone surrogate */
    strbuf_put(sb, text, (size_t)r);
}

/* UCS-2, and UTF-16 as every phone reads it. */
static void put_ucs2(struct strbuf *sb, const uint8_t *octets, size_t n)
{
    for (size_t i = 0; i + 1 < n; i += 2) {
        uint32_t unit = octets[i] * 256U + octets[i + 1];

        if (unit >= 0xd800 && unit < 0xdc00 && i + 3 < n) {
            uint32_t low = octets[i + 2] * 256U + octets[i + 3];
            if (low >= 0xdc00 && low < 0xe000) {
                unit = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
                i += 2;
            }
        }
        put_code_point(sb, unit);
    }
}

void sms_put_text(struct strbuf *sb, const struct sms_body *meta, const uint8_t *payload, size_t n)
{
    switch (meta->alphabet) {
    case SMS_GSM7:
        gsm7_put_utf8(sb, payload, n, meta->locking, meta->single);
        return;
    case SMS_8BIT:
        strbuf_put_hex(sb, payload, n);
        return;
    case SMS_UCS2:
        put_ucs2(sb, payload, n);
        return;
    }
}
