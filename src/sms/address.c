#include "sms/address.h"

#include "sms/gsm7.h"
#include "util/strbuf.h"

#include <errno.h>
#include <string.h>

#define TYPE_INTERNATIONAL 0x91 /* international, ISDN/telephone plan (E.164) */
#define TYPE_UNKNOWN 0x81       /* unknown, same plan */
#define FILLER 0xF
#define MAX_VALUE_OCTETS (SMS_ADDRESS_MAX_DIGITS / 2)

/* TS 23.040 §9.1.2.3 and TS 24.008 table 10.5.118. */
static const char digit_characters[] = "0123456789*#abc";

static int put_digits(struct strbuf *text, const uint8_t *value, size_t n_digits)
{
    bool ended = false;

    for (size_t i = 0; i < n_digits; i++) {
        unsigned digit = i % 2 == 0 ? value[i / 2] & 0x0F : value[i / 2] >> 4;

        if (digit == FILLER)
            ended = true;
        else if (ended)
            return -EBADMSG;
        else
            strbuf_putc(text, digit_characters[digit]);
    }
    return 0;
}

static int decode_value(
    uint8_t type, const uint8_t *value, size_t n_digits, struct sms_address *ret)
{
    struct sms_address address = {
        .type_of_number = type >> 4 & 0x7,
        .numbering_plan = type & 0x0F,
    };
    struct strbuf text = STRBUF_ON(address.text);
    int r = 0;

    if (address.type_of_number == SMS_TON_ALPHANUMERIC) {
        uint8_t septets[MAX_VALUE_OCTETS * 8 / 7];
        size_t n_septets = n_digits * 4 / 7;

        r = gsm7_unpack(value, (n_digits + 1) / 2, 0, n_septets, septets);
        if (r == 0)
            gsm7_decode((struct gsm7_shift){0}, septets, n_septets, &text);
    } else {
        if (address.type_of_number == SMS_TON_INTERNATIONAL && n_digits > 0)
            strbuf_putc(&text, '+');
        r = put_digits(&text, value, n_digits);
    }
    if (r < 0)
        return r;
    *ret = address;
    return 0;
}

int sms_address_decode(struct cursor *c, struct sms_address *ret)
{
    struct cursor at = *c;
    uint8_t n_digits, type;
    const uint8_t *value;
    int r;

    if (cursor_u8(&at, &n_digits) < 0)
        return -ENODATA;
    if (n_digits > SMS_ADDRESS_MAX_DIGITS)
        return -EMSGSIZE;
    if (cursor_u8(&at, &type) < 0 || cursor_take(&at, (n_digits + 1U) / 2, &value) < 0)
        return -ENODATA;
    r = decode_value(type, value, n_digits, ret);
    if (r < 0)
        return r;
    *c = at;
    return 0;
}

int sms_address_decode_smsc(struct cursor *c, struct sms_address *ret)
{
    struct cursor at = *c;
    struct sms_address address = {0};
    uint8_t length, type;
    const uint8_t *value;
    int r;

    if (cursor_u8(&at, &length) < 0)
        return -ENODATA;
    if (length > 1 + MAX_VALUE_OCTETS)
        return -EMSGSIZE;
    if (length > 0) {
        if (cursor_u8(&at, &type) < 0 || cursor_take(&at, length - 1U, &value) < 0)
            return -ENODATA;
        r = decode_value(type, value, 2U * (length - 1U), &address);
        if (r < 0)
            return r;
    }
    *ret = address;
    *c = at;
    return 0;
}

/* Writes type and value after one octet for the length; the number of digits, or -EINVAL. */
static int encode_value(
    const char *number, uint8_t ret_octets[static SMS_ADDRESS_MAX_OCTETS], size_t *ret_n_octets)
{
    bool is_international = number[0] == '+';
    const char *digits = number + is_international;
    size_t n = strspn(digits, "0123456789");

    if (n == 0 || n > SMS_ADDRESS_MAX_DIGITS || digits[n] != '\0')
        return -EINVAL;
    memset(ret_octets, 0xFF, SMS_ADDRESS_MAX_OCTETS);
    ret_octets[1] = is_international ? TYPE_INTERNATIONAL : TYPE_UNKNOWN;
    for (size_t i = 0; i < n; i++) {
        uint8_t digit = (uint8_t)(digits[i] - '0');
        uint8_t *octet = &ret_octets[2 + i / 2];

        *octet = i % 2 == 0 ? (0xF0 | digit) : (uint8_t)((*octet & 0x0F) | digit << 4);
    }
    *ret_n_octets = 2 + (n + 1) / 2;
    return (int)n;
}

int sms_address_encode(
    const char *number, uint8_t ret_octets[static SMS_ADDRESS_MAX_OCTETS], size_t *ret_n_octets)
{
    int n = encode_value(number, ret_octets, ret_n_octets);

    if (n < 0)
        return n;
    ret_octets[0] = (uint8_t)n;
    return 0;
}

int sms_address_encode_smsc(
    const char *smsc, uint8_t ret_octets[static SMS_ADDRESS_MAX_OCTETS], size_t *ret_n_octets)
{
    int r;

    if (!smsc) {
        ret_octets[0] = 0;
        *ret_n_octets = 1;
        return 0;
    }
    r = encode_value(smsc, ret_octets, ret_n_octets);
    if (r < 0)
        return r;
    ret_octets[0] = (uint8_t)(*ret_n_octets - 1);
    return 0;
}

bool sms_address_equal(const struct sms_address *a, const struct sms_address *b)
{
    return a->type_of_number == b->type_of_number && strcmp(a->text, b->text) == 0;
}
