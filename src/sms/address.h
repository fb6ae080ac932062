/*
 * Addresses of SMS: numbers in semi-octets and alphanumeric senders (3GPP TS 23.040 §9.1.2.5), and
 * the SMSC field that modems put before the TPDU (TS 27.005 §3.1, TS 24.011 §8.2.5). The two differ
 * in what their length counts: useful semi-octets here, octets with the type there. Pure.
 */
#pragma once

#include "util/cursor.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SMS_ADDRESS_MAX_DIGITS 20 /* TS 23.040 §9.1.2.5: 10 octets of value */
#define SMS_ADDRESS_MAX_OCTETS 12 /* length, type, value */

/* 11 septets of up to 3 octets in UTF-8, and NUL. */
#define SMS_ADDRESS_TEXT_SIZE 34

enum sms_type_of_number { /* TS 23.040 §9.1.2.5, bits 6…4; the rest are passed on as they are */
    SMS_TON_UNKNOWN = 0,
    SMS_TON_INTERNATIONAL = 1,
    SMS_TON_ALPHANUMERIC = 5,
};

struct sms_address {
    uint8_t type_of_number;           /* 0…7 */
    uint8_t numbering_plan;           /* 0…15 */
    char text[SMS_ADDRESS_TEXT_SIZE]; /* UTF-8; digits have `+` iff international; empty: none */
};

/*
 * Reads TP-OA, TP-DA or TP-RA. -ENODATA: cut off; -EMSGSIZE: longer than 20 digits; -EBADMSG: a
 * digit after the filler. The cursor moves only on success.
 */
int sms_address_decode(struct cursor *c, struct sms_address *ret);

/* Reads the SMSC field; an empty one gives an empty text. Errors as above. */
int sms_address_decode_smsc(struct cursor *c, struct sms_address *ret);

/* Writes a number (`+` iff international) as TP-DA; -EINVAL for other characters, none or over 20.
 */
int sms_address_encode(
    const char *number, uint8_t ret_octets[static SMS_ADDRESS_MAX_OCTETS], size_t *ret_n_octets);

/* Writes the SMSC field; NULL gives the empty one, with which the modem uses the SIM's own. */
int sms_address_encode_smsc(
    const char *smsc, uint8_t ret_octets[static SMS_ADDRESS_MAX_OCTETS], size_t *ret_n_octets);

/* Whether both name the same party. */
bool sms_address_equal(const struct sms_address *a, const struct sms_address *b);
