#include "sms/dcs.h"

#define HAS_CLASS 0x10
#define COMPRESSED 0x20
#define ALPHABET_8BIT 0x04 /* bits 3 and 2 of the general group */
#define ALPHABET_UCS2 0x08

/* Groups 00xx and 01xx (the latter: marked for automatic deletion). */
static void decode_general(uint8_t octet, struct sms_dcs *dcs)
{
    unsigned alphabet = octet & 0x0C;

    dcs->compressed = (octet & COMPRESSED) != 0;
    if (alphabet == ALPHABET_8BIT)
        dcs->encoding = SMS_ENCODING_8BIT;
    else if (alphabet == ALPHABET_UCS2)
        dcs->encoding = SMS_ENCODING_UCS2;
    if (octet & HAS_CLASS)
        dcs->message_class = (int8_t)(octet & 0x03);
}

/* Groups 1100 (discard), 1101 (store) and 1110 (store, UCS-2). */
static void decode_waiting(uint8_t octet, struct sms_dcs *dcs)
{
    dcs->message_waiting = true;
    dcs->waiting_active = (octet & 0x08) != 0;
    dcs->waiting_type = octet & 0x03;
    dcs->discard = octet >> 4 == 0xC;
    if (octet >> 4 == 0xE)
        dcs->encoding = SMS_ENCODING_UCS2;
}

struct sms_dcs sms_dcs_decode(uint8_t octet)
{
    struct sms_dcs dcs = {
        .octet = octet, .encoding = SMS_ENCODING_GSM7, .message_class = SMS_CLASS_NONE};

    if (octet < 0x80) {
        decode_general(octet, &dcs);
    } else if (octet >= 0xF0) {
        dcs.message_class = (int8_t)(octet & 0x03);
        if (octet & 0x04)
            dcs.encoding = SMS_ENCODING_8BIT;
    } else if (octet >= 0xC0) {
        decode_waiting(octet, &dcs);
    }
    return dcs;
}

uint8_t sms_dcs_encode(enum sms_encoding encoding, int message_class)
{
    uint8_t octet = 0;

    switch (encoding) {
    case SMS_ENCODING_GSM7:
        break;
    case SMS_ENCODING_8BIT:
        octet = ALPHABET_8BIT;
        break;
    case SMS_ENCODING_UCS2:
        octet = ALPHABET_UCS2;
        break;
    }
    if (message_class != SMS_CLASS_NONE)
        octet |= (uint8_t)(HAS_CLASS | (message_class & 0x03));
    return octet;
}
